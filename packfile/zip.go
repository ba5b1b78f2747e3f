package packfile

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
)

const zipEncrypted = 0x1 // in an entry's flags

func isZip(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}

// openZip lists and checks a zip, and reads every entry once without keeping it, so that sizes and checksums are
// known to be true and not only declared. A zip that has no list of entries is read by openZipStream.
func openZip(r io.ReaderAt, size int64) (*archive, error) {
	zr, err := listZip(r, size)
	if errors.Is(err, errNoList) {
		return openZipStream(r, size)
	}
	if err != nil {
		return nil, err
	}
	a := newArchive("ZIP")
	files, err := a.addZip(zr)
	if err != nil {
		return nil, err
	}
	for _, check := range []func() error{
		func() error { return checkRatio(a.unpacked, size) },
		func() error { return checkOverlap(files) },
		func() error { return checkZipLayout(r, size, zr) },
	} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	kept, err := a.sumZip(files)
	if err != nil {
		return nil, err
	}
	a.stored = func(name string) *io.SectionReader {
		f := files[a.index[name]]
		from, err := f.DataOffset()
		if f.Method != zip.Store || err != nil {
			return nil
		}
		return io.NewSectionReader(r, from, a.files[a.index[name]].size)
	}
	a.each = a.eachOfZip(files)
	a.contents = func(wanted map[string]bool, got map[string][]byte) error {
		for name := range wanted {
			if kept != nil {
				got[name] = kept[a.index[name]]
				continue
			}
			var b bytes.Buffer
			if err := copyZipEntry(&b, files[a.index[name]], nil); err != nil {
				return err
			}
			got[name] = b.Bytes()
		}
		return nil
	}
	return a, nil
}

// errNoList says that a zip has no list of entries, or not one that can be read.
var errNoList = errors.New("no list of entries")

// listZip reads the list of entries, within its limit; errNoList if there is none.
func listZip(r io.ReaderAt, size int64) (*zip.Reader, error) {
	list := &budgetReader{r: r, left: maxDirectoryBytes}
	zr, err := zip.NewReader(list, size)
	switch {
	case list.left < 0 || (err == nil && len(zr.File) > maxEntries):
		return nil, errTooMany()
	case err != nil:
		return nil, errNoList
	}
	list.unlimited = true
	return zr, nil
}

// addZip takes the entries into the archive and returns its files, in step with a.files.
func (a *archive) addZip(zr *zip.Reader) ([]*zip.File, error) {
	var files []*zip.File
	for _, f := range zr.File {
		if err := checkZipEntry(f); err != nil {
			return nil, err
		}
		if err := a.add(f.Name, declaredSize(f.UncompressedSize64)); err != nil {
			return nil, err
		}
		if !isZipFolder(f) {
			files = append(files, f)
		}
	}
	return files, nil
}

func isZipFolder(f *zip.File) bool { return strings.HasSuffix(f.Name, "/") }

// declaredSize turns sizes beyond every limit into one, so that sums can't overflow.
func declaredSize(n uint64) int64 {
	return int64(min(n, maxUnpackedBytes+1))
}

func checkZipEntry(f *zip.File) error {
	switch kind := f.Mode().Type(); {
	case f.Flags&zipEncrypted != 0:
		return errLocked(f.Name)
	case kind == fs.ModeSymlink:
		return errSymlink(f.Name)
	case kind != 0 && kind != fs.ModeDir:
		return errSpecial(f.Name)
	case f.Method != zip.Store && f.Method != zip.Deflate:
		return errMethod(f.Name, f.Method)
	}
	return nil
}

func errLocked(name string) error {
	return &UnreadableError{
		Reason: fmt.Sprintf("The archive is locked with a password (%q).", shorten(name)),
		Fix:    "Pack it again without a password.",
	}
}

func errMethod(name string, method uint16) error {
	return &UnreadableError{
		Reason: fmt.Sprintf("The file %q is packed by a method that is not read here (number %d).", shorten(name), method),
		Fix:    "Pack it again with the ordinary zip method, “deflate”.",
	}
}

func errSymlink(name string) error {
	return &UnreadableError{
		Reason: fmt.Sprintf("The archive holds a link instead of a file: %q.", shorten(name)),
		Fix:    "Replace the link by the file that it points to and pack it again.",
	}
}

func errSpecial(name string) error {
	return &UnreadableError{
		Reason: fmt.Sprintf("The archive holds something that is neither a file nor a folder: %q.", shorten(name)),
		Fix:    "Take it out and pack it again.",
	}
}

// checkOverlap refuses entries that share their packed bytes, the way of archives that unpack to far more than
// any honest one.
func checkOverlap(files []*zip.File) error {
	type span struct{ from, to int64 }
	spans := make([]span, 0, len(files))
	for _, f := range files {
		from, err := f.DataOffset()
		if err != nil {
			return errDamaged(fmt.Sprintf("the file %q is not where its list says", shorten(f.Name)))
		}
		spans = append(spans, span{from, from + declaredSize(f.CompressedSize64)})
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	for i := 1; i < len(spans); i++ {
		if spans[i].from < spans[i-1].to {
			return errDamaged("several files share the same bytes")
		}
	}
	return nil
}

// copyZipEntry unpacks one entry by way of a buffer, nil for one of its own. The zip reader stops at the declared size and
// compares size and checksum.
func copyZipEntry(w io.Writer, f *zip.File, buffer []byte) error {
	rc, err := f.Open()
	if err != nil {
		return errDamaged(fmt.Sprintf("the file %q can't be unpacked", shorten(f.Name)))
	}
	_, err = io.CopyBuffer(w, rc, buffer) //nolint:gosec // bounded: the declared size is checked against the limit and enforced
	if err = errors.Join(err, rc.Close()); err == nil {
		return nil
	}
	if errors.Is(err, zip.ErrChecksum) {
		return errDamaged(fmt.Sprintf("the checksum of the file %q is wrong", shorten(f.Name)))
	}
	return errDamaged(fmt.Sprintf("the file %q can't be unpacked, or is not as long as declared", shorten(f.Name)))
}

// budgetReader fails after a number of bytes: zip.NewReader keeps the whole list of entries, however long.
type budgetReader struct {
	r         io.ReaderAt
	left      int64
	unlimited bool
}

func (b *budgetReader) ReadAt(p []byte, off int64) (int, error) {
	if !b.unlimited {
		if b.left -= int64(len(p)); b.left < 0 {
			return 0, errors.New("the list of entries is too long")
		}
	}
	return b.r.ReadAt(p, off) //nolint:wrapcheck // a reader passes errors on as they are
}
