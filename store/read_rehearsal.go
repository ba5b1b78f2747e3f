package store

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// Conditions on the attachment x of a rehearsal.
const (
	rehearsalLive  = `x.detached_at IS NULL`
	rehearsalTries = `EXISTS (SELECT FROM opt_in i WHERE i.release_id = @trial AND i.attachment_id = x.id AND i.ended IS NULL)`
	rehearsalNamed = `(x.name ILIKE @pattern OR EXISTS (SELECT FROM account a WHERE a.id = x.account_id AND a.name ILIKE @pattern))`
	rehearsalSeen  = `EXISTS (SELECT FROM pack k WHERE k.id = @pack AND (@site OR k.publisher_id = @publisher))`
)

// rehearsalRows decorates the attachments of page, of which it needs the ids alone, and keeps their order: each is looked up
// when its turn comes, so that an export begins at once and computes no more than is read.
const rehearsalRows = `
SELECT x.id, x.name, x.environment, x.account_id, a.name, a.zone, i.tries IS NOT NULL, ` + outsideGroups + `
FROM page
CROSS JOIN LATERAL (SELECT * FROM attachment x WHERE x.id = page.id OFFSET 0) x
CROSS JOIN LATERAL (SELECT * FROM account a WHERE a.id = x.account_id OFFSET 0) a
LEFT JOIN LATERAL (SELECT true AS tries FROM opt_in i
                   WHERE i.release_id = @trial AND i.attachment_id = x.id AND i.ended IS NULL LIMIT 1) i ON true
ORDER BY page.walk DESC, page.id DESC`

func scanRehearsal(row pgx.CollectableRow) (release.RehearsalRow, error) {
	var r release.RehearsalRow
	return r, row.Scan(&r.ID, &r.Name, &r.Environment, &r.Account, &r.AccountName, &r.AccountZone, &r.Tries, &r.Outside)
}

// Rehearsal is a page of the attachments that a release of the pack would reach, newest first: for its publisher and staff.
func (r *Reader) Rehearsal(ctx context.Context, by release.Actor, f release.RehearsalFilter) ([]release.RehearsalRow, error) {
	ids, args, err := r.rehearse(ctx, by, f)
	if err != nil {
		return nil, err
	}
	args["limit"] = pageLimit(f.Limit)
	return list(ctx, r.pool, "rehearsal", "WITH page AS MATERIALIZED ("+ids+")"+rehearsalRows, args, scanRehearsal)
}

// EachRehearsed streams all attachments of the filter, in the order of the page, until each fails.
func (r *Reader) EachRehearsed(ctx context.Context, by release.Actor, f release.RehearsalFilter, each func(release.RehearsalRow) error) error {
	ids, args, err := r.rehearse(ctx, by, f)
	if err != nil {
		return err
	}
	args["limit"] = nil // none
	return stream(ctx, r, "rehearsal", "WITH page AS NOT MATERIALIZED ("+ids+")"+rehearsalRows, args, scanRehearsal, each)
}

// rehearse makes the inner SELECT and the arguments of a filter. It takes the most selective index that the filter offers;
// each source states the whole filter.
func (r *Reader) rehearse(ctx context.Context, by release.Actor, f release.RehearsalFilter) (string, pgx.NamedArgs, error) {
	before := f.Before
	if before.IsZero() {
		before = release.MaxID
	}
	args := scopeOf(by).with(pgx.NamedArgs{"pack": f.Pack, "trial": f.Trial, "before": before, "pattern": infix(f.Query)})
	conditions := []string{rehearsalLive, rehearsalSeen}
	tried := f.Tries != nil && *f.Tries
	if f.Tries != nil && !tried {
		conditions = append(conditions, "NOT "+rehearsalTries)
	}
	text := strings.TrimSpace(f.Query)
	few, err := r.rehearsalNames(ctx, text, args)
	switch {
	case err != nil:
		return "", nil, err
	case few && tried:
		return rehearsalFound(append(conditions, rehearsalTries)), args, nil
	case few:
		return rehearsalFound(conditions), args, nil
	case text != "":
		conditions = append(conditions, rehearsalNamed)
	}
	if tried {
		return rehearsalTrying(conditions), args, nil
	}
	return rehearsalWalk("x.pack_id", "x.id", "attachment x", along("x", "pack_id", "@pack"), conditions), args, nil
}

