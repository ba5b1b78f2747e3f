package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/packfile"
	"packtide/release"
)

const packageSelect = `SELECT id, publisher_id, name, display_name, platform, kind, counted, created_at FROM package `

func (t *tx) onePackage(ctx context.Context, attempt, where string, args ...any) (release.Package, error) {
	var p release.Package
	err := t.read(ctx, attempt, packageSelect+where, args,
		&p.ID, &p.Publisher, &p.Name, &p.DisplayName, &p.Platform, &p.Kind, &p.Counted, &p.CreatedAt)
	return p, err
}

// LockPackage lets uploads to one package wait for each other. Drafts that take a version of it do not wait: an upload of
// 256 MB takes its time.
func (t *tx) LockPackage(ctx context.Context, publisher release.ID, name string) (release.Package, error) {
	return t.onePackage(ctx, "lock a package", `WHERE publisher_id = $1 AND name = $2 FOR NO KEY UPDATE`, publisher, name)
}

// Package reads one package.
func (t *tx) Package(ctx context.Context, id release.ID) (release.Package, error) {
	return t.onePackage(ctx, "read a package", `WHERE id = $1`, id)
}

// AddPackage keeps a new package.
func (t *tx) AddPackage(ctx context.Context, p release.Package) error {
	return t.do(ctx, "add a package", `
		INSERT INTO package (id, publisher_id, name, display_name, platform, kind, counted, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		p.ID, p.Publisher, p.Name, p.DisplayName, p.Platform, p.Kind, p.Counted, p.CreatedAt)
}

// LastCount looks at deleted versions too: a number is never used again (R1).
func (t *tx) LastCount(ctx context.Context, pkg release.ID) (int, error) {
	var last int
	err := t.read(ctx, "read the last number of a package", `
		SELECT coalesce(max(major), 0) FROM package_version WHERE package_id = $1`, []any{pkg}, &last)
	return last, err
}

// AddVersion keeps an upload with its contents. R1: one_upload_per_version refuses a label that was ever used.
func (t *tx) AddVersion(ctx context.Context, v release.PackageVersion) error {
	manifest, err := json.Marshal(v.Manifest)
	if err != nil {
		return fmt.Errorf("write the manifest of a version: %w", err)
	}
	if v.Findings == nil {
		v.Findings = []packfile.Finding{}
	}
	findings, err := json.Marshal(v.Findings)
	if err != nil {
		return fmt.Errorf("write the findings of a version: %w", err)
	}
	err = t.do(ctx, "add a version", `
		INSERT INTO package_version (id, package_id, major, minor, patch, platform_version, display_name, shareable,
		                             notes, file_name, sha256, manifest, findings, uploaded_at, uploaded_by, compared_with, override_reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		v.ID, v.Package, v.Version.Major, v.Version.Minor, v.Version.Patch, v.PlatformVersion, v.DisplayName, v.Shareable,
		v.Notes, v.FileName, v.SHA256[:], manifest, findings, v.UploadedAt, v.UploadedBy, orNull(v.ComparedWith),
		v.OverrideReason)
	if err != nil {
		return err
	}
	if err := t.addVersionContents(ctx, v.ID, v.Contents); err != nil {
		return err
	}
	return t.addComponents(ctx, v)
}

// uploadColumns are of package_version v and artifact a, without findings, and of the manifest only what packs ask for (R6).
const uploadColumns = `
	v.id, v.package_id, v.major, v.minor, v.patch, v.platform_version, v.display_name, v.shareable, v.notes, v.file_name,
	v.sha256, a.size, v.uploaded_at, v.uploaded_by, v.deleted_at, coalesce(v.manifest->>'OneOnly', '')`

func scanUpload(row pgx.CollectableRow) (release.PackageVersion, error) {
	var v release.PackageVersion
	var sha256 []byte
	err := row.Scan(&v.ID, &v.Package, &v.Version.Major, &v.Version.Minor, &v.Version.Patch, &v.PlatformVersion,
		&v.DisplayName, &v.Shareable, &v.Notes, &v.FileName, &sha256, &v.Size, &v.UploadedAt, &v.UploadedBy, &v.DeletedAt, &v.Manifest.OneOnly)
	copy(v.SHA256[:], sha256)
	return v, err
}

// LockVersion waits for those who put the version into a release, and makes them wait.
func (t *tx) LockVersion(ctx context.Context, id release.ID) (release.PackageVersion, error) {
	found, err := collect(ctx, t, "lock a version", `
		SELECT `+uploadColumns+`
		  FROM package_version v
		  JOIN artifact a ON a.sha256 = v.sha256
		 WHERE v.id = $1
		   FOR UPDATE OF v`, []any{id}, scanUpload)
	if err == nil && len(found) == 0 {
		err = release.ErrNotFound
	}
	if err != nil {
		return release.PackageVersion{}, err
	}
	return found[0], nil
}

// VersionInUse: R5.
func (t *tx) VersionInUse(ctx context.Context, id release.ID) (bool, error) {
	var used bool
	err := t.read(ctx, "look for releases of a version", `
		SELECT EXISTS (
		  SELECT FROM release_content c
		    JOIN release r ON r.id = c.release_id
		   WHERE c.version_id = $1 AND r.state IN ('pending', 'released'))`, []any{id}, &used)
	return used, err
}

// DeleteVersion notes the deletion, and lets the bytes go when nobody holds them any more.
func (t *tx) DeleteVersion(ctx context.Context, id, by release.ID, at time.Time) error {
	var sha256 []byte
	err := t.read(ctx, "delete a version", `
		UPDATE package_version SET deleted_at = $2, deleted_by = $3 WHERE id = $1 RETURNING sha256`,
		[]any{id, at, by}, &sha256)
	if err != nil {
		return err
	}
	return t.dropUnusedArtifact(ctx, sha256)
}

// ShareVersions reads versions of the publisher; nobody deletes them meanwhile.
func (t *tx) ShareVersions(ctx context.Context, publisher release.ID, ids []release.ID) ([]release.PackageVersion, error) {
	return collect(ctx, t, "read versions", `
		SELECT `+uploadColumns+`
		  FROM package_version v
		  JOIN package p ON p.id = v.package_id
		  JOIN artifact a ON a.sha256 = v.sha256
		 WHERE v.id = ANY($2) AND p.publisher_id = $1
		 ORDER BY v.id
		   FOR SHARE OF v`, []any{publisher, ids}, scanUpload)
}

// NewestShareable reads one version a package, by newest_shareable_version.
func (t *tx) NewestShareable(ctx context.Context, publisher release.ID, packages []release.ID) (map[release.ID]release.PackageVersion, error) {
	found, err := collect(ctx, t, "read the newest versions", `
		SELECT `+uploadColumns+`
		  FROM package p
		 CROSS JOIN LATERAL (
		         SELECT *
		           FROM package_version x
		          WHERE x.package_id = p.id AND x.shareable AND x.deleted_at IS NULL
		          ORDER BY x.major DESC, x.minor DESC, x.patch DESC
		          LIMIT 1) v
		  JOIN artifact a ON a.sha256 = v.sha256
		 WHERE p.id = ANY($2) AND p.publisher_id = $1`, []any{publisher, packages}, scanUpload)
	newest := make(map[release.ID]release.PackageVersion, len(found))
	for _, v := range found {
		newest[v.Package] = v
	}
	return newest, err
}
