package view

import (
	"testing"
	"time"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestCity(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Europe/Paris":                   "Paris",
		"America/New_York":               "New York",
		"America/Argentina/Buenos_Aires": "Buenos Aires",
		"America/Port-au-Prince":         "Port-au-Prince",
		"Asia/Calcutta":                  "Kolkata",
		"Europe/Kiev":                    "Kyiv",
		"UTC":                            "UTC",
		"Etc/UTC":                        "UTC",
		"Etc/GMT+3":                      "GMT+3",
	} {
		if got := City(zone(t, name)); got != want {
			t.Errorf("City(%s) = %q, want %q", name, got, want)
		}
	}
	if got := City(nil); got != "UTC" {
		t.Errorf("City(nil) = %q", got)
	}
}

func TestOffset(t *testing.T) {
	t.Parallel()
	tests := []struct{ at, zone, want string }{
		{"2026-12-01T00:00:00Z", "Europe/Paris", "UTC+01:00"},
		{"2026-07-01T00:00:00Z", "Europe/Paris", "UTC+02:00"},
		{"2026-07-01T00:00:00Z", "Asia/Kolkata", "UTC+05:30"},
		{"2026-07-01T00:00:00Z", "Asia/Kathmandu", "UTC+05:45"},
		{"2026-07-01T00:00:00Z", "America/St_Johns", "UTC-02:30"},
		{"2026-07-01T00:00:00Z", "America/New_York", "UTC-04:00"},
		{"2026-07-01T00:00:00Z", "UTC", "UTC"},
		{"2026-01-01T00:00:00Z", "Europe/London", "UTC"},
		{"1880-01-01T00:00:00Z", "Europe/Paris", "UTC+00:09:21"},
	}
	for _, tt := range tests {
		if got := Offset(instant(t, tt.at), zone(t, tt.zone)); got != tt.want {
			t.Errorf("Offset(%s, %s) = %q, want %q", tt.at, tt.zone, got, tt.want)
		}
	}
}

