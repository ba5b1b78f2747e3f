package release

import (
	"context"
	"errors"
	"time"
)

// A program that hears no answer asks again, and does not know whether the first request was carried out. It gives both the
// same key: what the key stands for is done once.
//
// The key is claimed in a transaction of its own before anything is done. Every change that the request then makes marks the
// claim in the change's own transaction: so it is known of each claim whether something came of it, however the program ended.
//
//   - claimed, not marked: nothing was done. After OnceLease whoever runs it is taken for dead, and another may; should it live
//     after all, it finds its claim gone, and its change is rolled back.
//   - marked, not answered: it was done, and, after OnceFinish, the answer was lost with the program. It is not done again; the
//     caller is told to look (ErrOnceLost).
//   - answered: the same answer is given again, for OnceKept.

// How long keys are kept, how long a request may run before others take it for dead, and how long until its answer is there
// once it has made a change.
const (
	OnceKept   = 24 * time.Hour
	OnceLease  = 5 * time.Minute
	OnceFinish = 30 * time.Second
)

// Refusals about keys.
var (
	ErrOnceOther   = conflict("", "This Idempotency-Key was used for another request within the last 24 hours. Use a new key for a new request.")
	ErrOnceRunning = conflict("", "A request with this Idempotency-Key is still running. Ask again in a moment, with the same key.")
	ErrOnceLost    = conflict("", "A request with this Idempotency-Key was carried out, but its answer was lost. Look at what is there; use a new key to do more.")
)

// Once is a request that is done once: a person's key in an account.
type Once struct {
	Person    ID
	Account   ID // zero: the site
	Key       string
	Request   [32]byte // sha256 of what was asked
	Claim     ID       // of the run that may do it
	ClaimedAt time.Time
	DoneAt    *time.Time // a change was made
	Status    int        // of the answer; 0: none yet
	Answer    []byte     // sealed by whoever answers
}

// OnceTx keeps keys.
type OnceTx interface {
	// AddOnce claims a key that is not kept; it tells whether it was so.
	AddOnce(ctx context.Context, o Once) (bool, error)
	LockOnce(ctx context.Context, person, account ID, key string) (Once, error)
	// RetakeOnce puts a new claim in the place of an old one, with its mark and answer.
	RetakeOnce(ctx context.Context, o Once) error
	// MarkOnce notes that a change was made; it tells whether the claim still holds.
	MarkOnce(ctx context.Context, o Once, at time.Time) (bool, error)
	AnswerOnce(ctx context.Context, o Once) error
	// DropOnce forgets the claim, unless a change was made or another has claimed the key.
	DropOnce(ctx context.Context, o Once) error
}

// ClaimOnce is the request's turn to be done, or, with a status, what was answered to it before. It refuses with ErrOnceRunning
// while another runs, ErrOnceOther and ErrOnceLost.
func (s *Service) ClaimOnce(ctx context.Context, by Actor, key string, request [32]byte) (Once, error) {
	at := s.now()
	mine := Once{Person: by.Person, Account: by.Account, Key: key, Request: request, Claim: NewID(at), ClaimedAt: at}
	kept := mine
	err := s.inTx(ctx, "claim a request's key", func(ctx context.Context, tx Tx) error {
		added, err := tx.AddOnce(ctx, mine)
		if err != nil || added {
			return err
		}
		kept, err = tx.LockOnce(ctx, by.Person, by.Account, key)
		if errors.Is(err, ErrNotFound) {
			return ErrOnceRunning // it was dropped a moment ago: the next try gets it
		}
		if err != nil {
			return err
		}
		mayRun, err := kept.mayRun(request, at)
		if err != nil || !mayRun {
			return err
		}
		kept = mine
		return tx.RetakeOnce(ctx, mine)
	})
	return kept, err
}

// mayRun tells whether the request may be done in place of the claim that is kept.
func (o Once) mayRun(request [32]byte, at time.Time) (bool, error) {
	switch {
	case !at.Before(o.ClaimedAt.Add(OnceKept)):
		return true, nil
	case o.Request != request:
		return false, ErrOnceOther
	case o.Status != 0:
		return false, nil
	case o.DoneAt != nil && !at.Before(o.DoneAt.Add(OnceFinish)):
		return false, ErrOnceLost
	case o.DoneAt != nil, at.Before(o.ClaimedAt.Add(OnceLease)):
		return false, ErrOnceRunning
	default:
		return true, nil
	}
}

// AnswerOnce keeps the answer for whoever asks again.
func (s *Service) AnswerOnce(ctx context.Context, o Once) error {
	return s.inTx(ctx, "keep the answer to a request", func(ctx context.Context, tx Tx) error { return tx.AnswerOnce(ctx, o) })
}

// DropOnce lets the request be tried again, where it came to nothing.
func (s *Service) DropOnce(ctx context.Context, o Once) error {
	return s.inTx(ctx, "let a request be tried again", func(ctx context.Context, tx Tx) error { return tx.DropOnce(ctx, o) })
}

type onceKey struct{}

// WithOnce lets every use case that is given the context mark the claim in its own transaction.
func WithOnce(ctx context.Context, o Once) context.Context {
	return context.WithValue(ctx, onceKey{}, o)
}

// markingOnce is the use case's transaction with the mark, if the context has a claim.
func (s *Service) markingOnce(ctx context.Context, do func(context.Context, Tx) error) func(context.Context, Tx) error {
	o, ok := ctx.Value(onceKey{}).(Once)
	if !ok {
		return do
	}
	return func(ctx context.Context, tx Tx) error {
		if err := do(ctx, tx); err != nil {
			return err
		}
		held, err := tx.MarkOnce(ctx, o, s.now())
		if err == nil && !held {
			err = ErrOnceRunning // another has taken it over: this change is rolled back
		}
		return err
	}
}
