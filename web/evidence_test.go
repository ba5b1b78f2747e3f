package web

import (
	"bytes"
	"crypto/sha256"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

// evidenceItem is the offered item of the person's publisher that has the label.
func (w *world) evidenceItem(key, label string) release.EvidenceItem {
	w.t.Helper()
	by := w.actor(key)
	for _, i := range must(w.db.Reader.EvidenceItems(w.t.Context(), by, by.Account))(w.t) {
		if i.Label == label {
			return i
		}
	}
	w.t.Fatalf("no item %q", label)
	return release.EvidenceItem{}
}

// evidenceAs ticks the first item off on the pack's draft, with a file.
func (w *world) evidenceAs(key string, pack release.ID) release.Evidence {
	w.t.Helper()
	by, text := w.actor(key), "evidence"
	d := must(w.service.DraftRelease(w.t.Context(), by, pack))(w.t)
	w.done(w.service.GiveEvidence(w.t.Context(), by, d.ID, release.NewEvidence{
		Item: w.evidenceItem(key, "Regression test done").ID,
		File: &release.FileUpload{Name: "report.txt", Size: int64(len(text)), SHA256: sha256.Sum256([]byte(text)), Content: strings.NewReader(text)},
	}))
	return must(w.db.Reader.Evidence(w.t.Context(), by, d.ID))(w.t)[0].Evidence
}

// demandEvidence makes Meridian demand the item of every release.
func (w *world) demandEvidence(label string) release.EvidenceItem {
	w.t.Helper()
	item := w.evidenceItem(thePublisher, label)
	item.Demanded = true
	w.done(w.service.SetEvidenceItems(w.t.Context(), w.actor(thePublisher), []release.EvidenceItem{item}))
	return item
}

// tick sends the form of one item, as a browser does.
func (c *client) tick(path, note, link, fileName, content string) *page {
	c.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	err := sent{fields: [][2]string{{"note", note}, {"link", link}, {"file", ""}}, fileName: fileName, content: strings.NewReader(content)}.write(form)
	if err != nil {
		c.t.Fatal(err)
	}
	r := c.request(http.MethodPost, path, body.String())
	r.Header.Set("Content-Type", form.FormDataContentType())
	return c.do(r)
}

// TestEvidenceFromDraftToRelease: ticked off on the draft, with all that can be added, and shown on the release for ever.
func TestEvidenceFromDraftToRelease(t *testing.T) { // R35
	t.Parallel()
	w, pack, path := drafted(t)
	claire := w.as(thePublisher).inZone("America/New_York")
	w.demandEvidence("Impact assessed")
	list := claire.get(claire.get(packPath(pack.ID)).link("Tick off evidence")).wants(http.StatusOK)
	list.says(".lede", "0 of 4 items ticked off. Before it can be decided, this release needs “Impact assessed”.").says("tbody", "demanded of every release")

	item := w.evidenceItem(thePublisher, "Impact assessed")
	give := path + "/evidence/" + item.ID.String()
	claire.get(give).wants(http.StatusOK).says("button.primary", "Tick off “Impact assessed”")
	refused := claire.tick(give, "with <care>", "http://ci.example/7", "", "").wants(http.StatusUnprocessableEntity)
	if refused.value("note") != "with <care>" || refused.value("link") != "http://ci.example/7" || !strings.Contains(refused.errorOn("link"), "https://") {
		t.Errorf("the refused form: %s", refused.text("main"))
	}
	list = claire.follow(claire.tick(give, "with <care>", "https://ci.example/7", "Prüfung.pdf", "a report")).wants(http.StatusOK)
	list.says(".flash", "“Impact assessed” is ticked off.").says("tbody", "Claire Dubois, Fri 27 Nov, 15:30 Paris · Fri 27 Nov, 09:30 your time")
	list.says("tbody", "with <care>").says("tbody", "Prüfung.pdf 8 bytes")
	if list.link("https://ci.example/7") != "https://ci.example/7" {
		t.Error("the link does not lead where it says")
	}
	file := claire.get(list.link("Prüfung.pdf")).wants(http.StatusOK)
	if file.body != "a report" || !strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment") || file.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the file is %q %v", file.body, file.header)
	}
	again := claire.tick(give, "", "", "", "").wants(http.StatusConflict)
	again.says(".error-summary", "This was ticked off already.").says("tbody", "with <care>")

	id := w.releaseNow(pack.ID, "1.1.0")
	for _, key := range []string{thePublisher, thePublisherViewer, theSupport, theOperator} {
		shown := w.as(key).get(releasePath(id)).wants(http.StatusOK)
		shown.says("tbody", "Impact assessed").says("tbody", "with <care>")
		w.as(key).get(shown.link("Prüfung.pdf")).wants(http.StatusOK)
	}
	claire.get("/activity").says("main", "Claire Dubois ticked off “Impact assessed” for CRM Connector")
}

