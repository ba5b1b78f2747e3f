package packfile_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/packfile"
)

// streamedEntry is a zip without a list of entries, as App Builder writes its exports.
func streamedEntry(t testing.TB, name string, content []byte) []byte {
	t.Helper()
	packed := deflated(t, content)
	descriptor := make([]byte, 16)
	copy(descriptor, "PK\x07\x08")
	binary.LittleEndian.PutUint32(descriptor[4:], crc32.ChecksumIEEE(content))
	binary.LittleEndian.PutUint32(descriptor[8:], uint32(len(packed)))
	binary.LittleEndian.PutUint32(descriptor[12:], uint32(len(content)))
	return bytes.Join([][]byte{localHeader(name, 0x0808, zip.Deflate), packed, descriptor}, nil)
}

func localHeader(name string, flags, method uint16) []byte {
	header := make([]byte, 30)
	copy(header, "PK\x03\x04")
	binary.LittleEndian.PutUint16(header[6:], flags)
	binary.LittleEndian.PutUint16(header[8:], method)
	binary.LittleEndian.PutUint16(header[26:], uint16(len(name)))
	return append(header, name...)
}

// storedEntry has checksum and sizes in its header, and its contents as they are.
func storedEntry(name, content string, declared int) []byte {
	header := localHeader(name, 0x0800, zip.Store)
	binary.LittleEndian.PutUint32(header[14:], crc32.ChecksumIEEE([]byte(content)))
	binary.LittleEndian.PutUint32(header[18:], uint32(declared))
	binary.LittleEndian.PutUint32(header[22:], uint32(declared))
	return append(header, content...)
}

func projectFile(path, content string) map[string]any {
	return map[string]any{
		"path": path, "contents": base64.StdEncoding.EncodeToString([]byte(content)), "type": "File", "editable": true,
	}
}

const builtApp = "TCAB_-_7a1d.json"

