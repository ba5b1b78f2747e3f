package packfile

import (
	"path"
	"strings"
)

// secopsTests are the files and folders that tests of an integration have, by what their absence means.
var secopsTests = []struct {
	severity Severity
	names    []string
}{
	{SeverityWarning, []string{"tests/common.py", "tests/test_defaults/test_imports.py"}},
	{SeverityInfo, []string{"tests/conftest.py", "tests/core/", "tests/test_actions/"}},
}

func checkSecOpsTests(t *secopsTree) {
	if !t.hasFolder(testsFolder) {
		t.report(Finding{
			Code: "R-TESTS", Path: testsFolder, Message: "The integration has no tests.",
			Fix: "Add " + strings.Join(secopsTests[0].names, " and ") + ", and a test for each action.",
		})
		return
	}
	for _, wanted := range secopsTests {
		var missing []string
		for _, name := range wanted.names {
			folder, isFolder := strings.CutSuffix(name, "/")
			if (isFolder && !t.hasFolder(folder)) || (!isFolder && !t.has(name)) {
				missing = append(missing, name)
			}
		}
		if len(missing) > 0 {
			t.report(Finding{
				Code: "R-TESTS", Severity: wanted.severity, Path: testsFolder, Message: "The tests lack " + strings.Join(missing, ", ") + ".",
				Fix: "Add what is missing; the vendor's sample integration shows how.",
			})
		}
	}
	t.checkTestConfig()
}

// checkTestConfig wants the values that tests run with.
func (t *secopsTree) checkTestConfig() {
	const name = "tests/config.json"
	f := t.file(name)
	if f == nil {
		t.report(Finding{
			Code: "R-TEST-CONFIG", Path: name, Message: "The tests have no config.json with the values that they run with.",
			Fix: "Add a JSON object with a value for each parameter of the integration, made up where it is secret.",
		})
		return
	}
	if !f.read {
		return
	}
	if _, fault := parseJSONObject(f.data); fault != nil {
		found := fault.finding("R-TEST-CONFIG", name, "Write a JSON object, { … }, with a value for each parameter.")
		found.Severity = ""
		t.report(found)
	}
}

// checkSecOpsActionTests looks for a test of each action, by its file's name.
func checkSecOpsActionTests(t *secopsTree) {
	tested := map[string]bool{}
	for _, f := range t.below(testsFolder, ".py") {
		tested[secopsLetters(f.stem())] = true
	}
	var untested []string
	actions := t.of(soAction)
	for _, a := range actions {
		if !tested["test"+secopsLetters(a.file.stem())] {
			untested = append(untested, a.file.stem())
		}
	}
	t.lack("R-ACTION-TESTS", Finding{Path: path.Join(testsFolder, "test_actions")}, untested, len(actions),
		"actions have no test file of their own", "Add test_<action>.py for each: what it does, and what it says when the service fails.")
}

// secopsLetters is a name without case and punctuation: “Send Location” and send_location are one action.
func secopsLetters(name string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if isAlphanumeric(r) {
			return r
		}
		return -1
	}, name))
}
