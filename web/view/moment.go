package view

import (
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"
)

// MomentForm is how browsers send a day with its time.
const MomentForm = "2006-01-02T15:04"

// Moment is a moment of the past as a form asks for it: a day with its time, and by whose clock it is meant.
type Moment struct {
	Name      string // of the field and of its parameter
	Label     string
	Text      string // as the field holds it; what was refused is as it was typed
	Error     string // why it was refused
	Note      string // what to know of one that was taken
	Latest    string // the present, by the chosen clock
	ZoneName  string // the parameter of the clock
	Zone      string
	Zones     []Option
	ZoneError string
	At        *time.Time // nil: none is asked for, or it was refused
	In        *time.Location
}

// Asked tells whether a moment is asked for, be it refused.
func (m Moment) Asked() bool { return m.Text != "" }

// Errors are what stands in the way, for the summary of a form.
func (m Moment) Errors() []FieldError {
	var all []FieldError
	if m.Error != "" {
		all = append(all, FieldError{Field: m.Name, Text: m.Error})
	}
	if m.ZoneError != "" {
		all = append(all, FieldError{Field: m.ZoneName, Text: m.ZoneError})
	}
	return all
}

func (m Moment) field() Field {
	f := Field{Name: m.Name, Label: m.Label, Error: m.Error, Hint: m.Note, Max: m.Latest, Attrs: templ.Attributes{}}
	if len(m.Text) > len(MomentForm) {
		f.Attrs["step"] = "any" // to the second, or finer: browsers take minutes else
	}
	return f
}

func (m Moment) zoneField() Field {
	return Field{Name: m.ZoneName, Label: "By which clock", Value: m.Zone, Error: m.ZoneError}
}

// Past is the control that turns a page into what it was at a moment.
type Past struct {
	Moment Moment
	Action string     // the page's own address
	Keep   url.Values // what else the page was asked for
	Extra  templ.Component
}

func (p Past) kept() []string {
	var names []string
	for name, values := range p.Keep {
		if len(values) > 0 && values[0] != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Band says that the page tells of the past; nil when it does not. The clock is whose day it is besides the reader's, where
// the moment was not given by another one.
func (p Past) Band(c Clock, clock *time.Location) templ.Component {
	if p.Moment.At == nil {
		return nil
	}
	if p.Moment.In.String() != orUTC(c.Zone).String() || clock == nil {
		clock = p.Moment.In
	}
	now := p.Action
	if len(p.kept()) > 0 {
		now += "?" + p.Keep.Encode()
	}
	return AsOfBand(*p.Moment.At, clock, c, now)
}
