package web

import (
	"net/http"
	"strings"
	"unicode/utf8"

	"packtide/release"
	"packtide/store"
	"packtide/web/view"
)

const (
	searchShown = 6 // of each kind of thing

	// searchLeast is how many letters a search for accounts and attachments takes: from three on, an index finds them.
	searchLeast = 3
)

// searchPage finds pages, packs, packages, accounts and attachments by name, as far as the person sees them. With
// part=list it answers with the list alone, for the palette.
func (s *Server) searchPage(v *visit) error {
	query := strings.TrimSpace(v.QueryParam("q"))
	found := view.SearchResults{Query: query, Short: utf8.RuneCountInString(query) < searchLeast, Places: v.searchPlaces(query)}
	if query != "" {
		for _, look := range []func(*visit, string) (view.SearchGroup, error){s.searchPacks, s.searchCatalogue, s.searchPackages} {
			if err := found.Add(look(v, query)); err != nil {
				return err
			}
		}
	}
	if !found.Short {
		for _, look := range []func(*visit, string) (view.SearchGroup, error){s.searchAccounts, s.searchAttachments} {
			if err := found.Add(look(v, query)); err != nil {
				return err
			}
		}
	}
	if v.QueryParam("part") == "list" {
		return v.render(http.StatusOK, view.SearchList(found))
	}
	head := view.Page{Title: "What do you look for?", Search: v.search()}
	if query != "" {
		head.Title, head.Search.Value = "What is called “"+query+"”?", query
	}
	return v.page(http.StatusOK, head, view.SearchPage(found))
}

// searchPlaces are the entries of the side bar with the words in them; all without any.
func (v *visit) searchPlaces(query string) view.SearchGroup {
	g := view.SearchGroup{Label: "Pages"}
	for _, n := range v.nav() {
		if strings.Contains(strings.ToLower(n.Label), strings.ToLower(query)) {
			g.Items = append(g.Items, view.SearchItem{Href: n.Href, Icon: n.Icon, Title: n.Label})
		}
	}
	return g
}

func (s *Server) searchPacks(v *visit, query string) (view.SearchGroup, error) {
	g := view.SearchGroup{Label: "Packs", More: view.With("/packs", nil, "q", query)}
	if !v.actor.ReadsSite() && !v.actor.ReadsPublisher() {
		return g, nil
	}
	rows, err := s.reader.Packs(v.ctx(), v.actor, query, "", release.ID{}, searchShown+1)
	for _, p := range rows {
		sub := view.ReleaseLabel(p.Current)
		if v.actor.ReadsSite() {
			sub = p.PublisherName
		}
		g.Items = append(g.Items, view.SearchItem{Href: packPath(p.ID), Icon: "boxes", Title: p.Name, Sub: sub})
	}
	return g.Cut(searchShown), err
}

func (s *Server) searchCatalogue(v *visit, query string) (view.SearchGroup, error) {
	g := view.SearchGroup{Label: "Catalogue", More: view.With("/catalogue", nil, "q", query)}
	if !v.actor.ReadsManaged() {
		return g, nil
	}
	rows, err := s.reader.Catalogue(v.ctx(), v.actor, query, "", release.ID{}, searchShown+1)
	for _, p := range rows {
		g.Items = append(g.Items, view.SearchItem{Href: "/catalogue/" + p.PackID.String(), Icon: "library", Title: p.Name, Sub: p.PublisherName})
	}
	return g.Cut(searchShown), err
}

func (s *Server) searchPackages(v *visit, query string) (view.SearchGroup, error) {
	g := view.SearchGroup{Label: "Packages", More: view.With("/packages", nil, "q", query)}
	if !v.actor.ReadsPublisher() {
		return g, nil
	}
	rows, err := s.reader.Packages(v.ctx(), v.actor, query, "", release.ID{}, searchShown+1)
	for _, p := range rows {
		g.Items = append(g.Items, view.SearchItem{Href: "/packages/" + p.ID.String(), Icon: "package", Title: p.DisplayName, Sub: p.Name})
	}
	return g.Cut(searchShown), err
}

// searchAccounts finds accounts: staff go to the account, a publisher to what it has installed of theirs.
func (s *Server) searchAccounts(v *visit, query string) (view.SearchGroup, error) {
	g := view.SearchGroup{Label: "Accounts"}
	if v.actor.ReadsSite() {
		g.More = view.With("/accounts", nil, "q", query)
	}
	rows, err := s.reader.Accounts(v.ctx(), v.actor, store.AccountFilter{Query: query, Limit: searchShown + 1})
	for _, a := range rows {
		href := "/accounts/" + a.ID.String()
		if !v.actor.ReadsSite() {
			href = view.With("/install-base", nil, "account", a.ID.String())
		}
		g.Items = append(g.Items, view.SearchItem{Href: href, Icon: "building-2", Title: a.Name, Sub: a.Zone})
	}
	return g.Cut(searchShown), err
}

func (s *Server) searchAttachments(v *visit, query string) (view.SearchGroup, error) {
	g := view.SearchGroup{Label: "Attachments"}
	if v.actor.ReadsSite() || v.actor.ReadsPublisher() {
		g.More = view.With("/install-base", nil, "q", query)
	}
	rows, err := s.reader.InstallBase(v.ctx(), v.actor, release.InstallBaseFilter{Query: query, Limit: searchShown + 1})
	for _, a := range rows {
		g.Items = append(g.Items, view.SearchItem{
			Href: "/attachments/" + a.ID.String(), Icon: "server", Title: view.AttachmentTitle(a), Sub: a.AccountName + " · " + view.ReleaseLabel(a.Runs),
		})
	}
	return g.Cut(searchShown), err
}
