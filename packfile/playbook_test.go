package packfile_test

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/packfile"
)

const playbook = `{
  "name": "Acme Mail Triage",
  "type": "Playbook",
  "panX": 1.0,
  "panY": 2.0,
  "logLevel": "WARN",
  "description": "Sorts mail.",
  "version": "1.35",
  "jobList": [
    {"id": 1, "appCatalogItem": {"programName": "TCPB - Send Email v3", "programVersion": "3.0.10"}},
    {"id": 2, "appCatalogItem": {"programName": "If / Else", "programVersion": "1.0.0"}},
    {"id": 3, "appCatalogItem": {"programName": "If / Else", "programVersion": "1.2.0"}},
    {"id": 4, "appCatalogItem": {"programName": "Odd", "programVersion": "new"}},
    {"id": 5, "appCatalogItem": "nothing"}, 6
  ],
  "playbookConnectionList": [],
  "playbookTriggerList": [{"type": "Timer"}, {"type": "UserAction", "pipeInputParams": 7}, {"type": "Timer"}],
  "playbookLabels": [{"playbookLabelType": {"label": "Mail"}}],
  "exportablePipes": [{"jobList": [{"appCatalogItem": {"programName": "If / Else", "programVersion": "2.0.0"}}]}]
}`

const component = `{
  "name": "Acme Mail Parser",
  "type": "Pipe",
  "panX": 1.0,
  "panY": 2.0,
  "jobList": [],
  "playbookConnectionList": [],
  "playbookTriggerList": [{"type": "PipeConfig", "pipeInputParams": "[{\"name\": \"a\"}, {\"name\": \"b\"}]", "pipeOutputParams": "[{}]"}]
}`

// R1: the uploader of a playbook gives the three parts, and the platform's own count is shown beside them.
func TestInspectPlaybook(t *testing.T) {
	t.Parallel()
	want := packfile.Manifest{
		Platform: "threatconnect", PlatformLabel: "ThreatConnect", Kind: "playbook",
		Name: "acme_mail_triage", DisplayName: "Acme Mail Triage", Description: "Sorts mail.", PlatformVersion: "1.35",
		Facts: []packfile.Fact{
			{Label: "Trigger", Value: "Timer, User action"},
			{Label: "Steps", Value: "6"},
			{Label: "Apps needed", Value: "If / Else (version 1), Odd, TCPB - Send Email v3 (version 3)"},
			{Label: "Components inside", Value: "1"},
			{Label: "Labels", Value: "Mail"},
		},
		Needs: []packfile.Need{{Name: "If / Else", Major: 1}, {Name: "If / Else", Major: 2}, {Name: "Odd", Major: -1}, {Name: "TCPB - Send Email", Major: 3}},
		Files: 1, UnpackedBytes: int64(len(playbook)),
	}
	for name, data := range map[string][]byte{
		"text.pbx":  []byte(playbook),
		"zip.pbxz":  zipOf(t, file{name: "playbook.pbx", content: playbook}),
		"more.pbxz": zipOf(t, file{name: "preview.png"}, file{name: "playbook.pbx", content: playbook}),
		"bom.pbx":   []byte("\xef\xbb\xbf" + strings.ReplaceAll(playbook, "\n", "\r\n")),
		"space.pbx": []byte(strings.Repeat("\n", 1000) + playbook),
	} {
		m, findings, err := inspect(data, name)
		findings = packageFaults(findings)
		m.Files, m.UnpackedBytes = want.Files, want.UnpackedBytes
		if diff := cmp.Diff(want, m); diff != "" || err != nil || len(findings) > 0 {
			t.Errorf("%s: findings %+v, %v, manifest (-want +got):\n%s", name, findings, err, diff)
		}
	}
}

func TestInspectPlaybookComponent(t *testing.T) {
	t.Parallel()
	m, findings, err := inspect([]byte(strings.Replace(component, `"type"`, `"version": "2.0.1", "type"`, 1)), "x.pbx")
	findings = packageFaults(findings)
	want := []packfile.Fact{{Label: "Trigger", Value: "Called as a component"}, {Label: "Inputs", Value: "2"}, {Label: "Outputs", Value: "1"}}
	if diff := cmp.Diff(want, m.Facts); diff != "" || err != nil || len(findings) > 0 {
		t.Errorf("findings %+v, %v, facts (-want +got):\n%s", findings, err, diff)
	}
	if m.Kind != "playbook component" || !m.HasVersion || m.Version.String() != "2.0.1" {
		t.Errorf("got kind %q, version %v (%v)", m.Kind, m.Version, m.HasVersion)
	}
}