// appBuilderJSON is an export's project with some members changed, or taken out where the change is nil.
func appBuilderJSON(t testing.TB, changes map[string]any) []byte {
	t.Helper()
	project := map[string]any{
		"programName": "TCAB_-_7a1d", "displayName": "Acme Threat Feed", "version": "2.10.3",
		"languageType": "Python", "languageVersion": "3.11", "appType": "Playbook", "labels": []string{"Acme", "Feeds"},
		"files": []any{
			projectFile("app.py", "pass"), projectFile("install.json", install),
			projectFile("tcex.json", `{"package": {"app_name": "TCAB_-_7a1d", "excludes": []}}`),
		},
	}
	maps.Copy(project, changes)
	maps.DeleteFunc(project, func(_ string, value any) bool { return value == nil })
	data, err := json.MarshalIndent(project, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func appBuilder(t testing.TB, changes map[string]any) []byte {
	t.Helper()
	return streamedEntry(t, builtApp, appBuilderJSON(t, changes))
}

func TestInspectAppBuilder(t *testing.T) {
	t.Parallel()
	data := appBuilder(t, nil)
	m, findings, err := inspect(data, "Acme Threat Feed.abx")
	if err != nil || !slices.Equal(codesOf(packageFaults(findings)), []string{"TC-DLV-04"}) {
		t.Fatalf("got findings %+v, %v; want only that it is source", findings, err)
	}
	want := packfile.Manifest{
		Platform: "threatconnect", PlatformLabel: "ThreatConnect", Kind: "App Builder app",
		Name: "acme_threat_feed", DisplayName: "Acme Threat Feed", Description: "Reads the feed.",
		Version: packfile.Version{Major: 2, Minor: 10, Patch: 3}, HasVersion: true, PlatformVersion: "2.10.3",
		Notes: []packfile.Note{{Version: "2.10.3", Text: "First line."}, {Version: "2.10.3", Text: "Second line."}},
		Facts: []packfile.Fact{
			{Label: "Runtime level", Value: "Playbook"},
			{Label: "Language", Value: "Python 3.11"},
			{Label: "Parameters", Value: "2"},
			{Label: "Output variables", Value: "1"},
			{Label: "Source files", Value: "3"},
			{Label: "Labels", Value: "Acme, Feeds"},
			{Label: "Program name", Value: "TCAB_-_7a1d"},
		},
		Identifier: "tcab - 7a1d v2",
		Components: []packfile.Component{{ID: "TCAB - 7a1d v2", Name: "Acme Threat Feed", Version: "2.10.3"}},
		Files:      1, UnpackedBytes: int64(len(appBuilderJSON(t, nil))),
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("manifest (-want +got):\n%s", diff)
	}
	stored, _, err := inspect(storedEntry(builtApp, string(appBuilderJSON(t, nil)), len(appBuilderJSON(t, nil))), "x")
	if diff := cmp.Diff(want, stored); diff != "" || err != nil {
		t.Errorf("with its sizes in front it reads differently: %v (-want +got):\n%s", err, diff)
	}
}

// A broken export is no plain archive: it gives findings with their place.
func TestInspectAppBuilderFindings(t *testing.T) {
	t.Parallel()
	whole := appBuilderJSON(t, nil)
	install2 := projectFile("install.json", strings.Replace(install, "2.10.3", "2.10.2", 1))
	tests := map[string]struct {
		data  []byte
		code  string
		path  string
		field string
		line  int
	}{
		"cut off inside the JSON": {streamedEntry(t, builtApp, whole[:len(whole)-20]), "TC-PKG-04", builtApp, "", 31},
		"empty JSON":              {streamedEntry(t, builtApp, nil), "TC-PKG-04", builtApp, "", 1},
		"not UTF-8":               {streamedEntry(t, builtApp, append([]byte("\n\xff"), whole...)), "TC-PKG-04", builtApp, "", 2},
		"nested deeply":           {streamedEntry(t, builtApp, []byte(strings.Repeat("[", 1<<20))), "TC-PKG-04", builtApp, "", 1},
		"without labels":          {appBuilder(t, map[string]any{"labels": nil}), "TC-PKG-04", builtApp, "labels", 1},
		"of another name":         {streamedEntry(t, "other.json", whole), "TC-PKG-04", "other.json", "programName", 30},
		"with a second file":      {append(appBuilder(t, nil), streamedEntry(t, "b.txt", []byte("b"))...), "TC-PKG-04", builtApp, "", 1},
		"without install.json":    {appBuilder(t, map[string]any{"files": []any{projectFile("app.py", "")}}), "TC-PKG-04", builtApp, "files", 4},
		"contents no base64":      {appBuilder(t, map[string]any{"files": []any{map[string]any{"path": "a", "contents": "é"}}}), "TC-PKG-04", builtApp, "files[0]", 4},
		"file without contents":   {appBuilder(t, map[string]any{"files": []any{map[string]any{"path": "a"}}}), "TC-PKG-04", builtApp, "files[0]", 4},
		"path out of the folder":  {appBuilder(t, map[string]any{"files": []any{projectFile("../a", "")}}), "TC-PKG-04", builtApp, "files[0]", 4},
		"two-part version":        {appBuilder(t, map[string]any{"version": "1.0"}), "TC-VER-01", builtApp, "version", 31},
		"install.json differs":    {appBuilder(t, map[string]any{"files": []any{install2}}), "TC-VER-02", "install.json", "programVersion", 3},
		"install.json is broken":  {appBuilder(t, map[string]any{"files": []any{projectFile("install.json", "{\n]")}}), "TC-JSN-01", "install.json", "", 2},
		"tcex.json is broken":     {appBuilder(t, map[string]any{"files": []any{projectFile("tcex.json", "{")}}), "TC-JSN-01", "tcex.json", "", 1},
		"tcex.json differs":       {appBuilder(t, map[string]any{"files": []any{projectFile("tcex.json", `{"package":{"app_name":"x"}}`)}}), "TC-VER-02", "tcex.json", "package", 1},
		"one-word name":           {appBuilder(t, map[string]any{"displayName": "Acme"}), "TC-NAM-01", builtApp, "displayName", 3},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, findings, err := inspect(tt.data, "x.abx")
			if err != nil {
				t.Fatal(err)
			}
			if m.Platform != "threatconnect" || m.Kind != "App Builder app" {
				t.Errorf("got platform %q, kind %q", m.Platform, m.Kind)
			}
			if !slices.ContainsFunc(findings, func(f packfile.Finding) bool {
				return f.Code == tt.code && f.Path == tt.path && f.Field == tt.field && f.Line == tt.line && f.Message != "" && f.Fix != ""
			}) {
				t.Errorf("got findings %+v, want %s in %s:%d at %q", findings, tt.code, tt.path, tt.line, tt.field)
			}
		})
	}
}

