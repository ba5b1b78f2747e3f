package release_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"packtide/release"
)

func TestRaceOfOptInAgainstMidnight(t *testing.T) { // R18 R27
	t.Parallel()
	w := newWorld(t)
	w.arenas(func(a *arena, v []release.PackageVersion) {
		p := w.pending(w.acme, a.pack.ID, "2.0.0", "2027-01-12", v[1])
		w.ok(w.svc.OptIn(t.Context(), w.south, a.south.ID, p.ID, ""))
		w.clock.set(parisMidnight.Add(-2 * time.Millisecond)) // some look just before the instant, some just after
		errs := w.race(
			func() error { return w.svc.OptIn(t.Context(), w.north, a.north.ID, p.ID, "") },
			func() error { _, err := w.svc.ApplyDue(t.Context(), parisMidnight); return err },
			func() error { return w.svc.GoBack(t.Context(), w.south, a.south.ID, "") },
			func() error { return w.svc.Withdraw(t.Context(), w.acme, p.ID, "broken") },
			func() error { _, err := w.svc.ApplyDue(t.Context(), parisMidnight); return err },
		)
		w.outcomes(errs, release.ErrTestingEnded)
		want := "2.0.0"
		if errs[3] == nil {
			want = "1.0.0" // withdrawn in time
		}
		w.runs(a.north, want)
		w.runs(a.south, want)
	})
}

func TestRaceOfImmediateAgainstMidnight(t *testing.T) { // R15 R18
	t.Parallel()
	w := newWorld(t)
	w.arenas(func(a *arena, v []release.PackageVersion) {
		p := w.pending(w.acme, a.pack.ID, "2.0.0", "2027-01-12", v[1])
		d := w.draft(w.acme, a.pack.ID, "3.0.0", v[2])
		w.clock.set(parisMidnight.Add(-time.Millisecond))
		errs := w.race(
			func() error { return w.svc.ReleaseNow(t.Context(), w.acme, d.ID, d.Revision) },
			func() error { _, err := w.svc.ApplyDue(t.Context(), parisMidnight.Add(time.Second)); return err },
			func() error { _, err := w.svc.ApplyDue(t.Context(), parisMidnight.Add(time.Second)); return err },
		)
		if w.outcomes(errs) != len(errs) {
			t.Fatalf("%v", errs)
		}
		w.runs(a.north, "3.0.0")
		if s := w.release(p.ID).State; s != release.Released && s != release.Superseded {
			t.Errorf("the scheduled release is %s", s)
		}
	})
}

// TestWorkersApplyEachReleaseOnce: any number of replicas tick at once, and a reader sees exactly one current release of
// every pack at every moment. // R18
func TestWorkersApplyEachReleaseOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const packs, workers = 300, 6
	w.manyPending(packs)
	ctx, stop := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	looks := 0
	watching.Go(func() {
		for ; ctx.Err() == nil; looks++ {
			// One look is one snapshot: a pack without, or with two, would be counted.
			if n := w.number(`
				SELECT count(*)
				  FROM pack k
				 WHERE (SELECT count(*) FROM release r WHERE r.pack_id = k.id AND r.state = 'released' AND r.ended_at IS NULL) <> 1`); n != 0 {
				t.Errorf("%d packs between versions", n)
			}
		}
	})
	var mu sync.Mutex
	var sum release.Applied
	racers := make([]func() error, workers)
	for i := range racers {
		racers[i] = func() error {
			done, err := w.svc.ApplyDue(t.Context(), parisMidnight.Add(time.Duration(i)*time.Second))
			mu.Lock()
			defer mu.Unlock()
			sum.Releases, sum.Late = sum.Releases+done.Releases, sum.Late+done.Late
			return err
		}
	}
	errs := w.race(racers...)
	stop()
	watching.Wait()
	if err := errors.Join(errs...); err != nil || sum != (release.Applied{Releases: packs}) || looks == 0 {
		t.Errorf("applied %+v of %d (%v), watched %d times", sum, packs, err, looks)
	}
	if n := w.number(`SELECT count(*) FROM release WHERE state = 'pending'`); n != 0 {
		t.Errorf("%d left behind", n)
	}
}

// TestNobodyHoldsUpARelease: accounts that install and opt in without a break share the pack's lock at every moment, and
// neither the publisher nor midnight waits for a pause that never comes. // R18
func TestNobodyHoldsUpARelease(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.due("Alpha")
	crowd, stop := context.WithCancel(t.Context())
	var busy sync.WaitGroup
	const people = 10
	installed := make(chan bool, people)
	for i := range people {
		busy.Go(func() {
			for n := 0; crowd.Err() == nil; n++ {
				a, err := w.svc.InstallPack(t.Context(), w.west, release.Install{Pack: r.Pack, Name: fmt.Sprintf("%d of %d", n, i)})
				if err == nil {
					err = w.svc.OptIn(t.Context(), w.west, a.ID, r.ID, "")
				}
				if err != nil && !errors.Is(err, release.ErrTestingEnded) {
					t.Errorf("in the crowd: %v", err)
				}
				if n == 0 {
					installed <- true
				}
			}
		})
	}
	for range people {
		<-installed
	}
	soon, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := w.svc.Reschedule(soon, w.acme, r.ID, "2027-01-12", "the same day"); err != nil {
		t.Errorf("the publisher waits: %v", err)
	}
	w.clock.set(parisMidnight)
	if done, err := w.svc.ApplyDue(soon, parisMidnight.Add(time.Minute)); err != nil || done.Releases != 1 {
		t.Errorf("midnight waits: %+v, %v", done, err)
	}
	stop()
	busy.Wait()
}

// manyPending makes packs with a current release and one that is due at Acme's next midnight, row by row.
func (w *world) manyPending(n int) {
	w.t.Helper()
	w.exec(`
		INSERT INTO pack (id, publisher_id, name, multiple, support_contact, created_at)
		SELECT gen_random_uuid(), $1, 'Many ' || i, false, 'help', $2 FROM generate_series(1, $3) i`, w.acme.Account, monday, n)
	w.exec(`
		WITH r AS (
		  INSERT INTO release (id, pack_id, number, major, minor, patch, state, released_at, created_at, created_by, decided_by)
		  SELECT gen_random_uuid(), id, 1, 1, 0, 0, 'released', $1, $1, $2, $2 FROM pack WHERE name LIKE 'Many %'
		  RETURNING id, pack_id)
		INSERT INTO audit_event (id, at, source, action, subject) SELECT gen_random_uuid(), $1, 'ui', 'release.released', id FROM r`,
		monday, w.acme.Person)
	w.exec(`
		INSERT INTO release (id, pack_id, number, major, minor, patch, state, plan, due_on, zone, due_at, testing_since, created_at, created_by, decided_by)
		SELECT gen_random_uuid(), id, 2, 2, 0, 0, 'pending', 'scheduled', '2027-01-12', 'Europe/Paris', $1, $2, $2, $3, $3
		  FROM pack WHERE name LIKE 'Many %'`, parisMidnight, monday, w.acme.Person)
}
