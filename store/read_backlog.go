package store

import (
	"context"
	"fmt"
	"strings"
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

// MostJobs is how many jobs of one state are counted: a queue that is longer is long enough to be looked at.
const MostJobs = 20_000

// jobCounts asks for each state by its name: the planner has to know that the jobs that are done, of which there are many, are not
// asked for.
var jobCounts = func() string {
	var states []string
	for _, state := range []string{"available", "pending", "scheduled", "retryable", "running", "discarded"} {
		states = append(states, `(SELECT state, queue, kind FROM river_job WHERE state = '`+state+`' LIMIT @most)`)
	}
	return `
SELECT state::text AS state, queue, kind, count(*) AS n
  FROM (` + strings.Join(states, `
        UNION ALL `) + `) j
 WHERE @site::boolean
 GROUP BY 1, 2, 3
 ORDER BY 1, 2, 3`
}()

// JobCounts counts the jobs that wait, run or have failed for good, for the site's staff; for others it is empty. It reads no
// more than MostJobs of each state, by an index that begins with it.
func (r *Reader) JobCounts(ctx context.Context, by release.Actor) ([]release.JobCount, error) {
	return list(ctx, r.pool, "how many jobs there are", jobCounts, scopeOf(by).with(pgx.NamedArgs{"most": MostJobs}), pgx.RowToStructByName[release.JobCount])
}

// jobWaits looks at the first job of each queue, in the order in which workers take them.
const jobWaits = `
SELECT q.name AS queue, coalesce(extract(epoch FROM now() - j.scheduled_at), 0)::float8 AS seconds
  FROM river_queue q
  LEFT JOIN LATERAL (
    SELECT scheduled_at FROM river_job
     WHERE state = 'available' AND queue = q.name AND priority = 1 AND scheduled_at <= now()
     ORDER BY scheduled_at LIMIT 1) j ON true
 WHERE @site::boolean
 ORDER BY q.name`

// JobWaits tells how long each queue lets its jobs wait, in real time, for the site's staff; for others it is empty.
func (r *Reader) JobWaits(ctx context.Context, by release.Actor) ([]release.JobWait, error) {
	return list(ctx, r.pool, "how long jobs wait", jobWaits, scopeOf(by).with(pgx.NamedArgs{}), pgx.RowToStructByName[release.JobWait])
}

// Schema is the number of the database's newest migration, and whether it failed half-way.
func (r *Reader) Schema(ctx context.Context) (version int, halfDone bool, err error) {
	err = r.pool.QueryRow(attempting(ctx, "read the schema's version"), `SELECT version, dirty FROM schema_migrations`).Scan(&version, &halfDone)
	if err != nil {
		return 0, false, fmt.Errorf("read the schema's version: %w", err)
	}
	return version, halfDone, nil
}
