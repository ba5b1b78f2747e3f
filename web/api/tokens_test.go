package api

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

// TestMe: every token tells as whom it acts, where, and how far.
func TestMe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for key, roles := range map[string]string{
		thePublisher: `{"publisher":"publisher","managed":null,"site":null}`, thePublisherViewer: `{"publisher":"viewer","managed":null,"site":null}`,
		theAdmin: `{"publisher":null,"managed":"admin","site":null}`, theManagedViewer: `{"publisher":null,"managed":"viewer","site":null}`,
		theSupport: `{"publisher":null,"managed":null,"site":"support"}`, theOperator: `{"publisher":null,"managed":null,"site":"operator"}`,
	} {
		var got me
		told := w.as(key).get("/me").is(http.StatusOK)
		told.into(&got)
		r := w.people[key]
		if got.Person.ID != r.person.ID || got.Person.Email != r.person.Email || got.Token.Scope != release.ScopeFull || !strings.Contains(string(told.body), roles) {
			t.Errorf("%s is told %s", key, told.body)
		}
		if r.account.IsZero() != (got.Account == nil) || (got.Account != nil && got.Account.ID != r.account) {
			t.Errorf("%s acts in %+v", key, got.Account)
		}
	}
	var agent me
	w.with(w.token(theAdmin, release.ScopeAgent)).get("/me").is(http.StatusOK).into(&agent)
	if agent.Token.Scope != release.ScopeAgent || agent.Roles != (meRoles{}) || agent.Account.ID != w.nordlys.ID {
		t.Errorf("the agent is told %+v", agent)
	}
}

// TestTokensByProgram: a token is made, shown once, found, used and revoked; its use is told.
func TestTokensByProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(theAdmin)
	w.clock.advance(time.Second) // ids tell which came first
	var made token
	got := p.send(http.MethodPost, "/tokens", `{"name":"nightly","scope":"read","expires_in_days":7}`).is(http.StatusCreated)
	got.into(&made)
	if !strings.HasPrefix(made.Secret, release.TokenPrefix) || made.Scope != "read" || !made.ExpiresAt.Equal(worldBegins.Add(7*24*time.Hour+time.Second)) || made.Account.ID != w.nordlys.ID {
		t.Errorf("made %+v", made)
	}
	reader := w.with(made.Secret)
	reader.get("/me").is(http.StatusOK)
	if told := reader.send(http.MethodPost, "/tokens", `{"name":"more"}`).problem(http.StatusForbidden); told.Detail != release.ErrReadToken.Message {
		t.Errorf("a reading token is told %q", told.Detail)
	}
	w.server.Close()
	var all items[token]
	page := p.get("/tokens").is(http.StatusOK)
	page.into(&all)
	if len(all.Items) != 2 || all.Items[0].ID != made.ID || all.Items[0].LastUsedAt == nil || strings.Contains(string(page.body), "secret") {
		t.Errorf("the list: %s", page.body)
	}
	p.send(http.MethodDelete, "/tokens/"+made.ID.String(), nil).is(http.StatusNoContent)
	reader.get("/me").problem(http.StatusUnauthorized)
	w.as(theOtherAdmin).send(http.MethodDelete, "/tokens/"+all.Items[1].ID.String(), nil).problem(http.StatusNotFound)
	p.get("/me").is(http.StatusOK)
	if events := must(w.db.Reader.Events(t.Context(), w.actor(theAdmin), release.EventFilter{Subject: made.ID}))(t); len(events) != 2 || events[0].Source != release.FromAPI {
		t.Errorf("the audit tells %+v", events)
	}
}

// TestTokensRefused: each refusal names its field.
func TestTokensRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(theAdmin)
	for body, field := range map[string]string{
		`{"scope":"read"}`:                   "/name",
		`{"name":"x","scope":"everything"}`:  "/scope",
		`{"name":"x","expires_in_days":0}`:   "/expires_in_days",
		`{"name":"x","expires_in_days":367}`: "/expires_in_days",
		`{"name":"x","expires_in_days":"7"}`: "/expires_in_days",
		`{"name":"x","life":7}`:              "/life",
		`{"name":"x","name":"y"}`:            "/name",
		`{"name":"x","account_id":"x"}`:      "/account_id",
		`{"name":"a\u0000"}`:                 "/name",
		`["name"]`:                           "",
	} {
		if told := p.send(http.MethodPost, "/tokens", body).problem(http.StatusUnprocessableEntity); told.Field != field {
			t.Errorf("%s is refused at %q: %s", body, told.Field, told.Detail)
		}
	}
	p.send(http.MethodPost, "/tokens", map[string]any{"name": "x", "account_id": w.aurora.ID}).problem(http.StatusNotFound)
	if told := w.as(theManagedViewer).send(http.MethodPost, "/tokens", `{"name":"x","scope":"agent"}`).problem(http.StatusUnprocessableEntity); told.Field != "/scope" {
		t.Errorf("a viewer who makes an agent is told %+v", told)
	}
	w.as(thePublisher).send(http.MethodPost, "/tokens", `{"name":"x","scope":"agent"}`).problem(http.StatusUnprocessableEntity)
	w.as(theOperator).send(http.MethodPost, "/tokens", `{"name":"x","scope":"agent"}`).problem(http.StatusUnprocessableEntity)
}
