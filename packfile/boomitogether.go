package packfile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// boomiTogether holds the packages of one release against each other (R10): a component that several of them contain or
// set runs once in an account, so that its version and its extensible settings must be the same in all of them.
func boomiTogether(members []Member) []Finding {
	findings := samePrimaries(members)
	holders := map[string][]sharedComponent{}
	for _, m := range members {
		for _, c := range m.Manifest.Components {
			holders[c.ID] = append(holders[c.ID], sharedComponent{m.Label, c})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(holders)) {
		if shared := holders[id]; len(shared) > 1 {
			findings = append(findings, differentVersions(shared)...)
			findings = append(findings, differentSettings(shared)...)
		}
	}
	return findings
}

// sharedComponent is one package's view of a component.
type sharedComponent struct {
	label string // of the package
	Component
}

func samePrimaries(members []Member) []Finding {
	var findings []Finding
	labels := map[string][]string{}
	for _, m := range members {
		if id := m.Manifest.Identifier; id != "" {
			labels[id] = append(labels[id], m.Label)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(labels)) {
		if of := labels[id]; len(of) > 1 {
			findings = append(findings, Finding{
				Code: "B-IDENT", Path: of[0], Field: "componentId",
				Message: fmt.Sprintf("The component %s is the primary component of %s.", shorten(id), quotedList(of)),
				Fix:     "Keep one of these packages in the release.",
			})
		}
	}
	return findings
}

// differentVersions reports a component that lies in the packages in several versions. A package that only sets it has none.
func differentVersions(shared []sharedComponent) []Finding {
	return differing(shared, "version", "version", func(c sharedComponent) string {
		return shorten(c.Version)
	}, "Pack the component in one version in all of them.")
}

// differentSettings reports every setting that not all of the packages declare alike.
func differentSettings(shared []sharedComponent) []Finding {
	said := make([]map[string]string, len(shared)) // of each package: setting → what it says of it
	shown := map[string]string{}                   // setting → in words, with its label
	for i, c := range shared {
		said[i] = map[string]string{}
		for _, text := range c.Settings {
			setting, words, state := splitSetting(text)
			said[i][setting] = state
			shown[setting] = cmp.Or(shown[setting], words)
		}
	}
	var findings []Finding
	for _, setting := range slices.Sorted(maps.Keys(shown)) {
		at := -1
		findings = append(findings, differing(shared, setting, shown[setting], func(sharedComponent) string {
			at++
			return cmp.Or(said[at][setting], "not declared")
		}, "Declare the setting alike in all of them: extensible in all, or in none.")...)
	}
	return findings
}

// differing reports a component of which the packages do not all say the same, and names them all, once. A package that
// says nothing is left out.
func differing(shared []sharedComponent, field, what string, says func(sharedComponent) string, fix string) []Finding {
	var order []string
	labels := map[string][]string{}
	for _, c := range shared {
		said := says(c)
		if said == "" {
			continue
		}
		if labels[said] == nil {
			order = append(order, said)
		}
		labels[said] = append(labels[said], c.label)
	}
	if len(order) < 2 {
		return nil
	}
	var groups []string
	for _, said := range order {
		groups = append(groups, said+" in "+quotedList(labels[said]))
	}
	return []Finding{{
		Code: "B-SHARED", Path: labels[order[0]][0], Field: field,
		Message: fmt.Sprintf("Packages of the release share the component %s and differ in it. Its %s is %s.", componentLabel(shared), what, strings.Join(groups, ", ")),
		Fix:     fix,
	}}
}

// componentLabel names a shared component by the name that one of the packages knows.
func componentLabel(shared []sharedComponent) string {
	id := shared[0].ID
	for _, c := range shared {
		if c.Name != "" {
			return fmt.Sprintf("“%s” (%s)", shorten(c.Name), shorten(id))
		}
	}
	return shorten(id)
}

// splitSetting takes boomiSetting.text apart: what identifies the setting, how it is shown, and what is said of it.
func splitSetting(text string) (setting, words, state string) {
	words, open := strings.CutSuffix(text, settingOpen)
	state = strings.TrimPrefix(settingOpen, ": ")
	if !open {
		words, state = strings.TrimSuffix(text, settingFixed), strings.TrimPrefix(settingFixed, ": ")
	}
	setting, _, _ = strings.Cut(words, labelMark)
	return setting, words, state
}
