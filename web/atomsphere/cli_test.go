package atomsphere_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"packtide/release"
)

// TestCLIPackaging replays what the bash client sends to package a component, to list packages and to read a manifest: curl
// with both headers, trailing slashes, texts for numbers, fields that nobody needs, and a package token sent to the
// processes. // R1 R2
func TestCLIPackaging(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.upload("acme", 1, 7, "Orders Sync", "1.0.0", false)
	byName := `{"QueryFilter":{"expression":{"operator":"and","nestedExpression":[{"argument":["Orders Sync"],"operator":"EQUALS","property":"name"},
		{"argument":["false"],"operator":"EQUALS","property":"deleted"},{"argument":["true"],"operator":"EQUALS","property":"currentVersion"}]}}}`
	w.post("acme", "ComponentMetadata/query", "%s", byName).says("numberOfResults", 1, "result.0.componentId", componentID(1), "result.0.version", 7, "result.0.type", "process")
	find := func(version string) string {
		return fmt.Sprintf(`{"QueryFilter":{"expression":{"operator":"and","nestedExpression":[{"argument":[%q],"operator":"EQUALS","property":"componentId"},
			{"argument":["process"],"operator":"EQUALS","property":"componentType"},{"argument":[%q],"operator":"EQUALS","property":"packageVersion"}]}}}`, componentID(1), version)
	}
	w.post("acme", "PackagedComponent/query", "%s", find("1.1")).says("numberOfResults", 0, "result.0.packageId", nil)
	create := func(version, more string) string {
		return fmt.Sprintf(`{"componentId":%q,"componentVersion":"7","packageVersion":%q,"componentType":"process","notes":"built by CI","createdDate":"2026-01-01T00:00:00Z"%s}`, componentID(1), version, more)
	}
	made := w.post("acme", "PackagedComponent/", "%s", create("1.1", ""))
	made.says("@type", "PackagedComponent", "packageVersion", "1.1.0", "componentVersion", 7, "componentType", "process", "notes", "built by CI", "shareable", false,
		"deleted", false, "createdBy", "acme@packs.example", "createdDate", "2026-11-27T14:30:00Z")
	id := made.text("packageId")
	w.post("acme", "PackagedComponent/query", "%s", find("1.1")).says("numberOfResults", 1, "result.0.packageId", id)
	w.do(request{as: "acme", method: http.MethodPost, path: "PackagedComponent/", body: create("1.1.0", "")}).refused(400, "uploaded before")
	w.do(request{as: "acme", method: http.MethodPost, path: "PackagedComponent/", body: strings.Replace(create("1.2", ""), `"7"`, `"8"`, 1)}).refused(400, "those that were: 7")
	w.do(request{as: "acme", method: http.MethodPost, path: "PackagedComponent/", body: create("rc-1", "")}).refused(400, "three whole numbers")
	if err := w.service.SetShareableDefault(t.Context(), w.people["acme"].actor, true); err != nil {
		t.Fatal(err)
	}
	w.post("acme", "PackagedComponent/", "%s", create("", "")).says("packageVersion", "1.1.1", "shareable", true) // R2
	w.post("acme", "PackagedComponent/", "%s", strings.Replace(create("1.2", `,"shareable":"false"`), `"7"`, `"null"`, 1)).says("packageVersion", "1.2.0", "shareable", false)

	w.get("acme", "PackagedComponentManifest/"+id).want(200).says("packageId", id, "componentInfo.0.id", componentID(1), "componentInfo.0.version", 7,
		"componentInfo.1.id", componentID(501))
	w.get("acme", "ComponentMetadata/"+componentID(501)+"~7").want(200).says("name", "Orders Sync connection", "type", "connector-settings", "currentVersion", true)
	w.get("acme", "ComponentMetadata/"+componentID(501)+"~8").refused(400, "ComponentMetadata")
	w.get("acme", "Process/"+componentID(1)).want(200).says("name", "Orders Sync")
	w.get("acme", "Process/"+componentID(501)).refused(400, "Process")
	w.do(request{as: "acme", method: http.MethodDelete, path: "PackagedComponent/" + first.ID.String()}).want(200)
	w.get("acme", "PackagedComponent/"+first.ID.String()).want(200).says("deleted", true)
	w.post("acme", "PackagedComponent/query", "%s", where("deleted", "EQUALS", "true")).says("numberOfResults", 1, "result.0.packageVersion", "1.0.0")
	w.post("acme", "PackagedComponent/query", "%s", where("packageVersion", "GREATER_THAN", "1.1.0")).says("numberOfResults", 2) // as versions, not as texts
	w.upload("acme", 1, 9, "Orders Sync", "2.0.0", true)
	w.get("acme", "ComponentMetadata/"+componentID(1)+"~7").want(200).says("currentVersion", false)
	w.get("acme", "ComponentMetadata/"+componentID(1)).want(200).says("version", 9, "currentVersion", true)
}

