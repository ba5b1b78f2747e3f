package api

import (
	"slices"
	"time"

	"packtide/release"
)

// me is who the token acts as, where, and what it may do.
type me struct {
	Person  person      `json:"person"`
	Account *accountRef `json:"account"` // null: the site
	Roles   meRoles     `json:"roles"`
	Token   token       `json:"token"`
}

type person struct {
	ID    release.ID `json:"id"`
	Name  string     `json:"name"`
	Email string     `json:"email"`
}

// meRoles are the roles in the account, or on the site.
type meRoles struct {
	Publisher *release.PublisherRole `json:"publisher"`
	Managed   *release.ManagedRole   `json:"managed"`
	Site      *release.SiteRole      `json:"site"`
}

// accountRef is an account where it is named.
type accountRef struct {
	ID       release.ID `json:"id"`
	Name     string     `json:"name"`
	TimeZone string     `json:"time_zone"`
}

// named is anything where it is named.
type named struct {
	ID   release.ID `json:"id"`
	Name string     `json:"name"`
}

// orNull is nil for what is not there.
func orNull[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

func (s *Server) me(c *call) error {
	p, err := s.reader.Person(c.ctx(), c.actor.Person)
	if err != nil {
		return err
	}
	row, err := s.reader.TokenInUse(c.ctx(), c.token.ID)
	if err != nil {
		return err
	}
	answer := me{Person: person{p.ID, p.Name, p.Email}, Token: tokenOf(row)}
	answer.Roles = meRoles{orNull(c.actor.Publisher), orNull(c.actor.Managed), orNull(c.actor.Site)}
	if !c.actor.Account.IsZero() {
		memberships, err := s.reader.Memberships(c.ctx(), p.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(memberships, func(m release.MembershipRow) bool { return m.Account == c.actor.Account })
		if i < 0 {
			return release.ErrNotFound // it ended a moment ago
		}
		answer.Account = &accountRef{ID: memberships[i].Account, Name: memberships[i].AccountName, TimeZone: memberships[i].AccountZone}
	}
	return c.one(answer)
}

// token is one of the person's tokens; its secret is answered once.
type token struct {
	ID         release.ID         `json:"id"`
	Name       string             `json:"name"`
	Scope      release.TokenScope `json:"scope"`
	Person     named              `json:"person"`
	Account    *named             `json:"account"` // null: the site
	CreatedAt  time.Time          `json:"created_at"`
	ExpiresAt  time.Time          `json:"expires_at"`
	LastUsedAt *time.Time         `json:"last_used_at"`
	Secret     string             `json:"secret,omitempty"`
}

func tokenOf(t release.TokenRow) token {
	answer := token{
		ID: t.ID, Name: t.Name, Scope: t.Scope, Person: named{t.Person, t.PersonName}, CreatedAt: t.CreatedAt, ExpiresAt: t.ExpiresAt,
		LastUsedAt: t.LastUsedAt,
	}
	if !t.Account.IsZero() {
		answer.Account = &named{t.Account, t.AccountName}
	}
	return answer
}

// tokens are the person's own that work, newest first. A person has few: the reader gives them all.
func (s *Server) tokens(c *call) error {
	p, err := c.page(1)
	if err != nil {
		return err
	}
	before, err := p.after()
	if err != nil {
		return err
	}
	all, err := s.reader.Tokens(c.ctx(), c.actor, c.actor.Person)
	if err != nil {
		return err
	}
	rows := slices.DeleteFunc(all, func(t release.TokenRow) bool {
		dead := t.RevokedAt != nil || !t.ExpiresAt.After(c.now)
		return dead || (!before.IsZero() && t.ID.String() >= before.String())
	})
	return list(c, p, rows, tokenOf, func(t release.TokenRow) []string { return []string{t.ID.String()} })
}

// newToken is what is asked for to make one.
type newToken struct {
	Name          string      `json:"name"`
	Scope         string      `json:"scope"`
	AccountID     *release.ID `json:"account_id"` // left out: where this token acts
	PersonID      *release.ID `json:"person_id"`  // operators: whom it acts as
	ExpiresInDays *int        `json:"expires_in_days"`
}

const day = 24 * time.Hour

func (s *Server) createToken(c *call) error {
	in, err := decode[newToken](c)
	if err != nil {
		return err
	}
	n := release.NewToken{Person: c.actor.Person, Account: c.actor.Account, Name: in.Name, Scope: release.TokenScope(in.Scope)}
	if in.PersonID != nil {
		n.Person = *in.PersonID
	}
	if in.AccountID != nil {
		n.Account = *in.AccountID
	}
	if c.actor.Site != release.RoleOperator && (n.Account != c.actor.Account || n.Person != c.actor.Person) {
		return release.ErrNotFound // a token opens no door that its maker's does not
	}
	if in.ExpiresInDays != nil {
		most := int(release.MaxTokenLife / day)
		if *in.ExpiresInDays < 1 || *in.ExpiresInDays > most {
			return onField("expires_in_days", "Give 1 to %d days.", most)
		}
		n.Life = time.Duration(*in.ExpiresInDays) * day
	}
	made, secret, err := s.service.CreateToken(c.ctx(), c.actor, n)
	if err != nil {
		return err
	}
	row, err := s.reader.TokenInUse(c.ctx(), made.ID)
	if err != nil {
		return err
	}
	answer := tokenOf(row)
	answer.Secret = string(secret)
	return c.created("/tokens", answer)
}

func (s *Server) revokeToken(c *call) error {
	id, err := c.id("token_id")
	if err != nil {
		return err
	}
	if err := s.service.RevokeToken(c.ctx(), c.actor, id); err != nil {
		return err
	}
	return c.done()
}
