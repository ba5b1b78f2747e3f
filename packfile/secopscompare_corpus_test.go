package packfile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/packfile"
)

// secopsSteps are the known answers: pairs of real integrations, by the name of their golden file.
var secopsSteps = []struct{ name, old, new string }{
	{"google-sheets-15-16", "google_sheets-v15.0-15420568b.zip", "google_sheets-v16.0-a89912c34.zip"},
	{"google-sheets-16-17", "google_sheets-v16.0-a89912c34.zip", "google_sheets-v17.0-82602e487.zip"},
	{"google-sheets-17-18", "google_sheets-v17.0-82602e487.zip", "google_sheets-v18.0-85607c929.zip"},
	{"google-sheets-15-18", "google_sheets-v15.0-15420568b.zip", "google_sheets-v18.0-85607c929.zip"},
	{"domain-tools-11-12", "domain_tools-v11.0-1e71289b5.zip", "domain_tools-v12.0-6e6270d02.zip"},
	{"domain-tools-12-13", "domain_tools-v12.0-6e6270d02.zip", "domain_tools-v13.0-d9eedfaf2.zip"},
	{"file-utilities-18-19", "file_utilities-v18.0-7ae021037.zip", "file_utilities-v19.0-71c0a4d38.zip"},
	{"file-utilities-19-28", "file_utilities-v19.0-71c0a4d38.zip", "file_utilities-v28.0-d9eedfaf2.zip"},
	{"misp-40-41", "misp-v40.0-092bca370.zip", "misp-v41.0-32ea63a4c.zip"},
	{"misp-41-40", "misp-v41.0-32ea63a4c.zip", "misp-v40.0-092bca370.zip"},
	{"clarotyxdome-repaired", "clarotyxdome-v3.0-78a5dd022.zip", "clarotyxdome-v3.0-d9eedfaf2.zip"},
	{"arcsight-repaired", "arcsight-v47.0-d12a7d23f.zip", "arcsight-v47.0-d9eedfaf2.zip"},
	{"telegram-zip-tar", "telegram-v11.0-d9eedfaf2.zip", "telegram-v11.0-d9eedfaf2.tar.gz"},
	{"built-telegram", "telegram-v11.0-d9eedfaf2.zip", "built/Telegram-built.zip"},
	{"built-silverfort", "silverfort-v3.0-d9eedfaf2.zip", "built/Silverfort-built.zip"},
	{"built-sample-integration", "sample_integration-v3.0-d9eedfaf2.zip", "built/SampleIntegration-built.zip"},
	{"built-orca-security", "orca_security-v15.0-d9eedfaf2.zip", "built/OrcaSecurity-built.zip"},
	{"built-vectra-qux", "vectra_qux-v5.0-d9eedfaf2.zip", "built/VectraQUX-built.zip"},
	{"built-arcsight", "arcsight-v47.0-d9eedfaf2.zip", "built/Arcsight-built.zip"},
}

func readReal(t *testing.T, path string) packfile.Package {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	p, err := packfile.Inspect(f, info.Size(), filepath.Base(path), packfile.Options{})
	if err != nil {
		t.Fatalf("Inspect: %v", err)
	}
	return p
}

// secopsAnswer writes a comparison as its golden file has it.
func secopsAnswer(c packfile.Comparison) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s → %s, smallest bump: %s\n", c.From, c.To, c.Smallest)
	for _, ch := range c.Changes {
		fmt.Fprintf(&b, "%-8s%s %s %q", ch.Bump, ch.Kind, ch.Event, ch.Name)
		if ch.Facet != "" {
			fmt.Fprintf(&b, " %s: %q → %q", ch.Facet, ch.Old, ch.New)
		}
		if ch.Line > 0 {
			fmt.Fprintf(&b, " (%s:%d)", ch.File, ch.Line)
		}
		b.WriteString("\n")
	}
	for _, f := range c.Findings {
		fmt.Fprintf(&b, "%s %s %s:%d: %s\n    %s\n", f.Severity, f.Code, f.Path, f.Line, f.Message, f.Fix)
	}
	return b.String()
}

