package packfile

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A tar header names its format at the end of its first 512 bytes.
const (
	tarMagicStart = 257
	tarMagicEnd   = 262
)

func isTar(head []byte) bool {
	return len(head) >= tarMagicEnd && string(head[tarMagicStart:tarMagicEnd]) == "ustar"
}

func isGzip(head []byte) bool { return bytes.HasPrefix(head, []byte{0x1f, 0x8b, 8}) }

// openTarGzip returns nil for gzip that holds no tar.
func openTarGzip(r io.ReaderAt, size int64) (*archive, error) {
	stream := func() (io.Reader, error) {
		zr, err := gzip.NewReader(io.NewSectionReader(r, 0, size))
		if err != nil {
			return nil, errDamaged("its compressed data can't be read")
		}
		return &countingReader{r: zr, packed: size}, nil
	}
	first, err := stream()
	if err != nil {
		return nil, nil //nolint:nilnil,nilerr // bytes that only look like gzip are a plain file
	}
	head := make([]byte, tarMagicEnd)
	if _, err := io.ReadFull(first, head); err != nil || !isTar(head) {
		return nil, nil //nolint:nilnil,nilerr // gzip of something else: a plain file
	}
	return openTar("tar.gz", size, stream)
}

// openTar lists and checks a tar; stream begins reading it from the start.
func openTar(format string, size int64, stream func() (io.Reader, error)) (*archive, error) {
	a := newArchive(format)
	entries := 0
	hash := sha256.New()
	err := eachTarEntry(stream, func(h *tar.Header, content io.Reader) error {
		if entries++; entries > maxEntries {
			return errTooMany()
		}
		switch h.Typeflag {
		case tar.TypeReg:
			if err := a.add(h.Name, h.Size); err != nil || strings.HasSuffix(h.Name, "/") {
				return err
			}
			hash.Reset()
			if _, err := io.Copy(hash, content); err != nil {
				return err //nolint:wrapcheck // eachTarEntry says what it means
			}
			a.files[len(a.files)-1].sum = fileSum([sha256.Size]byte(hash.Sum(nil)))
			return nil
		case tar.TypeDir:
			return a.add(strings.TrimRight(h.Name, "/")+"/", 0)
		case tar.TypeXGlobalHeader:
			return nil
		case tar.TypeSymlink, tar.TypeLink:
			return errSymlink(h.Name)
		default:
			return errSpecial(h.Name)
		}
	})
	if err != nil {
		return nil, err
	}
	if err := checkRatio(a.unpacked, size); err != nil {
		return nil, err
	}
	a.each = a.eachOfTar(stream)
	a.contents = func(wanted map[string]bool, got map[string][]byte) error {
		return readTarEntries(stream, wanted, got)
	}
	return a, nil
}

func readTarEntries(stream func() (io.Reader, error), wanted map[string]bool, got map[string][]byte) error {
	return eachTarEntry(stream, func(h *tar.Header, content io.Reader) error {
		name := cleanEntry(h.Name)
		if !wanted[name] || h.Typeflag != tar.TypeReg {
			return nil
		}
		data, err := io.ReadAll(content) // the caller has checked the size
		if err != nil {
			return err
		}
		got[name] = data
		return nil
	})
}

// eachTarEntry calls visit for every entry; errors of the archive become an UnreadableError.
func eachTarEntry(stream func() (io.Reader, error), visit func(*tar.Header, io.Reader) error) error {
	in, err := stream()
	if err != nil {
		return err
	}
	for tr := tar.NewReader(in); ; {
		h, err := tr.Next()
		ended := errors.Is(err, io.EOF)
		switch {
		case ended:
			_, err = io.Copy(io.Discard, in) // the checksum comes last
		case err == nil:
			err = visit(h, tr)
		}
		if err == nil && ended {
			return nil
		}
		if err == nil {
			continue
		}
		if unreadable, ok := errors.AsType[*UnreadableError](err); ok {
			return unreadable
		}
		return errDamaged(fmt.Sprintf("it can't be unpacked (%v), as when an upload or a download was cut off", err))
	}
}

// countingReader refuses a compressed stream that unpacks to more than the limits, while it is being read.
type countingReader struct {
	r         io.Reader
	n, packed int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if c.n > maxUnpackedBytes+maxDirectoryBytes {
		return n, errTooLarge()
	}
	if ratioErr := checkRatio(c.n, c.packed); ratioErr != nil {
		return n, ratioErr
	}
	return n, err //nolint:wrapcheck // a reader passes errors on as they are
}
