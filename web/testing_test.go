package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

// TestBoardSaysWhatEachWayDoes: with numbers, in the words of the pages that decide.
func TestBoardSaysWhatEachWayDoes(t *testing.T) { // R15 R20 R31
	t.Parallel()
	w, pack, pending, a := testing110(t)
	w.install(theOtherAdmin, pack.ID, "")
	claire, board := w.as(thePublisher), releasePath(pending)+"/testing"
	claire.get("/packs").wants(http.StatusOK).one("td a[href=" + board + "]")
	claire.get(releasePath(pending)).wants(http.StatusOK).one("a[href=" + board + "]")
	claire.get(board).wants(http.StatusOK).says("main", "No attachment tries it. All run 1.0.0, and go on doing so. 2 accounts are told.").
		says(".lede", "0 of 2 attachments try 1.1.0").says(".feedback-list", "Nobody has given feedback yet")

	w.tries(w.as(theAdmin), a)
	p := claire.get(board).wants(http.StatusOK)
	p.says(".lede", "1 of 2 attachments tries 1.1.0. It applies to the other 1 on Tue 1 Dec, 00:00 Paris").says(".time-left", "Tue 1 Dec, 00:00 Paris")
	back := "The 1 attachment that tries 1.1.0 goes back to 1.0.0 at once; 1 stays on 1.0.0. 2 accounts are told. This can't be undone."
	move := "The 1 attachment that tries 1.1.0 goes on doing so; 1 stays on 1.0.0 until the new date. 2 accounts are told. You can move it again."
	p.says(".cards", back).says(".cards", move).says(".cards", "all 2 attachments in 2 accounts run the fix, also the 1 attachment that tries 1.1.0 now")
	p.says(".testing-lists", "Nordlys Insurance").says(".testing-lists", "Banco Aurora").says(".curve", "Tue 1 Dec")
	claire.get(p.link("Withdraw 1.1.0")).wants(http.StatusOK).says("main", back)
	claire.get(p.link("Choose another date")).wants(http.StatusOK).says(".lede", move)

	// Nordlys has looked by trying; Aurora has not.
	list := claire.get(board + "/not-looked").wants(http.StatusOK)
	list.says(".lede", "1 of 2 accounts").says("tbody", "Banco Aurora").saysNot("tbody", "Nordlys")
	w.done(w.service.NoteLook(t.Context(), w.actor(theOtherAdmin), pending))
	claire.get(board+"/not-looked").wants(http.StatusOK).says(".empty", "has looked at what 1.1.0 brings")

	for _, key := range []string{thePublisherViewer, theSupport} {
		seen := w.as(key).get(board).wants(http.StatusOK).says(".cards", back).says("main", "Publishers of Meridian Connect decide")
		if seen.has("main form") {
			t.Errorf("%s is offered something to change", key)
		}
	}
	w.as(theRival).get(board).wants(http.StatusNotFound)
	w.as(theAdmin).get(board).wants(http.StatusForbidden)
}

// TestBoardStaysAsARecord of a testing period that is over, with the numbers of its end.
func TestBoardStaysAsARecord(t *testing.T) { // R31
	t.Parallel()
	w, pack, pending, a := testing110(t)
	w.install(theOtherAdmin, pack.ID, "")
	w.tries(w.as(theAdmin), a)
	w.done(w.service.GiveFeedback(t.Context(), w.actor(theAdmin), a.ID, pending, release.VerdictWorks, "Fine.", nil))
	w.clock.advance(time.Minute)
	w.done(w.service.Withdraw(t.Context(), w.actor(thePublisher), pending, "It breaks."))
	w.clock.advance(time.Minute)
	w.done(w.service.Uninstall(t.Context(), w.actor(theAdmin), a.ID))
	claire := w.as(thePublisher)
	p := claire.get(claire.get(releasePath(pending)).wants(http.StatusOK).link("Record of its testing")).wants(http.StatusOK)
	p.says("h1", "How CRM Connector 1.1.0 was tested").says(".lede", "when 1.1.0 was withdrawn: It breaks.")
	p.says("main", "1 of 2 attachments tried it, and 1 account had looked").says("article.feedback", "Fine.").saysNot("main", "Three ways out")
	if p.has("#feedback-news") {
		t.Error("a record asks for news")
	}
	form := attrOf(p.one("article.feedback form"), "action")
	claire.follow(claire.post(form, url.Values{"text": {"Thank you."}})).wants(http.StatusOK).says(".feedback-answers", "Thank you.")
	never := must(w.db.Reader.Pack(t.Context(), w.actor(thePublisher), pack.ID))(t).Current // in testing
	claire.get(releasePath(never.ID) + "/testing").wants(http.StatusNotFound)
}

// TestBoardIsToldWhatIsNew: the board asks again and again, and gets what came since, or nothing.
func TestBoardIsToldWhatIsNew(t *testing.T) { // R31
	t.Parallel()
	w, _, pending, a := testing110(t)
	w.done(w.service.OptIn(t.Context(), w.actor(theAdmin), a.ID, pending, ""))
	claire, say := w.as(thePublisher), func(text string) {
		w.clock.advance(time.Second)
		w.done(w.service.GiveFeedback(t.Context(), w.actor(theAdmin), a.ID, pending, release.VerdictWorks, text, nil))
	}
	poll := func(p *page) string { return attrOf(p.one("#feedback-news"), "hx-get") }
	board := claire.get(releasePath(pending) + "/testing").wants(http.StatusOK)
	claire.get(poll(board)).wants(http.StatusNoContent)
	say("one")
	news := claire.get(poll(board)).wants(http.StatusOK)
	news.says("article.feedback", "one").says("#feedback-counts", "Works 1")
	if strings.Contains(news.body, "<main") {
		t.Error("the news come as a whole page")
	}
	claire.get(poll(news)).wants(http.StatusNoContent)
	say("two")
	if again := claire.get(poll(news)).wants(http.StatusOK); again.text("article.feedback .notes") != "two" {
		t.Errorf("told %q", again.text("article.feedback .notes"))
	}
	w.as(theRival).get(poll(board)).wants(http.StatusNotFound)
}
