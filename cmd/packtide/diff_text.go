package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"packtide/packfile"
)

// maxTextsAtOnce is how much of the files that differ is held in memory, of each of the two versions, in bytes.
const maxTextsAtOnce = 16 << 20

// changedFile is a file that differs, with its size in both versions; -1 where it is not.
type changedFile struct {
	path  string
	sizes [2]int64
}

// tooLarge tells whether a side is beyond what is shown line by line.
func (f changedFile) tooLarge() bool { return max(f.sizes[0], f.sizes[1]) > packfile.MaxTextBytes }

// printTexts prints what changed in each text file in the form of diff -u. The packages are opened for many files at once.
func (c *diffCmd) printTexts(out io.Writer, cmp packfile.Comparison, both [2]packfile.Package) error {
	var batch []changedFile
	held := int64(0)
	for _, f := range changedFiles(cmp, both) {
		if f.tooLarge() {
			f.sizes = [2]int64{-1, -1}
		}
		if held += max(f.sizes[0], f.sizes[1], 0); held > maxTextsAtOnce {
			if err := c.printBatch(out, batch); err != nil {
				return err
			}
			batch, held = nil, max(f.sizes[0], f.sizes[1], 0)
		}
		batch = append(batch, f)
	}
	return c.printBatch(out, batch)
}

// changedFiles are the files of which lines can differ, in the order of the comparison.
func changedFiles(cmp packfile.Comparison, both [2]packfile.Package) []changedFile {
	var sizes [2]map[string]int64
	for i, p := range both {
		sizes[i] = map[string]int64{}
		for _, f := range p.Contents.Files {
			sizes[i][f.Path] = f.Size
		}
	}
	var files []changedFile
	for _, ch := range cmp.Changes {
		if ch.Kind != packfile.KindFile || ch.Event == packfile.Renamed {
			continue
		}
		f := changedFile{path: ch.Key, sizes: [2]int64{-1, -1}}
		for i := range sizes {
			if size, ok := sizes[i][ch.Key]; ok {
				f.sizes[i] = size
			}
		}
		files = append(files, f)
	}
	return files
}

func (c *diffCmd) printBatch(out io.Writer, batch []changedFile) error {
	var texts [2]map[string][]byte
	for i, path := range []string{c.Old, c.New} {
		var names []string
		for _, f := range batch {
			if f.sizes[i] >= 0 {
				names = append(names, f.path)
			}
		}
		var err error
		if texts[i], err = readFilesOf(path, names); err != nil {
			return err
		}
	}
	for _, f := range batch {
		d := packfile.DiffTexts(texts[0][f.path], texts[1][f.path])
		if f.sizes == [2]int64{-1, -1} {
			d.NotText = fmt.Sprintf("The file is larger than the limit of %d bytes for showing what changed in it.", packfile.MaxTextBytes)
		}
		if _, err := io.WriteString(out, unifiedText(f.path, d)); err != nil {
			return err //nolint:wrapcheck // Run says what was attempted
		}
	}
	return nil
}

// readFilesOf returns files of a package, or of the folder that is one.
func readFilesOf(path string, inside []string) (map[string][]byte, error) {
	if len(inside) == 0 {
		return nil, nil //nolint:nilnil // nothing was asked for
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		files := map[string][]byte{}
		for _, name := range inside {
			if files[name], err = fs.ReadFile(os.DirFS(path), name); err != nil {
				return nil, err //nolint:wrapcheck // Run says what was attempted
			}
		}
		return files, nil
	}
	f, info, err := openPackage(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return packfile.ReadFiles(f, info.Size(), info.Name(), inside...) //nolint:wrapcheck // Run says what was attempted
}

func unifiedText(name string, d packfile.TextDiff) string {
	var b strings.Builder
	if name == "" {
		name = "the file"
	}
	fmt.Fprintf(&b, "\n--- %s\n+++ %s\n", name, name)
	if d.NotText != "" {
		fmt.Fprintln(&b, d.NotText)
	}
	marks := map[packfile.Event]string{packfile.Added: "+", packfile.Removed: "-", "": " "}
	for _, h := range d.Hunks {
		fmt.Fprintln(&b, h.Head())
		for _, l := range h.Lines {
			fmt.Fprintln(&b, marks[l.Event]+l.Text)
		}
	}
	return printable(b.String())
}
