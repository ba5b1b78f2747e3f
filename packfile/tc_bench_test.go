package packfile_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"packtide/packfile"
)

// What a real app holds with its libraries.
const (
	benchEntries  = 1300
	benchUnpacked = 8 << 20
)

// benchApp is an app with its libraries: many small files of program text, and some that do not pack well.
func benchApp(b *testing.B) []byte {
	b.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	add := func(name string, content []byte) {
		entry, err := w.Create("Acme_Sandbox_v1/" + name)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := entry.Write(content); err != nil {
			b.Fatal(err)
		}
	}
	add("install.json", []byte(tcInstallGood))
	add("layout.json", []byte(tcLayoutGood))
	add("README.md", []byte("# Acme Sandbox\n"))
	add("run.py", []byte("pass\n"))
	add("job.json", []byte("{}"))
	for i := range benchEntries - 5 {
		content := benchSource(random, benchUnpacked/benchEntries)
		if i%20 == 0 {
			for at := range content {
				content[at] = byte(random.Uint32())
			}
		}
		add(fmt.Sprintf("deps/lib%02d/module_%04d.py", i%40, i), content)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return packed.Bytes()
}

// benchSource is about as much program text, and packs as well as real one.
func benchSource(random *rand.Rand, size int) []byte {
	words := []string{"self", "return", "value", "import", "request", "def", "None", "response", "if", "is", "not", "raise", "session", "key", "in", "for"}
	var text strings.Builder
	for text.Len() < size {
		fmt.Fprintf(&text, "%s%s_%s(%s, %d)\n", strings.Repeat("    ", random.IntN(3)), words[random.IntN(len(words))], words[random.IntN(len(words))],
			words[random.IntN(len(words))], random.IntN(10_000))
	}
	return []byte(text.String())
}

// An app of 3 MB is read and checked within 60 ms on two cores.
func BenchmarkInspectApp(b *testing.B) {
	data := benchApp(b)
	p := read(b, data, "Acme_Sandbox_v1.tcx")
	b.Logf("%d bytes, %d files, %d bytes unpacked", len(data), p.Manifest.Files, p.Manifest.UnpackedBytes)
	b.SetBytes(p.Manifest.UnpackedBytes)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := packfile.Inspect(bytes.NewReader(data), int64(len(data)), "Acme_Sandbox_v1.tcx", packfile.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
