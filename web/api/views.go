package api

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"packtide/release"
	"packtide/web"
)

func viewRoutes() []route {
	return []route{
		{http.MethodGet, "/install-base/views", web.PublisherSide, nothing, paged, (*Server).savedViews},
		{http.MethodPost, "/install-base/views", web.PublisherSide, asJSON, "", (*Server).saveView},
		{http.MethodGet, "/install-base/views/:view_id", web.PublisherSide, nothing, "", (*Server).savedView},
		{http.MethodPatch, "/install-base/views/:view_id", web.PublisherSide, asJSON, "", (*Server).renameView},
		{http.MethodDelete, "/install-base/views/:view_id", web.PublisherSide, nothing, "", (*Server).deleteView},
	}
}

// savedView is a person's own name for what they look at in the install base.
type savedView struct {
	ID      release.ID          `json:"id"`
	Name    string              `json:"name"`
	Filter  map[string][]string `json:"filter"`
	URL     string              `json:"url"`
	SavedAt time.Time           `json:"saved_at"`
}

func (s *Server) savedViewOf(v release.SavedView) savedView {
	filter, _ := url.ParseQuery(v.Address) // written by ViewAddress
	return savedView{v.ID, v.Name, filter, strings.TrimSuffix(s.baseURL+"/install-base?"+v.Address, "?"), v.SavedAt.UTC()}
}

func (s *Server) savedViews(c *call) error {
	rows, err := s.reader.SavedViews(c.ctx(), c.actor)
	if err != nil {
		return err
	}
	return listOf(c, rows, s.savedViewOf, func(v release.SavedView) release.ID { return v.ID })
}

// ownView is the view of the address, one of the person's own where they act.
func (s *Server) ownView(c *call) (release.SavedView, error) {
	id, err := c.id("view_id")
	if err != nil {
		return release.SavedView{}, err
	}
	rows, err := s.reader.SavedViews(c.ctx(), c.actor)
	if err != nil {
		return release.SavedView{}, err
	}
	if i := slices.IndexFunc(rows, func(v release.SavedView) bool { return v.ID == id }); i >= 0 {
		return rows[i], nil
	}
	return release.SavedView{}, release.ErrNotFound
}

func (s *Server) savedView(c *call) error {
	v, err := s.ownView(c)
	if err != nil {
		return err
	}
	return c.one(s.savedViewOf(v))
}

type newView struct {
	Name   string              `json:"name"`
	Filter map[string][]string `json:"filter"`
}

// saveView keeps a filter of the install base's page under a name. What the page would pass over is refused here.
func (s *Server) saveView(c *call) error {
	in, err := decode[newView](c)
	if err != nil {
		return err
	}
	var wrong release.Errors
	for _, name := range slices.Sorted(maps.Keys(in.Filter)) {
		values := in.Filter[name]
		kept, _ := url.ParseQuery(release.ViewAddress(url.Values{name: values})) // as above
		known := release.ViewAddress(url.Values{name: {"known"}}) != ""
		switch at := "/filter/" + escape(name); {
		case !known:
			wrong = append(wrong, onField(at, "The install base has no filter %q.", shorten(name)))
		case slices.ContainsFunc(values, func(v string) bool { return !slices.Contains(kept[name], v) }):
			wrong = append(wrong, onField(at, "Give at most %d values, none of them empty.", release.MaxViewSameName))
		}
	}
	if err := several(wrong); err != nil {
		return err
	}
	saved, err := s.service.SaveView(c.ctx(), c.actor, in.Name, in.Filter)
	if err != nil {
		return err
	}
	return c.created("/install-base/views/"+saved.ID.String(), s.savedViewOf(saved))
}

type viewName struct {
	Name string `json:"name"`
}

func (s *Server) renameView(c *call) error {
	v, err := s.ownView(c)
	if err != nil {
		return err
	}
	in, err := decode[viewName](c)
	if err != nil {
		return err
	}
	if err := s.service.RenameView(c.ctx(), c.actor, v.ID, in.Name); err != nil {
		return err
	}
	if v, err = s.ownView(c); err != nil {
		return err
	}
	return c.answer(http.StatusOK, s.savedViewOf(v))
}

func (s *Server) deleteView(c *call) error {
	v, err := s.ownView(c)
	if err != nil {
		return err
	}
	if err := s.service.DeleteView(c.ctx(), c.actor, v.ID); err != nil {
		return err
	}
	return c.done()
}
