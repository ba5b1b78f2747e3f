package store

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

const webhookColumns = `
	SELECT w.id, w.account_id, w.url, w.as_publisher, w.as_managed, w.kinds, w.secret, w.old_secrets, w.old_untils, w.created_at, w.created_by,
	       w.off_at, w.failing_since, w.paused_at, w.deleted_at
	  FROM webhook w `

func webhookFields(w *release.Webhook) []any {
	return []any{
		&w.ID, &w.Account, &w.URL, &w.AsPublisher, &w.AsManaged, &w.Kinds, &w.Secret, &w.OldSecrets, &w.OldUntils, &w.CreatedAt, &w.CreatedBy,
		&w.OffAt, &w.FailingSince, &w.PausedAt, &w.DeletedAt,
	}
}

func scanWebhook(row pgx.CollectableRow) (release.Webhook, error) {
	var w release.Webhook
	return w, row.Scan(webhookFields(&w)...)
}

// CountWebhooks counts the account's own.
func (t *tx) CountWebhooks(ctx context.Context, account release.ID) (int, error) {
	var n int
	err := t.read(ctx, "count webhooks", `SELECT count(*) FROM webhook WHERE account_id = $1 AND deleted_at IS NULL`, []any{account}, &n)
	return n, err
}

// AddWebhook keeps a new webhook.
func (t *tx) AddWebhook(ctx context.Context, w release.Webhook) error {
	return t.do(ctx, "add a webhook", `
		INSERT INTO webhook (id, account_id, url, as_publisher, as_managed, kinds, secret, created_at, created_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		w.ID, w.Account, w.URL, w.AsPublisher, w.AsManaged, w.Kinds, w.Secret, w.CreatedAt, w.CreatedBy)
}

// Webhook reads without a lock.
func (t *tx) Webhook(ctx context.Context, id release.ID) (release.Webhook, error) {
	return first(collect(ctx, t, "read a webhook", webhookColumns+`WHERE w.id = $1`, []any{id}, scanWebhook))
}

// LockWebhook reads a webhook alone.
func (t *tx) LockWebhook(ctx context.Context, id release.ID) (release.Webhook, error) {
	return first(collect(ctx, t, "lock a webhook", webhookColumns+`WHERE w.id = $1 FOR UPDATE`, []any{id}, scanWebhook))
}

// SaveWebhook keeps what can change.
func (t *tx) SaveWebhook(ctx context.Context, w release.Webhook) error {
	return t.one(ctx, "save a webhook", `
		UPDATE webhook
		   SET kinds = $2, secret = $3, old_secrets = $4, old_untils = $5, off_at = $6, failing_since = $7, paused_at = $8, deleted_at = $9
		 WHERE id = $1`,
		w.ID, w.Kinds, w.Secret, w.OldSecrets, w.OldUntils, w.OffAt, w.FailingSince, w.PausedAt, w.DeletedAt)
}

// liveWebhooks walks along webhook_of_account, account by account.
const liveWebhooks = webhookColumns + `
	WHERE w.account_id = ANY($1) AND w.deleted_at IS NULL AND w.off_at IS NULL AND w.paused_at IS NULL AND $2 = ANY(w.kinds)
	ORDER BY w.account_id, w.id`

// LiveWebhooks reads those of a page of accounts.
func (t *tx) LiveWebhooks(ctx context.Context, accounts []release.ID, kind release.NoticeKind) ([]release.Webhook, error) {
	return collect(ctx, t, "read the webhooks of accounts", liveWebhooks, []any{accounts, string(kind)}, scanWebhook)
}

// AddDeliveries keeps all in one statement; one_delivery_per_notice leaves out those that are there.
func (t *tx) AddDeliveries(ctx context.Context, deliveries []release.Delivery) ([]release.ID, error) {
	if len(deliveries) == 0 {
		return nil, nil
	}
	var ids, webhooks, accounts, notices []release.ID
	var kinds, payloads []string
	var ats []time.Time
	for _, d := range deliveries {
		ids, webhooks, accounts = append(ids, d.ID), append(webhooks, d.Webhook), append(accounts, d.Account)
		notices, kinds, payloads = append(notices, d.Notice), append(kinds, string(d.Kind)), append(payloads, string(d.Payload))
		ats = append(ats, d.CreatedAt)
	}
	return collect(ctx, t, "add deliveries", `
		INSERT INTO webhook_delivery (id, webhook_id, account_id, notice_id, kind, payload, state, created_at, next_try)
		SELECT id, webhook, account, notice, kind, payload, 'waiting', at, at
		  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::timestamptz[])
		       d (id, webhook, account, notice, kind, payload, at)
		ON CONFLICT ON CONSTRAINT one_delivery_per_notice DO NOTHING
		RETURNING id`, []any{ids, webhooks, accounts, notices, kinds, payloads, ats}, pgx.RowTo[release.ID])
}

const deliveryColumns = `
	SELECT d.id, d.webhook_id, d.account_id, d.notice_id, d.kind, d.payload, d.state, d.attempts, d.created_at, d.last_try, d.next_try, d.ended_at,
	       d.status, d.answer, d.failure, d.trying_until
	  FROM webhook_delivery d `

func scanDelivery(row pgx.CollectableRow) (release.Delivery, error) {
	var d release.Delivery
	var payload string
	err := row.Scan(&d.ID, &d.Webhook, &d.Account, &d.Notice, &d.Kind, &payload, &d.State, &d.Attempts, &d.CreatedAt, &d.LastTry, &d.NextTry,
		&d.EndedAt, &d.Status, &d.Answer, &d.Failure, &d.Trying)
	d.Payload = []byte(payload)
	return d, err
}

// LockDelivery reads a delivery alone.
func (t *tx) LockDelivery(ctx context.Context, id release.ID) (release.Delivery, error) {
	return first(collect(ctx, t, "lock a delivery", deliveryColumns+`WHERE d.id = $1 FOR UPDATE`, []any{id}, scanDelivery))
}

// AttemptsUnderWay walks along delivery_under_way.
func (t *tx) AttemptsUnderWay(ctx context.Context, d release.Delivery, at time.Time) (int, error) {
	var n int
	err := t.read(ctx, "count attempts under way", `
		SELECT count(*) FROM webhook_delivery WHERE webhook_id = $1 AND trying_until > $2 AND id <> $3`, []any{d.Webhook, at, d.ID}, &n)
	return n, err
}

// SaveDelivery keeps what an attempt changes.
func (t *tx) SaveDelivery(ctx context.Context, d release.Delivery) error {
	return t.one(ctx, "save a delivery", `
		UPDATE webhook_delivery
		   SET state = $2, attempts = $3, last_try = $4, next_try = $5, ended_at = $6, status = $7, answer = $8, failure = $9,
		       trying_until = $10
		 WHERE id = $1`,
		d.ID, string(d.State), d.Attempts, d.LastTry, d.NextTry, d.EndedAt, d.Status, d.Answer, d.Failure, d.Trying)
}

// ReviveDeliveries walks along delivery_of_webhook_by_state.
func (t *tx) ReviveDeliveries(ctx context.Context, webhook, after release.ID, at time.Time, limit int) ([]release.ID, error) {
	ids, err := collect(ctx, t, "revive deliveries", `
		UPDATE webhook_delivery SET state = 'waiting', attempts = 0, next_try = $3, ended_at = NULL
		 WHERE id = ANY(ARRAY(SELECT id FROM webhook_delivery WHERE webhook_id = $1 AND state = 'dead' AND id > $2 ORDER BY id LIMIT $4 FOR UPDATE))
		RETURNING id`, []any{webhook, after, at, limit}, pgx.RowTo[release.ID])
	slices.SortFunc(ids, func(a, b release.ID) int { return bytes.Compare(a[:], b[:]) })
	return ids, err
}

// TidyDeliveries goes by the ids, which tell the instant: a batch at a time, the rest at the next.
func (t *tx) TidyDeliveries(ctx context.Context, before, waitingBefore, at time.Time) (int64, error) {
	if err := t.do(ctx, "give up deliveries", `
		UPDATE webhook_delivery SET state = 'dead', next_try = NULL, ended_at = $2, failure = 'It was lost under way.'
		 WHERE state = 'waiting' AND id < $1 AND coalesce(next_try, created_at) < $3`,
		release.FirstIDAfter(waitingBefore), at, waitingBefore); err != nil {
		return 0, err
	}
	return t.exec(ctx, "tidy up deliveries", `
		DELETE FROM webhook_delivery WHERE id = ANY(ARRAY(SELECT id FROM webhook_delivery WHERE id < $1 ORDER BY id LIMIT 10000))`,
		release.FirstIDAfter(before))
}
