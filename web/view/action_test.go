package view

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"packtide/release"
	"packtide/static"
)

// Every action that the rules write has words, and its icon exists.
func TestEveryActionHasWords(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../../release/audit.go")
	if err != nil {
		t.Fatal(err)
	}
	actions := regexp.MustCompile(`Act\w+\s+= "([^"]+)"`).FindAllStringSubmatch(string(source), -1)
	if len(actions) < 30 {
		t.Fatalf("found %d actions in audit.go", len(actions))
	}
	for _, a := range actions {
		w, ok := actionWords[a[1]]
		if !ok || w.Words == "" || strings.Count(w.Phrase, "%s") != 1 || !static.HasIcon(w.Icon) {
			t.Errorf("%s: %+v", a[1], w)
		}
	}
}

func TestEventSentence(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.November, 27, 14, 30, 0, 0, time.UTC)
	for want, e := range map[string]release.EventRow{
		"Claire scheduled CRM 2.1.0 for Tue 1 Dec, 00:00 Paris": {
			ActorName: "Claire", Action: release.ActScheduled, SubjectName: "CRM 2.1.0",
			After: map[string]any{"instant": "2026-11-30T23:00:00Z", "zone": "Europe/Paris"},
		},
		"packtide applied CRM 2.1.0 at its midnight": {ActorName: "packtide", Action: release.ActApplied, SubjectName: "CRM 2.1.0"},
		"Claire added Jira to the next release of CRM": {
			ActorName: "Claire", Action: release.ActPackageAdded, SubjectName: "Jira", PackName: "CRM",
		},
		"Claire added Nordlys to the group Insurers": {
			ActorName: "Claire", Action: release.ActGroupMemberAdded, SubjectName: "Insurers", After: map[string]any{"account": "Nordlys"},
		},
		"Claire removed a pack from the group 100%s": {ActorName: "Claire", Action: release.ActGroupPackRemoved, SubjectName: "100%s"},
		"Jonas began to try 2.1.0 on CRM · Berlin": {
			ActorName: "Jonas", Action: release.ActOptedIn, SubjectName: "CRM · Berlin", After: map[string]any{"runs": "2.1.0"},
		},
		"Ada unknown.action something": {ActorName: "Ada", Action: "unknown.action"},
	} {
		if got := EventSentence(e, now); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}
