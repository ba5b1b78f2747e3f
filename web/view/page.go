package view

import (
	"time"

	"github.com/a-h/templ"
)

// Addresses that the layouts themselves post to.
const (
	PathSwitchAccount = "/switch-account" // form value "account"
	PathSignOut       = "/sign-out"
	PathDemoClock     = "/demo/clock" // form values "action" (one of the DemoAction values) and "back"
)

// Clock is the moment a page is rendered and the zone of the person who reads it. A nil Zone means UTC.
type Clock struct {
	Now  time.Time
	Zone *time.Location
}

// Page is what the layouts show around a page's own content.
type Page struct {
	Title       string          // the question that the page answers; the only h1
	Lede        string          // the answer in a sentence, above the fold
	LedeContent templ.Component // instead of Lede, where the answer holds links or clocks
	Crumbs      []Crumb
	Tabs        []Tab
	Actions     templ.Component // the primary action, right of the title
	Flash       []Flash
	Band        templ.Component // a visible strip over the page, for example "You look at 3 Mar 2026, 14:00 Berlin"

	Viewing  *ViewingBand // support looks as the account's people; on every page while it does
	Path     string       // the page's own address; menus and the demo bar return to it
	Nav      []NavItem
	Accounts []AccountItem // with one account its name is shown; with several, a menu that switches
	Person   Person
	Clock    Clock
	Search   *Search
	Demo     *DemoClock
}

// Crumb is one step of the way from the place to the page; the last one has no Href.
type Crumb struct {
	Href  string
	Label string
}

// Tab is one view of the same thing. Count is shown when it is not nil.
type Tab struct {
	Href    string
	Label   string
	Current bool
	Count   *int
}

// NavItem is one place in the side bar.
type NavItem struct {
	Href    string
	Label   string
	Icon    string
	Current bool
	Count   int // things that need the person; 0 shows nothing
}

// AccountItem is one account that the person may act for.
type AccountItem struct {
	ID      string
	Name    string
	Role    string // in words: "publisher", "admin", "support"
	Current bool
}

// Person is who is signed in.
type Person struct {
	Name  string
	Email string
}

// Search is the box in the top bar. Where no script opens the palette, Ctrl-K focuses it.
type Search struct {
	Action string
	Name   string // of the query parameter; "q" when empty
	Label  string // "Search packs and accounts"
	Value  string
}

// Flash is a message about what was just done, shown once. With a Link, it leads to what it speaks of.
type Flash struct {
	Tone Tone
	Text string
	Link string // the link's words: "Show these 3 attachments"
	Href string
}

// DemoClock is the demo's movable clock. A page outside the demo has none.
type DemoClock struct {
	Now     time.Time
	Zone    *time.Location
	Actions []DemoAction // nil means DemoActions
}

// DemoAction is one way to move the demo's clock.
type DemoAction struct {
	Value string
	Label string
}

// DemoActions are the usual moves.
func DemoActions() []DemoAction {
	return []DemoAction{
		{"before", "Just before midnight"},
		{"after", "Past midnight"},
		{"hour", "+1 hour"},
		{"day", "+1 day"},
	}
}

func (d DemoClock) actions() []DemoAction {
	if d.Actions == nil {
		return DemoActions()
	}
	return d.Actions
}

// account returns the account that acts now; the first one when none is marked.
func (p Page) account() AccountItem {
	for _, a := range p.Accounts {
		if a.Current {
			return a
		}
	}
	if len(p.Accounts) > 0 {
		return p.Accounts[0]
	}
	return AccountItem{}
}

func (s Search) name() string {
	if s.Name == "" {
		return "q"
	}
	return s.Name
}

// documentTitle is the browser's title: the page first, so that tabs can be told apart.
func documentTitle(title string) string {
	if title == "" {
		return "packtide"
	}
	return title + " · packtide"
}
