package packfile_test

import (
	"fmt"
	"strings"
	"testing"

	"packtide/packfile"
)

func groupLines(changes ...packfile.Change) string {
	c := packfile.Comparison{Changes: changes}
	var lines []string
	for _, g := range c.Groups() {
		lines = append(lines, g.Text()+": "+g.List(3))
	}
	return strings.Join(lines, "\n")
}

func TestGroupsTellWhatHasToBeDoneFirst(t *testing.T) {
	t.Parallel()
	ch := func(event packfile.Event, kind, name, facet string, bump packfile.Bump) packfile.Change {
		return packfile.Change{Event: event, Kind: kind, Key: name, Name: name, Facet: facet, Bump: bump}
	}
	renamed := ch(packfile.Renamed, "output", "risk", "", packfile.BumpMajor)
	renamed.Old, renamed.New = "score", "risk"
	changes := []packfile.Change{
		ch(packfile.Removed, "output", "verdict", "", packfile.BumpMajor),
		ch(packfile.Changed, "parameter", "mode", "choices", packfile.BumpMajor),
		renamed,
		ch(packfile.Added, "parameter", "region", "", packfile.BumpMajor),
		ch(packfile.Added, "parameter", "api_key", "", packfile.BumpMajor),
		ch(packfile.Added, "dependency", "x", "", packfile.BumpMinor),
		ch(packfile.Added, "dependency", "y", "", packfile.BumpMinor),
		ch(packfile.Changed, "parameter", "mode", "label", packfile.BumpRelease), // the same thing once more
		ch(packfile.Changed, "action", "ping", "label", packfile.BumpRelease),
		ch(packfile.Added, packfile.KindFile, "a.py", "", packfile.BumpRelease),
		ch(packfile.Removed, packfile.KindFile, "b.py", "", packfile.BumpRelease),
	}
	for i := range 5 {
		changes = append(changes, ch(packfile.Changed, "widget", fmt.Sprint("w", i), "label", packfile.BumpRelease))
	}
	want := `2 new required parameters: region, api_key
1 removed output: verdict
1 changed parameter: mode
1 renamed output: score → risk
2 new dependencies: x, y
1 changed action: ping
5 changed widgets: w0, w1, w2 and 2 more
2 changed files: `
	if got := groupLines(changes...); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := groupLines(); got != "" {
		t.Errorf("no change tells %q", got)
	}
}
