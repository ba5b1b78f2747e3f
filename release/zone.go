package release

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// ZoneNames returns the time zones to choose from, sorted: every zone that the IANA database
// gives for a country, and UTC. LoadZone also takes the database's other names.
func ZoneNames() []string { return slices.Clone(zoneNames) }

// LoadZone returns the zone of that exact name in the IANA database, its older names like
// Asia/Calcutta included. It refuses everything else with ErrZoneUnknown, also what
// time.LoadLocation takes beyond: the empty name, "Local", and files that happen to lie in
// the machine's zone folder. Any other error means that the machine's zone data is broken.
func LoadZone(name string) (*time.Location, error) {
	_, listed := slices.BinarySearch(zoneNames, name)
	_, other := slices.BinarySearch(otherZoneNames, name)
	if !listed && !other {
		return nil, unknownZone(name)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("load time zone %s: %w", name, err)
	}
	return zone, nil
}

func unknownZone(name string) error {
	if name == "" {
		return ErrZoneUnknown
	}
	if meant := meantZone(name); meant != "" {
		return ErrZoneUnknown.With("%.60q is not the name of a time zone. Did you mean %s?", name, meant)
	}
	return ErrZoneUnknown.With("%.60q is not the name of a time zone. Give one by area and city, like Europe/Paris.", name)
}

// meantZone finds the zone whose name, or whose city, was written in other letters:
// "europe/paris", "New York". It is empty if there is none.
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
