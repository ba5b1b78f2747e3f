package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"packtide/packfile"
)

// TestPlatformsAreUnknownOutside: the rules of the product and its pages know no platform by name, so that another one is
// a matter of packfile alone. Tests may use real packages.
func TestPlatformsAreUnknownOutside(t *testing.T) {
	t.Parallel()
	var names []string // as they would stand in a source
	for _, key := range packfile.PlatformKeys() {
		names = append(names, `"`+key+`"`)
		if packfile.Recognised(key) {
			names = append(names, key, strings.ToLower(packfile.PlatformLabel(key)))
		}
	}
	names = append(names, "packfile.platformplain")
	looked := 0
	for _, dir := range []string{"release", "web"} {
		err := filepath.WalkDir(filepath.Join("..", "..", dir), func(path string, d fs.DirEntry, err error) error {
			if strings.Contains(path, "atomsphere") {
				return err // speaks with the tools of one platform, in their words: that is what it is for
			}
			if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") || (filepath.Ext(path) != ".go" && filepath.Ext(path) != ".templ") {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			looked++
			for _, name := range names {
				if strings.Contains(strings.ToLower(string(text)), name) {
					t.Errorf("%s names the platform %s: ask packfile.Manifest, Finding or Change instead", path, name)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if looked < 100 {
		t.Errorf("looked at %d sources only: the test does not look well", looked)
	}
}
