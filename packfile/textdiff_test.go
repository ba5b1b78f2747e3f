package packfile_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/packfile"
)

func TestDiffTexts(t *testing.T) {
	t.Parallel()
	old := "a\nb\nc\nd\ne\nf\ng\nh\n"
	got := packfile.DiffTexts([]byte(old), []byte(strings.Replace(old, "e\n", "E\nE2\n", 1)))
	want := packfile.TextDiff{Added: 2, Removed: 1, Hunks: []packfile.Hunk{{Lines: []packfile.DiffLine{
		{Old: 2, New: 2, Text: "b"},
		{Old: 3, New: 3, Text: "c"},
		{Old: 4, New: 4, Text: "d"},
		{Event: packfile.Removed, Old: 5, Text: "e"},
		{Event: packfile.Added, New: 5, Text: "E"},
		{Event: packfile.Added, New: 6, Text: "E2"},
		{Old: 6, New: 7, Text: "f"},
		{Old: 7, New: 8, Text: "g"},
		{Old: 8, New: 9, Text: "h"},
	}}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if added := packfile.DiffTexts(nil, []byte("x\ny\n")); added.Added != 2 || added.Removed != 0 {
		t.Errorf("a new file: got %+v", added)
	}
	if removed := packfile.DiffTexts([]byte("x"), nil); removed.Added != 0 || removed.Removed != 1 {
		t.Errorf("a file that is gone: got %+v", removed)
	}
	for name, pair := range map[string][2][]byte{
		"NUL":       {[]byte("a\x00"), []byte("b")},
		"no UTF-8":  {[]byte("a"), {0xff, 0xfe, 0}},
		"too large": {[]byte("a"), bytes.Repeat([]byte("a\n"), 1<<20)},
		"CRLF only": {[]byte("a\r\nb"), []byte("a\nb")},
	} {
		if d := packfile.DiffTexts(pair[0], pair[1]); d.NotText == "" || d.Hunks != nil {
			t.Errorf("%s: got %+v, want the reason why there are no lines", name, d)
		}
	}
}

func TestReadFiles(t *testing.T) {
	t.Parallel()
	tcx := zipOf(t, file{name: "Acme_Threat_Feed_v2/install.json", content: install}, file{name: "Acme_Threat_Feed_v2/app.py", content: "print()"})
	abx := appBuilder(t, map[string]any{"files": []any{projectFile("install.json", install), projectFile("app.py", "print()")}})
	for name, data := range map[string][]byte{"a.tcx": tcx, "a.abx": abx} {
		for _, f := range read(t, data, name).Contents.Files {
			files, err := packfile.ReadFiles(bytes.NewReader(data), int64(len(data)), name, f.Path)
			if err != nil || int64(len(files[f.Path])) != f.Size {
				t.Errorf("%s, %s: got %d bytes, %v; want %d", name, f.Path, len(files[f.Path]), err, f.Size)
			}
		}
		files, err := packfile.ReadFiles(bytes.NewReader(data), int64(len(data)), name, "missing", "app.py")
		if err != nil || len(files) != 1 || string(files["app.py"]) != "print()" {
			t.Errorf("%s: got %q, %v", name, files, err)
		}
	}
	alone, err := packfile.ReadFiles(strings.NewReader("hello"), 5, "x.txt", "")
	if err != nil || string(alone[""]) != "hello" {
		t.Errorf("a single file: got %q, %v", alone, err)
	}
}
