package packfile_test

import (
	"fmt"
	"strings"
	"testing"

	"packtide/packfile"
)

func boomiProofs(t testing.TB) map[string]proof {
	t.Helper()
	plain := orders(t, "")
	set := orders(t, connectionFields(3, "url", "-user"))
	listed := func(entries ...string) []byte {
		text := fmt.Sprintf(`{"packageId": "p-1", "componentInfo": [%s]}`, strings.Join(entries, ", "))
		return orders(t, "", file{name: "orders/manifest.json", content: text})
	}
	entry := func(n int, version string) string {
		return fmt.Sprintf(`{"id": %q, "version": %s}`, boomiID(n), version)
	}
	process := func(from, to string) []byte {
		return []byte(strings.Replace(processXML(1, "Acme Orders Sync"), from, to, 1))
	}
	connection := func(object string) []byte {
		return zipOf(t, file{name: "p.xml", content: processXML(1, "Acme Orders Sync", 3)},
			file{name: "c.xml", content: componentXML(3, "connector-settings", "Acme Connection", object)})
	}
	// Another package of the same release that uses the connection too.
	invoices := func(connectionVersion, overrides string) []byte {
		shared := componentXML(3, "connector-settings", "Acme Connection", "")
		return zipOf(t, file{name: "process.xml", content: declaring(processXML(4, "Acme Invoices", 3), overrides)},
			file{name: "connection.xml", content: strings.Replace(shared, `version="7"`, `version="`+connectionVersion+`"`, 1)})
	}
	v := func(major, minor, patch int) packfile.Version {
		return packfile.Version{Major: major, Minor: minor, Patch: patch}
	}
	both := []packfile.Severity{packfile.SeverityError, packfile.SeverityWarning}
	return map[string]proof{
		"B-XML":       {good: plain, bad: process("<bns:Component", "<!DOCTYPE x>\n<bns:Component")},
		"B-COMPONENT": {good: plain, bad: process(`type="process"`, "")},
		"B-TWICE":     {good: plain, bad: orders(t, "", file{name: "orders/copy.xml", content: processXML(1, "Acme Orders Sync")})},
		"B-TYPE":      {good: plain, bad: process(`"start"`, `"processroute"`)},
		"B-PRIMARY":   {good: plain, bad: orders(t, "", file{name: "orders/other.xml", content: processXML(9, "Acme Other")})},
		"B-MANIFEST":  {good: listed(entry(1, "7"), entry(3, `"7"`)), bad: listed(entry(1, "7")), severities: both},
		"B-SECRET": {
			good: connection(`<GenericConnectionConfig xmlns=""><field id="password" type="password" value=""/></GenericConnectionConfig>`),
			bad:  connection(`<GenericConnectionConfig xmlns=""><field id="password" type="password" value="hunter2"/></GenericConnectionConfig>`),
		},
		"B-OVERRIDES": {before: set, good: orders(t, connectionFields(3, "-user")), bad: plain},
		"B-VER-LOW":   {before: plain, good: set, bad: set, versions: [3]packfile.Version{v(1, 2, 0), v(1, 3, 0), v(1, 1, 9)}},
		"B-VER-SAME":  {before: plain, good: plain, bad: set, versions: [3]packfile.Version{v(1, 2, 0), v(1, 2, 0), v(1, 2, 0)}},
		"B-BUMP":      {before: set, good: plain, bad: plain, versions: [3]packfile.Version{v(1, 2, 0), v(2, 0, 0), v(1, 3, 0)}},
		"B-SHARED":    {beside: [][]byte{set}, good: invoices("7", connectionFields(3, "url", "-user")), bad: invoices("8", connectionFields(3, "url", "-user"))},
		"B-IDENT":     {beside: [][]byte{set}, good: invoices("7", connectionFields(3, "url", "-user")), bad: set},
	}
}
