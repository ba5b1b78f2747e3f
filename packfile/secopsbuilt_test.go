package packfile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/packfile"
)

func TestInspectSecOpsBuilt(t *testing.T) {
	t.Parallel()
	files := builtFiles()
	got := read(t, zipOf(t, files...), "AcmeGuard20260101.zip")
	want := packfile.Manifest{
		Platform: "secops", PlatformLabel: "Google SecOps", Kind: "built response integration",
		Name: "acme_guard", DisplayName: "Acme Guard", Identifier: "AcmeGuard",
		Version: packfile.Version{Major: 12}, HasVersion: true, PlatformVersion: "12.0", Counts: true,
		Notes: []packfile.Note{{
			Version: "12.0", Text: "First.", Date: "2025-08-20", Item: "Acme Guard", ItemType: "Integration", New: true,
		}},
		Facts: []packfile.Fact{
			{Label: "Actions", Value: "1"},
			{Label: "Python", Value: "3.11"},
			{Label: "Categories", Value: "EDR"},
			{Label: "Identifier", Value: "AcmeGuard"},
		},
		Files: len(files), UnpackedBytes: got.Manifest.UnpackedBytes,
	}
	if diff := cmp.Diff(want, got.Manifest); diff != "" {
		t.Errorf("manifest (-want +got):\n%s", diff)
	}
	if len(got.Findings) > 0 {
		t.Errorf("got %+v, want nothing", got.Findings)
	}
	var inFolder []file
	for _, f := range files {
		inFolder = append(inFolder, file{name: "AcmeGuard/" + f.name, content: f.content})
	}
	if c := packfile.Compare(got, read(t, zipOf(t, inFolder...), "x.zip"), packfile.Options{}); len(c.Changes)+len(c.Findings) > 0 {
		t.Errorf("the folder around the files makes a difference: %+v", c)
	}
}

// One integration in both forms: what the packager makes of the source is no change.
func TestSecOpsSourceAndBuiltAreAlike(t *testing.T) {
	t.Parallel()
	const in = "acme_guard/"
	source := func(parameter string) packfile.Package {
		return read(t, zipOf(t,
			file{name: in + "definition.yaml", content: "identifier: AcmeGuard\nname: Acme Guard\ncategories: [EDR]\nparameters: []\n"},
			file{name: in + "pyproject.toml", content: "[project]\nname = \"AcmeGuard\"\nversion = \"12.0\"\ndependencies = [\"requests\"]\n"},
			file{name: in + ".python-version", content: "3.11\n"},
			file{name: in + "release_notes.yaml", content: "- description: First.\n  version: 12.0\n  item_name: Acme Guard\n" +
				"  item_type: Integration\n  new: true\n  publish_time: '2025-08-20'\n"},
			file{name: in + "actions/ping.py", content: "from ..core import x\n"},
			file{name: in + "actions/ping.yaml", content: "name: Ping\nintegration_identifier: AcmeGuard\nparameters:\n" + parameter +
				"dynamic_results_metadata:\n- {result_name: JsonResult, result_example_path: null, show_result: true}\n"}), "x.zip")
	}
	built := read(t, zipOf(t, builtFiles()...), "x.zip")
	same := source("- {name: Host, type: string, is_mandatory: true}\n")
	for _, c := range []packfile.Comparison{packfile.Compare(same, built, packfile.Options{}), packfile.Compare(built, same, packfile.Options{})} {
		if len(c.Changes) > 0 || len(c.Findings) > 0 || c.Smallest != packfile.BumpNone {
			t.Errorf("the forms differ:\n%s", secopsAnswer(c))
		}
	}
	other := packfile.Compare(source("- {name: Host, type: ddl, is_mandatory: true}\n"), built, packfile.Options{})
	text := secopsAnswer(other)
	if other.Smallest != packfile.BumpMajor || !strings.Contains(text, `type: "ddl" → "string"`) || !strings.Contains(text, "D-SAME Integration-AcmeGuard.def") {
		t.Errorf("another type is not told:\n%s", text)
	}
}

