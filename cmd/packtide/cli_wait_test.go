package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"packtide/release"
)

// waitGate stands before a server, and turns calls away for as long as it is told to.
type waitGate struct {
	*httptest.Server
	mu     sync.Mutex
	closed bool
	turned []string // how the calls were turned away
}

func newWaitGate(t *testing.T, server string) *waitGate {
	t.Helper()
	target, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	through := httputil.NewSingleHostReverseProxy(target)
	g := &waitGate{}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !g.turnsAway(w) {
			through.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(g.Close)
	return g
}

// turnsAway answers as servers do that are away, each time in another way.
func (g *waitGate) turnsAway(w http.ResponseWriter) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.closed {
		return false
	}
	ways := []int{http.StatusServiceUnavailable, 0, http.StatusTooManyRequests, http.StatusBadGateway, http.StatusGatewayTimeout}
	status := ways[len(g.turned)%len(ways)]
	if status == 0 {
		g.turned = append(g.turned, "broken off")
		panic(http.ErrAbortHandler)
	}
	g.turned = append(g.turned, http.StatusText(status))
	w.Header().Set("Retry-After", "1")
	w.WriteHeader(status)
	return true
}

func (g *waitGate) set(closed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = closed
}

func (g *waitGate) turnedAway() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.turned)
}

// A wait outlasts a server that is away for a while, says so once, and ends at once when the person ends it.
func TestWaitingForAServerThatIsAway(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	j := &job{t: t, clock: st.clock}
	j.packages()
	paris := st.as(cliPublisher)
	gate := newWaitGate(t, st.site.baseURL)
	gated := &caller{t, map[string]string{"PACKTIDE_SERVER": gate.URL, "PACKTIDE_TOKEN": paris.token}, paris.token}
	paris.does(nil, "packages", "push", j.other, "--shareable", "--override-reason", "The line of the test.")
	paris.does(nil, "pack", "create", "Reports", "--support-contact", "a@b.example")
	paris.does(nil, "pack", "add", "Reports", "Expressions")
	day := release.DateOf(st.clock.Now(), st.clock.zone).AddDays(2).String()

	waiting := launch(t, gated.env, "release", "Reports", "--on", day, "--version", "1.4.0", "--wait")
	waiting.says(t, &waiting.out, "(Reports 1.4.0: in testing)")
	given := launch(t, gated.env, "release", "wait", "Reports", "--timeout", "20m")
	gate.set(true)
	late := launch(t, gated.env, "release", "wait", "Reports@1.4.0")
	for _, c := range []*command{waiting, given, late} {
		c.says(t, &c.err, "(Waiting for the server, at most (?:20|30)m0s in all: )")
	}
	given.cancel()
	if code := exitCode(given.wait(t), &given.err); code != exitInterrupted {
		t.Errorf("interrupted: status %d\n%s", code, &given.err)
	}
	waitUntil(t, "the calls are turned away in several ways", func() bool { return len(gate.turnedAway()) > 5 })
	if err := st.clock.Move(t.Context(), "after"); err != nil {
		t.Fatal(err)
	}
	gate.set(false)
	for _, c := range []*command{waiting, late} {
		if err := c.wait(t); err != nil || !strings.Contains(c.out.String(), "Reports 1.4.0: current since") || strings.Count(c.err.String(), "\n") != 1 {
			t.Errorf("waiting ended with %v: %s%s", err, &c.out, &c.err)
		}
	}

	gate.set(true)
	if _, stderr, status := gated.reads("", "release", "wait", "Reports", "--timeout", "1ms"); status != exitTimeout || !strings.Contains(stderr, "did not answer for 1ms") {
		t.Errorf("never there: status %d\n%s", status, stderr)
	}
}

// Who ends a wait learns that the release goes on, and how to wait again.
func TestInterruptedWaitLeavesTheRelease(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	j := &job{t: t, clock: st.clock}
	j.packages()
	paris := st.as(cliPublisher)
	paris.does(nil, "packages", "push", j.other, "--shareable", "--override-reason", "The line of the test.")
	paris.does(nil, "pack", "create", "Reports", "--support-contact", "a@b.example")
	paris.does(nil, "pack", "add", "Reports", "Expressions")
	day := release.DateOf(st.clock.Now(), st.clock.zone).AddDays(2).String()
	waiting := launch(t, paris.env, "release", "Reports", "--on", day, "--wait")
	id := waiting.says(t, &waiting.out, `in testing.*\((\S+)\)`)
	waiting.cancel()
	code := exitCode(waiting.wait(t), &waiting.err)
	for _, want := range []string{"goes on all the same: it applies " + day + " 00:00 Europe/Paris", "packtide release wait " + id} {
		if code != exitInterrupted || !strings.Contains(waiting.err.String(), want) {
			t.Errorf("status %d, does not say %q:\n%s", code, want, &waiting.err)
		}
	}
	paris.does([]string{"pending"}, "release", "list", "Reports")
}
