package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// Backlog counts what waits for the clock, for the site's staff; for others it is empty. It reads the index of due releases alone.
func (r *Reader) Backlog(ctx context.Context, by release.Actor, at time.Time) (release.Backlog, error) {
	return one(ctx, r.pool, "what waits for the clock", `
SELECT count(*) AS pending, count(*) FILTER (WHERE due_at <= @at) AS overdue, min(due_at) AS next_due
  FROM release
 WHERE state = 'pending' AND @site::boolean`, scopeOf(by).with(pgx.NamedArgs{"at": at}), pgx.RowToStructByName[release.Backlog])
}

// Schema is the number of the database's newest migration, and whether it failed half-way.
func (r *Reader) Schema(ctx context.Context) (version int, halfDone bool, err error) {
	err = r.pool.QueryRow(attempting(ctx, "read the schema's version"), `SELECT version, dirty FROM schema_migrations`).Scan(&version, &halfDone)
	if err != nil {
		return 0, false, fmt.Errorf("read the schema's version: %w", err)
	}
	return version, halfDone, nil
}
