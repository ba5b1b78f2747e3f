package store

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// accountColumns are the columns of the account a, as accountFields takes them.
const accountColumns = `a.id, a.name, a.zone, a.publisher, a.managed, a.shareable_by_default, nullif(a.check_settings, '{}'), a.created_at`

func accountFields(a *release.Account) []any {
	return []any{&a.ID, &a.Name, &a.Zone, &a.Publisher, &a.Managed, &a.ShareableByDefault, &a.CheckSettings, &a.CreatedAt}
}

func scanAccountRow(row pgx.CollectableRow) (release.AccountRow, error) {
	var a release.AccountRow
	return a, scanAll(row, accountFields(&a.Account), []any{&a.People, &a.Attachments, &a.Member})
}

// Account is one account: for site staff, its own people, or (name and zone) a publisher who may group it.
func (r *Reader) Account(ctx context.Context, by release.Actor, id release.ID) (release.Account, error) {
	a, err := one(ctx, r.pool, "account", `
SELECT `+accountColumns+` FROM account a
WHERE a.id = @id AND (@site OR a.id = @self OR (a.managed AND @publisher::uuid IS NOT NULL))`,
		scopeOf(by).with(pgx.NamedArgs{"id": id, "self": by.Account}), func(row pgx.CollectableRow) (release.Account, error) {
			var a release.Account
			return a, row.Scan(accountFields(&a)...)
		})
	if err != nil {
		return release.Account{}, err
	}
	if !by.ReadsSite() && a.ID != by.Account {
		return release.Account{ID: a.ID, Name: a.Name, Zone: a.Zone, Managed: true}, nil
	}
	return a, nil
}

// AccountFilter narrows a list of accounts.
type AccountFilter struct {
	Query     string
	Group     release.ID // marks members; with Members lists them alone
	Members   bool
	AfterName string // page key
	AfterID   release.ID
	Limit     int
}

// Accounts lists accounts by name after the key (lower name, id): all for site staff, managed ones for a publisher; query narrows by name.
// With a group, AccountRow.Member tells who belongs to it. A publisher is told an account's attachments of its own packs, and
// neither its people nor its settings.
func (r *Reader) Accounts(ctx context.Context, by release.Actor, f AccountFilter) ([]release.AccountRow, error) {
	s := scopeOf(by)
	if !s.site && s.publisher == nil {
		return nil, nil
	}
	rows, err := list(ctx, r.pool, "accounts", accountsSQL(s, f), s.with(pgx.NamedArgs{
		"pattern": infix(f.Query), "group": f.Group, "after_name": f.AfterName, "after_id": f.AfterID, "limit": pageLimit(f.Limit),
	}), scanAccountRow)
	if !s.site {
		for i, a := range rows {
			if a.ID != by.Account {
				rows[i].Account = release.Account{ID: a.ID, Name: a.Name, Zone: a.Zone, Managed: true}
				rows[i].People = 0
			}
		}
	}
	return rows, err
}

// accountsSQL leaves out what does not narrow, so that every page comes through an index on names.
func accountsSQL(s scope, f AccountFilter) string {
	conditions := []string{`(lower(a.name), a.id) > (lower(@after_name), @after_id::uuid)`}
	if !s.site {
		conditions = append(conditions, `a.managed`)
	}
	if strings.TrimSpace(f.Query) != "" {
		conditions = append(conditions, `a.name ILIKE @pattern`)
	}
	member := `false`
	if !f.Group.IsZero() {
		member = memberOfGroup
	}
	if f.Members {
		conditions = append(conditions, member)
	}
	return `
WITH page AS MATERIALIZED (
  SELECT a.* FROM account a WHERE ` + strings.Join(conditions, " AND ") + `
  ORDER BY lower(a.name), a.id LIMIT @limit)
SELECT ` + accountColumns + `, p.n, n.n, ` + member + `
FROM page a
CROSS JOIN LATERAL (SELECT count(*) AS n FROM membership m WHERE m.account_id = a.id) p
CROSS JOIN LATERAL (SELECT count(*) AS n FROM attachment x
                    WHERE x.account_id = a.id AND x.detached_at IS NULL
                      AND (@site OR EXISTS (SELECT FROM pack k WHERE k.id = x.pack_id AND k.publisher_id = @publisher))) n
ORDER BY lower(a.name), a.id`
}

// memberOfGroup: the account a belongs to the group, which is the actor's own (R25: "All accounts" holds every managed one).
const memberOfGroup = `EXISTS (
    SELECT FROM account_group g
    WHERE g.id = @group AND (@site OR g.publisher_id = @publisher)
      AND (g.everyone AND a.managed OR EXISTS (SELECT FROM group_member m WHERE m.account_id = a.id AND m.group_id = g.id)))`