// Ten thousand faults of one kind tell no more than ten.
func TestInspectAppBuilderReportsFewFaults(t *testing.T) {
	t.Parallel()
	_, findings, err := inspect(appBuilder(t, map[string]any{"files": make([]int, 100_000)}), "x.abx")
	findings = slices.DeleteFunc(findings, func(f packfile.Finding) bool { return f.Code != "TC-PKG-04" })
	if err != nil || len(findings) != 11 {
		t.Errorf("got %d findings, %v; want ten of the files and one of the missing install.json", len(findings), err)
	}
}

// A zip without a list of entries keeps the limits of every archive, and is an App Builder export or cut off.
func TestInspectRefusesUnsafeStreams(t *testing.T) {
	t.Parallel()
	good := appBuilder(t, nil)
	var many bytes.Buffer
	for i := range 100_000 {
		many.Write(storedEntry(fmt.Sprint(i), "", 0))
	}
	wrongSum, wrongSize, wrongPacked := bytes.Clone(good), bytes.Clone(good), bytes.Clone(good)
	wrongSum[len(good)-12]++
	wrongPacked[len(good)-8]++
	wrongSize[len(good)-4]++
	ordinary := zipOf(t, file{name: "A_B_v1/install.json", content: install}, file{name: "A_B_v1/run.py", content: "pass"})
	directory := bytes.Index(ordinary, []byte("PK\x01\x02"))

	tests := map[string]struct {
		data   []byte
		reason string
	}{
		"no export":             {streamedEntry(t, "a.json", []byte("{}")), "cut off"},
		"an app that lost list": {ordinary[:directory], "cut off"},
		"half its list":         {ordinary[:directory+50], "cut off"},
		"cut off in contents":   {good[:len(good)/2], "cut off"},
		"cut off at the end":    {cutBy(good, 1), "cut off"},
		"no descriptor":         {cutBy(good, 16), "cut off"},
		"with a tail":           {append(bytes.Clone(good), 'x'), "cut off"},
		"with a long tail":      {append(bytes.Clone(good), make([]byte, 100)...), "cut off"},
		"wrong checksum":        {wrongSum, "checksum"},
		"lies about its size":   {wrongSize, "not as long as declared"},
		"lies about packed":     {wrongPacked, "not as long as declared"},
		"stored, declares more": {storedEntry(builtApp, "{}", 3), "not as long as declared"},
		"stored, declares 4 GB": {storedEntry(builtApp, "{}", 1<<32-1), "not as long as declared"},
		"stored, open end":      {localHeader("a", 0x8, zip.Store), "cut off"},
		"password":              {append(localHeader("a", 0x9, zip.Deflate), good...), "password"},
		"unknown method":        {append(localHeader("a", 0x8, 14), good...), "method"},
		"10^5 entries":          {many.Bytes(), "more than 20000 entries"},
		"bomb":                  {streamedEntry(t, builtApp, make([]byte, 17<<20)), "more than 250 times"},
		"bomb in parts":         {bytes.Join([][]byte{streamedEntry(t, "a", make([]byte, 9<<20)), streamedEntry(t, "b", make([]byte, 9<<20))}, nil), "more than 250 times"},
		"path out of folder":    {streamedEntry(t, "../a.json", []byte("{}")), "could leave the folder"},
		"NUL in a name":         {streamedEntry(t, "a\x00.json", []byte("{}")), "control character"},
		"one name twice":        {append(bytes.Clone(good), good...), "twice"},
		"folder with contents":  {streamedEntry(t, "a/", []byte("x")), "not as long as declared"},
		"too large to read":     {storedEntry(builtApp, strings.Repeat(" ", 5<<20), 5<<20), "the limit for it is 4 MiB"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, findings, err := inspect(tt.data, "x.abx")
			unreadable, ok := errors.AsType[*packfile.UnreadableError](err)
			if !ok {
				t.Fatalf("got %+v, %v; want it refused", m, err)
			}
			if !strings.Contains(unreadable.Reason, tt.reason) || unreadable.Fix == "" || findings != nil {
				t.Errorf("got %+v, %v; want it to say %q", unreadable, findings, tt.reason)
			}
		})
	}
}

