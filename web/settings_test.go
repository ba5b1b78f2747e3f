package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

func TestSettingsSayWhoOneIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher).get("/settings").wants(http.StatusOK)
	claire.says(".facts", "Claire Dubois").says(".facts", "claire@packs.example").says(".facts", "Paris (Europe/Paris, UTC+01:00), the account's")
	claire.says("tbody", "Meridian Connect").says("tbody", "publisher").says("tbody", "you act here now")
	w.as(thePublisher).inZone("Asia/Kolkata").get("/settings").says(".facts", "Kolkata (Asia/Kolkata, UTC+05:30), as your browser tells")
	claire.says("main", "/api/rest/v1/"+w.meridian.ID.String())
	w.as(theSupport).get("/settings").wants(http.StatusOK).says("tbody", "All accounts").saysNot("main", "shareable")
	w.as(theManagedViewer).get("/settings").wants(http.StatusOK).says("tbody", "Nordlys Insurance").saysNot("main", "shareable")
	w.anonymous().get("/settings").wants(http.StatusSeeOther)
}

// R2: the publisher's setting fills the choice in at uploads.
func TestShareableDefaultIsSaved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	if claire.get("/settings").value("shareable_by_default") != "true" {
		t.Fatal("the world's setting is not shown")
	}
	claire.follow(claire.post("/settings", nil)).says(".flash", "not shareable from now on")
	if got := claire.get("/settings").value("shareable_by_default"); got != "" {
		t.Errorf("after taking it away the box holds %q", got)
	}
	if got := claire.get("/packages/upload").value("shareable"); got != "" {
		t.Errorf("the upload's box holds %q", got)
	}
	claire.follow(claire.post("/settings", form("shareable_by_default", "true"))).says(".flash", "shareable from now on")
	if got := claire.get("/packages/upload").value("shareable"); got != "true" {
		t.Errorf("the upload's box holds %q", got)
	}
	viewer := w.as(thePublisherViewer)
	if p := viewer.get("/settings").says(".facts", "yes"); p.has("[name=shareable_by_default]") {
		t.Error("a viewer is offered the setting")
	}
	viewer.post("/settings", nil).wants(http.StatusForbidden)
	w.as(theAdmin).post("/settings", nil).wants(http.StatusForbidden)
}

func TestTokensAreShownOnceWorkAndEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	claire.get("/settings").says(".empty", "You have none")
	made := claire.post("/settings/tokens", form("name", "Build server", "account", w.meridian.ID.String(), "days", "30")).wants(http.StatusCreated)
	secret := made.text("[data-secret]")
	if !strings.HasPrefix(secret, release.TokenPrefix) || made.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("the secret is %q, cached by %q", secret, made.header.Get("Cache-Control"))
	}
	made.says(".banner", "It works until Sun 27 Dec, 15:30").says("tbody", "Build server").says("tbody", "Active")
	if again := claire.get("/settings"); strings.Contains(again.body, secret) || again.has("[data-secret]") {
		t.Error("the secret is shown twice")
	}

	program := func() *page {
		r := w.anonymous().request(http.MethodGet, "/packages", "")
		r.Header.Set("Authorization", "Bearer "+secret)
		return w.anonymous().do(r)
	}
	program().wants(http.StatusOK).says("h1", "Packages")
	revoke := claire.get("/settings").one("tbody a.button")
	asked := claire.get(attrOf(revoke, "href")).says("h1", "Revoke the token Build server?").says("button", "Revoke Build server")
	if asked.status != http.StatusOK {
		t.Fatalf("answered %d", asked.status)
	}
	claire.follow(claire.post(attrOf(revoke, "href"), nil)).says(".flash", "is revoked").says("tbody", "Revoked")
	program().wants(http.StatusUnauthorized)
}

