package api

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

const aHook = `{"url":"https://hooks.nordlys.example/in","kinds":["release.opened","release.applied"]}`

// TestWebhooksByProgram: a webhook is added, changed, given a new secret and deleted. Its secrets are told once, and kept by
// nobody who has the database.
func TestWebhooksByProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(theAdmin)
	var made webhook
	first := p.do(p.keyed("add", "/webhooks", aHook)).is(http.StatusCreated)
	first.into(&made)
	if !strings.HasPrefix(made.Secret, "whsec_") || made.State != "on" || !slices.Equal(made.HearsAs, []string{"managed"}) || first.header.Get("Cache-Control") != "no-store" {
		t.Errorf("made %+v, cached by %q", made, first.header.Get("Cache-Control"))
	}
	if again := p.do(p.keyed("add", "/webhooks", aHook)).is(http.StatusCreated); !bytes.Equal(again.body, first.body) {
		t.Errorf("the same key answers %s", again.body)
	}
	path := "/webhooks/" + made.ID.String()
	if first.header.Get("Location") != Prefix+path {
		t.Errorf("it is read at %s", first.header.Get("Location"))
	}
	var now webhook
	p.send(http.MethodPatch, path, `{"on":false}`).is(http.StatusOK).into(&now)
	if now.State != "off" || len(now.Kinds) != 2 || now.Secret != "" {
		t.Errorf("turned off: %+v", now)
	}
	p.send(http.MethodPost, path+"/test", nil).problem(http.StatusConflict)
	p.send(http.MethodPatch, path, `{"kinds":["feedback.answered"]}`).is(http.StatusOK).into(&now)
	if now.State != "off" || !slices.Equal(now.Kinds, []release.NoticeKind{release.NoticeFeedbackAnswered}) {
		t.Errorf("another kind: %+v", now)
	}
	if told := p.send(http.MethodPatch, path, `{"kinds":[]}`).problem(http.StatusUnprocessableEntity); told.Field != "/kinds" {
		t.Errorf("no kinds are refused at %q", told.Field)
	}
	w.clock.advance(time.Minute)
	var rotated webhook
	turned := p.do(p.keyed("turn", path+"/rotate", nil)).is(http.StatusOK)
	turned.into(&rotated)
	if rotated.Secret == made.Secret || !strings.HasPrefix(rotated.Secret, "whsec_") || rotated.OldSecretUntil == nil || turned.header.Get("Cache-Control") != "no-store" {
		t.Errorf("the new secret: %s", turned.body)
	}
	if again := p.do(p.keyed("turn", path+"/rotate", nil)).is(http.StatusOK); !bytes.Equal(again.body, turned.body) {
		t.Error("the same key makes another secret")
	}
	everything := p.get("/webhooks").body
	everything = append(everything, p.get(path).body...)
	everything = append(everything, w.as(thePublisherViewer).get("/audit-events").body...)
	everything = append(everything, p.get("/audit-events").body...)
	if bytes.Contains(everything, []byte("whsec_")) {
		t.Error("a secret is told again")
	}
	var kept []byte
	w.done(w.db.Pool.QueryRow(t.Context(), `SELECT answer FROM api_idempotency WHERE key = 'turn'`).Scan(&kept))
	sealedOnly(t, kept)
	w.clock.advance(release.SecretOverlap)
	if p.get(path).into(&now); now.OldSecretUntil != nil {
		t.Errorf("the old secret signs until %v", now.OldSecretUntil)
	}
	p.send(http.MethodDelete, path, nil).is(http.StatusNoContent)
	for _, r := range []*http.Request{p.request(http.MethodGet, path, nil), p.request(http.MethodDelete, path, nil), p.request(http.MethodPost, path+"/rotate", nil)} {
		p.do(r).problem(http.StatusNotFound)
	}
}

// TestWebhooksOfOthers: nobody learns of another account's webhooks, those who look change nothing, and without a key to keep
// secrets with there are none.
func TestWebhooksOfOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var made webhook
	w.as(theAdmin).send(http.MethodPost, "/webhooks", aHook).is(http.StatusCreated).into(&made)
	var sent deliveryWhole
	path := "/webhooks/" + made.ID.String()
	w.as(theAdmin).send(http.MethodPost, path+"/test", nil).is(http.StatusCreated).into(&sent)
	message := path + "/deliveries/" + sent.ID.String()
	reads := []string{path, path + "/deliveries", message}
	changes := map[string]string{
		path: http.MethodDelete, path + "/test": http.MethodPost, path + "/rotate": http.MethodPost, path + "/resend": http.MethodPost,
		message + "/resend": http.MethodPost,
	}
	for who, statuses := range map[string][2]int{ // of reading, of changing
		theOtherAdmin: {404, 404}, thePublisher: {404, 404}, theRival: {404, 404}, theManagedViewer: {200, 403},
		thePublisherViewer: {404, 403}, theSupport: {403, 403}, theOperator: {403, 403}, theAgent: {403, 403},
	} {
		p := w.agentOr(who)
		for _, at := range reads {
			p.get(at).is(statuses[0])
		}
		for at, method := range changes {
			p.send(method, at, nil).is(statuses[1])
		}
		p.send(http.MethodPatch, path, `{"on":false}`).is(statuses[1])
		var all items[webhook]
		if got := p.get("/webhooks"); got.status == http.StatusOK {
			if got.into(&all); (len(all.Items) == 1) != (who == theManagedViewer) {
				t.Errorf("%s finds %s", who, got.body)
			}
		}
	}
	reading := w.with(w.token(theAdmin, release.ScopeRead))
	if told := reading.send(http.MethodPost, path+"/rotate", nil).problem(http.StatusForbidden); told.Detail != release.ErrReadToken.Message {
		t.Errorf("a reading token is told %q", told.Detail)
	}
	var other webhook
	w.as(theOtherAdmin).send(http.MethodPost, "/webhooks", aHook).is(http.StatusCreated).into(&other)
	w.as(theOtherAdmin).get("/webhooks/" + other.ID.String() + "/deliveries/" + sent.ID.String()).problem(http.StatusNotFound)

	w.service = release.NewService(w.db.Store, w.clock.Now)
	w.serve(Config{})
	if told := w.as(theAdmin).send(http.MethodPost, "/webhooks", aHook).problem(http.StatusConflict); told.Detail != release.ErrWebhooksNoKey.Message {
		t.Errorf("without a key it tells %q", told.Detail)
	}
}

