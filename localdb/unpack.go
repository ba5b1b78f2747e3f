package localdb

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

var (
	errWrongSum   = errors.New("the package is not the one this program knows (sha512 differs)")
	errBadPackage = errors.New("the package is not safe to unpack")
)

const (
	maxUnpacked = 1 << 30
	linksFile   = "native/pg-symlinks.json"
)

// verify compares the file's sha512 with the one that is known (base64).
func verify(file, sum string) (err error) {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	h := sha512.New()
	if _, err := io.Copy(h, f); err != nil {
		return fmt.Errorf("reading the package: %w", err)
	}
	if base64.StdEncoding.EncodeToString(h.Sum(nil)) != sum {
		return errWrongSum
	}
	return nil
}

// install unpacks the package and gives it its name only when it is whole.
func install(file, target string) error {
	tmp := target + partial
	if err := os.RemoveAll(tmp); err != nil {
		return fmt.Errorf("removing the rest of an earlier attempt: %w", err)
	}
	if err := os.Mkdir(tmp, 0o755); err != nil { //nolint:gosec // programs, to be run by another user too
		return err
	}
	if err := unpack(file, tmp); err != nil {
		return errors.Join(err, os.RemoveAll(tmp))
	}
	if err := os.RemoveAll(target); err != nil {
		return err
	}
	return os.Rename(tmp, target)
}

func unpack(file, dir string) (err error) {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	zip, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("unpacking: %w", err)
	}
	// Names are checked one by one; the root makes sure that none leads out through a link either.
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	if err := extract(tar.NewReader(io.LimitReader(zip, maxUnpacked)), root); err != nil {
		return err
	}
	return link(root)
}

func extract(files *tar.Reader, root *os.Root) error {
	for {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("unpacking: %w", err)
		}
		name, err := local(strings.TrimPrefix(header.Name, "package/"))
		if err != nil {
			return err
		}
		switch header.Typeflag {
		case tar.TypeDir:
			err = folders(root, name)
		case tar.TypeReg:
			err = write(root, name, header.FileInfo().Mode(), files)
		default: // npm packs no links: their targets would be beyond our checks
			err = fmt.Errorf("%w: %s is neither file nor folder", errBadPackage, header.Name)
		}
		if err != nil {
			return err
		}
	}
}

// local refuses every name that leads out of the folder.
func local(name string) (string, error) {
	name = filepath.FromSlash(name)
	if !filepath.IsLocal(name) {
		return "", fmt.Errorf("%w: the name %q leads out of the folder", errBadPackage, name)
	}
	return filepath.Clean(name), nil
}

func write(root *os.Root, name string, mode fs.FileMode, content io.Reader) error {
	if err := folders(root, filepath.Dir(name)); err != nil {
		return err
	}
	out, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("unpacking: %w", err)
	}
	_, err = io.Copy(out, content)
	perm := fs.FileMode(0o644) // whatever the umask: another user has to run it
	if mode&0o111 != 0 {
		perm = 0o755
	}
	if err := errors.Join(err, out.Chmod(perm), out.Close()); err != nil {
		return fmt.Errorf("unpacking %s: %w", name, err)
	}
	return nil
}

// folders makes a folder and those above it, open to every user whatever the umask.
func folders(root *os.Root, name string) error {
	if name == "." {
		return root.Chmod(".", 0o755)
	}
	if _, err := root.Stat(name); err == nil {
		return nil
	}
	if err := folders(root, filepath.Dir(name)); err != nil {
		return err
	}
	if err := root.Mkdir(name, 0o755); err != nil {
		return fmt.Errorf("unpacking: %w", err)
	}
	return root.Chmod(name, 0o755)
}

// link makes the symlinks that npm cannot pack and the package lists in a file: source is the file, target the link.
func link(root *os.Root) error {
	content, err := root.ReadFile(filepath.FromSlash(linksFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the package's links: %w", err)
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(content, &links); err != nil {
		return fmt.Errorf("reading the package's links: %w", err)
	}
	for _, l := range links {
		source, errSource := local(path.Clean(l.Source))
		target, errTarget := local(path.Clean(l.Target))
		if err := errors.Join(errSource, errTarget); err != nil {
			return err
		}
		to, err := filepath.Rel(filepath.Dir(target), source)
		if err != nil {
			return fmt.Errorf("%w: %w", errBadPackage, err)
		}
		if err := errors.Join(folders(root, filepath.Dir(target)), root.Symlink(to, target)); err != nil {
			return fmt.Errorf("making the package's links: %w", err)
		}
	}
	return nil
}
