package store_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"packtide/release"
)

// R18: what is due comes in the order of its instant, with what it replaces; what is not due stays.
func TestTakeDue(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	midnight := start.Add(24 * time.Hour)
	first, second, later, due := w.newPack(false), w.newPack(false), w.newPack(false), []release.Release(nil)
	current := w.current(first.ID, start)
	b := w.pending(second.ID, 1, midnight)
	a := w.pending(first.ID, 2, midnight.Add(-time.Hour))
	w.pending(later.ID, 1, midnight.Add(time.Microsecond))
	var got []release.DueRelease
	w.do(func(ctx context.Context, tx release.Tx) (err error) {
		got, err = tx.TakeDue(ctx, midnight, 10)
		return err
	})
	due = append(due, a, b)
	for i := range due {
		due[i].Contents = nil
	}
	want := []release.DueRelease{
		{Release: due[0], PackName: first.Name, Publisher: w.publisher.ID, CurrentID: current.ID},
		{Release: due[1], PackName: second.Name, Publisher: w.publisher.ID},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("due releases (-want +got):\n%s", diff)
	}
}

// R18: two workers take disjoint releases, and when both are done none is left, although packs are locked by others in
// between.
func TestTakeDueShares(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	const packs = 30
	for range packs {
		pack := w.newPack(false)
		w.current(pack.ID, start)
		w.pending(pack.ID, 2, start)
	}
	var mu sync.Mutex
	var applied []release.ID
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			for w.applySome(t, &mu, &applied) > 0 {
			}
		})
	}
	all.Wait()
	slices.SortFunc(applied, func(a, b release.ID) int { return slices.Compare(a[:], b[:]) })
	if n := len(slices.Compact(slices.Clone(applied))); n != packs || len(applied) != packs {
		t.Errorf("%d releases applied, %d different ones, want %d", len(applied), n, packs)
	}
	if n := w.number(`SELECT count(*) FROM release WHERE state = 'released' AND ended_at IS NULL`); n != packs {
		t.Errorf("%d current releases, want %d", n, packs)
	}
}

func (w *scene) applySome(t *testing.T, mu *sync.Mutex, applied *[]release.ID) int {
	t.Helper()
	var taken []release.DueRelease
	err := w.try(func(ctx context.Context, tx release.Tx) (err error) {
		if taken, err = tx.TakeDue(ctx, start, 4); err != nil {
			return err
		}
		var packs []release.ID
		var done []release.Release
		for _, d := range taken {
			r := d.Release
			r.State, r.ReleasedAt, r.TestingUntil = release.Released, &start, &start
			packs, done = append(packs, r.Pack), append(done, r)
		}
		if err := tx.EndCurrent(ctx, packs, start); err != nil {
			return err
		}
		return tx.SaveApplied(ctx, done)
	})
	if err != nil {
		t.Error(err)
		return 0
	}
	mu.Lock()
	defer mu.Unlock()
	for _, d := range taken {
		*applied = append(*applied, d.Release.ID)
	}
	return len(taken)
}

// TestTakeDueBesideOthers: a pack that somebody has locked is left out while there are free ones, waited for when it is the
// last, and given up when the other takes long; the use case goes on then.
func TestTakeDueBesideOthers(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	locked, free := w.newPack(false), w.newPack(false)
	wanted := w.pending(locked.ID, 1, start)
	other := w.pending(free.ID, 1, start.Add(time.Second))
	holding, release1, released := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		released <- w.try(func(ctx context.Context, tx release.Tx) error {
			_, err := tx.SharePack(ctx, locked.ID)
			close(holding)
			<-release1
			return err
		})
	}()
	<-holding
	take := func(at time.Time) (got []release.ID) {
		w.do(func(ctx context.Context, tx release.Tx) error {
			due, err := tx.TakeDue(ctx, at, 10)
			for _, d := range due {
				got = append(got, d.Release.ID)
			}
			if err == nil {
				_, err = tx.Account(ctx, w.publisher.ID) // the transaction is still good
			}
			return err
		})
		return got
	}
	if diff := cmp.Diff([]release.ID{other.ID}, take(start.Add(time.Second))); diff != "" {
		t.Errorf("beside a locked pack (-want +got):\n%s", diff)
	}
	if got := take(start); got != nil {
		t.Errorf("took %v, which is locked for long", got)
	}
	time.AfterFunc(100*time.Millisecond, func() { close(release1) })
	if diff := cmp.Diff([]release.ID{wanted.ID}, take(start)); diff != "" {
		t.Errorf("when the lock goes after a moment (-want +got):\n%s", diff)
	}
	if err := <-released; err != nil {
		t.Error(err)
	}
}