// agentOr is a program of the person, or an agent's.
func (w *world) agentOr(who string) *program {
	if who == theAgent {
		return w.with(w.token(theAdmin, release.ScopeAgent))
	}
	return w.as(who)
}

// TestDeadLettersByProgram: what was given up is found by its state, page by page, read and sent again.
func TestDeadLettersByProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(thePublisher)
	var hook webhook
	p.send(http.MethodPost, "/webhooks", aHook).is(http.StatusCreated).into(&hook)
	path := "/webhooks/" + hook.ID.String()
	var sent []delivery
	for i := range 5 {
		var d deliveryWhole
		p.send(http.MethodPost, path+"/test", nil).is(http.StatusCreated).into(&d)
		if d.State != release.DeliveryWaiting || d.Status != nil || !strings.Contains(string(d.Payload), `"type":"test"`) {
			t.Errorf("sent %+v", d)
		}
		if i < 3 {
			must(w.service.BeginDelivery(t.Context(), d.ID, release.MaxDeliveryAttempts))(t)
			must(w.service.EndDelivery(t.Context(), d.ID, release.MaxDeliveryAttempts, release.Answer{Status: 503, Body: "busy", Failure: "It answered 503."}))(t)
		}
		sent = append([]delivery{d.delivery}, sent...)
		w.clock.advance(time.Second)
	}
	find := func(query string) []release.ID {
		var ids []release.ID
		next := ""
		for range 10 {
			var page items[delivery]
			p.get(path + "/deliveries?limit=2" + query + next).is(http.StatusOK).into(&page)
			for _, d := range page.Items {
				ids = append(ids, d.ID)
			}
			if page.Next == nil {
				return ids
			}
			next = "&cursor=" + *page.Next
		}
		t.Fatal("the list has no end")
		return nil
	}
	idsOf := func(all []delivery) []release.ID { return eachOf(all, func(d delivery) release.ID { return d.ID }) }
	for query, want := range map[string][]delivery{"": sent, "&state=dead": sent[2:], "&state=waiting": sent[:2], "&state=delivered": nil} {
		if got := find(query); !slices.Equal(got, idsOf(want)) {
			t.Errorf("%q finds %v, want %v", query, got, idsOf(want))
		}
	}
	one := path + "/deliveries/" + sent[4].ID.String()
	var d deliveryWhole
	if p.get(one).is(http.StatusOK).into(&d); d.State != release.DeliveryDead || *d.Status != 503 || d.Answer != "busy" || d.Attempts != release.MaxDeliveryAttempts {
		t.Errorf("given up: %+v", d)
	}
	if p.get(path).into(&hook); hook.Dead != 3 || hook.DeadAtLeast || hook.FailingSince == nil {
		t.Errorf("the webhook: %+v", hook)
	}
	p.send(http.MethodPost, one+"/resend", nil).is(http.StatusOK).into(&d)
	if d.State != release.DeliveryWaiting || d.Attempts != 0 {
		t.Errorf("sent again: %+v", d)
	}
	p.send(http.MethodPost, one+"/resend", nil).problem(http.StatusConflict)
	for _, want := range []int{2, 0} {
		var n resent
		if p.send(http.MethodPost, path+"/resend", nil).is(http.StatusOK).into(&n); n.Resent != want {
			t.Errorf("%d are sent again, want %d", n.Resent, want)
		}
	}
}

// TestNoticeKindsAreDocumented: the document names the kinds that webhooks and messages can be chosen for, in their order.
func TestNoticeKindsAreDocumented(t *testing.T) {
	t.Parallel()
	c := readContract(t, contractJSON())
	kinds := asList(asMap(asMap(asMap(c.doc["components"])["schemas"])["NoticeKind"])["enum"])
	if want := release.NoticeKinds(); fmt.Sprint(kinds) != fmt.Sprint(want) {
		t.Errorf("documented are %v, there are %v", kinds, want)
	}
}
