package view

import (
	"net/url"
	"slices"
	"strings"

	"packtide/packfile"
	"packtide/release"
)

// Compared are two versions of a package with what changed between them.
type Compared struct {
	Package    release.PackageRow
	New        release.Comparable
	Old        *release.Comparable // nil: the package has no other version
	Others     []release.VersionRow
	Comparison packfile.Comparison
	Clock      Clock
}

// Comparable tells whether both versions were kept with what they hold.
func (c Compared) Comparable() bool { return c.Old != nil && c.Old.Kept && c.New.Kept }

func (c Compared) label(v release.Comparable) string {
	return VersionIn(v.Version, v.PlatformVersion, c.Package.Platform)
}

func (c Compared) path() string { return hrefCompare(c.New.ID) }

func hrefCompare(version release.ID) string { return "/versions/" + version.String() + "/compare" }

// HrefCompareWith leads to the comparison of two versions, from old to new.
func HrefCompareWith(old, new release.ID) string {
	return hrefCompare(new) + "?with=" + old.String()
}

func (c Compared) fileHref(path string) string {
	return c.path() + "/file?" + url.Values{"with": {c.Old.ID.String()}, "path": {path}}.Encode()
}

// backwards tells whether the comparison goes from a newer version to an older one.
func (c Compared) backwards() bool { return c.New.Version.Compare(c.Old.Version) < 0 }

// others are the versions to choose from, the one that is shown among them.
func (c Compared) others() []Option {
	var options []Option
	found := false
	for _, v := range c.Others {
		if v.ID == c.New.ID {
			continue
		}
		label := VersionIn(v.Version, v.PlatformVersion, c.Package.Platform)
		if v.DeletedAt != nil {
			label += " · deleted"
		}
		found = found || (c.Old != nil && v.ID == c.Old.ID)
		options = append(options, Option{Value: v.ID.String(), Label: label})
	}
	if c.Old != nil && !found {
		options = append(options, Option{Value: c.Old.ID.String(), Label: c.label(*c.Old)})
	}
	return options
}

func (c Compared) otherField() Field {
	f := Field{Name: "with", Label: "Compare " + c.New.Version.String() + " with"}
	if c.Old != nil {
		f.Value = c.Old.ID.String()
	}
	return f
}

// CompareHead is the head of a comparison's page.
func CompareHead(c Compared) Page {
	p := Page{Title: "What changed in " + c.New.DisplayName + " " + c.New.Version.String(), Crumbs: c.crumbs(Crumb{Label: "Compare"})}
	switch {
	case c.Old == nil:
		p.Lede = "This is the only version so far."
	case c.backwards():
		p.Lede = "Going back from " + c.label(*c.Old) + " to " + c.label(c.New) + "."
	default:
		p.Lede = "From " + c.label(*c.Old) + " to " + c.label(c.New) + "."
	}
	return p
}

func (c Compared) crumbs(last ...Crumb) []Crumb {
	return append([]Crumb{
		{Href: "/packages", Label: "Packages"},
		{Href: "/packages/" + c.New.PackageID.String(), Label: c.Package.DisplayName},
		{Href: "/versions/" + c.New.ID.String(), Label: c.New.Version.String()},
	}, last...)
}

// changeGroup is the changes that ask for the same bump; files come in groups of their own.
type changeGroup struct {
	title, hint string
	files       bool
	changes     []packfile.Change
}

// groupChanges sorts changes by what they mean for those who use the package, the weightiest first.
func groupChanges(all []packfile.Change) []changeGroup {
	groups := []changeGroup{
		{title: "Breaking", hint: "What users rely on is gone, renamed or different: a new major version."},
		{title: "Additions", hint: "New, and nobody has to use it: a new minor version."},
		{title: "Other changes", hint: "Texts and details: a new release number is enough."},
		{title: "Files", hint: "Every file that differs.", files: true},
	}
	for _, ch := range all {
		i := 2
		switch {
		case ch.Kind == packfile.KindFile:
			i = 3
		case ch.Bump == packfile.BumpMajor:
			i = 0
		case ch.Bump == packfile.BumpMinor:
			i = 1
		}
		groups[i].changes = append(groups[i].changes, ch)
	}
	var some []changeGroup
	for _, g := range groups {
		if len(g.changes) > 0 {
			some = append(some, g)
		}
	}
	return some
}

// mostChanges is how many changes of a group the page shows; the command line tells all of them.
const mostChanges = 300

func (g changeGroup) shown() []packfile.Change { return g.changes[:min(len(g.changes), mostChanges)] }

// valued tells whether a change of the group has values to show: what came or went as a whole has none.
func (g changeGroup) valued() bool {
	return slices.ContainsFunc(g.changes, func(ch packfile.Change) bool { return ch.Old != "" || ch.New != "" })
}

func (g changeGroup) columns() []Col {
	columns := []Col{{Label: "What"}, {Label: "Change"}}
	if g.valued() {
		columns = append(columns, Col{Label: "Before"}, Col{Label: "Now"})
	}
	return columns
}

func (g changeGroup) hidden() int { return len(g.changes) - len(g.shown()) }

