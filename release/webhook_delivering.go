package release

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"
)

// tellPage is of how many attachments the accounts are told in one transaction.
const tellPage = 500

// TellWebhooks keeps a delivery for every webhook that is to hear of the notice, of one page of the accounts, and asks for the
// next page. Told twice, it changes nothing: a page that was broken off is told again.
func (s *Service) TellWebhooks(ctx context.Context, job TellJob) error {
	return s.inTx(ctx, "tell webhooks", func(ctx context.Context, tx Tx) error {
		n := job.Notice
		heard, err := audienceOf(ctx, tx, job)
		if err != nil {
			return err
		}
		hooks, err := tx.LiveWebhooks(ctx, heard.all(), n.Kind)
		if err != nil {
			return err
		}
		deliveries, err := s.deliveriesOf(ctx, tx, n, heard, hooks)
		if err != nil {
			return err
		}
		ids, err := tx.AddDeliveries(ctx, deliveries)
		if err != nil {
			return err
		}
		jobs := deliverJobs(ids)
		if !heard.next.IsZero() {
			jobs = append(jobs, TellJob{Notice: n, After: heard.next})
		}
		return tx.Enqueue(ctx, jobs...)
	})
}

// audience is a page of those whom a notice concerns.
type audience struct {
	publisher ID   // on the first page; else zero
	concerned []ID // accounts that hear of it as such
	next      ID   // after which the next page begins; zero: this is the last
}

func (a audience) all() []ID {
	if a.publisher.IsZero() {
		return a.concerned
	}
	return append([]ID{a.publisher}, a.concerned...)
}

func audienceOf(ctx context.Context, tx Tx, job TellJob) (audience, error) {
	var a audience
	n := job.Notice
	if job.After.IsZero() {
		a.publisher = n.Publisher
	}
	if !n.Everyone {
		if !n.Account.IsZero() {
			a.concerned = []ID{n.Account}
		}
		return a, nil
	}
	var err error
	a.concerned, a.next, err = tx.AccountsWith(ctx, n.Pack, n.At, job.After, tellPage)
	return a, err
}

// deliveriesOf writes the message of each webhook: as the publisher reads it, or as an account does.
func (s *Service) deliveriesOf(ctx context.Context, tx Tx, n Notice, heard audience, hooks []Webhook) ([]Delivery, error) {
	if len(hooks) == 0 {
		return nil, nil
	}
	names, err := namesIn(ctx, tx, n)
	if err != nil {
		return nil, err
	}
	at := s.now()
	var deliveries []Delivery
	for _, w := range hooks {
		asPublisher := w.AsPublisher && w.Account == heard.publisher
		asAccount := w.AsManaged && slices.Contains(heard.concerned, w.Account)
		if !asPublisher && !asAccount {
			continue
		}
		payload, err := n.message(names, asPublisher).encode()
		if err != nil {
			return nil, err
		}
		deliveries = append(deliveries, newDelivery(w, n, payload, at))
	}
	return deliveries, nil
}

// namesIn are the names of the accounts that a notice tells of.
func namesIn(ctx context.Context, tx Tx, n Notice) (map[ID]string, error) {
	names := map[ID]string{}
	for _, id := range []ID{n.Publisher, n.Account} {
		if id.IsZero() {
			continue
		}
		a, err := tx.Account(ctx, id)
		if err != nil {
			return nil, err
		}
		names[id] = a.Name
	}
	return names, nil
}

func newDelivery(w Webhook, n Notice, payload []byte, at time.Time) Delivery {
	return Delivery{
		ID: NewID(at), Webhook: w.ID, Account: w.Account, Notice: n.ID, Kind: n.Kind, Payload: payload,
		State: DeliveryWaiting, CreatedAt: at, NextTry: &at,
	}
}

// Outgoing is what an attempt sends.
type Outgoing struct {
	Delivery Delivery
	URL      string
	Secrets  [][]byte // each signs
}

// BeginDelivery notes that an attempt, counted from 1, is about to be made, and hands out what it takes. It fails with
// ErrDeliveryOver when nothing is left to be sent: somebody else has, or the webhook was turned off, which gives it up. It fails with
// ErrDeliveryBusy, and notes nothing, while the webhook has as many attempts under way as it may.
func (s *Service) BeginDelivery(ctx context.Context, delivery ID, attempt int) (Outgoing, error) {
	var out Outgoing
	over := false
	err := s.inTx(ctx, "begin a delivery", func(ctx context.Context, tx Tx) error {
		d, err := tx.LockDelivery(ctx, delivery)
		if err != nil {
			return err
		}
		w, err := tx.LockWebhook(ctx, d.Webhook) // so that attempts are counted one after the other
		if err != nil {
			return err
		}
		at := s.now()
		over = d.State != DeliveryWaiting || !w.Live()
		switch {
		case d.State != DeliveryWaiting:
			return nil
		case !w.Live():
			d.State, d.EndedAt, d.NextTry, d.Failure = DeliveryDead, &at, nil, "The webhook was off."
		default:
			others, err := tx.AttemptsUnderWay(ctx, d, at)
			if err != nil {
				return err
			}
			if others >= w.atOnce() {
				return ErrDeliveryBusy
			}
			next, limit := at.Add(RetryIn(d.ID, attempt)), at.Add(attemptLimit)
			d.Attempts, d.LastTry, d.NextTry, d.Trying = attempt, &at, &next, &limit
		}
		if out, err = s.outgoing(d, w, at); err != nil {
			return err
		}
		return tx.SaveDelivery(ctx, d)
	})
	if err == nil && over {
		err = ErrDeliveryOver
	}
	return out, err
}

