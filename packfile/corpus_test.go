package packfile_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/packfile"
)

// corpusDir returns the folder of real packages, or skips.
func corpusDir(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("PACKTIDE_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "shared", "corpus")
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join("..", dir) // relative to the repository's root
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no real packages here: set PACKTIDE_CORPUS to their folder (%v)", err)
	}
	return dir
}

type corpusEntry struct {
	File, Folder, Version, Identifier string
	Files                             int
}

func readCorpus(t *testing.T, platform string) []corpusEntry {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(corpusDir(t), platform, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var entries []corpusEntry
	if err := json.Unmarshal(data, &entries); err != nil {
		t.Fatal(err)
	}
	if len(entries) == 0 {
		t.Fatalf("the list of %s packages is empty", platform)
	}
	return entries
}

func inspectFile(t *testing.T, path string) (packfile.Manifest, []packfile.Finding) {
	t.Helper()
	p := readReal(t, path)
	return p.Manifest, p.Findings
}

func TestCorpusSecOps(t *testing.T) {
	t.Parallel()
	dir := corpusDir(t)
	for _, entry := range readCorpus(t, "secops") {
		t.Run(entry.File, func(t *testing.T) {
			t.Parallel()
			m, _ := inspectFile(t, filepath.Join(dir, "secops", entry.File))
			if entry.Folder == "email_utilities" { // four examples are left of it: nothing tells what it was
				if m.Platform != packfile.PlatformPlain || m.HasVersion {
					t.Errorf("got platform %q, HasVersion %v; want a plain archive", m.Platform, m.HasVersion)
				}
				return
			}
			if m.Platform != "secops" || m.Kind != "response integration" {
				t.Errorf("got platform %q, kind %q", m.Platform, m.Kind)
			}
			if m.Name != entry.Folder {
				t.Errorf("got name %q, want %q", m.Name, entry.Folder)
			}
			if m.Files != entry.Files {
				t.Errorf("got %d files, want %d", m.Files, entry.Files)
			}
			if !m.HasVersion || m.DisplayName == "" || m.Description == "" {
				t.Errorf("got HasVersion %v, display name %q, description %q", m.HasVersion, m.DisplayName, m.Description)
			}
			if entry.Version != "" {
				want, ok := packfile.ParsePlatform(entry.Version)
				if !ok || m.Version != want || m.PlatformVersion != entry.Version {
					t.Errorf("got version %v (%q), want %q", m.Version, m.PlatformVersion, entry.Version)
				}
			}
		})
	}
}

func TestCorpusSecOpsTarGzip(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(corpusDir(t), "secops")
	zipped, _ := inspectFile(t, filepath.Join(dir, "telegram-v11.0-d9eedfaf2.zip"))
	tarred, _ := inspectFile(t, filepath.Join(dir, "telegram-v11.0-d9eedfaf2.tar.gz"))
	if diff := cmp.Diff(zipped, tarred); diff != "" {
		t.Errorf("one integration, packed in two ways, differs (-zip +tar.gz):\n%s", diff)
	}
}

// The chain of one integration's versions that the end-to-end test takes through the product.
func TestCorpusGoogleSheets(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(corpusDir(t), "secops")
	files := map[string]string{
		"15.0": "google_sheets-v15.0-15420568b.zip",
		"16.0": "google_sheets-v16.0-a89912c34.zip",
		"17.0": "google_sheets-v17.0-82602e487.zip",
		"18.0": "google_sheets-v18.0-85607c929.zip",
	}
	for version, file := range files {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			m, _ := inspectFile(t, filepath.Join(dir, file))
			if m.Name != "google_sheets" || m.DisplayName != "Google Sheets" || m.PlatformVersion != version {
				t.Errorf("got %q, %q, %q", m.Name, m.DisplayName, m.PlatformVersion)
			}
			if m.NotesFor(m.Version) == "" {
				t.Error("no notes for its own version")
			}
			if newest := m.Notes[len(m.Notes)-1]; newest.Version != version || newest.Date == "" {
				t.Errorf("the newest note is %+v, want version %s with a date", newest, version)
			}
		})
	}
}

func TestCorpusBrokenNotesKeepNameAndVersion(t *testing.T) {
	t.Parallel()
	m, findings := inspectFile(t, filepath.Join(corpusDir(t), "secops", "clarotyxdome-v3.0-78a5dd022.zip"))
	if m.Name != "clarotyxdome" || m.DisplayName != "Claroty xDome" || m.PlatformVersion != "3.0" || !m.HasVersion {
		t.Errorf("got %q, %q, %q", m.Name, m.DisplayName, m.PlatformVersion)
	}
	i := slices.IndexFunc(findings, func(f packfile.Finding) bool { return f.Code == "R-YAML" })
	if i < 0 || findings[i].Path != "clarotyxdome/release_notes.yaml" || findings[i].Line != 13 || findings[i].Column != 20 {
		t.Errorf("got findings %+v, want an R-YAML with its place in release_notes.yaml", findings)
	}
}

func TestCorpusThreatConnect(t *testing.T) {
	t.Parallel()
	type summary struct{ Name, DisplayName, Version, Kind string }
	dir := filepath.Join(corpusDir(t), "threatconnect")
	want := map[string]summary{
		"tcx/5cd0143/phishme_intelligence_tc_v1.1_v1.1.tcx":      {"phishme_intelligence_tc", "Cofense Intelligence", "1.1.4", "job app"},
		"tcx/6811c98/phishme_intelligence_tc_v1.1_v1.1_v1.1.tcx": {"phishme_intelligence_tc", "Cofense Intelligence", "1.1.4", "job app"},
		"rebuilt/d9828fd/TCPB_-_Expressions_v1.tcx":              {"tcpb_-_expressions", "Expressions", "1.0.5", "playbook app"},
		"rebuilt/9796310/TCPB_-_Expressions_v1.tcx":              {"tcpb_-_expressions", "Expressions", "1.0.6", "playbook app"},
		"rebuilt/a1fbdf2/TCPB_-_Actions_Template_v1.tcx":         {"tcpb_-_actions_template", "String Operation", "1.0.0", "playbook app"},
		"rebuilt/a1fbdf2/TCVA_-_Flask_API_Service_v1.tcx":        {"tcva_-_flask_api_service", "FlaskApiService", "1.0.0", "API service app"},
		"rebuilt/e87cfc7/ReversingLabs_Ransomware_v1.tcx":        {"reversinglabs_ransomware", "ReversingLabs Ransomware", "1.0.6", "job app"},
	}
	seen := 0
	for _, entry := range readCorpus(t, "threatconnect") {
		if !strings.HasSuffix(entry.File, ".tcx") {
			continue
		}
		seen++
		m, findings := inspectFile(t, filepath.Join(dir, entry.File))
		got := summary{m.Name, m.DisplayName, m.PlatformVersion, m.Kind}
		if diff := cmp.Diff(want[entry.File], got); diff != "" || m.Version.String() != m.PlatformVersion {
			t.Errorf("%s: version %v, (-want +got):\n%s", entry.File, m.Version, diff)
		}
		taken := slices.DeleteFunc(findings, func(f packfile.Finding) bool { return f.Code == "TC-PKG-07" }) // no validator looks for the main file
		if packfile.HasErrors(taken) {
			t.Errorf("%s: errors in a package that the platform takes: %+v", entry.File, findings)
		}
	}
	if seen != len(want) {
		t.Errorf("saw %d apps, want %d", seen, len(want))
	}
}
