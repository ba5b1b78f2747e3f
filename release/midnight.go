package release

import (
	"errors"
	"fmt"
	"time"
)

// ErrNoSuchDate is matched by a *NoSuchDateError.
var ErrNoSuchDate = errors.New("the date does not exist in the time zone")

// NoSuchDateError refuses a date that a zone's clocks left out, as those of Pacific/Apia
// did with 2011-12-30 when Samoa moved to the other side of the date line.
type NoSuchDateError struct {
	Date Date
	Zone string
	Next Date // the next date that exists in the zone
}

func (e *NoSuchDateError) Error() string {
	return fmt.Sprintf("%s does not exist in %s: the calendar there skipped that day. The next date is %s.",
		e.Date, e.Zone, e.Next)
}

// Is makes errors.Is(err, ErrNoSuchDate) true.
func (e *NoSuchDateError) Is(target error) bool { return target == ErrNoSuchDate }

// FirstInstant returns the first instant of the date in the zone, in UTC (R17): no earlier
// instant has that date there. It is midnight, save where clocks jump over midnight (then
// the first instant after the jump); where midnight occurs twice, it is the first. Where a
// date begins, is interrupted by the day before and begins again, it is the first beginning.
// It refuses a date that the zone skipped with a *NoSuchDateError, and a value that is no
// date of the calendar with ErrDateForm.
func FirstInstant(date Date, zone *time.Location) (time.Time, error) {
	if date.AddDays(0) != date {
		return time.Time{}, ErrDateForm.With("%s is not a date. Give one like 2027-01-31.", date)
	}
	if at, ok := firstInstant(date, zone); ok {
		return at, nil
	}
	next := date.AddDays(1)
	for !exists(next, zone) {
		next = next.AddDays(1)
	}
	return time.Time{}, &NoSuchDateError{Date: date, Zone: zone.String(), Next: next}
}

// EarliestDate returns the first date that can be scheduled at now by someone in the zone
// (R16): tomorrow. It passes over a date that the zone skips, and over one whose first
// instant is gone although today is the day before, which happens where clocks go back over
// midnight: a release must have a testing period.
func EarliestDate(now time.Time, zone *time.Location) Date {
	date := DateOf(now, zone).AddDays(1)
	for {
		if at, ok := firstInstant(date, zone); ok && at.After(now) {
			return date
		}
		date = date.AddDays(1)
	}
}

// day is the time between two midnights of a clock that nobody moves.
const day = 24 * time.Hour

// reach is how far from midnight UTC of a date an instant of that date is looked for. The
// widest offset ever in the tz database is below 16 hours, its widest shift is 24.
const reach = 2 * day

// firstInstant looks for the date in each stretch of time during which the zone kept one
// offset, in order of time. Within such a stretch the date is where UTC's is, shifted by the
// offset, so the answer is exact without trying instants.
func firstInstant(date Date, zone *time.Location) (time.Time, bool) {
	midnight := time.Date(date.Year, date.Month, date.Day, 0, 0, 0, 0, time.UTC)
	for since := midnight.Add(-reach); since.Before(midnight.Add(reach)); {
		until := offsetEnd(since, zone)
		_, offset := since.In(zone).Zone()
		begins := midnight.Add(-time.Duration(offset) * time.Second)
		first := begins
		if since.After(begins) {
			first = since
		}
		if first.Before(begins.Add(day)) && first.Before(until) {
			return first, true
		}
		since = until
	}
	return time.Time{}, false
}

func exists(date Date, zone *time.Location) bool {
	_, ok := firstInstant(date, zone)
	return ok
}

// offsetEnd returns the end of a stretch of time from t on during which the zone keeps the
// offset that it has at t. The next stretch may have the same offset.
func offsetEnd(t time.Time, zone *time.Location) time.Time {
	_, end := t.In(zone).ZoneBounds()
	switch {
	case end.IsZero(): // no more changes known
		return t.Add(2 * reach)
	case end.After(t):
		return end.UTC()
	default:
		// Beyond the listed changes, where package time computes them from a yearly rule,
		// it takes every year for 365 days long, and says of the last day (UTC) of a leap
		// year that its offset ended before it. That offset holds until the year ends.
		return t.UTC().Truncate(day).Add(day)
	}
}
