package api

import (
	"bytes"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"packtide/web/view"
)

// TestReference: the pages for people show every operation and every thing of the document, and no link of theirs leads nowhere.
func TestReference(t *testing.T) {
	t.Parallel()
	r, c := Reference(), readContract(t, contractJSON())
	pages := map[string]templ.Component{view.APIRoot: view.APIReferencePage(r), view.APIThings: view.APIThingsPage(r)}
	for _, n := range r.Nouns {
		pages[view.APIRoot+"/"+n.Slug] = view.APINounPage(n)
	}
	for _, thing := range r.Things {
		pages[view.APIThings+"/"+thing.Name] = view.APIThingPage(thing)
	}
	places, links := map[string]bool{"/settings": true, "/api/v1/openapi.json": true}, map[string]string{}
	text := map[string]string{}
	for path, page := range pages {
		places[path] = true
		var b bytes.Buffer
		if err := page.Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		text[path] = b.String()
		if b.Len() > 200_000 { // compressed a tenth of it
			t.Errorf("%s has %d bytes", path, b.Len())
		}
		read(t, path, b.String(), places, links)
	}
	for link, from := range links {
		if !places[link] {
			t.Errorf("%s links to %s, which there is not", from, link)
		}
	}
	for _, o := range c.operations {
		n, ok := r.Noun(strings.ReplaceAll(strings.ToLower(o.list("tags")[0]), " ", "-"))
		path := view.APIRoot + "/" + n.Slug
		if !ok || !places[path+"#"+o.id] {
			t.Errorf("%s stands on no page", o.id)
		}
		for _, in := range []string{"path", "query", "header"} {
			for _, p := range c.parameters(o, in) {
				if !strings.Contains(text[path], "<code>"+p+"</code>") {
					t.Errorf("%s: its parameter %s is not shown", o.id, p)
				}
			}
		}
	}
	for name := range asMap(asMap(c.doc["components"])["schemas"]) {
		if !places[view.APIThings+"/"+name] {
			t.Errorf("the thing %s is not shown", name)
		}
	}
}

// read notes the places and the links of a page.
func read(t *testing.T, path, page string, places map[string]bool, links map[string]string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			switch {
			case a.Key == "id" && places[path+"#"+a.Val]:
				t.Errorf("%s has two places %s", path, a.Val)
			case a.Key == "id":
				places[path+"#"+a.Val] = true
			case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
				links[path+a.Val] = path
			case a.Key == "href" && !strings.HasPrefix(a.Val, "/static/"):
				links[a.Val] = path
			case a.Key == "style":
				t.Errorf("%s has a style of its own", path)
			}
		}
	}
}
