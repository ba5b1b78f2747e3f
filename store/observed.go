package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// Whoever changes what is observed of an attachment holds its row of observed, or, where there is none yet, the attachment's: then
// the row and its count move in the same transaction, one change after the other.

const addObserved = `
	ON CONFLICT (pack_id, release_id, status, shard)
	DO UPDATE SET n = observed_count.n + EXCLUDED.n`

// EverOptedIn reads the attachment's opt-ins to one release.
func (t *tx) EverOptedIn(ctx context.Context, attachment, rel release.ID) (bool, error) {
	var tried bool
	err := t.read(ctx, "look for opt-ins", `
		SELECT EXISTS (SELECT FROM opt_in WHERE attachment_id = $1 AND release_id = $2)`, []any{attachment, rel}, &tried)
	return tried, err
}

// LockObserved reads the observation alone.
func (t *tx) LockObserved(ctx context.Context, attachment release.ID) (release.Observed, error) {
	var o release.Observed
	err := t.read(ctx, "lock what is observed", `
		SELECT attachment_id, pack_id, release_id, status, reported, since, reported_at, seen_at, detail
		  FROM observed
		 WHERE attachment_id = $1
		   FOR UPDATE`, []any{attachment},
		&o.Attachment, &o.Pack, &o.Release, &o.Status, &o.Reported, &o.Since, &o.ReportedAt, &o.SeenAt, &o.Detail)
	return o, err
}

// SaveObserved keeps the observation, and moves one count to another where it counts as something else.
func (t *tx) SaveObserved(ctx context.Context, old, next release.Observed) error {
	err := t.do(ctx, "keep what is observed", `
		INSERT INTO observed (attachment_id, pack_id, release_id, status, reported, since, reported_at, seen_at, detail)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (attachment_id) DO UPDATE
		   SET release_id = $3, status = $4, reported = $5, since = $6, reported_at = $7, seen_at = $8, detail = $9`,
		next.Attachment, next.Pack, next.Release, next.Status, next.Reported, next.Since, next.ReportedAt, next.SeenAt, next.Detail)
	if err != nil || (old.Release == next.Release && old.Status == next.Status) {
		return err
	}
	if old.Attachment.IsZero() {
		return t.countObserved(ctx, next, 1)
	}
	return t.do(ctx, "count what is observed anew", `
		INSERT INTO observed_count (pack_id, release_id, status, shard, n)
		SELECT $1, side.release_id, side.status, $2, side.n
		  FROM (VALUES ($3::uuid, $4::text, -1), ($5::uuid, $6::text, 1)) side (release_id, status, n)
		 ORDER BY side.release_id, side.status`+addObserved,
		next.Pack, shardOf(next.Attachment), old.Release, old.Status, next.Release, next.Status)
}

// countObserved adds to how many attachments are observed so.
func (t *tx) countObserved(ctx context.Context, o release.Observed, n int) error {
	return t.do(ctx, "count what is observed", `
		INSERT INTO observed_count (pack_id, release_id, status, shard, n)
		VALUES ($1, $2, $3, $4, $5)`+addObserved, o.Pack, o.Release, o.Status, shardOf(o.Attachment), n)
}

