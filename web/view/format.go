package view

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// orUTC stands in for a zone that nobody gave.
func orUTC(zone *time.Location) *time.Location {
	if zone == nil {
		return time.UTC
	}
	return zone
}

// formerNames are zones that browsers still report under a city's former name.
var formerNames = map[string]string{
	"Asia/Calcutta":   "Asia/Kolkata",
	"Asia/Katmandu":   "Asia/Kathmandu",
	"Asia/Rangoon":    "Asia/Yangon",
	"Asia/Saigon":     "Asia/Ho_Chi_Minh",
	"Europe/Kiev":     "Europe/Kyiv",
	"America/Godthab": "America/Nuuk",
	"Africa/Asmera":   "Africa/Asmara",
	"Atlantic/Faeroe": "Atlantic/Faroe",
}

// City is the short label of a zone: "Europe/Paris" → "Paris", "America/Argentina/Buenos_Aires" → "Buenos Aires".
func City(zone *time.Location) string {
	name := orUTC(zone).String()
	if today, ok := formerNames[name]; ok {
		name = today
	}
	switch name {
	case "UTC", "Etc/UTC", "Etc/UCT", "UCT", "Zulu", "Etc/Zulu":
		return "UTC"
	}
	if after, ok := strings.CutPrefix(name, "Etc/"); ok {
		return after
	}
	return strings.ReplaceAll(name[strings.LastIndex(name, "/")+1:], "_", " ")
}

// Offset is the zone's distance from UTC at that moment: "UTC", "UTC+05:30", "UTC-03:00".
func Offset(at time.Time, zone *time.Location) string {
	_, seconds := at.In(orUTC(zone)).Zone()
	if seconds == 0 {
		return "UTC"
	}
	sign := "+"
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	text := fmt.Sprintf("UTC%s%02d:%02d", sign, seconds/3600, seconds/60%60)
	if seconds%60 != 0 { // local mean time, before zones were agreed on
		text += fmt.Sprintf(":%02d", seconds%60)
	}
	return text
}

// Day is a calendar day in a zone, "Tue 1 Dec", with the year when it is not the year of now there.
func Day(at time.Time, zone *time.Location, now time.Time) string {
	at, now = at.In(orUTC(zone)), now.In(orUTC(zone))
	if at.Year() == now.Year() {
		return at.Format("Mon 2 Jan")
	}
	return at.Format("Mon 2 Jan 2006")
}

// TimeOfDay is the clock in a zone, "00:00".
func TimeOfDay(at time.Time, zone *time.Location) string {
	return at.In(orUTC(zone)).Format("15:04")
}

// DateTime is day and clock in a zone, "Tue 1 Dec, 00:00", with the year when it is not the year of now there.
func DateTime(at time.Time, zone *time.Location, now time.Time) string {
	return Day(at, zone, now) + ", " + TimeOfDay(at, zone)
}

// ExactUTC is the moment without doubt, for titles: "2026-11-30 23:00:00 UTC".
func ExactUTC(at time.Time) string {
	return at.UTC().Format("2006-01-02 15:04:05") + " UTC"
}

// machineTime is for datetime attributes and for app.js.
func machineTime(at time.Time) string {
	return at.UTC().Format(time.RFC3339)
}

// sameClock tells whether both zones show the same wall clock at that moment.
func sameClock(at time.Time, a, b *time.Location) bool {
	_, x := at.In(orUTC(a)).Zone()
	_, y := at.In(orUTC(b)).Zone()
	return x == y
}

// ClockText is both clocks as plain text, for mails, titles and CSV:
// "Tue 1 Dec, 00:00 Paris · Mon 30 Nov, 18:00 your time".
func ClockText(at time.Time, publisher, viewer *time.Location, now time.Time) string {
	text := DateTime(at, publisher, now) + " " + City(publisher)
	if sameClock(at, publisher, viewer) {
		return text
	}
	return text + " · " + DateTime(at, viewer, now) + " your time"
}

