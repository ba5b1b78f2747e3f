package release_test

import (
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
	outright := func(e release.DraftEdit) error { _, err := w.svc.ReleaseOutright(ctx, w.acme, p.ID, e); return err }
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
	id := must(w.svc.ReleaseOutright(ctx, w.acme, p.ID, now))(t)
	if c := w.state(p.ID).Current; c == nil || c.ID != id || c.Notes != "first" || w.state(p.ID).Draft != nil {
		t.Fatalf("released %s, current is %+v", id, c)
	}
	now.Version = new("1.0.1")
	w.unchanged("the same again", release.ErrNothingChanged, func() error { return outright(now) })
	then := release.DraftEdit{Contents: of(two), Version: new("2.0.0"), Plan: release.Scheduled, Date: "2027-01-20"}
	id = must(w.svc.ReleaseOutright(ctx, w.acme2, p.ID, then))(t)
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
		scheduled := func(by release.Actor) func() error {
			return func() error {
				_, err := w.svc.ReleaseOutright(t.Context(), by, a.pack.ID, release.DraftEdit{
					Contents: release.Contents{versions[1].Package: versions[1].ID}, Version: new("2.0.0"),
					Plan: release.Scheduled, Date: release.DateOf(monday, time.UTC).AddDays(9).String(),
				})
				return err
			}
		}
		errs := w.race(scheduled(w.acme), scheduled(w.acme2), scheduled(w.acme))
		if won := w.outcomes(errs, release.ErrPendingExists); won != 1 {
			t.Errorf("%d of three scheduled the same release", won)
		}
	})
}
