package store_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"packtide/release"
	"packtide/store"
	"packtide/store/storetest"
)

// benchSize is how many attachments the benchmarks' world has; PACKTIDE_BENCH_ATTACHMENTS asks for another size. What a
// release costs must not depend on it: compare two sizes.
func benchSize(b *testing.B) int {
	b.Helper()
	n, err := strconv.Atoi(os.Getenv("PACKTIDE_BENCH_ATTACHMENTS"))
	if err != nil {
		return 100_000
	}
	return n
}

// benchWorld is one publisher with 200 packs, of which the first has a tenth of all attachments, each with a current and a
// pending release; a twentieth of the attachments tries it.
type benchWorld struct {
	*storetest.DB
	service   *release.Service
	reader    *store.Reader
	publisher release.Actor
	biggest   release.ID
	pending   release.ID // of the biggest pack
	now       time.Time
}

var benchStart = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

func newBenchWorld(b *testing.B) *benchWorld {
	b.Helper()
	db := storetest.New(b)
	owner := storetest.Open(b, db.OwnerURL+"&statement_timeout=0")
	values := strings.NewReplacer(":start", "'"+benchStart.Format(time.RFC3339)+"'::timestamptz", ":attachments", strconv.Itoa(benchSize(b)))
	for _, sql := range benchSeed {
		if _, err := owner.Exec(context.Background(), values.Replace(sql)); err != nil {
			b.Fatalf("%v in %s", err, sql)
		}
	}
	w := &benchWorld{DB: db, now: benchStart.Add(60 * 24 * time.Hour)}
	w.service = release.NewService(store.New(db.Pool), func() time.Time { return w.now })
	w.reader = store.NewReader(db.Pool)
	var account, person release.ID
	row := owner.QueryRow(context.Background(), `
		SELECT p.publisher_id, (SELECT id FROM person LIMIT 1), p.id, r.id
		  FROM pack p JOIN release r ON r.pack_id = p.id AND r.state = 'pending'
		 WHERE p.name = 'Pack 1'`)
	if err := row.Scan(&account, &person, &w.biggest, &w.pending); err != nil {
		b.Fatal(err)
	}
	w.publisher = release.Actor{Person: person, Name: "Bench", Account: account, Publisher: release.RolePublisher, Source: release.FromUI}
	return w
}

// benchSeed fills the world.
var benchSeed = []string{
	`CREATE FUNCTION pg_temp_id(at timestamptz) RETURNS uuid LANGUAGE sql VOLATILE AS $f$
	   SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3)
	           || '8' || substr(md5(random()::text), 1, 15))::uuid $f$`,
	`INSERT INTO person (id, email, name, created_at) SELECT pg_temp_id(:start), 'bench@example.org', 'Bench', :start`,
	`INSERT INTO account (id, name, zone, publisher, managed, created_at)
	 SELECT pg_temp_id(:start), 'Account ' || n, (ARRAY['Europe/Paris', 'America/New_York', 'Asia/Kolkata', 'Asia/Tokyo'])[1 + n % 4], n = 0, n > 0, :start
	   FROM generate_series(0, greatest(10, :attachments / 10)) n`,
	`INSERT INTO pack (id, publisher_id, name, multiple, support_contact, created_at)
	 SELECT pg_temp_id(:start), (SELECT id FROM account WHERE publisher), 'Pack ' || n, true, 'help@example.org', :start
	   FROM generate_series(1, 200) n`,
	`INSERT INTO release (id, pack_id, number, major, minor, patch, state, released_at, created_at, created_by, decided_by)
	 SELECT pg_temp_id(:start), id, 1, 1, 0, 0, 'released', :start, :start, (SELECT id FROM person), (SELECT id FROM person) FROM pack`,
	`INSERT INTO release (id, pack_id, number, major, minor, patch, state, plan, due_on, zone, due_at, testing_since, created_at, created_by, decided_by)
	 SELECT pg_temp_id(:start), id, 2, 2, 0, 0, 'pending', 'scheduled', '2099-01-01', 'UTC', '2099-01-01T00:00Z', :start, :start, (SELECT id FROM person), (SELECT id FROM person)
	   FROM pack`,
	`WITH packs AS (SELECT id, substr(name, 6)::int AS n FROM pack),
	      accounts AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM account WHERE managed),
	      made AS (SELECT i, pg_temp_id(:start + i * interval '1 millisecond') AS id,
	                      CASE WHEN i % 10 = 0 THEN 1 ELSE 2 + (i::bigint * 7919) % 199 END AS pack,
	                      i % (SELECT count(*) FROM accounts) AS account
	                 FROM generate_series(1, :attachments) i)
	 INSERT INTO attachment (id, pack_id, account_id, multiple, name, environment, attached_at, attached_by)
	 SELECT made.id, packs.id, accounts.id, true, 'Site ' || made.i, 'Production', uuid_instant(made.id), (SELECT id FROM person)
	   FROM made JOIN packs ON packs.n = made.pack JOIN accounts ON accounts.n = made.account`,
	`INSERT INTO opt_in (attachment_id, pack_id, release_id, began, by_id)
	 SELECT a.id, a.pack_id, r.id, :start + interval '30 days', (SELECT id FROM person)
	   FROM attachment a JOIN release r ON r.pack_id = a.pack_id AND r.state = 'pending'
	  WHERE substr(a.name, 6)::int % 20 = 0`,
	`INSERT INTO attachment_count SELECT a.pack_id, c.zone, 0, count(*), count(DISTINCT c.id)
	   FROM attachment a JOIN account c ON c.id = a.account_id GROUP BY 1, 2`,
	`INSERT INTO opt_in_count SELECT release_id, 0, count(*) FROM opt_in GROUP BY 1`,
	`UPDATE attachment SET environment = 'Lab' WHERE substr(name, 6)::int % 5000 = 0`,
	`INSERT INTO attachment_place_count SELECT a.pack_id, c.zone, a.environment, substr(a.name, 6)::int % 4, count(*)
	   FROM attachment a JOIN account c ON c.id = a.account_id GROUP BY 1, 2, 3, 4`,
	`INSERT INTO opt_in_place_count SELECT o.release_id, c.zone, a.environment, substr(a.name, 6)::int % 4, count(*)
	   FROM opt_in o JOIN attachment a ON a.id = o.attachment_id JOIN account c ON c.id = a.account_id GROUP BY 1, 2, 3, 4`,
	`ANALYZE`,
}

