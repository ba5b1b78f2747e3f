package release_test

import (
	"testing"

	"packtide/release"
)

// TestRaceOfTakingBackAgainstTheDecision: nothing is decided without what is demanded, and nothing decided loses it.
func TestRaceOfTakingBackAgainstTheDecision(t *testing.T) { // R35
	t.Parallel()
	w := newWorld(t)
	n := 0
	w.arenas(func(a *arena, v []release.PackageVersion) {
		item := w.demand("Regression test done")
		defer func() {
			item.Demanded = false // the next arena begins with a release
			w.ok(w.svc.SetEvidenceItems(t.Context(), w.acme, []release.EvidenceItem{item}))
		}()
		d := w.planned(w.acme, a.pack.ID, "2.0.0", "2027-01-12", v[1])
		w.ok(w.svc.GiveEvidence(t.Context(), w.acme, d.ID, release.NewEvidence{Item: item.ID}))
		decide := w.svc.ScheduleRelease
		if n++; n%2 == 0 {
			decide = w.svc.ReleaseNow
		}
		errs := w.race(
			func() error { return decide(t.Context(), w.acme, d.ID, d.Revision) },
			func() error { return w.svc.TakeEvidenceBack(t.Context(), w.acme2, d.ID, item.ID) },
		)
		if won := w.outcomes(errs, release.ErrEvidenceMissing, release.ErrEvidenceFinal); won != 1 {
			t.Errorf("%d won: %v", won, errs)
		}
		decided, held := w.release(d.ID).State != release.Draft, len(must(w.db.Reader.Evidence(t.Context(), w.acme, d.ID))(t)) == 1
		if decided != held || decided != (errs[0] == nil) {
			t.Errorf("decided %t with evidence %t: %v", decided, held, errs)
		}
		if !decided {
			w.ok(w.svc.GiveEvidence(t.Context(), w.acme, d.ID, release.NewEvidence{Item: item.ID}))
		}
	})
}

func TestRaceOfTwoTicks(t *testing.T) { // R35
	t.Parallel()
	w := newWorld(t)
	w.arenas(func(a *arena, v []release.PackageVersion) {
		item := w.evidenceItems()[0]
		d := w.draft(w.acme, a.pack.ID, "2.0.0", v[1])
		errs := w.race(
			func() error {
				return w.svc.GiveEvidence(t.Context(), w.acme, d.ID, release.NewEvidence{Item: item.ID, File: addedFile("a", "the same")})
			},
			func() error {
				return w.svc.GiveEvidence(t.Context(), w.acme2, d.ID, release.NewEvidence{Item: item.ID, File: addedFile("b", "the same")})
			},
		)
		if won := w.outcomes(errs, release.ErrEvidenceGiven); won != 1 {
			t.Errorf("%d won: %v", won, errs)
		}
	})
}
