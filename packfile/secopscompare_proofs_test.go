package packfile_test

import (
	"fmt"
	"strings"
	"testing"

	"packtide/packfile"
)

// secopsVersion is one version of an integration with what the rules about steps look at.
type secopsVersion struct {
	version    int
	identifier string   // "" gives AcmeGuard
	actions    []string // the names; "" gives Ping only
	parameters string   // of the action Ping, in YAML
	notes      []string
	extra      []file
}

func (v secopsVersion) files() []file {
	identifier := v.identifier
	if identifier == "" {
		identifier = "AcmeGuard"
	}
	const in = "acme_guard/"
	files := []file{
		{name: in + "definition.yaml", content: "identifier: " + identifier + "\nname: Acme Guard\ncategories: [EDR]\nparameters: []\n"},
		{name: in + "pyproject.toml", content: fmt.Sprintf("[project]\nname = %q\nversion = \"%d.0\"\n", identifier, v.version)},
		{name: in + "release_notes.yaml", content: strings.Join(v.notes, "")},
		{name: in + "actions/ping.yaml", content: "name: Ping\ndescription: Pings.\nparameters:\n" + v.parameters},
	}
	for _, name := range v.actions {
		files = append(files, file{name: in + "actions/" + name + ".yaml", content: "name: " + name + "\ndescription: Does it.\n"})
	}
	return append(files, v.extra...)
}

func (v secopsVersion) zip(t testing.TB) []byte {
	t.Helper()
	return zipOf(t, v.files()...)
}

// secopsNote is one release note, with more fields in lines of their own.
func secopsNote(version int, item, kind string, more ...string) string {
	note := fmt.Sprintf("- description: Version %d.\n  version: %d.0\n  item_name: %s\n  item_type: %s\n  publish_time: '2026-01-%02d'\n",
		version, version, item, kind, version)
	for _, line := range more {
		note += "  " + line + "\n"
	}
	return note
}

// builtFiles is a small integration as the vendor's packager makes it.
func builtFiles(more ...file) []file {
	return append([]file{
		{name: "Integration-AcmeGuard.def", content: `{"Identifier": "AcmeGuard", "DisplayName": "Acme Guard", "Version": 12.0,
			"PythonVersion": 3, "Categories": ["EDR"], "IntegrationProperties": []}`},
		{name: "RN.json", content: `[{"ChangeDescription": "First.", "IntroducedInIntegrationVersion": 12.0, "ItemName": "Acme Guard",
			"ItemType": "Integration", "New": true, "PublishTime": 1755648000}]`},
		{name: "ActionsDefinitions/ping.actiondef", content: `{"Name": "Ping", "IntegrationIdentifier": "AcmeGuard", "Parameters": [
			{"Name": "Host", "Type": 0, "IsMandatory": true, "DefaultValue": null, "OptionalValues": null}]}`},
		{name: "ActionsScripts/ping.py", content: "pass\n"},
		{name: ".python-version", content: "3.11"},
	}, more...)
}

func secOpsCompareProofs(t testing.TB) map[string]proof {
	t.Helper()
	first := secopsNote(1, "Acme Guard", "Integration", "new: true")
	second := secopsNote(2, "Ping", "Action")
	old := secopsVersion{version: 1, notes: []string{first}}
	oldPackage := old.zip(t)
	next := secopsVersion{version: 2, notes: []string{first, second}}
	with := func(v secopsVersion, change func(*secopsVersion)) []byte {
		change(&v)
		return v.zip(t)
	}
	lost := func(flag string) []byte {
		return with(next, func(v *secopsVersion) { v.notes = []string{first, secopsNote(2, "Ping", "Action", flag)} })
	}
	found := func(item string, more ...string) []byte {
		return with(next, func(v *secopsVersion) {
			v.actions = []string{"Search"}
			v.notes = []string{first, secopsNote(2, item, "Action", more...)}
		})
	}
	host := "  - {name: Host, type: string, is_mandatory: true, default_value: a}\n"
	return map[string]proof{
		"R-BUILT": {good: zipOf(t, builtFiles()...), bad: zipOf(t, builtFiles(file{name: "ActionsScripts/search.py", content: "pass"})...)},
		"D-BUMP": {
			before: oldPackage, good: next.zip(t),
			bad: with(next, func(v *secopsVersion) { v.version, v.notes = 3, []string{first, secopsNote(3, "Ping", "Action")} }),
		},
		"D-SAME": {
			before: oldPackage, good: oldPackage,
			bad: with(old, func(v *secopsVersion) { v.parameters = host }),
		},
		"D-NOTES": {
			before: oldPackage, good: next.zip(t),
			bad: with(next, func(v *secopsVersion) { v.notes = []string{first} }),
		},
		"D-BREAK": {
			before: with(old, func(v *secopsVersion) { v.parameters = host }),
			good:   lost("regressive: true"), bad: lost("new: true"),
		},
		"D-NEW": {before: oldPackage, good: found("Search", "new: true"), bad: found("Search")},
		"R-IDENT-UNIQUE": {
			good: oldPackage, bad: with(old, func(v *secopsVersion) { v.identifier = "acmeguard2" }),
			beside: [][]byte{with(old, func(v *secopsVersion) { v.identifier = "ACMEGUARD2" })},
		},
	}
}

