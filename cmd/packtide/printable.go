package main

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// printable writes out what a terminal would act on instead of showing it: texts come from packages of strangers. Line ends
// and tabs stay.
func printable(text string) string {
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD"):
			b.WriteString(`\x` + strconv.FormatUint(uint64(text[i])+0x100, 16)[1:])
		case r == '\n', r == '\t', strconv.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return b.String()
}

// oneLine puts texts into one printable line.
func oneLine(texts ...string) string {
	return printable(strings.Join(strings.Fields(strings.Join(texts, " ")), " "))
}
