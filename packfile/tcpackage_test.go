package packfile_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"packtide/packfile"
)

// only returns the findings with a code.
func only(findings []packfile.Finding, code string) []packfile.Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f packfile.Finding) bool { return f.Code != code })
}

// A name that promises a ThreatConnect package is held to it, whatever the file is.
func TestInspectThreatConnectEnding(t *testing.T) {
	t.Parallel()
	zipped := zipOf(t, file{name: "playbook.pbx", content: playbook})
	space := tcApp(t, file{name: "install.json", content: tcInstall("Organization", "SpaceOrganization")})
	tests := map[string]struct {
		data     []byte
		severity packfile.Severity // "" for no finding
		says     string
	}{
		"a.tcx":      {tcApp(t), "", ""},
		"b.TCX":      {tcApp(t), "", ""},
		"c.abx":      {appBuilder(t, nil), "", ""},
		"d.pbx":      {[]byte(playbook), "", ""},
		"e.pbxz":     {zipped, packfile.SeverityInfo, ".pbxz"},
		"f.zip":      {space, "", ""},
		"g.zip":      {tcApp(t), packfile.SeverityWarning, "“.tcx”"},
		"h":          {[]byte(playbook), packfile.SeverityWarning, "“.pbx”"},
		"i.abx":      {tcApp(t), packfile.SeverityError, "an app package (.tcx)"},
		"j.tcx":      {appBuilder(t, nil), packfile.SeverityError, "an App Builder export (.abx)"},
		"k.pbx":      {zipped, packfile.SeverityError, "a zipped playbook export (.pbxz)"},
		"l.pbxz":     {[]byte(playbook), packfile.SeverityError, "a playbook export (.pbx)"},
		"bundle.tcx": {bundleOf(t, file{name: "a.tcx", content: string(tcApp(t))}, file{name: "b.tcx", content: string(tcApp(t))}), packfile.SeverityError, "an app bundle (.zip)"},

		"plain.tcx":    {zipOf(t, file{name: "a/x"}, file{name: "b"}, file{name: "c"}, file{name: "d"}), packfile.SeverityError, "an ordinary ZIP archive with “a/”, “b”, “c” and 1 more at its top"},
		"empty.tcx":    {zipOf(t), packfile.SeverityError, "an ordinary ZIP archive with nothing in it"},
		"tar.tcx":      {gzipped(t, tarOf(t)), packfile.SeverityError, "looks like"},
		"json.pbx":     {[]byte(`{"name": "x"}`), packfile.SeverityError, "a JSON text"},
		"unzipped.abx": {appBuilderJSON(t, nil), packfile.SeverityError, "unpacked App Builder export"},
		"page.tcx":     {[]byte("<!DOCTYPE html><title>Sign in</title>"), packfile.SeverityError, "a web page"},
		"picture.pbxz": {[]byte("\x89PNG\r\n\x1a\n"), packfile.SeverityError, "a picture"},
		"text.pbx":     {[]byte("hello, wörld"), packfile.SeverityError, "a text"},
		"cut.pbx":      {[]byte(strings.Repeat("ö", 40_000)), packfile.SeverityError, "a text"}, // the last one of the head in halves
		"binary.abx":   {[]byte{1, 0, 2, 0xff}, packfile.SeverityError, "of no kind that is known"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, findings, err := inspect(tt.data, name)
			if err != nil || m.Platform != "threatconnect" || m.Kind == "" {
				t.Fatalf("got platform %q, kind %q, %v", m.Platform, m.Kind, err)
			}
			got := only(findings, "TC-PKG-01")
			if tt.severity == "" {
				if len(got) > 0 {
					t.Errorf("got %+v, want none", got)
				}
				return
			}
			if len(got) != 1 || got[0].Severity != tt.severity || !strings.Contains(got[0].Message, tt.says) {
				t.Errorf("got %+v, want one %s that says %q", got, tt.severity, tt.says)
			}
		})
	}
}

// What another platform knows by its contents is that platform's, whatever its name promises.
func TestInspectThreatConnectEndingOfOthers(t *testing.T) {
	t.Parallel()
	full := zipOf(t, secops(file{name: "acme_guard/definition.yaml", content: definition},
		file{name: "acme_guard/pyproject.toml", content: project}, file{name: "acme_guard/release_notes.yaml", content: notes})...)
	for _, data := range [][]byte{full, []byte(processXML(1, "Acme Orders Sync"))} {
		m, _, err := inspect(data, "x.tcx")
		if err != nil || m.Platform == "threatconnect" || m.Platform == packfile.PlatformPlain {
			t.Errorf("got platform %q, %v", m.Platform, err)
		}
	}
}

