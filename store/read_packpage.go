package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

const (
	mostReleaseRefs = 300 // to choose from; the two that are compared need not be among them
	mostBetween     = 50  // releases whose notes a comparison shows
)

// ReleaseRefs names the pack's releases, the draft too, newest first, for its publisher and site staff.
func (r *Reader) ReleaseRefs(ctx context.Context, by release.Actor, pack release.ID) ([]release.ReleaseRef, error) {
	return list(ctx, r.pool, "releases to choose from", `
SELECT `+refColumns("r")+`
FROM release r JOIN pack k ON k.id = r.pack_id
WHERE r.pack_id = @pack AND (@site OR k.publisher_id = @publisher)
ORDER BY r.number DESC LIMIT @limit`,
		scopeOf(by).with(pgx.NamedArgs{"pack": pack, "limit": mostReleaseRefs}), func(row pgx.CollectableRow) (release.ReleaseRef, error) {
			var ref refScan
			if err := scanAll(row, ref.fields()); err != nil {
				return release.ReleaseRef{}, err
			}
			return *ref.ref(), nil
		})
}

// ReleasePair compares any two releases of the pack, for its publisher and site staff.
func (r *Reader) ReleasePair(ctx context.Context, by release.Actor, pack, from, to release.ID) (release.ReleasePair, error) {
	var p release.ReleasePair
	err := r.snapshot(ctx, func(q pgx.Tx) (err error) {
		for _, side := range []struct {
			id   release.ID
			into *release.ReleaseView
		}{{from, &p.From}, {to, &p.To}} {
			*side.into, err = first(releaseViews(ctx, q, `
  SELECT r.* FROM release r JOIN pack k ON k.id = r.pack_id
  WHERE r.id = @release AND r.pack_id = @pack AND (@site OR k.publisher_id = @publisher)`,
				scopeOf(by).with(pgx.NamedArgs{"release": side.id, "pack": pack})))
			if err != nil {
				return err
			}
		}
		rows, err := list(ctx, q, "contents of two releases", contentRows,
			pgx.NamedArgs{"releases": []release.ID{to}, "bases": []release.ID{from}}, scanContentRow)
		if err != nil {
			return err
		}
		for _, c := range rows {
			p.Contents = append(p.Contents, c.ContentRow)
		}
		args := pgx.NamedArgs{"pack": pack, "from": from, "to": to, "low": min(p.From.Number, p.To.Number), "high": max(p.From.Number, p.To.Number), "limit": mostBetween}
		if p.Versions, err = list(ctx, q, "notes between two releases", notesBetween, args, scanVersionNotes); err != nil {
			return err
		}
		p.Releases, err = releaseViews(ctx, q, `
  SELECT r.* FROM release r
  WHERE r.pack_id = @pack AND r.number > @low AND r.number <= @high AND r.notes <> '' AND (r.state = 'released' OR r.id IN (@from, @to))
  ORDER BY r.number DESC LIMIT @limit`, args)
		return err
	})
	return p, err
}

// notesBetween are the notes of the versions that lie between those of two releases, whichever is the higher.
var notesBetween = `
SELECT v.package_id, ` + versionColumns("v") + `, v.notes
FROM release_content a
JOIN release_content b ON b.package_id = a.package_id AND b.release_id = @to
JOIN package_version f ON f.id = a.version_id
JOIN package_version t ON t.id = b.version_id
JOIN package_version v ON v.package_id = a.package_id
WHERE a.release_id = @from AND a.version_id <> b.version_id AND v.notes <> '' AND (v.deleted_at IS NULL OR v.id IN (f.id, t.id))
  AND ((v.major, v.minor, v.patch) > (f.major, f.minor, f.patch) AND (v.major, v.minor, v.patch) <= (t.major, t.minor, t.patch)
    OR (v.major, v.minor, v.patch) > (t.major, t.minor, t.patch) AND (v.major, v.minor, v.patch) <= (f.major, f.minor, f.patch))
ORDER BY v.package_id, v.major DESC, v.minor DESC, v.patch DESC`

