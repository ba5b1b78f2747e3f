package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

// webhookBox keeps secrets for tests, and hides nothing.
type webhookBox struct{}

func (webhookBox) Seal(secret []byte, of release.ID) ([]byte, error) {
	return append(of[:], secret...), nil
}

func (webhookBox) Open(sealed []byte, of release.ID) ([]byte, error) { return sealed[len(of):], nil }

func (w *world) webhookAs(key string) release.Webhook {
	w.t.Helper()
	hook, _, err := w.service.AddWebhook(w.t.Context(), w.actor(key), release.NewWebhook{
		URL: "https://hooks.example.com/in", Kinds: []release.NoticeKind{release.NoticeOpened, release.NoticeOptedIn},
	})
	w.done(err)
	return hook
}

// A webhook is added with a secret that is shown this once; its page tests, changes, rotates and deletes it.
func TestWebhookPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	claire.get("/settings").wants(http.StatusOK)
	claire.get("/settings/webhooks").wants(http.StatusOK).says(".empty", "You have none")
	refused := claire.post("/settings/webhooks", form("url", "http://hooks.example.com", "kinds", "release.opened")).wants(http.StatusUnprocessableEntity)
	if refused.value("url") != "http://hooks.example.com" {
		t.Error("what was typed is gone")
	}
	refused.says(".form-errors", "https://")
	claire.post("/settings/webhooks", form("url", "https://hooks.example.com")).wants(http.StatusUnprocessableEntity).says(".form-errors", "at least one kind")
	claire.post("/settings/webhooks", form("url", "https://hooks.example.com", "kinds", "nonsense")).wants(http.StatusUnprocessableEntity)
	made := claire.post("/settings/webhooks", form("url", "https://hooks.example.com/a", "kinds", "release.opened")).wants(http.StatusCreated)
	secret := made.text("[data-secret]")
	if !strings.HasPrefix(secret, "whsec_") || made.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("the secret is %q, cached by %q", secret, made.header.Get("Cache-Control"))
	}
	rows := must(w.db.Reader.Webhooks(t.Context(), w.actor(thePublisher)))(t)
	path := "/settings/webhooks/" + rows[0].ID.String()
	if strings.Contains(claire.get("/settings/webhooks").says("tbody", "hooks.example.com/a").text("body"), secret) {
		t.Error("the secret is shown again")
	}
	claire.follow(claire.post(path+"/test", nil)).says(".flash", "on its way").says("tbody", "A test").says("tbody", "Waiting")
	claire.follow(claire.post(path, form("kinds", "release.opened", "kinds", "version.available"))).says(".flash", "saved").says(".facts", "Off")
	claire.post(path+"/test", nil).wants(http.StatusConflict).says("main", "off")
	claire.post(path, form("on", "true")).wants(http.StatusUnprocessableEntity)
	claire.follow(claire.post(path, form("on", "true", "kinds", "release.opened"))).says(".facts", "On")
	rotated := claire.post(path+"/rotate", nil).wants(http.StatusCreated)
	if s := rotated.text("[data-secret]"); s == secret || !strings.HasPrefix(s, "whsec_") {
		t.Errorf("the new secret is %q", s)
	}
	claire.get(path).says(".facts", "old secret")

	viewer := w.as(thePublisherViewer)
	if p := viewer.get(path).wants(http.StatusOK).says("main", "A testing period begins"); p.has("main form") {
		t.Error("a viewer is offered a form")
	}
	viewer.post(path+"/test", nil).wants(http.StatusForbidden)
	for _, other := range []string{theRival, theAdmin} {
		w.as(other).get(path).wants(http.StatusNotFound)
	}
	claire.get(path+"/delete").wants(http.StatusOK).says("main", "can't be undone")
	claire.follow(claire.post(path+"/delete", nil)).says(".flash", "deleted").says(".empty", "You have none")
	claire.get(path).wants(http.StatusNotFound)
}

// What was given up is listed, read and sent again, one by one or all at once.
func TestDeadLetters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	jonas := w.as(theAdmin)
	hook := w.webhookAs(theAdmin)
	path := "/settings/webhooks/" + hook.ID.String()
	give := func() release.Delivery {
		d := must(w.service.TestWebhook(t.Context(), w.actor(theAdmin), hook.ID))(t)
		must(w.service.BeginDelivery(t.Context(), d.ID, release.MaxDeliveryAttempts))(t)
		must(w.service.EndDelivery(t.Context(), d.ID, release.MaxDeliveryAttempts, release.Answer{Status: 500, Body: "<b>no</b>", Failure: "It answered 500."}))(t)
		w.clock.advance(time.Second)
		return d
	}
	first := give()
	give()
	one := path + "/deliveries/" + first.ID.String()
	jonas.get(path+"?state=dead").says("tbody", "Given up").says("tbody", "answered 500")
	jonas.get(one).says("main", "<b>no</b>").says("main", `"type": "test"`).says(".facts", "11 attempts, answered 500")
	jonas.follow(jonas.post(one+"/resend", nil)).says(".flash", "on its way again")
	jonas.follow(jonas.post(one+"/resend", nil)).says(".flash", "not among the failed ones")
	jonas.follow(jonas.post(path+"/resend", nil)).says(".flash", "1 message")
	jonas.get(path+"?state=dead").says(".empty", "Nothing was given up")
	w.as(theOtherAdmin).get(one).wants(http.StatusNotFound)
	w.as(theManagedViewer).post(one+"/resend", nil).wants(http.StatusForbidden)
}
