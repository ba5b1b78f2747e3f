package packfile

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// What the platform runs.
const (
	secopsPython3      = "3.11"
	secopsPythonSpread = ">=3.11,<3.12"
)

// checkSecOpsPython wants the one version of Python in all three places.
func checkSecOpsPython(t *secopsTree) {
	if f := t.file(pythonVersion); f != nil && f.read && strings.TrimSpace(string(f.data)) != secopsPython3 {
		t.report(Finding{
			Code: "R-PYVER", Path: pythonVersion, Line: 1, Column: 1,
			Message: fmt.Sprintf("The file says %s; the platform runs Python %s.", quoted(strings.ToValidUTF8(strings.TrimSpace(string(f.data)), "\uFFFD")), secopsPython3),
			Fix:     fmt.Sprintf("Write %s, and nothing else.", secopsPython3),
		})
	}
	if t.definition != nil {
		if v := t.definition.root.text("python_version"); v != "" && v != secopsPython3 {
			t.atField(t.definition, t.definition.root, "python_version", secopsFound{
				code: "R-PYVER", field: "python_version", message: fmt.Sprintf("python_version is %s; the platform runs Python %s.", quoted(v), secopsPython3),
				fix: fmt.Sprintf("Set it to \"%s\", or leave it out.", secopsPython3),
			})
		}
	}
	if v := t.project.python; t.project.tree != nil && v != secopsPythonSpread {
		t.atProject(cmp.Or(t.ifInProject("project.requires-python"), "project"), secopsFound{
			code: "R-PYVER", field: "project.requires-python", message: fmt.Sprintf("requires-python is %s.", quoted(v)),
			fix: fmt.Sprintf("Set requires-python = \"%s\", exactly so.", secopsPythonSpread),
		})
	}
}

// ifInProject returns the key if pyproject.toml has it, and nothing otherwise.
func (t *secopsTree) ifInProject(key string) string {
	if t.project.line(key) > 0 {
		return key
	}
	return ""
}

// What tests of an integration are run with: what the vendor's tools want, and what its guide advises.
var (
	secopsDevNeeded  = []string{"soar-sdk", "pytest", "pytest-json-report"}
	secopsDevAdvised = []string{"mypy", "integration-testing"}
)

func checkSecOpsDependencies(t *secopsTree) {
	if t.project.tree == nil {
		return
	}
	dev := map[string]bool{}
	groups, _ := t.project.get("dependency-groups").(map[string]any)
	takeGroup(groups, "dev", dev, map[string]bool{})
	lacking := func(wanted []string) []string {
		return slices.DeleteFunc(slices.Clone(wanted), func(name string) bool { return dev[name] })
	}
	place := cmp.Or(t.ifInProject("dependency-groups.dev"), t.ifInProject("dependency-groups"), "project")
	if missing := lacking(secopsDevNeeded); len(missing) > 0 {
		t.atProject(place, secopsFound{
			code: "R-DEVDEPS", field: "dependency-groups.dev", message: "The group dev lacks " + strings.Join(missing, ", ") + ".",
			fix: "Add it with “uv add --dev”.",
		})
	}
	if missing := lacking(secopsDevAdvised); len(missing) > 0 {
		t.atProject(place, secopsFound{
			code: "R-DEVDEPS-SEED", field: "dependency-groups.dev", message: "The group dev lacks " + strings.Join(missing, ", ") + ".",
			fix: "Add it with “uv add --dev”: types are checked and tests are written with it.",
		})
	}
	if secopsDistributions(t.project.dependencies)["soar-sdk"] {
		t.atProject("project.dependencies", secopsFound{
			code: "R-DEVDEPS", field: "project.dependencies", message: "soar-sdk is among the dependencies that are installed on the platform, which has its own.",
			fix: "Move it to the group dev.",
		})
	}
}

// takeGroup collects the names of a dependency group and of those that it includes.
func takeGroup(groups map[string]any, group string, names, seen map[string]bool) {
	if seen[group] {
		return
	}
	seen[group] = true
	list, _ := groups[group].([]any)
	for _, item := range list {
		switch item := item.(type) {
		case string:
			names[secopsDistribution(item)] = true
		case map[string]any:
			if other, ok := item["include-group"].(string); ok {
				takeGroup(groups, other, names, seen)
			}
		}
	}
}

var secopsEmail = regexp.MustCompile(`[\pL\pN_.-]+@[\pL\pN_.-]+\.[\pL\pN_]+`)

// checkSecOpsDescription wants words for people in pyproject.toml, and of partners an address for their questions.
func checkSecOpsDescription(t *secopsTree) {
	if t.project.tree == nil {
		return
	}
	place := cmp.Or(t.ifInProject("project.description"), "project")
	if t.project.description == "" {
		t.atProject(place, secopsFound{
			code: "R-DESC", field: "project.description", message: "The integration has no description.",
			fix: "Say in a sentence what the service is and what the integration does with it.",
		})
	}
	if strings.HasSuffix(t.scope(), "/partner") && !secopsEmail.MatchString(t.project.description) {
		t.atProject(place, secopsFound{
			code: "R-EMAIL", field: "project.description", message: "The description names no e-mail address for support.",
			fix: "Add the address that users of a partner's integration can write to.",
		})
	}
}
