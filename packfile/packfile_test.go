package packfile_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"packtide/packfile"
)

const install = `{
  "displayName": "Acme Threat Feed",
  "programVersion": "2.10.3",
  "runtimeLevel": "Playbook",
  "programLanguage": "PYTHON",
  "languageVersion": "3.11",
  "programMain": "run",
  "listDelimiter": "|",
  "features": [],
  "note": "Reads the feed.",
  "params": [{"name": "a", "label": "A", "type": "String"}, {"name": "b", "label": "B", "type": "Boolean"}],
  "playbook": {"type": "Feeds", "outputVariables": [{"name": "x", "type": "String"}]},
  "releaseNotes": ["First line.", "Second line."]
}`

const definition = "identifier: AcmeGuard\nname: Acme Guard\ncategories: [Security, EDR]\n"

const project = "[project]\nname = \"AcmeGuard\"\nversion = \"12.0\"\ndescription = \"Guards.\"\nrequires-python = \">=3.11\"\n"

const notes = `- description: Second.
  integration_version: 12.0
  publish_time: '2025-12-3'
  item_name: Ping
  item_type: Action
  regressive: true
- description: First.
  version: 9.0
  publish_time: 1712102400
- description: "Also second: more."
  version: 12.0
  new: true
`

func secops(files ...file) []file {
	return append([]file{{name: "acme_guard/actions/ping.yaml", content: "name: Ping"}}, files...)
}

func TestInspectThreatConnect(t *testing.T) {
	t.Parallel()
	data := zipOf(t, file{name: "Acme_Threat_Feed_v2/"}, file{name: "Acme_Threat_Feed_v2/install.json", content: install},
		file{name: "Acme_Threat_Feed_v2/README.md"}, file{name: "Acme_Threat_Feed_v2/run.py"})
	m, findings, err := inspect(data, "Acme_Threat_Feed_v2.tcx")
	if err != nil {
		t.Fatal(err)
	}
	want := packfile.Manifest{
		Platform: "threatconnect", PlatformLabel: "ThreatConnect", Kind: "playbook app",
		Name: "acme_threat_feed", DisplayName: "Acme Threat Feed", Description: "Reads the feed.",
		Version: packfile.Version{Major: 2, Minor: 10, Patch: 3}, HasVersion: true, PlatformVersion: "2.10.3",
		Notes: []packfile.Note{{Version: "2.10.3", Text: "First line."}, {Version: "2.10.3", Text: "Second line."}},
		Facts: []packfile.Fact{
			{Label: "Runtime level", Value: "Playbook"},
			{Label: "Language", Value: "Python 3.11"},
			{Label: "Parameters", Value: "2"},
			{Label: "Output variables", Value: "1"},
			{Label: "Installed as", Value: "Acme Threat Feed v2"},
		},
		Identifier: "acme threat feed v2",
		Components: []packfile.Component{{ID: "Acme Threat Feed v2", Name: "Acme Threat Feed", Version: "2.10.3"}},
		Files:      3, UnpackedBytes: int64(len(install)),
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("manifest (-want +got):\n%s", diff)
	}
	if faults := packageFaults(findings); len(faults) > 0 {
		t.Errorf("got findings %+v, want none", faults)
	}
	if got := m.NotesFor(m.Version); got != "First line.\nSecond line." {
		t.Errorf("got notes %q", got)
	}
}

func TestInspectSecOps(t *testing.T) {
	t.Parallel()
	files := secops(file{name: "acme_guard/definition.yaml", content: definition},
		file{name: "acme_guard/pyproject.toml", content: project}, file{name: "acme_guard/release_notes.yaml", content: notes},
		file{name: "acme_guard/widgets/ping.yaml", content: "title: Ping"}, file{name: "acme_guard/widgets/ping.html"})
	inFolder, findings, err := inspect(zipOf(t, files...), "acme_guard-v99.0.zip")
	if err != nil || len(findings) == 0 {
		t.Fatalf("got findings %+v, %v; want those of an unfinished integration", findings, err)
	}
	want := packfile.Manifest{
		Platform: "secops", PlatformLabel: "Google SecOps", Kind: "response integration",
		Name: "acme_guard", DisplayName: "Acme Guard", Description: "Guards.",
		Version: packfile.Version{Major: 12}, HasVersion: true, PlatformVersion: "12.0", Counts: true,
		Notes: []packfile.Note{
			{Version: "9.0", Text: "First.", Date: "2024-04-03"},
			{Version: "12.0", Text: "Second.", Date: "2025-12-03", Item: "Ping", ItemType: "Action", Regressive: true},
			{Version: "12.0", Text: "Also second: more.", New: true},
		},
		Facts: []packfile.Fact{
			{Label: "Actions", Value: "1"},
			{Label: "Widgets", Value: "1"},
			{Label: "Python", Value: ">=3.11"},
			{Label: "Categories", Value: "Security, EDR"},
			{Label: "Identifier", Value: "AcmeGuard"},
		},
		Identifier: "AcmeGuard",
		Files:      6,
	}
	if diff := cmp.Diff(want, inFolder, cmpopts.IgnoreFields(packfile.Manifest{}, "UnpackedBytes")); diff != "" {
		t.Errorf("manifest (-want +got):\n%s", diff)
	}

	for i := range files {
		files[i].name = strings.TrimPrefix(files[i].name, "acme_guard/")
	}
	atTop, _, err := inspect(zipOf(t, files...), "whatever.bin")
	if diff := cmp.Diff(inFolder, atTop); diff != "" || err != nil {
		t.Errorf("without its folder it reads differently: %v (-folder +top):\n%s", err, diff)
	}
}

