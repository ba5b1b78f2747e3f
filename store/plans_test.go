package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"packtide/release"
	"packtide/store"
)

// manyAttachments is enough for the planner to prefer an index wherever one answers, and for a scan to be seen.
const manyAttachments = 30_000

// crowd is a larger world, made by the database itself: 40 packs of Acme and Bolt, 2,000 accounts, one pack with half of all
// attachments. What the tests look for is rare and at the far end of every list.
func crowd(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.pack(t, "Acme", "Giant", true)
	w.offer(t, "Acme all", "Giant")
	w.release(t, "Giant", rel{number: 1, state: release.Released, from: 2})
	w.release(t, "Giant", rel{number: 2, state: release.Pending, testing: 8})
	w.account(t, "Quixote", "Europe/Madrid", false, true)
	for _, sql := range []string{
		// v7 makes the id of millisecond n.
		`CREATE FUNCTION v7(n bigint) RETURNS uuid LANGUAGE sql AS $$
		   SELECT (substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
		   FROM (SELECT lpad(to_hex(1780000000000 + n), 12, '0') AS h) x $$`,
		`INSERT INTO account (id, name, zone, publisher, managed, created_at)
		   SELECT v7(n), 'Customer ' || n, 'Asia/Kolkata', false, true, now() FROM generate_series(1, 2000) n`,
		`INSERT INTO pack (id, publisher_id, name, multiple, created_at)
		   SELECT v7(n), (SELECT id FROM account WHERE name = CASE WHEN n % 2 = 0 THEN 'Acme' ELSE 'Bolt' END), 'Pack ' || n, true, now()
		   FROM generate_series(1, 40) n`,
		`INSERT INTO release (id, pack_id, number, state, major, minor, patch, created_at, created_by, decided_by, released_at)
		   SELECT v7(n), v7(n), 1, 'released', 1, 0, 0, now(), p.id, p.id, now() FROM generate_series(1, 40) n, person p WHERE p.name = 'paula'`,
	} {
		w.exec(t, sql)
	}
	w.exec(t, `INSERT INTO attachment (id, pack_id, account_id, multiple, name, attached_at, attached_by)
		SELECT v7(n), CASE WHEN n % 2 = 0 OR n < 300 THEN $1 ELSE v7(1 + n / 2 % 40) END, CASE WHEN n < 3 THEN $4 ELSE v7(1 + n * 7919 % 2000) END,
		       true, CASE n WHEN 5 THEN 'zanzibar' ELSE 'site ' || n END, uuid_instant(v7(n)), $2
		FROM generate_series(1, $3::int) n`, w.id("Giant"), w.id("ada"), manyAttachments, w.id("Quixote"))
	w.exec(t, `UPDATE attachment SET detached_at = attached_at, detached_by = attached_by WHERE id BETWEEN v7(200) AND v7(220)`)
	w.exec(t, `UPDATE attachment SET environment = 'lab' WHERE id >= v7(300) AND id < v7(320)`)
	w.exec(t, `INSERT INTO opt_in SELECT id, pack_id, $2, now(), NULL, $3 FROM attachment WHERE pack_id = $1 AND id < v7(100)`,
		w.id("Giant"), w.id("Giant #2"), w.id("ada"))
	w.exec(t, `INSERT INTO opt_in SELECT id, pack_id, $2, now() - n * interval '1 day', now(), $3, $3
		FROM attachment, generate_series(1, 3) n WHERE pack_id = $1 AND id > v7(20000)`, w.id("Giant"), w.id("Giant #2"), w.id("ada"))
	w.exec(t, `INSERT INTO audit_event (id, at, actor_id, source, action, subject, publisher_id, account_id, pack_id)
		SELECT id, attached_at, attached_by, 'ui', 'attachment.installed', id, (SELECT publisher_id FROM pack k WHERE k.id = x.pack_id), account_id, pack_id
		FROM attachment x`)
	w.event(t, "scheduled", release.ActScheduled, "Giant #2", "Acme", "", "Giant", day(8))
	w.counted(t)
	w.exec(t, `VACUUM ANALYZE`)
	return w
}

// recorder keeps the statements that a pool is asked.
type recorder struct {
	mu         sync.Mutex
	statements []pgx.TraceQueryStartData
}