// An App Builder export that an archive program has packed again is one still.
func TestInspectAppBuilderPackedAgain(t *testing.T) {
	t.Parallel()
	again := zipOf(t, file{name: builtApp, content: string(appBuilderJSON(t, nil))}, file{name: "__MACOSX/._" + builtApp})
	m, findings, err := inspect(again, "x.abx")
	if err != nil || m.Kind != "App Builder app" || m.PlatformVersion != "2.10.3" {
		t.Fatalf("got %+v, %v", m, err)
	}
	if got := only(findings, "TC-PKG-01"); len(got) != 1 || got[0].Severity != packfile.SeverityWarning {
		t.Errorf("got %+v, want a warning", got)
	}
	other := zipOf(t, file{name: builtApp, content: string(appBuilderJSON(t, nil))}, file{name: "b.txt"})
	if m, _, err := inspect(other, "x.zip"); err != nil || m.Platform != packfile.PlatformPlain {
		t.Errorf("beside another file: got %q, %v; want a plain archive", m.Platform, err)
	}
}

func TestInspectThreatConnectFolder(t *testing.T) {
	t.Parallel()
	const in = "Acme_Feed_v2/"
	type place struct {
		code, severity, path string
		line                 int
		says                 string
	}
	job := func(text string) file { return file{name: "acme_job.json", content: text} }
	inst := func(change ...string) file { return file{name: "install.json", content: tcInstall(change...)} }
	tcex := func(text string) file { return file{name: "tcex.json", content: text} }
	gone := func(name string) file { return file{name: name, content: tcGone} }
	const feed, name, fine, warns = `{"sourceName": "Acme", "jobFile": "acme_job.json", "attributesFile": "acme.csv"}`, `"Acme Feed"`, "", "warning"
	tests := map[string]struct {
		files []file
		want  place
	}{
		"main in a package":       {[]file{gone("run.py"), {name: "run/__main__.py"}}, place{"TC-PKG-07", fine, "", 0, ""}},
		"main with its ending":    {[]file{inst(`"run"`, `"run.py"`)}, place{"TC-PKG-07", fine, "", 0, ""}},
		"main in Java":            {[]file{inst("PYTHON", "JAVA", `"run"`, `"com.acme.Feed"`)}, place{"TC-PKG-07", fine, "", 0, ""}},
		"main below":              {[]file{gone("run.py"), {name: "src/run.py"}}, place{"TC-PKG-07", "error", in + "install.json", 5, "“run”"}},
		"main of a playbook":      {[]file{inst("PYTHON", "Playbook", `"run"`, `"x.pbx"`)}, place{"TC-PKG-07", "error", in + "install.json", 5, "“x.pbx”"}},
		"job file gone":           {[]file{gone("acme_job.json")}, place{"TC-PKG-08", "error", in + "install.json", 8, "acme_job.json"}},
		"no job file":             {[]file{inst(feed, "{}")}, place{"TC-PKG-08", "error", in + "install.json", 8, "names no job"}},
		"attributes as a table":   {[]file{inst("acme.csv", "acme.xls"), {name: "acme.xls"}}, place{"TC-PKG-08", "error", in + "install.json", 8, ".csv or .json"}},
		"job without a version":   {[]file{job(`{"programName": "Acme Feed v2"}`)}, place{"TC-VER-05", "error", in + "acme_job.json", 1, "has no programVersion"}},
		"job of another app":      {[]file{job("{\"programVersion\": \"2.1.0\",\n\"programName\": \"Acme Feed v1\"}")}, place{"TC-VER-05", "error", in + "acme_job.json", 2, "“Acme Feed v2”"}},
		"job is no JSON":          {[]file{job("{")}, place{"TC-JSN-01", "error", in + "acme_job.json", 1, ""}},
		"JSON list":               {[]file{{name: "x.json", content: "[1]"}}, place{"TC-JSN-01", fine, "", 0, ""}},
		"JSON below":              {[]file{{name: "data/x.json", content: "{"}}, place{"TC-JSN-01", fine, "", 0, ""}},
		"JSON with a comma":       {[]file{{name: "x.json", content: "{\n  \"a\": 1,\n}"}}, place{"TC-JSN-01", "error", in + "x.json", 3, ""}},
		"JSON in UTF-16":          {[]file{{name: "x.json", content: "\xff\xfe{\x00}\x00"}}, place{"TC-JSN-01", "error", in + "x.json", 1, "UTF-16"}},
		"JSON with BOM":           {[]file{{name: "x.json", content: "\xef\xbb\xbf{}"}}, place{"TC-JSN-01", warns, in + "x.json", 1, "byte order mark"}},
		"install.json with CRLF":  {[]file{inst("\n", "\r\n")}, place{"TC-JSN-01", warns, in + "install.json", 1, "line ends of Windows"}},
		"large JSON":              {[]file{{name: "x.json", content: `"` + strings.Repeat("x1", 3<<20) + `"`}}, place{"TC-JSN-01", "info", in + "x.json", 0, "4 MiB each"}},
		"app_version fits":        {[]file{tcex("{\"package\": {\n\"app_version\": \"v2\"}}")}, place{"TC-VER-03", fine, "", 0, ""}},
		"app_version left out":    {[]file{tcex(`{"package": {"app_version": null}}`)}, place{"TC-VER-03", fine, "", 0, ""}},
		"app_version of old":      {[]file{tcex("{\"package\": {\n\"app_version\": \"v2.0\"}}")}, place{"TC-VER-03", warns, in + "tcex.json", 2, "“v2.0”"}},
		"app_version whole":       {[]file{tcex(`{"package": {"app_version": "2.1.0"}}`)}, place{"TC-VER-03", warns, in + "tcex.json", 1, "“2.1.0”"}},
		"app_version differs":     {[]file{tcex(`{"package": {"app_version": "v1"}}`)}, place{"TC-VER-03", "error", in + "tcex.json", 1, "“v2”"}},
		"app_version is a word":   {[]file{tcex(`{"package": {"app_version": "new"}}`)}, place{"TC-VER-03", "error", in + "tcex.json", 1, "“new”"}},
		"app_name with a space":   {[]file{tcex(`{"package": {"app_name": "Acme Feed"}}`)}, place{"TC-NAM-05", "error", in + "tcex.json", 1, "holds a space"}},
		"README in small letters": {[]file{gone("README.md"), {name: "readme.md"}}, place{"TC-PKG-09", fine, "", 0, ""}},
		"no README":               {[]file{gone("README.md")}, place{"TC-PKG-09", warns, in + "README.md", 0, ""}},
		"compiled files":          {[]file{{name: "a/b.pyc"}, {name: "lib_3.6/c/d.pyc"}}, place{"TC-PKG-10", warns, in + "a/b.pyc", 0, "2 files"}},
		"tests of a library":      {[]file{{name: "lib_3.6/acme/tests/a.py"}, {name: "deps/acme/tests/a.py"}}, place{"TC-PKG-10", fine, "", 0, ""}},
		"tests beside libraries":  {[]file{{name: "lib_3.6/tests/a.py"}, {name: "lib_3.6/tests/b/c.py"}}, place{"TC-PKG-10", warns, in + "lib_3.6/tests", 0, "2 files"}},
		"unsaved file":            {[]file{{name: "a/.run.py.swp"}}, place{"TC-PKG-10", warns, in + "a/.run.py.swp", 0, "1 file)"}},
		"one computer's settings": {[]file{{name: "local-acme/x"}}, place{"TC-PKG-10", warns, in + "local-acme", 0, "local-"}},
		"file manager's":          {[]file{{name: "a/.DS_Store"}}, place{"TC-PKG-02", warns, in + "a/.DS_Store", 0, ""}},
		"libraries only":          {[]file{gone("run.py"), {name: "deps/a.py"}}, place{"TC-PKG-11", fine, "", 0, ""}},
		"source":                  {[]file{{name: "app.py"}}, place{"TC-PKG-11", "info", in + "app.py", 0, "2 files"}},
		"no display name":         {[]file{inst(`  "displayName": "Acme Feed",`, "")}, place{"TC-NAM-04", warns, in + "install.json", 1, "no displayName"}},
		"third party without it":  {[]file{inst(name, `""`, "Organization", "ThirdParty")}, place{"TC-NAM-04", "error", in + "install.json", 2, ""}},
		"space after the name":    {[]file{inst(name, `"Acme Feed "`)}, place{"TC-NAM-04", warns, in + "install.json", 2, "ends with a space"}},
		"long display name":       {[]file{inst(name, `"Acme `+strings.Repeat("x", 96)+`"`)}, place{"TC-NAM-04", warns, in + "install.json", 2, "101 characters"}},
		"display name of 100":     {[]file{inst(name, `"Acme `+strings.Repeat("ö", 95)+`"`)}, place{"TC-NAM-04", fine, "", 0, ""}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, findings, err := inspect(tcApp(t, tt.files...), "Acme_Feed_v2.tcx")
			if err != nil {
				t.Fatal(err)
			}
			got := only(findings, tt.want.code)
			if tt.want.severity == fine {
				if len(got) > 0 {
					t.Errorf("got %+v, want none", got)
				}
				return
			}
			if !slices.ContainsFunc(got, func(f packfile.Finding) bool {
				return f.Severity == tt.want.severity && f.Path == tt.want.path && f.Line == tt.want.line && strings.Contains(f.Message, tt.want.says)
			}) {
				t.Errorf("got %+v, want %+v", findings, tt.want)
			}
		})
	}
}

