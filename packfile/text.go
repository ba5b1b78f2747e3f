package packfile

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

var utf8BOM = []byte("\xef\xbb\xbf")

// textFault is why a text file can't be read, with its place.
type textFault struct {
	line, column int
	what         string
}

func (t *textFault) finding(code, path, fix string) Finding {
	return Finding{
		Code: code, Severity: SeverityError, Path: path, Line: t.line, Column: t.column,
		Message: t.what, Fix: fix,
	}
}

// lineColumn returns the place of a byte offset, both counted from 1, the column in characters.
func lineColumn(data []byte, offset int) (line, column int) {
	offset = min(max(offset, 0), len(data))
	before := data[:offset]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1
}

// checkText returns the data without a byte order mark, or the fault if it is not UTF-8.
func checkText(data []byte) ([]byte, *textFault) {
	data = bytes.TrimPrefix(data, utf8BOM)
	if utf8.Valid(data) {
		return data, nil
	}
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return nil, &textFault{line: 1, column: 1, what: "The file is written in UTF-16; it must be UTF-8."}
	}
	offset := 0
	for offset < len(data) {
		r, n := utf8.DecodeRune(data[offset:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		offset += n
	}
	line, column := lineColumn(data, offset)
	return nil, &textFault{line, column, "The file is not written in UTF-8."}
}

// asciiText returns the data without a byte order mark, and what is written in UTF-16 without its NULs, so that ASCII
// words are found in both: a text in the wrong encoding is to be recognised too.
func asciiText(data []byte) []byte {
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return bytes.ReplaceAll(data[2:], []byte{0}, nil)
	}
	return bytes.TrimPrefix(data, utf8BOM)
}

// errLimit is the fault of a text file that is larger or more deeply nested than its parser is trusted with.
func errLimit(line int, format string, args ...any) *textFault {
	return &textFault{line: line, column: 1, what: fmt.Sprintf(format, args...)}
}
