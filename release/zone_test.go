package release_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"packtide/release"
)

func TestZoneNames(t *testing.T) {
	t.Parallel()
	names := release.ZoneNames()
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Error("not sorted, or a name twice")
	}
	if len(names) < 400 {
		t.Errorf("only %d names", len(names))
	}
	for _, name := range names {
		zone, err := release.LoadZone(name)
		if err != nil || zone.String() != name {
			t.Errorf("%s: %v, %v", name, zone, err)
		}
	}
	for _, name := range []string{"UTC", "Europe/Paris", "Europe/Stockholm", "America/New_York", "Asia/Kolkata", "Pacific/Apia"} {
		if !slices.Contains(names, name) {
			t.Errorf("%s is missing", name)
		}
	}
	names[0] = "changed"
	if release.ZoneNames()[0] == "changed" {
		t.Error("a caller can change the list")
	}
}

// Browsers and other systems still give older names.
func TestLoadZoneTakesOtherNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Asia/Calcutta", "US/Eastern", "Etc/UTC", "Etc/GMT-14", "Europe/Kiev", "Asia/Katmandu", "Zulu"} {
		if zone, err := release.LoadZone(name); err != nil || zone.String() != name {
			t.Errorf("%s: %v, %v", name, zone, err)
		}
	}
}

func TestLoadZoneRefuses(t *testing.T) {
	t.Parallel()
	for name, hint := range map[string]string{
		"":                              "Europe/Paris",
		"Local":                         "Europe/Paris",
		"localtime":                     "Europe/Paris",
		"PST":                           "Europe/Paris",
		"CEST":                          "Europe/Paris",
		"UTC+2":                         "Europe/Paris",
		"+02:00":                        "Europe/Paris",
		"Europe":                        "Europe/Paris",
		"Europe/Atlantis":               "Europe/Paris",
		"posix/Europe/Paris":            "Europe/Paris",
		"right/Europe/Paris":            "Europe/Paris",
		"../zoneinfo/Asia/Tokyo":        "Europe/Paris",
		"/usr/share/zoneinfo/Asia/Aden": "Europe/Paris",
		"Asia/Tokyo\x00":                "Europe/Paris",
		"europe/berlin":                 "Did you mean Europe/Berlin?",
		"New York":                      "Did you mean America/New_York?",
		" Asia/Tokyo":                   "Did you mean Asia/Tokyo?",
		"us/eastern":                    "Did you mean US/Eastern?",
		strings.Repeat("Europe/", 1000): "Europe/Paris",
	} {
		zone, err := release.LoadZone(name)
		if !errors.Is(err, release.ErrZoneUnknown) {
			t.Errorf("%q: %v, %v; want ErrZoneUnknown", name, zone, err)
			continue
		}
		if !strings.Contains(err.Error(), hint) || len(err.Error()) > 300 {
			t.Errorf("%q: %q does not say %q", name, err, hint)
		}
	}
}