func (r *recorder) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	r.mu.Lock()
	defer r.mu.Unlock()
	if strings.Contains(data.SQL, "SELECT") {
		r.statements = append(r.statements, data)
	}
	return ctx
}

func (r *recorder) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// recording is a Reader whose statements can be explained afterwards.
func recording(t *testing.T, w *world) (*store.Reader, *recorder) {
	t.Helper()
	r := &recorder{}
	cfg := w.Pool.Config()
	cfg.ConnConfig.Tracer = r
	pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return store.NewReader(pool), r
}

// plan is a node of EXPLAIN (ANALYZE, FORMAT JSON).
type plan struct {
	Node     string  `json:"Node Type"`
	Relation string  `json:"Relation Name"`
	Index    string  `json:"Index Name"`
	Rows     float64 `json:"Actual Rows"`
	Loops    float64 `json:"Actual Loops"`
	Filtered float64 `json:"Rows Removed by Filter"`
	Recheck  float64 `json:"Rows Removed by Index Recheck"`
	Plans    []plan
}

// growing are the tables that grow with the install base.
var growing = map[string]bool{"attachment": true, "opt_in": true, "audit_event": true, "feedback": true, "release_look": true, "observed": true, "observed_change": true, "api_token": true, "version_component": true, "mail": true, "webhook_delivery": true}

// touched adds up the rows of growing tables that a plan has read.
func (p plan) touched() float64 {
	rows := 0.0
	if growing[p.Relation] {
		rows = (p.Rows + p.Filtered + p.Recheck) * p.Loops
	}
	for _, child := range p.Plans {
		rows += child.touched()
	}
	return rows
}

// explain runs a recorded statement again and fails when it has read more than most rows of the growing tables.
func explain(t *testing.T, w *world, s pgx.TraceQueryStartData, most float64) {
	t.Helper()
	var text []byte
	if err := w.Pool.QueryRow(t.Context(), "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "+s.SQL, s.Args...).Scan(&text); err != nil {
		t.Fatalf("explain: %v\n%s", err, s.SQL)
	}
	var roots []struct{ Plan plan }
	if err := json.Unmarshal(text, &roots); err != nil {
		t.Fatal(err)
	}
	if rows := roots[0].Plan.touched(); rows > most {
		t.Errorf("read %.0f rows, want at most %.0f\n%s\n%s", rows, most, s.SQL, text)
	}
}

