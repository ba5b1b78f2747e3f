package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"packtide/release"
)

// truth compares the summary counts with what they count.
func (w *scene) truth() {
	w.t.Helper()
	var differing int
	w.do(func(ctx context.Context, tx release.Tx) (err error) {
		differing, err = tx.MendCounts(ctx)
		return err
	})
	if differing != 0 {
		w.t.Errorf("%d summary counts differ from the truth", differing)
	}
}

// TestCountsUnderRaces: 50 attach, try, detach, move to other zones and delete whole packs at once, and the counts stay the
// truth.
func TestCountsUnderRaces(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	accounts := []release.Account{w.managed, w.newAccount("second", "UTC"), w.newAccount("third", "Europe/Rome")}
	packs := []release.Pack{w.newPack(true), w.newPack(true), w.newPack(false)}
	tested := make([]release.Release, len(packs))
	for i, p := range packs {
		tested[i] = w.pending(p.ID, 1, start.Add(time.Hour))
	}
	zones := []string{"UTC", "Asia/Tokyo", "Europe/Rome"}
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			random := rand.New(rand.NewPCG(7, uint64(i)))
			n := random.IntN(len(packs))
			pack, account := packs[n], accounts[random.IntN(len(accounts))]
			switch i % 10 {
			case 8:
				account.Zone = zones[random.IntN(len(zones))]
				w.allowed(t, w.try(func(ctx context.Context, tx release.Tx) error { return tx.SaveAccount(ctx, account) }))
			case 9:
				w.allowed(t, w.try(func(ctx context.Context, tx release.Tx) error {
					if _, err := tx.LockPack(ctx, pack.ID); err != nil {
						return err
					}
					_, err := tx.DetachAll(ctx, pack.ID, w.person, start)
					return err
				}))
			default:
				w.comeAndGo(t, pack, account.ID, tested[n].ID, i)
			}
		})
	}
	all.Wait()
	w.truth()
	if n := w.number(`SELECT count(*) FROM attachment`); n < 20 {
		t.Errorf("only %d attachments were ever made: the race proves little", n)
	}
}

// comeAndGo installs, tries and, every second time, uninstalls, in the order of locks that the use cases keep.
func (w *scene) comeAndGo(t *testing.T, pack release.Pack, account, tested release.ID, i int) {
	t.Helper()
	a := w.attachment(pack, account, fmt.Sprintf("attachment %d", i))
	err := w.try(func(ctx context.Context, tx release.Tx) error {
		if _, err := tx.SharePack(ctx, pack.ID); err != nil {
			return err
		}
		if err := tx.AddAttachment(ctx, a); err != nil {
			return err
		}
		return tx.AddOptIn(ctx, release.OptIn{Attachment: a.ID, Pack: pack.ID, Release: tested, Began: start, By: w.person})
	})
	w.allowed(t, err, release.ErrAttachedAlready)
	if err != nil || i%2 == 0 {
		return
	}
	w.allowed(t, w.try(func(ctx context.Context, tx release.Tx) error {
		if _, err := tx.SharePack(ctx, pack.ID); err != nil {
			return err
		}
		locked, err := tx.LockAttachment(ctx, a.ID)
		if err != nil {
			return err
		}
		locked.DetachedAt, locked.DetachedBy = &start, w.person
		return tx.Detach(ctx, locked)
	}), release.ErrDetached)
}

func (w *scene) allowed(t *testing.T, err error, refusals ...error) {
	t.Helper()
	for _, r := range refusals {
		if errors.Is(err, r) {
			return
		}
	}
	if err != nil {
		t.Error(err)
	}
}

