package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

const (
	claire = "claire@packs.example"
	jonas  = "jonas@packs.example"
)

// signInAs sends the sign-in form.
func (c *client) signInAs(email, password, next string) *page {
	c.t.Helper()
	return c.post("/sign-in", url.Values{"email": {email}, "password": {password}, "next": {next}})
}

// cookie is the value of the session's cookie; empty without one.
func (c *client) cookie() string {
	u, _ := url.Parse(c.url)
	for _, cookie := range c.http.Jar.Cookies(u) {
		if cookie.Name == "packtide_session" {
			return cookie.Value
		}
	}
	return ""
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.done(w.service.DisablePerson(t.Context(), w.actor(theOperator), w.people[theAdmin].person.ID))
	for name, c := range map[string]struct {
		email, password, next string
		status                int
		location, message     string
	}{
		"right":                    {claire, worldPassword, "", http.StatusSeeOther, "/", ""},
		"in capitals, with spaces": {" CLAIRE@packs.example ", worldPassword, "", http.StatusSeeOther, "/", ""},
		"on to a page":             {claire, worldPassword, "/install-base?state=trying", http.StatusSeeOther, "/install-base?state=trying", ""},
		"wrong password":           {claire, "another horse battery staple", "", http.StatusUnprocessableEntity, "", "do not fit together"},
		"nobody":                   {"nobody@packs.example", worldPassword, "", http.StatusUnprocessableEntity, "", "do not fit together"},
		"disabled":                 {jonas, worldPassword, "", http.StatusUnprocessableEntity, "", "do not fit together"},
		"nothing typed":            {"", "", "", http.StatusUnprocessableEntity, "", "do not fit together"},
		"an endless address":       {strings.Repeat("é", 100_000), "x", "", http.StatusUnprocessableEntity, "", "do not fit together"},
		"no text":                  {"a\x00b", "x", "", http.StatusBadRequest, "", ""},
		"broken UTF-8":             {"a\xffb", "x", "", http.StatusBadRequest, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := w.anonymous().signInAs(c.email, c.password, c.next).wants(c.status)
			if got := p.header.Get("Location"); got != c.location {
				t.Errorf("leads to %q, want %q", got, c.location)
			}
			if c.message != "" {
				p.says("main", c.message)
				if p.value("email") != c.email || strings.Contains(p.body, worldPassword) {
					t.Error("the form keeps the address, and never the password")
				}
			}
		})
	}
}

func TestNextStaysHere(t *testing.T) {
	t.Parallel()
	for next, want := range map[string]string{
		"":                           "/",
		"/packs":                     "/packs",
		"/packs?q=a%20b&x=%2F%2Fe":   "/packs?q=a%20b&x=%2F%2Fe",
		"packs":                      "/",
		"//evil.example":             "/",
		"///evil.example":            "/",
		"/\\evil.example":            "/",
		"\\\\evil.example":           "/",
		"/\t/evil.example":           "/",
		"/\r\nLocation: //evil":      "/",
		" //evil.example":            "/",
		"https://evil.example/packs": "/",
		"https:/evil.example":        "/",
		"https:evil.example":         "/",
		"javascript:alert(1)":        "/",
		"//user:pw@evil.example/":    "/",
		"?next=//evil.example":       "/",
		"%2F%2Fevil.example":         "/",
		"/%2F/evil.example":          "/",
		"/%5Cevil.example":           "/",
		"/%09/evil.example":          "/",
	} {
		if got := localPath(next); got != want {
			t.Errorf("%q leads to %q, want %q", next, got, want)
		}
	}
}

func TestSignInIsThrottled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	visitor := w.anonymous()
	for range 5 {
		visitor.signInAs(claire, "wrong password", "").wants(http.StatusUnprocessableEntity)
	}
	p := visitor.signInAs(claire, worldPassword, "/packs").wants(http.StatusTooManyRequests)
	p.says("main", "Wait a quarter of an hour")
	if p.header.Get("Retry-After") != "900" || p.value("email") != claire || p.value("next") != "/packs" {
		t.Errorf("says Retry-After %q, address %q, next %q", p.header.Get("Retry-After"), p.value("email"), p.value("next"))
	}
	visitor.signInAs(jonas, worldPassword, "").wants(http.StatusSeeOther) // others are not locked out
	w.clock.advance(release.ThrottleWindow + time.Second)
	visitor.signInAs(claire, worldPassword, "").wants(http.StatusSeeOther)
}

