package client_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"packtide/client"
)

// peer is a server that answers what the test wants, and remembers what it was asked.
type peer struct {
	t      *testing.T
	server *httptest.Server
	mu     sync.Mutex
	asked  []asked
}

type asked struct {
	method, path, query, body string
	header                    http.Header
}

// newPeer answers the requests in turn; the last answer goes on.
func newPeer(t *testing.T, answers ...http.HandlerFunc) *peer {
	t.Helper()
	p := &peer{t: t}
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // a request that was broken off is remembered as far as it came
		p.mu.Lock()
		n := len(p.asked)
		p.asked = append(p.asked, asked{r.Method, r.URL.Path, r.URL.RawQuery, string(body), r.Header.Clone()})
		p.mu.Unlock()
		r.Body = io.NopCloser(bytes.NewReader(body))
		answers[min(n, len(answers)-1)](w, r)
	}))
	t.Cleanup(p.server.Close)
	return p
}

func (p *peer) requests() []asked {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked
}

func (p *peer) client() *client.Client {
	p.t.Helper()
	return newClient(p.t, client.Config{Server: p.server.URL, Token: "ptd_test", Version: "1.2.3"})
}

func newClient(t *testing.T, config client.Config) *client.Client {
	t.Helper()
	config.Pause, config.Clock = time.Millisecond, time.Now
	c, err := client.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func answer(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if status >= 400 {
			w.Header().Set("Content-Type", "application/problem+json")
		}
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func TestServersThatAreNone(t *testing.T) {
	t.Parallel()
	for _, server := range []string{"", "packs.example.com", "ftp://packs.example.com", "https://", "https://packs.example.com/packs", "https://me:secret@packs.example.com", "https://packs.example.com?x=1"} {
		if _, err := client.New(client.Config{Server: server}); !errors.Is(err, client.ErrServer) {
			t.Errorf("%q: %v", server, err)
		}
	}
}

func TestTokensCrossNoNetworkInTheClear(t *testing.T) {
	t.Parallel()
	for server, want := range map[string]error{
		"http://packs.example.com": client.ErrPlain, "http://10.0.0.1:8080": client.ErrPlain, "http://localhost.example.com": client.ErrPlain,
		"http://localhost:8080": nil, "http://127.0.0.1:8080": nil, "http://[::1]:8080": nil, "https://packs.example.com/": nil,
	} {
		if _, err := client.New(client.Config{Server: server, Token: "ptd_test"}); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", server, err, want)
		}
	}
	if _, err := client.New(client.Config{Server: "http://packs.example.com", Token: "ptd_test", AllowPlain: true}); err != nil {
		t.Errorf("told that the network is trusted: %v", err)
	}
	if _, err := client.New(client.Config{Server: "https://packs.example.com", Token: "ptd_test\r\nX-Other: 1"}); err == nil {
		t.Error("a token with a line end is taken")
	}
}

func TestEveryRequestTellsWhoAsks(t *testing.T) {
	t.Parallel()
	p := newPeer(t, answer(200, `{"person":{"name":"Ada"},"account":null,"news":1}`))
	me, err := p.client().Me(t.Context())
	if err != nil || me.Person.Name != "Ada" || me.Account != nil {
		t.Fatalf("%+v, %v", me, err)
	}
	if string(me.JSON()) != `{"person":{"name":"Ada"},"account":null,"news":1}` {
		t.Errorf("the server's own text was lost: %s", me.JSON())
	}
	got := p.requests()[0]
	if got.path != "/api/v1/me" || got.header.Get("Authorization") != "Bearer ptd_test" || got.header.Get("User-Agent") != "packtide/1.2.3" {
		t.Errorf("asked %s %v", got.path, got.header)
	}
}

// What does no harm twice is tried again; a POST comes with the same key each time.
func TestBusyServersAreAskedAgain(t *testing.T) {
	t.Parallel()
	for _, status := range []int{429, 502, 503, 504} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			p := newPeer(t, answer(status, `{}`, "Retry-After", "0"), answer(status, `{}`), answer(201, `{"id":"1","name":"Gold"}`))
			made, err := p.client().CreateGroup(t.Context(), "Gold")
			if err != nil || made.Name != "Gold" {
				t.Fatalf("%+v, %v", made, err)
			}
			all := p.requests()
			if len(all) != 3 || all[0].header.Get("Idempotency-Key") == "" {
				t.Fatalf("%d requests, key %q", len(all), all[0].header.Get("Idempotency-Key"))
			}
			for _, one := range all[1:] {
				if one.header.Get("Idempotency-Key") != all[0].header.Get("Idempotency-Key") || one.body != `{"name":"Gold"}` {
					t.Errorf("asked again otherwise: %+v", one)
				}
			}
		})
	}
}

