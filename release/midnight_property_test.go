package release_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"packtide/release"
)

// R17, over all zones: the instant maps to the date, and no earlier instant does. The check
// only asks which date an instant has; it shares no arithmetic with FirstInstant.
//
// Dates beside every change of a clock from 1850 to 2050 are searched densely for an earlier
// instant, dates of ordinary days hourly.
func TestFirstInstantOverAllZones(t *testing.T) {
	t.Parallel()
	for _, name := range release.ZoneNames() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			zone := mustZone(t, name)
			if testing.Short() && len(name)%4 != 0 {
				t.Skip("a part of the zones in short mode")
			}
			for _, change := range changes(zone, 1850, 2050) {
				date := release.DateOf(change, zone)
				for n := -1; n <= 1; n++ {
					checkFirstInstant(t, date.AddDays(n), zone, change)
				}
			}
			for _, year := range []int{2024, 2026, 2048} { // two of them leap years, one beyond the listed changes
				for date := (release.Date{Year: year, Month: time.January, Day: 1}); date.Year == year; date = date.AddDays(1) {
					checkFirstInstant(t, date, zone, time.Time{})
				}
			}
			random := rand.New(rand.NewPCG(17, uint64(len(name))))
			for range 50 {
				date := release.Date{Year: 1850, Month: 1, Day: 1}.AddDays(random.IntN(400 * 365))
				checkFirstInstant(t, date, zone, time.Time{})
			}
		})
	}
}

// checkFirstInstant checks one date; change, if any, is an instant around which clocks move.
func checkFirstInstant(t *testing.T, date release.Date, zone *time.Location, change time.Time) {
	t.Helper()
	isDate := func(at time.Time) bool { return release.DateOf(at, zone) == date }
	midnight := time.Date(date.Year, date.Month, date.Day, 0, 0, 0, 0, time.UTC)
	from, until := midnight.Add(-28*time.Hour), midnight.Add(52*time.Hour)

	at, err := release.FirstInstant(date, zone)
	switch {
	case errors.Is(err, release.ErrNoSuchDate):
		at = until
	case err != nil:
		t.Fatalf("%s: %v", date, err)
	case !isDate(at):
		t.Errorf("%s: %s is not on that date", date, at.In(zone))
	case isDate(at.Add(-1)):
		t.Errorf("%s: 1 ns before %s is on that date too", date, at.In(zone))
	}
	search := func(from, until time.Time, step time.Duration) {
		for earlier := from; earlier.Before(until); earlier = earlier.Add(step) {
			if earlier.Before(at) && isDate(earlier) {
				t.Errorf("%s: %s is on that date, before %s", date, earlier.In(zone), at.In(zone))
				return
			}
		}
	}
	search(from, at, time.Hour)
	if !change.IsZero() {
		search(change.Add(-75*time.Minute), change.Add(75*time.Minute), time.Minute)
	}
}

// changes returns the instants at which the zone's offset is another one than before, found
// by sampling the offset alone.
func changes(zone *time.Location, fromYear, untilYear int) []time.Time {
	offset := func(at time.Time) int { _, offset := at.In(zone).Zone(); return offset }
	const step = 60 * time.Hour // shorter than any two changes that undo each other lie apart
	var found []time.Time
	at := time.Date(fromYear, 1, 1, 0, 0, 0, 0, time.UTC)
	before := offset(at)
	for end := time.Date(untilYear+1, 1, 1, 0, 0, 0, 0, time.UTC); at.Before(end); at = at.Add(step) {
		low, high := at, at.Add(step)
		after := offset(high)
		if before == after {
			continue
		}
		for high.Sub(low) > time.Second {
			middle := low.Add(high.Sub(low) / 2).Truncate(time.Second)
			if offset(middle) == before {
				low = middle
			} else {
				high = middle
			}
		}
		found = append(found, high)
		before = after
	}
	return found
}

// The property test is worth nothing if it finds no changes to look at.
func TestChangesAreFound(t *testing.T) {
	t.Parallel()
	found := changes(mustZone(t, "America/Santiago"), 2024, 2024)
	want := []time.Time{
		time.Date(2024, 4, 7, 3, 0, 0, 0, time.UTC),
		time.Date(2024, 9, 8, 4, 0, 0, 0, time.UTC),
	}
	if !slices.EqualFunc(found, want, time.Time.Equal) {
		t.Errorf("%v, want %v", found, want)
	}
}

func FuzzFirstInstant(f *testing.F) {
	names := release.ZoneNames()
	f.Add(0, 0)
	f.Add(len(names)-1, 3_000_000)
	f.Fuzz(func(t *testing.T, zone, days int) {
		if zone < 0 || days < 0 || days > 3_650_000 {
			t.Skip()
		}
		date := release.Date{Year: 1, Month: time.January, Day: 1}.AddDays(days)
		checkFirstInstant(t, date, mustZone(t, names[zone%len(names)]), time.Time{})
	})
}
