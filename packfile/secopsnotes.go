package packfile

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// settingVersions chooses how an integration's versions are counted.
const (
	settingVersions = "secops.versions"
	versionsSemver  = "semver"
)

func secopsVersionsSetting() Setting {
	return Setting{
		Key: settingVersions, Label: "Versions of integrations",
		Help: "Google's own tools count whole numbers, 11.0, 12.0, and can't read others.",
		Choices: []Choice{
			{Value: "", Label: "Whole numbers: 11.0, 12.0"},
			{Value: versionsSemver, Label: "Three numbers: 1.4.2"},
		},
	}
}

// checkSecOpsVersionForm wants the version in the form that is chosen, in pyproject.toml or else in definition.yaml.
func checkSecOpsVersionForm(t *secopsTree) {
	m := t.manifest
	form, example := "a whole number with “.0”", "15.0"
	ok := m.HasVersion && m.Version.Major >= 1 && m.Version.Minor == 0 && m.Version.Patch == 0 && strings.Count(m.PlatformVersion, ".") <= 1
	if t.opts.setting(settingVersions) == versionsSemver {
		form, example = "three whole numbers with points between", "1.4.2"
		ok = m.HasVersion && strings.Count(m.PlatformVersion, ".") == 2
	}
	if ok {
		return
	}
	f := Finding{
		Code: "R-VER-FORM", Path: pyprojectTOML, Field: "version", Line: t.project.line("project.version"),
		Message: "Neither pyproject.toml nor definition.yaml tells a version that can be read.",
		Fix:     fmt.Sprintf("Set version in pyproject.toml to %s, for example \"%s\", and pack the integration again.", form, example),
	}
	if m.PlatformVersion != "" {
		f.Message = fmt.Sprintf("The version “%s” is not %s, as in %s.", shorten(m.PlatformVersion), form, example)
	}
	if m.PlatformVersion != "" && t.project.version == "" {
		version, _ := t.definition.root.pair("version")
		f.Path = definitionYAML
		f.Line, f.Column = version.place()
	}
	t.report(f)
}

// secopsNoteEntry is one entry of release_notes.yaml, in the order of the file.
type secopsNoteEntry struct {
	node    yamlNode
	field   string // where in the file: "[2]"
	written string // the version as it is written
	version Version
	ok      bool // the version can be read
}

// notesInOrder returns the entries of release_notes.yaml.
func (t *secopsTree) notesInOrder() []secopsNoteEntry {
	if t.notes == nil {
		return nil
	}
	var notes []secopsNoteEntry
	for i, item := range t.notes.root.items() {
		n := secopsNoteEntry{node: item, field: fmt.Sprintf("[%d]", i), written: cmp.Or(item.text("version"), item.text("integration_version"))}
		n.version, n.ok = ParsePlatform(n.written)
		notes = append(notes, n)
	}
	return notes
}

// versionField is the name that the note's version has: there are two.
func (n *secopsNoteEntry) versionField() string {
	if _, ok := n.node.get("version"); ok {
		return "version"
	}
	return "integration_version"
}

var secopsDay = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)

// checkSecOpsDates wants each note to tell its day, in one form.
func checkSecOpsDates(t *secopsTree) {
	today := t.opts.Today
	var missing, numbers []secopsNoteEntry
	for _, n := range t.notesInOrder() {
		value, _ := n.node.get("publish_time")
		day, fault := value.scalar(), ""
		_, err := time.Parse(time.DateOnly, day)
		switch kind := value.kind(); {
		case day == "":
			missing = append(missing, n)
		case kind == yamlInt || kind == yamlFloat:
			numbers = append(numbers, n)
		case kind == yamlDate:
			fault = "is not in quotes, and is read as something else than a text"
		case !secopsDay.MatchString(day):
			fault = "is not written as 2026-03-31"
		case err != nil:
			fault = "is no day of the calendar"
		case today != "" && day > today:
			fault = "is in the future"
		}
		if fault != "" {
			t.atField(t.notes, n.node, "publish_time", secopsFound{
				code: "R-RN-DATE", field: n.field + ".publish_time", message: fmt.Sprintf("publish_time “%s” %s.", shorten(day), fault),
				fix: "Write the day of publication as '2026-03-31', in quotes.",
			})
		}
	}
	t.manyDates(missing, "no publish_time")
	t.manyDates(numbers, "a number for publish_time, as it was the custom before the middle of 2025")
}

// manyDates reports once what old notes lack.
func (t *secopsTree) manyDates(notes []secopsNoteEntry, what string) {
	if len(notes) == 0 {
		return
	}
	var versions []string
	for _, n := range notes {
		versions = append(versions, n.written)
	}
	first := notes[0]
	t.atField(t.notes, first.node, "publish_time", secopsFound{
		code: "R-RN-DATE", field: first.field + ".publish_time",
		message: fmt.Sprintf("%s %s: version %s.", countWords(len(notes), "note has", "notes have"), what, examples(slices.Compact(versions))),
		fix:     "Write the day of publication as '2026-03-31', in quotes.",
	})
}

