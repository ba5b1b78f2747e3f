package store_test

import (
	"context"
	"encoding/json"
	"testing"

	"packtide/release"
	"packtide/store"
)

// manyVersions is 200 packages with 50 versions each, of which every fifth is shareable; all have contents.
const manyVersions = `
	INSERT INTO package (id, publisher_id, name, display_name, platform, kind, created_at)
	SELECT gen_random_uuid(), $1, 'filler-' || n, 'Filler', 'plain', 'archive', now() FROM generate_series(1, 200) n`

const manyVersionsOf = `
	INSERT INTO package_version (id, package_id, major, minor, patch, display_name, shareable, file_name, sha256, manifest, findings, uploaded_at, uploaded_by)
	SELECT gen_random_uuid(), p.id, n, 0, 0, 'Filler', n % 5 = 0, 'f.zip', (SELECT sha256 FROM artifact LIMIT 1), '{}', '[]', now(), $1
	  FROM package p, generate_series(1, 50) n WHERE p.name LIKE 'filler-%'`

// TestVersionsAreReadByIndex: what versions are compared by is read for the versions that are asked for, and for no others,
// however many there are.
func TestVersionsAreReadByIndex(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	w.wares(w.newPackage().ID, release.Version{Major: 1}, "one")
	w.sql(manyVersions, w.publisher.ID)
	w.sql(manyVersionsOf, w.person)
	w.sql(`INSERT INTO version_contents SELECT id, '{}' FROM package_version WHERE display_name = 'Filler'`)
	w.sql(`ANALYZE package, package_version, version_contents`)
	var pkg, version release.ID
	err := w.Pool.QueryRow(t.Context(), `
		SELECT package_id, id FROM package_version WHERE display_name = 'Filler' AND major = 50 LIMIT 1`).Scan(&pkg, &version)
	if err != nil {
		t.Fatal(err)
	}
	top := release.Version{Major: 50}
	for name, ask := range map[string]func(context.Context, release.Tx) error{
		"VersionBelow":   func(ctx context.Context, tx release.Tx) error { return errOf(tx.VersionBelow(ctx, pkg, top)) },
		"ShareableBelow": func(ctx context.Context, tx release.Tx) error { return errOf(tx.ShareableBelow(ctx, pkg, top)) },
		"LastCount":      func(ctx context.Context, tx release.Tx) error { return errOf(tx.LastCount(ctx, pkg)) },
		"Manifests": func(ctx context.Context, tx release.Tx) error {
			return errOf(tx.Manifests(ctx, w.publisher.ID, []release.ID{version}))
		},
	} {
		w.do(func(ctx context.Context, tx release.Tx) error {
			before := wholeReads(ctx, t, tx)
			err := ask(ctx, tx)
			if after := wholeReads(ctx, t, tx); after != before {
				t.Errorf("%s reads versions whole", name)
			}
			return err
		})
	}
	acme := publishing(w.publisher)
	for name, ask := range map[string]func(context.Context, *store.Reader) error{
		"Comparable":   func(c context.Context, r *store.Reader) error { return errOf(r.Comparable(c, acme, version)) },
		"VersionBelow": func(c context.Context, r *store.Reader) error { return errOf(r.VersionBelow(c, acme, version)) },
		"Manifests": func(c context.Context, r *store.Reader) error {
			return errOf(r.Manifests(c, acme, []release.ID{version}))
		},
		"Versions": func(c context.Context, r *store.Reader) error { return errOf(r.Versions(c, acme, pkg, nil, 100)) },
	} {
		reader, recorded := recording(t, &world{DB: w.DB})
		if err := ask(t.Context(), reader); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, s := range recorded.statements {
			var text []byte
			if err := w.Pool.QueryRow(t.Context(), "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "+s.SQL, s.Args...).Scan(&text); err != nil {
				t.Fatal(err)
			}
			var roots []struct{ Plan plan }
			if err := json.Unmarshal(text, &roots); err != nil {
				t.Fatal(err)
			}
			if roots[0].Plan.whole() {
				t.Errorf("%s reads versions whole\n%s", name, text)
			}
		}
	}
}

// whole tells whether the plan reads all versions, or all contents.
func (p plan) whole() bool {
	if p.Node == "Seq Scan" && (p.Relation == "package_version" || p.Relation == "version_contents") {
		return true
	}
	for _, child := range p.Plans {
		if child.whole() {
			return true
		}
	}
	return false
}

// wholeReads counts how often the transaction has read all versions, or all contents.
func wholeReads(ctx context.Context, t *testing.T, tx release.Tx) int {
	t.Helper()
	var n int
	err := store.DB(tx).QueryRow(ctx, `
		SELECT coalesce(sum(seq_scan), 0)::int FROM pg_stat_xact_user_tables WHERE relname IN ('package_version', 'version_contents')`).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
