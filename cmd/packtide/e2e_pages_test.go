package main

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"packtide/release"
	"packtide/store/storetest"
)

// walkPages are pages that the walk has to find by links from each role's start page, at least.
var walkPages = map[string][]string{
	"publisher": {
		"/packs", "/packs/:id", "/packs/new", "/packs/:id/edit", "/packs/:id/delete", "/packs/:id/releases", "/packs/:id/compare", "/packs/:id/prepare?from", "/packs/:id/release/versions",
		"/packs/:id/release/impact", "/packs/:id/release/rehearsal", "/releases/:id/rehearsal", "/packs/:id/release/when", "/packs/:id/release/discard", "/packs/:id/release/evidence", "/packs/:id/release/evidence/:id", "/calendar", "/releases/:id", "/releases/:id/reschedule",
		"/releases/:id/testing", "/releases/:id/testing/feedback", "/releases/:id/testing/feedback?verdict", "/releases/:id/testing/not-looked",
		"/releases/:id/withdraw", "/packages", "/packages/:id", "/packages/upload", "/versions/:id", "/versions/:id/compare",
		"/versions/:id/compare/file?path&with", "/versions/:id/delete", "/groups", "/groups/:id",
		"/groups/:id/delete", "/install-base", "/install-base?zone", "/install-base/compare", "/install-base/export", "/install-base/views/new", "/install-base/views", "/install-base/views/:id", "/attachments/:id", "/activity", "/settings", "/api", "/api/things", "/api/things/:thing", "/api/:noun",
		"/settings/webhooks", "/settings/webhooks/:id", "/settings/webhooks/:id/delete", "/settings/webhooks/:id/deliveries/:id", "/settings/notifications",
	},
	"publisher viewer": {"/packs", "/packs/:id", "/packs/:id/release/rehearsal", "/releases/:id/rehearsal", "/packs/:id/compare", "/releases/:id", "/releases/:id/testing", "/packages", "/packages/:id", "/versions/:id", "/versions/:id/compare", "/groups", "/groups/:id", "/install-base", "/activity", "/settings/notifications"},
	"admin": {
		"/home", "/catalogue", "/catalogue/:id", "/catalogue/:id/install", "/catalogue/:id/releases/:id", "/installed", "/attachments/:id",
		"/attachments/:id/try", "/pending/:id", "/attachments/:id/uninstall", "/activity", "/settings", "/api", "/settings/webhooks", "/settings/notifications",
	},
	"account viewer": {"/home", "/pending/:id", "/catalogue", "/catalogue/:id", "/installed", "/attachments/:id", "/activity", "/settings", "/settings/notifications"},
	"support":        {"/install-base", "/install-base/compare", "/packs", "/packs/:id", "/packs/:id/release/rehearsal", "/releases/:id/rehearsal", "/packs/:id/compare", "/releases/:id", "/releases/:id/testing", "/accounts", "/accounts/:id", "/accounts/:id/view-as", "/audit", "/attachments/:id", "/attachments/:id/why", "/settings"},
	"operator":       {"/install-base", "/install-base/compare", "/accounts", "/accounts/new", "/accounts/:id", "/accounts/:id/view-as", "/accounts/:id/edit", "/people", "/people/:id", "/audit", "/settings", "/undelivered"},
}

// Every page that a role can reach by links is whole: it answers with 200, fits at a desk and on a phone, names all that can be
// pressed or filled in, and has nothing to complain about.
func TestEveryPage(t *testing.T) { //nolint:tparallel // one window at a time: those behind it are not drawn
	t.Parallel()
	browser := newBrowser(t, 55*time.Minute)
	s := worldSite(t)
	known := map[string]bool{}
	for _, u := range demoUsers() {
		t.Run(u.Role, func(t *testing.T) {
			b := open(browser, t, u.Role, s.baseURL, "America/New_York")
			report := kitComplaints(b.ctx, t)
			b.visit(signInLink(t, s, u.Email))
			files := b.transferred().Files
			if files < 10_000 {
				t.Errorf("the first visit transfers only %d bytes of files: the measure does not look well", files)
			}
			found := b.walk(files, known)
			for _, want := range walkPages[u.Role] {
				if !slices.Contains(found, want) {
					t.Errorf("no link leads to %s, only to %v", want, found)
				}
			}
			report()
		})
	}
}

// worldSite serves the demo's world from a database of the test's own.
func worldSite(t *testing.T) *site {
	t.Helper()
	db := storetest.New(t)
	clock, err := prepareDemo(t.Context(), db.Store, db.Reader, time.Now, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return serveSite(t, db, clock)
}

func signInLink(t *testing.T, s *site, email string) string {
	t.Helper()
	person, err := s.reader.PersonByEmail(t.Context(), email)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := s.service.DemoLink(t.Context(), release.Operator(), person.ID)
	if err != nil {
		t.Fatal(err)
	}
	return "/demo/sign-in/" + string(secret)
}

var idInPath = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)

