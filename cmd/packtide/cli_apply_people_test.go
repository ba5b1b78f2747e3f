package main

import (
	"crypto/sha256"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"packtide/release"
)

// What is released is what the plan has shown: after somebody else's change nothing is, and theirs stays. // R14
func TestApplyReleasesWhatItHasShown(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	j := &job{t: t, clock: st.clock}
	paris := st.as(cliPublisher)
	for _, file := range []string{j.tool("Hammer", "1.0.0"), j.tool("Saw", "1.0.0"), j.tool("Saw", "1.1.0"), j.tool("Drill", "1.0.0")} {
		paris.does(nil, "packages", "push", "--shareable", "--override-reason", "The line of the test.", file)
	}
	says := func(saw, description string) string {
		return wishFile(t, "packs: [{name: Tools, description: "+description+", support_contact: a@b.example, packages: [Hammer, {name: Saw, version: "+saw+"}], release: {schedule: immediate}}]\n")
	}
	paris.does([]string{"+ release Tools at once\n    + Hammer 1.0.0\n    + Saw 1.0.0\n"}, "apply", "--yes", "-f", says("1.0.0", "One."))

	// Before the first change of the plan is made, somebody adds a package to the draft: nothing is released.
	meanwhile := &between{before: func(n int64) {
		if n == 1 {
			paris.does(nil, "pack", "add", "Tools", "Drill")
		}
	}}
	paris.through(meanwhile).fails(exitConflict, []string{"Tools has changed since the plan was made", "1 of 2 changes were made", "Run it again"}, "apply", "--yes", "-f", says("1.1.0", "Two."))
	paris.does([]string{"Drill", "1.0.0"}, "pack", "show", "Tools")
	if list := paris.does(nil, "release", "list", "Tools"); strings.Count(list, "Camille Laurent") != 1 {
		t.Errorf("something was released: %s", list)
	}
	paris.fails(exitConflict, []string{"would change Drill too (none to 1.0.0)", "which the file does not name"}, "apply", "--yes", "-f", says("1.1.0", "Two."))

	// In the very last moment, when the release is on its way: nothing is released, and what somebody prepared is still there.
	paris.does(nil, "pack", "remove", "Tools", "Drill")
	meanwhile = &between{before: func(int64) { paris.does(nil, "pack", "add", "Tools", "Drill") }}
	stdout, stderr, status := paris.through(meanwhile).reads("", "apply", "--yes", "-f", says("1.1.0", "Two."))
	if status != exitConflict || !strings.Contains(stdout, "\n    = Hammer 1.0.0\n    ~ Saw from 1.0.0 to 1.1.0\n") || !strings.Contains(stderr, "Tools has changed since the plan was made") {
		t.Errorf("status %d: %s%s", status, stdout, stderr)
	}
	if shown := paris.does([]string{"Hammer", "Saw"}, "release", "show", "Tools"); strings.Contains(shown, "Drill") || strings.Contains(shown, "1.1.0") {
		t.Errorf("what nobody was shown came along: %s", shown)
	}
	if whole := paris.does(nil, "pack", "show", "Tools"); !regexp.MustCompile(`(?m)^Drill .*\b1\.0\.0\b`).MatchString(whole) {
		t.Errorf("what a colleague has added is gone from the draft:\n%s", whole)
	}

	// Somebody plans a release while the plan is looked at: nothing supersedes it unseen.
	paris.does(nil, "pack", "remove", "Tools", "Drill")
	day := release.DateOf(st.clock.Now(), st.clock.zone).AddDays(3).String()
	meanwhile = &between{before: func(int64) {
		paris.does([]string{"in testing"}, "release", "Tools", "--on", day, "--version", "5.0.0", "--content", "Saw=1.1.0")
	}}
	paris.through(meanwhile).fails(exitConflict, []string{"Tools has changed since the plan was made"}, "apply", "--yes", "-f", says("1.1.0", "Two."))
	paris.does([]string{"5.0.0", "in testing"}, "release", "show", "Tools")
}

