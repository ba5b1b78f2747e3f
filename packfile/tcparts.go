package packfile

// What users of a ThreatConnect app bind to: jobs and playbooks fill its parameters by name and read its outputs by name
// and type. Left out are programVersion, sdkVersion and commitHash, which differ between all versions, and the sequence of
// parameters, which one new parameter changes for all others; the file that holds them is told as changed.

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"path"
	"strings"
)

// The kinds of the parts of ThreatConnect's packages.
const (
	tcApp         = "app"
	tcFeature     = "feature"
	tcParameter   = "parameter"
	tcAction      = "action" // a choice of the parameter tc_action
	tcOutput      = "output variable"
	tcFeed        = "feed"
	tcSection     = "layout section"
	tcPlaybook    = "playbook"
	tcTrigger     = "trigger"
	tcPipeInput   = "input"
	tcPipeOutput  = "output"
	tcNeededApp   = "needed app"
	tcActionParam = "tc_action"
)

// The facets that rules look at.
const (
	tcFacetFolder        = "folder"
	tcFacetProgram       = "program name"
	tcFacetAppID         = "app ID"
	tcFacetRuntime       = "runtime level"
	tcFacetLanguage      = "language"
	tcFacetServer        = "needs server version"
	tcFacetDisplayPath   = "display path"
	tcFacetPrefix        = "output prefix"
	tcFacetType          = "type"
	tcFacetDefault       = "default"
	tcFacetRequired      = "required"
	tcFacetChoices       = "choices"
	tcFacetPlaybookTypes = "playbook data types"
	tcFacetEncrypted     = "encrypted"
	tcFacetSeveral       = "takes several values"
	tcFacetKeysAs        = "exposes keys as"
	tcFacetMajor         = "major version"
)

const (
	tcYes = "yes"
	tcNo  = "no"
)

// maxFacetText is how much of a text a facet tells; beyond it the text's fingerprint tells that it differs.
const maxFacetText = 2000

