package packfile_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/packfile"
)

func TestCompareFiles(t *testing.T) {
	t.Parallel()
	read := func(files ...file) packfile.Package {
		return read(t, zipOf(t, files...), "x.zip")
	}
	old := read(file{name: "a/x", content: "1"}, file{name: "a/y", content: "1"}, file{name: "b", content: "4"}, file{name: "d", content: "6"})
	changed := read(file{name: "a/x", content: "1"}, file{name: "a/y", content: "2"}, file{name: "c", content: "5"}, file{name: "e", content: "6"})
	got := packfile.Compare(old, changed, packfile.Options{})
	want := []packfile.Change{
		{Event: packfile.Changed, Kind: packfile.KindFile, Key: "a/y", Name: "a/y", File: "a/y", Bump: packfile.BumpRelease},
		{Event: packfile.Removed, Kind: packfile.KindFile, Key: "b", Name: "b", File: "b", Bump: packfile.BumpRelease},
		{Event: packfile.Added, Kind: packfile.KindFile, Key: "c", Name: "c", File: "c", Bump: packfile.BumpRelease},
		{Event: packfile.Renamed, Kind: packfile.KindFile, Key: "e", Name: "e", Old: "d", New: "e", File: "e", Bump: packfile.BumpRelease},
	}
	if diff := cmp.Diff(want, got.Changes); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if got.Smallest != packfile.BumpRelease {
		t.Errorf("got %s, want the release bump", got.Smallest)
	}
	if same := packfile.Compare(old, old, packfile.Options{}); len(same.Changes) > 0 || same.Smallest != packfile.BumpNone {
		t.Errorf("a package differs from itself: %+v", same)
	}
}

func TestBumpBetween(t *testing.T) {
	t.Parallel()
	v := func(major, minor, patch int) packfile.Version {
		return packfile.Version{Major: major, Minor: minor, Patch: patch}
	}
	for _, c := range []struct {
		from, to packfile.Version
		want     packfile.Bump
	}{
		{v(1, 2, 3), v(2, 0, 0), packfile.BumpMajor},
		{v(1, 2, 3), v(1, 3, 0), packfile.BumpMinor},
		{v(1, 2, 9), v(1, 2, 10), packfile.BumpRelease},
		{v(1, 2, 3), v(1, 2, 3), packfile.BumpNone},
		{v(2, 0, 0), v(1, 9, 9), packfile.BumpNone},
	} {
		if got := packfile.BumpBetween(c.from, c.to); got != c.want {
			t.Errorf("%s → %s: got %s, want %s", c.from, c.to, got, c.want)
		}
	}
}
