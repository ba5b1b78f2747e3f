package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// client is one person's browser.
type client struct {
	t    *testing.T
	url  string
	http *http.Client
}

func (c *client) setCookie(cookie *http.Cookie) {
	u, _ := url.Parse(c.url)
	c.http.Jar.SetCookies(u, []*http.Cookie{cookie})
}

// inZone tells the server the browser's time zone, as app.js does.
func (c *client) inZone(name string) *client {
	c.setCookie(&http.Cookie{Name: "tz", Value: name, Path: "/"})
	return c
}

// get asks for a page.
func (c *client) get(path string) *page {
	c.t.Helper()
	return c.do(c.request(http.MethodGet, path, ""))
}

// post sends a form.
func (c *client) post(path string, form url.Values) *page {
	c.t.Helper()
	r := c.request(http.MethodPost, path, form.Encode())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.do(r)
}

// follow goes where a page redirects to, and fails where it does not.
func (c *client) follow(p *page) *page {
	c.t.Helper()
	if p.status != http.StatusSeeOther {
		c.t.Fatalf("%s answered %d, not a redirect: %s", p.path, p.status, p.text("main"))
	}
	return c.get(p.header.Get("Location"))
}

func (c *client) request(method, path, body string) *http.Request {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

// do sends any request, for headers and bodies of one's own.
func (c *client) do(r *http.Request) *page {
	c.t.Helper()
	response, err := c.http.Do(r)
	if err != nil {
		c.t.Fatalf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	defer response.Body.Close()
	return readPage(c.t, r.URL.RequestURI(), response)
}

// ask asks for an address by any method, without a body.
func (c *client) ask(method, path string) *page {
	c.t.Helper()
	return c.do(c.request(method, path, ""))
}

// done ends the test on an error.
func (w *world) done(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}
