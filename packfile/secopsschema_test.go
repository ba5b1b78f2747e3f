package packfile_test

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"testing"

	"packtide/packfile"
)

// What the vendor's reader takes, and what it refuses: one change of a whole integration each.
func TestSecOpsSchema(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 151)
	tests := map[string]struct {
		path, text, old, new string
		want                 string // "code severity line: part of message and fix"; "" for no finding at all
	}{
		"a missing field":          {"actions/block_host.yaml", soBlockHost, "        is_mandatory: true\n", "", "R-SCHEMA-ACTION error 5: “is_mandatory” is missing"},
		"yes in quotes":            {"actions/block_host.yaml", soBlockHost, "show_result: true", "show_result: 'yes'", ""},
		"one for true":             {"actions/block_host.yaml", soBlockHost, "show_result: true", "show_result: 1", ""},
		"two for true":             {"actions/block_host.yaml", soBlockHost, "show_result: true", "show_result: 2", "R-SCHEMA-ACTION error 17: must be true or false; it is a whole number, “2”"},
		"a number as text":         {"jobs/sync.yaml", soJob, "creator: admin", "creator: 7", "R-SCHEMA-JOB error 3: Put the value in quotes"},
		"a bool as text":           {"jobs/sync.yaml", soJob, "creator: admin", "creator: off", "R-SCHEMA-JOB error 3: true or false"},
		"a date as text":           {"release_notes.yaml", soNotes, "'2026-02-28'", "2026-02-28", "R-SCHEMA-RN error 11: it is a date"},
		"seconds as date":          {"release_notes.yaml", soNotes, "'2026-02-28'", "1772236800", "R-SCHEMA-RN error 11: a whole number"},
		"a number in quotes":       {"jobs/sync.yaml", soJob, "600", "'600'", ""},
		"half a second":            {"jobs/sync.yaml", soJob, "600", "600.5", "R-SCHEMA-JOB error 5: a whole number"},
		"integer as action's type": {"actions/block_host.yaml", soBlockHost, "type: string", "type: integer", "R-SCHEMA-ACTION error 6: can't be “integer”"},
		"a type in capitals":       {"definition.yaml", soDefinition, "type: password", "type: PASSWORD", ""},
		"a misspelled type":        {"definition.yaml", soDefinition, "type: password", "type: pasword", "R-SCHEMA-DEF error 15: Did you mean “password”?"},
		"a misspelled field":       {"definition.yaml", soDefinition, "categories", "categoris", "R-YAML-UNKNOWN warning 3: Did you mean “categories”?"},
		"a field cut short":        {"actions/block_host.yaml", soBlockHost, "result_example_path:", "result_example:", "R-YAML-UNKNOWN warning 18: Did you mean “result_example_path”?"},
		"an empty link":            {"definition.yaml", soDefinition, "https://example.com/guard\n", "''\n", "R-SCHEMA-DEF error 4: an address"},
		"no image":                 {"definition.yaml", soDefinition, "image_path: resources/image.png\n", "", "R-SCHEMA-DEF error 1: “image_path” is missing"},
		"an image outside":         {"definition.yaml", soDefinition, "image_path: resources", "image_path: ../resources", "R-SCHEMA-DEF error 5: inside the integration's folder"},
		"a long name":              {"definition.yaml", soDefinition, "name: Acme Guard", "name: " + long, "R-SCHEMA-DEF error 2: 151 characters; the platform takes 150"},
		"many words":               {"actions/block_host.yaml", soBlockHost, "name: Host", "name: a b c d e f g h i j k l m n", "R-SCHEMA-ACTION error 5: 14 words; the platform takes 13"},
		"a list for a group":       {"widgets/block_host.yaml", soWidget, "    logical_operator: and\n    conditions:\n", "", "R-SCHEMA-WIDGET error 12: it is a list"},
		"a reference":              {"actions/block_host.yaml", soBlockHost, "description: Blocks a host.", "description: &d Blocks a host.\ncreator: *d", ""},
		"a tag":                    {"jobs/sync.yaml", soJob, "creator: admin", "creator: !!str 7", ""},
		"an old version":           {"release_notes.yaml", soNotes, "version: 1.0", "version: 0.5", "R-SCHEMA-RN error 2: the least is 1.0"},
		"a fixed space":            {"actions/block_host.yaml", soBlockHost, "name: Block Host\n", "name: \"Block\\u00a0Host\"\n", "R-NAME-STRICT warning 1: letters, digits"},
		"two documents":            {"jobs/sync.yaml", soJob, "parameters: []\n", "parameters: []\n---\na: b\n", "R-YAML error 7: more than one YAML document"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			findings := read(t, soWhole(t, map[string]string{tt.path: soEdit(t, tt.text, tt.old, tt.new)}), "acme_guard.zip").Findings
			if tt.want == "" && len(findings) > 0 {
				t.Errorf("got findings %+v, want none", findings)
			}
			if tt.want != "" && !slices.ContainsFunc(findings, func(f packfile.Finding) bool { return soMatches(f, tt.want, "acme_guard/"+tt.path) }) {
				t.Errorf("got findings %+v, want %q", findings, tt.want)
			}
		})
	}
}

