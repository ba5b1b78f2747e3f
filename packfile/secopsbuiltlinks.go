package packfile

// The rules of the source that hold for the built form, too: what its parts say of each other.

import (
	"fmt"
	"path"
	"strings"
)

// checkPing wants the action that tells whether the integration is set up right.
func (b *builtIntegration) checkPing() {
	for _, doc := range b.docs.actions {
		if name, _ := doc.record.text(secopsActionShape.name); foldCase(name) == "ping" {
			return
		}
	}
	f := Finding{
		Code: "R-PING", Path: b.root + secopsBuiltKinds[0].folder, Message: "No action is named Ping.",
		Fix: "Add an action Ping to the source that tries the connection, and build the integration again.",
	}
	if len(b.docs.actions) == 0 {
		f.Severity = SeverityWarning
	}
	b.find(f)
}

// checkWidgets wants the action of each widget to be there.
func (b *builtIntegration) checkWidgets() {
	names := map[string]bool{}
	for _, doc := range b.docs.actions {
		name, _ := doc.record.text(secopsActionShape.name)
		names[name] = true
	}
	field := secopsField{built: "ActionIdentifier"}
	for _, doc := range b.docs.widgets {
		record, ok := doc.record.(secopsBuilt)
		if action, given := doc.record.text(field); ok && given && !names[action] {
			b.findAt(b.root+doc.file, record.tree, record.value.member(field.built), Finding{
				Code: "R-WIDGET-ACTION", Field: field.built,
				Message: fmt.Sprintf("The widget shows the action “%s”, which the integration does not have.", shorten(action)),
				Fix:     "Name an action of the integration in the source, exactly as its name is written, and build it again.",
			})
		}
	}
}

// checkPasswords reports passwords that everybody would share.
func (b *builtIntegration) checkPasswords() {
	b.checkPasswordsOf(secopsParameterShape, "Value", b.docs.definition.file, b.def.records(secopsField{built: "IntegrationProperties"}))
	for _, k := range secopsBuiltKinds {
		for _, doc := range b.docsOf(k) {
			for _, inner := range k.shape.inner {
				b.checkPasswordsOf(inner.shape, "DefaultValue", doc.file, doc.record.records(inner.list))
			}
		}
	}
}

func (b *builtIntegration) checkPasswordsOf(shape *secopsShape, field, file string, records []secopsRecord) {
	for _, r := range records {
		record, ok := r.(secopsBuilt)
		value, _ := r.text(secopsField{built: field})
		if p := (Part{Facets: shape.read(r)}); !ok || p.facet("type") != "password" || value == "" || value == "{}" || value == "[]" {
			continue
		}
		name, _ := r.text(shape.name)
		b.findAt(b.root+file, record.tree, record.value.member(field), Finding{
			Code: "R-SECRET", Field: field,
			Message: fmt.Sprintf("The password parameter “%s” has a default value, which is not shown here.", shorten(name)),
			Fix:     "Leave the default empty in the source and build it again; if it was ever a real password, have it changed.",
		})
	}
}

// checkScripts wants a program beside each description and the other way round.
func (b *builtIntegration) checkScripts() {
	for _, k := range secopsBuiltKinds {
		for _, side := range []struct{ folder, ext, otherFolder, otherExt, what string }{
			{k.folder, k.ext, k.scripts, k.program, "program"}, {k.scripts, k.program, k.folder, k.ext, "description"},
		} {
			for _, name := range b.below(side.folder, side.ext) {
				inside := strings.TrimSuffix(strings.TrimPrefix(name, b.root+side.folder+"/"), side.ext)
				other := b.root + side.otherFolder + "/" + inside + side.otherExt
				if !b.archive.has(other) && path.Base(name) != "__init__.py" {
					b.find(Finding{
						Code: "R-BUILT", Path: name,
						Message: fmt.Sprintf("The %s has no %s: “%s” is missing.", k.kind.word, side.what, shorten(b.relative(other))),
						Fix:     "Build the integration again from a source that has both files.",
					})
				}
			}
		}
	}
}