func scanVersionNotes(row pgx.CollectableRow) (release.VersionNotes, error) {
	var n release.VersionNotes
	var v versionScan
	err := scanAll(row, []any{&n.PackageID}, v.fields(), []any{&n.Notes})
	if err == nil {
		n.Version = *v.ref()
	}
	return n, err
}

// Adoption is the pack's install base over the days since the instant, for its publisher and site staff: recorded days, and the
// summary counts for now.
func (r *Reader) Adoption(ctx context.Context, by release.Actor, pack release.ID, since, now time.Time) (release.Adoption, error) {
	var a release.Adoption
	args := scopeOf(by).with(pgx.NamedArgs{"pack": pack, "since": since, "now": now})
	err := r.snapshot(ctx, func(q pgx.Tx) (err error) {
		if a.Days, err = list(ctx, q, "days of a pack", adoptionDays, args, pgx.RowToStructByPos[release.AdoptionDay]); err != nil {
			return err
		}
		a.Releases, err = list(ctx, q, "releases of a pack's days", `
SELECT `+refColumns("r")+`
FROM release r JOIN pack k ON k.id = r.pack_id
WHERE r.pack_id = @pack AND (@site OR k.publisher_id = @publisher)
  AND r.state = 'released' AND r.released_at <= @now AND (r.ended_at IS NULL OR r.ended_at >= @since)
ORDER BY r.released_at, r.number`, args, func(row pgx.CollectableRow) (release.ReleaseRef, error) {
			var ref refScan
			if err := scanAll(row, ref.fields()); err != nil {
				return release.ReleaseRef{}, err
			}
			return *ref.ref(), nil
		})
		return err
	})
	return a, err
}

const adoptionDays = `
WITH mine AS MATERIALIZED (SELECT k.id FROM pack k WHERE k.id = @pack AND (@site OR k.publisher_id = @publisher))
SELECT (d.day + 1)::timestamp AT TIME ZONE 'UTC' AS at, d.attachments, d.trying
FROM mine JOIN pack_day d ON d.pack_id = mine.id
WHERE d.day >= (@since::timestamptz AT TIME ZONE 'UTC')::date AND d.day < (@now::timestamptz AT TIME ZONE 'UTC')::date
UNION ALL
SELECT @now::timestamptz, coalesce((SELECT sum(s.attachments)::bigint FROM attachment_count s WHERE s.pack_id = mine.id), 0),
       coalesce((SELECT sum(s.n)::bigint FROM release r JOIN opt_in_count s ON s.release_id = r.id WHERE r.pack_id = mine.id AND r.state = 'pending'), 0)
FROM mine
ORDER BY at`

// VersionAges tells of each package of the pack's current release how old its version is and what has come since.
func (r *Reader) VersionAges(ctx context.Context, by release.Actor, pack release.ID) ([]release.VersionAge, error) {
	return list(ctx, r.pool, "ages of versions", `
SELECT rc.package_id, v.uploaded_at, w.n, w.since
FROM pack k
JOIN release c ON c.pack_id = k.id AND c.state = 'released' AND c.ended_at IS NULL
JOIN release_content rc ON rc.release_id = c.id
JOIN package_version v ON v.id = rc.version_id
CROSS JOIN LATERAL (
  SELECT count(*)::int AS n, min(w.uploaded_at) AS since FROM package_version w
  WHERE w.package_id = rc.package_id AND w.shareable AND w.deleted_at IS NULL
    AND (w.major, w.minor, w.patch) > (v.major, v.minor, v.patch)) w
WHERE k.id = @pack AND (@site OR k.publisher_id = @publisher)`,
		scopeOf(by).with(pgx.NamedArgs{"pack": pack}), pgx.RowToStructByPos[release.VersionAge])
}
