package packfile_test

import (
	"encoding/json"
	"maps"
	"testing"
)

// guardMembers are the members of a JSON object that a fixture sets.
type guardMembers map[string]any

// guardInstall is an install.json of a playbook app, with some members set or, by nil, taken out.
func guardInstall(t testing.TB, changes guardMembers) string {
	t.Helper()
	install := guardMembers{
		"displayName": "Acme Guard", "programVersion": "1.2.3", "programLanguage": "PYTHON", "languageVersion": "3.11",
		"programMain": "run", "runtimeLevel": "Playbook", "listDelimiter": "|", "features": []string{"fileParams"},
		"appId":  "24a7eda9-f279-5671-b0f6-26b0f7f01a6d",
		"params": []guardMembers{guardParam("host", nil)},
		"playbook": guardMembers{
			"type": "Utility", "outputPrefix": "guard",
			"outputVariables": []guardMembers{{"name": "guard.answer", "type": "String"}},
		},
	}
	for key, value := range changes {
		if install[key] = value; value == nil {
			delete(install, key)
		}
	}
	text, err := json.MarshalIndent(install, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// guardParam is an optional parameter, with some members set.
func guardParam(name string, changes guardMembers) guardMembers {
	param := guardMembers{"name": name, "label": "The " + name, "type": "String", "playbookDataType": []string{"String"}}
	maps.Copy(param, changes)
	return param
}

// guardApp is the app, packed, in the folder for its major version.
func guardApp(t testing.TB, changes guardMembers, files ...file) []byte {
	t.Helper()
	return guardIn(t, "Acme_Guard_v1", changes, files...)
}

func guardIn(t testing.TB, folder string, changes guardMembers, files ...file) []byte {
	t.Helper()
	inside := []file{
		{name: folder + "/install.json", content: guardInstall(t, changes)},
		{name: folder + "/run.py", content: "pass\n"},
		{name: folder + "/README.md", content: "# Acme Guard\n"},
	}
	for _, f := range files {
		inside = append(inside, file{name: folder + "/" + f.name, content: f.content})
	}
	return zipOf(t, inside...)
}

// callingPlaybook is a playbook export whose steps run apps, each given as its name and its version.
func callingPlaybook(t testing.TB, apps ...[2]string) []byte {
	t.Helper()
	jobs := []guardMembers{}
	for i, app := range apps {
		jobs = append(jobs, guardMembers{"id": i + 1, "appCatalogItem": guardMembers{"programName": app[0], "programVersion": app[1]}})
	}
	return guardPlaybook(t, guardMembers{"jobList": jobs})
}

// guardPlaybook is a playbook export, with some members set.
func guardPlaybook(t testing.TB, changes guardMembers) []byte {
	t.Helper()
	export := guardMembers{
		"name": "Acme Mail Triage", "type": "Playbook", "panX": 1, "panY": 1, "logLevel": "WARN", "jobList": []guardMembers{},
		"playbookConnectionList": []guardMembers{}, "playbookTriggerList": []guardMembers{{"type": "Timer"}},
	}
	maps.Copy(export, changes)
	text, err := json.Marshal(export)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func tcCompareProofs(t testing.TB) map[string]proof {
	t.Helper()
	guard := guardApp(t, nil)
	moreCode := file{name: "more.py", content: "pass\n"}
	noHost := guardMembers{"params": []guardMembers{}, "programVersion": "1.3.0"}
	mode := []guardMembers{guardParam("host", nil), guardParam("mode", nil)}
	vault := guardIn(t, "TCPB_-_Vault_v1", nil)
	return map[string]proof{
		"TC-DIF-01": {
			before: guard, good: guardApp(t, guardMembers{"programVersion": "1.2.4"}, moreCode), bad: guardApp(t, nil, moreCode),
		},
		"TC-DIF-02": {
			before: guard, good: guardApp(t, guardMembers{"programVersion": "1.2.4"}), bad: guardApp(t, guardMembers{"programVersion": "1.1.9"}),
		},
		"TC-DIF-03": {
			before: guard, good: guardIn(t, "Acme_Guard_v2", guardMembers{"params": []guardMembers{}, "programVersion": "2.0.0"}), bad: guardApp(t, noHost),
		},
		"TC-DIF-04": {
			before: guard,
			good:   guardApp(t, guardMembers{"params": mode, "programVersion": "1.3.0"}),
			bad:    guardApp(t, guardMembers{"params": mode, "programVersion": "1.2.4"}),
		},
		"TC-DIF-05": {
			before: guard,
			good:   guardApp(t, guardMembers{"programVersion": "1.2.4"}, moreCode),
			bad:    guardApp(t, guardMembers{"programVersion": "1.3.0"}, moreCode),
		},
		"TC-DIF-06": {
			before: guard,
			good:   guardIn(t, "Acme_Guard_v2", guardMembers{"programVersion": "2.0.0"}),
			bad:    guardIn(t, "Acme_Guard_v1.2", guardMembers{"programVersion": "1.2.4"}),
		},
		"TC-DIF-07": {
			before: guard,
			good:   guardApp(t, guardMembers{"programVersion": "1.2.4"}),
			bad:    guardApp(t, guardMembers{"programVersion": "1.2.4", "appId": "11111111-f279-5671-b0f6-26b0f7f01a6d"}),
		},
		"TC-DIF-08": {
			before: guard,
			good:   guardIn(t, "Acme_Guard_v2", guardMembers{"params": []guardMembers{}, "programVersion": "2.0.0"}),
			bad:    guardIn(t, "Acme_Guard_v2", guardMembers{"programVersion": "2.0.0"}),
		},
		"TC-DEP-01": {
			good: callingPlaybook(t, [2]string{"TCPB - Vault v1", "1.0.9"}), bad: callingPlaybook(t, [2]string{"TCPB - Vault v2", "2.0.1"}), beside: [][]byte{vault},
		},
		"TC-DEP-02": {
			good: callingPlaybook(t, [2]string{"TCPB - Vault v1.0", "1.0.9"}), bad: callingPlaybook(t, [2]string{"If / Else", "1.0.0"}), beside: [][]byte{vault},
		},
		"TC-DEP-03": {
			good: guardIn(t, "TCPB_-_Vault_v2", guardMembers{"programVersion": "2.0.0"}), bad: vault, beside: [][]byte{vault},
		},
	}
}
