package view

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"packtide/packfile"
	"packtide/release"
)

// comparedFile is a file of two versions of a package.
func comparedFile(old, new string) ComparedFile {
	v := func(minor int) release.Comparable {
		return release.Comparable{VersionRef: release.VersionRef{Version: release.Version{Major: 1, Minor: minor}}, Kept: true}
	}
	older := v(0)
	return ComparedFile{
		Compared: Compared{New: v(1), Old: &older}, Path: "a.txt", In: [2]bool{true, true},
		Diff: packfile.DiffTexts([]byte(old), []byte(new)),
	}
}

// TestLongFileComparison: a page shows so many lines of a file, whatever the file has, and says how many it leaves out.
func TestLongFileComparison(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ lines, shown int }{{10, 20}, {mostDiffLines / 2, mostDiffLines}, {100_000, mostDiffLines}} {
		f := comparedFile(strings.Repeat("a\n", tc.lines), strings.Repeat("b\n", tc.lines))
		var page bytes.Buffer
		if err := CompareFilePage(f).Render(t.Context(), &page); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(page.String(), `<td class="text">`); n != tc.shown || page.Len() > 1<<20 {
			t.Errorf("of %d lines %d are shown, in %d bytes", 2*tc.lines, n, page.Len())
		}
		if says := strings.Contains(page.String(), "more are not shown"); says != (2*tc.lines > tc.shown) || f.hidden() != 2*tc.lines-tc.shown {
			t.Errorf("of %d lines the page says that some are left out: %t (%d)", 2*tc.lines, says, f.hidden())
		}
	}
}

// TestProposedNotesFit: notes that are proposed can be kept, whatever the packages say of themselves. // R23
func TestProposedNotesFit(t *testing.T) {
	t.Parallel()
	from, to := release.VersionRef{Version: release.Version{Major: 1}}, release.VersionRef{Version: release.Version{Major: 2}}
	long := strings.Repeat("é\n", 3000)
	step := release.Step{
		ContentRow: release.ContentRow{DisplayName: "Mail", From: &from, To: &to},
		Found: &release.Found{Breaking: 9, Breaks: []packfile.Change{
			{Event: packfile.Changed, Kind: "parameter", Name: long, Facet: "choices", Old: long, New: long, Bump: packfile.BumpMajor},
			{Event: packfile.Renamed, Kind: "action", Old: "Ping", New: "Pong", Bump: packfile.BumpMajor},
		}},
	}
	notes := ProposedNotes(nil, []release.Step{step}, true)
	if lines := strings.Split(notes, "\n"); len(lines) != 4 || lines[2] != "- action Ping was renamed to Pong" || lines[3] != "- and 7 more" || len(notes) > 1000 {
		t.Errorf("proposes %q", notes)
	}
	var since []NotesOf
	for range 3 {
		since = append(since, NotesOf{Package: "Mail", Text: strings.Repeat("é", 9_000)})
	}
	for _, released := range []bool{false, true} {
		notes = ProposedNotes(since, nil, released)
		if n := utf8.RuneCountInString(notes); n > release.MaxNotes || n < 18_000 || !strings.HasSuffix(notes, "There are more changes than fit here.") {
			t.Errorf("proposes %d characters, which end with %q", n, notes[len(notes)-50:])
		}
	}
	if notes := ProposedNotes(since[:2], nil, true); strings.Contains(notes, "fit here") || strings.HasSuffix(notes, "\n") {
		t.Errorf("notes that fit end with %q", notes[len(notes)-50:])
	}
}
