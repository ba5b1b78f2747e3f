package web

import (
	"errors"
	"net/http"
	"strings"

	"packtide/release"
	"packtide/web/view"
)

// attachmentWhy answers why an attachment runs what it runs, with the facts: to its account, the pack's publisher, support.
func (s *Server) attachmentWhy(v *visit) error {
	id, err := v.id("attachment")
	if err != nil {
		return err
	}
	f, err := s.reader.Why(v.ctx(), v.actor, id, v.now)
	if err != nil {
		return err
	}
	p := view.Why{Row: f.Row, Why: release.Because(f), Clock: v.clock(), Facts: s.whyLinks(v, f.Row.Pack)}
	head := view.Page{Title: view.WhyTitle(p), LedeContent: view.WhyLede(p), Crumbs: attachmentCrumbs(v, f.Row, "Why?")}
	return v.page(http.StatusOK, head, view.WhyPage(p))
}

// whyLinks is where the facts lead this reader.
func (s *Server) whyLinks(v *visit, pack release.ID) view.WhyLinks {
	return view.WhyLinks{Audit: v.actor.ReadsSite(), Publisher: v.actor.ReadsSite() || v.actor.ReadsPublisher(), Pack: pack}
}

// whyNot answers why an account does not have a pack: to the pack's publisher and to support. The account and the pack come by
// their ids, or the pack by its name.
func (s *Server) whyNot(v *visit) error {
	var account, pack release.ID
	if err := readIDs(v.QueryParams(), map[string]*release.ID{"account": &account, "pack": &pack}); err != nil {
		return err
	}
	if account.IsZero() {
		return release.ErrNotFound
	}
	if pack.IsZero() {
		return s.choosePack(v, account)
	}
	f, err := s.reader.WhyNot(v.ctx(), v.actor, account, pack)
	if err != nil {
		return err
	}
	p := view.WhyNot{Facts: f, Case: release.WhyNot(f), Clock: v.clock(), Links: s.whyLinks(v, pack)}
	head := view.Page{
		Title: view.WhyNotTitle(p), LedeContent: view.WhyNotLede(p), Crumbs: []view.Crumb{{Href: "/install-base", Label: "Install base"}, {Label: "Why not?"}},
	}
	return v.page(http.StatusOK, head, view.WhyNotPage(p))
}

// choosePack finds the pack by its name; where several fit, the reader chooses.
func (s *Server) choosePack(v *visit, account release.ID) error {
	a, err := s.reader.Account(v.ctx(), v.actor, account)
	if err != nil {
		return err
	}
	name := strings.TrimSpace(v.QueryParam("q"))
	packs, err := s.reader.Packs(v.ctx(), v.actor, name, "", release.ID{}, pageSize)
	if err != nil && !errors.Is(err, release.ErrNotFound) {
		return err
	}
	if len(packs) == 1 && name != "" {
		return v.redirect(view.WhyNotPath(account, packs[0].ID))
	}
	p := view.WhyChoose{Account: a, Query: name, Packs: packs}
	head := view.Page{
		Title: "Which pack does " + a.Name + " not have?", Lede: "Choose the pack; the next page says why the account does not have it.",
		Crumbs: []view.Crumb{{Href: "/install-base", Label: "Install base"}, {Label: "Why not?"}},
	}
	return v.page(http.StatusOK, head, view.WhyChoosePage(p))
}
