package packfile

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"io"
	"runtime"
	"slices"
	"sync"
)

// What reading a zip takes at most beside the list of its entries: each reader has an unpacker and a buffer, some 100 KiB.
const (
	maxZipReaders  = 8
	zipBufferBytes = 32 << 10
)

// maxKeptBytes is the size of an archive, unpacked, up to which its files stay in memory once they were read: small packages
// are read almost whole by their rules, and would be unpacked twice.
const maxKeptBytes = 4 << 20

// sumZip reads every file once, on all processors, and keeps its fingerprint. It returns the contents of a small archive's
// files, nil for a large one. The error is that of the first file, in the order of the list, that is not what the list says.
func (a *archive) sumZip(files []*zip.File) ([][]byte, error) {
	s := zipSums{archive: a, files: files, failed: len(files)}
	if a.unpacked <= maxKeptBytes {
		s.kept = make([][]byte, len(files))
	}
	atOnce(slices.Repeat([]func(){s.read}, min(runtime.GOMAXPROCS(0), maxZipReaders, len(files)))...)
	return s.kept, s.err
}

// zipSums is a zip while several read it.
type zipSums struct {
	archive *archive
	files   []*zip.File
	kept    [][]byte // nil: nothing is kept

	mu     sync.Mutex
	next   int   // the file that is read next
	failed int   // the first file that can't be read, len(files) for none
	err    error // of that file
}

// take gives out the files in their order, so that all before a failed one are read; false at the end.
func (s *zipSums) take() (int, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.next
	s.next++
	return i, i < s.failed
}

func (s *zipSums) fail(i int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i < s.failed {
		s.failed, s.err = i, err
	}
}

func (s *zipSums) read() {
	hash, buffer := sha256.New(), make([]byte, zipBufferBytes)
	for {
		i, ok := s.take()
		if !ok {
			return
		}
		hash.Reset()
		var to io.Writer = hash
		var keep *bytes.Buffer
		if s.kept != nil {
			keep = bytes.NewBuffer(make([]byte, 0, s.archive.files[i].size))
			to = io.MultiWriter(hash, keep)
		}
		if err := copyZipEntry(to, s.files[i], buffer); err != nil {
			s.fail(i, err)
			return
		}
		if keep != nil {
			s.kept[i] = keep.Bytes()
		}
		s.archive.files[i].sum = fileSum([sha256.Size]byte(hash.Sum(buffer[:0])))
	}
}
