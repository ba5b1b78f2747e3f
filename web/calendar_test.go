package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"packtide/release"
)

// dated is a released pack of both accounts with a pending release on the first of December in Paris.
func dated(t *testing.T) (w *world, pack release.Pack, pending release.ID) {
	t.Helper()
	w, pack, _ = drafted(t)
	return w, pack, w.schedule(pack.ID, "1.1.0", "2026-12-01")
}

// TestCalendarOnBothClocks: a midnight stands on the publisher's day, and on the reader's where that is another.
func TestCalendarOnBothClocks(t *testing.T) { // R17
	t.Parallel()
	w, _, pending := dated(t)
	claire := w.as(thePublisher).inZone("America/New_York")
	december := claire.get("/calendar?month=2026-12").wants(http.StatusOK)
	december.says("h1", "What is released in December 2026?").says(".cal", "Tuesday 1 December 2026 CRM Connector 1.1.0 00:00 Paris")
	december.says(".cal", "Monday 30 November 2026 CRM Connector 1.1.0 in testing until Tue 1 Dec, 00:00 Paris CRM Connector 1.1.0 18:00 your time")
	if got := december.link("CRM Connector 1.1.0"); got != releasePath(pending) {
		t.Errorf("it leads to %s", got)
	}
	november := claire.get("/calendar").wants(http.StatusOK)
	november.says("h1", "November 2026").says(".cal-day.today", "Friday 27 November 2026, today").says(".lede", "1 in testing and 1 released")
	if november.link("December") != "/calendar?month=2026-12" || november.link("List") != "/calendar?month=2026-11&view=list" {
		t.Error("the ways to the other months")
	}
	paris := w.as(thePublisher).inZone("Europe/Paris").get("/calendar?month=2026-12").wants(http.StatusOK)
	paris.saysNot(".cal", "your time")
	list := claire.get("/calendar?view=list&month=2026-12").wants(http.StatusOK)
	list.says("tbody", "Tue 1 Dec, 00:00 Paris · Mon 30 Nov, 18:00 your time")
	claire.get("/calendar?view=list&month=2031-01").says(".empty", "Nothing is scheduled")
	claire.get("/calendar?month=nonsense").wants(http.StatusOK).says("h1", "November 2026")
}

// TestCalendarOnDaysWithoutMidnight: the first instant of the date is drawn as it is.
func TestCalendarOnDaysWithoutMidnight(t *testing.T) { // R17
	t.Parallel()
	w, pack, _ := drafted(t)
	w.done(w.service.EditAccount(t.Context(), w.actor(theOperator), w.meridian.ID, release.NewAccount{Name: "Meridian Connect", Zone: "Africa/Cairo", Publisher: true}))
	w.schedule(pack.ID, "1.1.0", "2027-04-30") // its clocks go from 00:00 to 01:00
	page := w.as(thePublisher).inZone("UTC").get("/calendar?month=2027-04").wants(http.StatusOK)
	page.says(".cal", "Friday 30 April 2027 CRM Connector 1.1.0 01:00 Cairo").says(".cal", "CRM Connector 1.1.0 22:00 your time")
}

