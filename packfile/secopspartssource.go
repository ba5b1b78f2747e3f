package packfile

import (
	"cmp"
	"path"
	"regexp"
	"strings"
)

// docs are the descriptions of an integration's source.
func (in *integration) docs() *secopsDocs {
	d := &secopsDocs{
		identifier: in.identifier, python: in.pythonVersion(), description: in.project.description,
		dependencies: in.project.dependencies, sources: in.project.sources(), projectFile: pyprojectTOML,
		notesFile: releaseNotesYAML, mappingsFile: "ontology_mapping.yaml",
	}
	if in.definition != nil {
		root := in.definition.root
		d.definition = secopsDoc{definitionYAML, secopsSource{root}}
		d.displayName, d.documentation = root.text("name"), root.text("documentation_link")
		d.description = cmp.Or(d.description, root.text("description"))
		d.categories = secopsSource{root}.texts(secopsField{source: "categories"})
	}
	for kind, docs := range map[soKind]*[]secopsDoc{
		soAction: &d.actions, soConnector: &d.connectors, soJob: &d.jobs, soWidget: &d.widgets,
	} {
		for _, c := range in.of(kind) {
			if c.root.exists() {
				*docs = append(*docs, secopsDoc{c.file.path, secopsSource{c.root}})
			}
		}
	}
	if in.notes != nil {
		d.notes = secopsSources(in.notes.root)
	}
	if in.ontology != nil {
		d.mappings = secopsSources(in.ontology.root)
	}
	return d
}

var pythonNumber = regexp.MustCompile(`\d+\.\d+`)

// pythonVersion is the version of Python that the platform runs the integration with, "3.11": as .python-version tells,
// else the first that the others allow.
func (in *integration) pythonVersion() string {
	if f := in.file(".python-version"); f != nil && f.read {
		if text := pythonNumber.FindString(string(f.data)); text != "" {
			return text
		}
	}
	text := in.project.python
	if in.definition != nil {
		text = cmp.Or(in.definition.root.text("python_version"), text)
	}
	return cmp.Or(pythonNumber.FindString(text), text)
}

// sources are where uv takes dependencies from instead of the registry, by name: a file's name, or an address.
func (p *soProject) sources() map[string]string {
	table, _ := p.get("tool.uv.sources").(map[string]any)
	sources := map[string]string{}
	for name, value := range table {
		from, _ := value.(map[string]any)
		for _, key := range []string{"path", "url", "git"} {
			if text, ok := from[key].(string); ok {
				sources[projectName(name)] = strings.TrimSpace(path.Base(text))
				break
			}
		}
	}
	return sources
}
