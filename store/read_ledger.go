package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// summedLedger counts an install base by state, from the summaries and what is rare: the opt-ins to what is pending. Whoever has
// not opted in is all minus those, cell by cell; whoever has never reported is all minus all who have. So the states always add up.
const summedLedger = `
WITH mine AS MATERIALIZED (
  SELECT k.id, c.id AS current_id, n.id AS pending_id
  FROM pack k
  LEFT JOIN release c ON c.pack_id = k.id AND c.state = 'released' AND c.ended_at IS NULL
  LEFT JOIN release n ON n.pack_id = k.id AND n.state = 'pending'
  WHERE (@pack::uuid IS NULL OR k.id = @pack) AND (@of_publisher::uuid IS NULL OR k.publisher_id = @of_publisher)
    AND (@site OR k.publisher_id = @publisher)),
base AS (SELECT coalesce(sum(s.attachments), 0)::bigint AS n FROM mine m JOIN attachment_count s ON s.pack_id = m.id),
cell AS (
  SELECT s.status, s.n, s.release_id = m.current_id AS of_current, false AS of_pending
  FROM mine m JOIN observed_count s ON s.pack_id = m.id
  UNION ALL
  SELECT o.status, CASE WHEN o.release_id = m.pending_id THEN 1 ELSE -1 END, o.release_id = m.current_id, o.release_id = m.pending_id
  FROM mine m
  JOIN opt_in i ON i.release_id = m.pending_id AND i.ended IS NULL
  CROSS JOIN LATERAL (SELECT b.release_id, b.status FROM observed b WHERE b.attachment_id = i.attachment_id OFFSET 0) o -- a probe for each, never the whole table
  WHERE o.release_id IN (m.current_id, m.pending_id) AND o.status <> 'silent'),
state AS (
  SELECT coalesce(sum(n) FILTER (WHERE status = 'installed' AND of_current), 0)::bigint AS current,
         coalesce(sum(n) FILTER (WHERE status = 'installed' AND of_pending), 0)::bigint AS trying,
         coalesce(sum(n) FILTER (WHERE status = 'failed' AND (of_current OR of_pending)), 0)::bigint AS failed,
         coalesce(sum(n) FILTER (WHERE status = 'silent'), 0)::bigint AS silent
  FROM cell),
heard AS (SELECT coalesce(sum(s.n), 0)::bigint AS n FROM mine m JOIN observed_count s ON s.pack_id = m.id)
SELECT base.n, current, trying, heard.n - current - trying - failed - silent, failed, silent, base.n - heard.n, (SELECT count(*) FROM mine)
FROM base, state, heard`

// Ledger counts what the actor sees of an install base: of its own packs, or site staff of all. With an account it counts that
// account's attachments, one by one. A pack that the actor does not see is not found.
func (r *Reader) Ledger(ctx context.Context, by release.Actor, of release.LedgerOf) (release.Ledger, error) {
	if !of.Account.IsZero() {
		return r.accountLedger(ctx, by, of)
	}
	return r.ledger(ctx, scopeOf(by), of)
}

// AgentStates counts all live attachments by state, for the operators' metrics.
func (r *Reader) AgentStates(ctx context.Context) (release.Ledger, error) {
	return r.ledger(ctx, scope{site: true}, release.LedgerOf{})
}

func (r *Reader) ledger(ctx context.Context, s scope, of release.LedgerOf) (release.Ledger, error) {
	return ledgerIn(ctx, r.pool, s, of)
}

func ledgerIn(ctx context.Context, q reading, s scope, of release.LedgerOf) (release.Ledger, error) {
	var packs int64
	l, err := one(ctx, q, "ledger", summedLedger, s.with(pgx.NamedArgs{"pack": orNull(of.Pack), "of_publisher": orNull(of.Publisher)}),
		func(row pgx.CollectableRow) (l release.Ledger, err error) {
			return l, row.Scan(&l.Attachments, &l.Current, &l.Trying, &l.Behind, &l.Failed, &l.Silent, &l.Never, &packs)
		})
	if err == nil && packs == 0 && !of.Pack.IsZero() {
		err = release.ErrNotFound
	}
	return l, err
}

// accountLedger looks at each of an account's attachments.
func (r *Reader) accountLedger(ctx context.Context, by release.Actor, of release.LedgerOf) (release.Ledger, error) {
	type state struct {
		State release.LedgerState
		N     int64
	}
	counts, err := list(ctx, r.pool, "ledger of an account", `
SELECT s.state, count(*)
FROM attachment x
JOIN pack k ON k.id = x.pack_id
CROSS JOIN LATERAL (SELECT coalesce(`+ledgerState+`, 'never_reported') AS state) s
WHERE x.account_id = @of_account AND x.detached_at IS NULL AND (@pack::uuid IS NULL OR x.pack_id = @pack)
  AND (@of_publisher::uuid IS NULL OR k.publisher_id = @of_publisher)
  AND (@site OR k.publisher_id = @publisher OR x.account_id = @account)
GROUP BY s.state`, scopeOf(by).with(pgx.NamedArgs{"of_account": of.Account, "pack": orNull(of.Pack), "of_publisher": orNull(of.Publisher)}), pgx.RowToStructByPos[state])
	return release.LedgerFrom(func(s release.LedgerState) (n int64) {
		for _, c := range counts {
			if c.State == s {
				n = c.N
			}
		}
		return n
	}), err
}