// TestCLIPages: a list goes on with the bare token, on whichever object's address, until there is none. // R1
func TestCLIPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.upload("acme", 1, 1, "Orders", "1.0.0", true)
	for i := range 130 {
		w.copyVersion(fmt.Sprintf("1.0.%d", i+1))
	}
	seen := map[string]bool{}
	r := w.post("acme", "PackagedComponent/query", `{"QueryFilter":{}}`)
	for pages := 1; ; pages++ {
		for i := range r.count() {
			seen[r.text(fmt.Sprintf("result.%d.packageId", i))] = true
		}
		token, _ := r.at("queryToken").(string)
		if token == "" {
			if pages != 2 || r.count() != 31 {
				t.Errorf("%d pages, the last one with %d", pages, r.count())
			}
			break
		}
		if strings.Trim(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			t.Errorf("the token %s would not survive a shell", token)
		}
		w.do(request{as: "acme", method: http.MethodPost, path: "PackagedComponent/queryMore", body: token, header: map[string]string{"Content-Type": "text/plain", "Accept": "application/json"}}).
			want(200).says("numberOfResults", 31)
		w.do(request{as: "bolt", method: http.MethodPost, path: "Process/queryMore", body: token}).want(200).says("numberOfResults", 0) // a token is no right
		w.do(request{as: "north", method: http.MethodPost, path: "Process/queryMore", body: token}).refused(403, "role")
		for _, body := range []string{`"` + token + `"`, `{"queryToken":"` + token + `"}`, `<QueryMore xmlns="http://api.platform.boomi.com/"><queryToken>` + token + `</queryToken></QueryMore>`} {
			w.do(request{as: "acme", method: http.MethodPost, path: "PackagedComponent/queryMore", body: body}).want(200).says("numberOfResults", 31)
		}
		page := w.do(request{as: "acme", method: http.MethodPost, path: "PackagedComponent/query", header: xmlHeaders}).want(200).body
		if at := strings.Index(page, "<bns:queryToken>"); at < 0 || at > strings.Index(page, "<bns:result") {
			t.Errorf("the token does not come before the results: %.300s", page)
		}
		r = w.post("acme", "Process/queryMore", "%s", token)
	}
	if len(seen) != 131 {
		t.Errorf("%d packages were listed, want 131", len(seen))
	}
	for _, token := range []string{"", "x", "eyJvIjoiTm9uZSIsImsiOiJhIn0", "eyJvIjoiUGFja2FnZWRDb21wb25lbnQiLCJrIjoiYSJ9", strings.Repeat("A", 20000)} {
		w.do(request{as: "acme", method: http.MethodPost, path: "PackagedComponent/queryMore", body: token}).refused(400, "token")
	}
}

// copyVersion keeps one more version of the first package, straight through the use case.
func (w *world) copyVersion(label string) {
	w.t.Helper()
	w.upload("acme", 1, 1, "Orders", label, true)
}

// TestCLIEnvironments replays the bash client's environments: look by name and classification, create, list.
func TestCLIEnvironments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	find := `{"QueryFilter":{"expression":{"operator":"and","nestedExpression":[{"argument":["Lab"],"operator":"EQUALS","property":"name"},
		{"argument":["TEST"],"operator":"EQUALS","property":"classification"}]}}}`
	w.post("north", "Environment/query", "%s", find).says("numberOfResults", 0)
	lab := w.post("north", "Environment", `{"name":"Lab","classification":"TEST"}`).says("@type", "Environment", "classification", "TEST").text("id")
	w.do(request{as: "north", method: http.MethodPost, path: "Environment", body: `{"name":"Lab"}`}).refused(400, "already")
	w.do(request{as: "north", method: http.MethodPost, path: "Environment", body: `{"name":"Lab 2","classification":"STAGE"}`}).refused(400, "PROD or TEST")
	w.do(request{as: "north", method: http.MethodPost, path: "Environment", body: `{"name":" "}`}).refused(400, "name")
	w.post("north", "Environment/query", "%s", find).says("numberOfResults", 1, "result.0.id", lab)
	w.get("north", "Environment/"+lab).want(200).says("name", "Lab")
	w.get("south", "Environment/"+lab).refused(400, "Environment")
	w.post("south", "Environment/query", "").says("numberOfResults", 0)
	w.post("acme", "Environment", `{"name":"Build"}`).says("classification", "PROD")
	w.post("acme", "Environment/query", `{"QueryFilter" :
    {
    }
}`).says("numberOfResults", 1, "result.0.name", "Build", "queryToken", nil)
}

