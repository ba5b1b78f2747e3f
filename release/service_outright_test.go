package release_test

import (
	"fmt"
	"testing"
	"time"

	"packtide/release"
)

// TestReleaseOutright: one step does what the wizard does in five, and, refused, leaves nothing behind. // R14 R15 R16 R19 R23 R24 R35
func TestReleaseOutright(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	one, two := w.upload(w.acme, "Mail", "1.0.0"), w.upload(w.acme, "Mail", "2.0.0")
	p := w.pack(w.acme, "Alpha", false)
	of := func(v release.PackageVersion) release.Contents { return release.Contents{v.Package: v.ID} }
	outright := func(e release.DraftEdit) error {
		_, err := w.svc.ReleaseOutright(ctx, w.acme, p.ID, w.seen(p.ID), e)
		return err
	}
	now := release.DraftEdit{Contents: of(one), Version: new("1.0.0"), Notes: new("first"), Plan: release.Immediate}
	w.unchanged("no plan", release.ErrPlanMissing, func() error {
		return outright(release.DraftEdit{Contents: of(one), Version: new("1.0.0")})
	})
	w.unchanged("a plan that there is not", release.ErrPlanMissing, func() error {
		return outright(release.DraftEdit{Contents: of(one), Version: new("1.0.0"), Plan: "later"})
	})
	bad := release.DraftEdit{Contents: of(one), Version: new("one"), Plan: release.Scheduled, Date: "tomorrow"}
	for _, want := range []error{release.ErrVersionForm, release.ErrDateForm} {
		w.unchanged("two things to mend", want, func() error { return outright(bad) })
	}
	w.unchanged("no package", release.ErrPackEmpty, func() error {
		return outright(release.DraftEdit{Version: new("1.0.0"), Plan: release.Immediate})
	})
	id := must(w.svc.ReleaseOutright(ctx, w.acme, p.ID, w.seen(p.ID), now))(t)
	if c := w.state(p.ID).Current; c == nil || c.ID != id || c.Notes != "first" || w.state(p.ID).Draft != nil {
		t.Fatalf("released %s, current is %+v", id, c)
	}
	now.Version = new("1.0.1")
	w.unchanged("the same again", release.ErrNothingChanged, func() error { return outright(now) })
	then := release.DraftEdit{Contents: of(two), Version: new("2.0.0"), Plan: release.Scheduled, Date: "2027-01-20"}
	id = must(w.svc.ReleaseOutright(ctx, w.acme2, p.ID, w.seen(p.ID), then))(t)
	if pending := w.state(p.ID).Pending; pending == nil || pending.ID != id || pending.DueOn.String() != "2027-01-20" {
		t.Fatalf("scheduled %s, pending is %+v", id, pending)
	}
	then.Version = new("2.1.0")
	w.unchanged("a second one in testing", release.ErrPendingExists, func() error { return outright(then) })

	w.clock.set(parisMidnight.AddDate(0, 0, 9)) // the pending one is due, and nobody has applied it
	now.Version = new("2.0.1")
	w.ok(outright(now))
	st := w.state(p.ID)
	if old := w.release(id); st.Current.Version.String() != "2.0.1" || old.State != release.Released {
		t.Errorf("current is %s, the overdue one %s", st.Current.Version, old.State)
	}
}

// TestRaceOutright: of several who release the same at once, one does. // R14 R24
func TestRaceOutright(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.arenas(func(a *arena, versions []release.PackageVersion) {
		seen := w.seen(a.pack.ID)
		scheduled := func(by release.Actor) func() error {
			return func() error {
				_, err := w.svc.ReleaseOutright(t.Context(), by, a.pack.ID, seen, release.DraftEdit{
					Contents: release.Contents{versions[1].Package: versions[1].ID}, Version: new("2.0.0"),
					Plan: release.Scheduled, Date: release.DateOf(monday, time.UTC).AddDays(9).String(),
				})
				return err
			}
		}
		errs := w.race(scheduled(w.acme), scheduled(w.acme2), scheduled(w.acme))
		if won := w.outcomes(errs, release.ErrDraftStale); won != 1 {
			t.Errorf("%d of three scheduled the same release", won)
		}
	})
}

// seen is the pack as somebody sees it now.
func (w *world) seen(pack release.ID) *release.Seen {
	w.t.Helper()
	view, err := w.db.Reader.Pack(w.t.Context(), w.acme, pack)
	if err != nil {
		return nil // a pack that is not there, or not theirs
	}
	return new(view.Seen())
}

