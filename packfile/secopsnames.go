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

// soMaxNear is the longest word that a similar one is looked for.
const soMaxNear = 60

// soNearest returns the one of the words that looks most like a misspelling of word, "" if none does.
func soNearest(word string, words []string) string {
	if len(word) > soMaxNear {
		return ""
	}
	best, least := "", max(1, len(word)/3)+1
	for _, w := range words {
		if len(w) > soMaxNear {
			continue
		}
		d := soEditDistance(strings.ToLower(word), w)
		if 2*len(word) > len(w) && strings.HasPrefix(w, word) { // its end was left off
			d = 1
		}
		if d < least {
			best, least = w, d
		}
	}
	return best
}

// soEditDistance counts the letters to add, drop or change to get from a to b.
func soEditDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}

// soStaysInside reports whether a relative path stays in its folder on every system.
func soStaysInside(name string) bool {
	if name == "" || strings.HasPrefix(name, "/") || strings.Contains(name, `\`) || hasDrive(name) || strings.ContainsRune(name, 0) {
		return false
	}
	return !slices.Contains(strings.Split(name, "/"), "..")
}
