package packfile

// What the release notes must tell of a step: D-NOTES, D-BREAK and D-NEW.

import (
	"fmt"
	"slices"
	"strings"
)

// judgeNotes wants notes for the version, and those of earlier versions left as they were.
func (s *secopsStep) judgeNotes() {
	version := versionSaid(s.new)
	if !slices.ContainsFunc(s.after, func(p Part) bool { return s.isFor(p, s.To) }) {
		s.find(s.atNotes(Finding{
			Code: "D-NOTES", Field: "version", Message: fmt.Sprintf("No release note tells of version %s.", version),
			Fix: s.addEntry("What has changed.", s.itemName(), secopsIntegration, ""),
		}))
	}
	if len(s.before) == 0 {
		return // the older version's notes could not be read: none can be missing
	}
	s.judgeOldNotes()
	for _, note := range s.fresh {
		v, ok := ParsePlatform(note.facet("version"))
		if ok && v.Compare(s.From) > 0 && v.Compare(s.To) <= 0 {
			continue
		}
		s.find(Finding{
			Code: "D-NOTES", Path: note.File, Line: note.Line, Field: "version",
			Message: fmt.Sprintf("The note is new and tells of version “%s”; this step goes from %s to %s.",
				shorten(note.facet("version")), versionSaid(s.old), version),
			Fix: fmt.Sprintf("Set its version to %s.", version),
		})
	}
	s.judgeOrder()
}

func (s *secopsStep) isFor(note Part, v Version) bool {
	got, ok := ParsePlatform(note.facet("version"))
	return ok && got == v
}

// itemName is what notes about the integration as a whole call it.
func (s *secopsStep) itemName() string { return s.new.Manifest.DisplayName }

// judgeOldNotes wants the notes of the older version in the newer one as they were.
func (s *secopsStep) judgeOldNotes() {
	after := indexParts(s.after, partKeys(s.after))
	for i := range s.before {
		o := &s.before[i]
		n := after[o.ID()]
		if n == nil {
			s.find(s.atNotes(Finding{
				Code: "D-NOTES", Field: "version",
				Message: fmt.Sprintf("The older version has %s, “%s”, which is gone.", o.Name, shorten(o.facet("text"))),
				Fix:     "Put it back where it was: notes are only ever added, at the end.",
			}))
			continue
		}
		var changed []string
		for _, facet := range facetNames(o, n) {
			if o.facet(facet) != n.facet(facet) {
				changed = append(changed, fmt.Sprintf("%s was “%s” and is “%s”", facet, shorten(o.facet(facet)), shorten(n.facet(facet))))
			}
		}
		if len(changed) > 0 {
			s.find(Finding{
				Code: "D-NOTES", Path: n.File, Line: n.Line, Field: "description",
				Message: fmt.Sprintf("%s was changed: its %s.", capital(n.Name), firstOf(maxSecOpsNamed, changed)),
				Fix:     "Leave the notes of earlier versions as they were, and add a note for this version at the end.",
			})
		}
	}
}

// capital begins a sentence with a phrase.
func capital(phrase string) string { return strings.ToUpper(phrase[:1]) + phrase[1:] }

// judgeOrder wants new notes behind all old ones: the vendor's check takes what follows the old number of notes for new.
func (s *secopsStep) judgeOrder() {
	if !s.oneForm || s.new.Manifest.Kind == builtKindName {
		return // the build sorts the notes
	}
	old := indexParts(s.before, partKeys(s.before))
	last := 0
	for i := range s.after {
		if old[s.after[i].ID()] != nil {
			last = i
		}
	}
	for _, note := range s.after[:last] {
		if old[note.ID()] == nil {
			s.find(Finding{
				Code: "D-NOTES", Path: note.File, Line: note.Line,
				Message: fmt.Sprintf("%s is new and stands before older notes.", capital(note.Name)),
				Fix:     "Move it to the end of the file.",
			})
			return
		}
	}
}

// stepNotes are the notes of the step: those that are new, or those of its versions if the older ones could not be read.
func (s *secopsStep) stepNotes() []Part {
	if len(s.before) > 0 {
		return s.fresh
	}
	return slices.DeleteFunc(slices.Clone(s.after), func(p Part) bool {
		v, ok := ParsePlatform(p.facet("version"))
		return !ok || v.Compare(s.From) <= 0
	})
}

// judgeBreak wants a note that warns of what breaks.
func (s *secopsStep) judgeBreak() {
	var breaking []Change
	for _, ch := range s.Changes {
		if ch.Bump == BumpMajor {
			breaking = append(breaking, ch)
		}
	}
	notes := s.stepNotes()
	warns := func(p Part) bool { return p.facet("removed") == "yes" || p.facet("regressive") == "yes" }
	if len(breaking) == 0 || slices.ContainsFunc(notes, warns) {
		return
	}
	f := s.atNotes(Finding{
		Code: "D-BREAK", Field: "regressive",
		Message: fmt.Sprintf("The step breaks what users rely on, and no new release note says so: %s.", secopsChangesText(breaking)),
	})
	flag, first := "regressive", breaking[0]
	if !slices.ContainsFunc(breaking, func(ch Change) bool { return ch.Event != Removed }) {
		flag, f.Field = "removed", "removed"
	}
	if note := s.noteOf(notes, first); note != nil {
		f.Path, f.Line = note.File, note.Line
		f.Fix = s.addLine(flag, note) + " Say in it what users have to do."
	} else {
		kind, item := s.componentOf(first)
		f.Fix = s.addEntry("What breaks, and what users have to do.", item, kind, flag)
	}
	s.find(f)
}

