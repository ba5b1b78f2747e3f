package view

import "time"

// Month is what MonthField needs to draw one month of days to choose from.
type Month struct {
	First    time.Time // any moment of the month, read in UTC
	Earliest time.Time // the first day that can be chosen, read in UTC
	PrevHref string    // empty when no earlier month can be chosen
	NextHref string
}

// monthDay is one cell; an empty Date fills the week before the first and after the last day.
type monthDay struct {
	Date     string // 2026-12-01
	Number   string
	Spoken   string // "Tuesday 1 December 2026"
	Disabled bool
}

// weeks lays the month out from Monday to Sunday.
func (m Month) weeks() [][]monthDay {
	first := m.First.UTC()
	first = time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, time.UTC)
	earliest := m.Earliest.UTC().Format(time.DateOnly)
	lead := (int(first.Weekday()) + 6) % 7
	week := make([]monthDay, lead, 7)
	var weeks [][]monthDay
	for day := first; day.Month() == first.Month(); day = day.AddDate(0, 0, 1) {
		date := day.Format(time.DateOnly)
		week = append(week, monthDay{date, day.Format("2"), day.Format("Monday 2 January 2006"), date < earliest})
		if len(week) == 7 {
			weeks, week = append(weeks, week), nil
		}
	}
	if len(week) > 0 {
		weeks = append(weeks, append(week, make([]monthDay, 7-len(week))...))
	}
	return weeks
}

func (m Month) title() string {
	return m.First.UTC().Format("January 2006")
}
