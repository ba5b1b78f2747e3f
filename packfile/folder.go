package packfile

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// skippedFolders are no part of a package that lies unpacked where people work on it.
var skippedFolders = []string{".git", ".hg", ".svn", ".venv", "__pycache__", "node_modules"}

// formatFolder is the format of what lies unpacked.
const formatFolder = "folder"

// unpacked reports whether the package lies unpacked, so that there is no file with a name of its own.
func (s *source) unpacked() bool { return s.archive != nil && s.archive.format == formatFolder }

// InspectFolder reads a package that lies unpacked in a folder as Inspect reads its archive; name is the folder's own name.
// It returns false if the folder is no package of a platform that is known here.
func InspectFolder(folder fs.FS, name string, opts Options) (Package, bool, error) {
	a, err := openFolder(folder, name)
	if err != nil || len(a.files) == 0 {
		return Package{}, false, err
	}
	src := &source{fileName: name, r: strings.NewReader(""), archive: a, opts: opts}
	p, got, err := src.recognise(platforms())
	if err != nil || p.key == PlatformPlain {
		return Package{}, false, err
	}
	whole, err := src.finish(p, got)
	return whole, err == nil, err
}

// openFolder lists the files below a folder as an archive that holds the folder.
func openFolder(folder fs.FS, name string) (*archive, error) {
	a := newArchive(formatFolder)
	hash := sha256.New()
	err := fs.WalkDir(folder, ".", func(at string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("read the folder: %w", err)
		case entry.IsDir() && slices.Contains(skippedFolders, entry.Name()):
			return fs.SkipDir
		case entry.IsDir():
			return nil
		case entry.Type() == fs.ModeSymlink:
			return &UnreadableError{
				Reason: fmt.Sprintf("The folder holds a link instead of a file: %q.", shorten(at)),
				Fix:    "Replace the link by the file that it points to.",
			}
		case !entry.Type().IsRegular():
			return errSpecial(at)
		case len(a.files) == maxEntries:
			return errTooMany()
		}
		hash.Reset()
		return a.addFromFolder(folder, name, at, entry, hash)
	})
	if err != nil {
		return nil, err
	}
	a.contents = func(wanted map[string]bool, got map[string][]byte) error {
		for file := range wanted {
			data, err := fs.ReadFile(folder, strings.TrimPrefix(file, name+"/"))
			if err != nil {
				return fmt.Errorf("read the folder: %w", err)
			}
			got[file] = data
		}
		return nil
	}
	return a, nil
}

// addFromFolder takes the file at a path of the folder into the list, with its fingerprint.
func (a *archive) addFromFolder(folder fs.FS, name, at string, entry fs.DirEntry, hash hash.Hash) error {
	info, err := entry.Info()
	if err != nil {
		return fmt.Errorf("read the folder: %w", err)
	}
	if err := a.add(path.Join(name, at), info.Size()); err != nil {
		return err
	}
	if err := copyFile(hash, folder, at); err != nil {
		return err
	}
	a.files[len(a.files)-1].sum = fileSum([sha256.Size]byte(hash.Sum(nil)))
	return nil
}

func copyFile(w io.Writer, folder fs.FS, at string) error {
	f, err := folder.Open(at)
	if err != nil {
		return fmt.Errorf("read the folder: %w", err)
	}
	_, err = io.Copy(w, io.LimitReader(f, maxUnpackedBytes))
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("read the folder: %w", err)
	}
	return nil
}
