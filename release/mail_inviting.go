package release

import (
	"context"
	"errors"
	"time"
)

// NoticeInvitation is the letter with an invitation's link. It can't be chosen, and goes to people who can't sign in yet.
const NoticeInvitation NoticeKind = "invitation"

// Inviting lets the service mail invitations' links, where there is a vault to keep them in until they are sent.
func Inviting() Option {
	return func(s *Service) { s.invites = true }
}

// Invitation is an invitation under way by e-mail.
type Invitation struct {
	ID       ID
	Person   ID
	Account  ID // zero: the site's own staff
	Link     [32]byte
	Sealed   []byte // the link's secret; nil once it ended
	State    MailState
	Attempts int
	Failure  string
	Created  time.Time
	EndedAt  *time.Time
}

// SendInvitationJob sends one invitation.
type SendInvitationJob struct {
	Invitation ID `json:"invitation"`
}

// Kind is its name in the database.
func (SendInvitationJob) Kind() string { return "send_invitation" }

// InvitationTx keeps invitations under way.
type InvitationTx interface {
	AddInvitation(ctx context.Context, i Invitation) error
	LockInvitation(ctx context.Context, id ID) (Invitation, error)
	// SaveInvitation keeps Sealed, State, Attempts, Failure and EndedAt.
	SaveInvitation(ctx context.Context, i Invitation) error
}

// mailInvitation keeps the link's secret, sealed, for the letter that brings it. It returns what is left to be shown: nothing, or
// the secret where no letters are sent.
func (s *Service) mailInvitation(ctx context.Context, tx Tx, p Person, account ID, secret Secret) (Secret, error) {
	if !s.invites || s.vault == nil {
		return secret, nil
	}
	at := s.now()
	i := Invitation{ID: NewID(at), Person: p.ID, Account: account, Link: secret.Hash(), State: MailWaiting, Created: at}
	var err error
	if i.Sealed, err = s.vault.Seal([]byte(secret), i.ID); err != nil {
		return "", err
	}
	if err := tx.AddInvitation(ctx, i); err != nil {
		return "", err
	}
	return "", tx.Enqueue(ctx, SendInvitationJob{Invitation: i.ID})
}

// InvitationLetter is what is sent to somebody who is invited.
type InvitationLetter struct {
	ID      ID
	Name    string
	Email   string
	Account string // empty: the site's own staff
	Zone    string // the account's
	Secret  Secret
	Expires time.Time
}

// BeginInvitation notes an attempt, counted from 1, and hands out what it sends; ErrMailOver when the link was used or has
// expired, or the person may not come any more.
func (s *Service) BeginInvitation(ctx context.Context, id ID, attempt int) (InvitationLetter, error) {
	var letter InvitationLetter
	err := s.inTx(ctx, "begin an invitation", func(ctx context.Context, tx Tx) error {
		i, err := tx.LockInvitation(ctx, id)
		if err != nil || i.State != MailWaiting {
			return err
		}
		at := s.now()
		p, err := tx.Person(ctx, i.Person)
		if err != nil {
			return err
		}
		l, err := tx.LockLink(ctx, i.Link)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if err != nil || l.UsedAt != nil || !at.Before(l.ExpiresAt) || p.DisabledAt != nil {
			i.end(MailDropped, at)
			return tx.SaveInvitation(ctx, i)
		}
		if letter, err = s.openInvitation(ctx, tx, i, p, l); err != nil {
			return err
		}
		i.Attempts = attempt
		return tx.SaveInvitation(ctx, i)
	})
	if err == nil && letter.Secret == "" {
		err = ErrMailOver
	}
	return letter, err
}

func (s *Service) openInvitation(ctx context.Context, tx Tx, i Invitation, p Person, l Link) (InvitationLetter, error) {
	if s.vault == nil {
		return InvitationLetter{}, ErrWebhooksNoKey
	}
	secret, err := s.vault.Open(i.Sealed, i.ID)
	if err != nil {
		return InvitationLetter{}, err
	}
	letter := InvitationLetter{ID: i.ID, Name: p.Name, Email: p.Email, Zone: "UTC", Secret: Secret(secret), Expires: l.ExpiresAt}
	if i.Account.IsZero() {
		return letter, nil
	}
	a, err := tx.Account(ctx, i.Account)
	letter.Account, letter.Zone = a.Name, a.Zone
	return letter, err
}

// end lets the secret go.
func (i *Invitation) end(state MailState, at time.Time) {
	i.State, i.Sealed, i.EndedAt = state, nil, &at
}

// EndInvitation notes how an attempt, counted from 1, ended, and tells whether it was the last.
func (s *Service) EndInvitation(ctx context.Context, id ID, attempt int, end LetterEnd) (over bool, err error) {
	over = end.Sent || end.Final || attempt >= MailAttempts
	err = s.inTx(ctx, "end an invitation", func(ctx context.Context, tx Tx) error {
		i, err := tx.LockInvitation(ctx, id)
		if err != nil || i.State != MailWaiting {
			return err
		}
		i.Failure = keepable(end.Failure, maxReason)
		switch {
		case end.Sent:
			i.end(MailSent, s.now())
		case over:
			i.end(MailDead, s.now())
		}
		return tx.SaveInvitation(ctx, i)
	})
	return over, err
}
