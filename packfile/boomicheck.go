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
	for _, c := range b.components {
		b.checkRoot(c)
		if first, twice := paths[c.id]; twice && c.id != "" {
			b.report(Finding{
				Code: "B-TWICE", Severity: SeverityError, Path: c.path, Field: "componentId",
				Message: fmt.Sprintf("The component is in the package twice: here and in “%s”.", shorten(first)),
				Fix:     "Keep the file of the version that is meant, and pack the folder again.",
			})
		} else {
			paths[c.id] = c.path
		}
		if slices.Contains(unpackable, c.kind) {
			b.report(Finding{
				Code: "B-TYPE", Severity: SeverityError, Path: c.path, Field: "type",
				Message: fmt.Sprintf("The %s can't be part of an integration pack.", c.kindWords()),
				Fix:     "Take the component out; each account sets up its own.",
			})
		}
		if c.routed {
			b.report(Finding{
				Code: "B-TYPE", Severity: SeverityError, Path: c.path, Field: "shape",
				Message: "A process with a Process Route step can't be part of an integration pack.",
				Fix:     "Call the processes by Process Call steps.",
			})
		}
	}
}

// checkRoot wants what tells which component it is.
func (b *boomiFolder) checkRoot(c boomiComponent) {
	for _, a := range []struct{ field, value string }{{"componentId", c.id}, {"type", c.kind}, {"name", c.name}} {
		if a.value == "" {
			b.report(Finding{
				Code: "B-COMPONENT", Severity: SeverityError, Path: c.path, Field: a.field,
				Message: fmt.Sprintf("The component has no %s.", a.field), Fix: downloadAgain,
			})
		}
	}
}

func primaryFinding(primaries, all []boomiComponent) Finding {
	f := Finding{
		Code: "B-PRIMARY", Severity: SeverityError,
		Message: "The package has no process and no API service that no other component refers to.",
		Fix:     "Pack one process or API service, with the components that it needs.",
	}
	if len(all) == 1 {
		f.Path = all[0].path
	}
	if len(primaries) > 1 {
		var names []string
		for _, c := range primaries {
			names = append(names, fmt.Sprintf("“%s” (%s)", shorten(c.name), shorten(c.path)))
		}
		f.Message = fmt.Sprintf("The package has %d processes or API services that no other component refers to: %s.", len(primaries), listText(names))
		f.Fix = "Pack each of them on its own, with the components that it needs."
	}
	return f
}
