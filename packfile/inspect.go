package packfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// recogniser reads one format of a platform's packages. Another format is one file with its read function, and one
// entry in recognisers.
type recogniser struct {
	platform, label string

	// read returns what the file says and true, or false if the file is not of this platform. A file that is of
	// this platform and broken is its own, with findings: it must not pass as a plain archive.
	read func(*source) (reading, bool, error)
}

// recognisers are asked in this order; the last takes every file.
var recognisers = []recogniser{
	{PlatformThreatConnect, "ThreatConnect", readAppBuilder},
	{PlatformThreatConnect, "ThreatConnect", readThreatConnect},
	{PlatformThreatConnect, "ThreatConnect", readBundle},
	{PlatformThreatConnect, "ThreatConnect", readPlaybook},
	{PlatformSecOps, "Google SecOps", readSecOps},
	{PlatformBoomi, "Boomi", readBoomi},
	{PlatformPlain, "Plain package", readPlain},
}

// PlatformLabel is a platform as people call it; a key that is not known any more shows itself.
func PlatformLabel(platform string) string {
	for _, rec := range recognisers {
		if rec.platform == platform {
			return rec.label
		}
	}
	return platform
}

// reading is what a recogniser got out of a file.
type reading struct {
	manifest Manifest
	findings []Finding
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

// Inspect reads one package file of size bytes and returns what it says about itself, with its faults. The file
// name never decides what the file is, nor its version: it is only compared with what the file says.
//
// The error is an *UnreadableError if the file is empty, damaged or not safe to unpack; the wrapped error of r if
// reading fails. Faults inside a readable package are findings, not errors.
func Inspect(r io.ReaderAt, size int64, fileName string) (Manifest, []Finding, error) {
	if size <= 0 {
		return Manifest{}, nil, &UnreadableError{
			Reason: "The file is empty.",
			Fix:    "Choose the package file again; if it is empty on your disk too, export it again.",
		}
	}
	in := &faithfulReader{r: r, size: size}
	m, findings, err := inspect(in, size, fileName)
	if in.err != nil {
		return Manifest{}, nil, fmt.Errorf("read package file %q: %w", fileName, in.err)
	}
	if err != nil {
		return Manifest{}, nil, err
	}
	return m, findings, nil
}

func inspect(r io.ReaderAt, size int64, fileName string) (Manifest, []Finding, error) {
	a, err := openArchive(r, size)
	if err != nil {
		return Manifest{}, nil, err
	}
	src := &source{fileName: fileName, r: r, size: size, archive: a}
	for _, rec := range recognisers {
		got, ok, err := rec.read(src)
		if err != nil {
			return Manifest{}, nil, err
		}
		if !ok {
			continue
		}
		m := got.manifest
		m.Platform, m.PlatformLabel = rec.platform, rec.label
		m.Files, m.UnpackedBytes = 1, size
		if a != nil {
			m.Files, m.UnpackedBytes = len(a.files), a.unpacked
		}
		dropNULs(&m, got.findings)
		return m, got.findings, nil
	}
	return Manifest{}, nil, errors.New("no recogniser took the file")
}

// dropNULs takes NUL characters out of everything that came from the file: databases refuse them in texts.
func dropNULs(m *Manifest, findings []Finding) {
	texts := []*string{&m.Name, &m.DisplayName, &m.Description, &m.PlatformVersion}
	for i := range m.Notes {
		n := &m.Notes[i]
		texts = append(texts, &n.Version, &n.Text, &n.Item, &n.ItemType)
	}
	for i := range m.Facts {
		texts = append(texts, &m.Facts[i].Value)
	}
	for i := range findings {
		texts = append(texts, &findings[i].Path, &findings[i].Message, &findings[i].Fix)
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
	err  error
}

func (f *faithfulReader) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off >= f.size {
		return 0, io.EOF
	}
	n, err := f.r.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) && f.err == nil {
		f.err = err
	}
	return n, err //nolint:wrapcheck // a reader passes errors on as they are
}
