package notify_test

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"packtide/notify"
	"packtide/release"
)

func verify(t *testing.T, secret release.Secret, g got) error {
	t.Helper()
	v, err := standardwebhooks.NewWebhook(string(secret))
	if err != nil {
		t.Fatal(err)
	}
	return v.Verify(g.body, g.head)
}

// A message arrives signed so that the receivers' own library takes it; a copy that was changed, or another secret, is not taken.
func TestSignedMessageArrives(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := newPeer(t, nil)
	hook, secret := w.webhook(w.acme, p.URL+"/in?key=1")
	d, err := w.svc.TestWebhook(t.Context(), w.acme, hook.ID)
	w.ok(err)
	w.run()
	w.until("a message arrives", func() bool { return len(p.received()) == 1 })
	g := p.received()[0]
	if err := verify(t, secret, g); err != nil {
		t.Error(err)
	}
	changed := g
	changed.body = bytes.Replace(g.body, []byte("test"), []byte("toast"), 1)
	if verify(t, secret, changed) == nil || verify(t, "whsec_"+release.Secret(strings.Repeat("A", 43)+"="), g) == nil {
		t.Error("a false signature is taken")
	}
	if g.Type != "test" || g.id != d.MessageID() || g.head.Get("Content-Type") != "application/json" {
		t.Errorf("got %+v", g)
	}
	w.settled()
	row, err := w.db.Reader.Delivery(t.Context(), w.acme, d.ID)
	w.ok(err)
	if row.State != release.DeliveryDelivered || row.Attempts != 1 || row.Status != http.StatusNoContent || row.NextTry != nil {
		t.Errorf("kept %+v", row)
	}
}

// What is refused is tried again under the same id, with longer and longer pauses, and given up in the end; a person sends it
// again, and then it arrives.
func TestRetriesThenDeadThenResent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	works := make(chan struct{})
	p := newPeer(t, func(rw http.ResponseWriter, _ *http.Request, nth int) {
		select {
		case <-works:
			rw.WriteHeader(http.StatusOK)
		default:
			rw.WriteHeader(http.StatusServiceUnavailable)
			_, _ = rw.Write([]byte("come \x00back" + strings.Repeat("!", 10_000)))
		}
	})
	hook, _ := w.webhook(w.acme, p.URL)
	d, err := w.svc.TestWebhook(t.Context(), w.acme, hook.ID)
	w.ok(err)
	w.run()
	for attempt := 1; attempt <= release.MaxDeliveryAttempts; attempt++ {
		w.until("another attempt", func() bool { w.hurry(); return len(p.received()) >= attempt })
		w.until("the attempt is kept", func() bool {
			row, err := w.db.Reader.Delivery(t.Context(), w.acme, d.ID)
			w.ok(err)
			return row.Attempts >= attempt && row.Status == http.StatusServiceUnavailable
		})
	}
	w.until("it is given up", func() bool { return w.number(`SELECT count(*) FROM webhook_delivery WHERE state = 'dead'`) == 1 })
	w.settled()
	if n := len(p.received()); n != release.MaxDeliveryAttempts {
		t.Errorf("%d attempts", n)
	}
	row, err := w.db.Reader.Delivery(t.Context(), w.acme, d.ID)
	w.ok(err)
	if row.Failure != "It answered 503." || !strings.HasPrefix(row.Answer, "come back!!") || len(row.Answer) > 500 {
		t.Errorf("kept %+v", row)
	}
	for _, g := range p.received() {
		if g.id != d.MessageID() {
			t.Errorf("the id became %s", g.id)
		}
	}
	close(works)
	w.ok(w.svc.Resend(t.Context(), w.acme, d.ID))
	if err := w.svc.Resend(t.Context(), w.acme, d.ID); !errors.Is(err, release.ErrNotDead) {
		t.Errorf("sent twice: %v", err)
	}
	w.until("it arrives", func() bool {
		return w.number(`SELECT count(*) FROM webhook_delivery WHERE state = 'delivered'`) == 1
	})
}

// The pauses grow to a day in all, and no two deliveries have quite the same.
func TestRetryIn(t *testing.T) {
	t.Parallel()
	a, b := release.NewID(monday), release.NewID(monday)
	var sum, last time.Duration
	differ := 0
	for attempt := 1; attempt < release.MaxDeliveryAttempts; attempt++ {
		wait := release.RetryIn(a, attempt)
		if wait != release.RetryIn(a, attempt) || wait < last {
			t.Errorf("attempt %d waits %s after %s", attempt, wait, last)
		}
		if wait != release.RetryIn(b, attempt) {
			differ++
		}
		sum, last = sum+wait, wait
	}
	if sum < 20*time.Hour || sum > 28*time.Hour || differ == 0 {
		t.Errorf("%s in all, %d differ", sum, differ)
	}
}

