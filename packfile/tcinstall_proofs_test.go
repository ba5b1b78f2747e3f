package packfile_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"packtide/packfile"
)

const tcInstallGood = `{
  "displayName": "Acme Sandbox",
  "programVersion": "1.0.0",
  "programLanguage": "PYTHON",
  "programMain": "run",
  "languageVersion": "3.11",
  "runtimeLevel": "Playbook",
  "listDelimiter": "|",
  "minServerVersion": "7.2.0",
  "features": ["fileParams", "layoutEnabledApp", "smtpSettings", "secureParams"],
  "params": [
    {"name": "tc_action", "label": "Action", "type": "Choice", "sequence": 1, "validValues": ["Submit", "Fetch"]},
    {"name": "api_key", "label": "API key", "type": "String", "sequence": 2, "encrypt": true, "default": "${KEYCHAIN}"},
    {"name": "headers", "label": "Headers", "type": "KeyValueList", "sequence": 3, "exposePlaybookKeyAs": "String"},
    {"name": "seen", "label": "Seen", "type": "String", "sequence": 4, "hidden": true}
  ],
  "playbook": {
    "type": "Malware Analysis",
    "outputPrefix": "acme",
    "outputVariables": [
      {"name": "acme.result", "type": "String"},
      {"name": "acme.result", "type": "StringArray"}
    ],
    "retry": {"allowed": true, "defaultDelayMinutes": 1, "defaultMaxRetries": 2}
  },
  "feeds": [
    {"sourceName": "Acme", "sourceCategory": "Commercial", "sourceDescription": "Samples", "indicatorLimit": 100,
     "documentStorageLimitMb": 10, "jobFile": "job.json",
     "deprecation": [{"indicatorType": "File", "actionAtMinimum": "Inactive"}]}
  ]
}`

const tcLayoutGood = `{
  "inputs": [
    {"title": "Configure", "sequence": 1, "parameters": [
      {"name": "tc_action"},
      {"name": "api_key", "display": "tc_action in ('Submit', 'Fetch')"},
      {"name": "headers", "display": "\"tc_action\" = 'Submit'"}
    ]}
  ],
  "outputs": [
    {"name": "acme.result", "display": "tc_action not in ('')"}
  ]
}`

const (
	tcErr  = packfile.SeverityError
	tcWarn = packfile.SeverityWarning
)

// tcInstallFault is one change of the good app, and the finding that it must give.
type tcInstallFault struct {
	old, new string // in install.json, or layout.json if it has the old one and install.json has not
	code     string
	severity packfile.Severity
	field    string
	line     int
	tells    string // a part of message or fix
}

