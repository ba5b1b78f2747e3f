package release

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"time"
)

// How long one-time links and tokens live, and how many wrong passwords are let through.
const (
	LinkLife          = 7 * 24 * time.Hour
	PasswordLinkLife  = 24 * time.Hour
	DefaultTokenLife  = 90 * 24 * time.Hour
	MaxTokenLife      = 366 * 24 * time.Hour
	ThrottleWindow    = 15 * time.Minute
	failuresByEmail   = 5
	failuresByAddress = 30
)

// Secret is what a link or a token carries; only its sha256 is kept.
type Secret string

// NewSecret makes 256 random bits, safe in a URL.
func NewSecret() Secret {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the program instead
	return Secret(base64.RawURLEncoding.EncodeToString(b[:]))
}

// Hash is what is kept of the secret.
func (s Secret) Hash() [32]byte { return sha256.Sum256([]byte(s)) }

// Newcomer is what a person gives with a one-time link. PasswordHash is argon2id in PHC form; whoever makes it has checked the
// password by CheckPassword.
type Newcomer struct {
	Email        string // set-up only; an invitation has it
	Name         string // empty: as invited
	PasswordHash string
}

// CheckPassword refuses what is too short to be safe.
func CheckPassword(password string) error {
	if n := len([]rune(password)); n < 12 || n > 200 {
		return ErrPasswordShort
	}
	return nil
}

// SetUpLink makes the one-time link with which the first operator lets themselves in; ErrNotFound once there is one.
func (s *Service) SetUpLink(ctx context.Context) (Secret, error) {
	secret := NewSecret()
	err := s.inTx(ctx, "make the set-up link", func(ctx context.Context, tx Tx) error {
		if n, err := tx.LockOperators(ctx); err != nil || n > 0 {
			return notFoundOr(err)
		}
		if err := s.addLink(ctx, tx, secret, LinkSetup, ID{}, LinkLife); err != nil {
			return err
		}
		at := s.now()
		e := event(Operator(), at, ActLinkMade, NewID(at), "set-up link") // whoever has it becomes an operator
		e.After = map[string]any{"purpose": LinkSetup}
		return tx.Audit(ctx, e)
	})
	return secret, err
}

// SetUp makes the first operator (set-up link).
func (s *Service) SetUp(ctx context.Context, link Secret, n Newcomer) (Person, error) {
	invite := Invite{Email: n.Email, Name: n.Name, Site: RoleOperator}
	if err := invite.check(); err != nil {
		return Person{}, err
	}
	var p Person
	err := s.inTx(ctx, "set up", func(ctx context.Context, tx Tx) error {
		// Before the link: using it ends the other set-up links, which others may have locked.
		operators, err := tx.LockOperators(ctx)
		if err != nil {
			return err
		}
		l, at, err := s.liveLink(ctx, tx, link, LinkSetup)
		if err != nil {
			return err
		}
		if operators > 0 {
			return ErrLinkInvalid
		}
		p = invite.person(at)
		p.PasswordHash = n.PasswordHash
		if err := tx.AddPerson(ctx, p); err != nil {
			return err
		}
		if err := tx.UseLink(ctx, l, at); err != nil {
			return err
		}
		return tx.Audit(ctx, personEvent(p.self(), at, ActPersonJoined, p))
	})
	return p, err
}

// NewPasswordLink makes a one-time link with which a person sets a new password (operator).
func (s *Service) NewPasswordLink(ctx context.Context, by Actor, person ID) (Secret, error) {
	if err := by.mayOperate(); err != nil {
		return "", err
	}
	return s.linkFor(ctx, by, person, LinkPassword, PasswordLinkLife)
}

// DemoLink makes a link that signs a person in, as often as it is opened; for the demo alone.
func (s *Service) DemoLink(ctx context.Context, by Actor, person ID) (Secret, error) {
	if by.Source != FromCLI {
		return "", ErrForbidden
	}
	return s.linkFor(ctx, by, person, LinkDemo, 10*366*24*time.Hour)
}

func (s *Service) linkFor(ctx context.Context, by Actor, person ID, purpose LinkPurpose, life time.Duration) (Secret, error) {
	secret := NewSecret()
	err := s.inTx(ctx, "make a link", func(ctx context.Context, tx Tx) error {
		p, err := tx.Person(ctx, person)
		if err != nil {
			return err
		}
		if p.DisabledAt != nil {
			return ErrPersonDisabled
		}
		if err := s.addLink(ctx, tx, secret, purpose, person, life); err != nil {
			return err
		}
		e := personEvent(by, s.now(), ActLinkMade, p)
		e.After = map[string]any{"purpose": purpose}
		return tx.Audit(ctx, e)
	})
	return secret, err
}

// Redeem lets a person with an invitation or a password link choose their name and password.
func (s *Service) Redeem(ctx context.Context, link Secret, n Newcomer) (Person, error) {
	var p Person
	err := s.inTx(ctx, "redeem a link", func(ctx context.Context, tx Tx) error {
		l, at, err := s.liveLink(ctx, tx, link, LinkInvite, LinkPassword)
		if err != nil {
			return err
		}
		if p, err = tx.LockPerson(ctx, l.Person); err != nil {
			return err
		}
		if p.DisabledAt != nil {
			return ErrLinkInvalid
		}
		if name := strings.TrimSpace(n.Name); name != "" {
			if !fitsLine(name, 1, maxName) {
				return unfit(ErrPersonName, name, maxName)
			}
			p.Name = name
		}
		p.PasswordHash = n.PasswordHash
		p.Epoch++
		if err := tx.SavePerson(ctx, p); err != nil {
			return err
		}
		if err := tx.UseLink(ctx, l, at); err != nil {
			return err
		}
		action := ActPersonJoined
		if l.Purpose == LinkPassword {
			action = ActPasswordSet
		}
		return tx.Audit(ctx, personEvent(p.self(), at, action, p))
	})
	return p, err
}

// liveLink is the link behind the secret while it can be used for one of the purposes.
func (s *Service) liveLink(ctx context.Context, tx Tx, secret Secret, purposes ...LinkPurpose) (Link, time.Time, error) {
	at := s.now()
	l, err := tx.LockLink(ctx, secret.Hash())
	if errors.Is(err, ErrNotFound) {
		return Link{}, at, ErrLinkInvalid
	}
	if err != nil {
		return Link{}, at, err
	}
	for _, p := range purposes {
		if l.Purpose == p && l.UsedAt == nil && at.Before(l.ExpiresAt) {
			return l, at, nil
		}
	}
	return Link{}, at, ErrLinkInvalid
}

func (s *Service) addLink(ctx context.Context, tx Tx, secret Secret, purpose LinkPurpose, person ID, life time.Duration) error {
	at := s.now()
	return tx.AddLink(ctx, Link{TokenHash: secret.Hash(), Purpose: purpose, Person: person, CreatedAt: at, ExpiresAt: at.Add(life)})
}
