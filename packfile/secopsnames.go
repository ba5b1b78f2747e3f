package packfile

import (
	"regexp"
	"slices"
	"strings"
)

// soForm is how a name must be written.
type soForm struct {
	pattern *regexp.Regexp
	list    string // of the vendor's exclusions
	rule    string // "it may have …"
	fix     string
}

// The vendor's tools take every space of Unicode for one. A name that they take and that is written unusually is what
// R-NAME-STRICT is about.
const soSpace = `\s\v\x1c-\x1f\x{85}\p{Z}`

var (
	soIdentForm = &soForm{
		pattern: regexp.MustCompile(`^[a-zA-Z0-9_-]+$`), list: "identifier",
		rule: "it may have letters, digits, “-” and “_” only.",
		fix:  "Write it without spaces and other characters. What is released keeps its identifier: a new one is another integration.",
	}
	soDisplayForm = &soForm{
		pattern: regexp.MustCompile(`^[A-Za-z0-9,_` + soSpace + `-]+$`), list: "display name",
		rule: "it may have letters, digits, spaces, “-”, “_” and “,” only.",
		fix:  "Rename it without other characters.",
	}
	soStrictForm = &soForm{
		pattern: regexp.MustCompile(`^[a-zA-Z0-9 -]+$`), list: "display name",
		rule: "names should have letters, digits, spaces and “-” only.",
		fix:  "Rename it without other characters. To users of a released version a new name is another component.",
	}
	soStrictParamForm = &soForm{
		pattern: regexp.MustCompile(`^[a-zA-Z0-9' -]+$`), list: "parameter name",
		rule: "names of parameters should have letters, digits, spaces, “-” and “'” only.",
		fix:  "Rename it without other characters. To users of a released version a new name is another parameter.",
	}
)

// soStaysInside reports whether a relative path stays in its folder on every system.
func soStaysInside(name string) bool {
	if name == "" || strings.HasPrefix(name, "/") || strings.Contains(name, `\`) || hasDrive(name) || strings.ContainsRune(name, 0) {
		return false
	}
	return !slices.Contains(strings.Split(name, "/"), "..")
}
