package packfile_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"maps"
	"testing"

	"packtide/packfile"
)

// extracted is what Each gives of an archive, "name*" for what may be run.
func extracted(t *testing.T, data []byte) map[string]string {
	t.Helper()
	a, ok, err := packfile.OpenArchive(bytes.NewReader(data), int64(len(data)))
	if err != nil || !ok {
		t.Fatalf("archive: %t, %v", ok, err)
	}
	got := map[string]string{}
	var sum int64
	err = a.Each(func(f packfile.ArchiveFile, in io.Reader) error {
		text, err := io.ReadAll(in)
		name := f.Path
		if f.Executable {
			name += "*"
		}
		got[name] = string(text)
		sum += f.Size
		return err
	})
	if err != nil || sum != a.UnpackedBytes() || len(got) != a.Files() {
		t.Errorf("%v: %d bytes in %d files, want %d in %d", err, sum, len(got), a.UnpackedBytes(), a.Files())
	}
	return got
}

func tarOfTexts(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range []struct {
		name, text string
		mode       int64
	}{{"./a/run.sh", "#!/bin/sh\n", 0o755}, {"./a/b/empty", "", 0o644}, {"./c.txt", "see", 0o644}} {
		err := w.WriteHeader(&tar.Header{Name: f.name, Typeflag: tar.TypeReg, Size: int64(len(f.text)), Mode: f.mode})
		if err == nil {
			_, err = w.Write([]byte(f.text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestArchiveGivesItsFiles(t *testing.T) {
	t.Parallel()
	want := map[string]string{"a/run.sh*": "#!/bin/sh\n", "a/b/empty": "", "c.txt": "see"}
	zipped := zipOf(t, file{name: "a/run.sh", content: "#!/bin/sh\n", mode: 0o755}, file{name: "a/b/"}, file{name: "a/b/empty"}, file{name: "c.txt", content: "see"})
	for name, data := range map[string][]byte{"zip": zipped, "tar": tarOfTexts(t), "tar.gz": gzipped(t, tarOfTexts(t))} {
		if got := extracted(t, data); !maps.Equal(got, want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	listed := zipOf(t, file{name: "a/one", content: "first"}, file{name: "two", content: "second"})
	stream, _, cut := bytes.Cut(listed, []byte("PK\x01\x02"))
	if got, want := extracted(t, stream), map[string]string{"a/one": "first", "two": "second"}; !cut || !maps.Equal(got, want) {
		t.Errorf("zip stream: %q", got)
	}
}

// What is no archive is placed as it is; what is unsafe is refused before a byte is written; an error of the one who
// unpacks is not taken for one of the archive.
func TestOpenArchiveRefuses(t *testing.T) {
	t.Parallel()
	for name, data := range map[string][]byte{"text": []byte("no archive"), "nothing": nil, "gzip of a text": gzipped(t, []byte("text"))} {
		if _, ok, err := packfile.OpenArchive(bytes.NewReader(data), int64(len(data))); ok || err != nil {
			t.Errorf("%s: archive %t, %v", name, ok, err)
		}
	}
	good := tarOfTexts(t)
	for name, data := range map[string][]byte{
		"climbs out": zipOf(t, file{name: "../out", content: "x"}),
		"twins":      zipOf(t, file{name: "a", content: "x"}, file{name: "A", content: "y"}),
		"cut off":    gzipped(t, good)[:100],
	} {
		var unreadable *packfile.UnreadableError
		if _, _, err := packfile.OpenArchive(bytes.NewReader(data), int64(len(data))); !errors.As(err, &unreadable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	full := errors.New("the disk is full")
	for name, data := range map[string][]byte{"zip": zipOf(t, file{name: "a", content: "x"}), "tar": good} {
		a, _, err := packfile.OpenArchive(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		calls := 0
		err = a.Each(func(packfile.ArchiveFile, io.Reader) error { calls++; return full })
		if !errors.Is(err, full) || calls != 1 {
			t.Errorf("%s: %v after %d calls", name, err, calls)
		}
	}
}
