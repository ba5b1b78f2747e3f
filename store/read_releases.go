package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// releaseRows decorates a page of releases. The release compared with is the one before a released one, and for all others
// the one that is, or was, current during their testing period.
var releaseRows = `
SELECT k.id, k.name, k.publisher_id, o.name, o.zone, r.notes, r.revision, r.reason, r.created_at, cb.name, coalesce(db.name, ''),
       coalesce(t.n, 0), coalesce(h.n, 0), ` + refColumns("r") + `, ` + refColumns("b") + `
FROM page r
JOIN pack k ON k.id = r.pack_id
JOIN account o ON o.id = k.publisher_id
JOIN person cb ON cb.id = r.created_by
LEFT JOIN person db ON db.id = r.decided_by
CROSS JOIN LATERAL (SELECT sum(s.n)::bigint AS n FROM opt_in_count s WHERE s.release_id = r.id) t
CROSS JOIN LATERAL (
  SELECT sum(s.n)::bigint AS n FROM observed_count s WHERE s.pack_id = r.pack_id AND s.release_id = r.id AND s.status = 'installed') h
LEFT JOIN LATERAL (
  SELECT b.* FROM release b
  WHERE b.pack_id = r.pack_id AND b.state = 'released' AND b.id <> r.id
    AND CASE WHEN r.state IN ('draft', 'pending') THEN b.ended_at IS NULL
             WHEN r.state = 'released' THEN (b.released_at, b.number) < (r.released_at, r.number)
             ELSE b.released_at <= r.testing_since END
  ORDER BY b.released_at DESC, b.number DESC LIMIT 1) b ON true
ORDER BY r.number DESC`

// releaseViews reads the releases of the inner SELECT, and all their contents with one more query.
func releaseViews(ctx context.Context, q reading, inner string, args pgx.NamedArgs) ([]release.ReleaseView, error) {
	views, err := list(ctx, q, "releases", "WITH page AS MATERIALIZED ("+inner+")"+releaseRows, args, scanReleaseView)
	if err != nil || views == nil {
		return nil, err
	}
	ids, bases := make([]release.ID, len(views)), make([]*release.ID, len(views))
	for i, v := range views {
		ids[i] = v.ID
		if v.Base != nil {
			bases[i] = &v.Base.ID
		}
	}
	contents, err := list(ctx, q, "contents of releases", contentRows, pgx.NamedArgs{"releases": ids, "bases": bases}, scanContentRow)
	if err != nil {
		return nil, err
	}
	of := make(map[release.ID][]release.ContentRow, len(views))
	for _, c := range contents {
		of[c.release] = append(of[c.release], c.ContentRow)
	}
	for i := range views {
		views[i].Contents = of[views[i].ID]
	}
	return views, nil
}

func scanReleaseView(row pgx.CollectableRow) (release.ReleaseView, error) {
	var v release.ReleaseView
	var self, base refScan
	err := scanAll(row, []any{
		&v.PackID, &v.PackName, &v.PublisherID, &v.PublisherName, &v.PublisherZone, &v.Notes, &v.Revision, &v.Reason,
		&v.CreatedAt, &v.CreatedBy, &v.DecidedBy, &v.OptIns, &v.Observed,
	}, self.fields(), base.fields())
	if err != nil {
		return v, err
	}
	v.ReleaseRef, v.Base = *self.ref(), base.ref()
	return v, nil
}

// contentRows compares each release with its base, package by package.
var contentRows = `
SELECT w.release_id, p.id, p.name, p.display_name, p.platform, coalesce(t.notes, ''), t.sha256, coalesce(a.size, 0),
       coalesce(t.file_name, ''), ` + versionColumns("f") + `, ` + versionColumns("t") + `
FROM unnest(@releases::uuid[], @bases::uuid[]) w (release_id, base_id)
CROSS JOIN LATERAL (
  SELECT coalesce(y.package_id, x.package_id) AS package_id, x.version_id AS from_id, y.version_id AS to_id
  FROM (SELECT * FROM release_content WHERE release_id = w.base_id) x
  FULL JOIN (SELECT * FROM release_content WHERE release_id = w.release_id) y ON y.package_id = x.package_id) c
JOIN package p ON p.id = c.package_id
LEFT JOIN package_version f ON f.id = c.from_id
LEFT JOIN package_version t ON t.id = c.to_id
LEFT JOIN artifact a ON a.sha256 = t.sha256
ORDER BY lower(p.display_name), p.id`

type contentOf struct {
	release release.ID
	release.ContentRow
}

