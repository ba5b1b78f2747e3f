package packfile

// The rules for an integration in its built form. What only the source has (tests, locked dependencies, programs before
// their imports are rewritten) can't be checked here.

import (
	"fmt"
	"path"
)

func (b *builtIntegration) checkBuilt() {
	b.checkDefinition()
	b.checkVersions()
	b.checkScripts()
	b.checkPing()
	b.checkPasswords()
	b.checkWidgets()
	b.checkNames()
	b.checkChoices("", secopsParameterShape, b.docs.definition.file, b.def.records(secopsField{built: "IntegrationProperties"}))
	for _, k := range secopsBuiltKinds {
		for _, doc := range b.docsOf(k) {
			b.checkIdentifier(doc, k.integration)
			b.checkChoices("", k.shape, doc.file, []secopsRecord{doc.record})
		}
	}
	for _, r := range b.def.records(secopsField{built: "IntegrationProperties"}) {
		b.checkIdentifier(secopsDoc{b.docs.definition.file, r}, secopsField{built: "IntegrationIdentifier"})
	}
	b.checkChoices("", secopsMappingShape, builtMappings, b.docs.mappings)
}

// checkSecOpsHalfBuilt looks for the packager's output in a source folder.
func checkSecOpsHalfBuilt(c *secopsCheck) {
	for _, f := range c.files {
		if isBuiltDefinition(f.path) {
			c.findings = append(c.findings, halfBuilt(c.root+f.path))
		}
	}
}

func halfBuilt(path string) Finding {
	return Finding{
		Code: "R-BUILT", Severity: SeverityWarning, Path: path,
		Message: "The integration is half built: it holds files of the source and of the packager's output.",
		Fix:     "Pack either the source folder or the finished output of the build.",
	}
}

func (b *builtIntegration) docsOf(k secopsBuiltKind) []secopsDoc {
	switch k.kind {
	case soAction:
		return b.docs.actions
	case soConnector:
		return b.docs.connectors
	case soJob:
		return b.docs.jobs
	default:
		return b.docs.widgets
	}
}

func (b *builtIntegration) checkDefinition() {
	for _, extra := range b.defs[1:] {
		b.find(Finding{
			Code: "R-BUILT", Path: extra,
			Message: "The package holds more than one integration: also “" + shorten(path.Base(b.defs[0])) + "”.",
			Fix:     "Pack each integration on its own.",
		})
	}
	if b.archive.has(b.root + pyprojectTOML) {
		b.find(halfBuilt(b.root + pyprojectTOML))
	}
	if b.def.value == nil {
		return
	}
	id, want := b.docs.identifier, "Integration-"+b.docs.identifier+".def"
	switch {
	case id == "":
		b.find(Finding{
			Code: "R-IDENT", Path: b.defs[0], Line: 1, Column: 1, Field: "Identifier",
			Message: "The integration has no identifier.",
			Fix:     "Add the identifier in the source and build the integration again; it stays the same for all versions.",
		})
	case path.Base(b.defs[0]) != want:
		b.findAt(b.defs[0], b.def.tree, b.def.value.member("Identifier"), Finding{
			Code: "R-BUILT", Field: "Identifier",
			Message: fmt.Sprintf("The file is named “%s”; the identifier in it asks for “%s”.", shorten(path.Base(b.defs[0])), shorten(want)),
			Fix:     "Build the integration again instead of renaming its files.",
		})
	}
}

// findAt reports a finding at a member of a JSON file.
func (b *builtIntegration) findAt(name string, tree *jsonTree, value *jsonValue, f Finding) {
	f.Path = name
	if tree != nil {
		f.Line, f.Column = tree.keyPlace(value)
	}
	b.find(f)
}