// walk follows links from where the person arrives, to one page of each kind and two of each kind of thing, and looks at each.
// files are what the browser has loaded once for all pages, in bytes; known are the kinds of pages that roles before were shown.
func (b *tab) walk(files int, known map[string]bool) (found []string) {
	b.t.Helper()
	seen := map[string]bool{}
	times := map[string]int{}
	queue := []string{eval[string](b, `location.pathname`)}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		address, query, _ := strings.Cut(path, "?")
		kind := idInPath.ReplaceAllString(address, ":id")
		if noun, ok := strings.CutPrefix(kind, "/api/"); ok && noun != "things" {
			kind = "/api/:noun"
			if strings.HasPrefix(noun, "things/") {
				kind = "/api/things/:thing"
			}
		}
		if strings.HasSuffix(kind, ".csv") || strings.HasSuffix(kind, ".xlsx") || strings.HasSuffix(kind, "/artifact") {
			continue
		}
		if query != "" {
			values, err := url.ParseQuery(query)
			if err != nil {
				b.t.Errorf("the link %s: %v", path, err)
			}
			kind += "?" + strings.Join(slices.Sorted(maps.Keys(values)), "&")
			if strings.HasPrefix(address, "/install-base") && len(values) > 1 && !values.Has("at") && address != "/install-base/compare" {
				continue // its facets link to every combination
			}
		}
		most := 1
		if strings.HasSuffix(kind, ":id") {
			most = 2
		}
		if kind == "/packs/:id" {
			most = 4 // one of them is being prepared
		}
		if seen[path] || times[kind] == most {
			continue
		}
		seen[path] = true
		times[kind]++
		found = append(found, kind)
		b.visit(path)
		b.light(path, files)
		b.whole(path)
		if times[kind] == 1 && (query == "" || !narrows[address]) {
			b.accessible(path, looksAt(known[kind]))
		}
		queue = append(queue, eval[[]string](b, `[...document.querySelectorAll("a[href]:not([download])")].map(a => new URL(a.href)).filter(u => u.origin === location.origin).map(u => u.pathname + u.search)`)...)
	}
	for _, kind := range found {
		known[kind] = true
	}
	return found
}

// narrows are long lists, and what leads on from them, whose address says what they are narrowed to: axe-core looks at each once,
// with all that it can hold.
var narrows = map[string]bool{"/install-base": true, "/install-base/export": true, "/install-base/views/new": true, "/audit": true}

// whole reports what is wrong with the page.
func (b *tab) whole(path string) {
	b.t.Helper()
	for _, fault := range eval[[]string](b, pageFaults) {
		b.t.Errorf("%s: %s: %s", b.name, path, fault)
	}
	for _, width := range []int64{390, 1440} {
		b.do("resize", chromedp.EmulateViewport(width, 1000))
		for _, fault := range eval[[]string](b, layoutFaults) {
			b.t.Errorf("%s: %s at %d px: %s", b.name, path, width, fault)
		}
	}
}

const pageFaults = `(() => {
	const faults = [];
	const fault = (wrong, text, e) => { if (wrong) faults.push(text + (e ? ": " + e.outerHTML.slice(0, 160) : "")); };
	const status = performance.getEntriesByType("navigation")[0].responseStatus;
	fault(status !== 200, "status " + status);
	fault(document.querySelectorAll("h1").length !== 1, "not one h1");
	fault(!document.title, "no title");
	const named = e => e.getAttribute("aria-label") || e.getAttribute("aria-labelledby") || e.textContent.trim();
	for (const e of document.querySelectorAll("input:not([type=hidden]), select, textarea")) fault(!e.labels?.length && !e.getAttribute("aria-label"), "a field without a label", e);
	for (const e of document.querySelectorAll("button, a[href], summary")) fault(!named(e), "nothing says what this does", e);
	for (const e of document.querySelectorAll("time")) fault(!e.title || !e.dateTime, "an instant without its UTC", e);
	for (const e of document.querySelectorAll("th")) fault(!e.textContent.trim(), "a column without a name", e);
	fault([...document.querySelectorAll("main .button.primary")].filter(e => e.checkVisibility()).length > 1, "more than one primary button");
	const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
	fault(new Set(ids).size < ids.length, "an id twice");
	for (const broken of document.body.innerText.matchAll(/.*(undefined|\bNaN\b|%!|<nil>|\w\(\d).*/g)) faults.push("odd text: " + broken[0]);
	return faults;
})()`

// Elements within something that scrolls by itself, or hidden for all but screen readers, may lie outside.
const layoutFaults = `(() => {
	const faults = [];
	const over = document.documentElement.scrollWidth - innerWidth;
	if (over > 0) faults.push(over + " px too wide");
	const apart = e => { for (; e && e !== document.body; e = e.parentElement) { const s = getComputedStyle(e); if (s.overflowX !== "visible" || s.clipPath !== "none") return true; } return false; };
	for (const e of document.querySelectorAll("body *")) {
		const box = e.getBoundingClientRect();
		if (box.width > 0 && (box.right > innerWidth + 1 || box.left < -1) && e.checkVisibility() && !e.closest(".skip") && !apart(e)) faults.push("outside: " + e.outerHTML.slice(0, 160));
	}
	return faults;
})()`
