package packfile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxListed is how many things a fact names; real files stay below it.
const maxListed = 100

// listText puts things behind each other in the order of the alphabet, each once, and says how many more there are.
func listText(things []string) string {
	slices.Sort(things)
	return firstOf(maxListed, slices.Compact(things))
}

// maxExamples is how many of many like things a message names.
const maxExamples = 5

// examples names the first of many things, as they stand.
func examples(things []string) string { return firstOf(maxExamples, things) }

func firstOf(most int, things []string) string {
	if len(things) <= most {
		return strings.Join(things, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(things[:most], ", "), len(things)-most)
}

// quoted puts a value of a file into a message.
func quoted(text string) string {
	if text == "" {
		return "empty"
	}
	return "“" + shorten(text) + "”"
}

// quotedList names things in their order, with “and” before the last.
func quotedList(things []string) string {
	all := make([]string, len(things))
	for i, thing := range things {
		all[i] = "“" + thing + "”"
	}
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:len(all)-1], ", ") + " and " + all[len(all)-1]
}

// countText is a number as a fact has it, where no number is no fact.
func countText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// countWords puts a number before words that say more than a noun: "1 file is", "2 files are".
func countWords(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// countOf puts a number before a noun: "1 file", "3 dependencies", "2 apps needed".
func countOf(n int, noun string) string { return countWords(n, noun, plural(noun)) }

func plural(noun string) string {
	stem, isY := strings.CutSuffix(noun, "y")
	switch {
	case isY && stem != "" && !strings.ContainsAny(stem[len(stem)-1:], "aeiou"):
		return stem + "ies"
	case strings.HasSuffix(noun, "s"), strings.HasSuffix(noun, "x"), strings.HasSuffix(noun, "ch"):
		return noun + "es"
	default:
		return noun + "s"
	}
}

// joinField names a member of a field, which is "" for the top of the file.
func joinField(field, key string) string {
	if field == "" {
		return shorten(key)
	}
	return field + "." + shorten(key)
}
