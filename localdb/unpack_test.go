package localdb

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

type entry struct {
	name, content string
	kind          byte
	mode          int64
}

// tgz writes a package file as npm makes them.
func tgz(t *testing.T, entries ...entry) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "package.tgz")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	zip := gzip.NewWriter(f)
	w := tar.NewWriter(zip)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Typeflag: e.kind, Mode: e.mode, Size: int64(len(e.content))}
		if e.kind == tar.TypeSymlink || e.kind == tar.TypeLink {
			h.Linkname, h.Size, e.content = e.content, 0, ""
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), zip.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestInstall(t *testing.T) {
	t.Parallel()
	file := tgz(
		t,
		entry{name: "package/package.json", content: "{}", mode: 0o600},
		entry{name: "package/native/bin/", kind: tar.TypeDir, mode: 0o700},
		entry{name: "package/native/bin/postgres", content: "program", mode: 0o700},
		entry{name: "package/native/lib/libpq.so.5.18", content: "library", mode: 0o600},
		entry{name: "package/" + linksFile, content: `[
			{"source": "native/lib/libpq.so.5.18", "target": "native/lib/libpq.so.5"},
			{"source": "native/lib/libpq.so.5.18", "target": "native/more/libpq.so"}]`, mode: 0o600},
	)
	target := filepath.Join(t.TempDir(), "postgres-18")
	// What an attempt left that was killed half way.
	writeFile(t, filepath.Join(target+partial, "native", "bin", "postgres"), "half", 0o600)
	if err := install(file, target); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"native/bin/postgres": "program", "native/lib/libpq.so.5.18": "library",
		"native/lib/libpq.so.5": "library", "native/more/libpq.so": "library",
	} {
		if got, err := os.ReadFile(filepath.Join(target, name)); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	// Another user has to run it, whatever modes the package and the umask ask for.
	for name, want := range map[string]fs.FileMode{
		".": 0o755, "native": 0o755, "native/bin": 0o755, "native/bin/postgres": 0o755, "native/lib/libpq.so.5.18": 0o644,
	} {
		if info, err := os.Stat(filepath.Join(target, name)); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v; want %v", name, info.Mode(), err, want)
		}
	}
	if _, err := os.Stat(target + partial); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the partial folder is still there: %v", err)
	}
}

func TestInstallRefuses(t *testing.T) {
	t.Parallel()
	good := entry{name: "package/native/bin/postgres", content: "program", mode: 0o755}
	links := func(content string) entry { return entry{name: "package/" + linksFile, content: content, mode: 0o644} }
	for name, entries := range map[string][]entry{
		"a path out of the folder":      {good, {name: "package/../../escaped", content: "x"}},
		"a path out after the prefix":   {good, {name: "../escaped", content: "x"}},
		"an absolute path":              {good, {name: "/tmp/escaped", content: "x"}},
		"an absolute path after prefix": {good, {name: "package//escaped", content: "x"}},
		"a folder out of the folder":    {good, {name: "package/../escaped/", kind: tar.TypeDir, mode: 0o755}},
		"a symlink":                     {good, {name: "package/native/out", content: "/etc", kind: tar.TypeSymlink}},
		"a hard link":                   {good, {name: "package/native/out", content: "../../escaped", kind: tar.TypeLink}},
		"a device":                      {good, {name: "package/native/null", kind: tar.TypeChar}},
		"a listed link that leads out":  {good, links(`[{"source": "../../escaped", "target": "native/out"}]`)},
		"a listed link to /etc":         {good, links(`[{"source": "/etc", "target": "native/out"}]`)},
		"a listed link placed outside":  {good, links(`[{"source": "native/bin/postgres", "target": "../escaped"}]`)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := t.TempDir()
			if err := install(tgz(t, entries...), filepath.Join(base, "postgres")); !errors.Is(err, errBadPackage) {
				t.Errorf("got %v", err)
			}
			left, err := os.ReadDir(base)
			if err != nil || len(left) != 0 {
				t.Errorf("a refused package left %v, %v", left, err)
			}
		})
	}
	for name, entries := range map[string][]entry{
		"the same name twice":    {good, good},
		"a list that is no list": {good, links(`{`)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := install(tgz(t, entries...), filepath.Join(t.TempDir(), "postgres")); err == nil {
				t.Error("unpacked")
			}
		})
	}
}
