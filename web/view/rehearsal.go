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

// rehearsalLook is how a kind of move looks and reads.
func rehearsalLook(k release.RehearsalKind) (word string, tone Tone, icon string) {
	switch k {
	case release.RehearsalUpgrade:
		return "upgrade", Blue, "arrow-up"
	case release.RehearsalDowngrade:
		return "downgrade", Amber, "arrow-down"
	case release.RehearsalOffer:
		return "can install it", Grey, "plus"
	default:
		return "unchanged", Grey, "equal"
	}
}

// Happens says what a move does, for exports.
func (p Rehearsal) Happens(m release.RehearsalMove) string {
	if m.Stays {
		return "runs it already"
	}
	word, _, _ := rehearsalLook(m.Kind)
	return word
}

// ToDo says what a move asks of those whom it reaches, each thing in a sentence.
func (p Rehearsal) ToDo(m release.RehearsalMove) string {
	var parts []string
	for _, s := range m.Steps {
		if s.From != nil && s.To == nil {
			parts = append(parts, s.DisplayName+" is removed")
		}
		if s.Found == nil {
			continue
		}
		for _, ch := range s.Found.Breaks {
			parts = append(parts, s.DisplayName+": "+changeSentence(ch))
		}
		if more := s.Found.Breaking - len(s.Found.Breaks); more > 0 {
			parts = append(parts, s.DisplayName+": "+Number(more)+" more")
		}
	}
	return strings.Join(parts, "; ")
}

// asksWords says what a move asks, in few words; empty for nothing.
func asksWords(m release.RehearsalMove) string {
	demands, breaks := m.Asks()
	var parts []string
	if demands > 0 {
		parts = append(parts, Counted(demands, "setting")+" to fill in")
	}
	if breaks > 0 {
		other := ""
		if demands > 0 {
			other = "other "
		}
		parts = append(parts, Number(breaks)+" "+other+Plural(breaks, "breaking change"))
	}
	return strings.Join(parts, ", ")
}

// ExportInstant is the move's instant for exports: RFC 3339 in UTC, or in words what is no instant.
func (p Rehearsal) ExportInstant(m release.RehearsalMove) string {
	switch {
	case m.Stays:
		return ""
	case p.When.At == nil:
		return "at the click"
	default:
		return machineTime(*p.When.At)
	}
}

