package web

import (
	"crypto/sha256"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

// addedNote is a small file that somebody adds.
func addedNote(content string) *release.FileUpload {
	return &release.FileUpload{
		Name: "note.txt", Size: int64(len(content)), SHA256: sha256.Sum256([]byte(content)), Content: strings.NewReader(content),
	}
}

// saying is the form of feedback as a browser sends it.
func saying(form *page, verdict, text, file string) sent {
	f := sent{fields: [][2]string{{"release", form.value("release")}, {"text", text}, {"file", ""}}}
	if verdict != "" {
		f.fields = append(f.fields, [2]string{"verdict", verdict})
	}
	if file != "" {
		f.fileName, f.content = "../C:\\log.txt", strings.NewReader(file)
	}
	return f
}

func TestFeedbackReachesThePublisher(t *testing.T) { // R31
	t.Parallel()
	w, _, pending, a := testing110(t)
	admin, claire, path := w.as(theAdmin), w.as(thePublisher), "/attachments/"+a.ID.String()+"/feedback"
	admin.get(path).wants(http.StatusOK).says(".banner", "try 1.1.0 on it first")
	w.tries(admin, a)

	form := admin.get(path).wants(http.StatusOK)
	form.says("h1", "How does 1.1.0 do on CRM Connector?").says(".consequence", "Meridian Connect and support read it at once")
	done := admin.sendTo(path, saying(form, "blocked", "Mails stay away.\r\nSince 9:00.", "no mail"))
	admin.follow(done).wants(http.StatusOK).says(".flash", "Your feedback is sent")
	admin.get(path).says("article.feedback", "Mails stay away.").says("article.feedback", "Blocked").says("article.feedback", "log.txt")

	board := claire.get(releasePath(pending) + "/testing").wants(http.StatusOK)
	board.says("article.feedback", "Nordlys Insurance").says("article.feedback", "Blocked").says("article.feedback", "Since 9:00.").says("article.feedback", "Jonas Weber")
	board.says("#feedback-counts", "Blocked 1").says("#feedback-counts", "Waiting for an answer 1").says("time", "Paris")
	file := claire.get(board.link("log.txt")).wants(http.StatusOK)
	if file.body != "no mail" || !strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the file holds %q, sent as %q", file.body, file.header.Get("Content-Disposition"))
	}
	w.as(theRival).get(file.path).wants(http.StatusNotFound)
	w.as(theOtherAdmin).get(file.path).wants(http.StatusNotFound)

	answer := attrOf(board.one("article.feedback form"), "action")
	claire.follow(claire.post(answer, url.Values{"text": {"Which server?"}})).wants(http.StatusOK).says(".flash", "Nordlys Insurance sees it").
		says(".feedback-answers", "Which server?").says("#feedback-counts", "Waiting for an answer 0")
	admin.get(path).says(".feedback-answers", "Claire Dubois answered").says(".feedback-answers", "Which server?")
	w.as(theSupport).get(releasePath(pending)+"/testing").wants(http.StatusOK).says("article.feedback", "Which server?").saysNot("main", "Send answer")

	admin.follow(admin.sendTo(path, saying(admin.get(path), "works", "", ""))).wants(http.StatusOK)
	claire.get(releasePath(pending)+"/testing").says("#feedback-counts", "Works 1").says("#feedback-counts", "Blocked 0").says("article.feedback", "an earlier word")
	all := releasePath(pending) + "/testing/feedback"
	claire.get(all+"?verdict=works").wants(http.StatusOK).saysNot("article.feedback", "Mails stay away.")
	claire.get(all+"?verdict=blocked").wants(http.StatusOK).says("article.feedback", "Mails stay away.")
}

func TestRefusedFeedbackKeepsWhatWasTyped(t *testing.T) { // R31
	t.Parallel()
	w, _, _, a := testing110(t)
	admin, path := w.as(theAdmin), "/attachments/"+a.ID.String()+"/feedback"
	w.tries(admin, a)
	form := admin.get(path).wants(http.StatusOK)
	for name, c := range map[string]struct {
		verdict, text, file string
		field               string
		want                *release.Error
	}{
		"no verdict":    {"", "Some words", "abc", "verdict", release.ErrVerdictMissing},
		"no text":       {"blocked", " ", "", "text", release.ErrFeedbackTextMissing},
		"too long":      {"works", strings.Repeat("x", release.MaxFeedback+1), "", "text", release.ErrFeedbackLong},
		"file too long": {"works", "Some words", strings.Repeat("x", release.MaxFile+1), "file", release.ErrAddedFileLarge},
	} {
		p := admin.sendTo(path, saying(form, c.verdict, c.text, c.file)).wants(http.StatusUnprocessableEntity)
		if got := p.errorOn(c.field); got != c.want.Message {
			t.Errorf("%s: beside %s: %q, want %q", name, c.field, got, c.want.Message)
		}
		if p.value("text") != c.text || p.value("verdict") != c.verdict {
			t.Errorf("%s: the form holds %q and %q", name, p.value("verdict"), p.value("text"))
		}
		if c.file != "" {
			p.says("#f-file-hint", "Choose the file again")
		}
	}
	w.as(theManagedViewer).get(path).wants(http.StatusForbidden)
	w.as(theSupport).get(path).wants(http.StatusForbidden)
	w.as(theOtherAdmin).get(path).wants(http.StatusNotFound)
	w.clock.advance(30 * 24 * time.Hour)
	admin.sendTo(path, saying(form, "works", "", "")).wants(http.StatusConflict).says(".banner", release.ErrFeedbackTooLate.Message)
}

// A refused answer is shown under its feedback, as typed.
func TestRefusedAnswer(t *testing.T) {
	t.Parallel()
	w, _, pending, a := testing110(t)
	w.done(w.service.OptIn(t.Context(), w.actor(theAdmin), a.ID, pending, ""))
	w.done(w.service.GiveFeedback(t.Context(), w.actor(theAdmin), a.ID, pending, release.VerdictBlocked, "No mail.", nil))
	claire := w.as(thePublisher)
	form := attrOf(claire.get(releasePath(pending)+"/testing").one("article.feedback form"), "action")
	long := strings.Repeat("x", release.MaxFeedback+1)
	p := claire.post(form, url.Values{"text": {long}}).wants(http.StatusUnprocessableEntity)
	p.says("article.feedback details[open] .field-error", release.ErrAnswerMissing.Message)
	if p.value("text") != long {
		t.Error("the answer is lost")
	}
	p.one(strings.ReplaceAll(attrOf(p.one(".error-summary a"), "href"), "#", "textarea#"))
	w.as(thePublisherViewer).post(form, url.Values{"text": {"hello"}}).wants(http.StatusForbidden)
	w.as(theSupport).post(form, url.Values{"text": {"hello"}}).wants(http.StatusForbidden)
	w.as(theRival).post(form, url.Values{"text": {"hello"}}).wants(http.StatusNotFound)
}