// Observed is what the agent of an attachment has said, for whoever sees the attachment.
func (r *Reader) Observed(ctx context.Context, by release.Actor, attachment release.ID) (release.ObservedView, error) {
	var v release.ObservedView
	if _, err := r.Attachment(ctx, by, attachment); err != nil {
		return v, err
	}
	args := pgx.NamedArgs{"attachment": attachment, "limit": release.MaxObservedChanges}
	last, err := one(ctx, r.pool, "what is observed", `
SELECT attachment_id, pack_id, release_id, status, reported, since, reported_at, seen_at, detail FROM observed WHERE attachment_id = @attachment`,
		args, pgx.RowToStructByPos[release.Observed])
	switch {
	case err == nil:
		v.Last = &last
	case !isNotFound(err):
		return v, err
	}
	v.Changes, err = list(ctx, r.pool, "changes of what is observed", `
SELECT h.at, h.status, h.detail, `+refColumns("r")+`
FROM observed_change h JOIN release r ON r.id = h.release_id
WHERE h.attachment_id = @attachment
ORDER BY h.attachment_id DESC, h.id DESC LIMIT @limit`, args, func(row pgx.CollectableRow) (release.ObservedChange, error) {
		var c release.ObservedChange
		var ref refScan
		err := scanAll(row, []any{&c.At, &c.Status, &c.Detail}, ref.fields())
		if err == nil {
			c.Release = *ref.ref()
		}
		return c, err
	})
	return v, err
}

// desired is Q2 of the measured design: a few probes, whatever the size of the install base.
const desired = `
SELECT x.id, x.pack_id, CASE WHEN o.attachment_id IS NULL THEN c.id ELSE n.id END AS release_id, b.seen_at, coalesce(b.status = 'silent', false),
       x.detached_at IS NOT NULL
FROM attachment x
LEFT JOIN release c ON c.pack_id = x.pack_id AND c.state = 'released' AND c.ended_at IS NULL
LEFT JOIN release n ON n.pack_id = x.pack_id AND n.state = 'pending'
LEFT JOIN opt_in o ON o.release_id = n.id AND o.attachment_id = x.id AND o.ended IS NULL
LEFT JOIN observed b ON b.attachment_id = x.id
WHERE x.id = @attachment AND (@site OR x.account_id = @own)`

// platformOf is the account on whose platform the actor acts: its agent, or its people.
func platformOf(by release.Actor) *release.ID {
	if by.Account.IsZero() || (!by.IsAgent() && !by.ReadsManaged()) {
		return nil
	}
	return &by.Account
}

// Desired is what the attachment should run, for its account and site staff. Once it is uninstalled, that is refused with
// ErrDetached.
func (r *Reader) Desired(ctx context.Context, by release.Actor, attachment release.ID) (release.Desired, error) {
	gone := false
	d, err := one(ctx, r.pool, "desired release", desired, pgx.NamedArgs{"attachment": attachment, "site": by.ReadsSite(), "own": platformOf(by)},
		func(row pgx.CollectableRow) (d release.Desired, err error) {
			var rel *release.ID
			if err = row.Scan(&d.Attachment, &d.Pack, &rel, &d.SeenAt, &d.Silent, &gone); err == nil && rel != nil {
				d.Release = *rel
			}
			return d, err
		})
	if err == nil && gone {
		err = release.ErrDetached
	}
	return d, err
}

// DesiredRelease is the release that Desired has told of, whole, for the same readers.
func (r *Reader) DesiredRelease(ctx context.Context, by release.Actor, d release.Desired) (release.ReleaseView, error) {
	var v release.ReleaseView
	err := r.snapshot(ctx, func(q pgx.Tx) (err error) {
		v, err = first(releaseViews(ctx, q, `
  SELECT r.* FROM attachment x JOIN release r ON r.pack_id = x.pack_id
  WHERE x.id = @attachment AND r.id = @release AND r.state <> 'draft' AND (@site OR x.account_id = @own)`,
			pgx.NamedArgs{"attachment": d.Attachment, "release": d.Release, "site": by.ReadsSite(), "own": platformOf(by)}))
		return err
	})
	hideOthers(by, &v)
	return v, err
}

// AgentsAbout is roughly how many attachments have an agent, as the planner knows it: good enough to decide how often they ask.
func (r *Reader) AgentsAbout(ctx context.Context) (int64, error) {
	return one(ctx, r.pool, "number of agents", `
SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'observed'::regclass`, nil, pgx.RowTo[int64])
}
