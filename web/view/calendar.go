package view

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"packtide/release"
)

// The views of a calendar.
const (
	CalendarMonth = "month"
	CalendarList  = "list"
)

const (
	calendarLanes = 4 // testing periods drawn beside each other in a week
	calendarMarks = 5 // releases drawn on a day
)

// CalendarPage is a month of releases.
type CalendarPage struct {
	First   release.Date // of the month
	View    string
	Query   url.Values // whose calendar it is, for staff
	Entries []release.CalendarEntry
	More    bool // there are more than are shown
	Clock   Clock
	Own     release.ID // the account whose packs are its own; zero for none
	Site    bool
}

// CalendarMarkKind tells what is drawn on a day.
type calendarMark struct {
	release.CalendarEntry
	yours bool // the day is that of the reader's clock alone
}

// calendarBar is a stretch of a testing period within one week: from is the day of the week on which it begins, 0 for Monday.
type calendarBar struct {
	release.CalendarEntry
	from, days int
}

type calendarDay struct {
	date    release.Date
	outside bool // of the month
	today   bool // on the reader's clock
	marks   []calendarMark
	hidden  int // marks that are not drawn
	lanes   []calendarLane
	crowded int // testing periods that begin on the day, or are going on at the week's beginning, and have no line of their own
}

// calendarLane is one line of testing periods on a day: the beginning of one within the week, its going on, or nothing.
type calendarLane struct {
	bar    *calendarBar
	begins bool
	ends   bool
}

func (d calendarDay) empty() bool {
	return len(d.marks) == 0 && d.crowded == 0 && !slices.ContainsFunc(d.lanes, func(l calendarLane) bool { return l.begins })
}

// CalendarTitle is the question that the page answers.
func (p CalendarPage) CalendarTitle() string { return "What is released in " + p.monthName() + "?" }

func (p CalendarPage) monthName() string { return noonOf(p.First).Format("January 2006") }

func noonOf(d release.Date) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC)
}

// CalendarSpan is the stretch of days that a month's page draws: whole weeks from Monday to Sunday.
func CalendarSpan(first release.Date) (from, until release.Date) {
	lead := (int(noonOf(first).Weekday()) + 6) % 7
	last := release.DateOf(noonOf(first).AddDate(0, 1, -1), time.UTC)
	tail := (7 - int(noonOf(last).Weekday())) % 7
	return first.AddDays(-lead), last.AddDays(tail)
}

// weeks lays the month out with all that happens on its days.
func (p CalendarPage) weeks() [][]calendarDay {
	from, until := CalendarSpan(p.First)
	today := release.DateOf(p.Clock.Now, orUTC(p.Clock.Zone))
	marks := p.marks()
	var weeks [][]calendarDay
	for monday := from; monday.Compare(until) <= 0; monday = monday.AddDays(7) {
		week := make([]calendarDay, 7)
		lanes, crowded := p.lanes(monday)
		for i := range week {
			d := calendarDay{date: monday.AddDays(i), marks: marks[monday.AddDays(i)], lanes: lanes[i], crowded: crowded[i]}
			d.outside, d.today = d.date.Month != p.First.Month, d.date == today
			if over := len(d.marks) - calendarMarks; over > 0 {
				d.marks, d.hidden = d.marks[:calendarMarks], over
			}
			week[i] = d
		}
		weeks = append(weeks, week)
	}
	return weeks
}

// marks are the releases by day: that of the publisher's clock, and that of the reader's where it is another.
func (p CalendarPage) marks() map[release.Date][]calendarMark {
	marks := map[release.Date][]calendarMark{}
	for _, e := range p.Entries {
		day := calendarDayOf(e)
		marks[day] = append(marks[day], calendarMark{CalendarEntry: e})
		if e.State == release.Draft {
			continue
		}
		if yours := release.DateOf(e.At(), orUTC(p.Clock.Zone)); yours != day {
			marks[yours] = append(marks[yours], calendarMark{e, true})
		}
	}
	return marks
}

