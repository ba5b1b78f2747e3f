package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"packtide/release"
	"packtide/web/limit"
)

// TestNoHint: whatever is wrong with a token, the answer is the same.
func TestNoHint(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	revoked, disabled, expired := w.token(theAdmin, release.ScopeFull), w.token(theManagedViewer, release.ScopeFull), w.token(thePublisher, release.ScopeFull)
	tokens := must(w.db.Reader.Tokens(t.Context(), w.actor(theAdmin), w.people[theAdmin].person.ID))(t)
	w.done(w.service.RevokeToken(t.Context(), w.actor(theAdmin), tokens[0].ID))
	w.done(w.service.DisablePerson(t.Context(), w.actor(theOperator), w.people[theManagedViewer].person.ID))
	w.clock.advance(release.DefaultTokenLife)
	want := ""
	for name, token := range map[string]string{
		"none": "", "unknown": release.TokenPrefix + "x", "of another kind": "x", "revoked": revoked, "of somebody disabled": disabled, "expired": expired,
	} {
		for _, path := range []string{"/me", "/packages", "/nowhere"} {
			got := w.with(token).get(path)
			told := got.problem(http.StatusUnauthorized)
			if told.RequestID = ""; want == "" {
				want = fmt.Sprint(told)
			}
			if fmt.Sprint(told) != want || got.header.Get("WWW-Authenticate") != "Bearer" {
				t.Errorf("%s: %s, %s", name, got.body, got.header.Get("WWW-Authenticate"))
			}
		}
	}
}

// TestAddresses: what does not exist is not found, and what does tells what it takes.
func TestAddresses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(theAdmin)
	for _, path := range []string{"/nowhere", "/", "", "/me/x"} {
		p.get(path).problem(http.StatusNotFound)
	}
	p.send(http.MethodDelete, "/tokens/x", nil).problem(http.StatusNotFound)
	got := p.send(http.MethodPut, "/tokens", `{}`)
	got.problem(http.StatusMethodNotAllowed)
	if allowed := got.header.Get("Allow"); !strings.Contains(allowed, "GET") || !strings.Contains(allowed, "POST") {
		t.Errorf("it allows %q", allowed)
	}
	head := p.send(http.MethodHead, "/me", nil).is(http.StatusOK)
	if len(head.body) != 0 || head.header.Get("ETag") == "" {
		t.Errorf("the head of a thing: %v", head.header)
	}
}

// TestBodies: each body that can't be taken is refused for what it is.
func TestBodies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(theAdmin)
	for name, tc := range map[string]struct {
		kind, body string
		status     int
		field      string
	}{
		"too large":          {"application/json", `{"name":"` + strings.Repeat("x", maxBody) + `"}`, 413, ""},
		"of another kind":    {"text/plain", `{"name":"x"}`, 415, ""},
		"of no kind":         {"", `{"name":"x"}`, 415, ""},
		"a form":             {"application/x-www-form-urlencoded", "name=x", 415, ""},
		"cut off":            {"application/json", `{"name":"x"`, 400, ""},
		"more than one":      {"application/json", `{"name":"x"} {}`, 400, ""},
		"no JSON":            {"application/json", `name: x`, 400, ""},
		"no text":            {"application/json", "{\"name\":\"\xff\"}", 400, ""},
		"nested too deep":    {"application/json", strings.Repeat("[", 1000) + strings.Repeat("]", 1000), 400, ""},
		"none":               {"application/json", "", 422, ""},
		"no object":          {"application/json; charset=utf-8", `7`, 422, ""},
		"null":               {"application/json", `null`, 422, ""},
		"a number for text":  {"application/merge-patch+json", `{"name":7}`, 422, "/name"},
		"a null for text":    {"application/json", `{"name":null}`, 422, "/name"},
		"a part of a number": {"application/json", `{"name":"x","expires_in_days":1.5}`, 422, "/expires_in_days"},
		"an unknown field":   {"application/json", `{"name":"x","na/me~":1}`, 422, "/na~1me~0"},
	} {
		r := p.request(http.MethodPost, "/tokens", tc.body)
		if r.Header.Set("Content-Type", tc.kind); tc.kind == "" {
			r.Header.Del("Content-Type")
		}
		if told := p.do(r).problem(tc.status); told.Field != tc.field {
			t.Errorf("%s is refused at %q: %s", name, told.Field, told.Detail)
		}
	}
	p.send(http.MethodDelete, "/tokens/x", `{}`).problem(http.StatusUnprocessableEntity)
	several := p.send(http.MethodPost, "/tokens", `{"name":7,"scope":true,"life":1}`).problem(http.StatusUnprocessableEntity)
	if len(several.Errors) != 3 || several.Errors[1].Field != "/scope" || several.Errors[2].Detail == "" {
		t.Errorf("three things are wrong: %+v", several)
	}
}

// nest is a body as deep as they come.
type nest struct {
	Contents []struct {
		Version string                   `json:"version"`
		ID      *release.ID              `json:"id"`
		More    map[release.ID][]float32 `json:"more"`
	} `json:"contents"`
	Yes *bool `json:"yes"`
}