// A broken playbook is no plain file: it gives findings with their place.
func TestInspectPlaybookFindings(t *testing.T) {
	t.Parallel()
	var utf16 []byte
	for _, b := range []byte(playbook) {
		utf16 = append(utf16, b, 0)
	}
	change := func(from, to string) []byte { return []byte(strings.Replace(playbook, from, to, 1)) }
	lines := strings.Count(playbook, "\n") + 1
	tests := map[string]struct {
		data  []byte
		code  string
		path  string
		field string
		line  int
	}{
		"cut off":              {[]byte(playbook[:len(playbook)-2]), "TC-PKG-05", "x.pbx", "", lines - 1},
		"two texts":            {[]byte(playbook + "{}"), "TC-PKG-05", "x.pbx", "", lines},
		"unquoted value":       {change(`"1.35"`, `1.3.5`), "TC-PKG-05", "x.pbx", "", 8},
		"nested deeply":        {change(`[{"type": "Timer"}`, strings.Repeat("[", 1<<20)), "TC-PKG-05", "x.pbx", "", 17},
		"UTF-16":               {append([]byte{0xff, 0xfe}, utf16...), "TC-PKG-05", "x.pbx", "", 1},
		"not UTF-8":            {change("Sorts", "Sorts \xff"), "TC-PKG-05", "x.pbx", "", 7},
		"without triggers":     {change("playbookTriggerList", "triggers"), "TC-PKG-05", "x.pbx", "playbookTriggerList", 1},
		"jobs are no list":     {change(`"jobList": [`, `"jobList": 1, "jobs": [`), "TC-PKG-05", "x.pbx", "jobList", 9},
		"name is no text":      {change(`"Acme Mail Triage"`, `null`), "TC-PKG-05", "x.pbx", "name", 2},
		"name of one word":     {change("Acme Mail Triage", "Triage"), "TC-NAM-01", "x.pbx", "name", 2},
		"zipped, empty":        {zipOf(t, file{name: "playbook.pbx"}), "TC-PKG-05", "playbook.pbx", "", 1},
		"zipped, a list":       {zipOf(t, file{name: "playbook.pbx", content: "[]"}), "TC-PKG-05", "playbook.pbx", "", 1},
		"zipped, other object": {zipOf(t, file{name: "playbook.pbx", content: "{}"}), "TC-PKG-05", "playbook.pbx", "jobList", 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, findings, err := inspect(tt.data, "x.pbx")
			if err != nil || m.Platform != "threatconnect" || m.Kind != "playbook" {
				t.Errorf("got platform %q, kind %q, %v", m.Platform, m.Kind, err)
			}
			if !slices.ContainsFunc(findings, func(f packfile.Finding) bool {
				return f.Code == tt.code && f.Path == tt.path && f.Field == tt.field && f.Line == tt.line && f.Message != "" && f.Fix != ""
			}) {
				t.Errorf("got findings %+v, want %s in %s:%d at %q", findings, tt.code, tt.path, tt.line, tt.field)
			}
		})
	}
}

// A technical name is made where it can be one; else the name given at upload decides.
func TestInspectPlaybookName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"[utility] Escape Quotes": "utility_escape_quotes", "-- Daily Report": "daily_report", "Zürich Mail": "", "( )": "",
		strings.Repeat("long ", 30): "",
	} {
		m, _, err := inspect([]byte(strings.Replace(playbook, "Acme Mail Triage", name, 1)), "x.pbx")
		if err != nil || m.Name != want || m.DisplayName != strings.TrimSpace(name) {
			t.Errorf("%q: got name %q, display name %q, %v; want %q", name, m.Name, m.DisplayName, err, want)
		}
	}
}

// Hostile sizes: refused with the limit, or listed up to a bound.
func TestInspectPlaybookLimits(t *testing.T) {
	t.Parallel()
	large := playbook + strings.Repeat(" ", 4<<20)
	for name, data := range map[string][]byte{"as text": []byte(large), "zipped": zipOf(t, file{name: "playbook.pbx", content: large})} {
		_, _, err := inspect(data, "x.pbx")
		if unreadable, ok := errors.AsType[*packfile.UnreadableError](err); !ok || !strings.Contains(unreadable.Reason, "the limit for it is 4 MiB") {
			t.Errorf("%s: got %v, want it refused with the limit", name, err)
		}
	}
	var jobs bytes.Buffer
	for i := range 40_000 {
		fmt.Fprintf(&jobs, `{"appCatalogItem":{"programName":"a%05d","programVersion":"1.0.0"}},`, i)
	}
	m, findings, err := inspect([]byte(strings.Replace(playbook, `"jobList": [`, `"jobList": [`+jobs.String(), 1)), "x.pbx")
	if err != nil || len(packageFaults(findings)) > 0 {
		t.Fatalf("got findings %+v, %v", findings, err)
	}
	i := slices.IndexFunc(m.Facts, func(f packfile.Fact) bool { return f.Label == "Apps needed" })
	if !strings.HasSuffix(m.Facts[i].Value, ", a00096 (version 1) and 39903 more") {
		t.Errorf("got %d bytes of apps, want them cut short", len(m.Facts[i].Value))
	}
}

// What only speaks of playbooks is a plain file.
func TestInspectNoPlaybook(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{
		"other JSON":     `{"name": "x", "logLevel": "WARN"}`,
		"playbook below": `{"saved": ` + playbook + `}`,
		"playbooks":      `[` + playbook + `]`,
		"text":           "see " + playbook,
		"large JSON":     `{"name": "` + strings.Repeat("x", 5<<20) + `"}`,
	} {
		m, findings, err := inspect([]byte(data), "x.json")
		if err != nil || m.Platform != packfile.PlatformPlain || len(findings) > 0 {
			t.Errorf("%s: got platform %q, %+v, %v; want a plain file", name, m.Platform, findings, err)
		}
	}
}

