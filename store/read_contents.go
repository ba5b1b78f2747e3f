package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// Comparable is one version with what it is compared by: for its publisher and for staff. A deleted version has it too, as
// history stays.
func (r *Reader) Comparable(ctx context.Context, by release.Actor, version release.ID) (release.Comparable, error) {
	return one(ctx, r.pool, "contents of a version", comparableSelect+`
JOIN package p ON p.id = v.package_id
WHERE v.id = @version AND (@site OR p.publisher_id = @publisher)`, scopeOf(by).with(pgx.NamedArgs{"version": version}), scanComparable)
}

// VersionBelow is the version that another one is compared with by itself: the highest below it that is not deleted. It
// fails with ErrNotFound for the first version of a package.
func (r *Reader) VersionBelow(ctx context.Context, by release.Actor, version release.ID) (release.VersionRef, error) {
	return one(ctx, r.pool, "version below", `
SELECT `+versionColumns("o")+`
FROM package_version v
JOIN package p ON p.id = v.package_id
JOIN package_version o ON o.package_id = v.package_id AND o.deleted_at IS NULL
                      AND (o.major, o.minor, o.patch) < (v.major, v.minor, v.patch)
WHERE v.id = @version AND (@site OR p.publisher_id = @publisher)
ORDER BY o.major DESC, o.minor DESC, o.patch DESC
LIMIT 1`, scopeOf(by).with(pgx.NamedArgs{"version": version}), func(row pgx.CollectableRow) (release.VersionRef, error) {
		var ref versionScan
		if err := row.Scan(ref.fields()...); err != nil {
			return release.VersionRef{}, err
		}
		return *ref.ref(), nil
	})
}

// Manifests are the versions without what they hold: for their publisher and for staff. It is meant for the versions of one
// release, of which there are 100 at most.
func (r *Reader) Manifests(ctx context.Context, by release.Actor, versions []release.ID) ([]release.Comparable, error) {
	return list(ctx, r.pool, "manifests", manifestSelect+`
WHERE v.id = ANY(@versions::uuid[]) AND (@site OR p.publisher_id = @publisher)
ORDER BY lower(v.display_name), v.id`, scopeOf(by).with(pgx.NamedArgs{"versions": versions}), scanComparable)
}
