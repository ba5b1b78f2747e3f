package packfile

// What this file reads of a Google SecOps response integration, a folder packed as zip, tar or tar.gz, with or
// without the folder itself:
//
//	pyproject.toml      project.version → version; description, requires-python
//	definition.yaml     identifier → technical name; name, categories; version and description where
//	                    pyproject.toml does not say
//	release_notes.yaml  the notes, each with version (or integration_version), date and flags
//	actions/, connectors/, jobs/, widgets/  counted by their .yaml files

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

const (
	pyprojectTOML    = "pyproject.toml"
	definitionYAML   = "definition.yaml"
	releaseNotesYAML = "release_notes.yaml"
)

// secopsComponents are the folders of an integration's parts, with the word for them.
var secopsComponents = []struct{ folder, label string }{
	{"actions", "Actions"},
	{"connectors", "Connectors"},
	{"jobs", "Jobs"},
	{"widgets", "Widgets"},
}

func readSecOps(src *source) (reading, bool, error) {
	if src.archive == nil {
		return reading{}, false, nil
	}
	root, ok := secopsRoot(src.archive)
	if !ok {
		return reading{}, false, nil
	}
	s := secops{archive: src.archive}
	s.root = root
	var err error
	s.files, err = src.archive.read(s.path(pyprojectTOML), s.path(definitionYAML), s.path(releaseNotesYAML))
	if err != nil {
		return reading{}, false, err
	}
	s.manifest.Kind = "response integration"
	s.readProject()
	s.readDefinition()
	s.readNotes()
	s.settleName()
	s.settleVersion()
	s.addFacts()
	return s.reading, true, nil
}

// secopsRoot returns the integration's folder with a slash, "" at the top of the archive.
func secopsRoot(a *archive) (string, bool) {
	if looksLikeSecOps(a, "") {
		return "", true
	}
	tops := a.tops()
	if len(tops) == 1 && strings.HasSuffix(tops[0], "/") && looksLikeSecOps(a, tops[0]) {
		return tops[0], true
	}
	return "", false
}

// looksLikeSecOps wants two signs of an integration, since other programs know each of the file names too.
func looksLikeSecOps(a *archive, root string) bool {
	components := 0
	for _, c := range secopsComponents {
		if a.hasFolder(root + c.folder) {
			components++
		}
	}
	definition, project, notes := a.has(root+definitionYAML), a.has(root+pyprojectTOML), a.has(root+releaseNotesYAML)
	switch {
	case definition:
		return project || notes || components > 0
	case notes:
		return components > 0
	default:
		return false
	}
}

// secops is one integration while it is being read.
type secops struct {
	reading
	archive *archive
	files   map[string][]byte

	projectName, projectVersion, pythonVersion string
	identifier, definitionVersion              string
	categories                                 []string
}

func (s *secops) path(name string) string { return s.root + name }

// data returns a manifest file, and false with a finding if it is missing.
func (s *secops) data(name string) ([]byte, bool) {
	data, ok := s.files[s.path(name)]
	if !ok {
		s.find(Finding{
			Code: "R-FILES", Severity: SeverityError, Path: s.path(name),
			Message: "The integration has no " + name + ".",
			Fix:     "Add it to the integration's folder and pack it again.",
		})
	}
	return data, ok
}

func (s *secops) readProject() {
	data, ok := s.data(pyprojectTOML)
	if !ok {
		return
	}
	tree, fault := parseTOML(data)
	if fault != nil {
		s.find(fault.finding("R-TOML", s.path(pyprojectTOML), "Mend the file and pack the integration again."))
		return
	}
	project, _ := tree["project"].(map[string]any)
	s.projectName, _ = project["name"].(string)
	s.projectVersion = scalarText(project["version"])
	s.pythonVersion, _ = project["requires-python"].(string)
	description, _ := project["description"].(string)
	s.manifest.Description = strings.TrimSpace(description)
}

// scalarText brings a version to text, also one that the author forgot to quote.
func scalarText(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		text := strconv.FormatFloat(v, 'f', -1, 64)
		if !strings.Contains(text, ".") {
			text += ".0"
		}
		return text
	}
	return ""
}

// yaml returns the root of a YAML manifest file, and false with a finding if it can't be read.
func (s *secops) yaml(name string) (yamlNode, bool) {
	data, ok := s.data(name)
	if !ok {
		return yamlNode{}, false
	}
	root, fault := parseYAML(data)
	if fault != nil && root.node == nil {
		s.find(fault.finding("R-YAML", s.path(name), "Mend the file and pack the integration again."))
		return yamlNode{}, false
	}
	if fault != nil {
		s.find(fault.finding("R-YAML-DUP", s.path(name), "Keep one of the two entries; now the last one counts."))
	}
	return root, true
}

