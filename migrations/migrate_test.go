package migrations_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"packtide/migrations"
	"packtide/store/storetest"
)

// catalogue lists whatever a migration can make: relations with their columns, constraints, indexes, functions, triggers,
// rights and extensions, one line each.
const catalogue = `
SELECT format('relation %s %s', c.relname, c.relkind)
  FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
UNION ALL
SELECT format('column %s.%s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid))
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
 WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT format('constraint %s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'function ' || oid::regprocedure FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
   AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
UNION ALL
SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT format('right %s %s %s', table_name, grantee, privilege_type) FROM information_schema.table_privileges
 WHERE table_schema = 'public' AND table_name <> 'schema_migrations'
UNION ALL
SELECT format('default right %s', defaclacl) FROM pg_default_acl
ORDER BY 1`

// TestUpDownUp: nothing of the product is left after Down, and a second Up makes the same as the first.
func TestUpDownUp(t *testing.T) {
	t.Parallel()
	url := storetest.Empty(t)
	version(t, url, 0)
	before := snapshot(t, url)

	must(t, migrations.Up(t.Context(), url))
	first := snapshot(t, url)
	newest, err := migrations.Newest()
	must(t, err)
	version(t, url, newest)
	must(t, migrations.Up(t.Context(), url)) // nothing to do is no error
	if len(first) < 100 {
		t.Fatalf("only %d things in the catalogue: the test does not look well", len(first))
	}

	must(t, migrations.Down(t.Context(), url))
	// What golang-migrate keeps for itself, and the extension, which is the owner's to keep, are no leftovers.
	left := slices.DeleteFunc(snapshot(t, url), func(line string) bool { return strings.Contains(line, "schema_migrations") })
	if diff := cmp.Diff(before, left); diff != "" {
		t.Errorf("down leaves behind (+):\n%s", diff)
	}

	must(t, migrations.Up(t.Context(), url))
	if diff := cmp.Diff(first, snapshot(t, url)); diff != "" {
		t.Errorf("the second up differs from the first:\n%s", diff)
	}
}

// TestManyReplicasMigrateAtOnce: all succeed, and each migration was applied once (a second time would fail).
func TestManyReplicasMigrateAtOnce(t *testing.T) {
	t.Parallel()
	url := storetest.Empty(t)
	var all sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		all.Go(func() { errs[i] = migrations.Up(t.Context(), url) })
	}
	all.Wait()
	must(t, errors.Join(errs...))
	newest, err := migrations.Newest()
	must(t, err)
	version(t, url, newest)
}

func TestHalfDoneMigrationIsRefused(t *testing.T) {
	t.Parallel()
	url := storetest.Empty(t)
	broken := fstest.MapFS{
		"000001_good.up.sql":   {Data: []byte(`CREATE TABLE good ()`)},
		"000001_good.down.sql": {Data: []byte(`DROP TABLE good`)},
		"000002_bad.up.sql":    {Data: []byte(`CREATE TABLE half (); SELECT no_such_thing`)},
		"000002_bad.down.sql":  {Data: []byte(`DROP TABLE half`)},
	}
	if err := migrations.UpFrom(t.Context(), broken, url); err == nil || errors.Is(err, migrations.ErrHalfDone) {
		t.Fatalf("the migration that fails: %v, want its own reason", err)
	}
	if at, halfDone, err := migrations.Version(t.Context(), url); at != 2 || !halfDone || err != nil {
		t.Errorf("version %d, half done %t, %v; want 2, true", at, halfDone, err)
	}
	if err := migrations.UpFrom(t.Context(), broken, url); !errors.Is(err, migrations.ErrHalfDone) {
		t.Errorf("the next start: %v, want ErrHalfDone", err)
	}
	if slices.Contains(snapshot(t, url), "relation half r") {
		t.Error("the failed migration was not rolled back, as its message says")
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	t.Parallel()
	url := storetest.Empty(t)
	must(t, migrations.Up(t.Context(), url))
	older := fstest.MapFS{"000001_a.up.sql": {Data: []byte(`SELECT 1`)}, "000001_a.down.sql": {Data: []byte(`SELECT 1`)}}
	if err := migrations.UpFrom(t.Context(), older, url); !errors.Is(err, migrations.ErrNewerSchema) {
		t.Errorf("an older program: %v, want ErrNewerSchema", err)
	}
}

func TestNumbering(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		files []string
	}{
		{"none", nil},
		{"no way down", []string{"000001_a.up.sql"}},
		{"a gap", []string{"000001_a.up.sql", "000001_a.down.sql", "000003_b.up.sql", "000003_b.down.sql"}},
		{"two of one number", []string{"000001_a.up.sql", "000001_a.down.sql", "000001_b.up.sql", "000001_b.down.sql"}},
		{"two names", []string{"000001_a.up.sql", "000001_b.down.sql"}},
		{"begins at 2", []string{"000002_a.up.sql", "000002_a.down.sql"}},
		{"another form", []string{"000001_a.up.sql", "000001_a.down.sql", "2_b.up.sql", "2_b.down.sql"}},
		{"no direction", []string{"000001_a.up.sql", "000001_a.down.sql", "000002_b.sql", "000002_c.sql"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			files := fstest.MapFS{}
			for _, name := range tc.files {
				files[name] = &fstest.MapFile{Data: []byte(`SELECT 1`)}
			}
			if err := migrations.UpFrom(t.Context(), files, "postgres://nowhere.invalid"); !errors.Is(err, migrations.ErrNumbering) {
				t.Errorf("got %v, want ErrNumbering", err)
			}
		})
	}
}

func TestUpEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := migrations.Up(ctx, storetest.Empty(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

func snapshot(t *testing.T, url string) []string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	must(t, err)
	defer func() { must(t, conn.Close(t.Context())) }()
	rows, err := conn.Query(t.Context(), catalogue)
	must(t, err)
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	must(t, err)
	return lines
}

func version(t *testing.T, url string, want uint) {
	t.Helper()
	at, halfDone, err := migrations.Version(t.Context(), url)
	if at != want || halfDone || err != nil {
		t.Errorf("version %d, half done %t, %v; want %d", at, halfDone, err, want)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
