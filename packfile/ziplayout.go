package packfile

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
)

const (
	zipEndMark = "PK\x05\x06"
	zipEndLen  = 22
)

// zipDescriptors are the lengths that checksum and sizes behind an entry's contents may have, none among them: with and
// without a mark, in 4 or in 8 bytes.
var zipDescriptors = []int64{0, zipDescriptorLen, zipDescriptorLen - 4, 24, 20}

// checkZipLayout refuses a zip that holds bytes its list of entries does not account for: readers that go through the
// entries from the front, as some platforms' do, would see files there that nobody has checked.
func checkZipLayout(r io.ReaderAt, size int64, zr *zip.Reader) error {
	list, err := zipListStart(r, size, zr)
	if err != nil {
		return err
	}
	type span struct {
		from, to int64
		name     string
	}
	spans := make([]span, 0, len(zr.File))
	for _, f := range zr.File {
		from, err := f.DataOffset()
		if err != nil {
			return errDamaged(fmt.Sprintf("the file %q is not where its list says", shorten(f.Name)))
		}
		spans = append(spans, span{from, from + declaredSize(f.CompressedSize64), f.Name})
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	before := int64(0)
	for i, s := range spans {
		gap, err := readGap(r, before, s.from)
		if err != nil || !isEntryGap(gap, s.name, i == 0) {
			return errHidden(before)
		}
		before = s.to
	}
	if !slices.Contains(zipDescriptors, list-before) {
		return errHidden(before)
	}
	return nil
}

// zipListStart returns where the list of entries begins. The list ends where the end's record begins, and that ends with
// the file: otherwise readers differ in which of several lists they follow.
func zipListStart(r io.ReaderAt, size int64, zr *zip.Reader) (int64, error) {
	at := size - zipEndLen - int64(len(zr.Comment))
	end := make([]byte, zipEndLen)
	if n, _ := r.ReadAt(end, max(0, at)); n < len(end) || at < 0 || !hasAt(end, 0, zipEndMark) {
		return 0, errDamaged("there is more in it behind its end")
	}
	length, start := int64(binary.LittleEndian.Uint32(end[12:])), int64(binary.LittleEndian.Uint32(end[16:]))
	if length == math.MaxUint32 || start == math.MaxUint32 || binary.LittleEndian.Uint16(end[10:]) == math.MaxUint16 {
		length, start, at = zip64ListStart(r, at)
	}
	if start < 0 || length < 0 || start > size || length > size || start+length != at {
		return 0, errHidden(max(0, min(start, size)))
	}
	return start, nil
}

// zip64ListStart reads the long form of the end's record: length and beginning of the list, and where the record begins. It
// returns -1 for what is not of that form.
func zip64ListStart(r io.ReaderAt, end int64) (length, start, at int64) {
	const (
		locatorLen, recordLen   = 20, 56
		locatorMark, recordMark = "PK\x06\x07", "PK\x06\x06"
	)
	record := make([]byte, recordLen+locatorLen)
	at = end - int64(len(record))
	if n, _ := r.ReadAt(record, max(0, at)); n < len(record) || at < 0 || !hasAt(record, 0, recordMark) || !hasAt(record, recordLen, locatorMark) {
		return -1, -1, at
	}
	length, start = int64(binary.LittleEndian.Uint64(record[40:])), int64(binary.LittleEndian.Uint64(record[48:])) //nolint:gosec // a sum that overflows is refused by its sign
	return length, start, at
}

func errHidden(at int64) error {
	return errDamaged(fmt.Sprintf("at byte %d it holds something else than its list of files says", at))
}

// maxZipGap is the longest header of an entry, with the descriptor of the one before.
const maxZipGap = zipHeaderLen + 2*0xffff + 24

func readGap(r io.ReaderAt, from, to int64) ([]byte, error) {
	if to < from || to-from > maxZipGap {
		return nil, errHidden(from)
	}
	gap := make([]byte, to-from)
	if n, err := r.ReadAt(gap, from); n < len(gap) {
		return nil, err //nolint:wrapcheck // a reader passes errors on as they are
	}
	return gap, nil
}

// isEntryGap tells whether the bytes in front of an entry's contents are the descriptor of the entry before and the header
// of this one, under the name that the list gives it, and nothing else.
func isEntryGap(gap []byte, name string, first bool) bool {
	for _, d := range zipDescriptors {
		if first && d > 0 {
			break
		}
		if !hasAt(gap, d, zipHeaderMark) || int64(len(gap)) < d+zipHeaderLen {
			continue
		}
		header := gap[d:]
		nameLen := int(binary.LittleEndian.Uint16(header[26:]))
		length := zipHeaderLen + nameLen + int(binary.LittleEndian.Uint16(header[28:]))
		if length == len(header) && string(header[zipHeaderLen:zipHeaderLen+nameLen]) == name {
			return true
		}
	}
	return false
}

func hasAt(data []byte, at int64, mark string) bool {
	return int64(len(data)) >= at && bytes.HasPrefix(data[at:], []byte(mark))
}
