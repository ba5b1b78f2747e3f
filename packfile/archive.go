package packfile

import (
	"fmt"
	"io"
	"strings"
)

// The limits of every archive; an error names the one that it met. They leave room for the largest real packages
// (some tens of megabytes, some thousands of files) and keep memory and time within bounds.
const (
	maxEntries        = 20_000
	maxUnpackedBytes  = 1 << 30  // 1 GiB, declared and counted
	maxManifestBytes  = 4 << 20  // 4 MiB, of each file that is read into memory
	maxDirectoryBytes = 16 << 20 // of a zip's list of entries
	maxPathBytes      = 1024
	maxPathDepth      = 32

	// Text packs about 20:1 and a file of zeros 1000:1; small archives are let through, they can do no harm.
	maxRatio       = 250
	ratioFreeBytes = 16 << 20
)

// archive is the list of a zip's or tar's files, checked to be safe to unpack. Contents are read on demand.
type archive struct {
	format   string // for people: "ZIP", "tar", "tar.gz"
	files    []archiveFile
	unpacked int64 // the sum of the files' sizes
	unlisted bool  // a zip without a list of its entries: App Builder's, or else cut off

	index map[string]int    // path → files
	names map[string]string // path without case → path as written, of files and folders; ends in / for folders

	contents func(wanted map[string]bool, got map[string][]byte) error

	// each reads every file once: see Archive.Each. A folder has none.
	each func(visit func(ArchiveFile, io.Reader) error) error

	// stored returns the bytes of a file that lies in the archive as it is, not packed; nil for others.
	stored func(path string) *io.SectionReader
}

type archiveFile struct {
	path string
	size int64
	sum  [16]byte // of the contents: fileSum
}

// openArchive lists and checks the archive in r, or returns nil if the bytes are none that this package knows.
func openArchive(r io.ReaderAt, size int64) (*archive, error) {
	head := make([]byte, min(size, tarMagicEnd))
	if n, err := r.ReadAt(head, 0); n < len(head) {
		return nil, fmt.Errorf("read the beginning: %w", err)
	}
	switch {
	case isZip(head):
		return openZip(r, size)
	case isTar(head):
		return openTar("tar", size, func() (io.Reader, error) { return io.NewSectionReader(r, 0, size), nil })
	case isGzip(head):
		return openTarGzip(r, size)
	default:
		return nil, nil //nolint:nilnil // no archive is an answer, not a failure
	}
}

func newArchive(format string) *archive {
	return &archive{format: format, index: map[string]int{}, names: map[string]string{}}
}

// add takes one entry into the list, or refuses what can't be unpacked safely everywhere. A folder's name ends
// in a slash.
func (a *archive) add(name string, size int64) error {
	isDir := strings.HasSuffix(name, "/")
	clean := cleanEntry(name)
	if isDir && (clean == ".") {
		return nil // the archive's own root, as tar writes it
	}
	if err := checkPath(clean); err != nil {
		return err
	}
	if err := a.takeName(clean, isDir); err != nil {
		return err
	}
	if isDir {
		return nil
	}
	if size < 0 || size > maxUnpackedBytes-a.unpacked {
		return errTooLarge()
	}
	a.unpacked += size
	a.index[clean] = len(a.files)
	a.files = append(a.files, archiveFile{path: clean, size: size})
	return nil
}

func errTooLarge() error {
	return &UnreadableError{
		Reason: fmt.Sprintf("The archive is larger than the limit of %s once unpacked.", bytesText(maxUnpackedBytes)),
		Fix:    "Take out what the package does not need, or split it into several packages.",
	}
}

func errTooLargeToRead(name string, size, limit int64) error {
	return &UnreadableError{
		Reason: fmt.Sprintf("The file %q has %s; the limit for it is %s.", shorten(name), bytesText(size), bytesText(limit)),
		Fix:    "Make it smaller and pack it again.",
	}
}

func errTooMany() error {
	return &UnreadableError{
		Reason: fmt.Sprintf("The archive has more than %d entries.", maxEntries),
		Fix:    "Take out what the package does not need, or split it into several packages.",
	}
}

// checkRatio refuses an archive that unpacks to suspiciously much.
func checkRatio(unpacked, packed int64) error {
	if unpacked <= ratioFreeBytes || unpacked/max(packed, 1) < maxRatio {
		return nil
	}
	return &UnreadableError{
		Reason: fmt.Sprintf("The archive unpacks to more than %d times its own size, as harmful archives do.", maxRatio),
		Fix:    "Take out files that are mostly empty and pack it again.",
	}
}

func errDamaged(what string) error {
	return &UnreadableError{
		Reason: "The archive is damaged: " + what + ".",
		Fix:    "Upload it again; if that does not help, export or pack it again.",
	}
}

// has reports whether the archive holds a file with this path.
func (a *archive) has(name string) bool {
	_, ok := a.index[name]
	return ok
}

// read returns the contents of those of the paths that the archive holds.
func (a *archive) read(paths ...string) (map[string][]byte, error) {
	return a.readWithin(maxManifestBytes, paths...)
}

// readWithin is read with another limit for each file.
func (a *archive) readWithin(limit int64, paths ...string) (map[string][]byte, error) {
	wanted, got := map[string]bool{}, map[string][]byte{}
	for _, p := range paths {
		i, ok := a.index[p]
		if !ok {
			continue
		}
		if a.files[i].size > limit {
			return nil, errTooLargeToRead(p, a.files[i].size, limit)
		}
		wanted[p] = true
	}
	if len(wanted) == 0 {
		return got, nil
	}
	return got, a.contents(wanted, got)
}

// hasFolder reports whether a file lies below folder.
func (a *archive) hasFolder(folder string) bool {
	_, ok := a.names[foldCase(folder)]
	return ok && a.names[foldCase(folder)] == folder+"/"
}

// tops returns the names at the top of the archive in the order of the file, folders with a slash, without what
// file managers of macOS leave behind.
func (a *archive) tops() []string {
	var tops []string
	seen := map[string]bool{}
	for _, f := range a.files {
		top := f.path
		if i := strings.IndexByte(top, '/'); i >= 0 {
			top = top[:i+1]
		}
		if !seen[top] && top != "__MACOSX/" && top != ".DS_Store" {
			seen[top] = true
			tops = append(tops, top)
		}
	}
	return tops
}

func bytesText(n int64) string {
	switch {
	case n >= 1<<30 && n%(1<<30) == 0:
		return fmt.Sprintf("%d GiB", n>>30)
	case n >= 1<<20:
		return fmt.Sprintf("%.4g MiB", float64(n)/(1<<20))
	default:
		return fmt.Sprintf("%d bytes", n)
	}
}
