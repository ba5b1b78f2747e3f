package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// seesWebhook: the actor reads all that the webhook hears of; staff read every account (R34).
const seesWebhook = `w.deleted_at IS NULL AND (@site OR ((NOT w.as_publisher OR w.account_id = @publisher) AND (NOT w.as_managed OR w.account_id = @account)))`

// webhookRows leave the secrets where they are.
const webhookRows = `
SELECT w.id, w.account_id, w.url, w.as_publisher, w.as_managed, w.kinds, w.old_untils, w.created_at, coalesce(p.name, ''), w.off_at, w.failing_since, w.paused_at,
       (SELECT count(*) FROM (SELECT FROM webhook_delivery d WHERE d.webhook_id = w.id AND d.state = 'dead' LIMIT 1001) x)
FROM webhook w LEFT JOIN person p ON p.id = w.created_by
WHERE ` + seesWebhook

func scanWebhookRow(row pgx.CollectableRow) (release.WebhookRow, error) {
	var w release.WebhookRow
	return w, row.Scan(&w.ID, &w.Account, &w.URL, &w.AsPublisher, &w.AsManaged, &w.Kinds, &w.OldUntils, &w.CreatedAt, &w.CreatedByName, &w.OffAt,
		&w.FailingSince, &w.PausedAt, &w.Dead)
}

// Webhooks are those of the acting account, oldest first: at most release.MaxWebhooks.
func (r *Reader) Webhooks(ctx context.Context, by release.Actor) ([]release.WebhookRow, error) {
	return list(ctx, r.pool, "webhooks", webhookRows+` AND w.account_id = @own ORDER BY w.id`,
		scopeOf(by).with(pgx.NamedArgs{"own": by.Account}), scanWebhookRow)
}

// Webhook is one that the actor sees.
func (r *Reader) Webhook(ctx context.Context, by release.Actor, id release.ID) (release.WebhookRow, error) {
	return one(ctx, r.pool, "webhook", webhookRows+` AND w.id = @id`, scopeOf(by).with(pgx.NamedArgs{"id": id}), scanWebhookRow)
}

// Deliveries is a page of what was sent to a webhook, newest first, before the given one; with a state, those in it alone.
func (r *Reader) Deliveries(ctx context.Context, by release.Actor, webhook release.ID, state release.DeliveryState, before release.ID, limit int) ([]release.Delivery, error) {
	if before.IsZero() {
		before = release.MaxID
	}
	inState := ""
	if state != "" {
		inState = " AND d.state = @state"
	}
	return list(ctx, r.pool, "deliveries", deliveryColumns+`
WHERE d.webhook_id = (SELECT w.id FROM webhook w WHERE w.id = @webhook AND `+seesWebhook+`) AND d.id < @before`+inState+`
ORDER BY d.webhook_id DESC, d.id DESC LIMIT @limit`,
		scopeOf(by).with(pgx.NamedArgs{"webhook": webhook, "state": state, "before": before, "limit": pageLimit(limit)}), scanDelivery)
}

// Delivery is one message to a webhook that the actor sees.
func (r *Reader) Delivery(ctx context.Context, by release.Actor, id release.ID) (release.Delivery, error) {
	return one(ctx, r.pool, "delivery", deliveryColumns+`
JOIN webhook w ON w.id = d.webhook_id
WHERE d.id = @id AND `+seesWebhook, scopeOf(by).with(pgx.NamedArgs{"id": id}), scanDelivery)
}
