package packfile

// What this file reads of the steps of a ThreatConnect playbook export (see playbook.go): the apps that they run, and
// what the export gives away.

import (
	"encoding/json"
	"fmt"
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

// tcCarriedSteps reads the steps of the components that a playbook carries along: their apps are needed too.
func tcCarriedSteps(pipes []json.RawMessage) []tcStep {
	var steps []tcStep
	for _, item := range pipes {
		var pipe struct{ JobList []json.RawMessage }
		if json.Unmarshal(item, &pipe) == nil {
			steps = append(steps, tcSteps(pipe.JobList)...)
		}
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

// tcCheckVersion tells what has to be given beside the version that the export counts by itself. (R1)
func (p *pbx) tcCheckVersion() {
	if p.manifest.HasVersion {
		return
	}
	f := Finding{Code: "TC-VER-04", Severity: SeverityInfo, Path: p.path, Field: "version"}
	f.Line, f.Column = p.obj.place("version")
	version, ok := ParsePlatform(p.manifest.PlatformVersion)
	switch {
	case p.manifest.PlatformVersion == "":
		f.Message = "The export has no version."
		f.Fix = "Give the version of three parts at upload, for example 1.0.0."
	case !ok:
		f.Severity = SeverityWarning
		f.Message = fmt.Sprintf("The export's version “%s” is no number, as in 1.35.", shorten(p.manifest.PlatformVersion))
		f.Fix = "Save the playbook in ThreatConnect and export it again; give the version of three parts at upload."
	default:
		f.Message = fmt.Sprintf("The export counts %s; a release has a version of three parts.", p.manifest.PlatformVersion)
		f.Fix = fmt.Sprintf("Give the version at upload, for example %s; both are shown.", version)
	}
	p.find(f)
}

// tcCheckSteps reports apps whose names end in another major version than the steps were made with.
func (p *pbx) tcCheckSteps(tree *jsonTree) {
	type app struct{ name, version string }
	seen := map[app]bool{}
	for i, step := range tree.root.member("jobList").list() {
		item := step.member("appCatalogItem")
		a := app{strings.TrimSpace(item.member("programName").string()), item.member("programVersion").string()}
		version, ok := ParsePlatform(a.version)
		named := tcNamedMajor(a.name)
		if !ok || named < 0 || named == version.Major || seen[a] {
			continue
		}
		seen[a] = true
		line, column := tree.place(item.member("programName"))
		p.find(Finding{
			Code: "TC-VER-06", Path: p.path, Line: line, Column: column,
			Field:   fmt.Sprintf("jobList[%d].appCatalogItem.programName", i),
			Message: fmt.Sprintf("The step's app is named “%s”, but was used in version %s.", shorten(a.name), shorten(a.version)),
			Fix:     "Tell users which version the playbook needs: the name alone promises another one.",
		})
	}
}
