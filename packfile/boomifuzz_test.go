package packfile_test

import (
	"strings"
	"testing"

	"packtide/packfile"
)

// FuzzBoomi takes the text as a component, as what a component declares, offers and holds, and as its list of components.
func FuzzBoomi(f *testing.F) {
	f.Add(processXML(1, "Acme Orders Sync", 2))
	f.Add(declaring(processXML(1, "Acme Orders Sync", 3), everySetting))
	f.Add(componentXML(1, "webservice", "Acme API", apiOf("v1", route(7, "POST", "orders"))))
	f.Add(everySetting)
	f.Add(connectionFields(3, "url", "-user"))
	f.Add(apiOf("v1", route(7, "POST", "orders"), "<route/><overrides/>"))
	f.Add(`<bns:encryptedValue path="//A/b:B[@x='y/z'][2]/@password" isSet="true"/>`)
	f.Add(`<A xmlns=""><B x="y/z" password="abc"/><clientSecret>abc</clientSecret></A>`)
	f.Add(`<definedProcessProperty><defaultValue>abc</defaultValue><label>API Token</label></definedProcessProperty>`)
	f.Add(`{"packageId": "p", "componentInfo": [{"id": "` + boomiID(1) + `", "version": 7}, {"id": 1}, null]}`)
	f.Fuzz(func(t *testing.T, text string) {
		checkBoomi(t, []byte(text))
		checkBoomi(t, []byte(declaring(processXML(1, "Acme Orders Sync"), text)))
		checkBoomi(t, []byte(componentXML(1, "webservice", "Acme API", text)))
		checkBoomi(t, []byte(strings.Replace(componentXML(1, "process", "Acme", text), "<bns:encryptedValues/>", "<bns:encryptedValues>"+text+"</bns:encryptedValues>", 1)))
		checkBoomi(t, orders(t, "", file{name: "orders/manifest.json", content: text}))
		checkBoomi(t, orders(t, "", file{name: "orders/more.xml", content: text}))
	})
}

// checkBoomi checks what holds for every package: it is the same as itself, and two like it agree.
func checkBoomi(t *testing.T, data []byte) {
	t.Helper()
	checkInspected(t, data)
	_, _, err := inspect(data, "x.zip")
	if err != nil {
		return
	}
	p := read(t, data, "x.zip")
	if c := packfile.Compare(p, p, packfile.Options{}); len(c.Changes) > 0 || len(c.Findings) > 0 {
		t.Errorf("a package differs from itself: %+v", c)
	}
	seen := map[string]bool{}
	for _, part := range p.Contents.Parts {
		if part.Kind == "" || part.Key == "" || seen[part.ID()] {
			t.Errorf("a part without kind or key, or twice: %+v", part)
		}
		seen[part.ID()] = true
	}
	for _, f := range packfile.CheckTogether([]packfile.Member{{Label: "A", Manifest: p.Manifest}, {Label: "B", Manifest: p.Manifest}}) {
		if f.Code == "B-SHARED" {
			t.Errorf("a package differs from itself: %+v", f)
		}
	}
}
