package agent

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"packtide/packfile"
)

// manifest is a release's release.json.
type manifest struct {
	Release  releaseRef        `json:"release"`
	Packages []manifestPackage `json:"packages"`
}

// manifestPackage says which package lies in which folder.
type manifestPackage struct {
	PackageID string `json:"package_id"`
	Name      string `json:"name"`
	Platform  string `json:"platform"`
	Version   string `json:"version"`
	SHA256    string `json:"sha256"`
	Size      int64  `json:"size"`
	FileName  string `json:"file_name"`
	Folder    string `json:"folder"`   // in the release's folder
	Unpacked  bool   `json:"unpacked"` // false: the file lies in the folder as it was uploaded
	Artifact  string `json:"artifact"` // the file as it was uploaded, relative to the release's folder
}

// build makes the release's folder from its artifacts, beside what runs. It appears under its name when it is whole.
func (a *Agent) build(ctx context.Context, want desired) error {
	final := a.releaseDir(want.Release.ID)
	if err := verifyRelease(final, want); err == nil {
		return nil // ran before, and is still there
	} else if !errors.Is(err, fs.ErrNotExist) {
		a.log.WarnContext(ctx, "a release's folder is not as it was; unpacking it anew", "release", want.Release.String(), "error", err)
	}
	if err := a.disk.removeRelease(final); err != nil {
		return fmt.Errorf("remove what is left of the release: %w", err)
	}
	b := &builder{agent: a, dir: final + partial, taken: map[string]bool{manifestFile: true, strings.ToLower(sumsFile): true}, hash: sha256.New()}
	if err := b.build(want); err != nil {
		return errors.Join(a.full(err, want.Release.String()), a.disk.removeAll(b.dir))
	}
	return a.disk.rename(b.dir, final)
}

// builder unpacks one release.
type builder struct {
	agent *Agent
	dir   string
	taken map[string]bool // folders, in lower case
	hash  hash.Hash
	sums  *bufio.Writer
	list  manifest
}

func (b *builder) build(want desired) (err error) {
	d := b.agent.disk
	if err := d.mkdir(b.dir); err != nil {
		return err
	}
	d.at("create " + sumsFile)
	sums, err := os.OpenFile(filepath.Join(b.dir, sumsFile), os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err //nolint:wrapcheck // names path and step
	}
	b.sums, b.list.Release = bufio.NewWriter(sums), want.Release
	for _, c := range want.Contents {
		if err = b.place(c); err != nil {
			err = fmt.Errorf("unpack %s %s: %w", clean(c.Name), clean(c.Version), err)
			break
		}
	}
	if err = errors.Join(err, b.sums.Flush(), d.close(sums)); err != nil {
		return err
	}
	data, err := json.MarshalIndent(b.list, "", "  ")
	if err != nil {
		return fmt.Errorf("describe the release: %w", err)
	}
	if err := d.replaceFile(filepath.Join(b.dir, manifestFile), append(data, '\n')); err != nil {
		return err
	}
	return b.syncFolders()
}

// place puts one package into a folder of its own.
func (b *builder) place(c content) error {
	from := b.agent.artifactPath(c.SHA256)
	if sum, err := fileSum(from); err != nil || sum != c.SHA256 {
		return errors.Join(err, fmt.Errorf("%s has changed on the disk; fetching it again", from), b.agent.disk.remove(from))
	}
	in, err := os.Open(from)
	if err != nil {
		return err //nolint:wrapcheck // names path and step
	}
	defer in.Close()
	archive, isArchive, err := packfile.OpenArchive(in, c.Size)
	if unreadable, ok := errors.AsType[*packfile.UnreadableError](err); ok {
		return cannot("%s %s is not safe to unpack: %s Nothing was installed; tell the publisher.", clean(c.Name), clean(c.Version), clean(unreadable.Reason))
	}
	if err != nil {
		return err
	}
	folder := b.folderFor(c.Name)
	b.list.Packages = append(b.list.Packages, manifestPackage{
		PackageID: c.PackageID, Name: c.Name, Platform: c.Platform, Version: c.Version, SHA256: c.SHA256, Size: c.Size,
		FileName: c.FileName, Folder: folder, Unpacked: isArchive, Artifact: path.Join("..", "..", artifactsDir, c.SHA256),
	})
	if err := b.agent.disk.mkdir(filepath.Join(b.dir, folder)); err != nil {
		return err
	}
	root, err := os.OpenRoot(filepath.Join(b.dir, folder))
	if err != nil {
		return err //nolint:wrapcheck // names path and step
	}
	defer func() { _ = root.Close() }() // what was written below it is closed file by file
	if !isArchive {
		return b.write(root, folder, packfile.ArchiveFile{Path: safeName(c.FileName, "package"), Size: c.Size}, in)
	}
	if err := b.agent.room(archive.UnpackedBytes(), "unpacking "+clean(c.Name)); err != nil {
		return err
	}
	return archive.Each(func(f packfile.ArchiveFile, content io.Reader) error { return b.write(root, folder, f, content) })
}