// A broken manifest is no plain archive: it gives findings with their place.
func TestInspectFindings(t *testing.T) {
	t.Parallel()
	type place struct {
		Code, Severity, Path string
		Line                 int
	}
	tcx := func(content string) []file { return []file{{name: "A_B_v1/install.json", content: content}} }
	def := file{name: "acme_guard/definition.yaml", content: definition}
	proj := file{name: "acme_guard/pyproject.toml", content: project}
	rn := file{name: "acme_guard/release_notes.yaml", content: notes}
	deep := strings.Repeat("[", 500_000)
	const inst, d, p, r = "A_B_v1/install.json", "acme_guard/definition.yaml", "acme_guard/pyproject.toml", "acme_guard/release_notes.yaml"

	tests := map[string]struct {
		files   []file
		want    place
		version string // "" if the uploader has to give it
	}{
		"install.json cut off":     {tcx("{\n \"displayName\": \"A B\",\n \"programVersion\": \"1.0"), place{"TC-JSN-01", "error", inst, 3}, ""},
		"install.json with comma":  {tcx("{\n \"displayName\": \"A B\",\n}"), place{"TC-JSN-01", "error", inst, 3}, ""},
		"install.json empty":       {tcx(""), place{"TC-JSN-01", "error", inst, 1}, ""},
		"install.json in UTF-16":   {tcx("\xff\xfe{\x00\"\x00p\x00r\x00o\x00g\x00r\x00a\x00m\x00"), place{"TC-JSN-01", "error", inst, 1}, ""},
		"install.json not UTF-8":   {tcx("{\"displayName\":\n\"A \xff\", \"programVersion\": \"1.0.0\"}"), place{"TC-JSN-01", "error", inst, 2}, ""},
		"install.json is a list":   {tcx("[\"programVersion\"]"), place{"TC-JSN-01", "error", inst, 1}, ""},
		"no programVersion":        {tcx("{\"displayName\": \"A B\"}"), place{"TC-VER-01", "error", inst, 1}, ""},
		"two-part programVersion":  {tcx("{\"displayName\": \"A B\",\n \"programVersion\": \"1.0\"}"), place{"TC-VER-01", "error", inst, 2}, ""},
		"leading zero":             {tcx("{\"displayName\": \"A B\",\n \"programVersion\": \"1.0.01\"}"), place{"TC-VER-01", "error", inst, 2}, ""},
		"number as programVersion": {tcx("{\"displayName\": \"A B\",\n \"programVersion\": 1}"), place{"TC-VER-01", "error", inst, 2}, ""},
		"one-word name":            {tcx("{\n\"displayName\": \"A\",\n \"programVersion\": \"1.0.0\"}"), place{"TC-NAM-01", "warning", inst, 2}, "1.0.0"},
		"folder of another major":  {tcx(`{"displayName": "A B", "programVersion": "2.0.0"}`), place{"TC-NAM-07", "error", "A_B_v1", 0}, "2.0.0"},
		"install.json at the top":  {[]file{{name: "install.json", content: install}}, place{"TC-PKG-03", "error", "install.json", 0}, "2.10.3"},
		"something beside folder":  {append(tcx(`{"displayName": "A B", "programVersion": "1.0.0"}`), file{name: "b/x"}), place{"TC-PKG-02", "error", "A_B_v1", 0}, "1.0.0"},

		"notes are no YAML":         {secops(def, proj, file{name: r, content: "- a: b\n  c: d- e: f\n"}), place{"R-YAML", "error", r, 2}, "12.0.0"},
		"notes are no list":         {secops(def, proj, file{name: r, content: "a: b\n"}), place{"R-YAML", "error", r, 1}, "12.0.0"},
		"notes are empty":           {secops(def, proj, file{name: r}), place{"R-YAML", "error", r, 1}, "12.0.0"},
		"notes too deep":            {secops(def, proj, file{name: r, content: deep}), place{"R-YAML", "error", r, 1}, "12.0.0"},
		"notes with empty lines":    {secops(def, proj, file{name: r, content: "a: |\n " + strings.Repeat("\r", 300_000)}), place{"R-YAML", "error", r, 102}, "12.0.0"},
		"notes too large":           {secops(def, proj, file{name: r, content: strings.Repeat("# x\n", 200_000)}), place{"R-YAML", "error", r, 1}, "12.0.0"},
		"definition twice the name": {secops(proj, rn, file{name: d, content: definition + "name: Other Name\n"}), place{"R-YAML-DUP", "error", d, 4}, "12.0.0"},
		"definition without id":     {secops(proj, rn, file{name: d, content: "name: Acme Guard\n"}), place{"R-IDENT", "error", d, 1}, "12.0.0"},
		"no definition":             {secops(proj, rn), place{"R-FILES", "error", d, 0}, "12.0.0"},
		"no notes":                  {secops(proj, def), place{"R-FILES", "error", r, 0}, "12.0.0"},
		"project is no TOML":        {secops(def, rn, file{name: p, content: "[project]\nversion = 1.0.0\n"}), place{"R-TOML", "error", p, 2}, ""},
		"project too deep":          {secops(def, rn, file{name: p, content: "x = " + deep[:100_000]}), place{"R-TOML", "error", p, 1}, ""},
		"project without version":   {secops(def, rn, file{name: p, content: "[project]\nname = 'x'\n"}), place{"R-VER-FORM", "error", p, 0}, ""},
		"three-part version":        {secops(def, rn, file{name: p, content: "[project]\nversion = '1.2.3'\n"}), place{"R-VER-FORM", "error", p, 2}, "1.2.3"},
		"word as version":           {secops(def, rn, file{name: p, content: "[project]\nversion = 'new'\n"}), place{"R-VER-FORM", "error", p, 2}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, findings, err := inspect(zipOf(t, tt.files...), "A_B_v1.tcx")
			if err != nil {
				t.Fatal(err)
			}
			var got []place
			for _, f := range findings {
				got = append(got, place{f.Code, f.Severity, f.Path, f.Line})
				if f.Message == "" || f.Fix == "" {
					t.Errorf("a finding without message or fix: %+v", f)
				}
			}
			if !slices.Contains(got, tt.want) {
				t.Errorf("got findings %+v, want %+v", got, tt.want)
			}
			if m.Platform == packfile.PlatformPlain || m.Name == "" {
				t.Errorf("got platform %q, name %q", m.Platform, m.Name)
			}
			if m.HasVersion != (tt.version != "") || (m.HasVersion && m.Version.String() != tt.version) {
				t.Errorf("got version %v (%v), want %q", m.Version, m.HasVersion, tt.version)
			}
		})
	}
}

