package packfile_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"packtide/packfile"
)

// tcVerdict is what the vendor's validators say of one install.json.
type tcVerdict struct {
	Java   any `json:"java_apps_util_af1397e"`  // "OK", or why it is refused
	Config any `json:"tcex_app_config_7ff59f9"` // "OK", or a list of faults, each with the path of a field first
}

var indexInPath = regexp.MustCompile(`/(\d+)`)

// disliked returns the fields that the packager's model finds fault with, written as our findings write them.
func (v tcVerdict) disliked() []string {
	var fields []string
	faults, _ := v.Config.([]any)
	for _, fault := range faults {
		if words, ok := fault.([]any); ok && len(words) > 0 {
			path, _ := words[0].(string)
			fields = append(fields, strings.ReplaceAll(indexInPath.ReplaceAllString(path, "[$1]"), "/", "."))
		}
	}
	return fields
}

// readOracle returns the verdicts by file: a path, and for a file inside a package a "!" and the path in it.
func readOracle(t *testing.T, dir string) map[string]tcVerdict {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "oracle.json"))
	if err != nil {
		t.Fatal(err)
	}
	verdicts := map[string]tcVerdict{}
	if err := json.Unmarshal(data, &verdicts); err != nil {
		t.Fatal(err)
	}
	if len(verdicts) == 0 {
		t.Fatal("the oracle says nothing")
	}
	return verdicts
}

// tcWrapped is an install.json without its package, packed into one that keeps the rules for packages.
func tcWrapped(t *testing.T, install []byte) (data []byte, name string) {
	t.Helper()
	var app struct {
		ProgramVersion, ProgramMain string
		Feeds                       []struct{ JobFile, AttributesFile string }
	}
	_ = json.Unmarshal(install, &app) // a broken one is wrapped as well
	major, _, _ := strings.Cut(app.ProgramVersion, ".")
	folder := "Acme_App_v" + major
	job, err := json.Marshal(map[string]any{
		"programName": strings.ReplaceAll(folder, "_", " "), "programVersion": app.ProgramVersion, "jobName": "Acme",
	})
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"install.json": string(install), "README.md": "Acme"}
	if app.ProgramMain != "" {
		files[app.ProgramMain+".py"] = "pass"
	}
	for _, feed := range app.Feeds {
		files[feed.JobFile] = string(job)
		if feed.AttributesFile != "" {
			files[feed.AttributesFile] = "[]"
		}
	}
	var packed []file
	for path, content := range files {
		packed = append(packed, file{name: folder + "/" + path, content: content})
	}
	return zipOf(t, packed...), folder + ".tcx"
}

// Where the platform's own library takes an app, no rule that is said to be the vendor's calls it an error; where the
// library refuses it, one of ours does. What the packager's model dislikes is reported too, however severe.
func TestTCOracle(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(corpusDir(t), "threatconnect")
	sources := map[string]string{}
	for _, rule := range packfile.Rules("threatconnect") {
		sources[rule.Code] = rule.Source
	}
	for where, verdict := range readOracle(t, dir) {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			file, _, inside := strings.Cut(where, "!")
			data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file)))
			if err != nil {
				t.Fatal(err)
			}
			name := filepath.Base(file)
			if !inside {
				data, name = tcWrapped(t, data)
			}
			findings := read(t, data, name).Findings
			if verdict.Java != "OK" && !packfile.HasErrors(findings) {
				t.Errorf("the library says %v, and we report no error: %+v", verdict.Java, findings)
			}
			ours := []string{packfile.SourceGuide, packfile.SourceOurs}
			for _, f := range findings {
				if verdict.Java == "OK" && f.Severity == packfile.SeverityError && !slices.Contains(ours, sources[f.Code]) {
					t.Errorf("the library takes it, and a rule of the vendor's reports an error: %s %s:%d %s: %s", f.Code, f.Path, f.Line, f.Field, f.Message)
				}
			}
			for _, field := range verdict.disliked() {
				if !slices.ContainsFunc(findings, func(f packfile.Finding) bool { return f.Field == field }) {
					t.Errorf("the packager dislikes %s, and we say nothing of it: %+v", field, findings)
				}
			}
		})
	}
}
