package packfile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// The kinds of parts of a Boomi package.
const (
	partPrimary   = "primary component"
	partComponent = "component"
	partSetting   = "extensible setting"
	partAPIPath   = "API path"
	partAPIObject = "API object"

	facetComponent = "component"
	facetDeclared  = "declared settings" // how many a component declares, extensible or not
)

// offer brings what was read to the forms that packages are compared by: parts for two versions, components for the
// packages of one release.
func (b *boomiFolder) offer() {
	var all []boomiSetting
	byID := map[string]*boomiComponent{}
	for i := range b.components {
		c := &b.components[i]
		if c.id == "" || byID[c.id] != nil {
			continue
		}
		byID[c.id] = c
		all = append(all, c.settings...)
	}
	all = joined(all)
	if primary := byID[b.manifest.Identifier]; primary != nil {
		b.parts = append(b.parts, Part{
			Kind: partPrimary, Key: "primary", Name: primary.name, File: primary.path, Line: primary.line(primary.rootAt),
			Facets: []Facet{{facetComponent, primary.id}, {"name", primary.name}, {"type", primary.kindWords()}},
		})
	}
	for i := range b.components {
		if c := &b.components[i]; byID[c.id] == c {
			b.parts = append(b.parts, c.part())
			b.parts = append(b.parts, c.offered()...)
			b.parts = append(b.parts, c.openSettings(byID)...)
		}
	}
	b.parts = uniqueParts(b.parts)
	b.manifest.Components = componentsOf(byID, all)
	b.fact("Extensible settings", b.settingsText(byID, all))
	b.fact("API paths", b.apiText())
}

func (c *boomiComponent) part() Part {
	p := Part{Kind: partComponent, Key: c.id, Name: c.name, File: c.path, Line: c.line(c.rootAt)}
	for _, f := range []Facet{{"name", c.name}, {"type", c.kindWords()}, {"version", c.version}} {
		if f.Value != "" {
			p.Facets = append(p.Facets, f)
		}
	}
	if c.kind == "process" {
		p.Facets = append(p.Facets, Facet{facetDeclared, strconv.Itoa(len(c.settings))})
	}
	return p
}

// openSettings are what this component lets the package's users set.
func (c *boomiComponent) openSettings(byID map[string]*boomiComponent) []Part {
	var parts []Part
	for _, s := range c.settings {
		if !s.open {
			continue
		}
		owner := shorten(s.owner)
		if of := byID[s.owner]; of != nil {
			owner = cmp.Or(of.name, owner)
		}
		name := owner + " › " + s.kind
		if what := cmp.Or(s.label, s.id); what != "" {
			name += " " + what
		}
		p := Part{
			Kind: partSetting, Key: s.owner + "/" + s.kind + "/" + s.id, Name: name, File: c.path, Line: c.line(s.offset),
		}
		if s.label != "" {
			p.Facets = []Facet{{"label", s.label}}
		}
		parts = append(parts, p)
	}
	return parts
}

// uniqueParts keeps the first of parts with one key: several processes may open the same setting.
func uniqueParts(parts []Part) []Part {
	seen := map[string]bool{}
	return slices.DeleteFunc(parts, func(p Part) bool {
		was := seen[p.ID()]
		seen[p.ID()] = true
		return was
	})
}

// componentsOf are the components that the package holds, and those that it only sets, in the order of their ids.
func componentsOf(byID map[string]*boomiComponent, settings []boomiSetting) []Component {
	all := map[string]*Component{}
	for id, c := range byID {
		all[id] = &Component{ID: id, Name: c.name, Version: c.version, Kind: c.kind}
	}
	for _, s := range settings {
		if s.owner == "" {
			continue
		}
		if all[s.owner] == nil {
			all[s.owner] = &Component{ID: s.owner}
		}
		all[s.owner].Settings = append(all[s.owner].Settings, s.text())
	}
	var components []Component
	for _, id := range slices.Sorted(maps.Keys(all)) {
		slices.Sort(all[id].Settings)
		components = append(components, *all[id])
	}
	return components
}

// settingsText counts the extensible settings by the component that they belong to.
func (b *boomiFolder) settingsText(byID map[string]*boomiComponent, settings []boomiSetting) string {
	counts := map[string]int{}
	for _, s := range settings {
		if s.open {
			name := shorten(s.owner)
			if c := byID[s.owner]; c != nil {
				name = shorten(cmp.Or(c.name, s.owner))
			}
			counts[name]++
		}
	}
	var texts []string
	for name, n := range counts {
		texts = append(texts, fmt.Sprintf("%s: %d", name, n))
	}
	return listText(texts)
}

func (b *boomiFolder) apiText() string {
	var texts []string
	for _, p := range b.parts {
		if p.Kind == partAPIPath || p.Kind == partAPIObject {
			texts = append(texts, shorten(strings.TrimSpace(p.Name)))
		}
	}
	return listText(texts)
}
