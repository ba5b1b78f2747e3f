//go:build linux || darwin

package agent

import "syscall"

// freeSpace is how many bytes this user may still write in a folder; false if the system does not say.
func freeSpace(dir string) (int64, bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, false
	}
	return int64(s.Bavail) * int64(s.Bsize), true //nolint:gosec,unconvert // the types differ from system to system
}
