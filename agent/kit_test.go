package agent

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// config is an agent's in the folder, without a hook.
func (p *peer) config(t testing.TB, dir string) Config {
	t.Helper()
	return Config{
		Server: p.URL, Token: func() (string, error) { return testToken, nil }, Dir: dir, Attachment: testAttachment,
		Version: "test", Clock: time.Now, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
}

func newAgent(t testing.TB, cfg Config) *Agent {
	t.Helper()
	a, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// once runs an agent for one round, as after a restart.
func once(t testing.TB, cfg Config) error {
	t.Helper()
	return newAgent(t, cfg).Once(t.Context())
}

// runs fails unless current is exactly that release, file by file; "" is nothing.
func (p *peer) runs(t testing.TB, dir, version string) {
	t.Helper()
	if got, why := p.running(dir); got != version {
		t.Errorf("current is %q (%v), want %q", got, why, version)
	}
}

// running tells which release current is, whole; "broken" if none.
func (p *peer) running(dir string) (version string, why error) {
	current := filepath.Join(dir, "current")
	if _, err := os.Lstat(current); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	why = errors.New("no release")
	for version, r := range p.releases {
		err := sameFiles(current, r.files)
		if err == nil {
			return version, nil
		}
		if target, linkErr := os.Readlink(current); linkErr == nil && strings.Contains(target, r.doc.Release.ID) {
			why = err
		}
	}
	return "broken", why
}

// sameFiles compares a release's folder with what the peer sent, without the agent's own notes.
func sameFiles(dir string, want map[string]string) error {
	for _, note := range []string{manifestFile, sumsFile} {
		if _, err := os.Stat(filepath.Join(dir, note)); err != nil {
			return err
		}
	}
	found := 0
	root, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return err
	}
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil || name == manifestFile || name == sumsFile {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if expected, ok := want[filepath.ToSlash(name)]; !ok || expected != string(text) {
			return errors.New(name + " is not as it was sent")
		}
		found++
		return nil
	})
	if err == nil && found != len(want) {
		err = errors.New("files are missing")
	}
	return err
}

// leftovers are names that end in .partial, downloads aside.
func leftovers(t testing.TB, dir string) []string {
	t.Helper()
	var left []string
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, partial) {
			left = append(left, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return left
}

// names lists a folder of the agent's.
func names(t testing.TB, parts ...string) []string {
	t.Helper()
	list, err := namesIn(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// folder is a new one for an agent, in memory where the system has such a place: agents wait for the disk at every step.
func folder(t testing.TB) string {
	t.Helper()
	const memory = "/dev/shm"
	if _, err := os.Stat(memory); err != nil {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp(memory, "packtide-agent-") //nolint:usetesting // t.TempDir is on the disk
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// waitFor waits for something that another goroutine or process does.
func waitFor(t testing.TB, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// bring installs releases one after the other: "2.0.0 after 1.0.0".
func (p *peer) bring(t *testing.T, dir, before string) {
	t.Helper()
	versions := strings.Split(before, " after ")
	for i := len(versions) - 1; i >= 0 && versions[i] != ""; i-- {
		p.want(versions[i])
		if err := once(t, p.config(t, dir)); err != nil {
			t.Fatal(err)
		}
	}
	p.set(func() { p.reports = nil })
}
