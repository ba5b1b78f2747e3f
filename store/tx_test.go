package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"packtide/release"
	"packtide/store"
	"packtide/store/storetest"
)

var errRefused = errors.New("refused")

func TestInTxKeepsAllOrNothing(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	add := func(name string) func(context.Context, release.Tx) error {
		return func(ctx context.Context, tx release.Tx) error {
			return tx.AddAccount(ctx, release.Account{ID: release.NewID(start), Name: name, Zone: "UTC", Managed: true, CreatedAt: start})
		}
	}
	if err := w.try(add("kept")); err != nil {
		t.Fatal(err)
	}
	err := w.try(func(ctx context.Context, tx release.Tx) error {
		return errors.Join(add("refused")(ctx, tx), errRefused)
	})
	if !errors.Is(err, errRefused) {
		t.Errorf("got %v, want the use case's own error", err)
	}
	func() {
		defer func() {
			if got := recover(); got != "fault" {
				t.Errorf("recovered %v: the panic has to go on", got)
			}
		}()
		_ = w.try(func(ctx context.Context, tx release.Tx) error {
			if err := add("panicked")(ctx, tx); err != nil {
				return err
			}
			panic("fault")
		})
	}()
	ctx, cancel := context.WithCancel(t.Context())
	if err := w.Store.InTx(ctx, func(_ context.Context, tx release.Tx) error {
		defer cancel()
		return add("cancelled")(ctx, tx)
	}); err == nil {
		t.Error("a commit after the context has ended succeeds")
	}
	if n := w.number(`SELECT count(*) FROM account WHERE name IN ('kept', 'refused', 'panicked', 'cancelled')`); n != 1 {
		t.Errorf("%d accounts are kept, want 1", n)
	}
	if got := w.Pool.Stat().AcquiredConns(); got != 0 {
		t.Errorf("%d connections are still taken", got)
	}
}

// TestOneConnectionEach: with one connection in the pool, a use case that took a second one would wait for ever.
func TestOneConnectionEach(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	pool, err := store.Open(t.Context(), w.URL, store.Options{MaxConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	narrow := store.New(pool)
	err = narrow.InTx(t.Context(), func(ctx context.Context, tx release.Tx) error {
		if _, err := tx.TakeDue(ctx, start, 10); err != nil {
			return err
		}
		if _, err := tx.MendCounts(ctx); err != nil {
			return err
		}
		_, err := tx.LockOperators(ctx)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	err = narrow.InTx(t.Context(), func(ctx context.Context, _ release.Tx) error {
		return narrow.InTx(ctx, func(context.Context, release.Tx) error { return nil })
	})
	if err == nil {
		t.Error("a use case inside a use case is not refused")
	}
}

// TestDeadlockIsTriedAgain: two use cases lock two packs in opposite order; both succeed in the end.
func TestDeadlockIsTriedAgain(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	a, b := w.newPack(false), w.newPack(false)
	var began, all sync.WaitGroup
	began.Add(2)
	tries := make([]int, 2)
	errs := make([]error, 2)
	for i, order := range [][2]release.ID{{a.ID, b.ID}, {b.ID, a.ID}} {
		all.Go(func() {
			errs[i] = w.try(func(ctx context.Context, tx release.Tx) error {
				tries[i]++
				if _, err := tx.LockPack(ctx, order[0]); err != nil {
					return err
				}
				if tries[i] == 1 {
					began.Done()
					began.Wait() // both hold their first pack: one has to give way
				}
				_, err := tx.LockPack(ctx, order[1])
				return err
			})
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
	if tries[0]+tries[1] != 3 {
		t.Errorf("%d tries, want 3: there was no deadlock, or it was not tried again", tries[0]+tries[1])
	}
}

func TestRetriesEnd(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	tries := 0
	err := w.try(func(context.Context, release.Tx) error {
		tries++
		return &pgconn.PgError{Code: "40001"}
	})
	var said *pgconn.PgError
	if !errors.As(err, &said) || tries != 6 {
		t.Errorf("%d tries and %v, want 6 and the last error", tries, err)
	}
	tries = 0
	if err := w.try(func(context.Context, release.Tx) error { tries++; return pgx.ErrNoRows }); err == nil || tries != 1 {
		t.Errorf("%d tries and %v for an error that another try does not mend", tries, err)
	}
}

// TestDeadConnection: a use case whose connection dies fails once; the next one gets a new connection by itself.
func TestDeadConnection(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	other := storetest.Open(t, w.URL)
	err := w.try(func(ctx context.Context, tx release.Tx) error {
		if _, err := other.Exec(ctx, `
			SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`); err != nil {
			t.Error(err)
		}
		_, err := tx.Account(ctx, w.publisher.ID)
		return err
	})
	if err == nil {
		t.Fatal("reading over a dead connection succeeds")
	}
	deadline, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := w.Store.InTx(deadline, func(ctx context.Context, tx release.Tx) error {
		_, err := tx.Account(ctx, w.publisher.ID)
		return err
	}); err != nil {
		t.Errorf("the pool does not recover: %v", err)
	}
}
