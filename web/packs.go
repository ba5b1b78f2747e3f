package web

import (
	"net/http"
	"strconv"
	"strings"

	"packtide/release"
	"packtide/web/view"
)

// mayPublish tells whether pages offer the person what only a publisher does; the use cases decide for themselves.
func (v *visit) mayPublish() bool { return roleOf(v.actor)&asPublisher != 0 }

// lines is a text of several lines as typed; browsers send CRLF.
func (v *visit) lines(name string) string { return strings.ReplaceAll(v.FormValue(name), "\r\n", "\n") }

func packPath(pack release.ID) string { return "/packs/" + pack.String() }

func packCrumbs(id release.ID, name string, rest ...view.Crumb) []view.Crumb {
	return append([]view.Crumb{{Href: "/packs", Label: "Packs"}, {Href: packPath(id), Label: name}}, rest...)
}

// packs lists the publisher's packs; staff see those of all.
func (s *Server) packs(v *visit) error {
	query := strings.TrimSpace(v.QueryParam("q"))
	name, id := v.afterKey()
	rows, err := s.reader.Packs(v.ctx(), v.actor, query, name, id, pageSize+1)
	if err != nil {
		return err
	}
	rows, more := cut(rows, pageSize)
	last := ""
	if more {
		last = nameKey(rows[pageSize-1].Name, rows[pageSize-1].ID)
	}
	p := view.PackList{
		Rows: rows, Query: query, Pages: v.nameKeys(last), Clock: v.clock(),
		Site: v.actor.ReadsSite(), MayPublish: v.mayPublish(),
	}
	head := view.Page{Title: "Packs", Lede: p.Lede(), Actions: p.Actions()}
	return v.page(http.StatusOK, head, view.Packs(p))
}

func (s *Server) newPackForm(v *visit) error {
	return s.showNewPack(v, http.StatusOK, view.PackForm{})
}

func (s *Server) showNewPack(v *visit, status int, f view.PackForm) error {
	f.Action, f.Cancel, f.New = "/packs/new", "/packs", true
	head := view.Page{
		Title: "Create a pack", Lede: "A pack bundles packages that are released together.",
		Crumbs: []view.Crumb{{Href: "/packs", Label: "Packs"}, {Label: "Create a pack"}},
	}
	return v.page(status, head, view.EditPack(f))
}

func (s *Server) createPack(v *visit) error {
	f := view.PackForm{Texts: v.packTexts(), Multiple: v.FormValue("multiple")}
	if f.Preview = v.FormValue("preview") != ""; f.Preview {
		return s.showNewPack(v, http.StatusOK, f)
	}
	n := release.NewPack{PackTexts: f.Texts}
	if multiple, err := strconv.ParseBool(f.Multiple); err == nil {
		n.Multiple = &multiple
	}
	p, err := s.service.CreatePack(v.ctx(), v.actor, n)
	if r, ok := refused(err); ok {
		f.Errors = r.Errors
		return s.showNewPack(v, r.Status, f)
	}
	if err != nil {
		return err
	}
	v.flash(view.Good, "%s is created. Add its packages next.", p.Name)
	return v.redirect(packPath(p.ID))
}

func (v *visit) packTexts() release.PackTexts {
	return release.PackTexts{
		Name: v.FormValue("name"), Description: v.lines("description"), InstallationGuide: v.lines("installation_guide"),
		UserGuide: v.lines("user_guide"), SupportContact: v.lines("support_contact"),
	}
}

func (s *Server) editPackForm(v *visit) error {
	p, err := s.packOf(v)
	if err != nil {
		return err
	}
	return s.showEditPack(v, http.StatusOK, p, view.PackForm{Texts: p.PackTexts})
}

func (s *Server) showEditPack(v *visit, status int, p release.PackView, f view.PackForm) error {
	f.Action, f.Cancel, f.Multiple = packPath(p.ID)+"/edit", packPath(p.ID), strconv.FormatBool(p.Multiple)
	head := view.Page{
		Title: "Edit " + p.PackRow.Name, Lede: "Every account that has the pack, or may install it, sees these texts at once.",
		Crumbs: packCrumbs(p.ID, p.PackRow.Name, view.Crumb{Label: "Edit"}),
	}
	return v.page(status, head, view.EditPack(f))
}

func (s *Server) editPack(v *visit) error {
	p, err := s.packOf(v)
	if err != nil {
		return err
	}
	f := view.PackForm{Texts: v.packTexts()}
	if f.Preview = v.FormValue("preview") != ""; f.Preview {
		return s.showEditPack(v, http.StatusOK, p, f)
	}
	err = s.service.EditPack(v.ctx(), v.actor, p.ID, f.Texts)
	if r, ok := refused(err); ok {
		f.Errors = r.Errors
		return s.showEditPack(v, r.Status, p, f)
	}
	if err != nil {
		return err
	}
	v.flash(view.Good, "The texts of %s are saved.", strings.TrimSpace(f.Texts.Name))
	return v.redirect(packPath(p.ID))
}

// packOf is the pack that the address names.
func (s *Server) packOf(v *visit) (release.PackView, error) {
	id, err := v.id("pack")
	if err != nil {
		return release.PackView{}, err
	}
	return s.reader.Pack(v.ctx(), v.actor, id)
}

func (s *Server) deletePackForm(v *visit) error {
	p, err := s.packOf(v)
	if err != nil {
		return err
	}
	return s.showDeletePack(v, http.StatusOK, p, nil)
}

// showDeletePack names the accounts from which the pack is uninstalled (R11): the first fifty, and how many more.
func (s *Server) showDeletePack(v *visit, status int, p release.PackView, errors []view.FieldError) error {
	accounts, err := s.reader.PackAccounts(v.ctx(), v.actor, p.ID, "", release.ID{}, pageSize)
	if err != nil {
		return err
	}
	c := view.DeletePack(p, accounts)
	c.Errors = errors
	head := view.Page{Title: c.Title, Crumbs: packCrumbs(p.ID, p.PackRow.Name, view.Crumb{Label: "Delete"})}
	return v.page(status, head, view.ConfirmPage(c))
}

func (s *Server) deletePack(v *visit) error {
	p, err := s.packOf(v)
	if err != nil {
		return err
	}
	detached, err := s.service.DeletePack(v.ctx(), v.actor, p.ID, v.FormValue("confirm"))
	if r, ok := refused(err); ok {
		return s.showDeletePack(v, r.Status, p, r.Errors)
	}
	if err != nil {
		return err
	}
	v.flash(view.Good, "%s is deleted, and uninstalled from %s. Its history stays.", p.PackRow.Name, view.Amount(detached, "attachment"))
	return v.redirect("/packs")
}
