package web

import (
	"net/http"

	"packtide/release"
	"packtide/web/view"
)

// people lists everybody who can sign in, or could.
func (s *Server) people(v *visit) error {
	return s.showPeople(v, http.StatusOK, view.InviteForm{})
}

func (s *Server) showPeople(v *visit, status int, f view.InviteForm) error {
	query := v.QueryParam("q")
	rows, err := s.reader.People(v.ctx(), v.actor, release.ID{}, query, v.QueryParam("after"), pageSize+1)
	if err != nil {
		return err
	}
	page := view.People{Search: query, Invite: f, Clock: v.clock()}
	var more bool
	if page.Rows, more = cut(rows, pageSize); more {
		page.Pages = v.nameKeys(page.Rows[pageSize-1].Email)
	}
	head := view.Page{Title: "Who can sign in?", Lede: "Staff of this site, and the people of every account. Invite people of an account from its own page."}
	return v.page(status, head, view.PeoplePage(page))
}

// inviteStaff lets a member of the site's own staff in.
func (s *Server) inviteStaff(v *visit) error {
	f := view.InviteForm{Invite: release.Invite{Email: v.FormValue("email"), Name: v.FormValue("name"), Site: release.SiteRole(v.FormValue("site_role"))}}
	return s.invite(v, f, func(status int, f view.InviteForm) error { return s.showPeople(v, status, f) }, "/people")
}

// onePerson is one person with what they may do.
func (s *Server) onePerson(v *visit) error {
	id, err := v.id("person")
	if err != nil {
		return err
	}
	return s.showPerson(v, id, http.StatusOK, nil)
}

func (s *Server) showPerson(v *visit, id release.ID, status int, errs []view.FieldError) error {
	p, err := s.reader.PersonRow(v.ctx(), v.actor, id)
	if err != nil {
		return err
	}
	head := view.Page{Title: p.Name, Lede: p.Email, Crumbs: []view.Crumb{{Href: "/people", Label: "People"}, {Label: p.Name}}}
	return v.page(status, head, view.PersonPage(view.PersonDetail{Row: p, Errors: errs, Clock: v.clock()}))
}

// changePerson runs one of the buttons on a person's page.
func (s *Server) changePerson(v *visit, change func(release.ID) error, done string) error {
	id, err := v.id("person")
	if err != nil {
		return err
	}
	err = change(id)
	if r, ok := refused(err); ok {
		return s.showPerson(v, id, r.Status, r.Errors)
	}
	if err != nil {
		return err
	}
	v.flash(view.Good, "%s", done)
	return v.redirect("/people/" + id.String())
}

func (s *Server) disablePerson(v *visit) error {
	return s.changePerson(v, func(id release.ID) error { return s.service.DisablePerson(v.ctx(), v.actor, id) }, "They can't sign in any more.")
}

func (s *Server) enablePerson(v *visit) error {
	return s.changePerson(v, func(id release.ID) error { return s.service.EnablePerson(v.ctx(), v.actor, id) }, "They can sign in again.")
}

// setRoles replaces what the person may do in one account; without any role the membership ends.
func (s *Server) setRoles(v *visit) error {
	account, err := release.ParseID(v.FormValue("account"))
	if err != nil {
		return err
	}
	return s.changePerson(v, func(id release.ID) error {
		return s.service.SetRoles(v.ctx(), v.actor, release.Membership{
			Person: id, Account: account,
			Publisher: release.PublisherRole(v.FormValue("publisher_role")), Managed: release.ManagedRole(v.FormValue("managed_role")),
		})
	}, "The roles are saved.")
}

// newPasswordLink makes a link for someone who has forgotten their password, or lost their invitation.
func (s *Server) newPasswordLink(v *visit) error {
	id, err := v.id("person")
	if err != nil {
		return err
	}
	p, err := s.reader.PersonRow(v.ctx(), v.actor, id)
	if err != nil {
		return err
	}
	secret, err := s.service.NewPasswordLink(v.ctx(), v.actor, id)
	if r, ok := refused(err); ok {
		return s.showPerson(v, id, r.Status, r.Errors)
	}
	if err != nil {
		return err
	}
	return s.showLink(v, view.LinkShown{
		Name: p.Name, Email: p.Email, URL: s.absolute("/welcome/" + string(secret)), Days: 1, Back: "/people/" + id.String(),
	})
}