// Every page of the install base comes through an index, also where the few rows that match lie at the far end.
func TestPlansOfInstallBase(t *testing.T) {
	t.Parallel()
	w := crowd(t)
	type filter = release.InstallBaseFilter
	acme, support := w.publisher("Acme"), w.support()
	north := release.Actor{Account: w.id("Quixote"), Managed: release.RoleAdmin}
	giant := w.id("Giant")
	middle := w.anyID(t, `SELECT v7(15000)`)
	customer := w.anyID(t, `SELECT v7(77)`)
	for _, c := range []struct {
		name string
		by   release.Actor
		f    filter
		rows int
		most float64 // rows of growing tables to be read for them
	}{
		{"all", support, filter{}, 50, 200},
		{"all, deep", support, filter{Before: middle}, 50, 200},
		{"pack", support, filter{Pack: giant}, 50, 300},
		{"pack, deep", acme, filter{Pack: giant, Before: middle}, 50, 200},
		{"publisher: a probe for each pack", acme, filter{}, 50, 1300},
		{"publisher, deep", acme, filter{Before: middle}, 50, 1300},
		{"account", north, filter{}, 2, 20},
		{"account, for support", support, filter{Account: customer}, 15, 60},
		{"account of a publisher", acme, filter{Account: w.id("Quixote")}, 2, 20},
		{"account and pack", support, filter{Account: w.id("Quixote"), Pack: giant}, 2, 20},
		{"current release", acme, filter{Release: w.id("Giant #1")}, 50, 350},
		{"pending release", acme, filter{Release: w.id("Giant #2")}, 50, 350},
		{"trying, everywhere", support, filter{State: release.StateTrying}, 50, 350},
		{"trying, of a publisher", acme, filter{State: release.StateTrying}, 50, 350},
		{"trying, of a pack", acme, filter{State: release.StateTrying, Pack: giant}, 50, 350},
		{"current, everywhere", support, filter{State: release.StateCurrent}, 50, 300},
		{"waiting, everywhere", support, filter{State: release.StateWaiting}, 50, 350},
		{"uninstalled, everywhere", support, filter{State: release.StateDetached}, 21, 100},
		{"uninstalled, of a pack", acme, filter{State: release.StateDetached, Pack: giant}, 21, 100},
		{"a rare name", support, filter{Query: "zanzibar"}, 1, 50},
		{"a rare name, of a publisher", acme, filter{Query: "anziba"}, 1, 50},
		{"a rare name, of a pack", acme, filter{Query: "anziba", Pack: giant}, 1, 50},
		{"a rare account", support, filter{Query: "quixot"}, 2, 50},
		{"a rare account, of a pack", acme, filter{Query: "quixot", Pack: giant}, 2, 50},
		{"a pack's name", support, filter{Query: "giant"}, 50, 300},
		{"a rare environment", support, filter{Environments: []string{"lab"}}, 20, 150},
		{"a rare environment, of a publisher", acme, filter{Environments: []string{"lab"}}, 15, 150},
		{"a rare environment, of a pack", acme, filter{Environments: []string{"lab", "none such"}, Pack: giant}, 10, 100},
		{"a common environment", support, filter{Environments: []string{""}}, 50, 300},
		{"a rare zone", support, filter{Zones: []string{"Europe/Madrid"}}, 2, 50},
		{"a rare zone, of a publisher", acme, filter{Zones: []string{"Europe/Madrid"}}, 2, 50},
		{"a rare zone, of a pack", acme, filter{Zones: []string{"Europe/Madrid"}, Pack: giant}, 2, 50},
		{"a common zone", support, filter{Zones: []string{"Asia/Kolkata"}}, 50, 300},
		{"a rare place", support, filter{Zones: []string{"Asia/Kolkata"}, Environments: []string{"lab"}}, 20, 150},
		{"a name that all have", support, filter{Query: "site"}, 50, 1500},
		{"a name that all have, of a publisher", acme, filter{Query: "site"}, 50, 2500},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			reader, recorded := recording(t, w)
			rows, err := reader.InstallBase(t.Context(), c.by, c.f)
			if err != nil || len(rows) != c.rows {
				t.Fatalf("%d rows, error %v; want %d", len(rows), err, c.rows)
			}
			for _, s := range recorded.statements {
				explain(t, w, s, c.most)
			}
		})
	}
}