// calendarDayOf is the day of a release on its publisher's clock.
func calendarDayOf(e release.CalendarEntry) release.Date {
	if e.State == release.Draft && e.DueOn != nil {
		return *e.DueOn
	}
	return release.DateOf(e.At(), Zone(e.ZoneName()))
}

// testingDays are the first and the last day of a testing period, on the publisher's clock. The one that ends at midnight
// ends with the day before.
func testingDays(e release.CalendarEntry) (from, until release.Date, ok bool) {
	if e.TestingSince == nil {
		return from, until, false
	}
	zone, end := Zone(e.ZoneName()), e.At()
	if e.TestingUntil != nil && e.TestingUntil.Before(end) {
		end = *e.TestingUntil
	}
	if end.After(*e.TestingSince) {
		end = end.Add(-time.Nanosecond)
	}
	return release.DateOf(*e.TestingSince, zone), release.DateOf(end, zone), true
}

// lanes places the testing periods of a week under each other, so that each keeps its line from day to day. Those that have no
// line are counted on the day on which theirs would begin.
func (p CalendarPage) lanes(monday release.Date) (days [7][]calendarLane, crowded [7]int) {
	var free []int // the day from which a lane is free
	for _, b := range p.bars(monday) {
		lane := slices.IndexFunc(free, func(day int) bool { return day <= b.from })
		if lane < 0 {
			if len(free) == calendarLanes {
				crowded[b.from]++
				continue
			}
			lane, free = len(free), append(free, 0)
		}
		free[lane] = b.from + b.days
		for i := range b.days {
			day := b.from + i
			for len(days[day]) <= lane {
				days[day] = append(days[day], calendarLane{})
			}
			days[day][lane] = calendarLane{bar: &b, begins: i == 0, ends: i == b.days-1}
		}
	}
	return days, crowded
}

// bars are the testing periods of a week, the earliest first.
func (p CalendarPage) bars(monday release.Date) []calendarBar {
	var bars []calendarBar
	sunday := monday.AddDays(6)
	for _, e := range p.Entries {
		from, until, ok := testingDays(e)
		if !ok || until.Before(monday) || sunday.Before(from) {
			continue
		}
		b := calendarBar{CalendarEntry: e}
		for b.from = 0; monday.AddDays(b.from).Before(from); b.from++ {
		}
		for b.days = 1; b.from+b.days < 7 && monday.AddDays(b.from+b.days).Compare(until) <= 0; b.days++ {
		}
		bars = append(bars, b)
	}
	slices.SortStableFunc(bars, func(a, b calendarBar) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.days, a.days))
	})
	return bars
}

// listed are the releases that have to do with a day of the month.
func (p CalendarPage) listed() []release.CalendarEntry {
	last := release.DateOf(noonOf(p.First).AddDate(0, 1, -1), time.UTC)
	var list []release.CalendarEntry
	for _, e := range p.Entries {
		from, until := calendarDayOf(e), calendarDayOf(e)
		if since, _, ok := testingDays(e); ok {
			from = since
		}
		if !until.Before(p.First) && !last.Before(from) {
			list = append(list, e)
		}
	}
	return list
}

// CalendarLede says how much there is.
func (p CalendarPage) CalendarLede() string {
	count := map[release.State]int{}
	for _, e := range p.listed() {
		count[e.State]++
	}
	var parts []string
	for _, c := range []struct {
		state release.State
		words string
	}{{release.Pending, "in testing"}, {release.Released, "released"}, {release.Withdrawn, "withdrawn"}, {release.Superseded, "replaced while in testing"}, {release.Draft, "being prepared"}} {
		if n := count[c.state]; n > 0 {
			parts = append(parts, Number(n)+" "+c.words)
		}
	}
	if len(parts) == 0 {
		return "Nothing is scheduled, in testing or was released in this month."
	}
	return "Releases of this month: " + List(parts, 0) + "."
}

