package release_test

import (
	"strings"
	"testing"
	"time"

	"packtide/release"
)

// TestInstallNeedsGroupAndRelease: an account installs what a group of its own holds, once it was released. // R21 R25
func TestInstallNeedsGroupAndRelease(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := must(w.svc.CreatePack(t.Context(), w.acme, release.NewPack{
		PackTexts: release.PackTexts{Name: "Alpha", SupportContact: "help"}, Multiple: new(false),
	}))(t)
	install := func(by release.Actor) func() error {
		return func() error { _, err := w.svc.InstallPack(t.Context(), by, release.Install{Pack: p.ID}); return err }
	}
	w.unchanged("a pack in no group", release.ErrNotFound, install(w.north))
	g := must(w.svc.CreateGroup(t.Context(), w.acme, "Friends"))(t)
	w.ok(w.svc.AddAccountToGroup(t.Context(), w.acme, g.ID, w.north.Account))
	w.ok(w.svc.AddPackToGroup(t.Context(), w.acme, g.ID, p.ID))
	w.unchanged("never released", release.ErrNeverReleased, install(w.north))
	w.unchanged("never released, and not in the group", release.ErrNotFound, install(w.south))
	r := w.pending(w.acme, p.ID, "1.0.0", "2027-01-12", w.upload(w.acme, "Mail", "1.0.0"))
	w.unchanged("pending for the first time", release.ErrNeverReleased, install(w.north)) // R21
	must(w.svc.ApplyDue(t.Context(), parisMidnight))(t)
	w.clock.set(parisMidnight.Add(time.Minute))
	w.unchanged("a viewer", release.ErrForbidden, install(w.northViewer))
	w.unchanged("support", release.ErrReadOnly, install(w.support)) // R34
	w.unchanged("a publisher without an account to install in", release.ErrForbidden, install(w.acme))
	a := must(w.svc.InstallPack(t.Context(), w.north, release.Install{Pack: p.ID, Environment: " test "}))(t)
	if a.Name != "Alpha" || a.Environment != "test" || a.ID.Instant() != a.AttachedAt {
		t.Errorf("installed %+v", a)
	}
	w.runs(a, "1.0.0")
	w.unchanged("twice", release.ErrAttachedAlready, install(w.north)) // R6
	if r := w.release(r.ID); r.Late || !r.ReleasedAt.Equal(parisMidnight) {
		t.Errorf("applied %+v", r)
	}
}

// TestMultipleAttachments have each a name of their own. // R6
func TestMultipleAttachments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.pack(w.acme, "Alpha", true)
	w.released(w.acme, p.ID, "1.0.0", w.upload(w.acme, "Mail", "1.0.0"))
	first := w.install(w.north, p.ID, "one")
	w.install(w.north, p.ID, "two")
	w.install(w.south, p.ID, "one")
	for name, tc := range map[string]struct {
		in   release.Install
		want error
	}{
		"no name":                   {release.Install{}, release.ErrAttachmentName},
		"the name in other letters": {release.Install{Name: "ONE "}, release.ErrAttachmentNameTaken},
		"a long name":               {release.Install{Name: strings.Repeat("x", 151)}, release.ErrAttachmentName},
		"a long label":              {release.Install{Name: "x", Environment: strings.Repeat("x", 81)}, release.ErrEnvironmentLong},
	} {
		tc.in.Pack = p.ID
		w.unchanged(name, tc.want, func() error { _, err := w.svc.InstallPack(t.Context(), w.north, tc.in); return err })
	}
	w.ok(w.svc.Uninstall(t.Context(), w.north, first.ID))
	w.unchanged("uninstalling twice", release.ErrDetached, func() error { return w.svc.Uninstall(t.Context(), w.north, first.ID) })
	w.install(w.north, p.ID, "one") // the name is free again
	impact := must(w.db.Reader.Impact(t.Context(), w.acme, p.ID))(t)
	if impact.Attachments != 3 || impact.Accounts != 2 {
		t.Errorf("reaches %+v", impact)
	}
}

