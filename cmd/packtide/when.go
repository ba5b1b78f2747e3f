package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"packtide/release"
)

// whenCmd prints the instant at which a release that is planned for a date applies (R17), so
// that support, and anyone with another source of time zones, can check it.
type whenCmd struct {
	Date string `arg:"" help:"Date, like 2026-03-29; or - to read lines \"ZONE DATE\" from standard input and print a line \"ZONE DATE INSTANT\" for each, with INSTANT none where the date does not exist."`
	Zone string `short:"z" help:"Time zone of the publisher, like Europe/Paris." placeholder:"ZONE"`
	JSON bool   `name:"json" help:"Print JSON, one object a line."`
}

// whenAnswer is one answer of when, as --json prints it. An instant is in RFC 3339; Local
// has seconds in its offset where the zone had them, as before standard time.
type whenAnswer struct {
	Date    release.Date  `json:"date"`
	Zone    string        `json:"zone"`
	Exists  bool          `json:"exists"`
	Instant string        `json:"instant,omitempty"`
	Local   string        `json:"local,omitempty"`
	Next    *release.Date `json:"next,omitempty"` // the next date that exists, if Date does not

	local time.Time
}

// Run answers one question, or one for each line of standard input. A date that does not
// exist in the zone is an error when asked alone, and the answer "none" in a line.
func (c *whenCmd) Run(std streams) error {
	switch {
	case c.Date == "-" && c.Zone != "":
		return errors.New("--zone has no use with -: each line of the input names its zone")
	case c.Date == "-":
		return c.answerLines(std)
	case c.Zone == "":
		return errors.New("--zone is missing: give the publisher's time zone, like --zone Europe/Paris")
	}
	return c.answerOne(std.out)
}

func (c *whenCmd) answerOne(out io.Writer) error {
	zone, err := release.LoadZone(c.Zone)
	if err != nil {
		return err
	}
	answer, refusal := newWhenAnswer(c.Date, zone)
	if refusal != nil && !errors.Is(refusal, release.ErrNoSuchDate) {
		return refusal
	}
	text := answer.text()
	if c.JSON {
		if text, err = answer.json(); err != nil {
			return err
		}
	}
	if _, err := io.WriteString(out, text); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return refusal
}

// newWhenAnswer returns, for a date that the zone skipped, both the answer that says so and
// the refusal.
func newWhenAnswer(text string, zone *time.Location) (whenAnswer, error) {
	date, err := release.ParseDate(text)
	if err != nil {
		return whenAnswer{}, err
	}
	answer := whenAnswer{Date: date, Zone: zone.String()}
	at, err := release.FirstInstant(date, zone)
	if refusal, ok := errors.AsType[*release.NoSuchDateError](err); ok {
		answer.Next = &refusal.Next
		return answer, err
	}
	if err != nil {
		return whenAnswer{}, err
	}
	answer.Exists = true
	answer.local = at.In(zone)
	answer.Instant = at.Format(time.RFC3339)
	answer.Local = answer.local.Format(offsetLayout("2006-01-02T15:04:05", answer.local))
	return answer, nil
}

// offsetLayout adds the offset to a layout, with seconds where it has some.
func offsetLayout(layout string, t time.Time) string {
	if _, offset := t.Zone(); offset%60 != 0 {
		return layout + "-07:00:00"
	}
	return layout + "-07:00"
}

// text returns the answer for people; nothing for a date that does not exist, as the
// refusal says it all.
func (a whenAnswer) text() string {
	if !a.Exists {
		return ""
	}
	const clock = "2006-01-02 15:04:05 "
	note := ""
	if a.local.Format(time.TimeOnly) != "00:00:00" {
		note = "The clocks jump over midnight there on that date.\n"
	}
	return fmt.Sprintf("A release for %s in %s applies at\n  %s  UTC\n  %s  %s\n%s", a.Date, a.Zone,
		a.local.UTC().Format(clock+"-07:00"), a.local.Format(offsetLayout(clock, a.local)), a.Zone, note)
}

// json returns the answer as a line.
func (a whenAnswer) json() (string, error) {
	line, err := json.Marshal(a)
	return string(line) + "\n", err
}
