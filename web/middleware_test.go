package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"packtide/release"
	"packtide/static"
)

// lines is a log of one JSON object for each line.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// of are the lines about a request.
func (l *lines) of(t *testing.T, requestID string) []map[string]any {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []map[string]any
	for line := range strings.Lines(l.b.String()) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatalf("log line %q: %v", line, err)
		}
		if fields["request_id"] == requestID {
			found = append(found, fields)
		}
	}
	return found
}

// add serves one more route, for what the product's own never do.
func (w *world) add(path string, roles access, handle func(*visit) error) {
	w.server.register(w.server.handler, []route{{http.MethodGet, path, roles, func(_ *Server, v *visit) error { return handle(v) }}})
}

func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(Config{BaseURL: "https://packs.example", Log: slog.New(slog.DiscardHandler)})
	w.add("/panic", anyone, func(*visit) error { panic("boom") })
	for name, c := range map[string]struct {
		method, path string
		status       int
	}{
		"a page": {http.MethodGet, "/sign-in", http.StatusOK}, "a redirect": {http.MethodGet, "/packs", http.StatusSeeOther},
		"its head": {http.MethodHead, "/sign-in", http.StatusOK}, "the style sheet": {http.MethodGet, static.Path("app.css"), http.StatusOK},
		"the favicon": {http.MethodGet, "/favicon.ico", http.StatusOK}, "no file": {http.MethodGet, "/static/x.css", http.StatusNotFound},
		"no page": {http.MethodGet, "/nothing", http.StatusNotFound}, "a wrong method": {http.MethodDelete, "/sign-in", http.StatusMethodNotAllowed},
		"a fault": {http.MethodGet, "/panic", http.StatusInternalServerError}, "health": {http.MethodGet, "/healthz", http.StatusOK},
	} {
		p := w.anonymous().ask(c.method, c.path)
		if p.status != c.status && name != "a redirect" {
			t.Errorf("%s: answers %d, want %d", name, p.status, c.status)
		}
		for header, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
			"X-Content-Type-Options":  "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
			"Strict-Transport-Security": "max-age=31536000",
		} {
			if got := p.header.Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", name, header, got, want)
			}
		}
		if p.header.Get("X-Request-Id") == "" || p.header.Get("Permissions-Policy") == "" {
			t.Errorf("%s has no request id or no permissions policy", name)
		}
		if p.header.Get("Content-Type") == "text/html; charset=UTF-8" && p.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be cached: %q", name, p.header.Get("Cache-Control"))
		}
	}
}

func TestCrossSiteChangesAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, c := range map[string]struct {
		method, header, value string
		status                int
	}{
		"our own page":              {http.MethodPost, "Sec-Fetch-Site", "same-origin", http.StatusSeeOther},
		"typed by the person":       {http.MethodPost, "Sec-Fetch-Site", "none", http.StatusSeeOther},
		"another site":              {http.MethodPost, "Sec-Fetch-Site", "cross-site", http.StatusForbidden},
		"a neighbour":               {http.MethodPost, "Sec-Fetch-Site", "same-site", http.StatusForbidden},
		"another site, old browser": {http.MethodPost, "Origin", "https://evil.example", http.StatusForbidden},
		"a sandbox":                 {http.MethodPost, "Origin", "null", http.StatusForbidden},
		"our own, old browser":      {http.MethodPost, "Origin", w.url, http.StatusSeeOther},
		"a link from another site":  {http.MethodGet, "Sec-Fetch-Site", "cross-site", http.StatusOK},
	} {
		visitor := w.as(theSupport)
		r := visitor.request(c.method, map[string]string{http.MethodPost: "/switch-account", http.MethodGet: "/install-base"}[c.method], "account=site")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set(c.header, c.value)
		p := visitor.do(r)
		if p.status != c.status {
			t.Errorf("%s: answers %d, want %d", name, p.status, c.status)
		}
		if p.status == http.StatusForbidden {
			p.says("main", "came from another site")
		}
	}
}

