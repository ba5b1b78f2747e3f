package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"packtide/release"
	"packtide/store"
	"packtide/store/storetest"
)

func TestTypesTravel(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	at := time.Date(2027, 3, 28, 0, 30, 0, 123456000, time.UTC)
	type all struct {
		ID        release.ID
		Pointer   *release.ID
		NoPointer *release.ID
		IDs       []release.ID
		Some      []*release.ID
		Date      release.Date
		NoDate    *release.Date
		Dates     []release.Date
		At        time.Time
		Instants  []time.Time
		State     release.State
	}
	first, second := release.NewID(at), release.NewID(at)
	want := all{
		ID: first, Pointer: &second, IDs: []release.ID{second, {}, first}, Some: []*release.ID{nil, &first},
		Date: release.Date{Year: 2028, Month: time.February, Day: 29}, Dates: []release.Date{{Year: 1, Month: 1, Day: 1}, {Year: 9999, Month: 12, Day: 31}},
		At: at.In(time.FixedZone("", 7200)), Instants: []time.Time{at}, State: release.Pending,
	}
	var got all
	err := db.Pool.QueryRow(t.Context(), `SELECT $1::uuid, $2::uuid, $3::uuid, $4::uuid[], $5::uuid[], $6::date, $7::date, $8::date[], $9::timestamptz, $10::timestamptz[], $11::text`,
		want.ID, want.Pointer, want.NoPointer, want.IDs, want.Some, want.Date, want.NoDate, want.Dates, want.At, want.Instants, want.State).
		Scan(&got.ID, &got.Pointer, &got.NoPointer, &got.IDs, &got.Some, &got.Date, &got.NoDate, &got.Dates, &got.At, &got.Instants, &got.State)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a round trip changes (-want +got):\n%s", diff)
	}
	if got.At.Location() != time.UTC || got.Instants[0].Location() != time.UTC {
		t.Errorf("instants come in %v and %v, want UTC", got.At.Location(), got.Instants[0].Location())
	}

	var text string
	if err := db.Pool.QueryRow(t.Context(), `SELECT $1::uuid::text`, first).Scan(&text); err != nil || text != first.String() {
		t.Errorf("the database reads %s as %s, %v", first, text, err)
	}
	id := release.MaxID
	if err := db.Pool.QueryRow(t.Context(), `SELECT NULL::uuid`).Scan(&id); err != nil || !id.IsZero() {
		t.Errorf("NULL becomes %s, %v; want the zero id", id, err)
	}
	var date release.Date
	if err := db.Pool.QueryRow(t.Context(), `SELECT NULL::date`).Scan(&date); err == nil {
		t.Error("NULL becomes a date; want an error")
	}
}

func TestConnectionSettings(t *testing.T) {
	t.Parallel()
	url := storetest.New(t).URL
	for _, tc := range []struct {
		name, url string
		o         store.Options
		want      map[string]string
		conns     int32
	}{
		{
			"by default", url,
			store.Options{},
			map[string]string{"application_name": "packtide", "statement_timeout": "30s", "idle_in_transaction_session_timeout": "1min", "TimeZone": "UTC"},
			20,
		},
		{
			"by option", url,
			store.Options{Name: "demo", StatementTimeout: 2 * time.Second, MaxConns: 3},
			map[string]string{"application_name": "demo", "statement_timeout": "2s"},
			3,
		},
		{
			"by the URL", url + "&statement_timeout=7000&pool_max_conns=5",
			store.Options{},
			map[string]string{"statement_timeout": "7s"},
			5,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			pool, err := store.Open(t.Context(), tc.url, tc.o)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(pool.Close)
			for name, want := range tc.want {
				var got string
				if err := pool.QueryRow(t.Context(), `SELECT current_setting($1)`, name).Scan(&got); err != nil || got != want {
					t.Errorf("%s is %q, %v; want %q", name, got, err, want)
				}
			}
			if got := pool.Config().MaxConns; got != tc.conns {
				t.Errorf("%d connections, want %d", got, tc.conns)
			}
		})
	}
}

func TestOpenWithoutServer(t *testing.T) {
	t.Parallel()
	if _, err := store.Open(t.Context(), "postgres://127.0.0.1:1/none", store.Options{}); err == nil {
		t.Error("a pool without a server opens")
	}
}
