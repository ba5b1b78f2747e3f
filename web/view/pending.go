package view

import (
	"net/url"
	"strings"
	"time"

	"packtide/packfile"
	"packtide/release"
)

// Fields of the form around the account's attachments.
const (
	PendingField = "attachment" // each attachment that is chosen
	PendingOnly  = "only"       // the one attachment of a row's own button
	PendingAll   = "all"        // all of them

	PendingSpeaker = "say" // of the address: the attachment on which feedback is asked
)

// Pending is a release in testing as one managed account sees it: what it brings, what happens to the account's attachments,
// and what to do about it.
type Pending struct {
	Release release.ReleaseView
	Pack    release.PackView // its numbers are the account's own
	Changes []PackageChanges
	Said    []release.FeedbackRow  // by the account, newest first
	Speaker *release.AttachmentRow // tries the release, and is asked how that does; nil: none

	Rows          []release.AttachmentRow // one page
	State         release.AttachmentState // what the list is narrowed to; empty: all
	Query         string
	List          url.Values // the list's own address
	Newest, Older string

	Chosen  map[release.ID]bool // by a click that was refused
	Errors  []FieldError
	Refusal string // why the click changed nothing

	Admin  bool
	Admins []string // who may act
	Clock  Clock
}

// PackageChanges is what a release changes in one package.
type PackageChanges struct {
	release.ContentRow
	Groups   []packfile.ChangeGroup
	Compared bool // both versions were kept with what they hold
}

// Path is the address of the page.
func (p Pending) Path() string { return pendingPath(p.Release.ID) }

func pendingPath(id release.ID) string { return "/pending/" + id.String() }

func (p Pending) label() string { return ReleaseLabel(&p.Release.ReleaseRef) }

func (p Pending) base() string { return ReleaseLabel(p.Release.Base) }

func (p Pending) publisher() *time.Location { return Zone(p.Release.PublisherZone) }

// all, trying and waiting count the account's attachments.
func (p Pending) all() int     { return int(p.Pack.Attachments) }
func (p Pending) trying() int  { return int(p.Pack.OptIns) }
func (p Pending) waiting() int { return p.all() - p.trying() }

// due tells that the release's midnight has come.
func (p Pending) due() bool { return !p.Release.DueAt.After(p.Clock.Now) }

// Acts tells whether the reader may decide anything now.
func (p Pending) Acts() bool { return p.Admin && !p.due() && p.all() > 0 }

// post is where a form of the list goes: it comes back to the same list.
func (p Pending) post(action string) string {
	return listed(p.Path()+"/"+action, p.List)
}

// PendingList is the page with the list as the address says.
func PendingList(id release.ID, q url.Values) string { return listed(pendingPath(id), q) }

func listed(path string, q url.Values) string {
	kept := url.Values{}
	for _, name := range []string{"state", "q", "before"} {
		if q.Get(name) != "" {
			kept.Set(name, q.Get(name))
		}
	}
	if len(kept) == 0 {
		return path
	}
	return path + "?" + kept.Encode()
}

// feedbackForm asks how the release does on the speaker. The page's primary button, if there is one, tries it elsewhere.
func (p Pending) feedbackForm() FeedbackSpec {
	f := FeedbackSpec{Row: *p.Speaker, Back: p.Path(), Look: Primary}
	if p.waiting() > 0 {
		f.Look = Secondary
	}
	return f
}

// sayPath is the page with the form for the attachment's feedback.
func (p Pending) sayPath(a release.AttachmentRow) string {
	return With(p.Path(), url.Values{}, PendingSpeaker, a.ID.String()) + "#feedback"
}

// dueDay is the publisher's day on which the release applies.
func (p Pending) dueDay() string { return Day(*p.Release.DueAt, p.publisher(), p.Clock.Now) }

// PendingTitle is the question that the page answers.
func PendingTitle(p Pending) string {
	switch n := p.all(); {
	case n == 0:
		return "What does " + p.Release.PackName + " " + p.label() + " bring?"
	case !p.Pack.Multiple:
		return "What happens to " + p.Release.PackName + " on " + p.dueDay() + "?"
	default:
		return "What happens to " + Counted(n, "attachment") + " of " + p.Release.PackName + " on " + p.dueDay() + "?"
	}
}

// allLabel names the button that tries the release on all that wait.
func (p Pending) allLabel() string {
	switch {
	case p.all() == 1:
		return "Try " + p.label() + " now"
	case p.waiting() > release.MostAtOnce:
		return "Try " + p.label() + " on the next " + Number(release.MostAtOnce) + " of " + Number(p.waiting())
	case p.trying() > 0:
		return "Try " + p.label() + " on the other " + Number(p.waiting())
	default:
		return "Try " + p.label() + " on all " + Number(p.waiting())
	}
}

// backLabel names the button that goes back on all that try the release.
func (p Pending) backLabel() string {
	switch {
	case p.trying() == 1:
		return "Go back to " + p.base()
	case p.trying() > release.MostAtOnce:
		return "Go back on the next " + Number(release.MostAtOnce) + " of " + Number(p.trying())
	default:
		return "Go back on all " + Number(p.trying())
	}
}

