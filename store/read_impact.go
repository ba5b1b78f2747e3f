package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// Impact is whom a release of the pack reaches now.
func (r *Reader) Impact(ctx context.Context, by release.Actor, pack release.ID) (release.Impact, error) {
	var impact release.Impact
	args := scopeOf(by).with(pgx.NamedArgs{"pack": pack})
	err := r.snapshot(ctx, func(q pgx.Tx) (err error) {
		impact.OptIns, err = one(ctx, q, "opt-ins of a pack", `
SELECT coalesce((SELECT sum(s.n)::bigint FROM release n JOIN opt_in_count s ON s.release_id = n.id
                 WHERE n.pack_id = k.id AND n.state = 'pending'), 0)
FROM pack k WHERE k.id = @pack AND (@site OR k.publisher_id = @publisher)`, args, pgx.RowTo[int64])
		if err != nil {
			return err
		}
		impact.Zones, err = list(ctx, q, "zones of an install base", `
SELECT zone, sum(attachments)::bigint, sum(accounts)::bigint
FROM attachment_count WHERE pack_id = @pack
GROUP BY zone HAVING sum(attachments) <> 0 ORDER BY 2 DESC, zone`, args, pgx.RowToStructByPos[release.ZoneCount])
		return err
	})
	if err != nil {
		return release.Impact{}, err
	}
	for _, z := range impact.Zones {
		impact.Attachments += z.Attachments
		impact.Accounts += z.Accounts
	}
	return impact, nil
}

// OptInsByDay counts the running opt-ins of a release by the UTC day on which they began: the adoption curve.
func (r *Reader) OptInsByDay(ctx context.Context, by release.Actor, rel release.ID) ([]DayCount, error) {
	return list(ctx, r.pool, "opt-ins by day", `
SELECT (i.began AT TIME ZONE 'UTC')::date, count(*)
FROM release r
JOIN pack k ON k.id = r.pack_id AND (@site OR k.publisher_id = @publisher)
JOIN opt_in i ON i.release_id = r.id AND i.ended IS NULL
WHERE r.id = @release
GROUP BY 1 ORDER BY 1`, scopeOf(by).with(pgx.NamedArgs{"release": rel}), pgx.RowToStructByPos[DayCount])
}

// DayCount is a number on a day.
type DayCount struct {
	Day time.Time
	N   int64
}

// PackAccounts lists the accounts with live attachments of the pack, by account name after the key (R11 asks for them).
// Attachments counts those of the pack.
func (r *Reader) PackAccounts(ctx context.Context, by release.Actor, pack release.ID, afterName string, afterID release.ID, limit int) ([]release.AccountRow, error) {
	return list(ctx, r.pool, "accounts of a pack", `
WITH page AS MATERIALIZED (
  SELECT a.* FROM account a
  WHERE (lower(a.name), a.id) > (lower(@after_name), @after_id::uuid)
    AND EXISTS (SELECT FROM pack k WHERE k.id = @pack AND (@site OR k.publisher_id = @publisher))
    AND EXISTS (SELECT FROM attachment x WHERE x.account_id = a.id AND x.pack_id = @pack AND x.detached_at IS NULL)
  ORDER BY lower(a.name), a.id LIMIT @limit)
SELECT `+accountColumns+`, 0, n.n, false
FROM page a
CROSS JOIN LATERAL (SELECT count(*) AS n FROM attachment x
                    WHERE x.account_id = a.id AND x.pack_id = @pack AND x.detached_at IS NULL) n
ORDER BY lower(a.name), a.id`, scopeOf(by).with(pgx.NamedArgs{
		"pack": pack, "after_name": afterName, "after_id": afterID, "limit": pageLimit(limit),
	}), scanAccountRow)
}
