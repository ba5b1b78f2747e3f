package store

import (
	"context"

	"packtide/release"
)

// The summary counts change in the transaction that changes what they count. Each is spread over shards, so that accounts
// that attach one pack at the same time do not wait for each other; only sums mean something, a shard may be negative.
const shards = 16

// shardOf spreads by the random part of the id.
func shardOf(id release.ID) int { return int(id[len(id)-1]) % shards }

// How a change is added to a count that is there already.
const (
	addAttachments = `
		ON CONFLICT (pack_id, zone, shard)
		DO UPDATE SET attachments = attachment_count.attachments + EXCLUDED.attachments, accounts = attachment_count.accounts + EXCLUDED.accounts`
	addOptIns = `
		ON CONFLICT (release_id, shard)
		DO UPDATE SET n = opt_in_count.n + EXCLUDED.n`
)

// countAttachment adds to what the pack's install base counts in a zone.
func (t *tx) countAttachment(ctx context.Context, a release.Attachment, zone string, attachments, accounts int) error {
	err := t.do(ctx, "count an attachment", `
		INSERT INTO attachment_count (pack_id, zone, shard, attachments, accounts)
		VALUES ($1, $2, $3, $4, $5)`+addAttachments, a.Pack, zone, shardOf(a.ID), attachments, accounts)
	if err != nil {
		return err
	}
	return t.countAttachmentPlace(ctx, a, zone, attachments)
}

// countOptIn adds to how many attachments try a release.
func (t *tx) countOptIn(ctx context.Context, attachment, rel release.ID, n int) error {
	err := t.do(ctx, "count an opt-in", `
		INSERT INTO opt_in_count (release_id, shard, n)
		VALUES ($1, $2, $3)`+addOptIns, rel, shardOf(attachment), n)
	if err != nil {
		return err
	}
	return t.countOptInPlace(ctx, attachment, rel, n)
}

// moveCounts follows an account to another zone, under the account's lock. It shares the locks of the account's packs first:
// whoever detaches a whole pack has counted in the old zone by then, or will count in the new one.
func (t *tx) moveCounts(ctx context.Context, account release.ID, from, to string) error {
	err := t.do(ctx, "share the packs of an account", `
		SELECT FROM pack
		 WHERE id IN (SELECT pack_id FROM attachment WHERE account_id = $1 AND detached_at IS NULL)
		 ORDER BY id
		   FOR SHARE`, account)
	if err != nil {
		return err
	}
	err = t.do(ctx, "count an account in its new zone", `
		INSERT INTO attachment_count (pack_id, zone, shard, attachments, accounts)
		SELECT mine.pack_id, side.zone, $4, side.sign * mine.n, side.sign
		  FROM (SELECT pack_id, count(*) AS n FROM attachment WHERE account_id = $1 AND detached_at IS NULL GROUP BY pack_id) mine
		 CROSS JOIN (VALUES ($2::text, -1), ($3::text, 1)) side (zone, sign)
		 ORDER BY mine.pack_id, side.zone`+addAttachments, account, from, to, shardOf(account))
	if err != nil {
		return err
	}
	return t.movePlaces(ctx, account, from, to)
}

// mendLock is held by whoever mends: two at once would both add what is missing.
const mendLock = 7_076

// MendCounts finds what differs in one statement, so in one snapshot, in which every count stands beside what it counts. It
// adds the difference and never sets the number: changes made meanwhile are added too, in any order, without a lock.
func (t *tx) MendCounts(ctx context.Context) (int, error) {
	if err := t.takeTime(ctx); err != nil {
		return 0, err
	}
	if err := t.do(ctx, "wait for another mending", `SELECT pg_advisory_xact_lock($1)`, mendLock); err != nil {
		return 0, err
	}
	attachments, err := t.exec(ctx, "mend the counts of attachments", `
		WITH truth AS (
		  SELECT t.pack_id, a.zone, sum(t.n)::bigint AS n, count(*) AS accounts
		    FROM (SELECT pack_id, account_id, count(*) AS n FROM attachment WHERE detached_at IS NULL GROUP BY pack_id, account_id) t
		    JOIN account a ON a.id = t.account_id
		   GROUP BY t.pack_id, a.zone),
		kept AS (
		  SELECT pack_id, zone, sum(attachments)::bigint AS n, sum(accounts)::bigint AS accounts
		    FROM attachment_count
		   GROUP BY pack_id, zone)
		INSERT INTO attachment_count (pack_id, zone, shard, attachments, accounts)
		SELECT pack_id, zone, 0, coalesce(truth.n, 0) - coalesce(kept.n, 0), coalesce(truth.accounts, 0) - coalesce(kept.accounts, 0)
		  FROM truth FULL JOIN kept USING (pack_id, zone)
		 WHERE coalesce(truth.n, 0) <> coalesce(kept.n, 0) OR coalesce(truth.accounts, 0) <> coalesce(kept.accounts, 0)`+addAttachments)
	if err != nil {
		return 0, err
	}
	optIns, err := t.exec(ctx, "mend the counts of opt-ins", `
		WITH truth AS (SELECT release_id, count(*) AS n FROM opt_in WHERE ended IS NULL GROUP BY release_id),
		kept AS (SELECT release_id, sum(n)::bigint AS n FROM opt_in_count GROUP BY release_id)
		INSERT INTO opt_in_count (release_id, shard, n)
		SELECT release_id, 0, coalesce(truth.n, 0) - coalesce(kept.n, 0)
		  FROM truth FULL JOIN kept USING (release_id)
		 WHERE coalesce(truth.n, 0) <> coalesce(kept.n, 0)`+addOptIns)
	if err != nil {
		return 0, err
	}
	places, err := t.mendPlaces(ctx)
	if err != nil {
		return 0, err
	}
	observed, err := t.mendObserved(ctx)
	return int(attachments + optIns + places + observed), err
}
