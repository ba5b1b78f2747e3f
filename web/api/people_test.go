package api

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

// TestPeopleByProgram: an operator lets somebody in, gives roles, shuts out and lets in again, and takes out of the account.
func TestPeopleByProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(theOperator)
	var in invited
	made := p.send(http.MethodPost, "/people", fields{"email": "ken@kiwi.example", "name": "Ken Parata", "account_id": w.nordlys.ID, "managed": "viewer"}).is(http.StatusCreated)
	made.into(&in)
	at := strings.TrimPrefix(made.header.Get("Location"), Prefix)
	var ken personRow
	p.get(at).is(http.StatusOK).into(&ken)
	if ken.ID != in.Person.ID || ken.Email != "ken@kiwi.example" || ken.LastSeenAt != nil || len(ken.Memberships) != 1 || *ken.Memberships[0].Managed != release.RoleManagedViewer {
		t.Errorf("let in is %+v", ken)
	}
	must(w.service.Redeem(t.Context(), release.Secret((*in.Link)[strings.LastIndex(*in.Link, "/")+1:]), release.Newcomer{PasswordHash: "x"}))(t)
	token := func() *program {
		_, secret, err := w.service.CreateToken(t.Context(), w.actor(theOperator), release.NewToken{Person: ken.ID, Account: w.nordlys.ID, Name: "his"})
		w.done(err)
		return w.with(string(secret))
	}
	his := token()
	his.get("/attachments").is(http.StatusOK)

	p.send(http.MethodPut, at+"/accounts/"+w.nordlys.ID.String(), `{"managed":"admin"}`).is(http.StatusOK).into(&ken)
	if *ken.Memberships[0].Managed != release.RoleAdmin {
		t.Errorf("the roles are %+v", ken.Memberships)
	}
	p.send(http.MethodPatch, at, `{"disabled":true}`).is(http.StatusOK).into(&ken)
	his.get("/attachments").problem(http.StatusUnauthorized)
	if !ken.Disabled {
		t.Error("shut out, and not told")
	}
	p.send(http.MethodPatch, at, `{}`).is(http.StatusOK).into(&ken)
	if !ken.Disabled {
		t.Error("nothing was asked for, and they are let in")
	}
	p.send(http.MethodPatch, at, `{"disabled":false}`).is(http.StatusOK).into(&ken)
	if ken.Disabled {
		t.Error("let in again, and not told")
	}
	his.get("/attachments").problem(http.StatusUnauthorized) // let in again, the token is not
	his = token()
	his.get("/attachments").is(http.StatusOK)
	p.send(http.MethodDelete, at+"/accounts/"+w.nordlys.ID.String(), nil).is(http.StatusNoContent)
	his.get("/attachments").problem(http.StatusUnauthorized)
	p.send(http.MethodPut, at+"/accounts/"+w.nordlys.ID.String(), `{"managed":"admin"}`).is(http.StatusOK)
	his.get("/attachments").problem(http.StatusUnauthorized)
	ended := must(w.db.Reader.Events(t.Context(), w.actor(theOperator), release.EventFilter{Actions: []string{release.ActTokenRevoked}}))(t)
	if len(ended) != 2 || ended[0].SubjectName != "his" || ended[0].ActorName != w.people[theOperator].person.Name || ended[0].AccountID == nil || *ended[0].AccountID != w.nordlys.ID {
		t.Errorf("the audit tells %+v", ended) // R33
	}
	p.send(http.MethodDelete, at+"/accounts/"+w.nordlys.ID.String(), nil).is(http.StatusNoContent)
	p.send(http.MethodDelete, at+"/accounts/"+w.nordlys.ID.String(), nil).problem(http.StatusNotFound)
	p.get(at).is(http.StatusOK).into(&ken)
	if len(ken.Memberships) != 0 {
		t.Errorf("taken out, they have %+v", ken.Memberships)
	}
}

// TestPeopleRefused: what does not fit is told beside its field, and nobody but operators learns who there is.
func TestPeopleRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(theOperator)
	admin := "/people/" + w.people[theAdmin].person.ID.String()
	for _, body := range []string{`{}`, `{"publisher":"publisher"}`, `{"managed":"root"}`} {
		if told := p.send(http.MethodPut, admin+"/accounts/"+w.nordlys.ID.String(), body).problem(http.StatusUnprocessableEntity); told.Field != "/publisher" {
			t.Errorf("%s is refused at %q", body, told.Field)
		}
	}
	nobodys := release.NewID(worldBegins).String()
	p.send(http.MethodPut, admin+"/accounts/"+nobodys, `{"managed":"admin"}`).problem(http.StatusNotFound)
	if told := p.send(http.MethodPatch, "/people/"+w.people[theOperator].person.ID.String(), `{"disabled":true}`).problem(http.StatusConflict); told.Detail != release.ErrLastOperator.Message {
		t.Errorf("the last operator is told %q", told.Detail)
	}
	for _, who := range []string{thePublisher, theAdmin, theSupport} {
		other := w.as(who)
		for _, r := range []*http.Request{
			other.request(http.MethodGet, admin, nil),
			other.request(http.MethodPatch, admin, `{"disabled":true}`),
			other.request(http.MethodPost, admin+"/password-link", nil),
			other.request(http.MethodPut, admin+"/accounts/"+w.nordlys.ID.String(), `{"managed":"viewer"}`),
			other.request(http.MethodDelete, admin+"/accounts/"+w.nordlys.ID.String(), nil),
			other.request(http.MethodGet, "/undelivered-messages", nil),
		} {
			other.do(r).problem(http.StatusForbidden)
		}
	}
}

