package packfile

// What users of a ThreatConnect playbook bind to: what starts it, and of a component, which other playbooks call, the
// inputs by name and the outputs by key. The apps that its steps run must be on the platform.

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// takeParts makes the parts of the playbook that has been read. One that is no archive is the package's only file, which
// has no name of its own.
func (p *pbx) takeParts(archived bool) {
	tree, fault := parseJSONTree(p.obj.data)
	if fault != nil {
		p.find(fault.finding("TC-PKG-05", p.path, exportPlaybookAgain))
		return
	}
	parts := tcPlaybookParts{tree: tree}
	if archived {
		parts.file = p.path
	}
	label := func(key string) string { return strings.TrimSpace(tree.root.member(key).string()) }
	parts.add(Part{Kind: tcPlaybook, Name: p.manifest.DisplayName, Facets: []Facet{
		{"display name", p.manifest.DisplayName},
		{"kind", p.manifest.Kind},
		{"description", tcText(label("description"))},
		{"priority", label("priority")},
		{"log level", label("logLevel")},
		{"labels", strings.Join(p.labels(), "\n")},
	}}, tree.root)
	parts.addTriggers()
	parts.addNeeds(p.manifest.Needs)
	p.parts = parts.parts
}

// tcPlaybookParts collects the parts of one playbook.
type tcPlaybookParts struct {
	tree  *jsonTree
	file  string
	parts []Part
}

func (a *tcPlaybookParts) add(p Part, at *jsonValue) {
	p.File = a.file
	p.Line, _ = a.tree.place(at)
	a.parts = append(a.parts, p)
}

// addTriggers tells triggers apart by their places among those of the playbook, put in the order of their types: their
// names may be anything, and nearly all playbooks have one.
func (a *tcPlaybookParts) addTriggers() {
	triggers := slices.Clone(a.tree.root.member("playbookTriggerList").list())
	kind := func(t *jsonValue) string { return strings.TrimSpace(t.member("type").string()) }
	slices.SortStableFunc(triggers, func(x, y *jsonValue) int { return strings.Compare(kind(x), kind(y)) })
	for i, t := range triggers {
		words := cmp.Or(triggerWords[kind(t)], kind(t), "(without a type)")
		a.add(Part{Kind: tcTrigger, Key: strconv.Itoa(i + 1), Name: words, Facets: []Facet{{tcFacetType, words}}}, t.member("type"))
		for _, input := range tcTextList(t.member("pipeInputParams")) {
			a.addInput(input, t.member("pipeInputParams"))
		}
		for _, output := range tcTextList(t.member("pipeOutputParams")) {
			a.addOutput(output, t.member("pipeOutputParams"))
		}
	}
}

// tcTextList returns the items of a JSON list that is written into a text.
func tcTextList(v *jsonValue) []*jsonValue {
	if !v.is(jsonString) {
		return v.list()
	}
	tree, fault := parseJSONTree([]byte(v.text))
	if fault != nil {
		return nil
	}
	return tree.root.list()
}

func (a *tcPlaybookParts) addInput(v, at *jsonValue) {
	text := func(key string) string { return strings.TrimSpace(v.member(key).string()) }
	a.add(Part{Kind: tcPipeInput, Key: text("name"), Name: cmp.Or(text("name"), "(without a name)"), Facets: []Facet{
		{"label", text("label")},
		{tcFacetType, tcInstallParamTypes.canonical(text("dataType"))},
		{tcFacetRequired, tcYesNo(v.member("required").isTrue())},
		{tcFacetPlaybookTypes, tcLines(tcSplit(text("playbookDataType")))},
		{tcFacetEncrypted, tcYesNo(v.member("encrypted").isTrue())},
		{"hidden", tcYesNo(v.member("hidden").isTrue() || v.member("uiHidden").isTrue())},
		{tcFacetChoices, tcLines(v.member("validValuesList").strings())},
	}}, at)
}

// tcSplit returns the items of a list that is written into a text with bars or commas.
func tcSplit(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '|' || r == ',' || r == ' ' })
}

// pipeSource is a variable of a step, "#App:23:find.output!String"; the number of the step differs between exports.
var pipeSource = regexp.MustCompile(`#(?:App|Trigger|Global):\d+:`)

func (a *tcPlaybookParts) addOutput(v, at *jsonValue) {
	key := strings.TrimSpace(v.member("key").string())
	a.add(Part{Kind: tcPipeOutput, Key: key, Name: cmp.Or(key, "(without a name)"), Facets: []Facet{
		{"taken from", tcText(pipeSource.ReplaceAllString(v.member("value").string(), ""))},
	}}, at)
}

func (a *tcPlaybookParts) addNeeds(needs []Need) {
	majors := map[string][]string{}
	var names []string
	for _, need := range needs {
		major := "any"
		if need.Major >= 0 {
			major = strconv.Itoa(need.Major)
		}
		if majors[need.Name] == nil {
			names = append(names, need.Name)
		}
		majors[need.Name] = append(majors[need.Name], major)
	}
	for _, name := range names {
		a.add(Part{Kind: tcNeededApp, Key: tcProgramKey(name), Name: name, Facets: []Facet{
			{tcFacetMajor, strings.Join(majors[name], "\n")},
		}}, a.tree.root.member("jobList"))
	}
}

// takeParts puts the parts of one of its apps, which lies in file, into those of the bundle.
func (b *bundle) takeParts(file string, app reading) {
	key, name := app.manifest.Name, cmp.Or(app.manifest.DisplayName, app.manifest.Name)
	b.manifest.Components = append(b.manifest.Components, app.manifest.Components...)
	for _, p := range app.parts {
		if p.Kind == tcApp {
			p.Name, p.Key = name, key
		} else {
			p.Name, p.Key = fmt.Sprintf("%s › %s", name, p.Name), key+"/"+p.Key
		}
		if kind, within, ok := strings.Cut(p.Within, ": "); ok {
			p.Within = partID(kind, strings.TrimSuffix(key+"/"+within, "/"))
		}
		if p.File != "" {
			p.File = file + "/" + app.root + p.File
		}
		b.parts = append(b.parts, p)
	}
}
