package packfile

// What this file reads of a ThreatConnect playbook export, a JSON text (.pbx) or a zip with playbook.pbx (.pbxz):
//
//	name, description, type       name, description and kind
//	version                       as the platform counts, "1.35"; no version of R1, which the uploader gives
//	jobList[].appCatalogItem      programName and programVersion → the apps that the playbook needs
//	playbookTriggerList[]         type; of a component, pipeInputParams and pipeOutputParams
//	exportablePipes               the components that it carries along

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

// playbookPBX is the playbook's name in a .pbxz.
const playbookPBX = "playbook.pbx"

// playbookKeys are the members of every playbook export.
var playbookKeys = []string{"name", "jobList", "playbookTriggerList", "playbookConnectionList", "panX", "panY", "logLevel"}

func readPlaybook(src *source) (reading, bool, error) {
	data, where, err := playbookText(src)
	if err != nil || data == nil {
		return reading{}, false, err
	}
	p := pbx{path: where}
	p.manifest.Kind = "playbook"
	obj, fault := parseJSONObject(data)
	switch {
	case fault != nil:
		p.find(fault.finding("TC-PKG-05", where, exportPlaybookAgain))
	case src.archive == nil && !hasPlaybookKeys(func(key string) bool { return obj.members[key] != nil }):
		return reading{}, false, nil // it only speaks of playbooks
	default:
		p.obj = obj
		p.read()
		p.check(src, data)
		p.takeParts(src.archive != nil)
	}
	return p.reading, true, nil
}

const exportPlaybookAgain = "Export the playbook from ThreatConnect again, and upload the file as it is."

// playbookText returns the JSON and where it lies; nil if the file is no playbook export.
func playbookText(src *source) ([]byte, string, error) {
	if src.archive == nil {
		data, err := src.text('{', looksLikePlaybook)
		return data, src.ownName(), err
	}
	if !src.archive.has(playbookPBX) {
		return nil, "", nil
	}
	files, err := src.archive.read(playbookPBX)
	if err != nil {
		return nil, "", err
	}
	return append([]byte{}, files[playbookPBX]...), playbookPBX, nil // not nil, also where it is empty
}

// looksLikePlaybook takes broken exports too: they are to be refused by their faults, not to pass as plain files.
func looksLikePlaybook(head []byte) bool {
	return hasPlaybookKeys(func(key string) bool { return bytes.Contains(head, []byte(`"`+key+`"`)) })
}

// hasPlaybookKeys wants more than half of the keys, since other programs know each of them but two.
func hasPlaybookKeys(has func(string) bool) bool {
	known := 0
	for _, key := range playbookKeys {
		if has(key) {
			known++
		}
	}
	return known > len(playbookKeys)/2
}

// pbx is one playbook export while it is being read.
type pbx struct {
	reading
	path string
	obj  jsonObject
}

// playbookKinds says in words what an export calls type, in lower case. Exports before 2018 have none.
var playbookKinds = map[string]string{
	"standard": "playbook", "playbook": "playbook", "pipe": "playbook component", "workflow": "workflow playbook",
}

func (p *pbx) read() {
	m := &p.manifest
	m.DisplayName, m.Description = p.obj.text("name"), p.obj.text("description")
	m.Name = madeName(m.DisplayName)
	if kind, ok := playbookKinds[strings.ToLower(p.obj.text("type"))]; ok {
		m.Kind = kind
	}
	m.PlatformVersion = p.obj.text("version")
	if v, ok := ParsePlatform(m.PlatformVersion); ok && threePartVersion.MatchString(m.PlatformVersion) { // R1
		m.Version, m.HasVersion = v, true
	}
	p.addTriggers()
	p.addApps()
	p.fact("Components inside", countText(len(p.obj.list("exportablePipes"))))
	p.fact("Labels", listText(p.labels()))
}