func (b *builtIntegration) checkVersions() {
	m := b.manifest
	version := b.def.value.member("Version")
	if b.def.value != nil && (!m.HasVersion || m.Version.Minor != 0 || m.Version.Patch != 0) {
		message := "The integration has no version that can be read."
		if m.PlatformVersion != "" {
			message = fmt.Sprintf("The version “%s” is not a whole number with “.0”, as in 15.0.", shorten(m.PlatformVersion))
		}
		b.findAt(b.defs[0], b.def.tree, version, Finding{
			Code: "R-VER-FORM", Field: "Version", Message: message,
			Fix: "Set version in pyproject.toml to a whole number with “.0”, for example \"15.0\", and build the integration again.",
		})
	}
	if !b.archive.has(b.root + builtNotes) {
		b.find(Finding{
			Code: "R-BUILT", Path: b.root + builtNotes, Message: "The integration has no RN.json: it comes without release notes.",
			Fix: "Add release_notes.yaml to the source and build the integration again.",
		})
		return
	}
	if n := len(m.Notes); n > 0 && m.HasVersion {
		newest, ok := ParsePlatform(m.Notes[n-1].Version)
		if !ok || newest != m.Version {
			b.find(Finding{
				Code: "R-RN-VER", Path: b.root + builtNotes, Field: "IntroducedInIntegrationVersion",
				Message: fmt.Sprintf("The newest release note is for version “%s”, and the integration has version “%s”.",
					shorten(m.Notes[n-1].Version), shorten(m.PlatformVersion)),
				Fix: "Add a note for the version to release_notes.yaml and build the integration again.",
			})
		}
	}
}

func (b *builtIntegration) checkIdentifier(doc secopsDoc, field secopsField) {
	if field.built == "" || b.docs.identifier == "" {
		return
	}
	record, ok := doc.record.(secopsBuilt)
	if got, _ := doc.record.text(field); ok && got != b.docs.identifier {
		b.findAt(b.root+doc.file, record.tree, record.value.member(field.built), Finding{
			Code: "R-IDENT", Field: field.built,
			Message: fmt.Sprintf("It names the integration “%s”; its identifier is “%s”.", shorten(got), shorten(b.docs.identifier)),
			Fix:     "Name the integration's own identifier in the source, and build it again.",
		})
	}
}

// checkNames wants a name for every part, and no two of one kind with the same.
func (b *builtIntegration) checkNames() {
	b.checkNamesOf(secopsParameterShape, "", b.def.records(secopsField{built: "IntegrationProperties"}), func(int) string { return b.docs.definition.file })
	for _, k := range secopsBuiltKinds {
		docs := b.docsOf(k)
		records := make([]secopsRecord, len(docs))
		for i, doc := range docs {
			records[i] = doc.record
		}
		b.checkNamesOf(k.shape, "", records, func(i int) string { return docs[i].file })
	}
}

func (b *builtIntegration) checkNamesOf(shape *secopsShape, field string, records []secopsRecord, file func(int) string) {
	first := map[string]int{}
	for i, r := range records {
		name, _ := r.text(shape.name)
		f := Finding{Path: b.root + file(i), Line: r.line(), Field: field + shape.name.built}
		earlier, twice := first[name]
		switch {
		case name == "":
			f.Code, f.Message, f.Fix = "R-BUILT", fmt.Sprintf("The %s has no name.", shape.kind), buildAgain
			b.find(f)
		case twice:
			f.Code = "R-DUP-NAME"
			f.Message = fmt.Sprintf("There is another %s called “%s”: in %s, line %d.", shape.kind, shorten(name), file(earlier), records[earlier].line())
			f.Fix = "Give each its own name in the source, and build the integration again."
			b.find(f)
		default:
			first[name] = i
		}
		for _, inner := range shape.inner {
			b.checkNamesOf(inner.shape, inner.list.built+".", r.records(inner.list), func(int) string { return file(i) })
		}
	}
}

// checkChoices wants numbers that mean something to the platform.
func (b *builtIntegration) checkChoices(in string, shape *secopsShape, file string, records []secopsRecord) {
	for _, r := range records {
		for _, f := range shape.facets {
			number, given := "", false
			if f.words != nil {
				number, given = r.text(f.field)
			}
			if given && f.words[number] == "" {
				b.find(Finding{
					Code: "R-BUILT", Path: b.root + file, Line: r.line(), Field: in + f.field.built,
					Message: fmt.Sprintf("%s is %s, which means nothing to the platform.", f.field.built, shorten(number)),
					Fix:     buildAgain,
				})
			}
		}
		for _, inner := range shape.inner {
			b.checkChoices(inner.list.built+".", inner.shape, file, r.records(inner.list))
		}
	}
}
