package agent

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"unsafe"
)

// currentFile stands in for the link: not every Windows user may make one.
const currentFile = currentLink + ".json"

type pointer struct {
	ReleaseID string `json:"release_id"`
	Folder    string `json:"folder"` // relative to the agent's folder
}

// point makes current.json name a release, in one step: whoever reads it sees the old release or the new.
func (d disk) point(dir, id string) error {
	data, err := json.Marshal(pointer{ReleaseID: id, Folder: releasesDir + "/" + id})
	if err != nil {
		return fmt.Errorf("write %s: %w", currentFile, err)
	}
	return d.replaceFile(filepath.Join(dir, currentFile), append(data, '\n'))
}

// unpoint takes current.json away: nothing runs.
func (d disk) unpoint(dir string) error { return d.remove(filepath.Join(dir, currentFile)) }

// pointsTo reports whether current.json names that release.
func (disk) pointsTo(dir, id string) bool {
	data, err := os.ReadFile(filepath.Join(dir, currentFile))
	var p pointer
	if err != nil || json.Unmarshal(data, &p) != nil || p.ReleaseID != id {
		return false
	}
	_, err = os.Stat(filepath.Join(dir, releasesDir, id, manifestFile))
	return err == nil
}

// syncDir does nothing: here a rename lasts by itself.
func syncDir(string) error { return nil }

var errHeld = errors.New("held by another process")

// openHeld opens the file for this process alone, though everybody may read it; it fails with errHeld while another has it.
func openHeld(path string) (*os.File, error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	handle, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, syscall.FILE_SHARE_READ,
		nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	const sharingViolation = syscall.Errno(32)
	if errors.Is(err, sharingViolation) {
		return nil, errHeld
	}
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return os.NewFile(uintptr(handle), path), nil
}

// letGo gives the file to the next one.
func letGo(f *os.File) error { return f.Close() }

// isFull reports whether an error says that the disk is full.
func isFull(err error) bool {
	const handleDiskFull, diskFull = syscall.Errno(39), syscall.Errno(112)
	return errors.Is(err, diskFull) || errors.Is(err, handleDiskFull)
}

// freeSpace is how many bytes this user may still write in a folder; false if the system does not say.
func freeSpace(dir string) (int64, bool) {
	name, err := syscall.UTF16PtrFromString(dir)
	if err != nil {
		return 0, false
	}
	var free int64
	ask := syscall.NewLazyDLL("kernel32.dll").NewProc("GetDiskFreeSpaceExW")
	said, _, _ := ask.Call(uintptr(unsafe.Pointer(name)), uintptr(unsafe.Pointer(&free)), 0, 0)
	return free, said != 0
}

// ownGroup gives a command a process group, so that Ctrl-C reaches the agent alone.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// endGroup ends a command and what it has started; there is no gentle way here.
func endGroup(cmd *exec.Cmd, _ bool) error {
	err := exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(cmd.Process.Pid)).Run()
	return errors.Join(err, cmd.Process.Kill())
}

// toldToEnd reports whether a process ended because somebody asked it to, as far as its status tells.
func toldToEnd(state *os.ProcessState) bool {
	const controlC = 0xC000013A // STATUS_CONTROL_C_EXIT
	return state != nil && uint32(state.ExitCode()) == controlC
}

// busy reports whether an error says that another program has the file open, as a scanner for viruses does for a moment with
// every new file.
func busy(err error) bool {
	const accessDenied, sharingViolation, lockViolation = syscall.Errno(5), syscall.Errno(32), syscall.Errno(33)
	return errors.Is(err, accessDenied) || errors.Is(err, sharingViolation) || errors.Is(err, lockViolation)
}

// strictNames: Windows keeps some names for itself.
const strictNames = true

// shell is how a line is run by the system's shell.
func shell(line string) []string { return []string{"cmd.exe", "/C", line} }
