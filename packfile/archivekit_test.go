package packfile_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"

	"packtide/packfile"
)

func zipOf(t testing.TB, files ...file) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate}
		if f.content == "" {
			h.Method = zip.Store // a packer for each of very many empty files takes minutes
		}
		h.SetMode(f.mode | 0o644)
		entry, err := w.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(f.name, "/") {
			continue
		}
		if _, err := entry.Write([]byte(f.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// rawZip writes one entry whose header is given as it is, true or not.
func rawZip(t testing.TB, h zip.FileHeader, packed []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	h.CompressedSize64 = uint64(len(packed))
	entry, err := w.CreateRaw(&h)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := entry.Write(packed); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func deflated(t testing.TB, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func tarOf(t testing.TB, headers ...tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range headers {
		h.Mode = 0o644
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(make([]byte, h.Size)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(t testing.TB, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func cutBy(data []byte, n int) []byte { return data[:len(data)-n] }

func inspect(data []byte, name string) (packfile.Manifest, []packfile.Finding, error) {
	p, err := packfile.Inspect(bytes.NewReader(data), int64(len(data)), name, packfile.Options{})
	return p.Manifest, p.Findings, err
}

func manyFiles(n int) []file {
	files := make([]file, n)
	for i := range files {
		files[i].name = fmt.Sprintf("f/%d", i)
	}
	return files
}

// read inspects a package that can be read.
func read(t testing.TB, data []byte, name string) packfile.Package {
	t.Helper()
	p, err := packfile.Inspect(bytes.NewReader(data), int64(len(data)), name, packfile.Options{})
	if err != nil {
		t.Fatalf("Inspect: %v", err)
	}
	return p
}
