package main

import (
	_ "embed"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// axeSource is axe-core, which looks for what people with disabilities stumble over. It is run through the browser's own
// tools, so that the content security policy of the pages stays as it is.
//
//go:embed testdata/axe/axe.min.js
var axeSource string

// axeRules are WCAG 2.2 at level AA, what it builds on, and what axe-core's makers count as good practice.
const axeRules = `{type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}`

// axeColours are the rules that a page in other colours can break though it keeps all rules in its first ones.
const axeColours = `{type: "rule", values: ["color-contrast", "link-in-text-block"]}`

// axeRun tells what axe-core finds, one line for each rule. What is folded is looked at too.
const axeRun = `(async (rules) => {
	for (const e of document.querySelectorAll("main details")) e.open = true;
	const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
	return found.violations.map(v => v.id + ": " + v.help + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200) + " (" + n.failureSummary.replace(/\s+/g, " ").slice(0, 300) + ")").join(" | "));
})`

// looks are the ways in which every kind of page is looked at: all rules hold for both widths, and those of colours in the dark too.
var looks = []look{{"light", 390, axeRules}, {"dark", 390, axeColours}, {"dark", 1440, axeColours}, {"light", 1440, axeRules}}

// looksAgain are for a kind of page that another role was shown before: it may hold other controls, but not in another design.
var looksAgain = []look{{"light", 390, axeRules}, {"dark", 1440, axeColours}}

// look is one way to look at a page.
type look struct {
	scheme string
	width  int64
	rules  string // what axe-core is asked for
}

func looksAt(known bool) []look {
	if known {
		return looksAgain
	}
	return looks
}

// accessible reports what axe-core finds on the page, looked at in each of the ways.
func (b *tab) accessible(path string, looks []look) {
	b.t.Helper()
	for _, look := range looks {
		b.look(look.scheme, look.width)
		for _, fault := range b.axe(look.rules) {
			b.t.Errorf("%s: %s, %s at %d px: %s", b.name, path, look.scheme, look.width, fault)
		}
	}
}

// axe is which of the rules axe-core finds broken on the page as it is drawn now.
func (b *tab) axe(rules string) []string {
	b.t.Helper()
	if !eval[bool](b, `"axe" in window`) {
		eval[bool](b, axeSource+"; true")
	}
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]string](axeRun+"("+rules+")", chromedp.EvalAwaitPromise))
	if err != nil {
		b.fail("run axe-core", err)
	}
	return found
}

// TestAxeFinds: what the walk trusts in does find faults, of one mode and one width too.
func TestAxeFinds(t *testing.T) {
	t.Parallel()
	browser := newBrowser(t, time.Minute)
	b := open(browser, t, "somebody", newJob(browser, t).site.baseURL, "Europe/Paris")
	b.visit("/sign-in")
	if found := b.axe(axeRules); len(found) != 0 {
		t.Errorf("the page as it is: %q", found)
	}
	eval[bool](b, `(document.querySelector("main").append(new Image()), document.querySelector("h1").setAttribute("id", "pale"), true)`)
	const pale = `(() => { const s = new CSSStyleSheet(); s.replaceSync("@media (prefers-color-scheme: dark) and (max-width: 500px) { #pale { color: #333 !important } }"); document.adoptedStyleSheets.push(s); return true; })()`
	eval[bool](b, pale)
	for _, look := range looks {
		b.look(look.scheme, look.width)
		var codes []string
		for _, fault := range b.axe(look.rules) {
			code, _, _ := strings.Cut(fault, ":")
			codes = append(codes, code)
		}
		if slices.Contains(codes, "image-alt") != (look.scheme == "light") || slices.Contains(codes, "color-contrast") != (look.scheme == "dark" && look.width == 390) {
			t.Errorf("%s at %d px: found %q", look.scheme, look.width, codes)
		}
	}
}

// look turns the window light or dark, and makes it that wide.
func (b *tab) look(scheme string, width int64) {
	b.t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, media); err != nil {
		b.fail("turn "+scheme, err)
	}
	b.do("resize", chromedp.EmulateViewport(width, 1000))
}

// Budgets of what a visit transfers, in bytes: with an empty cache, and with what the visit before has left in it.
const (
	firstVisit = 60_000
	nextVisit  = 15_000
)

// transferred is what the page that is open has made the browser load: its own bytes, and those of its files.
type transferred struct{ Page, Files int }

func (b *tab) transferred() transferred {
	b.t.Helper()
	return eval[transferred](b, `({
		Page: performance.getEntriesByType("navigation")[0].transferSize,
		Files: performance.getEntriesByType("resource").reduce((n, e) => n + e.transferSize, 0),
	})`)
}

// light reports a page that makes visitors load too much. files are what the first page of all has loaded besides itself.
func (b *tab) light(path string, files int) {
	b.t.Helper()
	got := b.transferred()
	if sum := got.Page + got.Files; sum > nextVisit {
		b.t.Errorf("%s: %s transfers %d bytes with a warm cache, at most %d are meant", b.name, path, sum, nextVisit)
	}
	if sum := got.Page + files; sum > firstVisit {
		b.t.Errorf("%s: %s transfers %d bytes on a first visit, at most %d are meant", b.name, path, sum, firstVisit)
	}
}
