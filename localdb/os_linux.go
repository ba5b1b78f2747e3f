package localdb

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// endsWithProgram: the kernel stops the server when the program dies, even by SIGKILL.
const endsWithProgram = true

// processAttributes must be used from a thread that lives as long as the process: the signal is sent when the
// thread that started it ends.
func processAttributes(as *account) *syscall.SysProcAttr {
	attr := attributes(as)
	attr.Pdeathsig = syscall.SIGINT
	return attr
}

// isServer reports whether a number from postmaster.pid still means the server of that data folder: numbers are used
// again, in containers always the same ones.
func isServer(pid int, dir string) bool {
	if !alive(pid) {
		return false
	}
	cwd, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
	if !errors.Is(err, fs.ErrPermission) {
		return err == nil && cwd == dir // a server works in its data folder; one that has ended works nowhere
	}
	// Containers may forbid root to look into another user's process; its name stays open.
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	return err == nil && strings.TrimSpace(string(name)) == "postgres"
}