// AddObservedChange drops what is more than the history keeps.
func (t *tx) AddObservedChange(ctx context.Context, o release.Observed) error {
	err := t.do(ctx, "keep a change of what is observed", `
		INSERT INTO observed_change (id, attachment_id, pack_id, release_id, status, at, detail)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		release.NewID(o.ReportedAt), o.Attachment, o.Pack, o.Release, o.Reported, o.ReportedAt, o.Detail)
	if err != nil {
		return err
	}
	return t.do(ctx, "drop old changes of what is observed", `
		DELETE FROM observed_change
		 WHERE id IN (SELECT id FROM observed_change WHERE attachment_id = $1 ORDER BY attachment_id DESC, id DESC OFFSET $2)`,
		o.Attachment, release.MaxObservedChanges)
}

// SilenceObserved takes those that were not heard of for the longest time first.
func (t *tx) SilenceObserved(ctx context.Context, before time.Time, limit int) (int, error) {
	silent, err := collect(ctx, t, "let silent agents count as such", `
		WITH gone AS MATERIALIZED (
		  SELECT attachment_id, status FROM observed
		   WHERE status <> 'silent' AND seen_at < $1
		   ORDER BY seen_at, attachment_id
		   LIMIT $2
		     FOR UPDATE SKIP LOCKED)
		UPDATE observed o SET status = 'silent'
		  FROM gone
		 WHERE o.attachment_id = gone.attachment_id
		RETURNING o.attachment_id, o.pack_id, o.release_id, gone.status`,
		[]any{before, limit}, func(row pgx.CollectableRow) (release.Observed, error) {
			var o release.Observed
			return o, row.Scan(&o.Attachment, &o.Pack, &o.Release, &o.Status)
		})
	if err != nil || len(silent) == 0 {
		return 0, err
	}
	return len(silent), t.countSilenced(ctx, silent)
}

// countSilenced moves the counts of many at once, in the order of the summary's key, so that two never wait for each other.
func (t *tx) countSilenced(ctx context.Context, were []release.Observed) error {
	packs, releases := make([]release.ID, len(were)), make([]release.ID, len(were))
	statuses, parts := make([]string, len(were)), make([]int, len(were))
	for i, o := range were {
		packs[i], releases[i], statuses[i], parts[i] = o.Pack, o.Release, string(o.Status), shardOf(o.Attachment)
	}
	return t.do(ctx, "count silent agents", `
		INSERT INTO observed_count (pack_id, release_id, status, shard, n)
		SELECT g.pack_id, g.release_id, side.status, g.shard, sum(side.n)
		  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[]) g (pack_id, release_id, was, shard)
		 CROSS JOIN LATERAL (VALUES (g.was, -1), ('silent', 1)) side (status, n)
		 GROUP BY 1, 2, 3, 4
		 ORDER BY 1, 2, 3, 4`+addObserved, packs, releases, statuses, parts)
}

// forgetObserved drops what is observed of an attachment that is uninstalled; its changes stay.
func (t *tx) forgetObserved(ctx context.Context, attachment release.ID) error {
	gone, err := collect(ctx, t, "forget what was observed", `
		DELETE FROM observed WHERE attachment_id = $1 RETURNING attachment_id, pack_id, release_id, status`,
		[]any{attachment}, func(row pgx.CollectableRow) (release.Observed, error) {
			var o release.Observed
			return o, row.Scan(&o.Attachment, &o.Pack, &o.Release, &o.Status)
		})
	if err != nil || len(gone) == 0 {
		return err
	}
	if err := t.do(ctx, "forget what was told of an attachment", `DELETE FROM failure_told WHERE attachment_id = $1`, attachment); err != nil {
		return err
	}
	return t.countObserved(ctx, gone[0], -1)
}

// forgetPack drops what is observed of a whole pack, all of whose attachments were just detached: nobody can report any more.
func (t *tx) forgetPack(ctx context.Context, pack release.ID) error {
	err := t.do(ctx, "forget what was observed of a pack", `
		DELETE FROM observed WHERE attachment_id IN (SELECT id FROM attachment WHERE pack_id = $1)`, pack)
	if err != nil {
		return err
	}
	if err := t.do(ctx, "forget what was told of a pack", `
		DELETE FROM failure_told WHERE attachment_id IN (SELECT id FROM attachment WHERE pack_id = $1)`, pack); err != nil {
		return err
	}
	return t.do(ctx, "drop the counts of what was observed of a pack", `DELETE FROM observed_count WHERE pack_id = $1`, pack)
}

// mendObserved compares the counts with the truth as MendCounts does, and lets those go that count nothing any more.
func (t *tx) mendObserved(ctx context.Context) (int64, error) {
	mended, err := t.exec(ctx, "mend the counts of what is observed", `
		WITH truth AS (SELECT pack_id, release_id, status, count(*) AS n FROM observed GROUP BY pack_id, release_id, status),
		kept AS (SELECT pack_id, release_id, status, sum(n)::bigint AS n FROM observed_count GROUP BY pack_id, release_id, status)
		INSERT INTO observed_count (pack_id, release_id, status, shard, n)
		SELECT pack_id, release_id, status, 0, coalesce(truth.n, 0) - coalesce(kept.n, 0)
		  FROM truth FULL JOIN kept USING (pack_id, release_id, status)
		 WHERE coalesce(truth.n, 0) <> coalesce(kept.n, 0)`+addObserved)
	if err != nil {
		return 0, err
	}
	return mended, t.do(ctx, "drop empty counts of what is observed", `DELETE FROM observed_count WHERE n = 0`)
}
