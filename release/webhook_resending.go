package release

import (
	"context"
	"time"
)

// Resend sends a dead delivery again, with as many attempts as a new one.
func (s *Service) Resend(ctx context.Context, by Actor, delivery ID) error {
	return s.inTx(ctx, "send a delivery again", func(ctx context.Context, tx Tx) error {
		d, err := tx.LockDelivery(ctx, delivery)
		if err != nil {
			return err
		}
		w, err := mayResend(ctx, tx, by, d.Webhook)
		if err != nil {
			return err
		}
		if d.State != DeliveryDead {
			return ErrNotDead
		}
		at := s.now()
		d.State, d.Attempts, d.NextTry, d.EndedAt = DeliveryWaiting, 0, &at, nil
		if err := tx.SaveDelivery(ctx, d); err != nil {
			return err
		}
		if err := tx.Audit(ctx, resent(by, at, w, 1)); err != nil {
			return err
		}
		return tx.Enqueue(ctx, DeliverJob{Delivery: d.ID})
	})
}

// resendBatch is how many dead deliveries are held in memory at a time.
const resendBatch = 500

// ResendAll sends the webhook's dead deliveries again, the oldest first: at most MaxResend of them. It returns how many.
func (s *Service) ResendAll(ctx context.Context, by Actor, webhook ID) (int, error) {
	sent := 0
	err := s.inTx(ctx, "send deliveries again", func(ctx context.Context, tx Tx) error {
		w, err := mayResend(ctx, tx, by, webhook)
		if err != nil {
			return err
		}
		at := s.now()
		if sent, err = reviveAll(ctx, tx, webhook, at); err != nil || sent == 0 {
			return err
		}
		return tx.Audit(ctx, resent(by, at, w, sent))
	})
	return sent, err
}

// reviveAll goes along the dead deliveries batch by batch.
func reviveAll(ctx context.Context, tx Tx, webhook ID, at time.Time) (int, error) {
	var after ID
	sum := 0
	for sum < MaxResend {
		ids, err := tx.ReviveDeliveries(ctx, webhook, after, at, min(resendBatch, MaxResend-sum))
		if err != nil || len(ids) == 0 {
			return sum, err
		}
		if err := tx.Enqueue(ctx, deliverJobs(ids)...); err != nil {
			return sum, err
		}
		sum, after = sum+len(ids), ids[len(ids)-1]
	}
	return sum, nil
}

// resent tells the audit who has sent how many messages again (R33).
func resent(by Actor, at time.Time, w Webhook, messages int) Event {
	e := webhookEvent(by, at, ActWebhookResent, w)
	e.After = map[string]any{"messages": messages}
	return e
}

// mayResend finds the webhook without a lock: a turn of its switch at the same moment gives up what was revived.
func mayResend(ctx context.Context, tx Tx, by Actor, webhook ID) (Webhook, error) {
	w, err := tx.Webhook(ctx, webhook)
	if err != nil {
		return w, err
	}
	if err := by.mayKeep(w); err != nil {
		return w, err
	}
	if !w.Live() {
		return w, ErrWebhookOff
	}
	return w, nil
}