// Aliases that grow without end when followed are not followed.
func TestInspectAliasBomb(t *testing.T) {
	t.Parallel()
	bomb := "a0: &a [x, x]\n"
	for i := range 20 {
		bomb += strings.NewReplacer("$", string(rune('a'+i+1)), "@", string(rune('a'+i))).Replace("k$: &$ [*@, *@, *@, *@, *@, *@, *@, *@]\n")
	}
	data := zipOf(t, secops(file{name: "acme_guard/definition.yaml", content: bomb + "identifier: *t\nname: Acme Guard\n"},
		file{name: "acme_guard/pyproject.toml", content: project}, file{name: "acme_guard/release_notes.yaml", content: notes})...)
	m, _, err := inspect(data, "x.zip")
	if err != nil || m.DisplayName != "Acme Guard" || m.Name != "acme_guard" {
		t.Errorf("got %+v, %v", m, err)
	}
}

// The limit of a file that is read into memory stands in the refusal.
func TestInspectManifestTooLarge(t *testing.T) {
	t.Parallel()
	_, _, err := inspect(zipOf(t, file{name: "A_B_v1/install.json", content: install + strings.Repeat(" ", 4<<20)}), "x.tcx")
	unreadable, ok := errors.AsType[*packfile.UnreadableError](err)
	if !ok || !strings.Contains(unreadable.Reason, "the limit for it is 4 MiB") {
		t.Errorf("got %v, want it refused with the limit", err)
	}
}

// R1
func TestParsePlatform(t *testing.T) {
	t.Parallel()
	good := map[string]packfile.Version{
		"11.0": {Major: 11}, "15": {Major: 15}, "1.0.4": {Major: 1, Patch: 4}, "0": {}, "1.35": {Major: 1, Minor: 35},
		"999999999.0.0": {Major: 999999999},
	}
	for text, want := range good {
		if got, ok := packfile.ParsePlatform(text); !ok || got != want {
			t.Errorf("%q: got %v, %v; want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", ".", "1.", ".1", "1.2.3.4", "v1", "1.0-rc1", " 1", "+1", "-1", "01", "1.00", "1000000000", "١", "1,0"} {
		if got, ok := packfile.ParsePlatform(text); ok {
			t.Errorf("%q: got %v, want it refused", text, got)
		}
	}
}
