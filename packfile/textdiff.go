package packfile

import (
	"bytes"
	"fmt"
	"io"

	"github.com/aymanbagabas/go-udiff"
)

// MaxTextBytes is the most that a file may have to be shown line by line.
const MaxTextBytes = 1 << 20

const diffContext = 3 // equal lines shown around a change

// Hunk is a piece of a file in which lines changed.
type Hunk struct{ Lines []DiffLine }

// Head tells where the piece stands in both files, as diff -u does: "@@ -2,7 +2,8 @@".
func (h Hunk) Head() string {
	var at, lines [2]int
	for _, l := range h.Lines {
		for i, n := range []int{l.Old, l.New} {
			if n > 0 {
				if at[i] == 0 {
					at[i] = n
				}
				lines[i]++
			}
		}
	}
	return fmt.Sprintf("@@ -%d,%d +%d,%d @@", at[0], lines[0], at[1], lines[1])
}

// DiffLine is one line of a Hunk. Old and New are its numbers in the two files, 0 where it is in one of them only.
type DiffLine struct {
	Event    Event // Added, Removed, or empty for a line that is in both
	Old, New int
	Text     string // without its end
}

// TextDiff is what changed in a text file.
type TextDiff struct {
	Hunks          []Hunk
	Added, Removed int // lines

	// NotText says why there are no hunks though the files differ, as a sentence; empty otherwise.
	NotText string
}

// DiffTexts compares two files line by line. A file that one side lacks is nil there.
func DiffTexts(old, new []byte) TextDiff {
	before, after, why := diffable(old, new)
	if why != "" {
		return TextDiff{NotText: why}
	}
	unified, err := udiff.ToUnifiedDiff("", "", before, udiff.Lines(before, after), diffContext)
	if err != nil {
		return TextDiff{NotText: "The two files can't be compared line by line."}
	}
	var d TextDiff
	for _, h := range unified.Hunks {
		d.take(h)
	}
	return d
}

// diffable returns both files as texts with plain ends of lines, or why they are none.
func diffable(old, new []byte) (before, after, why string) {
	if len(old) > MaxTextBytes || len(new) > MaxTextBytes {
		return "", "", fmt.Sprintf("The file is larger than the limit of %s for showing what changed in it.", bytesText(MaxTextBytes))
	}
	var texts [2]string
	for i, data := range [][]byte{old, new} {
		text, fault := checkText(data)
		if fault != nil || bytes.IndexByte(text, 0) >= 0 {
			return "", "", "The file is not a text."
		}
		texts[i] = string(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
	}
	if texts[0] == texts[1] && !bytes.Equal(old, new) {
		return "", "", "Only invisible characters changed: the ends of the lines, or the mark at the beginning of the file."
	}
	return texts[0], texts[1], ""
}

func (d *TextDiff) take(h *udiff.Hunk) {
	hunk := Hunk{}
	old, new := h.FromLine, h.ToLine
	for _, l := range h.Lines {
		line := DiffLine{Text: string(bytes.TrimSuffix([]byte(l.Content), []byte("\n")))}
		switch l.Kind {
		case udiff.Delete:
			line.Event, line.Old = Removed, old
			d.Removed++
			old++
		case udiff.Insert:
			line.Event, line.New = Added, new
			d.Added++
			new++
		default:
			line.Old, line.New = old, new
			old++
			new++
		}
		hunk.Lines = append(hunk.Lines, line)
	}
	d.Hunks = append(d.Hunks, hunk)
}

// ReadFiles returns the contents of those of the files that the package holds, by their paths in Contents.Files. It
// refuses what Inspect refuses, and files of more than 1 MiB.
func ReadFiles(r io.ReaderAt, size int64, fileName string, paths ...string) (map[string][]byte, error) {
	in := &faithfulReader{r: r, size: size}
	src, _, got, err := open(in, size, fileName, Options{})
	if err != nil {
		return nil, err
	}
	files, err := src.files(got, paths)
	if in.err != nil {
		return nil, fmt.Errorf("read package file %q: %w", fileName, in.err)
	}
	return files, err
}

func (s *source) files(got reading, paths []string) (map[string][]byte, error) {
	files := map[string][]byte{}
	if s.archive == nil {
		if s.size > MaxTextBytes {
			return nil, errTooLargeToRead(s.ownName(), s.size, MaxTextBytes)
		}
		data, err := io.ReadAll(io.NewSectionReader(s.r, 0, s.size))
		files[""] = data
		return files, err
	}
	var lying []string
	for _, name := range paths {
		if data, ok := got.inner[name]; ok {
			files[name] = data
		} else if got.inner == nil {
			lying = append(lying, got.root+name)
		}
	}
	read, err := s.archive.readWithin(MaxTextBytes, lying...)
	for name, data := range read {
		files[name[len(got.root):]] = data
	}
	return files, err
}
