package localdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const (
	executable = ".exe" // what names of programs end in
	maxSocket  = 0      // no socket files here
	// endsWithProgram: a server whose program was killed lives on; the next start takes it over.
	endsWithProgram = false
)

var errLocked = errors.New("locked by another process")

func runAs(string) (*account, error) {
	return nil, nil //nolint:nilnil // nil means "as ourselves", and the error is the other result
}

func chown(string, *account) error { return nil }

func closedTo(string, account) (string, error) { return "", nil }

// openLocked opens the file so that nobody else may write to it, though everybody may read who holds it.
func openLocked(path string) (*os.File, error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	handle, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, syscall.FILE_SHARE_READ,
		nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	const sharingViolation = syscall.Errno(32)
	if errors.Is(err, sharingViolation) {
		return nil, errLocked
	}
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(handle), path), nil
}

func processAttributes(*account) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// interrupt asks for PostgreSQL's "fast" shutdown: there are no signals here, so pg_ctl does it.
func (p *process) interrupt(ctx context.Context) error {
	ctl := filepath.Join(p.programs, "pg_ctl"+executable)
	out, err := exec.CommandContext(ctx, ctl, "stop", "-W", "-m", "fast", "-D", p.dir).CombinedOutput()
	if err != nil && isServer(p.os.Pid, p.dir) {
		return fmt.Errorf("stopping the embedded database: %w: %s", err, out)
	}
	return nil
}

func (p *process) abort() error { return p.os.Kill() }

// isServer reports whether a number from postmaster.pid still means a server: numbers are used again.
func isServer(pid int, _ string) bool {
	out, err := exec.CommandContext(context.Background(), "tasklist", "/NH", "/FI", "PID eq "+strconv.Itoa(pid)).Output()
	return err == nil && strings.Contains(string(out), "postgres.exe")
}