// TestEvidenceForOtherVersions: what was ticked off before the versions were changed says so, and what stayed the same does not.
func TestEvidenceForOtherVersions(t *testing.T) { // R35
	t.Parallel()
	w, pack, path := drafted(t)
	w.evidenceAs(thePublisher, pack.ID)
	by := w.actor(thePublisher)
	d := must(w.service.DraftRelease(t.Context(), by, pack.ID))(t)
	w.clock.advance(time.Hour)
	w.done(w.service.ChooseVersions(t.Context(), by, d.ID, d.Revision, d.Contents))
	claire := w.as(thePublisher)
	claire.get(path+"/evidence").wants(http.StatusOK).saysNot("main", "before the versions were")
	w.clock.advance(time.Hour)
	w.upload("Jira", "1.2.0")
	w.done(w.service.TakeUpdates(t.Context(), by, pack.ID))
	claire.get(path+"/evidence").says(".lede", "1 of them was ticked off before the versions were last changed.").says("tbody", "Ticked off before the versions were changed, Fri 27 Nov")
	claire.follow(claire.post(path+"/when", with(formOf(claire.get(path+"/when")), "plan", "immediate"))).says("#f-evidence", "Ticked off before the versions were changed")
}

// TestAccountsSeeNoEvidence, neither on their pages nor by its address.
func TestAccountsSeeNoEvidence(t *testing.T) { // R35
	t.Parallel()
	w, pack, _ := drafted(t)
	given := w.evidenceAs(thePublisher, pack.ID)
	id := w.releaseNow(pack.ID, "1.1.0")
	for _, key := range []string{theAdmin, theManagedViewer, theOtherAdmin} {
		c := w.as(key)
		c.get("/catalogue/"+pack.ID.String()).wants(http.StatusOK).saysNot("main", "Regression test done")
		c.get("/catalogue/"+pack.ID.String()+"/releases/"+id.String()).wants(http.StatusOK).saysNot("main", "Regression test done")
		c.get("/evidence/" + given.ID.String() + "/file").wants(http.StatusForbidden)
	}
	w.as(theRival).get("/evidence/" + given.ID.String() + "/file").wants(http.StatusNotFound)
}

// TestReviewAsksForEvidence: the refusal names the item and leads to it, and what was typed is kept on the way.
func TestReviewAsksForEvidence(t *testing.T) { // R35
	t.Parallel()
	w, _, path := drafted(t)
	item := w.demandEvidence("Guides updated")
	claire := w.as(thePublisher)
	page := claire.follow(claire.post(path+"/when", with(formOf(claire.get(path+"/when")), "plan", "immediate")))
	page.says("#f-evidence", "this release needs “Guides updated”")
	refused := claire.post(path+"/review", with(formOf(page), "notes", "Mine", "action", "decide")).wants(http.StatusConflict)
	refused.says(".error-summary", "“Guides updated” is demanded of every release, and nobody has ticked it off")
	if !refused.has(".error-summary a[href=#f-evidence]") || !refused.has("#f-evidence button[value=evidence/"+item.ID.String()+"]") || refused.value("notes") != "Mine" {
		t.Error("the refusal does not lead to the checklist, or lost what was typed")
	}
	form := claire.follow(claire.post(path+"/review", with(formOf(refused), "notes", "Mine too", "action", "evidence/"+item.ID.String()))).wants(http.StatusOK)
	form.says("h1", "Guides updated?")
	list := claire.follow(claire.tick(path+"/evidence/"+item.ID.String(), "", "", "", ""))
	review := claire.get(list.link("Go on to the review")).wants(http.StatusOK)
	if review.value("notes") != "Mine too" {
		t.Errorf("the notes are %q", review.value("notes"))
	}
	claire.follow(claire.post(path+"/evidence/"+item.ID.String()+"/take-back", nil)).says(".flash", "It is taken back.")
	claire.post(path+"/evidence/"+item.ID.String()+"/take-back", nil).wants(http.StatusConflict).says(".error-summary", "This is not ticked off.")
	claire.post(path+"/review", with(formOf(review), "action", "decide")).wants(http.StatusConflict)
	claire.follow(claire.tick(path+"/evidence/"+item.ID.String(), "", "", "", ""))
	review = claire.get(path + "/review")
	claire.follow(claire.post(path+"/review", with(formOf(review), "action", "decide"))).says(".flash", "1.1.0 is released")
	late := claire.tick(path+"/evidence/"+w.evidenceItem(thePublisher, "Impact assessed").ID.String(), "", "", "", "")
	late.wants(http.StatusConflict).says(".error-summary", "released or discarded")
	claire.get(path + "/evidence").wants(http.StatusSeeOther)
}