// A file that changes between the plan and the upload is not uploaded.
func TestApplyUploadsWhatItHasRead(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	j := &job{t: t, clock: st.clock}
	paris := st.as(cliPublisher)
	first, second := j.tool("First", "1.0.0"), j.tool("Second", "1.0.0")
	file := wishFile(t, "packs: [{name: P, packages: [{file: "+first+", "+shared+"}, {file: "+second+", "+shared+"}]}]\n")
	meanwhile := &between{before: func(n int64) {
		if content, err := os.ReadFile(j.tool("Second", "1.1.0")); n > 1 || err != nil {
			return
		} else if err := os.WriteFile(second, content, 0o600); err != nil {
			t.Error(err)
		}
	}}
	paris.through(meanwhile).fails(exitConflict, []string{"has changed since the plan was made", "1 of 5 changes"}, "apply", "--yes", "-f", file)
	if list := paris.does([]string{"First"}, "packages", "list"); strings.Contains(list, "Second") {
		t.Errorf("it was uploaded: %s", list)
	}
	paris.settles(file)
}

// Several people who apply the same file at once end with what it says: one pack, one group, one release, and no draft.
func TestApplyByAllAtOnce(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	j := &job{t: t, clock: st.clock}
	paris := st.as(cliPublisher)
	file := wishFile(t, "packs: [{name: Tools, support_contact: a@b.example, packages: [{file: "+j.tool("Hammer", "1.0.0")+", "+shared+"}], release: {schedule: immediate}}]\n"+
		"groups: [{name: G, accounts: [Kiwi Trust], packs: [Tools]}]\n")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, stderr, status := paris.reads("", "apply", "--yes", "-f", file); status != 0 && status != exitRefused && status != exitConflict {
				t.Errorf("status %d: %s", status, stderr)
			}
		})
	}
	all.Wait()
	paris.settles(file)
	var pack struct {
		Draft    *string `json:"draft_id"`
		Packages []any   `json:"packages"`
	}
	if err := json.Unmarshal([]byte(paris.does(nil, "pack", "show", "--json", "Tools")), &pack); err != nil || pack.Draft != nil || len(pack.Packages) != 1 {
		t.Errorf("the pack: %+v, %v", pack, err)
	}
	for _, list := range []string{
		paris.does([]string{"1.0.0"}, "pack", "list"), paris.does([]string{"current"}, "release", "list", "Tools"), paris.does([]string{"1.0.0"}, "packages", "show", "Hammer"),
	} {
		_, rows, _ := strings.Cut(list, " ID\n")
		if n := strings.Count(rows, "\n"); n != 1 {
			t.Errorf("%d lines, want one:\n%s", n, list)
		}
	}
}