// soMatches compares a finding with "code severity line: part of message and fix".
func soMatches(f packfile.Finding, want, path string) bool {
	head, part, _ := strings.Cut(want, ": ")
	fields := strings.Fields(head)
	return f.Path == path && f.Code == fields[0] && f.Severity == fields[1] && strings.HasSuffix(" "+head, " "+strconv.Itoa(f.Line)) &&
		strings.Contains(f.Message+" "+f.Fix, part)
}

func soInspect(t *testing.T, data []byte, opts packfile.Options) []packfile.Finding {
	t.Helper()
	p, err := packfile.Inspect(bytes.NewReader(data), int64(len(data)), "acme_guard.zip", opts)
	if err != nil {
		t.Fatal(err)
	}
	return p.Findings
}

// The vendor's exceptions are reported, as warnings where its own rule is an error, until a publisher switches them on.
func TestSecOpsExclusions(t *testing.T) {
	t.Parallel()
	data := soWhole(t, map[string]string{
		"definition.yaml":         strings.ReplaceAll(soDefinition, "AcmeGuard", "Google Sheets"),
		"actions/block_host.yaml": soEdit(t, soBlockHost, "name: Host", "name: IPs/Ranges"),
	})
	of := func(findings []packfile.Finding, code string) (severities []string) {
		for _, f := range findings {
			if f.Code == code {
				severities = append(severities, f.Severity)
			}
		}
		return slices.Compact(severities)
	}
	reported := soInspect(t, data, packfile.Options{})
	if got := of(reported, "R-SCHEMA-DEF"); !slices.Equal(got, []string{"warning"}) {
		t.Errorf("an excluded identifier: got %v, want warnings", got)
	}
	if got := of(reported, "R-NAME-STRICT"); !slices.Equal(got, []string{"warning"}) {
		t.Errorf("an excluded parameter: got %v, want a warning", got)
	}
	excused := soInspect(t, data, packfile.Options{Settings: map[string]string{"secops.exclusions": "on"}})
	if got := append(of(excused, "R-SCHEMA-DEF"), of(excused, "R-NAME-STRICT")...); len(got) > 0 {
		t.Errorf("with the vendor's exceptions: got %v, want none", got)
	}
}

// A version of a time before a rule is told of it, and not blocked.
func TestSecOpsRulesOfADay(t *testing.T) {
	t.Parallel()
	data := soWhole(t, map[string]string{
		"release_notes.yaml":                       soEdit(t, soNotes, "'2026-02-28'", "1772236800"),
		"resources/ai/actions_ai_description.yaml": soEdit(t, soActionAI("Ping"), "  ai_short_description: Tests it.\n", ""),
	})
	severity := func(day, code string) string {
		findings := soInspect(t, data, packfile.Options{Day: day})
		i := slices.IndexFunc(findings, func(f packfile.Finding) bool { return f.Code == code })
		if i < 0 {
			return "none"
		}
		return findings[i].Severity
	}
	for _, tt := range []struct{ day, code, want string }{
		{packfile.DayLatest, "R-SCHEMA-RN", "error"},
		{"2025-06-30", "R-SCHEMA-RN", "info"},
		{"2025-07-01", "R-SCHEMA-RN", "error"},
		{"", "R-AI-SCHEMA", "info"}, // its own day, of its last note
		{packfile.DayLatest, "R-AI-SCHEMA", "warning"},
		{"2026-06-30", "R-AI-SCHEMA", "info"},
	} {
		if got := severity(tt.day, tt.code); got != tt.want {
			t.Errorf("%s on the day %q: got %s, want %s", tt.code, tt.day, got, tt.want)
		}
	}
}