var tcInstallFaults = []tcInstallFault{
	{`"PYTHON"`, `"COBOL"`, "TC-INS-01", tcErr, "programLanguage", 4, "“COBOL”"},
	{`"PYTHON"`, `"Python"`, "TC-INS-01", tcWarn, "programLanguage", 4, "Write “PYTHON”"},
	{`"programLanguage": "PYTHON",`, ``, "TC-INS-01", tcErr, "programLanguage", 1, "in which language"},
	{`"runtimeLevel": "Playbook"`, `"runtimeLevel": "N/A"`, "TC-INS-01", tcErr, "runtimeLevel", 7, "“N/A”"},
	{`"runtimeLevel": "Playbook"`, `"runtimeLevel": "playbook"`, "TC-INS-01", tcWarn, "runtimeLevel", 7, "Write “Playbook”"},
	{`"runtimeLevel": "Playbook"`, `"runtimeLevel": ["Playbook"]`, "TC-INS-01", tcWarn, "runtimeLevel", 7, "is a list"},
	{`"runtimeLevel": "Playbook"`, `"runtimeLevel": ["Organization", "Playbook"]`, "TC-INS-01", tcErr, "runtimeLevel", 7, "at no other"},
	{`"runtimeLevel": "Playbook"`, `"runtimeLevel": 3`, "TC-INS-01", tcErr, "runtimeLevel", 7, "where the app runs"},
	{`"runtimeLevel": "Playbook"`, `"runtimeLevel": "ThirdParty"`, "TC-INS-01", tcErr, "programLanguage", 4, "NONE"},
	{`"programMain": "run",`, ``, "TC-INS-02", tcErr, "programMain", 1, "starts the app"},
	{`"PYTHON",
  "programMain": "run"`, `"NONE", "programMain": ""`, "TC-INS-02", tcWarn, "programMain", 4, "starts the app"},
	{`"listDelimiter": "|",`, ``, "TC-INS-03", tcWarn, "listDelimiter", 1, "no listDelimiter"},
	{`"languageVersion": "3.11"`, `"languageVersion": null`, "TC-INS-03", tcWarn, "languageVersion", 1, "no languageVersion"},
	{`"label": "Action"`, `"label": " "`, "TC-INS-04", tcErr, "params[0].label", 12, "“tc_action”"},
	{`"name": "headers", "label"`, `"label"`, "TC-INS-04", tcErr, "params[2].name", 14, "“Headers”"},
	{`"type": "KeyValueList"`, `"type": "KeyChain"`, "TC-INS-04", tcErr, "params[2].type", 14, "“KeyChain”"},
	{`"type": "KeyValueList"`, `"type": "String"`, "TC-INS-04", tcErr, "params[2].exposePlaybookKeyAs", 14, "KeyValueList"},
	{`"exposePlaybookKeyAs": "String"`, `"exposePlaybookKeyAs": "Any"`, "TC-INS-04", tcWarn, "params[2].exposePlaybookKeyAs", 14, "“Any”"},
	{`"type": "KeyValueList"`, `"type": "keyvaluelist"`, "TC-INS-04", tcWarn, "params[2].type", 14, "KeyValueList"},
	{`"type": "KeyValueList", `, ``, "TC-INS-04", tcWarn, "params[2].type", 14, "taken for a String"},
	{`"hidden": true`, `"hidden": "yes"`, "TC-INS-04", tcWarn, "params[3].hidden", 15, "neither true nor false"},
	{`"hidden": true`, `"hidden": true, "default": ["a"]`, "TC-INS-04", tcWarn, "params[3].default", 15, "a list"},
	{`"params": [`, `"params": [null,`, "TC-INS-04", tcErr, "params[0]", 11, "is null"},
	{`"name": "headers"`, `"name": "API Key!"`, "TC-INS-05", tcErr, "params[2].name", 14, "params[1]"},
	{`"sequence": 3`, `"sequence": 1`, "TC-INS-05", tcWarn, "params[2].sequence", 14, "params[0]"},
	{`"StringArray"`, `"String"`, "TC-INS-06", tcErr, "playbook.outputVariables[1].name", 22, "outputVariables[0]"},
	{`, "validValues": ["Submit", "Fetch"]`, ``, "TC-INS-07", tcErr, "params[0].validValues", 12, "nothing to choose"},
	{`["Submit", "Fetch"]`, `"Submit"`, "TC-INS-07", tcErr, "params[0].validValues", 12, "a list"},
	{`"type": "Malware Analysis",`, ``, "TC-INS-08", tcErr, "playbook.type", 17, "no category"},
	{`"Malware Analysis"`, `"Malware Analysis and whatever comes with it"`, "TC-INS-08", tcErr, "playbook.type", 18, "43 characters"},
	{`"playbook":`, `"playbooks":`, "TC-INS-08", tcErr, "playbook", 1, "needs the object"},
	{`, "type": "StringArray"`, ``, "TC-INS-08", tcErr, "playbook.outputVariables[1].type", 22, "no type"},
	{`"StringArray"`, `"stringarray"`, "TC-INS-08", tcWarn, "playbook.outputVariables[1].type", 22, "StringArray"},
	{`"StringArray"`, `"User"`, "TC-INS-08", tcWarn, "playbook.outputVariables[1].type", 22, "“User”"},
	{`{"name": "acme.result", "type": "StringArray"}`, `{"type": "StringArray"}`, "TC-INS-08", tcErr, "playbook.outputVariables[1].name", 22, "no name"},
	{`{"name": "acme.result", "type": "StringArray"}`, `"acme.result"`, "TC-INS-08", tcErr, "playbook.outputVariables[1]", 22, "a text"},
	{`"runtimeLevel": "Playbook"`, `"runtimeLevel": "ApiService"`, "TC-INS-09", tcErr, "displayPath", 1, "needs a displayPath"},
	{`"runtimeLevel": "Playbook"`, `"runtimeLevel": "ApiService", "displayPath": "a/b"`, "TC-INS-09", tcErr, "displayPath", 7, "“a/b”"},
	{`"${KEYCHAIN}"`, `"hunter2"`, "TC-INS-10", tcWarn, "params[1].default", 13, "for everybody to read"},
	{`"type": "String", "sequence": 2`, `"type": "StringMixed", "sequence": 2`, "TC-INS-10", tcWarn, "params[1].type", 13, "StringMixed"},
	{`"listDelimiter": "|",`, `"listDelimiter": "|", "displayNme": "x",`, "TC-INS-11", tcWarn, "displayNme", 8, "“displayName”"},
	{`"sequence": 4`, `"sequence": 4, "defaultValue": "x"`, "TC-INS-11", tcWarn, "params[3].defaultValue", 15, "“default”"},
	{`"listDelimiter": "|",`, `"listDelimiter": "|", "blueprint": true,`, "TC-INS-11", tcWarn, "blueprint", 8, "Take it out"},
	{`"sequence": 4`, `"sequence": 4, "sequence": 5`, "TC-INS-11", tcWarn, "params[3].sequence", 15, "more than once"},
	{`"defaultMaxRetries"`, `"maxRetries"`, "TC-INS-11", tcWarn, "playbook.retry.maxRetries", 24, "“maxRetries”"},
	{`"fileParams"`, `"fileParam"`, "TC-INS-12", tcWarn, "features[0]", 10, "“fileParams”"},
	{`"fileParams"`, `"aotExecutionEnabled"`, "TC-INS-12", tcWarn, "features[0]", 10, "any more"},
	{`"fileParams"`, `"linkApiPath"`, "TC-INS-12", tcWarn, "features[0]", 10, "ApiService or FeedApiService"},
	{`"fileParams"`, `7`, "TC-INS-12", tcWarn, "features[0]", 10, "a number"},
	{`, "secureParams"`, ``, "TC-INS-12", tcWarn, "features", 10, "secureParams"},
	{`"layoutEnabledApp", `, ``, "TC-INS-12", tcWarn, "features", 10, "layoutEnabledApp"},
	{`"7.2.0"`, `"7.2"`, "TC-INS-13", tcErr, "minServerVersion", 9, "7.2 is not"},
	{`"7.2.0"`, `7`, "TC-INS-13", tcErr, "minServerVersion", 9, "7 is not"},
	{`"sourceCategory": "Commercial", `, ``, "TC-INS-14", tcErr, "feeds[0].sourceCategory", 27, "no sourceCategory"},
	{`"documentStorageLimitMb": 10, `, ``, "TC-INS-14", tcWarn, "feeds[0].documentStorageLimitMb", 27, "no documentStorageLimitMb"},
	{`"Inactive"`, `"inactive"`, "TC-INS-14", tcErr, "feeds[0].deprecation[0].actionAtMinimum", 29, "Inactive"},
	{`"feeds": [`, `"feeds": [{"sourceName": "Acme"},`, "TC-INS-14", tcErr, "feeds[1].sourceName", 27, "feeds[0]"},

	{`"title": "Configure"`, `"title": ""`, "TC-LAY-01", tcErr, "inputs[0].title", 3, "no title"},
	{`"title": "Configure"`, `"title": "Do"`, "TC-LAY-01", tcWarn, "inputs[0].title", 3, "2 characters"},
	{`"title": "Configure", "sequence": 1`, `"title": "Configure"`, "TC-LAY-01", tcWarn, "inputs[0].sequence", 3, "sequence"},
	{`"inputs": [`, `"inputs": [{"title": "Empty", "sequence": 0, "parameters": []},`, "TC-LAY-01", tcErr, "inputs[0].parameters", 2, "no parameter"},
	{`"inputs": [`, `"inputs": ["x",`, "TC-LAY-01", tcErr, "inputs[0]", 2, "a text"},
	{`"inputs": [`, `"input": [`, "TC-LAY-01", tcErr, "inputs", 1, "no inputs"},
	{`"title": "Configure"`, `"titel": "x", "title": "Configure"`, "TC-LAY-01", tcWarn, "inputs[0].titel", 3, "“title”"},
	{`{"name": "headers", "display"`, `{"name": "header", "display"`, "TC-LAY-02", tcErr, "inputs[0].parameters[2].name", 6, "“header”"},
	{`{"name": "tc_action"},`, `{"name": "tc_action"}, {"name": "Headers"},`, "TC-LAY-02", tcErr, "inputs[0].parameters[1].name", 4, "“headers”"},
	{`{"name": "tc_action"},`, `{"name": "tc_action"}, {"name": "seen"},`, "TC-LAY-02", tcWarn, "inputs[0].parameters[1].name", 4, "hides"},
	{`{"name": "tc_action"},`, `{"name": "tc_action"}, {},`, "TC-LAY-02", tcErr, "inputs[0].parameters[1].name", 4, "without a name"},
	{`{"name": "tc_action"},`, ``, "TC-LAY-03", tcWarn, "inputs", 2, "“tc_action”"},
	{`{"name": "acme.result", "display"`, `{"name": "acme.results", "display"`, "TC-LAY-04", tcErr, "outputs[0].name", 10, "“acme.results”"},
	{`, "display": "tc_action not in ('')"`, ``, "TC-LAY-04", tcErr, "outputs[0].display", 10, "when the output"},
	{`"tc_action not in ('')"`, `"tc_action not in ('"`, "TC-LAY-05", tcErr, "outputs[0].display", 10, "does not end"},
	{`"tc_action not in ('')"`, `"tc_action not in ('a'"`, "TC-LAY-05", tcErr, "outputs[0].display", 10, "bracket"},
	{`"tc_action not in ('')"`, `"tc_action ="`, "TC-LAY-05", tcErr, "outputs[0].display", 10, "ends where a value"},
	{`"tc_action not in ('')"`, `"tc_action == {a}"`, "TC-LAY-05", tcWarn, "outputs[0].display", 10, "“{”"},
	{`"tc_action not in ('')"`, `"tc_action in (\"Submit\")"`, "TC-LAY-05", tcWarn, "outputs[0].display", 10, "“Submit”"},
	{`"tc_action not in ('')"`, `"seen = 'x'"`, "TC-LAY-05", tcWarn, "outputs[0].display", 10, "“seen”"},
}