// href leads to the release, as the reader may see it.
func (p CalendarPage) href(e release.CalendarEntry) string {
	own := p.Site || e.PublisherID == p.Own
	switch {
	case own && e.State == release.Draft && p.Site:
		return hrefPack(e.PackID)
	case own && e.State == release.Draft:
		return hrefPack(e.PackID) + "/release/when"
	case own:
		return hrefRelease(e.ID)
	case e.State == release.Pending || e.State == release.Released:
		return "/catalogue/" + e.PackID.String() + "/releases/" + e.ID.String()
	default:
		return "/catalogue/" + e.PackID.String()
	}
}

// calendarName is a release's name: its pack and its version.
func calendarName(e release.CalendarEntry) string {
	if label := ReleaseLabel(&e.ReleaseRef); label != "" {
		return e.PackName + " " + label
	}
	return e.PackName + ", next release"
}

// barWords say what a testing period's line means, to those who hear it too.
func (p CalendarPage) barWords(b calendarBar) string {
	e := b.CalendarEntry
	end, zone := e.At(), Zone(e.ZoneName())
	if e.TestingUntil != nil {
		end = *e.TestingUntil
	}
	return calendarName(e) + " in testing until " + DateTime(end, zone, p.Clock.Now) + " " + City(zone)
}

// path is the address of a month in a view, of the same calendar.
func (p CalendarPage) path(first release.Date, view string) string {
	q := url.Values{}
	maps.Copy(q, p.Query)
	q.Set("month", noonOf(first).Format("2006-01"))
	if view == CalendarList {
		q.Set("view", view)
	}
	return "/calendar?" + q.Encode()
}

func (p CalendarPage) earlier() release.Date {
	return release.DateOf(noonOf(p.First).AddDate(0, -1, 0), time.UTC)
}

func (p CalendarPage) later() release.Date {
	return release.DateOf(noonOf(p.First).AddDate(0, 1, 0), time.UTC)
}

// thisMonth is the first day of the reader's month.
func (p CalendarPage) thisMonth() release.Date {
	d := release.DateOf(p.Clock.Now, orUTC(p.Clock.Zone))
	d.Day = 1
	return d
}

// CalendarTabs lead from one view of the month to the other.
func (p CalendarPage) CalendarTabs() []Tab {
	return []Tab{
		{Href: p.path(p.First, CalendarMonth), Label: "Month", Current: p.View != CalendarList},
		{Href: p.path(p.First, CalendarList), Label: "List", Current: p.View == CalendarList},
	}
}

func (d calendarDay) spoken() string { return noonOf(d.date).Format("Monday 2 January 2006") }

func (d calendarDay) class() string {
	classes := []string{"cal-day"}
	for _, c := range []struct {
		name string
		is   bool
	}{{"outside", d.outside}, {"today", d.today}, {"nothing", d.empty()}} {
		if c.is {
			classes = append(classes, c.name)
		}
	}
	return strings.Join(classes, " ")
}

// CalendarFeedSetting is an account's calendar address in the settings.
type CalendarFeedSetting struct {
	Kind   release.FeedKind
	Since  *time.Time // nil: there is none
	By     string
	MayAct bool
}

// MadeFeed is an address that was just made; it is shown this once.
type MadeFeed struct {
	Kind release.FeedKind
	URL  string
}

// feedWords say what a feed tells of.
func feedWords(k release.FeedKind) string {
	if k == release.FeedPublisher {
		return "The releases of your packs"
	}
	return "The releases of the packs that your account has installed or may install"
}

// FeedRevoke is the question before an address ends.
func FeedRevoke(k release.FeedKind) Confirm {
	return Confirm{
		Title: "Revoke the calendar address?", Button: "Revoke the address", Danger: true,
		Text:   feedWords(k) + " vanish from every calendar that reads the address. A new one can be made at any time.",
		Action: "/settings/calendar/revoke", Hidden: map[string]string{"kind": string(k)}, CancelHref: "/settings#calendar",
	}
}
