package release

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"
)

// NewWebhook is what is given to add a webhook.
type NewWebhook struct {
	URL   string
	Kinds []NoticeKind
}

// AddWebhook keeps an address for the notices of the actor's account. It returns the secret that its messages are signed
// with, which is shown this once. Without a vault it is refused with ErrWebhooksNoKey.
func (s *Service) AddWebhook(ctx context.Context, by Actor, n NewWebhook) (Webhook, Secret, error) {
	if err := by.mayKeepWebhooks(); err != nil {
		return Webhook{}, "", err
	}
	if s.vault == nil {
		return Webhook{}, "", ErrWebhooksNoKey
	}
	at := s.now()
	w := Webhook{
		ID: NewID(at), Account: by.Account, URL: strings.TrimSpace(n.URL), AsPublisher: by.Publisher == RolePublisher,
		AsManaged: by.Managed == RoleAdmin, CreatedAt: at, CreatedBy: by.Person,
	}
	kinds, refusal := w.choose(n.Kinds)
	if err := joinErrors(checkWebhookURL(w.URL, s.allowed), refusal); err != nil {
		return Webhook{}, "", err
	}
	w.Kinds = kinds
	raw, secret := newWebhookSecret()
	var err error
	if w.Secret, err = s.vault.Seal(raw, w.ID); err != nil {
		return Webhook{}, "", err
	}
	err = s.inTx(ctx, "add a webhook", func(ctx context.Context, tx Tx) error {
		if _, err := tx.LockAccount(ctx, w.Account); err != nil { // so that they are counted one after the other
			return err
		}
		there, err := tx.CountWebhooks(ctx, w.Account)
		if err != nil {
			return err
		}
		if there >= MaxWebhooks {
			return ErrWebhooksMany
		}
		if err := tx.AddWebhook(ctx, w); err != nil {
			return err
		}
		e := webhookEvent(by, at, ActWebhookAdded, w)
		e.After = w.describe()
		return tx.Audit(ctx, e)
	})
	return w, secret, err
}

// choose puts the kinds into their order, and refuses none at all and what the webhook can't hear of.
func (w Webhook) choose(kinds []NoticeKind) ([]NoticeKind, error) {
	known := mayHear(w.AsPublisher, w.AsManaged)
	for _, k := range kinds {
		if !slices.Contains(known, k) {
			return nil, ErrWebhookKinds.With("There is no event of the kind %.40q that this webhook could hear of.", string(k))
		}
	}
	chosen := slices.DeleteFunc(known, func(k NoticeKind) bool { return !slices.Contains(kinds, k) })
	if len(chosen) == 0 {
		return nil, ErrWebhookKinds
	}
	return chosen, nil
}

// WebhookEdit is what changes of a webhook; what is nil stays.
type WebhookEdit struct {
	Kinds []NoticeKind // what it hears of; an empty list is refused
	On    *bool
}

// SetWebhook changes all of it: see EditWebhook.
func (s *Service) SetWebhook(ctx context.Context, by Actor, webhook ID, kinds []NoticeKind, on bool) error {
	return s.EditWebhook(ctx, by, webhook, WebhookEdit{Kinds: append([]NoticeKind{}, kinds...), On: &on})
}

// EditWebhook changes what the webhook hears of, and turns it on or off; one that packtide has paused goes on when it is on.
func (s *Service) EditWebhook(ctx context.Context, by Actor, webhook ID, edit WebhookEdit) error {
	return s.changeWebhook(ctx, by, webhook, "set a webhook", ActWebhookEdited, func(_ context.Context, _ Tx, w *Webhook, at time.Time) error {
		if edit.Kinds != nil {
			chosen, err := w.choose(edit.Kinds)
			if err != nil {
				return err
			}
			w.Kinds = chosen
		}
		if edit.On != nil {
			w.turn(*edit.On, at)
		}
		return nil
	})
}

// turn turns the webhook on or off.
func (w *Webhook) turn(on bool, at time.Time) {
	switch {
	case on:
		if !w.Live() {
			w.FailingSince = nil // it begins anew
		}
		w.OffAt, w.PausedAt = nil, nil
	case w.OffAt == nil:
		w.OffAt = &at
	}
}

