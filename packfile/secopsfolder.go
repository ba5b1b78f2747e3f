package packfile

// What this file reads of a Google SecOps response integration, a folder packed as zip, tar or tar.gz, with or
// without the folder itself:
//
//	pyproject.toml      project.version → version; description, requires-python
//	definition.yaml     identifier → technical name; name, categories; version and description where
//	                    pyproject.toml does not say
//	release_notes.yaml  the notes, each with version (or integration_version), date and flags
//	actions/, connectors/, jobs/, widgets/  counted by their .yaml files
//
// The files are read by loadIntegration (secopsload.go); secOpsChecks then looks at them.

import (
	"cmp"
	"strings"
)

const (
	pyprojectTOML    = "pyproject.toml"
	definitionYAML   = "definition.yaml"
	releaseNotesYAML = "release_notes.yaml"
)

// secOpsChecks are the rules of one integration, in the order of their findings. A function checks one rule, or a few
// that belong together.
var secOpsChecks = []func(*secopsCheck){
	checkSecOpsText,
	checkSecOpsForm,
	checkSecOpsJSON,
	checkSecOpsSchemas, checkSecOpsProjectFields,
	checkSecOpsStrictNames, checkSecOpsIdentity, checkSecOpsTwins, checkSecOpsWidgets,
	checkSecOpsOptions, checkSecOpsDefaults, checkSecOpsSSL,
	checkSecOpsResults, checkSecOpsLinks, checkSecOpsFlags,
	checkSecOpsTree,
	checkSecOpsHalfBuilt,
}

func readSecOps(src *source) (reading, bool, error) {
	if src.archive == nil {
		return reading{}, false, nil
	}
	root, ok := secopsRoot(src.archive)
	if !ok {
		return reading{}, false, nil
	}
	in, err := loadIntegration(src.archive, root)
	if err != nil {
		return reading{}, false, err
	}
	s := secops{integration: in}
	s.reading.root = root
	s.manifest.Kind = "response integration"
	s.manifest.Counts = src.opts.setting("secops.versions") != "semver"
	s.readDefinition()
	s.readNotes()
	s.settleName()
	s.settleVersion()
	s.addFacts()
	check := &secopsCheck{integration: in, manifest: s.manifest, opts: src.opts}
	check.opts.Today = cmp.Or(src.opts.Today, src.opts.Day)
	check.opts.Day = cmp.Or(src.opts.Day, s.manifest.day())
	for _, rule := range secOpsChecks {
		rule(check)
	}
	s.findings = check.findings
	s.parts = in.docs().parts()
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
	for _, c := range soKinds {
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

// secops is one integration while its manifest is being read.
type secops struct {
	reading
	*integration

	definitionVersion, pythonVersion string
	categories                       []string
}

func (s *secops) readDefinition() {
	s.manifest.Description = s.project.description
	s.pythonVersion = s.project.python
	if s.definition == nil {
		return
	}
	root := s.definition.root
	s.definitionVersion = root.text("version")
	s.manifest.DisplayName = root.text("name")
	s.manifest.Description = cmp.Or(s.manifest.Description, root.text("description"))
	s.pythonVersion = cmp.Or(s.pythonVersion, root.text("python_version"))
	categories, _ := root.get("categories")
	for _, item := range categories.items() {
		s.categories = append(s.categories, item.scalar())
	}
}

func (s *secops) readNotes() {
	if s.notes == nil {
		return
	}
	for _, item := range s.notes.root.items() {
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
	for _, text := range []string{s.identifier, s.project.name, s.folder()} {
		if name := snakeCase(text); name != "" {
			s.manifest.Name = name
			break
		}
	}
	s.manifest.Identifier = s.identifier
	s.manifest.DisplayName = cmp.Or(s.manifest.DisplayName, s.identifier, s.project.name, s.folder())
}

func (s *secops) settleVersion() { // R1
	m := &s.manifest
	m.PlatformVersion = cmp.Or(s.project.version, s.definitionVersion)
	m.Version, m.HasVersion = ParsePlatform(m.PlatformVersion)
}

func (s *secops) addFacts() {
	for _, kind := range soKinds {
		s.fact(kind.label, countText(len(s.of(kind))))
	}
	s.fact("Python", s.pythonVersion)
	s.fact("Categories", strings.Join(s.categories, ", "))
	s.fact("Identifier", s.identifier)
}
