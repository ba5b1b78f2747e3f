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
	maxMarks   = 5_000   // of emphasis
	maxCells   = 10_000  // of a table as wide and as long as the text might make one
	maxIndent  = 60      // columns, which nest lists
)

// deepNesting finds a line that opens more than twelve quotes and lists in one another.
var deepNesting = regexp.MustCompile(`(?m)^(?:[ \t]*(?:>|[-+*][ \t]|[0-9]{1,9}[.)][ \t])){13}`)

// proseReadable tells whether a text is within these limits.
func proseReadable(text string) bool {
	if len(text) > maxProse || strings.Count(text, "[") > maxOpeners || strings.Count(text, "*")+strings.Count(text, "_") > maxMarks ||
		deepNesting.MatchString(text) {
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
	return pipes*lines <= maxCells || !strings.Contains(text, "-|") && !strings.Contains(text, "|-") && !strings.Contains(text, "| -")
}
