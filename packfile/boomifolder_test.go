package packfile_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/packfile"
)

// componentXML is a Boomi component; n makes its id, and object is what it holds.
func componentXML(n int, kind, name, object string) string {
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<bns:Component xmlns:bns="http://api.platform.boomi.com/" componentId=%q version="7" name=%q type=%q folderFullPath="Acme/Orders">
<bns:encryptedValues/>
<bns:description>Keeps &amp; sends.</bns:description>
<bns:object>%s</bns:object>
</bns:Component>
`, boomiID(n), name, kind, object)
}

func boomiID(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

func processXML(n int, name string, calls ...int) string {
	steps := `<shape shapetype="start"/>`
	for _, call := range calls {
		steps += fmt.Sprintf(`<shape shapetype="processcall"><processcall processId=%q/></shape>`, boomiID(call))
	}
	return componentXML(n, "process", name, `<process xmlns=""><shapes>`+steps+`</shapes></process>`)
}

func TestInspectBoomi(t *testing.T) {
	t.Parallel()
	files := []file{
		{name: "orders/a_helper.xml", content: processXML(2, "Acme Orders Helper")},
		{name: "orders/process.xml", content: processXML(1, "Acme Orders Sync", 2, 3)},
		{name: "orders/z.xml", content: componentXML(3, "connector-settings", "Acme Connection", "<x>"+boomiID(3)+"</x>")},
		{name: "orders/manifest.json", content: "{}"},
		{name: "__MACOSX/._process.xml", content: "x"},
	}
	var size int
	for _, f := range files {
		size += len(f.content)
	}
	want := packfile.Manifest{
		Platform: "boomi", PlatformLabel: "Boomi", Kind: "process",
		Name: "acme_orders_sync", DisplayName: "Acme Orders Sync", Description: "Keeps & sends.",
		Facts: []packfile.Fact{
			{Label: "Component", Value: boomiID(1)},
			{Label: "Component version", Value: "7"},
			{Label: "Folder", Value: "Acme/Orders"},
			{Label: "Steps", Value: "3"},
			{Label: "Components", Value: "1 × connection, 2 × process"},
		},
		Files: 5, UnpackedBytes: int64(size),
	}
	m, findings, err := inspect(zipOf(t, files...), "whatever.bin")
	if diff := cmp.Diff(want, m); diff != "" || err != nil || len(findings) > 0 {
		t.Errorf("findings %+v, %v, manifest (-want +got):\n%s", findings, err, diff)
	}

	one, findings, err := inspect([]byte(componentXML(1, "webservice", "Acme API", `<webservice xmlns=""><route/><route/></webservice>`)), "x")
	facts := []packfile.Fact{want.Facts[0], want.Facts[1], want.Facts[2], {Label: "Routes", Value: "2"}}
	if diff := cmp.Diff(facts, one.Facts); diff != "" || err != nil || len(findings) > 0 || one.Kind != "API service" || one.Name != "acme_api" {
		t.Errorf("kind %q, name %q, findings %+v, %v, facts (-want +got):\n%s", one.Kind, one.Name, findings, err, diff)
	}
	if m.HasVersion || one.HasVersion { // R1
		t.Error("a component's version was taken for the package's")
	}
}

// A broken component is no plain file: it gives findings with their place.
func TestInspectBoomiFindings(t *testing.T) {
	t.Parallel()
	whole := processXML(1, "Acme Orders Sync")
	change := func(from, to string) []byte { return []byte(strings.Replace(whole, from, to, 1)) }
	var utf16 []byte
	for _, b := range []byte(whole) {
		utf16 = append(utf16, 0, b)
	}
	second := file{name: "b.xml", content: processXML(2, "Acme Other")}
	deep := strings.Repeat("<a>", 300) + strings.Repeat("</a>", 300)
	type place struct {
		Code, Path, Field string
		Line              int
	}
	tests := map[string]struct {
		data []byte
		want place
	}{
		"cut off":          {[]byte(whole[:len(whole)-20]), place{"B-XML", "x.xml", "", 5}},
		"wrong end":        {change("</bns:description>", "</description>"), place{"B-XML", "x.xml", "", 4}},
		"document type":    {change("<bns:Component", "<!DOCTYPE x [<!ENTITY e \"boo\">]>\n<bns:Component"), place{"B-XML", "x.xml", "", 2}},
		"document type in": {change("<bns:object>", "<bns:object>\n<!DOCTYPE x>"), place{"B-XML", "x.xml", "", 6}},
		"entity":           {change("&amp;", "&e;"), place{"B-XML", "x.xml", "", 4}},
		"deep nesting":     {change("<bns:object>", "<bns:object>\n"+deep), place{"B-XML", "x.xml", "", 6}},
		"text behind":      {[]byte(whole + "more"), place{"B-XML", "x.xml", "", 6}},
		"second root":      {[]byte(whole + "<x/>"), place{"B-XML", "x.xml", "", 7}},
		"UTF-16":           {append([]byte{0xfe, 0xff}, utf16...), place{"B-XML", "x.xml", "", 1}},
		"other encoding":   {change("UTF-8", "ISO-8859-1"), place{"B-XML", "x.xml", "", 1}},
		"not UTF-8":        {change("Keeps", "Keeps \xff"), place{"B-XML", "x.xml", "", 4}},
		"without id":       {change("componentId", "id"), place{"B-COMPONENT", "x.xml", "componentId", 0}},
		"without name":     {change("Acme Orders Sync", " "), place{"B-COMPONENT", "x.xml", "name", 0}},
		"no process":       {[]byte(componentXML(1, "profile.xml", "Acme Profile", "")), place{"B-PRIMARY", "x.xml", "", 0}},
		"process route":    {change(`"start"`, `"processroute"`), place{"B-TYPE", "x.xml", "shape", 0}},
		"two processes":    {zipOf(t, file{name: "a.xml", content: whole}, second), place{"B-PRIMARY", "", "", 0}},
		"circle": {
			zipOf(t, file{name: "a.xml", content: processXML(1, "A", 2)}, file{name: "b.xml", content: processXML(2, "B", 1)}),
			place{"B-PRIMARY", "", "", 0},
		},
		"one twice": {zipOf(t, file{name: "a.xml", content: whole}, file{name: "b.xml", content: whole}), place{"B-TWICE", "b.xml", "componentId", 0}},
		"certificate": {
			zipOf(t, file{name: "a.xml", content: processXML(1, "A", 2)}, file{name: "b.xml", content: componentXML(2, "certificate", "C", "")}),
			place{"B-TYPE", "b.xml", "type", 0},
		},
		"one is broken": {zipOf(t, file{name: "a.xml", content: whole[:len(whole)-5]}, second), place{"B-XML", "a.xml", "", 6}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, findings, err := inspect(tt.data, "x.xml")
			if err != nil || m.Platform != "boomi" {
				t.Errorf("got platform %q, %v", m.Platform, err)
			}
			var got []place
			for _, f := range findings {
				got = append(got, place{f.Code, f.Path, f.Field, f.Line})
				if f.Message == "" || f.Fix == "" || f.Severity != packfile.SeverityError {
					t.Errorf("a finding without message or fix, or no error: %+v", f)
				}
			}
			if !slices.Contains(got, tt.want) {
				t.Errorf("got findings %+v, want %+v", findings, tt.want)
			}
		})
	}
}

func TestInspectBoomiLimits(t *testing.T) {
	t.Parallel()
	whole := processXML(1, "Acme Orders Sync")
	var many, large []file
	for i := range 6 {
		large = append(large, file{name: fmt.Sprintf("%d.xml", i), content: processXML(i, "A") + strings.Repeat("\n ", 3<<19)})
	}
	for i := range 10_000 {
		many = append(many, file{name: fmt.Sprintf("%d.xml", i), content: strings.Replace(whole, "componentId", "id", 1)})
	}
	for name, tt := range map[string]struct {
		data   []byte
		reason string
	}{
		"large file":      {[]byte(whole + strings.Repeat(" ", 4<<20)), "the limit for it is 4 MiB"},
		"large together":  {bundleOf(t, large...), "the limit is 16 MiB"},
		"large component": {bundleOf(t, file{name: "a.xml", content: whole}, file{name: "b.xml", content: whole + strings.Repeat(" ", 4<<20)}), "the limit for it is 4 MiB"},
	} {
		_, _, err := inspect(tt.data, "x.xml")
		if unreadable, ok := errors.AsType[*packfile.UnreadableError](err); !ok || !strings.Contains(unreadable.Reason, tt.reason) {
			t.Errorf("%s: got %v, want it refused: %q", name, err, tt.reason)
		}
	}
	m, findings, err := inspect(bundleOf(t, many...), "x.zip")
	if err != nil || m.Platform != "boomi" || len(findings) > 60 {
		t.Errorf("got platform %q, %d findings, %v", m.Platform, len(findings), err)
	}
}

// What only speaks of Boomi, or holds a component among other things, is plain.
func TestInspectNoBoomi(t *testing.T) {
	t.Parallel()
	whole := processXML(1, "Acme Orders Sync")
	other := file{name: "b.xml", content: "<project/>"}
	for name, data := range map[string][]byte{
		"other XML":           []byte(`<project xmlns="http://maven.apache.org/POM/4.0.0"/>`),
		"a list of results":   []byte(`<r xmlns:bns="http://api.platform.boomi.com/"><bns:Component/></r>`),
		"text about it":       []byte("see " + whole),
		"large XML":           []byte("<a>" + strings.Repeat(" ", 5<<20) + "</a>"),
		"zip of other XML":    zipOf(t, other),
		"zip of broken XML":   zipOf(t, file{name: "a.xml", content: "<a"}),
		"one among many":      zipOf(t, file{name: "a.xml", content: whole}, other, file{name: "c.xml", content: "<project/>"}),
		"zip of large XML":    bundleOf(t, file{name: "a.xml", content: strings.Repeat(" ", 5<<20)}),
		"zip without any XML": zipOf(t, file{name: "a.txt", content: whole}),
	} {
		m, findings, err := inspect(data, "x.xml")
		if err != nil || m.Platform != packfile.PlatformPlain || len(findings) > 0 {
			t.Errorf("%s: got platform %q, %+v, %v; want it plain", name, m.Platform, findings, err)
		}
	}
}

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