func TestCorpusSecOpsSteps(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(corpusDir(t), "secops")
	for _, step := range secopsSteps {
		t.Run(step.name, func(t *testing.T) {
			t.Parallel()
			c := packfile.Compare(readReal(t, filepath.Join(dir, step.old)), readReal(t, filepath.Join(dir, step.new)), packfile.Options{})
			got, golden := secopsAnswer(c), filepath.Join("testdata", "compare", "secops-"+step.name+".golden")
			if os.Getenv("PACKTIDE_GOLDEN") != "" {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("the answer differs (-want +got); PACKTIDE_GOLDEN=1 writes it anew:\n%s", diff)
			}
		})
	}
}

// What must hold of the steps whatever their golden files say.
func TestCorpusSecOpsAnswers(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(corpusDir(t), "secops")
	answers := map[string]struct {
		bump     packfile.Bump
		findings string // severity and code of each
		breaking int
		says     string // of the first finding
	}{
		"google-sheets-15-16":   {packfile.BumpRelease, "", 0, ""},
		"google-sheets-16-17":   {packfile.BumpRelease, "", 0, ""},
		"google-sheets-17-18":   {packfile.BumpRelease, "", 0, ""},
		"google-sheets-15-18":   {packfile.BumpRelease, "info D-BUMP", 0, "tell of each of them"},
		"domain-tools-11-12":    {packfile.BumpMajor, "error D-BREAK, warning D-NEW, warning D-NEW, warning D-NEW", 7, "action “Reverse IP” removed"},
		"domain-tools-12-13":    {packfile.BumpRelease, "", 0, ""},
		"file-utilities-18-19":  {packfile.BumpRelease, "", 0, ""},
		"file-utilities-19-28":  {packfile.BumpRelease, "info D-BUMP", 0, "tell of each of them"},
		"misp-40-41":            {packfile.BumpRelease, "error D-NOTES", 0, "note 2 for 40.0"},
		"misp-41-40":            {packfile.BumpRelease, "error D-BUMP", 0, "goes down, from 41.0 to 40.0"},
		"clarotyxdome-repaired": {packfile.BumpRelease, "error D-SAME", 0, "release_notes.yaml"},
		"arcsight-repaired":     {packfile.BumpMinor, "error D-SAME", 0, "action “Search” added"},
	}
	for _, step := range secopsSteps {
		t.Run(step.name, func(t *testing.T) {
			t.Parallel()
			want, changes := answers[step.name], true
			if want.bump == "" { // one version, packed in two ways
				want.bump, changes = packfile.BumpNone, false
			}
			old, new := readReal(t, filepath.Join(dir, step.old)), readReal(t, filepath.Join(dir, step.new))
			c := packfile.Compare(old, new, packfile.Options{})
			var findings []string
			for _, f := range c.Findings {
				findings = append(findings, f.Severity+" "+f.Code)
			}
			breaking := 0
			for _, ch := range c.Changes {
				if ch.Bump == packfile.BumpMajor {
					breaking++
				}
			}
			if c.Smallest != want.bump || strings.Join(findings, ", ") != want.findings || breaking != want.breaking || changes != (len(c.Changes) > 0) {
				t.Errorf("got %s, %q, %d breaking changes of %d; want %+v", c.Smallest, findings, breaking, len(c.Changes), want)
			}
			if len(c.Findings) > 0 && !strings.Contains(c.Findings[0].Message, want.says) {
				t.Errorf("got %q, want that it says %q", c.Findings[0].Message, want.says)
			}
			if strings.HasPrefix(step.new, "built/") && (packfile.HasErrors(new.Findings) || old.Manifest.Version != new.Manifest.Version || old.Manifest.Name != new.Manifest.Name) {
				t.Errorf("the built form is %s %s with %+v", new.Manifest.Name, new.Manifest.Version, new.Findings)
			}
		})
	}
}
