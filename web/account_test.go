package web

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"packtide/release"
)

func TestAnAccountWithManyAttachments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pack := w.pack("CRM Connector", true, w.upload("Acme Ticketing", "1.0.0"))
	w.releaseNow(pack.ID, "1.0.0")
	const all = pageSize + 3
	for i := range all {
		w.install(theAdmin, pack.ID, fmt.Sprintf("Branch %02d", i))
		w.clock.advance(time.Millisecond)
	}
	w.nextRelease(pack, "1.1.0")
	admin := w.as(theAdmin)

	first := admin.get("/installed").wants(http.StatusOK)
	if n := len(first.all("tbody tr")); n != pageSize {
		t.Errorf("the first page has %d rows, want %d", n, pageSize)
	}
	first.says("tbody", fmt.Sprintf("Branch %02d", all-1)).saysNot("tbody", "Branch 02")
	rest := admin.get(first.link("Older")).wants(http.StatusOK)
	if n := len(rest.all("tbody tr")); n != 3 {
		t.Errorf("the second page has %d rows, want 3", n)
	}
	rest.says("tbody", "Branch 00")
	if got := rest.link("Newer"); got != "/installed" {
		t.Errorf("back to %s", got)
	}

	card := admin.get("/home").wants(http.StatusOK)
	card.says(".card", "None of your 53 attachments tries it yet")
	pending := admin.get(card.link("Decide about 1.1.0")).wants(http.StatusOK).says(".page-head .actions", "Try 1.1.0 on all 53")
	if n := len(pending.all("tbody tr")); n != pageSize {
		t.Errorf("the first page of what waits has %d rows, want %d", n, pageSize)
	}
	admin.get(pending.link("Older")).wants(http.StatusOK).says("tbody", "Branch 00").saysNot("tbody", "Branch 07")
	admin.get(pending.path+"?q=branch+07").wants(http.StatusOK).says("tbody", "Branch 07").saysNot("tbody", "Branch 08")
	admin.get(pending.path+"?q=nothing").wants(http.StatusOK).says(".empty", "“nothing”")
	about := admin.get("/catalogue/" + pack.ID.String()).wants(http.StatusOK)
	about.says("main", "45 more attachments").says(".banner", "Try 1.1.0 on 53 attachments")
	if n := len(admin.get(about.link("45 more attachments")).wants(http.StatusOK).says("main", "Only CRM Connector").all("tbody tr")); n != pageSize {
		t.Errorf("the pack's attachments are %d", n)
	}
	admin.get("/installed?q=branch+07").wants(http.StatusOK).says("tbody", "Branch 07").saysNot("tbody", "Branch 08")
	admin.get("/installed?q=nothing").wants(http.StatusOK).says(".empty", "“nothing”")
	for _, path := range []string{"/installed?state=outside", "/installed?pack=x", "/installed?before=x"} {
		admin.get(path).wants(http.StatusNotFound)
	}
}

func TestTheCataloguePagesByName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.upload("Acme Ticketing", "1.0.0")
	for i := range pageSize + 1 {
		w.releaseNow(w.pack(fmt.Sprintf("Pack %02d", i), false, v).ID, "1.0.0")
	}
	admin := w.as(theAdmin)
	first := admin.get("/catalogue").wants(http.StatusOK)
	first.says("tbody", "Pack 00").says("tbody", "Pack 49").saysNot("tbody", "Pack 50")
	next := admin.get(first.link("Next page")).wants(http.StatusOK)
	next.says("tbody", "Pack 50").saysNot("tbody", "Pack 49")
	found := admin.get("/catalogue?q=pack+07").wants(http.StatusOK).says("tbody", "Pack 07").saysNot("tbody", "Pack 08")
	if got := found.value("q"); got != "pack 07" {
		t.Errorf("the search box holds %q", got)
	}
	admin.get("/catalogue?q=zzz").wants(http.StatusOK).says(".empty", "“zzz”")
}