// What can't come true is refused before anything is done.
func TestApplyRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	j := &job{t: t, clock: st.clock}
	paris := st.as(cliPublisher)
	hammer, saw := j.tool("Hammer", "1.0.0"), j.tool("Saw", "1.0.0")
	paris.does(nil, "packages", "push", "--no-shareable", hammer)
	paris.does(nil, "packages", "push", "--shareable", "--override-reason", "The line of the test.", saw)
	paris.does(nil, "packages", "delete", "Saw", "1.0.0", "--yes")
	paris.does(nil, "packages", "push", "--shareable", "--override-reason", "The line of the test.", j.tool("Saw", "1.1.0"))
	drill := j.tool("Drill", "1.0.0")
	rival, viewer := st.as(cliRival), st.as(cliViewer)
	before := paris.events()
	for name, test := range map[string]struct {
		packages string
		status   int
		says     []string
	}{
		"not shareable":            {"{file: " + hammer + "}", exitConflict, []string{":1: version 1.0.0 of Hammer", "not shareable", "next version"}},
		"not shareable by name":    {"{name: Hammer, version: 1.0.0}", exitConflict, []string{"not shareable"}},
		"no shareable version":     {"Hammer", exitUsage, []string{"no shareable version yet"}},
		"not to be shareable":      {"{file: " + drill + ", shareable: false}", exitUsage, []string{"shareable is false here"}},
		"not shareable by default": {"{file: " + drill + "}", exitUsage, []string{"pack.yaml:1: TCPB_-_Drill_v1.tcx would not be shareable", "your settings", "say shareable: true"}}, // R2
		"a deleted version":        {"{file: " + saw + "}", exitConflict, []string{"was deleted", "never used again"}},
		"no such version":          {"{name: Saw, version: 9.0.0}", exitNotFound, []string{"has no version 9.0.0", "packages show"}},
		"no such package":          {"Screwdriver", exitNotFound, []string{"Screwdriver"}},
		"no such file":             {"{file: /no/such/file.zip}", exitUsage, []string{"/no/such/file.zip"}},
		"a folder":                 {"{file: " + t.TempDir() + "}", exitUsage, []string{"pack.yaml:1: "}},
		"one package twice":        {"{file: " + j.tool("Saw", "1.2.0") + ", shareable: true}, saw", exitUsage, []string{"package Saw stands in pack P twice"}},
		"another version in it":    {"{file: " + drill + ", version: 2.0.0}", exitUsage, []string{"tells version 1.0.0 of itself"}},
		"one file in two ways":     {"{file: " + drill + ", shareable: true, notes: One.}]}, {name: Q, packages: [{file: " + drill + ", shareable: true, notes: Two.}", exitUsage, []string{"the same file stands at", "say the same in both"}},
		"two files of one version": {"{file: " + drill + ", shareable: true}]}, {name: Q, packages: [{file: " + j.tool("Drill", "1.0.0", "read me") + ", shareable: true}", exitUsage, []string{"with other content", "next version"}},
	} {
		_, stderr, status := paris.reads("", "apply", "--yes", "-f", wishFile(t, "packs: [{name: P, packages: ["+test.packages+"]}]\n"))
		for _, want := range test.says {
			if status != test.status || !strings.Contains(stderr, want) {
				t.Errorf("%s: status %d, want %d and %q:\n%s", name, status, test.status, want, stderr)
			}
		}
	}
	paris.fails(exitUsage, []string{"always holds every account"}, "apply", "--yes", "-f", wishFile(t, "groups: [{name: All accounts, accounts: [Kiwi Trust]}]\n"))
	file := wishFile(t, "packs: [{name: P, packages: [Saw]}]\n")
	rival.fails(exitNotFound, []string{"Saw"}, "apply", "--yes", "-f", file) // another publisher's
	viewer.fails(exitForbidden, []string{"0 of 2 changes"}, "apply", "--yes", "-f", file)
	if after := paris.events(); after != before {
		t.Errorf("%d events more in the audit", after-before)
	}
}

// A release by file waits for the evidence that its publisher demands, of a pack that has no release yet too (R35).
func TestApplyWaitsForEvidence(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	j := &job{t: t, clock: st.clock}
	paris := st.as(cliPublisher)
	by, _, err := st.site.reader.Bearer(t.Context(), sha256.Sum256([]byte(paris.token)), st.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := st.site.service.SetEvidenceItems(t.Context(), by, []release.EvidenceItem{{Label: "Tests are green", Demanded: true}}); err != nil {
		t.Fatal(err)
	}
	file := wishFile(t, "packs: [{name: Tools, support_contact: a@b.example, packages: [{file: "+j.tool("Hammer", "1.0.0")+", "+shared+"}], release: {schedule: immediate}}]\n")
	paris.fails(exitConflict, []string{"Tests are green", "2 of 3 changes", `packtide release evidence "Tools"`}, "apply", "--yes", "-f", file)
	paris.does(nil, "release", "evidence", "Tools", "Tests are green")
	if did := paris.settles(file); did != "+ release Tools at once\n    + Hammer 1.0.0\nDone: 1 change.\n" {
		t.Errorf("ticked off, it does: %s", did)
	}
}