func TestRequestsAreLogged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var log lines
	w.serve(Config{Log: log.logger()})
	visitor := w.as(theSupport)
	traced := func(id, path string) *page {
		r := visitor.request(http.MethodGet, path, "")
		r.Header.Set("X-Request-Id", id)
		return visitor.do(r)
	}
	if got := traced("proxy-0001", "/install-base?q=secret").header.Get("X-Request-Id"); got != "proxy-0001" {
		t.Errorf("a proxy's request id comes back as %q", got)
	}
	found := log.of(t, "proxy-0001")
	if len(found) != 1 || found[0]["route"] != "/install-base" || found[0]["status"] != 200.0 || found[0]["person"] != w.people[theSupport].person.ID.String() ||
		found[0]["method"] != http.MethodGet || found[0]["address"] != "127.0.0.1" || found[0]["duration_ms"] == nil || found[0]["account"] != nil {
		t.Errorf("the log says %v", found)
	}
	for _, bad := range []string{"", "short", "no spaces here", `"quoted"-id`, strings.Repeat("x", 65)} {
		p := traced(bad, "/healthz")
		if got := p.header.Get("X-Request-Id"); got == bad || len(log.of(t, got)) != 1 {
			t.Errorf("the request id %q comes back as %q, logged %d times", bad, got, len(log.of(t, got)))
		}
	}
	id := w.as(theAdmin).get("/home").wants(http.StatusOK).header.Get("X-Request-Id")
	if found := log.of(t, id); len(found) != 1 || found[0]["account"] != w.nordlys.ID.String() || found[0]["source"] != "ui" {
		t.Errorf("an account's admin is logged as %v", found)
	}
	id = visitor.get("/no/such/page").wants(http.StatusNotFound).header.Get("X-Request-Id")
	if found := log.of(t, id); len(found) != 1 || found[0]["route"] != "(none)" || found[0]["status"] != 404.0 {
		t.Errorf("an address that does not exist is logged as %v", found)
	}
}

// What opens a door never stands in the log, nor does what a person is called, however the request ends.
func TestSecretsAreNotLogged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var log lines
	w.serve(Config{Log: log.logger(), Demo: stillDemo{w.clock}})
	w.add("/fault/:secret", anyone, func(*visit) error { return errors.New("the cause") })
	robot := release.NewToken{Person: w.people[thePublisher].person.ID, Account: w.meridian.ID, Name: "robot"}
	_, token, err := w.service.CreateToken(t.Context(), w.actor(thePublisher), robot)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(c *client, method, path, body string, headers map[string]string) {
		r := c.request(method, path, body)
		for name, value := range headers {
			r.Header.Set(name, value)
		}
		c.do(r)
	}
	const secret = "open-sesame-0123456789"
	form := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	nobody, claire := w.anonymous(), w.as(thePublisher)
	for _, path := range []string{"/welcome/", "/calendar/feed/", "/demo/sign-in/", "/fault/", "/no/such/", "/packs?token=", "/sign-in?next=", "/%zz"} {
		ask(nobody, http.MethodGet, strings.ReplaceAll(path, "%zz", "%41")+secret, "", nil)
	}
	ask(nobody, http.MethodPost, "/sign-in", "email=claire@packs.example&password="+secret, form)
	ask(nobody, http.MethodPost, "/welcome/"+secret, "password="+secret+"&password_again="+secret, form)
	ask(nobody, http.MethodGet, "/packs", "", map[string]string{"Authorization": "Bearer " + string(token)})
	ask(nobody, http.MethodGet, "/packs", "", map[string]string{"Authorization": "Bearer " + secret, "X-Request-Id": "Bearer " + secret})
	ask(nobody, "SESAME", "/packs", "", map[string]string{"User-Agent": secret, "Referer": "https://x.example/" + secret, "Cookie": "packtide_session=" + secret})
	ask(claire, http.MethodGet, "/packs", "", nil)
	log.mu.Lock()
	defer log.mu.Unlock()
	said := log.b.String()
	for _, never := range []string{secret, string(token), "SESAME", "Claire", "claire@", worldPassword} {
		if strings.Contains(said, never) {
			t.Errorf("the log tells %q:\n%s", never, said)
		}
	}
	if n := strings.Count(said, `"msg":"request"`); n != 14 {
		t.Errorf("%d requests are logged, want 14:\n%s", n, said)
	}
}