// How much judgeAdded holds against each other; real steps have a tenth of it.
const (
	maxStepNotes  = 500
	maxComponents = 200
)

// judgeAdded wants a note with new: true for every component that was added.
func (s *secopsStep) judgeAdded() {
	notes := s.stepNotes()
	added := slices.DeleteFunc(slices.Clone(s.Changes), func(ch Change) bool {
		return ch.Event != Added || !slices.Contains(secopsComponents, ch.Kind)
	})
	for _, ch := range added[:min(len(added), maxComponents)] {
		note := s.noteOf(notes, ch)
		switch {
		case note == nil:
			f := s.atNotes(Finding{
				Code: "D-NEW", Field: "new", Message: fmt.Sprintf("The %s “%s” was added, and no new release note tells of it.", ch.Kind, shorten(ch.Name)),
			})
			kind, item := s.componentOf(ch)
			f.Fix = s.addEntry("What it does.", item, kind, "new")
			s.find(f)
		case note.facet("new") != "yes":
			s.find(Finding{
				Code: "D-NEW", Path: note.File, Line: note.Line, Field: "new",
				Message: fmt.Sprintf("The %s “%s” was added, and its release note does not say that it is new.", ch.Kind, shorten(ch.Name)),
				Fix:     s.addLine("new", note),
			})
		}
	}
}

// componentOf is the kind and name of the component that a change is about: an action for its parameters and results. What
// belongs to no component is of the integration.
func (s *secopsStep) componentOf(ch Change) (kind, name string) {
	kind, _, _ = strings.Cut(ch.Kind, " ")
	if ch.Kind == secopsResult {
		kind = secopsAction
	}
	if !slices.Contains(secopsComponents, kind) {
		return secopsIntegration, s.itemName()
	}
	name, _, _ = strings.Cut(ch.Key, "/")
	return kind, name
}

// noteOf returns the note about a change's component, nil if there is none. One note may name several, “Ping, Search”.
func (s *secopsStep) noteOf(notes []Part, ch Change) *Part {
	kind, text := s.componentOf(ch)
	name := nameOfItem(text)
	for i := range notes[:min(len(notes), maxStepNotes)] {
		if noted := strings.TrimSuffix(strings.ToLower(notes[i].facet("item type")), "s"); noted != kind {
			continue
		}
		if kind == secopsIntegration {
			return &notes[i]
		}
		for item := range strings.SplitSeq(notes[i].facet("item"), ",") {
			if nameOfItem(item).means(name) {
				return &notes[i]
			}
		}
	}
	return nil
}

// itemName is a name in the form in which names are held against each other: case, spaces and marks don't matter.
type itemName struct {
	words  []string
	joined string
}

func nameOfItem(text string) itemName {
	words := strings.FieldsFunc(foldCase(text), func(r rune) bool { return !isAlphanumeric(r) })
	return itemName{words, strings.Join(words, "")}
}

// means reports whether two names are of one thing; one of the two may have the integration's name in front, as in
// “Acme Guard - Ping”.
func (n itemName) means(other itemName) bool {
	if len(n.words) > len(other.words) {
		n, other = other, n
	}
	return len(n.words) > 0 && (n.joined == other.joined || slices.Equal(other.words[len(other.words)-len(n.words):], n.words))
}

// addLine asks for a flag in a note.
func (s *secopsStep) addLine(flag string, note *Part) string {
	if s.new.Manifest.Kind == builtKindName {
		return fmt.Sprintf("Add the line “%s: true” to %s in the source's %s, and build it again.", flag, note.Name, releaseNotesYAML)
	}
	return fmt.Sprintf("Add the line “%s: true” to the note that begins in line %d.", flag, note.Line)
}

// addEntry asks for a note, and gives it as one line of YAML.
func (s *secopsStep) addEntry(text, item, kind, flag string) string {
	quoted := func(text string) string { return "'" + strings.ReplaceAll(shorten(text), "'", "''") + "'" }
	entry := fmt.Sprintf("- {description: %s, version: %s, item_name: %s, item_type: %s, publish_time: 'YYYY-MM-DD', ticket_number: ''",
		quoted(text), versionSaid(s.new), quoted(item), capital(kind))
	if flag != "" {
		entry += ", " + flag + ": true"
	}
	where := "Add at the end: "
	if s.new.Manifest.Kind == builtKindName {
		where = fmt.Sprintf("Add at the end of the source's %s, and build it again: ", releaseNotesYAML)
	}
	return where + entry + "}"
}
