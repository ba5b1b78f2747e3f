package packfile

// What this file reads of a Google SecOps response integration in its built form: the folder that the vendor's packager
// makes of the source, packed as zip or tar, with or without the folder itself:
//
//	Integration-<Identifier>.def          identifier, name, version, description, parameters, categories
//	RN.json                               the release notes
//	ActionsDefinitions/*.actiondef        and so on, see secopsBuiltKinds: each with a script of the same name
//	DefaultMappingRules/integration_mapping_rules.json
//	.python-version

import (
	"bytes"
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
)

const (
	builtNotes    = "RN.json"
	builtMappings = "DefaultMappingRules/integration_mapping_rules.json"
	builtKindName = "built response integration"

	// What the descriptions may have together; real ones have a tenth of it.
	maxBuiltBytes = 16 << 20
	maxBuiltMarks = 200_000 // commas and opening brackets
)

// secopsBuiltKind is one kind of component in the built form. The names of the folders are the packager's own.
type secopsBuiltKind struct {
	kind             soKind
	folder, ext      string
	scripts, program string // the folder with the programs, and their ending
	shape            *secopsShape
	integration      secopsField // the field that names the integration
}

var secopsBuiltKinds = []secopsBuiltKind{
	{soAction, "ActionsDefinitions", ".actiondef", "ActionsScripts", ".py", secopsActionShape, secopsField{built: "IntegrationIdentifier"}},
	{soConnector, "Connectors", ".connectordef", "ConnectorsScripts", ".py", secopsConnectorShape, secopsField{built: "Integration"}},
	{soJob, "Jobs", ".jobdef", "JobsScrips", ".py", secopsJobShape, secopsField{built: "Integration"}},
	{soWidget, "Widgets", ".json", "WidgetsScripts", ".html", secopsWidgetShape, secopsField{}},
}

func readSecOpsBuilt(src *source) (reading, bool, error) {
	if src.archive == nil {
		return reading{}, false, nil
	}
	b, ok := findBuilt(src.archive)
	if !ok {
		return reading{}, false, nil
	}
	if err := b.load(); err != nil {
		return reading{}, false, err
	}
	b.manifest.Kind = builtKindName
	b.manifest.Counts = src.opts.setting("secops.versions") != "semver"
	b.readDefinition()
	b.readComponents()
	b.readNotes()
	b.checkBuilt()
	b.parts = b.docs.parts()
	return b.reading, true, nil
}

// builtIntegration is one integration in its built form while it is being read.
type builtIntegration struct {
	reading
	archive *archive
	defs    []string // the files Integration-*.def
	files   map[string][]byte
	trees   map[string]*jsonTree // the descriptions that can be read, by path in the archive
	docs    secopsDocs
	def     secopsBuilt
}

// findBuilt looks for Integration-*.def with one more sign of a built integration at the top, or in the one folder there.
func findBuilt(a *archive) (*builtIntegration, bool) {
	roots := []string{""}
	if tops := a.tops(); len(tops) == 1 && strings.HasSuffix(tops[0], "/") {
		roots = append(roots, tops[0])
	}
	for _, root := range roots {
		b := &builtIntegration{archive: a, trees: map[string]*jsonTree{}}
		b.root = root
		for _, f := range a.files {
			if name, ok := strings.CutPrefix(f.path, root); ok && isBuiltDefinition(name) {
				b.defs = append(b.defs, f.path)
			}
		}
		if len(b.defs) > 0 && !a.has(root+definitionYAML) && b.hasSign() {
			slices.Sort(b.defs)
			return b, true
		}
	}
	return nil, false
}

func isBuiltDefinition(name string) bool {
	return !strings.Contains(name, "/") && strings.HasPrefix(name, "Integration-") && strings.HasSuffix(name, ".def")
}

func (b *builtIntegration) hasSign() bool {
	return b.archive.has(b.root+builtNotes) || b.archive.has(b.root+".python-version") || b.archive.hasFolder(b.root+"Managers") ||
		slices.ContainsFunc(secopsBuiltKinds, func(k secopsBuiltKind) bool { return b.archive.hasFolder(b.root + k.folder) })
}

// load reads the descriptions.
func (b *builtIntegration) load() error {
	wanted := append([]string{b.root + builtNotes, b.root + builtMappings, b.root + ".python-version"}, b.defs[0])
	for _, k := range secopsBuiltKinds {
		wanted = append(wanted, b.below(k.folder, k.ext)...)
	}
	var total int64
	for _, name := range wanted {
		if i, ok := b.archive.index[name]; ok {
			total += b.archive.files[i].size
		}
	}
	if total > maxBuiltBytes {
		return errTooMuchToRead("descriptions of the integration", total, maxBuiltBytes)
	}
	var err error
	if b.files, err = b.archive.read(wanted...); err != nil {
		return err
	}
	marks := 0
	for _, data := range b.files {
		for _, mark := range []byte(",[{") {
			marks += bytes.Count(data, []byte{mark})
		}
	}
	if marks > maxBuiltMarks {
		return &UnreadableError{
			Reason: fmt.Sprintf("The descriptions of the integration have more than %d commas and brackets; that is the limit.", maxBuiltMarks),
			Fix:    "Shorten the examples in them, or split the integration.",
		}
	}
	return nil
}

