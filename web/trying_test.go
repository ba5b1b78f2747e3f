package web

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

// nextRelease schedules a version for the first of December with a newer version of its package.
func (w *world) nextRelease(pack release.Pack, version string) release.ID {
	w.t.Helper()
	w.upload("Acme Ticketing", version)
	if err := w.service.TakeUpdates(w.t.Context(), w.actor(thePublisher), pack.ID); err != nil {
		w.t.Fatal(err)
	}
	return w.schedule(pack.ID, version, "2026-12-01")
}

// tries opts the attachment in as its admin does, by the page's own form.
func (w *world) tries(c *client, a release.Attachment) *page {
	w.t.Helper()
	ask := c.get("/attachments/" + a.ID.String() + "/try").wants(http.StatusOK)
	return c.follow(c.post(ask.path, url.Values{"release": {ask.value("release")}})).wants(http.StatusOK)
}

// testing is a world in which Nordlys runs 1.0.0 while 1.1.0 is in testing until the first of December in Paris.
func testing110(t *testing.T) (w *world, pack release.Pack, pending release.ID, a release.Attachment) {
	t.Helper()
	w = newWorld(t)
	pack = w.pack("CRM Connector", false, w.upload("Acme Ticketing", "1.0.0"))
	w.releaseNow(pack.ID, "1.0.0")
	a = w.install(theAdmin, pack.ID, "")
	w.clock.advance(time.Minute)
	pending = w.nextRelease(pack, "1.1.0")
	w.clock.advance(time.Minute)
	return w, pack, pending, a
}

