package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

func TestBacklog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.pack(t, "Acme", "Tide", true)
	w.release(t, "Tide", rel{number: 1, state: release.Released, from: 2})
	none, err := w.Reader.Backlog(t.Context(), release.Operator(), day(8))
	if err != nil {
		t.Fatal(err)
	}
	w.release(t, "Tide", rel{number: 2, state: release.Pending, testing: 3})
	due := time.Date(2026, time.March, 29, 22, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		by      release.Actor
		overdue bool
		want    int64
	}{
		"before its midnight": {release.Operator(), false, none.Pending + 1},
		"at its midnight":     {release.Operator(), true, none.Pending + 1},
		"a publisher":         {release.Actor{Account: w.id("Acme"), Publisher: release.RolePublisher}, true, 0},
		"an agent's account":  {release.Actor{Account: w.id("Acme"), Managed: release.RoleAdmin}, true, 0},
	} {
		at := due.Add(-time.Millisecond)
		if c.overdue {
			at = due
		}
		got, err := w.Reader.Backlog(t.Context(), c.by, at)
		if err != nil {
			t.Fatal(err)
		}
		if got.Pending != c.want || (got.Overdue > 0) != (c.overdue && c.want > 0) || (got.NextDue != nil) != (c.want > 0) {
			t.Errorf("%s: %+v", name, got)
		}
		if got.NextDue != nil && got.NextDue.After(due) {
			t.Errorf("%s: next is due at %s, want %s or earlier", name, got.NextDue, due)
		}
	}
}

// A scrape every few seconds reads what is pending from its index, not the history of all packs.
func TestPlanOfBacklog(t *testing.T) {
	t.Parallel()
	w := crowd(t)
	w.exec(t, `INSERT INTO release (id, pack_id, number, state, major, minor, patch, created_at, created_by, decided_by, released_at, ended_at)
		SELECT gen_random_uuid(), r.pack_id, n, 'released', n, 0, 0, now(), r.created_by, r.created_by, now(), now()
		FROM release r, generate_series(100, 200) n WHERE r.number = 1`)
	w.exec(t, `VACUUM ANALYZE release`)
	reader, recorded := recording(t, w)
	if _, err := reader.Backlog(t.Context(), release.Operator(), day(8)); err != nil {
		t.Fatal(err)
	}
	if len(recorded.statements) != 1 {
		t.Fatalf("%d statements", len(recorded.statements))
	}
	var text string
	err := w.Pool.QueryRow(t.Context(), "EXPLAIN (FORMAT JSON) "+recorded.statements[0].SQL, recorded.statements[0].Args...).Scan(&text)
	if err != nil || !strings.Contains(text, `"due_releases"`) {
		t.Errorf("%v: %s", err, text)
	}
}

func TestJobCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.exec(t, `INSERT INTO river_job (state, queue, kind, args, max_attempts, finalized_at)
		SELECT s.state::river_job_state, 'notices', 'mail', '{}', 3, CASE WHEN s.done THEN now() END
		FROM (VALUES ('available', false), ('available', false), ('retryable', false), ('discarded', true), ('completed', true)) s (state, done)`)
	got, err := w.Reader.JobCounts(t.Context(), release.Operator())
	want := []release.JobCount{{State: "available", Queue: "notices", Kind: "mail", N: 2}, {State: "discarded", Queue: "notices", Kind: "mail", N: 1}, {State: "retryable", Queue: "notices", Kind: "mail", N: 1}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v: %+v", err, got)
	}
	w.exec(t, `INSERT INTO river_queue (name, updated_at) VALUES ('mail', now()), ('notices', now())`)
	w.exec(t, `UPDATE river_job SET scheduled_at = now() - interval '1 hour' WHERE state <> 'retryable' AND id IN (SELECT min(id) FROM river_job GROUP BY state)`)
	waits, err := w.Reader.JobWaits(t.Context(), release.Operator())
	if err != nil || len(waits) != 2 || waits[0] != (release.JobWait{Queue: "mail"}) || waits[1].Queue != "notices" || waits[1].Seconds < 3600 || waits[1].Seconds > 7200 {
		t.Errorf("%v: %+v", err, waits)
	}
	if got, err := w.Reader.JobWaits(t.Context(), release.Actor{Account: w.id("Acme"), Publisher: release.RolePublisher}); err != nil || len(got) != 0 {
		t.Errorf("a publisher: %+v %v", got, err)
	}
	if got, err := w.Reader.JobCounts(t.Context(), release.Actor{Account: w.id("Acme"), Publisher: release.RolePublisher}); err != nil || got != nil {
		t.Errorf("a publisher: %+v %v", got, err)
	}
}

// A queue of any length costs a scrape no more than its beginning: River keeps finished jobs for a day.
func TestPlanOfJobCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.exec(t, `INSERT INTO river_job (state, queue, kind, args, max_attempts, finalized_at)
		SELECT CASE WHEN n % 100 = 0 THEN 'available' ELSE 'completed' END::river_job_state, 'notices', 'mail', '{}', 3, CASE WHEN n % 100 <> 0 THEN now() END
		FROM generate_series(1, 20000) n`)
	w.exec(t, `VACUUM ANALYZE river_job`)
	reader, recorded := recording(t, w)
	if _, err := reader.JobCounts(t.Context(), release.Operator()); err != nil {
		t.Fatal(err)
	}
	if _, err := reader.JobWaits(t.Context(), release.Operator()); err != nil {
		t.Fatal(err)
	}
	for _, s := range recorded.statements {
		var text string
		err := w.Pool.QueryRow(t.Context(), "EXPLAIN (FORMAT JSON) "+s.SQL, s.Args...).Scan(&text)
		text = strings.ReplaceAll(strings.Join(strings.Fields(text), " "), `"Relation Name": "river_queue"`, "")
		if err != nil || !strings.Contains(text, `"river_job_`) || strings.Contains(text, `"Seq Scan", "Parallel Aware": false, "Async Capable": false, "Relation Name": "river_job"`) {
			t.Errorf("%v: %s", err, text)
		}
	}
}

func TestSchema(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	version, halfDone, err := w.Reader.Schema(t.Context())
	if err != nil || version < 17 || halfDone {
		t.Errorf("%d %t %v", version, halfDone, err)
	}
}
