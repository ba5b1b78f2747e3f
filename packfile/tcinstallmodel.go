package packfile

import (
	"fmt"
	"regexp"
	"strings"
)

// installModel is what an app's install.json says, and the layout.json beside it. What the file leaves out has the
// platform's default, since the packager drops members that have it: two versions that mean the same say the same here.
// Items of a list that are no objects are left out; the field of each item says where in the list it stands.
type installModel struct {
	path string // of install.json, as findings name it
	tree *jsonTree
	root *jsonValue // the object

	displayName, note, appID                                      string
	programVersion, programMain, programLanguage, languageVersion string
	runtimeLevel, minServerVersion, displayPath, listDelimiter    string
	playbookType, outputPrefix                                    string
	allowOnDemand, allowRunAsUser, hasPlaybook                    bool

	features        []string
	publishOutFiles []string
	params          []installParam
	outputs         []installOutput
	feeds           []installFeed

	hasLayout bool
	layout    *layoutModel // nil without a layout.json, or with one that can't be read
}

// installParam is one of params[].
type installParam struct {
	node  *jsonValue
	field string // "params[3]"

	name  string // as written
	key   string // what the platform makes of the name: installKey
	label string
	kind  string // type: in the vendor's case if it is a known one; "String" if it is missing

	hasDefault     bool
	defaultText    string // a text, number or boolean as written; other values as JSON
	sequence       string // a number as written; "" if missing
	viewRows, note string
	exposeKeyAs    string // exposePlaybookKeyAs

	required, hidden, encrypt, allowMultiple, serviceConfig, setup, allowNested, feedDeployer bool

	validValues, playbookDataType, intelType []string
}

// installOutput is one of playbook.outputVariables[]; name and type together tell it from the others.
type installOutput struct {
	node  *jsonValue
	field string // "playbook.outputVariables[3]"

	name, kind, note string
	encrypt          bool
	intelType        []string
}

// installFeed is one of feeds[].
type installFeed struct {
	node  *jsonValue
	field string // "feeds[0]"

	sourceName, sourceCategory, sourceDescription string
	jobFile, attributesFile                       string // as written: names of files in the app's folder
	indicatorLimit, documentStorageLimit          string // numbers as written
	enableBulkJSON                                bool
	deprecation, firstRunParams                   string // as the file writes them: tree.written
}

// readInstallModel reads install.json; path is its name in findings.
func readInstallModel(path string, data []byte) (*installModel, *textFault) {
	tree, fault := parseJSONTreeObject(data)
	if fault != nil {
		return nil, fault
	}
	m := &installModel{path: path, tree: tree, root: tree.root}
	m.readTop()
	for i, node := range m.root.member("params").list() {
		if node.is(jsonMembers) {
			m.params = append(m.params, readInstallParam(tree, node, fmt.Sprintf("params[%d]", i)))
		}
	}
	for i, node := range m.root.member("playbook").member("outputVariables").list() {
		if node.is(jsonMembers) {
			m.outputs = append(m.outputs, readInstallOutput(node, fmt.Sprintf("playbook.outputVariables[%d]", i)))
		}
	}
	for i, node := range m.root.member("feeds").list() {
		if node.is(jsonMembers) {
			m.feeds = append(m.feeds, readInstallFeed(tree, node, fmt.Sprintf("feeds[%d]", i)))
		}
	}
	return m, nil
}

func (m *installModel) readTop() {
	playbook := m.root.member("playbook")
	m.hasPlaybook = playbook.is(jsonMembers)
	for _, f := range []struct {
		to   *string
		from *jsonValue
		key  string
	}{
		{&m.displayName, m.root, "displayName"},
		{&m.note, m.root, "note"},
		{&m.appID, m.root, "appId"},
		{&m.programVersion, m.root, "programVersion"},
		{&m.programMain, m.root, "programMain"},
		{&m.programLanguage, m.root, "programLanguage"},
		{&m.languageVersion, m.root, "languageVersion"},
		{&m.minServerVersion, m.root, "minServerVersion"},
		{&m.displayPath, m.root, "displayPath"},
		{&m.listDelimiter, m.root, "listDelimiter"},
		{&m.playbookType, playbook, "type"},
		{&m.outputPrefix, playbook, "outputPrefix"},
	} {
		*f.to = strings.TrimSpace(f.from.member(f.key).string())
	}
	m.allowOnDemand = m.root.member("allowOnDemand").isTrue()
	m.allowRunAsUser = m.root.member("allowRunAsUser").isTrue()
	m.publishOutFiles = m.root.member("publishOutFiles").strings()
	m.features = m.root.member("features").strings()
	// A text; the oldest packages hold a list of one.
	if levels := m.root.member("runtimeLevel").strings(); len(levels) > 0 {
		m.runtimeLevel = strings.TrimSpace(levels[0])
	}
}

