package client

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// Webhook is an address that hears of what happens.
type Webhook struct {
	Raw
	ID          string   `json:"id"`
	URL         string   `json:"url"`
	Kinds       []string `json:"kinds"`
	State       string   `json:"state"` // on, off, paused
	Dead        int64    `json:"dead"`  // messages that were given up
	DeadAtLeast bool     `json:"dead_at_least"`
	Secret      string   `json:"secret"` // in the answers that make one alone
}

// WebhookMessage is one message to a webhook.
type WebhookMessage struct {
	Raw
	ID        string     `json:"id"`
	Kind      string     `json:"kind"`
	State     string     `json:"state"` // waiting, delivered, dead
	Attempts  int64      `json:"attempts"`
	CreatedAt time.Time  `json:"created_at"`
	NextTryAt *time.Time `json:"next_try_at"`
	Failure   string     `json:"failure"`
}

// NewWebhook is a webhook to be added.
type NewWebhook struct {
	URL   string   `json:"url"`
	Kinds []string `json:"kinds"`
}

// WebhookChange is what changes of a webhook; what is nil stays.
type WebhookChange struct {
	Kinds []string `json:"kinds,omitempty"`
	On    *bool    `json:"on,omitempty"`
}

func webhookPath(id string) string { return "/webhooks" + pathOf(id) }

// Webhooks walks those of the account.
func (c *Client) Webhooks(ctx context.Context) iter.Seq2[Webhook, error] {
	return list[Webhook](ctx, c, "/webhooks", nil)
}

// AddWebhook adds one; its secret is told only now.
func (c *Client) AddWebhook(ctx context.Context, n NewWebhook) (Webhook, error) {
	var made Webhook
	err := c.send(ctx, http.MethodPost, "/webhooks", n, &made)
	return made, err
}

// EditWebhook changes one, and tells how it is now.
func (c *Client) EditWebhook(ctx context.Context, id string, change WebhookChange) (Webhook, error) {
	var now Webhook
	err := c.send(ctx, http.MethodPatch, webhookPath(id), change, &now)
	return now, err
}

// DeleteWebhook ends one for ever.
func (c *Client) DeleteWebhook(ctx context.Context, id string) error {
	return c.send(ctx, http.MethodDelete, webhookPath(id), nil, nil)
}

// TestWebhook sends a test.
func (c *Client) TestWebhook(ctx context.Context, id string) (WebhookMessage, error) {
	var sent WebhookMessage
	err := c.send(ctx, http.MethodPost, webhookPath(id)+"/test", nil, &sent)
	return sent, err
}

// RotateWebhook gives it a new secret, which is told only now; the old one signs too for a day.
func (c *Client) RotateWebhook(ctx context.Context, id string) (Webhook, error) {
	var now Webhook
	err := c.send(ctx, http.MethodPost, webhookPath(id)+"/rotate", nil, &now)
	return now, err
}

// WebhookMessages walks what was sent to it, the newest first; a state narrows.
func (c *Client) WebhookMessages(ctx context.Context, id, state string) iter.Seq2[WebhookMessage, error] {
	return list[WebhookMessage](ctx, c, webhookPath(id)+"/deliveries", values("state", state))
}

// ResendMessage sends one again that was given up.
func (c *Client) ResendMessage(ctx context.Context, id, message string) error {
	return c.send(ctx, http.MethodPost, webhookPath(id)+"/deliveries"+pathOf(message)+"/resend", nil, nil)
}

// ResendDead sends what was given up again, and tells how many those are: 5,000 at most.
func (c *Client) ResendDead(ctx context.Context, id string) (int64, error) {
	var answer struct {
		Resent int64 `json:"resent"`
	}
	err := c.send(ctx, http.MethodPost, webhookPath(id)+"/resend", nil, &answer)
	return answer.Resent, err
}
