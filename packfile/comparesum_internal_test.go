package packfile

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCompareRenames(t *testing.T) {
	t.Parallel()
	part := func(kind, key, look string) Part {
		return Part{Kind: kind, Key: key, Name: "the " + key, Facets: []Facet{{"type", look}}}
	}
	pack := func(parts []Part, files ...FileMark) Package {
		return Package{Manifest: Manifest{Platform: PlatformPlain}, Contents: Contents{Parts: parts, Files: files}}
	}
	old := pack([]Part{
		part("parameter", "host", "String"), part("parameter", "a", "Choice"), part("parameter", "b", "Choice"), part("feature", "x", ""),
	}, FileMark{"a.py", 7, "11"}, FileMark{"empty", 0, "e"}, FileMark{"same", 1, "2"})
	changed := pack([]Part{
		part("parameter", "server", "String"), part("parameter", "c", "Choice"), part("feature", "y", ""),
	}, FileMark{"b.py", 7, "11"}, FileMark{"none", 0, "e"}, FileMark{"same", 1, "2"})
	c := Compare(old, changed, Options{})
	var got []string
	for _, ch := range c.Changes {
		got = append(got, fmt.Sprintf("%s %s %s: %s → %s", ch.Kind, ch.Key, ch.Event, ch.Old, ch.New))
	}
	want := []string{
		// One of two equal choices went, so that nobody can tell which of them has the new name.
		"parameter c added:  → ", "feature y added:  → ", "parameter server renamed: the host → the server",
		"parameter a removed:  → ", "parameter b removed:  → ", "feature x removed:  → ",
		"file b.py renamed: a.py → b.py", "file empty removed:  → ", "file none added:  → ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if want := "2 parameters removed, 1 renamed, 1 added; 1 feature removed, 1 added; 1 file removed, 1 renamed, 1 added"; c.Summary() != want {
		t.Errorf("got %q, want %q", c.Summary(), want)
	}
	if none := Compare(old, old, Options{}); len(none.Changes) > 0 || none.Smallest != BumpNone || none.Summary() != "nothing changed" {
		t.Errorf("a package differs from itself: %+v", none)
	}
}

// A part that a broken package has twice is compared with its like.
func TestComparePartsTwice(t *testing.T) {
	t.Parallel()
	twice := Package{Contents: Contents{Parts: []Part{
		{Kind: "parameter", Key: "a", Facets: []Facet{{"type", "String"}}},
		{Kind: "parameter", Key: "a", Facets: []Facet{{"type", "Choice"}}},
	}}}
	once := Package{Contents: Contents{Parts: twice.Contents.Parts[:1]}}
	if c := Compare(twice, twice, Options{}); len(c.Changes) > 0 {
		t.Errorf("it differs from itself: %+v", c.Changes)
	}
	for _, c := range []struct {
		old, new Package
		want     Event
	}{{once, twice, Added}, {twice, once, Removed}} {
		if got := Compare(c.old, c.new, Options{}).Changes; len(got) != 1 || got[0].Event != c.want || got[0].Key != "a" {
			t.Errorf("got %+v, want one part %s", got, c.want)
		}
	}
}

func TestPlural(t *testing.T) {
	t.Parallel()
	for noun, want := range map[string]string{
		"file": "files", "dependency": "dependencies", "key": "keys", "class": "classes", "box": "boxes", "switch": "switches", "y": "ys",
	} {
		if got := plural(noun); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func BenchmarkCompare(b *testing.B) {
	for _, n := range []int{100, 10_000, 100_000} {
		old, changed := manyThings(n, 0), manyThings(n, n/2)
		b.Run(fmt.Sprintf("%d files and %d parts", n, n/10), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if c := Compare(old, changed, Options{}); len(c.Changes) != n {
					b.Fatalf("got %d changes, want %d", len(c.Changes), n)
				}
			}
		})
	}
}

// manyThings has n files and a tenth of that parts; those from the place first on are other things.
func manyThings(n, first int) Package {
	p := Package{Manifest: Manifest{Platform: PlatformPlain}}
	for i := range n {
		name := fmt.Sprintf("%06d", i)
		if i >= n/2 && first > 0 {
			name += "x"
		}
		p.Contents.Files = append(p.Contents.Files, FileMark{Path: name, Size: 1, Sum: "s"})
		if i < n/10 {
			p.Contents.Parts = append(p.Contents.Parts, Part{
				Kind: "parameter", Key: fmt.Sprint(i), Facets: []Facet{{"type", "String"}, {"label", name}},
			})
		}
	}
	return p
}
