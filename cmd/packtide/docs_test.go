package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var linkInDocs = regexp.MustCompile(`\]\(([^)#\s]+)[^)]*\)`)

// What the guides link to is there, and every picture that is taken is shown somewhere.
func TestDocsLinks(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	files, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil || len(files) < 5 {
		t.Fatalf("%d guides, %v", len(files), err)
	}
	var linked []string
	for _, file := range append(files, filepath.Join(root, "README.md")) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range linkInDocs.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(m[1], ":") {
				continue
			}
			target := filepath.Join(filepath.Dir(file), m[1])
			linked = append(linked, filepath.Clean(target))
			if _, err := os.Stat(target); errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s links to %s, which is not there", file, m[1])
			}
		}
	}
	for _, p := range pictures {
		if !slices.Contains(linked, filepath.Join(root, "docs", "images", p.name+".png")) {
			t.Errorf("no guide shows the picture %s", p.name)
		}
	}
}
