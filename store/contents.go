package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"packtide/packfile"
	"packtide/release"
)

// addVersionContents keeps what a version is compared by.
func (t *tx) addVersionContents(ctx context.Context, version release.ID, c packfile.Contents) error {
	contents, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("write the contents of a version: %w", err)
	}
	return t.do(ctx, "keep the contents of a version", `
		INSERT INTO version_contents (version_id, contents) VALUES ($1, $2)`, version, contents)
}

// comparableSelect reads the columns that scanComparable takes, of package_version v.
var comparableSelect = `
SELECT ` + versionColumns("v") + `, v.package_id, v.display_name, v.manifest, c.contents
FROM package_version v LEFT JOIN version_contents c ON c.version_id = v.id `

func scanComparable(row pgx.CollectableRow) (release.Comparable, error) {
	var v release.Comparable
	var ref versionScan
	var contents *packfile.Contents
	if err := scanAll(row, ref.fields(), []any{&v.PackageID, &v.DisplayName, &v.Package.Manifest, &contents}); err != nil {
		return v, err
	}
	v.VersionRef = *ref.ref()
	v.Package.Manifest.Version, v.Package.Manifest.HasVersion = packfile.Version(v.Version), true
	if contents != nil {
		v.Package.Contents, v.Kept = *contents, true
	}
	return v, nil
}

// VersionBelow comes through one_upload_per_version.
func (t *tx) VersionBelow(ctx context.Context, pkg release.ID, below release.Version) (release.Comparable, error) {
	return t.below(ctx, "", pkg, below)
}

// ShareableBelow comes through newest_shareable_version.
func (t *tx) ShareableBelow(ctx context.Context, pkg release.ID, below release.Version) (release.Comparable, error) {
	return t.below(ctx, " AND v.shareable", pkg, below)
}

func (t *tx) below(ctx context.Context, only string, pkg release.ID, below release.Version) (release.Comparable, error) {
	return first(collect(ctx, t, "read the version below", comparableSelect+`
 WHERE v.package_id = $1 AND (v.major, v.minor, v.patch) < ($2, $3, $4) AND v.deleted_at IS NULL`+only+`
 ORDER BY v.major DESC, v.minor DESC, v.patch DESC
 LIMIT 1`, []any{pkg, below.Major, below.Minor, below.Patch}, scanComparable))
}

// manifestSelect reads versions without their contents.
var manifestSelect = `
SELECT ` + versionColumns("v") + `, v.package_id, v.display_name, v.manifest, NULL::jsonb
FROM package_version v JOIN package p ON p.id = v.package_id `

// Manifests reads what the packages of a release are held against each other by (R10).
func (t *tx) Manifests(ctx context.Context, publisher release.ID, versions []release.ID) ([]release.Comparable, error) {
	return collect(ctx, t, "read manifests", manifestSelect+`
 WHERE v.id = ANY($2) AND p.publisher_id = $1
 ORDER BY lower(v.display_name), v.id`, []any{publisher, versions}, scanComparable)
}