// ExportClock is the move's instant on a zone's clock, with its distance from UTC.
func (p Rehearsal) ExportClock(m release.RehearsalMove, zone *time.Location) string {
	if m.Stays || p.When.At == nil {
		return ""
	}
	return p.When.At.In(orUTC(zone)).Format("2006-01-02 15:04 -07:00")
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

// mostWithout is how many accounts without the pack were counted one by one.
const mostWithout = 1000

// cappedAmount is an amount that was counted up to most.
func cappedAmount(n int64, most int, noun string) string {
	if n > int64(most) {
		return "more than " + Counted(most, noun)
	}
	return Amount(n, noun)
}

// obstacleLink leads to where an obstacle is mended.
func (p Rehearsal) obstacleLink(e *release.Error) (label, href string) {
	step := hrefPack(p.Pack.ID) + "/release/"
	switch {
	case errors.Is(e, release.ErrPackEmpty):
		return "Add a package", hrefPack(p.Pack.ID) + "#packages"
	case errors.Is(e, release.ErrNothingChanged):
		return "Choose versions", step + "versions"
	case errors.Is(e, release.ErrContactMissing):
		return "Add a contact", hrefPack(p.Pack.ID) + "/edit#f-support_contact"
	default:
		return "Choose when", step + "when"
	}
}

// obstacleTitle says in a few words what an obstacle means.
func obstacleTitle(e *release.Error) string {
	if errors.Is(e, release.ErrNothingChanged) {
		return "Nothing changes yet"
	}
	return "It can't be released yet"
}

// shownObstacles leaves out what the wizard's own frame says already.
func (p Rehearsal) shownObstacles(inWizard bool) []*release.Error {
	return slices.DeleteFunc(slices.Clone(p.Obstacles), func(e *release.Error) bool {
		return errors.Is(e, release.ErrPendingExists) || (inWizard && errors.Is(e, release.ErrContactMissing))
	})
}

func (p Rehearsal) wizard() Wizard { return Wizard{Pack: p.Pack, Draft: p.Next, Clock: p.Clock} }

func (p Rehearsal) listHref(param, value string) string {
	return With(p.Path, nil, param, value) + "#attachments"
}

func (p Rehearsal) older() string {
	if !p.Older {
		return ""
	}
	return With(p.Path, p.Query, "before", p.Rows[len(p.Rows)-1].ID.String()) + "#attachments"
}

func (p Rehearsal) newest() string {
	if p.Before.IsZero() {
		return ""
	}
	return Without(p.Path, p.Query) + "#attachments"
}

// csvHref leads to the export, which the wizard's step has not of its own.
func (p Rehearsal) csvHref() string {
	path := hrefPack(p.Pack.ID) + "/release/rehearsal.csv"
	if !p.draft() {
		path = hrefRelease(p.Next.ID) + "/rehearsal.csv"
	}
	return Without(path, p.Query)
}

func (p Rehearsal) narrowedBy() []Chip {
	var chips []Chip
	if p.Search != "" {
		chips = append(chips, Chip{Param: "q", Label: "Name", Text: p.Search})
	}
	if p.Runs != "" {
		chips = append(chips, Chip{Param: "runs", Label: "Runs now", Text: optionLabelOf(p.runsOptions(), string(p.Runs))})
	}
	if p.Does != "" {
		chips = append(chips, Chip{Param: "does", Label: "What happens", Text: optionLabelOf(doesOptions(), string(p.Does))})
	}
	return chips
}

func optionLabelOf(options []Option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}

func (p Rehearsal) runsOptions() []Option {
	options := []Option{{Value: "", Label: "Any release"}}
	current, trial := "The current release", "The release in testing"
	for _, m := range p.Moves {
		switch {
		case m.From == nil:
		case m.Tries:
			trial = ReleaseLabel(m.From) + ", which they try"
		default:
			current = ReleaseLabel(m.From)
		}
	}
	return append(options,
		Option{Value: string(release.RehearsalRunsCurrent), Label: current}, Option{Value: string(release.RehearsalRunsTrial), Label: trial})
}

func doesOptions() []Option {
	return []Option{
		{Value: "", Label: "Anything"},
		{Value: string(release.RehearsalUpgrade), Label: "Upgrade"},
		{Value: string(release.RehearsalDowngrade), Label: "Downgrade"},
		{Value: string(release.RehearsalUnchanged), Label: "Unchanged"},
	}
}

// noneWords say why the list is empty.
func (p Rehearsal) noneWords() string {
	switch {
	case p.Fitting == 0 && p.Does != "":
		return "This release means “" + optionLabelOf(doesOptions(), string(p.Does)) + "” for nobody among these."
	case p.Fitting == 0 && p.Runs == release.RehearsalRunsTrial:
		return "Nobody tries a release now."
	case p.Search != "":
		return "No attachment or account among these has “" + p.Search + "” in its name."
	default:
		return "There is nothing beyond this point of the list."
	}
}

func (p Rehearsal) countWords() string {
	words := Counted(len(p.Rows), "attachment") + " on this page, newest first"
	if p.Search == "" {
		words = Number(len(p.Rows)) + " of " + Amount(p.Fitting, "attachment") + ", newest first"
	}
	return words
}

// replaceWords say what becomes of the release in testing (R15).
func (p Rehearsal) replaceWords() string {
	label, tries := ReleaseLabel(p.Replaces), int(p.Impact.OptIns)
	text := "If this one is released at once, " + label + " is replaced and its testing ends."
	if tries > 0 {
		text += " The " + Counted(tries, "attachment") + " that " + Plural(tries, "tries/try") + " it " + Plural(tries, "runs/run") + " this release like all others."
	}
	return text
}

// moveWords say how a move comes about.
func (p Rehearsal) moveWords(m release.RehearsalMove) string {
	switch {
	case m.Stays:
		return "They run it already, and go on."
	case m.Kind == release.RehearsalOffer:
		return "They have nothing installed, and get it when they install the pack."
	case m.Kind == release.RehearsalUnchanged:
		return "The same versions of all packages."
	case m.Kind == release.RehearsalDowngrade && len(m.GoesBack()) == 0:
		return "The release's own version is lower; no package goes back."
	case m.Kind == release.RehearsalDowngrade:
		var names []string
		for _, row := range m.GoesBack() {
			names = append(names, row.DisplayName)
		}
		return "Back to lower versions: " + List(names, 3) + "."
	case m.Tries:
		return "Their opt-in ends, and they run it like all others."
	default:
		return ChangesText(m.Contents) + "."
	}
}

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
