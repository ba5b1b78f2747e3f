package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// pendingLedger counts those that try a release in testing, one by one: opt-ins are rare beside the install base.
const pendingLedger = `
SELECT count(*),
       count(*) FILTER (WHERE o.status = 'installed' AND o.release_id = @release),
       count(*) FILTER (WHERE o.status <> 'silent' AND o.release_id <> @release),
       count(*) FILTER (WHERE o.status = 'failed' AND o.release_id = @release),
       count(*) FILTER (WHERE o.status = 'silent'),
       count(*) FILTER (WHERE o.status IS NULL)
FROM opt_in i
LEFT JOIN LATERAL (SELECT b.release_id, b.status FROM observed b WHERE b.attachment_id = i.attachment_id OFFSET 0) o ON true -- a probe for each
WHERE i.release_id = @release AND i.ended IS NULL`

// ReleaseLedger counts the attachments that are to run the release, by what their agents say, for its publisher and site staff:
// of the pending one those that try it, of the current one all others, of any other none. Together they are the pack's ledger.
func (r *Reader) ReleaseLedger(ctx context.Context, by release.Actor, id release.ID) (release.Ledger, error) {
	var l release.Ledger
	err := r.snapshot(ctx, func(q pgx.Tx) error {
		type found struct {
			Pack    release.ID
			Current bool
			Pending *release.ID
		}
		args := scopeOf(by).with(pgx.NamedArgs{"release": id})
		f, err := one(ctx, q, "release", `
SELECT r.pack_id, r.state = 'released' AND r.ended_at IS NULL, n.id
FROM release r
JOIN pack k ON k.id = r.pack_id
LEFT JOIN release n ON n.pack_id = r.pack_id AND n.state = 'pending'
WHERE r.id = @release AND (@site OR k.publisher_id = @publisher)`, args, pgx.RowToStructByPos[found])
		if err != nil {
			return err
		}
		var tries release.Ledger
		if f.Pending != nil {
			if tries, err = triesLedger(ctx, q, *f.Pending); err != nil {
				return err
			}
		}
		switch {
		case f.Current:
			if l, err = ledgerIn(ctx, q, scopeOf(by), release.LedgerOf{Pack: f.Pack}); err == nil {
				l = l.Without(tries)
			}
		case f.Pending != nil && *f.Pending == id:
			l = tries
		}
		return err
	})
	return l, err
}

func triesLedger(ctx context.Context, q reading, pending release.ID) (release.Ledger, error) {
	return one(ctx, q, "ledger of a release in testing", pendingLedger, pgx.NamedArgs{"release": pending},
		func(row pgx.CollectableRow) (l release.Ledger, err error) {
			return l, row.Scan(&l.Attachments, &l.Trying, &l.Behind, &l.Failed, &l.Silent, &l.Never)
		})
}

// ObservedOwn counts, for each release of the pack, the actor's own attachments whose agents report it as installed.
func (r *Reader) ObservedOwn(ctx context.Context, by release.Actor, pack release.ID) (map[release.ID]int64, error) {
	type count struct {
		Release release.ID
		N       int64
	}
	counts, err := list(ctx, r.pool, "what an account's agents report of a pack", `
SELECT o.release_id, count(*)
FROM attachment x
CROSS JOIN LATERAL (SELECT b.release_id, b.status FROM observed b WHERE b.attachment_id = x.id OFFSET 0) o
WHERE x.account_id = @account AND x.pack_id = @pack AND x.detached_at IS NULL AND o.status = 'installed'
GROUP BY o.release_id`, scopeOf(by).with(pgx.NamedArgs{"pack": pack}), pgx.RowToStructByPos[count])
	all := make(map[release.ID]int64, len(counts))
	for _, c := range counts {
		all[c.Release] = c.N
	}
	return all, err
}