func readInstallParam(tree *jsonTree, node *jsonValue, field string) installParam {
	p := installParam{
		node: node, field: field,
		name:             node.member("name").string(),
		label:            node.member("label").string(),
		kind:             "String",
		hasDefault:       node.member("default").given(),
		defaultText:      tree.written(node.member("default")),
		sequence:         node.member("sequence").string(),
		viewRows:         node.member("viewRows").string(),
		note:             node.member("note").string(),
		exposeKeyAs:      node.member("exposePlaybookKeyAs").string(),
		required:         node.member("required").isTrue(),
		hidden:           node.member("hidden").isTrue(),
		encrypt:          node.member("encrypt").isTrue(),
		allowMultiple:    node.member("allowMultiple").isTrue(),
		serviceConfig:    node.member("serviceConfig").isTrue(),
		setup:            node.member("setup").isTrue(),
		allowNested:      node.member("allowNested").isTrue(),
		feedDeployer:     node.member("feedDeployer").isTrue(),
		validValues:      node.member("validValues").strings(),
		playbookDataType: node.member("playbookDataType").strings(),
		intelType:        node.member("intelType").strings(),
	}
	p.key = installKey(p.name)
	if kind := strings.TrimSpace(node.member("type").string()); kind != "" {
		p.kind = tcInstallParamTypes.canonical(kind)
	}
	return p
}

func readInstallOutput(node *jsonValue, field string) installOutput {
	return installOutput{
		node: node, field: field,
		name:      strings.TrimSpace(node.member("name").string()),
		kind:      strings.TrimSpace(node.member("type").string()),
		note:      node.member("note").string(),
		encrypt:   node.member("encrypt").isTrue(),
		intelType: node.member("intelType").strings(),
	}
}

func readInstallFeed(tree *jsonTree, node *jsonValue, field string) installFeed {
	return installFeed{
		node: node, field: field,
		sourceName:           strings.TrimSpace(node.member("sourceName").string()),
		sourceCategory:       strings.TrimSpace(node.member("sourceCategory").string()),
		sourceDescription:    strings.TrimSpace(node.member("sourceDescription").string()),
		jobFile:              node.member("jobFile").string(),
		attributesFile:       node.member("attributesFile").string(),
		indicatorLimit:       node.member("indicatorLimit").string(),
		documentStorageLimit: node.member("documentStorageLimitMb").string(),
		enableBulkJSON:       node.member("enableBulkJson").isTrue(),
		deprecation:          tree.written(node.member("deprecation")),
		firstRunParams:       tree.written(node.member("firstRunParams")),
	}
}

var installKeyDrops = regexp.MustCompile(`[^a-z0-9_]`)

// installKey is the name of a parameter as the platform's tools make it: jobs and playbooks bind to it, so that names
// which differ in case, spaces or signs only are one.
func installKey(name string) string {
	return installKeyDrops.ReplaceAllString(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), " ", "_"), "")
}

// takeApp reads the model of an app from its install.json, and layout.json if it has one, nil if not.
func (t *tcx) takeApp(at string, install []byte, layoutAt string, layout []byte) {
	app, fault := readInstallModel(at, install)
	if fault != nil {
		t.find(fault.finding("TC-JSN-01", at, "Mend install.json and pack the app again."))
		return
	}
	t.app = app
	if app.hasLayout = layout != nil; app.hasLayout {
		// A fault of it is one of TC-JSN-01, which every JSON file of the app is checked by.
		app.layout, _ = readLayoutModel(layoutAt, layout)
	}
	t.checkInstall()
}

// line is the line of a value, for Part.Line.
func (m *installModel) line(v *jsonValue) int {
	line, _ := m.tree.place(v)
	return line
}
