package view

import (
	"time"

	"github.com/a-h/templ"

	"packtide/release"
)

// previewButton sends a form for its preview: whatever it lacks may come later.
func previewButton(f PackForm) templ.Attributes {
	return templ.Attributes{"name": "preview", "value": "true", "formnovalidate": true, "formaction": f.Action + "#preview"}
}

func hrefPrepare(pack, from release.ID) string {
	return hrefPack(pack) + "/prepare?from=" + from.String()
}

func hrefCompareReleases(pack, from, to release.ID) string {
	return hrefPack(pack) + "/compare?from=" + from.String() + "&to=" + to.String()
}

// releaseName is what a time line calls a release; a draft may have no version yet.
func releaseName(r release.ReleaseView) string {
	if r.Version == nil {
		return "The next release"
	}
	return ReleaseLabel(&r.ReleaseRef)
}

// reignWords say how long a release was, or is, what the install base runs.
func reignWords(r release.ReleaseRef, now time.Time) string {
	switch {
	case r.State != release.Released:
		return ""
	case r.EndedAt != nil:
		return lasted(r.EndedAt.Sub(*r.ReleasedAt)) + " as current"
	case now.After(*r.ReleasedAt):
		return "Current for " + lasted(now.Sub(*r.ReleasedAt))
	default:
		return ""
	}
}

// lasted is a stretch of time in the largest fitting unit, in days up to four months: "28 days".
func lasted(d time.Duration) string {
	if days := rounded(d, 24*time.Hour); days >= 2 && days <= 120 {
		return Counted(days, "day")
	}
	return distance(d, rounded, 36)
}

// RollBack asks before the next release is filled with what an older one held (R22). Without a pair nothing runs yet.
func RollBack(p release.PackView, source release.ReleaseView, pair *release.ReleasePair) Confirm {
	label := ReleaseLabel(&source.ReleaseRef)
	c := Confirm{
		Title: againButton(source.ReleaseRef), Button: "Prepare " + label + " again", Action: hrefPack(p.ID) + "/prepare", CancelHref: hrefPack(p.ID),
		Text:   "The next release of " + p.PackRow.Name + " begins with what " + label + " held. You look through it and give it a version of its own; nothing is released by this.",
		Hidden: map[string]string{"from": source.ID.String()},
	}
	switch c.Title {
	case "Prepare again", "":
		c.Title = "Prepare " + label + " again?"
	default:
		c.Title, c.Button = "Roll back to "+label+"?", "Prepare the roll back to "+label
	}
	if p.Draft != nil {
		c.Title, c.Button, c.Hidden["replace"] = "Replace the draft with "+label+"?", "Replace the draft", "true"
		c.Text = "The next release of " + p.PackRow.Name + " is being prepared already. Its chosen versions, its own version and its notes give way to what " +
			label + " held. Nothing is released by this."
	}
	if pair == nil {
		return c
	}
	c.VictimsHead = "Once it is released, " + Amount(p.Attachments, "attachment") + " in " + Amount(p.Accounts, "account") + " would change:"
	for _, row := range Changed(pair.Contents) {
		c.Victims = append(c.Victims, rollBackLine(row))
	}
	return c
}

// rollBackLine says what happens to one package.
func rollBackLine(c release.ContentRow) string {
	switch kind := ChangeOf(c.From, c.To); kind {
	case ChangeAdded:
		return c.DisplayName + " " + VersionLabel(c.To) + ": added"
	case ChangeRemoved:
		return c.DisplayName + " " + VersionLabel(c.From) + ": removed"
	default:
		return c.DisplayName + ": " + VersionLabel(c.From) + " → " + VersionLabel(c.To) + ", " + kind.Word()
	}
}

// ReleaseComparison is what differs between two releases of a pack.
type ReleaseComparison struct {
	Pack       release.PackView
	Choices    []release.ReleaseRef // newest first
	Pair       *release.ReleasePair // nil: the pack has fewer than two
	Clock      Clock
	MayPublish bool
}

// Title is the question that the page answers.
func (c ReleaseComparison) Title() string {
	if c.Pair == nil {
		return "Compare releases of " + c.Pack.PackRow.Name
	}
	return "From " + releaseName(c.Pair.From) + " to " + releaseName(c.Pair.To)
}

// Lede is the answer in a sentence.
func (c ReleaseComparison) Lede() string {
	switch {
	case c.Pair == nil:
		return ""
	case c.Pair.From.ID == c.Pair.To.ID:
		return "This is one and the same release. Choose two."
	case len(Changed(c.Pair.Contents)) == 0:
		return "Both hold the same versions of the same packages."
	case c.Pair.Back():
		return "Going back changes this: " + ChangesText(c.Pair.Contents) + "."
	default:
		return "In between: " + ChangesText(c.Pair.Contents) + "."
	}
}

// options are the releases to choose from, with the chosen one among them.
func (c ReleaseComparison) options(chosen release.ReleaseRef) []Option {
	options, found := make([]Option, 0, len(c.Choices)+1), false
	for _, r := range c.Choices {
		options = append(options, releaseOption(r))
		found = found || r.ID == chosen.ID
	}
	if !found {
		options = append(options, releaseOption(chosen))
	}
	return options
}

func releaseOption(r release.ReleaseRef) Option {
	return Option{Value: r.ID.String(), Label: releaseName(release.ReleaseView{ReleaseRef: r}) + " (" + WordFor(ReleaseState(r)).Word + ")"}
}

// unchanged are the packages that stay as they are.
func (c ReleaseComparison) unchanged() []string {
	var names []string
	for _, row := range c.Pair.Contents {
		if row.From != nil && ChangeOf(row.From, row.To) == ChangeNone {
			names = append(names, row.DisplayName+" "+VersionLabel(row.To))
		}
	}
	return names
}

// notes are those of a package's versions between the two releases.
func (c ReleaseComparison) notes(pkg release.ID) []release.VersionNotes {
	var notes []release.VersionNotes
	for _, n := range c.Pair.Versions {
		if n.PackageID == pkg {
			notes = append(notes, n)
		}
	}
	return notes
}

// hrefFiles leads to what changed in the files of a package.
func hrefFiles(row release.ContentRow) string {
	return "/versions/" + row.To.ID.String() + "/compare?with=" + row.From.ID.String()
}

func comparedNotesTitle(c ReleaseComparison) string {
	if c.Pair.Back() {
		return "What the releases that are taken back brought"
	}
	return "What the releases in between brought"
}
