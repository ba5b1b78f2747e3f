//go:build unix

package localdb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

const (
	executable = "" // what names of programs end in
	// Longer names of sockets do not fit into the kernel's address structure (104 bytes on macOS, 108 on Linux).
	maxSocket = 103
)

var errLocked = errors.New("locked by another process")

// runAs names the user that PostgreSQL runs as: nil for the program's own. Root hands over to the owner of the data
// that is already there, else to postgres, else to nobody.
func runAs(existing string) (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil //nolint:nilnil // nil means "as ourselves", and the error is the other result
	}
	if existing != "" {
		uid, gid, err := owner(existing)
		if err != nil {
			return nil, fmt.Errorf("looking for the owner of the data: %w", err)
		}
		if uid != 0 {
			return &account{name: strconv.Itoa(uid), uid: uid, gid: gid}, nil
		}
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUID := strconv.Atoi(u.Uid)
		gid, errGID := strconv.Atoi(u.Gid)
		if err := errors.Join(errUID, errGID); err != nil {
			return nil, fmt.Errorf("looking up user %s: %w", name, err)
		}
		return &account{name: name, uid: uid, gid: gid}, nil
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody to run it: " +
		"start the program as an ordinary user")
}

func owner(path string) (uid, gid int, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, 0, err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, fmt.Errorf("%s has no owner", path)
	}
	return int(st.Uid), int(st.Gid), nil
}

func chown(path string, as *account) error {
	if as == nil {
		return nil
	}
	if err := os.Chown(path, as.uid, as.gid); err != nil {
		return fmt.Errorf("handing %s to user %s: %w", path, as.name, err)
	}
	return nil
}

// closedTo names the folder on the way to path that the account may not pass, or nothing.
func closedTo(path string, as account) (string, error) {
	for at := path; ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		if err != nil {
			return "", err
		}
		uid, gid, err := owner(at)
		if err != nil {
			return "", err
		}
		pass := fs.FileMode(0o001)
		switch {
		case uid == as.uid:
			pass = 0o100
		case gid == as.gid:
			pass = 0o010
		}
		if info.Mode()&pass == 0 {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", nil
		}
	}
}

// openLocked opens the file and locks it for this open file alone; it fails with errLocked when somebody else does.
func openLocked(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = errLocked
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// attributes of PostgreSQL's processes: their own group, so that Ctrl-C reaches the program alone, which then stops
// them in order.
func attributes(as *account) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true}
	if as != nil {
		attr.Credential = &syscall.Credential{Uid: uint32(as.uid), Gid: uint32(as.gid)} //nolint:gosec // from the system's own tables
	}
	return attr
}

// interrupt asks for PostgreSQL's "fast" shutdown.
func (p *process) interrupt(context.Context) error { return p.signal(syscall.SIGINT) }

// abort asks for PostgreSQL's "immediate" shutdown, which ends its children too.
func (p *process) abort() error { return p.signal(syscall.SIGQUIT) }

func (p *process) signal(sig os.Signal) error {
	if err := p.os.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("signalling the embedded database: %w", err)
	}
	return nil
}

// alive reports whether there is a process of that number.
func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
