package packfile

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// The other files and folders that an integration consists of.
const (
	uvLock         = "uv.lock"
	pythonVersion  = ".python-version"
	initPy         = "__init__.py"
	ontologyYAML   = "ontology_mapping.yaml"
	familiesYAML   = "integration_families.yaml"
	coreFolder     = "core"
	testsFolder    = "tests"
	resourceFolder = "resources"
)

// secopsTree is an integration as the rules about its files see it.
type secopsTree struct {
	*secopsCheck
	python map[string]*pyFile // the Python files that can be judged, by path
}

// secopsFileChecks are the rules about structure, release notes, dependencies, pictures and Python text.
var secopsFileChecks = []func(*secopsTree){
	checkSecOpsFiles, checkSecOpsParity, checkSecOpsPackages, checkSecOpsSnake, checkSecOpsCore, checkSecOpsExtra,
	checkSecOpsPing, checkSecOpsOntology, checkSecOpsExamples, checkSecOpsTests, checkSecOpsActionTests,
	checkSecOpsSecrets, checkSecOpsRisks, checkSecOpsImages,
	checkSecOpsVersionForm, checkSecOpsDates, checkSecOpsNotesOrder, checkSecOpsNotesVersion, checkSecOpsItemTypes,
	checkSecOpsPython, checkSecOpsDependencies, checkSecOpsDescription, checkSecOpsLock, checkSecOpsSources,
	checkSecOpsInit, checkSecOpsPingText, checkSecOpsFuture, checkSecOpsNames, checkSecOpsActionCode, checkSecOpsImports,
	checkSecOpsConfig,
}

// checkSecOpsTree checks all of them.
func checkSecOpsTree(c *secopsCheck) {
	t := &secopsTree{secopsCheck: c, python: secopsPython(c.integration)}
	for _, check := range secopsFileChecks {
		check(t)
	}
}

// report takes a finding whose path is relative to the integration's folder.
func (t *secopsTree) report(f Finding) {
	f.Path = t.root + f.Path
	t.findings = append(t.findings, f)
}

func checkSecOpsFiles(t *secopsTree) {
	for _, name := range []string{definitionYAML, pyprojectTOML, releaseNotesYAML, uvLock, pythonVersion, initPy} {
		if !t.has(name) {
			t.report(Finding{
				Code: "R-FILES", Path: name, Message: "The integration has no " + name + ".",
				Fix: "Add it to the integration's folder and pack it again.",
			})
		}
	}
}

// checkSecOpsParity wants a partner beside each program and each description of a component.
func checkSecOpsParity(t *secopsTree) {
	for _, kind := range soKinds {
		for _, f := range t.below(kind.folder, "") {
			partner := ""
			switch {
			case f.base() == initPy:
				continue
			case f.ext() == kind.script:
				partner = f.stem() + ".yaml"
			case f.ext() == ".yaml":
				partner = f.stem() + kind.script
			}
			if partner == "" || t.has(path.Join(f.dir(), partner)) {
				continue
			}
			t.report(Finding{
				Code: "R-PARITY", Path: f.path, Message: fmt.Sprintf("There is no %s beside it.", partner),
				Fix: fmt.Sprintf("Add %s, or take %s out; mind upper and lower case.", path.Join(f.dir(), partner), f.base()),
			})
		}
	}
}

// checkSecOpsPackages wants folders of Python to be packages.
func checkSecOpsPackages(t *secopsTree) {
	wanted := map[string]bool{}
	for _, folder := range []string{soAction.folder, coreFolder, soConnector.folder, soJob.folder} {
		wanted[folder] = t.hasFolder(folder)
	}
	for _, f := range t.below(coreFolder, ".py") {
		for dir := f.dir(); !wanted[dir]; dir = path.Dir(dir) {
			wanted[dir] = true
		}
	}
	for _, folder := range slices.Sorted(maps.Keys(wanted)) {
		if name := path.Join(folder, initPy); wanted[folder] && !t.has(name) {
			t.report(Finding{
				Code: "R-PKGINIT", Path: name, Message: fmt.Sprintf("The folder %s is no Python package: it has no %s.", folder, initPy),
				Fix: "Add an empty file of that name.",
			})
		}
	}
}

