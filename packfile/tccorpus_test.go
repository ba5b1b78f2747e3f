package packfile_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"packtide/packfile"
)

// tcKnown is what the notes in the corpus' manifest say of its files, as codes: what must be found, and what must not.
var tcKnown = map[string]struct{ found, absent []string }{
	"tcx/5cd0143/phishme_intelligence_tc_v1.1_v1.1.tcx": {
		found:  []string{"TC-NAM-06", "TC-NAM-07", "TC-NAM-08", "TC-PKG-02", "TC-PKG-07", "TC-PKG-09", "TC-PKG-10", "TC-PKG-11"},
		absent: []string{"TC-PKG-01", "TC-PKG-06", "TC-VER-01", "TC-JSN-01", "TC-NAM-05"},
	},
	"tcx/6811c98/phishme_intelligence_tc_v1.1_v1.1_v1.1.tcx": {
		found:  []string{"TC-NAM-08", "TC-PKG-09", "TC-PKG-10"},
		absent: []string{"TC-PKG-07", "TC-PKG-06"},
	},
	"rebuilt/9796310/TCPB_-_Expressions_v1.tcx": {
		found:  []string{"TC-NAM-01", "TC-PKG-11"},
		absent: []string{"TC-NAM-06", "TC-NAM-07", "TC-NAM-09", "TC-PKG-02", "TC-PKG-06", "TC-PKG-07", "TC-PKG-09", "TC-PKG-10"},
	},
	"rebuilt/a1fbdf2/TCPB_-_Actions_Template_v1.tcx":  {found: []string{"TC-NAM-06", "TC-PKG-07"}, absent: []string{"TC-VER-03"}},
	"rebuilt/a1fbdf2/TCVA_-_Flask_API_Service_v1.tcx": {found: []string{"TC-NAM-01", "TC-NAM-06"}, absent: []string{"TC-NAM-09"}},
	"rebuilt/e87cfc7/ReversingLabs_Ransomware_v1.tcx": {absent: []string{"TC-PKG-08", "TC-VER-05", "TC-NAM-01", "TC-NAM-06", "TC-PKG-10"}},

	"abx/e811597/DigitalOcean Droplet Actions.abx": {found: []string{"TC-NAM-10", "TC-PKG-11", "TC-DLV-04"}, absent: []string{"TC-VER-02", "TC-VER-03", "TC-PKG-04"}},
	"abx/546814e/Abuse.ch MalwareBazaar.abx":       {found: []string{"TC-NAM-10"}, absent: []string{"TC-PKG-01", "TC-PKG-09", "TC-PKG-07"}},

	"pbx/e811597/[utility] String Is Not Empty.pbx":                   {found: []string{"TC-VER-04", "TC-VER-06"}, absent: []string{"TC-PKG-12"}},
	"pbx/33634e4/[utility] Escape Quotes for Datastore.pbx":           {found: []string{"TC-VER-04"}, absent: []string{"TC-VER-06"}},
	"pbx/b8fbadb/[utility] Escape Quotes for Datastore.pbx":           {found: []string{"TC-VER-04"}},
	"pbx/60b9cd3/[utility] [math] Perform Math Operation.pbx":         {found: []string{"TC-VER-04"}, absent: []string{"TC-PKG-05"}},
	"pbx/e811597/Timeit Example.pbx":                                  {found: []string{"TC-PKG-05"}, absent: []string{"TC-PKG-01"}},
	"pbx/e811597/ATT&CK Tag Framework.pbx":                            {absent: []string{"TC-NAM-01", "TC-PKG-12"}},
	"pbxz/e811597/(BETA) Active Intel Requirement Brief - Daily.pbxz": {found: []string{"TC-PKG-01", "TC-PKG-02"}, absent: []string{"TC-PKG-12"}},
	"pbxz/e811597/HYAS Insight SHA256 Enrichment.pbxz":                {found: []string{"TC-PKG-01"}, absent: []string{"TC-PKG-02", "TC-PKG-12"}},
	"pbxz/e811597/1 - Upload File to Unknown Cyber - Example.pbxz":    {absent: []string{"TC-PKG-02", "TC-PKG-12"}},
}

