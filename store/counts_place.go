package store

import (
	"context"

	"packtide/release"
)

// A place is the time zone of an account and the environment of an attachment. The counts by place answer what the install
// base holds in any combination of packs and places; they are kept beside the counts of counts.go, in the same transactions
// and under the same locks.
//
// A zone and an environment are spread over many rows already, so that fewer shards do: the rows are summed whenever the
// install base is looked at.
const placeShards = 4

// placeShardOf spreads by the random part of the id.
func placeShardOf(id release.ID) int { return int(id[len(id)-1]) % placeShards }

const (
	addAttachmentPlaces = `
		ON CONFLICT (pack_id, zone, environment, shard)
		DO UPDATE SET n = attachment_place_count.n + EXCLUDED.n`
	addOptInPlaces = `
		ON CONFLICT (release_id, zone, environment, shard)
		DO UPDATE SET n = opt_in_place_count.n + EXCLUDED.n`
)

// countAttachmentPlace stands under lockAccount, which tells the zone.
func (t *tx) countAttachmentPlace(ctx context.Context, a release.Attachment, zone string, n int) error {
	return t.do(ctx, "count an attachment at its place", `
		INSERT INTO attachment_place_count (pack_id, zone, environment, shard, n)
		VALUES ($1, $2, $3, $4, $5)`+addAttachmentPlaces, a.Pack, zone, a.Environment, placeShardOf(a.ID), n)
}

// countOptInPlace holds the account where it is until the transaction ends: it moves to another zone before or after.
func (t *tx) countOptInPlace(ctx context.Context, attachment, rel release.ID, n int) error {
	return t.do(ctx, "count an opt-in at its place", `
		WITH place AS (
		  SELECT a.zone, x.environment
		    FROM attachment x JOIN account a ON a.id = x.account_id
		   WHERE x.id = $1
		     FOR SHARE OF a)
		INSERT INTO opt_in_place_count (release_id, zone, environment, shard, n)
		SELECT $2, zone, environment, $3, $4 FROM place`+addOptInPlaces, attachment, rel, placeShardOf(attachment), n)
}

// movePlaces follows an account to another zone as moveCounts does, under its locks.
func (t *tx) movePlaces(ctx context.Context, account release.ID, from, to string) error {
	err := t.do(ctx, "count the places of an account in its new zone", `
		INSERT INTO attachment_place_count (pack_id, zone, environment, shard, n)
		SELECT mine.pack_id, side.zone, mine.environment, $4, side.sign * mine.n
		  FROM (SELECT pack_id, environment, count(*) AS n FROM attachment
		         WHERE account_id = $1 AND detached_at IS NULL GROUP BY pack_id, environment) mine
		 CROSS JOIN (VALUES ($2::text, -1), ($3::text, 1)) side (zone, sign)
		 ORDER BY mine.pack_id, side.zone, mine.environment`+addAttachmentPlaces, account, from, to, placeShardOf(account))
	if err != nil {
		return err
	}
	return t.do(ctx, "count the opt-ins of an account in its new zone", `
		INSERT INTO opt_in_place_count (release_id, zone, environment, shard, n)
		SELECT mine.release_id, side.zone, mine.environment, $4, side.sign * mine.n
		  FROM (SELECT r.id AS release_id, x.environment, count(*) AS n
		          FROM attachment x
		         CROSS JOIN LATERAL (SELECT id FROM release WHERE pack_id = x.pack_id AND state = 'pending' LIMIT 1) r -- a probe for each: never whole tables
		         CROSS JOIN LATERAL (SELECT FROM opt_in WHERE attachment_id = x.id AND release_id = r.id AND ended IS NULL LIMIT 1) o
		         WHERE x.account_id = $1 AND x.detached_at IS NULL
		         GROUP BY r.id, x.environment) mine
		 CROSS JOIN (VALUES ($2::text, -1), ($3::text, 1)) side (zone, sign)
		 ORDER BY mine.release_id, side.zone, mine.environment`+addOptInPlaces, account, from, to, placeShardOf(account))
}

// mendPlaces compares the counts by place with the truth as MendCounts does, and lets those go that count what is decided.
func (t *tx) mendPlaces(ctx context.Context) (int64, error) {
	if err := t.do(ctx, "drop the counts of decided releases", `
		DELETE FROM opt_in_place_count c USING release r WHERE r.id = c.release_id AND r.state <> 'pending'`); err != nil {
		return 0, err
	}
	attachments, err := t.exec(ctx, "mend the counts of attachments by place", `
		WITH truth AS (
		  SELECT x.pack_id, a.zone, x.environment, count(*) AS n
		    FROM attachment x JOIN account a ON a.id = x.account_id
		   WHERE x.detached_at IS NULL
		   GROUP BY x.pack_id, a.zone, x.environment),
		kept AS (
		  SELECT pack_id, zone, environment, sum(n)::bigint AS n
		    FROM attachment_place_count
		   GROUP BY pack_id, zone, environment)
		INSERT INTO attachment_place_count (pack_id, zone, environment, shard, n)
		SELECT pack_id, zone, environment, 0, coalesce(truth.n, 0) - coalesce(kept.n, 0)
		  FROM truth FULL JOIN kept USING (pack_id, zone, environment)
		 WHERE coalesce(truth.n, 0) <> coalesce(kept.n, 0)`+addAttachmentPlaces)
	if err != nil {
		return 0, err
	}
	optIns, err := t.exec(ctx, "mend the counts of opt-ins by place", `
		WITH truth AS (
		  SELECT o.release_id, a.zone, x.environment, count(*) AS n
		    FROM release r
		    JOIN opt_in o ON o.release_id = r.id AND o.ended IS NULL
		    JOIN attachment x ON x.id = o.attachment_id
		    JOIN account a ON a.id = x.account_id
		   WHERE r.state = 'pending'
		   GROUP BY o.release_id, a.zone, x.environment),
		kept AS (
		  SELECT c.release_id, c.zone, c.environment, sum(c.n)::bigint AS n
		    FROM opt_in_place_count c JOIN release r ON r.id = c.release_id AND r.state = 'pending'
		   GROUP BY c.release_id, c.zone, c.environment)
		INSERT INTO opt_in_place_count (release_id, zone, environment, shard, n)
		SELECT release_id, zone, environment, 0, coalesce(truth.n, 0) - coalesce(kept.n, 0)
		  FROM truth FULL JOIN kept USING (release_id, zone, environment)
		 WHERE coalesce(truth.n, 0) <> coalesce(kept.n, 0)`+addOptInPlaces)
	return attachments + optIns, err
}
