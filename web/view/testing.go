package view

import (
	"net/url"
	"time"

	"packtide/release"
)

// TestingBoard is the page of a testing period, while it runs and as a record afterwards.
type TestingBoard struct {
	ReleaseDetail // Days is the adoption
	Counts        release.TestingCounts
	Said          release.FeedbackCounts
	Tried         []release.AttachmentRow // the newest few
	Waiting       []release.AttachmentRow
	NotLooked     release.NotLooked // the first few
	Stream        FeedbackStream
	More          bool // there is more feedback than Stream shows
}

// TestingFeedback is all feedback on a release, or that of one verdict.
type TestingFeedback struct {
	Release release.ReleaseView
	Said    release.FeedbackCounts
	Verdict release.Verdict
	Stream  FeedbackStream
	Newer   string // addresses of the pages beside this one; empty at the ends
	Older   string
}

// TestingNotLooked is all accounts that have not looked at what a release in testing brings.
type TestingNotLooked struct {
	Release release.ReleaseView
	Counts  release.TestingCounts
	Page    release.NotLooked
	Pages   NamePage
	Site    bool
}

// HrefTesting is the board of a release's testing period, or a list of it.
func HrefTesting(id release.ID, list string) string {
	href := hrefRelease(id) + "/testing"
	if list != "" {
		href += "/" + list
	}
	return href
}

func hrefSaid(id release.ID, v release.Verdict) string {
	if v == "" {
		return HrefTesting(id, "feedback")
	}
	return With(HrefTesting(id, "feedback"), nil, "verdict", string(v))
}

// notLooked is how many accounts have not looked.
func notLooked(c release.TestingCounts) int { return int(max(0, c.Accounts-c.Looked)) }

func (b TestingBoard) tried() int { return int(b.Counts.Tried) }

func (b TestingBoard) waiting() int { return int(max(0, b.Counts.Attachments-b.Counts.Tried)) }

// ways are the decisions on the release, by the pack's numbers.
func (b TestingBoard) ways() WaysOut {
	w := WaysOut{Release: b.Release}
	if b.Pack != nil {
		w.Impact = release.Impact{Attachments: b.Pack.Attachments, Accounts: b.Pack.Accounts, OptIns: b.Pack.OptIns}
	}
	return w
}

func (b TestingBoard) first() bool { return b.Release.Base == nil }

// endWords say how a testing period that is over has ended.
func (b TestingBoard) endWords() string {
	switch b.Release.State {
	case release.Withdrawn:
		return "when " + b.label() + " was withdrawn: " + b.Release.Reason
	case release.Superseded:
		return "when another release was made at once."
	default:
		return "at its midnight, and " + b.label() + " was applied to all."
	}
}

// triedWords are the numbers of a testing period that is over.
func (b TestingBoard) triedWords() string {
	if b.first() {
		return "As the first release it could not be tried."
	}
	return Number(b.tried()) + " of " + Amount(b.Counts.Attachments, "attachment") + " tried it, and " +
		Amount(b.Counts.Looked, "account") + " had looked at what it brings."
}

// curve goes up to the attachments of the pack, those of then for a testing period that is over.
func (b TestingBoard) curve() Curve {
	return testingCurve(b.Release.ReleaseRef, b.Days, int(b.Counts.Attachments), b.zone(), b.Clock.Now)
}

// saidStats are the verdicts, by the newest of each attachment.
func saidStats(r release.ReleaseView, c release.FeedbackCounts) []Stat {
	return []Stat{
		{Label: "Works", Value: Number(int(c.Works)), Href: hrefSaid(r.ID, release.VerdictWorks), Sub: Plural(int(c.Works), "attachment")},
		{Label: "Blocked", Value: Number(int(c.Blocked)), Href: hrefSaid(r.ID, release.VerdictBlocked), Sub: Plural(int(c.Blocked), "attachment")},
		{Label: "Waiting for an answer", Value: Number(int(c.Unanswered)), Sub: "blocked, not answered"},
	}
}

// newsPath asks for feedback that is newer than what is shown.
func (b TestingBoard) newsPath() string {
	since := release.ID{}
	if len(b.Stream.Rows) > 0 {
		since = b.Stream.Rows[0].ID
	}
	return HrefTesting(b.Release.ID, "feedback") + "?since=" + url.QueryEscape(since.String())
}

func (f TestingFeedback) tabs() []Tab {
	count := func(n int64) *int { i := int(n); return &i }
	tab := func(label string, v release.Verdict, n *int) Tab {
		return Tab{Href: hrefSaid(f.Release.ID, v), Label: label, Current: f.Verdict == v, Count: n}
	}
	return []Tab{
		tab("All", "", count(f.Said.All)), tab("Blocked", release.VerdictBlocked, nil), tab("Works", release.VerdictWorks, nil),
	}
}

// TestingFeedbackHead is the frame of that page.
func TestingFeedbackHead(f TestingFeedback) Page {
	label := ReleaseLabel(&f.Release.ReleaseRef)
	return Page{
		Title: "What accounts say of " + f.Release.PackName + " " + label,
		Lede: "From attachments that try it. The newest word of each counts: it works on " + Number(int(f.Said.Works)) + ", and is blocked on " +
			Number(int(f.Said.Blocked)) + ".",
		Tabs: f.tabs(),
	}
}

// saidEmpty is the sentence where nothing was said yet.
func saidEmpty(r release.ReleaseView, v release.Verdict) string {
	switch {
	case v != "":
		return "No feedback on " + ReleaseLabel(&r.ReleaseRef) + " says that it " + map[release.Verdict]string{release.VerdictWorks: "works", release.VerdictBlocked: "is blocked"}[v] + "."
	case r.State != release.Pending:
		return "Nobody gave feedback while " + ReleaseLabel(&r.ReleaseRef) + " was in testing."
	default:
		return "Nobody has given feedback yet. Account admins write it on the page of an attachment that tries " + ReleaseLabel(&r.ReleaseRef) + ", and it appears here at once."
	}
}

// hrefBaseOf are an account's attachments of a pack.
func hrefBaseOf(pack, account release.ID) string {
	return hrefBase(pack, "") + "&account=" + account.String()
}

func triedSince(a release.AttachmentRow) time.Time {
	if a.OptedInAt == nil {
		return a.AttachedAt
	}
	return *a.OptedInAt
}

// NotLookedSentence is the lede of that list.
func NotLookedSentence(p TestingNotLooked) string {
	label := ReleaseLabel(&p.Release.ReleaseRef)
	if p.Release.State != release.Pending {
		return "The testing period of " + label + " is over. " + Amount(p.Counts.Looked, "account") + " had looked at what it brings."
	}
	n := notLooked(p.Counts)
	return Number(n) + " of " + Amount(p.Counts.Accounts, "account") + " with the pack " + Plural(n, "has/have") + " not opened what " + label +
		" brings. They get it all the same when it applies."
}
