package packfile_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"packtide/packfile"
)

// file is one entry of an archive that a test builds.
type file struct {
	name, content string
	mode          fs.FileMode
}

// Each of these is refused with a text that names what was met, and nothing else comes back.
func TestInspectRefusesUnsafeArchives(t *testing.T) {
	t.Parallel()
	good := zipOf(t, file{name: "a/b.txt", content: strings.Repeat("text ", 1000)})
	zeros := make([]byte, 17<<20)
	flipped := bytes.Clone(good)
	flipped[60] ^= 0xff
	locked := zip.FileHeader{Name: "a", Method: zip.Store, Flags: 0x1}

	tests := map[string]struct {
		data   []byte
		reason string
	}{
		"empty file":         {nil, "empty"},
		"path out of folder": {zipOf(t, file{name: "a/../../b"}), "could leave the folder"},
		"absolute path":      {zipOf(t, file{name: "/etc/passwd"}), "is absolute"},
		"drive letter":       {zipOf(t, file{name: "C:evil"}), "drive letter"},
		"backslash":          {zipOf(t, file{name: `..\evil`}), "backslash"},
		"NUL in a name":      {zipOf(t, file{name: "a\x00.txt"}), "control character"},
		"line end in a name": {zipOf(t, file{name: "a\n.txt"}), "control character"},
		"empty folder name":  {zipOf(t, file{name: "a//b"}), "could leave the folder"},
		"long path":          {zipOf(t, file{name: strings.Repeat("a", 1025)}), "the limit is 1024"},
		"deep path":          {zipOf(t, file{name: strings.Repeat("a/", 32) + "b"}), "limit of 32"},
		"symlink":            {zipOf(t, file{name: "a", content: "/etc/passwd", mode: fs.ModeSymlink}), "a link instead of a file"},
		"device":             {zipOf(t, file{name: "a", mode: fs.ModeDevice}), "neither a file nor a folder"},
		"twins in case":      {zipOf(t, file{name: "a/Ping.py"}, file{name: "a/ping.py"}), "one name where upper and lower case"},
		"folder twins":       {zipOf(t, file{name: "a/x"}, file{name: "A/y"}), "one name where upper and lower case"},
		"one name twice":     {zipOf(t, file{name: "a"}, file{name: "a"}), "twice"},
		"file and folder":    {zipOf(t, file{name: "a"}, file{name: "a/b"}), "one name"},
		"too many entries":   {zipOf(t, manyFiles(20_001)...), "more than 20000 entries"},
		"password":           {rawZip(t, locked, []byte("x")), "password"},
		"unknown method":     {rawZip(t, zip.FileHeader{Name: "a", Method: 14}, []byte("x")), "method"},
		"declares 2 GiB":     {rawZip(t, zip.FileHeader{Name: "a", Method: zip.Deflate, UncompressedSize64: 2 << 30}, []byte("x")), "limit of 1 GiB"},
		"declares too much":  {rawZip(t, zip.FileHeader{Name: "a", Method: zip.Deflate, UncompressedSize64: 9}, deflated(t, []byte("12345678"))), "not as long as declared"},
		"declares too little": {
			rawZip(t, zip.FileHeader{Name: "a", Method: zip.Deflate, UncompressedSize64: 7}, deflated(t, []byte("12345678"))),
			"not as long as declared",
		},
		"bomb":               {zipOf(t, file{name: "a", content: string(zeros)}), "more than 250 times"},
		"cut off":            {cutBy(good, 30), "cut off"},
		"changed byte":       {flipped, "damaged"},
		"stream cut off":     {streamedEntry(t, "a.json", []byte("{}"))[:40], "cut off"},
		"stream with a tail": {append(streamedEntry(t, "a.json", []byte("{}")), 'x'), "cut off"},
		"tar path":           {tarOf(t, tar.Header{Name: "../a"}), "could leave the folder"},
		"tar link":           {tarOf(t, tar.Header{Name: "a", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}), "a link"},
		"tar device":         {tarOf(t, tar.Header{Name: "a", Typeflag: tar.TypeFifo}), "neither a file nor a folder"},
		"tar cut off":        {tarOf(t, tar.Header{Name: "a", Size: 2000})[:1024], "cut off"},
		"tar.gz bomb":        {gzipped(t, tarOf(t, tar.Header{Name: "a", Size: 17 << 20})), "more than 250 times"},
		"tar.gz cut off":     {cutBy(gzipped(t, tarOf(t, tar.Header{Name: "a", Size: 9 << 10})), 4), "cut off"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, findings, err := inspect(tt.data, "x.zip")
			unreadable, ok := errors.AsType[*packfile.UnreadableError](err)
			if !ok {
				t.Fatalf("got %+v, %v; want it refused", m, err)
			}
			if !strings.Contains(unreadable.Reason, tt.reason) {
				t.Errorf("got %q, want it to say %q", unreadable.Reason, tt.reason)
			}
			if unreadable.Fix == "" || m.Platform != "" || findings != nil {
				t.Errorf("got fix %q, manifest %+v, findings %v", unreadable.Fix, m, findings)
			}
		})
	}
}

