package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"packtide/release"
)

// wishFile writes a file for apply beside the packages of a job.
func wishFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pack.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// What a file says comes true once; a second run has nothing to do, and a change of the file changes just that.
func TestApply(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	j := &job{t: t, clock: st.clock}
	j.packages()
	paris := st.as(cliPublisher)
	day := release.DateOf(st.clock.Now(), st.clock.zone).AddDays(3)

	says := func(sheets, schedule, description string) string {
		return `
packs:
  - name: Sheet Reports
    description: ` + description + `
    support_contact: help@meridian.example
    packages:
      - file: ` + sheets + `
        shareable: true
        override_reason: The line of the test.
      - file: ` + j.other + `
        shareable: true
        override_reason: The line of the test.
    release: {schedule: ` + schedule + `, notes: From a file.}
---
groups:
  - name: Insurers
    accounts: [Aldgate Insurance, Kiwi Trust]
    packs: [Sheet Reports]
`
	}
	first := wishFile(t, says(j.sheets[0], "immediate", "Reports in sheets."))
	plan := []string{"+ version 15.0.0 of package Google Sheets", "+ pack Sheet Reports\n", "+ group Insurers\n", "+ group Insurers: account Kiwi Trust", "+ group Insurers: pack Sheet Reports", "+ release Sheet Reports at once\n    + Expressions ", "\n    + Google Sheets 15.0.0\n"}
	stdout, stderr, status := paris.reads("", "apply", "--plan", "-f", first)
	for _, want := range plan {
		if !strings.Contains(stdout, want) {
			t.Errorf("the plan lacks %q:\n%s%s", want, stdout, stderr)
		}
	}
	if status != exitChanges {
		t.Errorf("--plan: status %d, want %d", status, exitChanges)
	}
	paris.fails(exitChanges, []string{"8 changes would be made"}, "apply", "--dry-run", "--json", "-f", first)
	paris.does([]string{"No packs yet"}, "pack", "list")
	paris.fails(exitUsage, []string{"--yes"}, "apply", "-f", first)
	paris.does([]string{"No packs yet"}, "pack", "list")
	paris.does(append(plan, "Done: 8 changes."), "apply", "--yes", "-f", first)
	paris.does([]string{"Nothing to do"}, "apply", "--yes", "-f", first)
	paris.does([]string{"Nothing to do"}, "apply", "--plan", "-f", first)
	paris.does([]string{"1.0.0", "current"}, "release", "list", "Sheet Reports")

	second := wishFile(t, says(j.sheets[1], "scheduled, date: "+day.String()+", version: 2.0.0", "Reports in better sheets."))
	paris.does([]string{"~ pack Sheet Reports: description\n", "+ version 18.0.0", "+ release Sheet Reports 2.0.0 on " + day.String() + "\n    = Expressions ", "\n    ~ Google Sheets from 15.0.0 to 18.0.0\n", "Done: 3 changes."}, "apply", "--yes", "-f", second)
	paris.does([]string{"Nothing to do"}, "apply", "--yes", "-f", second)
	later := wishFile(t, says(j.sheets[1], "scheduled, date: "+day.AddDays(1).String(), "Reports in better sheets."))
	paris.fails(exitUsage, []string{later + ":", "reason"}, "apply", "--yes", "-f", later)
	later = wishFile(t, says(j.sheets[1], "scheduled, reason: A day more., date: "+day.AddDays(1).String(), "Reports in better sheets."))
	paris.does([]string{"~ release Sheet Reports 2.0.0 from " + day.String() + " to " + day.AddDays(1).String()}, "apply", "--yes", "-f", later)
	paris.does([]string{"Nothing to do"}, "apply", "--yes", "-f", later)
	other := wishFile(t, "packs: [{name: Sheet Reports, packages: [google_sheets], release: {schedule: scheduled, date: "+day.String()+"}}]\n")
	paris.fails(exitConflict, []string{other + ":1", "2.0.0", "is in testing already"}, "apply", "--yes", "--prune", "pack-packages", "-f", other)
	if err := st.clock.Move(t.Context(), "after"); err != nil {
		t.Fatal(err)
	}
	paris.does([]string{"Nothing to do"}, "apply", "--yes", "-f", later) // it is current now
}

