package packfile_test

import (
	"errors"
	"fmt"
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

// declaring puts extensible settings, the children of Overrides, into a component.
func declaring(component, overrides string) string {
	return strings.Replace(component, "</bns:object>", `</bns:object>
<bns:processOverrides>
<Overrides xmlns="">`+overrides+`</Overrides>
</bns:processOverrides>`, 1)
}

// connectionFields declares fields of a connection: "url" is extensible, "-url" is not.
func connectionFields(n int, fields ...string) string {
	text := fmt.Sprintf("<Connections><ConnectionOverride id=%q>", boomiID(n))
	for _, f := range fields {
		id, fixed := strings.CutPrefix(f, "-")
		text += fmt.Sprintf("\n<field id=%q label=%q overrideable=\"%t\"/>", id, "The "+id, !fixed)
	}
	return text + "</ConnectionOverride></Connections>"
}

func apiOf(base string, routes ...string) string {
	return fmt.Sprintf(`<webservice xmlns="" urlPath=%q><restApi>%s</restApi></webservice>`, base, strings.Join(routes, "\n"))
}

func route(process int, method, path string) string {
	return fmt.Sprintf(`<route processId=%q><overrides httpMethod=%q urlPath=%q objectName=""/></route>`, boomiID(process), method, path)
}

// orders is a package of a process and its connection.
func orders(t testing.TB, overrides string, more ...file) []byte {
	t.Helper()
	return zipOf(t, append([]file{
		{name: "orders/process.xml", content: declaring(processXML(1, "Acme Orders Sync", 3), overrides)},
		{name: "orders/connection.xml", content: componentXML(3, "connector-settings", "Acme Connection", "")},
	}, more...)...)
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
		Countable: true, Identifier: boomiID(1),
		Components: []packfile.Component{
			{ID: boomiID(1), Name: "Acme Orders Sync", Version: "7", Kind: "process"},
			{ID: boomiID(2), Name: "Acme Orders Helper", Version: "7", Kind: "process"},
			{ID: boomiID(3), Name: "Acme Connection", Version: "7", Kind: "connector-settings"},
		},
		Files: 5, UnpackedBytes: int64(size),
	}
	m, findings, err := inspect(zipOf(t, files...), "whatever.bin")
	if diff := cmp.Diff(want, m); diff != "" || err != nil || len(findings) > 0 {
		t.Errorf("findings %+v, %v, manifest (-want +got):\n%s", findings, err, diff)
	}

	one, findings, err := inspect([]byte(componentXML(1, "webservice", "Acme API", apiOf("v1", route(7, "POST", "orders"), route(8, "GET", "")))), "x")
	facts := []packfile.Fact{want.Facts[0], want.Facts[1], want.Facts[2], {Label: "Routes", Value: "2"}, {
		Label: "API paths", Value: "REST GET /v1 (as process " + boomiID(8) + " says), REST POST /v1/orders",
	}}
	if diff := cmp.Diff(facts, one.Facts); diff != "" || err != nil || len(findings) > 0 || one.Kind != "API service" || one.Name != "acme_api" || one.Countable {
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
		"without id":       {change("componentId", "id"), place{"B-COMPONENT", "x.xml", "componentId", 2}},
		"without name":     {change("Acme Orders Sync", " "), place{"B-COMPONENT", "x.xml", "name", 2}},
		"no process":       {[]byte(componentXML(1, "profile.xml", "Acme Profile", "")), place{"B-PRIMARY", "x.xml", "", 0}},
		"process route":    {change(`"start"`, `"processroute"`), place{"B-TYPE", "x.xml", "shape", 5}},
		"two processes":    {zipOf(t, file{name: "a.xml", content: whole}, second), place{"B-PRIMARY", "", "", 0}},
		"circle": {
			zipOf(t, file{name: "a.xml", content: processXML(1, "A", 2)}, file{name: "b.xml", content: processXML(2, "B", 1)}),
			place{"B-PRIMARY", "", "", 0},
		},
		"one twice": {zipOf(t, file{name: "a.xml", content: whole}, file{name: "b.xml", content: whole}), place{"B-TWICE", "b.xml", "componentId", 2}},
		"certificate": {
			zipOf(t, file{name: "a.xml", content: processXML(1, "A", 2)}, file{name: "b.xml", content: componentXML(2, "certificate", "C", "")}),
			place{"B-TYPE", "b.xml", "type", 2},
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
	if err != nil || m.Platform != "boomi" || len(findings) > 200 {
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
