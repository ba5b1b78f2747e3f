package web

import (
	"net/http"
	"slices"

	"packtide/release"
	"packtide/store"
	"packtide/web/view"
)

// accounts lists every account.
func (s *Server) accounts(v *visit) error {
	name, id := v.afterKey()
	query := v.QueryParam("q")
	rows, err := s.reader.Accounts(v.ctx(), v.actor, store.AccountFilter{Query: query, AfterName: name, AfterID: id, Limit: pageSize + 1})
	if err != nil {
		return err
	}
	rows, more := cut(rows, pageSize)
	last := ""
	if more {
		last = nameKey(rows[len(rows)-1].Name, rows[len(rows)-1].ID)
	}
	page := view.Accounts{Search: query, Rows: rows, Pages: v.nameKeys(last), MayEdit: v.actor.Site == release.RoleOperator, Clock: v.clock()}
	head := view.Page{Title: "Which accounts are there?", Lede: "Publishers release packs, managed accounts install them; one account may do both."}
	if page.MayEdit {
		head.Actions = view.LinkButton(view.Primary, "plus", "Open an account", "/accounts/new")
	}
	return v.page(http.StatusOK, head, view.AccountsPage(page))
}

func (s *Server) newAccountForm(v *visit) error {
	return s.showAccountForm(v, http.StatusOK, view.AccountForm{New: release.NewAccount{Zone: "Europe/Paris", Managed: true}})
}

func (s *Server) showAccountForm(v *visit, status int, f view.AccountForm) error {
	head := view.Page{Title: f.Title(), Crumbs: []view.Crumb{{Href: "/accounts", Label: "Accounts"}, {Label: f.Title()}}}
	f.Zones = release.ZoneNames()
	return v.page(status, head, view.AccountFormPage(f))
}

func (s *Server) newAccount(v *visit) error {
	n := typedAccount(v)
	a, err := s.service.CreateAccount(v.ctx(), v.actor, n)
	if r, ok := refused(err); ok {
		return s.showAccountForm(v, r.Status, view.AccountForm{New: n, Errors: r.Errors})
	}
	if err != nil {
		return err
	}
	v.flash(view.Good, "%s is open. Invite its first person now.", a.Name)
	return v.redirect("/accounts/" + a.ID.String())
}

func typedAccount(v *visit) release.NewAccount {
	n := release.NewAccount{Name: v.FormValue("name"), Zone: v.FormValue("zone")}
	purposes := v.Request().PostForm["purpose"]
	n.Publisher, n.Managed = slices.Contains(purposes, "publisher"), slices.Contains(purposes, "managed")
	return n
}

// account is one account with its people.
func (s *Server) account(v *visit) error {
	id, err := v.id("account")
	if err != nil {
		return err
	}
	return s.showAccount(v, id, http.StatusOK, view.InviteForm{})
}

func (s *Server) showAccount(v *visit, id release.ID, status int, f view.InviteForm) error {
	a, err := s.reader.Account(v.ctx(), v.actor, id)
	if err != nil {
		return err
	}
	people, err := s.reader.People(v.ctx(), v.actor, id, "", v.QueryParam("after"), pageSize+1)
	if err != nil {
		return err
	}
	page := view.AccountPage{Account: a, Invite: f, MayEdit: v.actor.Site == release.RoleOperator, Clock: v.clock()}
	if page.Ledger, err = s.ledgerOf(v, release.LedgerOf{Account: id}, "account", id); err != nil {
		return err
	}
	var more bool
	if page.People, more = cut(people, pageSize); more {
		page.Pages = v.nameKeys(page.People[pageSize-1].Email)
	}
	head := view.Page{Title: a.Name, Crumbs: []view.Crumb{{Href: "/accounts", Label: "Accounts"}, {Label: a.Name}}, Lede: view.AccountPurpose(a) + " in " + a.Zone}
	head.Actions = view.SupportAccountActions(page)
	return v.page(status, head, view.AccountDetail(page))
}

func (s *Server) editAccountForm(v *visit) error {
	id, err := v.id("account")
	if err != nil {
		return err
	}
	a, err := s.reader.Account(v.ctx(), v.actor, id)
	if err != nil {
		return err
	}
	return s.showAccountForm(v, http.StatusOK, view.AccountForm{
		ID: id, New: release.NewAccount{Name: a.Name, Zone: a.Zone, Publisher: a.Publisher, Managed: a.Managed},
	})
}

func (s *Server) editAccount(v *visit) error {
	id, err := v.id("account")
	if err != nil {
		return err
	}
	n := typedAccount(v)
	err = s.service.EditAccount(v.ctx(), v.actor, id, n)
	if r, ok := refused(err); ok {
		return s.showAccountForm(v, r.Status, view.AccountForm{ID: id, New: n, Errors: r.Errors})
	}
	if err != nil {
		return err
	}
	v.flash(view.Good, "The account is saved.")
	return v.redirect("/accounts/" + id.String())
}

// inviteToAccount lets a person into the account; the link is shown once, for the operator to pass on.
func (s *Server) inviteToAccount(v *visit) error {
	id, err := v.id("account")
	if err != nil {
		return err
	}
	f := view.InviteForm{Invite: release.Invite{
		Email: v.FormValue("email"), Name: v.FormValue("name"), Account: id,
		Publisher: release.PublisherRole(v.FormValue("publisher_role")), Managed: release.ManagedRole(v.FormValue("managed_role")),
	}}
	return s.invite(v, f, func(status int, f view.InviteForm) error { return s.showAccount(v, id, status, f) }, "/accounts/"+id.String())
}

// invite is the same for an account and for the site's staff.
func (s *Server) invite(v *visit, f view.InviteForm, again func(int, view.InviteForm) error, back string) error {
	p, secret, err := s.service.InvitePerson(v.ctx(), v.actor, f.Invite)
	if r, ok := refused(err); ok {
		f.Errors = r.Errors
		return again(r.Status, f)
	}
	if err != nil {
		return err
	}
	if secret == "" && p.PasswordHash == "" {
		v.flash(view.Good, "An invitation is on its way to %s. Its link works once, within %d days; make a new link on the person's page when it does not arrive.", p.Email, int(release.LinkLife.Hours()/24))
		return v.redirect(back)
	}
	if secret == "" {
		v.flash(view.Good, "%s has a password already and can act here at once.", p.Name)
		return v.redirect(back)
	}
	return s.showLink(v, view.LinkShown{
		Name: p.Name, Email: p.Email, URL: s.absolute("/welcome/" + string(secret)), Days: int(release.LinkLife.Hours() / 24), Back: back,
	})
}

// showLink shows a one-time link, once: only its hash is kept.
func (s *Server) showLink(v *visit, l view.LinkShown) error {
	return v.page(http.StatusOK, view.Page{Title: "Pass this link on to " + l.Name}, view.LinkPage(l))
}

// absolute is an address as it stands in a mail.
func (s *Server) absolute(path string) string { return s.baseURL + path }
