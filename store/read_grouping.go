package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// GroupsByID lists the publisher's groups in the order of their ids, behind the key.
func (r *Reader) GroupsByID(ctx context.Context, by release.Actor, after release.ID, limit int) ([]release.Group, error) {
	return list(ctx, r.pool, "groups by id", `
SELECT g.id, g.publisher_id, g.name, g.everyone, g.created_at
FROM account_group g WHERE g.publisher_id = @publisher AND g.id > @after
ORDER BY g.id LIMIT @limit`, scopeOf(by).with(pgx.NamedArgs{"after": after, "limit": pageLimit(limit)}), pgx.RowToStructByPos[release.Group])
}

// GroupAccount is one account in one group.
type GroupAccount struct {
	Group   release.ID
	Account release.ID
}

// GroupAccounts lists who belongs to the publisher's groups, group by group, behind the key; a group or an account narrows. "All
// accounts" holds every managed account (R25).
func (r *Reader) GroupAccounts(ctx context.Context, by release.Actor, group, account release.ID, after GroupAccount, limit int) ([]GroupAccount, error) {
	return list(ctx, r.pool, "accounts of groups", `
SELECT g.id, m.account_id
FROM account_group g
CROSS JOIN LATERAL (
  (SELECT m.account_id FROM group_member m
   WHERE NOT g.everyone AND m.group_id = g.id AND (g.id > @after_group OR m.account_id > @after_account)
     AND (@of_account::uuid IS NULL OR m.account_id = @of_account)
   ORDER BY m.account_id LIMIT @limit)
  UNION ALL
  (SELECT a.id FROM account a
   WHERE g.everyone AND a.managed AND (g.id > @after_group OR a.id > @after_account) AND (@of_account::uuid IS NULL OR a.id = @of_account)
   ORDER BY a.id LIMIT @limit)) m
WHERE g.publisher_id = @publisher AND g.id >= @after_group AND (@of_group::uuid IS NULL OR g.id = @of_group)
ORDER BY g.id, m.account_id LIMIT @limit`, scopeOf(by).with(pgx.NamedArgs{
		"of_group": orNull(group), "of_account": orNull(account), "after_group": after.Group, "after_account": after.Account,
		"limit": pageLimit(limit),
	}), pgx.RowToStructByPos[GroupAccount])
}

// GroupPack is one pack in one group.
type GroupPack struct {
	Group    release.ID
	Pack     release.ID
	Name     string
	Multiple bool
}

// GroupPacks lists which packs the publisher's groups hold, group by group, behind the key; groups or a pack narrow.
func (r *Reader) GroupPacks(ctx context.Context, by release.Actor, groups []release.ID, pack release.ID, after GroupPack, limit int) ([]GroupPack, error) {
	return list(ctx, r.pool, "packs of groups", `
SELECT g.id, k.id, k.name, k.multiple
FROM account_group g
JOIN group_pack gp ON gp.group_id = g.id
JOIN pack k ON k.id = gp.pack_id AND k.deleted_at IS NULL
WHERE g.publisher_id = @publisher AND (g.id, gp.pack_id) > (@after_group::uuid, @after_pack::uuid)
  AND (@groups::uuid[] IS NULL OR g.id = ANY(@groups)) AND (@of_pack::uuid IS NULL OR gp.pack_id = @of_pack)
ORDER BY g.id, gp.pack_id LIMIT @limit`, scopeOf(by).with(pgx.NamedArgs{
		"groups": groups, "of_pack": orNull(pack), "after_group": after.Group, "after_pack": after.Pack, "limit": pageLimit(limit),
	}), pgx.RowToStructByPos[GroupPack])
}
