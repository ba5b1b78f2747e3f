package packfile

// A zip stream is a zip that ends after its last entry, without the list of entries. Ordinary zip programs refuse
// it; every App Builder export (.abx) is written so. It is read from the front, header by header, within the
// limits of every archive.

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"strings"
)

const (
	zipHeaderMark     = "PK\x03\x04"
	zipDescriptorMark = "PK\x07\x08"
	zipHeaderLen      = 30
	zipDescriptorLen  = 16
	zipHasDescriptor  = 0x8 // in an entry's flags: checksum and sizes come after the contents
)

// openZipStream lists and checks a zip stream and reads every entry once without keeping it.
func openZipStream(r io.ReaderAt, size int64) (*archive, error) {
	z := zipStream{a: newArchive("ZIP"), r: r, size: size, in: bufio.NewReader(io.NewSectionReader(r, 0, size))}
	z.a.unlisted = true
	for n := 0; ; n++ {
		more, err := z.next(n)
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
	}
	z.a.contents, z.a.each = z.contents, z.each
	return z.a, nil
}

// errNoZipList is the error for whatever does not follow the form: of a zip without a list, most are cut off.
func errNoZipList() error {
	return errDamaged("its list of files can't be read, as when an upload or a download was cut off")
}

// zipStream reads a stream from the front; at is the place of the next byte.
type zipStream struct {
	a    *archive
	r    io.ReaderAt
	size int64
	in   *bufio.Reader
	at   int64

	inflate io.ReadCloser
	sum     hash.Hash32
	print   hash.Hash // of an entry's contents: fileSum
	files   []zipSpan // in step with a.files
}

// zipSpan is where an entry's packed contents lie.
type zipSpan struct {
	from, to int64
	method   uint16
}

// zipLocal is the header in front of an entry.
type zipLocal struct {
	name             string
	flags, method    uint16
	sum              uint32
	packed, unpacked uint32
}

// Read and ReadByte are for the unpacker, which reads not one byte further than the contents go.
func (z *zipStream) Read(p []byte) (int, error) {
	n, err := z.in.Read(p)
	z.at += int64(n)
	return n, err //nolint:wrapcheck // a reader passes errors on as they are
}

func (z *zipStream) ReadByte() (byte, error) {
	b, err := z.in.ReadByte()
	if err == nil {
		z.at++
	}
	return b, err //nolint:wrapcheck // a reader passes errors on as they are
}

// next reads one entry, and returns false at the end of the stream.
func (z *zipStream) next(n int) (bool, error) {
	if z.at == z.size {
		return false, nil
	}
	if n == maxEntries {
		return false, errTooMany()
	}
	h, err := z.header()
	if err != nil {
		return false, err
	}
	span := zipSpan{from: z.at, method: h.method}
	length, err := z.unpack(h)
	if err != nil {
		return false, err
	}
	span.to = z.at
	if err := z.descriptor(&h); err != nil {
		return false, err
	}
	if z.sum.Sum32() != h.sum {
		return false, errDamaged(fmt.Sprintf("the checksum of the file %q is wrong", shorten(h.name)))
	}
	isDir := strings.HasSuffix(h.name, "/")
	if length != int64(h.unpacked) || span.to-span.from != int64(h.packed) || (isDir && length > 0) {
		return false, errDamaged(fmt.Sprintf("the file %q is not as long as declared", shorten(h.name)))
	}
	if err := z.a.add(h.name, length); err != nil {
		return false, err
	}
	if !isDir {
		z.a.files[len(z.files)].sum = fileSum([sha256.Size]byte(z.print.Sum(nil)))
		z.files = append(z.files, span)
	}
	return true, nil
}

func (z *zipStream) header() (zipLocal, error) {
	fixed := make([]byte, zipHeaderLen)
	if _, err := io.ReadFull(z, fixed); err != nil || !bytes.HasPrefix(fixed, []byte(zipHeaderMark)) {
		return zipLocal{}, errNoZipList()
	}
	names := make([]byte, int(binary.LittleEndian.Uint16(fixed[26:]))+int(binary.LittleEndian.Uint16(fixed[28:])))
	if _, err := io.ReadFull(z, names); err != nil {
		return zipLocal{}, errNoZipList()
	}
	h := zipLocal{
		name:     string(names[:binary.LittleEndian.Uint16(fixed[26:])]),
		flags:    binary.LittleEndian.Uint16(fixed[6:]),
		method:   binary.LittleEndian.Uint16(fixed[8:]),
		sum:      binary.LittleEndian.Uint32(fixed[14:]),
		packed:   binary.LittleEndian.Uint32(fixed[18:]),
		unpacked: binary.LittleEndian.Uint32(fixed[22:]),
	}
	switch {
	case h.flags&zipEncrypted != 0:
		return h, errLocked(h.name)
	case h.method != zip.Store && h.method != zip.Deflate:
		return h, errMethod(h.name, h.method)
	case h.method == zip.Store && h.flags&zipHasDescriptor != 0:
		return h, errNoZipList() // nothing tells where its contents end
	}
	return h, nil
}

// unpack reads an entry's contents to their end, adds them up and returns their length.
func (z *zipStream) unpack(h zipLocal) (int64, error) {
	if z.sum == nil {
		z.sum, z.print = crc32.NewIEEE(), sha256.New()
	}
	z.sum.Reset()
	z.print.Reset()
	contents := io.LimitReader(z, int64(h.packed))
	if h.method == zip.Deflate {
		if err := z.resetInflate(); err != nil {
			return 0, err
		}
		contents = z.inflate
	}
	counted := &countingReader{r: contents, n: z.a.unpacked, packed: z.size}
	n, err := io.Copy(io.MultiWriter(z.sum, z.print), counted)
	if unreadable, ok := errors.AsType[*UnreadableError](err); ok {
		return 0, unreadable
	}
	if err != nil {
		return 0, errNoZipList()
	}
	return n, nil
}

// resetInflate keeps one unpacker for all entries: each has a window of its own to allocate.
func (z *zipStream) resetInflate() error {
	if z.inflate == nil {
		z.inflate = flate.NewReader(z)
		return nil
	}
	resetter, ok := z.inflate.(flate.Resetter)
	if !ok {
		return errors.New("the unpacker can't be used again")
	}
	return resetter.Reset(z, nil) //nolint:wrapcheck // fails with a dictionary only
}

// descriptor reads checksum and sizes behind the contents, where the header has left them out.
func (z *zipStream) descriptor(h *zipLocal) error {
	if h.flags&zipHasDescriptor == 0 {
		return nil
	}
	d := make([]byte, zipDescriptorLen)
	if _, err := io.ReadFull(z, d); err != nil || !bytes.HasPrefix(d, []byte(zipDescriptorMark)) {
		return errNoZipList()
	}
	h.sum = binary.LittleEndian.Uint32(d[4:])
	h.packed = binary.LittleEndian.Uint32(d[8:])
	h.unpacked = binary.LittleEndian.Uint32(d[12:])
	return nil
}

func (z *zipStream) contents(wanted map[string]bool, got map[string][]byte) error {
	for name := range wanted {
		i := z.a.index[name]
		span := z.files[i]
		var in io.Reader = io.NewSectionReader(z.r, span.from, span.to-span.from)
		if span.method == zip.Deflate {
			in = flate.NewReader(in)
		}
		data, err := io.ReadAll(io.LimitReader(in, z.a.files[i].size)) // the caller has checked the size
		if err != nil {
			return errDamaged(fmt.Sprintf("the file %q can't be unpacked", shorten(name)))
		}
		got[name] = data
	}
	return nil
}
