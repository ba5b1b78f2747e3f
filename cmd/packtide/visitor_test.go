package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// visitor is a browser that is signed in.
type visitor struct {
	client http.Client
	base   string
}

// visit opens a sign-in link of the demo and tells where it leads.
func visit(t *testing.T, g demoGreeting, role string) (v *visitor, path string) {
	t.Helper()
	i := slices.IndexFunc(g.Users, func(u demoUser) bool { return u.Role == role })
	if i < 0 {
		t.Fatalf("no link for a %s", role)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v = &visitor{client: http.Client{Jar: jar}, base: g.URL}
	link, err := url.Parse(g.Users[i].Link)
	if err != nil {
		t.Fatal(err)
	}
	_, path = v.get(t, link.Path)
	return v, path
}

// get gives the page at the path, and the path it was found at in the end.
func (v *visitor) get(t *testing.T, path string) (page *html.Node, at string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, v.base+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	return v.do(t, request)
}

// move presses a button of the demo's bar.
func (v *visitor) move(t *testing.T, action string) *html.Node {
	t.Helper()
	form := url.Values{"action": {action}, "back": {"/packs"}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, v.base+"/demo/clock", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	page, _ := v.do(t, request)
	return page
}

func (v *visitor) do(t *testing.T, request *http.Request) (page *html.Node, at string) {
	t.Helper()
	answer, err := v.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(answer.Body)
		t.Fatalf("%s %s: %s\n%s", request.Method, request.URL.Path, answer.Status, text)
	}
	if page, err = html.Parse(answer.Body); err != nil {
		t.Fatal(err)
	}
	return page, answer.Request.URL.Path
}

// rowOf is the text of the table row that names the thing.
func rowOf(t *testing.T, page *html.Node, name string) string {
	t.Helper()
	for n := range page.Descendants() {
		if n.Type == html.ElementNode && n.Data == "tr" {
			if text := textOf(n); strings.Contains(text, name) {
				return text
			}
		}
	}
	t.Fatalf("no row names %q in %s", name, textOf(page))
	return ""
}

func textOf(n *html.Node) string {
	var words []string
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			words = append(words, strings.Fields(d.Data)...)
		}
	}
	return strings.Join(words, " ")
}

// clockOf is the instant that the demo's bar shows.
func clockOf(t *testing.T, page *html.Node) time.Time {
	t.Helper()
	for n := range page.Descendants() {
		if n.Type != html.ElementNode || n.Data != "time" {
			continue
		}
		for a := n.Parent; a != nil; a = a.Parent {
			if slices.Contains(a.Attr, html.Attribute{Key: "class", Val: "demo-bar"}) {
				return instantOf(t, n)
			}
		}
	}
	t.Fatal("the page has no demo bar")
	return time.Time{}
}

func instantOf(t *testing.T, n *html.Node) time.Time {
	t.Helper()
	for _, a := range n.Attr {
		if a.Key == "datetime" {
			at, err := time.Parse(time.RFC3339, a.Val)
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
	}
	t.Fatal("a time without an instant")
	return time.Time{}
}