// Entries of a list that point at the same bytes unpack to more than the file could hold.
func TestInspectRefusesOverlappingEntries(t *testing.T) {
	t.Parallel()
	data := zipOf(t, file{name: "a", content: "same bytes"}, file{name: "b", content: "same bytes"})
	second := bytes.LastIndex(data, []byte("PK\x01\x02"))
	copy(data[second+42:second+46], []byte{0, 0, 0, 0}) // the second entry's place becomes the first's
	_, _, err := inspect(data, "x.zip")
	unreadable, ok := errors.AsType[*packfile.UnreadableError](err)
	if !ok || !strings.Contains(unreadable.Reason, "share the same bytes") {
		t.Errorf("got %v, want it refused for shared bytes", err)
	}
}

// A list of entries far longer than it declares must not fill the memory.
func TestInspectRefusesHugeDirectory(t *testing.T) {
	t.Parallel()
	entry := make([]byte, 47)
	copy(entry, "PK\x01\x02")
	binary.LittleEndian.PutUint16(entry[28:], 1)
	entry[46] = 'a'
	const entries = 400_000
	end := make([]byte, 22)
	copy(end, "PK\x05\x06")
	n := entries % (1 << 16)
	binary.LittleEndian.PutUint16(end[8:], uint16(n))
	binary.LittleEndian.PutUint16(end[10:], uint16(n))
	binary.LittleEndian.PutUint32(end[12:], entries*47)
	data := append(bytes.Repeat(entry, entries), end...)
	data = append([]byte("PK\x03\x04"), data...) // a zip from its first bytes on
	_, _, err := inspect(data, "x.zip")
	unreadable, ok := errors.AsType[*packfile.UnreadableError](err)
	if !ok || !strings.Contains(unreadable.Reason, "more than 20000 entries") {
		t.Errorf("got %v, want it refused for its entries", err)
	}
}

type brokenDisk struct{}

var errDisk = errors.New("input/output error")

func (brokenDisk) ReadAt([]byte, int64) (int, error) { return 0, errDisk }

// A failing disk is no fault of the uploader's file.
func TestInspectPassesReadErrorsOn(t *testing.T) {
	t.Parallel()
	_, err := packfile.Inspect(brokenDisk{}, 100, "x.zip", packfile.Options{})
	if !errors.Is(err, errDisk) {
		t.Errorf("got %v, want the disk's error", err)
	}
	if _, ok := errors.AsType[*packfile.UnreadableError](err); ok {
		t.Error("the uploader is blamed for it")
	}
}

func TestInspectPlain(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		data  []byte
		kind  string
		files int
	}{
		"text":                   {[]byte("hello"), "file", 1},
		"one byte":               {[]byte{0}, "file", 1},
		"zip":                    {zipOf(t, file{name: "a/"}, file{name: "a/x"}, file{name: "y"}), "archive", 2},
		"empty zip":              {zipOf(t), "archive", 0},
		"tar":                    {tarOf(t, tar.Header{Name: "./"}, tar.Header{Name: "./a", Size: 5}), "archive", 1},
		"gzip of text":           {gzipped(t, []byte("hello")), "file", 1},
		"looks like gzip":        {[]byte{0x1f, 0x8b, 8, 0}, "file", 1},
		"other install.json":     {zipOf(t, file{name: "install.json", content: `{"scripts":[]}`}), "archive", 1},
		"install.json far down":  {zipOf(t, file{name: "a/b/install.json", content: `{"programVersion":"1.0.0"}`}), "archive", 1},
		"a Python project":       {zipOf(t, file{name: "p/pyproject.toml", content: "[project]\nversion='1.0'"}), "archive", 1},
		"only a definition.yaml": {zipOf(t, file{name: "definition.yaml", content: "a: b"}), "archive", 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, findings, err := inspect(tt.data, "thing_v9.9.zip")
			if err != nil {
				t.Fatal(err)
			}
			if m.Platform != packfile.PlatformPlain || m.PlatformLabel != "Plain package" || m.Kind != tt.kind {
				t.Errorf("got %q, %q, %q; want a plain %s", m.Platform, m.PlatformLabel, m.Kind, tt.kind)
			}
			if m.Files != tt.files || m.HasVersion || m.Name != "" || len(findings) > 0 {
				t.Errorf("got %+v, %v; want %d files and neither name nor version", m, findings, tt.files)
			}
		})
	}
}
