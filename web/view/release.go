package view

import (
	"time"

	"packtide/release"
)

// ReleaseInstant is when the release's present state began, or, while it is pending, will end: what lists show beside it.
func ReleaseInstant(r release.ReleaseRef) *time.Time {
	switch {
	case r.State == release.Pending:
		return r.DueAt
	case r.ReleasedAt != nil:
		return r.ReleasedAt
	default:
		return r.TestingUntil
	}
}

// Changed are the rows in which anything happens.
func Changed(contents []release.ContentRow) []release.ContentRow {
	var changed []release.ContentRow
	for _, c := range contents {
		if ChangeOf(c.From, c.To) != ChangeNone {
			changed = append(changed, c)
		}
	}
	return changed
}

// ChosenDay is a planned date in words, "Tue 1 Dec", with the year when it is not this year's.
func ChosenDay(d release.Date, zone *time.Location, now time.Time) string {
	return Day(time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, orUTC(zone)), zone, now)
}

// Amount is Counted for the counts of the database.
func Amount(n int64, noun string) string { return Counted(int(n), noun) }