// TestCalendarByRole: drafts are the publisher's alone, other packs nobody's, staff look into the calendars of others.
func TestCalendarByRole(t *testing.T) { // R25 R34
	t.Parallel()
	w, pack, _ := drafted(t)
	by := w.actor(thePublisher)
	d := must(w.service.DraftRelease(t.Context(), by, pack.ID))(t)
	w.done(w.service.PlanRelease(t.Context(), by, d.ID, d.Revision, release.Scheduled, "2026-12-10"))
	w.foreignThings() // Hudson's pending release, of which Aurora alone may know
	const december = "/calendar?month=2026-12"
	w.as(thePublisher).get(december).says(".cal", "CRM Connector, next release Draft").saysNot(".cal", "Hudson")
	w.as(thePublisherViewer).get(december).says(".cal", "CRM Connector, next release")
	w.as(theAdmin).get(december).wants(http.StatusOK).saysNot(".cal", "CRM").saysNot(".cal", "Hudson")
	w.as(theAdmin).get("/calendar").says(".cal", "CRM Connector 1.0.0")
	aurora := w.as(theOtherAdmin).get(december).says(".cal", "Hudson Secrets 1.1.0")
	if !strings.HasPrefix(aurora.all(".cal a")[0].Attr[0].Val, "/catalogue/") {
		t.Error("an account is led to a page of publishers")
	}
	for _, key := range []string{theSupport, theOperator} {
		c := w.as(key)
		c.get("/calendar").wants(http.StatusOK).says("main", "Go to the accounts")
		c.get(december+"&publisher="+w.meridian.ID.String()).says(".cal", "CRM Connector, next release").saysNot(".cal", "Hudson").says(".crumbs", "Meridian Connect")
		c.get(december+"&account="+w.nordlys.ID.String()).wants(http.StatusOK).saysNot(".cal", "Hudson").saysNot(".cal", "CRM")
		c.get(december+"&account="+w.aurora.ID.String()).says(".cal", "Hudson Secrets 1.1.0")
		c.get("/calendar?account=" + release.NewID(worldBegins).String()).wants(http.StatusNotFound)
	}
	w.as(theAdmin).get(december+"&account="+w.aurora.ID.String()).saysNot(".cal", "Hudson")
}

// TestCalendarAddressInSettings: shown once, replaced, revoked, and for those who may.
func TestCalendarAddressInSettings(t *testing.T) {
	t.Parallel()
	w, _, _ := dated(t)
	claire := w.as(thePublisher)
	claire.get("/settings").wants(http.StatusOK).says("#calendar", "no address yet")
	kind := url.Values{"kind": {"publisher"}}
	made := claire.post("/settings/calendar", kind).wants(http.StatusCreated)
	address := made.text("[data-secret]")
	if !strings.HasPrefix(address, "http://packs.example/calendar/feed/") {
		t.Fatalf("the address is %q", address)
	}
	secret := strings.TrimPrefix(address, "http://packs.example")
	if again := claire.get("/settings"); strings.Contains(again.body, strings.TrimPrefix(secret, "/calendar/feed/")) {
		t.Error("the address is shown again")
	}
	anybody := w.anonymous()
	feed := anybody.get(secret).wants(http.StatusOK)
	if feed.header.Get("Content-Type") != "text/calendar; charset=utf-8" || !strings.HasPrefix(feed.header.Get("Cache-Control"), "private") || feed.header.Get("Set-Cookie") != "" {
		t.Errorf("the feed's header: %v", feed.header)
	}
	unchanged := anybody.request(http.MethodGet, secret, "")
	unchanged.Header.Set("If-None-Match", feed.header.Get("ETag"))
	anybody.do(unchanged).wants(http.StatusNotModified)

	claire.post("/settings/calendar", kind).wants(http.StatusCreated)
	gone := anybody.get(secret).wants(http.StatusNotFound)
	unknown := anybody.get("/calendar/feed/" + string(release.NewSecret())).wants(http.StatusNotFound)
	if gone.text("main p") == "" || !strings.HasPrefix(gone.text("main p"), "Error 404 There is nothing here that you can see.") || unknown.text("h1") != gone.text("h1") {
		t.Errorf("a replaced address answers %q, an unknown one %q", gone.text("main"), unknown.text("main"))
	}
	claire.get(claire.get("/settings").link("Revoke it")).wants(http.StatusOK).says("h1", "Revoke the calendar address?")
	claire.follow(claire.post("/settings/calendar/revoke", kind)).says(".flash", "revoked").says("#calendar", "no address yet")
	claire.post("/settings/calendar", url.Values{"kind": {"managed"}}).wants(http.StatusForbidden)
	claire.post("/settings/calendar", url.Values{"kind": {"nonsense"}}).wants(http.StatusNotFound)
	claire.get("/settings/calendar/revoke?kind=x").wants(http.StatusNotFound)
	viewer := w.as(theManagedViewer)
	if viewer.get("/settings").says("#calendar", "no address yet").has("#calendar form") {
		t.Error("a viewer may make an address")
	}
	viewer.post("/settings/calendar", url.Values{"kind": {"managed"}}).wants(http.StatusForbidden)
}
