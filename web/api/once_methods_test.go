package api

import (
	"net/http"
	"testing"
)

// A key makes every kind of change safe to send again: the second time answers what the first did, and changes nothing.
func TestOnceOfEveryMethod(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(thePublisher)
	made := p.send(http.MethodPost, "/account-groups", `{"name":"Early"}`).is(http.StatusCreated)
	path := made.header.Get("Location")
	for _, change := range []struct {
		method, body string
		status       int
	}{{http.MethodPatch, `{"name":"Later"}`, http.StatusOK}, {http.MethodDelete, "", http.StatusNoContent}} {
		for _, replayed := range []string{"", "true"} {
			var body any
			if change.body != "" {
				body = change.body
			}
			r := p.request(change.method, path[len(Prefix):], body)
			r.Header.Set(headerOnce, "once "+change.method)
			if got := p.do(r).is(change.status); got.header.Get(headerReplayed) != replayed {
				t.Errorf("%s: replayed %q, want %q", change.method, got.header.Get(headerReplayed), replayed)
			}
		}
	}
	r := p.request(http.MethodDelete, path[len(Prefix):], nil)
	r.Header.Set(headerOnce, "another key")
	p.do(r).is(http.StatusNotFound)
	get := p.request(http.MethodGet, "/account-groups", nil)
	get.Header.Set(headerOnce, "of no use")
	if got := p.do(get).is(http.StatusOK); got.header.Get(headerReplayed) != "" {
		t.Error("an answer to a question was kept")
	}
}
