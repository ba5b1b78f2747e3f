package packfile_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"packtide/packfile"
)

// A package reads the same, unpacked or packed.
func TestInspectFolder(t *testing.T) {
	t.Parallel()
	files := secops(file{name: "acme_guard/definition.yaml", content: definition},
		file{name: "acme_guard/pyproject.toml", content: project}, file{name: "acme_guard/release_notes.yaml", content: notes})
	dir := t.TempDir()
	for _, f := range append(files, file{name: "acme_guard/.git/config", content: "not part of it"}) {
		at := filepath.Join(dir, filepath.FromSlash(f.name))
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(f.content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, ok, err := packfile.InspectFolder(os.DirFS(filepath.Join(dir, "acme_guard")), "acme_guard", packfile.Options{})
	if !ok || err != nil {
		t.Fatalf("got %v, %v; want an integration", ok, err)
	}
	want := read(t, zipOf(t, files...), "acme_guard.zip")
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("packed and unpacked differ (-packed +unpacked):\n%s", diff)
	}

	if _, ok, err := packfile.InspectFolder(os.DirFS(dir), "parent", packfile.Options{}); ok || err != nil {
		t.Errorf("the folder above it: got %v, %v; want no package", ok, err)
	}
	if err := os.Symlink("definition.yaml", filepath.Join(dir, "acme_guard", "link")); err != nil {
		t.Skip("no links here")
	}
	if _, _, err := packfile.InspectFolder(os.DirFS(filepath.Join(dir, "acme_guard")), "acme_guard", packfile.Options{}); err == nil {
		t.Error("a folder with a link is read")
	}
}
