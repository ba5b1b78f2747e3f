package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// hidden are the values that the page's form carries, as a browser would send them.
func (p *page) hidden(form string) url.Values {
	p.t.Helper()
	values := url.Values{}
	for _, n := range p.all(form + " input[type=hidden]") {
		values.Add(attrOf(n, "name"), attrOf(n, "value"))
	}
	return values
}

// A session that ends while a form is filled in costs nothing: the person signs in, and sends what was typed.
func TestSignedOutInTheMiddleOfAForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pack := w.pack("Reports", false, w.upload("sheets", "1.0.0"))
	path := packPath(pack.ID) + "/edit"
	typed := w.as(thePublisher).get(path).wants(http.StatusOK).hidden("main form")
	for name, value := range map[string]string{"name": "Reports & more", "description": "Ünïcode,\ntwo lines", "support_contact": "x+y@meridian.example", "installation_guide": strings.Repeat("Step. ", 5000)} {
		typed.Set(name, value)
	}
	visitor := w.anonymous()
	asked := visitor.post(path, typed).wants(http.StatusUnauthorized).says("main", "nothing is lost")
	form := asked.hidden("main form")
	form.Set("email", claire)
	form.Set("password", "another horse battery staple")
	again := visitor.post("/sign-in", form).wants(http.StatusUnprocessableEntity).says("main", "do not fit together")
	form = again.hidden("main form")
	form.Set("email", claire)
	form.Set("password", worldPassword)
	resumed := visitor.post("/sign-in", form).wants(http.StatusOK).says("main", "still here")
	if got := attrOf(resumed.one("main form"), "action"); got != path {
		t.Fatalf("the form goes to %q, want %q", got, path)
	}
	kept := resumed.hidden("main form")
	if kept.Encode() != typed.Encode() {
		t.Errorf("sends %d bytes, typed were %d", len(kept.Encode()), len(typed.Encode()))
	}
	visitor.follow(visitor.post(path, kept)).wants(http.StatusOK).says("h1", "Reports & more")
}

// What can't be carried, or must not be, leads to the sign-in page alone.
func TestWhatSigningInDoesNotCarry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	visitor := w.anonymous()
	for name, form := range map[string]url.Values{
		"nothing":  {},
		"too much": {"name": {strings.Repeat("x", maxUnsent)}},
	} {
		p := visitor.post("/packs/new", form).wants(http.StatusSeeOther)
		if got := p.header.Get("Location"); !strings.HasPrefix(got, "/sign-in?next=") {
			t.Errorf("%s leads to %q", name, got)
		}
	}
	for name, form := range map[string]url.Values{
		"another site": {"unsent_path": {"https://evil.example/x"}, "unsent_form": {"a=b"}},
		"no form":      {"unsent_path": {"/packs/new"}, "unsent_form": {"%zz"}},
	} {
		form.Set("email", claire)
		form.Set("password", worldPassword)
		p := w.anonymous().post("/sign-in", form)
		for _, n := range p.all("main form") {
			if action := attrOf(n, "action"); !strings.HasPrefix(action, "/") || strings.HasPrefix(action, "//") {
				t.Errorf("%s: the form goes to %q", name, action)
			}
		}
	}
	r := visitor.request(http.MethodPost, "/packages/upload", "x")
	r.Header.Set("X-Upload", "1")
	visitor.do(r).wants(http.StatusUnauthorized) // the script keeps the form, and says so
}
