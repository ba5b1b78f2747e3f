package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// firstIDOf is the smallest UUIDv7 of an instant: ids tell when an attachment was made.
func firstIDOf(instant string) string {
	return `(lpad(to_hex((extract(epoch FROM ` + instant + `) * 1000)::bigint), 12, '0') || '00000000000000000000')::uuid`
}

// AddPackDays reads, for each pack, what was attached and detached on the days that are missing, by index, and adds it up from
// the last day that is known: its cost grows with what happened, not with the install base. Two at once write the same.
func (t *tx) AddPackDays(ctx context.Context, through release.Date, after release.ID, limit int) ([]release.ID, error) {
	if err := t.takeTime(ctx); err != nil {
		return nil, err
	}
	packs, err := collect(ctx, t, "list packs", `
		SELECT id FROM pack WHERE id > $1 ORDER BY id LIMIT $2`, []any{after, limit}, pgx.RowTo[release.ID])
	if err != nil || len(packs) == 0 {
		return nil, err
	}
	return packs, t.do(ctx, "record the days of packs", addPackDays, packs, through)
}

var addPackDays = `
WITH due AS MATERIALIZED (
  SELECT k.id, coalesce(l.attachments, 0) AS base, coalesce(l.day + 1, (k.created_at AT TIME ZONE 'UTC')::date) AS first,
         least($2::date, (k.deleted_at AT TIME ZONE 'UTC')::date) AS last
    FROM unnest($1::uuid[]) w (id)
    JOIN pack k ON k.id = w.id
    LEFT JOIN LATERAL (SELECT d.day, d.attachments FROM pack_day d WHERE d.pack_id = k.id ORDER BY d.day DESC LIMIT 1) l ON true),
bounds AS MATERIALIZED (
  SELECT id, base, first, last, first::timestamp AT TIME ZONE 'UTC' AS since, (last + 1)::timestamp AT TIME ZONE 'UTC' AS until
    FROM due WHERE first <= last),
changes AS (
  SELECT b.id, c.day, sum(c.n) AS n
    FROM bounds b
   CROSS JOIN LATERAL (
     SELECT (x.attached_at AT TIME ZONE 'UTC')::date AS day, 1 AS n
       FROM attachment x
      WHERE x.pack_id = b.id AND x.id >= ` + firstIDOf("b.since") + ` AND x.id < ` + firstIDOf("b.until") + `
     UNION ALL
     SELECT (x.detached_at AT TIME ZONE 'UTC')::date, -1
       FROM attachment x
      WHERE x.pack_id = b.id AND x.detached_at >= b.since AND x.detached_at < b.until) c
   GROUP BY b.id, c.day)
INSERT INTO pack_day (pack_id, day, attachments, trying)
SELECT b.id, d.day::date, b.base + sum(coalesce(c.n, 0)) OVER (PARTITION BY b.id ORDER BY d.day), coalesce(t.n, 0)
  FROM bounds b
 CROSS JOIN generate_series(b.first, b.last, interval '1 day') d (day)
 CROSS JOIN LATERAL (SELECT (d.day + interval '1 day') AT TIME ZONE 'UTC' AS midnight) e
  LEFT JOIN changes c ON c.id = b.id AND c.day = d.day::date
  LEFT JOIN LATERAL (
    SELECT sum(o.n) AS n
      FROM release r
     CROSS JOIN LATERAL (
       SELECT count(*) AS n
         FROM opt_in o
        WHERE o.release_id = r.id AND o.began < e.midnight AND (o.ended IS NULL OR o.ended >= e.midnight)) o
     WHERE r.pack_id = b.id AND r.testing_since < e.midnight AND (r.testing_until IS NULL OR r.testing_until >= e.midnight)) t ON true
    ON CONFLICT DO NOTHING`