func scanContentRow(row pgx.CollectableRow) (contentOf, error) {
	var c contentOf
	var from, to versionScan
	err := scanAll(row, []any{
		&c.release, &c.PackageID, &c.Name, &c.DisplayName, &c.Platform, &c.Notes, sum256(&c.SHA256), &c.Size, &c.FileName,
	}, from.fields(), to.fields())
	c.From, c.To = from.ref(), to.ref()
	return c, err
}

// releaseSeen: accounts see pending and released releases of packs that they may install or have attached; what was
// withdrawn or is being prepared is the publisher's own.
const releaseSeen = `(@site OR k.publisher_id = @publisher OR (r.state IN ('pending', 'released') AND ` + seesPack + `))`

// Releases lists the decided releases of a pack, newest number first, below the key (0: from the newest).
func (r *Reader) Releases(ctx context.Context, by release.Actor, pack release.ID, belowNumber, limit int) ([]release.ReleaseView, error) {
	var views []release.ReleaseView
	err := r.snapshot(ctx, func(q pgx.Tx) (err error) {
		views, err = releaseViews(ctx, q, `
  SELECT r.* FROM release r JOIN pack k ON k.id = r.pack_id
  WHERE r.pack_id = @pack AND r.state <> 'draft' AND (@below = 0 OR r.number < @below) AND `+releaseSeen+`
  ORDER BY r.number DESC LIMIT @limit`,
			scopeOf(by).with(pgx.NamedArgs{"pack": pack, "below": belowNumber, "limit": pageLimit(limit)}))
		return err
	})
	for i := range views {
		hideOthers(by, &views[i])
	}
	return views, err
}

// hideOthers keeps from an account how many others try a release.
func hideOthers(by release.Actor, v *release.ReleaseView) {
	if s := scopeOf(by); !s.site && (s.publisher == nil || v.PublisherID != *s.publisher) {
		v.OptIns, v.Observed = 0, 0
	}
}

// Release is one release whole: for its publisher and site staff any, for accounts pending and released ones of packs
// that they may install or have attached.
func (r *Reader) Release(ctx context.Context, by release.Actor, id release.ID) (release.ReleaseView, error) {
	var v release.ReleaseView
	err := r.snapshot(ctx, func(q pgx.Tx) (err error) {
		v, err = first(releaseViews(ctx, q, `
  SELECT r.* FROM release r JOIN pack k ON k.id = r.pack_id WHERE r.id = @release AND `+releaseSeen,
			scopeOf(by).with(pgx.NamedArgs{"release": id})))
		return err
	})
	hideOthers(by, &v)
	return v, err
}

// NotesSince are the notes that the versions of the pack's next release bring since those of the current one, newest first
// (R23): one line of text per package version, for the pack's publisher.
func (r *Reader) NotesSince(ctx context.Context, by release.Actor, pack release.ID, versions []release.ID) ([]PackageNotes, error) {
	return list(ctx, r.pool, "notes since the current release", `
SELECT p.display_name, v.major, v.minor, v.patch, v.notes
FROM pack k
JOIN package_version t ON t.id = ANY(@versions::uuid[])
JOIN package p ON p.id = t.package_id AND p.publisher_id = k.publisher_id
LEFT JOIN release c ON c.pack_id = k.id AND c.state = 'released' AND c.ended_at IS NULL
LEFT JOIN release_content fc ON fc.release_id = c.id AND fc.package_id = t.package_id
LEFT JOIN package_version f ON f.id = fc.version_id
JOIN package_version v ON v.package_id = t.package_id
WHERE k.id = @pack AND (@site OR k.publisher_id = @publisher) AND v.notes <> '' AND (v.deleted_at IS NULL OR v.id = t.id)
  AND (v.id = t.id AND f.id IS NULL
    OR (v.major, v.minor, v.patch) > (f.major, f.minor, f.patch) AND (v.major, v.minor, v.patch) <= (t.major, t.minor, t.patch))
ORDER BY lower(p.display_name), p.id, v.major DESC, v.minor DESC, v.patch DESC`,
		scopeOf(by).with(pgx.NamedArgs{"pack": pack, "versions": versions}), func(row pgx.CollectableRow) (PackageNotes, error) {
			var n PackageNotes
			return n, row.Scan(&n.DisplayName, &n.Version.Major, &n.Version.Minor, &n.Version.Patch, &n.Notes)
		})
}

// PackageNotes are the notes of one package version.
type PackageNotes struct {
	DisplayName string
	Version     release.Version
	Notes       string
}