// tcInstallApp packs the good app with one text changed.
func tcInstallApp(t testing.TB, from, to string) []byte {
	t.Helper()
	install, layout := tcInstallGood, tcLayoutGood
	switch {
	case strings.Contains(install, from):
		install = strings.Replace(install, from, to, 1)
	case strings.Contains(layout, from):
		layout = strings.Replace(layout, from, to, 1)
	default:
		t.Fatalf("the good app has no %q", from)
	}
	return zipOf(t, file{name: "Acme_Sandbox_v1/install.json", content: install},
		file{name: "Acme_Sandbox_v1/layout.json", content: layout}, file{name: "Acme_Sandbox_v1/run.py", content: "pass"},
		file{name: "Acme_Sandbox_v1/job.json", content: "{}"}, file{name: "Acme_Sandbox_v1/README.md", content: "Acme"})
}

func tcInstallProofs(t testing.TB) map[string]proof {
	t.Helper()
	proofs := map[string]proof{}
	for _, f := range tcInstallFaults {
		if _, ok := proofs[f.code]; !ok {
			proofs[f.code] = proof{
				name: "Acme_Sandbox_v1.tcx", good: tcInstallApp(t, "", ""), bad: tcInstallApp(t, f.old, f.new),
				severities: []packfile.Severity{f.severity},
			}
		}
	}
	return proofs
}

