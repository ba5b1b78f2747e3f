package view

import (
	"regexp"
	"strings"
)

// What a text may hold to be read as Markdown. Readers of Markdown take time that grows with the square, or worse, of some of
// these, and fill up the rows of a table with empty cells; a guide written for people stays far below all of them.
const (
	maxProse   = 200_000 // bytes; the rules admit 50,000 characters
	maxOpeners = 1_000   // of links and pictures
	maxMarks   = 5_000   // of emphasis, and of what is struck through
	maxCells   = 10_000  // of a table as wide and as long as the text might make one
	maxIndent  = 60      // columns, which nest lists
)

// deepNesting finds a line that opens more than twelve quotes and lists in one another.
var deepNesting = regexp.MustCompile(`(?m)^(?:[ \t]*(?:>|[-+*][ \t]|[0-9]{1,9}[.)][ \t])){13}`)

// tableRule finds where the line below the head of a table goes from one column to the next. A table of one column has no more
// cells than the text has lines.
var tableRule = regexp.MustCompile(`-:?\s*\|\s*:?-`)

// proseReadable tells whether a text is within these limits.
func proseReadable(text string) bool {
	marks := strings.Count(text, "*") + strings.Count(text, "_") + strings.Count(text, "~")
	if len(text) > maxProse || strings.Count(text, "[") > maxOpeners || marks > maxMarks || deepNesting.MatchString(text) {
		return false
	}
	lines, pipes := 0, 0
	for line := range strings.Lines(text) {
		lines++
		pipes = max(pipes, strings.Count(line, "|"))
		if rest := strings.TrimLeft(line, " \t"); rest != "\n" && len(line)-len(rest) > maxIndent {
			return false
		}
	}
	return pipes*lines <= maxCells || !tableRule.MatchString(text)
}
