package packfile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// secopsPython reads the integration's Python files that can be judged: not too large, and with an end to each string
// and bracket.
func secopsPython(in *integration) map[string]*pyFile {
	files := map[string]*pyFile{}
	for _, f := range in.files {
		if f.ext() != ".py" || !f.read || len(f.data) > maxPythonBytes {
			continue
		}
		if p := readPython(f.data); !p.broken {
			files[f.path] = p
		}
	}
	return files
}

// secopsProgram is one Python file that can be judged.
type secopsProgram struct {
	*soFile
	*pyFile
}

// programs returns the files with code in folders, without __init__.py, in the order of their paths.
func (t *secopsTree) programs(folders ...string) []secopsProgram {
	var found []secopsProgram
	for _, folder := range folders {
		for _, f := range t.below(folder, ".py") {
			if p := t.python[f.path]; p != nil && p.code && f.base() != initPy {
				found = append(found, secopsProgram{f, p})
			}
		}
	}
	return found
}

// secopsCodeFolders are the folders with the integration's own code.
var secopsCodeFolders = []string{soAction.folder, soConnector.folder, soJob.folder, coreFolder}

// checkSecOpsInit wants files that only make a folder a package to hold no code.
func checkSecOpsInit(t *secopsTree) {
	for _, f := range t.files {
		p := t.python[f.path]
		top, _, _ := strings.Cut(f.path, "/")
		ours := top == initPy || top == testsFolder || slices.Contains(secopsCodeFolders, top)
		if p == nil || f.base() != initPy || !ours || !p.code {
			continue
		}
		t.report(Finding{
			Code: "R-INIT-EMPTY", Path: f.path, Line: p.firstLine, Message: "The file holds code, and is there only to make its folder a package.",
			Fix: "Move the code to a module of its own, and leave this file empty.",
		})
	}
}

// lack reports once what several files lack, at the first of them unless first says where. Lacking names them, of is how
// many could.
func (t *secopsTree) lack(code string, first Finding, lacking []string, of int, what, fix string) {
	if len(lacking) == 0 {
		return
	}
	first.Code, first.Path, first.Fix = code, cmp.Or(first.Path, lacking[0]), fix
	first.Message = fmt.Sprintf("%d of %d %s: %s.", len(lacking), of, what, examples(lacking))
	t.report(first)
}

// checkSecOpsFuture wants annotations to be read late in all files, as the vendor's own files do.
func checkSecOpsFuture(t *secopsTree) {
	files := t.programs(secopsCodeFolders...)
	var lacking []string
	for _, f := range files {
		if !f.future {
			lacking = append(lacking, f.path)
		}
	}
	t.lack("R-FUTURE", Finding{Line: 1}, lacking, len(files),
		"Python files lack “from __future__ import annotations”", "Begin each file with that line.")
}

// checkSecOpsNames counts the functions that don't tell what they return, and the public names without a docstring.
func checkSecOpsNames(t *secopsTree) {
	var unhinted, undocumented secopsTally
	for _, f := range t.programs(secopsCodeFolders...) {
		for _, fn := range f.functions {
			special := strings.HasPrefix(fn.name, "__")
			if !special { // what __init__ and its like return is known
				unhinted.take(f.path, fn.name, fn.line, fn.hinted)
			}
			if fn.public {
				undocumented.take(f.path, fn.name, fn.line, fn.documented)
			}
		}
		for _, c := range f.classes {
			if c.public {
				undocumented.take(f.path, c.name, c.line, c.documented)
			}
		}
	}
	t.lack("R-HINTS", unhinted.place, unhinted.lacking, unhinted.all,
		"functions do not tell what they return", "Write the type behind “->”, “-> None” for nothing.")
	t.lack("R-DOCSTR", undocumented.place, undocumented.lacking, undocumented.all,
		"public classes and functions have no docstring", "Say in a docstring what each does, takes, returns and raises.")
}

// secopsTally counts names, and those that lack something.
type secopsTally struct {
	all     int
	lacking []string
	place   Finding // of the first that lacks it
}

func (n *secopsTally) take(file, name string, line int, ok bool) {
	n.all++
	if ok {
		return
	}
	if len(n.lacking) == 0 {
		n.place = Finding{Path: file, Line: line, Field: name}
	}
	n.lacking = append(n.lacking, name)
}

