package release_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // zones also on a machine without zone data

	"packtide/release"
)

// R17: answers worked out by hand or by another implementation of the tz database.
func TestFirstInstant(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ why, zone, date, want string }{
		{"plain", "UTC", "2026-01-01", "2026-01-01T00:00:00Z"},
		{"clocks change later that night", "Europe/Paris", "2026-03-29", "2026-03-28T23:00:00Z"},
		{"clocks change later that night", "America/New_York", "2026-03-08", "2026-03-08T05:00:00Z"},

		{"00:00 to 01:00", "America/Santiago", "2024-09-08", "2024-09-08T04:00:00Z"},
		{"00:00 to 01:00", "Africa/Cairo", "2025-04-25", "2025-04-24T22:00:00Z"},
		{"00:00 to 01:00", "Asia/Beirut", "2025-03-30", "2025-03-29T22:00:00Z"},
		{"00:00 to 01:00", "America/Havana", "2025-03-09", "2025-03-09T05:00:00Z"},
		{"00:00 to 01:00", "Atlantic/Azores", "2025-03-30", "2025-03-30T01:00:00Z"},
		{"00:00 to 01:00", "Africa/Casablanca", "2011-04-03", "2011-04-03T00:00:00Z"},
		{"00:00 to 01:00", "America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"},
		{"00:00 to 01:00", "Asia/Tehran", "2022-03-22", "2022-03-21T20:30:00Z"},
		{"23:30 to 00:30", "America/Toronto", "1919-03-31", "1919-03-31T04:30:00Z"},

		{"01:00 to 00:00", "America/Havana", "2025-11-02", "2025-11-02T04:00:00Z"},
		{"01:00 to 00:00", "Atlantic/Azores", "2025-10-26", "2025-10-26T00:00:00Z"},
		{"24:00 to 23:00", "America/Santiago", "2024-04-07", "2024-04-07T04:00:00Z"},
		{"24:00 to 23:00", "Africa/Cairo", "2025-10-31", "2025-10-30T22:00:00Z"},
		{"24:00 to 23:00", "Asia/Beirut", "2025-10-26", "2025-10-25T22:00:00Z"},
		{"24:00 to 23:00", "America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z"},
		{"begins, falls back to the day before after a minute", "America/St_Johns", "2010-11-07", "2010-11-07T02:30:00Z"},
		{"a date twice", "America/Juneau", "1867-10-18", "1867-10-17T08:57:41Z"},
		{"a date twice", "Pacific/Kwajalein", "1969-09-30", "1969-09-29T13:00:00Z"},

		{"before Ramadan's clock", "Africa/Casablanca", "2025-02-23", "2025-02-22T23:00:00Z"},
		{"Ramadan's clock", "Africa/Casablanca", "2025-04-06", "2025-04-06T00:00:00Z"},
		{"half an hour", "Asia/Kolkata", "2025-06-01", "2025-05-31T18:30:00Z"},
		{"three quarters", "Asia/Kathmandu", "2025-06-01", "2025-05-31T18:15:00Z"},
		{"three quarters", "Australia/Eucla", "2025-06-01", "2025-05-31T15:15:00Z"},
		{"half an hour of summer time", "Australia/Lord_Howe", "2025-04-06", "2025-04-05T13:00:00Z"},
		{"seconds", "Europe/Paris", "1900-01-01", "1899-12-31T23:50:39Z"},
		{"seconds", "Africa/Monrovia", "1950-01-01", "1950-01-01T00:44:30Z"},

		{"before a skipped date", "Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z"},
		{"after a skipped date", "Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"},
		{"last day of a leap year, by yearly rule", "Europe/Paris", "2048-12-31", "2048-12-30T23:00:00Z"},
		{"day after it", "Europe/Paris", "2049-01-01", "2048-12-31T23:00:00Z"},
		{"last day of a leap year, by yearly rule", "Pacific/Auckland", "2096-12-31", "2096-12-30T11:00:00Z"},
		{"first of all", "Asia/Tokyo", "0001-01-01", "0000-12-31T14:41:01Z"},
		{"last of all", "Pacific/Honolulu", "9999-12-31", "9999-12-31T10:00:00Z"},
	} {
		t.Run(test.zone+" "+test.date, func(t *testing.T) {
			t.Parallel()
			at, err := release.FirstInstant(mustDate(t, test.date), mustZone(t, test.zone))
			if err != nil {
				t.Fatal(err)
			}
			if got := at.Format(time.RFC3339Nano); got != test.want {
				t.Errorf("%s: %s, want %s", test.why, got, test.want)
			}
		})
	}
}

