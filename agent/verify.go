package agent

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// readManifest reads a release's release.json.
func readManifest(dir string) (manifest, error) {
	data, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if err != nil {
		return manifest{}, err //nolint:wrapcheck // names path and step
	}
	var m manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return manifest{}, fmt.Errorf("read %s: %w", filepath.Join(dir, manifestFile), err)
	}
	if !isUUID(m.Release.ID) {
		return manifest{}, fmt.Errorf("%s names no release", filepath.Join(dir, manifestFile))
	}
	return m, nil
}

// verifyRelease refuses a folder that is not, file by file, the release that is wanted.
func verifyRelease(dir string, want desired) error {
	m, err := readManifest(dir)
	if err != nil {
		return err
	}
	if m.Release.ID != want.Release.ID || len(m.Packages) != len(want.Contents) {
		return errors.New("it is of another release")
	}
	for i, c := range want.Contents {
		if m.Packages[i].SHA256 != c.SHA256 {
			return fmt.Errorf("it has another %s", clean(c.Name))
		}
	}
	return verifyFiles(dir)
}

// verifyFiles compares every file of a release with its checksum.
func verifyFiles(dir string) error {
	sums, err := os.Open(filepath.Join(dir, sumsFile))
	if err != nil {
		return err //nolint:wrapcheck // names path and step
	}
	defer sums.Close()
	lines := bufio.NewScanner(sums)
	for lines.Scan() {
		sum, path, ok := strings.Cut(lines.Text(), "  ")
		if !ok || !filepath.IsLocal(filepath.FromSlash(path)) {
			return fmt.Errorf("%s can't be read", sums.Name())
		}
		got, err := fileSum(filepath.Join(dir, filepath.FromSlash(path)))
		if err != nil {
			return err
		}
		if got != sum {
			return fmt.Errorf("%s has changed", path)
		}
	}
	return lines.Err() //nolint:wrapcheck // names path and step
}