// TestOptInAndBack: an attachment tries, goes back, and tries again; the others do not notice. // R26 R27 R28 R32
func TestOptInAndBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.pack(w.acme, "Alpha", true)
	w.released(w.acme, p.ID, "1.0.0", w.upload(w.acme, "Mail", "1.0.0"))
	a, b := w.install(w.north, p.ID, "a"), w.install(w.north, p.ID, "b")
	none := w.state(p.ID).Current.ID
	try := func(by release.Actor, at release.Attachment, r release.ID, reason string) func() error {
		return func() error { return w.svc.OptIn(t.Context(), by, at.ID, r, reason) }
	}
	back := func(by release.Actor, reason string) func() error {
		return func() error { return w.svc.GoBack(t.Context(), by, a.ID, reason) }
	}
	w.unchanged("nothing is pending", release.ErrTestingEnded, try(w.north, a, none, ""))
	r := w.pending(w.acme, p.ID, "2.0.0", "2027-01-12", w.upload(w.acme, "Mail", "2.0.0"))
	late := w.install(w.north, p.ID, "c")
	w.runs(late, "1.0.0") // R26
	w.unchanged("the current release", release.ErrTestingEnded, try(w.north, a, none, ""))
	w.unchanged("not tried yet", release.ErrNotOptedIn, back(w.north, ""))
	w.unchanged("a viewer", release.ErrForbidden, try(w.northViewer, a, r.ID, ""))
	w.unchanged("another account", release.ErrNotFound, try(w.south, a, r.ID, ""))
	w.unchanged("its publisher", release.ErrNotFound, try(w.acme, a, r.ID, "please"))
	w.unchanged("support without a reason", release.ErrSupportReasonMissing, try(w.support, a, r.ID, " \t")) // R34
	w.unchanged("a long reason", release.ErrReasonLong, try(w.support, a, r.ID, strings.Repeat("x", 1001)))
	w.ok(w.tells("opting in", try(w.north, a, r.ID, ""), release.ActOptedIn))
	w.unchanged("twice", release.ErrOptedInAlready, try(w.north, a, r.ID, ""))
	w.runs(a, "2.0.0")
	w.runs(b, "1.0.0")
	w.runs(late, "1.0.0")
	w.ok(w.tells("going back", back(w.north, ""), release.ActWentBack))
	w.runs(a, "1.0.0")
	w.ok(w.tells("support acts", try(w.support, a, r.ID, "asked by phone"), release.ActOptedIn))
	w.runs(a, "2.0.0")
	w.history(a, "1.0.0 installed Nora", "2.0.0 opted in Nora", "1.0.0 undone Nora", "2.0.0 opted in Sam")
	e := must(w.db.Reader.Events(t.Context(), w.support, release.EventFilter{Subject: a.ID, Limit: 1}))(t)[0]
	if e.Reason != "asked by phone" || *e.ActorID != w.support.Person || *e.AccountID != w.north.Account || e.Source != release.FromUI {
		t.Errorf("the event tells %+v", e)
	}
	w.clock.set(r.DueAt.Add(-time.Microsecond))
	w.ok(try(w.north, b, r.ID, "")()) // the last moment
	w.clock.set(*r.DueAt)
	w.unchanged("at midnight, not applied yet", release.ErrTestingEnded, try(w.north, late, r.ID, ""))
	w.clock.set(*r.DueAt)
	w.unchanged("going back at midnight, not applied yet", release.ErrTestingEnded, back(w.north, ""))
}

// TestAttachAgain: the new attachment runs the current release, whatever the old one tried. // R29
func TestAttachAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.pack(w.acme, "Alpha", false)
	w.released(w.acme, p.ID, "1.0.0", w.upload(w.acme, "Mail", "1.0.0"))
	a := w.install(w.north, p.ID, "")
	r := w.pending(w.acme, p.ID, "2.0.0", "2027-01-12", w.upload(w.acme, "Mail", "2.0.0"))
	w.ok(w.svc.OptIn(t.Context(), w.north, a.ID, r.ID, ""))
	w.ok(w.tells("uninstall", func() error { return w.svc.Uninstall(t.Context(), w.north, a.ID) }, release.ActDetached))
	b := w.install(w.north, p.ID, "")
	w.runs(a, "")
	w.runs(b, "1.0.0")
	if impact := must(w.db.Reader.Impact(t.Context(), w.acme, p.ID))(t); impact.OptIns != 0 || impact.Attachments != 1 {
		t.Errorf("reaches %+v", impact)
	}
	w.history(a, "1.0.0 installed Nora", "2.0.0 opted in Nora", "- uninstalled Nora")
	w.unchanged("trying with what is uninstalled", release.ErrDetached, func() error { return w.svc.OptIn(t.Context(), w.north, a.ID, r.ID, "") })
}

// TestHistoryAnswersForAnyMoment: which release an attachment ran at a moment of the past. // R32
func TestHistoryAnswersForAnyMoment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.pack(w.acme, "Alpha", true)
	w.released(w.acme, p.ID, "1.0.0", w.upload(w.acme, "Mail", "1.0.0"))
	a := w.install(w.north, p.ID, "a")
	type moment struct {
		at   time.Time
		want string
	}
	moments := []moment{{a.AttachedAt, "1.0.0"}, {a.AttachedAt.Add(-time.Microsecond), ""}}
	remember := func(want string) {
		w.runs(a, want)
		w.clock.advance(time.Hour)
		moments = append(moments, moment{w.clock.now(), want})
		w.clock.advance(time.Hour)
	}
	r := w.pending(w.acme, p.ID, "2.0.0", "2027-01-13", w.upload(w.acme, "Mail", "2.0.0"))
	remember("1.0.0")
	w.ok(w.svc.OptIn(t.Context(), w.north, a.ID, r.ID, ""))
	remember("2.0.0")
	w.ok(w.svc.GoBack(t.Context(), w.north, a.ID, ""))
	remember("1.0.0")
	w.ok(w.svc.OptIn(t.Context(), w.north, a.ID, r.ID, ""))
	remember("2.0.0")
	w.ok(w.svc.Reschedule(t.Context(), w.acme, r.ID, "2027-01-14", "later"))
	remember("2.0.0")
	w.ok(w.svc.Withdraw(t.Context(), w.acme, r.ID, "broken"))
	remember("1.0.0")
	r = w.pending(w.acme, p.ID, "2.0.1", "2027-01-15", w.upload(w.acme, "Mail", "2.0.1"))
	w.clock.set(r.DueAt.Add(2 * time.Hour))
	must(w.svc.ApplyDue(t.Context(), w.clock.now()))(t) // late
	remember("2.0.1")
	w.ok(w.svc.Uninstall(t.Context(), w.north, a.ID))
	remember("")
	rows := must(w.db.Reader.History(t.Context(), w.north, a.ID))(t)
	for _, m := range moments {
		got := ""
		for _, h := range rows {
			if !h.Since.After(m.at) && (h.Until == nil || h.Until.After(m.at)) && h.Release != nil {
				got += h.Release.Version.String()
			}
		}
		if got != m.want {
			t.Errorf("at %s it ran %q, want %q", m.at, got, m.want)
		}
	}
	if last := rows[len(rows)-2]; !last.Late || last.How != release.HowMidnight {
		t.Errorf("applied late, but told as %+v", last) // R18
	}
}
