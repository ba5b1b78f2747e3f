package release_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"packtide/release"
)

// rounds is how often each race is run.
const rounds = 12

// parisMidnight begins 2027-01-12 where Acme is.
var parisMidnight = time.Date(2027, 1, 11, 23, 0, 0, 0, time.UTC)

// race lets all begin at the same moment, and gives their errors in the order of the racers. Whatever is neither success nor
// a refusal (a deadlock, a constraint without a rule) fails the test.
func (w *world) race(racers ...func() error) []error {
	w.t.Helper()
	errs := make([]error, len(racers))
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	for i, racer := range racers {
		ready.Add(1)
		done.Go(func() {
			ready.Done()
			<-start
			errs[i] = racer()
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
	for i, err := range errs {
		if _, refusal := errors.AsType[*release.Error](err); err != nil && !refusal {
			w.t.Errorf("racer %d failed: %v", i, err)
		}
	}
	return errs
}

// outcomes wants each error to be nil or one of the refusals, and gives how many were nil.
func (w *world) outcomes(errs []error, refusals ...error) (won int) {
	w.t.Helper()
next:
	for i, err := range errs {
		if err == nil {
			won++
			continue
		}
		for _, r := range refusals {
			if errors.Is(err, r) {
				continue next
			}
		}
		w.t.Errorf("racer %d: %v is none of the refusals that fit", i, err)
	}
	return won
}

// arena is a pack with a current release 1.0.0, installed by North and South, whose next release can be raced for.
type arena struct {
	*world
	pack         release.Pack
	north, south release.Attachment
}

// arenas makes one for each round, all with versions of one package.
func (w *world) arenas(each func(*arena, []release.PackageVersion)) {
	w.t.Helper()
	versions := []release.PackageVersion{w.upload(w.acme, "Mail", "1.0.0"), w.upload(w.acme, "Mail", "2.0.0"), w.upload(w.acme, "Mail", "3.0.0")}
	for i := range rounds {
		w.clock.set(monday.Add(time.Duration(i) * time.Minute))
		a := &arena{world: w, pack: w.pack(w.acme, fmt.Sprintf("Pack %d", i), true)}
		w.released(w.acme, a.pack.ID, "1.0.0", versions[0])
		a.north, a.south = w.install(w.north, a.pack.ID, "n"), w.install(w.south, a.pack.ID, "s")
		each(a, versions)
	}
}

func TestRaceOfTwoSchedules(t *testing.T) { // R14 R19
	t.Parallel()
	w := newWorld(t)
	w.arenas(func(a *arena, v []release.PackageVersion) {
		d := w.planned(w.acme, a.pack.ID, "2.0.0", "2027-01-12", v[1])
		errs := w.race(
			func() error { return w.svc.ScheduleRelease(t.Context(), w.acme, d.ID, d.Revision) },
			func() error { return w.svc.ScheduleRelease(t.Context(), w.acme2, d.ID, d.Revision) },
			func() error { return w.svc.ScheduleRelease(t.Context(), w.acme, d.ID, d.Revision) },
		)
		if won := w.outcomes(errs, release.ErrDraftStale); won != 1 {
			t.Errorf("%d won: %v", won, errs)
		}
	})
}

func TestRaceOfScheduleAgainstImmediate(t *testing.T) { // R14 R15
	t.Parallel()
	w := newWorld(t)
	w.arenas(func(a *arena, v []release.PackageVersion) {
		d := w.planned(w.acme, a.pack.ID, "2.0.0", "2027-01-12", v[1])
		errs := w.race(
			func() error { return w.svc.ScheduleRelease(t.Context(), w.acme, d.ID, d.Revision) },
			func() error { return w.svc.ReleaseNow(t.Context(), w.acme2, d.ID, d.Revision) },
		)
		if won := w.outcomes(errs, release.ErrDraftStale); won != 1 {
			t.Errorf("%d won: %v", won, errs)
		}
		want := "2.0.0"
		if errs[0] == nil {
			want = "1.0.0"
		}
		w.runs(a.north, want)
	})
}

func TestRaceOfTwoPublishersOnOneDraft(t *testing.T) { // R14
	t.Parallel()
	w := newWorld(t)
	w.arenas(func(a *arena, v []release.PackageVersion) {
		d := w.draft(w.acme, a.pack.ID, "2.0.0", v[1])
		errs := w.race(
			func() error {
				return w.svc.DescribeRelease(t.Context(), w.acme, d.ID, d.Revision, "2.0.1", "of the one")
			},
			func() error {
				return w.svc.ChooseVersions(t.Context(), w.acme2, d.ID, d.Revision, release.Contents{v[2].Package: v[2].ID})
			},
			func() error {
				return w.svc.PlanRelease(t.Context(), w.acme2, d.ID, d.Revision, release.Scheduled, "2027-01-13")
			},
		)
		if won := w.outcomes(errs, release.ErrDraftStale); won != 1 {
			t.Errorf("%d won: %v", won, errs)
		}
		if now := w.state(a.pack.ID).Draft; now.Revision != d.Revision+1 {
			t.Errorf("revision %d after %d", now.Revision, d.Revision)
		}
	})
}

func TestRaceToBeginADraft(t *testing.T) { // R14
	t.Parallel()
	w := newWorld(t)
	w.arenas(func(a *arena, _ []release.PackageVersion) {
		drafts := make([]release.Release, 4)
		racers := make([]func() error, len(drafts))
		for i := range drafts {
			racers[i] = func() (err error) {
				drafts[i], err = w.svc.DraftRelease(t.Context(), w.acme, a.pack.ID)
				return err
			}
		}
		if won := w.outcomes(w.race(racers...)); won != len(drafts) {
			t.Errorf("%d of %d got the draft", won, len(drafts))
		}
		for _, d := range drafts {
			if d.ID != drafts[0].ID {
				t.Error("two drafts of one pack")
			}
		}
	})
}

func TestRaceOfOptInAgainstWithdraw(t *testing.T) { // R20 R27
	t.Parallel()
	w := newWorld(t)
	w.arenas(func(a *arena, v []release.PackageVersion) {
		p := w.pending(w.acme, a.pack.ID, "2.0.0", "2027-01-12", v[1])
		errs := w.race(
			func() error { return w.svc.OptIn(t.Context(), w.north, a.north.ID, p.ID, "") },
			func() error { return w.svc.Withdraw(t.Context(), w.acme, p.ID, "broken") },
			func() error { return w.svc.OptIn(t.Context(), w.south, a.south.ID, p.ID, "") },
		)
		w.outcomes(errs, release.ErrTestingEnded)
		w.ok(errs[1])
		w.runs(a.north, "1.0.0")
		w.runs(a.south, "1.0.0")
	})
}

func TestRaceOfOptInAgainstImmediate(t *testing.T) { // R15 R27
	t.Parallel()
	w := newWorld(t)
	w.arenas(func(a *arena, v []release.PackageVersion) {
		p := w.pending(w.acme, a.pack.ID, "2.0.0", "2027-01-12", v[1])
		d := w.draft(w.acme, a.pack.ID, "3.0.0", v[2])
		errs := w.race(
			func() error { return w.svc.OptIn(t.Context(), w.north, a.north.ID, p.ID, "") },
			func() error { return w.svc.ReleaseNow(t.Context(), w.acme, d.ID, d.Revision) },
			func() error { return w.svc.OptIn(t.Context(), w.south, a.south.ID, p.ID, "") },
		)
		w.outcomes(errs, release.ErrTestingEnded)
		w.ok(errs[1])
		w.runs(a.north, "3.0.0")
		w.runs(a.south, "3.0.0")
	})
}

func TestRaceOfTwoOptIns(t *testing.T) { // R27, and of opting in against going back
	t.Parallel()
	w := newWorld(t)
	w.arenas(func(a *arena, v []release.PackageVersion) {
		p := w.pending(w.acme, a.pack.ID, "2.0.0", "2027-01-12", v[1])
		try := func() error { return w.svc.OptIn(t.Context(), w.north, a.north.ID, p.ID, "") }
		if won := w.outcomes(w.race(try, try, try), release.ErrOptedInAlready); won != 1 {
			t.Errorf("%d opt-ins of one attachment", won)
		}
		back := func() error { return w.svc.GoBack(t.Context(), w.north, a.north.ID, "") }
		w.outcomes(w.race(back, try, back), release.ErrOptedInAlready, release.ErrNotOptedIn)
	})
}

func TestRaceOfUninstallAgainstOptIn(t *testing.T) { // R27 R29
	t.Parallel()
	w := newWorld(t)
	w.arenas(func(a *arena, v []release.PackageVersion) {
		p := w.pending(w.acme, a.pack.ID, "2.0.0", "2027-01-12", v[1])
		errs := w.race(
			func() error { return w.svc.OptIn(t.Context(), w.north, a.north.ID, p.ID, "") },
			func() error { return w.svc.Uninstall(t.Context(), w.north, a.north.ID) },
			func() error { return w.svc.Uninstall(t.Context(), w.north, a.north.ID) },
		)
		w.outcomes(errs, release.ErrDetached)
		w.runs(a.north, "")
	})
}
