//go:build unix

package storetest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// keeper runs the server for as long as its standard input stays open. The test process holds the other end and never
// writes: the kernel closes it at the process's end, also at a kill -9, and then server and files go.
// $1 folder of the programs, $2 folder of the server.
const keeper = `
	cd /
	"$1/initdb" -D "$2/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$2/log" 2>&1 &&
	{
		"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c max_connections=300 -c fsync=off -c full_page_writes=off \
			-c synchronous_commit=off -c shared_buffers=64MB -c max_wal_size=2GB -c autovacuum=off -c timezone=UTC >>"$2/log" 2>&1 </dev/null &
		server=$!
		read nothing
		kill -QUIT $server
		wait $server
	} || {
		: >"$2/failed"
		read nothing
	}
	rm -rf "$2"
`

// startPrivate starts a server that listens on a socket in a folder of its own, and gives the superuser's URL.
func startPrivate(ctx context.Context) (string, error) {
	programs, err := findPrograms()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(shortTemp(), "packtide-test-")
	if err != nil {
		return "", fmt.Errorf("make a folder for the server: %w", err)
	}
	attr := &syscall.SysProcAttr{Setpgid: true} // Ctrl-C ends the tests, and their end ends the server
	if os.Geteuid() == 0 {
		if attr.Credential, err = unprivileged(); err != nil {
			return "", err
		}
		if err := os.Chown(dir, int(attr.Credential.Uid), int(attr.Credential.Gid)); err != nil {
			return "", fmt.Errorf("hand the folder to the server's user: %w", err)
		}
	}
	// Lives longer than ctx, which is for the start alone. Its output must not be ours: go test waits for whoever has it.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), "/bin/sh", "-c", keeper, "sh", programs, dir)
	cmd.SysProcAttr, cmd.Dir, cmd.Env = attr, "/", []string{"LC_ALL=C", "PATH=" + os.Getenv("PATH")}
	if _, err := cmd.StdinPipe(); err != nil {
		return "", fmt.Errorf("make the server's lifeline: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("start the server: %w", err)
	}
	go func() { _ = cmd.Wait() }() // holds the lifeline too: as garbage it would be closed
	u := url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/postgres", RawQuery: url.Values{"host": {dir}}.Encode()}
	return u.String(), answers(ctx, u.String(), dir)
}

// answers waits for the server.
func answers(ctx context.Context, url, dir string) error {
	for {
		conn, err := pgx.Connect(ctx, url)
		if err == nil {
			return conn.Close(ctx)
		}
		_, failed := os.Stat(filepath.Join(dir, "failed"))
		if failed == nil || ctx.Err() != nil {
			said, readErr := os.ReadFile(filepath.Join(dir, "log"))
			return errors.Join(fmt.Errorf("the server does not answer: %w: %s", err, said), readErr)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// findPrograms looks in $PGBIN, on the PATH and where distributions put the programs.
func findPrograms() (string, error) {
	installed, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", fmt.Errorf("look for PostgreSQL: %w", err)
	}
	dirs := append([]string{os.Getenv("PGBIN")}, filepath.SplitList(os.Getenv("PATH"))...)
	for i := range installed { // the newest first
		dirs = append(dirs, installed[len(installed)-1-i])
	}
	for _, dir := range dirs {
		postgres, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"))
		if err != nil || dir == "" {
			continue
		}
		dir = filepath.Dir(postgres) // behind the symlink of a distribution: initdb looks for its files beside itself
		if _, err := os.Stat(filepath.Join(dir, "initdb")); err == nil {
			return dir, nil
		}
	}
	return "", errNoPrograms
}

// shortTemp avoids a TMPDIR whose socket path would be longer than the kernel's address structure.
func shortTemp() string {
	if dir := os.TempDir(); len(dir) < 60 {
		return dir
	}
	return "/tmp"
}

// unprivileged is who runs the server when root runs the tests, since PostgreSQL refuses root.
func unprivileged() (*syscall.Credential, error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUID := strconv.ParseUint(u.Uid, 10, 32)
		gid, errGID := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(errUID, errGID); err != nil {
			return nil, fmt.Errorf("look up user %s: %w", name, err)
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody to run it")
}
