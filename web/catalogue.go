package web

import (
	"net/http"
	"strings"

	"packtide/release"
	"packtide/web/view"
)

// catalogue lists what the account may install (R25), by name.
func (s *Server) catalogue(v *visit) error {
	query := strings.TrimSpace(v.QueryParam("q"))
	name, id := v.afterKey()
	rows, err := s.reader.Catalogue(v.ctx(), v.actor, query, name, id, pageSize+1)
	if err != nil {
		return err
	}
	rows, more := cut(rows, pageSize)
	last := ""
	if more {
		last = nameKey(rows[len(rows)-1].Name, rows[len(rows)-1].PackID)
	}
	p := view.Catalogue{Query: query, Rows: rows, Pages: v.nameKeys(last), Admin: v.actor.Managed == release.RoleAdmin, Clock: v.clock()}
	head := view.Page{
		Title: "What can " + v.accountName() + " install?", Lede: "Packs that publishers offer to your account.",
		Search: &view.Search{Action: "/catalogue", Label: "Search the catalogue", Value: query},
	}
	if query != "" {
		head.Lede = "Packs with “" + query + "” in their name."
	}
	return v.page(http.StatusOK, head, view.CataloguePage(p))
}

// shownReleases is how many releases a pack's page lists.
const shownReleases = 20

// cataloguePack shows one pack with what the account has of it.
func (s *Server) cataloguePack(v *visit) error {
	id, err := v.id("pack")
	if err != nil {
		return err
	}
	pack, err := s.reader.CataloguePack(v.ctx(), v.actor, id)
	if err != nil {
		return err
	}
	p := view.CataloguePack{Pack: pack, Admin: v.actor.Managed == release.RoleAdmin, Clock: v.clock()}
	if p.Mine, err = s.ownAttachments(v, id, view.MostCardRows); err != nil {
		return err
	}
	p.Outside = outside(p.Mine)
	if p.Releases, err = s.reader.Releases(v.ctx(), v.actor, id, 0, shownReleases); err != nil {
		return err
	}
	for _, r := range p.Releases {
		switch {
		case r.State == release.Pending:
			p.Pending = &r
		case r.Current():
			p.Current = r
		}
	}
	if p.Current.ID.IsZero() && pack.Current != nil { // older than all that are listed
		if p.Current, err = s.reader.Release(v.ctx(), v.actor, pack.Current.ID); err != nil {
			return err
		}
	}
	head := view.Page{
		Title: pack.PackRow.Name, Lede: pack.Description, Actions: view.CataloguePackActions(p),
		Crumbs: []view.Crumb{{Href: "/catalogue", Label: "Catalogue"}, {Label: pack.PackRow.Name}},
	}
	return v.page(http.StatusOK, head, view.CataloguePackPage(p))
}

// ownAttachments are the newest attachments of the pack in the acting account.
func (s *Server) ownAttachments(v *visit, pack release.ID, limit int) ([]release.AttachmentRow, error) {
	return s.reader.InstallBase(v.ctx(), v.actor, release.InstallBaseFilter{Account: v.actor.Account, Pack: pack, Limit: limit})
}

// outside tells whether the account may not install the pack any more (R30). Without an attachment of it, the account sees
// the pack only because it may.
func outside(mine []release.AttachmentRow) bool { return len(mine) > 0 && mine[0].Outside }

// catalogueRelease shows an account what a release brings.
func (s *Server) catalogueRelease(v *visit) error {
	pack, err := v.id("pack")
	if err != nil {
		return err
	}
	id, err := v.id("release")
	if err != nil {
		return err
	}
	r, err := s.reader.Release(v.ctx(), v.actor, id)
	if err != nil {
		return err
	}
	if r.PackID != pack || (r.State != release.Pending && r.State != release.Released) {
		return release.ErrNotFound
	}
	own, err := s.reader.CataloguePack(v.ctx(), v.actor, pack)
	if err != nil {
		return err
	}
	p := view.ReleasePage{Release: r, Waiting: int(own.Attachments - own.OptIns), Admin: v.actor.Managed == release.RoleAdmin, Clock: v.clock()}
	if p.Mine, err = s.ownAttachments(v, pack, view.MostCardRows); err != nil {
		return err
	}
	label := view.ReleaseLabel(&r.ReleaseRef)
	head := view.Page{
		Title: "What changes in " + r.PackName + " " + label + "?", LedeContent: view.ReleaseLede(p), Actions: view.ReleaseActions(p),
		Crumbs: []view.Crumb{{Href: "/catalogue", Label: "Catalogue"}, {Href: "/catalogue/" + pack.String(), Label: r.PackName}, {Label: label}},
	}
	return v.page(http.StatusOK, head, view.ReleasePageContent(p))
}
