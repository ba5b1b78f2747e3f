package api

import (
	"net/http"
	"time"

	"packtide/release"
	"packtide/web"
)

func webhookRoutes() []route {
	reads, keeps := web.Publishers|web.Managed, web.AsPublisher|web.AsAdmin
	return []route{
		{http.MethodGet, "/webhooks", reads, nothing, paged, (*Server).webhooks},
		{http.MethodPost, "/webhooks", keeps, asJSON, "", (*Server).createWebhook},
		{http.MethodGet, "/webhooks/:webhook_id", reads, nothing, "", (*Server).webhook},
		{http.MethodPatch, "/webhooks/:webhook_id", keeps, asJSON, "", (*Server).editWebhook},
		{http.MethodDelete, "/webhooks/:webhook_id", keeps, nothing, "", (*Server).deleteWebhook},
		{http.MethodPost, "/webhooks/:webhook_id/test", keeps, nothing, "", (*Server).testWebhook},
		{http.MethodPost, "/webhooks/:webhook_id/rotate", keeps, nothing, "", (*Server).rotateWebhook},
		{http.MethodPost, "/webhooks/:webhook_id/resend", keeps, nothing, "", (*Server).resendAll},
		{http.MethodGet, "/webhooks/:webhook_id/deliveries", reads, nothing, "state " + paged, (*Server).deliveries},
		{http.MethodGet, "/webhooks/:webhook_id/deliveries/:delivery_id", reads, nothing, "", (*Server).delivery},
		{http.MethodPost, "/webhooks/:webhook_id/deliveries/:delivery_id/resend", keeps, nothing, "", (*Server).resendDelivery},
	}
}

// webhook is an address that hears of what happens. Its secret is answered when it is made, and never again.
type webhook struct {
	ID             release.ID           `json:"id"`
	URL            string               `json:"url"`
	HearsAs        []string             `json:"hears_as"` // publisher, managed
	Kinds          []release.NoticeKind `json:"kinds"`
	State          string               `json:"state"` // on, off, paused
	OffAt          *time.Time           `json:"off_at"`
	PausedAt       *time.Time           `json:"paused_at"`
	FailingSince   *time.Time           `json:"failing_since"`
	Dead           int                  `json:"dead"`
	DeadAtLeast    bool                 `json:"dead_at_least"` // there are more
	OldSecretUntil *time.Time           `json:"old_secret_until"`
	CreatedAt      time.Time            `json:"created_at"`
	CreatedBy      string               `json:"created_by"`
	Secret         string               `json:"secret,omitempty"`
}

func (c *call) webhookAnswer(w release.WebhookRow) webhook {
	out := webhook{
		ID: w.ID, URL: w.URL, HearsAs: []string{}, Kinds: w.Kinds, State: "on", OffAt: utc(w.OffAt), PausedAt: utc(w.PausedAt),
		FailingSince: utc(w.FailingSince), Dead: min(w.Dead, release.CountedDead), DeadAtLeast: w.Dead > release.CountedDead,
		CreatedAt: w.CreatedAt.UTC(), CreatedBy: w.CreatedByName,
	}
	if w.AsPublisher {
		out.HearsAs = append(out.HearsAs, "publisher")
	}
	if w.AsManaged {
		out.HearsAs = append(out.HearsAs, "managed")
	}
	switch {
	case w.OffAt != nil:
		out.State = "off"
	case w.PausedAt != nil:
		out.State = "paused"
	}
	if until := w.OldUntil(c.now); until != nil {
		out.OldSecretUntil = utc(until)
	}
	return out
}

func (s *Server) webhooks(c *call) error {
	rows, err := s.reader.Webhooks(c.ctx(), c.actor)
	if err != nil {
		return err
	}
	return listOf(c, rows, c.webhookAnswer, func(w release.WebhookRow) release.ID { return w.ID })
}

// webhookOf reads the webhook of the address. What the actor does not see is not found, before anything else is said of it.
func (s *Server) webhookOf(c *call) (release.WebhookRow, error) {
	id, err := c.id("webhook_id")
	if err != nil {
		return release.WebhookRow{}, err
	}
	return s.reader.Webhook(c.ctx(), c.actor, id)
}

func (s *Server) webhook(c *call) error {
	row, err := s.webhookOf(c)
	if err != nil {
		return err
	}
	return c.one(c.webhookAnswer(row))
}

type newWebhook struct {
	URL   string               `json:"url"`
	Kinds []release.NoticeKind `json:"kinds"`
}

func (s *Server) createWebhook(c *call) error {
	in, err := decode[newWebhook](c)
	if err != nil {
		return err
	}
	made, secret, err := s.service.AddWebhook(c.ctx(), c.actor, release.NewWebhook{URL: in.URL, Kinds: in.Kinds})
	if err != nil {
		return err
	}
	answer := c.webhookAnswer(release.WebhookRow{Webhook: made, CreatedByName: c.actor.Name}) // not read again: the secret is told here or never
	answer.Secret = string(secret)
	return c.created("/webhooks/"+made.ID.String(), answer)
}

// webhookChange leaves alone what is not given.
type webhookChange struct {
	Kinds []release.NoticeKind `json:"kinds"`
	On    *bool                `json:"on"`
}

func (s *Server) editWebhook(c *call) error {
	row, err := s.webhookOf(c)
	if err != nil {
		return err
	}
	in, err := decode[webhookChange](c)
	if err != nil {
		return err
	}
	if in.Kinds != nil || in.On != nil {
		if err := s.service.EditWebhook(c.ctx(), c.actor, row.ID, release.WebhookEdit{Kinds: in.Kinds, On: in.On}); err != nil {
			return err
		}
	}
	if row, err = s.reader.Webhook(c.ctx(), c.actor, row.ID); err != nil {
		return err
	}
	return c.answer(http.StatusOK, c.webhookAnswer(row))
}

func (s *Server) deleteWebhook(c *call) error {
	row, err := s.webhookOf(c)
	if err != nil {
		return err
	}
	if err := s.service.DeleteWebhook(c.ctx(), c.actor, row.ID); err != nil {
		return err
	}
	return c.done()
}

// rotateWebhook makes a new secret; the old one signs too for a day.
func (s *Server) rotateWebhook(c *call) error {
	row, err := s.webhookOf(c)
	if err != nil {
		return err
	}
	secret, err := s.service.RotateWebhookSecret(c.ctx(), c.actor, row.ID)
	if err != nil {
		return err
	}
	if now, err := s.reader.Webhook(c.ctx(), c.actor, row.ID); err == nil {
		row = now
	} else { // the secret is told here or never
		row.OldUntils = []time.Time{c.now.Add(release.SecretOverlap)}
	}
	answer := c.webhookAnswer(row)
	answer.Secret = string(secret)
	return c.answer(http.StatusOK, answer)
}

func (s *Server) testWebhook(c *call) error {
	row, err := s.webhookOf(c)
	if err != nil {
		return err
	}
	sent, err := s.service.TestWebhook(c.ctx(), c.actor, row.ID)
	if err != nil {
		return err
	}
	return c.created(deliveryPath(sent), deliveryWholeOf(sent))
}

// resent is how many messages are on their way again.
type resent struct {
	Resent int `json:"resent"`
}

func (s *Server) resendAll(c *call) error {
	row, err := s.webhookOf(c)
	if err != nil {
		return err
	}
	n, err := s.service.ResendAll(c.ctx(), c.actor, row.ID)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, resent{n})
}
