package api

import (
	"cmp"
	"net/http"
	"net/url"

	"packtide/release"
	"packtide/store"
	"packtide/web"
)

func accountRoutes() []route {
	return []route{
		{http.MethodGet, "/accounts", web.PublisherSide, nothing, searched, (*Server).accounts},
		{http.MethodPost, "/accounts", web.AsOperator, asJSON, "", (*Server).createAccount},
		{http.MethodGet, "/accounts/:account_id", web.SignedIn, nothing, "", (*Server).account},
		{http.MethodPatch, "/accounts/:account_id", web.AsOperator, asJSON, "", (*Server).editAccount},
		{http.MethodGet, "/people", web.AsOperator, nothing, "account " + searched, (*Server).people},
		{http.MethodPost, "/people", web.AsOperator, asJSON, "", (*Server).invite},
	}
}

type account struct {
	ID          release.ID `json:"id"`
	Name        string     `json:"name"`
	TimeZone    string     `json:"time_zone"`
	Publishes   bool       `json:"publishes"`
	Installs    bool       `json:"installs"`
	Attachments *int64     `json:"attachments,omitempty"` // in lists
}

func accountOf(a release.Account) account {
	return account{ID: a.ID, Name: a.Name, TimeZone: a.Zone, Publishes: a.Publisher, Installs: a.Managed}
}

// listAccounts answers a page of the filter, by name.
func (s *Server) listAccounts(c *call, f store.AccountFilter) error {
	p, id, err := c.byName()
	if err != nil {
		return err
	}
	f.Query, f.AfterName, f.AfterID, f.Limit = c.QueryParam("q"), p.name(), id, p.ask()
	rows, err := s.reader.Accounts(c.ctx(), c.actor, f)
	if err != nil {
		return err
	}
	item := func(r release.AccountRow) account {
		a := accountOf(r.Account)
		a.Attachments = &r.Attachments
		return a
	}
	return list(c, p, rows, item, func(r release.AccountRow) []string { return []string{r.Name, r.ID.String()} })
}

func (s *Server) accounts(c *call) error { return s.listAccounts(c, store.AccountFilter{}) }

func (s *Server) account(c *call) error {
	id, err := c.id("account_id")
	if err != nil {
		return err
	}
	a, err := s.reader.Account(c.ctx(), c.actor, id)
	if err != nil {
		return err
	}
	return c.one(accountOf(a))
}

type newAccount struct {
	Name      string `json:"name"`
	TimeZone  string `json:"time_zone"`
	Publishes bool   `json:"publishes"`
	Installs  bool   `json:"installs"`
}

func (s *Server) createAccount(c *call) error {
	in, err := decode[newAccount](c)
	if err != nil {
		return err
	}
	made, err := s.service.CreateAccount(c.ctx(), c.actor, release.NewAccount{
		Name: in.Name, Zone: in.TimeZone, Publisher: in.Publishes, Managed: in.Installs,
	})
	if err != nil {
		return inFields(err, accountFields)
	}
	return c.created("/accounts/"+made.ID.String(), accountOf(made))
}

// accountFields are the names that the API gives to fields of an account.
var accountFields = map[string]string{"zone": "/time_zone", "purpose": "/publishes"}

// inFields renames the fields of refusals to what the request calls them.
func inFields(err error, names map[string]string) error {
	list := refusalsOf(err)
	renamed := make(release.Errors, len(list))
	for i, e := range list {
		renamed[i] = e
		if name := names[e.Field]; name != "" {
			renamed[i] = e.On(name)
		}
	}
	if len(renamed) == 0 {
		return err
	}
	return several(renamed)
}

type accountChange struct {
	Name      *string `json:"name"`
	TimeZone  *string `json:"time_zone"`
	Publishes *bool   `json:"publishes"`
	Installs  *bool   `json:"installs"`
}

func (s *Server) editAccount(c *call) error {
	id, err := c.id("account_id")
	if err != nil {
		return err
	}
	in, err := decode[accountChange](c)
	if err != nil {
		return err
	}
	old, err := s.reader.Account(c.ctx(), c.actor, id)
	if err != nil {
		return err
	}
	n := release.NewAccount{
		Name: *cmp.Or(in.Name, &old.Name), Zone: *cmp.Or(in.TimeZone, &old.Zone), Publisher: *cmp.Or(in.Publishes, &old.Publisher),
		Managed: *cmp.Or(in.Installs, &old.Managed),
	}
	if err := s.service.EditAccount(c.ctx(), c.actor, id, n); err != nil {
		return inFields(err, accountFields)
	}
	a, err := s.reader.Account(c.ctx(), c.actor, id)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, accountOf(a))
}

// personRow is one person with what they may do.
type personRow struct {
	ID          release.ID          `json:"id"`
	Name        string              `json:"name"`
	Email       string              `json:"email"`
	Site        *release.SiteRole   `json:"site"`
	Disabled    bool                `json:"disabled"`
	Memberships []membershipAccount `json:"memberships"`
}

type membershipAccount struct {
	Account   named                  `json:"account"`
	Publisher *release.PublisherRole `json:"publisher"`
	Managed   *release.ManagedRole   `json:"managed"`
}

func personRowOf(p release.PersonRow) personRow {
	return personRow{p.ID, p.Name, p.Email, orNull(p.Site), p.DisabledAt != nil, eachOf(p.Memberships, func(m release.MembershipRow) membershipAccount {
		return membershipAccount{named{m.Account, m.AccountName}, orNull(m.Publisher), orNull(m.Managed)}
	})}
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

// invited is the person, and the link to pass on; null for somebody who has joined already.
type invited struct {
	Person named   `json:"person"`
	Link   *string `json:"link"`
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
	answer := invited{Person: named{p.ID, p.Name}}
	if secret != "" {
		answer.Link = textOrNull(s.baseURL + "/welcome/" + string(secret))
	}
	return c.created("/people?q="+url.QueryEscape(p.Email), answer)
}
