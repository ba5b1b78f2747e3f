package packfile

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// What a finding quotes of the file.
const (
	quoteAround    = 2         // lines before and after the one that is meant
	maxQuoteLine   = 200       // characters of a line
	maxQuotedFiles = 50        // files that are read for quoting
	maxQuotedBytes = 512 << 10 // of a file
)

// quote gives findings the text around their place.
func (s *source) quote(rules []Rule, got reading, findings []Finding) error {
	secrets := secretLines(rules, got.findings)
	texts, err := s.quotable(got, findings)
	if err != nil {
		return err
	}
	for i := range findings {
		f := &findings[i]
		near := func(line int) bool { return max(line-f.Line, f.Line-line) <= quoteAround }
		if data, ok := texts[f.Path]; ok && f.Line > 0 && !slices.ContainsFunc(secrets[f.Path], near) {
			f.Excerpt, f.ExcerptLine = excerpt(data, f.Line)
		}
	}
	return nil
}

// secretLines returns where the secrets are, by path: what is quoted of another fault nearby must not show them either.
func secretLines(rules []Rule, findings []Finding) map[string][]int {
	lines := map[string][]int{}
	for _, r := range rules {
		for _, f := range findings {
			if at := lines[f.Path]; r.Secret && f.Code == r.Code && (len(at) == 0 || at[len(at)-1] != f.Line) {
				lines[f.Path] = append(at, f.Line)
			}
		}
	}
	return lines
}

// quotable returns the texts of the files that findings point into.
func (s *source) quotable(got reading, findings []Finding) (map[string][]byte, error) {
	var wanted []string
	for _, f := range findings {
		if f.Line > 0 && !slices.Contains(wanted, f.Path) && len(wanted) < maxQuotedFiles {
			wanted = append(wanted, f.Path)
		}
	}
	texts := map[string][]byte{}
	if s.archive == nil {
		if slices.Contains(wanted, s.ownName()) && s.size <= maxQuotedBytes {
			data := make([]byte, s.size)
			if _, err := s.r.ReadAt(data, 0); err != nil {
				return texts, nil //nolint:nilerr // a quotation is not worth a refusal; the reader remembers a failure of the disk
			}
			texts[s.ownName()] = data
		}
		return texts, nil
	}
	var lying []string
	for _, name := range wanted {
		if data, ok := got.inner[name]; ok {
			texts[name] = data
		} else if s.archive.has(name) && s.archive.files[s.archive.index[name]].size <= maxQuotedBytes {
			lying = append(lying, name)
		}
	}
	files, err := s.archive.readWithin(maxQuotedBytes, lying...)
	maps.Copy(texts, files)
	return texts, err
}

// excerpt returns the lines around a line, and the number of the first of them; nothing if the text ends before it or
// is no text.
func excerpt(data []byte, line int) (string, int) {
	text, fault := checkText(data)
	if fault != nil || bytes.IndexByte(text, 0) >= 0 {
		return "", 0
	}
	first := max(1, line-quoteAround)
	var quoted []string
	number := 0
	for l := range strings.Lines(string(text)) {
		number++
		if number > line+quoteAround {
			break
		}
		if number >= first {
			quoted = append(quoted, cutLine(strings.TrimRight(l, "\r\n")))
		}
	}
	if number+1 < line || len(quoted) == 0 { // what ends too early is missed just behind the last line
		return "", 0
	}
	return strings.Join(quoted, "\n"), first
}

// cutLine keeps the beginning of a long line.
func cutLine(line string) string {
	if utf8.RuneCountInString(line) <= maxQuoteLine {
		return line
	}
	return string([]rune(line)[:maxQuoteLine]) + "…"
}