// TestPurposesAreKept: that an account does something no more is refused, beside the purpose, and not passed over.
func TestPurposesAreKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(theOperator)
	path := "/accounts/" + w.nordlys.ID.String()
	if told := p.send(http.MethodPatch, path, `{"name":"Other","publishes":true,"installs":false}`).problem(http.StatusUnprocessableEntity); told.Field != "/installs" {
		t.Errorf("it is refused at %q: %s", told.Field, told.Detail)
	}
	p.send(http.MethodPatch, path, `{"publishes":false}`).is(http.StatusOK) // nor has it
	p.send(http.MethodPatch, path, `{"publishes":true}`).is(http.StatusOK)
	if told := p.send(http.MethodPatch, path, `{"publishes":false}`).problem(http.StatusUnprocessableEntity); told.Field != "/publishes" {
		t.Errorf("it is refused at %q: %s", told.Field, told.Detail)
	}
	if a := must(w.db.Reader.Account(t.Context(), w.actor(theOperator), w.nordlys.ID))(t); a.Name != w.nordlys.Name || !a.Publisher || !a.Managed {
		t.Errorf("the account is %+v", a)
	}
}

// TestPeopleOfAnAccount: support sees the people of one account at a time, as in the browser, and changes none (R34).
func TestPeopleOfAnAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(theSupport)
	var page items[personRow]
	p.get("/people?account=" + w.nordlys.ID.String()).is(http.StatusOK).into(&page)
	names := eachOf(page.Items, func(p personRow) string { return p.Name })
	if !slices.Equal(names, []string{"Jonas Weber", "Mona Viewer"}) {
		t.Errorf("the people are %q", names)
	}
	p.get("/people").problem(http.StatusForbidden)
	p.send(http.MethodPost, "/people", fields{"email": "x@x.example", "name": "X", "account_id": w.nordlys.ID, "managed": "admin"}).problem(http.StatusForbidden)
	w.as(theAdmin).get("/people?account=" + w.nordlys.ID.String()).problem(http.StatusForbidden)
}

// TestPasswordLinkByProgram: the link is told once, works once, and stands nowhere where the database's reader could use it.
func TestPasswordLinkByProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(theOperator)
	path := "/people/" + w.people[theAdmin].person.ID.String() + "/password-link"
	var link oneTimeLink
	made := p.do(p.keyed("k", path, nil)).is(http.StatusCreated)
	made.into(&link)
	secret := link.Link[strings.LastIndex(link.Link, "/")+1:]
	if !link.ExpiresAt.Equal(worldBegins.Add(release.PasswordLinkLife)) || made.header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(link.Link, "http://packs.example/welcome/") {
		t.Errorf("made %+v with %v", link, made.header)
	}
	if again := p.do(p.keyed("k", path, nil)).is(http.StatusCreated); !bytes.Equal(again.body, made.body) {
		t.Errorf("again: %s", again.body)
	}
	var kept []byte
	w.done(w.db.Pool.QueryRow(t.Context(), `SELECT answer FROM api_idempotency`).Scan(&kept))
	sealedOnly(t, kept)
	must(w.service.Redeem(t.Context(), release.Secret(secret), release.Newcomer{PasswordHash: "new"}))(t)
	if _, err := w.service.Redeem(t.Context(), release.Secret(secret), release.Newcomer{PasswordHash: "newer"}); err == nil {
		t.Error("the link works twice")
	}
}

// TestUndeliveredByProgram: operators page through the messages that were given up.
func TestUndeliveredByProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	jonas := w.people[theAdmin].person
	var given []release.ID
	for range 3 {
		id := release.NewID(w.clock.Now())
		_, err := w.db.Pool.Exec(t.Context(), `
			INSERT INTO mail (id, person_id, account_id, notice_id, kind, notice, as_publisher, state, due_at, attempts, failure, ended_at)
			VALUES ($1, $2, $3, $1, $4, '{}', false, 'dead', $5, 9, 'mailbox full', $5)`, id, jonas.ID, w.nordlys.ID, release.NoticeWithdrawn, w.clock.Now())
		w.done(err)
		given = append(given, id)
		w.clock.advance(time.Minute)
	}
	p := w.as(theOperator)
	var told []deadMessage
	for path := "/undelivered-messages?limit=2"; path != ""; {
		var page items[deadMessage]
		p.get(path).is(http.StatusOK).into(&page)
		told, path = append(told, page.Items...), ""
		if page.Next != nil {
			path = "/undelivered-messages?limit=2&cursor=" + *page.Next
		}
	}
	slices.Reverse(given)
	want := deadMessage{given[0], person{jonas.ID, jonas.Name, jonas.Email}, w.nordlys.Name, release.NoticeWithdrawn, 9, "mailbox full", worldBegins.Add(2 * time.Minute)}
	if len(told) != 3 || told[0] != want || told[1].ID != given[1] || told[2].ID != given[2] {
		t.Errorf("told are %+v, want first %+v", told, want)
	}
}
