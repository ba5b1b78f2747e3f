package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"packtide/release"
)

// facetLink is the link of a facet whose words begin so.
func (p *page) facetLink(words string) (href, text string) {
	p.t.Helper()
	for _, a := range p.all(".find-value") {
		if strings.HasPrefix(strings.TrimSpace(textOf(a)), words) {
			return attrOf(a, "href"), strings.Join(strings.Fields(textOf(a)), " ")
		}
	}
	p.t.Fatalf("%s offers no %s: %s", p.path, words, p.text(".find-rail"))
	return "", ""
}

// Facets are links: each shows exactly the rows that it counts, several of one facet widen it, and a second click takes one away.
func TestFacetsAreLinksWithCounts(t *testing.T) {
	t.Parallel()
	e := newEstate(t)
	for _, who := range []string{thePublisher, thePublisherViewer, theSupport} {
		c := e.as(who)
		p := c.get("/install-base").wants(http.StatusOK)
		p.says(".lede", "59 attachments in 2 accounts")
		for words, want := range map[string]int{
			"Alarm Bell": 1, "Tries a release in testing": 3, "Has not tried the release in testing": 55, "America/Sao_Paulo": 6, "Europe/Oslo": 53,
			"production": 59,
		} {
			href, text := p.facetLink(words)
			if names, _ := c.rows(href); len(names) != want || !strings.HasSuffix(text, " "+strconv.Itoa(want)) {
				t.Errorf("%s: %q shows %d rows, want %d", who, text, len(names), want)
			}
		}
		if offers := strings.Contains(p.text(".find-rail"), "Publisher"); offers != (who == theSupport) {
			t.Errorf("%s is offered publishers: %v", who, offers)
		}
		oslo, _ := p.facetLink("Europe/Oslo")
		one := c.get(oslo).wants(http.StatusOK).says(".chips", "Zone: Europe/Oslo")
		both, _ := one.facetLink("America/Sao_Paulo")
		c.get(both).says(".lede", "59 attachments in 2 accounts")
		if back, _ := one.facetLink("Europe/Oslo"); back != "/install-base" {
			t.Errorf("a second click leads to %s", back)
		}
	}
	e.as(theRival).get("/install-base").wants(http.StatusOK).says(".lede", "0 attachments").saysNot("main", "Oslo")
}

// A list without rows names what it is narrowed to, and takes each away.
func TestNothingFoundOffersToWiden(t *testing.T) {
	t.Parallel()
	e := newEstate(t)
	q := url.Values{"q": {"nobody"}, "zone": {"Europe/Oslo", "Asia/Tokyo"}, "state": {"trying"}}
	p := e.as(theSupport).get("/install-base?" + q.Encode()).wants(http.StatusOK)
	links := p.all(".find-undo a")
	if len(links) != 5 {
		t.Fatalf("offers %s", p.text(".find-undo"))
	}
	for _, a := range links[:4] {
		left, err := url.Parse(attrOf(a, "href"))
		if err != nil || len(left.Query()["q"])+len(left.Query()["zone"])+len(left.Query()["state"]) != 3 {
			t.Errorf("%s leaves %s (%v)", textOf(a), left, err)
		}
	}
	if attrOf(links[4], "href") != "/install-base" {
		t.Errorf("all are cleared by %s", attrOf(links[4], "href"))
	}
}

// Saved views are one's own, of the account in which one acts; their links are plain addresses.
func TestSavedViews(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, who := range []string{thePublisher, thePublisherViewer, theSupport} {
		c := w.as(who)
		form := url.Values{"name": {"Trying now"}, "state": {"trying"}, "zone": {"Europe/Oslo", "Asia/Tokyo"}, "before": {release.MaxID.String()}, "evil": {"x"}}
		c.follow(c.post("/install-base/views/new", form)).wants(http.StatusOK).says(".flashes", "Trying now is saved").says(".find-views", "Trying now")
		link := c.get("/install-base").link("Trying now")
		if link != "/install-base?state=trying&zone=Asia%2FTokyo&zone=Europe%2FOslo" {
			t.Errorf("%s: the view leads to %s", who, link)
		}
		again := c.post("/install-base/views/new", form).wants(http.StatusConflict)
		if again.errorOn("name") == "" || again.value("name") != "Trying now" || again.value("state") != "trying" {
			t.Errorf("a name taken: %q beside %q, state %q", again.errorOn("name"), again.value("name"), again.value("state"))
		}
		c.post("/install-base/views/new", url.Values{"name": {" "}}).wants(http.StatusUnprocessableEntity)
		c.post("/install-base/views/new", url.Values{"name": {strings.Repeat("x", 81)}}).wants(http.StatusUnprocessableEntity)
		edit := c.get("/install-base/views").wants(http.StatusOK).link("Rename Trying now")
		c.get(edit).wants(http.StatusOK)
		c.post(edit, url.Values{"name": {""}}).wants(http.StatusUnprocessableEntity)
		c.follow(c.post(edit, url.Values{"name": {"Now"}})).says("main", "Now")
		for _, other := range []string{theRival, theOperator} { // of somebody else: not found, and unchanged
			w.as(other).get(edit).wants(http.StatusNotFound)
			w.as(other).post(edit, url.Values{"name": {"Mine"}}).wants(http.StatusNotFound)
			w.as(other).post(edit+"/delete", nil).wants(http.StatusNotFound)
			w.as(other).get("/install-base/views").saysNot("main", "Now")
		}
		c.get(edit+"/delete").wants(http.StatusOK).says("main", "Only the name goes")
		c.follow(c.post(edit+"/delete", nil)).says("main", "none yet")
	}
	w.as(theSupport).get("/audit?action=view").says("main", "saved a view Trying now") // R33
}
