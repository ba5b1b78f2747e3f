package view

import (
	"net/url"
	"time"

	"packtide/release"
)

// PastInstallBase is a page of attachments as they were at a moment, with the filter that chose them.
type PastInstallBase struct {
	Query     url.Values // as in the address
	Filter    release.InstallBaseFilter
	Chips     []Chip
	Packs     []Option
	Rows      []release.PastRow
	Older     bool
	Site      bool // the reader sees all publishers
	Clock     Clock
	Past      Past
	Publisher *time.Location // whose packs the list shows; nil: several
}

// PastHead is the head of the page: its question, and the band over it.
func PastHead(p PastInstallBase) Page {
	return Page{
		Title: "What ran where?", Lede: "Every attachment that was installed at that moment, with the release that it ran then. Names are those of today.",
		Band:   p.Past.Band(p.Clock, p.Publisher),
		Search: &Search{Action: "/install-base", Label: "Search attachments, accounts, packs", Value: p.Filter.Query},
	}
}

func (p PastInstallBase) narrowed() bool {
	return p.Filter.Query != "" || p.Filter.State != "" || len(p.Chips) > 0
}

func (p PastInstallBase) older() string {
	if !p.Older {
		return ""
	}
	return With("/install-base", p.Query, "before", p.Rows[len(p.Rows)-1].ID.String())
}

func (p PastInstallBase) newest() string {
	if p.Filter.Before.IsZero() {
		return ""
	}
	return Without("/install-base", p.Query)
}

// only is the address of the list at the same moment, narrowed to one thing.
func (p PastInstallBase) only(param string, id release.ID) string {
	q := url.Values{param: {id.String()}}
	for _, name := range []string{p.Past.Moment.Name, p.Past.Moment.ZoneName} {
		if value := p.Query.Get(name); value != "" {
			q.Set(name, value)
		}
	}
	return "/install-base?" + q.Encode()
}

// cleared is the list at the same moment without its filters.
func (p PastInstallBase) cleared() string {
	return Without("/install-base", p.Query, "q", "pack", "publisher", "account", "release", "state")
}

// attachment leads to the attachment at the same moment.
func (p PastInstallBase) attachment(a release.PastRow) string {
	q := url.Values{p.Past.Moment.Name: {p.Past.Moment.Text}, p.Past.Moment.ZoneName: {p.Past.Moment.In.String()}}
	return attachmentPath(a.ID, "") + "?" + q.Encode()
}

func pastStates() []Option {
	return []Option{
		{Value: "", Label: "Any state"},
		{Value: string(release.StateCurrent), Label: "Ran the current release"},
		{Value: string(release.StateTrying), Label: "Tried a release in testing"},
		{Value: string(release.StateWaiting), Label: "Had not tried the release in testing"},
	}
}

// PastState is the state word of an attachment at a moment.
func PastState(a release.PastRow) State {
	if a.Trying {
		return StateTrying
	}
	return StateCurrent
}

// PastWord is the same as plain text, for exports.
func PastWord(a release.PastRow) string { return WordFor(PastState(a)).Word }

// howText says in a few words how an attachment had come to run a release.
func howText(h release.HistoryRow) string {
	text := map[release.HistoryHow]string{
		release.HowInstalled: "installed", release.HowOptedIn: "opted in", release.HowMidnight: "automatic at midnight",
		release.HowImmediate: "released at once", release.HowUndone: "went back", release.HowWithdrawn: "taken back, withdrawn",
		release.HowDetached: "uninstalled",
	}[h.How]
	if h.Late {
		text += ", late"
	}
	if h.By != "" {
		text += " by " + h.By
	}
	return text
}
