package packfile

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// checkSecOpsPing wants an action that tries the connection, and one that does something with the service.
func checkSecOpsPing(t *secopsTree) {
	actions := t.of(soAction)
	pings := 0
	for _, a := range actions {
		if strings.EqualFold(cmp.Or(a.name, a.file.stem()), "ping") {
			pings++
		}
	}
	switch {
	case t.excused("R-PING", "folder", cmp.Or(t.folder(), snakeCase(t.identifier))):
	case len(actions) == 0:
		t.report(Finding{
			Code: "R-PING", Severity: SeverityWarning, Path: soAction.folder,
			Message: "The integration has no actions, so nobody can try its connection.",
			Fix:     "Add an action named Ping that signs in to the service and says whether that worked.",
		})
	case pings == 0:
		t.report(Finding{
			Code: "R-PING", Path: soAction.folder, Message: "No action is named Ping.",
			Fix: "Add an action named Ping that signs in to the service and says whether that worked.",
		})
	}
	if len(actions) == pings {
		t.report(Finding{
			Code: "R-ACTION2", Path: soAction.folder, Message: "There is no action beside Ping.",
			Fix: "Add at least one action that does something with the service.",
		})
	}
}

// The moments of an event that the platform sorts by.
var secopsMoments = []string{"StartTime", "EndTime"}

// checkSecOpsOntology wants the events of connectors to be mapped.
func checkSecOpsOntology(t *secopsTree) {
	if t.ontology == nil {
		t.checkUnmapped()
		return
	}
	if !t.ontology.root.isList() {
		return // said elsewhere
	}
	mapped := map[string]bool{}
	for _, rule := range t.ontology.root.items() {
		mapped[rule.text("security_event_file_name")] = true
	}
	missing := slices.DeleteFunc(slices.Clone(secopsMoments), func(m string) bool { return mapped[m] })
	switch {
	case len(mapped) == 0:
		t.report(Finding{
			Code: "R-ONTOLOGY", Severity: SeverityWarning, Path: ontologyYAML, Line: 1, Message: "The file maps nothing.",
			Fix: "Map the fields of the events, StartTime and EndTime first; or take the file out if there are no connectors.",
		})
	case len(missing) > 0:
		t.report(Finding{
			Code: "R-ONTOLOGY", Severity: SeverityInfo, Path: ontologyYAML, Line: 1,
			Message: fmt.Sprintf("The file does not map %s.", strings.Join(missing, " and ")),
			Fix:     "Map them: the platform orders events and joins them to cases by these times.",
		})
	}
}

// checkUnmapped is about an integration without a mapping. What the vendor's tools let pass by name blocks nobody.
func (t *secopsTree) checkUnmapped() {
	folder := cmp.Or(t.folder(), snakeCase(t.identifier))
	if len(t.of(soConnector)) == 0 || t.excused("R-ONTOLOGY", "folder", folder) {
		return
	}
	f := Finding{
		Code: "R-ONTOLOGY", Path: ontologyYAML, Message: "There are connectors, and no " + ontologyYAML + " that maps their events.",
		Fix: "Add it, with at least StartTime and EndTime of each source.",
	}
	if secopsExcludes("R-ONTOLOGY", "folder", folder) {
		f.Severity = SeverityWarning
	}
	t.report(f)
}

// secopsExampleEnd ends the names of the files with an action's example of its result.
const secopsExampleEnd = "_JsonResult_example.json"

// checkSecOpsExamples wants an example beside each result in JSON, and an action for each example.
func checkSecOpsExamples(t *secopsTree) {
	used := map[string]bool{}
	var misnamed []string
	for _, a := range t.of(soAction) {
		stem := a.file.stem()
		named := a.exampleNames()
		exact, exists := named[0], slices.ContainsFunc(named, t.has)
		for _, name := range named {
			used[name] = true
		}
		program := path.Join(a.file.dir(), stem+".py")
		if p := t.python[program]; p == nil || !p.givesJSON() || t.has(exact) {
			continue
		}
		if exists {
			misnamed = append(misnamed, stem)
			continue
		}
		t.report(Finding{
			Code: "R-JSON-EX", Path: program, Message: "The action gives a result as JSON, and there is no example of it.",
			Fix: fmt.Sprintf("Add %s with a result as the service gives it, without anybody's data.", exact),
		})
	}
	if len(misnamed) > 0 {
		t.report(Finding{
			Code: "R-JSON-EX", Severity: SeverityInfo, Path: resourceFolder,
			Message: fmt.Sprintf("%s an example whose name is not exactly the action's file name with %s: %s.",
				countWords(len(misnamed), "action has", "actions have"), secopsExampleEnd, examples(misnamed)),
			Fix: "Rename the examples, and result_example_path with them, if the vendor's validator is to find them.",
		})
	}
	t.orphans(used)
}

// exampleNames returns the paths at which an example of the action's result may lie, first the one that the vendor's
// validator looks for.
func (a *soComponent) exampleNames() []string {
	stem := a.file.stem()
	named := []string{path.Join(resourceFolder, stem+secopsExampleEnd), path.Join(resourceFolder, snakeCase(stem)+secopsExampleEnd)}
	results, _ := a.root.get("dynamic_results_metadata")
	for _, r := range results.items() {
		if example := r.text("result_example_path"); example != "" {
			named = append(named, path.Clean(example))
		}
	}
	return named
}

// orphans reports the examples that no action uses.
func (t *secopsTree) orphans(used map[string]bool) {
	folded := map[string]bool{}
	for name := range maps.Keys(used) {
		folded[foldCase(name)] = true
	}
	for _, f := range t.below(resourceFolder, secopsExampleEnd) {
		if !folded[foldCase(f.path)] {
			t.report(Finding{
				Code: "R-JSON-ORPHAN", Path: f.path, Message: "No action uses this example.",
				Fix: "Name it in the action's result_example_path, or take it out.",
			})
		}
	}
}
