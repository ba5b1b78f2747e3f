package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// OwnPending lists the pending releases of the packs that the actor's account has installed, the nearest midnight first. It
// reads the account's own attachments and nothing of others.
func (r *Reader) OwnPending(ctx context.Context, by release.Actor, limit int) ([]release.OwnPending, error) {
	return list(ctx, r.pool, "own pending releases", `
WITH mine AS MATERIALIZED (
  SELECT x.id, x.pack_id FROM attachment x WHERE x.account_id = @account AND x.detached_at IS NULL),
counted AS (
  SELECT m.pack_id, n.id AS release_id, count(*)::int AS attachments, count(i.attachment_id)::int AS trying
  FROM mine m
  JOIN release n ON n.pack_id = m.pack_id AND n.state = 'pending'
  LEFT JOIN opt_in i ON i.release_id = n.id AND i.attachment_id = m.id AND i.ended IS NULL
  GROUP BY m.pack_id, n.id)
SELECT k.id, k.name, o.name, o.zone, k.multiple, c.attachments, c.trying, `+refColumns("n")+`
FROM counted c
JOIN release n ON n.id = c.release_id
JOIN pack k ON k.id = c.pack_id
JOIN account o ON o.id = k.publisher_id
ORDER BY n.due_at, lower(k.name), k.id
LIMIT @limit`, scopeOf(by).with(pgx.NamedArgs{"limit": pageLimit(limit)}), func(row pgx.CollectableRow) (release.OwnPending, error) {
		var p release.OwnPending
		var ref refScan
		err := scanAll(row, []any{&p.PackID, &p.PackName, &p.PublisherName, &p.PublisherZone, &p.Multiple, &p.Attachments, &p.Trying}, ref.fields())
		if err == nil {
			p.ReleaseRef = *ref.ref()
		}
		return p, err
	})
}

// NewlyOffered lists the packs that the actor's account may install since the instant or later, and has not installed, the newest
// first. A pack is there since it was offered to a group that the account had joined, and had a release (R25).
func (r *Reader) NewlyOffered(ctx context.Context, by release.Actor, since time.Time, limit int) ([]release.NewlyOffered, error) {
	return list(ctx, r.pool, "new packs", `
WITH joined AS (
  SELECT m.group_id, m.added_at FROM group_member m WHERE m.account_id = @account
  UNION ALL
  SELECT g.id, a.created_at FROM account_group g, account a WHERE g.everyone AND a.id = @account AND a.managed),
offered AS (
  SELECT gp.pack_id, min(greatest(gp.added_at, j.added_at)) AS at
  FROM joined j JOIN group_pack gp ON gp.group_id = j.group_id
  GROUP BY gp.pack_id)
SELECT k.id, k.name, k.description, o.name, o.zone, greatest(f.at, s.released_at), `+refColumns("c")+`
FROM offered f
JOIN pack k ON k.id = f.pack_id AND k.deleted_at IS NULL
JOIN account o ON o.id = k.publisher_id
JOIN release c ON c.pack_id = k.id AND c.state = 'released' AND c.ended_at IS NULL
CROSS JOIN LATERAL (
  SELECT s.released_at FROM release s WHERE s.pack_id = k.id AND s.state = 'released' ORDER BY s.number LIMIT 1) s
WHERE greatest(f.at, s.released_at) >= @since AND NOT `+hasAttached+`
ORDER BY greatest(f.at, s.released_at) DESC, lower(k.name), k.id
LIMIT @limit`, scopeOf(by).with(pgx.NamedArgs{"since": since, "limit": pageLimit(limit)}), func(row pgx.CollectableRow) (release.NewlyOffered, error) {
		var p release.NewlyOffered
		var ref refScan
		err := scanAll(row, []any{&p.PackID, &p.Name, &p.Description, &p.PublisherName, &p.PublisherZone, &p.Since}, ref.fields())
		if err == nil {
			p.Current = *ref.ref()
		}
		return p, err
	})
}

// EndedTesting is what became of a release that was in testing: for an account that sees its pack. Of a withdrawn release
// it tells no more than the account was told while it was pending, and why it was withdrawn (R20).
func (r *Reader) EndedTesting(ctx context.Context, by release.Actor, id release.ID) (release.EndedTesting, error) {
	return one(ctx, r.pool, "ended testing period", `
SELECT k.id, k.name, o.name, o.zone, k.multiple, r.reason, mine.attachments, mine.tried, `+refColumns("r")+`, `+refColumns("c")+`
FROM release r
JOIN pack k ON k.id = r.pack_id
JOIN account o ON o.id = k.publisher_id
LEFT JOIN release c ON c.pack_id = r.pack_id AND c.state = 'released' AND c.released_at <= r.testing_until
                   AND (c.ended_at IS NULL OR c.ended_at > r.testing_until)
CROSS JOIN LATERAL (
  SELECT count(*)::int AS attachments, count(i.attachment_id)::int AS tried
  FROM attachment x
  LEFT JOIN opt_in i ON i.attachment_id = x.id AND i.release_id = r.id AND i.ended IS NULL
  WHERE x.account_id = @account AND x.pack_id = r.pack_id AND x.detached_at IS NULL) mine
WHERE r.id = @release AND r.testing_until IS NOT NULL AND `+seesPack,
		scopeOf(by).with(pgx.NamedArgs{"release": id}), func(row pgx.CollectableRow) (release.EndedTesting, error) {
			var e release.EndedTesting
			var self, next refScan
			err := scanAll(row, []any{
				&e.PackID, &e.PackName, &e.PublisherName, &e.PublisherZone, &e.Multiple, &e.Reason, &e.Attachments, &e.Tried,
			}, self.fields(), next.fields())
			if err != nil {
				return e, err
			}
			e.ReleaseRef = *self.ref()
			if n := next.ref(); n != nil {
				e.Next = *n
			}
			return e, nil
		})
}

// Admins are the names of those who may act for the actor's account.
func (r *Reader) Admins(ctx context.Context, by release.Actor) ([]string, error) {
	return list(ctx, r.pool, "admins of an account", `
SELECT p.name FROM membership m JOIN person p ON p.id = m.person_id
WHERE m.account_id = @account AND m.managed_role = 'admin' AND p.disabled_at IS NULL
ORDER BY lower(p.name), p.id LIMIT @limit`, scopeOf(by).with(pgx.NamedArgs{"limit": defaultLimit}), pgx.RowTo[string])
}

// ComparableOf is a version of a release with what it is compared by: for whoever sees the release. What a manifest tells
// beyond that is its publisher's.
func (r *Reader) ComparableOf(ctx context.Context, by release.Actor, id, version release.ID) (release.Comparable, error) {
	return one(ctx, r.pool, "contents of a released version", comparableSelect+`
JOIN release_content rc ON rc.version_id = v.id AND rc.release_id = @release
JOIN release r ON r.id = rc.release_id
JOIN pack k ON k.id = r.pack_id
WHERE v.id = @version AND `+releaseSeen, scopeOf(by).with(pgx.NamedArgs{"release": id, "version": version}), scanComparable)
}
