package web

import (
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"packtide/release"
)

// A preview shows the texts as accounts would read them, keeps what was typed, and saves nothing.
func TestPackTextsArePreviewed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	pack := w.pack("CRM Connector", false)
	texts := url.Values{
		"name": {""}, "installation_guide": {"# First\n\n- **one**\n\n<script>alert(1)</script>"}, "support_contact": {"help@meridian.example"}, "preview": {"true"},
	}
	for _, path := range []string{packPath(pack.ID) + "/edit", "/packs/new"} {
		page := claire.post(path, texts).wants(http.StatusOK)
		page.says("#preview .prose strong", "one").says("#preview h4", "First").says("#preview .prose", "<script>").saysNot(".error-summary", "name")
		if page.has("#preview script") || page.value("installation_guide") == "" || page.value("name") != "" {
			t.Errorf("%s: drawn %q", path, page.text("main"))
		}
	}
	claire.get(packPath(pack.ID)).wants(http.StatusOK).saysNot("main", "First")
	if w.as(thePublisherViewer).post(packPath(pack.ID)+"/edit", texts).status != http.StatusForbidden || w.as(theRival).post(packPath(pack.ID)+"/edit", texts).status != http.StatusNotFound {
		t.Error("others may preview the texts of the pack")
	}
}

// Guides are drawn from Markdown wherever a person reads them.
func TestDocumentsAreDrawnFromMarkdown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pack := w.pack("CRM Connector", true, w.upload("Jira", "1.0.0"))
	claire := w.as(thePublisher)
	texts := url.Values{
		"name": {"CRM Connector"}, "installation_guide": {"**guide** [x](javascript:alert(1))"}, "user_guide": {"| a |\n|---|\n| cell |"}, "support_contact": {"_help_"},
	}
	claire.post(packPath(pack.ID)+"/edit", texts).wants(http.StatusSeeOther)
	w.releaseNow(pack.ID, "1.0.0")
	a := w.install(theAdmin, pack.ID, "Oslo")
	admin := w.as(theAdmin)
	for path, c := range map[string]*client{
		packPath(pack.ID): claire, "/catalogue/" + pack.ID.String(): admin, "/attachments/" + a.ID.String(): admin,
	} {
		page := c.get(path).wants(http.StatusOK)
		page.says(".prose strong", "guide").says(".prose-wide td", "cell").says(".prose em", "help")
		if page.has(".prose a") {
			t.Errorf("%s links to a script", path)
		}
	}
	admin.get("/catalogue/"+pack.ID.String()+"/install").wants(http.StatusOK).says(".prose strong", "guide")
}

// threeReleases makes a pack that ran 1.0.0, then 2.0.0, then 2.1.0, with notes of each version.
func threeReleases(t *testing.T) (w *world, pack release.Pack, ids []release.ID) {
	t.Helper()
	w = newWorld(t)
	jira := w.upload("Jira", "1.0.0")
	pack = w.pack("CRM Connector", true, jira)
	ids = append(ids, w.releaseNow(pack.ID, "1.0.0"))
	for _, v := range []string{"1.1.0", "2.0.0"} {
		w.clock.advance(28 * 24 * time.Hour)
		w.upload("Jira", v)
		w.done(w.service.TakeUpdates(t.Context(), w.actor(thePublisher), pack.ID))
		if v == "2.0.0" {
			w.done(w.service.AddPackage(t.Context(), w.actor(thePublisher), pack.ID, w.upload("Slack", "1.0.0").Package))
		}
		ids = append(ids, w.releaseNow(pack.ID, v))
	}
	return w, pack, ids
}

func comparePath(pack, from, to release.ID) string {
	return packPath(pack) + "/compare?from=" + from.String() + "&to=" + to.String()
}

// Any two releases are compared, in both directions, by all who see the pack.
func TestCompareReleases(t *testing.T) {
	t.Parallel()
	w, pack, ids := threeReleases(t)
	for _, who := range []string{thePublisher, thePublisherViewer, theSupport} {
		page := w.as(who).get(comparePath(pack.ID, ids[0], ids[2])).wants(http.StatusOK)
		page.says("h1", "From 1.0.0 to 2.0.0").says("tbody", "major upgrade").says("tbody", "added").says("main", "Swap")
		back := w.as(who).get(comparePath(pack.ID, ids[2], ids[0])).wants(http.StatusOK)
		back.says(".lede", "Going back changes this").says("tbody", "downgrade").says("tbody", "removed")
		if back.has(".actions .primary") != (who == thePublisher) {
			t.Errorf("%s: the way back is offered wrongly", who)
		}
		files := back.link("Files")
		w.as(who).get(files).wants(http.StatusOK)
		w.as(who).get(packPath(pack.ID)+"/compare").wants(http.StatusOK).says("h1", "From 1.1.0 to 2.0.0")
		w.as(who).get(comparePath(pack.ID, ids[1], ids[1])).wants(http.StatusOK).says(".lede", "one and the same release")
	}
	list := w.as(thePublisher).get(packPath(pack.ID) + "/releases").wants(http.StatusOK)
	list.says(".timeline", "28 days as current").says(".timeline", "Compare with 1.1.0").says(".timeline", "Compare with current")
	empty := w.pack("Empty", false)
	w.as(thePublisher).get(packPath(empty.ID)+"/compare").wants(http.StatusOK).says(".empty", "Two releases of the pack can be compared")
}

