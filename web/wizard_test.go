package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

// drafted is a released pack with an update in its draft, and the path of its wizard.
func drafted(t *testing.T) (w *world, pack release.Pack, path string) {
	t.Helper()
	w = newWorld(t)
	pack = w.pack("CRM Connector", true, w.upload("Jira", "1.0.0"), w.upload("Slack", "1.0.0"))
	w.releaseNow(pack.ID, "1.0.0")
	w.install(theAdmin, pack.ID, "Oslo")
	w.install(theOtherAdmin, pack.ID, "Rio")
	w.upload("Jira", "1.1.0")
	if err := w.service.TakeUpdates(t.Context(), w.actor(thePublisher), pack.ID); err != nil {
		t.Fatal(err)
	}
	return w, pack, packPath(pack.ID) + "/release"
}

// formOf is the form of a page as it would be sent: the fields of main with what stands in them.
func formOf(p *page) url.Values {
	form := url.Values{}
	for _, selector := range []string{"main input[name]", "main textarea[name]", "main select[name]"} {
		for _, n := range p.all(selector) {
			if name := attrOf(n, "name"); attrOf(n, "type") != "radio" || hasAttr(n, "checked") {
				form.Set(name, p.value(name))
			}
		}
	}
	return form
}

func with(form url.Values, pairs ...string) url.Values {
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

func TestWizardSchedulesARelease(t *testing.T) {
	t.Parallel()
	w, pack, path := drafted(t)
	claire := w.as(thePublisher).inZone("America/New_York")
	page := claire.follow(claire.post(path, nil)).wants(http.StatusOK)
	page.says("tbody", "minor upgrade").says(".rail", "1 of 2 packages change")

	page = claire.follow(claire.post(path+"/versions", formOf(page))).wants(http.StatusOK)
	page.says("h1", "What changes for whom?").says(".stats", "in 2 accounts")
	page.says("main", "Europe/Oslo").says("main", "Sat 28 Nov, 00:00") // the earliest midnight of Paris, in Oslo
	page.says("main", "Fri 27 Nov, 20:00")                             // and in São Paulo

	page = claire.get(page.link("Continue: choose when")).wants(http.StatusOK)
	preview := claire.get(path + "/when?plan=scheduled&date=2026-12-01").wants(http.StatusOK)
	preview.says("#when-preview", "Tue 1 Dec, 00:00 Paris · Mon 30 Nov, 18:00 your time")
	preview.says("#when-preview", "2026-11-30 23:00:00 UTC").says("#when-preview", "Sao Paulo").says("#when-preview", "Mon 30 Nov, 20:00")

	page = claire.follow(claire.post(path+"/when", with(formOf(page), "plan", "scheduled", "date", "2026-12-01"))).wants(http.StatusOK)
	if got := page.value("version"); got != "1.1.0" { // R23
		t.Errorf("the proposed version is %q", got)
	}
	if got := page.value("notes"); !strings.Contains(got, "Jira 1.1.0\nWhat is new in 1.1.0") {
		t.Errorf("the proposed notes are %q", got)
	}
	page.says("button.primary", "Schedule 1.1.0 for Tue 1 Dec").says(".letter", "CRM Connector 1.1.0").says(".letter", "help@meridian.example")
	page.says(".rail", "Tue 1 Dec, Paris")

	saved := claire.follow(claire.post(path+"/review", with(formOf(page), "notes", "Mind the\r\ntoken.", "action", "save")))
	if got := saved.value("notes"); got != "Mind the\ntoken." {
		t.Errorf("the saved notes are %q", got)
	}
	done := claire.follow(claire.post(path+"/review", with(formOf(saved), "action", "decide"))).wants(http.StatusOK)
	done.says(".flash", "1.1.0 is scheduled for Tue 1 Dec").says(".lede", "1.1.0 is in testing")
	p := must(w.db.Reader.Pack(t.Context(), w.actor(thePublisher), pack.ID))(t)
	if want := time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC); !p.Pending.DueAt.Equal(want) || p.Draft != nil {
		t.Errorf("due at %s, draft %v", p.Pending.DueAt, p.Draft)
	}
	claire.follow(claire.get(path+"/review")).says(".flash", "Nothing is being prepared") // the back button, afterwards
}

