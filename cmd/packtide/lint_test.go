package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"packtide/packfile"
)

// writeFiles puts files below a new folder and returns it; a name that ends in ! packs the files of the map below it.
func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func zipText(t *testing.T, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// runTool runs the program as a shell would, and returns what it printed and its status.
func runTool(t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	var out, errs bytes.Buffer
	err := run(t.Context(), args, func(string) string { return "" }, strings.NewReader(""), &out, &errs)
	status = exitCode(err, &errs)
	return out.String(), errs.String(), status
}

const appInstall = `{
  "displayName": "Acme Threat Feed",
  "programVersion": %q
}`

func appZip(t *testing.T, version string) string {
	t.Helper()
	return zipText(t, "Acme_Threat_Feed_v1/install.json", fmt.Sprintf(appInstall, version), "Acme_Threat_Feed_v1/app.py", "print("+version+")\n")
}

func TestLintStatus(t *testing.T) {
	t.Parallel()
	dir := writeFiles(t, map[string]string{
		"plain.zip": zipText(t, "a", "b"), "wrong/Acme_Threat_Feed_v1.tcx": appZip(t, "1.0"), "cut.zip": zipText(t, "a", "b")[:30],
	})
	for name, c := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"clean":             {[]string{"plain.zip"}, 0, ""},
		"errors":            {[]string{"wrong", "plain.zip"}, 1, "1 of 2 packages have errors"},
		"unreadable":        {[]string{"wrong", "cut.zip"}, 2, "1 of 2 packages can't be read, 1 have errors"},
		"another platform":  {[]string{"plain.zip", "--platform", "boomi"}, 2, "can't be read"},
		"no such platform":  {[]string{"plain.zip", "--platform", "vms"}, 2, "there is no platform"},
		"no such file":      {[]string{"missing.zip"}, 2, "no such file"},
		"no such day":       {[]string{"plain.zip", "--rules", "2026-02-30"}, 2, "is no day"},
		"no such setting":   {[]string{"plain.zip", "--set", "a.b=c"}, 2, "there is no setting"},
		"no packages":       {[]string{"empty"}, 2, "no package lies below"},
		"two forms at once": {[]string{"plain.zip", "--json", "--sarif"}, 2, "can't be used together"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_ = os.Mkdir(filepath.Join(dir, "empty"), 0o700)
			args := []string{"lint"}
			for _, a := range c.args {
				if strings.HasSuffix(a, ".zip") || a == "wrong" || a == "empty" {
					a = filepath.Join(dir, a)
				}
				args = append(args, a)
			}
			if _, stderr, status := runTool(t, args...); status != c.status || !strings.Contains(stderr, c.says) {
				t.Errorf("got status %d and %q, want %d and %q", status, stderr, c.status, c.says)
			}
		})
	}
}

func TestLintForms(t *testing.T) {
	t.Parallel()
	dir := writeFiles(t, map[string]string{"Acme_Threat_Feed_v1.tcx": appZip(t, "1.0"), "b/cut.zip": "PK\x03\x04"})
	app := filepath.Join(dir, "Acme_Threat_Feed_v1.tcx")

	text, _, _ := runTool(t, "lint", dir)
	place := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(app) + `/Acme_Threat_Feed_v1/install\.json:3:3: TC-VER-01 error: \S.*$`)
	if !place.MatchString(text) || !strings.Contains(text, "cut.zip:1:1: UNREADABLE error: ") {
		t.Errorf("text:\n%s", text)
	}

	lines, _, _ := runTool(t, "lint", "--json", dir)
	var packages []map[string]any
	for line := range strings.Lines(lines) {
		var p map[string]any
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			t.Fatalf("%q is no JSON: %v", line, err)
		}
		packages = append(packages, p)
	}
	if len(packages) != 2 || packages[0]["file"] != app || packages[0]["platform"] != "threatconnect" || packages[0]["name"] != "acme_threat_feed" {
		t.Fatalf("JSON:\n%s", lines)
	}
	finding := packages[0]["findings"].([]any)[0].(map[string]any)
	for _, key := range []string{"code", "severity", "path", "line", "column", "field", "message", "fix"} {
		if _, ok := finding[key]; !ok {
			t.Errorf("the finding %v has no %s", finding, key)
		}
	}

	doc, _, _ := runTool(t, "lint", "--sarif", dir)
	var log struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct{ Rules []struct{ ID string } }
			}
			Results []struct {
				RuleID, Level string
				Locations     []struct {
					PhysicalLocation struct{ ArtifactLocation struct{ URI string } }
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(doc), &log); err != nil {
		t.Fatalf("SARIF is no JSON: %v\n%s", err, doc)
	}
	rules := map[string]bool{}
	for _, r := range log.Runs[0].Tool.Driver.Rules {
		rules[r.ID] = true
	}
	for _, r := range log.Runs[0].Results {
		if !rules[r.RuleID] || r.Level == "" || r.Locations[0].PhysicalLocation.ArtifactLocation.URI == "" {
			t.Errorf("SARIF result %+v", r)
		}
	}
	if log.Version != "2.1.0" || len(log.Runs[0].Results) < 2 {
		t.Errorf("SARIF:\n%s", doc)
	}
}

