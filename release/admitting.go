package release

import (
	"cmp"
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

// CreateAccount opens an account; a publisher gets its built-in group of all accounts (R25).
func (s *Service) CreateAccount(ctx context.Context, by Actor, n NewAccount) (Account, error) {
	if err := by.mayOperate(); err != nil {
		return Account{}, err
	}
	if err := n.check(); err != nil {
		return Account{}, err
	}
	at := s.now()
	a := Account{ID: NewID(at), Name: strings.TrimSpace(n.Name), Zone: n.Zone, Publisher: n.Publisher, Managed: n.Managed, CreatedAt: at}
	err := s.inTx(ctx, "create an account", func(ctx context.Context, tx Tx) error {
		if err := tx.AddAccount(ctx, a); err != nil {
			return err
		}
		if err := ensureEveryone(ctx, tx, Account{}, a, at); err != nil {
			return err
		}
		e := accountEvent(by, at, ActAccountCreated, a)
		e.After = a.describe()
		return tx.Audit(ctx, e)
	})
	return a, err
}

// EditAccount changes name, zone and purposes (operator). An account does not lose a purpose: what it published or
// installed would be orphaned. Pending releases keep the zone they were scheduled in until they are rescheduled (R17).
func (s *Service) EditAccount(ctx context.Context, by Actor, account ID, n NewAccount) error {
	if err := by.mayOperate(); err != nil {
		return err
	}
	if err := n.check(); err != nil {
		return err
	}
	return s.changeAccount(ctx, by, account, func(a *Account) {
		a.Name, a.Zone = strings.TrimSpace(n.Name), n.Zone
		a.Publisher, a.Managed = a.Publisher || n.Publisher, a.Managed || n.Managed
	})
}

// SetShareableDefault is the publisher's setting "new versions are shareable by default" (R2).
func (s *Service) SetShareableDefault(ctx context.Context, by Actor, shareable bool) error {
	if err := by.mayPublish(); err != nil {
		return err
	}
	return s.changeAccount(ctx, by, by.Account, func(a *Account) { a.ShareableByDefault = shareable })
}

func (s *Service) changeAccount(ctx context.Context, by Actor, account ID, change func(*Account)) error {
	return s.inTx(ctx, "edit an account", func(ctx context.Context, tx Tx) error {
		a, err := tx.LockAccount(ctx, account)
		if err != nil {
			return err
		}
		at, old := s.now(), a
		change(&a)
		if err := tx.SaveAccount(ctx, a); err != nil {
			return err
		}
		if err := ensureEveryone(ctx, tx, old, a, at); err != nil {
			return err
		}
		e := accountEvent(by, at, ActAccountEdited, a)
		e.Before, e.After = old.describe(), a.describe()
		return tx.Audit(ctx, e)
	})
}

// ensureEveryone gives an account that has become a publisher its built-in group (R25).
func ensureEveryone(ctx context.Context, tx Tx, old, a Account, at time.Time) error {
	if old.Publisher || !a.Publisher {
		return nil
	}
	return tx.AddGroup(ctx, Group{ID: NewID(at), Publisher: a.ID, Name: EveryoneName, Everyone: true, CreatedAt: at})
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

// InvitePerson lets a person in, into the site's staff or into one account, and returns the secret of their one-time link.
// Someone who has a password already gets the roles at once and no link: the secret is empty.
func (s *Service) InvitePerson(ctx context.Context, by Actor, i Invite) (Person, Secret, error) {
	if err := by.mayOperate(); err != nil {
		return Person{}, "", err
	}
	if err := i.check(); err != nil {
		return Person{}, "", err
	}
	var p Person
	var secret Secret
	err := s.inTx(ctx, "invite a person", func(ctx context.Context, tx Tx) (err error) {
		at := s.now()
		if p, err = s.ensurePerson(ctx, tx, i, at); err != nil {
			return err
		}
		e := personEvent(by, at, ActPersonInvited, p)
		e.After = i.describe()
		if !i.Account.IsZero() {
			a, err := tx.Account(ctx, i.Account)
			if err != nil {
				return err
			}
			if err := i.fitsAccount(a); err != nil {
				return err
			}
			e.Account, e.Publisher = a.ID, a.ID
			if err := addRoles(ctx, tx, p.ID, i); err != nil {
				return err
			}
		}
		if p.PasswordHash == "" {
			secret = NewSecret()
			if err := s.addLink(ctx, tx, secret, LinkInvite, p.ID, LinkLife); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, e)
	})
	return p, secret, err
}

// ensurePerson finds the invited person by address, or adds them. Site roles are for new people or those who have one already:
// staff never arise by accident out of an account's people.
func (s *Service) ensurePerson(ctx context.Context, tx Tx, i Invite, at time.Time) (Person, error) {
	p, err := tx.PersonByEmail(ctx, i.Email)
	if errors.Is(err, ErrNotFound) {
		p = i.person(at)
		return p, tx.AddPerson(ctx, p)
	}
	if err != nil {
		return Person{}, err
	}
	if p.DisabledAt != nil {
		return Person{}, ErrPersonDisabled
	}
	if i.Site != p.Site && i.Site != "" {
		return Person{}, ErrEmailTaken
	}
	return p, nil
}

// addRoles gives the invited roles: an invitation to publish does not take the role for installing away.
func addRoles(ctx context.Context, tx Tx, person ID, i Invite) error {
	old, err := tx.Membership(ctx, person, i.Account)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	return tx.SaveMembership(ctx, Membership{person, i.Account, cmp.Or(i.Publisher, old.Publisher), cmp.Or(i.Managed, old.Managed)})
}

// SetRoles replaces what a person may do in an account; no roles end the membership.
func (s *Service) SetRoles(ctx context.Context, by Actor, m Membership) error {
	if err := by.mayOperate(); err != nil {
		return err
	}
	return s.inTx(ctx, "set roles", func(ctx context.Context, tx Tx) error {
		p, err := tx.Person(ctx, m.Person)
		if err != nil {
			return err
		}
		a, err := tx.Account(ctx, m.Account)
		if err != nil {
			return err
		}
		i := Invite{Email: p.Email, Name: p.Name, Account: m.Account, Publisher: m.Publisher, Managed: m.Managed}
		if m.Publisher != "" || m.Managed != "" {
			if err := errors.Join(i.check(), i.fitsAccount(a)); err != nil {
				return ErrRoleMissing
			}
		}
		old, err := tx.Membership(ctx, m.Person, m.Account)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if err := tx.SaveMembership(ctx, m); err != nil {
			return err
		}
		e := personEvent(by, s.now(), ActRoleChanged, p)
		e.Account, e.Publisher = a.ID, a.ID
		e.Before, e.After = Invite{Publisher: old.Publisher, Managed: old.Managed}.describe(), i.describe()
		return tx.Audit(ctx, e)
	})
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
				return ErrPersonName
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

func (i Invite) person(at time.Time) Person {
	return Person{ID: NewID(at), Email: strings.TrimSpace(i.Email), Name: strings.TrimSpace(i.Name), Site: i.Site, CreatedAt: at}
}

func (i Invite) describe() map[string]any {
	d := map[string]any{}
	for field, role := range map[string]string{"site_role": string(i.Site), "publisher_role": string(i.Publisher), "managed_role": string(i.Managed)} {
		if role != "" {
			d[field] = role
		}
	}
	return d
}

// self is the person acting on their own behalf, outside any account.
func (p Person) self() Actor { return Actor{Person: p.ID, Name: p.Name, Source: FromUI} }

func (a Account) describe() map[string]any {
	return map[string]any{
		"name": a.Name, "zone": a.Zone, "publisher": a.Publisher, "managed": a.Managed, "shareable_by_default": a.ShareableByDefault,
	}
}

func accountEvent(by Actor, at time.Time, action string, a Account) Event {
	e := event(by, at, action, a.ID, a.Name)
	e.Account, e.Publisher = a.ID, a.ID
	return e
}

func personEvent(by Actor, at time.Time, action string, p Person) Event {
	return event(by, at, action, p.ID, p.Name)
}
