//go:build unix

package localdb

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// program is this test binary as a program with an embedded database.
type program struct {
	cmd    *exec.Cmd
	stdin  io.Closer
	stderr *bytes.Buffer
	report report
}

func runProgram(t *testing.T, binary, dir string, as *account) *program {
	t.Helper()
	p := &program{cmd: exec.CommandContext(t.Context(), binary), stderr: &bytes.Buffer{}}
	p.cmd.Dir = "/"
	p.cmd.Env = append(os.Environ(), childDir+"="+dir)
	p.cmd.Stderr = p.stderr
	if as != nil {
		p.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(as.uid), Gid: uint32(as.gid)}}
	}
	stdin, err := p.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stdin = stdin
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(stdout).Decode(&p.report); err != nil {
		t.Fatalf("the program does not start: %v, %v: %s", err, p.cmd.Wait(), p.stderr)
	}
	return p
}

// kill is kill -9: the program has no chance to stop anything.
func (p *program) kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err == nil {
		t.Fatal("the program ended before it was killed")
	}
}

func TestKilledProgram(t *testing.T) {
	t.Parallel()
	needPostgres(t)
	if !endsWithProgram {
		t.Skip("only Linux ends a server with its program; elsewhere see TestTakeOver")
	}
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := reachable(t)
	first := runProgram(t, binary, dir, nil)
	data := dataFolder(t, dir)
	if !isServer(first.report.Server, data) {
		t.Fatal("the server is not where the test looks for it")
	}
	first.kill(t)
	eventually(t, "no server is left behind", func() bool { return !isServer(first.report.Server, data) })

	second := runProgram(t, binary, dir, nil)
	if second.report.Rows != 2 {
		t.Errorf("%d rows: the one from before the kill is lost", second.report.Rows)
	}
	second.kill(t)
	// At once: the server of the killed program may still be on its way out.
	s := running(t, Config{DataDir: dir})
	if rows, err := addRow(t.Context(), s); rows != 3 || err != nil {
		t.Errorf("%d rows after the second kill, %v", rows, err)
	}
}

func dataFolder(t *testing.T, dir string) string {
	t.Helper()
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	c, err := (&folder{path: real}).newest()
	if err != nil || c.major == 0 {
		t.Fatal(c, err)
	}
	return c.dir
}

// The server itself dies and leaves a postmaster.pid: that is told, and the next start recovers.
func TestKilledServer(t *testing.T) {
	t.Parallel()
	needPostgres(t)
	dir, logs := reachable(t), &logbook{}
	s := running(t, Config{DataDir: dir, Log: logs.logger()})
	if _, err := addRow(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if err := s.process.os.Kill(); err != nil {
		t.Fatal(err)
	}
	<-s.Done()
	eventually(t, "the end of the server is logged", func() bool { return strings.Contains(logs.String(), "ended by itself") })
	if _, err := os.Stat(filepath.Join(dataFolder(t, dir), "postmaster.pid")); err != nil {
		t.Fatalf("the test needs a stale postmaster.pid: %v", err)
	}
	stop(t, s)
	s = running(t, Config{DataDir: dir})
	if rows, err := addRow(t.Context(), s); rows != 2 || err != nil {
		t.Errorf("%d rows after the crash, %v", rows, err)
	}
}

// After a crash of the machine the number in postmaster.pid may be anybody's: here another process of the same user.
func TestNumberUsedAgain(t *testing.T) {
	t.Parallel()
	needPostgres(t)
	dir := reachable(t)
	s := running(t, Config{DataDir: dir})
	stop(t, s)
	other := command(t.Context(), s.folder.as, "/bin/sleep", "600")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // its error says that it was killed
		if err := other.Process.Kill(); err != nil {
			t.Error(err)
		}
		_ = other.Wait()
	})
	data := dataFolder(t, dir)
	stale := filepath.Join(data, "postmaster.pid")
	lines := []string{strconv.Itoa(other.Process.Pid), data, "1700000000", "5432", "", "127.0.0.1", "  1234567         1", "ready   ", ""}
	writeFile(t, stale, strings.Join(lines, "\n"), 0o600)
	if err := chown(stale, s.folder.as); err != nil {
		t.Fatal(err)
	}
	running(t, Config{DataDir: dir})
	if err := other.Process.Signal(syscall.Signal(0)); err != nil {
		t.Errorf("the other process was hit: %v", err)
	}
}

