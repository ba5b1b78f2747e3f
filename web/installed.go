package web

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"packtide/release"
	"packtide/web/view"
)

// installed lists what the acting account has installed, newest first, with what comes next and what to do about it.
func (s *Server) installed(v *visit) error {
	f := release.InstallBaseFilter{
		Account: v.actor.Account, Query: strings.TrimSpace(v.QueryParam("q")), State: release.AttachmentState(v.QueryParam("state")),
		Limit: pageSize + 1,
	}
	if !slices.Contains([]release.AttachmentState{"", release.StateTrying, release.StateWaiting, release.StateDetached}, f.State) {
		return release.ErrNotFound
	}
	if err := readIDs(v.QueryParams(), map[string]*release.ID{"pack": &f.Pack, "before": &f.Before}); err != nil {
		return err
	}
	rows, err := s.reader.InstallBase(v.ctx(), v.actor, f)
	if err != nil {
		return err
	}
	p := view.Installed{State: f.State, Query: f.Query, Admin: v.actor.Managed == release.RoleAdmin, Clock: v.clock()}
	var more bool
	if p.Rows, more = cut(rows, pageSize); more {
		p.Older = v.withQuery("before", p.Rows[len(p.Rows)-1].ID.String())
	}
	if !f.Before.IsZero() {
		p.Newest = v.withQuery("before", "")
	}
	head := view.Page{
		Title: "What has " + v.accountName() + " installed?", Lede: "Each attachment with what it runs and what comes next.",
		Tabs: installedTabs(v, f.State),
	}
	if !f.Pack.IsZero() && len(p.Rows) > 0 {
		p.PackName = p.Rows[0].PackName
	}
	return v.page(http.StatusOK, head, view.InstalledPage(p))
}

// installedTabs are the views of the list. They keep what else narrows it, but begin at its first page.
func installedTabs(v *visit, state release.AttachmentState) []view.Tab {
	var tabs []view.Tab
	for _, t := range []struct {
		state release.AttachmentState
		label string
	}{{"", "All"}, {release.StateWaiting, "Waiting"}, {release.StateTrying, "Trying"}, {release.StateDetached, "Uninstalled"}} {
		href := view.Without("/installed", v.QueryParams(), "state", "before")
		if t.state != "" {
			kept := maps.Clone(v.QueryParams())
			kept.Del("before")
			href = view.With("/installed", kept, "state", string(t.state))
		}
		tabs = append(tabs, view.Tab{Href: href, Label: t.label, Current: t.state == state})
	}
	return tabs
}
