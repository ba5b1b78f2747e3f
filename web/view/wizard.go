package view

import (
	"fmt"
	"strings"
	"time"

	"github.com/a-h/templ"

	"packtide/release"
)

// Wizard is a pack with the draft that the wizard prepares, and why its last form was refused.
type Wizard struct {
	Pack   release.PackView
	Draft  release.ReleaseView
	Clock  Clock
	Errors []FieldError
	Status int
}

// WizardStep is one of the wizard's four pages.
type WizardStep int

// The steps in their order.
const (
	StepVersions WizardStep = iota
	StepImpact
	StepWhen
	StepReview
)

// StepContent is the body of a step.
type StepContent = templ.Component

func (w Wizard) path(step string) string { return hrefPack(w.Pack.ID) + "/release/" + step }

func (w Wizard) zone() *time.Location { return Zone(w.Pack.PublisherZone) }

// Contents are the draft's package versions.
func (w Wizard) Contents() release.Contents {
	c := release.Contents{}
	for _, row := range w.Draft.Contents {
		if row.To != nil {
			c[row.PackageID] = row.To.ID
		}
	}
	return c
}

func (w Wizard) nothingChanged() bool { return len(Changed(w.Draft.Contents)) == 0 }

// StepTitle is the question that the step's page answers.
func (w Wizard) StepTitle(step WizardStep) string {
	switch step {
	case StepVersions:
		return "Which versions go into the next release?"
	case StepImpact:
		return "What changes for whom?"
	case StepWhen:
		return "When is it released?"
	default:
		return "Is everything right?"
	}
}

// StepLede says what the step is about.
func (w Wizard) StepLede(step WizardStep) string {
	switch step {
	case StepVersions:
		return "One version of each package. Nothing is seen by accounts before the last step."
	case StepImpact:
		if w.Pack.Attachments == 0 {
			return "Nobody has " + w.Pack.PackRow.Name + " installed yet."
		}
		return Amount(w.Pack.Attachments, "attachment") + " in " + Amount(w.Pack.Accounts, "account") + ": " + ChangesText(w.Draft.Contents) + "."
	case StepWhen:
		return "At once for everybody, or at the first instant of a day in " + City(w.zone()) + ", with a testing period until then."
	default:
		return "This is what account admins will read. The last button on this page decides."
	}
}

// rail is the list of steps with what was chosen so far.
func (w Wizard) rail(current WizardStep) []Step {
	planned := w.Draft.Plan != ""
	steps := []Step{
		{Href: w.path("versions"), Label: "Versions", Chosen: w.versionsChosen(), Done: !w.nothingChanged()},
		{Href: w.path("impact"), Label: "What changes", Chosen: Amount(w.Pack.Attachments, "attachment"), Done: current > StepImpact || planned},
		{Href: w.path("when"), Label: "When", Chosen: w.planChosen(), Done: planned},
		{Label: "Review", Chosen: ReleaseLabel(&w.Draft.ReleaseRef)},
	}
	if planned {
		steps[StepReview].Href = w.path("review")
	}
	steps[current].Current = true
	return steps
}

func (w Wizard) versionsChosen() string {
	if len(w.Draft.Contents) == 0 {
		return ""
	}
	held := len(w.Contents())
	return fmt.Sprintf("%s of %s", Number(len(Changed(w.Draft.Contents))), Counted(max(held, len(w.Draft.Contents)), "package")) + " change"
}

func (w Wizard) planChosen() string {
	switch {
	case w.Draft.Plan == release.Immediate:
		return "At once"
	case w.Draft.Plan == release.Scheduled && w.Draft.DueOn != nil:
		return ChosenDay(*w.Draft.DueOn, w.zone(), w.Clock.Now) + ", " + City(w.zone())
	default:
		return ""
	}
}

// VersionsStep is the first step.
type VersionsStep struct {
	Wizard
	Rows []VersionChoice
}

// VersionChoice is one package with the versions that can be chosen.
type VersionChoice struct {
	Row     release.PackPackageRow
	Options []Option
	Chosen  string              // a version's id; empty: not in this release
	To      *release.VersionRef // what is chosen; nil: not in this release
	Differs bool                // from the draft, because the form was refused or is not sent yet
}

const leaveOut = ""

// NewVersionChoice offers the shareable versions of a package, and those that the current and the next release hold in any
// case. Typed stands before what the draft holds.
func NewVersionChoice(r release.PackPackageRow, shareable []release.VersionRef, typed string, isTyped bool) VersionChoice {
	all := append([]release.VersionRef(nil), shareable...)
	for _, held := range []*release.VersionRef{r.Next, r.Current} {
		if held != nil && !holds(all, held.ID) {
			all = append(all, *held)
		}
	}
	c := VersionChoice{Row: r, To: r.Next}
	if r.Next != nil {
		c.Chosen = r.Next.ID.String()
	}
	if isTyped && typed != c.Chosen {
		c.Chosen, c.Differs, c.To = typed, true, nil
	}
	for i, v := range all {
		if v.ID.String() == c.Chosen {
			c.To = &all[i]
		}
		c.Options = append(c.Options, Option{Value: v.ID.String(), Label: versionOption(v, r)})
	}
	c.Options = append(c.Options, Option{Value: leaveOut, Label: "not in this release"})
	return c
}

func holds(list []release.VersionRef, id release.ID) bool {
	for _, v := range list {
		if v.ID == id {
			return true
		}
	}
	return false
}

func versionOption(v release.VersionRef, r release.PackPackageRow) string {
	var marks []string
	if r.Newest != nil && r.Newest.ID == v.ID {
		marks = append(marks, "newest")
	}
	if r.Current != nil && r.Current.ID == v.ID {
		marks = append(marks, "current")
	}
	label := VersionLabel(&v)
	if len(marks) > 0 {
		label += " · " + strings.Join(marks, ", ")
	}
	return label + overrideWords(&v)
}

// DiscardDraft asks before a draft is thrown away.
func DiscardDraft(w Wizard) Confirm {
	return Confirm{
		Title: "Discard the draft?", Button: "Discard the draft", Danger: true,
		Text: "The chosen versions, the release's version and its notes are thrown away: " + ChangesText(w.Draft.Contents) +
			". What accounts run stays as it is. This can't be undone.",
		Action: w.path("discard"), Hidden: map[string]string{"revision": Plain(w.Draft.Revision)},
		CancelHref: hrefPack(w.Pack.ID), Errors: w.Errors,
	}
}

// Plain is a number for a form, without separators.
func Plain(n int) string { return fmt.Sprint(n) }