// checkSecOpsActionCode looks at how actions are written.
func checkSecOpsActionCode(t *secopsTree) {
	files := t.programs(soAction.folder)
	var loose, careless []string
	for _, f := range files {
		class, base := false, false
		for _, c := range f.classes {
			class = class || c.top
			base = base || slices.ContainsFunc(c.bases, func(b string) bool { return strings.HasSuffix(b, "Action") })
		}
		if !class {
			loose = append(loose, f.path)
		}
		if !f.tries && !base {
			careless = append(careless, f.path)
		}
	}
	t.lack("R-ACTION-CLASS", Finding{}, loose, len(files),
		"actions have no class of their own", "Write each action as a class, so that it can be tested alone.")
	t.lack("R-TRY", Finding{}, careless, len(files),
		"actions neither catch errors nor build on an action class that does",
		"Catch what the service may answer, and end the action with a message that says what to do.")
}

// checkSecOpsImports wants the advised libraries to be used somewhere.
func checkSecOpsImports(t *secopsTree) {
	files := t.programs(secopsCodeFolders...)
	if len(files) == 0 {
		return
	}
	uses := func(module string) bool {
		return slices.ContainsFunc(files, func(f secopsProgram) bool {
			return slices.ContainsFunc(f.imports, func(m string) bool { return m == module || strings.HasPrefix(m, module+".") })
		})
	}
	if !uses("TIPCommon.base") {
		t.report(Finding{
			Code: "R-TIPBASE", Path: files[0].path, Message: "No file imports from TIPCommon.base.",
			Fix: "Build actions, connectors and jobs on the base classes there: they log, sign in and report errors alike.",
		})
	}
	if !uses("pydantic") {
		t.report(Finding{
			Code: "R-PYDANTIC", Path: files[0].path, Message: "No file imports pydantic.",
			Fix: "Describe what the service answers by Pydantic models, so that an unexpected answer is noticed at once.",
		})
	}
}

// maxSoughtParams is for how many parameters of an integration the Python files are searched; real ones have below 50.
const maxSoughtParams = 500

// checkSecOpsConfig looks for each parameter of the integration in the code that should read it.
func checkSecOpsConfig(t *secopsTree) {
	files := t.programs(secopsCodeFolders...)
	if len(files) == 0 || len(t.params) > maxSoughtParams {
		return
	}
	var unused []string
	place := Finding{Path: definitionYAML}
	for _, p := range t.params {
		if p.name == "" || slices.ContainsFunc(files, func(f secopsProgram) bool { return f.mentions(p.name) }) {
			continue
		}
		if len(unused) == 0 {
			place.Field = p.field + ".name"
			place.Line, place.Column = p.node.place()
		}
		unused = append(unused, "“"+shorten(p.name)+"”")
	}
	t.lack("R-CONFIG-USED", place, unused, len(t.params),
		"parameters of the integration are named in no Python file", "Use them, or take them out of definition.yaml.")
}

// checkSecOpsPingText looks for the words that the platform's users know from every integration.
func checkSecOpsPingText(t *secopsTree) {
	for _, name := range []string{"actions/ping.py", "actions/Ping.py"} {
		p := t.python[name]
		if p == nil {
			continue
		}
		for _, text := range []string{"Successfully connected to the", "Failed to connect to the"} {
			if !p.says(text) {
				t.report(Finding{
					Code: "R-PING-MSG", Path: name, Message: fmt.Sprintf("No text of the action holds “%s”.", text),
					Fix: fmt.Sprintf("Begin the message with it, in one piece: “%s … server …”.", text),
				})
			}
		}
	}
}

// checkSecOpsRisks looks for code that runs whatever text it is given.
func checkSecOpsRisks(t *secopsTree) {
	for _, f := range t.programs(secopsCodeFolders...) {
		for _, risk := range f.risks {
			t.report(Finding{
				Code: "R-SECRET", Severity: SeverityInfo, Path: f.path, Line: risk.line,
				Message: fmt.Sprintf("The code uses %s: a text that comes from outside may run as a program.", risk.what),
				Fix:     "Read the text with a parser for its form, and start programs with a list of arguments.",
			})
		}
	}
}

// givesJSON reports whether an action's code hands over a result as JSON, by the signs that the vendor's tools know.
func (p *pyFile) givesJSON() bool {
	return slices.ContainsFunc([]string{"add_result_json", "self.json_results", "self.soar_action.json"}, p.mentions)
}
