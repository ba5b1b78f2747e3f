package release

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ErrUnknownZone is matched by an *UnknownZoneError.
var ErrUnknownZone = errors.New("not a time zone name")

// UnknownZoneError refuses a name that the IANA time zone database does not have.
type UnknownZoneError struct {
	Name  string
	Meant string // the name that was probably meant; empty if none is close
}

func (e *UnknownZoneError) Error() string {
	switch {
	case e.Name == "":
		return "a time zone name is missing; choose one by area and city, like Europe/Paris"
	case e.Meant != "":
		return fmt.Sprintf("%.60q is not a time zone name; did you mean %s?", e.Name, e.Meant)
	default:
		return fmt.Sprintf("%.60q is not a time zone name; choose one by area and city, like Europe/Paris", e.Name)
	}
}

// Is makes errors.Is(err, ErrUnknownZone) true.
func (e *UnknownZoneError) Is(target error) bool { return target == ErrUnknownZone }

// ZoneNames returns the time zones to choose from, sorted: every zone that the IANA database
// gives for a country, and UTC. LoadZone also takes the database's other names.
func ZoneNames() []string { return slices.Clone(zoneNames) }

// LoadZone returns the zone of that exact name in the IANA database, its older names like
// Asia/Calcutta included. It refuses everything else with an *UnknownZoneError, also what
// time.LoadLocation takes beyond: the empty name, "Local", and files that happen to lie in
// the machine's zone folder. Any other error means that the machine's zone data is broken.
func LoadZone(name string) (*time.Location, error) {
	_, listed := slices.BinarySearch(zoneNames, name)
	_, other := slices.BinarySearch(otherZoneNames, name)
	if !listed && !other {
		return nil, &UnknownZoneError{Name: name, Meant: meantZone(name)}
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("load time zone %s: %w", name, err)
	}
	return zone, nil
}

// meantZone finds the zone whose name, or whose city, was written in other letters:
// "europe/paris", "New York".
func meantZone(name string) string {
	name = strings.ReplaceAll(strings.TrimSpace(name), " ", "_")
	for _, names := range [][]string{zoneNames, otherZoneNames} {
		for _, known := range names {
			city := known[strings.LastIndexByte(known, '/')+1:]
			if strings.EqualFold(known, name) || strings.EqualFold(city, name) {
				return known
			}
		}
	}
	return ""
}
