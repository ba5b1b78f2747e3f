package view

import (
	"time"

	"packtide/release"
)

// ReleaseDetail is one release whole, as its publisher and staff see it.
type ReleaseDetail struct {
	Release    release.ReleaseView
	Pack       *release.PackView // nil: the pack was deleted
	Days       []DayCount
	Problems   []FieldError
	Clock      Clock
	Evidence   []release.EvidenceRow // of a decided release
	MayPublish bool
	Site       bool
}

// DayCount is a number on a day of UTC.
type DayCount struct {
	Day time.Time
	N   int
}

func (d ReleaseDetail) label() string { return ReleaseLabel(&d.Release.ReleaseRef) }

func (d ReleaseDetail) zone() *time.Location { return Zone(d.Release.PublisherZone) }

func (d ReleaseDetail) pending() bool { return d.Release.State == release.Pending }

// total is how many attachments could try the release; 0 where that is past.
func (d ReleaseDetail) total() int {
	if d.Pack == nil || !d.pending() {
		return 0
	}
	return int(d.Pack.Attachments)
}

func (d ReleaseDetail) triedWords() string {
	if d.total() > 0 {
		return Number(int(d.Release.OptIns)) + " of " + Amount(int64(d.total()), "attachment") + " tried it"
	}
	return Amount(d.Release.OptIns, "attachment") + " tried it"
}

// curve is the adoption of the release over its testing period.
func (d ReleaseDetail) curve() Curve {
	r := d.Release
	if r.TestingSince == nil {
		return Curve{}
	}
	return testingCurve(r.ReleaseRef, d.Days, d.total(), d.zone(), d.Clock.Now)
}

// testingCurve draws the opt-ins of a testing period, which has begun, up to now or its end.
func testingCurve(r release.ReleaseRef, days []DayCount, most int, zone *time.Location, now time.Time) Curve {
	until, end := now, now
	switch {
	case r.TestingUntil != nil:
		until, end = *r.TestingUntil, *r.TestingUntil
	case r.DueAt != nil && r.DueAt.After(now):
		end = *r.DueAt
	}
	return NewCurve(days, *r.TestingSince, until, end, most, zone, now)
}

// RescheduleForm moves a release in testing to another date (R20).
type RescheduleForm struct {
	Release release.ReleaseView
	Date    string
	Reason  string
	Errors  []FieldError
	Month   Month
	Impact  release.Impact
	Preview *MidnightPreview
	Clock   Clock
}

func (f RescheduleForm) path() string { return hrefRelease(f.Release.ID) + "/reschedule" }

func (f RescheduleForm) dayField() Field {
	return Field{
		Name: "date", Label: "New date", Value: f.Date, Error: errorOn(f.Errors, "date"),
		Hint:  "It applies at the first instant of that day in " + City(Zone(f.Release.PublisherZone)) + ". The earliest is tomorrow there.",
		Attrs: refreshes(f.path(), "#when-preview"),
	}
}

// Withdraw asks before a release in testing is taken back (R20).
func Withdraw(w WaysOut) Confirm {
	return Confirm{
		Title: "Withdraw " + w.label() + "?", Text: w.Back(), Danger: true, Button: "Withdraw " + w.label(),
		Reason: &Field{Name: "reason", Label: "Reason", Hint: "Account admins and the audit show it.", Rows: 3, MaxLength: 1000},
		Action: hrefRelease(w.Release.ID) + "/withdraw", CancelHref: hrefRelease(w.Release.ID),
	}
}

// WithdrawnWords tell what a withdrawal has done.
func WithdrawnWords(r release.ReleaseView) string {
	text := ReleaseLabel(&r.ReleaseRef) + " is withdrawn."
	if r.Base != nil && r.OptIns > 0 {
		text += " " + Amount(r.OptIns, "attachment") + " " + Plural(int(r.OptIns), "runs/run") + " " + ReleaseLabel(r.Base) + " again."
	}
	return text
}
