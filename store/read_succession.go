package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// InPlaceOf is the release that took the place of a withdrawn or superseded one in the same transaction, for the publisher and
// site staff: decided at the very instant at which the other's testing period ended. It fails with ErrNotFound for none.
func (r *Reader) InPlaceOf(ctx context.Context, by release.Actor, id release.ID) (release.ID, error) {
	return one(ctx, r.pool, "release in place of another", `
SELECT n.id
FROM release o
JOIN pack k ON k.id = o.pack_id
JOIN release n ON n.pack_id = o.pack_id AND n.id <> o.id AND n.number > o.number
              AND (n.testing_since = o.testing_until OR n.released_at = o.testing_until)
WHERE o.id = @release AND o.state IN ('withdrawn', 'superseded') AND (@site OR k.publisher_id = @publisher)
ORDER BY n.number LIMIT 1`, scopeOf(by).with(pgx.NamedArgs{"release": id}), pgx.RowTo[release.ID])
}

// NotesAfter are the notes of the publisher's package versions above the one and up to the other of each pair, the newest first
// (R23); a zero id stands for none, of which only the other's own notes are told.
func (r *Reader) NotesAfter(ctx context.Context, by release.Actor, from, to []release.ID) ([]PackageNotes, error) {
	return list(ctx, r.pool, "notes between versions", `
SELECT p.display_name, v.major, v.minor, v.patch, v.notes
FROM unnest(@from::uuid[], @to::uuid[]) w (from_id, to_id)
JOIN package_version t ON t.id = w.to_id
JOIN package p ON p.id = t.package_id AND p.publisher_id = @publisher
LEFT JOIN package_version f ON f.id = w.from_id AND f.package_id = t.package_id
JOIN package_version v ON v.package_id = t.package_id
WHERE v.notes <> '' AND (v.deleted_at IS NULL OR v.id = t.id)
  AND (v.id = t.id AND f.id IS NULL
    OR (v.major, v.minor, v.patch) > (f.major, f.minor, f.patch) AND (v.major, v.minor, v.patch) <= (t.major, t.minor, t.patch))
ORDER BY lower(p.display_name), p.id, v.major DESC, v.minor DESC, v.patch DESC LIMIT 1000`,
		scopeOf(by).with(pgx.NamedArgs{"from": from, "to": to}), func(row pgx.CollectableRow) (PackageNotes, error) {
			var n PackageNotes
			return n, row.Scan(&n.DisplayName, &n.Version.Major, &n.Version.Minor, &n.Version.Patch, &n.Notes)
		})
}

// ReleaseMains are the main components of releases that the actor's account runs or may try: release → components by name.
func (r *Reader) ReleaseMains(ctx context.Context, by release.Actor, releases []release.ID) (map[release.ID][]MainComponent, error) {
	type mainOf struct {
		release release.ID
		MainComponent
	}
	rows, err := list(ctx, r.pool, "main components of releases", `
SELECT rc.release_id, c.component_id, c.version, c.name, c.kind
FROM release r
JOIN pack k ON k.id = r.pack_id
JOIN release_content rc ON rc.release_id = r.id
JOIN version_component c ON c.version_id = rc.version_id AND c.main
WHERE r.id = ANY(@releases::uuid[]) AND r.state IN ('pending', 'released') AND `+hasAttached+`
ORDER BY rc.release_id, c.name, c.component_id`, scopeOf(by).with(pgx.NamedArgs{"releases": releases}), func(row pgx.CollectableRow) (mainOf, error) {
		var m mainOf
		return m, scanAll(row, []any{&m.release}, m.fields())
	})
	of := make(map[release.ID][]MainComponent, len(releases))
	for _, m := range rows {
		of[m.release] = append(of[m.release], m.MainComponent)
	}
	return of, err
}