// secopsSnake is snake_case; a name may begin and end with underscores, which mean something in Python.
var secopsSnake = regexp.MustCompile(`^_*[a-z0-9]+(_+[a-z0-9]+)*_*$`)

func checkSecOpsSnake(t *secopsTree) {
	if folder := t.folder(); folder != "" && !secopsSnake.MatchString(folder) {
		t.findings = append(t.findings, Finding{
			Code: "R-SNAKE-DIR", Path: folder, Message: fmt.Sprintf("The folder's name “%s” is not in snake_case.", shorten(folder)),
			Fix: fmt.Sprintf("Rename it to %s.", cmp.Or(snakeCase(folder), snakeCase(t.identifier), "lower-case words joined by _")),
		})
	}
	var other []string
	for _, f := range t.files {
		top, _, below := strings.Cut(f.path, "/")
		named := top == coreFolder || slices.ContainsFunc(soKinds, func(k soKind) bool { return k.folder == top })
		if below && named && !secopsSnake.MatchString(f.stem()) {
			other = append(other, f.path)
		}
	}
	if len(other) == 0 {
		return
	}
	f := Finding{
		Code: "R-SNAKE", Severity: SeverityInfo, Path: other[0],
		Message: fmt.Sprintf("%s not in snake_case: %s.", countWords(len(other), "file name is", "file names are"), examples(other)),
		Fix:     "Name new files in lower-case words joined by _; a file that is released already can keep its name.",
	}
	if v, ok := ParsePlatform(t.project.version); ok && v == (Version{Major: 1}) {
		f.Severity, f.Fix = SeverityWarning, "Rename them to lower-case words joined by _ before the first release."
	}
	t.report(f)
}

// checkSecOpsCore wants a class in core, and file names that stay different once core's folders are taken away, as
// building does.
func checkSecOpsCore(t *secopsTree) {
	first := map[string]string{}
	hasClass := false
	for _, f := range t.below(coreFolder, ".py") {
		p := t.python[f.path]
		hasClass = hasClass || p == nil || len(p.classes) > 0 // nothing is known of a file that can't be judged
		if f.base() == initPy {
			continue
		}
		if other := first[f.base()]; other != "" {
			t.report(Finding{
				Code: "R-CORE-UNIQUE", Path: f.path,
				Message: fmt.Sprintf("%s has the same name; building puts all files of core into one folder.", other),
				Fix:     "Rename one of the two, and what imports it.",
			})
			continue
		}
		first[f.base()] = f.path
	}
	if !hasClass {
		t.report(Finding{
			Code: "R-CORE-CLIENT", Path: coreFolder,
			Message: "No Python file in core has a class: there is no client for the service's API.",
			Fix:     "Put the class that signs in and talks to the service into core, and let the actions use it.",
		})
	}
}

// secopsTop are the names at the top of an integration.
var secopsTop = []string{
	definitionYAML, pyprojectTOML, releaseNotesYAML, uvLock, pythonVersion, initPy, ontologyYAML, familiesYAML,
	soAction.folder, soConnector.folder, soJob.folder, soWidget.folder, coreFolder, testsFolder, resourceFolder,
}

func checkSecOpsExtra(t *secopsTree) {
	seen := map[string]bool{}
	for _, f := range t.files {
		top, _, _ := strings.Cut(f.path, "/")
		if slices.Contains(secopsTop, top) || seen[top] {
			continue
		}
		seen[top] = true
		t.report(Finding{
			Code: "R-EXTRA", Path: top, Message: fmt.Sprintf("“%s” is no part of an integration; building leaves it out.", shorten(top)),
			Fix: "Take it out, unless people who read the source need it.",
		})
	}
}
