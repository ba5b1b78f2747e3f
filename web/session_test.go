package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"packtide/release"
	"packtide/store/storetest"
)

const newPassword = "four plain words together"

// welcomeForm is what someone with a one-time link sends.
func welcomeForm(password string) url.Values {
	return url.Values{"name": {"Nora New"}, "email": {"nora@packs.example"}, "password": {password}, "password_again": {password}}
}

func TestSetUpLink(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	w := &world{t: t, db: db, clock: &testClock{at: worldBegins}}
	w.service = release.NewService(db.Store, w.clock.Now)
	w.serve(Config{})
	visitor := w.anonymous()
	visitor.get("/").wants(http.StatusOK).says("main", "one-time set-up link")

	link := "/welcome/" + string(must(w.service.SetUpLink(t.Context()))(t))
	other := "/welcome/" + string(must(w.service.SetUpLink(t.Context()))(t))
	visitor.get(link).wants(http.StatusOK).says("h1", "Set up packtide")
	p := visitor.post(link, url.Values{"email": {"nora"}, "name": {""}, "password": {newPassword}, "password_again": {newPassword}})
	p.wants(http.StatusUnprocessableEntity)
	if p.errorOn("email") == "" || p.errorOn("name") == "" || p.value("email") != "nora" || strings.Contains(p.body, newPassword) {
		t.Errorf("the refused form shows %q", p.text("main"))
	}
	visitor.follow(visitor.post(link, welcomeForm(newPassword)))
	visitor.get("/people").wants(http.StatusOK).says("main table", "nora@packs.example")
	for _, used := range []string{link, other} { // a second operator does not come in by the first one's links
		w.anonymous().get(used).wants(http.StatusNotFound)
		w.anonymous().post(used, welcomeForm(newPassword)).wants(http.StatusNotFound)
	}
}

func TestInvitationEndToEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	operator := w.as(theOperator)
	account := "/accounts/" + w.nordlys.ID.String()
	p := operator.post(account+"/invite", url.Values{"email": {"nora@packs.example"}, "name": {"Nora"}, "managed_role": {"admin"}}).wants(http.StatusOK)
	link, ok := strings.CutPrefix(p.text(".secret code"), "http://packs.example")
	if !ok || p.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("shows the link %q, cached as %q", link, p.header.Get("Cache-Control"))
	}
	for _, path := range []string{account, "/people", "/audit"} { // shown once
		if strings.Contains(operator.get(path).wants(http.StatusOK).body, strings.TrimPrefix(link, "/welcome/")) {
			t.Errorf("%s shows the secret", path)
		}
	}
	operator.get(account).says("main table", "Invited")

	nora := w.anonymous()
	nora.get(link).wants(http.StatusOK).says("main", "nora@packs.example")
	nora.post(link, welcomeForm("short")).wants(http.StatusUnprocessableEntity).says("#f-password-error", "12 to 200")
	differ := welcomeForm(newPassword)
	differ.Set("password_again", newPassword+"!")
	p = nora.post(link, differ).wants(http.StatusUnprocessableEntity).says("#f-password_again-error", "differ")
	if p.value("name") != "Nora New" {
		t.Errorf("the name typed is lost: %q", p.value("name"))
	}
	nora.post(link, welcomeForm(newPassword)).wants(http.StatusSeeOther)
	w.anonymous().get(link).wants(http.StatusNotFound).says("main", "used before or has expired")
	w.anonymous().post(link, welcomeForm(newPassword)).wants(http.StatusNotFound)

	again := w.anonymous()
	again.signInAs("nora@packs.example", newPassword, "").wants(http.StatusSeeOther)
	if p := again.get("/").wants(http.StatusSeeOther); p.header.Get("Location") != "/home" {
		t.Errorf("an admin begins at %s", p.header.Get("Location"))
	}
	again.get("/people").wants(http.StatusForbidden).says(".topbar", "Nora New")
	operator.get(account).says("main table", "Nora New")
}

func TestLinksExpire(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, secret, err := w.service.InvitePerson(t.Context(), w.actor(theOperator), release.Invite{
		Email: "late@packs.example", Name: "Late", Account: w.nordlys.ID, Managed: release.RoleAdmin,
	})
	w.done(err)
	w.clock.advance(release.LinkLife - time.Second)
	w.anonymous().get("/welcome/" + string(secret)).wants(http.StatusOK)
	w.clock.advance(time.Second)
	w.anonymous().get("/welcome/" + string(secret)).wants(http.StatusNotFound)
	w.anonymous().post("/welcome/"+string(secret), welcomeForm(newPassword)).wants(http.StatusNotFound)
}

// TestPasswordLinkEndsOtherSessions: whoever holds a stolen cookie is out as soon as the password is new.
func TestPasswordLinkEndsOtherSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	person := "/people/" + w.people[thePublisher].person.ID.String()
	thief, bystander := w.as(thePublisher), w.as(theAdmin)
	p := w.as(theOperator).post(person+"/link", nil).wants(http.StatusOK)
	link, _ := strings.CutPrefix(p.text(".secret code"), "http://packs.example")
	thief.get("/install-base").wants(http.StatusOK) // the link alone changes nothing

	owner := w.anonymous()
	owner.get(link).wants(http.StatusOK).says("h1", "Choose a new password")
	owner.post(link, url.Values{"password": {newPassword}, "password_again": {newPassword}}).wants(http.StatusSeeOther)
	owner.get("/install-base").wants(http.StatusOK).says(".topbar", "Claire")
	thief.get("/install-base").wants(http.StatusSeeOther)
	if got := bystander.get("/").header.Get("Location"); got != "/home" {
		t.Errorf("someone else was signed out too: %s", got)
	}
	w.anonymous().signInAs(claire, worldPassword, "").wants(http.StatusUnprocessableEntity)
	w.anonymous().get(link).wants(http.StatusNotFound)
}

