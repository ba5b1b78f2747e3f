package store_test

import (
	"crypto/sha256"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/release"
	"packtide/store"
)

func (w *world) membership(t *testing.T, person, account, publisher, managed string) {
	t.Helper()
	w.exec(t, `INSERT INTO membership VALUES ($1, $2, nullif($3, ''), nullif($4, ''))`, w.id(person), w.id(account), publisher, managed)
}

func TestActor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.person(t, "omar", "operator")
	w.person(t, "dora", "operator")
	w.membership(t, "paula", "Acme", "publisher", "admin") // Acme installs nothing: the second role is of no use there
	w.membership(t, "paula", "North", "", "viewer")
	w.membership(t, "ada", "Bolt", "", "admin")
	w.membership(t, "dora", "Acme", "viewer", "")
	w.exec(t, `UPDATE person SET disabled_at = $2 WHERE id = $1`, w.id("dora"), day(2))
	site := release.ID{}
	for _, c := range []struct {
		name    string
		person  string
		account release.ID
		want    release.Actor // zero: not found
	}{
		{"a publisher", "paula", w.id("Acme"), release.Actor{Account: w.id("Acme"), Publisher: release.RolePublisher}},
		{"the same person elsewhere", "paula", w.id("North"), release.Actor{Account: w.id("North"), Managed: release.RoleManagedViewer}},
		{"an operator", "omar", site, release.Actor{Site: release.RoleOperator}},
		{"support", "sam", site, release.Actor{Site: release.RoleSupport}},
		{"support in an account", "sam", w.id("North"), release.Actor{}},
		{"a publisher on the site", "paula", site, release.Actor{}},
		{"not a member", "paula", w.id("Bolt"), release.Actor{}},
		{"a role that the account has no use for", "ada", w.id("Bolt"), release.Actor{}},
		{"disabled", "dora", site, release.Actor{}},
		{"disabled, in an account", "dora", w.id("Acme"), release.Actor{}},
		{"unknown", "nobody", site, release.Actor{}},
	} {
		hash := sha256.Sum256([]byte(c.name))
		got, err := w.Reader.Actor(t.Context(), w.id(c.person), c.account)
		if c.want == (release.Actor{}) {
			wantNotFound(t, c.name, err)
		} else {
			c.want.Person, c.want.Name = w.id(c.person), c.person
			if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
				t.Errorf("%s (error %v, -want +got):\n%s", c.name, err, diff)
			}
		}
		if c.person == "nobody" {
			continue
		}
		var account *release.ID
		if !c.account.IsZero() {
			account = &c.account
		}
		w.exec(t, `INSERT INTO api_token (id, token_hash, person_id, account_id, name, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			w.id("token "+c.name), hash[:], w.id(c.person), account, c.name, day(1), day(9))
		byToken, err := w.Reader.ActorByToken(t.Context(), hash, day(8))
		if c.want == (release.Actor{}) {
			wantNotFound(t, c.name+", by token", err)
			continue
		}
		c.want.Source, c.want.Token = release.FromAPI, release.ScopeFull
		if diff := cmp.Diff(c.want, byToken); diff != "" || err != nil {
			t.Errorf("%s, by token (error %v, -want +got):\n%s", c.name, err, diff)
		}
		_, err = w.Reader.ActorByToken(t.Context(), hash, day(9))
		wantNotFound(t, c.name+", by an expired token", err)
		w.exec(t, `UPDATE api_token SET revoked_at = $2 WHERE token_hash = $1`, hash[:], day(2))
		_, err = w.Reader.ActorByToken(t.Context(), hash, day(8))
		wantNotFound(t, c.name+", by a revoked token", err)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hash := sha256.Sum256([]byte("secret"))
	w.exec(t, `INSERT INTO api_token (id, token_hash, person_id, account_id, name, created_at, expires_at, last_used_at) VALUES ($1, $2, $3, $4, 'ci', $5, $6, $5)`,
		w.id("token"), hash[:], w.id("paula"), w.id("Acme"), day(1), day(9))
	for who, c := range map[string]struct {
		by   release.Actor
		want int
	}{
		"the person": {w.publisher("Acme"), 1}, "another": {w.admin("North"), 0}, "support": {w.support(), 0},
		"an operator": {release.Operator(), 1}, "nobody": {release.Actor{}, 0},
	} {
		got, err := w.Reader.Tokens(t.Context(), c.by, w.id("paula"))
		if err != nil || len(got) != c.want {
			t.Fatalf("%s is shown %d tokens (error %v), want %d", who, len(got), err, c.want)
		}
		if c.want == 1 && (got[0].Hash != hash || got[0].PersonName != "paula" || got[0].AccountName != "Acme" || !got[0].LastUsedAt.Equal(day(1))) {
			t.Errorf("token reads %+v", got[0])
		}
	}
}

func TestPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.membership(t, "paula", "North", "", "viewer")
	w.membership(t, "paula", "Acme", "publisher", "")
	w.membership(t, "ada", "North", "", "admin")
	w.event(t, "in 1", release.ActSignedIn, "paula", "", "", "", day(3))
	w.event(t, "in 2", release.ActSignedIn, "paula", "", "", "", day(4))
	w.event(t, "pw", release.ActPasswordSet, "paula", "", "", "", day(5))
	name := func(p release.PersonRow) string { return p.Name }
	rows, err := w.Reader.People(t.Context(), w.support(), release.ID{}, "", "", 9)
	wantNames(t, rows, err, name, "ada", "paula", "sam")
	paula := rows[1]
	wantNames(t, paula.Memberships, nil, func(m release.MembershipRow) string { return m.AccountName }, "Acme", "North")
	if paula.LastSeen == nil || !paula.LastSeen.Equal(day(4)) || rows[0].LastSeen != nil || paula.Memberships[0].Publisher != release.RolePublisher {
		t.Errorf("paula reads %+v", paula)
	}
	rows, err = w.Reader.People(t.Context(), w.support(), release.ID{}, "", "ADA@example.org", 1)
	wantNames(t, rows, err, name, "paula")
	rows, err = w.Reader.People(t.Context(), w.support(), w.id("North"), "", "", 9)
	wantNames(t, rows, err, name, "ada", "paula")
	rows, err = w.Reader.People(t.Context(), w.support(), w.id("North"), "PAU", "", 9)
	wantNames(t, rows, err, name, "paula")

	memberships, err := w.Reader.Memberships(t.Context(), w.id("paula"))
	wantNames(t, memberships, err, func(m release.MembershipRow) string { return m.AccountName + " " + m.AccountZone }, "Acme Europe/Paris", "North Asia/Kolkata")
	byEmail, err := w.Reader.PersonByEmail(t.Context(), " Paula@Example.org ")
	byID, err2 := w.Reader.Person(t.Context(), w.id("paula"))
	if diff := cmp.Diff(byEmail, byID); diff != "" || err != nil || err2 != nil || byID.Email != "paula@example.org" {
		t.Errorf("by e-mail %+v (%v), by id %+v (%v)", byEmail, err, byID, err2)
	}
	_, err = w.Reader.PersonByEmail(t.Context(), "paula@example.or")
	wantNotFound(t, "an unknown address", err)
}

func TestLinkByHash(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	link := func(name, purpose, person string) [32]byte {
		hash := sha256.Sum256([]byte(name))
		var id *release.ID
		if person != "" {
			id = new(w.id(person))
		}
		w.exec(t, `INSERT INTO sign_in_link VALUES ($1, $2, $3, $4, $5)`, hash[:], purpose, id, day(1), day(3))
		return hash
	}
	setup, invite, used := link("setup", "setup", ""), link("invite", "invite", "ada"), link("used", "password", "ada")
	w.exec(t, `UPDATE sign_in_link SET used_at = $2 WHERE token_hash = $1`, used[:], day(2))
	l, p, err := w.Reader.LinkByHash(t.Context(), setup, day(2))
	if err != nil || l.Purpose != release.LinkSetup || !l.Person.IsZero() || !p.ID.IsZero() {
		t.Errorf("set-up link: %+v of %+v (error %v)", l, p, err)
	}
	l, p, err = w.Reader.LinkByHash(t.Context(), invite, day(2))
	if err != nil || l.Purpose != release.LinkInvite || l.TokenHash != invite || p.Name != "ada" {
		t.Errorf("invitation: %+v of %+v (error %v)", l, p, err)
	}
	refused := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, release.ErrLinkInvalid) {
			t.Errorf("%s: error %v, want ErrLinkInvalid", what, err)
		}
	}
	_, _, err = w.Reader.LinkByHash(t.Context(), invite, day(3))
	refused("expired", err)
	_, _, err = w.Reader.LinkByHash(t.Context(), used, day(2))
	refused("used", err)
	_, _, err = w.Reader.LinkByHash(t.Context(), sha256.Sum256(nil), day(2))
	refused("unknown", err)
	w.exec(t, `UPDATE person SET disabled_at = $2 WHERE id = $1`, w.id("ada"), day(2))
	_, _, err = w.Reader.LinkByHash(t.Context(), invite, day(2))
	refused("of a disabled person", err)
}

func TestHasOperator(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	has := func(want bool, when string) {
		t.Helper()
		if got, err := w.Reader.HasOperator(t.Context()); err != nil || got != want {
			t.Errorf("%s: %v (error %v), want %v", when, got, err, want)
		}
	}
	has(false, "with support alone")
	w.person(t, "omar", "operator")
	has(false, "before the invitation is accepted")
	w.exec(t, `UPDATE person SET password_hash = 'x' WHERE id = $1`, w.id("omar"))
	has(true, "with an operator")
	w.exec(t, `UPDATE person SET disabled_at = $2 WHERE id = $1`, w.id("omar"), day(2))
	has(false, "with a disabled operator")
	if err := w.Reader.Ping(t.Context()); err != nil {
		t.Errorf("ping: %v", err)
	}
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	w.membership(t, "ada", "North", "", "admin")
	name := func(a release.AccountRow) string {
		if a.Member {
			return a.Name + " (member)"
		}
		return a.Name
	}
	acme, support := w.publisher("Acme"), w.support()
	rows, err := w.Reader.Accounts(t.Context(), acme, store.AccountFilter{Group: w.id("Friends")})
	wantNames(t, rows, err, name, "North (member)", "South (member)", "West")
	if north := rows[0]; north.Attachments != 2 || north.People != 0 || !north.CreatedAt.IsZero() {
		t.Errorf("a publisher is told of its own packs, and nothing private: %+v", north)
	}
	rows, err = w.Reader.Accounts(t.Context(), support, store.AccountFilter{Query: "NORTH"})
	wantNames(t, rows, err, name, "North")
	if north := rows[0]; north.Attachments != 3 || north.People != 1 || !north.Managed || north.Publisher {
		t.Errorf("support is told all: %+v", north)
	}
	rows, err = w.Reader.Accounts(t.Context(), acme, store.AccountFilter{Group: w.id("Friends"), Members: true, AfterName: "north", AfterID: w.id("North")})
	wantNames(t, rows, err, name, "South (member)")
	rows, err = w.Reader.Accounts(t.Context(), acme, store.AccountFilter{Group: w.id("Acme all"), Members: true, Limit: 2}) // R25
	wantNames(t, rows, err, name, "North (member)", "South (member)")
	rows, err = w.Reader.Accounts(t.Context(), acme, store.AccountFilter{Group: w.id("Bolt all")})
	wantNames(t, rows, err, name, "North", "South", "West") // a group of others marks nobody
	rows, err = w.Reader.Accounts(t.Context(), acme, store.AccountFilter{Members: true})
	wantNames(t, rows, err, name)

	other, err := w.Reader.Account(t.Context(), acme, w.id("North"))
	if diff := cmp.Diff(release.Account{ID: w.id("North"), Name: "North", Zone: "Asia/Kolkata", Managed: true}, other); diff != "" || err != nil {
		t.Errorf("an account that a publisher may group (error %v, -want +got):\n%s", err, diff)
	}
}