// TestGuessesTakeTurns: while as many passwords are checked as may be at once, others wait, and nothing of them is looked at.
func TestGuessesTakeTurns(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range maxGuesses {
		w.server.guesses <- struct{}{}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	visitor := w.anonymous()
	form := url.Values{"email": {claire}, "password": {worldPassword}}
	r := visitor.request(http.MethodPost, "/sign-in", form.Encode()).WithContext(ctx)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if response, err := visitor.http.Do(r); err == nil {
		_ = response.Body.Close()
		t.Fatalf("answers %d before its turn", response.StatusCode)
	}
	<-w.server.guesses
	visitor.signInAs(claire, worldPassword, "").wants(http.StatusSeeOther)
	visitor.signInAs(claire, worldPassword, "").wants(http.StatusSeeOther) // each gives its place back
}

func TestSignInRenewsTheToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	visitor := w.as(theAdmin)
	old := visitor.cookie()
	visitor.signInAs(claire, worldPassword, "").wants(http.StatusSeeOther)
	if visitor.cookie() == old || visitor.cookie() == "" {
		t.Fatal("the token of before sign-in is still in use")
	}
	visitor.get("/install-base").wants(http.StatusOK).says(".topbar", "Claire Dubois")

	planted := w.anonymous() // an attacker who has planted the token of before
	planted.setCookie(&http.Cookie{Name: "packtide_session", Value: old, Path: "/"})
	if p := planted.get("/install-base").wants(http.StatusSeeOther); !strings.HasPrefix(p.header.Get("Location"), "/sign-in") {
		t.Errorf("the old token leads to %s", p.header.Get("Location"))
	}
	made := w.anonymous() // a token of one's own making is not taken over
	made.setCookie(&http.Cookie{Name: "packtide_session", Value: "made-up", Path: "/"})
	made.signInAs(claire, worldPassword, "").wants(http.StatusSeeOther)
	if made.cookie() == "made-up" {
		t.Error("a made-up token was taken over")
	}
}

func TestSessionCookie(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for base, want := range map[string][]string{
		"http://packs.example":  {"packtide_session=", "Path=/", "HttpOnly", "SameSite=Lax"},
		"https://packs.example": {"__Host-packtide_session=", "Path=/", "HttpOnly", "SameSite=Lax", "Secure"},
	} {
		w.serve(Config{BaseURL: base})
		got := w.anonymous().signInAs(claire, worldPassword, "").wants(http.StatusSeeOther).header.Get("Set-Cookie")
		for _, part := range want {
			if !strings.Contains(got, part) {
				t.Errorf("%s: the cookie %q has no %s", base, got, part)
			}
		}
	}
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	visitor := w.as(thePublisher)
	token := visitor.cookie()
	if p := visitor.post("/sign-out", nil).wants(http.StatusSeeOther); p.header.Get("Location") != "/sign-in" {
		t.Errorf("leads to %s", p.header.Get("Location"))
	}
	thief := w.anonymous()
	thief.setCookie(&http.Cookie{Name: "packtide_session", Value: token, Path: "/"})
	thief.get("/install-base").wants(http.StatusSeeOther)
	w.anonymous().post("/sign-out", nil).wants(http.StatusSeeOther)
	visitor.get("/sign-out").wants(http.StatusMethodNotAllowed)
}

func TestStrangersAreSentToSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	visitor := w.anonymous()
	p := visitor.get("/install-base?state=trying&q=a+b").wants(http.StatusSeeOther)
	form := visitor.follow(p).wants(http.StatusOK)
	p = visitor.signInAs(claire, worldPassword, form.value("next")).wants(http.StatusSeeOther)
	if got := p.header.Get("Location"); got != "/install-base?state=trying&q=a+b" {
		t.Errorf("goes on to %s", got)
	}
	if p := visitor.get("/sign-in?next=//evil.example").wants(http.StatusSeeOther); p.header.Get("Location") != "/" {
		t.Errorf("someone who is signed in is sent to %s", p.header.Get("Location"))
	}
}
