package packfile

// What this file reads of the steps of a ThreatConnect playbook export (see playbook.go): the apps that they run, and
// what the export gives away.

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// tcStep is one step of a playbook: a job in jobList.
type tcStep struct {
	AppCatalogItem   struct{ ProgramName, ProgramVersion string }
	JobParameterList []tcStepParameter
}

// tcStepParameter is what a step gives its app. Value is a text nearly always.
type tcStepParameter struct {
	AppCatalogItemParameter struct{ ParamName string }
	Value                   json.RawMessage
}

// tcSteps reads the steps in the order of the export; a step that is none, or of other types, is empty in its place.
func tcSteps(items []json.RawMessage) []tcStep {
	steps := make([]tcStep, len(items))
	for i, item := range items {
		_ = json.Unmarshal(item, &steps[i]) // what is of another type stays empty
	}
	return steps
}

// program is the app as the platform calls it, "TCPB - JsonPath v1.0"; "" if the step names none.
func (s *tcStep) program() string { return strings.TrimSpace(s.AppCatalogItem.ProgramName) }

// major is the major version of the app that the step runs, -1 if it tells none. The version counts, and the app's name
// where there is no version: both are to say the same (TC-VER-06).
func (s *tcStep) major() int {
	if v, ok := ParsePlatform(s.AppCatalogItem.ProgramVersion); ok {
		return v.Major
	}
	return tcNamedMajor(s.program())
}

var tcNameVersion = regexp.MustCompile(`(?i)[_ ]v(\d{1,9})(?:\.\d+){0,2}$`)

// tcNamedMajor is the major version at the end of a technical name, -1 if it has none.
func tcNamedMajor(name string) int {
	found := tcNameVersion.FindStringSubmatch(name)
	if found == nil {
		return -1
	}
	major, _ := strconv.Atoi(found[1]) // as many digits as a number has room for
	return major
}

// maxNeeds is how many apps a playbook is held against a release by; real playbooks need some dozens.
const maxNeeds = 1000

// tcNeeds returns the apps that steps run, each major version of an app once, in the order of their names.
func tcNeeds(steps []tcStep) []Need {
	seen := map[Need]bool{}
	var needs []Need
	for i := range steps {
		program := steps[i].program()
		if program == "" {
			continue
		}
		need := Need{Name: withoutVersion(program), Major: steps[i].major()}
		if !seen[need] && len(needs) < maxNeeds {
			seen[need] = true
			needs = append(needs, need)
		}
	}
	slices.SortFunc(needs, func(a, b Need) int {
		if a.Name != b.Name {
			return strings.Compare(a.Name, b.Name)
		}
		return a.Major - b.Major
	})
	return needs
}