// A file chooses versions for the next release, and takes away nothing unless it is told to.
func TestApplyVersionsAndPrune(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	j := &job{t: t, clock: st.clock}
	j.packages()
	paris := st.as(cliPublisher)
	for _, file := range []string{j.sheets[0], j.sheets[1], j.other} {
		paris.does(nil, "packages", "push", "--shareable", "--override-reason", "The line of the test.", file)
	}
	all := wishFile(t, "packs: [{name: Sheet Reports, support_contact: a@b.example, packages: [google_sheets, Expressions]}]\ngroups: [{name: G, accounts: [Kiwi Trust], packs: [Sheet Reports]}]\n")
	paris.does(nil, "apply", "--yes", "-f", all)
	pinned := wishFile(t, "packs: [{name: Sheet Reports, packages: [{name: google_sheets, version: 15.0.0}]}]\n")
	paris.does([]string{"~ pack Sheet Reports: package Google Sheets from 18.0.0 to 15.0.0"}, "apply", "--yes", "-f", pinned)
	paris.does([]string{"Nothing to do"}, "apply", "--yes", "-f", pinned)
	paris.does([]string{"Expressions", "15.0.0"}, "pack", "show", "Sheet Reports")

	less := wishFile(t, "packs: [{name: Sheet Reports, packages: [{name: google_sheets, version: 15.0.0}]}]\ngroups: [{name: G, accounts: [], packs: []}]\n")
	paris.does([]string{"Nothing to do"}, "apply", "--yes", "-f", less)
	stdout := paris.does([]string{"- pack Sheet Reports: package", "- group G: account Kiwi Trust", "- group G: pack Sheet Reports"}, "apply", "--yes", "-f", less, "--prune", "pack-packages,group-accounts", "--prune", "group-packs")
	if strings.Contains(stdout, "package Google Sheets\n") {
		t.Errorf("what the file names goes too:\n%s", stdout)
	}
	paris.does([]string{"Nothing to do"}, "apply", "--yes", "-f", less, "--prune", "pack-packages,group-accounts,group-packs")
	paris.does([]string{"{\"changes\":[]}"}, "apply", "--yes", "--json", "-f", less)
}

// A file releases nothing that it does not name: neither what somebody else has drafted, nor what is in testing already.
func TestApplyReleasesOnlyWhatIsNamed(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	j := &job{t: t, clock: st.clock}
	j.packages()
	paris := st.as(cliPublisher)
	for _, file := range []string{j.sheets[0], j.other} {
		paris.does(nil, "packages", "push", "--shareable", "--override-reason", "The line of the test.", file)
	}
	now := "packs: [{name: Sheet Reports, support_contact: a@b.example, packages: [%s], release: {schedule: immediate}}]\n"
	paris.does(nil, "apply", "--yes", "-f", wishFile(t, fmt.Sprintf(now, "google_sheets, Expressions")))
	paris.does(nil, "packages", "push", "--shareable", "--override-reason", "The line of the test.", j.sheets[1])
	paris.does(nil, "pack", "remove", "Sheet Reports", "Expressions") // somebody else's draft
	_, stderr, status := paris.reads("", "apply", "--yes", "-f", wishFile(t, fmt.Sprintf(now, "google_sheets")))
	if status != exitConflict || !strings.Contains(stderr, "which the file does not name") {
		t.Errorf("status %d: %s", status, stderr)
	}
}

// A version never changes: a file with other content under the same version is refused before anything is done.
func TestApplyRefusesChangedVersions(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	j := &job{t: t, clock: st.clock}
	paris := st.as(cliPublisher)
	says := func(file string) string {
		return wishFile(t, "packs:\n  - name: One\n    packages:\n      - {file: "+file+", shareable: true, override_reason: Test.}\n")
	}
	paris.does([]string{"Done"}, "apply", "--yes", "-f", says(j.tool("Expressions", "1.0.5", "one")))
	paris.fails(exitConflict, []string{"pack.yaml:4:", "1.0.5", "next version"}, "apply", "--yes", "-f", says(j.tool("Expressions", "1.0.5", "two")))
}

