package packfile

// The rules about the step from one version of an integration to the next.

import (
	"cmp"
	"fmt"
	"slices"
)

// secopsStep is the step under judgement.
type secopsStep struct {
	*Comparison
	old, new          Package
	before, after     []Part // the release notes, in the order of the file
	fresh             []Part // the notes that the newer version adds
	semantic, oneForm bool
	findings          []Finding
}

func judgeSecOps(c *Comparison, old, new Package, opts Options) []Finding {
	s := &secopsStep{
		Comparison: c, old: old, new: new,
		before: notesOf(old), after: notesOf(new),
		semantic: opts.setting("secops.versions") == "semver",
		oneForm:  old.Manifest.Kind == new.Manifest.Kind,
	}
	s.dropForm()
	if !old.Manifest.HasVersion || !new.Manifest.HasVersion {
		return nil // R-VER-FORM tells
	}
	known := make(map[string]bool, len(s.before))
	for _, note := range s.before {
		known[note.Key] = true
	}
	for _, note := range s.after {
		if !known[note.Key] {
			s.fresh = append(s.fresh, note)
		}
	}
	switch c.To.Compare(c.From) {
	case 0:
		s.judgeSame()
	case -1:
		s.judgeDown()
	default:
		s.judgeUp()
	}
	return s.findings
}

// dropForm takes out what differs only because one version is the source and the other was built from such: the built
// form has other files, no list of dependencies, and no results without an example.
func (s *secopsStep) dropForm() {
	if s.oneForm {
		return
	}
	unbuilt := map[string]bool{} // the results that the packager leaves out
	for _, p := range slices.Concat(s.old.Contents.Parts, s.new.Contents.Parts) {
		if p.Kind == secopsResult && p.facet("example") == "no" {
			unbuilt[p.ID()] = true
		}
	}
	s.Changes = slices.DeleteFunc(s.Changes, func(ch Change) bool {
		lost := ch.Event != Changed && unbuilt[partID(ch.Kind, ch.Key)]
		return ch.Kind == KindFile || ch.Kind == secopsDependency || lost
	})
	s.Smallest = BumpNone
	for _, ch := range s.Changes {
		if ch.Bump.Compare(s.Smallest) > 0 {
			s.Smallest = ch.Bump
		}
	}
}

func notesOf(p Package) []Part {
	var notes []Part
	for _, part := range p.Contents.Parts {
		if part.Kind == secopsNote {
			notes = append(notes, part)
		}
	}
	return notes
}

func (s *secopsStep) find(f Finding) { s.findings = append(s.findings, f) }

// atNotes places a finding at the end of the newer version's release notes, where the next note goes.
func (s *secopsStep) atNotes(f Finding) Finding {
	f.Path = releaseNotesYAML
	if n := len(s.after); n > 0 {
		f.Path, f.Line = s.after[n-1].File, s.after[n-1].Line
	}
	return f
}

func (s *secopsStep) judgeSame() {
	if len(s.Changes) == 0 {
		return
	}
	s.find(Finding{
		Code: "D-SAME", Path: s.versionFile(), Field: "version",
		Message: fmt.Sprintf("Both packages have version %s and differ: %s.", versionSaid(s.new), secopsChangesText(s.Changes)),
		Fix:     fmt.Sprintf("Give the newer one version %s, with release notes for it.", s.next()),
	})
}

// versionFile is where the newer package tells its version.
func (s *secopsStep) versionFile() string {
	for _, p := range s.new.Contents.Parts {
		if p.Kind == secopsIntegration && s.new.Manifest.Kind == builtKindName {
			return p.File
		}
	}
	return pyprojectTOML
}

// versionSaid is a package's version as the platform writes it.
func versionSaid(p Package) string {
	return cmp.Or(p.Manifest.PlatformVersion, p.Manifest.Version.String())
}

// next is the version that follows the older package's, as the platform writes it.
func (s *secopsStep) next() string { return fmt.Sprintf("%d.0", s.From.Major+1) }

func (s *secopsStep) judgeDown() {
	s.find(Finding{
		Code: "D-BUMP", Path: s.versionFile(), Field: "version",
		Message: fmt.Sprintf("The version goes down, from %s to %s.", versionSaid(s.old), versionSaid(s.new)),
		Fix:     fmt.Sprintf("Give it a version above all earlier ones, at least %s, with release notes for it. To go back, release the older package again.", s.next()),
	})
}

func (s *secopsStep) judgeUp() {
	s.judgeGap()
	s.judgeNotes()
	s.judgeBreak()
	s.judgeAdded()
}

// judgeGap wants the next whole number. Versions between the two that the newer package's notes tell of exist and are only
// not here.
func (s *secopsStep) judgeGap() {
	if s.semantic || s.To.Major <= s.From.Major+1 {
		return
	}
	told := map[int]bool{}
	for _, note := range s.after {
		told[noteMajor(note)] = true
	}
	var silent []string
	for major := s.From.Major + 1; major < s.To.Major && len(silent) <= maxSecOpsNamed; major++ {
		if !told[major] {
			silent = append(silent, fmt.Sprintf("%d.0", major))
		}
	}
	f := Finding{
		Code: "D-BUMP", Path: s.versionFile(), Field: "version",
		Message: fmt.Sprintf("The version leaps from %s to %s, and the release notes tell nothing of %s.",
			versionSaid(s.old), versionSaid(s.new), firstOf(maxSecOpsNamed, silent)),
		Fix: fmt.Sprintf("Give it version %s, or add the notes of the versions between.", s.next()),
	}
	if len(silent) == 0 {
		f.Severity = SeverityInfo
		f.Message = fmt.Sprintf("The versions between %s and %s are not here; the release notes tell of each of them.",
			versionSaid(s.old), versionSaid(s.new))
		f.Fix = "Nothing has to be done; upload them too if accounts still run them."
	}
	s.find(f)
}

// noteMajor is the version that a note is about, -1 if it is no whole number.
func noteMajor(note Part) int {
	v, ok := ParsePlatform(note.facet("version"))
	if !ok || v.Minor != 0 || v.Patch != 0 {
		return -1
	}
	return v.Major
}

// maxSecOpsNamed is how many things a message names.
const maxSecOpsNamed = 8

// secopsChangesText names changes, the weightiest first, for a message.
func secopsChangesText(changes []Change) string {
	var names []string
	for _, ch := range changes {
		names = append(names, secopsChangeText(ch))
	}
	return firstOf(maxSecOpsNamed, names)
}

func secopsChangeText(ch Change) string {
	what := fmt.Sprintf("%s “%s”", ch.Kind, shorten(ch.Name))
	switch ch.Kind {
	case secopsIntegration:
		what = ch.Kind
	case secopsNote:
		what = ch.Name
	}
	switch {
	case ch.Event != Changed:
		return fmt.Sprintf("%s %s", what, ch.Event)
	case ch.Facet == "":
		return what + " changed"
	case ch.Facet == "mandatory" && ch.New == "yes":
		return what + " made mandatory"
	default:
		return fmt.Sprintf("%s of %s changed", ch.Facet, what)
	}
}
