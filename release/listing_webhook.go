package release

// WebhookRow is a webhook as its account sees it: without secrets.
type WebhookRow struct {
	Webhook
	CreatedByName string
	Dead          int // deliveries that were given up; more than CountedDead stop being counted
}
