package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// TestingCounts counts who tries a release and who has looked at it: for its publisher and for staff. A release that never was
// in testing is not found.
func (r *Reader) TestingCounts(ctx context.Context, by release.Actor, rel release.ID) (release.TestingCounts, error) {
	var counts release.TestingCounts
	err := r.snapshot(ctx, func(q pgx.Tx) error {
		p, err := one(ctx, q, "testing period", `
SELECT r.pack_id, r.testing_until
FROM release r JOIN pack k ON k.id = r.pack_id AND (@site OR k.publisher_id = @publisher)
WHERE r.id = @release AND r.testing_since IS NOT NULL`,
			scopeOf(by).with(pgx.NamedArgs{"release": rel}), pgx.RowToStructByPos[testingPeriod])
		if err != nil {
			return err
		}
		after := release.MaxID
		if p.Until != nil {
			after = release.FirstIDAfter(*p.Until)
		}
		counts, err = one(ctx, q, "counts of a testing period", testingCounts, pgx.NamedArgs{
			"release": rel, "pack": p.Pack, "until": p.Until, "after": after,
		}, pgx.RowToStructByPos[release.TestingCounts])
		return err
	})
	return counts, err
}

type testingPeriod struct {
	Pack  release.ID
	Until *time.Time // nil: still running
}

// testingCounts takes what has happened since a past end back from the numbers of today: an install base is never read whole.
const testingCounts = `
SELECT n.attachments
       - (SELECT count(*) FROM attachment x WHERE x.pack_id = @pack AND x.id >= @after AND x.detached_at IS NULL)
       + (SELECT count(*) FROM attachment x WHERE x.pack_id = @pack AND x.detached_at > coalesce(@until::timestamptz, 'infinity') AND x.id < @after),
       coalesce((SELECT sum(s.n)::bigint FROM opt_in_count s WHERE s.release_id = @release), 0),
       CASE WHEN @until::timestamptz IS NULL THEN n.accounts ELSE 0 END,
       (SELECT count(*) FROM release_look l
        -- A probe for each account; a semi-join would read the pack's attachments whole.
        LEFT JOIN LATERAL (SELECT x.id FROM attachment x
                           WHERE x.account_id = l.account_id AND x.pack_id = @pack AND x.detached_at IS NULL LIMIT 1) x ON true
        WHERE l.release_id = @release AND (@until::timestamptz IS NOT NULL OR x.id IS NOT NULL))
FROM (SELECT coalesce(sum(c.attachments), 0)::bigint AS attachments, coalesce(sum(c.accounts), 0)::bigint AS accounts
      FROM attachment_count c WHERE c.pack_id = @pack) n`

// walkedAccounts is how many accounts of a pack a page of NotLooked looks through: where nearly all have looked, the few
// others may lie far apart.
const walkedAccounts = 1000

// NotLooked is a page of the accounts that have the release's pack attached and have not opened what it brings, by name after
// the key: for its publisher and for staff, while the release is pending. A page may hold none and still have a next one.
func (r *Reader) NotLooked(ctx context.Context, by release.Actor, rel release.ID, afterName string, afterID release.ID, limit int) (release.NotLooked, error) {
	limit = pageLimit(limit)
	var page release.NotLooked
	err := r.snapshot(ctx, func(q pgx.Tx) error {
		p, err := one(ctx, q, "install base of a testing period", `
SELECT r.pack_id, coalesce((SELECT sum(c.attachments)::bigint FROM attachment_count c WHERE c.pack_id = r.pack_id), 0)
FROM release r JOIN pack k ON k.id = r.pack_id AND (@site OR k.publisher_id = @publisher)
WHERE r.id = @release AND r.state = 'pending'`, scopeOf(by).with(pgx.NamedArgs{"release": rel}), pgx.RowToStructByPos[testedPack])
		if isNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		walked, err := list(ctx, q, "accounts of a testing period", p.accounts(), pgx.NamedArgs{
			"release": rel, "pack": p.ID, "after_name": afterName, "after_id": afterID, "most": walkedAccounts,
		}, pgx.RowToStructByPos[walkedAccount])
		if err != nil {
			return err
		}
		var ids []release.ID
		ids, page.Next = notLooked(walked, limit)
		page.Rows, err = list(ctx, q, "accounts that have not looked", `
SELECT `+accountColumns+`, 0, n.n, false
FROM account a
CROSS JOIN LATERAL (SELECT count(*) AS n FROM attachment x
                    WHERE x.account_id = a.id AND x.pack_id = @pack AND x.detached_at IS NULL) n
WHERE a.id = ANY(@ids::uuid[])
ORDER BY lower(a.name), a.id`, pgx.NamedArgs{"pack": p.ID, "ids": ids}, scanAccountRow)
		return err
	})
	return page, err
}

// fewAttachments is the most that a pack may have for its accounts to be found through them. Those of a larger one are met soon
// when walking all accounts.
const fewAttachments = 5000

type testedPack struct {
	ID          release.ID
	Attachments int64
}

// accounts walks the pack's accounts by name and tells which have looked, with a probe for each.
func (p testedPack) accounts() string {
	attached := `CROSS JOIN LATERAL (SELECT FROM attachment x WHERE x.account_id = a.id AND x.pack_id = @pack AND x.detached_at IS NULL LIMIT 1) x`
	if p.Attachments <= fewAttachments {
		attached = `JOIN (SELECT DISTINCT x.account_id FROM attachment x WHERE x.pack_id = @pack AND x.detached_at IS NULL) x ON x.account_id = a.id`
	}
	return `
WITH walked AS MATERIALIZED (
  SELECT a.id, a.name FROM account a
  ` + attached + `
  WHERE (lower(a.name), a.id) > (lower(@after_name), @after_id::uuid)
  ORDER BY lower(a.name), a.id LIMIT @most)
SELECT w.id, w.name, l.account_id IS NOT NULL
FROM walked w
LEFT JOIN LATERAL (SELECT l.account_id FROM release_look l WHERE l.release_id = @release AND l.account_id = w.id LIMIT 1) l ON true
ORDER BY lower(w.name), w.id`
}

type walkedAccount struct {
	ID     release.ID
	Name   string
	Looked bool
}

// notLooked picks the page out of the accounts walked, and the key after which the next one begins.
func notLooked(walked []walkedAccount, limit int) (ids []release.ID, next *release.AccountRow) {
	for i, a := range walked {
		more := i+1 < len(walked) || len(walked) == walkedAccounts
		if !a.Looked {
			ids = append(ids, a.ID)
		}
		if more && (len(ids) == limit || i+1 == len(walked)) {
			return ids, &release.AccountRow{Account: release.Account{ID: a.ID, Name: a.Name}}
		}
	}
	return ids, nil
}
