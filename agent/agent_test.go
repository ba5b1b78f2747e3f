package agent

import (
	"testing"
)

// The agent follows the server from release to release, keeps the one before, and fetches nothing twice.
func TestFollow(t *testing.T) {
	t.Parallel()
	p, dir := newPeer(t), folder(t)
	cfg := p.config(t, dir)
	for i, step := range []struct {
		version            string
		fetched, artifacts int // so far; kept
		releases           int
	}{{"1.0.0", 2, 2, 1}, {"1.0.0", 2, 2, 1}, {"2.0.0", 3, 3, 2}, {"1.0.0", 3, 3, 2}, {"3.0.0", 4, 3, 2}} {
		p.want(step.version)
		if err := once(t, cfg); err != nil {
			t.Fatal(err)
		}
		p.runs(t, dir, step.version)
		if len(p.ranges) != step.fetched {
			t.Errorf("step %d: fetched %d artifacts, want %d", i, len(p.ranges), step.fetched)
		}
		if got := names(t, dir, "artifacts", "sha256"); len(got) != step.artifacts {
			t.Errorf("step %d: keeps %d artifacts, want %d", i, len(got), step.artifacts)
		}
		if got := names(t, dir, "releases"); len(got) != step.releases {
			t.Errorf("step %d: keeps %d releases, want %d", i, len(got), step.releases)
		}
		if got, want := p.lastReport(), (observed{ReleaseID: p.id(step.version), Status: "installed"}); got != want {
			t.Errorf("step %d: reported %+v, want %+v", i, got, want)
		}
	}
	if len(p.reports) != 4 || p.notNew != 1 {
		t.Errorf("%d reports, %d answers without news; want 4 changes and 1", len(p.reports), p.notNew)
	}
	if left := leftovers(t, dir); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}