func (s *secops) readDefinition() {
	root, ok := s.yaml(definitionYAML)
	if !ok {
		return
	}
	if !root.isMapping() {
		s.findForm(definitionYAML, root, "a list of fields, “name: …”")
		return
	}
	s.identifier = root.text("identifier")
	s.definitionVersion = root.text("version")
	s.manifest.DisplayName = root.text("name")
	s.manifest.Description = cmp.Or(s.manifest.Description, root.text("description"))
	s.pythonVersion = cmp.Or(s.pythonVersion, root.text("python_version"))
	if categories, ok := root.get("categories"); ok {
		for _, item := range categories.items() {
			s.categories = append(s.categories, item.scalar())
		}
	}
	if s.identifier == "" {
		s.find(Finding{
			Code: "R-IDENT", Severity: SeverityError, Path: s.path(definitionYAML), Line: 1, Column: 1, Field: "identifier",
			Message: "definition.yaml has no identifier.",
			Fix:     "Add the identifier; it stays the same for all versions of the integration.",
		})
	}
}

func (s *secops) findForm(name string, root yamlNode, want string) {
	f := Finding{
		Code: "R-YAML", Severity: SeverityError, Path: s.path(name),
		Message: fmt.Sprintf("%s must hold %s.", name, want),
		Fix:     "Mend the file and pack the integration again.",
	}
	f.Line, f.Column = root.place()
	s.find(f)
}

func (s *secops) readNotes() {
	root, ok := s.yaml(releaseNotesYAML)
	if !ok {
		return
	}
	if !root.isList() {
		s.findForm(releaseNotesYAML, root, "a list of notes, each beginning with “- ”")
		return
	}
	for _, item := range root.items() {
		s.manifest.Notes = append(s.manifest.Notes, Note{
			Version:    cmp.Or(item.text("version"), item.text("integration_version")),
			Text:       item.text("description"),
			Date:       noteDate(item.text("publish_time")),
			Item:       item.text("item_name"),
			ItemType:   item.text("item_type"),
			New:        item.isTrue("new"),
			Deprecated: item.isTrue("deprecated"),
			Removed:    item.isTrue("removed"),
			Regressive: item.isTrue("regressive"),
		})
	}
	sortNotes(s.manifest.Notes)
}

// settleName derives the technical name from the identifier, which is the integration's key on the platform; the
// folder may be called anything, or be missing.
func (s *secops) settleName() {
	folder := strings.TrimSuffix(s.root, "/")
	for _, text := range []string{s.identifier, s.projectName, folder} {
		if name := snakeCase(text); name != "" {
			s.manifest.Name = name
			break
		}
	}
	s.manifest.DisplayName = cmp.Or(s.manifest.DisplayName, s.identifier, s.projectName, folder)
}

func (s *secops) settleVersion() { // R1
	place, text := pyprojectTOML, s.projectVersion
	if text == "" && s.definitionVersion != "" {
		place, text = definitionYAML, s.definitionVersion
	}
	m := &s.manifest
	m.PlatformVersion = text
	m.Version, m.HasVersion = ParsePlatform(text)
	if m.HasVersion && m.Version.Minor == 0 && m.Version.Patch == 0 {
		return
	}
	f := Finding{
		Code: "R-VER-FORM", Severity: SeverityError, Path: s.path(place), Field: "version",
		Message: "Neither pyproject.toml nor definition.yaml tells a version that can be read.",
		Fix:     "Set version in pyproject.toml to a whole number with “.0”, for example \"15.0\", and pack the integration again.",
	}
	if text != "" {
		f.Message = fmt.Sprintf("The version “%s” is not a whole number with “.0”, as in 15.0.", shorten(text))
	}
	f.Line = lineOf(s.files[s.path(place)], "version")
	s.find(f)
}

// lineOf returns the first line that begins with key, or 0.
func lineOf(data []byte, key string) int {
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		if strings.HasPrefix(strings.TrimSpace(line), key) {
			return number
		}
	}
	return 0
}

func (s *secops) addFacts() {
	for _, c := range secopsComponents {
		s.fact(c.label, countText(s.archive.count(s.root+c.folder, ".yaml")))
	}
	s.fact("Python", s.pythonVersion)
	s.fact("Categories", strings.Join(s.categories, ", "))
	s.fact("Identifier", s.identifier)
}

func countText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