func TestKeysAreNew(t *testing.T) {
	t.Parallel()
	p := newPeer(t, answer(201, `{}`))
	c := p.client()
	for range 2 {
		if _, err := c.CreateGroup(t.Context(), "Gold"); err != nil {
			t.Fatal(err)
		}
	}
	if all := p.requests(); all[0].header.Get("Idempotency-Key") == all[1].header.Get("Idempotency-Key") {
		t.Error("two changes have the same key, so the second would not be made")
	}
}

func TestWhatIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	for what, try := range map[string]struct {
		answer http.HandlerFunc
		do     func(context.Context, *client.Client) error
	}{
		"a refusal":                    {answer(422, `{"detail":"No."}`), func(ctx context.Context, c *client.Client) error { _, err := c.Me(ctx); return err }},
		"a fault":                      {answer(500, `{}`), func(ctx context.Context, c *client.Client) error { _, err := c.Me(ctx); return err }},
		"a server that asks for hours": {answer(503, `{}`, "Retry-After", "7200"), func(ctx context.Context, c *client.Client) error { _, err := c.Me(ctx); return err }},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			p := newPeer(t, try.answer)
			err := try.do(t.Context(), p.client())
			if client.Status(err) == 0 || len(p.requests()) != 1 {
				t.Errorf("%d requests, %v", len(p.requests()), err)
			}
		})
	}
}

// Every change is sent again with the key of its first attempt, also where a server or a proxy may have lost its answer.
func TestChangesOfAllKindsAreSentAgain(t *testing.T) {
	t.Parallel()
	name, file := "Gold", client.File{Name: "a.txt", Size: 1, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("x")), nil }}
	for method, do := range map[string]func(context.Context, *client.Client) error{
		http.MethodPost: func(ctx context.Context, c *client.Client) error { _, err := c.CreateGroup(ctx, name); return err },
		http.MethodPatch: func(ctx context.Context, c *client.Client) error {
			_, err := c.EditPack(ctx, "1", client.PackTexts{Name: &name})
			return err
		},
		http.MethodPut: func(ctx context.Context, c *client.Client) error {
			_, err := c.GiveEvidence(ctx, "1", "2", "", "", &file)
			return err
		},
		http.MethodDelete: func(ctx context.Context, c *client.Client) error { _, err := c.DeletePack(ctx, "1", name); return err },
	} {
		for how, lost := range map[string]http.HandlerFunc{
			"dropped": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "throttled": answer(429, `{}`), "away": answer(502, `{}`),
		} {
			p := newPeer(t, lost, answer(200, `{}`))
			err := do(t.Context(), p.client())
			all := p.requests()
			if err != nil || len(all) != 2 || all[0].method != method || all[0].header.Get("Idempotency-Key") == "" ||
				all[0].header.Get("Idempotency-Key") != all[1].header.Get("Idempotency-Key") || all[0].body != all[1].body {
				t.Errorf("%s %s: %v; asked %+v", method, how, err, all)
			}
		}
	}
}

func TestRefusalsAreRead(t *testing.T) {
	t.Parallel()
	p := newPeer(t, answer(409, `{"type":"about:blank","title":"Conflict","status":409,"detail":"One is pending.","rule":"R19","field":"/schedule","request_id":"r-1","findings":[{"code":"X-1"}]}`))
	_, err := p.client().CreateRelease(t.Context(), "1", client.Plan{Schedule: "immediate"})
	refusal, ok := errors.AsType[*client.Error](err)
	if !ok || refusal.Status != 409 || refusal.Rule != "R19" || refusal.RequestID != "r-1" || refusal.Field != "/schedule" || len(refusal.Findings) != 1 {
		t.Fatalf("%+v", err)
	}
	if err.Error() != "One is pending. (schedule, rule R19)" {
		t.Errorf("said %q", err)
	}
}