func TestCorpusAppBuilder(t *testing.T) {
	t.Parallel()
	type summary struct {
		Name, DisplayName, Version string
		Facts                      []packfile.Fact
	}
	facts := func(params, outputs, features, files, labels, program string) []packfile.Fact {
		all := []packfile.Fact{
			{Label: "Runtime level", Value: "Playbook"},
			{Label: "Language", Value: "Python 3.7"},
			{Label: "Parameters", Value: params},
			{Label: "Output variables", Value: outputs},
			{Label: "Features", Value: features},
			{Label: "Source files", Value: files},
			{Label: "Labels", Value: labels},
			{Label: "Program name", Value: "TCAB_-_" + program},
		}
		return slices.DeleteFunc(all, func(f packfile.Fact) bool { return f.Value == "" })
	}
	const compliant = "appBuilderCompliant, secureParams"
	const bazaar, first, later = "58a33a83-c91a-4963-be30-154bf082c17e", "08e0e55f-8380-4ef7-ad0a-16cca5dc03a5", "b3b9d92d-d16c-48c5-9340-6e1dfb46b32f"
	want := map[string]summary{
		"abx/546814e/Abuse.ch MalwareBazaar.abx":       {"abuse.ch_malwarebazaar", "Abuse.ch MalwareBazaar", "0.1.0", facts("7", "", compliant, "9", "", bazaar)},
		"abx/0bb61dc/Abuse.ch MalwareBazaar.abx":       {"abuse.ch_malwarebazaar", "Abuse.ch MalwareBazaar", "2.0.0", facts("8", "", compliant, "9", "", bazaar)},
		"abx/546814e/Observations Tagger.abx":          {"observations_tagger", "Observations Tagger", "0.1.1", facts("2", "", compliant, "10", "", first)},
		"abx/fe38026/Observations Tagger.abx":          {"observations_tagger", "Observations Tagger", "0.1.0", facts("2", "", compliant, "10", "", later)},
		"abx/4805c66/Observations Tagger.abx":          {"observations_tagger", "Observations Tagger", "1.0.0", facts("2", "", compliant, "10", "", later)},
		"abx/e811597/DigitalOcean Droplet Actions.abx": {"digitalocean_droplet_actions", "DigitalOcean Droplet Actions", "1.0.8", facts("9", "4", compliant, "10", "DigitalOcean", "a1b94734-61eb-4858-be71-bccb9748446c")},
	}
	seen := 0
	for _, entry := range readCorpus(t, "threatconnect") {
		if !strings.HasSuffix(entry.File, ".abx") {
			continue
		}
		seen++
		m, findings := inspectFile(t, filepath.Join(corpusDir(t), "threatconnect", entry.File))
		got := summary{m.Name, m.DisplayName, m.PlatformVersion, m.Facts}
		if diff := cmp.Diff(want[entry.File], got); diff != "" || !m.HasVersion || m.Version.String() != m.PlatformVersion {
			t.Errorf("%s: version %v, (-want +got):\n%s", entry.File, m.Version, diff)
		}
		if packfile.HasErrors(packageFaults(findings)) || m.Kind != "App Builder app" || m.Files != 1 {
			t.Errorf("%s: got kind %q, %d files, findings %+v; want none", entry.File, m.Kind, m.Files, findings)
		}
	}
	if seen != len(want) {
		t.Errorf("saw %d exports, want %d", seen, len(want))
	}
}
