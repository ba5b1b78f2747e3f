package packfile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/packfile"
)

func TestCorpusBoomi(t *testing.T) {
	t.Parallel()
	type summary struct{ DisplayName, Kind, Version, Steps, Routes string }
	want := map[string]summary{
		"api_service_minimal.xml":                 {"New API Service", "API service", "2", "", "1"},
		"documentcache_profile_key_component.xml": {"New Document Cache", "document cache", "1", "", ""},
		"process_cache_branch_load_remove.xml":    {"[Client CDS] Initialize Caches", "process", "1", "7", ""},
		"process_dpp_profile_decision_flow.xml":   {"[Client Time Walls Security] Get Matters from Client API and Cache", "process", "1", "17", ""},
		"process_setproperties_ddp_dpp_current_crossref.xml": {
			"[Client CDS] (sub) Copy SQL CrossRef for SQL Version to Json and Cache FULL", "process", "1", "10", "",
		},
		"processproperty_allowed_values.xml": {"[Client Walls] Process Properties", "process property", "1", "", ""},
		"processproperty_minimal.xml":        {"New Process Property", "process property", "1", "", ""},
	}
	entries := readCorpus(t, "boomi")
	for _, entry := range entries {
		m, findings := inspectFile(t, filepath.Join(corpusDir(t), "boomi", entry.File))
		facts := map[string]string{}
		for _, f := range m.Facts {
			facts[f.Label] = f.Value
		}
		got := summary{m.DisplayName, m.Kind, facts["Component version"], facts["Steps"], facts["Routes"]}
		if diff := cmp.Diff(want[entry.File], got); diff != "" || m.Platform != "boomi" || m.Name == "" || m.HasVersion {
			t.Errorf("%s: platform %q, name %q, (-want +got):\n%s", entry.File, m.Platform, m.Name, diff)
		}
		deployable := m.Kind == "process" || m.Kind == "API service"
		alone := slices.ContainsFunc(findings, func(f packfile.Finding) bool { return f.Code == "B-PRIMARY" })
		if alone == deployable || len(findings) > 1 {
			t.Errorf("%s: got findings %+v", entry.File, findings)
		}
	}
	if len(entries) != len(want) {
		t.Errorf("saw %d components, want %d", len(entries), len(want))
	}
}

// The settings of a real process, and what becomes of them when they are emptied, as a careless export does.
func TestCorpusBoomiSettings(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join(corpusDir(t), "boomi", "process_dpp_profile_decision_flow.xml"))
	if err != nil {
		t.Fatal(err)
	}
	p := read(t, data, "x.xml")
	counts := map[string]int{}
	for _, c := range p.Manifest.Components {
		counts[c.Name] += len(c.Settings)
	}
	if counts[""] != 22 || counts[p.Manifest.DisplayName] != 0 {
		t.Errorf("got settings %v of %+v, want 21 of the connection and 1 of the process property", counts, p.Manifest.Components)
	}
	emptied := regexp.MustCompile(`(?s)<bns:processOverrides>.*</bns:processOverrides>`).ReplaceAll(data, []byte("<bns:processOverrides/>"))
	c := packfile.Compare(p, read(t, emptied, "x.xml"), packfile.Options{})
	if len(c.Findings) != 1 || c.Findings[0].Code != "B-OVERRIDES" || !strings.Contains(c.Findings[0].Message, "declared 22") {
		t.Errorf("got %+v, want the lost settings", c.Findings)
	}
	opened := strings.Replace(string(data), `label="Swagger URL" overrideable="false"`, `label="Swagger URL" overrideable="true"`, 1)
	c = packfile.Compare(p, read(t, []byte(opened), "x.xml"), packfile.Options{})
	if c.Smallest != packfile.BumpMinor || !slices.ContainsFunc(c.Changes, func(ch packfile.Change) bool {
		return ch.Kind == "extensible setting" && ch.Event == packfile.Added && strings.HasSuffix(ch.Name, "Swagger URL")
	}) {
		t.Errorf("got %s, %+v, want the URL opened", c.Smallest, c.Changes)
	}
	members := []packfile.Member{{Label: "A 1.0.0", Manifest: p.Manifest}, {Label: "B 1.0.0", Manifest: read(t, []byte(opened), "x.xml").Manifest}}
	members[1].Manifest.Identifier = "another" // R10 is about what packages share, not about one package twice
	if got := packfile.CheckTogether(members); len(got) != 1 || got[0].Code != "B-SHARED" {
		t.Errorf("got %+v, want the one setting that differs", got)
	}
}

// All real components in one folder make one package, of which each process and API service would be the primary component.
func TestCorpusBoomiFolder(t *testing.T) {
	t.Parallel()
	var files []file
	for _, entry := range readCorpus(t, "boomi") {
		data, err := os.ReadFile(filepath.Join(corpusDir(t), "boomi", entry.File))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file{name: "all/" + entry.File, content: string(data)})
	}
	p := read(t, zipOf(t, files...), "x.zip")
	if len(p.Findings) != 1 || p.Findings[0].Code != "B-PRIMARY" || !strings.Contains(p.Findings[0].Message, "4 processes or API services") {
		t.Errorf("got %+v, want only that four could be primary", p.Findings)
	}
	if p.Manifest.OneOnly == "" || p.Manifest.Countable || len(p.Manifest.Components) != len(files)+2 {
		t.Errorf("got %+v", p.Manifest)
	}
	paths := fmt.Sprint(slices.DeleteFunc(p.Contents.Parts, func(p packfile.Part) bool { return p.Kind != "API path" }))
	if !strings.Contains(paths, "REST POST / (as process c991a424-e7e3-4af1-b2ab-3ddba4a43974 says)") {
		t.Errorf("got API paths %s", paths)
	}
}