// What is wrong with a step, and what is not.
func TestSecOpsSteps(t *testing.T) {
	t.Parallel()
	one := secopsNote(1, "Acme Guard", "Integration")
	two, three := secopsNote(2, "Ping", "Action"), secopsNote(3, "Ping", "Action")
	host := func(fields string) string { return "  - {name: Host, " + fields + "}\n" }
	base := secopsVersion{version: 1, notes: []string{one}, parameters: host("type: string, is_mandatory: false"), actions: []string{"Search"}}
	next := base
	next.version, next.notes = 2, []string{one, two}
	for _, c := range []struct {
		name   string
		change func(v *secopsVersion)
		bump   packfile.Bump
		codes  string // of the findings, with their severities
		says   string // the first finding, or a change
	}{
		{"nothing but the version", func(*secopsVersion) {}, packfile.BumpRelease, "", ""},
		{"leap", func(v *secopsVersion) { v.version, v.notes = 3, []string{one, three} }, packfile.BumpRelease, "error D-BUMP", "nothing of 2.0"},
		{"told leap", func(v *secopsVersion) { v.version, v.notes = 3, []string{one, two, three} }, packfile.BumpRelease, "info D-BUMP", ""},
		{"down", func(v *secopsVersion) { v.version, v.notes = 0, []string{one} }, packfile.BumpRelease, "error D-BUMP", "goes down, from 1.0 to 0.0"},
		{"type", func(v *secopsVersion) { v.parameters = host("type: password, is_mandatory: false") }, packfile.BumpMajor, "error D-BREAK", "Ping › Host"},
		{"mandatory", func(v *secopsVersion) { v.parameters = host("type: string, is_mandatory: true") }, packfile.BumpMajor, "error D-BREAK", "made mandatory"},
		{"mandatory with a default", func(v *secopsVersion) {
			v.parameters = host("type: string, is_mandatory: true, default_value: x")
		}, packfile.BumpRelease, "", ""},
		{"parameter removed", func(v *secopsVersion) { v.parameters = "" }, packfile.BumpMajor, "error D-BREAK", "“removed: true” to the note that begins in line 6"},
		{"action removed", func(v *secopsVersion) { v.actions = nil }, packfile.BumpMajor, "error D-BREAK", "item_name: 'Search', item_type: Action"},
		{"action removed and told", func(v *secopsVersion) {
			v.actions, v.notes = nil, []string{one, secopsNote(2, "Search", "Action", "removed: true")}
		}, packfile.BumpMajor, "", ""},
		{"action added", func(v *secopsVersion) { v.actions = []string{"Search", "List"} }, packfile.BumpMinor, "warning D-NEW", "item_name: 'List', item_type: Action"},
		{"parameter added", func(v *secopsVersion) {
			v.parameters += "  - {name: Port, type: string, is_mandatory: false}\n"
		}, packfile.BumpMinor, "", ""},
		{"mandatory parameter added", func(v *secopsVersion) {
			v.parameters += "  - {name: Port, type: string, is_mandatory: true}\n"
		}, packfile.BumpMajor, "error D-BREAK", "Ping › Port"},
		{"action added under the integration's name", func(v *secopsVersion) {
			v.actions = []string{"Search", "List"}
			v.notes = []string{one, secopsNote(2, "Acme Guard - LIST, Count", "actions", "new: true")}
		}, packfile.BumpMinor, "", ""},
		{"note about another action", func(v *secopsVersion) {
			v.actions = []string{"Search", "List"}
			v.notes = []string{one, secopsNote(2, "Enlist", "Action", "new: true")}
		}, packfile.BumpMinor, "warning D-NEW", "no new release note tells of it"},
		{"note that does not say new", func(v *secopsVersion) {
			v.actions, v.notes = []string{"Search", "List"}, []string{one, secopsNote(2, "List", "Action")}
		}, packfile.BumpMinor, "warning D-NEW", "Add the line “new: true” to the note that begins in line 6"},
		{"identifier", func(v *secopsVersion) { v.identifier = "Other" }, packfile.BumpMajor, "error D-BREAK", "identifier of integration changed"},
		{"old note changed", func(v *secopsVersion) {
			v.notes = []string{secopsNote(1, "Acme", "Integration"), two}
		}, packfile.BumpRelease, "error D-NOTES", "item was “Acme Guard” and is “Acme”"},
		{"old note gone", func(v *secopsVersion) { v.notes = []string{two} }, packfile.BumpRelease, "error D-NOTES", "which is gone"},
		{"note in front", func(v *secopsVersion) { v.notes = []string{two, one} }, packfile.BumpRelease, "error D-NOTES", "stands before older notes"},
		{"note for another version", func(v *secopsVersion) { v.notes = []string{one, two, three} }, packfile.BumpRelease, "error D-NOTES", "tells of version “3.0”"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := next
			c.change(&v)
			got := packfile.Compare(read(t, base.zip(t), "x.zip"), read(t, v.zip(t), "x.zip"), packfile.Options{})
			var codes []string
			for _, f := range got.Findings {
				codes = append(codes, f.Severity+" "+f.Code)
			}
			if got.Smallest != c.bump || strings.Join(codes, ", ") != c.codes {
				t.Errorf("got %s and %q, want %s and %q:\n%s", got.Smallest, codes, c.bump, c.codes, secopsAnswer(got))
			}
			if text := secopsAnswer(got); !strings.Contains(text, c.says) {
				t.Errorf("want %q in:\n%s", c.says, text)
			}
		})
	}
}