// checkSecOpsNotesOrder wants the notes to be in the order of the versions.
func checkSecOpsNotesOrder(t *secopsTree) {
	var last secopsNoteEntry
	lastDay := ""
	var early []secopsNoteEntry
	seen := map[int]bool{}
	for _, n := range t.notesInOrder() {
		if n.ok && last.ok && n.version.Compare(last.version) < 0 {
			t.atField(t.notes, n.node, n.versionField(), secopsFound{
				code: "R-RN-ORDER", field: n.field + "." + n.versionField(),
				message: fmt.Sprintf("The note for version %s stands after one for %s.", n.written, last.written),
				fix:     "Put the notes in the order of their versions, the newest last.",
			})
		}
		if n.ok {
			last, seen[n.version.Major] = n, true
		}
		if day := noteDate(n.node.text("publish_time")); day != "" {
			if day < lastDay {
				early = append(early, n)
			}
			lastDay = day
		}
	}
	if len(early) > 0 {
		t.atField(t.notes, early[0].node, "publish_time", secopsFound{
			code: "R-RN-ORDER", severity: SeverityInfo, field: early[0].field + ".publish_time",
			message: fmt.Sprintf("%s an earlier date than the note above it, first that for version %s.",
				countWords(len(early), "note has", "notes have"), early[0].written),
			fix: "Look whether a date or a version is wrong.",
		})
	}
	t.checkGaps(seen)
}

// checkGaps looks for versions between the first and the last that have no note.
func (t *secopsTree) checkGaps(seen map[int]bool) {
	if len(seen) == 0 || t.opts.setting(settingVersions) == versionsSemver {
		return
	}
	var present, missing []int
	for v := range seen {
		present = append(present, v)
	}
	slices.Sort(present)
	for i := 1; i < len(present); i++ {
		if present[i] > present[i-1]+1 {
			missing = append(missing, present[i-1]+1)
		}
	}
	if len(missing) == 0 {
		return
	}
	more := ""
	if others := len(missing) - 1; others > 0 {
		more = fmt.Sprintf("; %s", countWords(others, "more gap is like this", "more gaps are like this"))
	}
	t.report(Finding{
		Code: "R-RN-ORDER", Severity: SeverityInfo, Path: releaseNotesYAML,
		Message: fmt.Sprintf("There are notes for lower and higher versions than %d.0, and none for it%s.", missing[0], more),
		Fix:     "Add what that version changed, if it was ever published.",
	})
}

// checkSecOpsNotesVersion wants the last note, which is the newest, to be for this version.
func checkSecOpsNotesVersion(t *secopsTree) {
	notes := t.notesInOrder()
	own := t.project.version
	if len(notes) == 0 || own == "" {
		return
	}
	last := notes[len(notes)-1]
	highest := slices.MaxFunc(notes, func(a, b secopsNoteEntry) int { return a.version.Compare(b.version) })
	for _, n := range []struct {
		secopsNoteEntry
		what string
	}{{last, "last"}, {highest, "highest"}} {
		if sameSecOpsVersion(n.written, own) {
			continue
		}
		t.atField(t.notes, n.node, n.versionField(), secopsFound{
			code: "R-RN-VER", field: n.field + "." + n.versionField(),
			message: fmt.Sprintf("The %s version of the notes is %s, and pyproject.toml has %s.", n.what, quoted(n.written), quoted(own)),
			fix:     "Add a note for this version at the end, or set the version to the one of the notes.",
		})
		return
	}
}

// secopsItemTypes are what a note may be about.
var secopsItemTypes = []string{"Integration", "Action", "Connector", "Job", "Widget", "Manager"}

func checkSecOpsItemTypes(t *secopsTree) {
	seen := map[string]bool{}
	for _, n := range t.notesInOrder() {
		what := n.node.text("item_type")
		if what == "" || seen[what] || slices.Contains(secopsItemTypes, what) {
			continue
		}
		seen[what] = true
		fix := "Write one of " + strings.Join(secopsItemTypes, ", ") + ", in all notes."
		i := slices.IndexFunc(secopsItemTypes, func(known string) bool { return strings.EqualFold(known, strings.TrimSuffix(what, "s")) })
		if i >= 0 {
			fix = fmt.Sprintf("Write %s, in all notes.", secopsItemTypes[i])
		}
		t.atField(t.notes, n.node, "item_type", secopsFound{
			code: "R-RN-TYPE", field: n.field + ".item_type", message: fmt.Sprintf("A note is about “%s”, which nobody knows.", shorten(what)), fix: fix,
		})
	}
}
