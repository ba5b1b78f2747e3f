package api

import (
	"encoding/json"
	"net/http"
	"time"

	"packtide/release"
)

// delivery is one message to one webhook.
type delivery struct {
	ID        release.ID            `json:"id"`
	MessageID string                `json:"message_id"` // what the receiver sees
	WebhookID release.ID            `json:"webhook_id"`
	Kind      release.NoticeKind    `json:"kind"`
	State     release.DeliveryState `json:"state"`
	Attempts  int                   `json:"attempts"`
	CreatedAt time.Time             `json:"created_at"`
	LastTryAt *time.Time            `json:"last_try_at"`
	NextTryAt *time.Time            `json:"next_try_at"`
	EndedAt   *time.Time            `json:"ended_at"`
	Status    *int                  `json:"status"`
	Answer    string                `json:"answer"`
	Failure   string                `json:"failure"`
}

// deliveryWhole is the message with what it says.
type deliveryWhole struct {
	delivery
	Payload json.RawMessage `json:"payload"`
}

func deliveryOf(d release.Delivery) delivery {
	return delivery{
		d.ID, d.MessageID(), d.Webhook, d.Kind, d.State, d.Attempts, d.CreatedAt.UTC(), utc(d.LastTry), utc(d.NextTry), utc(d.EndedAt),
		orNull(d.Status), d.Answer, d.Failure,
	}
}

func deliveryWholeOf(d release.Delivery) deliveryWhole {
	return deliveryWhole{deliveryOf(d), d.Payload}
}

func deliveryPath(d release.Delivery) string {
	return "/webhooks/" + d.Webhook.String() + "/deliveries/" + d.ID.String()
}

// deliveries are what was sent to a webhook, the newest first.
func (s *Server) deliveries(c *call) error {
	row, err := s.webhookOf(c)
	if err != nil {
		return err
	}
	state, err := oneOf("state", c.QueryParam("state"), release.DeliveryWaiting, release.DeliveryDelivered, release.DeliveryDead)
	if err != nil {
		return err
	}
	p, before, err := c.byID()
	if err != nil {
		return err
	}
	rows, err := s.reader.Deliveries(c.ctx(), c.actor, row.ID, state, before, p.ask())
	if err != nil {
		return err
	}
	return list(c, p, rows, deliveryOf, func(d release.Delivery) []string { return []string{d.ID.String()} })
}

// deliveryAt is the message of the address, of the webhook of the address.
func (s *Server) deliveryAt(c *call) (release.Delivery, error) {
	row, err := s.webhookOf(c)
	if err != nil {
		return release.Delivery{}, err
	}
	id, err := c.id("delivery_id")
	if err != nil {
		return release.Delivery{}, err
	}
	d, err := s.reader.Delivery(c.ctx(), c.actor, id)
	if err == nil && d.Webhook != row.ID {
		err = release.ErrNotFound
	}
	return d, err
}

func (s *Server) delivery(c *call) error {
	d, err := s.deliveryAt(c)
	if err != nil {
		return err
	}
	return c.one(deliveryWholeOf(d))
}

func (s *Server) resendDelivery(c *call) error {
	d, err := s.deliveryAt(c)
	if err != nil {
		return err
	}
	if err := s.service.Resend(c.ctx(), c.actor, d.ID); err != nil {
		return err
	}
	if d, err = s.deliveryAt(c); err != nil {
		return err
	}
	return c.answer(http.StatusOK, deliveryWholeOf(d))
}
