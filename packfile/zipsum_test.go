package packfile_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"testing"
)

// Several read a zip at once; the fault that is told is still the first in the list, each time.
func TestZipTellsItsFirstFault(t *testing.T) {
	t.Parallel()
	wrong := []int{300, 301, 900}
	var data bytes.Buffer
	w := zip.NewWriter(&data)
	for i := range 1000 {
		content := []byte(strings.Repeat(fmt.Sprint(i), 1+i%500))
		h := zip.FileHeader{Name: fmt.Sprintf("f/%d", i), UncompressedSize64: uint64(len(content)), CompressedSize64: uint64(len(content)), CRC32: crc32.ChecksumIEEE(content)}
		if slices.Contains(wrong, i) {
			h.CRC32++
		}
		entry, err := w.CreateRaw(&h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := entry.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if _, _, err := inspect(data.Bytes(), "x.zip"); err == nil || !strings.Contains(err.Error(), `the checksum of the file "f/300" is wrong`) {
			t.Fatalf("got %v, want the fault of f/300", err)
		}
	}
}
