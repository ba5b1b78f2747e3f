package view

import (
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"packtide/release"
)

// EvidenceLine is one item of a release's checklist: offered, given, or both.
type EvidenceLine struct {
	Item     release.ID
	Label    string // as it was when it was given, else as it is now
	Demanded bool
	Offered  bool                 // it can be given, and given anew
	Given    *release.EvidenceRow // nil: not ticked off
}

// EvidenceLines are the items that are offered, each with what was given for it, and then what was given for items that
// were retired since.
func EvidenceLines(items []release.EvidenceItem, given []release.EvidenceRow) []EvidenceLine {
	var lines []EvidenceLine
	for _, i := range items {
		line := EvidenceLine{Item: i.ID, Label: i.Label, Demanded: i.Demanded, Offered: true}
		if at := slices.IndexFunc(given, func(e release.EvidenceRow) bool { return e.Item == i.ID }); at >= 0 {
			line.Given, line.Label = &given[at], given[at].Label
		}
		lines = append(lines, line)
	}
	for i, e := range given {
		if !slices.ContainsFunc(items, func(item release.EvidenceItem) bool { return item.ID == e.Item }) {
			lines = append(lines, EvidenceLine{Item: e.Item, Label: e.Label, Given: &given[i]})
		}
	}
	return lines
}

// evidenceMissing are the demanded items that nobody has ticked off (R35).
func evidenceMissing(lines []EvidenceLine) []string {
	var labels []string
	for _, l := range lines {
		if l.Demanded && l.Given == nil {
			labels = append(labels, "“"+l.Label+"”")
		}
	}
	return labels
}

func evidenceGiven(lines []EvidenceLine) int {
	n := 0
	for _, l := range lines {
		if l.Given != nil {
			n++
		}
	}
	return n
}

// EvidenceSentence says how far a draft's checklist is.
func EvidenceSentence(lines []EvidenceLine) string {
	text := Number(evidenceGiven(lines)) + " of " + Counted(len(lines), "item") + " ticked off."
	if missing := evidenceMissing(lines); len(missing) > 0 {
		text += " Before it can be decided, this release needs " + List(missing, 3) + "."
	}
	if n := evidenceOutdated(lines); n > 0 {
		text += " " + Number(n) + " of them " + Plural(n, "was/were") + " ticked off before the versions were last changed."
	}
	return text
}

// evidenceOutdated counts what was ticked off for other versions than the release has now.
func evidenceOutdated(lines []EvidenceLine) int {
	n := 0
	for _, l := range lines {
		if l.Given != nil && l.Given.Outdated() {
			n++
		}
	}
	return n
}

// EvidencePage is the checklist of a draft.
type EvidencePage struct {
	Wizard
	Lines   []EvidenceLine
	MayGive bool
}

func (p EvidencePage) itemPath(item release.ID) string {
	return p.path("evidence") + "/" + item.String()
}

// EvidenceForm is the form for one item, with what was typed.
type EvidenceForm struct {
	Wizard
	Item release.EvidenceItem
	Note string
	Link string
}

// evidenceLimit tells upload.js what the server would refuse anyway.
func evidenceLimit() templ.Attributes {
	return templ.Attributes{"data-max-bytes": strconv.Itoa(release.MaxFile), "data-max-words": release.ErrAddedFileLarge.Message}
}

func evidenceFileHref(e release.EvidenceRow) string { return "/evidence/" + e.ID.String() + "/file" }

// EvidenceSettings is the publisher's checklist in the settings, as kept or typed.
type EvidenceSettings struct {
	Items  []EvidenceSetting
	New    string // label of another item
	Needed bool   // of the new item: demanded
	Errors []FieldError
}

// EvidenceSetting is one item with its place as chosen in the form.
type EvidenceSetting struct {
	release.EvidenceItem
	Place int // from 1
}

// NewEvidenceSettings are the items as they are kept.
func NewEvidenceSettings(items []release.EvidenceItem) EvidenceSettings {
	s := EvidenceSettings{}
	for n, i := range items {
		s.Items = append(s.Items, EvidenceSetting{i, n + 1})
	}
	return s
}

func (s EvidenceSettings) places() []Option {
	options := make([]Option, len(s.Items))
	for n := range s.Items {
		options[n] = Option{Value: strconv.Itoa(n + 1), Label: strconv.Itoa(n + 1)}
	}
	return options
}

// evidenceField is one control of an item's row in the settings; what is its place in the form's names.
func (s EvidenceSettings) evidenceField(what string, i EvidenceSetting, words string) Field {
	name := what + "." + i.ID.String()
	return Field{Name: name, Error: errorOn(s.Errors, name), Optional: true, Attrs: ariaLabel(words + " of " + i.Label), Autocomplete: "off"}
}

func (s EvidenceSettings) labelField(i EvidenceSetting) Field {
	f := s.evidenceField("label", i, "Name")
	f.Value, f.MaxLength, f.Optional = i.Label, 120, false
	return f
}

func (s EvidenceSettings) placeField(i EvidenceSetting) Field {
	f := s.evidenceField("place", i, "Place")
	f.Value = strconv.Itoa(i.Place)
	return f
}

func (s EvidenceSettings) newField() Field {
	return Field{
		Name: "label.new", Label: "Another item", Value: s.New, Optional: true, MaxLength: 120, Autocomplete: "off",
		Error: errorOn(s.Errors, "label.new"), Hint: "For example “Security review done”. Leave empty to add none.",
	}
}

func evidenceCols(actions bool) []Col {
	cols := []Col{{Label: "Item"}, {Label: "State"}, {Label: "Given"}}
	if actions {
		cols = append(cols, Col{Label: "Actions", Hidden: true})
	}
	return cols
}

// evidenceName is the item that an event tells of.
func evidenceName(e release.EventRow) string {
	for _, side := range []map[string]any{e.After, e.Before} {
		if label, ok := side["item"].(string); ok && label != "" {
			return "“" + label + "”"
		}
	}
	return "evidence"
}
