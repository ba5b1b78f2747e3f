package release_test

import (
	"testing"

	"packtide/release"
)

// composingSteps are what a program does in one request, and environments.
func (w *world) composingSteps() []step {
	ctx, s := w.t.Context(), w.svc
	y := &w.story
	var pack release.ID
	mail, chat := func() release.ID { return y.versions[0].Package }, func() release.ID { return y.versions[1].Package }
	texts := release.PackTextsEdit{Name: new("Gamma"), SupportContact: new("help")}
	contents := func() release.Contents { return release.Contents{mail(): y.versions[0].ID, chat(): y.versions[1].ID} }
	change := func(a func() release.Assembly) func(release.Actor) error {
		return func(by release.Actor) error { return s.ChangePack(ctx, by, pack, a()) }
	}
	return []step{
		{"AssemblePack", w.acme, func(by release.Actor) error {
			p, err := s.AssemblePack(ctx, by, release.NewPack{PackTexts: release.PackTexts{Name: "Gamma"}, Multiple: new(false)}, []release.ID{mail(), mail()})
			if err == nil {
				pack = p.ID
			}
			return err
		}, []string{release.ActPackCreated, release.ActDraftBegun, release.ActDraftEdited, release.ActPackageAdded}, ownThings()},
		{
			"ChangePack", w.acme, change(func() release.Assembly { return release.Assembly{Texts: texts, Add: []release.ID{mail(), chat()}} }),
			[]string{release.ActPackEdited, release.ActDraftEdited, release.ActPackageAdded},
			notOfPublisher(),
		},
		{"ChangePack", w.acme, change(func() release.Assembly { return release.Assembly{Texts: texts, Add: []release.ID{mail()}} }), nil, nil},
		{
			"ChangePack", w.acme, change(func() release.Assembly { return release.Assembly{Remove: []release.ID{chat()}} }),
			[]string{release.ActDraftEdited, release.ActPackageRemoved},
			nil,
		},
		{"ReleaseOutright", w.acme, func(by release.Actor) error {
			_, err := s.ReleaseOutright(ctx, by, pack, w.seen(pack), release.DraftEdit{Version: new("1.0.0"), Plan: release.Immediate})
			return err
		}, []string{release.ActDraftEdited, release.ActReleased}, nil},
		{"ReleaseOutright", w.acme, func(by release.Actor) error {
			_, err := s.ReleaseOutright(ctx, by, pack, w.seen(pack), release.DraftEdit{Contents: contents(), Version: new("1.1.0"), Plan: release.Scheduled, Date: "2027-01-22"})
			return err
		}, []string{release.ActDraftBegun, release.ActDraftEdited, release.ActScheduled}, nil},
		{"ReplacePending", w.acme, func(by release.Actor) error {
			newest := contents()
			newest[mail()] = w.newest(mail())
			_, err := s.ReplacePending(ctx, by, pack, *w.seen(pack), "other versions", release.DraftEdit{
				Contents: newest, Version: new("1.2.0"), Plan: release.Scheduled, Date: "2027-01-23",
			})
			return err
		}, []string{release.ActWithdrawn, release.ActDraftBegun, release.ActDraftEdited, release.ActScheduled}, notOfPublisher()},
		{
			"ReleasePending", w.acme, func(by release.Actor) error { return s.ReleasePending(ctx, by, w.state(pack).Pending.ID) },
			[]string{release.ActReleased},
			notOfPublisher(),
		},
		{
			"CreateEnvironment", w.north, func(by release.Actor) error { _, err := s.CreateEnvironment(ctx, by, "Lab", release.Test); return err },
			[]string{release.ActEnvironmentMade},
			map[string]error{"northViewer": release.ErrForbidden, "support": release.ErrReadOnly, "nobody": release.ErrForbidden},
		},
		{
			"SetEnvironment", w.north, func(by release.Actor) error { return s.SetEnvironment(ctx, by, y.attachment.ID, "Lab") },
			[]string{release.ActMovedThere},
			notOfAccount(),
		},
		{"SetEnvironment", w.north, func(by release.Actor) error { return s.SetEnvironment(ctx, by, y.attachment.ID, "Lab") }, nil, nil},
		{
			"LeaveEnvironment", w.north, func(by release.Actor) error { return s.LeaveEnvironment(ctx, by, y.attachment.ID, "Lab") },
			[]string{release.ActMovedThere},
			notOfAccount(),
		},
	}
}

// newest is the id of a package's highest version.
func (w *world) newest(pkg release.ID) release.ID {
	w.t.Helper()
	rows := must(w.db.Reader.Versions(w.t.Context(), w.acme, pkg, nil, 1))(w.t)
	return rows[0].ID
}

// TestReplacePending: what was seen must be what is there, and refused, nothing changes. // R15 R19 R20
func TestReplacePending(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	one, two := w.upload(w.acme, "Mail", "1.0.0"), w.upload(w.acme, "Mail", "2.0.0")
	p := w.pack(w.acme, "Alpha", false)
	edit := func(v release.PackageVersion, version string, plan release.Plan, date string) release.DraftEdit {
		return release.DraftEdit{Contents: release.Contents{v.Package: v.ID}, Version: &version, Plan: plan, Date: date}
	}
	pending := must(w.svc.ReleaseOutright(ctx, w.acme, p.ID, w.seen(p.ID), edit(one, "1.0.0", release.Scheduled, "2027-01-20")))(t)
	replace := func(seen release.Seen, e release.DraftEdit) error {
		_, err := w.svc.ReplacePending(ctx, w.acme, p.ID, seen, "other versions", e)
		return err
	}
	seen := release.Seen{Pending: pending}
	w.unchanged("another pending release", release.ErrDraftStale, func() error {
		return replace(release.Seen{Pending: p.ID}, edit(two, "2.0.0", release.Immediate, ""))
	})
	w.unchanged("a draft that was not there", release.ErrDraftStale, func() error {
		return replace(release.Seen{Pending: pending, Draft: p.ID, Revision: 1}, edit(two, "2.0.0", release.Immediate, ""))
	})
	w.unchanged("a date in the past", release.ErrDateTooEarly, func() error {
		return replace(seen, edit(two, "2.0.0", release.Scheduled, "2020-01-20"))
	})
	w.ok(replace(seen, edit(two, "2.0.0", release.Scheduled, "2027-01-21")))
	st := w.state(p.ID)
	if old := w.release(pending); old.State != release.Withdrawn || old.Reason != "other versions" || !old.TestingUntil.Equal(*st.Pending.TestingSince) {
		t.Errorf("the old release is %+v", old)
	}
	next := st.Pending.ID
	w.ok(w.svc.ReleasePending(ctx, w.acme, next))
	if c := w.state(p.ID).Current; c == nil || c.ID != next || c.DueAt != nil || c.TestingUntil == nil || c.Late {
		t.Errorf("the current release is %+v", c)
	}
	w.unchanged("released already", release.ErrTestingEnded, func() error { return w.svc.ReleasePending(ctx, w.acme, next) })
}