// TestEvidenceReadOnly: viewers and support look at a draft's checklist and find nothing to press.
func TestEvidenceReadOnly(t *testing.T) { // R34 R35
	t.Parallel()
	w, pack, path := drafted(t)
	w.evidenceAs(thePublisher, pack.ID)
	for _, key := range []string{thePublisherViewer, theSupport} {
		c := w.as(key)
		list := c.get(c.get(packPath(pack.ID)).link("Show its evidence")).wants(http.StatusOK)
		list.says("tbody", "Claire Dubois")
		if list.has("main form") || list.has("main .button.primary") {
			t.Errorf("%s finds something to press", key)
		}
		c.get(path + "/evidence/" + w.evidenceItem(thePublisher, "Impact assessed").ID.String()).wants(http.StatusForbidden)
	}
	settings := w.as(thePublisherViewer).get("/settings").wants(http.StatusOK)
	if settings.says("#evidence", "Guides updated").has("#evidence form") {
		t.Error("a viewer may change the checklist")
	}
}

// TestEvidenceSettings: rename, demand, reorder, retire and add, in one form; refused with the input kept.
func TestEvidenceSettings(t *testing.T) { // R35
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	labels := func(key string) (all []string) {
		by := w.actor(key)
		for _, i := range must(w.db.Reader.EvidenceItems(t.Context(), by, by.Account))(t) {
			if i.Demanded {
				i.Label += "!"
			}
			all = append(all, i.Label)
		}
		return all
	}
	form := evidenceSettingsOf(claire.get("/settings").wants(http.StatusOK))
	ids := form["item"]
	form.Set("place."+ids[3], "1")
	form.Set("label."+ids[0], "Regression tests passed")
	form.Set("demanded."+ids[0], "true")
	form.Set("retired."+ids[1], "true")
	form.Set("label.new", "Security review done")
	form.Set("demanded.new", "true")
	done := claire.follow(claire.post("/settings/evidence", form)).wants(http.StatusOK)
	done.says(".flash", "The checklist is saved.")
	want := []string{"Support contact checked", "Regression tests passed!", "Guides updated", "Security review done!"}
	if got := labels(thePublisher); !slices.Equal(got, want) {
		t.Errorf("the checklist is %q", got)
	}
	if len(labels(theRival)) != 4 {
		t.Error("the other publisher's checklist has changed")
	}
	claire.get("/activity").says("main", "changed the evidence that releases of Meridian Connect need")

	form = evidenceSettingsOf(done)
	ids = form["item"]
	form.Set("place."+ids[0], "3") // down: after the one that stands there
	claire.follow(claire.post("/settings/evidence", form))
	if got := labels(thePublisher); got[2] != "Support contact checked" {
		t.Errorf("the checklist is %q", got)
	}
	form.Set("label."+ids[1], "  ")
	form.Set("label.new", "Guides updated twice")
	no := claire.post("/settings/evidence", form).wants(http.StatusUnprocessableEntity)
	if no.value("label.new") != "Guides updated twice" || !strings.Contains(no.text("#f-label-"+ids[1]+"-error"), "Name what is to be looked at") {
		t.Errorf("the refused form: %s", no.text("#evidence"))
	}
	form.Set("item", "nonsense")
	claire.post("/settings/evidence", form).wants(http.StatusNotFound)
}

// evidenceSettingsOf is the form of the checklist as the page shows it.
func evidenceSettingsOf(p *page) url.Values {
	form := url.Values{}
	for _, n := range p.all("#evidence [name]") {
		name := attrOf(n, "name")
		if name == "item" {
			form.Add(name, attrOf(n, "value"))
		} else if value := p.value(name); value != "" || attrOf(n, "type") != "checkbox" {
			form.Set(name, value)
		}
	}
	return form
}

// A file beyond the limit is read to its end and refused beside its field.
func TestEvidenceFileTooLarge(t *testing.T) {
	t.Parallel()
	w, _, path := drafted(t)
	item := w.evidenceItem(thePublisher, "Impact assessed").ID.String()
	large, err := io.ReadAll(zeros(release.MaxFile + 1))
	if err != nil {
		t.Fatal(err)
	}
	p := w.as(thePublisher).tick(path+"/evidence/"+item, "kept", "", "big.bin", string(large)).wants(http.StatusUnprocessableEntity)
	if !strings.Contains(p.errorOn("file"), "larger than 10 MB") || p.value("note") != "kept" {
		t.Errorf("the refused form: %s", p.text("main"))
	}
}
