package packfile

import (
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// What of an integration is read into memory. Real ones unpack to 3 MiB at most, with 300 KiB of YAML.
const (
	maxSecOpsFile  = 1 << 20  // of a file that a rule only looks at: a larger one is known by its size
	maxSecOpsTotal = 24 << 20 // of all files that are read
	maxSecOpsYAML  = 4 << 20  // of all YAML files
)

// integration is a response integration as its rules see it: everything that a rule needs, read once. Paths are relative
// to the integration's folder.
type integration struct {
	root   string // the integration's folder in the archive with a slash, "" if it lies at the top
	files  []*soFile
	byPath map[string]*soFile

	definition *soFile // definition.yaml; as all files below nil if it is missing
	notes      *soFile // release_notes.yaml: its root is a list
	ontology   *soFile // ontology_mapping.yaml: a list
	families   *soFile // integration_families.yaml: a list
	lock       *soFile // uv.lock

	locked    *uvLockFile // what uv.lock says; nil with lockFault
	lockFault *textFault

	identifier string    // what definition.yaml says
	params     []soParam // of definition.yaml
	project    soProject // pyproject.toml
	components []*soComponent
}

// soFile is one file of the integration.
type soFile struct {
	path string // "actions/ping.yaml"
	size int64
	data []byte // nil if no rule needs the contents, or the file is larger than maxSecOpsFile
	read bool   // data holds the contents

	// root is the value of a YAML file that the vendor's tools read; nothing if there is none or it can't be read, which
	// fault then tells.
	root  yamlNode
	fault *textFault

	json func() *textFault // jsonFault, found out once however many results name the file
}

func (f *soFile) dir() string  { return path.Dir(f.path) }
func (f *soFile) base() string { return path.Base(f.path) }
func (f *soFile) ext() string  { return path.Ext(f.path) }
func (f *soFile) stem() string { return strings.TrimSuffix(f.base(), f.ext()) }

// jsonFault tells why the file is no JSON; nil if it is, or is too large to be looked at.
func (f *soFile) jsonFault() *textFault {
	if !f.read {
		return nil
	}
	if f.json == nil {
		f.json = sync.OnceValue(func() *textFault { return jsonTextFault(f.data) })
	}
	return f.json()
}

// soKind is one kind of component, with its folder and the fields that differ from kind to kind.
type soKind struct {
	folder, label string // "actions"; for people: "Actions"
	word          string // for people: "action"
	script        string // the ending of the file beside the .yaml: ".py"
	name          string // the field with its name
	integration   string // the field that names the integration, "" if there is none
}

// The kinds of component.
var (
	soAction    = soKind{"actions", "Actions", "action", ".py", "name", "integration_identifier"}
	soConnector = soKind{"connectors", "Connectors", "connector", ".py", "name", "integration"}
	soJob       = soKind{"jobs", "Jobs", "job", ".py", "name", "integration"}
	soWidget    = soKind{"widgets", "Widgets", "widget", ".html", "title", ""}
	soKinds     = []soKind{soAction, soConnector, soJob, soWidget}
)

// soComponent is an action, a connector, a job or a widget, as its YAML file describes it.
type soComponent struct {
	kind   soKind
	file   *soFile
	root   yamlNode // nothing if the file can't be read or is no group of fields
	name   string
	params []soParam // the definition's field parameters
}

// soParam is one parameter of a component or of the integration. A field that the file leaves out is the zero value;
// node has them all, with their places.
type soParam struct {
	node  yamlNode
	field string // where in the file: "parameters[2]"

	name, kind, description string // kind is the type in lower case: "boolean"
	mandatory               bool
	value                   yamlNode   // default_value; nothing if it is left out
	options                 []yamlNode // optional_values
	hasOptions              bool
}

// file returns a file by its path, nil if there is none.
func (in *integration) file(name string) *soFile { return in.byPath[name] }

// has reports whether there is such a file.
func (in *integration) has(name string) bool { return in.byPath[name] != nil }

// hasFolder reports whether a file lies below the folder.
func (in *integration) hasFolder(folder string) bool {
	return slices.ContainsFunc(in.files, func(f *soFile) bool { return strings.HasPrefix(f.path, folder+"/") })
}

// below returns the files below a folder that end in ext, "" for all, in the order of their paths.
func (in *integration) below(folder, ext string) []*soFile {
	var found []*soFile
	for _, f := range in.files {
		if strings.HasPrefix(f.path, folder+"/") && strings.HasSuffix(f.path, ext) {
			found = append(found, f)
		}
	}
	return found
}

// of returns the components of one kind.
func (in *integration) of(kind soKind) []*soComponent {
	var found []*soComponent
	for _, c := range in.components {
		if c.kind == kind {
			found = append(found, c)
		}
	}
	return found
}

// folder is the name of the integration's folder, "" if it lies at the top of the archive.
func (in *integration) folder() string { return strings.TrimSuffix(in.root, "/") }

// loadIntegration reads the files below root that rules need.
func loadIntegration(a *archive, root string) (*integration, error) {
	in := &integration{root: root, byPath: map[string]*soFile{}}
	wanted, err := in.list(a)
	if err != nil {
		return nil, err
	}
	contents, err := a.read(wanted...)
	if err != nil {
		return nil, err
	}
	for name, data := range contents {
		f := in.byPath[strings.TrimPrefix(name, root)]
		f.data, f.read = data, true
	}
	in.lock = in.file(uvLock)
	in.parse()
	in.definition, in.notes = in.file(definitionYAML), in.file(releaseNotesYAML)
	in.ontology, in.families = in.file(ontologyYAML), in.file(familiesYAML)
	in.loadProject()
	in.loadComponents()
	return in, nil
}

// list takes the archive's files into the integration and returns the paths to read.
func (in *integration) list(a *archive) ([]string, error) {
	var wanted []string
	var total, described int64
	for _, f := range a.files {
		name, ok := strings.CutPrefix(f.path, in.root)
		if !ok || isLitter(f.path) {
			continue
		}
		file := &soFile{path: name, size: f.size}
		in.files, in.byPath[name] = append(in.files, file), file
		switch {
		case soDescribes(name):
			described += f.size
		case !soLookedAt(name) || f.size > maxSecOpsFile:
			continue
		}
		wanted = append(wanted, f.path)
		total += f.size
	}
	slices.SortFunc(in.files, func(a, b *soFile) int { return strings.Compare(a.path, b.path) })
	switch {
	case described > maxSecOpsYAML:
		return nil, errTooMuchToRead("YAML files of the integration", described, maxSecOpsYAML)
	case total > maxSecOpsTotal:
		return nil, errTooMuchToRead("text files of the integration", total, maxSecOpsTotal)
	}
	return wanted, nil
}

func errTooMuchToRead(what string, size, limit int64) error {
	return &UnreadableError{
		Reason: fmt.Sprintf("The %s have %s together; the limit is %s.", what, bytesText(size), bytesText(limit)),
		Fix:    "Take out what the integration does not need and pack it again.",
	}
}

// soDescribes tells the YAML files that the vendor's tools read.
func soDescribes(name string) bool {
	if path.Ext(name) != ".yaml" {
		return false
	}
	dir, _, below := strings.Cut(name, "/")
	return !below || strings.HasPrefix(name, "resources/ai/") || slices.ContainsFunc(soKinds, func(k soKind) bool { return k.folder == dir })
}

// soLookedAt tells the other files whose contents some rule looks at.
func soLookedAt(name string) bool {
	switch path.Ext(name) {
	case ".py", ".toml", ".yaml", ".yml", ".json", ".html", ".svg", ".png", ".lock", ".md", ".txt", ".cfg", ".ini", ".env", ".sh":
		return true
	default:
		return path.Base(name) == ".python-version"
	}
}

// parse reads the YAML files, on all processors: it is what takes the time.
func (in *integration) parse() {
	work := make(chan *soFile, len(in.files))
	for _, f := range in.files {
		if f.read && soDescribes(f.path) {
			work <- f
		}
	}
	close(work)
	var tasks []func()
	if in.lock != nil && in.lock.read {
		tasks = append(tasks, func() { in.locked, in.lockFault = readUVLock(in.lock.data) })
	}
	for range min(runtime.GOMAXPROCS(0), len(work)) {
		tasks = append(tasks, func() {
			for f := range work {
				f.root, f.fault = parseYAML(f.data)
			}
		})
	}
	atOnce(tasks...)
}

// loadComponents takes what the YAML files say of the components and their parameters.
func (in *integration) loadComponents() {
	if in.definition != nil {
		in.identifier = in.definition.root.text("identifier")
		in.params = soParams(in.definition.root)
	}
	for _, kind := range soKinds {
		for _, f := range in.below(kind.folder, ".yaml") {
			c := &soComponent{kind: kind, file: f}
			if f.root.isMapping() {
				c.root, c.name, c.params = f.root, f.root.text(kind.name), soParams(f.root)
			}
			in.components = append(in.components, c)
		}
	}
}

// soParams reads the list of parameters of a component.
func soParams(root yamlNode) []soParam {
	list, _ := root.get("parameters")
	var params []soParam
	for i, node := range list.items() {
		p := soParam{
			node: node, field: fmt.Sprintf("parameters[%d]", i),
			name: node.text("name"), kind: strings.ToLower(node.text("type")), description: node.text("description"),
			mandatory: node.isTrue("is_mandatory"),
		}
		p.value, _ = node.get("default_value")
		var options yamlNode
		options, p.hasOptions = node.get("optional_values")
		p.options = options.items()
		params = append(params, p)
	}
	return params
}