// TestDisablingEndsSessions, also those that were silent until the person was let in again.
func TestDisablingEndsSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	operator, person := w.as(theOperator), "/people/"+w.people[thePublisher].person.ID.String()
	busy, silent := w.as(thePublisher), w.as(thePublisher)
	operator.follow(operator.post(person+"/disable", nil)).says("main", "Disabled")
	busy.get("/install-base").wants(http.StatusSeeOther)
	operator.post(person+"/link", nil).wants(http.StatusConflict).says("main", "Let them in again first")
	operator.follow(operator.post(person+"/enable", nil)).says("main", "Active")
	silent.get("/install-base").wants(http.StatusSeeOther)
	w.anonymous().signInAs(claire, worldPassword, "").wants(http.StatusSeeOther)

	self := "/people/" + w.people[theOperator].person.ID.String()
	operator.post(self+"/disable", nil).wants(http.StatusConflict).says("main", "last operator")
}

func TestSwitchAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.done(w.service.SetRoles(t.Context(), w.actor(theOperator), release.Membership{
		Person: w.people[thePublisher].person.ID, Account: w.nordlys.ID, Managed: release.RoleManagedViewer,
	}))
	visitor := w.as(thePublisher)
	visitor.get("/install-base").wants(http.StatusOK)
	switchTo := func(account string) *page { return visitor.post("/switch-account", url.Values{"account": {account}}) }

	for name, account := range map[string]string{
		"a foreign account": w.hudson.ID.String(), "one that does not exist": release.NewID(worldBegins).String(), "no id": "x", "nothing": "",
		"the site": siteAccount, "the zero id": release.ID{}.String(),
	} {
		if p := switchTo(account); p.status != http.StatusNotFound {
			t.Errorf("%s: answers %d, want 404", name, p.status)
		}
	}
	visitor.get("/install-base").wants(http.StatusOK).says(".topbar .menu summary", "Meridian Connect") // where they were

	switchTo(w.nordlys.ID.String()).wants(http.StatusSeeOther)
	if got := visitor.get("/").header.Get("Location"); got != "/home" {
		t.Errorf("acts for Nordlys, but begins at %s", got)
	}
	visitor.get("/install-base").wants(http.StatusForbidden)
	w.done(w.service.SetRoles(t.Context(), w.actor(theOperator), release.Membership{Person: w.people[thePublisher].person.ID, Account: w.nordlys.ID}))
	visitor.get("/install-base").wants(http.StatusOK) // the role has ended: back to what is left
}

func TestPersonWithoutRoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	visitor := w.as(thePublisher)
	w.done(w.service.SetRoles(t.Context(), w.actor(theOperator), release.Membership{
		Person: w.people[thePublisher].person.ID, Account: w.meridian.ID,
	}))
	visitor.get("/").wants(http.StatusOK).says("main", "You belong to no account yet")
	visitor.get("/install-base").wants(http.StatusForbidden)
	visitor.get("/sign-in").wants(http.StatusOK)
	visitor.post("/switch-account", url.Values{"account": {w.meridian.ID.String()}}).wants(http.StatusForbidden)
}

// bearer asks with an API token.
func (w *world) bearer(method, path, secret string) *page {
	r := w.anonymous().request(method, path, "")
	r.Header.Set("Authorization", "Bearer "+secret)
	return w.anonymous().do(r)
}

func TestTokensReadPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	person := w.people[thePublisher].person.ID
	token := func(life time.Duration) (release.Token, string) {
		k, secret, err := w.service.CreateToken(t.Context(), w.actor(thePublisher), release.NewToken{
			Person: person, Account: w.meridian.ID, Name: "build", Life: life,
		})
		w.done(err)
		return k, string(secret)
	}
	_, live := token(time.Hour)
	revoked, dead := token(time.Hour)
	w.done(w.service.RevokeToken(t.Context(), w.actor(thePublisher), revoked.ID))

	w.bearer(http.MethodGet, "/install-base.csv", live).wants(http.StatusOK)
	w.bearer(http.MethodGet, "/accounts", live).wants(http.StatusForbidden)
	for name, secret := range map[string]string{"revoked": dead, "made up": "ptd_x", "empty": ""} {
		p := w.bearer(http.MethodGet, "/install-base.csv", secret)
		if p.status != http.StatusUnauthorized || p.header.Get("WWW-Authenticate") != "Bearer" {
			t.Errorf("%s: answers %d with WWW-Authenticate %q", name, p.status, p.header.Get("WWW-Authenticate"))
		}
	}
	// Changes go through the API: not even its owner's cookie beside it lets a token act here.
	w.bearer(http.MethodPost, "/switch-account", live).wants(http.StatusUnauthorized)
	both := w.as(thePublisher)
	r := both.request(http.MethodPost, "/switch-account", "")
	r.Header.Set("Authorization", "Bearer "+live)
	both.do(r).wants(http.StatusUnauthorized)
	w.clock.advance(time.Hour)
	w.bearer(http.MethodGet, "/install-base.csv", live).wants(http.StatusUnauthorized)
	if p := w.bearer(http.MethodGet, "/install-base.csv", live); p.header.Get("Set-Cookie") != "" {
		t.Error("a token begins a session")
	}
}
