package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

func TestPublisherMakesAPack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	claire.get("/packs").wants(http.StatusOK).says(".empty", "You have none yet")

	refused := claire.post("/packs/new", url.Values{"description": {strings.Repeat("x", 501)}, "support_contact": {"a\r\nb"}}).wants(http.StatusUnprocessableEntity)
	for _, field := range []string{"name", "description", "multiple"} {
		if refused.errorOn(field) == "" {
			t.Errorf("no message beside %s", field)
		}
	}
	if got := refused.value("support_contact"); got != "a\nb" {
		t.Errorf("the contact came back as %q", got)
	}
	claire.get("/packs").says(".empty", "You have none yet") // nothing half stored

	made := claire.post("/packs/new", url.Values{"name": {"CRM Connector"}, "multiple": {"true"}})
	path := made.header.Get("Location")
	page := claire.follow(made).wants(http.StatusOK)
	page.says(".lede", "Not released yet").says("main", "no support contact") // R7: said before the click
	page.says("#packages", "A pack needs at least one package")
	claire.get("/packs").says("tbody", "CRM Connector").says("tbody", "not released yet")
	claire.post("/packs/new", url.Values{"name": {"crm connector"}, "multiple": {"true"}}).wants(http.StatusConflict).says(".error-summary", "already")

	edit := url.Values{"name": {"CRM Connector"}, "support_contact": {"help@meridian.example or https://help.example/crm."}, "user_guide": {"One\r\nTwo"}}
	page = claire.follow(claire.post(path+"/edit", edit))
	page.saysNot("main", "no support contact")
	if page.link("https://help.example/crm") != "https://help.example/crm" || page.link("help@meridian.example") != "mailto:help@meridian.example" {
		t.Error("the contact has no links")
	}
	edit.Set("name", " ")
	if again := claire.post(path+"/edit", edit).wants(http.StatusUnprocessableEntity); again.value("user_guide") != "One\nTwo" {
		t.Errorf("the guide came back as %q", again.value("user_guide"))
	}
}

// R8, R9: packages come in their newest shareable version, and a removal can be undone until the release.
func TestPackagesOfAPack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	jira, slack := w.upload("Jira", "1.0.0"), w.upload("Slack", "1.0.0")
	pack := w.pack("CRM Connector", false, jira)
	path := packPath(pack.ID)
	w.releaseNow(pack.ID, "1.0.0")
	w.upload("Jira", "1.1.0")

	claire.get("/packs").says("tbody", "Updates available")
	page := claire.get(path).wants(http.StatusOK)
	page.says("#packages tbody", "update available")
	page = claire.follow(claire.post(path+"/packages", url.Values{"package": {slack.Package.String()}}))
	page.says("#packages tbody", "added").says(".banner", "The next release is being prepared")
	page = claire.follow(claire.post(path+"/updates", nil))
	page.says("#packages tbody", "minor upgrade").saysNot("#packages tbody", "update available")

	jiraPath := path + "/packages/" + jira.Package.String()
	page = claire.follow(claire.post(jiraPath+"/remove", nil))
	page.says("tr.removed", "Removed in the next release")
	page = claire.follow(claire.post(jiraPath+"/undo", nil))
	if page.has("tr.removed") {
		t.Error("the removal is not undone")
	}
	claire.post(jiraPath+"/undo", nil).wants(http.StatusConflict).says(".error-summary", "in the pack already").says("#packages tbody", "Jira")
	claire.post(path+"/packages", url.Values{"package": {""}}).wants(http.StatusUnprocessableEntity).says(".error-summary", "Choose the package")
}

func TestPackPageSaysWhatRunsWhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pack := w.pack("CRM Connector", true, w.upload("Jira", "1.0.0"))
	w.releaseNow(pack.ID, "1.0.0")
	first, second := w.install(theAdmin, pack.ID, "Oslo"), w.install(theOtherAdmin, pack.ID, "Rio")
	w.upload("Jira", "1.1.0")
	if err := w.service.TakeUpdates(t.Context(), w.actor(thePublisher), pack.ID); err != nil {
		t.Fatal(err)
	}
	pending := w.schedule(pack.ID, "1.1.0", "2026-12-01")
	if err := w.service.OptIn(t.Context(), w.actor(theAdmin), first.ID, pending, ""); err != nil {
		t.Fatal(err)
	}
	_ = second
	for _, who := range []string{thePublisher, thePublisherViewer, theSupport} {
		page := w.as(who).inZone("America/New_York").get(packPath(pack.ID)).wants(http.StatusOK)
		page.says(".lede", "2 attachments in 2 accounts run 1.0.0")
		page.says(".lede", "1.1.0 is in testing, 1 has tried it, it applies to the rest on Tue 1 Dec, 00:00 Paris")
		page.says(".lede", "Mon 30 Nov, 18:00 your time")
		page.says(".timeline", "Testing").says(".timeline", "Current")
		if who != thePublisher && page.has("main form") {
			t.Errorf("%s is offered a change", who)
		}
		w.as(who).get("/packs").says("tbody", "tried 1 of 2")
	}
}

