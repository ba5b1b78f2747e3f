package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"packtide/release"
	"packtide/web/view"
)

// momentZone is the parameter of the address that names the clock by which its moments are meant; without it, the viewer's.
const momentZone = "at_zone"

// clockOf is somebody's clock that a moment may be given by.
type clockOf struct{ whose, zone string }

// moment reads a moment of the past that the address asks for under a name (R32). At is nil where none is asked for; a moment
// that can't be looked at comes back as it was typed, with the reason beside it. The clocks are offered besides the viewer's.
func (v *visit) moment(name, label string, clocks ...clockOf) view.Moment {
	m := view.Moment{Name: name, Label: label, Text: strings.TrimSpace(v.QueryParam(name)), ZoneName: momentZone, Zone: v.QueryParam(momentZone)}
	zone, err := v.zone, error(nil)
	if m.Zone != "" {
		zone, err = release.LoadZone(m.Zone)
	}
	if err != nil {
		m.ZoneError, zone = err.Error(), v.zone
	}
	m.Zones = v.momentClocks(m.Zone, clocks)
	m.Latest = v.now.In(zone).Format(view.MomentForm)
	if m.Zone == "" {
		m.Zone = v.zone.String()
	}
	if m.Text == "" {
		return m
	}
	m.In = zone
	at, note, refusal := readMoment(m.Text, zone)
	switch {
	case refusal != "":
		m.Error = refusal
	case at.After(v.now):
		m.Error = "That moment is still to come. Give one of the past."
	case m.ZoneError == "":
		m.At, m.Note, m.Text = &at, note, formMoment(at.In(zone))
	}
	return m
}

// momentStatus is the status of a page that was asked for moments.
func momentStatus(asked ...view.Moment) int {
	for _, m := range asked {
		if len(m.Errors()) > 0 {
			return http.StatusUnprocessableEntity
		}
	}
	return http.StatusOK
}

// momentClocks are the clocks to choose from: the viewer's, the others', UTC, and the one of the address.
func (v *visit) momentClocks(chosen string, others []clockOf) []view.Option {
	options := []view.Option{{Value: v.zone.String(), Label: "Your clock (" + view.City(v.zone) + ")"}}
	add := func(zone, label string) {
		if zone != "" && !slices.ContainsFunc(options, func(o view.Option) bool { return o.Value == zone }) {
			options = append(options, view.Option{Value: zone, Label: label})
		}
	}
	for _, c := range others {
		add(c.zone, c.whose+" ("+view.City(view.Zone(c.zone))+")")
	}
	add("UTC", "UTC")
	add(chosen, chosen)
	return options
}

// formMoment is the moment as the field of a form holds it: to the minute, and finer where it is finer.
func formMoment(at time.Time) string {
	return strings.TrimSuffix(at.Format("2006-01-02T15:04:05.999"), ":00")
}

// momentForms are the ways in which a moment may be written: as browsers send it, or with an offset of its own.
var momentForms = struct{ local, offset []string }{
	local:  []string{view.MomentForm, "2006-01-02T15:04:05"},
	offset: []string{"2006-01-02T15:04Z07:00", time.RFC3339},
}

// readMoment reads a moment by the clock of the zone, to the millisecond. Where clocks were put back and showed it twice, it
// is the first time, and note tells how to ask for the second.
func readMoment(text string, zone *time.Location) (at time.Time, note, refusal string) {
	for _, form := range momentForms.offset {
		if t, err := time.Parse(form, plainMoment(text)); err == nil {
			return t.Truncate(time.Millisecond), "", ""
		}
	}
	for _, form := range momentForms.local {
		wall, err := time.Parse(form, plainMoment(text))
		if err != nil {
			continue
		}
		city := view.City(zone)
		switch shown := whenShown(wall.Truncate(time.Millisecond), zone); len(shown) {
		case 0:
			return at, "", "In " + city + " there was no such time: the clocks were put forward over it. Give a later time, or choose UTC."
		case 1:
			return shown[0], "", ""
		default:
			second := shown[1].In(zone).Format(momentForms.offset[0])
			return shown[0], "In " + city + " the clocks were put back and showed this time twice. This is the first; " + second + " is the second.", ""
		}
	}
	return at, "", fmt.Sprintf("%.40q is not a moment. Give a day and a time, like 2026-11-30T14:00.", text)
}

// plainMoment mends what addresses do to a moment: a plus that became a space, a space for the T.
func plainMoment(text string) string {
	const day = len("2006-01-02")
	if len(text) > day && text[day] == ' ' {
		text = text[:day] + "T" + text[day+1:]
	}
	return strings.Replace(text, " ", "+", 1)
}

// whenShown are the instants at which the clocks of the zone showed the time, in order: none where they were put forward over
// it, two where they were put back.
func whenShown(wall time.Time, zone *time.Location) []time.Time {
	var all []time.Time
	for _, near := range []time.Time{wall.Add(-24 * time.Hour), wall.Add(24 * time.Hour)} {
		_, offset := near.In(zone).Zone()
		at := wall.Add(-time.Duration(offset) * time.Second)
		_, then := at.In(zone).Zone()
		if then == offset && !slices.ContainsFunc(all, at.Equal) {
			all = append(all, at)
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	return all
}
