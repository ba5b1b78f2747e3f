package packfile_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"packtide/packfile"
)

func FuzzInspect(f *testing.F) {
	f.Add([]byte("hello"))
	f.Add(zipOf(f, file{name: "A_B_v1/install.json", content: install}))
	full := zipOf(f, secops(file{name: "acme_guard/definition.yaml", content: definition},
		file{name: "acme_guard/pyproject.toml", content: project}, file{name: "acme_guard/release_notes.yaml", content: notes})...)
	f.Add(full)
	f.Add(streamedEntry(f, "a.json", []byte("{}")))
	f.Add(appBuilder(f, nil))
	f.Add([]byte(playbook))
	f.Add([]byte(component))
	f.Add([]byte(processXML(1, "Acme Orders Sync", 2)))
	f.Add(zipOf(f, file{name: "playbook.pbx", content: playbook}))
	f.Add(bundleOf(f, file{name: "A_B_v1.tcx", content: string(appPackage(f, "A_B_v1", "1.0.0"))}, file{name: "c.tcx"}))
	f.Add(append(appBuilder(f, nil), streamedEntry(f, "b/", nil)...))
	f.Add(gzipped(f, []byte("hello")))
	f.Add([]byte(`{"displayName": "A\u0000 B", "note": "\u0000"}`))
	f.Add([]byte("name: \"A\\0 B\""))
	f.Fuzz(func(t *testing.T, data []byte) {
		checkInspected(t, data)
		// The bytes as each of the files that are parsed.
		text := string(data)
		checkInspected(t, zipOf(t, file{name: "A_B_v1/install.json", content: text}))
		checkInspected(t, zipOf(t, secops(file{name: "acme_guard/definition.yaml", content: text},
			file{name: "acme_guard/pyproject.toml", content: text}, file{name: "acme_guard/release_notes.yaml", content: text})...))
		checkInspected(t, streamedEntry(t, "TCAB_-_x.json", data))
		checkInspected(t, zipOf(t, file{name: "playbook.pbx", content: text}))
		fuzzBoomi(t, text)
		checkInspected(t, bundleOf(t, file{name: "a.tcx", content: text}, file{name: "b.tcx", content: text}))
		checkInspected(t, appBuilder(t, map[string]any{"files": []any{projectFile("install.json", text), projectFile("tcex.json", text)}}))
	})
}

// checkInspected checks what holds for every file whatever.
func checkInspected(t *testing.T, data []byte) {
	t.Helper()
	m, findings, err := inspect(data, "x.zip")
	if _, ok := errors.AsType[*packfile.UnreadableError](err); err != nil && !ok {
		t.Fatalf("a file's fault is no UnreadableError: %v", err)
	}
	if err == nil && (m.Platform == "" || m.PlatformLabel == "" || m.Kind == "") {
		t.Errorf("got %+v, want platform and kind", m)
	}
	if !m.HasVersion && m.Version != (packfile.Version{}) {
		t.Errorf("got version %v without HasVersion", m.Version)
	}
	texts := []string{m.Name, m.DisplayName, m.Description, m.PlatformVersion, m.NotesFor(m.Version)}
	for _, f := range findings {
		texts = append(texts, f.Path, f.Message, f.Fix)
		if f.Code == "" || f.Line < 0 || f.Column < 0 {
			t.Errorf("got finding %+v", f)
		}
	}
	for _, text := range texts {
		if !utf8.ValidString(text) || strings.Contains(text, "\x00") {
			t.Errorf("a database can't hold %q", text)
		}
	}
}

// fuzzBoomi takes the text as one component of two, and as what a component says.
func fuzzBoomi(t *testing.T, text string) {
	t.Helper()
	good := file{name: "a.xml", content: processXML(1, "Acme Orders Sync")}
	checkInspected(t, zipOf(t, good, file{name: "b.xml", content: text}))
	checkInspected(t, bytes.Replace([]byte(good.content), []byte("Keeps &amp; sends."), []byte(text), 1))
}
