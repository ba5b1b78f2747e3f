package web

import (
	"net/http"

	"packtide/release"
	"packtide/web/view"
)

func (s *Server) installForm(v *visit) error {
	return s.showInstall(v, http.StatusOK, view.Install{})
}

// installPack attaches the pack to the acting account (R26).
func (s *Server) installPack(v *visit) error {
	id, err := v.id("pack")
	if err != nil {
		return err
	}
	in := release.Install{Pack: id, Name: v.FormValue("name"), Environment: v.FormValue("environment")}
	a, err := s.service.InstallPack(v.ctx(), v.actor, in)
	if r, ok := refused(err); ok {
		return s.showInstall(v, r.Status, view.Install{Name: in.Name, Environment: in.Environment, Errors: r.fields(), Refusal: r.On("")})
	}
	if err != nil {
		return err
	}
	row, err := s.reader.Attachment(v.ctx(), v.actor, a.ID)
	if err != nil {
		return err
	}
	v.flash(view.Good, "%s is installed. It runs %s.", view.AttachmentTitle(row), view.ReleaseLabel(row.Runs))
	return v.redirect("/attachments/" + a.ID.String())
}

// showInstall fills in what the form needs of the pack.
func (s *Server) showInstall(v *visit, status int, f view.Install) error {
	id, err := v.id("pack")
	if err != nil {
		return err
	}
	if f.Pack, err = s.reader.CataloguePack(v.ctx(), v.actor, id); err != nil {
		return err
	}
	mine, err := s.ownAttachments(v, id, 1)
	if err != nil {
		return err
	}
	if len(mine) > 0 && !f.Pack.Multiple {
		f.Existing = &mine[0]
	}
	f.Outside, f.Clock = outside(mine), v.clock()
	name := f.Pack.PackRow.Name
	return v.page(status, view.Page{
		Title:  "Install " + name,
		Crumbs: []view.Crumb{{Href: "/catalogue", Label: "Catalogue"}, {Href: "/catalogue/" + id.String(), Label: name}, {Label: "Install"}},
	}, view.InstallPage(f))
}

// fields are the refusals that belong beside a field; the others stand above the form.
func (r refusal) fields() []view.FieldError {
	var list []view.FieldError
	for _, e := range r.Errors {
		if e.Field != "" {
			list = append(list, e)
		}
	}
	return list
}

func (s *Server) uninstallForm(v *visit) error { return s.showUninstall(v, http.StatusOK, "") }

// uninstall detaches an attachment; its history stays (R29).
func (s *Server) uninstall(v *visit) error {
	id, err := v.id("attachment")
	if err != nil {
		return err
	}
	err = s.service.Uninstall(v.ctx(), v.actor, id)
	if r, ok := refused(err); ok {
		return s.showUninstall(v, r.Status, r.Errors[0].Text)
	}
	if err != nil {
		return err
	}
	row, err := s.reader.Attachment(v.ctx(), v.actor, id)
	if err != nil {
		return err
	}
	v.flash(view.Good, "%s is uninstalled. Its history stays.", view.AttachmentTitle(row))
	return v.redirect("/installed")
}

func (s *Server) showUninstall(v *visit, status int, refusal string) error {
	row, err := s.attachmentRow(v)
	if err != nil {
		return err
	}
	if row.Account != v.actor.Account {
		return release.ErrNotFound // a publisher's view of another account's
	}
	head := view.Page{Title: "Uninstall " + view.AttachmentTitle(row) + "?", Crumbs: attachmentCrumbs(v, row, "Uninstall")}
	return v.page(status, head, view.UninstallPage(view.Uninstall{Row: row, Refusal: refusal, Clock: v.clock()}))
}
