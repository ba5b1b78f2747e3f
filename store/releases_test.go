package store_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"packtide/release"
)

func (w *scene) lockPack(id release.ID) release.PackState {
	w.t.Helper()
	var s release.PackState
	w.do(func(ctx context.Context, tx release.Tx) (err error) {
		s, err = tx.LockPack(ctx, id)
		return err
	})
	return s
}

func (w *scene) read(id release.ID) release.Release {
	w.t.Helper()
	var r release.Release
	w.do(func(ctx context.Context, tx release.Tx) (err error) {
		r, err = tx.Release(ctx, id)
		return err
	})
	return r
}

func TestDraftRoundTrip(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	pack := w.newPack(false)
	a, b, c := w.newPackage(), w.newPackage(), w.newPackage()
	a1, a2, b1, c1 := w.newVersion(a.ID, 1, "a1"), w.newVersion(a.ID, 2, "a2"), w.newVersion(b.ID, 1, "b1"), w.newVersion(c.ID, 1, "c1")
	r := w.draft(pack.ID, 1)
	r.Version = nil
	r.Contents = release.Contents{a.ID: a1.ID, b.ID: b1.ID}
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.AddRelease(ctx, r) })
	if diff := cmp.Diff(r, w.read(r.ID)); diff != "" {
		t.Errorf("a new draft changes on its way (-want +got):\n%s", diff)
	}

	on := release.Date{Year: 2027, Month: time.March, Day: 1}
	r.Version, r.Notes, r.Revision, r.Plan, r.DueOn = &release.Version{Major: 1, Minor: 2, Patch: 3}, "notes", 2, release.Scheduled, &on
	r.Contents = release.Contents{a.ID: a2.ID, c.ID: c1.ID} // one changed, one removed, one added
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.SaveRelease(ctx, r) })
	if diff := cmp.Diff(r, w.read(r.ID)); diff != "" {
		t.Errorf("a saved draft changes on its way (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(release.PackState{Pack: pack, Draft: &r}, w.lockPack(pack.ID)); diff != "" {
		t.Errorf("the pack's state (-want +got):\n%s", diff)
	}

	r.Contents = release.Contents{}
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.SaveRelease(ctx, r) })
	if got := w.read(r.ID).Contents; len(got) != 0 {
		t.Errorf("an emptied draft holds %v", got)
	}
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.DeleteDraft(ctx, r.ID) })
	if err := w.try(func(ctx context.Context, tx release.Tx) error { return tx.DeleteDraft(ctx, r.ID) }); !errors.Is(err, release.ErrNotFound) {
		t.Errorf("deleting a draft twice: %v", err)
	}
}

func TestDecidedRoundTrip(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	pack := w.newPack(false)
	pkg := w.newPackage()
	v := w.newVersion(pkg.ID, 1, "v")
	current := w.current(pack.ID, start)
	due := start.Add(48 * time.Hour)
	r := w.draft(pack.ID, 2)
	r.Contents = release.Contents{pkg.ID: v.ID}
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.AddRelease(ctx, r) })
	on := release.DateOf(due, time.UTC)
	r.State, r.Plan, r.DueOn, r.Zone, r.DueAt = release.Pending, release.Scheduled, &on, "Asia/Kolkata", &due
	r.TestingSince, r.DecidedBy, r.Reason = &start, w.person, "moved"
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.SaveRelease(ctx, r) })

	want := release.PackState{Pack: pack, Current: &current, Pending: &r}
	if diff := cmp.Diff(want, w.lockPack(pack.ID), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the pack's state (-want +got):\n%s", diff)
	}
	var shared release.PackState
	var last int
	var pending []release.Release
	w.do(func(ctx context.Context, tx release.Tx) (err error) {
		if shared, err = tx.SharePack(ctx, pack.ID); err != nil {
			return err
		}
		if last, err = tx.LastReleaseNumber(ctx, pack.ID); err != nil {
			return err
		}
		pending, err = tx.PendingReleases(ctx, release.ID{}, 10)
		return err
	})
	if diff := cmp.Diff(want, shared, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the shared pack's state (-want +got):\n%s", diff)
	}
	if last != 2 || len(pending) != 1 || pending[0].ID != r.ID {
		t.Errorf("last number %d, pending %v", last, pending)
	}

	at := due.Add(2 * time.Hour)
	r.State, r.ReleasedAt, r.TestingUntil, r.Late = release.Released, &at, &at, true
	w.do(func(ctx context.Context, tx release.Tx) error {
		if err := tx.EndCurrent(ctx, []release.ID{pack.ID}, at); err != nil {
			return err
		}
		return tx.SaveApplied(ctx, []release.Release{r})
	})
	if diff := cmp.Diff(r, w.read(r.ID)); diff != "" {
		t.Errorf("the applied release (-want +got):\n%s", diff)
	}
	if got := w.read(current.ID); got.EndedAt == nil || !got.EndedAt.Equal(at) {
		t.Errorf("the release before ends at %v, want %v", got.EndedAt, at)
	}
}