func TestCorpusThreatConnectFindings(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(corpusDir(t), "threatconnect")
	seen := 0
	for _, entry := range readCorpus(t, "threatconnect") {
		if filepath.Ext(entry.File) == ".json" {
			continue
		}
		m, findings := inspectFile(t, filepath.Join(dir, entry.File))
		if m.Platform != "threatconnect" {
			t.Errorf("%s: got platform %q", entry.File, m.Platform)
		}
		known, ok := tcKnown[entry.File]
		if ok {
			seen++
		}
		codes := codesOf(findings)
		for _, code := range known.found {
			if !slices.Contains(codes, code) {
				t.Errorf("%s: %s is not found among %v", entry.File, code, codes)
			}
		}
		for _, code := range known.absent {
			if slices.Contains(codes, code) {
				t.Errorf("%s: %s is found and must not be: %+v", entry.File, code, findings)
			}
		}
	}
	if seen != len(tcKnown) {
		t.Errorf("saw %d of the %d files that are known", seen, len(tcKnown))
	}
}

// tcOracle is what three of the vendor's validators say of an install.json; only the Java one decides what is an error.
type tcOracle struct {
	Java any `json:"java_apps_util_af1397e"`
}

func (o tcOracle) accepts() bool { return o.Java == "OK" }

// Of an app that the vendor's Java validator takes, a rule of the vendor's finds no error.
func TestCorpusThreatConnectOracle(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(corpusDir(t), "threatconnect")
	data, err := os.ReadFile(filepath.Join(dir, "oracle.json"))
	if err != nil {
		t.Fatal(err)
	}
	var oracle map[string]tcOracle
	if err := json.Unmarshal(data, &oracle); err != nil {
		t.Fatal(err)
	}
	sources := map[string]string{}
	for _, rule := range packfile.Rules("threatconnect") {
		sources[rule.Code] = rule.Source
	}
	accepted := 0
	for name, verdict := range oracle {
		if !verdict.accepts() {
			continue
		}
		accepted++
		file, _, packed := strings.Cut(name, "!")
		content, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		if !packed {
			content = tcAround(t, content)
			file = "App_v1.tcx"
		}
		_, findings, err := inspect(content, filepath.Base(file))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, f := range findings {
			if f.Severity == packfile.SeverityError && sources[f.Code] == packfile.SourceVendor {
				t.Errorf("%s: the vendor's validator takes it, and %s is an error: %s", name, f.Code, f.Message)
			}
		}
	}
	if accepted < 20 {
		t.Errorf("the oracle takes %d files only", accepted)
	}
}

// tcAround packs an install.json as an app with the files that it names, so that only the text itself is judged.
func tcAround(t testing.TB, install []byte) []byte {
	t.Helper()
	var app struct {
		Feeds []struct{ JobFile, AttributesFile, SourceName string }
		tcJobNames
	}
	if err := json.Unmarshal(bytes.TrimPrefix(install, []byte("\xef\xbb\xbf")), &app); err != nil {
		t.Fatal(err)
	}
	job, err := json.Marshal(tcJobNames{ProgramName: "App v1", ProgramVersion: app.ProgramVersion})
	if err != nil {
		t.Fatal(err)
	}
	files := []file{{name: "App_v1/install.json", content: string(install)}}
	for _, feed := range app.Feeds {
		files = append(files, file{name: "App_v1/" + feed.JobFile, content: string(job)})
		if feed.AttributesFile != "" {
			files = append(files, file{name: "App_v1/" + feed.AttributesFile, content: "{}"})
		}
	}
	return zipOf(t, files...)
}

type tcJobNames struct {
	ProgramName    string `json:"programName"`
	ProgramVersion string `json:"programVersion"`
}