// stepWords say which version number the changes ask for, and whether the version has it.
func (c Compared) stepWords() (Tone, string, string) {
	smallest, declared := c.Comparison.Smallest, c.Comparison.Declared
	text := map[packfile.Bump]string{
		packfile.BumpMajor:   "Something that users rely on changed. That asks for a new major version.",
		packfile.BumpMinor:   "Something was added that nobody has to use. That asks for a new minor version.",
		packfile.BumpRelease: "Nothing that users bind to changed. A new release number is enough.",
		packfile.BumpNone:    "The two versions hold the same.",
	}[smallest]
	switch {
	case c.backwards():
		return Info, "Going back", "Read from the older to the newer version to see what each change asked for."
	case smallest == packfile.BumpNone:
		return Info, "Nothing changed", text
	case c.Comparison.TooSmall():
		return Warn, "The version number is too small", text + " The number declares a " + bumpWord(declared) + " change only."
	default:
		return Good, "The version number fits", text
	}
}

func bumpWord(b packfile.Bump) string {
	if b == packfile.BumpRelease {
		return "release-level"
	}
	return string(b)
}

// foundWords say in a few words what changed: "2 breaking, 1 addition, 14 files".
func foundWords(f release.Found) string {
	var parts []string
	if f.Breaking > 0 {
		parts = append(parts, Number(f.Breaking)+" breaking")
	}
	for _, some := range []struct {
		n    int
		word string
	}{{f.Additions, "addition"}, {f.Others, "other change"}, {f.Files, "file"}} {
		if some.n > 0 {
			parts = append(parts, Counted(some.n, some.word))
		}
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}

// whatChanged names the thing of a change: "parameter Ping › Host, required".
func whatChanged(ch packfile.Change) string {
	if ch.Facet == "" {
		return ch.Name
	}
	return ch.Name + ", " + ch.Facet
}

func fileName(path string) string {
	if path == "" {
		return "The file itself"
	}
	return path
}

func eventTone(e packfile.Event) (Tone, string) {
	switch e {
	case packfile.Added:
		return Green, "plus"
	case packfile.Removed:
		return Red, "x"
	case packfile.Renamed:
		return Amber, "arrow-right"
	default:
		return Blue, "pencil"
	}
}

// ComparedFile is one file of two versions.
type ComparedFile struct {
	Compared
	Path string
	In   [2]bool // whether the older and the newer version have it
	Diff packfile.TextDiff

	Deleted bool // one of the two has no files any more
}

// CompareFileHead is the head of a file's comparison.
func CompareFileHead(f ComparedFile) Page {
	p := Page{
		Title:  fileName(f.Path),
		Crumbs: f.crumbs(Crumb{Href: HrefCompareWith(f.Old.ID, f.New.ID), Label: "Compare with " + f.Old.Version.String()}, Crumb{Label: "File"}),
	}
	switch {
	case f.Diff.NotText != "":
		p.Lede = "From " + f.label(*f.Old) + " to " + f.label(f.New) + "."
	case !f.In[0]:
		p.Lede = "Added in " + f.label(f.New) + ": " + Counted(f.Diff.Added, "line") + "."
	case !f.In[1]:
		p.Lede = "Removed in " + f.label(f.New) + ": " + Counted(f.Diff.Removed, "line") + "."
	default:
		p.Lede = "From " + f.label(*f.Old) + " to " + f.label(f.New) + ": " + Counted(f.Diff.Added, "line") + " added, " + Number(f.Diff.Removed) + " removed."
	}
	return p
}

// mostDiffLines is how many lines of a file's comparison the page shows; who needs more downloads both files.
const mostDiffLines = 3_000

// shown are the pieces in which lines changed, up to mostDiffLines lines.
func (f ComparedFile) shown() []packfile.Hunk {
	var some []packfile.Hunk
	left := mostDiffLines
	for _, h := range f.Diff.Hunks {
		if left == 0 {
			break
		}
		h.Lines = h.Lines[:min(left, len(h.Lines))]
		left -= len(h.Lines)
		some = append(some, h)
	}
	return some
}

// hidden is how many lines of the comparison are not shown.
func (f ComparedFile) hidden() int {
	all := 0
	for _, h := range f.Diff.Hunks {
		all += len(h.Lines)
	}
	return max(0, all-mostDiffLines)
}

// lineMark is the sign before a line, as in every diff; the word is read out.
func lineMark(l packfile.DiffLine) (mark, word string) {
	switch l.Event {
	case packfile.Added:
		return "+", "added"
	case packfile.Removed:
		return "−", "removed"
	default:
		return "", ""
	}
}

func lineNumber(n int) string {
	if n == 0 {
		return ""
	}
	return Plain(n)
}

// changeSentence tells one change in a line: "parameter Ping › Host was removed".
func changeSentence(ch packfile.Change) string {
	old, now := inSentence(ch.Old), inSentence(ch.New)
	switch {
	case ch.Event == packfile.Renamed:
		return ch.Kind + " " + old + " was renamed to " + now
	case ch.Facet != "" && old != "" && now != "":
		return ch.Kind + " " + inSentence(whatChanged(ch)) + ": " + old + " → " + now
	case ch.Facet != "":
		return ch.Kind + " " + inSentence(whatChanged(ch)) + " changed"
	default:
		return ch.Kind + " " + inSentence(ch.Name) + " was " + string(ch.Event)
	}
}

// mostSaid is how many letters of a name or value of a package a sentence says.
const mostSaid = 80

// inSentence is a text of a package in one line, cut where it is long: a page shows it whole.
func inSentence(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > mostSaid {
		return string(runes[:mostSaid]) + "…"
	}
	return text
}