// Files that can't be understood are refused as a whole, with the line of everything that is wrong.
func TestApplyFilesThatAreWrong(t *testing.T) {
	t.Parallel()
	me := signedOut(t) // no server is asked
	for name, test := range map[string]struct {
		text string
		says []string
	}{
		"an unknown key":        {"packs:\n  - name: A\n    pakages: []\n    releases: {}\n", []string{`pack.yaml:3: a pack has no key "pakages"; it has attachment_mode, description`, `pack.yaml:4: a pack has no key "releases"`}},
		"an unknown kind":       {"packs: []\naccounts: []\n", []string{`pack.yaml:2: a document has no key "accounts"; it has groups, packs`}},
		"a second document":     {"packs: []\n---\ngroups:\n  - nam: x\n", []string{`pack.yaml:4: a group has no key "nam"`, "pack.yaml:4: a group needs a name"}},
		"a key that is twice":   {"packs:\n  - name: A\n    name: B\n", []string{":3"}},
		"what is no list":       {"packs: {name: A}\n", []string{"pack.yaml:1: this is written as a list"}},
		"a version of two":      {"packs: [{name: A, packages: [{name: p, version: 1.0}]}]\n", []string{`"1.0" is no version`}},
		"name and file":         {"packs: [{name: A, packages: [{name: p, file: p.zip}]}]\n", []string{"either its name or a file"}},
		"shareable by name":     {"packs: [{name: A, packages: [{name: p, shareable: true}]}]\n", []string{"for a package with a file"}},
		"shareable as a text":   {"packs: [{name: A, packages: [{file: p, shareable: perhaps}]}]\n", []string{"true or false"}},
		"no date":               {"packs: [{name: A, release: {schedule: scheduled}}]\n", []string{"needs a date"}},
		"a date at once":        {"packs: [{name: A, release: {schedule: immediate, date: 2027-01-31}}]\n", []string{"needs a date, and an immediate one has none"}},
		"a day that is none":    {"packs: [{name: A, release: {schedule: scheduled, date: 2027-02-31}}]\n", []string{"2027-02-31"}},
		"a mode that is none":   {"packs: [{name: A, attachment_mode: both}]\n", []string{`"both" is none of single, multiple`}},
		"no YAML":               {"packs: [\n", []string{"pack.yaml:2: this can't be understood"}},
		"a text":                {"hello\n", []string{"groups, packs"}},
		"a pack twice":          {"packs:\n  - name: A\n---\npacks:\n  - name: a\n", []string{"pack.yaml:5: pack a stands here again", "the first time it stands at /", "pack.yaml:2. Keep one"}},
		"a group twice":         {"groups: [{name: G, accounts: [A]}]\n---\ngroups: [{name: g, accounts: [B]}]\n", []string{"pack.yaml:3: group g stands here again", "pack.yaml:1. Keep one"}},
		"names twice":           {"packs:\n  - name: A\n    packages:\n      - p\n      - {name: P, version: 1.0.0}\ngroups:\n  - name: G\n    accounts:\n      - X\n      - x\n    packs:\n      - Y\n      - y\n", []string{"pack.yaml:5: package P stands here again", "pack.yaml:10: account x", "pack.yaml:13: pack y"}},
		"anchors beyond bounds": {aliasBomb(), []string{"asks for more than"}},
		"an anchor in itself":   {"packs: &a [*a]\n", []string{"pack.yaml:1: a pack is written as keys"}},
		"a key from an anchor":  {"packs:\n  - &a {name: A}\n  - {<<: *a, name: B}\n", []string{`has no key "<<"`}},
		"a tab":                 {"packs:\n\t- name: A\n", []string{"pack.yaml:2: this can't be understood as YAML", "not with tabs"}},
		"characters unseen":     {"packs:\n  - name: A\n    description: \"x\\0\"\n", []string{"pack.yaml:3: this text holds a character that can't be seen"}},
		"documents without end": {strings.Repeat("---\n", maxNodes+1), []string{"asks for more than"}},
		"too large":             {"# " + strings.Repeat("x", maxWishes) + "\npacks: []\n", []string{"pack.yaml is larger than 4 MiB"}},
		"a list among the text": {"packs: [{name: [A]}]\n", []string{"a text is missing here"}},
	} {
		path := wishFile(t, test.text)
		_, stderr, status := me.reads("", "apply", "--plan", "-f", path)
		for _, want := range test.says {
			if status != exitUsage || !strings.Contains(stderr, want) {
				t.Errorf("%s: status %d, want 2 and %q:\n%s", name, status, want, stderr)
			}
		}
	}
	me.fails(exitUsage, []string{"/no/such/file"}, "apply", "-f", "/no/such/file")
	one, two := wishFile(t, "groups: [{name: G, accounts: [A]}]\n"), wishFile(t, "groups: [{name: G, accounts: [B]}]\n")
	me.fails(exitUsage, []string{two + ":1: group G stands here again; the first time it stands at " + one + ":1"}, "apply", "-f", one, "-f", two, "--prune", "group-accounts")
	me.fails(exitUsage, []string{"--prune"}, "apply", "-f", wishFile(t, ""), "--prune", "everything")
	me.fails(exitSignedOut, []string{"packtide login"}, "apply", "-f", wishFile(t, "packs: []\n"))
}

// aliasBomb is small, and asks for a billion packages.
func aliasBomb() string {
	const many = 40_000
	return "packs:\n  - &p {name: A, packages: &l [&n x" + strings.Repeat(", *n", many) + "]}\n" + strings.Repeat("  - *p\n", many)
}

// FuzzReadWishes finds no file that breaks the reader.
func FuzzReadWishes(f *testing.F) {
	for _, seed := range []string{"packs: [{name: A, packages: [x, {file: y, version: 1.0.0}]}]", "a: &a [*a]", "---\n---\n", "? [x]\n: y", "packs: [null]\ngroups: [~]"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var w wishes
		if err := readWishes("fuzz.yaml", strings.NewReader(text), &w); err != nil && err.Error() == "" {
			t.Error("an error without words")
		}
	})
}