// write writes one file below the package's folder, and never outside it, and never over another.
func (b *builder) write(root *os.Root, folder string, f packfile.ArchiveFile, content io.Reader) error {
	d := b.agent.disk
	if b.agent.strictNames && !portable(f.Path) {
		return cannot("It holds %q, which Windows can't have as the name of a file. Nothing was installed; tell the publisher.", clean(f.Path))
	}
	name := filepath.FromSlash(f.Path)
	if dir := filepath.Dir(name); dir != "." {
		if err := root.MkdirAll(dir, dirMode); err != nil {
			return notWritten(f.Path, err)
		}
	}
	var mode fs.FileMode = fileMode
	if f.Executable {
		mode = programMode
	}
	d.at("create " + f.Path)
	out, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return notWritten(f.Path, err)
	}
	b.hash.Reset()
	n, err := io.Copy(io.MultiWriter(stepWriter{out, d}, b.hash), io.LimitReader(content, f.Size+1))
	if err == nil && n != f.Size {
		err = fmt.Errorf("%s has %d bytes, not %d", f.Path, n, f.Size)
	}
	if err = errors.Join(err, d.close(out)); err != nil {
		return err
	}
	_, err = fmt.Fprintf(b.sums, "%s  %s\n", hex.EncodeToString(b.hash.Sum(nil)), path.Join(folder, f.Path))
	return err //nolint:wrapcheck // names path and step
}

// notWritten tells of a file that can't be made here, unless it is for want of room.
func notWritten(name string, err error) error {
	if isFull(err) {
		return err
	}
	return cannot("The file %q can't be written here: %s. Nothing was installed.", clean(name), clean(err.Error()))
}

// portable reports whether every part of a path is a name that Windows can have too.
func portable(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if strings.ContainsAny(part, `<>:"|?*`) || strings.HasSuffix(part, ".") || strings.HasSuffix(part, " ") || isDevice(part) {
			return false
		}
	}
	return true
}

// isDevice reports whether Windows keeps the name for itself, whatever comes behind the dot.
func isDevice(name string) bool {
	stem, _, _ := strings.Cut(strings.ToLower(name), ".")
	stem = strings.TrimRight(stem, " ")
	port, isCom := strings.CutPrefix(stem, "com")
	if !isCom {
		port, isCom = strings.CutPrefix(stem, "lpt")
	}
	return slices.Contains(devices, stem) || isCom && slices.Contains(ports, port)
}

// syncFolders makes the names in all folders last before the release gets its own.
func (b *builder) syncFolders() error {
	return filepath.WalkDir(b.dir, func(at string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		return syncDir(at)
	})
}

// folderFor is a folder's name for a package: its own name, as far as every system can have it, and nobody else's.
func (b *builder) folderFor(name string) string {
	base := strings.ToLower(safeName(name, "package"))
	folder := base
	for n := 2; b.taken[folder]; n++ {
		folder = base + "-" + strconv.Itoa(n)
	}
	b.taken[folder] = true
	return folder
}

// safeName makes a name of strangers one that every system takes as a file's, else instead.
func safeName(name, instead string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '.', r == '_', r == '-':
			return r
		}
		return '_'
	}, name)
	name = strings.TrimLeft(name[:min(len(name), 100)], ".")
	name = strings.TrimRight(name, ".")
	if name == "" {
		return instead
	}
	if isDevice(name) {
		return "_" + name
	}
	return name
}

// Names that Windows keeps for itself, whatever comes behind the dot.
var (
	devices = []string{"con", "prn", "aux", "nul", "conin$", "conout$"}
	ports   = strings.Split("0123456789¹²³", "") // after com and lpt
)
