package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

// tested is a pack in a testing period, tried by one of its two attachments.
func tested(t *testing.T) (w *world, pack release.Pack, pending release.ID) {
	t.Helper()
	w, pack, _ = drafted(t)
	pending = w.schedule(pack.ID, "1.1.0", "2026-12-01")
	rows := must(w.db.Reader.InstallBase(t.Context(), w.actor(theAdmin), release.InstallBaseFilter{Limit: 5}))(t)
	w.clock.advance(time.Hour)
	if err := w.service.OptIn(t.Context(), w.actor(theAdmin), rows[0].ID, pending, ""); err != nil {
		t.Fatal(err)
	}
	return w, pack, pending
}

func TestReleasePage(t *testing.T) {
	t.Parallel()
	w, _, pending := tested(t)
	for _, who := range []string{thePublisher, thePublisherViewer, theSupport} {
		page := w.as(who).inZone("Asia/Kolkata").get(releasePath(pending)).wants(http.StatusOK)
		page.says(".lede", "1 of 2 attachments tried it").says(".lede", "Tue 1 Dec, 00:00 Paris · Tue 1 Dec, 04:30 your time")
		page.says("main table", "minor upgrade").says("main", "Notes of 1.1.0").says("svg title", "Attachments that try the release")
		page.says(".fold table", "Fri 27 Nov")
		if page.link("1 of 2 attachments tried it") == "" || page.has("main form") != (who == thePublisher) {
			t.Errorf("%s sees the wrong buttons", who)
		}
	}
	if got := w.as(theAdmin).get(releasePath(pending)).status; got != http.StatusForbidden {
		t.Errorf("an account's admin gets %d", got)
	}

	w.clock.advance(4*24*time.Hour + 2*time.Hour) // past midnight, and late // R18
	if _, err := w.service.ApplyDue(t.Context(), w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	page := w.as(thePublisher).get(releasePath(pending)).wants(http.StatusOK)
	page.says(".lede", "Current since").says(".actions", "Late").says("main", "More than an hour after its midnight")
}

// An account that publishes and installs reads a foreign pack's releases in its catalogue, not among its own.
func TestForeignReleaseOfAnInstalledPackIsNotFound(t *testing.T) {
	t.Parallel()
	w, pack, pending := tested(t)
	both := must(w.service.CreateAccount(t.Context(), w.actor(theOperator), release.NewAccount{Name: "Both", Zone: "Europe/Rome", Publisher: true, Managed: true}))(t)
	w.invite("both", release.Invite{Name: "Bianca Both", Email: "bianca@packs.example", Account: both.ID, Publisher: release.RolePublisher, Managed: release.RoleAdmin})
	w.install("both", pack.ID, "Rome")
	for _, path := range []string{"", "/reschedule", "/withdraw"} {
		w.as("both").get(releasePath(pending) + path).wants(http.StatusNotFound)
	}
	w.as("both").post(releasePath(pending)+"/withdraw", url.Values{"reason": {"mine now"}}).wants(http.StatusNotFound)
}

// R20: another date, with a reason; opt-ins stay.
func TestReschedule(t *testing.T) {
	t.Parallel()
	w, _, pending := tested(t)
	claire, path := w.as(thePublisher), releasePath(pending)+"/reschedule"
	claire.get(path).wants(http.StatusOK).says("#when-preview", "2026-11-30 23:00:00 UTC")
	claire.get(path+"?month=2027-01").says(".month-head", "January 2027")

	page := claire.post(path, url.Values{"date": {"2026-11-27"}, "reason": {" "}}).wants(http.StatusUnprocessableEntity)
	if page.errorOn("date") == "" || page.errorOn("reason") == "" {
		t.Errorf("messages %q and %q", page.errorOn("date"), page.errorOn("reason"))
	}
	page = claire.post(path, url.Values{"date": {""}, "reason": {"kept"}}).wants(http.StatusUnprocessableEntity)
	if page.value("reason") != "kept" {
		t.Error("the reason is lost")
	}
	page = claire.follow(claire.post(path, url.Values{"date": {"2026-12-24"}, "reason": {"Holidays"}})).wants(http.StatusOK)
	page.says(".lede", "Thu 24 Dec, 00:00 Paris").says(".lede", "1 of 2").says("main", "Holidays")
}

// R20: withdrawn with a reason; whoever tries it goes back. A second click says that it is over.
func TestWithdraw(t *testing.T) {
	t.Parallel()
	w, pack, pending := tested(t)
	claire, path := w.as(thePublisher), releasePath(pending)+"/withdraw"
	claire.get(path).wants(http.StatusOK).says(".confirm", "The 1 attachment that tries 1.1.0 goes back to 1.0.0 at once; 1 stays on 1.0.0")
	if got := claire.post(path, url.Values{"reason": {""}}).wants(http.StatusUnprocessableEntity).errorOn("reason"); got == "" {
		t.Error("no message beside the reason")
	}
	page := claire.follow(claire.post(path, url.Values{"reason": {"It burns"}})).wants(http.StatusOK)
	page.says(".flash", "1 attachment runs 1.0.0 again").says(".timeline", "It burns").says(".timeline", "Prepare again")
	claire.post(path, url.Values{"reason": {"again"}}).wants(http.StatusConflict).says(".error-summary", "testing period of this release is over")
	claire.post(releasePath(pending)+"/reschedule", url.Values{"date": {"2026-12-24"}, "reason": {"again"}}).wants(http.StatusConflict)
	claire.follow(claire.get(path)).says(".flash", "not in testing any more")

	from := url.Values{"from": {pending.String()}}
	claire.follow(claire.post(packPath(pack.ID)+"/prepare", from)).says("tbody", "minor upgrade")
}

// A decision that comes after the midnight, before it was applied, is too late (R27's twin for publishers).
func TestDecisionsAfterMidnightAreTooLate(t *testing.T) {
	t.Parallel()
	w, _, pending := tested(t)
	w.clock.advance(4 * 24 * time.Hour)
	claire := w.as(thePublisher)
	claire.post(releasePath(pending)+"/withdraw", url.Values{"reason": {"late"}}).wants(http.StatusConflict).says(".error-summary", "is over")
	claire.post(releasePath(pending)+"/reschedule", url.Values{"date": {"2026-12-24"}, "reason": {"late"}}).wants(http.StatusConflict).says(".error-summary", "is over")
}

func TestActivityTellsWhatHappened(t *testing.T) {
	t.Parallel()
	w, pack, pending := tested(t)
	page := w.as(thePublisher).get("/activity").wants(http.StatusOK)
	page.says(".timeline", "Claire Dubois scheduled CRM Connector 1.1.0 for Tue 1 Dec, 00:00 Paris")
	page.says(".timeline", "Jonas Weber began to try 1.1.0 on CRM Connector · Oslo")
	if page.link("Show CRM Connector 1.1.0") != releasePath(pending) {
		t.Error("the event does not lead to its release")
	}
	own := w.as(theManagedViewer).get("/activity").wants(http.StatusOK)
	own.says(".timeline", "Jonas Weber began to try 1.1.0").saysNot(".timeline", "Claire Dubois scheduled").saysNot(".timeline", "Rio")
	if own.has(`main a[href^=/packs]`) {
		t.Error("an account is led to pages of the publisher")
	}
	w.as(theSupport).get("/activity").wants(http.StatusForbidden)
	w.as(thePublisher).get("/activity?before=nonsense").wants(http.StatusNotFound)

	for range pageSize {
		if err := w.service.EditPack(t.Context(), w.actor(thePublisher), pack.ID, pack.PackTexts); err != nil {
			t.Fatal(err)
		}
		w.clock.advance(time.Second)
	}
	page = w.as(thePublisher).get("/activity")
	page.saysNot(".timeline", "scheduled CRM Connector")
	older := w.as(thePublisher).get(page.link("Older")).wants(http.StatusOK)
	older.says(".timeline", "scheduled CRM Connector")
	if !strings.HasPrefix(older.link("Newer"), "/activity") {
		t.Error("no way back")
	}
}

// Whatever is no key of ours begins at the newest release.
func TestReleaseListTakesAnyKey(t *testing.T) {
	t.Parallel()
	w, pack, _ := drafted(t)
	for _, below := range []string{"", "0", "-1", "x", "3000000000", "99999999999999999999"} {
		w.as(thePublisher).get(packPath(pack.ID)+"/releases?below="+below).wants(http.StatusOK).says("main", "1.0.0")
	}
}
