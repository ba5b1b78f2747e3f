package release

import (
	"errors"
	"slices"
	"testing"
	"time"
)

func TestParseVersion(t *testing.T) { // R1
	t.Parallel()
	for text, want := range map[string]Version{"1.2.3": {1, 2, 3}, "0.0.0": {}, "10.0.2147483647": {10, 0, 2147483647}} {
		if got, err := ParseVersion(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "1", "1.2", "1.2.3.4", "1.2.x", "v1.2.3", "-1.2.3", "1.-2.3", "+1.2.3", "01.2.3", "1.2.2147483648", "1..3", "1.2.3-rc1", "1,2,3", "１.2.3"} {
		if _, err := ParseVersion(text); !errors.Is(err, ErrVersionForm) {
			t.Errorf("%q: %v, want ErrVersionForm", text, err)
		}
	}
}

func TestVersionOrder(t *testing.T) {
	t.Parallel()
	sorted := []Version{{0, 0, 0}, {0, 0, 10}, {0, 9, 0}, {0, 10, 0}, {1, 0, 0}, {9, 0, 0}, {10, 0, 0}}
	if !slices.IsSortedFunc(sorted, Version.Compare) {
		t.Error("versions are compared by number, not as text")
	}
	if BumpBetween(Version{1, 2, 3}, Version{1, 2, 3}) != BumpNone || BumpBetween(Version{2, 0, 0}, Version{1, 9, 9}) != BumpMajor {
		t.Error("bump")
	}
}

func TestID(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 21, 3, 4, 5, 678_900_000, time.UTC)
	id := NewID(at)
	if !id.Instant().Equal(at.Truncate(time.Millisecond)) || id[6]>>4 != 7 || id[8]>>6 != 2 {
		t.Errorf("%s tells %s", id, id.Instant())
	}
	back, err := ParseID(id.String())
	if err != nil || back != id {
		t.Errorf("%s read back as %s, %v", id, back, err)
	}
	if bound := FirstIDAfter(at); slices.Compare(id[:], bound[:]) >= 0 || !bound.Instant().Equal(at.Truncate(time.Millisecond).Add(time.Millisecond)) {
		t.Errorf("%s is not before %s", id, bound)
	}
	for _, text := range []string{"", "x", id.String()[1:], id.String() + "0", "zzzzzzzz-zzzz-7zzz-8zzz-zzzzzzzzzzzz", "01234567x0123-7123-8123-012345678901"} {
		if _, err := ParseID(text); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %v, want ErrNotFound", text, err)
		}
	}
}