// below returns the paths of the files below a folder that end in ext, in the order of their names.
func (b *builtIntegration) below(folder, ext string) []string {
	var names []string
	for _, f := range b.archive.files {
		if strings.HasPrefix(f.path, b.root+folder+"/") && path.Ext(f.path) == ext && !isLitter(f.path) {
			names = append(names, f.path)
		}
	}
	slices.Sort(names)
	return names
}

// tree returns the contents of a JSON file, nil if it is missing, or with a finding if it can't be read.
func (b *builtIntegration) tree(name string) *jsonTree {
	if tree, ok := b.trees[name]; ok {
		return tree
	}
	data, ok := b.files[name]
	if !ok {
		return nil
	}
	tree, fault := parseJSONTree(data)
	if fault != nil {
		b.find(fault.finding("R-JSON", name, buildAgain))
	}
	b.trees[name] = tree
	return tree
}

const buildAgain = "Mend the source and build the integration again."

// list returns the items of a JSON file that must hold a list.
func (b *builtIntegration) list(name string) []secopsRecord {
	tree := b.tree(name)
	if tree == nil {
		return nil
	}
	if !tree.root.is(jsonArray) {
		b.find(Finding{
			Code: "R-BUILT", Path: name, Line: 1, Column: 1,
			Message: fmt.Sprintf("%s must hold a list, and holds %s.", path.Base(name), tree.root.kindOf()), Fix: buildAgain,
		})
	}
	return tree.secopsRecords(tree.root)
}

// object returns a JSON file that must hold an object.
func (b *builtIntegration) object(name string) (secopsBuilt, bool) {
	tree := b.tree(name)
	if tree == nil {
		return secopsBuilt{}, false
	}
	if !tree.root.is(jsonMembers) {
		b.find(Finding{
			Code: "R-BUILT", Path: name, Line: 1, Column: 1,
			Message: fmt.Sprintf("%s must hold an object, and holds %s.", path.Base(name), tree.root.kindOf()), Fix: buildAgain,
		})
		return secopsBuilt{}, false
	}
	return secopsBuilt{tree, tree.root}, true
}

func (b *builtIntegration) readDefinition() {
	m, d := &b.manifest, &b.docs
	text := func(name string) string { s, _ := b.def.text(secopsField{built: name}); return s }
	b.def, _ = b.object(b.defs[0])
	d.identifier, d.displayName, d.description = text("Identifier"), text("DisplayName"), text("Description")
	d.documentation = text("DocumentationLink")
	d.categories = b.def.texts(secopsField{built: "Categories"})
	d.python = b.python(text("PythonVersion"))
	d.definition = secopsDoc{b.relative(b.defs[0]), b.def}

	inName := strings.TrimSuffix(strings.TrimPrefix(path.Base(b.defs[0]), "Integration-"), ".def")
	m.Name = cmp.Or(snakeCase(d.identifier), snakeCase(inName))
	m.DisplayName = cmp.Or(d.displayName, d.identifier, inName)
	m.Description, m.Identifier = d.description, d.identifier
	m.PlatformVersion = wholeText(text("Version"))
	m.Version, m.HasVersion = ParsePlatform(m.PlatformVersion)
}

func (b *builtIntegration) relative(name string) string { return strings.TrimPrefix(name, b.root) }

// wholeText writes a version as the source does: a whole number with ".0".
func wholeText(version string) string {
	if version != "" && !strings.Contains(version, ".") {
		version += ".0"
	}
	return version
}

// python is the version that the source names: the built form counts 3 for 3.11.
func (b *builtIntegration) python(number string) string {
	if text := pythonNumber.FindString(string(b.files[b.root+".python-version"])); text != "" {
		return text
	}
	if number == "3" || number == "3.0" {
		return "3.11"
	}
	return number
}

func (b *builtIntegration) readComponents() {
	docs := map[soKind]*[]secopsDoc{
		soAction: &b.docs.actions, soConnector: &b.docs.connectors, soJob: &b.docs.jobs, soWidget: &b.docs.widgets,
	}
	for _, k := range secopsBuiltKinds {
		names := b.below(k.folder, k.ext)
		for _, name := range names {
			if record, ok := b.object(name); ok {
				*docs[k.kind] = append(*docs[k.kind], secopsDoc{b.relative(name), record})
			}
		}
		b.fact(k.kind.label, countText(len(names)))
	}
	b.docs.mappingsFile = builtMappings
	b.docs.mappings = b.list(b.root + builtMappings)
	b.fact("Python", b.docs.python)
	b.fact("Categories", strings.Join(b.docs.categories, ", "))
	b.fact("Identifier", b.docs.identifier)
}

func (b *builtIntegration) readNotes() {
	b.docs.notesFile = builtNotes
	b.docs.notes = b.list(b.root + builtNotes)
	for _, r := range b.docs.notes {
		is := func(name string) bool { s, _ := r.text(secopsField{built: name}); return secopsTrue(s) }
		text := func(name string) string { s, _ := r.text(secopsField{built: name}); return s }
		b.manifest.Notes = append(b.manifest.Notes, Note{
			Version: wholeText(secopsNoteVersion(r)), Text: text("ChangeDescription"), Date: noteDate(text("PublishTime")),
			Item: text("ItemName"), ItemType: text("ItemType"),
			New: is("New"), Deprecated: is("Deprecated"), Removed: is("Removed"), Regressive: is("Regressive"),
		})
	}
	sortNotes(b.manifest.Notes)
}
