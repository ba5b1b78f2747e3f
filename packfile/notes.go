package packfile

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Note is one entry of a package's release notes.
type Note struct {
	Version string // as the platform counts, "15.0"
	Text    string
	Date    string // YYYY-MM-DD, or empty

	// What changed, where the platform tells: "Google Sheets - Ping", "Action".
	Item, ItemType string

	// Flags that the author set on the change.
	New, Deprecated, Removed, Regressive bool
}

// NotesFor returns the text of the notes for exactly version v, one note a line, in the order of the file.
func (m Manifest) NotesFor(v Version) string {
	var lines []string
	for _, note := range m.Notes {
		nv, ok := ParsePlatform(note.Version)
		if ok && nv == v && note.Text != "" {
			lines = append(lines, note.Text)
		}
	}
	return strings.Join(lines, "\n")
}

// day is the date of the newest note for the manifest's own version, or empty if no note tells it.
func (m Manifest) day() string {
	day := ""
	for _, note := range m.Notes {
		if v, ok := ParsePlatform(note.Version); ok && m.HasVersion && v == m.Version {
			day = max(day, note.Date)
		}
	}
	return day
}

// sortNotes puts the oldest version first and keeps the order within one version. Notes without a readable
// version come first.
func sortNotes(notes []Note) {
	slices.SortStableFunc(notes, func(a, b Note) int {
		va, _ := ParsePlatform(a.Version)
		vb, _ := ParsePlatform(b.Version)
		return va.Compare(vb)
	})
}

// noteDate reads a date, or the seconds or milliseconds since 1970 that notes held before mid-2025.
func noteDate(text string) string {
	if day, err := time.Parse("2006-1-2", text); err == nil {
		return day.Format(time.DateOnly)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 {
		return ""
	}
	const firstMillis = 1e11 // as seconds this is in the year 5138
	if n < firstMillis {
		n *= 1000
	}
	day := time.UnixMilli(n).UTC()
	if day.Year() > 9999 {
		return ""
	}
	return day.Format(time.DateOnly)
}
