package main

import (
	"testing"

	"packtide/release"
	"packtide/store"
)

// checkDemoAgents: the agents of the story are in every state, most of them well, and the first account has one that fails.
func checkDemoAgents(t *testing.T, reader *store.Reader) {
	t.Helper()
	l, err := reader.AgentStates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range release.LedgerStates {
		if l.Of(s) == 0 {
			t.Errorf("no attachment of the demo is %s: %+v", s, l)
		}
	}
	if l.Current+l.Trying <= l.Attachments/2 || l.Failed > l.Attachments/8 || l.Silent > l.Attachments/8 {
		t.Errorf("most agents do well: %+v", l)
	}
	rows, err := reader.InstallBase(t.Context(), release.Operator(), release.InstallBaseFilter{Observed: release.LedgerFailed, Query: demoFirstAccount})
	if err != nil || len(rows) == 0 {
		t.Fatalf("%s has no agent that fails: %v", demoFirstAccount, err)
	}
	said, err := reader.Observed(t.Context(), release.Operator(), rows[0].ID)
	if err != nil || said.Last == nil || said.Last.Detail == "" || len(said.Changes) == 0 {
		t.Errorf("it says nothing of its failure: %+v, %v", said, err)
	}
}
