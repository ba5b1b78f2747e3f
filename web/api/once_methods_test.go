package api

import (
	"net/http"
	"testing"

	"packtide/release"
)

// A key makes every kind of change safe to send again: the second time answers what the first did, and changes nothing.
func TestOnceOfEveryMethod(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(thePublisher)
	made := p.send(http.MethodPost, "/account-groups", `{"name":"Early"}`).is(http.StatusCreated)
	path := made.header.Get("Location")
	for _, change := range []struct {
		method, below, body string
		status              int
	}{
		{http.MethodPatch, "", `{"name":"Later"}`, http.StatusOK},
		{http.MethodPut, "/accounts/" + w.nordlys.ID.String(), "", http.StatusNoContent},
		{http.MethodDelete, "", "", http.StatusNoContent},
	} {
		for _, replayed := range []string{"", "true"} {
			var body any
			if change.body != "" {
				body = change.body
			}
			r := p.request(change.method, path[len(Prefix):]+change.below, body)
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

// TestOnceWithIfMatch: a key stands for the change of what was seen. Of one that was refused because more has changed, nothing
// is kept: the same key goes with what is seen now.
func TestOnceWithIfMatch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(thePublisher)
	path := "/packs/" + w.newPack("Mail desk").String()
	patch := func(match string) response {
		r := p.request(http.MethodPatch, path, fields{"description": "one"})
		r.Header.Set(headerOnce, "k")
		r.Header.Set("If-Match", match)
		return p.do(r)
	}
	first := p.get(path).header.Get("ETag")
	for range 2 {
		if got := patch(`"stale"`); got.is(http.StatusPreconditionFailed).header.Get(headerReplayed) != "" {
			t.Error("that it was not as seen is kept")
		}
	}
	patch(first).is(http.StatusOK)
	if again := patch(first).is(http.StatusOK); again.header.Get(headerReplayed) != "true" {
		t.Error("the same request is done twice")
	}
	if told := patch("*").problem(http.StatusConflict); told.Detail != release.ErrOnceOther.Message {
		t.Errorf("with another If-Match it is told %q", told.Detail)
	}
}
