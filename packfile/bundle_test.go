package packfile_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/packfile"
)

// bundleOf is a zip whose files lie in it as they are, as app bundles are written.
func bundleOf(t testing.TB, files ...file) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		entry, err := w.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := entry.Write([]byte(f.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func appPackage(t testing.TB, folder, version string, more ...file) []byte {
	t.Helper()
	content := fmt.Sprintf(`{
"displayName": "Acme %s",
"programVersion": %q,
"programLanguage": "NONE", "programMain": "run", "languageVersion": "3.11", "runtimeLevel": "Organization",
"listDelimiter": "|", "features": []}`, folder[:1], version)
	return zipOf(t, append(more, file{name: folder + "/install.json", content: content}, file{name: folder + "/README.md"})...)
}

// looselyPacked is a zip whose files are packed, and hardly any smaller for it.
func looselyPacked(t testing.TB, files ...file) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	w.RegisterCompressor(zip.Deflate, func(to io.Writer) (io.WriteCloser, error) { return flate.NewWriter(to, flate.NoCompression) })
	for _, f := range files {
		entry, err := w.Create(f.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(entry, f.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestInspectBundle(t *testing.T) {
	t.Parallel()
	files := []file{
		{name: "B_v2.tcx", content: string(appPackage(t, "B_v2", "2.0.1"))},
		{name: "A_v1.tcx", content: string(appPackage(t, "A_v1", "1.0.4"))},
	}
	for name, data := range map[string][]byte{"as they are": bundleOf(t, files...), "packed again": zipOf(t, files...)} {
		m, findings, err := inspect(data, "acme-bundle.zip")
		want := packfile.Manifest{
			Platform: "threatconnect", PlatformLabel: "ThreatConnect", Kind: "app bundle",
			Facts: []packfile.Fact{{Label: "Apps", Value: "Acme A 1.0.4, Acme B 2.0.1"}},
			Components: []packfile.Component{
				{ID: "A v1", Name: "Acme A", Version: "1.0.4"}, {ID: "B v2", Name: "Acme B", Version: "2.0.1"},
			},
			Files: 2, UnpackedBytes: int64(len(files[0].content) + len(files[1].content)),
		}
		if diff := cmp.Diff(want, m); diff != "" || err != nil || len(packageFaults(findings)) > 0 {
			t.Errorf("%s: findings %+v, %v, manifest (-want +got):\n%s", name, findings, err, diff)
		}
	}
}

func TestInspectBundleFindings(t *testing.T) {
	t.Parallel()
	app := func(name, folder, version string) file {
		return file{name: name, content: string(appPackage(t, folder, version))}
	}
	good := app("A_v1.tcx", "A_v1", "1.0.4")
	tests := map[string]struct {
		files []file
		code  string
		path  string
		line  int
	}{
		"one app":             {[]file{good}, "TC-PKG-13", "A_v1.tcx", 0},
		"something else":      {[]file{good, app("B_v2.tcx", "B_v2", "2.0.1"), {name: "README.md"}}, "TC-PKG-13", "README.md", 0},
		"one app twice":       {[]file{good, app("A_v2.tcx", "A_v2", "2.0.0")}, "TC-PKG-13", "A_v2.tcx", 0},
		"a text as app":       {[]file{good, {name: "b.tcx", content: "hello"}}, "TC-PKG-13", "b.tcx", 0},
		"an empty app":        {[]file{good, {name: "b.tcx"}}, "TC-PKG-13", "b.tcx", 0},
		"an export as app":    {[]file{good, {name: "b.tcx", content: string(appBuilder(t, nil))}}, "TC-PKG-13", "b.tcx", 0},
		"another zip as app":  {[]file{good, {name: "b.tcx", content: string(zipOf(t, file{name: "x"}))}}, "TC-PKG-13", "b.tcx", 0},
		"a bundle as app":     {[]file{good, {name: "b.tcx", content: string(bundleOf(t, good))}}, "TC-PKG-13", "b.tcx", 0},
		"an app's own faults": {[]file{good, app("B_v2.tcx", "B_v2", "2.0")}, "TC-VER-01", "B_v2.tcx/B_v2/install.json", 3},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, findings, err := inspect(bundleOf(t, tt.files...), "x.zip")
			if err != nil || m.Platform != "threatconnect" || m.Kind != "app bundle" {
				t.Errorf("got platform %q, kind %q, %v", m.Platform, m.Kind, err)
			}
			if !slices.ContainsFunc(findings, func(f packfile.Finding) bool {
				return f.Code == tt.code && f.Path == tt.path && f.Line == tt.line && f.Message != "" && f.Fix != ""
			}) {
				t.Errorf("got findings %+v, want %s in %s:%d", findings, tt.code, tt.path, tt.line)
			}
		})
	}
	m, _, err := inspect(bundleOf(t, good, file{name: "README.md"}), "x.zip")
	if err != nil || m.Platform != packfile.PlatformPlain {
		t.Errorf("one app beside other files: got platform %q, %v; want a plain archive", m.Platform, err)
	}
}

// What is not safe to unpack is not made safe by a zip around it.
func TestInspectRefusesUnsafeBundles(t *testing.T) {
	t.Parallel()
	good := file{name: "A_v1.tcx", content: string(appPackage(t, "A_v1", "1.0.4"))}
	many := make([]file, 101)
	for i := range many {
		many[i] = file{name: fmt.Sprintf("%d.tcx", i), content: good.content}
	}
	app := func(content []byte) []byte { return bundleOf(t, good, file{name: "b.tcx", content: string(content)}) }
	tests := map[string]struct {
		data   []byte
		reason string
	}{
		"cut off":       {app([]byte(good.content[:len(good.content)-30])), `In "b.tcx": The archive is damaged`},
		"zip slip":      {app(appPackage(t, "B_v1", "1.0.0", file{name: "../x"})), "could leave the folder"},
		"bomb":          {app(appPackage(t, "B_v1", "1.0.0", file{name: "B_v1/x", content: string(make([]byte, 17<<20))})), "more than 250 times"},
		"10^5 entries":  {app(zipOf(t, manyFiles(100_000)...)), "more than 20000 entries"},
		"too many apps": {bundleOf(t, many...), "101 apps; the limit is 100"},
		"packed, large": {looselyPacked(t, good, file{name: "b.tcx", content: string(make([]byte, 33<<20))}), "the limit for it is 32 MiB"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, _, err := inspect(tt.data, "x.zip")
			unreadable, ok := errors.AsType[*packfile.UnreadableError](err)
			if !ok || !strings.Contains(unreadable.Reason, tt.reason) || unreadable.Fix == "" {
				t.Errorf("got %+v, %v; want it refused: %q", m, err, tt.reason)
			}
		})
	}
}
