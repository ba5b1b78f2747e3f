package view

import (
	"time"

	"github.com/a-h/templ"

	"packtide/packfile"
	"packtide/release"
)

// PackPage is one pack with all that its page shows.
type PackPage struct {
	Pack         release.PackView
	Packages     []release.PackPackageRow
	Addable      []release.PackageRow
	Releases     []release.ReleaseView // newest first
	MoreReleases bool
	Groups       []release.GroupRow
	Problems     []FieldError         // why a button on the page was refused
	Ages         []release.VersionAge // of the packages of the current release
	Adoption     release.Adoption
	Ledger       LedgerBox
	Together     []packfile.Finding // how the packages of the draft fit together (R10)
	Clock        Clock
	MayPublish   bool
	Site         bool
}

func (p PackPage) zone() *time.Location { return Zone(p.Pack.PublisherZone) }

// afterTesting tells that the next release shown is the one in testing: a change begins the release after it.
func (p PackPage) afterTesting() bool { return p.Pack.Pending != nil && p.Pack.Draft == nil }

// mayRemove: a draft begins with what the current release holds, so nothing else can be taken out before there is one.
func (p PackPage) mayRemove(r release.PackPackageRow) bool {
	return p.MayPublish && r.Next != nil && (!p.afterTesting() || r.Current != nil)
}

func (p PackPage) mayUndo(r release.PackPackageRow) bool {
	return p.MayPublish && r.Next == nil && r.Current != nil && p.Pack.Draft != nil
}

func (p PackPage) columns() []Col {
	next := "Next release"
	if p.afterTesting() {
		next = "In testing, " + ReleaseLabel(p.Pack.Pending)
	}
	cols := []Col{{Label: "Package"}, {Label: "Current"}, {Label: next}, {Label: "Newest shareable"}}
	if p.MayPublish {
		cols = append(cols, Col{Label: "Actions", Hidden: true})
	}
	return cols
}

// hasUpdate tells whether the row has a newer shareable version than the next release holds (R9).
func hasUpdate(r release.PackPackageRow) bool {
	return r.Newest != nil && r.Next != nil && r.Newest.Version.Compare(r.Next.Version) > 0
}

func addable(rows []release.PackageRow) []Option {
	options := []Option{{Value: "", Label: "Choose a package"}}
	for _, r := range rows {
		options = append(options, Option{Value: r.ID.String(), Label: r.DisplayName + " " + VersionLabel(r.Shareable) + overrideWords(r.Shareable)})
	}
	return options
}

// clashes are what keeps the draft from being released (R10).
func (p PackPage) clashes() []packfile.Finding {
	var errors []packfile.Finding
	for _, f := range p.Together {
		if f.Severity == packfile.SeverityError {
			errors = append(errors, f)
		}
	}
	return errors
}

// outsideWords says how many attachments are outside (R30); the count stops somewhere.
func outsideWords(n int) string {
	if n > release.MostOutside {
		return "More than " + Counted(release.MostOutside, "attachment")
	}
	return Counted(n, "attachment")
}

// packageWords is what a package is, platform and kind; empty for a plain one.
func packageWords(platform, kind string) string {
	if !packfile.Recognised(platform) {
		return ""
	}
	return packfile.PlatformLabel(platform) + " " + kind
}

// draftName is what a draft is called before it has a version.
func draftName(d *release.ReleaseView) string {
	if d.Version == nil {
		return "The next release"
	}
	return "Release " + d.Version.String()
}

// ReleaseList is a page of a pack's decided releases.
type ReleaseList struct {
	Pack       release.PackView
	Releases   []release.ReleaseView
	Newest     string // href; empty on the first page
	Older      string // href; empty on the last page
	Clock      Clock
	MayPublish bool
}

// againButton is what one click on an older release prepares (R22); empty where there is nothing to go back to.
func againButton(r release.ReleaseRef) string {
	switch ReleaseState(r) {
	case StateWithdrawn:
		return "Prepare again"
	case StateReplaced:
		if r.State == release.Superseded {
			return "Prepare again"
		}
		return "Roll back to this"
	default:
		return ""
	}
}

// howDecided says how a release came about, in words beside its state.
func howDecided(r release.ReleaseView) string {
	by := ""
	if r.DecidedBy != "" {
		by = " by " + r.DecidedBy
	}
	switch {
	case r.State == release.Draft:
		return "Being prepared; begun by " + r.CreatedBy + "."
	case r.State == release.Pending:
		return "Scheduled" + by + "."
	case r.State == release.Withdrawn:
		return "Withdrawn before it applied."
	case r.State == release.Superseded:
		return "Its testing ended when another release was made at once."
	case r.Plan == release.Immediate:
		return "Released at once" + by + "."
	case r.State == release.Released:
		return "Applied at its midnight; scheduled" + by + "."
	default:
		return ""
	}
}

func ariaLabel(words string) templ.Attributes { return templ.Attributes{"aria-label": words} }

func takeUpdatesWords(n int) string {
	if n == 1 {
		return "Take the update"
	}
	return "Take all " + Number(n) + " updates"
}