func TestWizardReleasesAtOnce(t *testing.T) {
	t.Parallel()
	w, _, path := drafted(t)
	claire := w.as(thePublisher)
	page := claire.follow(claire.post(path+"/when", with(formOf(claire.get(path+"/when")), "plan", "immediate")))
	page.says("button.primary", "Release 1.1.0 now").says(".consequence", "2 attachments in 2 accounts")
	claire.follow(claire.post(path+"/review", formOf(page))).says(".flash", "1.1.0 is released").says(".lede", "run 1.1.0")
}

// R16: today and the past are refused beside the field, and nothing is planned.
func TestWizardRefusesDates(t *testing.T) {
	t.Parallel()
	w, _, path := drafted(t)
	claire := w.as(thePublisher)
	for _, date := range []string{"2026-11-27", "2026-11-26", "2019-01-01", "2026-02-30", "", "tomorrow", "2126-01-01"} {
		form := with(formOf(claire.get(path+"/when")), "plan", "scheduled", "date", date)
		page := claire.post(path+"/when", form).wants(http.StatusUnprocessableEntity)
		if page.errorOn("date") == "" || page.value("plan") != "scheduled" {
			t.Errorf("%q: error %q, plan %q", date, page.errorOn("date"), page.value("plan"))
		}
	}
	claire.post(path+"/when", with(formOf(claire.get(path+"/when")), "plan", "")).wants(http.StatusUnprocessableEntity).says("#f-plan-error", "Choose")
	claire.get(path+"/when?date=2026-11-27").wants(http.StatusOK).says("#when-preview", "earliest date is 2026-11-28")

	// a date that was fine when it was chosen may be too early by the time of the last click
	page := claire.follow(claire.post(path+"/when", with(formOf(claire.get(path+"/when")), "plan", "scheduled", "date", "2026-11-28")))
	w.clock.advance(48 * time.Hour)
	page = claire.post(path+"/review", with(formOf(page), "notes", "kept")).wants(http.StatusUnprocessableEntity)
	page.says(".error-summary", "earliest date")
	if page.value("notes") != "kept" {
		t.Error("the input is lost")
	}
	page = claire.follow(claire.post(path+"/when", with(formOf(claire.get(path+"/when")), "plan", "immediate")))
	claire.post(path+"/review", formOf(page)).wants(http.StatusSeeOther)
}

// R19: a second scheduled release is refused with its three ways out.
func TestWizardRefusesASecondScheduledRelease(t *testing.T) {
	t.Parallel()
	w, pack, path := drafted(t)
	claire := w.as(thePublisher)
	pending := w.schedule(pack.ID, "1.1.0", "2026-12-01")
	w.upload("Slack", "1.0.1")
	if err := w.service.TakeUpdates(t.Context(), w.actor(thePublisher), pack.ID); err != nil {
		t.Fatal(err)
	}
	ways := func(page *page) {
		t.Helper()
		page.says(".banner", "1.1.0 is in its testing period")
		for words, want := range map[string]string{
			"Release this one at once": path + "/when?plan=immediate",
			"Reschedule 1.1.0":         "/releases/" + pending.String() + "/reschedule",
			"Withdraw 1.1.0":           "/releases/" + pending.String() + "/withdraw",
		} {
			if got := page.link(words); got != want {
				t.Errorf("%s leads to %s", words, got)
			}
		}
	}
	form := with(formOf(claire.get(path+"/when")), "plan", "scheduled", "date", "2026-12-02")
	ways(claire.post(path+"/when", form).wants(http.StatusConflict).says(".error-summary", "testing period already"))
	page := claire.get(path + "/when?plan=immediate")
	if page.value("plan") != "immediate" {
		t.Error("the way out is not chosen")
	}
	ways(page)

	// the way out: at once; the one in testing is replaced (R15)
	page = claire.follow(claire.post(path+"/when", formOf(page)))
	if got := page.value("version"); got != "1.1.1" { // above the one in testing too
		t.Errorf("the proposed version is %q", got)
	}
	claire.follow(claire.post(path+"/review", formOf(page)))
	claire.get("/packs/"+pack.ID.String()).says(".timeline", "Its testing ended when another release was made at once")
}

