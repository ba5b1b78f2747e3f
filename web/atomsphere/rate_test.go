package atomsphere_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"packtide/web/atomsphere"
	"packtide/web/limit"
)

// TestRate: who asks too much waits, as Boomi's clients do at its own limit; who has a token that works is heard beside those
// who guess.
func TestRate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	waits := func(got reply) {
		t.Helper()
		got.refused(503, "Too many requests")
		if got.header.Get("Retry-After") != "2" {
			t.Errorf("told to wait %q seconds", got.header.Get("Retry-After"))
		}
	}
	guess := request{method: http.MethodGet, path: "Account/x", account: w.acme.ID, user: "BOOMI_TOKEN.acme@packs.example", password: "ptd_x"}
	for range limit.GuessRate {
		w.do(guess).refused(401, "API tokens")
	}
	waits(w.do(guess))
	w.get("acme", "Account/"+w.acme.ID.String()).want(http.StatusOK)
	w.advance(time.Minute)
	w.do(guess).refused(401, "API tokens")

	slow := atomsphere.New(atomsphere.Config{Reader: w.db.Reader, Service: w.service, Clock: w.now, Log: slog.New(slog.DiscardHandler), Rate: 30})
	server := httptest.NewServer(slow)
	t.Cleanup(server.Close)
	w.url = server.URL
	for range 30 {
		w.get("acme", "Account/"+w.acme.ID.String()).want(http.StatusOK)
	}
	waits(w.get("acme", "Account/"+w.acme.ID.String()))
	w.advance(time.Minute)
	w.get("acme", "Account/"+w.acme.ID.String()).want(http.StatusOK)
}