func TestSecOpsBuiltFaults(t *testing.T) {
	t.Parallel()
	const action = "ActionsDefinitions/ping.actiondef"
	for _, c := range []struct {
		name, file, old, new string // in the file, old is replaced; without old, new is the whole of it
		code, path, says     string
	}{
		{"no JSON", action, "", "{", "R-JSON", action, "not valid JSON"},
		{"a list", action, "", "[]", "R-BUILT", action, "must hold an object, and holds a list"},
		{"notes are an object", "RN.json", "", "{}", "R-BUILT", "RN.json", "must hold a list, and holds an object"},
		{"unknown type", action, `"Type": 0`, `"Type": 99`, "R-BUILT", action, "Type is 99"},
		{"no name", action, `"Name": "Host"`, `"Name": ""`, "R-BUILT", action, "action parameter has no name"},
		{"another integration", action, `"IntegrationIdentifier": "AcmeGuard"`, `"IntegrationIdentifier": "Acme"`, "R-IDENT", action, "names the integration “Acme”"},
		{"other file name", "Integration-AcmeGuard.def", `"AcmeGuard"`, `"Acme"`, "R-BUILT", "Integration-AcmeGuard.def", "asks for “Integration-Acme.def”"},
		{"no identifier", "Integration-AcmeGuard.def", `"AcmeGuard"`, `""`, "R-IDENT", "Integration-AcmeGuard.def", "has no identifier"},
		{"half a version", "Integration-AcmeGuard.def", "12.0", "12.5", "R-VER-FORM", "Integration-AcmeGuard.def", "12.5"},
		{"no version", "Integration-AcmeGuard.def", "12.0", "null", "R-VER-FORM", "Integration-AcmeGuard.def", "no version"},
		{"old notes", "RN.json", "12.0", "11.0", "R-RN-VER", "RN.json", "for version “11.0”"},
		{"no description", "ActionsScripts/search.py", "", "pass", "R-BUILT", "ActionsScripts/search.py", "“ActionsDefinitions/search.actiondef” is missing"},
		{"no program", "Widgets/search.json", "", `{"Title": "Search"}`, "R-BUILT", "Widgets/search.json", "“WidgetsScripts/search.html” is missing"},
		{"two of one name", "ActionsDefinitions/again.actiondef", "", `{"Name": "Ping", "IntegrationIdentifier": "AcmeGuard"}`, "R-DUP-NAME", action, "another action called “Ping”"},
		{"no Ping", action, `"Ping"`, `"Search"`, "R-PING", "ActionsDefinitions", "No action is named Ping"},
		{"a password", action, `"Type": 0, "IsMandatory": true, "DefaultValue": null`, `"Type": 12, "DefaultValue": "hunter2"`, "R-SECRET", action, "“Host” has a default value"},
		{"no such action", "Widgets/w.json", "", `{"Title": "W", "ActionIdentifier": "Pong"}`, "R-WIDGET-ACTION", "Widgets/w.json", "shows the action “Pong”"},
		{"half built", "pyproject.toml", "", "[project]", "R-BUILT", "pyproject.toml", "half built"},
		{"two integrations", "Integration-Zebra.def", "", "{}", "R-BUILT", "Integration-Zebra.def", "more than one integration"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			files, known := builtFiles(), false
			for i := range files {
				if files[i].name == c.file {
					known = true
					files[i].content = strings.ReplaceAll(files[i].content, c.old, c.new)
					if c.old == "" {
						files[i].content = c.new
					}
				}
			}
			if !known {
				files = append(files, file{name: c.file, content: c.new})
			}
			for _, f := range read(t, zipOf(t, files...), "x.zip").Findings {
				if strings.Contains(f.Message+f.Excerpt, "hunter2") {
					t.Errorf("the password is shown: %+v", f)
				}
				if f.Code == c.code && f.Path == c.path && strings.Contains(f.Message, c.says) && f.Fix != "" {
					return
				}
			}
			t.Errorf("want %s at %s saying %q, got %+v", c.code, c.path, c.says, read(t, zipOf(t, files...), "x.zip").Findings)
		})
	}
}

func TestSecOpsHalfBuiltSource(t *testing.T) {
	t.Parallel()
	v := secopsVersion{version: 1, extra: []file{{name: "acme_guard/Integration-AcmeGuard.def", content: "{}"}}}
	p := read(t, v.zip(t), "x.zip")
	if p.Manifest.Kind != "response integration" {
		t.Errorf("got %q, want the source", p.Manifest.Kind)
	}
	for _, f := range p.Findings {
		if f.Code == "R-BUILT" && f.Severity == packfile.SeverityWarning {
			return
		}
	}
	t.Errorf("got %+v, want that it is half built", p.Findings)
}

// A file with that name alone is no integration.
func TestSecOpsBuiltNeedsASign(t *testing.T) {
	t.Parallel()
	if p := read(t, zipOf(t, file{name: "Integration-x.def", content: "{}"}), "x.zip"); p.Manifest.Platform != packfile.PlatformPlain {
		t.Errorf("got %q, want a plain archive", p.Manifest.Platform)
	}
}

// FuzzBuilt takes the bytes as one of the descriptions of a built integration, and compares the result with a whole one.
func FuzzBuilt(f *testing.F) {
	for i, seed := range builtFiles() {
		f.Add(uint8(i), []byte(seed.content))
	}
	f.Add(uint8(2), []byte(`{"Name": "Ping", "Parameters": [{"Type": 1e9, "OptionalValues": ["a", null, {}]}, null]}`))
	f.Add(uint8(5), []byte(`{"Title": "x", "ConditionsGroup": {"Conditions": [{"MatchType": 3}]}, "DataDefinition": null}`))
	f.Add(uint8(1), []byte(`[{"IntroducedInIntegrationVersion": 1e400, "PublishTime": -1}, 7]`))
	whole := read(f, zipOf(f, builtFiles()...), "x.zip")
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		files := builtFiles(file{name: "Widgets/w.json"}, file{name: "DefaultMappingRules/integration_mapping_rules.json"})
		files[int(which)%len(files)].content = string(data)
		packed := zipOf(t, files...)
		checkInspected(t, packed)
		p := read(t, packed, "x.zip")
		if p.Manifest.Kind != "built response integration" {
			t.Fatalf("got a %s", p.Manifest.Kind)
		}
		for _, c := range []packfile.Comparison{packfile.Compare(whole, p, packfile.Options{}), packfile.Compare(p, whole, packfile.Options{})} {
			for _, found := range c.Findings {
				if found.Message == "" || found.Fix == "" || found.Path == "" {
					t.Errorf("got finding %+v", found)
				}
			}
		}
	})
}