// tcText is the facet of a text for people.
func tcText(text string) string {
	text = strings.TrimSpace(text)
	if len(text) <= maxFacetText {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	return fmt.Sprintf("%s… (%d bytes, fingerprint %x)", strings.ToValidUTF8(text[:maxFacetText], ""), len(text), sum[:4])
}

// tcLines is the facet of a list, one item a line.
func tcLines(items []string) string {
	var lines []string
	for _, item := range items {
		lines = append(lines, strings.Join(strings.Fields(item), " "))
	}
	return strings.Join(lines, "\n")
}

func tcYesNo(yes bool) string {
	if yes {
		return tcYes
	}
	return tcNo
}

// takeParts makes the parts of the app that has been read. A file of the app stands in its part as in the file marks:
// below the app's folder.
func (t *tcx) takeParts(more ...Facet) {
	if t.app == nil {
		return
	}
	app := tcAppParts{installModel: t.app}
	app.add(t.appPart(more), nil, "")
	app.addFeatures()
	for i := range t.app.params {
		app.addParameter(&t.app.params[i])
	}
	for i := range t.app.outputs {
		app.addOutput(&t.app.outputs[i])
	}
	for i := range t.app.feeds {
		app.addFeed(&t.app.feeds[i])
	}
	if t.app.layout != nil {
		app.addSections(t.app.layout)
	}
	t.parts = app.parts
}

// tcAppParts collects the parts of one app.
type tcAppParts struct {
	*installModel
	parts []Part
}

// add takes a part which stands at a value of install.json and is held by the part with the ID within.
func (a *tcAppParts) add(p Part, at *jsonValue, within string) {
	p.Within = within
	if p.File == "" {
		p.File = path.Base(a.path)
	}
	if at != nil {
		p.Line = a.line(at)
	}
	a.parts = append(a.parts, p)
}

// holder is the ID of the app itself, which holds all its parts.
func (a *tcAppParts) holder() string { return partID(tcApp, "") }

func (t *tcx) appPart(more []Facet) Part {
	m := t.app
	list := func(key string) string { return tcLines(m.root.member(key).strings()) }
	facets := append([]Facet{
		{"display name", m.displayName},
		{tcFacetFolder, t.folder},
		{tcFacetAppID, strings.ToLower(m.appID)},
		{tcFacetRuntime, strings.ToLower(m.runtimeLevel)},
		{tcFacetLanguage, strings.ToUpper(m.programLanguage)},
		{"language version", m.languageVersion},
		{"main file", m.programMain},
		{tcFacetServer, m.minServerVersion},
		{tcFacetDisplayPath, m.displayPath},
		{tcFacetPrefix, m.outputPrefix},
		{"category", m.playbookType},
		{"note", tcText(m.note)},
		{"list delimiter", m.listDelimiter},
		{"run on demand", tcYesNo(m.allowOnDemand)},
		{"run as user", tcYesNo(m.allowRunAsUser)},
		{"API token of the user", tcYesNo(!m.root.member("apiUserTokenParam").given() || m.root.member("apiUserTokenParam").isTrue())},
		{"labels", list("labels")},
		{"deprecates", list("deprecatesApps")},
		{"discovery types", tcLines(m.root.member("service").member("discoveryTypes").strings())},
		{"retry", m.retry()},
	}, more...)
	return Part{Kind: tcApp, Name: cmp.Or(m.displayName, t.folder), Line: 1, Facets: facets}
}

// retry tells how the app is run again after a failure; "" if it is not.
func (m *installModel) retry() string {
	retry := m.root.member("playbook").member("retry")
	if !retry.member("allowed").isTrue() {
		return ""
	}
	return fmt.Sprintf("%s times, after %s minutes, for %s", retry.member("defaultMaxRetries").string(),
		retry.member("defaultDelayMinutes").string(), cmp.Or(strings.Join(retry.member("actions").strings(), ", "), "all actions"))
}

func (a *tcAppParts) addFeatures() {
	seen := map[string]bool{}
	for _, name := range a.features {
		if !seen[name] {
			seen[name] = true
			a.add(Part{Kind: tcFeature, Key: name, Name: name}, a.root.member("features"), a.holder())
		}
	}
}

func (a *tcAppParts) addParameter(p *installParam) {
	part := Part{Kind: tcParameter, Key: p.key, Name: cmp.Or(p.name, "(without a name)")}
	part.Facets = []Facet{
		{"label", p.label},
		{tcFacetType, p.kind},
		{tcFacetRequired, tcYesNo(p.required)},
		{tcFacetDefault, p.shownDefault()},
		{tcFacetPlaybookTypes, tcLines(p.playbookDataType)},
		{tcFacetEncrypted, tcYesNo(p.encrypt)},
		{tcFacetSeveral, tcYesNo(p.allowMultiple || p.kind == "MultiChoice")},
		{"hidden", tcYesNo(p.hidden)},
		{"service configuration", tcYesNo(p.serviceConfig)},
		{"setup", tcYesNo(p.setup)},
		{"takes nested variables", tcYesNo(p.allowNested)},
		{"feed deployer", tcYesNo(p.feedDeployer)},
		{"indicator types", tcLines(p.intelType)},
		{tcFacetKeysAs, p.exposeKeyAs},
		{"rows", cmp.Or(p.viewRows, "1")},
		{"note", tcText(p.note)},
	}
	if p.key != tcActionParam {
		part.Facets = append(part.Facets, Facet{tcFacetChoices, tcLines(p.validValues)})
	}
	a.add(part, p.node, a.holder())
	if p.key == tcActionParam {
		for _, choice := range p.validValues {
			a.add(Part{Kind: tcAction, Key: choice, Name: choice}, p.node.member("validValues"), part.ID())
		}
	}
}

// shownDefault is the default as people may see it. A switch without one is off, and a secret stays one.
func (p *installParam) shownDefault() string {
	text := tcText(p.defaultText)
	switch {
	case p.kind == "Boolean":
		return cmp.Or(strings.ToLower(text), "false")
	case p.encrypt && text != "":
		return "(kept secret)"
	default:
		return text
	}
}

func (a *tcAppParts) addOutput(o *installOutput) {
	name := fmt.Sprintf("%s (%s)", cmp.Or(o.name, "(without a name)"), cmp.Or(o.kind, "no type"))
	a.add(Part{Kind: tcOutput, Key: o.name + "!" + o.kind, Name: name, Facets: []Facet{
		{tcFacetType, o.kind},
		{tcFacetEncrypted, tcYesNo(o.encrypt)},
		{"indicator types", tcLines(o.intelType)},
		{"note", tcText(o.note)},
	}}, o.node, a.holder())
}

func (a *tcAppParts) addFeed(f *installFeed) {
	a.add(Part{Kind: tcFeed, Key: f.sourceName, Name: cmp.Or(f.sourceName, "(without a name)"), Facets: []Facet{
		{"category", f.sourceCategory},
		{"description", tcText(f.sourceDescription)},
		{"job file", f.jobFile},
		{"attributes file", f.attributesFile},
		{"indicator limit", f.indicatorLimit},
		{"document limit in MB", f.documentStorageLimit},
		{"bulk JSON", tcYesNo(f.enableBulkJSON)},
	}}, f.node, a.holder())
}

func (a *tcAppParts) addSections(l *layoutModel) {
	for _, s := range l.inputs {
		var names []string
		for _, p := range s.parameters {
			names = append(names, p.name)
		}
		line, _ := l.tree.place(s.node)
		a.add(Part{
			Kind: tcSection, Key: s.title, Name: cmp.Or(s.title, "(without a title)"), File: path.Base(l.path), Line: line,
			Facets: []Facet{{"parameters", tcLines(names)}},
		}, nil, a.holder())
	}
}
