package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"packtide/migrations"
	"packtide/release"
	"packtide/scheduler"
	"packtide/store"
	"packtide/telemetry"
	"packtide/web"
)

// readiness is what is known of whether this process should be asked.
type readiness struct {
	stopping atomic.Bool
	ticks    ticks
}

// ticks are the timetable's last runs that went well, by job.
type ticks struct {
	mu   sync.Mutex
	last map[string]time.Time
}

// note keeps a run that went well.
func (t *ticks) note(run scheduler.Run) {
	if run.Err != nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.last == nil {
		t.last = map[string]time.Time{}
	}
	t.last[run.Job] = run.At
}

// of is when the job last went well; zero: not yet.
func (t *ticks) of(job string) time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.last[job]
}

// checks are the answer to /readyz. The timetable is told for information: when releases are late, other processes of the same
// product have them applied, and taking this one away would help nobody.
func (s *site) checks(ctx context.Context) []web.Check {
	list := []web.Check{{Name: "process", OK: true, Detail: "runs"}}
	if s.ready.stopping.Load() {
		list[0] = web.Check{Name: "process", Detail: "is stopping"}
	}
	list = append(list, s.schema(ctx)...)
	return append(list, s.timetableCheck())
}

// schema asks the database for its version, which tells that it answers too. A newer schema is no fault: while a newer program
// takes over, the older ones have to go on.
func (s *site) schema(ctx context.Context) []web.Check {
	at, halfDone, err := s.reader.Schema(ctx)
	if err != nil {
		s.log.WarnContext(ctx, "not ready: the schema's version can't be read", "error", err)
		detail := "can't be read; the log says why"
		if store.Unavailable(err) {
			detail = "does not answer"
		}
		return []web.Check{{Name: "database", Detail: detail}}
	}
	database := web.Check{Name: "database", OK: true, Detail: "answers"}
	wanted, err := migrations.Newest()
	schema := web.Check{Name: "schema", OK: true, Detail: fmt.Sprintf("at migration %d", at)}
	switch {
	case err != nil:
		schema = web.Check{Name: "schema", Detail: "the migrations of this program can't be read"}
	case halfDone:
		schema = web.Check{Name: "schema", Detail: fmt.Sprintf("migration %d failed half-way; packtide migrate says what to do", at)}
	case at < int(wanted):
		schema = web.Check{Name: "schema", Detail: fmt.Sprintf("at migration %d, this program needs %d: run packtide migrate", at, wanted)}
	case at > int(wanted):
		schema.Detail += fmt.Sprintf(", newer than the %d of this program: update it", wanted)
	}
	return []web.Check{database, schema}
}

func (s *site) timetableCheck() web.Check {
	check := web.Check{Name: "timetable", OK: true, Detail: "has not looked for due releases yet"}
	if last := s.ready.ticks.of(scheduler.JobApply); !last.IsZero() {
		age := s.clock().Sub(last).Truncate(time.Second)
		check.Detail = fmt.Sprintf("looked for due releases %s ago", age)
	}
	return check
}

// state is what the database knows of what operators like to see, by the product's clock.
func (s *site) state(ctx context.Context) (telemetry.State, error) {
	backlog, err := s.reader.Backlog(ctx, release.Operator(), s.clock())
	if err != nil {
		return telemetry.State{}, err
	}
	jobs, err := s.reader.JobCounts(ctx, release.Operator())
	if err != nil {
		return telemetry.State{}, err
	}
	waits, err := s.reader.JobWaits(ctx, release.Operator())
	return telemetry.State{Backlog: backlog, Jobs: jobs, Waits: waits}, err
}
