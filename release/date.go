package release

import (
	"cmp"
	"fmt"
	"time"
)

// Date is a day of the calendar, without a time and without a zone: what a publisher chooses
// when scheduling (R16). FirstInstant turns it into an instant. The zero Date is no date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads a date from exactly the form 2006-01-02, from 0001-01-01 to 9999-12-31.
// It refuses anything else, days that a month does not have included, with ErrDateForm.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1 {
		return Date{}, ErrDateForm.With("%.40q is not a date. Give one like 2027-01-31.", text)
	}
	return DateOf(t, time.UTC), nil
}

// DateOf returns the date that the calendar shows in zone at t.
func DateOf(t time.Time, zone *time.Location) Date {
	year, month, day := t.In(zone).Date()
	return Date{Year: year, Month: month, Day: day}
}

// String returns the date in the form that ParseDate reads.
func (d Date) String() string {
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// IsZero reports whether d is the zero Date, which stands for "no date chosen".
func (d Date) IsZero() bool { return d == Date{} }

// Compare returns -1 if d is before other, 0 if they are the same, and +1 if d is after it.
func (d Date) Compare(other Date) int {
	return cmp.Or(
		cmp.Compare(d.Year, other.Year),
		cmp.Compare(d.Month, other.Month),
		cmp.Compare(d.Day, other.Day),
	)
}

// Before reports whether d is an earlier date than other.
func (d Date) Before(other Date) bool { return d.Compare(other) < 0 }

// AddDays returns the date n days later in the calendar, or earlier if n is negative.
// It knows of no zone: where a zone skipped a day, that day counts.
func (d Date) AddDays(n int) Date {
	return DateOf(time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, time.UTC), time.UTC)
}

// MarshalText writes the form that ParseDate reads, also as a JSON string.
// It refuses, with ErrDateForm, a date that could not be read back.
func (d Date) MarshalText() ([]byte, error) {
	if _, err := ParseDate(d.String()); err != nil {
		return nil, err
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what ParseDate reads.
func (d *Date) UnmarshalText(text []byte) error {
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