// Where the kernel does not end servers with their program, the next start takes the server over.
func TestTakeOver(t *testing.T) {
	t.Parallel()
	needPostgres(t)
	dir := reachable(t)
	left := running(t, Config{DataDir: dir})
	if err := left.folder.close(); err != nil { // the program is gone, its server is not
		t.Fatal(err)
	}
	left.process.ending.Store(true)
	s := running(t, Config{DataDir: dir, adopt: true})
	if s.process.os.Pid != left.process.os.Pid || s.port != left.port {
		t.Errorf("process %d on port %d is not the one left behind: %d on %d", s.process.os.Pid, s.port, left.process.os.Pid, left.port)
	}
	connect(t, s.AppURL())
	stop(t, s)
	select {
	case <-left.Done():
	default:
		t.Error("the server that was taken over outlives Stop")
	}
}

// The whole of it as an ordinary user, who has no account to hand over to.
func TestOrdinaryUser(t *testing.T) {
	t.Parallel()
	needPostgres(t)
	if os.Geteuid() != 0 {
		t.Skip("all other tests run as an ordinary user already")
	}
	base := reachable(t)
	binary := copyBinary(t, base)
	dir := filepath.Join(base, "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Skipf("an ordinary user is needed: %v", err)
	}
	uid, errUID := strconv.Atoi(nobody.Uid)
	gid, errGID := strconv.Atoi(nobody.Gid)
	if err := errors.Join(errUID, errGID); err != nil {
		t.Fatal(err)
	}
	ordinary := &account{name: nobody.Username, uid: uid, gid: gid}
	if err := chown(dir, ordinary); err != nil {
		t.Fatal(err)
	}
	p := runProgram(t, binary, dir, ordinary)
	if p.report.UID != ordinary.uid || p.report.Rows != 1 {
		t.Errorf("the program reports %+v", p.report)
	}
	if err := p.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("the program does not stop: %v: %s", err, p.stderr)
	}
	data := dataFolder(t, dir)
	if isServer(p.report.Server, data) {
		t.Error("the server outlives its program")
	}
	// Root may open the user's folder, and leaves nothing behind that locks the user out.
	stop(t, running(t, Config{DataDir: dir}))
	p = runProgram(t, binary, dir, ordinary)
	if p.report.Rows != 2 {
		t.Errorf("%d rows", p.report.Rows)
	}
	p.kill(t)
	eventually(t, "no server is left behind", func() bool { return !isServer(p.report.Server, data) })
}

func copyBinary(t *testing.T, dir string) string {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "program")
	writeFile(t, path, string(content), 0o755)
	return path
}

// Root may give a folder that mktemp has made; one with contents is not opened behind root's back.
func TestClosedFolder(t *testing.T) {
	t.Parallel()
	needPostgres(t)
	if os.Geteuid() != 0 {
		t.Skip("only root hands over to another user")
	}
	base := reachable(t)
	empty, full := filepath.Join(base, "empty"), filepath.Join(base, "full")
	for _, dir := range []string{empty, full} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	writeFile(t, filepath.Join(full, "letter"), "private", 0o644)
	running(t, Config{DataDir: empty})
	for _, dir := range []string{full, filepath.Join(full, "below")} {
		_, err := Start(t.Context(), Config{DataDir: dir})
		if !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "may not enter "+full+";") {
			t.Errorf("%s: got %v", dir, err)
		}
	}
	if info, err := os.Stat(full); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder of others was opened: %v, %v", info.Mode(), err)
	}
}
