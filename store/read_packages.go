package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

const packageColumns = `p.id, p.publisher_id, p.name, p.display_name, p.platform, p.kind, p.counted, p.created_at`

func packageFields(p *release.Package) []any {
	return []any{&p.ID, &p.Publisher, &p.Name, &p.DisplayName, &p.Platform, &p.Kind, &p.Counted, &p.CreatedAt}
}

// packageRows decorates a page of packages. The numbers leave deleted versions and deleted packs out.
var packageRows = `
SELECT ` + packageColumns + `, l.n, k.n, v.uploaded_at, ` + versionColumns("v") + `, ` + versionColumns("s") + `
FROM page p
CROSS JOIN LATERAL (SELECT count(*) AS n FROM package_version v WHERE v.package_id = p.id AND v.deleted_at IS NULL) l
CROSS JOIN LATERAL (
  SELECT count(DISTINCT r.pack_id) AS n
  FROM release_content rc
  JOIN release r ON r.id = rc.release_id AND (r.state IN ('draft', 'pending') OR (r.state = 'released' AND r.ended_at IS NULL))
  JOIN pack k ON k.id = r.pack_id AND k.deleted_at IS NULL
  WHERE rc.package_id = p.id) k
LEFT JOIN LATERAL (SELECT v.* FROM package_version v WHERE v.package_id = p.id AND v.deleted_at IS NULL
                   ORDER BY v.major DESC, v.minor DESC, v.patch DESC LIMIT 1) v ON true
LEFT JOIN LATERAL (SELECT v.* FROM package_version v WHERE v.package_id = p.id AND v.shareable AND v.deleted_at IS NULL
                   ORDER BY v.major DESC, v.minor DESC, v.patch DESC LIMIT 1) s ON true
ORDER BY lower(p.display_name), p.id`

func packages(ctx context.Context, q reading, inner string, args pgx.NamedArgs) ([]release.PackageRow, error) {
	return list(ctx, q, "packages", "WITH page AS MATERIALIZED ("+inner+")"+packageRows, args,
		func(row pgx.CollectableRow) (release.PackageRow, error) {
			var p release.PackageRow
			var newest, shareable versionScan
			err := scanAll(row, packageFields(&p.Package), []any{&p.Versions, &p.Packs, &p.UploadedAt}, newest.fields(), shareable.fields())
			p.Newest, p.Shareable = newest.ref(), shareable.ref()
			return p, err
		})
}

// Packages lists the publisher's packages by display name after the key.
func (r *Reader) Packages(ctx context.Context, by release.Actor, query, afterName string, afterID release.ID, limit int) ([]release.PackageRow, error) {
	return packages(ctx, r.pool, `
  SELECT p.* FROM package p
  WHERE (@site OR p.publisher_id = @publisher)
    AND (@query = '' OR p.display_name ILIKE @pattern OR p.name ILIKE @pattern)
    AND (lower(p.display_name), p.id) > (lower(@after_name), @after_id::uuid)
  ORDER BY lower(p.display_name), p.id LIMIT @limit`, scopeOf(by).with(pgx.NamedArgs{
		"query": query, "pattern": infix(query), "after_name": afterName, "after_id": afterID, "limit": pageLimit(limit),
	}))
}

// Package is one package with the numbers of its list row.
func (r *Reader) Package(ctx context.Context, by release.Actor, id release.ID) (release.PackageRow, error) {
	return first(packages(ctx, r.pool, `SELECT p.* FROM package p WHERE p.id = @id AND (@site OR p.publisher_id = @publisher)`,
		scopeOf(by).with(pgx.NamedArgs{"id": id})))
}

// AddablePackages are the publisher's packages with a shareable version that the pack's draft does not hold, or, where there
// is none, the current release, from which a draft begins.
func (r *Reader) AddablePackages(ctx context.Context, by release.Actor, pack release.ID) ([]release.PackageRow, error) {
	return packages(ctx, r.pool, `
  SELECT p.* FROM pack k
  JOIN package p ON p.publisher_id = k.publisher_id
  WHERE k.id = @pack AND k.deleted_at IS NULL AND (@site OR k.publisher_id = @publisher)
    AND EXISTS (SELECT FROM package_version v WHERE v.package_id = p.id AND v.shareable AND v.deleted_at IS NULL)
    AND NOT EXISTS (
      SELECT FROM release_content rc
      WHERE rc.package_id = p.id
        AND rc.release_id = coalesce((SELECT id FROM release WHERE pack_id = @pack AND state = 'draft'),
                                     (SELECT id FROM release WHERE pack_id = @pack AND state = 'released' AND ended_at IS NULL)))`,
		scopeOf(by).with(pgx.NamedArgs{"pack": pack}))
}

// versionRows decorates a page of versions. R5: a version in a pending or released release is in use.
var versionRows = `
SELECT ` + versionColumns("v") + `, v.package_id, v.display_name, v.shareable, v.file_name, a.size, v.sha256, v.uploaded_at,
       u.name, v.deleted_at, coalesce(d.name, ''),
       (SELECT count(*) FROM jsonb_path_query(v.findings, '$[*] ? (@.Severity == "error")')),
       (SELECT count(*) FROM jsonb_path_query(v.findings, '$[*] ? (@.Severity == "warning")')),
       EXISTS (SELECT FROM release_content rc JOIN release r ON r.id = rc.release_id
               WHERE rc.version_id = v.id AND r.state IN ('pending', 'released'))
FROM page v
JOIN artifact a ON a.sha256 = v.sha256
JOIN person u ON u.id = v.uploaded_by
LEFT JOIN person d ON d.id = v.deleted_by
ORDER BY v.major DESC, v.minor DESC, v.patch DESC`