// check reports what is wrong with a playbook that can be read.
func (p *pbx) check(src *source, data []byte) {
	p.checkMembers()
	p.tcCheckDisplayName(tcDisplayName{name: p.manifest.DisplayName, member: "name", at: p.path, obj: p.obj}, src.opts)
	p.tcCheckFileName(src)
	p.tcCheckVersion()
	p.tcCheckSession(src.archive)
	p.tcCheckLitter(src.archive)
	tree, fault := parseJSONTree(data)
	if fault != nil { // larger than a playbook can be: nothing in it has a place
		p.find(Finding{
			Code: "TC-PKG-12", Path: p.path, Line: fault.line, Column: fault.column,
			Message: "The export was not searched for secrets. " + fault.what, Fix: "Split the playbook into components.",
		})
		return
	}
	p.tcCheckSteps(tree)
	p.tcCheckSecrets(tree.root, tree, nil)
}

// checkMembers wants what the platform needs to import a playbook.
func (p *pbx) checkMembers() {
	for _, key := range playbookKeys[:4] {
		raw := bytes.TrimSpace(p.obj.members[key])
		first, what := byte('['), "list"
		if key == "name" {
			first, what = '"', "text"
		}
		if len(raw) > 0 && raw[0] == first {
			continue
		}
		message := fmt.Sprintf("The export has no %s.", key)
		if raw != nil {
			message = fmt.Sprintf("The export's %s is not a %s.", key, what)
		}
		line, column := p.obj.place(key)
		p.find(Finding{
			Code: "TC-PKG-05", Severity: SeverityError, Path: p.path, Line: line, Column: column, Field: key,
			Message: message, Fix: exportPlaybookAgain,
		})
	}
}

// triggerWords says what a playbook calls the type of its trigger, where that are no plain words.
var triggerWords = map[string]string{
	"PipeConfig": "Called as a component", "WorkflowConfig": "Called by a workflow", "UserAction": "User action",
}

func (p *pbx) addTriggers() {
	var triggers []string
	inputs, outputs := 0, 0
	for _, item := range p.obj.list("playbookTriggerList") {
		var t struct{ Type, PipeInputParams, PipeOutputParams string }
		_ = json.Unmarshal(item, &t) // what is of another type stays empty
		if words, ok := triggerWords[t.Type]; ok {
			t.Type = words
		}
		if t.Type = strings.TrimSpace(t.Type); t.Type != "" {
			triggers = append(triggers, t.Type)
		}
		inputs += listLength(t.PipeInputParams)
		outputs += listLength(t.PipeOutputParams)
	}
	p.fact("Trigger", listText(triggers))
	p.fact("Inputs", countText(inputs))
	p.fact("Outputs", countText(outputs))
}

// listLength counts the members of a JSON list that is written into a text.
func listLength(text string) int {
	var items []json.RawMessage
	if json.Unmarshal([]byte(text), &items) != nil {
		return 0
	}
	return len(items)
}

// addApps lists the apps of the steps, each with the major version that it is needed in.
func (p *pbx) addApps() {
	steps := tcSteps(p.obj.list("jobList"))
	var apps []string
	for i := range steps {
		app := steps[i].program()
		if app == "" {
			continue
		}
		if v, ok := ParsePlatform(steps[i].AppCatalogItem.ProgramVersion); ok {
			app += " (version " + strconv.Itoa(v.Major) + ")"
		}
		apps = append(apps, app)
	}
	p.manifest.Needs = tcNeeds(slices.Concat(steps, tcCarriedSteps(p.obj.list("exportablePipes"))))
	p.fact("Steps", countText(len(steps)))
	p.fact("Apps needed", listText(apps))
}

func (p *pbx) labels() []string {
	var labels []string
	for _, item := range p.obj.list("playbookLabels") {
		var l struct{ PlaybookLabelType struct{ Label string } }
		if json.Unmarshal(item, &l) == nil && l.PlaybookLabelType.Label != "" {
			labels = append(labels, l.PlaybookLabelType.Label)
		}
	}
	return labels
}

// ownName is the name for findings in a file that is no archive.
func (s *source) ownName() string { return strings.ToValidUTF8(path.Base(s.fileName), "\uFFFD") }
