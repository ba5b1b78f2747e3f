package packfile

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Version is Major.Minor.Release; the zero value is 0.0.0. (R1)
type Version struct{ Major, Minor, Patch int }

// String returns "1.2.3".
func (v Version) String() string { return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch) }

// Compare returns -1, 0 or +1 as v is older than, the same as or newer than other.
func (v Version) Compare(other Version) int {
	return cmp.Or(
		cmp.Compare(v.Major, other.Major),
		cmp.Compare(v.Minor, other.Minor),
		cmp.Compare(v.Patch, other.Patch),
	)
}

// Next is the version that the bump makes of v, the lower numbers zero; v itself for BumpNone.
func (v Version) Next(b Bump) Version {
	switch b {
	case BumpMajor:
		return Version{Major: v.Major + 1}
	case BumpMinor:
		return Version{Major: v.Major, Minor: v.Minor + 1}
	case BumpRelease:
		return Version{Major: v.Major, Minor: v.Minor, Patch: v.Patch + 1}
	default:
		return v
	}
}

// maxVersionDigits keeps each part of a version within a 32-bit integer column.
const maxVersionDigits = 9

// ParsePlatform reads a version as platforms write it: one to three non-negative whole numbers, the missing ones
// zero ("15" is 15.0.0, "11.0" is 11.0.0). Leading zeros, signs, spaces and suffixes are refused, since they would
// make two labels for one version.
func ParsePlatform(text string) (Version, bool) {
	parts := strings.Split(text, ".")
	if len(parts) > 3 {
		return Version{}, false
	}
	var numbers [3]int
	for i, part := range parts {
		n, ok := parseVersionPart(part)
		if !ok {
			return Version{}, false
		}
		numbers[i] = n
	}
	return Version{Major: numbers[0], Minor: numbers[1], Patch: numbers[2]}, true
}

func parseVersionPart(part string) (int, bool) {
	if part == "" || len(part) > maxVersionDigits || (len(part) > 1 && part[0] == '0') {
		return 0, false
	}
	for _, c := range []byte(part) {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	n, err := strconv.Atoi(part)
	return n, err == nil
}
