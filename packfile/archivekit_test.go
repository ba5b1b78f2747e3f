package packfile_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"hash/crc32"
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

// streamedEntry is a zip without a list of entries, as App Builder writes its exports.
func streamedEntry(t testing.TB, name string, content []byte) []byte {
	t.Helper()
	header := make([]byte, 30)
	copy(header, "PK\x03\x04")
	binary.LittleEndian.PutUint16(header[6:], 0x0808)
	binary.LittleEndian.PutUint16(header[8:], zip.Deflate)
	binary.LittleEndian.PutUint16(header[26:], uint16(len(name)))
	packed := deflated(t, content)
	descriptor := make([]byte, 16)
	copy(descriptor, "PK\x07\x08")
	binary.LittleEndian.PutUint32(descriptor[4:], crc32.ChecksumIEEE(content))
	binary.LittleEndian.PutUint32(descriptor[8:], uint32(len(packed)))
	binary.LittleEndian.PutUint32(descriptor[12:], uint32(len(content)))
	return bytes.Join([][]byte{header, []byte(name), packed, descriptor}, nil)
}

func cutBy(data []byte, n int) []byte { return data[:len(data)-n] }

func inspect(data []byte, name string) (packfile.Manifest, []packfile.Finding, error) {
	return packfile.Inspect(bytes.NewReader(data), int64(len(data)), name)
}

func manyFiles(n int) []file {
	files := make([]file, n)
	for i := range files {
		files[i].name = fmt.Sprintf("f/%d", i)
	}
	return files
}
