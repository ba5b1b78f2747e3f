package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// EnvironmentRow is an environment of the actor's account: made by name, or the label of an attachment.
type EnvironmentRow struct {
	ID             release.ID
	Name           string
	Classification release.Classification
}

// Environments lists the environments of the actor's own account by name, behind the key; an id or a name narrows. What an
// attachment is labelled with and nobody made is taken for production.
func (r *Reader) Environments(ctx context.Context, by release.Actor, id release.ID, name, after string, limit int) ([]EnvironmentRow, error) {
	if by.Account.IsZero() {
		return nil, nil
	}
	return list(ctx, r.pool, "environments", `
WITH named AS (
  SELECT e.name, e.classification FROM environment e WHERE e.account_id = @self
  UNION ALL
  SELECT DISTINCT x.environment, NULL FROM attachment x
  WHERE x.account_id = @self AND x.account_id = @account AND x.detached_at IS NULL AND x.environment <> '')
SELECT environment_id(@self, n.name), n.name, coalesce(max(n.classification), 'PROD')
FROM named n
WHERE n.name > @after COLLATE "C" AND (@name = '' OR n.name = @name)
  AND (@id = '00000000-0000-0000-0000-000000000000'::uuid OR environment_id(@self, n.name) = @id)
GROUP BY n.name
ORDER BY n.name COLLATE "C" LIMIT @limit`, scopeOf(by).with(pgx.NamedArgs{
		"self": by.Account, "id": id, "name": name, "after": after, "limit": pageLimit(limit),
	}), func(row pgx.CollectableRow) (EnvironmentRow, error) {
		var e EnvironmentRow
		return e, row.Scan(&e.ID, &e.Name, (*string)(&e.Classification))
	})
}
