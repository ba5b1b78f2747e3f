package packfile_test

import (
	"fmt"
	"strings"
	"testing"

	"packtide/packfile"
)

// tcStepWith is the playbook with a value for one parameter of its first step.
func tcStepWith(name, value string) []byte {
	return tcPlaybook(`{"id": 1,`, fmt.Sprintf("{\n\"jobParameterList\": [{},\n{\"appCatalogItemParameter\": {\"paramName\": %q},\n\"value\": %s}], \"id\": 1,", name, value))
}

// A finding about a secret shows where it is, and never what it is; nor does what is quoted of faults nearby.
func TestPlaybookSecrets(t *testing.T) {
	t.Parallel()
	const secret = "hunter2-and-more"
	trigger := func(value string) []byte {
		return tcPlaybook(`{"type": "Timer"}`, "{\n\"httpBasicAuthPassword\": "+value+"}")
	}
	tests := map[string]struct {
		data  []byte
		line  int // 0 for no finding
		field string
	}{
		"password":           {tcStepWith("file_password", `"`+secret+`"`), 13, "jobList[0].jobParameterList[1].value"},
		"key in camel case":  {tcStepWith("apiKey", `"`+secret+`"`), 13, "jobList[0].jobParameterList[1].value"},
		"token":              {tcStepWith("Auth Token", `"`+secret+`"`), 13, "jobList[0].jobParameterList[1].value"},
		"no secret's name":   {tcStepWith("keyboard", `"`+secret+`"`), 0, ""},
		"keys of a sort":     {tcStepWith("sort_keys", `"a,b"`), 0, ""},
		"choice":             {tcStepWith("use_token", `"False"`), 0, ""},
		"empty":              {tcStepWith("api_key", `" "`), 0, ""},
		"nothing":            {tcStepWith("api_key", "null"), 0, ""},
		"in the keychain":    {tcStepWith("api_key", `"${ORGANIZATION:KEYCHAIN:Acme API Key}"`), 0, ""},
		"from another step":  {tcStepWith("api_key", `"#App:123:acme.key!String"`), 0, ""},
		"with a variable":    {tcStepWith("api_key", `"Bearer ${USER:KEYCHAIN:key}"`), 0, ""},
		"of the trigger":     {trigger(`"` + secret + `"`), 18, "playbookTriggerList[0].httpBasicAuthPassword"},
		"trigger's variable": {trigger(`"${USER:KEYCHAIN:x}"`), 0, ""},
		"trigger's nothing":  {trigger("null"), 0, ""},
		"component inside":   {tcPlaybook(`"exportablePipes": [`, "\"exportablePipes\": [{\n\"playbookTriggerList\": [{\"httpBasicAuthPassword\": \""+secret+"\"}]},"), 20, "exportablePipes[0].playbookTriggerList[0].httpBasicAuthPassword"},
		"beside other fault": {[]byte(strings.Replace(string(tcStepWith("api_key", `"`+secret+`"`)), "Email v3", "Email v1", 1)), 13, "jobList[0].jobParameterList[1].value"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, findings, err := inspect(tt.data, "x.pbx")
			if err != nil {
				t.Fatal(err)
			}
			got := only(findings, "TC-PKG-12")
			if (len(got) > 0) != (tt.line > 0) || (tt.line > 0 && (got[0].Line != tt.line || got[0].Field != tt.field || got[0].Excerpt != "")) {
				t.Errorf("got %+v, want line %d, %q", got, tt.line, tt.field)
			}
			for _, f := range findings {
				if strings.Contains(f.Excerpt+f.Message+f.Fix, secret) {
					t.Errorf("%s shows the secret: %+v", f.Code, f)
				}
			}
		})
	}
}

func TestPlaybookSession(t *testing.T) {
	t.Parallel()
	_, findings, err := inspect(zipOf(t, file{name: "playbook.pbx", content: playbook}, file{name: "session.json", content: `{"Set-Cookie": "x"}`}), "x.pbxz")
	if got := only(findings, "TC-PKG-12"); err != nil || len(got) != 1 || got[0].Path != "session.json" {
		t.Errorf("got %+v, %v", findings, err)
	}
}

// A playbook of more values than one can have is read, and it is told that its secrets were not looked for.
func TestPlaybookTooLargeToSearch(t *testing.T) {
	t.Parallel()
	m, findings, err := inspect(tcPlaybook(`"exportablePipes": [`, "\"exportablePipes\": ["+strings.Repeat("0,", 200_000)+"0,"), "x.pbx")
	if got := only(findings, "TC-PKG-12"); err != nil || m.Kind != "playbook" || len(got) != 1 || !strings.Contains(got[0].Message, "200000 values") {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestPlaybookVersions(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		version  string
		severity packfile.Severity // "" for no finding
		fix      string
	}{
		"two parts":   {`"1.35"`, packfile.SeverityInfo, "1.35.0"},
		"three parts": {`"1.35.2"`, "", ""},
		"a word":      {`"newest"`, packfile.SeverityWarning, "export it again"},
		"none":        {`null`, packfile.SeverityInfo, "1.0.0"},
	}
	for name, tt := range tests {
		m, findings, err := inspect(tcPlaybook(`"1.35"`, tt.version), "x.pbx")
		got := only(findings, "TC-VER-04")
		if err != nil || m.HasVersion != (tt.severity == "") || (len(got) > 0) != (tt.severity != "") {
			t.Fatalf("%s: got %+v, %v", name, got, err)
		}
		if len(got) > 0 && (got[0].Severity != tt.severity || got[0].Line != 8 || !strings.Contains(got[0].Fix, tt.fix)) {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

// An app that is used in many steps is reported once for each version.
func TestPlaybookAppsOfOtherVersions(t *testing.T) {
	t.Parallel()
	step := func(name, version string) string {
		return fmt.Sprintf("{\"appCatalogItem\": {\n\"programName\": %q, \"programVersion\": %q}},\n", name, version)
	}
	data := tcPlaybook(`"jobList": [`, `"jobList": [`+step("TCPB - JsonPath v1.0", "2.0.3")+step("TCPB - JsonPath v1.0", "2.0.3")+
		step("TCPB - JsonPath v1.0", "1.0.9")+step("TCPB - Set v2", "2.1.1")+step("Merge", "3.0.0")+step("Other v1", "new"))
	_, findings, err := inspect(data, "x.pbx")
	got := only(findings, "TC-VER-06")
	if err != nil || len(got) != 1 || got[0].Line != 10 || got[0].Field != "jobList[0].appCatalogItem.programName" {
		t.Errorf("got %+v, %v", got, err)
	}
}