// TestRequestIDIsAudited: what a person quotes from an error page leads to the event too (R33).
func TestRequestIDIsAudited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	operator := w.as(theOperator)
	w.clock.advance(time.Second)
	p := operator.post("/accounts/new", url.Values{"name": {"Traced"}, "zone": {"Europe/Oslo"}, "purpose": {"managed"}}).wants(http.StatusSeeOther)
	events := must(w.db.Reader.Events(t.Context(), w.actor(theOperator), release.EventFilter{Limit: 1}))(t)
	if events[0].RequestID != p.header.Get("X-Request-Id") || events[0].Source != release.FromUI {
		t.Errorf("audited as %+v", events[0])
	}
}

func TestRequestsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const form = "application/x-www-form-urlencoded"
	for name, c := range map[string]struct {
		method, path, kind string
		body               io.Reader
		status             int
	}{
		"NUL in the query":        {http.MethodGet, "/install-base?q=%00", "", nil, http.StatusBadRequest},
		"broken UTF-8":            {http.MethodGet, "/install-base?q=%ff", "", nil, http.StatusBadRequest},
		"NUL in the path":         {http.MethodGet, "/accounts/%00", "", nil, http.StatusBadRequest},
		"NUL in a form":           {http.MethodPost, "/accounts/new", form, strings.NewReader("name=a%00b"), http.StatusBadRequest},
		"a broken form":           {http.MethodPost, "/accounts/new", form, strings.NewReader("name=%zz"), http.StatusBadRequest},
		"an endless form":         {http.MethodPost, "/accounts/new", form, strings.NewReader("name=" + strings.Repeat("x", 3*maxBody)), http.StatusRequestEntityTooLarge},
		"a file where none fits":  {http.MethodPost, "/sign-in", "multipart/form-data; boundary=x", strings.NewReader("--x--"), http.StatusUnsupportedMediaType},
		"no form at all":          {http.MethodPost, "/accounts/new", "application/json", strings.NewReader("{}"), http.StatusUnprocessableEntity},
		"a per cent in the query": {http.MethodGet, "/install-base?q=100%", "", nil, http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			visitor := w.as(theOperator)
			if c.body == nil {
				c.body = http.NoBody
			}
			r, err := http.NewRequestWithContext(t.Context(), c.method, w.url+c.path, c.body)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", c.kind)
			visitor.do(r).wants(c.status)
		})
	}
}

func TestHeadAnswersLikeGet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{"/install-base", "/install-base.csv", "/audit.csv", "/accounts", "/healthz", "/nothing", static.Path("app.js"), "/favicon.ico"} {
		head, get := w.as(theSupport).ask(http.MethodHead, path), w.as(theSupport).get(path)
		if head.status != get.status || head.header.Get("Content-Type") != get.header.Get("Content-Type") || head.body != "" {
			t.Errorf("%s: HEAD answers %d %s, GET %d %s", path, head.status, head.header.Get("Content-Type"), get.status, get.header.Get("Content-Type"))
		}
	}
	w.anonymous().ask(http.MethodHead, "/sign-out").wants(http.StatusMethodNotAllowed)
}

// TestAddressBehindProxies: a stranger can't choose the address that failed sign-ins are counted by.
func TestAddressBehindProxies(t *testing.T) {
	t.Parallel()
	_, proxy, err := net.ParseCIDR("10.0.0.0/8")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		remote, forwarded string
		behind            bool
		want              string
	}{
		"direct":                        {"198.51.100.7:4711", "", false, "198.51.100.7"},
		"direct, with a made-up header": {"198.51.100.7:4711", "192.0.2.1", false, "198.51.100.7"},
		"through the proxy":             {"10.0.0.1:4711", "198.51.100.7", true, "198.51.100.7"},
		"through it, with a made-up":    {"10.0.0.1:4711", "192.0.2.1, 198.51.100.7", true, "198.51.100.7"},
		"past the proxy":                {"203.0.113.9:4711", "192.0.2.1", true, "203.0.113.9"},
	} {
		r := &http.Request{RemoteAddr: c.remote, Header: http.Header{}}
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		extract := ClientAddress(nil)
		if c.behind {
			extract = ClientAddress([]*net.IPNet{proxy})
		}
		if got := extract(r); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