// R11: all of the pack's attachments end, those of others stay, and the counts follow.
func TestDetachAll(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	second := w.newAccount("second", "UTC")
	pack, other := w.newPack(true), w.newPack(true)
	r := w.pending(pack.ID, 1, start.Add(time.Hour))
	for _, name := range []string{"a", "b", "c"} {
		w.optIn(w.attach(pack, w.managed.ID, name), r.ID, start)
	}
	w.attach(pack, second.ID, "a")
	gone := w.attach(pack, second.ID, "b")
	if err := w.detach(gone, start); err != nil {
		t.Fatal(err)
	}
	w.attach(other, second.ID, "stays")
	var n int64
	w.do(func(ctx context.Context, tx release.Tx) (err error) {
		n, err = tx.DetachAll(ctx, pack.ID, w.person, start.Add(-time.Second)) // another replica's clock
		return err
	})
	if n != 4 {
		t.Errorf("%d detached, want 4", n)
	}
	if n := w.number(`SELECT count(*) FROM attachment WHERE detached_at IS NULL`); n != 1 {
		t.Errorf("%d attachments are left, want the other pack's", n)
	}
	if n := w.number(`SELECT count(*) FROM opt_in WHERE ended IS NULL`); n != 0 {
		t.Errorf("%d opt-ins go on", n)
	}
	if n := w.number(`SELECT sum(abs(s)) FROM (SELECT sum(attachments) + sum(accounts) AS s FROM attachment_count WHERE pack_id = $1 GROUP BY zone) z`, pack.ID); n != 0 {
		t.Errorf("the deleted pack still counts %d", n)
	}
	w.truth()
}

// TestZoneAgainstDetachAll: an account that moves to another zone while its pack is detached everywhere is not counted in
// both zones.
func TestZoneAgainstDetachAll(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	pack := w.newPack(true)
	w.attach(pack, w.managed.ID, "a")
	moved := w.managed
	moved.Zone = "America/Lima"
	saved := make(chan error, 1)
	w.do(func(ctx context.Context, tx release.Tx) error {
		if _, err := tx.LockPack(ctx, pack.ID); err != nil {
			return err
		}
		if _, err := tx.DetachAll(ctx, pack.ID, w.person, start); err != nil {
			return err
		}
		go func() {
			saved <- w.try(func(ctx context.Context, tx release.Tx) error { return tx.SaveAccount(ctx, moved) })
		}()
		select {
		case err := <-saved:
			t.Errorf("moving to another zone did not wait: %v", err)
			saved <- err
		case <-time.After(150 * time.Millisecond):
		}
		return nil
	})
	if err := <-saved; err != nil {
		t.Error(err)
	}
	w.truth()
}

// TestCountsFollowTheZone and MendCounts finds what is wrong, mends it, and then has nothing more to do.
func TestCountsFollowTheZone(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	pack := w.newPack(true)
	w.attach(pack, w.managed.ID, "a")
	w.attach(pack, w.managed.ID, "b")
	w.managed.Zone = "America/Lima"
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.SaveAccount(ctx, w.managed) })
	const in = `SELECT coalesce(sum(attachments), 0)::int * 100 + coalesce(sum(accounts), 0)::int FROM attachment_count WHERE pack_id = $1 AND zone = $2`
	if got := w.number(in, pack.ID, "America/Lima"); got != 201 {
		t.Errorf("the new zone counts %d, want 2 attachments of 1 account", got)
	}
	if got := w.number(in, pack.ID, "Asia/Kolkata"); got != 0 {
		t.Errorf("the old zone counts %d, want nothing", got)
	}
	w.truth()

	w.sql(`UPDATE attachment_count SET attachments = attachments + 5 WHERE zone = 'America/Lima'`)
	w.sql(`INSERT INTO attachment_count VALUES ($1, 'UTC', 3, 0, 2)`, pack.ID)
	w.sql(`INSERT INTO opt_in_count VALUES ($1, 3, 9)`, w.current(pack.ID, start).ID)
	var mended int
	w.do(func(ctx context.Context, tx release.Tx) (err error) {
		mended, err = tx.MendCounts(ctx)
		return err
	})
	if mended != 3 {
		t.Errorf("%d counts mended, want 3", mended)
	}
	if got := w.number(in, pack.ID, "America/Lima"); got != 201 {
		t.Errorf("mended to %d, want 2 attachments of 1 account", got)
	}
	w.truth()
}