func TestTCInstallFaultsAndTheirPlaces(t *testing.T) {
	t.Parallel()
	ours := func(f packfile.Finding) bool {
		return strings.HasPrefix(f.Code, "TC-INS-") || strings.HasPrefix(f.Code, "TC-LAY-")
	}
	good := read(t, tcInstallApp(t, "", ""), "Acme_Sandbox_v1.tcx").Findings
	if slices.ContainsFunc(good, ours) {
		t.Errorf("the good app is reported: %+v", good)
	}
	for _, want := range tcInstallFaults {
		t.Run(want.code+" "+cmp.Or(want.new, "without "+want.old), func(t *testing.T) {
			t.Parallel()
			findings := read(t, tcInstallApp(t, want.old, want.new), "Acme_Sandbox_v1.tcx").Findings
			i := slices.IndexFunc(findings, func(f packfile.Finding) bool {
				return f.Code == want.code && f.Field == want.field && strings.Contains(f.Message+f.Fix, want.tells)
			})
			if i < 0 {
				t.Fatalf("not reported at %s: %+v", want.field, findings)
			}
			if f := findings[i]; f.Severity != want.severity || f.Line != want.line || f.Column == 0 {
				t.Errorf("got %s at %d:%d, want %s in line %d: %+v", f.Severity, f.Line, f.Column, want.severity, want.line, f)
			}
		})
	}
}

