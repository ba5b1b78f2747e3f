//go:build unix

package agent

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"syscall"
)

// point makes current the link to a release, in one step: whoever follows it sees the old release or the new.
func (d disk) point(dir, id string) error {
	link := filepath.Join(dir, currentLink)
	if err := d.remove(link + partial); err != nil {
		return err
	}
	d.at("link " + id)
	if err := os.Symlink(path.Join(releasesDir, id), link+partial); err != nil {
		return err //nolint:wrapcheck // names both paths and the step
	}
	return d.rename(link+partial, link)
}

// unpoint takes current away: nothing runs.
func (d disk) unpoint(dir string) error {
	if err := d.remove(filepath.Join(dir, currentLink)); err != nil {
		return err
	}
	return syncDir(dir)
}

// pointsTo reports whether current is that release.
func (disk) pointsTo(dir, id string) bool {
	target, err := os.Readlink(filepath.Join(dir, currentLink))
	if err != nil || target != path.Join(releasesDir, id) {
		return false
	}
	_, err = os.Stat(filepath.Join(dir, currentLink, manifestFile))
	return err == nil
}

// syncDir makes the names in a folder last.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err //nolint:wrapcheck // names path and step
	}
	err = f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil // a file system that has no such thing
	}
	return errors.Join(err, f.Close())
}

var errHeld = errors.New("held by another process")

// openHeld opens the file for this process alone; it fails with errHeld while another has it. The lock ends with the process.
func openHeld(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return nil, err //nolint:wrapcheck // names path and step
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errors.Join(errHeld, f.Close())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
	}
	return f, nil
}

// letGo gives the file to the next one, also where a process that is just being started still has it open.
func letGo(f *os.File) error {
	return errors.Join(syscall.Flock(int(f.Fd()), syscall.LOCK_UN), f.Close())
}

// isFull reports whether an error says that the disk, or the user's share of it, is full.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// ownGroup gives a command a process group, so that what it has started can be ended with it.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// endGroup ends a command and what it has started: gently, or at once.
func endGroup(cmd *exec.Cmd, atOnce bool) error {
	signal := syscall.SIGTERM
	if atOnce {
		signal = syscall.SIGKILL
	}
	err := syscall.Kill(-cmd.Process.Pid, signal)
	if errors.Is(err, syscall.ESRCH) {
		return os.ErrProcessDone
	}
	return err //nolint:wrapcheck // says what it is
}

// toldToEnd reports whether a process ended because somebody asked it to, as far as its status tells.
func toldToEnd(state *os.ProcessState) bool {
	if state == nil {
		return false
	}
	asks := []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP}
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return slices.Contains(asks, status.Signal())
	}
	return slices.Contains(asks, syscall.Signal(state.ExitCode()-128)) // a shell tells so that its command was
}

// busy reports whether an error says that another program has the file open: here that hinders nobody.
func busy(error) bool { return false }

// strictNames: a file may have any name here.
const strictNames = false

// shell is how a line is run by the system's shell.
func shell(line string) []string { return []string{"/bin/sh", "-c", line} }
