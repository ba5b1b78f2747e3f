package main

import (
	"crypto/sha256"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

// TestMainJobByCommandLine plays the whole main job by the command line alone: from two real packages to the publisher's
// midnight, the way back, and the question what ran where.
func TestMainJobByCommandLine(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	j := &job{t: t, clock: st.clock}
	j.packages()
	paris, london, kiwi, desk := st.as(cliPublisher), st.as(cliLondon), st.as(cliKiwi), st.as(cliSupport)

	// Packages, a pack, a group.
	paris.does([]string{"No packages yet"}, "packages", "list")
	paris.does([]string{"uploaded: Google Sheets 15.0.0, shareable"}, "packages", "push", j.sheets[0], "--shareable", "--override-reason", "The line of the test.")
	paris.does([]string{"Expressions"}, "packages", "push", j.other, "--shareable", "--override-reason", "The line of the test.")
	paris.does([]string{"is there already"}, "packages", "push", "--if-new", j.sheets[0])
	paris.fails(exitConflict, []string{"never changes", "rule R1"}, "packages", "push", j.sheets[0])
	paris.does([]string{"Google Sheets", "google_sheets", "15.0.0", "Expressions"}, "packages", "list")
	paris.does([]string{"Made: pack Sheet Reports"}, "pack", "create", "Sheet Reports", "--description", "Reports from incidents, in sheets.")
	paris.does([]string{"Changed"}, "pack", "edit", "sheet reports", "--support-contact", "help@meridian.example")
	paris.does([]string{"holds Google Sheets 15.0.0", "Expressions"}, "pack", "add", "Sheet Reports", "google_sheets", "Expressions")
	paris.does([]string{"Made: group Insurers"}, "group", "create", "Insurers")
	paris.does([]string{"holds Aldgate Insurance", "holds Kiwi Trust"}, "group", "add-account", "Insurers", "Aldgate Insurance", "kiwi trust")
	paris.does([]string{"is offered Sheet Reports"}, "group", "add-pack", "Insurers", "Sheet Reports")
	paris.does([]string{"Aldgate Insurance", "Kiwi Trust", "Sheet Reports"}, "group", "show", "Insurers")

	// The first release, at once.
	paris.does([]string{"Nothing is changed", "Sheet Reports 1.0.0", "0 attachments in 0 accounts", "can be installed"}, "release", "Sheet Reports", "--now", "--dry-run")
	paris.does([]string{"No releases yet"}, "release", "list", "Sheet Reports")
	paris.does([]string{"Sheet Reports 1.0.0: current since"}, "release", "Sheet Reports", "--now", "--wait")
	for _, account := range []*caller{london, kiwi} {
		account.does([]string{"Sheet Reports", "Meridian Connect", "1.0.0"}, "catalogue")
		account.does([]string{"runs Sheet Reports 1.0.0"}, "attach", "Sheet Reports", "--environment", "production")
	}

	// The second one, on a date; one account tries it.
	paris.does([]string{"uploaded: Google Sheets 18.0.0"}, "packages", "push", j.sheets[1], "--shareable", "--override-reason", "The line of the test.")
	day := release.DateOf(st.clock.Now(), st.clock.zone).AddDays(3)
	due, err := release.FirstInstant(day, st.clock.zone)
	if err != nil {
		t.Fatal(err)
	}
	auckland, err := release.LoadZone("Pacific/Auckland")
	if err != nil {
		t.Fatal(err)
	}
	paris.does([]string{"2 attachments in 2 accounts", "15.0.0", "18.0.0", "Aldgate Insurance", "Europe/London"}, "release", "Sheet Reports", "--on", day.String(), "--version", "2.0.0", "--dry-run")
	paris.does([]string{"Sheet Reports 2.0.0: in testing, applies " + day.String() + " 00:00 Europe/Paris"}, "release", "Sheet Reports", "--on", day.String(), "--version", "2.0.0", "--notes", "Faster sheets.")
	paris.fails(exitConflict, []string{"R19"}, "release", "Sheet Reports", "--on", day.String(), "--content", "google_sheets=15.0.0")
	kiwi.does([]string{"waiting", "1.0.0", "2.0.0", due.In(auckland).Format(clockLayout) + " Pacific/Auckland = " + day.String() + " 00:00 Europe/Paris"}, "attachments")
	london.does([]string{"tries Sheet Reports 2.0.0"}, "opt-in", "Sheet Reports")
	london.does([]string{"runs Sheet Reports 1.0.0 again"}, "go-back", "Sheet Reports")
	london.does([]string{"tries Sheet Reports 2.0.0"}, "opt-in", "Sheet Reports")
	london.does([]string{"Told Meridian Connect: Sheet Reports 2.0.0 works"}, "feedback", "Sheet Reports", "works", "All green.")
	paris.does([]string{"Tried by:", "1"}, "release", "show", "Sheet Reports")

	kiwi.does([]string{"Sheet Reports 2.0.0", "Faster sheets.", "18.0.0"}, "release", "show", "Sheet Reports")
	kiwi.does([]string{"2.0.0", "1.0.0"}, "release", "list", "Sheet Reports")
	paris.fails(exitTimeout, []string{"not current after 1ms", day.String() + " 00:00 Europe/Paris", "packtide release wait"}, "release", "wait", "Sheet Reports", "--timeout", "1ms")

	// Midnight passes while a program waits for it.
	waiting := launch(t, paris.env, "release", "wait", "Sheet Reports@2.0.0", "--timeout", "80s")
	if err := st.clock.Move(t.Context(), "after"); err != nil {
		t.Fatal(err)
	}
	if err := waiting.wait(t); err != nil || !strings.Contains(waiting.out.String(), "Sheet Reports 2.0.0: current since") {
		t.Errorf("waiting ended with %v: %s", err, &waiting.out)
	}
	for _, account := range []*caller{london, kiwi} {
		account.does([]string{"current", "2.0.0"}, "attachments")
	}

	// The way back, and what ran where.
	paris.does([]string{"downgrade", "18.0.0"}, "release", "rollback", "Sheet Reports", "--now", "--dry-run")
	paris.does([]string{"current since"}, "release", "rollback", "Sheet Reports", "--now", "--version", "3.0.0", "--notes", "Back.")
	paris.does([]string{"3.0.0", "current", "2.0.0", "released", "1.0.0"}, "release", "list", "Sheet Reports")
	desk.does([]string{"Aldgate Insurance", "Kiwi Trust", "3.0.0"}, "install-base", "--pack", "Sheet Reports")
	desk.does([]string{"Aldgate Insurance", "2.0.0", "since"}, "install-base", "--at", due.Format(time.RFC3339), "-q", "aldgate")
	desk.does([]string{"installed", "opted in", "undone", "immediate", "Grace Okafor", "Camille Laurent", "Europe/Paris"}, "history", "Aldgate Insurance/Sheet Reports")
	kiwi.does([]string{"installed", "automatic at midnight", "the clock", "immediate", "Pacific/Auckland"}, "history", "Sheet Reports")
	desk.does([]string{"release.", "Camille Laurent", "Sheet Reports"}, "audit", "--pack", "Sheet Reports")
	london.does([]string{"Grace Okafor", "Sheet Reports"}, "audit", "--actor", "me", "--source", "api")
	if csv := desk.does(nil, "install-base", "--csv"); strings.Count(csv, "\n") < 3 || !strings.Contains(csv, "Kiwi Trust") {
		t.Errorf("the install base as CSV: %s", csv)
	}
	var list struct {
		Items []map[string]any `json:"items"`
		Next  *string          `json:"next"`
	}
	if err := json.Unmarshal([]byte(desk.does(nil, "install-base", "--json")), &list); err != nil || len(list.Items) != 2 || list.Next != nil {
		t.Errorf("the install base as JSON: %+v, %v", list, err)
	}

	// The end of it.
	paris.fails(exitConflict, []string{"R5"}, "packages", "delete", "google_sheets", "18.0.0", "--yes")
	paris.fails(exitNotFound, []string{"no version 9.0.0"}, "packages", "delete", "google_sheets", "9.0.0", "--yes")
	london.does([]string{"Uninstalled"}, "detach", "Sheet Reports", "--yes")
	paris.does([]string{"1 attachment outside the groups"}, "group", "remove-account", "Insurers", "Kiwi Trust")
	paris.fails(exitUsage, []string{"--yes NAME"}, "pack", "delete", "Sheet Reports")
	paris.fails(exitRefused, []string{"nothing was deleted"}, "pack", "delete", "Sheet Reports", "--yes", "sheet")
	paris.does([]string{"uninstalled from 1 attachment"}, "pack", "delete", "Sheet Reports", "--yes", "Sheet Reports")
	kiwi.does([]string{"Nothing is installed yet"}, "attachments")
}

// Waiting ends with what was decided meanwhile, and with whoever waits.
func TestWaitingForWhatNeverComes(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	j := &job{t: t, clock: st.clock}
	j.packages()
	paris := st.as(cliPublisher)
	paris.does(nil, "packages", "push", j.other, "--shareable", "--override-reason", "The line of the test.")
	paris.does(nil, "pack", "create", "Reports", "--support-contact", "a@b.example")
	paris.does(nil, "pack", "add", "Reports", "Expressions")
	day := release.DateOf(st.clock.Now(), st.clock.zone).AddDays(5)
	paris.does(nil, "release", "Reports", "--on", day.String())
	paris.does([]string{day.AddDays(1).String()}, "release", "reschedule", "Reports", "--on", day.AddDays(1).String(), "--reason", "A holiday.")

	given := launch(t, paris.env, "release", "wait", "Reports")
	given.cancel()
	if code := exitCode(given.wait(t), &given.err); code != exitInterrupted {
		t.Errorf("interrupted: status %d\n%s", code, &given.err)
	}
	waiting := launch(t, paris.env, "release", "wait", "Reports", "--json")
	paris.does([]string{"withdrawn"}, "release", "withdraw", "Reports", "--reason", "A fault.")
	if code := exitCode(waiting.wait(t), &waiting.err); code != exitConflict && code != exitNotFound {
		t.Errorf("withdrawn: status %d\n%s", code, &waiting.err)
	}
	paris.does([]string{"withdrawn"}, "release", "list", "Reports")
	paris.does([]string{"nothing is prepared"}, "release", "evidence", "Reports")
	paris.fails(exitNotFound, []string{`no item "Tests"`}, "release", "evidence", "Reports", "Tests")
}

// What a publisher demands of every release can be ticked off by the command line too (R35).
func TestEvidenceByCommandLine(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	j := &job{t: t, clock: st.clock}
	j.packages()
	paris := st.as(cliPublisher)
	by, _, err := st.site.reader.Bearer(t.Context(), sha256.Sum256([]byte(paris.token)), st.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := st.site.service.SetEvidenceItems(t.Context(), by, []release.EvidenceItem{{Label: "Tests are green", Demanded: true}}); err != nil {
		t.Fatal(err)
	}
	paris.does(nil, "packages", "push", j.other, "--shareable", "--override-reason", "The line of the test.")
	paris.does(nil, "pack", "create", "Reports", "--support-contact", "a@b.example")
	paris.does(nil, "pack", "add", "Reports", "Expressions")
	paris.fails(exitConflict, []string{"Tests are green", "R35"}, "release", "Reports", "--now")
	paris.does([]string{"Tests are green", "yes", "Guides updated"}, "release", "evidence", "Reports")
	paris.does([]string{"Tests are green is ticked off"}, "release", "evidence", "Reports", "tests are green", "--note", "All of them.", "--file", j.other)
	paris.does([]string{"Camille Laurent", "All of them."}, "release", "evidence", "Reports")
	paris.does([]string{"no longer ticked off"}, "release", "evidence", "Reports", "Tests are green", "--take-back")
	paris.fails(exitConflict, []string{"R35"}, "release", "Reports", "--now")
	paris.does(nil, "release", "evidence", "Reports", "Tests are green")
	paris.does([]string{"current since"}, "release", "Reports", "--now")
	paris.fails(exitNotFound, []string{`no item "Coffee"`, "release evidence"}, "release", "evidence", "Reports", "Coffee")
	paris.fails(exitUsage, []string{"which item"}, "release", "evidence", "Reports", "--take-back")
}
