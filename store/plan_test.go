package store_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
	"packtide/store"
)

// fill makes an install base that is large enough for the planner to have a choice: 40 more packs with 50 releases each, 500 accounts
// that have attached every pack, the first 20 of which try the pending release.
const fill = `
	INSERT INTO pack (id, publisher_id, name, multiple, created_at)
	SELECT gen_random_uuid(), @publisher, 'filler ' || n, true, @start FROM generate_series(1, 40) n;

	INSERT INTO release (id, pack_id, number, major, minor, patch, state, due_on, zone, due_at, testing_since, released_at, ended_at, created_at, created_by, decided_by)
	SELECT gen_random_uuid(), p.id, n, n, 0, 0, CASE n WHEN 50 THEN 'pending' ELSE 'released' END, CASE n WHEN 50 THEN DATE '2028-01-01' END,
	       CASE n WHEN 50 THEN 'UTC' END, CASE n WHEN 50 THEN TIMESTAMPTZ '2028-01-01Z' END, CASE n WHEN 50 THEN @start END,
	       CASE WHEN n < 50 THEN @start END, CASE WHEN n < 49 THEN @start END, @start, @person, @person
	  FROM pack p, generate_series(1, 50) n WHERE p.name LIKE 'filler%';

	INSERT INTO account (id, name, zone, publisher, managed, created_at)
	SELECT gen_random_uuid(), 'filler ' || n, 'UTC', false, true, @start FROM generate_series(1, 500) n;

	INSERT INTO attachment (id, pack_id, account_id, multiple, name, attached_at, attached_by)
	SELECT id, pack_id, account_id, true, 'a', uuid_instant(id), @person
	  FROM (SELECT gen_random_uuid() AS id, p.id AS pack_id, a.id AS account_id
	          FROM pack p, account a WHERE a.name LIKE 'filler%') x;

	INSERT INTO opt_in (attachment_id, pack_id, release_id, began, by_id)
	SELECT x.id, x.pack_id, r.id, @start, @person
	  FROM (SELECT id, pack_id, row_number() OVER (PARTITION BY pack_id ORDER BY id) AS n FROM attachment
	         WHERE pack_id IN (SELECT id FROM pack WHERE name LIKE 'filler%')) x
	  JOIN release r ON r.pack_id = x.pack_id AND r.state = 'pending'
	 WHERE x.n <= 20`

