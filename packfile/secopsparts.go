package packfile

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
)

// secopsDocs are the descriptions of one integration, of the source or the built form, for its parts. Files are told
// relative to the integration's folder, as the fingerprints of files are.
type secopsDocs struct {
	identifier, displayName, python, description, documentation string

	categories []string

	definition                           secopsDoc // its parameters
	actions, connectors, jobs, widgets   []secopsDoc
	mappings, notes                      []secopsRecord
	mappingsFile, notesFile, projectFile string
	dependencies                         []string          // as pyproject.toml requires them
	sources                              map[string]string // where dependencies are taken from, by name
}

// secopsDoc is one description with its file.
type secopsDoc struct {
	file   string
	record secopsRecord
}

// partList collects parts.
type partList []Part

// parts are what users of an integration bind to.
func (d *secopsDocs) parts() []Part {
	l := &partList{d.integration()}
	if d.definition.record != nil {
		fields := secopsField{"parameters", "IntegrationProperties"}
		l.takeAll(secopsParameterShape, d.definition.file, d.definition.record.records(fields), nil)
	}
	for _, group := range []struct {
		shape *secopsShape
		docs  []secopsDoc
	}{
		{secopsActionShape, d.actions}, {secopsConnectorShape, d.connectors}, {secopsJobShape, d.jobs}, {secopsWidgetShape, d.widgets},
	} {
		for _, doc := range group.docs {
			l.takeAll(group.shape, doc.file, []secopsRecord{doc.record}, nil)
		}
	}
	d.takeMappings(l)
	d.takeDependencies(l)
	d.takeNotes(l)
	return *l
}

func (d *secopsDocs) integration() Part {
	p := Part{
		Kind: secopsIntegration, Key: secopsIntegration, Name: cmp.Or(d.displayName, d.identifier), File: d.definition.file,
		Facets: []Facet{
			{"identifier", d.identifier},
			{"display name", d.displayName},
			{"Python", d.python},
			{"categories", strings.Join(d.categories, ", ")},
			{"description", strings.Join(strings.Fields(d.description), " ")},
			{"documentation", strings.TrimSuffix(d.documentation, "/")},
		},
	}
	if d.definition.record != nil {
		for _, f := range secopsIntegrationFlags {
			p.Facets = append(p.Facets, Facet{f.name, f.value(d.definition.record)})
		}
	}
	return p
}

// takeAll adds the parts of records and those within them.
func (l *partList) takeAll(shape *secopsShape, file string, records []secopsRecord, holder *Part) {
	for i, r := range records {
		name, _ := r.text(shape.name)
		name = cmp.Or(name, fmt.Sprintf("%s %d without a name", shape.kind, i+1))
		p := Part{Kind: shape.kind, Key: name, Name: name, File: file, Line: r.line(), Facets: shape.read(r)}
		if holder != nil {
			p.Key, p.Name, p.Within = holder.Key+"/"+name, holder.Name+" › "+name, holder.ID()
		}
		*l = append(*l, p)
		for _, inner := range shape.inner {
			l.takeAll(inner.shape, file, r.records(inner.list), &p)
		}
	}
}

func (s *secopsShape) read(r secopsRecord) []Facet {
	facets := make([]Facet, len(s.facets))
	for i, f := range s.facets {
		facets[i] = Facet{f.name, f.value(r)}
	}
	return facets
}

// takeMappings keys a mapping by the field that it fills and the events that it fills it for.
func (d *secopsDocs) takeMappings(l *partList) {
	for _, r := range d.mappings {
		field, _ := r.text(secopsMappingShape.name)
		product, _ := r.text(secopsField{"product", "Product"})
		event, _ := r.text(secopsField{"event_name", "EventName"})
		name := field
		if of := strings.TrimSpace(product + " " + event); of != "" {
			name += " of " + of
		}
		*l = append(*l, Part{
			Kind: secopsMapping, Key: product + "/" + event + "/" + field, Name: name,
			File: d.mappingsFile, Line: r.line(), Facets: secopsMappingShape.read(r),
		})
	}
}

// requirement takes a Python requirement apart: the name, and the rest.
var requirement = regexp.MustCompile(`^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(.*)$`)

var projectNameMarks = regexp.MustCompile(`[-_.]+`)

// projectName is a Python project's name in the form that tells it from others.
func projectName(name string) string {
	return projectNameMarks.ReplaceAllString(strings.ToLower(name), "-")
}

func (d *secopsDocs) takeDependencies(l *partList) {
	for _, text := range d.dependencies {
		m := requirement.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		name := projectName(m[1])
		*l = append(*l, Part{
			Kind: secopsDependency, Key: name, Name: name, File: d.projectFile,
			Facets: []Facet{{"version", m[2]}, {"taken from", d.sources[name]}},
		})
	}
}

// takeNotes keys a note by its version and its number among that version's notes, in the order of the file: notes are
// only ever added at the end.
func (d *secopsDocs) takeNotes(l *partList) {
	count := map[string]int{}
	for _, r := range d.notes {
		version := secopsNoteVersion(r)
		count[version]++
		key := fmt.Sprintf("%s/%d", version, count[version])
		*l = append(*l, Part{
			Kind: secopsNote, Key: key, Name: noteName(version, count[version]),
			File: d.notesFile, Line: r.line(), Facets: secopsNoteShape.read(r),
		})
	}
}

func noteName(version string, number int) string {
	if number == 1 {
		return "the note for " + version
	}
	return fmt.Sprintf("note %d for %s", number, version)
}
