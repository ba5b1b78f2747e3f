package notify_test

import (
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"packtide/notify"
	"packtide/release"
)

// A receiver that hangs has a few attempts under way, and its other messages wait: those of another webhook all arrive meanwhile.
// Waiting for a turn costs none of the attempts.
func TestHangingWebhookHoldsUpNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const many = 40
	free := make(chan struct{})
	var mu sync.Mutex
	now, most := 0, 0
	slow := newPeer(t, func(rw http.ResponseWriter, r *http.Request, _ int) {
		mu.Lock()
		now++
		most = max(most, now)
		mu.Unlock()
		defer func() {
			mu.Lock()
			now--
			mu.Unlock()
		}()
		select {
		case <-free:
		case <-r.Context().Done(): // packtide waits no longer
		}
		rw.WriteHeader(http.StatusNoContent)
	})
	let := sync.OnceFunc(func() { close(free) })
	t.Cleanup(let) // before the peer closes, which waits for its answers
	quick := newPeer(t, nil)
	hangs, _ := w.webhook(w.acme, slow.URL)
	works, _ := w.webhook(w.acme, quick.URL)
	for _, hook := range []release.Webhook{hangs, works} {
		for range many {
			_, err := w.svc.TestWebhook(t.Context(), w.acme, hook.ID)
			w.ok(err)
		}
	}
	w.run()
	w.run() // another process: the share is one of both
	w.until("all messages of the other webhook arrive", func() bool { w.hurry(); return len(quick.received()) == many })
	mu.Lock()
	if most == 0 || most > 4 {
		t.Errorf("%d attempts were under way at once", most)
	}
	mu.Unlock()
	let()
	w.until("the one that hung gets all of its messages", func() bool {
		w.hurry()
		return w.number(`SELECT count(*) FROM webhook_delivery WHERE webhook_id = $1 AND state = 'delivered'`, hangs.ID) == many
	})
	if n := w.number(`SELECT count(*) FROM webhook_delivery WHERE webhook_id = $1 AND (attempts > 1 OR trying_until IS NOT NULL)`, works.ID); n != 0 {
		t.Errorf("%d of the messages took several attempts", n)
	}
}

// Attempts that begin at once are counted one after the other; to a webhook that fails there is a single one, and an attempt that
// was lost with its process makes room after its limit.
func TestRaceOfAttempts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	hook, _ := w.webhook(w.acme, "https://hooks.example.com")
	ids := make([]release.ID, 12)
	for i := range ids {
		d, err := w.svc.TestWebhook(ctx, w.acme, hook.ID)
		w.ok(err)
		ids[i] = d.ID
	}
	begin := func() (begun []release.ID) {
		t.Helper()
		var all sync.WaitGroup
		var mu sync.Mutex
		for _, id := range ids {
			all.Go(func() {
				switch _, err := w.svc.BeginDelivery(ctx, id, 1); {
				case err == nil:
					mu.Lock()
					begun = append(begun, id)
					mu.Unlock()
				case !errors.Is(err, release.ErrDeliveryBusy):
					t.Error(err)
				}
			})
		}
		all.Wait()
		return begun
	}
	begun := begin()
	if len(begun) != 4 {
		t.Fatalf("%d attempts are under way", len(begun))
	}
	for _, id := range begun {
		_, err := w.svc.EndDelivery(ctx, id, 1, release.Answer{Failure: "nobody there"})
		w.ok(err)
	}
	if begun := begin(); len(begun) != 1 {
		t.Errorf("%d attempts are under way to a webhook that fails", len(begun))
	}
	w.clock.set(monday.Add(2 * time.Hour))
	if begun := begin(); len(begun) != 1 {
		t.Errorf("%d attempts are under way after one was lost", len(begun))
	}
}

// The pauses of those that wait for their turn grow to a quarter of an hour.
func TestWaitForTurn(t *testing.T) {
	t.Parallel()
	id := release.NewID(monday)
	for before := range 100 {
		wait := release.WaitForTurn(id, before)
		if wait != release.WaitForTurn(id, before) || wait < time.Second || wait > 25*time.Minute || (before > 9 && wait < 7*time.Minute) {
			t.Errorf("after %d: %s", before, wait)
		}
	}
}

// Every attempt tells how it ended.
func TestAttemptsAreTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	gone := newPeer(t, func(rw http.ResponseWriter, _ *http.Request, _ int) { rw.WriteHeader(http.StatusGone) })
	refuses := newPeer(t, func(rw http.ResponseWriter, _ *http.Request, _ int) { rw.WriteHeader(http.StatusBadGateway) })
	takes := newPeer(t, nil)
	for _, p := range []*peer{gone, refuses, takes} {
		hook, _ := w.webhook(w.acme, p.URL, release.NoticeOpened)
		_, err := w.svc.TestWebhook(t.Context(), w.acme, hook.ID)
		w.ok(err)
	}
	var mu sync.Mutex
	told := map[string]int{}
	w.runAs(func(c *notify.Config) {
		c.Tried = func(way notify.Way, outcome notify.Outcome) {
			mu.Lock()
			defer mu.Unlock()
			told[string(way)+" "+string(outcome)]++
		}
	})
	w.until("all are told", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return told["webhook delivered"] == 1 && told["webhook dead"] == 1 && told["webhook failed"] > 0 && len(told) == 3
	})
}
