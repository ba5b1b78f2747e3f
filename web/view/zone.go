package view

import (
	"time"

	"packtide/release"
)

// Zone is the location of a zone's name as the database keeps it; UTC for a name that this machine does not know.
func Zone(name string) *time.Location {
	zone, err := release.LoadZone(name)
	if err != nil {
		return time.UTC
	}
	return zone
}
