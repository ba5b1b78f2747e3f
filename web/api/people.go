package api

import (
	"net/http"
	"slices"
	"time"

	"packtide/release"
	"packtide/web"
)

func peopleRoutes() []route {
	return []route{
		{http.MethodGet, "/people", web.Site, nothing, "account " + searched, (*Server).people},
		{http.MethodPost, "/people", web.AsOperator, asJSON, "", (*Server).invite},
		{http.MethodGet, "/people/:person_id", web.AsOperator, nothing, "", (*Server).onePerson},
		{http.MethodPatch, "/people/:person_id", web.AsOperator, asJSON, "", (*Server).editPerson},
		{http.MethodPost, "/people/:person_id/password-link", web.AsOperator, nothing, "", (*Server).passwordLink},
		{http.MethodPut, "/people/:person_id/accounts/:account_id", web.AsOperator, asJSON, "", (*Server).setRoles},
		{http.MethodDelete, "/people/:person_id/accounts/:account_id", web.AsOperator, nothing, "", (*Server).endRoles},
		{http.MethodGet, "/undelivered-messages", web.AsOperator, nothing, paged, (*Server).undelivered},
	}
}

// personRow is one person with what they may do.
type personRow struct {
	ID          release.ID          `json:"id"`
	Name        string              `json:"name"`
	Email       string              `json:"email"`
	Site        *release.SiteRole   `json:"site"`
	Disabled    bool                `json:"disabled"`
	LastSeenAt  *time.Time          `json:"last_seen_at"` // signed in
	Memberships []membershipAccount `json:"memberships"`
}

type membershipAccount struct {
	Account   named                  `json:"account"`
	Publisher *release.PublisherRole `json:"publisher"`
	Managed   *release.ManagedRole   `json:"managed"`
}

func personRowOf(p release.PersonRow) personRow {
	of := func(m release.MembershipRow) membershipAccount {
		return membershipAccount{named{m.Account, m.AccountName}, orNull(m.Publisher), orNull(m.Managed)}
	}
	return personRow{p.ID, p.Name, p.Email, orNull(p.Site), p.DisabledAt != nil, utc(p.LastSeen), eachOf(p.Memberships, of)}
}

func (s *Server) people(c *call) error {
	p, err := c.page(1)
	if err != nil {
		return err
	}
	var of release.ID
	if err := readIDs(c.QueryParams(), map[string]*release.ID{"account": &of}); err != nil {
		return err
	}
	if of.IsZero() && c.actor.Site != release.RoleOperator {
		return release.ErrForbidden.With("Support sees the people of one account at a time: give “account”.")
	}
	rows, err := s.reader.People(c.ctx(), c.actor, of, c.QueryParam("q"), p.name(), p.ask())
	if err != nil {
		return err
	}
	return list(c, p, rows, personRowOf, func(r release.PersonRow) []string { return []string{r.Email} })
}

type invitation struct {
	Email     string      `json:"email"`
	Name      string      `json:"name"`
	Site      string      `json:"site"`
	AccountID *release.ID `json:"account_id"`
	Publisher string      `json:"publisher"`
	Managed   string      `json:"managed"`
}

// invited is the person, and the link to pass on; null for somebody who has joined already, or to whom it was mailed.
type invited struct {
	Person named   `json:"person"`
	Link   *string `json:"link"`
	Mailed bool    `json:"mailed"`
}

func (s *Server) invite(c *call) error {
	in, err := decode[invitation](c)
	if err != nil {
		return err
	}
	i := release.Invite{
		Email: in.Email, Name: in.Name, Site: release.SiteRole(in.Site), Publisher: release.PublisherRole(in.Publisher), Managed: release.ManagedRole(in.Managed),
	}
	if in.AccountID != nil {
		i.Account = *in.AccountID
	}
	p, secret, err := s.service.InvitePerson(c.ctx(), c.actor, i)
	if err != nil {
		return inFields(err, map[string]string{"role": "/publisher"})
	}
	answer := invited{Person: named{p.ID, p.Name}, Mailed: secret == "" && p.PasswordHash == ""}
	if secret != "" {
		answer.Link = textOrNull(s.welcome(secret))
	}
	return c.created("/people/"+p.ID.String(), answer)
}

// welcome is the address of a one-time link. Its secret is in one answer alone: of what is kept for an Idempotency-Key, only
// the holder of the token can read it.
func (s *Server) welcome(secret release.Secret) string {
	return s.baseURL + "/welcome/" + string(secret)
}

