package packfile

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Options are what the reader of a package is told beside the file. The zero value checks by today's rules.
type Options struct {
	// Settings hold the choices for the platforms' rules by the key of each Setting. Keys and values that are not known are
	// ignored, as left from another release of packtide; CheckSettings refuses them where a person gives them.
	Settings map[string]string

	// Day selects the rules as they were on a day, "YYYY-MM-DD". Empty, a version is judged by the rules of its own day where
	// it tells one, so that an old version is not drowned by what is asked for today, and else by all rules; DayLatest is
	// all rules for every version.
	Day string

	// Today is the day it is, "YYYY-MM-DD", against which rules hold dates that must not be in the future. The package reads
	// no clock: where Today is empty, Day stands for it, and where both are, no date is taken for future.
	Today string
}

// DayLatest selects all rules there are. It comes after every day, as texts are compared.
const DayLatest = "latest"

// Setting is one choice for a platform's rules, as a form or the command line offers it.
type Setting struct {
	Key     string // "secops.scope": stored
	Label   string // for people
	Help    string // a sentence
	Choices []Choice
	Free    bool // any short text instead of the choices
}

// Choice is one value of a setting; the first of a setting is its default and has the empty value.
type Choice struct{ Value, Label string }

// MaxSettingText is the most that a free text may have, in bytes.
const MaxSettingText = 100

// Settings returns every choice for the rules of every platform, with the platform's label.
func Settings() []PlatformSettings {
	var all []PlatformSettings
	for _, p := range platforms() {
		if len(p.settings) > 0 {
			all = append(all, PlatformSettings{Label: p.label, Settings: slices.Clone(p.settings)})
		}
	}
	return all
}

// PlatformSettings are the settings of one platform.
type PlatformSettings struct {
	Label    string
	Settings []Setting
}

// CheckOptions refuses settings and days that mean nothing; the error is a sentence for the person who gave them.
func CheckOptions(o Options) error {
	if _, err := time.Parse(time.DateOnly, o.Day); o.Day != "" && o.Day != DayLatest && err != nil {
		return fmt.Errorf("%q is no day: write it as 2026-03-31, or %q", o.Day, DayLatest)
	}
	known := map[string]Setting{}
	for _, p := range platforms() {
		for _, s := range p.settings {
			known[s.Key] = s
		}
	}
	for key, value := range o.Settings {
		s, ok := known[key]
		if !ok {
			return fmt.Errorf("there is no setting %q", key)
		}
		if !s.takes(value) {
			return fmt.Errorf("%s can't be %q", s.Key, shorten(value))
		}
	}
	return nil
}

func (s Setting) takes(value string) bool {
	if s.Free {
		return len(value) <= MaxSettingText && !strings.ContainsAny(value, "\x00\r\n")
	}
	return slices.ContainsFunc(s.Choices, func(c Choice) bool { return c.Value == value })
}

// setting returns the value of a setting, or the empty one if it is not known.
func (o Options) setting(key string) string { return o.Settings[key] }