func versions(ctx context.Context, q reading, inner string, args pgx.NamedArgs) ([]release.VersionRow, error) {
	return list(ctx, q, "versions", "WITH page AS MATERIALIZED ("+inner+")"+versionRows, args,
		func(row pgx.CollectableRow) (release.VersionRow, error) {
			var v release.VersionRow
			var ref versionScan
			err := scanAll(row, ref.fields(), []any{
				&v.PackageID, &v.DisplayName, &v.Shareable, &v.FileName, &v.Size, sum256(&v.SHA256), &v.UploadedAt,
				&v.UploadedBy, &v.DeletedAt, &v.DeletedByWho, &v.Errors, &v.Warnings, &v.InUse,
			})
			if err == nil {
				v.VersionRef = *ref.ref()
			}
			return v, err
		})
}

// Versions lists the versions of a package, newest version first, deleted ones too, below the key.
func (r *Reader) Versions(ctx context.Context, by release.Actor, pkg release.ID, below *release.Version, limit int) ([]release.VersionRow, error) {
	const top = 1<<31 - 1
	key := release.Version{Major: top, Minor: top, Patch: top}
	if below != nil {
		key = *below
	}
	return versions(ctx, r.pool, `
  SELECT v.* FROM package_version v JOIN package p ON p.id = v.package_id
  WHERE v.package_id = @package AND (@site OR p.publisher_id = @publisher)
    AND (v.major, v.minor, v.patch) < (@major::int, @minor::int, @patch::int)
  ORDER BY v.major DESC, v.minor DESC, v.patch DESC LIMIT @limit`, scopeOf(by).with(pgx.NamedArgs{
		"package": pkg, "major": key.Major, "minor": key.Minor, "patch": key.Patch, "limit": pageLimit(limit),
	}))
}

// Version is one version whole.
func (r *Reader) Version(ctx context.Context, by release.Actor, id release.ID) (release.VersionView, error) {
	var v release.VersionView
	args := scopeOf(by).with(pgx.NamedArgs{"version": id})
	err := r.snapshot(ctx, func(q pgx.Tx) (err error) {
		v.VersionRow, err = first(versions(ctx, q, `
  SELECT v.* FROM package_version v JOIN package p ON p.id = v.package_id
  WHERE v.id = @version AND (@site OR p.publisher_id = @publisher)`, args))
		if err != nil {
			return err
		}
		if v, err = withManifest(ctx, q, v.VersionRow); err != nil {
			return err
		}
		v.UsedIn, err = list(ctx, q, "releases of a version", `
SELECT k.id, k.name, `+refColumns("r")+`
FROM release_content rc JOIN release r ON r.id = rc.release_id JOIN pack k ON k.id = r.pack_id
WHERE rc.version_id = @version
ORDER BY lower(k.name), k.id, r.number DESC LIMIT 1000`, args, scanReleaseUse)
		return err
	})
	return v, err
}

func withManifest(ctx context.Context, q reading, row release.VersionRow) (release.VersionView, error) {
	return one(ctx, q, "manifest", `
SELECT v.notes, v.manifest, v.findings, v.override_reason, `+versionColumns("w")+`, `+packageColumns+`
FROM package_version v
JOIN package p ON p.id = v.package_id
LEFT JOIN package_version w ON w.id = v.compared_with
WHERE v.id = @version`,
		pgx.NamedArgs{"version": row.ID}, func(r pgx.CollectableRow) (release.VersionView, error) {
			v := release.VersionView{VersionRow: row}
			var with versionScan
			err := scanAll(r, []any{&v.Notes, &v.Manifest, &v.Findings, &v.OverrideReason}, with.fields(), packageFields(&v.Package))
			v.ComparedWith = with.ref()
			return v, err
		})
}

func scanReleaseUse(row pgx.CollectableRow) (release.ReleaseUse, error) {
	var u release.ReleaseUse
	var ref refScan
	err := scanAll(row, []any{&u.PackID, &u.PackName}, ref.fields())
	if err == nil {
		u.Release = *ref.ref()
	}
	return u, err
}

// ShareableVersions are the live shareable versions of each package, newest first, at most 50 each: package id → versions.
func (r *Reader) ShareableVersions(ctx context.Context, by release.Actor, packages []release.ID) (map[release.ID][]release.VersionRef, error) {
	type versionOf struct {
		pkg release.ID
		release.VersionRef
	}
	rows, err := list(ctx, r.pool, "shareable versions", `
SELECT p.id, `+versionColumns("v")+`
FROM package p
CROSS JOIN LATERAL (SELECT v.* FROM package_version v WHERE v.package_id = p.id AND v.shareable AND v.deleted_at IS NULL
                    ORDER BY v.major DESC, v.minor DESC, v.patch DESC LIMIT 50) v
WHERE p.id = ANY(@packages::uuid[]) AND (@site OR p.publisher_id = @publisher)
ORDER BY p.id, v.major DESC, v.minor DESC, v.patch DESC`,
		scopeOf(by).with(pgx.NamedArgs{"packages": packages}), func(row pgx.CollectableRow) (versionOf, error) {
			var v versionOf
			var ref versionScan
			err := scanAll(row, []any{&v.pkg}, ref.fields())
			if err == nil {
				v.VersionRef = *ref.ref()
			}
			return v, err
		})
	of := make(map[release.ID][]release.VersionRef, len(packages))
	for _, v := range rows {
		of[v.pkg] = append(of[v.pkg], v.VersionRef)
	}
	return of, err
}