// Redirects are not followed, a peer that is gone is paused at once, one that refuses the connection is told as such.
func TestAnswersThatAreNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := newPeer(t, nil)
	redirects := newPeer(t, func(rw http.ResponseWriter, r *http.Request, _ int) {
		http.Redirect(rw, r, other.URL, http.StatusTemporaryRedirect)
	})
	gone := newPeer(t, func(rw http.ResponseWriter, _ *http.Request, _ int) { rw.WriteHeader(http.StatusGone) })
	closed := newPeer(t, nil)
	closed.Close()
	want := map[release.ID]string{}
	for url, failure := range map[string]string{redirects.URL: "a redirect", gone.URL: "It answered 410.", closed.URL: "The connection was refused."} {
		hook, _ := w.webhook(w.acme, url, release.NoticeOpened)
		_, err := w.svc.TestWebhook(t.Context(), w.acme, hook.ID)
		w.ok(err)
		want[hook.ID] = failure
	}
	told := newPeer(t, nil)
	w.webhook(w.acme, told.URL, release.NoticeWebhookPaused)
	w.run()
	w.until("all were tried", func() bool { return w.number(`SELECT count(*) FROM webhook_delivery WHERE failure <> ''`) == 3 })
	w.until("the pause is told", func() bool { return told.types() == "webhook.paused" })
	for hook, failure := range want {
		rows, err := w.db.Reader.Deliveries(t.Context(), w.acme, hook, "", release.ID{}, 10)
		w.ok(err)
		if len(rows) != 1 || !strings.Contains(rows[0].Failure, failure) {
			t.Errorf("%+v, want %q", rows, failure)
		}
	}
	if len(other.received()) != 0 {
		t.Error("a redirect was followed")
	}
}

// A webhook that has failed for days is paused, and goes on when it is turned on.
func TestFailingForDaysPauses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hook, _ := w.webhook(w.acme, "https://hooks.example.com", release.NoticeOpened)
	fail := func() {
		t.Helper()
		d, err := w.svc.TestWebhook(t.Context(), w.acme, hook.ID)
		w.ok(err)
		_, err = w.svc.BeginDelivery(t.Context(), d.ID, 8)
		w.ok(err)
		_, err = w.svc.EndDelivery(t.Context(), d.ID, 8, release.Answer{Failure: "nobody there"})
		w.ok(err)
	}
	fail()
	w.clock.set(monday.Add(71 * time.Hour))
	fail()
	row, err := w.db.Reader.Webhook(t.Context(), w.acme, hook.ID)
	w.ok(err)
	if row.PausedAt != nil || row.FailingSince == nil {
		t.Fatalf("after three days less an hour: %+v", row)
	}
	w.clock.set(monday.Add(73 * time.Hour))
	fail()
	if _, err := w.svc.TestWebhook(t.Context(), w.acme, hook.ID); !errors.Is(err, release.ErrWebhookOff) {
		t.Errorf("a paused webhook is tested: %v", err)
	}
	if n := w.number(`SELECT count(*) FROM audit_event WHERE action = $1`, release.ActWebhookPaused); n != 1 {
		t.Errorf("%d events", n)
	}
	w.ok(w.svc.SetWebhook(t.Context(), w.acme, hook.ID, hook.Kinds, true))
	if row, err = w.db.Reader.Webhook(t.Context(), w.acme, hook.ID); err != nil || !row.Live() || row.FailingSince != nil {
		t.Errorf("turned on: %+v, %v", row, err)
	}
}

// After a rotation both secrets sign for a day, then the new one alone. What the database has opens nothing.
func TestRotation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := newPeer(t, nil)
	hook, first := w.webhook(w.acme, p.URL)
	second, err := w.svc.RotateWebhookSecret(t.Context(), w.acme, hook.ID)
	w.ok(err)
	w.run()
	send := func(nth int) got {
		t.Helper()
		_, err := w.svc.TestWebhook(t.Context(), w.acme, hook.ID)
		w.ok(err)
		w.until("it arrives", func() bool { return len(p.received()) == nth })
		return p.received()[nth-1]
	}
	g := send(1)
	if verify(t, first, g) != nil || verify(t, second, g) != nil {
		t.Errorf("not signed with both: %v", g.head)
	}
	w.clock.set(monday.Add(time.Hour))
	third, err := w.svc.RotateWebhookSecret(t.Context(), w.acme, hook.ID)
	w.ok(err)
	if g := send(2); verify(t, first, g) != nil || verify(t, second, g) != nil || verify(t, third, g) != nil {
		t.Errorf("not signed with all that the receiver may know: %v", g.head)
	}
	w.clock.set(monday.Add(24*time.Hour + 30*time.Minute))
	if g := send(3); verify(t, first, g) == nil || verify(t, second, g) != nil || verify(t, third, g) != nil {
		t.Errorf("after a day: %v", g.head)
	}
	for range 4 {
		_, err := w.svc.RotateWebhookSecret(t.Context(), w.acme, hook.ID)
		w.ok(err)
	}
	if _, err := w.svc.RotateWebhookSecret(t.Context(), w.acme, hook.ID); !errors.Is(err, release.ErrSecretsMany) {
		t.Errorf("a sixth secret within a day: %v", err)
	}
	if n := w.number(`SELECT count(*) FROM webhook WHERE position($1 in encode(secret, 'base64')) > 0`, strings.TrimPrefix(string(second), "whsec_")[:20]); n != 0 {
		t.Error("the secret stands in the database")
	}
	other, err := notify.NewVault(bytes.Repeat([]byte{8}, notify.KeySize))
	w.ok(err)
	sealed, err := w.vault.Seal([]byte("x"), hook.ID)
	w.ok(err)
	_, foreignKey := other.Open(sealed, hook.ID)
	_, foreignThing := w.vault.Open(sealed, w.pack.ID)
	if foreignKey == nil || foreignThing == nil {
		t.Error("a sealed secret opens with another key, or for another thing")
	}
}
