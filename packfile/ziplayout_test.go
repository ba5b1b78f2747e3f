package packfile_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"packtide/packfile"
)

// withoutList cuts the list of entries off a zip.
func withoutList(data []byte) []byte {
	entries, _, _ := bytes.Cut(data, []byte("PK\x01\x02"))
	return entries
}

// Readers that go through a zip from the front must see what its list says, and nothing else.
func TestInspectRefusesHiddenEntries(t *testing.T) {
	t.Parallel()
	one, two := file{name: "a.txt", content: strings.Repeat("text ", 100)}, file{name: "evil.txt", content: "hidden"}
	good := zipOf(t, one)
	both := zipOf(t, one, two)
	renamed := bytes.Replace(bytes.Clone(good), []byte("a.txt"), []byte("b.txt"), 1) // the entry's own header only
	hidden := bytes.Clone(both)                                                      // the list's second entry goes, and its end says so
	second := bytes.LastIndex(hidden, []byte("PK\x01\x02"))
	end := bytes.LastIndex(hidden, []byte("PK\x05\x06"))
	hidden = append(hidden[:second], hidden[end:]...)
	end = second
	hidden[end+8], hidden[end+10] = 1, 1
	hidden[end+12] -= byte(46 + len(two.name))
	for name, c := range map[string]struct {
		data   []byte
		reason string
	}{
		"an entry that the list leaves out": {hidden, "something else than its list"},
		"another name in the entry itself":  {renamed, "something else than its list"},
		"something behind the end":          {append(bytes.Clone(good), "tail"...), "behind its end"},
		"a whole zip behind the end":        {append(bytes.Clone(good), zipOf(t, two)...), ""},
		"a zip in front of the zip":         {append(withoutList(zipOf(t, two)), good...), "something else than its list"},
	} {
		_, _, err := inspect(c.data, "x.zip")
		unreadable, ok := errors.AsType[*packfile.UnreadableError](err)
		if !ok || !strings.Contains(unreadable.Reason, c.reason) {
			t.Errorf("%s: got %v, want it refused with %q", name, err, c.reason)
		}
	}
}

// The usual programs' archives are all of the form that is wanted.
func TestInspectTakesZipsOfOtherPrograms(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.txt"), bytes.Repeat([]byte("text "), 5000), 0o600); err != nil {
		t.Fatal(err)
	}
	script := `
import zipfile, io, sys
class Stream(io.RawIOBase):  # can't seek: sizes come behind the contents
    def __init__(self, f): self.f = f
    def writable(self): return True
    def write(self, b): return self.f.write(b)
with open("stream.zip", "wb") as f, zipfile.ZipFile(Stream(f), "w", zipfile.ZIP_DEFLATED) as z:
    z.write("a.txt"); z.writestr("b/", ""); z.writestr("b/c.txt", "c" * 1000)
with zipfile.ZipFile("plain.zip", "w", zipfile.ZIP_STORED) as z:
    z.comment = b"made by hand"
    z.write("a.txt"); z.writestr("leer/", "")
with zipfile.ZipFile("big.zip", "w", zipfile.ZIP_DEFLATED) as z:
    with z.open("a.txt", "w", force_zip64=True) as f: f.write(b"x" * 5000)
`
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 here to pack the archives with")
	}
	cmd := exec.CommandContext(t.Context(), python, "-c", script)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, name := range []string{"stream.zip", "plain.zip", "big.zip"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := inspect(data, name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestInspectTakesAZipWithAComment(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	if err := w.SetComment("made by hand, PK\x05\x06 and all"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Create("a.txt"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := inspect(b.Bytes(), "x.zip"); err != nil {
		t.Errorf("refused: %v", err)
	}
}

// The long form of a zip's end, which only archives beyond 4 GiB or 65,535 entries need, is read as well.
func TestInspectTakesTheLongEndOfAZip(t *testing.T) {
	t.Parallel()
	good := zipOf(t, file{name: "a.txt", content: "text"})
	list, at := bytes.Index(good, []byte("PK\x01\x02")), bytes.LastIndex(good, []byte("PK\x05\x06"))
	record := make([]byte, 56)
	copy(record, "PK\x06\x06")
	binary.LittleEndian.PutUint64(record[4:], 44)
	binary.LittleEndian.PutUint64(record[24:], 1)
	binary.LittleEndian.PutUint64(record[32:], 1)
	binary.LittleEndian.PutUint64(record[40:], uint64(at-list))
	binary.LittleEndian.PutUint64(record[48:], uint64(list))
	locator := make([]byte, 20)
	copy(locator, "PK\x06\x07")
	binary.LittleEndian.PutUint64(locator[8:], uint64(at))
	binary.LittleEndian.PutUint32(locator[16:], 1)
	end := bytes.Clone(good[at:])
	for i := 8; i < 20; i++ {
		end[i] = 0xff
	}
	long := slices.Concat(good[:at], record, locator, end)
	if _, _, err := inspect(long, "x.zip"); err != nil {
		t.Errorf("refused: %v", err)
	}
	binary.LittleEndian.PutUint64(record[40:], 1<<63)
	if _, _, err := inspect(slices.Concat(good[:at], record, locator, end), "x.zip"); err == nil {
		t.Error("a list of 2^63 bytes is taken")
	}
}
