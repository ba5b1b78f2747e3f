package web

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"packtide/release"
)

// threeOf is a world in which Nordlys has three attachments and Aurora one, while 1.1.0 is in testing.
func threeOf(t *testing.T) (w *world, pack release.Pack, pending release.ID, mine []release.Attachment, theirs release.Attachment) {
	t.Helper()
	w = newWorld(t)
	pack = w.pack("CRM Connector", true, w.upload("Acme Ticketing", "1.0.0"))
	w.releaseNow(pack.ID, "1.0.0")
	for _, name := range []string{"Oslo", "Bergen", "Tromsø"} {
		w.clock.advance(time.Second)
		mine = append(mine, w.install(theAdmin, pack.ID, name))
	}
	theirs = w.install(theOtherAdmin, pack.ID, "Rio")
	w.clock.advance(time.Minute)
	pending = w.nextRelease(pack, "1.1.0")
	w.clock.advance(time.Minute)
	return w, pack, pending, mine, theirs
}

// trying counts the attachments of the person's account that try a release.
func (w *world) trying(key string) int {
	w.t.Helper()
	by := w.actor(key)
	return len(must(w.db.Reader.InstallBase(w.t.Context(), by, release.InstallBaseFilter{Account: by.Account, State: release.StateTrying}))(w.t))
}

func chosen(ids ...release.Attachment) url.Values {
	form := url.Values{}
	for _, a := range ids {
		form.Add("attachment", a.ID.String())
	}
	return form
}

func TestPendingTryOnAllAndGoBack(t *testing.T) { // R27
	t.Parallel()
	w, pack, pending, _, _ := threeOf(t)
	admin, path := w.as(theAdmin), "/pending/"+pending.String()

	home := admin.get("/home").wants(http.StatusOK)
	home.says(".card", "None of your 3 attachments tries it yet").says(".lines", "CRM Connector 1.1.0 Tue 1 Dec, 00:00 Paris").says(".lines", "3 attachments")
	p := admin.get(home.link("Decide about 1.1.0")).wants(http.StatusOK)
	p.says("h1", "What happens to 3 attachments of CRM Connector on Tue 1 Dec?")
	p.says(".lede", "If you do nothing, all of them move from 1.0.0 to 1.1.0 on Tue 1 Dec, 00:00 Paris")
	p.says("main", "Notes of 1.1.0").says("tbody", "Bergen").says("tbody", "moves to 1.1.0").saysNot("main", "Rio")
	if n := len(p.all("main .button.primary")); n != 1 {
		t.Errorf("%d primary buttons", n)
	}

	done := admin.follow(admin.post(path+"/try", url.Values{"all": {"true"}})).wants(http.StatusOK)
	done.says(".flash", "3 attachments now run 1.1.0. You can go back until Tue 1 Dec, 00:00 Paris").says(".lede", "3 try it already")
	done.says("tbody", "stays on 1.1.0").says(".actions", "Go back on all 3")
	if w.trying(theAdmin) != 3 || w.trying(theOtherAdmin) != 0 {
		t.Errorf("%d of ours try it, %d of others", w.trying(theAdmin), w.trying(theOtherAdmin))
	}
	admin.post(path+"/try", url.Values{"all": {"true"}}).wants(http.StatusConflict).says(".banner", "No attachment is left to change")

	w.clock.advance(time.Minute)
	back := admin.follow(admin.post(path+"/go-back", url.Values{"all": {"true"}})).wants(http.StatusOK)
	back.says(".flash", "3 attachments run 1.0.0 again.")
	if w.trying(theAdmin) != 0 {
		t.Errorf("%d still try it", w.trying(theAdmin))
	}
	if got := admin.get("/catalogue/" + pack.ID.String() + "/try-all").wants(http.StatusSeeOther).header.Get("Location"); got != path {
		t.Errorf("the old address leads to %s", got)
	}
}

func TestPendingChosenOnesAndWhatIsRefused(t *testing.T) { // R27
	t.Parallel()
	w, _, pending, mine, _ := threeOf(t)
	admin, path := w.as(theAdmin), "/pending/"+pending.String()

	none := admin.post(path+"/try?q=o", nil).wants(http.StatusUnprocessableEntity)
	none.says(".error-summary", "Choose at least one attachment").says(".field-error", "Choose at least one attachment")
	if got := attrOf(none.one(".list-search [name=q]"), "value"); got != "o" {
		t.Errorf("the list is narrowed to %q", got)
	}
	if !none.has("#f-attachment") {
		t.Error("the summary's link leads nowhere")
	}

	one := admin.follow(admin.post(path+"/try", url.Values{"only": {mine[0].ID.String()}, "attachment": {mine[1].ID.String()}}))
	one.says(".flash", "1 attachment now runs 1.1.0").says(".lede", "1 tries it already")
	w.clock.advance(time.Minute)
	if err := w.service.Uninstall(t.Context(), w.actor(theAdmin), mine[2].ID); err != nil {
		t.Fatal(err)
	}
	some := admin.follow(admin.post(path+"/try", chosen(mine...))).wants(http.StatusOK)
	some.says(".flash", "1 attachment now runs 1.1.0").says(".flash", "CRM Connector · Oslo stays as it is: "+release.ErrOptedInAlready.Message)
	some.says(".flash", "CRM Connector · Tromsø stays as it is: "+release.ErrDetached.Message)

	nothing := admin.post(path+"/try", chosen(mine[:2]...)).wants(http.StatusConflict)
	nothing.says(".banner", "Nothing was changed").says(".banner", "Oslo and CRM Connector · Bergen stay as they are: "+release.ErrOptedInAlready.Message)
	if n := len(nothing.all("input[name=attachment][checked]")); n != 2 {
		t.Errorf("%d of two choices are kept", n)
	}
	admin.post(path+"/try", url.Values{"attachment": {"nonsense"}}).wants(http.StatusNotFound)
}

