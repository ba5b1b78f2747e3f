package release

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"
)

// InvitePerson lets a person in, into the site's staff or into one account, and returns the secret of their one-time link.
// Someone who has a password already gets the roles at once and no link: the secret is empty. So it is where the link is mailed: then
// nobody but its reader ever sees it.
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
			if secret, err = s.mailInvitation(ctx, tx, p, i.Account, secret); err != nil {
				return err
			}
		}
		return record(ctx, tx, accessTold(e, Notice{Account: e.Account, Person: p.ID, Subject: p.Name}))
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

// SetRoles replaces what a person may do in an account; no roles end the membership. Tokens that are of no use without the roles
// that end are revoked.
func (s *Service) SetRoles(ctx context.Context, by Actor, m Membership) error {
	if err := by.mayOperate(); err != nil {
		return err
	}
	return s.inTx(ctx, "set roles", func(ctx context.Context, tx Tx) error {
		p, err := tx.LockPerson(ctx, m.Person)
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
		at := s.now()
		e := personEvent(by, at, ActRoleChanged, p)
		e.Account, e.Publisher = a.ID, a.ID
		e.Before, e.After = Invite{Publisher: old.Publisher, Managed: old.Managed}.describe(), i.describe()
		if err := record(ctx, tx, accessTold(e, Notice{Account: a.ID, Person: p.ID, Subject: p.Name})); err != nil {
			return err
		}
		return endTokens(ctx, tx, by, at, m, m.endedScopes())
	})
}

// endedScopes are those whose tokens can do nothing any more with these roles.
func (m Membership) endedScopes() []TokenScope {
	switch {
	case m.Publisher == "" && m.Managed == "":
		return TokenScopes()
	case m.Managed == "":
		return []TokenScope{ScopeAgent}
	default:
		return nil
	}
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

func personEvent(by Actor, at time.Time, action string, p Person) Event {
	return event(by, at, action, p.ID, p.Name)
}
