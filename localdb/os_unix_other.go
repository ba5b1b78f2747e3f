//go:build unix && !linux

package localdb

import (
	"context"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// endsWithProgram: only Linux stops a server whose program was killed; here the next start takes it over.
const endsWithProgram = false

func processAttributes(as *account) *syscall.SysProcAttr { return attributes(as) }

// isServer reports whether a number from postmaster.pid still means a server: numbers are used again.
func isServer(pid int, _ string) bool {
	if !alive(pid) {
		return false
	}
	out, err := exec.CommandContext(context.Background(), "ps", "-o", "comm=", "-p", strconv.Itoa(pid)).Output() //nolint:gosec // a number
	return err == nil && strings.Contains(string(out), "postgres")
}