// rehearsalNames looks for the text where trigrams can find it, and tells whether so few things have it in their name that
// looking each of them up is the faster way.
func (r *Reader) rehearsalNames(ctx context.Context, text string, args pgx.NamedArgs) (few bool, err error) {
	const trigram = 3
	if utf8.RuneCountInString(text) < trigram {
		return false, nil
	}
	type match struct {
		Account bool
		ID      release.ID
	}
	found, err := list(ctx, r.pool, "names of a rehearsal", `
(SELECT false, x.id FROM attachment x WHERE x.detached_at IS NULL AND x.name ILIKE @pattern LIMIT @few)
UNION ALL (SELECT true, a.id FROM account a WHERE a.name ILIKE @pattern LIMIT @few)`,
		pgx.NamedArgs{"pattern": args["pattern"], "few": fewNames + 1}, pgx.RowToStructByPos[match])
	if err != nil {
		return false, err
	}
	names, accounts := []release.ID{}, []release.ID{}
	for _, m := range found {
		if m.Account {
			accounts = append(accounts, m.ID)
		} else {
			names = append(names, m.ID)
		}
	}
	args["names"], args["accounts"] = names, accounts
	return len(names) <= fewNames && len(accounts) <= fewNames, nil
}

// rehearsalWalk is a page along one index, with the two columns that it is ordered by.
func rehearsalWalk(column, id, from string, w walk, conditions []string) string {
	return "SELECT " + column + " AS walk, " + id + " AS id FROM " + from + " WHERE " +
		strings.Join(append([]string{w.stretch}, conditions...), " AND ") + " ORDER BY " + w.order + " LIMIT @limit"
}

// rehearsalTrying walks one_running_opt_in_per_release.
func rehearsalTrying(conditions []string) string {
	w := walk{
		stretch: "(i.release_id, i.attachment_id) < (@trial, @before) AND i.release_id >= @trial AND i.ended IS NULL AND x.pack_id = @pack",
		order:   "i.release_id DESC, i.attachment_id DESC",
	}
	return rehearsalWalk("i.release_id", "i.attachment_id", "opt_in i JOIN attachment x ON x.id = i.attachment_id", w, conditions)
}

// rehearsalFound looks up the few things whose names match: attachments by their ids, and those of each account.
func rehearsalFound(conditions []string) string {
	conditions = append([]string{"x.pack_id = @pack"}, conditions...)
	named := "SELECT x.pack_id AS walk, x.id FROM attachment x WHERE x.id = ANY(@names::uuid[]) AND x.id < @before AND " +
		strings.Join(conditions, " AND ")
	ofAccount := rehearsalWalk("x.pack_id", "x.id", "attachment x", along("x", "account_id", "m.id"), conditions)
	return "(" + named + ") UNION (SELECT y.* FROM unnest(@accounts::uuid[]) m (id) CROSS JOIN LATERAL (" + ofAccount + ") y) ORDER BY walk DESC, id DESC LIMIT @limit"
}

// AccountsWithout counts the accounts that may install the pack (R25) and have not, and stops at most. Where all accounts
// may, the summary tells how many have; an account in several groups is counted in the first of them.
func (r *Reader) AccountsWithout(ctx context.Context, by release.Actor, pack release.ID, most int) (int64, error) {
	return one(ctx, r.pool, "accounts without a pack", `
SELECT CASE WHEN EXISTS (SELECT FROM group_pack gp JOIN account_group g ON g.id = gp.group_id WHERE gp.pack_id = k.id AND g.everyone)
       THEN least(@most, greatest(0, (SELECT count(*) FROM account a WHERE a.managed)
            - (SELECT coalesce(sum(c.accounts), 0) FROM attachment_count c WHERE c.pack_id = k.id)))
       ELSE (SELECT count(*) FROM (
               SELECT FROM group_pack gp JOIN group_member m ON m.group_id = gp.group_id
               WHERE gp.pack_id = k.id
                 AND NOT EXISTS (SELECT FROM attachment x WHERE x.account_id = m.account_id AND x.pack_id = k.id AND x.detached_at IS NULL)
                 AND NOT EXISTS (SELECT FROM group_pack p JOIN group_member o ON o.group_id = p.group_id
                                 WHERE p.pack_id = k.id AND p.group_id < gp.group_id AND o.account_id = m.account_id)
               LIMIT @most) w) END::bigint
FROM pack k WHERE k.id = @pack AND (@site OR k.publisher_id = @publisher)`,
		scopeOf(by).with(pgx.NamedArgs{"pack": pack, "most": most}), pgx.RowTo[int64])
}