func TestClockText(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, at, publisher, viewer, now, want string }{
		{
			"two clocks", "2026-11-30T23:00:00Z", "Europe/Paris", "America/New_York", "2026-11-27T12:00:00Z",
			"Tue 1 Dec, 00:00 Paris · Mon 30 Nov, 18:00 your time",
		},
		{
			"two zones, one clock", "2026-11-30T23:00:00Z", "Europe/Paris", "Europe/Berlin", "2026-11-27T12:00:00Z",
			"Tue 1 Dec, 00:00 Paris",
		},
		{
			"agree in winter", "2026-12-10T12:00:00Z", "Europe/London", "Africa/Accra", "2026-11-27T12:00:00Z",
			"Thu 10 Dec, 12:00 London",
		},
		{
			"differ in summer", "2026-07-10T12:00:00Z", "Europe/London", "Africa/Accra", "2026-07-01T12:00:00Z",
			"Fri 10 Jul, 13:00 London · Fri 10 Jul, 12:00 your time",
		},
		{
			"half-hour zone", "2026-11-30T18:30:00Z", "Asia/Kolkata", "UTC", "2026-11-27T12:00:00Z",
			"Tue 1 Dec, 00:00 Kolkata · Mon 30 Nov, 18:30 your time",
		},
		{
			"the year is another in one zone only", "2026-12-31T23:00:00Z", "Europe/Paris", "America/New_York", "2026-12-30T12:00:00Z",
			"Fri 1 Jan 2027, 00:00 Paris · Thu 31 Dec, 18:00 your time",
		},
		{
			"the hour that summer time skips", "2026-03-29T01:30:00Z", "Europe/Paris", "UTC", "2026-03-28T12:00:00Z",
			"Sun 29 Mar, 03:30 Paris · Sun 29 Mar, 01:30 your time",
		},
		{
			"the day that began at one o'clock", "2026-09-06T04:00:00Z", "America/Santiago", "UTC", "2026-09-01T12:00:00Z",
			"Sun 6 Sep, 01:00 Santiago · Sun 6 Sep, 04:00 your time",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := ClockText(instant(t, tt.at), zone(t, tt.publisher), zone(t, tt.viewer), instant(t, tt.now))
			if got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestRelativeText(t *testing.T) {
	t.Parallel()
	now := instant(t, "2026-11-27T12:00:00Z")
	const day = 24 * time.Hour
	for d, want := range map[time.Duration]string{
		0:                                  "now",
		44 * time.Second:                   "now",
		45 * time.Second:                   "in 1 minute",
		-50 * time.Second:                  "1 minute ago",
		5 * time.Minute:                    "in 5 minutes",
		59*time.Minute + 59*time.Second:    "in 59 minutes",
		-(59*time.Minute + 30*time.Second): "1 hour ago",
		-2 * time.Hour:                     "2 hours ago",
		2*day - time.Second:                "in 47 hours",
		2 * day:                            "in 2 days",
		2*day + 23*time.Hour:               "in 2 days", // as the badge: 2 days left
		-(2*day + 13*time.Hour):            "3 days ago",
		-13 * day:                          "13 days ago",
		14 * day:                           "in 2 weeks",
		-59 * day:                          "8 weeks ago",
		61 * day:                           "in 2 months",
		-365 * day:                         "12 months ago",
		800 * day:                          "in 2 years",
	} {
		if got := RelativeText(now.Add(d), now); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func TestTimeLeftText(t *testing.T) {
	t.Parallel()
	now := instant(t, "2026-11-27T12:00:00Z")
	for d, want := range map[time.Duration][2]string{
		-time.Second:                  {"due now", "due now"},
		0:                             {"due now", "due now"},
		59 * time.Second:              {"less than a minute", "less than a minute left"},
		time.Minute:                   {"1 minute", "1 minute left"},
		2*time.Hour + 59*time.Second:  {"2 hours", "2 hours left"},
		2*time.Hour + 12*time.Minute:  {"2 hours 12 minutes", "2 hours left"},
		24 * time.Hour:                {"1 day", "24 hours left"},
		80*time.Hour + 59*time.Minute: {"3 days 8 hours", "3 days left"},
		72*time.Hour + 59*time.Minute: {"3 days", "3 days left"},
	} {
		got := [2]string{TimeLeftText(now.Add(d), now), timeLeftShort(now.Add(d), now)}
		if got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000", -999: "-999"} {
		if got := Number(n); got != want {
			t.Errorf("Number(%d) = %q, want %q", n, got, want)
		}
	}
	for _, tt := range []struct {
		n          int
		noun, want string
	}{
		{0, "account", "0 accounts"},
		{1, "account", "1 account"},
		{1204, "account", "1,204 accounts"},
		{1, "country/countries", "1 country"},
		{2, "country/countries", "2 countries"},
	} {
		if got := Counted(tt.n, tt.noun); got != tt.want {
			t.Errorf("Counted(%d, %s) = %q, want %q", tt.n, tt.noun, got, tt.want)
		}
	}
	for n, want := range map[int64]string{
		0: "0 bytes", 1: "1 byte", 1023: "1,023 bytes", 1024: "1 kB", 1536: "1.5 kB", 1<<20 - 1: "1 MB", 256 << 20: "256 MB", 3 << 40: "3 TB",
	} {
		if got := Bytes(n); got != want {
			t.Errorf("Bytes(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		names []string
		most  int
		want  string
	}{
		{nil, 3, ""},
		{[]string{"a"}, 3, "a"},
		{[]string{"a", "b"}, 3, "a and b"},
		{[]string{"a", "b", "c"}, 3, "a, b and c"},
		{[]string{"a", "b", "c", "d"}, 2, "a, b and 2 more"},
		{[]string{"a", "b", "c", "d"}, 0, "a, b, c and d"},
	} {
		if got := List(tt.names, tt.most); got != tt.want {
			t.Errorf("List(%v, %d) = %q, want %q", tt.names, tt.most, got, tt.want)
		}
	}
}

func TestMonthWeeks(t *testing.T) {
	t.Parallel()
	m := Month{First: instant(t, "2026-02-10T00:00:00Z"), Earliest: instant(t, "2026-02-03T00:00:00Z")}
	weeks := m.weeks() // February 2026 begins on a Sunday and has 28 days
	if len(weeks) != 5 {
		t.Fatalf("%d weeks, want 5", len(weeks))
	}
	if weeks[0][5].Date != "" || weeks[0][6].Date != "2026-02-01" || weeks[4][5].Date != "2026-02-28" || weeks[4][6].Date != "" {
		t.Errorf("the days stand in the wrong places: %v", weeks)
	}
	if !weeks[1][0].Disabled || weeks[1][1].Disabled {
		t.Error("3 Feb is the first day that can be chosen")
	}
	for _, w := range weeks {
		if len(w) != 7 {
			t.Errorf("a week of %d days", len(w))
		}
	}
}
