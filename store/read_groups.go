package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// groups reads the groups g of the condition. "All accounts" holds every managed account (R25).
func (r *Reader) groups(ctx context.Context, condition string, args pgx.NamedArgs) ([]release.GroupRow, error) {
	return list(ctx, r.pool, "groups", `
SELECT g.id, g.publisher_id, g.name, g.everyone, g.created_at, m.n, p.n
FROM account_group g
CROSS JOIN LATERAL (
  SELECT CASE WHEN g.everyone THEN (SELECT count(*) FROM account a WHERE a.managed)
              ELSE (SELECT count(*) FROM group_member m WHERE m.group_id = g.id) END AS n) m
CROSS JOIN LATERAL (SELECT count(*) AS n FROM group_pack gp JOIN pack k ON k.id = gp.pack_id AND k.deleted_at IS NULL
                    WHERE gp.group_id = g.id) p
WHERE (@site OR g.publisher_id = @publisher) AND `+condition+`
ORDER BY g.everyone DESC, lower(g.name), g.id`, args, func(row pgx.CollectableRow) (release.GroupRow, error) {
		var g release.GroupRow
		return g, row.Scan(&g.ID, &g.Publisher, &g.Name, &g.Everyone, &g.CreatedAt, &g.Accounts, &g.Packs)
	})
}

// Groups are the publisher's groups, the built-in one first, then by name.
func (r *Reader) Groups(ctx context.Context, by release.Actor) ([]release.GroupRow, error) {
	return r.groups(ctx, `true`, scopeOf(by).with(nil))
}

// Group is one group.
func (r *Reader) Group(ctx context.Context, by release.Actor, id release.ID) (release.GroupRow, error) {
	return first(r.groups(ctx, `g.id = @id`, scopeOf(by).with(pgx.NamedArgs{"id": id})))
}

// GroupsOfPack are the groups that hold the pack.
func (r *Reader) GroupsOfPack(ctx context.Context, by release.Actor, pack release.ID) ([]release.GroupRow, error) {
	return r.groups(ctx, `EXISTS (SELECT FROM group_pack gp WHERE gp.pack_id = @pack AND gp.group_id = g.id)`,
		scopeOf(by).with(pgx.NamedArgs{"pack": pack}))
}

// PacksOfGroup are the packs that the group holds, by name.
func (r *Reader) PacksOfGroup(ctx context.Context, by release.Actor, group release.ID) ([]release.PackRow, error) {
	return list(ctx, r.pool, "packs of a group", `
WITH page AS MATERIALIZED (
  SELECT k.* FROM group_pack gp JOIN pack k ON k.id = gp.pack_id
  WHERE gp.group_id = @group AND k.deleted_at IS NULL AND (@site OR k.publisher_id = @publisher))`+packRows,
		scopeOf(by).with(pgx.NamedArgs{"group": group}), scanPackRow)
}
