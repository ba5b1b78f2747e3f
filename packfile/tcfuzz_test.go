package packfile_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"packtide/packfile"
)

// FuzzThreatConnect takes the bytes as each file of ThreatConnect's packages that is parsed, and as a name.
func FuzzThreatConnect(f *testing.F) {
	f.Add([]byte(tcInstall()))
	f.Add([]byte(install))
	f.Add([]byte(tcJob))
	f.Add([]byte(playbook))
	f.Add([]byte(component))
	f.Add(tcStepWith("api_key", `"hunter2"`))
	f.Add([]byte(`{"package": {"app_name": "Acme Feed", "app_version": "v2.0", "excludes": []}}`))
	f.Add([]byte(`{"inputs": [{"title": "Acme", "sequence": 1, "parameters": [{"name": "a", "display": "a == 'b'"}]}]}`))
	f.Add(appBuilderJSON(f, nil))
	f.Add([]byte("Acme_Feed_v2.1_v2.1"))
	f.Add([]byte("\xef\xbb\xbf{\"a\": 1,\r\n}"))
	f.Add(tcApp(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		text := string(data)
		checkInspected(t, data)
		for _, name := range []string{"install.json", "layout.json", "tcex.json", "acme_job.json"} {
			checkInspected(t, tcApp(t, file{name: name, content: text}))
		}
		checkInspected(t, tcApp(t, file{name: "layout.json", content: text}, file{name: "install.json", content: text}))
		checkInspected(t, appBuilder(t, map[string]any{"files": []any{
			projectFile("install.json", text), projectFile("tcex.json", text), projectFile("layout.json", text),
		}}))
		checkInspected(t, zipOf(t, file{name: "playbook.pbx", content: text}, file{name: "session.json", content: text}))
		fuzzTCNames(t, text)
	})
}

// fuzzTCNames takes the text as every name of an app and as the name of the file.
func fuzzTCNames(t *testing.T, text string) {
	t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	named := file{name: "install.json", content: tcInstall(`"Acme Feed"`, string(quoted), `"run"`, string(quoted), `"acme_job.json"`, string(quoted))}
	if folder := strings.ReplaceAll(text, "/", ""); folder != "" && !strings.Contains(folder, "\\") && len(folder) < 100 {
		checkInspected(t, tcAppIn(t, folder, named))
	}
	data := tcApp(t, named)
	settings := map[string]string{"threatconnect.company": text, "threatconnect.delivery": "inside", "threatconnect.pull-request": text}
	for _, ending := range []string{".tcx", ".abx", ".pbx"} {
		p, err := packfile.Inspect(bytes.NewReader(data), int64(len(data)), text+ending, packfile.Options{Settings: settings})
		if err != nil {
			continue
		}
		for _, found := range p.Findings {
			if whole := found.Path + found.Message + found.Fix; !utf8.ValidString(whole) || strings.Contains(whole, "\x00") {
				t.Errorf("a database can't hold %q", whole)
			}
		}
	}
}
