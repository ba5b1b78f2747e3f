package release

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Version is Major.Minor.Release (R1): three non-negative integers, compared as such and never as text.
type Version struct {
	Major, Minor, Patch int
}

// ParseVersion reads "1.2.3"; anything else is refused with ErrVersionForm (R1).
func ParseVersion(s string) (Version, error) {
	parts := strings.Split(strings.TrimSpace(s), ".")
	if len(parts) != 3 {
		return Version{}, ErrVersionForm
	}
	var n [3]int
	for i, part := range parts {
		v, err := strconv.ParseUint(part, 10, 31)
		if err != nil || (len(part) > 1 && part[0] == '0') {
			return Version{}, ErrVersionForm
		}
		n[i] = int(v)
	}
	return Version{n[0], n[1], n[2]}, nil
}

// String writes "1.2.3".
func (v Version) String() string { return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch) }

// IsZero tells whether the version is 0.0.0, the lowest there is.
func (v Version) IsZero() bool { return v == Version{} }

// Compare is negative when v is older than other, positive when it is newer.
func (v Version) Compare(other Version) int {
	return cmp.Or(cmp.Compare(v.Major, other.Major), cmp.Compare(v.Minor, other.Minor), cmp.Compare(v.Patch, other.Patch))
}

// MarshalText writes "1.2.3".
func (v Version) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads "1.2.3".
func (v *Version) UnmarshalText(text []byte) error {
	parsed, err := ParseVersion(string(text))
	if err != nil {
		return err
	}
	*v = parsed
	return nil
}

// Bump is how much a new version changes the one before it.
type Bump int

// The bumps, from the smallest to the largest.
const (
	BumpNone Bump = iota
	BumpRelease
	BumpMinor
	BumpMajor
)

// String is the word that people read.
func (b Bump) String() string {
	return [...]string{"none", "release", "minor", "major"}[b]
}

// BumpBetween is the largest part in which the two versions differ, whichever is newer.
func BumpBetween(from, to Version) Bump {
	switch {
	case from.Major != to.Major:
		return BumpMajor
	case from.Minor != to.Minor:
		return BumpMinor
	case from.Patch != to.Patch:
		return BumpRelease
	default:
		return BumpNone
	}
}

// Next is the version that the bump makes of v.
func (v Version) Next(b Bump) Version {
	switch b {
	case BumpMajor:
		return Version{v.Major + 1, 0, 0}
	case BumpMinor:
		return Version{v.Major, v.Minor + 1, 0}
	case BumpRelease:
		return Version{v.Major, v.Minor, v.Patch + 1}
	default:
		return v
	}
}
