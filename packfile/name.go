package packfile

import (
	"regexp"
	"strings"
	"unicode"
)

// baseName turns text into a lower-case identifier: spaces become `_`, whatever is no letter, digit, `_`, `-` or
// `.` is left out. It is empty if no letter or digit remains.
func baseName(text string) string {
	var b strings.Builder
	solid := false
	for word := range strings.FieldsSeq(text) {
		part := strings.Map(identifierRune, word)
		if part == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('_')
		}
		solid = solid || strings.ContainsFunc(part, isAlphanumeric)
		b.WriteString(part)
	}
	if !solid {
		return ""
	}
	return b.String()
}

// madeName is the base name for a package whose file has none but a display name: empty where the summary would be no
// technical name as programs know it, so that the name given at upload decides.
func madeName(displayName string) string {
	const longest = 100
	name := strings.TrimLeft(baseName(displayName), "_.-")
	if len(name) > longest || strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII }) {
		return ""
	}
	return name
}

func identifierRune(r rune) rune {
	if isAlphanumeric(r) || r == '_' || r == '-' || r == '.' {
		return unicode.ToLower(r)
	}
	return -1
}

func isAlphanumeric(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// snakeCase turns an identifier into the folder name that the platform's tools give it: "GoogleSheets",
// "Google-Sheets" and "Google Sheets" become "google_sheets", "VectraQUX" becomes "vectra_qux".
func snakeCase(text string) string {
	runes := []rune(text)
	var words strings.Builder
	for i, r := range runes {
		if !isAlphanumeric(r) {
			words.WriteByte(' ')
			continue
		}
		afterLower := i > 0 && (unicode.IsLower(runes[i-1]) || unicode.IsDigit(runes[i-1]))
		beforeLower := i > 0 && unicode.IsUpper(runes[i-1]) && i+1 < len(runes) && unicode.IsLower(runes[i+1])
		if unicode.IsUpper(r) && (afterLower || beforeLower) {
			words.WriteByte(' ')
		}
		words.WriteRune(r)
	}
	return baseName(words.String())
}

var versionSuffix = regexp.MustCompile(`(?i)[_ ]v\d+(\.\d+){0,2}$`)

// withoutVersion cuts the version suffixes off a technical name, also repeated ones ("x_v1.1_v1.1" → "x").
func withoutVersion(name string) string {
	for {
		cut := versionSuffix.ReplaceAllString(name, "")
		if cut == name || cut == "" {
			return name
		}
		name = cut
	}
}

// DisplayNameFinding checks the form `<Company> <Product> [<Description>]` and returns a warning and true if name
// can't have it: fewer than two words. (R3)
func DisplayNameFinding(name string) (Finding, bool) {
	if len(strings.Fields(name)) >= 2 {
		return Finding{}, false
	}
	message := "The display name is empty; it should name the company and the product."
	if strings.TrimSpace(name) != "" {
		message = "The display name “" + strings.TrimSpace(name) + "” is a single word; it should name the company and the product."
	}
	return Finding{
		Code:     "NAM-01",
		Severity: SeverityWarning,
		Field:    "displayName",
		Message:  message,
		Fix:      "Name it “<Company> <Product>”, if you like followed by a short description, for example “Google Sheets”.",
	}, true
}