// Others see their own part of a release, or nothing, and change nothing of ours.
func TestPendingOfOthers(t *testing.T) { // R25, R27, R34
	t.Parallel()
	w, _, pending, mine, theirs := threeOf(t)
	path := "/pending/" + pending.String()

	viewer := w.as(theManagedViewer).get(path).wants(http.StatusOK)
	viewer.says("main", "You can look, and not decide. Jonas Weber decides for your account.").says("tbody", "Oslo")
	if viewer.has("main button[formaction]") || viewer.has("main input[type=checkbox]") || viewer.has("main form[method=post] button") {
		t.Error("a viewer is offered buttons")
	}
	w.as(theManagedViewer).get("/home").wants(http.StatusOK).says("main", "Jonas Weber decides").says("tbody", "An admin decides").saysNot("main", "Decide about")
	w.as(theOtherAdmin).get(path).wants(http.StatusOK).says("h1", "What happens to 1 attachment").says("tbody", "Rio").saysNot("main", "Oslo")
	for _, key := range []string{theManagedViewer, thePublisher, theSupport} {
		w.as(key).post(path+"/try", chosen(mine...)).wants(http.StatusForbidden)
		w.as(key).post(path+"/go-back", url.Values{"all": {"true"}}).wants(http.StatusForbidden)
	}
	w.as(theOtherAdmin).post(path+"/try", chosen(mine[0])).wants(http.StatusNotFound)
	w.as(theAdmin).post(path+"/try", chosen(theirs)).wants(http.StatusNotFound)
	for _, key := range []string{thePublisher, theRival, theSupport} {
		w.as(key).get(path).wants(http.StatusForbidden)
	}
	if w.trying(theAdmin)+w.trying(theOtherAdmin) != 0 {
		t.Error("somebody has changed another's attachment")
	}
	if _, err := w.service.RemovePackFromGroup(t.Context(), w.actor(thePublisher), w.everyone(), mine[0].Pack); err != nil {
		t.Fatal(err)
	}
	w.as(theAdmin).get(path).wants(http.StatusOK) // has it installed (R30)
	if err := w.service.Uninstall(t.Context(), w.actor(theOtherAdmin), theirs.ID); err != nil {
		t.Fatal(err)
	}
	w.as(theOtherAdmin).get(path).wants(http.StatusNotFound)
}

func TestPendingWithoutAnAttachment(t *testing.T) {
	t.Parallel()
	w, pack, pending, _, theirs := threeOf(t)
	if err := w.service.Uninstall(t.Context(), w.actor(theOtherAdmin), theirs.ID); err != nil {
		t.Fatal(err)
	}
	p := w.as(theOtherAdmin).get("/pending/" + pending.String()).wants(http.StatusOK)
	p.says("h1", "What does CRM Connector 1.1.0 bring?")
	if got, want := p.link("Install CRM Connector"), "/catalogue/"+pack.ID.String()+"/install"; got != want {
		t.Errorf("leads to %s, want %s", got, want)
	}
}

func TestWhatBecameOfAPendingRelease(t *testing.T) { // R15, R18, R20
	t.Parallel()
	for name, c := range map[string]struct {
		end  func(*world, release.Pack, release.ID) error
		want []string
	}{
		"withdrawn": {func(w *world, _ release.Pack, id release.ID) error {
			return w.service.Withdraw(w.t.Context(), w.actor(thePublisher), id, "The token was read twice.")
		}, []string{"Meridian Connect withdrew it", "1 of your 3 attachments tried it until then; all ran 1.0.0 from then on.", "The token was read twice."}},
		"superseded": {func(w *world, p release.Pack, _ release.ID) error {
			w.upload("Acme Ticketing", "1.2.0")
			if err := w.service.TakeUpdates(w.t.Context(), w.actor(thePublisher), p.ID); err != nil {
				return err
			}
			w.releaseNow(p.ID, "1.2.0")
			return nil
		}, []string{"released 1.2.0 at once in its place", "all ran 1.2.0 from then on."}},
		"applied": {func(w *world, _ release.Pack, _ release.ID) error {
			w.clock.advance(time.Date(2026, time.November, 30, 23, 0, 0, 0, time.UTC).Sub(w.clock.Now()))
			_, err := w.service.ApplyDue(w.t.Context(), w.clock.Now())
			return err
		}, []string{"It applied to all attachments on Tue 1 Dec, 00:00 Paris", "1 attachment of your 3 tried it already; the others moved to it then."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, pack, pending, mine, _ := threeOf(t)
			admin, path := w.as(theAdmin), "/pending/"+pending.String()
			admin.post(path+"/try", chosen(mine[0])).wants(http.StatusSeeOther)
			w.clock.advance(time.Minute)
			if err := c.end(w, pack, pending); err != nil {
				t.Fatal(err)
			}
			w.clock.advance(time.Minute)
			p := admin.get(path).wants(http.StatusOK).says("h1", "What became of CRM Connector 1.1.0?")
			for _, words := range c.want {
				p.says("main", words)
			}
			late := admin.post(path+"/try", chosen(mine[1])).wants(http.StatusConflict)
			late.says(".banner", "Nothing was changed").says("h1", "What became of CRM Connector 1.1.0?")
			admin.post(path+"/go-back", url.Values{"all": {"true"}}).wants(http.StatusConflict)
			if w.trying(theAdmin) != 0 {
				t.Error("something tries it")
			}
		})
	}
}