// R11: the name is typed, the accounts that lose the pack are named.
func TestDeletePackWantsItsName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	pack := w.pack("CRM Connector", true, w.upload("Jira", "1.0.0"))
	w.releaseNow(pack.ID, "1.0.0")
	w.install(theAdmin, pack.ID, "Oslo")
	w.install(theAdmin, pack.ID, "Bergen")
	path := packPath(pack.ID)
	claire.get(path+"/delete").wants(http.StatusOK).says(".victims", "Nordlys Insurance (2 attachments)")
	claire.post(path+"/delete", url.Values{"confirm": {"crm"}}).wants(http.StatusUnprocessableEntity).says(".error-summary", "CRM Connector").says(".victims", "Nordlys")
	claire.get(path).wants(http.StatusOK)
	claire.follow(claire.post(path+"/delete", url.Values{"confirm": {"CRM Connector"}})).says(".flash", "2 attachments")
	claire.get(path).wants(http.StatusNotFound)
}

// R22: one click prepares an older content again; a draft that is there gives way only after a question.
func TestRollBackPreparesOlderContents(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	pack := w.pack("CRM Connector", false, w.upload("Jira", "1.0.0"))
	old := w.releaseNow(pack.ID, "1.0.0")
	w.upload("Jira", "2.0.0")
	if err := w.service.TakeUpdates(t.Context(), w.actor(thePublisher), pack.ID); err != nil {
		t.Fatal(err)
	}
	w.clock.advance(time.Hour)
	w.releaseNow(pack.ID, "2.0.0")
	path := packPath(pack.ID)
	claire.get(path+"/releases").wants(http.StatusOK).says(".timeline", "Roll back to this")

	from := url.Values{"from": {old.String()}}
	if got := claire.post(path+"/prepare", from).header.Get("Location"); got != path+"/release/versions" {
		t.Errorf("it leads to %q", got)
	}
	claire.get(path).says("#packages tbody", "downgrade")
	asked := claire.follow(claire.post(path+"/prepare", from)).wants(http.StatusOK)
	asked.says("h1", "Replace the draft with 1.0.0?")
	from.Set("replace", "true")
	claire.post(path+"/prepare", from).wants(http.StatusSeeOther)
}

func TestPacksOfOthersAreNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	jira := w.upload("Jira", "1.0.0")
	pack := w.pack("CRM Connector", false, jira)
	released := w.releaseNow(pack.ID, "1.0.0")
	rita, victor := w.as(theRival), w.as(thePublisherViewer)
	own := must(w.service.CreatePack(t.Context(), w.actor(theRival), release.NewPack{PackTexts: release.PackTexts{Name: "Own"}, Multiple: new(bool)}))(t)
	replace := strings.NewReplacer(":package", jira.Package.String(), ":release", released.String())
	for _, r := range routes {
		if !strings.HasPrefix(r.path, "/packs/:pack") && !strings.HasPrefix(r.path, "/releases/:release") {
			continue
		}
		path := replace.Replace(strings.ReplaceAll(r.path, ":pack/", pack.ID.String()+"/"))
		path = strings.ReplaceAll(path, ":pack", pack.ID.String())
		form := url.Values{"from": {released.String()}, "package": {jira.Package.String()}, "confirm": {"CRM Connector"}, "revision": {"1"}}
		if r.method == http.MethodGet {
			rita.get(path + "?from=" + released.String()).wants(http.StatusNotFound)
			continue
		}
		rita.post(path, form).wants(http.StatusNotFound)
		victor.post(path, form).wants(http.StatusForbidden)
	}
	rita.post(packPath(own.ID)+"/packages", url.Values{"package": {jira.Package.String()}}).wants(http.StatusNotFound)
	rita.post(packPath(own.ID)+"/prepare", url.Values{"from": {released.String()}}).wants(http.StatusNotFound)
	rita.get("/packs/not-an-id").wants(http.StatusNotFound)
	w.as(theAdmin).get(packPath(pack.ID)).wants(http.StatusForbidden)
}
