package packfile

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"
)

// reading is what a format's reader got out of a file.
type reading struct {
	manifest Manifest
	findings []Finding
	parts    []Part

	// root is the folder in the archive, with a slash, that files are compared below: its name may differ between versions.
	root string

	// inner are the files of a package that holds them in a way of its own; nil where they are those of the archive.
	inner map[string][]byte
}

func (r *reading) find(f Finding) { r.findings = append(r.findings, f) }

func (r *reading) fact(label, value string) {
	if value != "" {
		r.manifest.Facts = append(r.manifest.Facts, Fact{Label: label, Value: value})
	}
}

// source is the file under inspection.
type source struct {
	fileName string
	r        io.ReaderAt
	size     int64
	archive  *archive // nil for a file that is no archive
	opts     Options
}

// maxHeadBytes is how much of a file that is no archive is read to see what it is.
const maxHeadBytes = 64 << 10

// text returns a file that is no archive, if it begins like a text with the character first and looks, by its first
// bytes, like what the caller reads; nil if not. A file that looks so and is too large to be read is refused.
func (s *source) text(first byte, looks func(head []byte) bool) ([]byte, error) {
	if s.archive != nil {
		return nil, nil
	}
	data := make([]byte, min(s.size, maxHeadBytes))
	if n, err := s.r.ReadAt(data, 0); n < len(data) {
		return nil, fmt.Errorf("read the beginning: %w", err)
	}
	if start := bytes.TrimSpace(asciiText(data)); len(start) == 0 || start[0] != first {
		return nil, nil
	}
	if !looks(asciiText(data)) {
		return nil, nil
	}
	if s.size > maxManifestBytes {
		return nil, errTooLargeToRead(s.ownName(), s.size, maxManifestBytes)
	}
	data = make([]byte, s.size)
	if n, err := s.r.ReadAt(data, 0); n < len(data) {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	return data, nil
}

// Inspect reads one package file of size bytes: what it says about itself, its faults, and what versions of it are
// compared by. The file name never decides what the file is, nor its version: it is only compared with what the file says.
//
// The error is an *UnreadableError if the file is empty, damaged or not safe to unpack; the wrapped error of r if
// reading fails. Faults inside a readable package are findings, not errors.
func Inspect(r io.ReaderAt, size int64, fileName string, opts Options) (Package, error) {
	if size <= 0 {
		return Package{}, &UnreadableError{
			Reason: "The file is empty.",
			Fix:    "Choose the package file again; if it is empty on your disk too, export it again.",
		}
	}
	in := &faithfulReader{r: r, size: size}
	src, p, got, err := open(in, size, fileName, opts)
	var whole Package
	if err == nil {
		whole, err = src.finish(p, got)
	}
	if in.err != nil {
		return Package{}, fmt.Errorf("read package file %q: %w", fileName, in.err)
	}
	return whole, err
}

// open finds out what a file is, and reads it.
func open(r io.ReaderAt, size int64, fileName string, opts Options) (*source, platform, reading, error) {
	a, err := openArchive(r, size)
	if err != nil {
		return nil, platform{}, reading{}, err
	}
	src := &source{fileName: fileName, r: r, size: size, archive: a, opts: opts}
	p, got, err := src.recognise(platforms())
	return src, p, got, err
}

// recognise asks the platforms' formats whose the file is.
func (s *source) recognise(among []platform) (platform, reading, error) {
	for _, p := range among {
		for _, read := range p.formats {
			if got, ok, err := read(s); ok || err != nil {
				return p, got, err
			}
		}
	}
	return platform{}, reading{}, errors.New("no format took the file")
}

// finish brings what a reader got into the form that leaves this package.
func (s *source) finish(p platform, got reading) (Package, error) {
	m := got.manifest
	m.Platform, m.PlatformLabel = p.key, p.label
	m.Files, m.UnpackedBytes = 1, s.size
	if s.archive != nil {
		m.Files, m.UnpackedBytes = len(s.archive.files), s.archive.unpacked
	}
	files, err := s.marks(got)
	if err != nil {
		return Package{}, err
	}
	findings := settle(got.findings, p.rules, cmp.Or(s.opts.Day, m.day()))
	if err := s.quote(p.rules, got, findings); err != nil {
		return Package{}, err
	}
	whole := Package{Manifest: m, Findings: findings, Contents: Contents{Parts: got.parts, Files: files}}
	dropNULs(&whole)
	return whole, nil
}

// marks returns the fingerprint of every file of the package, by path.
func (s *source) marks(got reading) ([]FileMark, error) {
	var marks []FileMark
	switch {
	case got.inner != nil:
		for name, data := range got.inner {
			marks = append(marks, markOf(name, int64(len(data)), fileSum(sha256.Sum256(data))))
		}
	case s.archive != nil:
		for _, f := range s.archive.files {
			if !isLitter(f.path) {
				marks = append(marks, markOf(strings.TrimPrefix(f.path, got.root), f.size, f.sum))
			}
		}
	default:
		hash := sha256.New()
		if _, err := io.Copy(hash, io.NewSectionReader(s.r, 0, s.size)); err != nil {
			return nil, fmt.Errorf("read the file: %w", err)
		}
		// Without the name: a single file is the package, whatever the publisher calls it.
		marks = append(marks, markOf("", s.size, fileSum([sha256.Size]byte(hash.Sum(nil)))))
	}
	sortFiles(marks)
	return marks, nil
}

func markOf(name string, size int64, sum [16]byte) FileMark {
	return FileMark{Path: name, Size: size, Sum: hex.EncodeToString(sum[:])}
}

// isLitter tells what file managers leave in archives.
func isLitter(name string) bool {
	return strings.HasPrefix(name, "__MACOSX/") || path.Base(name) == ".DS_Store"
}

// dropNULs takes NUL characters out of everything that came from the file: databases refuse them in texts.
func dropNULs(p *Package) {
	m := &p.Manifest
	texts := []*string{&m.Kind, &m.Name, &m.DisplayName, &m.Description, &m.PlatformVersion, &m.OneOnly, &m.Identifier}
	for i := range m.Notes {
		n := &m.Notes[i]
		texts = append(texts, &n.Version, &n.Text, &n.Item, &n.ItemType)
	}
	for i := range m.Facts {
		texts = append(texts, &m.Facts[i].Value)
	}
	for i := range m.Components {
		c := &m.Components[i]
		texts = append(texts, &c.ID, &c.Name, &c.Version, &c.Kind)
		for j := range c.Settings {
			texts = append(texts, &c.Settings[j])
		}
	}
	for i := range m.Needs {
		texts = append(texts, &m.Needs[i].Name)
	}
	for i := range p.Findings {
		f := &p.Findings[i]
		texts = append(texts, &f.Path, &f.Field, &f.Message, &f.Fix, &f.Excerpt)
	}
	for i := range p.Contents.Parts {
		part := &p.Contents.Parts[i]
		texts = append(texts, &part.Key, &part.Name, &part.File, &part.Within)
		for j := range part.Facets {
			texts = append(texts, &part.Facets[j].Name, &part.Facets[j].Value)
		}
	}
	for i := range p.Contents.Files {
		texts = append(texts, &p.Contents.Files[i].Path)
	}
	for _, text := range texts {
		*text = strings.ReplaceAll(*text, "\x00", "")
	}
}

// faithfulReader remembers the first failure of r itself, so that a broken disk is not reported to the uploader
// as a damaged package. Places outside the file, to which damaged archives point, are its end.
type faithfulReader struct {
	r    io.ReaderAt
	size int64

	mu  sync.Mutex // several read a zip at once
	err error
}

func (f *faithfulReader) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off >= f.size {
		return 0, io.EOF
	}
	n, err := f.r.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		f.mu.Lock()
		f.err = cmp.Or(f.err, err)
		f.mu.Unlock()
	}
	return n, err //nolint:wrapcheck // a reader passes errors on as they are
}