// TestInstances: an account installs, puts what it installed into environments and takes it out again. // R6 R25 R26
func TestInstances(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pack := w.released("Orders", "MULTI")
	w.post("north", "IntegrationPack/query", "").says("numberOfResults", 1, "result.0.id", pack, "result.0.installationType", "MULTI", "result.0.Description", "About")
	install := func(name string) reply {
		return w.do(request{as: "north", method: http.MethodPost, path: "IntegrationPackInstance", body: fmt.Sprintf(`{"integrationPackId":%q,"integrationPackOverrideName":%q}`, pack, name)})
	}
	one := install("First").want(200).says("integrationPackOverrideName", "First", "integrationPackId", pack, "ProcessId.0.originalProcessId", componentID(1),
		"ProcessId.0.name", "Orders").text("id")
	install("Second").want(200)
	install("First").refused(400, "R6")
	w.post("north", "IntegrationPackInstance/query", "%s", where("integrationPackOverrideName", "STARTS_WITH", "sec")).says("numberOfResults", 1, "result.0.integrationPackName", "Orders")
	w.post("north", "IntegrationPackInstance/query", "%s", where("integrationPackId", "EQUALS", pack)).says("numberOfResults", 2)
	w.post("north", "IntegrationPackInstance/query", "%s", where("integrationPackId", "EQUALS", "no id")).says("numberOfResults", 0)
	w.post("north", "IntegrationPackInstance/bulk", `{"type":"GET","request":[{"id":%q},{"id":%q}]}`, one, pack).says("response.0.Result.id", one, "response.1.statusCode", 400)

	lab := w.post("north", "Environment", `{"name":"Lab","classification":"TEST"}`).text("id")
	other := w.post("north", "Environment", `{"name":"Other"}`).text("id")
	attach := func(environment string) reply {
		return w.do(request{as: "north", method: http.MethodPost, path: "IntegrationPackEnvironmentAttachment", body: fmt.Sprintf(`{"environmentId":%q,"integrationPackInstanceId":%q}`, environment, one)})
	}
	joined := attach(lab).want(200).says("environmentId", lab, "integrationPackInstanceId", one).text("id")
	attach(lab).want(200).says("id", joined)
	attach(other).refused(400, "in the environment “Lab” already")
	attach(pack).refused(400, "Environment")
	w.post("north", "IntegrationPackEnvironmentAttachment/query", "%s", where("environmentId", "EQUALS", lab)).says("numberOfResults", 1, "result.0.id", joined)
	w.post("north", "IntegrationPackEnvironmentAttachment/query", "%s", where("environmentId", "EQUALS", other)).says("numberOfResults", 0)
	w.post("north", "IntegrationPackEnvironmentAttachment/query", "").says("numberOfResults", 1)
	facets := must(w.db.Reader.InstallBase(t.Context(), w.people["acme"].actor, release.InstallBaseFilter{Environments: []string{"Lab"}}))(t)
	if len(facets) != 1 || facets[0].ID.String() != one {
		t.Errorf("the publisher sees %d attachments in the lab", len(facets))
	}
	if n := must(w.service.MendCounts(t.Context()))(t); n != 0 {
		t.Errorf("%d summary counts were wrong", n)
	}
	w.do(request{as: "south", method: http.MethodDelete, path: "IntegrationPackEnvironmentAttachment/" + joined}).refused(400, "that this account can see")
	if r := w.do(request{as: "north", method: http.MethodDelete, path: "IntegrationPackEnvironmentAttachment/" + joined}).want(200); r.body != "true" {
		t.Errorf("the answer is %q", r.body)
	}
	attach(other).want(200)
	w.do(request{as: "north", method: http.MethodDelete, path: "IntegrationPackEnvironmentAttachment/" + joined}).refused(400, "that this account can see") // it has moved since
	w.get("north", "Process/"+componentID(1)).want(200).says("name", "Orders")
	w.get("north", "ComponentMetadata/"+componentID(1)).want(200).says("version", 1, "createdBy", nil)
	w.get("south", "Process/"+componentID(1)).refused(400, "Process")
	w.do(request{as: "north", method: http.MethodDelete, path: "IntegrationPackInstance/" + one}).want(200)
	w.get("north", "IntegrationPackInstance/"+one).refused(400, "IntegrationPackInstance")
}

// released makes a pack of one package and releases it.
func (w *world) released(name, kind string) string {
	w.t.Helper()
	w.upload("acme", 1, 1, name, "1.0.0", true)
	pack := w.post("acme", "PublisherIntegrationPack", `{"name":%q,"Description":"About","installationType":%q,"PublisherPackagedComponents":{"PublisherPackagedComponent":[{"componentId":%q}]}}`,
		name, kind, componentID(1)).text("id")
	w.contact("acme", pack)
	w.post("acme", "ReleaseIntegrationPack", `{"id":%q,"releaseSchedule":"IMMEDIATELY"}`, pack)
	return pack
}