// tabs are the views of the list.
func (p Pending) tabs() []Tab {
	var tabs []Tab
	for _, t := range []struct {
		state release.AttachmentState
		label string
		count int
	}{{"", "All", p.all()}, {release.StateWaiting, "Not tried", p.waiting()}, {release.StateTrying, "Trying", p.trying()}} {
		href := Without(p.Path(), p.List, "state")
		if t.state != "" {
			kept := url.Values{}
			if p.Query != "" {
				kept.Set("q", p.Query)
			}
			href = With(p.Path(), kept, "state", string(t.state))
		}
		tabs = append(tabs, Tab{Href: href, Label: t.label, Current: t.state == p.State, Count: &t.count})
	}
	return tabs
}

// searchable tells whether the list is long enough to be searched.
func (p Pending) searchable() bool { return p.all() > len(p.Rows) || p.Query != "" || p.State != "" }

func (p Pending) errorText() string { return errorOn(p.Errors, PendingField) }

// lastSaid is the newest feedback on the attachment that the page holds.
func (p Pending) lastSaid(a release.AttachmentRow) *release.FeedbackRow {
	for i, f := range p.Said {
		if f.Attachment == a.ID {
			return &p.Said[i]
		}
	}
	return nil
}

// listedNames is how many things of one sort a line names.
const listedNames = 6

// groupNames are the things of the group, after a colon; empty where they are only counted.
func groupNames(g packfile.ChangeGroup) string {
	if names := g.List(listedNames); names != "" {
		return ": " + names
	}
	return ""
}

// ChangesSummary is what a release changes in a few words, over all its packages: "2 new required parameters, 1 removed
// output". Where nothing was found that anybody relies on, it counts the packages.
func ChangesSummary(changes []PackageChanges, contents []release.ContentRow) string {
	type sort struct {
		event    packfile.Event
		kind     string
		required bool
	}
	var order []sort
	sums := map[sort]*packfile.ChangeGroup{}
	for _, c := range changes {
		for _, g := range c.Groups {
			if !g.Breaking {
				continue
			}
			s := sort{g.Event, g.Kind, g.Required}
			if sums[s] == nil {
				sums[s] = &packfile.ChangeGroup{Event: g.Event, Kind: g.Kind, Required: g.Required, Breaking: true}
				order = append(order, s)
			}
			sums[s].Count += g.Count
		}
	}
	parts := []string{ChangesText(contents)}
	var rest []string
	for _, s := range order {
		if s.required {
			parts = append(parts, sums[s].Text())
		} else {
			rest = append(rest, sums[s].Text())
		}
	}
	return strings.Join(append(parts, rest...), ", ")
}

// TriedWords tells what a click on "try" has done, and what is left to do.
func TriedWords(p *Pending, done int) string {
	text := Counted(done, "attachment") + " now " + Plural(done, "runs/run") + " " + p.label() + "."
	if p.Release.State != release.Pending {
		return Counted(done, "attachment") + " began to try the release; it is no longer in testing."
	}
	if left := p.waiting(); left > 0 && done >= release.MostAtOnce {
		return Number(p.trying()) + " of " + Counted(p.all(), "attachment") + " now run " + p.label() + ". " + Number(left) + " still wait: go on with the next."
	}
	return text + " You can go back until " + ClockText(*p.Release.DueAt, p.publisher(), p.Clock.Zone, p.Clock.Now) + "."
}

// WentBackWords tells what a click on "go back" has done, and what is left to do.
func WentBackWords(p *Pending, done int) string {
	if p.Release.State != release.Pending {
		return Counted(done, "attachment") + " went back; the release is no longer in testing."
	}
	text := Counted(done, "attachment") + " " + Plural(done, "runs/run") + " " + p.base() + " again."
	if left := p.trying(); left > 0 && done >= release.MostAtOnce {
		return text + " " + Number(left) + " still try " + p.label() + ": go on with the next."
	}
	return text
}

// Refused are attachments that stay as they were for one reason.
type Refused struct {
	Names   []string // the first few
	Count   int
	Message string
}

// RefusedWords names what stays as it was, and why.
func RefusedWords(why []Refused) string {
	var parts []string
	for _, w := range why {
		names := List(w.Names, 0)
		if more := w.Count - len(w.Names); more > 0 {
			names = strings.Join(w.Names, ", ") + " and " + Number(more) + " more"
		}
		parts = append(parts, names+" "+Plural(w.Count, "stays as it is/stay as they are")+": "+w.Message)
	}
	return strings.Join(parts, " ")
}

// EndedTesting is the page of a release whose testing period is over.
type EndedTesting struct {
	Ended   release.EndedTesting
	Said    []release.FeedbackRow
	Refusal string
	Clock   Clock
}

// mine says what happened to the account's attachments.
func (p EndedTesting) mine() string {
	e, next := p.Ended, ReleaseLabel(&p.Ended.Next)
	all := "all your " + Number(e.Attachments) + " attachments"
	if e.Attachments == 1 {
		all = "your attachment"
	}
	switch {
	case e.Attachments == 0:
		return "Your account has not installed this pack."
	case e.State == release.Released && e.Tried == 0:
		return "That day " + all + " moved to it."
	case e.State == release.Released && e.Tried == e.Attachments:
		return "By then " + all + " tried it already, and stayed on it."
	case e.State == release.Released:
		return Counted(e.Tried, "attachment") + " of your " + Number(e.Attachments) + " tried it already; the others moved to it then."
	case e.Tried == 0:
		return "None of your attachments tried it: " + all + " ran " + next + " from then on."
	case e.Attachments == 1:
		return "Your attachment tried it until then, and ran " + next + " from then on."
	default:
		return Number(e.Tried) + " of your " + Number(e.Attachments) + " attachments tried it until then; all ran " + next + " from then on."
	}
}