// Very many JSON files are read up to a bound, and it is told.
func TestInspectThreatConnectManyJSON(t *testing.T) {
	t.Parallel()
	var more []file
	for i := range 300 {
		more = append(more, file{name: strings.Repeat("x", i+1) + ".json", content: "{}"})
	}
	_, findings, err := inspect(tcApp(t, more...), "Acme_Feed_v2.tcx")
	got := only(findings, "TC-JSN-01")
	if err != nil || len(got) != 1 || !strings.Contains(got[0].Message, "102 files are not checked: JSON files at the top are read up to a number of 200") {
		t.Errorf("got %+v, %v", got, err)
	}
}

// An app whose folder lies too deep is recognised only where install.json shows plainly that it is one.
func TestInspectThreatConnectDeep(t *testing.T) {
	t.Parallel()
	data := zipOf(t, file{name: "a/b/Acme_Feed_v2/install.json", content: tcInstall()})
	m, findings, err := inspect(data, "Acme_Feed_v2.tcx")
	if err != nil || m.Name != "acme_feed" || m.Version.String() != "2.1.0" {
		t.Errorf("got %+v, %v", m, err)
	}
	if got := only(findings, "TC-PKG-03"); len(got) != 1 || got[0].Path != "a/b/Acme_Feed_v2/install.json" || len(only(findings, "TC-PKG-06")) > 0 {
		t.Errorf("got %+v", findings)
	}
	two := zipOf(t, file{name: "a/b/install.json", content: tcInstall()}, file{name: "a/c/install.json", content: tcInstall()})
	if m, _, err := inspect(two, "x.zip"); err != nil || m.Platform != packfile.PlatformPlain {
		t.Errorf("two apps below a folder: got %q, %v; want a plain archive", m.Platform, err)
	}
}

// What lies unpacked has no file name; a source with tcex.json is named, and rid of leftovers, by the packager.
func TestInspectThreatConnectUnpacked(t *testing.T) {
	t.Parallel()
	app := fstest.MapFS{
		"install.json": {Data: []byte(tcInstall())}, "run.py": {}, "acme_job.json": {Data: []byte(tcJob)}, "acme.csv": {},
		"tests/a.py": {}, "README.md": {},
	}
	found := func(name string) []string {
		p, ok, err := packfile.InspectFolder(app, name, packfile.Options{})
		if err != nil || !ok {
			t.Fatalf("%s: %v, %v", name, ok, err)
		}
		return codesOf(packageFaults(p.Findings))
	}
	if got, want := found("Acme_Feed_v2.1"), []string{"TC-NAM-07", "TC-PKG-10", "TC-VER-05"}; !slices.Equal(got, want) {
		t.Errorf("unpacked: got %v, want %v", got, want)
	}
	app["tcex.json"] = &fstest.MapFile{Data: []byte(`{"package": {"app_name": "Acme_Feed", "excludes": []}}`)}
	if got, want := found("feeds_of_acme"), []string(nil); !slices.Equal(got, want) {
		t.Errorf("source: got %v, want %v", got, want)
	}
}
