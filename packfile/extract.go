package packfile

import (
	"archive/tar"
	"archive/zip"
	"compress/flate"
	"fmt"
	"io"
)

// Archive is a package file that is a zip or a tar, listed and found safe to unpack: its paths stay below the folder that
// they are unpacked to on every system, no two of them are one name where case is ignored, and sizes and checksums are true.
type Archive struct{ list *archive }

// ArchiveFile is one file of an archive. Path is relative and uses slashes.
type ArchiveFile struct {
	Path       string
	Size       int64
	Executable bool // as the archive's maker marked it
}

// OpenArchive lists and checks the archive of size bytes in r; it returns false if the bytes are none that this package
// knows: such a file is placed as it is. The error is an *UnreadableError if the archive is damaged or not safe to unpack.
func OpenArchive(r io.ReaderAt, size int64) (Archive, bool, error) {
	if size <= 0 {
		return Archive{}, false, nil
	}
	in := &faithfulReader{r: r, size: size}
	list, err := openArchive(in, size)
	if in.err != nil {
		return Archive{}, false, fmt.Errorf("read the archive: %w", in.err)
	}
	return Archive{list: list}, list != nil, err
}

// Files is how many files the archive holds, folders not counted.
func (a Archive) Files() int { return len(a.list.files) }

// UnpackedBytes is what they take together once unpacked.
func (a Archive) UnpackedBytes() int64 { return a.list.unpacked }

// Each calls visit for every file with its contents, once and in the archive's order. An error of visit ends it and is
// returned as it is.
func (a Archive) Each(visit func(ArchiveFile, io.Reader) error) error { return a.list.each(visit) }

// eachOfZip reads the files of a zip that has a list of them; they are in step with a.files.
func (a *archive) eachOfZip(files []*zip.File) func(func(ArchiveFile, io.Reader) error) error {
	return func(visit func(ArchiveFile, io.Reader) error) error {
		for i, f := range files {
			in, err := f.Open()
			if err != nil {
				return errDamaged(fmt.Sprintf("the file %q can't be unpacked", shorten(f.Name)))
			}
			err = visit(ArchiveFile{Path: a.files[i].path, Size: a.files[i].size, Executable: f.Mode()&0o100 != 0}, in)
			if closing := in.Close(); err == nil && closing != nil {
				err = errDamaged(fmt.Sprintf("the file %q can't be unpacked", shorten(f.Name)))
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
}

// eachOfTar reads the tar from its start once more.
func (a *archive) eachOfTar(stream func() (io.Reader, error)) func(func(ArchiveFile, io.Reader) error) error {
	return func(visit func(ArchiveFile, io.Reader) error) error {
		var own error
		err := eachTarEntry(stream, func(h *tar.Header, content io.Reader) error {
			i, listed := a.index[cleanEntry(h.Name)]
			if !listed || h.Typeflag != tar.TypeReg {
				return nil
			}
			own = visit(ArchiveFile{Path: a.files[i].path, Size: a.files[i].size, Executable: h.Mode&0o100 != 0}, content)
			return own
		})
		if own != nil {
			return own
		}
		return err
	}
}

// each reads the files of a zip stream; it tells nothing of who may run them.
func (z *zipStream) each(visit func(ArchiveFile, io.Reader) error) error {
	for i, span := range z.files {
		var in io.Reader = io.NewSectionReader(z.r, span.from, span.to-span.from)
		if span.method == zip.Deflate {
			in = flate.NewReader(in)
		}
		f := ArchiveFile{Path: z.a.files[i].path, Size: z.a.files[i].size}
		if err := visit(f, io.LimitReader(in, f.Size)); err != nil {
			return err
		}
	}
	return nil
}
