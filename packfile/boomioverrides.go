package packfile

// The extensible settings of a component, in bns:processOverrides/Overrides: what those who install the package set for
// themselves. Connections and operations declare fields, each extensible or not; of the other kinds, what is declared is
// extensible, unless it says otherwise.
//
//	Connections/ConnectionOverride[@id]/field[@id, @label, @overrideable]
//	Operations/OperationOverride[@id]/field[@id, @label, @overrideable]
//	Properties/PropertyOverride[@name]
//	DefinedProcessPropertyOverrides/…[@componentId]/…[@key, @name, @overrideable]
//	PartnerOverrides, SharedCommOverrides, CrossReferenceOverrides, PGPOverrides, Extensions/DataMaps: entries with an id

import (
	"cmp"
	"encoding/xml"
	"strings"
)

// boomiSetting is one declaration.
type boomiSetting struct {
	owner     string // the component that is set
	kind      string // for people: "connection field"
	id, label string // of the field; both empty if the owner as a whole is extensible
	open      bool   // extensible
	offset    int
}

// text is the setting in words. What stands before the label tells it from all others of its owner.
func (s boomiSetting) text() string {
	t := s.kind
	if s.id != "" {
		t += " " + s.id
	}
	if s.label != "" && s.label != s.id {
		t += labelMark + s.label + "”"
	}
	return t + map[bool]string{true: settingOpen, false: settingFixed}[s.open]
}

const (
	labelMark    = " “"
	settingOpen  = ": extensible"
	settingFixed = ": not extensible"
)

// boomiSections are the kinds of settings by the element that holds them; fielded ones have fields only.
var boomiSections = map[string]struct {
	kind    string
	fielded bool
}{
	"Connections":                     {"connection field", true},
	"Operations":                      {"operation field", true},
	"Properties":                      {"dynamic process property", false},
	"DefinedProcessPropertyOverrides": {"process property", true},
	"PartnerOverrides":                {"trading partner setting", false},
	"SharedCommOverrides":             {"shared communication setting", false},
	"CrossReferenceOverrides":         {"cross reference table", false},
	"PGPOverrides":                    {"PGP certificate", false},
	"DataMaps":                        {"map extension", false},
}

// boomiEntry is one entry of a section while its fields are read.
type boomiEntry struct {
	boomiSetting
	name            string // what identifies the entry
	fielded, filled bool
}

// takeOverride takes the element at the end of the stack: an entry of a section, or something in one.
func (c *boomiComponent) takeOverride(offset int) {
	at := 3 // Component, processOverrides, Overrides, section
	if len(c.stack) > at && c.stack[at].Name.Local == "Extensions" {
		at++
	}
	if len(c.stack) <= at+1 || skipsUnused(c.stack) {
		return
	}
	section, known := boomiSections[c.stack[at].Name.Local]
	if !known {
		return
	}
	element := c.stack[len(c.stack)-1]
	if len(c.stack) == at+2 {
		c.endEntry()
		c.beginEntry(element, section.kind, section.fielded, offset)
		return
	}
	if _, said := findXMLAttribute(element, "overrideable"); !said && element.Name.Local != "field" {
		return
	}
	c.entry.filled = true
	s := c.entry.boomiSetting
	s.id, s.label, s.open, s.offset = c.fieldID(at+2), firstAttribute(element, "label", "name"), overrideable(element, false), offset
	c.settings = append(c.settings, s)
}

// beginEntry notes what the entry is about. The settings of a process itself have no component's id.
func (c *boomiComponent) beginEntry(element xml.StartElement, kind string, fielded bool, offset int) {
	e := boomiEntry{name: firstAttribute(element, "componentId", "id", "key", "name"), fielded: fielded}
	e.owner, e.kind, e.open, e.offset = e.name, kind, overrideable(element, true), offset
	if !componentID.MatchString(e.name) && !fielded {
		e.owner, e.id, e.label = c.id, e.name, firstAttribute(element, "label")
	}
	c.entry = e
}

// endEntry keeps an entry without fields, if it says something by its being there.
func (c *boomiComponent) endEntry() {
	if e := c.entry; e.name != "" && !e.filled && !e.fielded {
		c.settings = append(c.settings, e.boomiSetting)
	}
	c.entry = boomiEntry{}
}

// fieldID is the field's own id behind those of the elements around it, from the entry on.
func (c *boomiComponent) fieldID(from int) string {
	var ids []string
	if c.entry.id != "" {
		ids = append(ids, c.entry.id)
	}
	for i, e := range c.stack[from:] {
		names := []string{"id", "key", "componentId", "name"}
		if id := firstAttribute(e, names...); id != "" {
			ids = append(ids, id)
		} else if from+i == len(c.stack)-1 {
			ids = append(ids, e.Name.Local)
		}
	}
	return strings.Join(ids, " › ")
}

// overrideable is what the element says of itself, or else what holds for its kind.
func overrideable(element xml.StartElement, otherwise bool) bool {
	said, ok := findXMLAttribute(element, "overrideable")
	if !ok {
		return otherwise
	}
	return strings.EqualFold(said, "true")
}

// joined puts the declarations of one setting by several components into one: what any of them opens is open.
func joined(settings []boomiSetting) []boomiSetting {
	type key struct{ owner, kind, id string }
	at := map[key]int{}
	var all []boomiSetting
	for _, s := range settings {
		k := key{s.owner, s.kind, s.id}
		i, there := at[k]
		if !there {
			at[k] = len(all)
			all = append(all, s)
			continue
		}
		all[i].open = all[i].open || s.open
		all[i].label = cmp.Or(all[i].label, s.label)
	}
	return all
}
