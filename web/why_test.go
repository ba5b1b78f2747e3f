package web

import (
	"net/http"
	"testing"
	"time"

	"packtide/release"
	"packtide/web/view"
)

// TestWhy: one answer in words for the account, the publisher and support, with the facts that each may see. // R27 R30 R32
func TestWhy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	things := w.viewedThings()
	path := "/attachments/" + things["attachment"] + "/why"
	for _, key := range []string{theAdmin, theManagedViewer, thePublisher, thePublisherViewer, theSupport, theOperator} {
		w.as(key).get("/attachments/" + things["attachment"]).wants(http.StatusOK).link("Why this release?")
		p := w.as(key).get(path).wants(http.StatusOK).says("h1", "Why does Ticket Desk · Desk run 1.0.0?")
		p.says(".lede", "It was the current release when Jonas Weber installed the pack.").says(".lede", "1.1.0 is in testing. Nobody has chosen to try it here, so it applies here Tue 1 Dec, 00:00 Paris")
		p.says(".timeline", "Jonas Weber installed Ticket Desk · Desk").says(".timeline", "Claire Dubois scheduled Ticket Desk 1.1.0").says(".timeline", "in the browser")
	}
	if p := w.as(theAdmin).get(path); p.has(".timeline a[href^=/audit]") || p.has(".timeline a[href^=/groups/]") {
		t.Error("an account is led to pages that it may not see")
	}
	w.as(theSupport).get(path).link("Its events in the audit")
	for _, key := range []string{theRival, theOtherAdmin} {
		w.as(key).get(path).wants(http.StatusNotFound)
	}
	attachment := must(release.ParseID(things["attachment"]))(t)
	pending := must(release.ParseID(things["release"]))(t)
	w.clock.advance(time.Minute)
	w.done(w.service.OptIn(t.Context(), w.actor(theSupport), attachment, pending, "Asked by phone."))
	w.as(theAdmin).get(path).says("h1", "run 1.1.0?").says(".lede", "Sam Support chose to try it").says(".lede", "Support did so for the account, with the reason “Asked by phone.”")
	w.clock.advance(time.Minute)
	w.done(w.service.GoBack(t.Context(), w.actor(theAdmin), attachment, ""))
	w.as(theAdmin).get(path).says("h1", "run 1.0.0?").says(".lede", "It was tried here and left again, so it applies here")
	pack := must(release.ParseID(things["pack"]))(t)
	must(w.service.RemovePackFromGroup(t.Context(), w.actor(thePublisher), w.everyone(), pack))(t)
	w.as(theSupport).get(path).says(".lede", "is in no group that offers the pack any more").says(".timeline", "removed Ticket Desk from the group All accounts")
	w.as(theAdmin).get(path).says(".lede", "is in no group that offers the pack any more").saysNot(".timeline", "All accounts")
	w.clock.advance(5 * 24 * time.Hour)
	w.as(theAdmin).get(path).says(".lede", "more than an hour ago, and was not applied")
	must(w.service.ApplyDue(t.Context(), w.clock.Now()))(t)
	w.as(thePublisher).get(path).says(".lede", "It has run 1.1.0 since").says(".lede", "more than an hour after midnight")
	w.done(w.service.Uninstall(t.Context(), w.actor(theAdmin), attachment))
	w.as(theSupport).get(path).says("h1", "run nothing?").says(".lede", "It was uninstalled").says(".timeline", "Jonas Weber uninstalled")
}

// TestWhyNotPage: for the pack's publisher and for support alone. // R21 R25
func TestWhyNotPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	things := w.viewedThings()
	pack := must(release.ParseID(things["pack"]))(t)
	aurora, nordlys := view.WhyNotPath(w.aurora.ID, pack), view.WhyNotPath(w.nordlys.ID, pack)
	for _, key := range []string{thePublisher, thePublisherViewer, theSupport} {
		w.as(key).get(aurora).wants(http.StatusOK).says("h1", "Why does Banco Aurora not have Ticket Desk?").says(".lede", "through the group All accounts, and nobody there has installed it yet")
		w.as(key).get(nordlys).wants(http.StatusOK).says(".lede", "It has it: 1 attachment").link("Desk")
	}
	w.as(theRival).get(aurora).wants(http.StatusNotFound)
	w.as(theAdmin).get(nordlys).wants(http.StatusForbidden)
	must(w.service.RemovePackFromGroup(t.Context(), w.actor(thePublisher), w.everyone(), pack))(t)
	w.as(theSupport).get(aurora).says(".lede", "is in no group that offers the pack").says(".timeline", "removed Ticket Desk from the group All accounts")
	w.done(w.service.Uninstall(t.Context(), w.actor(theAdmin), must(release.ParseID(things["attachment"]))(t)))
	w.as(thePublisher).get(nordlys).says(".lede", "It was uninstalled").says(".lede", "can't be installed anew")
	w.as(theSupport).get(view.WhyNotPath(w.meridian.ID, pack)).says(".lede", "publishes packs and installs none")
	empty := w.pack("Empty Desk", true)
	w.as(theSupport).get(view.WhyNotPath(w.aurora.ID, empty.ID)).says(".lede", "has no release yet")
	must(w.service.DeletePack(t.Context(), w.actor(thePublisher), pack, "Ticket Desk"))(t)
	w.as(theSupport).get(aurora).wants(http.StatusOK).says(".lede", "deleted the pack")
	support := w.as(theSupport)
	support.get("/accounts/" + w.aurora.ID.String()).link("Why it does not have a pack")
	choose := "/why?account=" + w.aurora.ID.String()
	support.get(choose).wants(http.StatusOK).link("Empty Desk")
	if p := support.get(choose + "&q=empty").wants(http.StatusSeeOther); p.header.Get("Location") != view.WhyNotPath(w.aurora.ID, empty.ID) {
		t.Errorf("leads to %s", p.header.Get("Location"))
	}
	support.get(choose+"&q=nothing").wants(http.StatusOK).says("main", "No pack has “nothing” in its name")
	support.get("/why").wants(http.StatusNotFound)
	support.get("/why?account=x").wants(http.StatusNotFound)
}