// A wizard whose draft changed in another tab keeps what was typed, shows the present draft, and changes nothing.
func TestStaleWizard(t *testing.T) {
	t.Parallel()
	w, pack, path := drafted(t)
	claire := w.as(thePublisher)
	versions, when := claire.get(path+"/versions"), claire.get(path+"/when")
	claire.post(path+"/when", with(formOf(when), "plan", "immediate")).wants(http.StatusSeeOther)
	review := claire.get(path + "/review")
	claire.post(path+"/when", with(formOf(claire.get(path+"/when")), "plan", "scheduled", "date", "2026-12-24")).wants(http.StatusSeeOther)

	page := claire.post(path+"/when", with(formOf(when), "plan", "scheduled", "date", "2026-12-02")).wants(http.StatusConflict)
	page.says(".error-summary", "changed in another window").says(".rail", "Thu 24 Dec")
	if page.value("date") != "2026-12-02" {
		t.Errorf("the date came back as %q", page.value("date"))
	}
	page = claire.post(path+"/review", with(formOf(review), "version", "7.0.0", "notes", "mine")).wants(http.StatusConflict)
	page.says(".error-summary", "another window").says("button.primary", "Schedule 7.0.0 for Thu 24 Dec")
	if page.value("notes") != "mine" {
		t.Error("the notes are lost")
	}
	jira := must(w.db.Reader.PackPackages(t.Context(), w.actor(thePublisher), pack.ID))(t)[0]
	form := with(formOf(versions), versionField+jira.PackageID.String(), "") // leave it out
	page = claire.post(path+"/versions", form).wants(http.StatusConflict)
	page.says(".error-summary", "another window").says("tbody", "The draft now: 1.1.0")
	claire.post(path+"/discard", url.Values{"revision": {"1"}}).wants(http.StatusConflict).says(".error-summary", "another window")
	d := must(w.service.DraftRelease(t.Context(), w.actor(thePublisher), pack.ID))(t)
	if d.DueOn.String() != "2026-12-24" || d.Notes != "" || len(d.Contents) != 2 {
		t.Errorf("the draft changed: %+v", d)
	}

	// seen now, it may be saved
	claire.follow(claire.post(path+"/versions", formOf(page))).says("main", "removed")
	w.releaseNow(pack.ID, "2.0.0")
	claire.post(path+"/review", formOf(review)).wants(http.StatusConflict).says(".error-summary", "released or discarded")
}

// R7 and R24 at the last click: the reason, the input kept, and a present revision to try again with.
func TestWizardRefusesAtTheLastClick(t *testing.T) {
	t.Parallel()
	w, pack, path := drafted(t)
	claire := w.as(thePublisher)
	contact := func(text string) {
		t.Helper()
		texts := pack.PackTexts
		texts.SupportContact = text
		if err := w.service.EditPack(t.Context(), w.actor(thePublisher), pack.ID, texts); err != nil {
			t.Fatal(err)
		}
	}
	contact("")
	page := claire.follow(claire.post(path+"/when", with(formOf(claire.get(path+"/when")), "plan", "immediate")))
	page.says(".banner", "no support contact")
	page = claire.post(path+"/review", with(formOf(page), "notes", "kept")).wants(http.StatusUnprocessableEntity)
	page.says(".error-summary", "support contact")
	if page.has(".error-summary a") {
		t.Error("the message leads to a field that is not on the page")
	}
	contact("help@meridian.example")
	page = claire.post(path+"/review", with(formOf(page), "version", "0.9.0")).wants(http.StatusUnprocessableEntity)
	if page.errorOn("version") == "" || page.value("notes") != "kept" || page.value("version") != "0.9.0" {
		t.Errorf("version error %q, notes %q", page.errorOn("version"), page.value("notes"))
	}
	page = claire.post(path+"/review", with(formOf(page), "version", "1.x")).wants(http.StatusUnprocessableEntity)
	if page.errorOn("version") == "" {
		t.Error("no message beside the version")
	}

	versions := claire.get(path + "/versions")
	form := formOf(versions)
	for _, r := range must(w.db.Reader.PackPackages(t.Context(), w.actor(thePublisher), pack.ID))(t) {
		form.Set(versionField+r.PackageID.String(), r.Current.ID.String())
	}
	claire.follow(claire.post(path+"/versions", form)).says(".banner", "Nothing changes yet")
	page = claire.get(path + "/review").wants(http.StatusOK)
	page = claire.post(path+"/review", with(formOf(page), "version", "1.0.1")).wants(http.StatusConflict) // R24
	page.says(".error-summary", "changes nothing")
}

