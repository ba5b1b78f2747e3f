package release_test

import (
	"fmt"
	"testing"

	"packtide/release"
)

func TestRaceOfInstallAgainstDeletePack(t *testing.T) { // R11
	t.Parallel()
	w := newWorld(t)
	w.arenas(func(a *arena, v []release.PackageVersion) {
		p := w.pending(w.acme, a.pack.ID, "2.0.0", "2027-01-12", v[1])
		install := func() error {
			_, err := w.svc.InstallPack(t.Context(), w.west, release.Install{Pack: a.pack.ID, Name: "w"})
			return err
		}
		errs := w.race(
			install,
			func() error { _, err := w.svc.DeletePack(t.Context(), w.acme, a.pack.ID, a.pack.Name); return err },
			func() error { return w.svc.OptIn(t.Context(), w.north, a.north.ID, p.ID, "") },
			func() error { return w.svc.Uninstall(t.Context(), w.south, a.south.ID) },
			func() error {
				n := release.NewAccount{Name: "North", Zone: "Asia/Tokyo", Managed: true}
				return w.svc.EditAccount(t.Context(), w.operator, w.north.Account, n)
			},
		)
		w.outcomes(errs, release.ErrNotFound, release.ErrDetached, release.ErrTestingEnded)
		w.ok(errs[1])
		w.runs(a.north, "")
		w.ok(w.svc.EditAccount(t.Context(), w.operator, w.north.Account, release.NewAccount{Name: "North", Zone: "Asia/Kolkata", Managed: true}))
	})
}

func TestRaceOfDeleteVersionAgainstRelease(t *testing.T) { // R5
	t.Parallel()
	w := newWorld(t)
	one := w.upload(w.acme, "Mail", "1.0.0")
	for i := range 2 * rounds {
		p := w.pack(w.acme, fmt.Sprintf("Pack %d", i), false)
		v := w.upload(w.acme, "Chat", fmt.Sprintf("1.%d.0", i))
		w.released(w.acme, p.ID, "1.0.0", one)
		d := w.planned(w.acme, p.ID, "2.0.0", "2027-01-12", v)
		decide := w.svc.ScheduleRelease
		if i%2 == 1 {
			decide = w.svc.ReleaseNow
		}
		errs := w.race(
			func() error { return w.svc.DeleteVersion(t.Context(), w.acme, v.ID) },
			func() error { return decide(t.Context(), w.acme, d.ID, d.Revision) },
		)
		if won := w.outcomes(errs, release.ErrVersionInUse, release.ErrVersionDeleted); won != 1 {
			t.Errorf("%d won: %v", won, errs)
		}
	}
}

func TestRaceForOneLabelOrName(t *testing.T) { // R1 R7 R25
	t.Parallel()
	w := newWorld(t)
	for i := range rounds {
		label, name := fmt.Sprintf("1.%d.0", i), fmt.Sprintf("Name %d", i)
		upload := func(by release.Actor) func() error {
			return func() error { _, err := w.svc.UploadVersion(t.Context(), by, file(name, label)); return err }
		}
		if won := w.outcomes(w.race(upload(w.acme), upload(w.acme2), upload(w.acme)), release.ErrVersionExists); won != 1 {
			t.Errorf("%d uploads of one label", won)
		}
		pack := func() error {
			n := release.NewPack{PackTexts: release.PackTexts{Name: name}, Multiple: new(false)}
			_, err := w.svc.CreatePack(t.Context(), w.acme, n)
			return err
		}
		if won := w.outcomes(w.race(pack, pack), release.ErrPackNameTaken); won != 1 {
			t.Errorf("%d packs of one name", won)
		}
		group := func() error { _, err := w.svc.CreateGroup(t.Context(), w.acme, name); return err }
		if won := w.outcomes(w.race(group, group), release.ErrGroupNameTaken); won != 1 {
			t.Errorf("%d groups of one name", won)
		}
	}
}

func TestRaceToInstallASinglePack(t *testing.T) { // R6
	t.Parallel()
	w := newWorld(t)
	one := w.upload(w.acme, "Mail", "1.0.0")
	for i := range rounds {
		p := w.pack(w.acme, fmt.Sprintf("Pack %d", i), false)
		w.released(w.acme, p.ID, "1.0.0", one)
		install := func(name string) func() error {
			return func() error {
				_, err := w.svc.InstallPack(t.Context(), w.north, release.Install{Pack: p.ID, Name: name})
				return err
			}
		}
		if won := w.outcomes(w.race(install(""), install("other"), install("")), release.ErrAttachedAlready); won != 1 {
			t.Errorf("%d attachments of a single-attachment pack", won)
		}
	}
}