func TestEveryInstantIsOnBothClocks(t *testing.T) {
	t.Parallel()
	w, pack, pending, a := testing110(t)
	w.install(theOtherAdmin, pack.ID, "")
	other := w.as(theOtherAdmin).inZone("America/New_York")
	for _, path := range []string{"/home", "/installed", "/catalogue/" + pack.ID.String(), "/catalogue/" + pack.ID.String() + "/releases/" + pending.String()} {
		other.get(path).wants(http.StatusOK).says("main", "Tue 1 Dec, 00:00 Paris · Mon 30 Nov, 18:00 your time (in 3 days)")
	}
	w.as(theSupport).get("/attachments/"+a.ID.String()).wants(http.StatusOK).says("main", "Tue 1 Dec, 00:00 Paris · Mon 30 Nov, 23:00 your time")
}

func TestALateReleaseSaysSo(t *testing.T) { // R18, R32
	t.Parallel()
	w, _, _, a := testing110(t)
	w.clock.advance(7 * 24 * time.Hour)
	if _, err := w.service.ApplyDue(t.Context(), w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	admin, path := w.as(theAdmin), "/attachments/"+a.ID.String()
	admin.get(path).wants(http.StatusOK).says(".lede", "more than an hour after midnight").says(".timeline", "Late")
	admin.get("/home").wants(http.StatusOK).says(".timeline", "more than an hour late")
	admin.get(path+"/history.csv").wants(http.StatusOK).says("body", "automatic at midnight,,yes")
}

func TestTheAttachmentOfADeletedPackKeepsItsPage(t *testing.T) { // R11
	t.Parallel()
	w, pack, _, a := testing110(t)
	if _, err := w.service.DeletePack(t.Context(), w.actor(thePublisher), pack.ID, "CRM Connector"); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{theAdmin, thePublisher, theSupport} {
		p := w.as(key).get("/attachments/" + a.ID.String()).wants(http.StatusOK)
		p.says(".lede", "It was uninstalled").says("main", "deleted by its publisher").says(".timeline", "Installed with 1.0.0")
	}
	admin := w.as(theAdmin)
	admin.get("/catalogue/" + pack.ID.String()).wants(http.StatusNotFound)
	admin.post("/attachments/"+a.ID.String()+"/try", nil).wants(http.StatusConflict).says(".banner", release.ErrDetached.Message)
}

// An account that publishes and installs sees its whole install base, but acts only on what it has installed itself.
func TestAnAccountThatPublishesAndInstalls(t *testing.T) { // R27
	t.Parallel()
	w := newWorld(t)
	if err := w.service.EditAccount(t.Context(), w.actor(theOperator), w.meridian.ID, release.NewAccount{
		Name: w.meridian.Name, Zone: w.meridian.Zone, Publisher: true, Managed: true,
	}); err != nil {
		t.Fatal(err)
	}
	w.invite("both", release.Invite{
		Email: "bea@packs.example", Name: "Bea Both", Account: w.meridian.ID, Publisher: release.RolePublisher, Managed: release.RoleAdmin,
	})
	pack := w.pack("CRM Connector", true, w.upload("Acme Ticketing", "1.0.0"))
	w.releaseNow(pack.ID, "1.0.0")
	mine, theirs := w.install("both", pack.ID, "Paris"), w.install(theAdmin, pack.ID, "Oslo")
	pending := w.nextRelease(pack, "1.1.0")
	both := w.as("both")

	for _, path := range []string{"/home", "/installed", "/catalogue/" + pack.ID.String(), "/pending/" + pending.String()} {
		both.get(path).wants(http.StatusOK).says("main", "Paris").saysNot("main", "Oslo")
	}
	own := both.get("/attachments/" + mine.ID.String()).wants(http.StatusOK)
	own.says("main .crumbs", "Installed").says(".page-head .actions", "Try 1.1.0 now")
	path := "/attachments/" + theirs.ID.String()
	other := both.get(path).wants(http.StatusOK).says("main", "Nordlys Insurance").says("main .crumbs", "Install base")
	if other.has("[href="+path+"/try]") || other.has("[href="+path+"/uninstall]") {
		t.Error("the page offers to act on another account's attachment")
	}
	for _, action := range []string{"/try", "/go-back", "/uninstall"} {
		both.get(path + action).wants(http.StatusNotFound)
		both.post(path+action, url.Values{"release": {pending.String()}, "reason": {"because"}}).wants(http.StatusNotFound)
	}
	both.follow(both.post("/pending/"+pending.String()+"/try", url.Values{"all": {"true"}})).says(".flash", "1 attachment now runs")
	w.as(theAdmin).get(path).wants(http.StatusOK).says(".lede", "It has run 1.0.0")
}