// A default that is a secret stands neither in a message nor in an excerpt, also not in that of a fault nearby.
func TestTCInstallKeepsSecretsToItself(t *testing.T) {
	t.Parallel()
	app := tcInstallApp(t, "\"${KEYCHAIN}\"},\n    {\"name\": \"headers\",", "\"hunter2\"},\n    {")
	var codes []string
	for _, f := range read(t, app, "Acme_Sandbox_v1.tcx").Findings {
		codes = append(codes, f.Code)
		if strings.Contains(f.Message+f.Fix+f.Excerpt, "hunter2") {
			t.Errorf("the secret is told: %+v", f)
		}
	}
	if !slices.Contains(codes, "TC-INS-04") || !slices.Contains(codes, "TC-INS-10") {
		t.Errorf("got the findings %q, want the secret and the fault beside it", codes)
	}
}

// The packager fills in the features of an App Builder app, which is its source.
func TestTCInstallOfAnAppBuilderExport(t *testing.T) {
	t.Parallel()
	install := strings.Replace(tcInstallGood, `"layoutEnabledApp", `, "", 1)
	install = strings.Replace(install, `"sequence": 4`, `"sequence": 3`, 1)
	data := appBuilder(t, map[string]any{"version": "1.0.0", "files": []any{projectFile("install.json", install), projectFile("layout.json", tcLayoutGood)}})
	var got []string
	for _, f := range read(t, data, "Acme Sandbox.abx").Findings {
		if strings.HasPrefix(f.Code, "TC-INS-") || strings.HasPrefix(f.Code, "TC-LAY-") {
			got = append(got, f.Code+" "+f.Path+" "+f.Field)
		}
	}
	if want := []string{"TC-INS-05 install.json params[3].sequence"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