// R17: a date that the zone skipped has no first instant; the refusal says what to do.
func TestFirstInstantRefusesSkippedDate(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ zone, date, next string }{
		{"Pacific/Apia", "2011-12-30", "2011-12-31"},
		{"Pacific/Fakaofo", "2011-12-30", "2011-12-31"},
		{"Pacific/Kwajalein", "1993-08-21", "1993-08-22"},
		{"Pacific/Kanton", "1994-12-31", "1995-01-01"},
		{"Pacific/Enderbury", "1994-12-31", "1995-01-01"},
		{"Pacific/Kiritimati", "1994-12-31", "1995-01-01"},
		{"Asia/Manila", "1844-12-31", "1845-01-01"},
	} {
		t.Run(test.zone, func(t *testing.T) {
			t.Parallel()
			at, err := release.FirstInstant(mustDate(t, test.date), mustZone(t, test.zone))
			if !errors.Is(err, release.ErrNoSuchDate) {
				t.Fatalf("%v, %v; want ErrNoSuchDate", at, err)
			}
			refusal, ok := errors.AsType[*release.NoSuchDateError](err)
			if !ok || refusal.Next != mustDate(t, test.next) {
				t.Errorf("%#v, want next date %s", err, test.next)
			}
			for _, word := range []string{test.zone, test.date, test.next} {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("%q does not name %s", err, word)
				}
			}
		})
	}
}

func TestFirstInstantRefusesWhatIsNoDate(t *testing.T) {
	t.Parallel()
	for _, date := range []release.Date{{}, {Year: 2026, Month: 2, Day: 30}, {Year: 2026, Month: 13, Day: 1}} {
		if at, err := release.FirstInstant(date, time.UTC); !errors.Is(err, release.ErrDateForm) {
			t.Errorf("%v: %v, %v; want ErrDateForm", date, at, err)
		}
	}
}

// R16: the earliest date is tomorrow in the publisher's zone, whatever the date is elsewhere.
func TestEarliestDate(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ why, zone, now, want string }{
		{"same date as UTC", "Europe/Paris", "2026-07-01T12:00:00Z", "2026-07-02"},
		{"already tomorrow there", "Asia/Kolkata", "2026-07-01T18:30:00Z", "2026-07-03"},
		{"1 ns before midnight there", "Asia/Kolkata", "2026-07-01T18:29:59.999999999Z", "2026-07-02"},
		{"still yesterday there", "America/New_York", "2026-07-01T03:59:59Z", "2026-07-01"},
		{"end of a year", "UTC", "2027-12-31T23:00:00Z", "2028-01-01"},
		{"tomorrow is skipped", "Pacific/Apia", "2011-12-29T12:00:00Z", "2011-12-31"},
		{"tomorrow has begun before and was interrupted", "America/St_Johns", "2010-11-07T02:31:30Z", "2010-11-08"},
	} {
		t.Run(test.why, func(t *testing.T) {
			t.Parallel()
			now, err := time.Parse(time.RFC3339Nano, test.now)
			if err != nil {
				t.Fatal(err)
			}
			if got := release.EarliestDate(now, mustZone(t, test.zone)); got != mustDate(t, test.want) {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

func mustDate(t *testing.T, text string) release.Date {
	t.Helper()
	date, err := release.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return date
}

func mustZone(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := release.LoadZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}