// The comparison tells of nothing that is another publisher's, an account's or another pack's.
func TestCompareReleasesOfOthers(t *testing.T) {
	t.Parallel()
	w, pack, ids := threeReleases(t)
	w.as(theRival).get(comparePath(pack.ID, ids[0], ids[1])).wants(http.StatusNotFound)
	other := w.pack("Other", true, w.upload("Teams", "1.0.0"))
	foreign := w.releaseNow(other.ID, "1.0.0")
	claire := w.as(thePublisher)
	for _, path := range []string{
		comparePath(pack.ID, ids[0], foreign), comparePath(pack.ID, foreign, ids[0]), packPath(pack.ID) + "/compare?from=x", packPath(pack.ID) + "/compare?to=x",
	} {
		claire.get(path).wants(http.StatusNotFound)
	}
	if status := w.as(theAdmin).get(comparePath(pack.ID, ids[0], ids[1])).status; status != http.StatusForbidden {
		t.Errorf("an account's admin gets %d", status)
	}
	for _, by := range []string{theRival, theAdmin} {
		if _, err := w.db.Reader.ReleasePair(t.Context(), w.actor(by), pack.ID, ids[0], ids[1]); !errors.Is(err, release.ErrNotFound) {
			t.Errorf("%s reads the pair: %v", by, err)
		}
		if refs := must(w.db.Reader.ReleaseRefs(t.Context(), w.actor(by), pack.ID))(t); len(refs) > 0 {
			t.Errorf("%s reads %d releases", by, len(refs))
		}
	}
}

// R22, R24: before the click the page says what goes back, for how many; where nothing would, it says so.
func TestRollBackSaysWhatChanges(t *testing.T) {
	t.Parallel()
	w, pack, ids := threeReleases(t)
	w.install(theAdmin, pack.ID, "Oslo")
	claire, path := w.as(thePublisher), packPath(pack.ID)
	asked := claire.get(path + "/prepare?from=" + ids[0].String()).wants(http.StatusOK)
	asked.says("h1", "Roll back to 1.0.0?").says(".confirm", "1 attachment in 1 account would change").says(".victims", "Jira: 2.0.0 → 1.0.0, downgrade").says(".victims", "Slack 1.0.0: removed")
	for name, answer := range map[string]*page{
		"asked": claire.get(path + "/prepare?from=" + ids[2].String()), "done": claire.post(path+"/prepare", url.Values{"from": {ids[2].String()}}),
	} {
		if answer.status != http.StatusConflict {
			t.Errorf("%s: %d", name, answer.status)
		}
		answer.says(".error-summary", "2.0.0 holds the same versions as the current release")
	}
	claire.follow(claire.post(path+"/prepare", url.Values{"from": {ids[0].String()}})).says("tbody", "downgrade")
	draft := w.as(theSupport).get(path).wants(http.StatusOK)
	draft.says(".timeline", "The next release").says(".timeline", "Draft")
}

// The pack's page tells how it grew, how far it is behind, and what is being prepared.
func TestPackPageTellsAgeAndAdoption(t *testing.T) {
	t.Parallel()
	w, pack, _ := threeReleases(t)
	w.as(thePublisher).get(packPath(pack.ID)).wants(http.StatusOK).says("main", "Nothing to draw yet").says(".pack-age", "Up to date")
	w.install(theAdmin, pack.ID, "Oslo")
	w.clock.advance(10 * 24 * time.Hour)
	w.upload("Jira", "2.1.0")
	w.clock.advance(11 * 24 * time.Hour)
	w.upload("Jira", "2.2.0")
	w.clock.advance(24 * time.Hour)
	w.done(w.service.RecordDays(t.Context(), w.clock.Now()))
	for _, who := range []string{thePublisher, thePublisherViewer, theSupport} {
		page := w.as(who).get(packPath(pack.ID)).wants(http.StatusOK)
		page.says(".pack-age", "12 days behind.").says("#packages tbody", "2 versions behind, for 12 days; it runs one that is 22 days old")
		page.says("#adoption-title", "Attachments over time").says(".adoption .band title", "2.0.0").says("table", "2.0.0")
	}
}
