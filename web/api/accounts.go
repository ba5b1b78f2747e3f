package api

import (
	"net/http"

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

// accountRowOf is an account in a list, where its attachments are counted.
func accountRowOf(r release.AccountRow) account {
	a := accountOf(r.Account)
	a.Attachments = &r.Attachments
	return a
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
	return list(c, p, rows, accountRowOf, func(r release.AccountRow) []string { return []string{r.Name, r.ID.String()} })
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
var accountFields = map[string]string{"zone": "/time_zone", "purpose": "/publishes", "publisher": "/publishes", "managed": "/installs"}

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
	e := release.AccountEdit{Name: in.Name, Zone: in.TimeZone, Publisher: in.Publishes, Managed: in.Installs}
	if err := s.service.AmendAccount(c.ctx(), c.actor, id, e); err != nil {
		return inFields(err, accountFields)
	}
	a, err := s.reader.Account(c.ctx(), c.actor, id)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, accountOf(a))
}