// RotateWebhookSecret gives the webhook a new secret, which is shown this once. For 24 hours messages are signed with the
// old one too, so that the receiver can change over in peace.
func (s *Service) RotateWebhookSecret(ctx context.Context, by Actor, webhook ID) (Secret, error) {
	if s.vault == nil {
		return "", ErrWebhooksNoKey
	}
	var shown Secret
	err := s.changeWebhook(ctx, by, webhook, "rotate a webhook's secret", ActWebhookRotated, func(_ context.Context, _ Tx, w *Webhook, at time.Time) error {
		var raw []byte
		raw, shown = newWebhookSecret()
		sealed, err := s.vault.Seal(raw, w.ID)
		if err != nil {
			return err
		}
		return w.rotate(sealed, at)
	})
	return shown, err
}

// DeleteWebhook ends a webhook for ever: its secrets go at once, what waits is not sent any more.
func (s *Service) DeleteWebhook(ctx context.Context, by Actor, webhook ID) error {
	return s.changeWebhook(ctx, by, webhook, "delete a webhook", ActWebhookDeleted, func(_ context.Context, _ Tx, w *Webhook, at time.Time) error {
		w.DeletedAt, w.Secret, w.OldSecrets, w.OldUntils = &at, []byte{}, [][]byte{}, []time.Time{}
		return nil
	})
}

// TestWebhook sends a message of the kind NoticeTest to the webhook alone; one that is off is refused.
func (s *Service) TestWebhook(ctx context.Context, by Actor, webhook ID) (Delivery, error) {
	var d Delivery
	err := s.changeWebhook(ctx, by, webhook, "test a webhook", "", func(ctx context.Context, tx Tx, w *Webhook, at time.Time) error {
		if !w.Live() {
			return ErrWebhookOff
		}
		payload, err := message{Type: NoticeTest, Timestamp: at, Data: messageData{Text: "This is a test from packtide. Nothing has happened."}}.encode()
		if err != nil {
			return err
		}
		d = newDelivery(*w, Notice{ID: NewID(at), Kind: NoticeTest}, payload, at)
		ids, err := tx.AddDeliveries(ctx, []Delivery{d})
		if err != nil {
			return err
		}
		return tx.Enqueue(ctx, deliverJobs(ids)...)
	})
	return d, err
}

// changeWebhook locks a webhook of the actor's, changes it and keeps it; with an action, also in the audit.
func (s *Service) changeWebhook(ctx context.Context, by Actor, webhook ID, attempt, action string,
	change func(context.Context, Tx, *Webhook, time.Time) error,
) error {
	return s.inTx(ctx, attempt, func(ctx context.Context, tx Tx) error {
		w, err := tx.LockWebhook(ctx, webhook)
		if err != nil {
			return err
		}
		if err := by.mayKeep(w); err != nil {
			return err
		}
		at, before := s.now(), w.describe()
		if err := change(ctx, tx, &w, at); err != nil || action == "" {
			return err
		}
		if err := tx.SaveWebhook(ctx, w); err != nil {
			return err
		}
		e := webhookEvent(by, at, action, w)
		if action == ActWebhookEdited {
			e.Before, e.After = before, w.describe()
		}
		return tx.Audit(ctx, e)
	})
}

// Host is the part of the address that tells it apart for people; the rest may hold a secret of its own.
func (w Webhook) Host() string {
	u, err := url.Parse(w.URL)
	if err != nil {
		return ""
	}
	return u.Host
}

func (w Webhook) describe() map[string]any {
	return map[string]any{"host": w.Host(), "kinds": slices.Clone(w.Kinds), "on": w.OffAt == nil && w.PausedAt == nil}
}

// webhookEvent is for those who see what the webhook hears of.
func webhookEvent(by Actor, at time.Time, action string, w Webhook) Event {
	e := event(by, at, action, w.ID, w.Host())
	if w.AsPublisher {
		e.Publisher = w.Account
	}
	if w.AsManaged {
		e.Account = w.Account
	}
	return e
}

func deliverJobs(ids []ID) []Job {
	jobs := make([]Job, len(ids))
	for i, id := range ids {
		jobs[i] = DeliverJob{Delivery: id}
	}
	return jobs
}
