package migrations_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"packtide/migrations"
	"packtide/store/storetest"
)

// upTo are the migrations that an older program had.
func upTo(t *testing.T, newest string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	entries, err := migrations.Files.ReadDir(".")
	must(t, err)
	for _, e := range entries {
		data, err := migrations.Files.ReadFile(e.Name())
		must(t, err)
		if strings.Compare(e.Name()[:len(newest)], newest) <= 0 {
			files[e.Name()] = &fstest.MapFile{Data: data}
		}
	}
	return files
}

// world is a publisher with one package: a shareable version with an error, the same deleted since, one that is not
// shareable, and one without errors.
const world = `
INSERT INTO account (id, name, zone, publisher, managed, created_at) VALUES (gen_random_uuid(), 'Acme', 'UTC', true, false, now());
INSERT INTO person (id, email, name, created_at) VALUES (gen_random_uuid(), 'a@b.example', 'Ada', now());
INSERT INTO artifact VALUES (sha256('x'), 1, now());
INSERT INTO package (id, publisher_id, name, display_name, platform, kind, created_at)
SELECT gen_random_uuid(), id, 'mail', 'Mail', 'plain', 'archive', now() FROM account;
INSERT INTO package_version (id, package_id, major, minor, patch, display_name, shareable, file_name, sha256, manifest, findings, uploaded_at, uploaded_by)
SELECT gen_random_uuid(), p.id, n, 0, 0, 'Mail', n <> 3, 'mail.zip', sha256('x'), '{}',
       CASE n WHEN 4 THEN '[{"Severity": "warning"}]' ELSE '[{"Severity": "warning"}, {"Severity": "error"}]' END::jsonb, now(), u.id
  FROM package p, person u, generate_series(1, 4) n;
UPDATE package_version SET deleted_at = now(), deleted_by = uploaded_by WHERE major = 2`

// TestUpWithData: versions that were shared before errors asked for a reason stay what they are, and say so; down and up
// again work with them, too. // R1, R4
func TestUpWithData(t *testing.T) {
	t.Parallel()
	url := storetest.Empty(t)
	must(t, migrations.UpFrom(t.Context(), upTo(t, "000006"), url))
	pool := storetest.Open(t, url)
	for sql := range strings.SplitSeq(world, ";\n") {
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%v\n%s", err, sql)
		}
	}
	must(t, migrations.Up(t.Context(), url))
	var reasons string
	must(t, pool.QueryRow(t.Context(), `
		SELECT string_agg(major || CASE WHEN shareable THEN ' shared' ELSE '' END || ': ' || override_reason, '; ' ORDER BY major)
		  FROM package_version`).Scan(&reasons))
	const told = "Shared before packtide asked for a reason."
	if want := "1 shared: " + told + "; 2 shared: " + told + "; 3: ; 4 shared: "; reasons != want {
		t.Errorf("the reasons are\n%s, want\n%s", reasons, want)
	}
	for _, sql := range []string{
		`UPDATE package_version SET override_reason = 'another' WHERE major = 1`,
		`UPDATE package_version SET compared_with = NULL, shareable = false WHERE major = 1`,
		`INSERT INTO package_version SELECT (jsonb_populate_record(v, jsonb_build_object('id', gen_random_uuid(), 'major', 9, 'override_reason', ''))).*
		   FROM package_version v WHERE major = 1`,
	} {
		if _, err := pool.Exec(t.Context(), sql); err == nil {
			t.Errorf("%s succeeds", sql)
		}
	}
	must(t, migrations.Down(t.Context(), url))
	must(t, migrations.Up(t.Context(), url))
}
