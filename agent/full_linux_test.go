package agent

import (
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// A disk that becomes full while the agent writes ends with what ran before, and a report; with room the agent goes on.
func TestDiskBecomesFull(t *testing.T) {
	t.Parallel()
	p, dir := newPeer(t), folder(t)
	p.bring(t, dir, "1.0.0")
	p.want("2.0.0")
	draft := filepath.Join(dir, artifactsDir, p.releases["2.0.0"].doc.Contents[0].SHA256+partial)
	if err := os.Symlink("/dev/full", draft); err != nil { // takes no byte, as a full disk
		t.Fatal(err)
	}
	if err := once(t, p.config(t, dir)); err == nil || !strings.Contains(err.Error(), "became full") {
		t.Errorf("the round ends with %v", err)
	}
	p.runs(t, dir, "1.0.0")
	if r := p.lastReport(); r.Status != statusFailed || !strings.Contains(r.Detail, "Make room") {
		t.Errorf("reported %+v", r)
	}
	if err := os.Remove(draft); err != nil {
		t.Fatal(err)
	}
	if err := AskRetry(dir); err != nil {
		t.Fatal(err)
	}
	if err := once(t, p.config(t, dir)); err != nil {
		t.Error(err)
	}
	p.runs(t, dir, "2.0.0")
}

// The same on a real full disk, where the tests may mount one: whatever step meets its end, one whole release stays.
func TestFullFileSystem(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(folder(t), "disk")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("packtide-test", dir, "tmpfs", 0, "size=4m"); err != nil {
		t.Skipf("no file system of its own can be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	p := newPeer(t)
	p.bringTo(t, dir, "1.0.0")
	p.want("2.0.0")
	var free syscall.Statfs_t
	if err := syscall.Statfs(dir, &free); err != nil {
		t.Fatal(err)
	}
	filler := filepath.Join(dir, "filler")
	for pages := range 14 { // from none left to enough
		room := int64(pages) * free.Bsize
		if err := os.WriteFile(filler, make([]byte, int64(free.Bavail)*free.Bsize-room), 0o600); err != nil {
			t.Fatal(err)
		}
		a := newAgent(t, p.config(t, dir))
		a.free = func(string) (int64, bool) { return 0, false } // so that it tries
		err := a.Once(t.Context())
		version, why := p.running(dir)
		if version != "1.0.0" && (version != "2.0.0" || err != nil) {
			t.Errorf("with %d pages of room: current is %q (%v), the round ended with %v", pages, version, why, err)
		}
		if r := p.lastReport(); err != nil && version == "1.0.0" && r.Status != statusFailed {
			t.Errorf("with %d pages of room: reported %+v after %v", pages, r, err)
		}
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
		if err := AskRetry(dir); err != nil {
			t.Fatal(err)
		}
	}
	a := newAgent(t, p.config(t, dir))
	a.free = func(string) (int64, bool) { return 0, false }
	if err := a.Once(t.Context()); err != nil {
		t.Error(err)
	}
	p.runs(t, dir, "2.0.0")
}

// bringTo installs a release where there is less room than agents like.
func (p *peer) bringTo(t *testing.T, dir, version string) {
	t.Helper()
	p.want(version)
	a := newAgent(t, p.config(t, dir))
	a.free = func(string) (int64, bool) { return 0, false }
	if err := a.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// A limit on the size of files stops the agent as a full disk does.
func TestFileSizeLimit(t *testing.T) {
	t.Parallel()
	p, dir := newPeer(t), folder(t)
	p.bring(t, dir, "1.0.0")
	p.want("2.0.0")
	if killed, code := p.runChild(t, dir, "", "never", "AGENT_FILE_LIMIT=10000"); killed || code != 1 {
		t.Errorf("killed %t, status %d; want 1", killed, code)
	}
	p.runs(t, dir, "1.0.0")
	if err := once(t, p.config(t, dir)); err != nil {
		t.Error(err)
	}
	p.runs(t, dir, "2.0.0")
}

// prepareChild gives the child the limits that its test wants.
func prepareChild(getenv func(string) string) {
	if limit, err := strconv.ParseUint(getenv("AGENT_FILE_LIMIT"), 10, 63); err == nil {
		signal.Ignore(syscall.SIGXFSZ)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
			panic(err)
		}
	}
}
