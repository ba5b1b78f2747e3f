package web

import (
	"net/http"
	"net/url"

	"packtide/release"
	"packtide/web/view"
)

// savedViews is the list of the person's own views, where they act.
func (s *Server) savedViews(v *visit) error {
	rows, err := s.reader.SavedViews(v.ctx(), v.actor)
	if err != nil {
		return err
	}
	return v.page(http.StatusOK, view.Page{
		Title: "Saved views", Lede: "Your own names for what you look at in the install base.", Crumbs: savedViewCrumbs(""),
	}, view.SavedViewsPage(view.SavedViews{Rows: rows, BaseURL: s.baseURL, Clock: v.clock()}))
}

func savedViewCrumbs(last string) []view.Crumb {
	crumbs := []view.Crumb{{Href: "/install-base", Label: "Install base"}, {Label: "Saved views"}}
	if last != "" {
		crumbs[1].Href = "/install-base/views"
		crumbs = append(crumbs, view.Crumb{Label: last})
	}
	return crumbs
}

// saveViewForm asks for the name of the view that the address holds.
func (s *Server) saveViewForm(v *visit) error {
	return s.showSaveView(v, http.StatusOK, view.SavedViewForm{Hidden: v.QueryParams()})
}

func (s *Server) showSaveView(v *visit, status int, f view.SavedViewForm) error {
	address := release.ViewAddress(f.Hidden)
	f.Action, f.Button, f.Cancel = "/install-base/views/new", "Save the view", view.HrefSavedView(release.SavedView{Address: address})
	return v.page(status, view.Page{Title: "Save this view", Crumbs: savedViewCrumbs("Save")}, view.SavedViewFormPage(f))
}

func (s *Server) saveView(v *visit) error {
	form, err := v.FormValues()
	if err != nil {
		return err
	}
	saved, err := s.service.SaveView(v.ctx(), v.actor, form.Get("name"), savedQuery(form))
	if r, ok := refused(err); ok {
		return s.showSaveView(v, r.Status, view.SavedViewForm{Hidden: form, Name: form.Get("name"), Errors: r.Errors})
	}
	if err != nil {
		return err
	}
	v.flash(view.Good, "The view %s is saved. You find it beside the search.", saved.Name)
	return v.redirect(view.HrefSavedView(saved))
}

// savedQuery is the form without its name, which is no filter.
func savedQuery(form url.Values) url.Values {
	q := url.Values{}
	for name, values := range form {
		if name != "name" {
			q[name] = values
		}
	}
	return q
}

// ownView is the view of the path, one of the person's own.
func (s *Server) ownView(v *visit) (release.SavedView, error) {
	id, err := v.id("view")
	if err != nil {
		return release.SavedView{}, err
	}
	rows, err := s.reader.SavedViews(v.ctx(), v.actor)
	if err != nil {
		return release.SavedView{}, err
	}
	for _, r := range rows {
		if r.ID == id {
			return r, nil
		}
	}
	return release.SavedView{}, release.ErrNotFound
}

func (s *Server) renameViewForm(v *visit) error {
	saved, err := s.ownView(v)
	if err != nil {
		return err
	}
	return s.showRenameView(v, http.StatusOK, saved, view.SavedViewForm{Name: saved.Name})
}

func (s *Server) showRenameView(v *visit, status int, saved release.SavedView, f view.SavedViewForm) error {
	f.Action, f.Button, f.Cancel = "/install-base/views/"+saved.ID.String(), "Rename the view", "/install-base/views"
	return v.page(status, view.Page{Title: "Rename " + saved.Name, Crumbs: savedViewCrumbs("Rename")}, view.SavedViewFormPage(f))
}

func (s *Server) renameView(v *visit) error {
	saved, err := s.ownView(v)
	if err != nil {
		return err
	}
	name := v.FormValue("name")
	err = s.service.RenameView(v.ctx(), v.actor, saved.ID, name)
	if r, ok := refused(err); ok {
		return s.showRenameView(v, r.Status, saved, view.SavedViewForm{Name: name, Errors: r.Errors})
	}
	if err != nil {
		return err
	}
	v.flash(view.Good, "The view is called %s now.", name)
	return v.redirect("/install-base/views")
}

func (s *Server) deleteViewForm(v *visit) error {
	saved, err := s.ownView(v)
	if err != nil {
		return err
	}
	c := view.SavedViewDelete(saved)
	return v.page(http.StatusOK, view.Page{Title: c.Title, Crumbs: savedViewCrumbs("Delete")}, view.ConfirmPage(c))
}

func (s *Server) deleteView(v *visit) error {
	saved, err := s.ownView(v)
	if err != nil {
		return err
	}
	if err := s.service.DeleteView(v.ctx(), v.actor, saved.ID); err != nil {
		return err
	}
	v.flash(view.Good, "The view %s is deleted.", saved.Name)
	return v.redirect("/install-base/views")
}