func TestPastMidnightThePendingPageSaysSo(t *testing.T) { // R18
	t.Parallel()
	w, _, pending, _, _ := threeOf(t)
	w.clock.advance(time.Date(2026, time.November, 30, 23, 0, 0, 0, time.UTC).Sub(w.clock.Now()))
	p := w.as(theAdmin).get("/pending/"+pending.String()).wants(http.StatusOK).says(".lede", "Its midnight has come")
	if p.has("main form[method=post] button") {
		t.Error("the page still offers to try it")
	}
	w.as(theAdmin).post(p.path+"/try", url.Values{"all": {"true"}}).wants(http.StatusConflict).says(".banner", release.ErrTestingEnded.Message)
}

// An answered “blocked” needs the account until it says something newer, or the release ends.
func TestHomeShowsAnswersUntilTheAccountGoesOn(t *testing.T) { // R31
	t.Parallel()
	w, _, pending, mine, _ := threeOf(t)
	admin, path := w.as(theAdmin), "/pending/"+pending.String()
	admin.post(path+"/try", chosen(mine[0])).wants(http.StatusSeeOther)
	say := func(v release.Verdict, text string) {
		t.Helper()
		w.clock.advance(time.Minute)
		if err := w.service.GiveFeedback(t.Context(), w.actor(theAdmin), mine[0].ID, pending, v, text, nil); err != nil {
			t.Fatal(err)
		}
		w.clock.advance(time.Minute)
	}
	admin.get(path).wants(http.StatusOK).says("#feedback", "How does 1.1.0 do on CRM Connector · Oslo?")
	say(release.VerdictBlocked, "The token is refused.")
	admin.get("/home").wants(http.StatusOK).saysNot(".card", "answered")
	said := must(w.db.Reader.Feedback(t.Context(), w.actor(theAdmin), release.FeedbackFilter{Release: pending}))(t)
	if err := w.service.AnswerFeedback(t.Context(), w.actor(thePublisher), said[0].ID, "Make a new token, please."); err != nil {
		t.Fatal(err)
	}
	home := admin.get("/home").wants(http.StatusOK).says(".card", "Claire Dubois answered what you said is blocked on Oslo: Make a new token, please.")
	home.says(".lede", "1 answer to your feedback waits for you.")
	admin.get(path).wants(http.StatusOK).says("tbody", "Blocked").says("tbody", "answered").says(".feedback-answers", "Make a new token")
	w.as(theOtherAdmin).get("/home").wants(http.StatusOK).saysNot("main", "new token")
	say(release.VerdictWorks, "")
	admin.get("/home").wants(http.StatusOK).saysNot(".card", "answered").saysNot(".lede", "answer")
}

func TestHomeShowsPacksThatAreNew(t *testing.T) { // R25
	t.Parallel()
	w, _, _, _, _ := threeOf(t)
	fresh := w.pack("Fresh Pack", false, w.upload("Fresh Package", "1.0.0"))
	admin := w.as(theAdmin)
	admin.get("/home").wants(http.StatusOK).saysNot("main", "Fresh Pack") // not released yet
	w.releaseNow(fresh.ID, "1.0.0")
	p := admin.get("/home").wants(http.StatusOK).says("main", "New for you").says("main", "Fresh Pack").says("main", "Meridian Connect, since")
	if !p.has("[href=/catalogue/" + fresh.ID.String() + "/install]") {
		t.Error("no button installs it")
	}
	if v := w.as(theManagedViewer).get("/home").wants(http.StatusOK).says("main", "Fresh Pack"); v.has("[href=/catalogue/" + fresh.ID.String() + "/install]") {
		t.Error("a viewer is offered to install it")
	}
	w.install(theAdmin, fresh.ID, "")
	admin.get("/home").wants(http.StatusOK).saysNot("main", "New for you")
	w.clock.advance(31 * 24 * time.Hour)
	w.as(theOtherAdmin).get("/home").wants(http.StatusOK).saysNot("main", "New for you")
}
