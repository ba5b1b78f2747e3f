package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// The search finds what each role may see, each thing at the place where that role works with it, and nothing of others.
func TestSearch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pack := w.pack("Zebra Reports", true, w.upload("zebra", "1.0.0"))
	w.releaseNow(pack.ID, "1.0.0")
	a := w.install(theAdmin, pack.ID, "Zebra one")
	for name, c := range map[string]struct {
		key, query   string
		hrefs, never []string
	}{
		"publisher":         {thePublisher, "zebra", []string{packPath(pack.ID), "/attachments/" + a.ID.String(), "/packages/"}, []string{"/catalogue/"}},
		"its viewer":        {thePublisherViewer, "ZEBRA r", []string{packPath(pack.ID)}, nil},
		"admin":             {theAdmin, "zebra", []string{"/catalogue/" + pack.ID.String(), "/attachments/" + a.ID.String()}, []string{packPath(pack.ID), "/packages/"}},
		"support":           {theSupport, "zebra", []string{packPath(pack.ID), "/attachments/" + a.ID.String()}, []string{"/packages/"}},
		"support, account":  {theSupport, "nordlys", []string{"/accounts/"}, nil},
		"another publisher": {theRival, "zebra", nil, []string{packPath(pack.ID), "/attachments/", "/packages/"}},
		"a page":            {thePublisher, "setti", []string{"/settings"}, []string{"/people"}},
		"wildcards":         {thePublisher, "%_%", nil, []string{packPath(pack.ID), "/attachments/"}},
		"two letters":       {thePublisher, "ze", []string{packPath(pack.ID)}, []string{"/attachments/"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, part := range []string{"", "&part=list"} {
				p := w.as(c.key).get("/search?q=" + url.QueryEscape(c.query) + part).wants(http.StatusOK)
				var found []string
				for _, n := range p.all(".found a") {
					found = append(found, attrOf(n, "href"))
				}
				all := strings.Join(found, " ") + " "
				for _, href := range c.hrefs {
					if !strings.Contains(all, href) {
						t.Errorf("%s: finds no %s, only %s", part, href, all)
					}
				}
				for _, href := range c.never {
					if strings.Contains(all, href) {
						t.Errorf("%s: finds %s", part, href)
					}
				}
				if whole := p.has("main"); whole != (part == "") {
					t.Errorf("%q: a whole page: %v", part, whole)
				}
			}
		})
	}
	w.as(thePublisher).get("/search").wants(http.StatusOK).says("main", "choose a page")
	w.as(thePublisher).get("/search?q=nothinglikethis").wants(http.StatusOK).says("main", "Nothing that you may see")
}