// TestGrowingTablesAreReadByIndex runs what a transaction does on tables that grow with the install base, and looks into
// Postgres' own counters: no table was read whole, and an index that was meant for it was used.
func TestGrowingTablesAreReadByIndex(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	pack := w.newPack(true)
	a := w.attach(pack, w.managed.ID, "a")
	w.current(pack.ID, start)
	r := w.pending(pack.ID, 2, start.Add(time.Hour))
	o := w.optIn(a, r.ID, start)
	o.Ended, o.EndedBy = &start, w.person
	detached := a
	detached.DetachedAt, detached.DetachedBy = &start, w.person
	moved := w.managed
	moved.Zone = "Europe/Rome"
	w.fill()
	for _, tc := range []struct {
		name, indexes string
		do            func(context.Context, release.Tx) error
	}{
		{"LockPack", "release_pack_id_number_key", func(ctx context.Context, tx release.Tx) error { _, err := tx.LockPack(ctx, pack.ID); return err }},
		{"Release", "release_id_pack_id_key", func(ctx context.Context, tx release.Tx) error { _, err := tx.Release(ctx, r.ID); return err }},
		{"LastReleaseNumber", "release_pack_id_number_key", func(ctx context.Context, tx release.Tx) error {
			_, err := tx.LastReleaseNumber(ctx, pack.ID)
			return err
		}},
		{"TakeDue", "due_releases", func(ctx context.Context, tx release.Tx) error {
			due, err := tx.TakeDue(ctx, start.Add(time.Hour), 500)
			if len(due) != 1 {
				t.Errorf("%d due", len(due))
			}
			return err
		}},
		{"EndCurrent", "one_current_release_per_pack", func(ctx context.Context, tx release.Tx) error {
			return tx.EndCurrent(ctx, []release.ID{pack.ID}, start)
		}},
		{"AddPackDays", "attachment_of_pack", func(ctx context.Context, tx release.Tx) error {
			packs, err := tx.AddPackDays(ctx, release.DateOf(start.AddDate(0, 0, 3), time.UTC), release.ID{}, 1)
			if len(packs) != 1 {
				t.Errorf("%d packs", len(packs))
			}
			return err
		}},
		{"LockAttachment", "attachment_id_pack_id_key", func(ctx context.Context, tx release.Tx) error { _, err := tx.LockAttachment(ctx, a.ID); return err }},
		{"AddAttachment", "one_name_per_account_and_pack", func(ctx context.Context, tx release.Tx) error {
			return tx.AddAttachment(ctx, w.attachment(pack, w.managed.ID, "b"))
		}},
		{"Detach", "opt_in_pkey", func(ctx context.Context, tx release.Tx) error { return tx.Detach(ctx, detached) }},
		{"RunningOptIn", "one_running_opt_in_per_release opt_in_of_release", func(ctx context.Context, tx release.Tx) error { _, err := tx.RunningOptIn(ctx, a.ID, r.ID); return err }},
		{"EndOptIn", "one_running_opt_in_per_release opt_in_of_release", func(ctx context.Context, tx release.Tx) error { return tx.EndOptIn(ctx, o) }},
		{"SaveAccount", "one_name_per_account_and_pack attachment_of_account", func(ctx context.Context, tx release.Tx) error { return tx.SaveAccount(ctx, moved) }},
		{"DetachAll", "attachment_of_pack", func(ctx context.Context, tx release.Tx) error {
			_, err := tx.DetachAll(ctx, pack.ID, w.person, start)
			return err
		}},
		{"CountOutside of an account", "one_name_per_account_and_pack attachment_of_account", func(ctx context.Context, tx release.Tx) error {
			_, err := tx.CountOutside(ctx, w.publisher.ID, w.managed.ID, release.ID{}, 100)
			return err
		}},
		{"CountOutside of a pack", "attachment_of_pack", func(ctx context.Context, tx release.Tx) error {
			_, err := tx.CountOutside(ctx, w.publisher.ID, release.ID{}, pack.ID, 100)
			return err
		}},
	} {
		undo := w.try(func(ctx context.Context, tx release.Tx) error {
			before := scans(ctx, t, tx)
			if err := tc.do(ctx, tx); err != nil {
				t.Errorf("%s: %v", tc.name, err)
				return err
			}
			used := scans(ctx, t, tx)
			maps.DeleteFunc(used, func(name string, n int) bool { return n == before[name] })
			if used[wholeTable] != 0 {
				t.Errorf("%s reads a growing table whole", tc.name)
			}
			if !slices.ContainsFunc(strings.Fields(tc.indexes), func(name string) bool { return used[name] > 0 }) {
				t.Errorf("%s uses none of %s but %v", tc.name, tc.indexes, used)
			}
			return errRefused // the next case finds everything as it was
		})
		if undo == nil {
			t.Errorf("%s was kept", tc.name)
		}
	}
}

func (w *scene) fill() {
	w.t.Helper()
	conn, err := w.Owner(w.t).Acquire(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	defer conn.Release()
	sql := strings.NewReplacer("@publisher", "'"+w.publisher.ID.String()+"'::uuid", "@person", "'"+w.person.String()+"'::uuid",
		"@start", "'"+start.Format(time.RFC3339)+"'::timestamptz").Replace(fill)
	if _, err := conn.Exec(w.t.Context(), sql); err != nil { // several statements at once take no parameters
		w.t.Fatal(err)
	}
	if _, err := conn.Exec(w.t.Context(), `ANALYZE`); err != nil {
		w.t.Fatal(err)
	}
}

const wholeTable = "a whole table"

// scans counts how often the connection has read indexes and whole tables, this transaction included.
func scans(ctx context.Context, t *testing.T, tx release.Tx) map[string]int {
	t.Helper()
	return scansOf(ctx, t, tx, []string{"attachment", "opt_in", "release", "audit_event"}, []string{"attachment", "opt_in", "release"})
}

// scansOf is scans, of whole reads of the tables together, and of each index of the indexed ones.
func scansOf(ctx context.Context, t *testing.T, tx release.Tx, tables, indexed []string) map[string]int {
	t.Helper()
	rows, err := store.DB(tx).Query(ctx, `
		SELECT $1::text, sum(seq_scan)::int FROM pg_stat_xact_user_tables WHERE relname = ANY($2)
		UNION ALL
		SELECT indexrelid::regclass::text, pg_stat_get_xact_numscans(indexrelid)::int FROM pg_index
		 WHERE indrelid = ANY($3::text[]::regclass[])`, wholeTable, tables, indexed)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]int{}
	var name string
	var n int
	if _, err := pgx.ForEachRow(rows, []any{&name, &n}, func() error { all[name] = n; return nil }); err != nil {
		t.Fatal(err)
	}
	return all
}
