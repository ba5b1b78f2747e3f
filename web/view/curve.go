package view

import (
	"fmt"
	"strings"
	"time"
)

// Curve is a count that grew over time, laid out in a drawing of curveWidth by curveHeight.
type Curve struct {
	Line   string // points of the line
	Area   string // the same, closed along the bottom
	Top    string // the number at the upper edge
	Begin  string // the day at the left edge
	End    string // the day at the right edge
	Rows   []CurveRow
	Title  string
	Detail string
}

// CurveRow is one line of the table under a curve.
type CurveRow struct {
	Day   string
	New   int
	Total int
}

const (
	curveWidth  = 600
	curveHeight = 140
)

// Empty tells whether there is nothing to draw.
func (c Curve) Empty() bool { return len(c.Rows) == 0 }

// NewCurve draws daily counts as a growing total, from begin to end, known until then. With most, the upper edge is that,
// where the curve would not lie flat on the ground under it. Days count in UTC; the labels are those of the zone.
func NewCurve(days []DayCount, begin, until, end time.Time, most int, zone *time.Location, now time.Time) Curve {
	if len(days) == 0 || !end.After(begin) {
		return Curve{}
	}
	total := 0
	for _, d := range days {
		total += d.N
	}
	top := total
	if most > 0 && total*4 >= most {
		top = max(most, total)
	}
	c := Curve{Top: Number(top), Begin: Day(begin, zone, now), End: Day(end, zone, now)}
	at := func(t time.Time, n int) string {
		x := float64(t.Sub(begin)) / float64(end.Sub(begin)) * curveWidth
		y := curveHeight - float64(n)/float64(max(top, 1))*curveHeight
		return fmt.Sprintf("%.1f,%.1f", min(max(x, 0), curveWidth), y)
	}
	points, sum := []string{at(begin, 0)}, 0
	for _, d := range days {
		sum += d.N
		evening := d.Day.Add(24 * time.Hour)
		if evening.After(until) {
			evening = until
		}
		points = append(points, at(evening, sum))
		c.Rows = append(c.Rows, CurveRow{Day(d.Day, time.UTC, now), d.N, sum})
	}
	points = append(points, at(until, sum))
	c.Line = strings.Join(points, " ")
	c.Area = c.Line + " " + strings.Split(at(until, 0), ",")[0] + fmt.Sprintf(",%d 0,%d", curveHeight, curveHeight)
	c.Title = "Attachments that try the release, over time"
	c.Detail = fmt.Sprintf("From %s to %s the number grew to %s.", c.Begin, Day(until, zone, now), Number(sum))
	return c
}
