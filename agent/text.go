package agent

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean makes a text of strangers harmless for terminals and logs: control characters become spaces, line ends stay.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, strings.ToValidUTF8(s, string(utf8.RuneError)))
}

// short is a clean text of at most n bytes, cut at its end.
func short(s string, n int) string {
	s = strings.TrimSpace(clean(s))
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