// With semantic versions any step up is one.
func TestSecOpsSemanticSteps(t *testing.T) {
	t.Parallel()
	one, four := secopsNote(1, "Acme Guard", "Integration"), secopsNote(4, "Acme Guard", "Integration")
	old := read(t, secopsVersion{version: 1, notes: []string{one}}.zip(t), "x.zip")
	leap := read(t, secopsVersion{version: 4, notes: []string{one, four}}.zip(t), "x.zip")
	c := packfile.Compare(old, leap, packfile.Options{Settings: map[string]string{"secops.versions": "semver"}})
	if len(c.Findings) > 0 {
		t.Errorf("got %+v, want nothing", c.Findings)
	}
}

// The options of a parameter: what is lost breaks, what comes does not.
func TestSecOpsOptions(t *testing.T) {
	t.Parallel()
	with := func(options string) packfile.Package {
		v := secopsVersion{version: 1, parameters: "  - {name: Level, type: ddl, is_mandatory: false, optional_values: [" + options + "]}\n"}
		return read(t, v.zip(t), "x.zip")
	}
	for _, c := range []struct {
		old, new string
		want     packfile.Bump
	}{
		{"low, high", "low", packfile.BumpMajor},
		{"low", "low, high", packfile.BumpMinor},
		{"low, high", "high, low", packfile.BumpRelease},
		{"low", "high", packfile.BumpMajor},
	} {
		if got := packfile.Compare(with(c.old), with(c.new), packfile.Options{}); got.Smallest != c.want {
			t.Errorf("%s → %s: got %s, want %s", c.old, c.new, got.Smallest, c.want)
		}
	}
}

// A password in a default is told to be there, and never shown.
func TestSecOpsPasswordsAreNotShown(t *testing.T) {
	t.Parallel()
	v := secopsVersion{version: 1, parameters: "  - {name: Key, type: password, is_mandatory: false, default_value: hunter2}\n"}
	if text := fmt.Sprintf("%+v", read(t, v.zip(t), "x.zip").Contents); strings.Contains(text, "hunter2") {
		t.Errorf("the contents show the password: %s", text)
	}
}
