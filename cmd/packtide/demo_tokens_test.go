package main

import (
	"encoding/json"
	"net/http"
	"testing"
)

// asks asks the demo's API for something, and reads the JSON of the answer.
func (g demoGreeting) asks(t *testing.T, token, path string, into any) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, g.URL+"/api/v1"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return answer.StatusCode
}

// tokensWork tells whether every person's token acts as that person, and the agent's is for its attachment and nothing else.
func (g demoGreeting) tokensWork(t *testing.T) {
	t.Helper()
	for _, u := range g.Users {
		var me struct{ Person struct{ Email string } }
		if status := g.asks(t, u.Token, "/me", &me); status != http.StatusOK || me.Person.Email != u.Email {
			t.Errorf("the token of %s answers %d as %q", u.Email, status, me.Person.Email)
		}
	}
	if g.Agent == nil {
		t.Fatal("there is no agent")
	}
	var desired struct {
		Pack     struct{ Name string }
		Contents []any
	}
	if status := g.asks(t, g.Agent.Token, "/attachments/"+g.Agent.AttachmentID+"/desired", &desired); status != http.StatusOK || desired.Pack.Name != g.Agent.Pack || len(desired.Contents) == 0 {
		t.Errorf("the agent is answered %d: %+v", status, desired)
	}
	var refusal struct{ Detail string }
	if status := g.asks(t, g.Agent.Token, "/tokens", &refusal); status != http.StatusForbidden {
		t.Errorf("the agent is answered %d about tokens", status)
	}
}