func TestSeveralRefusalsAreAllTold(t *testing.T) {
	t.Parallel()
	p := newPeer(t, answer(422, `{"detail":"First.","errors":[{"detail":"First.","field":"a"},{"detail":"Second.","rule":"R7"}]}`))
	_, err := p.client().Me(t.Context())
	if err == nil || err.Error() != "First. (a)\nSecond. (rule R7)" {
		t.Errorf("said %v", err)
	}
}

// Something between may answer in packtide's place: its text is not believed, and no token follows a redirect.
func TestAnswersOfOthers(t *testing.T) {
	t.Parallel()
	elsewhere := newPeer(t, answer(200, `{}`))
	for name, try := range map[string]struct {
		answer http.HandlerFunc
		says   string
	}{
		"a page": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, "<h1>Proxy</h1>")
		}, "403 Forbidden"},
		"a redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.server.URL+"/api/v1/me", http.StatusFound)
		}, elsewhere.server.URL},
		"no JSON": {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }, "perhaps it is not packtide"},
	} {
		p := newPeer(t, try.answer)
		_, err := p.client().Me(t.Context())
		if err == nil || !strings.Contains(err.Error(), try.says) || strings.Contains(err.Error(), "<h1>") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(elsewhere.requests()); n != 0 {
		t.Errorf("the token was taken elsewhere in %d requests", n)
	}
}

func TestNobodyAnswers(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	_, err := newClient(t, client.Config{Server: gone.URL}).Me(t.Context())
	away, ok := errors.AsType[*client.AwayError](err)
	if !ok || away.Server != gone.URL || !strings.Contains(err.Error(), "does not answer") {
		t.Errorf("%v", err)
	}
}

// A connection that breaks before there is an answer is tried again.
func TestBrokenConnections(t *testing.T) {
	t.Parallel()
	p := newPeer(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, answer(201, `{"name":"Gold"}`))
	made, err := p.client().CreateGroup(t.Context(), "Gold")
	if err != nil || made.Name != "Gold" || len(p.requests()) != 2 {
		t.Errorf("%+v, %v, %d requests", made, err, len(p.requests()))
	}
}

// brokenOff sends the beginning of an answer, and then hangs up.
func brokenOff(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answer(status, body[:len(body)/2], "Content-Length", fmt.Sprint(len(body)))(w, r)
		if f, ok := w.(http.Flusher); ok {
			f.Flush()
		}
		panic(http.ErrAbortHandler)
	}
}