// R2: what can't enter a pack is not accepted either from a form that was made by hand.
func TestWizardRefusesForeignAndPrivateVersions(t *testing.T) {
	t.Parallel()
	w, pack, path := drafted(t)
	claire := w.as(thePublisher)
	foreign := w.uploadAs(theRival, "Foreign", "1.0.0")
	page := claire.get(path + "/versions")
	claire.post(path+"/versions", with(formOf(page), versionField+foreign.Package.String(), foreign.ID.String())).wants(http.StatusNotFound)
	claire.post(path+"/versions", with(formOf(page), versionField+"x", foreign.ID.String())).wants(http.StatusNotFound)
	if err := w.service.SetShareableDefault(t.Context(), w.actor(thePublisher), false); err != nil {
		t.Fatal(err)
	}
	private := w.upload("Jira", "1.2.0")
	page.saysNot("main", "1.2.0")
	refused := claire.post(path+"/versions", with(formOf(page), versionField+private.Package.String(), private.ID.String()))
	refused.wants(http.StatusUnprocessableEntity).says(".error-summary", "not shareable")
	d := must(w.service.DraftRelease(t.Context(), w.actor(thePublisher), pack.ID))(t)
	if d.Contents[private.Package] == private.ID {
		t.Error("the private version is in the draft")
	}
}

func TestDiscardADraft(t *testing.T) {
	t.Parallel()
	w, pack, path := drafted(t)
	claire := w.as(thePublisher)
	page := claire.get(path+"/discard").wants(http.StatusOK).says("h1", "Discard the draft?")
	claire.follow(claire.post(path+"/discard", formOf(page))).says(".flash", "The draft is discarded")
	claire.follow(claire.get(path+"/versions")).says("h1", pack.Name)
}

// TestSuggestionIsFree: the version that the wizard proposes can be taken, also when a withdrawn release has used the one
// that the changes deserve. // R1, R20, R23
func TestSuggestionIsFree(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	v := w.upload("Acme", "1.0.0")
	pack := w.pack("Desk", false, v)
	w.releaseNow(pack.ID, "1.0.0")
	w.upload("Acme", "1.1.0")
	path := "/packs/" + pack.ID.String()
	for i, want := range []string{"1.1.0", "1.1.1", "1.1.2"} {
		claire.post(path+"/updates", nil)
		claire.post(path+"/release", nil)
		claire.post(path+"/release/when", form("plan", "scheduled", "date", "2026-12-0"+strconv.Itoa(i+1), "revision", claire.get(path+"/release/when").value("revision")))
		review := claire.get(path + "/release/review").wants(http.StatusOK)
		if got := review.value("version"); got != want {
			t.Fatalf("proposes %s, want %s", got, want)
		}
		claire.follow(claire.post(path+"/release/review", form("revision", review.value("revision"), "version", want, "notes", "n", "action", "decide")))
		p := must(w.db.Reader.Pack(t.Context(), w.actor(thePublisher), pack.ID))(t)
		if p.Pending == nil {
			t.Fatalf("%s is not pending", want)
		}
		w.done(w.service.Withdraw(t.Context(), w.actor(thePublisher), p.Pending.ID, "A mistake."))
	}
}
