package packfile_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/packfile"
)

func TestCompareBoomi(t *testing.T) {
	t.Parallel()
	api := func(object string) []byte { return []byte(componentXML(1, "webservice", "Acme API", object)) }
	one := api(apiOf("v1", route(7, "POST", "orders")))
	object := func(name string) string {
		return strings.Replace(route(7, "POST", ""), `objectName=""`, fmt.Sprintf("objectName=%q", name), 1)
	}
	for name, tt := range map[string]struct {
		old, new []byte
		want     packfile.Bump
		weighty  string // the kind and event of the weightiest change
	}{
		"nothing":                   {orders(t, ""), orders(t, ""), packfile.BumpNone, ""},
		"an extensible field":       {orders(t, ""), orders(t, connectionFields(3, "url")), packfile.BumpMinor, "extensible setting added"},
		"a field that is not":       {orders(t, ""), orders(t, connectionFields(3, "-url")), packfile.BumpRelease, "component changed"},
		"a field is opened":         {orders(t, connectionFields(3, "-url")), orders(t, connectionFields(3, "url")), packfile.BumpMinor, "extensible setting added"},
		"a field is closed":         {orders(t, connectionFields(3, "url")), orders(t, connectionFields(3, "-url")), packfile.BumpMajor, "extensible setting removed"},
		"a property is gone":        {orders(t, `<Properties><PropertyOverride name="A"/></Properties>`), orders(t, ""), packfile.BumpMajor, "extensible setting removed"},
		"a label":                   {orders(t, connectionFields(3, "url")), orders(t, strings.Replace(connectionFields(3, "url"), "The url", "URL", 1)), packfile.BumpRelease, "extensible setting changed"},
		"another primary component": {[]byte(processXML(1, "A")), []byte(processXML(2, "A")), packfile.BumpMajor, "primary component changed"},
		"another name":              {[]byte(processXML(1, "A")), []byte(processXML(1, "B")), packfile.BumpRelease, "primary component changed"},
		"a component more":          {orders(t, ""), orders(t, "", file{name: "orders/m.xml", content: componentXML(8, "transform.map", "M", "")}), packfile.BumpRelease, "component added"},
		"a path more":               {one, api(apiOf("v1", route(7, "POST", "orders"), route(7, "GET", "orders"))), packfile.BumpMinor, "API path added"},
		"a path less":               {one, api(apiOf("v1")), packfile.BumpMajor, "API path removed"},
		"another base path":         {one, api(apiOf("v2", route(7, "POST", "orders"))), packfile.BumpMajor, "API path renamed"},
		"another process for it":    {one, api(apiOf("v1", route(8, "POST", "orders"))), packfile.BumpRelease, "API path changed"},
		"an object more":            {one, api(apiOf("v1", route(7, "POST", "orders"), object("Order"))), packfile.BumpMinor, "API object added"},
		"an object less":            {api(apiOf("v1", object("Order"))), api(apiOf("v1", object("Bill"))), packfile.BumpMajor, "API object renamed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := packfile.Compare(read(t, tt.old, "x"), read(t, tt.new, "x"), packfile.Options{})
			first := ""
			for _, ch := range c.Changes {
				if ch.Kind != packfile.KindFile && first == "" {
					first = ch.Kind + " " + string(ch.Event)
				}
				if (ch.Bump == packfile.BumpMajor) != (ch.Why != "") {
					t.Errorf("a breaking change tells why, and no other: %+v", ch)
				}
			}
			if c.Smallest != tt.want || first != tt.weighty {
				t.Errorf("got %s for %q, want %s for %q: %+v", c.Smallest, first, tt.want, tt.weighty, c.Changes)
			}
		})
	}
}

// The folder around the components may be called otherwise in the next version.
func TestCompareBoomiFolders(t *testing.T) {
	t.Parallel()
	inside := func(folder string) packfile.Package {
		return read(t, zipOf(t, file{name: folder + "process.xml", content: processXML(1, "A")}), "x.zip")
	}
	if c := packfile.Compare(inside("a-1/"), inside("a-2/"), packfile.Options{}); len(c.Changes) > 0 {
		t.Errorf("got changes %+v", c.Changes)
	}
}

func TestBoomiTogether(t *testing.T) { // R10
	t.Parallel()
	member := func(label string, process int, overrides, version string) packfile.Member {
		shared := strings.Replace(componentXML(3, "connector-settings", "Acme Connection", ""), `version="7"`, fmt.Sprintf("version=%q", version), 1)
		files := []file{{name: "p.xml", content: declaring(processXML(process, label, 3), overrides)}}
		if version != "" {
			files = append(files, file{name: "c.xml", content: shared})
		}
		return packfile.Member{Label: label, Manifest: read(t, zipOf(t, files...), "x.zip").Manifest}
	}
	set := connectionFields(3, "url", "-user")
	shared := "Packages of the release share the component “Acme Connection” (" + boomiID(3) + ") and differ in it. "
	for name, tt := range map[string]struct {
		members []packfile.Member
		want    []string
	}{
		"alike": {[]packfile.Member{member("A", 1, set, "7"), member("B", 2, set, "7")}, nil},
		"in another order": {
			[]packfile.Member{member("A", 1, set, "7"), member("B", 2, connectionFields(3, "-user", "url"), "7")}, nil,
		},
		"another label": {
			[]packfile.Member{member("A", 1, set, "7"), member("B", 2, strings.Replace(set, "The url", "URL", 1), "7")}, nil,
		},
		"one alone": {[]packfile.Member{member("A", 1, set, "7")}, nil},
		"closed in one": {
			[]packfile.Member{member("A", 1, set, "7"), member("B", 2, connectionFields(3, "-url", "-user"), "7")},
			[]string{shared + "Its connection field url “The url” is extensible in “A”, not extensible in “B”."},
		},
		"missing in one, which only sets it": {
			[]packfile.Member{member("A", 1, set, "7"), member("B", 2, connectionFields(3, "url"), "")},
			[]string{shared + "Its connection field user “The user” is not extensible in “A”, not declared in “B”."},
		},
		"versions of four": {
			[]packfile.Member{member("A", 1, set, "7"), member("B", 2, set, "8"), member("C", 4, set, "7"), member("D", 5, set, "")},
			[]string{shared + "Its version is 7 in “A” and “C”, 8 in “B”."},
		},
		"several settings of three": {
			[]packfile.Member{member("A", 1, set, "7"), member("B", 2, "", "7"), member("C", 4, set, "7")},
			[]string{
				shared + "Its connection field url “The url” is extensible in “A” and “C”, not declared in “B”.",
				shared + "Its connection field user “The user” is not extensible in “A” and “C”, not declared in “B”.",
			},
		},
		"one process in two packages": {
			[]packfile.Member{member("A", 1, set, "7"), member("B", 1, set, "7")},
			[]string{"The component " + boomiID(1) + " is the primary component of “A” and “B”."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range packfile.CheckTogether(tt.members) {
				got = append(got, f.Message)
				if f.Severity != packfile.SeverityError || f.Fix == "" || f.Field == "" ||
					!slices.ContainsFunc(tt.members, func(m packfile.Member) bool { return m.Label == f.Path }) {
					t.Errorf("got %+v", f)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}