// A connection that breaks within an answer has answered nothing: the request is sent again, a change with the key by which the
// server knows that it was made.
func TestAnswersThatBreakOff(t *testing.T) {
	t.Parallel()
	const text = `{"id":"1","name":"Gold"}`
	p := newPeer(t, brokenOff(201, text), answer(201, text, "Idempotency-Replayed", "true"))
	made, err := p.client().CreateGroup(t.Context(), "Gold")
	all := p.requests()
	if err != nil || made.Name != "Gold" || len(all) != 2 {
		t.Fatalf("%+v, %v, %d requests", made, err, len(all))
	}
	if key := all[0].header.Get("Idempotency-Key"); key == "" || key != all[1].header.Get("Idempotency-Key") || all[1].body != all[0].body {
		t.Errorf("asked again otherwise: %+v", all)
	}

	p = newPeer(t, brokenOff(409, `{"detail":"One is pending."}`), answer(409, `{"detail":"One is pending."}`))
	if _, err := p.client().CreateGroup(t.Context(), "Gold"); client.Status(err) != 409 || err.Error() != "One is pending." {
		t.Errorf("of a refusal: %v", err)
	}

	p = newPeer(t, brokenOff(200, text))
	_, err = p.client().Me(t.Context())
	if _, ok := errors.AsType[*client.AwayError](err); !ok || len(p.requests()) != client.DefaultAttempts {
		t.Errorf("of one that always breaks off: %v after %d requests", err, len(p.requests()))
	}

	// A table is written on as it comes: what is written can't be taken back, so it is not asked for again.
	p = newPeer(t, brokenOff(200, "a,b\n1,2\n"))
	err = p.client().CSV(t.Context(), "install-base", nil, io.Discard)
	if _, ok := errors.AsType[*client.AwayError](err); !ok || len(p.requests()) != 1 {
		t.Errorf("of a table: %v after %d requests", err, len(p.requests()))
	}
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	p := newPeer(t, func(w http.ResponseWriter, r *http.Request) {
		answer(503, `{}`, "Retry-After", "100")(w, r)
		cancel()
	})
	if _, err := p.client().Me(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestListsAreWalkedToTheirEnd(t *testing.T) {
	t.Parallel()
	p := newPeer(t,
		answer(200, `{"items":[{"id":"1","name":"A","extra":true},{"id":"2","name":"B"}],"next":"c/2"}`),
		answer(503, `{}`),
		answer(200, `{"items":[{"id":"3","name":"C"}],"next":null}`))
	all, err := client.All(p.client().Packs(t.Context(), "x y"))
	if err != nil || len(all) != 3 || all[2].Name != "C" || string(all[0].JSON()) != `{"id":"1","name":"A","extra":true}` {
		t.Fatalf("%+v, %v", all, err)
	}
	asked := p.requests()
	if q, err := url.ParseQuery(asked[2].query); err != nil || q.Get("cursor") != "c/2" || q.Get("q") != "x y" || q.Get("limit") == "" {
		t.Errorf("asked for the second page with %s, %v", asked[2].query, err)
	}
}

func TestListsAreReadAsTheyAreUsed(t *testing.T) {
	t.Parallel()
	p := newPeer(t, answer(200, `{"items":[{"id":"1"},{"id":"2"}],"next":"2"}`))
	for _, err := range p.client().Packs(t.Context(), "") {
		if err != nil {
			t.Error(err)
		}
		break
	}
	if n := len(p.requests()); n != 1 {
		t.Errorf("%d pages were read for one row", n)
	}
}

func TestAListThatFailsSaysSo(t *testing.T) {
	t.Parallel()
	p := newPeer(t, answer(200, `{"items":[{"id":"1"}],"next":"2"}`), answer(404, `{"detail":"Gone."}`))
	if all, err := client.All(p.client().Packs(t.Context(), "")); client.Status(err) != 404 || all != nil {
		t.Errorf("%v, %v", all, err)
	}
}

func TestPathsAreEscaped(t *testing.T) {
	t.Parallel()
	p := newPeer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.EscapedPath() != "/api/v1/packs/a%2F..%2Fb%3Fc" {
			t.Errorf("asked for %s", r.URL.EscapedPath())
		}
		answer(200, `{}`)(w, r)
	})
	if _, err := p.client().Pack(t.Context(), "a/../b?c"); err != nil {
		t.Error(err)
	}
}

func TestCSVIsStreamed(t *testing.T) {
	t.Parallel()
	p := newPeer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/csv")
		_, _ = io.WriteString(w, "a,b\n1,2\n")
	})
	var out bytes.Buffer
	if err := p.client().CSV(t.Context(), "install-base", url.Values{"q": {"x"}}, &out); err != nil || out.String() != "a,b\n1,2\n" {
		t.Errorf("%q, %v", &out, err)
	}
	if got := p.requests()[0]; !strings.HasPrefix(got.header.Get("Accept"), "text/csv") || got.query != "q=x" {
		t.Errorf("asked with %s, %s", got.header.Get("Accept"), got.query)
	}
}

func TestHugeAnswersAreRefused(t *testing.T) {
	t.Parallel()
	p := newPeer(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `"`)
		chunk := bytes.Repeat([]byte("x"), 1<<20)
		for range 65 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	if _, err := p.client().Me(t.Context()); err == nil || !strings.Contains(err.Error(), "larger than 64 MB") {
		t.Errorf("%v", err)
	}
}

func TestPlansLeaveOutWhatIsNotSaid(t *testing.T) {
	t.Parallel()
	p := newPeer(t, answer(200, `{"version":"2.0.0"}`))
	version := "1.1.0"
	if _, err := p.client().Rehearse(t.Context(), "1", client.Plan{Schedule: "scheduled", Date: "2027-01-31", Contents: map[string]*string{"a": &version, "b": nil}}); err != nil {
		t.Fatal(err)
	}
	var sent map[string]any
	if err := json.Unmarshal([]byte(p.requests()[0].body), &sent); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(sent); got != "map[contents:map[a:1.1.0 b:<nil>] date:2027-01-31 dry_run:true schedule:scheduled]" {
		t.Errorf("sent %s", got)
	}
}
