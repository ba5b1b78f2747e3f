package main

import (
	"crypto/sha256"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

// cliJob is the main job by the command line alone, step by step.
type cliJob struct {
	*job
	st                        *cliStage
	paris, london, kiwi, desk *caller
	day                       string    // of the second release
	due                       time.Time // the first instant of it
}

// TestMainJobByCommandLine plays the whole main job by the command line alone: from two real packages to the publisher's
// midnight, the way back, and the question what ran where.
func TestMainJobByCommandLine(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	j := &cliJob{job: &job{t: t, clock: st.clock}, st: st}
	j.packages()
	j.paris, j.london, j.kiwi, j.desk = st.as(cliPublisher), st.as(cliLondon), st.as(cliKiwi), st.as(cliSupport)
	j.prepares()
	j.releasesAtOnce()
	j.releasesOnADate()
	j.tries()
	j.midnight()
	j.rollsBack()
	j.looksBack()
	j.readsTables()
	j.cleansUp()
}

// prepares brings packages, a pack and a group.
func (j *cliJob) prepares() {
	j.t.Helper()
	j.paris.does([]string{"No packages yet"}, "packages", "list")
	j.paris.does([]string{"uploaded: Google Sheets 15.0.0, shareable"}, "packages", "push", j.sheets[0], "--shareable", "--override-reason", "The line of the test.")
	j.paris.does([]string{"Expressions"}, "packages", "push", j.other, "--shareable", "--override-reason", "The line of the test.")
	j.paris.does([]string{"is there already"}, "packages", "push", "--if-new", j.sheets[0])
	j.paris.fails(exitConflict, []string{"never changes", "rule R1"}, "packages", "push", j.sheets[0])
	j.paris.does([]string{"Google Sheets", "google_sheets", "15.0.0", "Expressions"}, "packages", "list")
	j.paris.does([]string{"Made: pack Sheet Reports"}, "pack", "create", "Sheet Reports", "--description", "Reports from incidents, in sheets.")
	j.paris.does([]string{"Changed"}, "pack", "edit", "sheet reports", "--support-contact", "help@meridian.example")
	j.paris.does([]string{"holds Google Sheets 15.0.0", "Expressions"}, "pack", "add", "Sheet Reports", "google_sheets", "Expressions")
	j.paris.does([]string{"Made: group Insurers"}, "group", "create", "Insurers")
	j.paris.does([]string{"holds Aldgate Insurance", "holds Kiwi Trust"}, "group", "add-account", "Insurers", "Aldgate Insurance", "kiwi trust")
	j.paris.does([]string{"is offered Sheet Reports"}, "group", "add-pack", "Insurers", "Sheet Reports")
	j.paris.does([]string{"Aldgate Insurance", "Kiwi Trust", "Sheet Reports"}, "group", "show", "Insurers")
}

// releasesAtOnce makes the first release, and both accounts install it.
func (j *cliJob) releasesAtOnce() {
	j.t.Helper()
	j.paris.does([]string{"Nothing is changed", "Sheet Reports 1.0.0", "0 attachments in 0 accounts", "can be installed"}, "release", "Sheet Reports", "--now", "--dry-run")
	j.paris.does([]string{"No releases yet"}, "release", "list", "Sheet Reports")
	j.paris.does([]string{"Sheet Reports 1.0.0: current since"}, "release", "Sheet Reports", "--now", "--wait")
	for _, account := range []*caller{j.london, j.kiwi} {
		account.does([]string{"Sheet Reports", "Meridian Connect", "1.0.0"}, "catalogue")
		account.does([]string{"runs Sheet Reports 1.0.0"}, "attach", "Sheet Reports", "--environment", "production")
	}
}

// releasesOnADate plans the second one.
func (j *cliJob) releasesOnADate() {
	j.t.Helper()
	j.paris.does([]string{"uploaded: Google Sheets 18.0.0"}, "packages", "push", j.sheets[1], "--shareable", "--override-reason", "The line of the test.")
	day := release.DateOf(j.clock.Now(), j.clock.zone).AddDays(3)
	due, err := release.FirstInstant(day, j.clock.zone)
	if err != nil {
		j.t.Fatal(err)
	}
	j.day, j.due = day.String(), due
	j.paris.does([]string{"2 attachments in 2 accounts", "15.0.0", "18.0.0", "Aldgate Insurance", "Europe/London"}, "release", "Sheet Reports", "--on", j.day, "--version", "2.0.0", "--dry-run")
	j.paris.does([]string{"Sheet Reports 2.0.0: in testing, applies " + j.day + " 00:00 Europe/Paris"}, "release", "Sheet Reports", "--on", j.day, "--version", "2.0.0", "--notes", "Faster sheets.")
	j.paris.fails(exitConflict, []string{"R19"}, "release", "Sheet Reports", "--on", j.day, "--content", "google_sheets=15.0.0")
}

// tries lets one account try it, while the other sees when it comes.
func (j *cliJob) tries() {
	j.t.Helper()
	auckland, err := release.LoadZone("Pacific/Auckland")
	if err != nil {
		j.t.Fatal(err)
	}
	j.kiwi.does([]string{"waiting", "1.0.0", "2.0.0", j.due.In(auckland).Format(clockLayout) + " Pacific/Auckland = " + j.day + " 00:00 Europe/Paris"}, "attachments")
	j.london.does([]string{"tries Sheet Reports 2.0.0"}, "opt-in", "Sheet Reports")
	j.london.does([]string{"runs Sheet Reports 1.0.0 again"}, "go-back", "Sheet Reports")
	j.london.does([]string{"tries Sheet Reports 2.0.0"}, "opt-in", "Sheet Reports")
	j.london.does([]string{"Told Meridian Connect: Sheet Reports 2.0.0 works"}, "feedback", "Sheet Reports", "works", "All green.")
	j.paris.does([]string{"Tried by:", "1"}, "release", "show", "Sheet Reports")

	j.kiwi.does([]string{"Sheet Reports 2.0.0", "Faster sheets.", "18.0.0"}, "release", "show", "Sheet Reports")
	j.kiwi.does([]string{"2.0.0", "1.0.0"}, "release", "list", "Sheet Reports")
	j.paris.fails(exitTimeout, []string{"not current after 1ms", j.day + " 00:00 Europe/Paris", "packtide release wait"}, "release", "wait", "Sheet Reports", "--timeout", "1ms")
}

// midnight passes while a program waits for it.
func (j *cliJob) midnight() {
	j.t.Helper()
	waiting := launch(j.t, j.paris.env, "release", "wait", "Sheet Reports@2.0.0", "--timeout", "80s")
	if err := j.clock.Move(j.t.Context(), "after"); err != nil {
		j.t.Fatal(err)
	}
	if err := waiting.wait(j.t); err != nil || !strings.Contains(waiting.out.String(), "Sheet Reports 2.0.0: current since") {
		j.t.Errorf("waiting ended with %v: %s", err, &waiting.out)
	}
	for _, account := range []*caller{j.london, j.kiwi} {
		account.does([]string{"current", "2.0.0"}, "attachments")
	}
}

// rollsBack releases the older content again (R22).
func (j *cliJob) rollsBack() {
	j.t.Helper()
	j.paris.does([]string{"downgrade", "18.0.0"}, "release", "rollback", "Sheet Reports", "--now", "--dry-run")
	j.paris.does([]string{"current since"}, "release", "rollback", "Sheet Reports", "--now", "--version", "3.0.0", "--notes", "Back.")
	j.paris.does([]string{"3.0.0", "current", "2.0.0", "released", "1.0.0"}, "release", "list", "Sheet Reports")
}

// looksBack tells what ran where, since when and by whom (R32, R33).
func (j *cliJob) looksBack() {
	j.t.Helper()
	j.desk.does([]string{"Aldgate Insurance", "Kiwi Trust", "3.0.0"}, "install-base", "--pack", "Sheet Reports")
	j.desk.does([]string{"Aldgate Insurance", "2.0.0", "since"}, "install-base", "--at", j.due.Format(time.RFC3339), "-q", "aldgate")
	j.desk.does([]string{"installed", "opted in", "undone", "immediate", "Grace Okafor", "Camille Laurent", "Europe/Paris"}, "history", "Aldgate Insurance/Sheet Reports")
	j.kiwi.does([]string{"installed", "automatic at midnight", "the clock", "immediate", "Pacific/Auckland"}, "history", "Sheet Reports")
	j.desk.does([]string{"release.", "Camille Laurent", "Sheet Reports"}, "audit", "--pack", "Sheet Reports")
	j.london.does([]string{"Grace Okafor", "Sheet Reports"}, "audit", "--actor", "me", "--source", "api")
}

// readsTables takes the install base as other programs do.
func (j *cliJob) readsTables() {
	j.t.Helper()
	if csv := j.desk.does(nil, "install-base", "--csv"); strings.Count(csv, "\n") < 3 || !strings.Contains(csv, "Kiwi Trust") {
		j.t.Errorf("the install base as CSV: %s", csv)
	}
	var list struct {
		Items []map[string]any `json:"items"`
		Next  *string          `json:"next"`
	}
	if err := json.Unmarshal([]byte(j.desk.does(nil, "install-base", "--json")), &list); err != nil || len(list.Items) != 2 || list.Next != nil {
		j.t.Errorf("the install base as JSON: %+v, %v", list, err)
	}
}

// cleansUp takes everything away, as far as it may go.
func (j *cliJob) cleansUp() {
	j.t.Helper()
	j.paris.fails(exitConflict, []string{"R5"}, "packages", "delete", "google_sheets", "18.0.0", "--yes")
	j.paris.fails(exitNotFound, []string{"no version 9.0.0"}, "packages", "delete", "google_sheets", "9.0.0", "--yes")
	j.london.does([]string{"Uninstalled"}, "detach", "Sheet Reports", "--yes")
	j.paris.does([]string{"1 attachment outside the groups"}, "group", "remove-account", "Insurers", "Kiwi Trust")
	j.paris.fails(exitUsage, []string{"--yes NAME"}, "pack", "delete", "Sheet Reports")
	j.paris.fails(exitRefused, []string{"nothing was deleted"}, "pack", "delete", "Sheet Reports", "--yes", "sheet")
	j.paris.does([]string{"uninstalled from 1 attachment"}, "pack", "delete", "Sheet Reports", "--yes", "Sheet Reports")
	j.kiwi.does([]string{"Nothing is installed yet"}, "attachments")
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
		t.Errorf("interrupted at the start: status %d\n%s", code, &given.err)
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
	paris.fails(exitConflict, []string{"Tests are green", "R35", `packtide release evidence "Reports" ITEM`}, "release", "Reports", "--now")
	paris.fails(exitRefused, []string{`packtide release evidence "Reports" ITEM`}, "release", "Reports", "--now", "--dry-run")
	paris.does([]string{"Tests are green", "yes", "Guides updated"}, "release", "evidence", "Reports")
	paris.does([]string{"Tests are green is ticked off"}, "release", "evidence", "Reports", "tests are green", "--note", "All of them.", "--file", j.other)
	paris.does([]string{"Camille Laurent", "All of them."}, "release", "evidence", "Reports")
	paris.does([]string{"no longer ticked off"}, "release", "evidence", "Reports", "Tests are green", "--take-back")
	paris.fails(exitConflict, []string{"R35"}, "release", "Reports", "--now")
	paris.does(nil, "release", "evidence", "Reports", "Tests are green")
	paris.does([]string{"Nothing is changed"}, "release", "Reports", "--now", "--dry-run") // what was ticked off counts here too
	paris.does([]string{"current since"}, "release", "Reports", "--now")
	paris.fails(exitNotFound, []string{`no item "Coffee"`, "release evidence"}, "release", "evidence", "Reports", "Coffee")
	paris.fails(exitUsage, []string{"which item"}, "release", "evidence", "Reports", "--take-back")
}