// outgoing opens the secrets that sign at the instant.
func (s *Service) outgoing(d Delivery, w Webhook, at time.Time) (Outgoing, error) {
	out := Outgoing{Delivery: d, URL: w.URL}
	if d.State != DeliveryWaiting {
		return out, nil
	}
	if s.vault == nil {
		return out, ErrWebhooksNoKey
	}
	sealed := [][]byte{w.Secret}
	for i, until := range w.OldUntils {
		if at.Before(until) {
			sealed = append(sealed, w.OldSecrets[i])
		}
	}
	for _, text := range sealed {
		secret, err := s.vault.Open(text, w.ID)
		if err != nil {
			return out, err
		}
		out.Secrets = append(out.Secrets, secret)
	}
	return out, nil
}

// Answer is what came of an attempt.
type Answer struct {
	Status  int    // 0: no answer
	Body    string // its first bytes
	Failure string // why it failed; empty: the other side has the message
}

// EndDelivery keeps what came of an attempt, and tells whether the delivery is over: delivered, or given up after the last
// attempt. A webhook that has failed for days is paused by a delivery that was tried for hours, and at once one that says of itself
// that it is gone.
func (s *Service) EndDelivery(ctx context.Context, delivery ID, attempt int, answer Answer) (over bool, err error) {
	err = s.inTx(ctx, "end a delivery", func(ctx context.Context, tx Tx) error {
		d, err := tx.LockDelivery(ctx, delivery)
		if err != nil {
			return err
		}
		over = true
		if d.State != DeliveryWaiting {
			return nil
		}
		w, err := tx.Webhook(ctx, d.Webhook)
		if err != nil {
			return err
		}
		at := s.now()
		d.Status, d.Answer, d.Failure, d.Trying = answer.Status, answer.Body, answer.Failure, nil
		switch {
		case answer.Failure == "":
			d.State, d.EndedAt, d.NextTry = DeliveryDelivered, &at, nil
		case attempt >= MaxDeliveryAttempts || answer.Status == http.StatusGone:
			d.State, d.EndedAt, d.NextTry = DeliveryDead, &at, nil
		default:
			over = false
		}
		if err := tx.SaveDelivery(ctx, d); err != nil {
			return err
		}
		return noteHealth(ctx, tx, w, at, attempt, answer)
	})
	return over, err
}

// noteHealth keeps since when a webhook fails. It locks and writes only where that changes: all its deliveries come by here.
func noteHealth(ctx context.Context, tx Tx, seen Webhook, at time.Time, attempt int, answer Answer) error {
	ok, gone := answer.Failure == "", answer.Status == http.StatusGone
	if !seen.Live() || !seen.healthChanges(at, attempt, ok, gone) {
		return nil
	}
	w, err := tx.LockWebhook(ctx, seen.ID)
	if err != nil || !w.Live() {
		return err
	}
	switch {
	case ok:
		w.FailingSince = nil
	case w.FailingSince == nil:
		w.FailingSince = &at
	}
	if !gone && !w.failsForDays(at, attempt) {
		return tx.SaveWebhook(ctx, w)
	}
	w.PausedAt = &at
	if err := tx.SaveWebhook(ctx, w); err != nil {
		return err
	}
	e := webhookEvent(Scheduler(), at, ActWebhookPaused, w)
	e.Reason = "Nothing has arrived since " + w.FailingSince.UTC().Format(time.DateTime) + " UTC."
	if gone {
		e.Reason = "It has answered that it is gone (410)."
	}
	return record(ctx, tx, e.telling(NoticeWebhookPaused, Notice{Account: e.Account, Subject: w.Host(), Gone: gone}))
}

// healthChanges tells whether an attempt changes what is known of the webhook: its first failure, the first success after one,
// and what pauses it.
func (w Webhook) healthChanges(at time.Time, attempt int, ok, gone bool) bool {
	if ok {
		return w.FailingSince != nil
	}
	return gone || w.FailingSince == nil || w.failsForDays(at, attempt)
}

// failsForDays tells whether nothing has arrived for days, as of a failed attempt that was made after hours of trying: a webhook
// that hears of little is not judged by one late failure.
func (w Webhook) failsForDays(at time.Time, attempt int) bool {
	return w.FailingSince != nil && at.Sub(*w.FailingSince) >= pauseAfter && attempt >= pauseAttempt
}

// DeliveryGone tells whether an error of a delivery means that there is nothing left to be done for it.
func DeliveryGone(err error) bool {
	return errors.Is(err, ErrDeliveryOver) || errors.Is(err, ErrNotFound)
}