// What lint says of a folder leads to the file itself.
func TestLintFolder(t *testing.T) {
	t.Parallel()
	dir := writeFiles(t, map[string]string{
		"Acme_Threat_Feed_v1/install.json": fmt.Sprintf(appInstall, "1.0"), "Acme_Threat_Feed_v1/app.py": "", "readme.txt": "",
	})
	text, _, status := runTool(t, "lint", dir)
	want := filepath.Join(dir, "Acme_Threat_Feed_v1", "install.json") + ":3:3: TC-VER-01 error"
	if status != 1 || !strings.Contains(text, want) {
		t.Errorf("got status %d and\n%s\nwant %s", status, text, want)
	}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	dir := writeFiles(t, map[string]string{"old.tcx": appZip(t, "1.0.0"), "new.tcx": appZip(t, "1.0.1"), "cut.tcx": "PK\x03\x04"})
	old, changed := filepath.Join(dir, "old.tcx"), filepath.Join(dir, "new.tcx")

	out, _, _ := runTool(t, "diff", "--json", old, changed)
	var d struct {
		From, To     string
		SmallestBump string           `json:"smallest_bump"`
		Changes      []map[string]any `json:"changes"`
		Findings     []any            `json:"findings"`
	}
	if err := json.Unmarshal([]byte(out), &d); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if d.From != "1.0.0" || d.To != "1.0.1" || d.SmallestBump != string(packfile.BumpRelease) || len(d.Changes) < 2 || d.Findings == nil {
		t.Errorf("got %s", out)
	}

	text, _, _ := runTool(t, "diff", "--text", old, changed)
	for _, line := range []string{"1.0.0 → 1.0.1", "\n-print(1.0.0)\n", "\n+print(1.0.1)\n", "\n@@ -1,1 +1,1 @@\n"} {
		if !strings.Contains(text, line) {
			t.Errorf("%q is missing in\n%s", line, text)
		}
	}
	if _, stderr, status := runTool(t, "diff", old, filepath.Join(dir, "cut.tcx")); status != 2 || !strings.Contains(stderr, "cut.tcx") {
		t.Errorf("a file that can't be read: got status %d, %q", status, stderr)
	}
	if _, stderr, status := runTool(t, "diff", old, dir); status != 2 || !strings.Contains(stderr, "is no package") {
		t.Errorf("a folder of packages: got status %d, %q", status, stderr)
	}
	same, _, status := runTool(t, "diff", "--json", old, old)
	if !strings.Contains(same, `"smallest_bump":"none","changes":[]`) || status > 1 {
		t.Errorf("a package and itself: got status %d, %s", status, same)
	}
}

// Many files are read at once, and a large one is named and not shown.
func TestDiffManyTexts(t *testing.T) {
	t.Parallel()
	var old, changed []string
	for i := range 3000 {
		name := fmt.Sprintf("f/%d.txt", i)
		old, changed = append(old, name, "a\n"), append(changed, name, "b\n")
	}
	large := strings.Repeat("line\n", 1<<18)
	dir := writeFiles(t, map[string]string{
		"old.zip": zipText(t, append(old, "large.txt", large)...), "new.zip": zipText(t, append(changed, "large.txt", large+"more\n")...),
	})
	text, stderr, _ := runTool(t, "diff", "--text", filepath.Join(dir, "old.zip"), filepath.Join(dir, "new.zip"))
	if n := strings.Count(text, "\n-a\n+b\n"); n != 3000 || !strings.Contains(text, "larger than the limit of 1048576 bytes") {
		t.Errorf("got %d files with lines and %d bytes, %s", n, len(text), stderr)
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	out, _, status := runTool(t, "rules", "--json")
	listed := strings.Count(out, "\n")
	all := 0
	for _, key := range packfile.PlatformKeys() {
		all += len(packfile.Rules(key))
	}
	if status != 0 || listed != all {
		t.Errorf("got status %d and %d rules, want all %d", status, listed, all)
	}
}
