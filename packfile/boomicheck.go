package packfile

// The checks of a Boomi package as a whole; boomifolder.go reads it.

import (
	"fmt"
	"slices"
)

const downloadAgain = "Download the component from the platform again and pack the folder again."

// unpackable are the kinds of components that the platform does not let into an integration pack.
var unpackable = []string{"processroute", "certificate", "customlibrary"}

func (b *boomiFolder) checkComponents() {
	paths := map[string]string{}
	for i := range b.components {
		c := &b.components[i]
		if c.fault != nil {
			b.find(c.fault.finding("B-XML", c.path, downloadAgain))
		}
		b.checkRoot(c)
		if first, twice := paths[c.id]; twice && c.id != "" {
			b.find(c.at(c.rootAt, Finding{
				Code: "B-TWICE", Field: "componentId",
				Message: fmt.Sprintf("The component is in the package twice: here and in “%s”.", shorten(first)),
				Fix:     "Keep the file of the version that is meant, and pack the folder again.",
			}))
		} else {
			paths[c.id] = c.path
		}
		b.checkKind(c)
		b.findings = append(b.findings, c.secretFindings()...)
	}
}

// checkRoot wants what tells which component it is.
func (b *boomiFolder) checkRoot(c *boomiComponent) {
	for _, a := range []struct{ field, value string }{{"componentId", c.id}, {"type", c.kind}, {"name", c.name}} {
		if a.value == "" {
			b.find(c.at(c.rootAt, Finding{
				Code: "B-COMPONENT", Field: a.field,
				Message: fmt.Sprintf("The component has no %s.", a.field), Fix: downloadAgain,
			}))
		}
	}
}

// checkKind wants what the platform lets into an integration pack.
func (b *boomiFolder) checkKind(c *boomiComponent) {
	if slices.Contains(unpackable, c.kind) {
		b.find(c.at(c.rootAt, Finding{
			Code: "B-TYPE", Field: "type",
			Message: fmt.Sprintf("The %s %s can't be part of an integration pack.", c.kindWords(), c.label()),
			Fix:     "Take the component out; each account sets up its own.",
		}))
	}
	if c.routedAt > 0 {
		b.find(c.at(c.routedAt, Finding{
			Code: "B-TYPE", Field: "shape",
			Message: fmt.Sprintf("The process %s has a Process Route step, so it can't be part of an integration pack.", c.label()),
			Fix:     "Call the processes by Process Call steps.",
		}))
	}
}

func primaryFinding(primaries []*boomiComponent, all []boomiComponent) Finding {
	f := Finding{
		Code:    "B-PRIMARY",
		Message: "The package has no process and no API service that no other component refers to.",
		Fix:     "Pack one process or API service, with the components that it needs.",
	}
	if len(all) == 1 {
		f.Path = all[0].path
	}
	if len(primaries) > 1 {
		var names []string
		for _, c := range primaries {
			names = append(names, fmt.Sprintf("%s (%s)", c.label(), shorten(c.path)))
		}
		f.Message = fmt.Sprintf("The package has %d processes or API services that no other component refers to: %s.", len(primaries), listText(names))
		f.Fix = "Pack each of them on its own, with the components that it needs."
	}
	return f
}
