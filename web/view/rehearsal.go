package view

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"packtide/packfile"
	"packtide/release"
)

// Rehearsal is a page that tells what a release would do, with one page of the attachments that it reaches.
type Rehearsal struct {
	release.Rehearsal
	Pack       release.PackView
	Clashes    []packfile.Finding // between the packages of a draft (R10)
	Clock      Clock
	MayPublish bool
	Path       string // the page's own address
	Query      url.Values

	// What the list is narrowed to.
	Search string
	Runs   release.RehearsalRuns
	Does   release.RehearsalKind
	Before release.ID

	Rows    []release.RehearsalRow
	Older   bool
	Fitting int64 // attachments that Runs and Does fit, whatever their names
}

// Choose reads what the address narrows the list to; a value that can't be is not found.
func (p *Rehearsal) Choose(q url.Values) error {
	p.Search, p.Runs, p.Does = strings.TrimSpace(q.Get("q")), release.RehearsalRuns(q.Get("runs")), release.RehearsalKind(q.Get("does"))
	runs := []release.RehearsalRuns{"", release.RehearsalRunsCurrent, release.RehearsalRunsTrial}
	does := []release.RehearsalKind{"", release.RehearsalUpgrade, release.RehearsalDowngrade, release.RehearsalUnchanged}
	if !slices.Contains(runs, p.Runs) || !slices.Contains(does, p.Does) {
		return release.ErrNotFound
	}
	if key := q.Get("before"); key != "" {
		id, err := release.ParseID(key)
		if err != nil {
			return err
		}
		p.Before = id
	}
	return nil
}

// Zone is the publisher's, or that of the release's date.
func (p Rehearsal) Zone() *time.Location {
	if p.When.Zone != "" {
		return Zone(p.When.Zone)
	}
	return Zone(p.Pack.PublisherZone)
}

// instant is the release's, or, when it comes at the click, now.
func (p Rehearsal) instant() time.Time {
	if p.When.At == nil {
		return p.Clock.Now
	}
	return *p.When.At
}

func (p Rehearsal) draft() bool { return p.Next.State == release.Draft }

// NextLabel names the release that is rehearsed; a draft may have no version yet.
func (p Rehearsal) NextLabel() string {
	if label := ReleaseLabel(&p.Next.ReleaseRef); label != "" {
		return label
	}
	return "next release"
}

// theNext names it in a sentence.
func (p Rehearsal) theNext() string {
	if ReleaseLabel(&p.Next.ReleaseRef) == "" {
		return "the next release"
	}
	return p.NextLabel()
}

// RehearsalHead asks the question that the page answers.
func RehearsalHead(p Rehearsal) Page {
	head := Page{Title: "What would " + p.theNext() + " change for whom?", LedeContent: rehearsalSentence(p)}
	if !p.draft() {
		head.Title = "What happens to whom on " + ChosenDay(p.When.On, p.Zone(), p.Clock.Now) + "?"
	}
	if p.draft() && p.MayPublish {
		head.Actions = LinkButton(Primary, "rocket", "Go on with the release", hrefPack(p.Pack.ID)+"/release/versions")
	}
	return head
}

// Crumbs lead from the pack to the page.
func (p Rehearsal) Crumbs() []Crumb {
	if p.draft() {
		return []Crumb{{Label: "Rehearsal of " + p.theNext()}}
	}
	return []Crumb{{Href: hrefRelease(p.Next.ID), Label: p.NextLabel()}, {Label: "Rehearsal"}}
}

func (p Rehearsal) stats() []Stat {
	changed := len(Changed(p.Next.Contents))
	stats := []Stat{
		{Label: "Attachments", Value: Number(int(p.Impact.Attachments)), Sub: "in " + Amount(p.Impact.Accounts, "account"), Href: hrefBase(p.Pack.ID, "")},
		{Label: "Packages that change", Value: Number(changed), Sub: "of " + Number(len(p.Next.Contents))},
		{Label: "Time zones", Value: Number(len(p.Impact.Zones))},
	}
	switch demands, breaks := p.asksAtMost(); {
	case demands > 0 && breaks > 0:
		stats = append(stats, Stat{Label: "Settings to fill in", Value: Number(demands), Sub: Number(breaks) + " more " + Plural(breaks, "thing breaks/things break")})
	case demands > 0:
		stats = append(stats, Stat{Label: "Settings to fill in", Value: Number(demands), Sub: "nothing else breaks"})
	case breaks > 0:
		stats = append(stats, Stat{Label: "Breaking changes", Value: Number(breaks), Sub: "no setting to fill in"})
	}
	return stats
}

// asksAtMost is the most that any of the moves asks for.
func (p Rehearsal) asksAtMost() (demands, breaks int) {
	for _, m := range p.Moves {
		d, b := m.Asks()
		demands, breaks = max(demands, d), max(breaks, b)
	}
	return demands, breaks
}

// moveID is where the page tells what a move changes.
func moveID(m release.RehearsalMove) string {
	if m.Tries {
		return "from-trying"
	}
	return "from-current"
}

func moveRuns(m release.RehearsalMove) release.RehearsalRuns {
	if m.Tries {
		return release.RehearsalRunsTrial
	}
	return release.RehearsalRunsCurrent
}

// changing are the moves that change what somebody runs.
func (p Rehearsal) changing() []release.RehearsalMove {
	var some []release.RehearsalMove
	for _, m := range p.Moves {
		if m.From != nil && !m.Stays {
			some = append(some, m)
		}
	}
	return some
}

// changedSteps are the packages of a move in which anything happens, what goes back first.
func changedSteps(m release.RehearsalMove) []release.Step {
	var back, rest []release.Step
	for _, s := range m.Steps {
		switch ChangeOf(s.From, s.To) {
		case ChangeNone:
		case ChangeDowngrade:
			back = append(back, s)
		default:
			rest = append(rest, s)
		}
	}
	return append(back, rest...)
}

func (p Rehearsal) without() (n int64) {
	for _, m := range p.Moves {
		if m.Kind == release.RehearsalOffer {
			n = m.Count
		}
	}
	return n
}

// shownObstacles leaves out what the wizard's own frame says already.
func (p Rehearsal) shownObstacles(inWizard bool) []*release.Error {
	return slices.DeleteFunc(slices.Clone(p.Obstacles), func(e *release.Error) bool {
		return errors.Is(e, release.ErrPendingExists) || (inWizard && (errors.Is(e, release.ErrContactMissing) || errors.Is(e, release.ErrEvidenceMissing)))
	})
}

func (p Rehearsal) wizard() Wizard { return Wizard{Pack: p.Pack, Draft: p.Next, Clock: p.Clock} }

// otherThanDemanded is a step without the changes that ask for a value, which stand beside it.
func otherThanDemanded(s release.Step) release.Step {
	found := *s.Found
	found.Breaking -= found.Demands
	found.Breaks = slices.DeleteFunc(slices.Clone(found.Breaks), func(ch packfile.Change) bool { return ch.Demands })
	s.Found = &found
	return s
}

// fewZones is how many time zones are shown before the rest folds away.
const fewZones = 6

// openZones is how many time zones are shown at once: a fold for only a few more would hide more than it saves.
func (p Rehearsal) openZones() int {
	if len(p.Impact.Zones) <= fewZones+3 {
		return len(p.Impact.Zones)
	}
	return fewZones
}
