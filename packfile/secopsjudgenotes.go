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
			Fix: "Add at the end: " + noteEntry(version, "What has changed.", s.itemName(), "Integration", ""),
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
				Message: fmt.Sprintf("%s was changed: its %s.", capital(n.Name), namesText(changed)),
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
		Message: fmt.Sprintf("The step breaks what users rely on, and no new release note says so: %s.", changesText(breaking)),
	})
	flag, first := "regressive", breaking[0]
	if !slices.ContainsFunc(breaking, func(ch Change) bool { return ch.Event != Removed }) {
		flag, f.Field = "removed", "removed"
	}
	if note := noteOf(notes, first); note != nil {
		f.Path, f.Line = note.File, note.Line
		f.Fix = fmt.Sprintf("Add the line “%s: true” to the note that begins in line %d, and say in it what users have to do.", flag, note.Line)
	} else {
		item, kind := s.itemOf(first)
		f.Fix = "Add at the end: " + noteEntry(versionSaid(s.new), "What breaks, and what users have to do.", item, kind, flag)
	}
	s.find(f)
}

// judgeAdded wants a note with new: true for every component that was added.
func (s *secopsStep) judgeAdded() {
	notes := s.stepNotes()
	for _, ch := range s.Changes {
		if ch.Event != Added || !slices.Contains(secopsComponents, ch.Kind) {
			continue
		}
		note := noteOf(notes, ch)
		switch {
		case note == nil:
			f := s.atNotes(Finding{
				Code: "D-NEW", Field: "new", Message: fmt.Sprintf("The %s “%s” was added, and no new release note tells of it.", ch.Kind, shorten(ch.Name)),
			})
			item, kind := s.itemOf(ch)
			f.Fix = "Add at the end: " + noteEntry(versionSaid(s.new), "What it does.", item, kind, "new")
			s.find(f)
		case note.facet("new") != "yes":
			s.find(Finding{
				Code: "D-NEW", Path: note.File, Line: note.Line, Field: "new",
				Message: fmt.Sprintf("The %s “%s” was added, and its release note does not say that it is new.", ch.Kind, shorten(ch.Name)),
				Fix:     fmt.Sprintf("Add the line “new: true” to the note that begins in line %d.", note.Line),
			})
		}
	}
}

// noteOf returns the note about a change's component, nil if there is none. One note may name several, "Ping, Search", and
// a widget goes by the name of its action.
func noteOf(notes []Part, ch Change) *Part {
	component, _, _ := strings.Cut(ch.Key, "/")
	name := foldWords(component)
	for i := range notes {
		kind := strings.TrimSuffix(strings.ToLower(notes[i].facet("item type")), "s")
		if kind != strings.Fields(ch.Kind)[0] {
			continue
		}
		for item := range strings.SplitSeq(notes[i].facet("item"), ",") {
			if item = foldWords(item); item != "" && (strings.HasSuffix(name, item) || strings.HasSuffix(item, name)) {
				return &notes[i]
			}
		}
	}
	return nil
}

// foldWords brings a name to the form in which names are held against each other: small letters and digits.
func foldWords(name string) string {
	return strings.Map(func(r rune) rune {
		if isAlphanumeric(r) {
			return r
		}
		return -1
	}, foldCase(name))
}

// itemOf is what a note about a change gives as item_name and item_type.
func (s *secopsStep) itemOf(ch Change) (name, kind string) {
	kind, _, _ = strings.Cut(ch.Kind, " ")
	if !slices.Contains(secopsComponents, kind) {
		return s.itemName(), "Integration"
	}
	name, _, _ = strings.Cut(ch.Key, "/")
	return name, capital(kind)
}

// noteEntry is the entry to add to release_notes.yaml, on one line.
func noteEntry(version, text, item, kind, flag string) string {
	quoted := func(text string) string { return "'" + strings.ReplaceAll(shorten(text), "'", "''") + "'" }
	entry := fmt.Sprintf("- {description: %s, version: %s, item_name: %s, item_type: %s, publish_time: 'YYYY-MM-DD', ticket_number: ''",
		quoted(text), version, quoted(item), kind)
	if flag != "" {
		entry += ", " + flag + ": true"
	}
	return entry + "}"
}
