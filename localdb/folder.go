package localdb

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// account is the user that PostgreSQL runs as when the program runs as root, which PostgreSQL refuses.
type account struct {
	name     string
	uid, gid int
}

// folder is a data folder that this program holds the lock of.
type folder struct {
	path string   // absolute, without symlinks
	as   *account // nil: PostgreSQL runs as the program's own user
	lock *os.File
}

// cluster is one initialised set of PostgreSQL's files; major is 0 for none.
type cluster struct {
	dir   string
	major int
}

// DefaultDir is where the data lies unless the operator says otherwise: /var/lib/packtide for root, who may be the
// only one to reach a home folder, else the user's own data folder.
func DefaultDir(getenv func(string) string) (string, error) {
	if os.Geteuid() == 0 {
		return "/var/lib/packtide", nil
	}
	for _, base := range []struct{ variable, below string }{
		{"XDG_DATA_HOME", ""},
		{"LOCALAPPDATA", ""},
		{"HOME", filepath.Join(".local", "share")},
	} {
		// The XDG rules have relative paths ignored.
		if dir := getenv(base.variable); filepath.IsAbs(dir) {
			return filepath.Join(dir, base.below, "packtide"), nil
		}
	}
	return "", errors.New("no home folder is known (HOME is not set): choose a data folder with --data-dir")
}

// openFolder makes the folder ready for the user that will run PostgreSQL and locks it.
func openFolder(dir string) (*folder, error) {
	if dir == "" {
		return nil, errors.New("no data folder given")
	}
	path, err := makeFolder(dir)
	if err != nil {
		return nil, fmt.Errorf("making the data folder %s: %w", dir, err)
	}
	if _, err := os.Stat(filepath.Join(path, "PG_VERSION")); err == nil {
		return nil, fmt.Errorf("%s is itself the data folder of a PostgreSQL server: choose a folder of packtide's own with --data-dir", path)
	}
	f := &folder{path: path}
	c, err := f.newest()
	if err != nil {
		return nil, err
	}
	if f.as, err = runAs(c.dir); err != nil {
		return nil, err
	}
	if err := f.open(); err != nil {
		return nil, err
	}
	if err := f.acquire(); err != nil {
		return nil, err
	}
	for _, sub := range []string{f.data(), f.sockets()} {
		if err := f.subfolder(sub); err != nil {
			return nil, errors.Join(err, f.close())
		}
	}
	return f, nil
}

func makeFolder(dir string) (string, error) {
	path, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	mode := fs.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o755 // another user has to pass; what lies below is closed by itself
	}
	if err := os.MkdirAll(path, mode); err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(path)
}

// open lets the account pass into an empty folder that is closed to it (as mktemp makes them). A folder with
// contents is the operator's to open: it may be somebody's home.
func (f *folder) open() error {
	if f.as == nil {
		return nil
	}
	entries, err := os.ReadDir(f.path)
	if err != nil {
		return fmt.Errorf("reading the data folder: %w", err)
	}
	if len(entries) == 0 {
		if err := os.Chmod(f.path, 0o711); err != nil { //nolint:gosec // passing through is the purpose, listing stays closed
			return fmt.Errorf("opening the data folder for user %s: %w", f.as.name, err)
		}
	}
	closed, err := closedTo(f.path, *f.as)
	if err != nil {
		return fmt.Errorf("checking the data folder: %w", err)
	}
	if closed != "" {
		return fmt.Errorf("%w: PostgreSQL does not run as root, and user %s may not enter %s; choose another folder with --data-dir, for example /var/lib/packtide",
			ErrUnreachable, f.as.name, closed)
	}
	return nil
}

// acquire takes the lock, which the operating system drops when the program ends in whatever way.
func (f *folder) acquire() error {
	path := filepath.Join(f.path, "packtide.lock")
	lock, err := openLocked(path)
	if errors.Is(err, errLocked) {
		return fmt.Errorf("%w: %s is in use by %s; stop that program or choose another folder with --data-dir", ErrInUse, f.path, holder(path))
	}
	if err != nil {
		return fmt.Errorf("locking the data folder: %w", err)
	}
	f.lock = lock
	if err := f.sign(); err != nil {
		return errors.Join(fmt.Errorf("locking the data folder: %w", err), f.close())
	}
	return nil
}

// sign leaves this program's number in the lock file for whoever finds it locked.
func (f *folder) sign() error {
	if err := f.lock.Truncate(0); err != nil {
		return err
	}
	if _, err := f.lock.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0); err != nil {
		return err
	}
	return chown(f.lock.Name(), f.as)
}

// holder names the process that signed a lock file.
func holder(path string) string {
	content, err := os.ReadFile(path)
	pid := strings.TrimSpace(string(content))
	if err != nil || pid == "" {
		return "another process"
	}
	return "process " + pid
}

func (f *folder) close() error {
	if f.lock == nil {
		return nil
	}
	if err := f.lock.Close(); err != nil {
		return fmt.Errorf("unlocking the data folder: %w", err)
	}
	f.lock = nil
	return nil
}

func (f *folder) data() string    { return filepath.Join(f.path, "data") }
func (f *folder) sockets() string { return filepath.Join(f.path, "run") }
func (f *folder) log() string     { return filepath.Join(f.path, "postgres.log") }

func (f *folder) subfolder(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return fmt.Errorf("preparing the data folder: %w", err)
	}
	return chown(path, f.as)
}

// newest is the set of files with the highest major version: after an upgrade by dump and restore the older ones may
// lie beside it, and must never be served by mistake.
func (f *folder) newest() (cluster, error) {
	entries, err := os.ReadDir(f.data())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return cluster{}, fmt.Errorf("looking for data: %w", err)
	}
	var found cluster
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasPrefix(name, "pg") || strings.HasSuffix(name, partial) {
			continue
		}
		file := filepath.Join(f.data(), name, "PG_VERSION")
		content, err := os.ReadFile(file)
		if err != nil {
			return cluster{}, fmt.Errorf("reading the version of the data: %w", err)
		}
		major, err := strconv.Atoi(strings.TrimSpace(string(content)))
		if err != nil {
			return cluster{}, fmt.Errorf("reading the version of the data: %s holds no version number", file)
		}
		if major > found.major {
			found = cluster{dir: filepath.Dir(file), major: major}
		}
	}
	return found, nil
}

// password reads the password kept under a name, or makes one where it may.
func (f *folder) password(name string, mayMake bool) (string, error) {
	path := filepath.Join(f.path, name)
	content, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("reading a database password: %w", err)
	}
	if password := strings.TrimSpace(string(content)); password != "" {
		return password, nil
	}
	if !mayMake {
		return "", fmt.Errorf("%w: %s is missing, without which nobody opens the data beside it; put it back from a backup or choose another folder with --data-dir",
			ErrPassword, path)
	}
	password := rand.Text()
	if err := f.keep(path, password); err != nil {
		return "", fmt.Errorf("keeping a database password: %w", err)
	}
	return password, nil
}

// keep writes the file so that a crash leaves either all of it or nothing.
func (f *folder) keep(path, password string) (err error) {
	file, err := os.OpenFile(path+partial, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(password + "\n")
	if err = errors.Join(err, file.Sync(), file.Close(), chown(path+partial, f.as)); err != nil {
		return err
	}
	return os.Rename(path+partial, path)
}
