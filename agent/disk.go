package agent

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Names in the agent's folder.
const (
	releasesDir  = "releases"
	artifactsDir = "artifacts/sha256"
	currentLink  = "current"
	stateFile    = "state.json"
	lockFile     = "agent.lock"
	retryFile    = "retry"    // made to ask for another try
	answeredFile = "answered" // its time is that of the server's last answer
	partial      = ".partial"

	manifestFile = "release.json"
	sumsFile     = "SHA256SUMS"
)

// What the agent writes holds no secrets, and the platform that reads it runs as another user.
const (
	dirMode     = 0o755
	fileMode    = 0o644
	programMode = 0o755
)

// disk does whatever changes the agent's folder. A crash may come between any two of its steps: the tests let it come at each.
type disk struct {
	step func(what string) // called before each step; nil outside the tests
}

func (d disk) at(what string) {
	if d.step != nil {
		d.step(what)
	}
}

func (d disk) mkdir(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil
	}
	d.at("mkdir " + path)
	return os.MkdirAll(path, dirMode) //nolint:wrapcheck // names path and step
}

// replaceFile writes a file in one step: whoever reads it sees the old contents or the new.
func (d disk) replaceFile(path string, data []byte) error {
	draft := path + partial
	d.at("create " + draft)
	f, err := os.OpenFile(draft, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, fileMode)
	if err != nil {
		return err //nolint:wrapcheck // names path and step
	}
	half := len(data) / 2
	_, err = f.Write(data[:half])
	d.at("half written " + draft)
	if err == nil {
		_, err = f.Write(data[half:])
	}
	if err = errors.Join(err, d.close(f)); err != nil {
		return errors.Join(err, os.Remove(draft))
	}
	return d.rename(draft, path)
}

// close lets a written file's contents reach the disk before its name does.
func (d disk) close(f *os.File) error {
	d.at("sync " + f.Name())
	return errors.Join(f.Sync(), f.Close())
}

// rename puts a finished file or folder in its place, for good.
func (d disk) rename(from, to string) error {
	d.at("rename " + from)
	if err := insist(func() error { return os.Rename(from, to) }, busy, time.Sleep); err != nil {
		return err
	}
	d.at("renamed " + to)
	return syncDir(filepath.Dir(to))
}

// maxInsists bounds how often a busy file is tried again: for about five seconds.
const maxInsists = 8

// insist does something again while another program has the file open, waiting twice as long each time.
func insist(do func() error, busy func(error) bool, wait func(time.Duration)) error {
	pause := 20 * time.Millisecond
	for try := 0; ; try++ {
		err := do()
		if err == nil || try == maxInsists || !busy(err) {
			return err
		}
		wait(pause)
		pause *= 2
	}
}

// removeRelease takes a release's folder away: first its name, so that half of it is never taken for a release.
func (d disk) removeRelease(path string) error {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := d.removeAll(path + partial); err != nil {
		return err
	}
	if err := d.rename(path, path+partial); err != nil {
		return err
	}
	return d.removeAll(path + partial)
}

func (d disk) removeAll(path string) error {
	d.at("remove " + path)
	return insist(func() error { return os.RemoveAll(path) }, busy, time.Sleep)
}

func (d disk) remove(path string) error {
	d.at("remove " + path)
	if err := insist(func() error { return os.Remove(path) }, busy, time.Sleep); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// removePartials removes what an interrupted run has left, save for downloads.
func (a *Agent) removePartials() error {
	for _, dir := range []string{a.cfg.Dir, a.path(releasesDir)} {
		names, err := namesIn(dir)
		if err != nil {
			return fmt.Errorf("look for leftovers: %w", err)
		}
		for _, name := range names {
			if !strings.HasSuffix(name, partial) {
				continue
			}
			if err := a.disk.removeAll(filepath.Join(dir, name)); err != nil {
				return fmt.Errorf("remove a leftover: %w", err)
			}
		}
	}
	return nil
}

// namesIn lists a folder; one that is not there is empty.
func namesIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err //nolint:wrapcheck // names path and step
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, nil
}