func TestTryGoBackTryWithdrawn(t *testing.T) { // R27, R20, R32
	t.Parallel()
	w, pack, pending, a := testing110(t)
	admin, path := w.as(theAdmin), "/attachments/"+a.ID.String()

	home := admin.get("/home").wants(http.StatusOK)
	home.says(".card", "CRM Connector").says(".card strong", "1.1.0").says(".card", "1 package upgraded").says(".card", "Notes of 1.1.0")
	home.says(".card", "If you do nothing, it applies on Tue 1 Dec, 00:00 Paris").says(".timeline", "CRM Connector 1.1.0 is in testing")
	decide := admin.get(home.link("Decide about 1.1.0")).wants(http.StatusOK)
	changes := admin.get(decide.link("Every package with its notes")).wants(http.StatusOK)
	changes.says("tbody", "1.1.0").says("tbody", "minor upgrade").says("tbody", "What is new in 1.1.0")

	ask := admin.get(changes.link("Try 1.1.0 now")).wants(http.StatusOK)
	ask.says(".consequence", "moves from 1.0.0 to 1.1.0 at once").says(".consequence", "You can go back until Tue 1 Dec, 00:00 Paris")
	ask.says("main", "Notes of 1.1.0")
	if ask.value("release") != pending.String() || ask.has("[name=reason]") {
		t.Errorf("the form holds release %q, reason %v", ask.value("release"), ask.has("[name=reason]"))
	}
	w.tries(admin, a).says(".flash", "CRM Connector now runs 1.1.0").says(".lede", "Jonas Weber chose to try it during its testing period")
	admin.get("/installed?state=trying").wants(http.StatusOK).says("tbody", "Trying").says("tbody", "Go back to 1.0.0")
	twice := admin.post(path+"/try", url.Values{"release": {pending.String()}}).wants(http.StatusConflict)
	twice.says(".banner", release.ErrOptedInAlready.Message)

	w.clock.advance(time.Minute)
	back := admin.get(admin.get("/home").link("Go back to 1.0.0")).wants(http.StatusOK)
	back.says(".consequence", "runs 1.0.0 again at once")
	admin.follow(admin.post(back.path, nil)).wants(http.StatusOK).says(".flash", "CRM Connector runs 1.0.0 again").says(".lede", "Jonas Weber went back")
	admin.post(back.path, nil).wants(http.StatusConflict).says(".banner", release.ErrNotOptedIn.Message)

	w.clock.advance(time.Minute)
	w.tries(admin, a)
	w.clock.advance(time.Minute)
	if err := w.service.Withdraw(t.Context(), w.actor(thePublisher), pending, "The token was read twice."); err != nil {
		t.Fatal(err)
	}
	end := admin.get(path).wants(http.StatusOK)
	end.says(".lede", "It has run 1.0.0").says(".lede", "Claire Dubois of Meridian Connect withdrew the release that was tried").says(".timeline", "The token was read twice.")
	admin.get("/home").wants(http.StatusOK).says(".lede", "Nothing needs you").says(".timeline", "CRM Connector 1.1.0 was withdrawn")
	admin.get("/catalogue/" + pack.ID.String() + "/releases/" + pending.String()).wants(http.StatusNotFound)

	export := admin.get(path + "/history.csv").wants(http.StatusOK)
	rows, err := csv.NewReader(strings.NewReader(export.body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var how []string
	for _, r := range rows[1:] {
		how = append(how, r[6]+" "+r[7])
	}
	want := "1.0.0 installed, 1.1.0 opted in, 1.0.0 undone, 1.1.0 opted in, 1.0.0 withdrawn"
	if got := strings.Join(how, ", "); got != want {
		t.Errorf("the export says %s, want %s", got, want)
	}
}

func TestTryingWhatWasWithdrawnAMomentAgo(t *testing.T) {
	t.Parallel()
	w, _, pending, a := testing110(t)
	admin := w.as(theAdmin)
	ask := admin.get("/attachments/" + a.ID.String() + "/try").wants(http.StatusOK)
	if err := w.service.Withdraw(t.Context(), w.actor(thePublisher), pending, "A mistake."); err != nil {
		t.Fatal(err)
	}
	p := admin.post(ask.path, url.Values{"release": {ask.value("release")}}).wants(http.StatusConflict)
	p.says(".banner", release.ErrTestingEnded.Message).says(".banner", "CRM Connector runs 1.0.0, the current release. No release of it is in testing.")
	if p.has("main form button.primary") {
		t.Error("the page still offers to try it")
	}
	if row := must(w.db.Reader.Attachment(t.Context(), w.actor(theAdmin), a.ID))(t); row.Trying() {
		t.Error("the opt-in was stored")
	}
	if rows := must(w.db.Reader.History(t.Context(), w.actor(theAdmin), a.ID))(t); len(rows) != 1 {
		t.Errorf("the history has %d rows, want 1", len(rows))
	}
	for _, form := range []url.Values{nil, {"release": {"nonsense"}}, {"release": {a.ID.String()}}} {
		admin.post(ask.path, form).wants(http.StatusConflict)
	}
}

func TestPastMidnightThePageSaysSo(t *testing.T) { // R18
	t.Parallel()
	w, _, pending, a := testing110(t)
	admin, path := w.as(theAdmin), "/attachments/"+a.ID.String()
	w.clock.advance(time.Date(2026, time.November, 30, 23, 0, 0, 0, time.UTC).Sub(w.clock.Now()))

	for _, address := range []string{path, path + "/try"} {
		p := admin.get(address).wants(http.StatusOK)
		p.says(".banner", "1.1.0 is past its midnight and is being applied to all attachments now")
		if p.has("main [href="+path+"/try]") || p.has("main form[method=post]") {
			t.Errorf("%s still offers to try it", address)
		}
	}
	admin.get("/home").wants(http.StatusOK).says(".card", "Its midnight has come")
	admin.get("/installed").wants(http.StatusOK).says("tbody", "1.1.0 is being applied now")
	admin.post(path+"/try", url.Values{"release": {pending.String()}}).wants(http.StatusConflict).says(".banner", release.ErrTestingEnded.Message)
	admin.post(path+"/go-back", nil).wants(http.StatusConflict).says(".banner", release.ErrTestingEnded.Message)

	if _, err := w.service.ApplyDue(t.Context(), w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	p := admin.get(path).wants(http.StatusOK)
	p.says(".lede", "It has run 1.1.0 since Tue 1 Dec, 00:00 Paris").says(".lede", "applied to all attachments by itself at midnight").says(".timeline", "Moved to 1.1.0 at midnight")
	admin.get("/home").wants(http.StatusOK).says(".timeline", "CRM Connector 1.1.0 was applied").says("tbody", "1.1.0")
}

func TestSupportActsForAnAccountWithAReason(t *testing.T) { // R27, R34
	t.Parallel()
	w, _, pending, a := testing110(t)
	support, path := w.as(theSupport), "/attachments/"+a.ID.String()

	p := support.get(path).wants(http.StatusOK).says("main", "Nordlys Insurance")
	if p.has("[href=" + path + "/uninstall]") {
		t.Error("support may uninstall")
	}
	ask := support.get(p.link("Try 1.1.0 now")).wants(http.StatusOK).says(".band", "You act for Nordlys Insurance")
	form := url.Values{"release": {ask.value("release")}, "reason": {"  "}}
	without := support.post(ask.path, form).wants(http.StatusUnprocessableEntity)
	if got := without.errorOn("reason"); got != release.ErrSupportReasonMissing.Message {
		t.Errorf("beside the reason: %q", got)
	}
	long := support.post(ask.path, url.Values{"release": {pending.String()}, "reason": {strings.Repeat("x", 1001)}}).wants(http.StatusUnprocessableEntity)
	if got := long.errorOn("reason"); got != release.ErrReasonLong.Message || len(long.value("reason")) != 1001 {
		t.Errorf("beside the long reason: %q, %d characters kept", got, len(long.value("reason")))
	}
	w.as(theAdmin).get(path).says(".lede", "It has run 1.0.0")

	form.Set("reason", "Ticket 4711: asked on the phone")
	support.follow(support.post(ask.path, form)).wants(http.StatusOK).says(".lede", "Sam Support chose to try it")
	w.as(theAdmin).get(path).says(".timeline", "Ticket 4711: asked on the phone")

	w.clock.advance(time.Minute)
	support.post(path+"/go-back", nil).wants(http.StatusUnprocessableEntity)
	support.follow(support.post(path+"/go-back", url.Values{"reason": {"Ticket 4711: undone"}})).wants(http.StatusOK).says(".lede", "It has run 1.0.0")
	support.post(path+"/uninstall", nil).wants(http.StatusForbidden)
	w.as(theOperator).get(path).wants(http.StatusOK)
}

func TestWhoMayDoWhatWithAnAttachment(t *testing.T) { // R27
	t.Parallel()
	w, pack, pending, a := testing110(t)
	path, about := "/attachments/"+a.ID.String(), "/catalogue/"+pack.ID.String()
	form := url.Values{"release": {pending.String()}}

	viewer := w.as(theManagedViewer)
	for _, address := range []string{"/home", "/catalogue", about, "/installed", path, path + "/history.csv", about + "/releases/" + pending.String()} {
		p := viewer.get(address).wants(http.StatusOK)
		for _, offer := range []string{"/try]", "/go-back]", "/uninstall]"} {
			if p.has("[href=" + path + offer) {
				t.Errorf("%s offers a viewer %s", address, offer)
			}
		}
	}
	for _, address := range []string{path + "/try", path + "/go-back", path + "/uninstall", about + "/install"} {
		viewer.get(address).wants(http.StatusForbidden)
		viewer.post(address, form).wants(http.StatusForbidden)
	}
	other := w.as(theOtherAdmin)
	for _, address := range []string{path, path + "/try", path + "/go-back", path + "/uninstall", path + "/history.csv"} {
		other.get(address).wants(http.StatusNotFound)
	}
	for _, action := range []string{"/try", "/go-back", "/uninstall"} {
		other.post(path+action, form).wants(http.StatusNotFound)
	}
	publisher := w.as(thePublisher)
	publisher.get(path).wants(http.StatusOK).says("main", "Nordlys Insurance").says(".lede", "It has run 1.0.0")
	publisher.get(path + "/history.csv").wants(http.StatusOK)
	publisher.post(path+"/try", form).wants(http.StatusForbidden)
	w.as(theRival).get(path).wants(http.StatusNotFound)
	if row := must(w.db.Reader.Attachment(t.Context(), w.actor(theAdmin), a.ID))(t); row.Trying() || row.DetachedAt != nil {
		t.Error("somebody has changed the attachment")
	}
}

func TestTheOnlyAttachmentThatWaitsIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pack := w.pack("CRM Connector", true, w.upload("Acme Ticketing", "1.0.0"))
	w.releaseNow(pack.ID, "1.0.0")
	oslo, bergen := w.install(theAdmin, pack.ID, "Oslo"), w.install(theAdmin, pack.ID, "Bergen")
	pending := w.nextRelease(pack, "1.1.0")
	admin := w.as(theAdmin)
	w.tries(admin, bergen)
	for _, path := range []string{"/catalogue/" + pack.ID.String(), "/catalogue/" + pack.ID.String() + "/releases/" + pending.String()} {
		if got, want := admin.get(path).wants(http.StatusOK).link("Try 1.1.0 on Oslo"), "/attachments/"+oslo.ID.String()+"/try"; got != want {
			t.Errorf("%s leads to %s, want %s", path, got, want)
		}
	}
}