// BenchmarkApplyDue applies the biggest pack's release at its midnight: one transaction, whatever the size.
func BenchmarkApplyDue(b *testing.B) {
	w := newBenchWorld(b)
	owner := w.Owner(b)
	at := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	number := 2
	for b.Loop() {
		b.StopTimer()
		if number > 2 {
			_, err := owner.Exec(context.Background(), `
				INSERT INTO release (id, pack_id, number, major, minor, patch, state, plan, due_on, zone, due_at, testing_since, created_at, created_by, decided_by)
				SELECT pg_temp_id($2), $1, $3, $3, 0, 0, 'pending', 'scheduled', $4, 'UTC', $4::date, $2, $2, (SELECT id FROM person), (SELECT id FROM person)`,
				w.biggest, at, number, release.DateOf(at, time.UTC))
			if err != nil {
				b.Fatal(err)
			}
		} else if _, err := owner.Exec(context.Background(), `UPDATE release SET due_on = $2, due_at = $2::date WHERE id = $1`, w.pending, release.DateOf(at, time.UTC)); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		done, err := w.service.ApplyDue(context.Background(), at)
		if err != nil || done.Releases != 1 {
			b.Fatalf("%+v, %v", done, err)
		}
		number++
		at = at.AddDate(0, 0, 1)
	}
}

// BenchmarkInstallBase reads a page of 50 of each kind of filter.
func BenchmarkInstallBase(b *testing.B) {
	w := newBenchWorld(b)
	support := release.Actor{Person: w.publisher.Person, Site: release.RoleSupport, Source: release.FromUI}
	for name, c := range map[string]struct {
		by release.Actor
		f  release.InstallBaseFilter
	}{
		"all":               {support, release.InstallBaseFilter{}},
		"publisher":         {w.publisher, release.InstallBaseFilter{}},
		"pack":              {w.publisher, release.InstallBaseFilter{Pack: w.biggest}},
		"pack and trying":   {w.publisher, release.InstallBaseFilter{Pack: w.biggest, State: release.StateTrying}},
		"pack and waiting":  {w.publisher, release.InstallBaseFilter{Pack: w.biggest, State: release.StateWaiting}},
		"pack and detached": {w.publisher, release.InstallBaseFilter{Pack: w.biggest, State: release.StateDetached}},
		"rare name":         {support, release.InstallBaseFilter{Query: fmt.Sprintf("site %d", benchSize(b)-1)}},
		"release":           {support, release.InstallBaseFilter{Release: w.pending}},
		"zone":              {support, release.InstallBaseFilter{Zones: []string{"Asia/Tokyo"}}},
		"rare environment":  {support, release.InstallBaseFilter{Environments: []string{"Lab"}}},
	} {
		b.Run(name, func(b *testing.B) {
			c.f.Limit = 50
			for b.Loop() {
				if _, err := w.reader.InstallBase(context.Background(), c.by, c.f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkFacets counts what stands beside the list: from the summaries, and from the newest thousand rows.
func BenchmarkFacets(b *testing.B) {
	w := newBenchWorld(b)
	support := release.Actor{Person: w.publisher.Person, Site: release.RoleSupport, Source: release.FromUI}
	for name, f := range map[string]release.InstallBaseFilter{
		"all":            {},
		"pack":           {Pack: w.biggest},
		"zone and state": {Zones: []string{"Asia/Tokyo"}, State: release.StateWaiting},
		"rare name":      {Query: fmt.Sprintf("site %d", benchSize(b)-1)},
		"common name":    {Query: "site"},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := w.reader.InstallBaseFacets(context.Background(), support, f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPacks reads the publisher's home: counts come from the summaries.
func BenchmarkPacks(b *testing.B) {
	w := newBenchWorld(b)
	for b.Loop() {
		rows, err := w.reader.Packs(context.Background(), w.publisher, "", "", release.ID{}, 50)
		if err != nil || len(rows) != 50 {
			b.Fatalf("%d rows, %v", len(rows), err)
		}
	}
}
