package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"packtide/release"
)

// Store runs use cases in transactions.
type Store struct {
	pool    *pgxpool.Pool
	enqueue Enqueue // nil: without a queue
}

// New takes a pool made by Open.
func New(pool *pgxpool.Pool) *Store { return &Store{pool: pool} }

var (
	_ release.Store = (*Store)(nil)
	_ release.Tx    = (*tx)(nil)
)

// attempts is how often a use case is begun: each time, another transaction was in its way.
const attempts = 6

// rollbackLimit bounds the rollback of a use case whose own context may have ended.
const rollbackLimit = 5 * time.Second

// errNested: a use case inside a use case would wait for a second connection while it holds the first, until all callers
// hold one and none gets on.
var errNested = errors.New("a transaction inside a transaction")

type inTx struct{}

// InTx runs do in one transaction at READ COMMITTED: decisions are made under locks, and what is read after a lock is the
// latest. A deadlock, or losing a race for which the winner's row is the better start, is tried again from the beginning.
// A panic in do rolls back too.
func (s *Store) InTx(ctx context.Context, do func(context.Context, release.Tx) error) error {
	if ctx.Value(inTx{}) != nil {
		return errNested
	}
	ctx = context.WithValue(ctx, inTx{}, true)
	for attempt := 1; ; attempt++ {
		err := s.try(ctx, do)
		if err == nil || attempt == attempts || !worthAnotherTry(err) {
			return err
		}
		if waiting := pause(ctx, attempt); waiting != nil {
			return errors.Join(err, waiting)
		}
	}
}

func (s *Store) try(ctx context.Context, do func(context.Context, release.Tx) error) (err error) {
	db, err := s.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.ReadCommitted})
	if err != nil {
		return fmt.Errorf("begin a transaction: %w", err)
	}
	committing := false
	defer func() {
		if committing {
			return
		}
		if failed := rollback(ctx, db); failed != nil {
			err = errors.Join(err, failed)
		}
	}()
	if err := do(ctx, &tx{db, s.enqueue}); err != nil {
		return err
	}
	committing = true
	if err := db.Commit(ctx); err != nil {
		return fmt.Errorf("commit a transaction: %w", err)
	}
	return nil
}

// rollback works also when the use case's context has ended. A connection that broke has rolled back by itself.
func rollback(ctx context.Context, db pgx.Tx) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackLimit)
	defer cancel()
	err := db.Rollback(ctx)
	if err == nil || errors.Is(err, pgx.ErrTxClosed) || db.Conn().IsClosed() {
		return nil
	}
	return fmt.Errorf("roll back a transaction: %w", err)
}

// pause waits a little longer each time, at random: two that met once should not meet again.
func pause(ctx context.Context, attempt int) error {
	most := 5 * time.Millisecond << attempt
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(rand.N(most)): //nolint:gosec // not a secret
		return nil
	}
}

// tx is one transaction.
type tx struct {
	db      pgx.Tx
	enqueue Enqueue
}

// exec changes rows and tells how many.
func (t *tx) exec(ctx context.Context, attempt, sql string, args ...any) (int64, error) {
	tag, err := t.db.Exec(attempting(ctx, attempt), sql, args...)
	return tag.RowsAffected(), refuse(attempt, err)
}

// one changes exactly the row that it names, or fails with ErrNotFound.
func (t *tx) one(ctx context.Context, attempt, sql string, args ...any) error {
	n, err := t.exec(ctx, attempt, sql, args...)
	if err == nil && n == 0 {
		return release.ErrNotFound
	}
	return err
}

// do changes rows, or none.
func (t *tx) do(ctx context.Context, attempt, sql string, args ...any) error {
	_, err := t.exec(ctx, attempt, sql, args...)
	return err
}

// read reads one row into the targets, or fails with ErrNotFound.
func (t *tx) read(ctx context.Context, attempt, sql string, args []any, targets ...any) error {
	return refuse(attempt, t.db.QueryRow(attempting(ctx, attempt), sql, args...).Scan(targets...))
}

// collect reads rows.
func collect[T any](ctx context.Context, t *tx, attempt, sql string, args []any, scan pgx.RowToFunc[T]) ([]T, error) {
	rows, err := t.db.Query(attempting(ctx, attempt), sql, args...)
	if err != nil {
		return nil, refuse(attempt, err)
	}
	found, err := pgx.CollectRows(rows, scan)
	return found, refuse(attempt, err)
}

// takeTime lifts the limit on one statement, for the few that walk an install base.
func (t *tx) takeTime(ctx context.Context) error {
	return t.do(ctx, "lift the time limit", `SET LOCAL statement_timeout = 0`)
}
