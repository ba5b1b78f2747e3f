package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// Catalogue lists what the actor's account may install (R25), by name after the key; query narrows by name.
func (r *Reader) Catalogue(ctx context.Context, by release.Actor, query, afterName string, afterID release.ID, limit int) ([]release.CatalogueRow, error) {
	return list(ctx, r.pool, "catalogue", `
WITH page AS MATERIALIZED (
  SELECT k.*, c.id AS current_id
  FROM pack k JOIN release c ON c.pack_id = k.id AND c.state = 'released' AND c.ended_at IS NULL
  WHERE k.deleted_at IS NULL AND (@query = '' OR k.name ILIKE @pattern)
    AND (lower(k.name), k.id) > (lower(@after_name), @after_id::uuid) AND `+mayInstallPack+`
  ORDER BY lower(k.name), k.id LIMIT @limit)
SELECT k.id, k.name, k.description, o.id, o.name, k.multiple, i.n, `+refColumns("c")+`, `+refColumns("n")+`
FROM page k
JOIN account o ON o.id = k.publisher_id
JOIN release c ON c.id = k.current_id
LEFT JOIN release n ON n.pack_id = k.id AND n.state = 'pending'
CROSS JOIN LATERAL (SELECT count(*) AS n FROM attachment x
                    WHERE x.account_id = @account AND x.pack_id = k.id AND x.detached_at IS NULL) i
ORDER BY lower(k.name), k.id`, scopeOf(by).with(pgx.NamedArgs{
		"query": query, "pattern": infix(query), "after_name": afterName, "after_id": afterID, "limit": pageLimit(limit),
	}), func(row pgx.CollectableRow) (release.CatalogueRow, error) {
		var c release.CatalogueRow
		var current, pending refScan
		err := scanAll(row, []any{&c.PackID, &c.Name, &c.Description, &c.PublisherID, &c.PublisherName, &c.Multiple, &c.Installed}, current.fields(), pending.fields())
		if err == nil {
			c.Current, c.Pending = *current.ref(), pending.ref()
		}
		return c, err
	})
}

// CataloguePack is one pack as the actor's account sees it: with its texts, when it may install it or has it attached.
// The numbers are the account's own: its attachments, and how many of them try the pending release.
func (r *Reader) CataloguePack(ctx context.Context, by release.Actor, pack release.ID) (release.PackView, error) {
	var v release.PackView
	args := scopeOf(by).with(pgx.NamedArgs{"pack": pack})
	err := r.snapshot(ctx, func(q pgx.Tx) (err error) {
		if v, err = packView(ctx, q, args, seesPack); err != nil {
			return err
		}
		v.DraftID, v.LastActivity, v.Updates, v.Accounts = nil, nil, 0, 0
		type own struct{ Attachments, OptIns int64 }
		mine, err := one(ctx, q, "own attachments of a pack", `
SELECT count(*), count(i.attachment_id)
FROM attachment x
LEFT JOIN release n ON n.pack_id = x.pack_id AND n.state = 'pending'
LEFT JOIN opt_in i ON i.release_id = n.id AND i.attachment_id = x.id AND i.ended IS NULL
WHERE x.account_id = @account AND x.pack_id = @pack AND x.detached_at IS NULL`, args, pgx.RowToStructByPos[own])
		v.Attachments, v.OptIns = mine.Attachments, mine.OptIns
		if mine.Attachments > 0 {
			v.Accounts = 1
		}
		return err
	})
	if err != nil {
		return release.PackView{}, err
	}
	return v, nil
}
