package release

import (
	"context"
	"errors"
	"time"
)

// FeedKind is whose releases a calendar feed tells of.
type FeedKind string

// The kinds.
const (
	FeedPublisher FeedKind = "publisher" // of the packs that the account publishes
	FeedManaged   FeedKind = "managed"   // of the packs that the account has installed or may install (R25)
)

// CalendarFeed is a secret address for calendar programs; only the sha256 of its secret is kept.
type CalendarFeed struct {
	ID        ID
	Account   ID
	Kind      FeedKind
	Hash      [32]byte
	CreatedAt time.Time
	CreatedBy ID
}

// CalendarFeedTx keeps calendar feeds.
type CalendarFeedTx interface {
	// LiveCalendarFeed is the account's feed of the kind that was not revoked.
	LiveCalendarFeed(ctx context.Context, account ID, kind FeedKind) (CalendarFeed, error)
	AddCalendarFeed(ctx context.Context, f CalendarFeed) error
	RevokeCalendarFeed(ctx context.Context, id ID, at time.Time) error
}

// Reader is the actor for whom a feed is read: somebody who sees what the kind tells of, and does nothing.
func (f CalendarFeed) Reader() Actor {
	a := Actor{Account: f.Account, Name: "calendar feed"}
	if f.Kind == FeedPublisher {
		a.Publisher = RolePublisherViewer
	} else {
		a.Managed = RoleManagedViewer
	}
	return a
}

// mayKeep is nil for whoever may make and revoke the actor's account's feed of the kind.
func (k FeedKind) mayKeep(by Actor) error {
	switch k {
	case FeedPublisher:
		return by.mayPublish()
	case FeedManaged:
		return by.mayInstall()
	default:
		return ErrNotFound
	}
}

// MakeCalendarFeed makes the account's feed of the kind. The one that was there ends with it: there is one at most. The secret
// is returned this once.
func (s *Service) MakeCalendarFeed(ctx context.Context, by Actor, kind FeedKind) (Secret, error) {
	secret := NewSecret()
	err := s.changeCalendarFeed(ctx, by, kind, "make a calendar feed", func(ctx context.Context, tx Tx, a Account, at time.Time) error {
		e := accountEvent(by, at, ActCalendarFeedMade, a)
		e.After = map[string]any{"kind": kind}
		old, err := tx.LiveCalendarFeed(ctx, a.ID, kind)
		switch {
		case err == nil:
			if err := tx.RevokeCalendarFeed(ctx, old.ID, at); err != nil {
				return err
			}
			e.After["replaces"] = old.CreatedAt.Format(time.RFC3339)
		case !errors.Is(err, ErrNotFound):
			return err
		}
		f := CalendarFeed{ID: NewID(at), Account: a.ID, Kind: kind, Hash: secret.Hash(), CreatedAt: at, CreatedBy: by.Person}
		if err := tx.AddCalendarFeed(ctx, f); err != nil {
			return err
		}
		return tx.Audit(ctx, e)
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// RevokeCalendarFeed ends the account's feed of the kind; without one nothing changes.
func (s *Service) RevokeCalendarFeed(ctx context.Context, by Actor, kind FeedKind) error {
	return s.changeCalendarFeed(ctx, by, kind, "revoke a calendar feed", func(ctx context.Context, tx Tx, a Account, at time.Time) error {
		old, err := tx.LiveCalendarFeed(ctx, a.ID, kind)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := tx.RevokeCalendarFeed(ctx, old.ID, at); err != nil {
			return err
		}
		e := accountEvent(by, at, ActCalendarFeedRevoked, a)
		e.Before = map[string]any{"kind": kind}
		return tx.Audit(ctx, e)
	})
}

// changeCalendarFeed runs a change of the actor's account's feeds under the account's lock.
func (s *Service) changeCalendarFeed(ctx context.Context, by Actor, kind FeedKind, attempt string,
	change func(context.Context, Tx, Account, time.Time) error,
) error {
	if err := kind.mayKeep(by); err != nil {
		return err
	}
	return s.inTx(ctx, attempt, func(ctx context.Context, tx Tx) error {
		a, err := tx.LockAccount(ctx, by.Account)
		if err != nil {
			return err
		}
		return change(ctx, tx, a, s.now())
	})
}
