package watch

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

var noon = time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC)

// watched is a server whose clock goes on by 20 ms at every look.
type watched struct {
	t    *testing.T
	url  string
	log  bytes.Buffer
	ends chan Request
}

func serve(t *testing.T, next http.HandlerFunc) *watched {
	t.Helper()
	w := &watched{t: t, ends: make(chan Request, 10)}
	at := noon
	c := Config{
		Log:   slog.New(slog.NewJSONHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Clock: func() time.Time { at = at.Add(20 * time.Millisecond); return at },
		Ended: func(_ context.Context, all Request) { w.ends <- all },
	}
	// Watched twice, as a part of the product that watches by itself is inside the whole: it counts once.
	server := httptest.NewServer(Handler(Handler(next, c), c))
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

// ask sends one request and gives what the watch saw of it.
func (w *watched) ask(method, path string, header http.Header) (seen Request, answered http.Header) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, http.NoBody)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header = header
	answer, err := http.DefaultClient.Do(r)
	if err == nil {
		answered = answer.Header
		_, _ = io.Copy(io.Discard, answer.Body) // an answer that breaks off is one of the cases
		_ = answer.Body.Close()
	}
	select {
	case seen = <-w.ends:
	case <-time.After(time.Minute):
		w.t.Fatal("the request is not told")
	}
	if n := len(w.ends); n > 0 {
		w.t.Errorf("the request is told %d times", n+1)
	}
	return seen, answered
}

func TestEveryRequestIsToldOnce(t *testing.T) {
	t.Parallel()
	person, account := release.NewID(noon), release.NewID(noon)
	w := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/whole":
			As(r.Context(), person, account, release.FromAPI)
			Route(r.Context(), "/:inner")
			Route(r.Context(), "/*")
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, "made\n")
		case "/broken":
			Route(r.Context(), "/broken")
			_, _ = io.WriteString(w, "beg")
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
	})
	seen, answered := w.ask(http.MethodPost, "/whole", http.Header{HeaderID: {"proxy-0001"}})
	if seen.Address == "" || answered.Get(HeaderID) != "proxy-0001" {
		t.Errorf("from %q, with the id %q", seen.Address, answered.Get(HeaderID))
	}
	seen.Address = ""
	want := Request{
		ID: "proxy-0001", Method: http.MethodPost, Route: "/:inner", Status: http.StatusCreated, Size: 5, Took: 20 * time.Millisecond,
		Person: person, Account: account, Source: release.FromAPI,
	}
	if seen != want {
		t.Errorf("seen as %+v, want %+v", seen, want)
	}
	seen, _ = w.ask("MAKEITSO", "/nothing", nil)
	if seen.Route != Unmatched || seen.Status != http.StatusOK || Method(seen.Method) != "other" {
		t.Errorf("an address that nobody answers is seen as %+v", seen)
	}
	seen, _ = w.ask(http.MethodGet, "/broken", nil)
	if !seen.Broken || seen.Status != http.StatusOK || seen.Size != 3 || seen.Route != "/broken" {
		t.Errorf("an answer that broke off is seen as %+v", seen)
	}
	w.logs(3)
}

// logs checks that there are as many lines, each of which says what every line must say.
func (w *watched) logs(n int) {
	w.t.Helper()
	lines := strings.Split(strings.TrimSpace(w.log.String()), "\n")
	if len(lines) != n {
		w.t.Errorf("%d lines in the log, want %d: %v", len(lines), n, lines)
	}
	for _, line := range lines {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			w.t.Fatal(err)
		}
		for _, name := range []string{"request_id", "method", "route", "status", "duration_ms", "bytes", "address"} {
			if fields[name] == nil {
				w.t.Errorf("the line lacks %s: %s", name, line)
			}
		}
		if (fields["route"] == "/broken") != (fields["broken_off"] == true) {
			w.t.Errorf("broken off or not: %s", line)
		}
	}
}

// What machines ask every few seconds is told to those who debug, unless it fails.
func TestProbesAreQuiet(t *testing.T) {
	t.Parallel()
	status := http.StatusOK
	w := serve(t, func(w http.ResponseWriter, r *http.Request) {
		Route(r.Context(), r.URL.Path)
		w.WriteHeader(status)
	})
	for _, path := range []string{"/healthz", "/readyz", "/packs"} {
		w.ask(http.MethodGet, path, nil)
	}
	status = http.StatusServiceUnavailable
	w.ask(http.MethodGet, "/readyz", nil)
	var levels []string
	for line := range strings.Lines(w.log.String()) {
		var fields struct{ Level string }
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatal(err)
		}
		levels = append(levels, fields.Level)
	}
	if got := strings.Join(levels, " "); got != "DEBUG DEBUG INFO INFO" {
		t.Errorf("levels: %s", got)
	}
}

// A harmful id is not passed on, and outside a watched request nothing breaks.
func TestRequestIDs(t *testing.T) {
	t.Parallel()
	w := serve(t, func(http.ResponseWriter, *http.Request) {})
	for _, bad := range []string{"", "short", "no spaces here", `"quoted"-id`, strings.Repeat("x", 65)} {
		if seen, answered := w.ask(http.MethodGet, "/", http.Header{HeaderID: {bad}}); seen.ID == bad || answered.Get(HeaderID) != seen.ID || len(seen.ID) != 36 {
			t.Errorf("the id %q is kept as %q", bad, seen.ID)
		}
	}
	Route(t.Context(), "/")
	As(t.Context(), release.ID{}, release.ID{}, release.FromUI)
	if id := ID(t.Context()); id != "" {
		t.Errorf("an id %q without a request", id)
	}
}