// R13, R14: what two people do at once, the database refuses to one of them.
func TestReleaseRaces(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	for _, tc := range []struct {
		name string
		want error
		make func(pack release.ID, number int) release.Release
	}{
		{"two drafts", release.ErrDraftExists, w.draft},
		{"two pending releases", release.ErrPendingExists, func(pack release.ID, number int) release.Release {
			r := w.draft(pack, number)
			on := release.DateOf(start, time.UTC)
			r.State, r.DueOn, r.Zone, r.DueAt, r.TestingSince, r.DecidedBy = release.Pending, &on, "UTC", &start, &start, w.person
			return r
		}},
		{"two current releases", release.ErrCurrentExists, func(pack release.ID, number int) release.Release {
			r := w.draft(pack, number)
			r.State, r.ReleasedAt, r.DecidedBy = release.Released, &start, w.person
			return r
		}},
		{"one version twice", release.ErrReleaseVersionUsed, func(pack release.ID, number int) release.Release {
			r := w.draft(pack, number)
			r.Version = &release.Version{Major: 7}
			r.State, r.ReleasedAt, r.EndedAt, r.DecidedBy = release.Released, &start, &start, w.person
			return r
		}},
	} {
		pack := w.newPack(false)
		var kept atomic.Int32
		var all sync.WaitGroup
		for i := range 4 {
			r := tc.make(pack.ID, i+1)
			all.Go(func() {
				err := w.try(func(ctx context.Context, tx release.Tx) error { return tx.AddRelease(ctx, r) })
				if err == nil {
					kept.Add(1)
				} else if !errors.Is(err, tc.want) {
					t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
				}
			})
		}
		all.Wait()
		if kept.Load() != 1 {
			t.Errorf("%s: %d kept, want 1", tc.name, kept.Load())
		}
	}
}

// R13: nothing changes a decided release, except that its reign ends once.
func TestDecidedReleaseIsImmutable(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	pack := w.newPack(false)
	pkg := w.newPackage()
	r := w.current(pack.ID, start)
	edited := r
	edited.Notes = "edited"
	if err := w.try(func(ctx context.Context, tx release.Tx) error { return tx.SaveRelease(ctx, edited) }); !errors.Is(err, release.ErrMove) {
		t.Errorf("editing a released release: %v, want ErrMove", err)
	}
	edited.State = release.Draft
	edited.Contents = release.Contents{pkg.ID: w.newVersion(pkg.ID, 1, "v").ID}
	if err := w.try(func(ctx context.Context, tx release.Tx) error { return tx.SaveRelease(ctx, edited) }); !errors.Is(err, release.ErrMove) {
		t.Errorf("giving a released release other contents: %v, want ErrMove", err)
	}
	edited.State = release.Pending
	if err := w.try(func(ctx context.Context, tx release.Tx) error { return tx.AddRelease(ctx, edited) }); err == nil {
		t.Error("contents of a release that is no draft are lost without a word")
	}
	if err := w.try(func(ctx context.Context, tx release.Tx) error { return tx.DeleteDraft(ctx, r.ID) }); !errors.Is(err, release.ErrNotFound) {
		t.Errorf("deleting a released release: %v, want ErrNotFound", err)
	}
	end := func(at time.Time) {
		w.do(func(ctx context.Context, tx release.Tx) error { return tx.EndCurrent(ctx, []release.ID{pack.ID}, at) })
	}
	end(start.Add(time.Hour))
	end(start.Add(2 * time.Hour))
	if got := w.read(r.ID).EndedAt; got == nil || !got.Equal(start.Add(time.Hour)) {
		t.Errorf("the reign ended at %v, want the first end", got)
	}
	if _, err := w.Owner(t).Exec(t.Context(), `UPDATE release SET ended_at = NULL WHERE id = $1`, r.ID); err == nil {
		t.Error("the owner of the tables can edit a decided release")
	}
}

// TestDeletedPackIsNotFound and neither is one that never was.
func TestDeletedPackIsNotFound(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	gone := w.newPack(false)
	gone.DeletedAt = &start
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.SavePack(ctx, gone) })
	for _, id := range []release.ID{gone.ID, release.NewID(start)} {
		for name, lock := range map[string]func(context.Context, release.Tx) error{
			"lock":  func(ctx context.Context, tx release.Tx) error { _, err := tx.LockPack(ctx, id); return err },
			"share": func(ctx context.Context, tx release.Tx) error { _, err := tx.SharePack(ctx, id); return err },
		} {
			if err := w.try(lock); !errors.Is(err, release.ErrNotFound) {
				t.Errorf("%s: %v, want ErrNotFound", name, err)
			}
		}
	}
}