// RelativeText is the distance from now in the largest fitting unit: "in 3 days", "5 minutes ago", "now". What is ahead is
// rounded down, so that it agrees with the time left beside it. app.js counts on by the same rules.
func RelativeText(at, now time.Time) string {
	d := at.Sub(now)
	ahead := d > 0
	if !ahead {
		d = -d
	}
	if d < 45*time.Second {
		return "now"
	}
	if ahead {
		return "in " + distance(d, whole, 48)
	}
	return distance(d, rounded, 36) + " ago"
}

// distance is in the largest fitting unit, each counted by the function; days begin at so many hours.
func distance(d time.Duration, count func(d, unit time.Duration) int, mostHours int) string {
	const day = 24 * time.Hour
	minutes, hours, days := max(1, count(d, time.Minute)), count(d, time.Hour), count(d, day)
	switch {
	case minutes < 60:
		return Counted(minutes, "minute")
	case hours < mostHours:
		return Counted(hours, "hour")
	case days < 14:
		return Counted(days, "day")
	case days < 61:
		return Counted(count(d, 7*day), "week")
	case days < 731:
		return Counted(count(d, 30*day+10*time.Hour+30*time.Minute), "month")
	default:
		return Counted(count(d, 365*day+6*time.Hour), "year")
	}
}

func rounded(d, unit time.Duration) int { return int((d + unit/2) / unit) }

func whole(d, unit time.Duration) int { return int(d / unit) }

// TimeLeftText counts down in two units, rounded down so that it never promises too much: "3 days 4 hours",
// "12 minutes", "less than a minute", "due now".
func TimeLeftText(until, now time.Time) string {
	d := until.Sub(now)
	if d <= 0 {
		return "due now"
	}
	days, hours, minutes := int(d/(24*time.Hour)), int(d/time.Hour)%24, int(d/time.Minute)%60
	switch {
	case days > 0 && hours > 0:
		return Counted(days, "day") + " " + Counted(hours, "hour")
	case days > 0:
		return Counted(days, "day")
	case hours > 0 && minutes > 0:
		return Counted(hours, "hour") + " " + Counted(minutes, "minute")
	case hours > 0:
		return Counted(hours, "hour")
	case minutes > 0:
		return Counted(minutes, "minute")
	default:
		return "less than a minute"
	}
}

// timeLeftShort counts down in one unit, for badges: "3 days left", "due now".
func timeLeftShort(until, now time.Time) string {
	d := until.Sub(now)
	switch {
	case d <= 0:
		return "due now"
	case d < time.Minute:
		return TimeLeftText(until, now) + " left"
	default:
		return distance(d, whole, 48) + " left"
	}
}

// Number writes a count with separators between thousands: 1234567 → "1,234,567".
func Number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// Counted is a number with its noun: "1 account", "1,234 accounts", "0 accounts". A noun whose plural is not made
// with an s is given as "country/countries".
func Counted(n int, noun string) string {
	return Number(n) + " " + Plural(n, noun)
}

// Plural is the noun alone in the right number; see Counted.
func Plural(n int, noun string) string {
	one, many, irregular := strings.Cut(noun, "/")
	switch {
	case n == 1:
		return one
	case irregular:
		return many
	default:
		return one + "s"
	}
}

// Bytes is a file's size: "312 bytes", "14.2 kB", "256 MB". Steps are 1024, as the upload limit counts.
func Bytes(n int64) string {
	if n < 1024 {
		return Counted(int(n), "byte")
	}
	size, units := float64(n)/1024, []string{"kB", "MB", "GB", "TB"}
	for size >= 1023.95 && len(units) > 1 {
		size, units = size/1024, units[1:]
	}
	return strings.TrimSuffix(strconv.FormatFloat(size, 'f', 1, 64), ".0") + " " + units[0]
}

// List joins names for a sentence: "a, b and c"; beyond max names it counts the rest: "a, b and 12 more".
func List(names []string, most int) string {
	if most > 0 && len(names) > most {
		return strings.Join(names[:most], ", ") + " and " + Number(len(names)-most) + " more"
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	default:
		return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
	}
}
