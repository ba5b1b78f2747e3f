package atomsphere

import (
	"strings"

	"packtide/release"
)

// The words of Boomi for how often an account installs a pack (R6).
const (
	single = "SINGLE"
	multi  = "MULTI"
)

func installationType(multiple bool) string {
	if multiple {
		return multi
	}
	return single
}

// parseLabel reads a version as Boomi's clients write it: "2" and "2.1" are 2.0.0 and 2.1.0 (R1).
func parseLabel(label string) (release.Version, error) {
	label = strings.TrimSpace(label)
	for strings.Count(label, ".") < 2 {
		label += ".0"
	}
	return release.ParseVersion(label) //nolint:wrapcheck // the rule's own words
}

// optional leaves an empty text out of an answer.
func optional(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// idKey reads a key that begins with an id; a key that does not was made up.
func idKey(key string) (release.ID, string, error) {
	const length = 36
	if key == "" {
		return release.ID{}, "", nil
	}
	if len(key) < length {
		return release.ID{}, "", errToken
	}
	id, err := release.ParseID(key[:length])
	if err != nil {
		return release.ID{}, "", errToken
	}
	return id, key[length:], nil
}

// onlyOne is a page of at most one thing, found by what the filter demands.
func onlyOne(after string, t thing, err error) ([]row, error) {
	if after != "" || isNotFound(err) {
		return nil, nil
	}
	return []row{{"-", t}}, err
}