// TestStaleOutright: what has happened to the pack since it was read is not undone by a release that knows nothing of it. // R8 R14
func TestStaleOutright(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	mail, chat, desk := w.upload(w.acme, "Mail", "1.0.0"), w.upload(w.acme, "Chat", "1.0.0"), w.upload(w.acme, "Desk", "1.0.0")
	mail2 := w.upload(w.acme, "Mail", "2.0.0")
	of := func(versions ...release.PackageVersion) release.Contents {
		contents := release.Contents{}
		for _, v := range versions {
			contents[v.Package] = v.ID
		}
		return contents
	}
	for name, c := range map[string]struct {
		before, meanwhile func(release.Pack) error
	}{
		"a package was removed, and the draft begun": {nil, func(p release.Pack) error { return w.svc.RemovePackage(ctx, w.acme2, p.ID, chat.Package) }},
		"a package was removed from the draft": {
			func(p release.Pack) error { return w.svc.AddPackage(ctx, w.acme, p.ID, desk.Package) },
			func(p release.Pack) error { return w.svc.RemovePackage(ctx, w.acme2, p.ID, chat.Package) },
		},
		"a package was added": {nil, func(p release.Pack) error { return w.svc.AddPackage(ctx, w.acme2, p.ID, desk.Package) }},
		"the draft was discarded": {
			func(p release.Pack) error { return w.svc.AddPackage(ctx, w.acme, p.ID, desk.Package) },
			func(p release.Pack) error {
				d := w.state(p.ID).Draft
				return w.svc.DiscardDraft(ctx, w.acme2, d.ID, d.Revision)
			},
		},
		"another release is current": {nil, func(p release.Pack) error {
			_, err := w.svc.ReleaseOutright(ctx, w.acme2, p.ID, w.seen(p.ID), release.DraftEdit{Contents: of(mail), Version: new("1.1.0"), Plan: release.Immediate})
			return err
		}},
		"another release is pending": {nil, func(p release.Pack) error {
			_, err := w.svc.ReleaseOutright(ctx, w.acme2, p.ID, w.seen(p.ID), release.DraftEdit{Contents: of(mail), Version: new("1.1.0"), Plan: release.Scheduled, Date: "2027-01-20"})
			return err
		}},
		"the pending release was withdrawn": {
			func(p release.Pack) error {
				_, err := w.svc.ReleaseOutright(ctx, w.acme, p.ID, w.seen(p.ID), release.DraftEdit{Contents: of(mail), Version: new("1.1.0"), Plan: release.Scheduled, Date: "2027-01-20"})
				return err
			},
			func(p release.Pack) error { return w.svc.Withdraw(ctx, w.acme2, w.state(p.ID).Pending.ID, "broken") },
		},
	} {
		p := w.pack(w.acme, name, false)
		w.released(w.acme, p.ID, "1.0.0", mail, chat)
		if c.before != nil {
			w.ok(c.before(p))
		}
		seen := w.seen(p.ID)
		w.ok(c.meanwhile(p))
		w.unchanged(name, release.ErrDraftStale, func() error {
			_, err := w.svc.ReleaseOutright(ctx, w.acme, p.ID, seen, release.DraftEdit{Contents: of(mail2, chat), Version: new("2.0.0"), Plan: release.Immediate})
			return err
		})
	}
	p := w.pack(w.acme, "Whatever the draft holds", false)
	w.ok(w.svc.AddPackage(ctx, w.acme2, p.ID, desk.Package))
	must(w.svc.ReleaseOutright(ctx, w.acme, p.ID, nil, release.DraftEdit{Contents: of(mail, chat), Version: new("1.0.0"), Plan: release.Immediate}))(t)
	if got := w.state(p.ID).Current.Contents; !got.Equal(of(mail, chat)) {
		t.Errorf("released %v", got)
	}
}

// TestRaceOutrightAgainstRemoval: a package whose removal was done is not in what goes out next, whoever was faster. // R8 R14
func TestRaceOutrightAgainstRemoval(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	mail, chat := w.upload(w.acme, "Mail", "1.0.0"), w.upload(w.acme, "Chat", "1.0.0")
	mail2 := w.upload(w.acme, "Mail", "2.0.0")
	for i := range 2 * rounds {
		p := w.pack(w.acme, fmt.Sprintf("Pack %d", i), false)
		w.released(w.acme, p.ID, "1.0.0", mail, chat)
		seen := w.seen(p.ID)
		errs := w.race(
			func() error { return w.svc.RemovePackage(ctx, w.acme2, p.ID, chat.Package) },
			func() error {
				_, err := w.svc.ReleaseOutright(ctx, w.acme, p.ID, seen, release.DraftEdit{
					Contents: release.Contents{mail.Package: mail2.ID, chat.Package: chat.ID}, Version: new("2.0.0"), Plan: release.Immediate,
				})
				return err
			},
		)
		w.outcomes(errs, release.ErrDraftStale)
		w.ok(errs[0])
		rows := must(w.db.Reader.PackPackages(ctx, w.acme, p.ID))(t)
		for _, row := range rows {
			if row.PackageID == chat.Package && row.Next != nil {
				t.Errorf("what was removed goes out again; the release ended with %v", errs[1])
			}
		}
	}
}