func (w *world) anyID(t *testing.T, sql string) release.ID {
	t.Helper()
	var id release.ID
	if err := w.Pool.QueryRow(t.Context(), sql).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

// The other questions that meet growing tables.
func TestPlansOfOtherQuestions(t *testing.T) {
	t.Parallel()
	w := crowd(t)
	acme, support := w.publisher("Acme"), w.support()
	north := release.Actor{Account: w.id("Quixote"), Managed: release.RoleAdmin}
	giant := w.id("Giant")
	one := w.anyID(t, `SELECT v7(5)`)
	for name, c := range map[string]struct {
		ask  func(context.Context, *store.Reader) error
		most float64
	}{
		"people, who never signed in": {func(c context.Context, r *store.Reader) error {
			return errOf(r.People(c, support, release.ID{}, "", "", 50))
		}, 10},
		"packs": {func(c context.Context, r *store.Reader) error {
			return errOf(r.Packs(c, support, "", "", release.ID{}, 50))
		}, 100},
		"pack": {func(c context.Context, r *store.Reader) error { return errOf(r.Pack(c, acme, giant)) }, 10},
		"adoption": {func(c context.Context, r *store.Reader) error { // recorded days and counts: no attachment is read
			return errOf(r.Adoption(c, acme, giant, day(1).AddDate(-1, 0, 0), day(20)))
		}, 0},
		"ages of versions": {func(c context.Context, r *store.Reader) error { return errOf(r.VersionAges(c, acme, giant)) }, 0},
		"two releases": {func(c context.Context, r *store.Reader) error {
			return errOf(r.ReleasePair(c, acme, giant, w.id("Giant #1"), w.id("Giant #2")))
		}, 0},
		"attachment": {func(c context.Context, r *store.Reader) error { return errOf(r.Attachment(c, north, one)) }, 10},
		"history":    {func(c context.Context, r *store.Reader) error { return errOf(r.History(c, support, one)) }, 10},
		"facets": {func(c context.Context, r *store.Reader) error { // the numbers are summed; the accounts of the newest are counted
			return errOf(r.InstallBaseFacets(c, support, release.InstallBaseFilter{}))
		}, 4500},
		"facets, of a pack": {func(c context.Context, r *store.Reader) error {
			return errOf(r.InstallBaseFacets(c, acme, release.InstallBaseFilter{Pack: giant})) // the opt-ins to what is pending
		}, 250},
		"facets of a text that all have": {func(c context.Context, r *store.Reader) error {
			return errOf(r.InstallBaseFacets(c, support, release.InstallBaseFilter{Query: "site"}))
		}, 8000},
		"ledger of a release in testing": {func(c context.Context, r *store.Reader) error {
			return errOf(r.ReleaseLedger(c, acme, w.id("Giant #2")))
		}, 250},
		"ledger of the current release": {func(c context.Context, r *store.Reader) error {
			return errOf(r.ReleaseLedger(c, acme, w.id("Giant #1")))
		}, 250},
		"what an account's agents report": {func(c context.Context, r *store.Reader) error { return errOf(r.ObservedOwn(c, north, giant)) }, 20},
		"saved views":                     {func(c context.Context, r *store.Reader) error { return errOf(r.SavedViews(c, support)) }, 0},
		"impact":                          {func(c context.Context, r *store.Reader) error { return errOf(r.Impact(c, acme, giant)) }, 0},
		"opt-ins":                         {func(c context.Context, r *store.Reader) error { return errOf(r.OptInsByDay(c, acme, w.id("Giant #2"))) }, 120},
		"why":                             {func(c context.Context, r *store.Reader) error { return errOf(r.Why(c, support, one, day(20))) }, 40},
		"why not": {func(c context.Context, r *store.Reader) error {
			return errOf(r.WhyNot(c, acme, w.id("Quixote"), giant))
		}, 40},
		"accounts": {func(c context.Context, r *store.Reader) error {
			return errOf(r.Accounts(c, support, store.AccountFilter{Limit: 20}))
		}, 400},
		"accounts of a pack": {func(c context.Context, r *store.Reader) error {
			return errOf(r.PackAccounts(c, acme, giant, "", release.ID{}, 20))
		}, 500},
		"catalogue": {func(c context.Context, r *store.Reader) error {
			return errOf(r.Catalogue(c, north, "", "", release.ID{}, 50))
		}, 20},
		"catalogue, pack":                   {func(c context.Context, r *store.Reader) error { return errOf(r.CataloguePack(c, north, giant)) }, 30},
		"news":                              {func(c context.Context, r *store.Reader) error { return errOf(r.News(c, north, release.ID{}, 50)) }, 20},
		"events":                            {events(support, release.EventFilter{}), 120},
		"events, publisher":                 {events(acme, release.EventFilter{}), 120},
		"events, account":                   {events(north, release.EventFilter{}), 20},
		"events, subject":                   {events(support, release.EventFilter{Subject: one}), 10},
		"events, pack":                      {events(acme, release.EventFilter{Pack: giant}), 120},
		"events, of an account for support": {events(support, release.EventFilter{Account: w.id("Quixote")}), 20},
		"events, a rare action":             {events(support, release.EventFilter{Actions: []string{release.ActScheduled, release.ActReleased}}), 10},
		"events, a rare actor":              {events(support, release.EventFilter{Actor: w.id("paula")}), 10},
		"events, a period":                  {events(support, release.EventFilter{To: new(day(20))}), 10},
		"events of both roles":              {events(w.both("Acme"), release.EventFilter{}), 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reader, recorded := recording(t, w)
			if err := c.ask(t.Context(), reader); err != nil && !strings.Contains(fmt.Sprint(err), "nothing here") {
				t.Fatal(err)
			}
			for _, s := range recorded.statements {
				explain(t, w, s, c.most)
			}
		})
	}
}

func errOf[T any](_ T, err error) error { return err }

func events(by release.Actor, f release.EventFilter) func(context.Context, *store.Reader) error {
	return func(c context.Context, r *store.Reader) error {
		f.Limit = 50
		return errOf(r.Events(c, by, f))
	}
}
