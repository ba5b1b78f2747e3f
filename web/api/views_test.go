package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"packtide/release"
)

// TestSavedViewsByProgram: a view is saved, found by name, renamed and forgotten; nobody else finds it.
func TestSavedViewsByProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(thePublisherViewer) // who looks on may: it is their own
	var one savedView
	made := p.send(http.MethodPost, "/install-base/views", fields{
		"name": "Waiting in Europe", "filter": fields{"zone": []string{"Europe/Paris", "Europe/Oslo"}, "state": []string{"waiting"}},
	}).is(http.StatusCreated)
	made.into(&one)
	if one.Name != "Waiting in Europe" || !slices.Equal(one.Filter["zone"], []string{"Europe/Oslo", "Europe/Paris"}) || one.URL != "http://packs.example/install-base?state=waiting&zone=Europe%2FOslo&zone=Europe%2FParis" {
		t.Errorf("saved is %+v", one)
	}
	at := strings.TrimPrefix(made.header.Get("Location"), Prefix)
	var all savedView
	p.send(http.MethodPost, "/install-base/views", `{"name":"All"}`).is(http.StatusCreated).into(&all)
	if len(all.Filter) != 0 || all.URL != "http://packs.example/install-base" {
		t.Errorf("a view without filters is %+v", all)
	}
	p.send(http.MethodPatch, at, `{"name":"Waiting"}`).is(http.StatusOK).into(&one)
	if one.Name != "Waiting" || one.Filter["state"][0] != "waiting" {
		t.Errorf("renamed is %+v", one)
	}
	names := func(p *program) []string {
		var page items[savedView]
		p.get("/install-base/views").is(http.StatusOK).into(&page)
		return eachOf(page.Items, func(v savedView) string { return v.Name })
	}
	if got := names(p); !slices.Equal(got, []string{"All", "Waiting"}) {
		t.Errorf("theirs are %q", got)
	}
	for _, who := range []string{thePublisher, theRival, theSupport} { // the same account, another, and staff
		other := w.as(who)
		if got := names(other); len(got) != 0 {
			t.Errorf("%s finds %q", who, got)
		}
		other.get(at).problem(http.StatusNotFound)
		other.send(http.MethodPatch, at, `{"name":"Mine"}`).problem(http.StatusNotFound)
		other.send(http.MethodDelete, at, nil).problem(http.StatusNotFound)
	}
	w.as(theAdmin).get("/install-base/views").problem(http.StatusForbidden)
	reading := w.with(w.token(thePublisherViewer, "read"))
	reading.get(at).is(http.StatusOK)
	reading.send(http.MethodDelete, at, nil).problem(http.StatusForbidden)
	p.send(http.MethodDelete, at, nil).is(http.StatusNoContent)
	p.get(at).problem(http.StatusNotFound)
}

// TestSavedViewsRefused: what the page would pass over in silence is named.
func TestSavedViewsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(thePublisher)
	many := `"1","2","3","4","5","6","7","8","9","10","11"`
	for body, field := range map[string]string{
		`{}`: "/name",
		`{"name":"x","filter":{"status":["waiting"]}}`:  "/filter/status",
		`{"name":"x","filter":{"zone":[` + many + `]}}`: "/filter/zone",
		`{"name":"x","filter":{"zone":[""]}}`:           "/filter/zone",
		`{"name":"x","filter":{"zone":"UTC"}}`:          "/filter/zone",
		`{"name":"x","filter":{"before":["1"]}}`:        "/filter/before",
		`{"name":"x","filters":{}}`:                     "/filters",
	} {
		if told := p.send(http.MethodPost, "/install-base/views", body).problem(http.StatusUnprocessableEntity); told.Field != field {
			t.Errorf("%s is refused at %q: %s", body, told.Field, told.Detail)
		}
	}
	p.send(http.MethodPost, "/install-base/views", `{"name":"x"}`).is(http.StatusCreated)
	if told := p.send(http.MethodPost, "/install-base/views", `{"name":"X"}`).problem(http.StatusConflict); told.Detail != release.ErrSavedViewNameTaken.Message {
		t.Errorf("a second one of the name is told %q", told.Detail)
	}
}