// personOf reads the person of the address.
func (s *Server) personOf(c *call) (release.PersonRow, error) {
	id, err := c.id("person_id")
	if err != nil {
		return release.PersonRow{}, err
	}
	return s.reader.PersonRow(c.ctx(), c.actor, id)
}

func (s *Server) onePerson(c *call) error {
	p, err := s.personOf(c)
	if err != nil {
		return err
	}
	return c.one(personRowOf(p))
}

func (s *Server) answerPerson(c *call) error {
	p, err := s.personOf(c)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, personRowOf(p))
}

type personChange struct {
	Disabled *bool `json:"disabled"`
}

// editPerson shuts a person out, or lets them in again.
func (s *Server) editPerson(c *call) error {
	p, err := s.personOf(c)
	if err != nil {
		return err
	}
	in, err := decode[personChange](c)
	if err != nil {
		return err
	}
	if in.Disabled != nil {
		change := s.service.EnablePerson
		if *in.Disabled {
			change = s.service.DisablePerson
		}
		if err := change(c.ctx(), c.actor, p.ID); err != nil {
			return err
		}
	}
	return s.answerPerson(c)
}

// oneTimeLink is a link to be passed on, until it ends.
type oneTimeLink struct {
	Person    named     `json:"person"`
	Link      string    `json:"link"`
	ExpiresAt time.Time `json:"expires_at"`
}

func (s *Server) passwordLink(c *call) error {
	p, err := s.personOf(c)
	if err != nil {
		return err
	}
	secret, err := s.service.NewPasswordLink(c.ctx(), c.actor, p.ID)
	if err != nil {
		return err
	}
	return c.answer(http.StatusCreated, oneTimeLink{named{p.ID, p.Name}, s.welcome(secret), c.now.Add(release.PasswordLinkLife).UTC()})
}

type roles struct {
	Publisher string `json:"publisher"`
	Managed   string `json:"managed"`
}

// membershipOf is the person and the account of the address.
func (s *Server) membershipOf(c *call) (release.PersonRow, release.Membership, error) {
	p, err := s.personOf(c)
	if err != nil {
		return p, release.Membership{}, err
	}
	account, err := c.id("account_id")
	return p, release.Membership{Person: p.ID, Account: account}, err
}

// setRoles gives the person these roles in the account, in place of what they had there.
func (s *Server) setRoles(c *call) error {
	_, m, err := s.membershipOf(c)
	if err != nil {
		return err
	}
	in, err := decode[roles](c)
	if err != nil {
		return err
	}
	if m.Publisher, m.Managed = release.PublisherRole(in.Publisher), release.ManagedRole(in.Managed); m.Publisher == "" && m.Managed == "" {
		return release.ErrRoleMissing.With("%s To end it all, send DELETE.", release.ErrRoleMissing.Message).On("/publisher")
	}
	if err := s.service.SetRoles(c.ctx(), c.actor, m); err != nil {
		return inFields(err, map[string]string{"role": "/publisher"})
	}
	return s.answerPerson(c)
}

// endRoles takes the person out of the account.
func (s *Server) endRoles(c *call) error {
	p, m, err := s.membershipOf(c)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(p.Memberships, func(has release.MembershipRow) bool { return has.Account == m.Account }) {
		return release.ErrNotFound
	}
	if err := s.service.SetRoles(c.ctx(), c.actor, m); err != nil {
		return err
	}
	return c.done()
}

// deadMessage is an e-mail that was given up.
type deadMessage struct {
	ID       release.ID         `json:"id"`
	Person   person             `json:"person"`
	Account  string             `json:"account"`
	Kind     release.NoticeKind `json:"kind"`
	Attempts int                `json:"attempts"`
	Failure  string             `json:"failure"`
	EndedAt  time.Time          `json:"ended_at"`
}

func (s *Server) undelivered(c *call) error {
	p, before, err := c.byID()
	if err != nil {
		return err
	}
	rows, err := s.reader.DeadMails(c.ctx(), c.actor, before, p.ask())
	if err != nil {
		return err
	}
	item := func(m release.DeadMail) deadMessage {
		return deadMessage{m.ID, person{m.Person, m.Name, m.Email}, m.AccountName, m.Kind, m.Attempts, m.Failure, m.EndedAt.UTC()}
	}
	return list(c, p, rows, item, func(m release.DeadMail) []string { return []string{m.ID.String()} })
}