// TestTokensOfLess: a token may be made to do less than its person, and says so; an agent's opens no page.
func TestTokensOfLess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin, claire := w.as(theAdmin), w.as(thePublisher)
	made := admin.post("/settings/tokens", form("name", "Oslo plant", "account", w.nordlys.ID.String(), "scope", "agent", "days", "30")).wants(http.StatusCreated)
	made.says("tbody", "an agent: learns what to run").says("tbody", "never")
	program := func(secret, path string) *page {
		r := w.anonymous().request(http.MethodGet, path, "")
		r.Header.Set("Authorization", "Bearer "+secret)
		return w.anonymous().do(r)
	}
	for _, path := range []string{"/home", "/settings", "/calendar"} {
		program(made.text("[data-secret]"), path).wants(http.StatusForbidden)
	}
	admin.get("/settings").saysNot("tbody", "never") // it was used
	reader := claire.post("/settings/tokens", form("name", "Report", "account", w.meridian.ID.String(), "scope", "read", "days", "30")).wants(http.StatusCreated)
	reader.says("tbody", "reads only").saysNot("select[name=scope]", "agent")
	program(reader.text("[data-secret]"), "/packages").wants(http.StatusOK)
	for _, scope := range []string{"agent", "everything"} {
		p := claire.post("/settings/tokens", form("name", "X", "account", w.meridian.ID.String(), "scope", scope, "days", "30")).wants(http.StatusUnprocessableEntity)
		if p.errorOn("scope") == "" || p.value("name") != "X" {
			t.Errorf("%s: beside the scope stands %q", scope, p.errorOn("scope"))
		}
	}
}

func TestTokensRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	meridian := w.meridian.ID.String()
	for name, c := range map[string]struct {
		name, account, days string
		status              int
		field               string
	}{
		"no name":             {" ", meridian, "30", 422, "name"},
		"name too long":       {strings.Repeat("x", 151), meridian, "30", 422, "name"},
		"no life":             {"Build", meridian, "", 422, "days"},
		"negative life":       {"Build", meridian, "-1", 422, "days"},
		"life without end":    {"Build", meridian, "367", 422, "days"},
		"life that overflows": {"Build", meridian, "213503982334602", 422, "days"},
		"account of others":   {"Build", w.hudson.ID.String(), "30", 404, ""},
		"no account":          {"Build", "", "30", 404, ""},
		"the site":            {"Build", siteAccount, "30", 422, "role"},
	} {
		p := claire.post("/settings/tokens", form("name", c.name, "account", c.account, "days", c.days))
		if p.status != c.status {
			t.Errorf("%s: answered %d, want %d", name, p.status, c.status)
			continue
		}
		if c.status == http.StatusUnprocessableEntity && (!p.has(".error-summary") || p.value("name") != c.name) {
			t.Errorf("%s: name holds %q, page says %s", name, p.value("name"), p.text(".error-summary"))
		}
		if c.field != "" && c.field != "role" && p.errorOn(c.field) == "" {
			t.Errorf("%s: nothing beside %s", name, c.field)
		}
		if p.has("[data-secret]") {
			t.Errorf("%s: a secret is shown", name)
		}
	}
	if rows := must(w.db.Reader.Tokens(t.Context(), w.actor(thePublisher), w.people[thePublisher].person.ID))(t); len(rows) != 0 {
		t.Errorf("%d tokens were made", len(rows))
	}
}

func TestTokensOfOthersAreNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	by := w.actor(thePublisher)
	token, _, err := w.service.CreateToken(t.Context(), by, release.NewToken{Person: by.Person, Account: by.Account, Name: "Build", Life: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	path := "/settings/tokens/" + token.ID.String() + "/revoke"
	for _, who := range []string{theRival, theAdmin, theSupport, theOperator} {
		w.as(who).get(path).wants(http.StatusNotFound)
		w.as(who).post(path, nil).wants(http.StatusNotFound)
	}
	w.clock.advance(2 * time.Hour)
	w.as(thePublisher).get("/settings").says("tbody", "Expired")
}
