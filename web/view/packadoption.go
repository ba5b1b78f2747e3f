package view

import (
	"fmt"
	"strings"
	"time"

	"packtide/release"
)

// AdoptionChart is how a pack's install base grew, with what it ran, laid out in a drawing of curveWidth by curveHeight.
type AdoptionChart struct {
	Top    string         // the number at the upper edge
	Begin  string         // the day at the left edge
	Line   string         // points of the line over all
	Bands  []AdoptionBand // one for each release that was current
	Trying string         // points of the area of those that tried a release before it applied; empty for none
	Rows   []AdoptionRow
	Detail string
}

// AdoptionBand is the time in which one release was current.
type AdoptionBand struct {
	Points string
	Label  string
	Odd    bool
}

// AdoptionRow is one line of the table under the chart: the end of a week, newest first.
type AdoptionRow struct {
	Day         string
	Release     string
	Attachments int64
	Trying      int64
}

// Empty tells whether there is nothing to draw.
func (c AdoptionChart) Empty() bool { return c.Line == "" }

// adoptionScale places instants and numbers in the drawing.
type adoptionScale struct {
	begin, end time.Time
	top        int64
}

func (s adoptionScale) point(at time.Time, n float64) string {
	x := float64(at.Sub(s.begin)) / float64(s.end.Sub(s.begin)) * curveWidth
	return fmt.Sprintf("%.1f,%.1f", x, curveHeight-n/float64(s.top)*curveHeight)
}

// NewAdoptionChart draws the days on which the pack had attachments. Labels are days of the zone.
func NewAdoptionChart(a release.Adoption, zone *time.Location, now time.Time) AdoptionChart {
	days := a.Days
	for len(days) > 1 && days[1].Attachments == 0 {
		days = days[1:]
	}
	s := adoptionScale{top: 1}
	for _, d := range days {
		s.top = max(s.top, d.Attachments)
	}
	if len(days) < 2 || days[len(days)-1].Attachments == 0 && s.top == 1 {
		return AdoptionChart{}
	}
	s.begin, s.end = days[0].Day, days[len(days)-1].Day
	c := AdoptionChart{Top: Counted(int(s.top), "attachment"), Begin: Day(s.begin, zone, now)}
	var line, trying []string
	tried := false
	for _, d := range days {
		line = append(line, s.point(d.Day, float64(d.Attachments)))
		trying = append(trying, s.point(d.Day, float64(d.Trying)))
		tried = tried || d.Trying > 0
	}
	c.Line = strings.Join(line, " ")
	if tried {
		c.Trying = s.closed(trying, s.begin, s.end)
	}
	for i, r := range a.Releases {
		if band := s.band(days, r); band != "" {
			c.Bands = append(c.Bands, AdoptionBand{Points: band, Label: ReleaseLabel(&r), Odd: i%2 == 1})
		}
	}
	for i := len(days) - 1; i >= 0; i -= 7 {
		c.Rows = append(c.Rows, AdoptionRow{DateTime(days[i].Day, time.UTC, now), ranAt(a.Releases, days[i].Day), days[i].Attachments, days[i].Trying})
	}
	first, last := days[0], days[len(days)-1]
	c.Detail = fmt.Sprintf("From %s on %s to %s now.", Counted(int(first.Attachments), "attachment"), c.Begin, Number(int(last.Attachments)))
	if ran := ranAt(a.Releases, last.Day); ran != "" {
		c.Detail += " They run " + ran + "."
	}
	return c
}

func (s adoptionScale) closed(points []string, from, until time.Time) string {
	return s.point(from, 0) + " " + strings.Join(points, " ") + " " + s.point(until, 0)
}

// band is the area under the line while a release was current; empty where that lies outside the drawing.
func (s adoptionScale) band(days []release.AdoptionDay, r release.ReleaseRef) string {
	from, until := adoptionLater(*r.ReleasedAt, s.begin), s.end
	if r.EndedAt != nil && r.EndedAt.Before(until) {
		until = *r.EndedAt
	}
	if !from.Before(until) {
		return ""
	}
	points := []string{s.point(from, numberAt(days, from))}
	for _, d := range days {
		if d.Day.After(from) && d.Day.Before(until) {
			points = append(points, s.point(d.Day, float64(d.Attachments)))
		}
	}
	return s.closed(append(points, s.point(until, numberAt(days, until))), from, until)
}

// numberAt lies on the line between two days.
func numberAt(days []release.AdoptionDay, at time.Time) float64 {
	for i := 1; i < len(days); i++ {
		a, b := days[i-1], days[i]
		if at.After(b.Day) {
			continue
		}
		part := float64(at.Sub(a.Day)) / float64(b.Day.Sub(a.Day))
		return float64(a.Attachments) + max(part, 0)*float64(b.Attachments-a.Attachments)
	}
	return float64(days[len(days)-1].Attachments)
}

// ranAt names the release that was current at the moment; empty before the first.
func ranAt(releases []release.ReleaseRef, at time.Time) string {
	ran := ""
	for _, r := range releases {
		if !r.ReleasedAt.After(at) && (r.EndedAt == nil || r.EndedAt.After(at)) {
			ran = ReleaseLabel(&r)
		}
	}
	return ran
}

func adoptionLater(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// behind is the age of the version of a package that the install base runs, by the package's id; zero for one that is new.
func (p PackPage) behind(pkg release.ID) release.VersionAge {
	for _, a := range p.Ages {
		if a.PackageID == pkg {
			return a
		}
	}
	return release.VersionAge{}
}

// waiting is since when an update has been available that the install base does not run: the pack's age in one number.
func (p PackPage) waiting() *time.Time {
	var since *time.Time
	for _, a := range p.Ages {
		if a.Since != nil && (since == nil || a.Since.Before(*since)) {
			since = a.Since
		}
	}
	return since
}

// behindWords say how far the install base is behind the newest shareable version.
func behindWords(a release.VersionAge, now time.Time) string {
	if a.Behind == 0 {
		return "up to date, " + lasted(now.Sub(a.Uploaded)) + " old"
	}
	return Counted(a.Behind, "version") + " behind, for " + lasted(now.Sub(*a.Since)) + "; it runs one that is " + lasted(now.Sub(a.Uploaded)) + " old"
}
