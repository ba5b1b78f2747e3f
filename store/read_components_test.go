package store_test

import (
	"context"
	"testing"

	"packtide/release"
	"packtide/store"
)

// TestPlansOfComponents: components are read through their indexes, however many versions brought them, and an account reads
// those of its own attachments alone.
func TestPlansOfComponents(t *testing.T) {
	t.Parallel()
	w := crowd(t)
	for _, sql := range []string{
		`INSERT INTO artifact VALUES (sha256('x'), 1, now()) ON CONFLICT DO NOTHING`,
		`INSERT INTO package (id, publisher_id, name, display_name, platform, kind, created_at)
		   SELECT v7(n), (SELECT id FROM account WHERE name = CASE WHEN n % 2 = 0 THEN 'Acme' ELSE 'Bolt' END), 'filler-' || n, 'Filler', 'boomi', 'process', now()
		   FROM generate_series(1, 200) n`,
		`INSERT INTO package_version (id, package_id, major, minor, patch, display_name, shareable, file_name, sha256, manifest, findings, uploaded_at, uploaded_by)
		   SELECT v7(p * 1000 + n), v7(p), n, 0, 0, 'Filler', true, 'f.zip', sha256('x'), '{}', '[]', now(), (SELECT id FROM person LIMIT 1)
		   FROM generate_series(1, 200) p, generate_series(1, 50) n`,
		`INSERT INTO version_component (version_id, component_id, package_id, publisher_id, version, name, kind, main)
		   SELECT v.id, CASE k WHEN 0 THEN 'main-' || p.name ELSE 'part-' || k || p.name END, p.id, p.publisher_id, v.major, 'Component ' || k, 'process', k = 0
		   FROM package_version v JOIN package p ON p.id = v.package_id, generate_series(0, 4) k WHERE p.name LIKE 'filler%'`,
		// what a hundred versions bring alike
		`INSERT INTO version_component (version_id, component_id, package_id, publisher_id, version, name, kind, main)
		   SELECT v.id, 'shared-' || k, p.id, p.publisher_id, 1, 'Shared', 'connector-settings', false
		   FROM package_version v JOIN package p ON p.id = v.package_id, generate_series(11, 35) k WHERE p.name IN ('filler-4', 'filler-6')`,
		`VACUUM ANALYZE package, package_version, version_component`,
	} {
		w.exec(t, sql)
	}
	acme := w.publisher("Acme")
	var version release.ID
	if err := w.Pool.QueryRow(t.Context(), `SELECT id FROM package_version WHERE id = v7(2 * 1000 + 50)`).Scan(&version); err != nil {
		t.Fatal(err)
	}
	label := release.Version{Major: 7}
	for name, c := range map[string]struct {
		ask  func(context.Context, *store.Reader) (int, error)
		want int
		most float64 // rows of growing tables
	}{
		"a page": {func(ctx context.Context, r *store.Reader) (int, error) {
			rows, err := r.Components(ctx, acme, store.ComponentFilter{AfterID: "part-2", Limit: 20})
			return len(rows), err
		}, 20, 120},
		"a page of what many bring": {func(ctx context.Context, r *store.Reader) (int, error) {
			rows, err := r.Components(ctx, acme, store.ComponentFilter{AfterID: "shared-", Limit: 20})
			return len(rows), err
		}, 20, 120},
		"many bring it, by name": {func(ctx context.Context, r *store.Reader) (int, error) {
			rows, err := r.Components(ctx, acme, store.ComponentFilter{Name: "Shared", AfterID: "shared-15", AfterVersion: 1, Limit: 25})
			return len(rows), err
		}, 20, 150},
		"one component": {func(ctx context.Context, r *store.Reader) (int, error) {
			rows, err := r.Components(ctx, acme, store.ComponentFilter{ID: "main-filler-2", Limit: 100})
			return len(rows), err
		}, 50, 300},
		"by name": {func(ctx context.Context, r *store.Reader) (int, error) {
			rows, err := r.Components(ctx, acme, store.ComponentFilter{Name: "Component 0", Limit: 20})
			return len(rows), err
		}, 20, 120},
		"a small account": {func(ctx context.Context, r *store.Reader) (int, error) {
			rows, err := r.Components(ctx, w.admin("Quixote"), store.ComponentFilter{Limit: 20})
			return len(rows), err
		}, 0, 50},
		"packages": {func(ctx context.Context, r *store.Reader) (int, error) {
			rows, err := r.PackagedComponents(ctx, acme, store.PackagedFilter{Limit: 20})
			return len(rows), err
		}, 20, 100},
		"packages by label": {func(ctx context.Context, r *store.Reader) (int, error) {
			rows, err := r.PackagedComponents(ctx, acme, store.PackagedFilter{Version: &label, Limit: 20})
			return len(rows), err
		}, 20, 100},
		"packages of a component": {func(ctx context.Context, r *store.Reader) (int, error) {
			rows, err := r.PackagedComponents(ctx, acme, store.PackagedFilter{Component: "main-filler-2", Limit: 100})
			return len(rows), err
		}, 50, 250},
		"which package": {func(ctx context.Context, r *store.Reader) (int, error) {
			rows, err := r.PackagesOfComponent(ctx, acme, "main-filler-2")
			return len(rows), err
		}, 1, 60},
		"of one version": {func(ctx context.Context, r *store.Reader) (int, error) {
			rows, err := r.ComponentsOf(ctx, acme, version)
			return len(rows), err
		}, 5, 10},
		"main ones": {func(ctx context.Context, r *store.Reader) (int, error) {
			rows, err := r.MainComponents(ctx, acme, []release.ID{version})
			return len(rows), err
		}, 1, 10},
		"another publisher": {func(ctx context.Context, r *store.Reader) (int, error) {
			rows, err := r.Components(ctx, w.publisher("Bolt"), store.ComponentFilter{ID: "main-filler-2", Limit: 100})
			return len(rows), err
		}, 0, 10},
	} {
		reader, asked := recording(t, w)
		n, err := c.ask(t.Context(), reader)
		if err != nil || n != c.want {
			t.Errorf("%s: %d rows, want %d: %v", name, n, c.want, err)
		}
		for _, s := range asked.statements {
			explain(t, w, s, c.most)
		}
	}
}
