package packfile

import (
	"fmt"
	"slices"
)

// secopsCheck is what a rule gets: the integration, what was read of it, and a place for what it finds.
type secopsCheck struct {
	*integration
	manifest Manifest
	opts     Options
	findings []Finding
}

// secopsFound is a finding without its place. A finding without a severity gets its rule's.
type secopsFound struct {
	code     string
	severity Severity
	field    string
	message  string
	fix      string
}

// at reports a finding at a value of a file.
func (c *secopsCheck) at(f *soFile, value yamlNode, found secopsFound) {
	line, column := value.place()
	c.atPlace(f, line, column, found)
}

// atField reports a finding at a field of a mapping, at the mapping itself where the field is missing. A value on the
// field's own line is the place, else its name.
func (c *secopsCheck) atField(f *soFile, mapping yamlNode, field string, found secopsFound) {
	line, column := mapping.place()
	if p, ok := mapping.pair(field); ok {
		line, column = p.place()
		if l, col := p.value.place(); l == line && p.value.kind() != yamlNull {
			column = col
		}
	}
	c.atPlace(f, line, column, found)
}

// atProject reports a finding at a key of pyproject.toml, "project.version"; without a place where there is no such key.
func (c *secopsCheck) atProject(key string, found secopsFound) {
	c.atPlace(&soFile{path: pyprojectTOML}, c.project.line(key), 0, found)
}

func (c *secopsCheck) atPlace(f *soFile, line, column int, found secopsFound) {
	c.findings = append(c.findings, Finding{
		Code: found.code, Severity: found.severity, Path: c.root + f.path, Line: line, Column: column,
		Field: found.field, Message: found.message, Fix: found.fix,
	})
}

// checkSecOpsText reports files that can't be read, and fields that are given twice.
func checkSecOpsText(c *secopsCheck) {
	const mend = "Mend the file and pack the integration again."
	if fault := c.project.fault; fault != nil {
		c.findings = append(c.findings, fault.finding("R-TOML", c.root+pyprojectTOML, mend))
	}
	for _, f := range c.files {
		if f.fault != nil {
			c.findings = append(c.findings, f.fault.finding("R-YAML", c.root+f.path, mend))
		}
		for _, fault := range f.root.repeated() {
			c.findings = append(c.findings, fault.finding("R-YAML-DUP", c.root+f.path, "Keep one of the two entries; now the last one counts."))
		}
	}
}

// checkSecOpsForm reports YAML files that hold something else than they must.
func checkSecOpsForm(c *secopsCheck) {
	for _, f := range c.files {
		if !f.root.exists() {
			continue
		}
		list := slices.Contains([]*soFile{c.notes, c.ontology, c.families}, f)
		want := "a list of fields, “name: …”"
		if list {
			want = "a list of entries, each beginning with “- ”"
		}
		if (list && !f.root.isList()) || (!list && !f.root.isMapping()) {
			c.at(f, f.root, secopsFound{
				code: "R-YAML", message: fmt.Sprintf("%s must hold %s.", f.base(), want),
				fix: "Mend the file and pack the integration again.",
			})
		}
	}
	if c.definition != nil && c.definition.root.exists() && c.identifier == "" {
		c.at(c.definition, yamlNode{}, secopsFound{
			code: "R-IDENT", field: "identifier", message: "definition.yaml has no identifier.",
			fix: "Add the identifier; it stays the same for all versions of the integration.",
		})
	}
}
