package web

import (
	"net/http"

	"packtide/release"
	"packtide/web/view"
)

// apiReference lists the operations of the JSON API.
func (s *Server) apiReference(v *visit) error {
	head := view.Page{Title: "The JSON API", Lede: "All that you can do here, a program of yours can do too, by the same rules."}
	return v.page(http.StatusOK, head, view.APIReferencePage(s.reference))
}

// apiNoun shows the operations on one kind of thing.
func (s *Server) apiNoun(v *visit) error {
	n, ok := s.reference.Noun(v.Param("noun"))
	if !ok {
		return release.ErrNotFound
	}
	head := view.Page{Title: n.Name, Lede: n.Says, Crumbs: apiCrumbs(n.Name)}
	return v.page(http.StatusOK, head, view.APINounPage(n))
}

// apiThings lists what requests and answers are made of.
func (s *Server) apiThings(v *visit) error {
	head := view.Page{Title: "What requests and answers are made of", Crumbs: apiCrumbs("Things")}
	return v.page(http.StatusOK, head, view.APIThingsPage(s.reference))
}

// apiThing shows one of them.
func (s *Server) apiThing(v *visit) error {
	t, ok := s.reference.Thing(v.Param("thing"))
	if !ok {
		return release.ErrNotFound
	}
	crumbs := append(apiCrumbs("Things"), view.Crumb{Label: t.Name})
	crumbs[1].Href = view.APIThings
	return v.page(http.StatusOK, view.Page{Title: t.Name, Crumbs: crumbs}, view.APIThingPage(t))
}

func apiCrumbs(name string) []view.Crumb {
	return []view.Crumb{{Href: view.APIRoot, Label: "The JSON API"}, {Label: name}}
}
