package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

var mailTestKey = release.MailKey("a key of the tests' own")

// Everybody with a role in an account chooses their own messages, and finds the page from the settings.
func TestMailIsChosen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	jonas := w.as(theAdmin)
	p := jonas.get(jonas.get("/settings").wants(http.StatusOK).link("Choose your messages")).wants(http.StatusOK)
	p.says(".banner", "sends no e-mail yet").says("main", "Nordlys Insurance").saysNot("main", "newer shareable version")
	if got := p.value("mail.release.opened"); got != "now" {
		t.Errorf("by default a testing period is told %q", got)
	}
	jonas.follow(jonas.post("/settings/notifications", form("mail.release.opened", "digest", "mail.version.available", "now"))).says(".flash", "from now on")
	if got := jonas.get("/settings/notifications").value("mail.release.opened"); got != "digest" {
		t.Errorf("kept was %q", got)
	}
	if got := must(w.db.Reader.MailChoices(t.Context(), w.actor(theAdmin)))(t); len(got) != 1 {
		t.Errorf("kept were %v: what is not offered is not chosen", got)
	}
	p = jonas.post("/settings/notifications", form("mail.release.opened", "hourly")).wants(http.StatusUnprocessableEntity)
	p.says("main", "at once, in the daily digest, or never")
	mona := w.as(theManagedViewer)
	if got := mona.get("/settings/notifications").value("mail.release.opened"); got != "never" {
		t.Errorf("a viewer is told %q", got)
	}
	w.as(thePublisher).get("/settings/notifications").says("main", "newer shareable version")
	w.as(theSupport).get("/settings/notifications").wants(http.StatusForbidden)
	if w.as(theSupport).get("/settings").has(`a[href="/settings/notifications"]`) {
		t.Error("support is led to choices that it has not")
	}
	w.serve(Config{Mails: true})
	w.as(theAdmin).get("/settings/notifications").saysNot("main", "sends no e-mail yet")
}

// The link of a message works without signing in; looking at it changes nothing, the mail program's one click does.
func TestMailIsSwitchedOffByLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(Config{MailKey: mailTestKey, Mails: true})
	by := w.actor(theAdmin)
	path := func(kind release.NoticeKind) string {
		return "/unsubscribe/" + string(mailTestKey.Sign(release.MailStop{Person: by.Person, Account: by.Account, Kind: kind}))
	}
	chosen := func() map[release.NoticeKind]release.MailWhen {
		return must(w.db.Reader.MailChoices(t.Context(), by))(t)
	}
	one, digest := path(release.NoticeApplied), path("")
	w.anonymous().get(one).wants(http.StatusOK).says("main", "A release has become current").says("main", "Nordlys Insurance")
	if got := chosen(); len(got) != 0 {
		t.Fatalf("looking has chosen %v", got)
	}
	r := w.anonymous().request(http.MethodPost, one, "List-Unsubscribe=One-Click")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	p := w.anonymous().do(r).wants(http.StatusOK)
	if got := chosen(); len(got) != 1 || got[release.NoticeApplied] != release.MailNever || len(p.all("h1")) != 1 {
		t.Errorf("one click has chosen %v: %s", got, p.text("main"))
	}
	w.anonymous().post(one, form("back", "true")).wants(http.StatusOK).says("main", "again")
	if got := chosen(); len(got) != 0 {
		t.Errorf("undone is %v", got)
	}
	w.anonymous().post(digest, nil).wants(http.StatusOK).says("main", "daily digest of Nordlys Insurance")
	if got := chosen(); got[release.NoticeAccessChanged] != release.MailNever {
		t.Errorf("the digest off is %v", got)
	}
	forged := "/unsubscribe/" + string(release.MailKey("another").Sign(release.MailStop{Person: by.Person, Account: by.Account}))
	for _, bad := range []string{forged, one[:len(one)-3], one + "AAAA", "/unsubscribe/x", "/unsubscribe/" + release.NewID(worldBegins).String()} {
		w.anonymous().get(bad).wants(http.StatusNotFound).saysNot("main", "Nordlys")
		w.anonymous().post(bad, nil).wants(http.StatusNotFound)
	}
	w.serve(Config{}) // without a key no link works
	w.anonymous().post(one, nil).wants(http.StatusNotFound)
}

// Operators see what could not be delivered, and why; nobody else does.
func TestUndeliveredMail(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(Config{Mails: true})
	olga := w.as(theOperator)
	page := olga.get("/people").link("Messages that could not be delivered")
	olga.get(page).wants(http.StatusOK).says(".empty", "taken by the mail server")
	by := w.actor(theAdmin)
	job := release.TellPeopleJob{Notice: release.Notice{ID: release.NewID(worldBegins), Kind: release.NoticeApplied, At: worldBegins, Account: by.Account}}
	w.done(w.service.TellPeople(t.Context(), job))
	var mail release.ID
	w.done(w.db.Pool.QueryRow(t.Context(), `SELECT id FROM mail WHERE person_id = $1`, by.Person).Scan(&mail))
	letter := must(w.service.BeginLetter(t.Context(), release.SendMailJob{Mails: []release.ID{mail}}, 1))(t)
	must(w.service.EndLetter(t.Context(), letter, 1, release.LetterEnd{Final: true, Failure: "550 <b>no such user</b>"}))(t)
	olga.get(page).says("tbody", "jonas@packs.example").says("tbody", "550 <b>no such user</b>").says("tbody", "A release has become current")
	for _, key := range []string{thePublisher, theAdmin, theSupport} {
		w.as(key).get("/undelivered").wants(http.StatusForbidden)
	}
	if n := must(w.service.ForgetMails(t.Context(), worldBegins.Add(31*24*time.Hour)))(t); n != 1 {
		t.Errorf("%d are forgotten after a month", n)
	}
	if strings.Contains(olga.get(page).text("main"), "jonas@") {
		t.Error("it is still there")
	}
}
