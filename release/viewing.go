package release

import (
	"context"
	"strings"
	"time"
)

// MaxViewing is how long a member of support may look as an account's people before it ends by itself.
const MaxViewing = time.Hour

// ViewAs tells as whom of an account support looks.
type ViewAs string

// The ways to look.
const (
	ViewAsAdmin     ViewAs = "admin"     // as the admin of a managed account
	ViewAsPublisher ViewAs = "publisher" // as a publisher
)

// ViewEnd tells how a viewing came to its end.
type ViewEnd string

// The ends.
const (
	ViewStopped   ViewEnd = "stopped"
	ViewSignedOut ViewEnd = "signed out"
	ViewSwitched  ViewEnd = "acted for another account"
	ViewTimedOut  ViewEnd = "the hour was over"
	ViewRoleLost  ViewEnd = "no longer on the staff"
)

// Viewing is a time in which a member of support sees the product as the people of an account see it, and changes nothing (R34).
type Viewing struct {
	ID      ID
	Person  ID
	Account ID
	As      ViewAs
	Reason  string
	Began   time.Time
	Until   time.Time // when it ends by itself
	Ended   *time.Time
	How     ViewEnd
}

// NewViewing is what a member of support gives to look as an account's people.
type NewViewing struct {
	Account ID
	As      ViewAs // empty: the only way that the account offers
	Reason  string
}

// OverViewing is a viewing that runs although its time is up, or its person is no longer on the staff.
type OverViewing struct {
	Viewing
	PersonName  string
	AccountName string
	OnStaff     bool
}

// Live tells whether the viewing still runs at the instant.
func (v Viewing) Live(at time.Time) bool { return v.Ended == nil && at.Before(v.Until) }

// Actor is the person as acting within the viewing: with the eyes of the account's people, and no hands (R34).
func (v Viewing) Actor(by Actor) Actor {
	a := Actor{Person: by.Person, Name: by.Name, Account: v.Account, Source: by.Source, RequestID: by.RequestID, ReadOnly: true}
	if v.As == ViewAsPublisher {
		a.Publisher = RolePublisher
	} else {
		a.Managed = RoleAdmin
	}
	return a
}

// BeginViewing lets a member of the staff look as the account's people for MaxViewing, with a reason that the account and the
// audit show (R33, R34).
func (s *Service) BeginViewing(ctx context.Context, by Actor, n NewViewing) (Viewing, error) {
	if err := by.mayView(); err != nil {
		return Viewing{}, err
	}
	var v Viewing
	err := s.inTx(ctx, "look as an account", func(ctx context.Context, tx Tx) error {
		account, err := tx.Account(ctx, n.Account)
		if err != nil {
			return err
		}
		as, err := n.check(account)
		if err != nil {
			return err
		}
		at := s.now()
		v = Viewing{
			ID: NewID(at), Person: by.Person, Account: account.ID, As: as, Reason: strings.TrimSpace(n.Reason), Began: at, Until: at.Add(MaxViewing),
		}
		if err := tx.AddViewing(ctx, v); err != nil {
			return err
		}
		e := viewingEvent(by, at, ActViewedAs, v, account.Name)
		e.Reason, e.After = v.Reason, map[string]any{"as": v.As, "until": v.Until.Format(time.RFC3339)}
		return tx.Audit(ctx, e)
	})
	return v, err
}

// check refuses a viewing without a reason, or as somebody whom the account does not have; it returns as whom.
func (n NewViewing) check(a Account) (ViewAs, error) {
	as := n.As
	if as == "" && a.Publisher != a.Managed {
		as = ViewAsAdmin
		if a.Publisher {
			as = ViewAsPublisher
		}
	}
	var whom, reason *Error
	if fitting := (as == ViewAsAdmin && a.Managed) || (as == ViewAsPublisher && a.Publisher); !fitting {
		whom = ErrViewAsMissing
	}
	if !fits(n.Reason, 1, maxReason) {
		reason = unfit(ErrViewReason, n.Reason, maxReason)
	}
	return as, join(whom, reason)
}

// EndViewing ends a viewing of the actor's own, for the reason given; one that is over already stays as it is. It is the one
// change that somebody who looks may make.
func (s *Service) EndViewing(ctx context.Context, by Actor, id ID, how ViewEnd) error {
	return s.inTx(ctx, "end a viewing", func(ctx context.Context, tx Tx) error {
		v, err := tx.LockViewing(ctx, id)
		if err != nil {
			return err
		}
		if v.Person != by.Person {
			return ErrNotFound
		}
		if v.Ended != nil {
			return nil
		}
		account, err := tx.Account(ctx, v.Account)
		if err != nil {
			return err
		}
		return s.endViewing(ctx, tx, by, v, account.Name, how, s.now())
	})
}

// EndViewings ends what runs beyond its time as of the instant, and what people look at who are no longer on the staff. It
// returns how many viewings ended.
func (s *Service) EndViewings(ctx context.Context, at time.Time) (int, error) {
	const batch = 100
	ended := 0
	err := s.inTx(ctx, "end viewings", func(ctx context.Context, tx Tx) error {
		over, err := tx.TakeOverViewings(ctx, at, batch)
		if err != nil {
			return err
		}
		ended = len(over)
		for _, o := range over {
			how, by := ViewTimedOut, Scheduler()
			if !o.OnStaff {
				how = ViewRoleLost
			}
			if err := s.endViewing(ctx, tx, by, o.Viewing, o.AccountName, how, at, "person", o.PersonName); err != nil {
				return err
			}
		}
		return nil
	})
	return ended, err
}

// endViewing notes the end, at the latest at the instant at which the time was up. told are more fields of the event.
func (s *Service) endViewing(ctx context.Context, tx Tx, by Actor, v Viewing, account string, how ViewEnd, at time.Time, told ...string) error {
	if !at.Before(v.Until) {
		how = ViewTimedOut
	}
	end := at
	if how == ViewTimedOut {
		end = v.Until
	}
	v.Ended, v.How = &end, how
	if err := tx.EndViewing(ctx, v); err != nil {
		return err
	}
	e := viewingEvent(by, at, ActViewEnded, v, account)
	e.After = map[string]any{"as": v.As, "ended": how, "at": end.Format(time.RFC3339)}
	for i := 0; i+1 < len(told); i += 2 {
		e.After[told[i]] = told[i+1]
	}
	return tx.Audit(ctx, e)
}

// viewingEvent is told to all of the account's people.
func viewingEvent(by Actor, at time.Time, action string, v Viewing, account string) Event {
	by.ReadOnly = false
	e := event(by, at, action, v.ID, account)
	e.Account, e.Publisher = v.Account, v.Account
	return e
}