func TestCorpusPlaybooks(t *testing.T) {
	t.Parallel()
	type summary struct{ Name, Version, Kind, Trigger, Inputs, Outputs, Steps string }
	want := map[string]summary{
		"pbx/33634e4/[utility] Escape Quotes for Datastore.pbx":           {"[utility] Escape Quotes for Datastore", "", "playbook component", "Called as a component", "1", "1", "1"},
		"pbx/b8fbadb/[utility] Escape Quotes for Datastore.pbx":           {"[utility] Escape Quotes for Datastore", "", "playbook component", "Called as a component", "1", "1", "1"},
		"pbx/60b9cd3/[utility] [math] Perform Math Operation.pbx":         {"[utility] [math] Perform Maths Operation", "1.3", "playbook component", "Called as a component", "1", "1", "2"},
		"pbx/d861179/[utility] [math] Perform Math Operation.pbx":         {"[utility] [math] Perform Maths Operation", "1.6", "playbook component", "Called as a component", "1", "1", "2"},
		"pbx/e811597/ATT&CK Tag Framework.pbx":                            {"ATT&CK Tag Framework", "1.35", "playbook component", "Called as a component", "2", "1", "18"},
		"pbx/e811597/Recurring Task.pbx":                                  {"Recurring Task", "", "playbook", "Timer", "", "", "3"},
		"pbx/e811597/TCPB-WF-Escalation Email.pbx":                        {"Escalation Email", "1.28", "workflow playbook", "Called by a workflow", "6", "1", "1"},
		"pbx/e811597/Timeit Example.pbx":                                  {"", "", "playbook", "", "", "", ""},
		"pbx/e811597/[utility] String Is Not Empty.pbx":                   {"[utility] String Is Not Empty", "", "playbook component", "Called as a component", "1", "", "2"},
		"pbxz/e811597/(BETA) Active Intel Requirement Brief - Daily.pbxz": {"(BETA) Active Intel Requirement Brief - Daily", "1.0", "playbook", "Timer", "", "", "35"},
		"pbxz/e811597/1 - Upload File to Unknown Cyber - Example.pbxz":    {"1 - Upload File to Unknown Cyber - Example", "1.18", "playbook", "Document", "", "", "5"},
		"pbxz/e811597/HYAS Insight SHA256 Enrichment.pbxz":                {"HYAS Insight SHA256 Enrichment", "1.35", "playbook", "User action", "", "", "10"},
	}
	apps := map[string]string{
		"pbx/e811597/[utility] String Is Not Empty.pbx": "TCPB - JsonPath v1.0 (version 2), TCPB - RegexExtract v1.0 (version 1)",
		"pbx/e811597/TCPB-WF-Escalation Email.pbx":      "TCPB - SendEmail v2.0 (version 2)",
		"pbxz/e811597/1 - Upload File to Unknown Cyber - Example.pbxz": "TCAB - 949da663-bf76-43fe-826a-3ea97e2a97b3 v1 (version 1), TCPB - DocumentRetrieveById v1.0 (version 1), " +
			"TCPB - ThreatConnect Notification v1 (version 1), TCPB - Threatconnect Create Indicators v1 (version 1), TCPB - Threatconnect Tags TI v2 (version 2)",
	}
	seen := 0
	for _, entry := range readCorpus(t, "threatconnect") {
		if !strings.HasPrefix(filepath.Ext(entry.File), ".pbx") {
			continue
		}
		seen++
		m, findings := inspectFile(t, filepath.Join(corpusDir(t), "threatconnect", entry.File))
		facts := map[string]string{}
		for _, f := range m.Facts {
			facts[f.Label] = f.Value
		}
		got := summary{m.DisplayName, m.PlatformVersion, m.Kind, facts["Trigger"], facts["Inputs"], facts["Outputs"], facts["Steps"]}
		if diff := cmp.Diff(want[entry.File], got); diff != "" || m.HasVersion || m.Platform != "threatconnect" {
			t.Errorf("%s: platform %q, version %v, (-want +got):\n%s", entry.File, m.Platform, m.Version, diff)
		}
		if list, ok := apps[entry.File]; ok && list != facts["Apps needed"] {
			t.Errorf("%s: got apps %q, want %q", entry.File, facts["Apps needed"], list)
		}
		if entry.File == "pbx/e811597/Timeit Example.pbx" { // a value without quotes, as published
			own := packageFaults(findings)
			if len(own) != 1 || own[0].Code != "TC-PKG-05" || own[0].Line != 34 || own[0].Path != "Timeit Example.pbx" {
				t.Errorf("got findings %+v, want one TC-PKG-05 in line 34", findings)
			}
			continue
		}
		if packfile.HasErrors(findings) || m.Name == "" {
			t.Errorf("%s: got name %q, findings %+v", entry.File, m.Name, findings)
		}
	}
	if seen != len(want) {
		t.Errorf("saw %d playbooks, want %d", seen, len(want))
	}
}