// TestPointers: a wrong value deep inside is told by its JSON pointer.
func TestPointers(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"contents":[{"version":7}]}`:             "/contents/0/version",
		`{"contents":[{},{"version":{}}]}`:         "/contents/1/version",
		`{"contents":{}}`:                          "/contents",
		`{"contents":[7]}`:                         "/contents/0",
		`{"contents":[{"id":"x"}]}`:                "/contents/0/id",
		`{"contents":[{"id":7}]}`:                  "/contents/0/id",
		`{"contents":[{"more":{"no id":[]}}]}`:     "/contents/0/more/no id",
		`{"contents":[{"more":[]}]}`:               "/contents/0/more",
		`{"contents":[{"vers":"1.0.0"}]}`:          "/contents/0/vers",
		`{"yes":"true"}`:                           "/yes",
		`{"yes":null,"contents":[{"version":""}]}`: "",
	} {
		_, err := decode[nest](&call{body: []byte(body)})
		got := ""
		if list := refusalsOf(err); len(list) > 0 {
			got = list[0].Field
		}
		if got != want || (err == nil) != (want == "") {
			t.Errorf("%s: %v at %q, want %q", body, err, got, want)
		}
	}
}

// TestParameters: a parameter that is not known would be a filter that was not applied.
func TestParameters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(thePublisher)
	for query, field := range map[string]string{
		"?name=x": "name", "?limit=0": "limit", "?limit=501": "limit", "?limit=x": "limit", "?limit=1&limit=2": "limit",
		"?cursor=x": "cursor", "?cursor=WyJ4Il0": "cursor", "?q=%00": "q", "?q=%ff": "q",
	} {
		if told := p.get("/packages" + query).problem(http.StatusUnprocessableEntity); told.Field != field {
			t.Errorf("%s is refused at %q: %s", query, told.Field, told.Detail)
		}
	}
	p.get("/packages?limit=500&q=x&cursor=").is(http.StatusOK)
	if told := p.get("/me?a=1&b=2").problem(http.StatusUnprocessableEntity); len(told.Errors) != 2 {
		t.Errorf("two parameters are told as %+v", told)
	}
}

// TestTags: what the caller has already is not sent again.
func TestTags(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(thePublisher)
	one := "/packages/" + p.upload("Acme Mail", "1.0.0").Package.ID.String()
	tag := p.get(one).is(http.StatusOK).header.Get("ETag")
	ask := func(held string) response {
		r := p.request(http.MethodGet, one, nil)
		r.Header.Set("If-None-Match", held)
		return p.do(r)
	}
	for _, held := range []string{tag, "W/" + tag, `"x", ` + tag, "*"} {
		if got := ask(held).is(http.StatusNotModified); len(got.body) != 0 || got.header.Get("ETag") != tag {
			t.Errorf("%s: %q with %v", held, got.body, got.header)
		}
	}
	ask(`"x"`).is(http.StatusOK)
	p.upload("Acme Mail", "1.1.0")
	if now := ask(tag).is(http.StatusOK).header.Get("ETag"); now == tag {
		t.Error("the tag stays when the thing changes")
	}
}

// TestRequestIDs: a harmless one is taken, any other is replaced; the audit tells it.
func TestRequestIDs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(theAdmin)
	for sent, taken := range map[string]bool{"build-4711.x": true, "": false, "short": false, "<script>alert</script>": false} {
		r := p.request(http.MethodGet, "/me", nil)
		r.Header.Set("X-Request-Id", sent)
		if got := p.do(r).header.Get("X-Request-Id"); (got == sent) != taken || len(got) < 8 {
			t.Errorf("%q is answered %q", sent, got)
		}
	}
	r := p.request(http.MethodPost, "/tokens", `{"name":"x"}`)
	r.Header.Set("X-Request-Id", "build-4711")
	p.do(r).is(http.StatusCreated)
	if n := w.count(`SELECT count(*) FROM audit_event WHERE request_id = 'build-4711' AND source = 'api' AND action = $1`, release.ActTokenCreated); n != 1 {
		t.Errorf("%d events tell the request", n)
	}
}

// TestRates: a token that asks too often waits, and others do not.
func TestRates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(Config{Rate: 3})
	p, other := w.as(theAdmin), w.as(theAdmin)
	for left := 2; left >= 0; left-- {
		got := p.get("/me").is(http.StatusOK)
		if got.header.Get("RateLimit-Limit") != "3" || got.header.Get("RateLimit-Remaining") != fmt.Sprint(left) || got.header.Get("RateLimit-Reset") != fmt.Sprint(20*(3-left)) {
			t.Errorf("%d left: %v", left, got.header)
		}
	}
	slow := p.get("/me")
	slow.problem(http.StatusTooManyRequests)
	if slow.header.Get("Retry-After") != "20" || slow.header.Get("RateLimit-Remaining") != "0" {
		t.Errorf("told to wait: %v", slow.header)
	}
	other.get("/me").is(http.StatusOK)
	w.clock.advance(20 * time.Second)
	p.get("/me").is(http.StatusOK)
	p.get("/me").problem(http.StatusTooManyRequests)
}

// TestGuesses: whoever has no token that works is answered now and then only; who has one, always.
func TestGuesses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range limit.GuessRate {
		w.with("ptd_guess").get("/me").problem(http.StatusUnauthorized)
	}
	stopped := w.with("ptd_guess").get("/me")
	stopped.problem(http.StatusTooManyRequests)
	if stopped.header.Get("Retry-After") == "" || stopped.header.Get("WWW-Authenticate") != "" {
		t.Errorf("told to wait: %v", stopped.header)
	}
	w.as(theAdmin).get("/me").is(http.StatusOK)
	w.clock.advance(time.Minute)
	w.with("ptd_guess").get("/me").problem(http.StatusUnauthorized)
}

// TestFaults: the visitor is told that it is our fault, and the request's id; the cause is for the log.
func TestFaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(theAdmin)
	w.server.Close()
	w.db.Pool.Close()
	got := p.get("/me")
	if got.status < http.StatusInternalServerError {
		t.Fatalf("answered %d without a database", got.status)
	}
	got.problem(got.status)
	for _, cause := range []string{"pool", "sql", "closed", "actor by token"} {
		if strings.Contains(strings.ToLower(string(got.body)), cause) {
			t.Errorf("the visitor learns of %q: %s", cause, got.body)
		}
	}
}
