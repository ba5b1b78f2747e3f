package atomsphere_test

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"packtide/release"
)

// verbs is the whole table of what may be done with each object: G get, b bulk, Q query, C create, U update, D delete.
var verbs = map[string]string{
	"PublisherIntegrationPack": "GbQCUD", "ReleaseIntegrationPack": "CU", "ReleaseIntegrationPackStatus": "Gb", "IntegrationPack": "GbQ",
	"IntegrationPackInstance": "GbQCD", "IntegrationPackEnvironmentAttachment": "QCD", "AccountGroup": "GbQCU", "AccountGroupAccount": "QCD",
	"AccountGroupIntegrationPack": "GbQCD", "PackagedComponent": "GbQCD", "PackagedComponentManifest": "Gb", "ComponentMetadata": "GbQ", "Process": "GbQ",
	"Environment": "GbQC", "Account": "GbQ", "AuditLog": "GbQ",
}

// TestVerbs: every object has exactly its verbs, an unknown id is 400, and who has no part in an object is told so.
func TestVerbs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	nothing := "0190aaaa-0000-7000-8000-000000000000"
	calls := map[byte]request{
		'G': {method: http.MethodGet, path: "/" + nothing}, 'b': {method: http.MethodPost, path: "/bulk", body: `{"type":"GET","request":[{"id":"` + nothing + `"}]}`},
		'Q': {method: http.MethodPost, path: "/query"}, 'C': {method: http.MethodPost, body: `{}`},
		'U': {method: http.MethodPost, path: "/" + nothing, body: `{"name":"x"}`}, 'D': {method: http.MethodDelete, path: "/" + nothing},
	}
	managed := map[string]bool{"IntegrationPack": true, "IntegrationPackInstance": true, "IntegrationPackEnvironmentAttachment": true}
	for object, has := range verbs {
		as, stranger := "acme", "north"
		if managed[object] {
			as, stranger = "north", "acme"
		}
		for verb, r := range calls {
			r.as, r.path = as, object+r.path
			got := w.do(r)
			switch there := strings.IndexByte(has, verb) >= 0; {
			case !there:
				got.refused(400, "can't be used with "+object)
			case verb == 'Q':
				got.want(200).says("@type", "QueryResult")
			case verb == 'b':
				got.want(200).says("@type", "BulkResult", "response.0.@type", "BulkResponse", "response.0.statusCode", 400, "response.0.id", nothing)
			default:
				got.refused(400, "")
			}
		}
		if ofBoth := "ComponentMetadata Process Environment Account AuditLog"; strings.Contains(ofBoth, object) {
			continue
		}
		w.do(request{as: stranger, method: http.MethodPost, path: object + "/query"}).refused(403, "role")
	}
	w.get("acme", "Atom/1").refused(404, "no such object")
	w.get("acme", "Process/1/2").refused(404, "no such object")
	w.do(request{as: "acme", method: http.MethodPut, path: "Process/1"}).refused(405, "GET, POST or DELETE")
}

// TestSignIn: a token acts for its account alone, and nobody learns more. // R34
func TestSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	acme := w.people["acme"]
	for name, r := range map[string]request{
		"nobody": {user: "-"}, "no prefix": {user: "acme@packs.example", password: string(acme.token)}, "no password": {user: "BOOMI_TOKEN.acme@packs.example"},
		"another's address": {user: "BOOMI_TOKEN.bolt@packs.example", password: string(acme.token)},
		"an unknown token":  {user: "BOOMI_TOKEN.acme@packs.example", password: "ptd_x"},
	} {
		r.method, r.path, r.account = http.MethodGet, "Account/"+w.acme.ID.String(), w.acme.ID
		got := w.do(r)
		got.refused(401, "API tokens")
		if got.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s is not asked to sign in", name)
		}
	}
	w.do(request{as: "acme", method: http.MethodGet, path: "Account/x", user: "BOOMI_TOKEN.ACME@packs.example", password: string(acme.token)}).refused(400, "Account")
	for name, account := range map[string]release.ID{"another account": w.bolt.ID, "no account": {1}} {
		if got := w.do(request{as: "acme", method: http.MethodGet, path: "Account/x", account: account}); got.status != 403 || !strings.Contains(got.body, "does not act for") {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	w.do(request{as: "operator", method: http.MethodGet, path: "Account/x", account: w.acme.ID}).refused(403, "does not act for")
	w.do(request{as: "viewer", method: http.MethodPost, path: "AccountGroup", body: `{"name":"x"}`}).refused(403, "role")
	w.do(request{as: "acme", method: http.MethodPost, path: "AccountGroup", body: `{"name":"x"}`, header: map[string]string{"Origin": "https://evil.example", "Accept": "application/json"}}).
		refused(403, "another site")
	w.do(request{as: "acme", method: http.MethodPost, path: "AccountGroup", body: strings.Repeat(" ", 2<<20)}).refused(413, "1 MiB")
	if used := must(w.db.Reader.Tokens(t.Context(), acme.actor, acme.person.ID))(t); used[0].LastUsedAt == nil {
		t.Error("the use of the token was not noted")
	}
}

// TestOverride: under the partner's path a person acts for a managed account in which they have a role themselves. // R25
func TestOverride(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pack := w.released("Orders", "SINGLE")
	query := request{as: "acme", method: http.MethodPost, path: "IntegrationPackInstance/query", override: w.north.ID.String()}
	w.do(query).refused(403, "does not act for") // publisher of what it installs, and nobody there
	if err := w.service.SetRoles(t.Context(), w.people["operator"].actor, release.Membership{Person: w.people["acme"].person.ID, Account: w.north.ID, Managed: release.RoleAdmin}); err != nil {
		t.Fatal(err)
	}
	there := must(w.db.Reader.Actor(t.Context(), w.people["acme"].person.ID, w.north.ID))(t)
	there.Source = release.FromUI
	_, agent, err := w.service.CreateToken(t.Context(), there,
		release.NewToken{Person: w.people["acme"].person.ID, Account: w.north.ID, Name: "agent", Scope: release.ScopeAgent})
	if err != nil {
		t.Fatal(err)
	}
	for _, sub := range []string{"", w.north.ID.String()} { // an agent's token opens nothing here, whatever its person may
		w.do(request{method: http.MethodPost, path: "IntegrationPackInstance/query", account: w.north.ID, override: sub, user: "BOOMI_TOKEN.acme@packs.example", password: string(agent)}).
			refused(403, "")
	}
	w.do(query).want(200).says("numberOfResults", 0)
	w.do(request{as: "acme", method: http.MethodPost, path: "IntegrationPackInstance", override: w.north.ID.String(), body: fmt.Sprintf(`{"integrationPackId":%q}`, pack)}).
		want(200).says("integrationPackOverrideName", nil)
	w.post("north", "IntegrationPackInstance/query", "").says("numberOfResults", 1)
	w.do(request{as: "acme", method: http.MethodPost, path: "PublisherIntegrationPack/query", override: w.north.ID.String()}).refused(403, "role")
	for _, sub := range []string{w.south.ID.String(), w.bolt.ID.String(), "x"} {
		query.override = sub
		w.do(query).refused(403, "does not act for")
	}
	w.do(request{as: "acme", method: http.MethodPost, path: "Account/query?overrideAccount=" + w.north.ID.String()}).refused(400, "overrideAccount")
}

// TestOthersThings: ids of other publishers and accounts are as good as none, for reading and for changing.
func TestOthersThings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pack := w.released("Orders", "SINGLE")
	group := w.post("acme", "AccountGroup", `{"name":"Friends"}`).says("defaultGroup", false, "accountId", w.acme.ID.String()).text("id")
	member := w.post("acme", "AccountGroupAccount", `{"accountGroupId":%q,"accountId":%q}`, group, w.north.ID).text("id")
	holds := w.post("acme", "AccountGroupIntegrationPack", `{"accountGroupId":%q,"integrationPackId":%q}`, group, pack).says("integrationPackName", "Orders").text("id")
	instance := w.post("north", "IntegrationPackInstance", `{"integrationPackId":%q}`, pack).text("id")
	version := w.post("acme", "PackagedComponent/query", "").text("result.0.packageId")
	request1 := must(w.db.Reader.Releases(t.Context(), w.people["acme"].actor, must(release.ParseID(pack))(t), 0, 1))(t)[0].ID.String()
	event := w.post("acme", "AuditLog/query", "%s", where("action", "EQUALS", "released")).says("result.0.source", "API", "result.0.type", "release", "result.0.userId", "acme").text("result.0.documentId")

	w.post("acme", "AccountGroup/query", "%s", where("name", "EQUALS", "Friends")).says("numberOfResults", 1, "result.0.Resources.Resource.0.resourceId", pack)
	w.post("acme", "AccountGroup/query", "%s", where("defaultGroup", "EQUALS", "true")).says("numberOfResults", 1, "result.0.name", release.EveryoneName)
	w.post("acme", "AccountGroup/"+group, `{"name":"Best friends"}`).says("name", "Best friends")
	w.post("acme", "AccountGroupAccount/query", "%s", where("accountGroupId", "EQUALS", group)).says("numberOfResults", 1, "result.0.id", member)
	w.post("acme", "AccountGroupAccount/query", "%s", where("accountId", "EQUALS", w.north.ID.String())).says("numberOfResults", 2) // and all accounts
	w.post("acme", "AccountGroupIntegrationPack/query", "%s", where("accountGroupId", "EQUALS", group)).says("numberOfResults", 1, "result.0.id", holds)
	w.get("acme", "AccountGroupIntegrationPack/"+holds).want(200).says("integrationPackId", pack)
	w.post("acme", "Account/query", "").says("numberOfResults", 3)
	w.post("acme", "Account/query", "%s", where("name", "EQUALS", "South")).says("numberOfResults", 1, "result.0.accountId", w.south.ID.String(), "result.0.dateCreated", nil)
	w.post("north", "Account/query", "").says("numberOfResults", 1, "result.0.name", "North")
	w.get("acme", "AuditLog/"+event).want(200).says("documentId", event)

	for path, of := range map[string]string{
		"PublisherIntegrationPack/" + pack: "bolt", "ReleaseIntegrationPackStatus/release-" + request1: "bolt", "AccountGroup/" + group: "bolt",
		"AccountGroupIntegrationPack/" + holds: "bolt", "PackagedComponent/" + version: "bolt", "PackagedComponentManifest/" + version: "bolt",
		"ComponentMetadata/" + componentID(1): "bolt", "Process/" + componentID(1): "south", "IntegrationPackInstance/" + instance: "south",
		"AuditLog/" + event: "bolt", "Account/" + w.acme.ID.String(): "north", "Account/" + w.bolt.ID.String(): "acme",
	} {
		w.get(of, path).refused(400, "that this account can see")
	}
	for path, of := range map[string]string{
		"PublisherIntegrationPack/" + pack: "bolt", "AccountGroupAccount/" + member: "bolt", "AccountGroupIntegrationPack/" + holds: "bolt",
		"PackagedComponent/" + version: "bolt", "IntegrationPackInstance/" + instance: "south",
	} {
		w.do(request{as: of, method: http.MethodDelete, path: path}).refused(400, "that this account can see")
	}
	for path, body := range map[string]string{
		"PublisherIntegrationPack/" + pack: `{"name":"mine"}`, "ReleaseIntegrationPack/" + pack: `{"releaseSchedule":"IMMEDIATELY"}`,
		"ReleaseIntegrationPack": fmt.Sprintf(`{"id":%q,"releaseSchedule":"IMMEDIATELY"}`, pack), "AccountGroup/" + group: `{"name":"mine"}`,
		"AccountGroupAccount":         fmt.Sprintf(`{"accountGroupId":%q,"accountId":%q}`, group, w.south.ID),
		"AccountGroupIntegrationPack": fmt.Sprintf(`{"accountGroupId":%q,"integrationPackId":%q}`, group, pack),
		"PackagedComponent":           fmt.Sprintf(`{"componentId":%q,"packageVersion":"3.0.0"}`, componentID(1)),
		"PublisherIntegrationPack":    fmt.Sprintf(`{"name":"x","installationType":"SINGLE","PublisherPackagedComponents":{"PublisherPackagedComponent":[{"componentId":%q}]}}`, componentID(1)),
	} {
		w.do(request{as: "bolt", method: http.MethodPost, path: path, body: body}).refused(400, "")
	}
	w.post("bolt", "PublisherIntegrationPack/query", "").says("numberOfResults", 0) // and nothing was left half made
	for _, object := range []string{"PackagedComponent", "ComponentMetadata", "Process", "AccountGroupIntegrationPack"} {
		w.post("bolt", object+"/query", "").says("numberOfResults", 0)
	}
	w.do(request{as: "acme", method: http.MethodDelete, path: "AccountGroupAccount/" + member}).want(200)
	w.do(request{as: "acme", method: http.MethodDelete, path: "AccountGroupAccount/" + member}).refused(400, "AccountGroupAccount")
	w.do(request{as: "acme", method: http.MethodDelete, path: "AccountGroupIntegrationPack/" + holds}).want(200)
	if w.log.Len() > 0 {
		t.Errorf("faults were logged: %s", w.log.String())
	}
}

// xmlHeaders are those of a client that says nothing, or that speaks XML.
var xmlHeaders = map[string]string{"Content-Type": "application/xml"}

// TestXML: requests and answers in XML, as Boomi writes it.
func TestXML(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.upload("acme", 1, 5, "Orders & more", "1.0.0", true)
	made := w.do(request{as: "acme", method: http.MethodPost, path: "PublisherIntegrationPack", header: xmlHeaders, body: `<?xml version="1.0"?>
<bns:PublisherIntegrationPack xmlns:bns="http://api.platform.boomi.com/" name="P &amp; Q" installationType="SINGLE"><bns:Description>About</bns:Description>
<bns:PublisherPackagedComponents><bns:PublisherPackagedComponent componentId="` + componentID(1) + `"/></bns:PublisherPackagedComponents></bns:PublisherIntegrationPack>`}).want(200)
	if got := made.header.Get("Content-Type"); got != "application/xml" {
		t.Errorf("the answer is %s", got)
	}
	var pack struct {
		XMLName     xml.Name `xml:"http://api.platform.boomi.com/ PublisherIntegrationPack"`
		ID          string   `xml:"id,attr"`
		Name        string   `xml:"name,attr"`
		Description string   `xml:"http://api.platform.boomi.com/ Description"`
		Components  []struct {
			ID      string `xml:"componentId,attr"`
			Pending string `xml:"pendingVersion,attr"`
			Deleted bool   `xml:"deleted,attr"`
		} `xml:"http://api.platform.boomi.com/ PublisherPackagedComponents>PublisherPackagedComponent"`
	}
	if err := xml.Unmarshal([]byte(made.body), &pack); err != nil || pack.Name != "P & Q" || pack.Description != "About" || len(pack.Components) != 1 || pack.Components[0].Pending != "1.0.0" {
		t.Errorf("%v: %s", err, made.body)
	}
	found := w.do(request{as: "acme", method: http.MethodPost, path: "PackagedComponent/query", header: xmlHeaders, body: `<QueryConfig xmlns="http://api.platform.boomi.com/"><QueryFilter>
<expression operator="and" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="GroupingExpression">
<nestedExpression operator="EQUALS" property="packageVersion" xsi:type="SimpleExpression"><argument>1.0.0</argument></nestedExpression>
<nestedExpression operator="IS_NOT_NULL" property="notes" xsi:type="SimpleExpression"/></expression></QueryFilter></QueryConfig>`}).want(200)
	for _, want := range []string{
		`<bns:QueryResult xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:bns="http://api.platform.boomi.com/" numberOfResults="1">`,
		`<bns:result xsi:type="bns:PackagedComponent"><bns:packageId>`, `<bns:componentVersion>5</bns:componentVersion>`,
	} {
		if !strings.Contains(found.body, want) {
			t.Errorf("no %s in %s", want, found.body)
		}
	}
	bulk := w.do(request{
		as: "acme", method: http.MethodPost, path: "PublisherIntegrationPack/bulk", header: xmlHeaders,
		body: `<bns:BulkRequest xmlns:bns="http://api.platform.boomi.com/" type="GET"><bns:request id="` + pack.ID + `"/><bns:request id="x"/></bns:BulkRequest>`,
	}).want(200)
	if !strings.Contains(bulk.body, `<bns:Result xsi:type="bns:PublisherIntegrationPack" id="`+pack.ID) || !strings.Contains(bulk.body, `statusCode="400"`) {
		t.Errorf("bulk: %s", bulk.body)
	}
	for body, words := range map[string]string{
		`<a`: "no well-formed XML", `<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`: "document type", strings.Repeat("<a>", 100): "nested", `<a>&b;</a>`: "no well-formed XML",
	} {
		got := w.do(request{as: "acme", method: http.MethodPost, path: "AccountGroup", header: xmlHeaders, body: body})
		if got.status != 400 || !strings.Contains(got.body, "<error><message>") || !strings.Contains(got.body, words) {
			t.Errorf("%.20s: %d %s", body, got.status, got.body)
		}
	}
	if got := w.do(request{as: "acme", method: http.MethodGet, path: "Process/" + componentID(1), header: map[string]string{"Accept": "*/*"}}).want(200); !strings.Contains(got.body, `name="Orders &amp; more"`) {
		t.Errorf("a client that says nothing gets %s", got.body)
	}
}

// TestBadRequests: whatever is sent, the answer says what to mend.
func TestBadRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	many := strings.Repeat(`{"id":"a"},`, 100) + `{"id":"a"}`
	deep := strings.Repeat(`{"QueryFilter":`, 40) + `{}` + strings.Repeat(`}`, 40)
	for _, c := range []struct{ path, body, words string }{
		{"AccountGroup", `{"name":`, "no JSON object"},
		{"AccountGroup", `[]`, "no JSON object"},
		{"AccountGroup", `{} {}`, "behind its JSON"},
		{"AccountGroup", `{"name":{"a":1}}`, "must be a text"},
		{"AccountGroup", `{"name":""}`, "R25"},
		{"AccountGroup/query", deep, "nested"},
		{"AccountGroup/bulk", `{"type":"GET","request":[` + many + `]}`, "at most 100"},
		{"AccountGroup/bulk", `{}`, "as request"},
		{"AccountGroup/bulk", `{"type":"PUT","request":[{"id":"a"}]}`, "the type GET"},
		{"AccountGroup/bulk", `{"request":[1]}`, "list of objects"},
		{"AccountGroup/query", where("colour", "EQUALS", "x"), "accountId, autoSubscribeAlertLevel"},
		{"AccountGroup/query", where("name", "SOUNDS_LIKE", "x"), "no operator"},
		{"AccountGroup/query", where("name", "EQUALS"), "takes 1"},
		{"AccountGroup/query", where("name", "BETWEEN", "x"), "takes 2"},
		{"AccountGroup/query", where("defaultGroup", "EQUALS", "perhaps"), "true or false"},
		{"AccountGroup/query", where("name", "EQUALS", "a\x00"), "no text"},
		{"AccountGroup/query", `{"QueryFilter":"x"}`, "must be an object"},
		{"AccountGroup/query", `{"QueryFilter":{"expression":{"operator":"and"}}}`, "joins"},
		{"AuditLog/query", where("date", "GREATER_THAN", "yesterday"), "an instant"},
		{"ComponentMetadata/query", where("version", "EQUALS", "two"), "whole number"},
		{"PublisherIntegrationPack", `{"name":"x"}`, "R6"},
		{"PublisherIntegrationPack", `{"name":"x","installationType":"BOTH"}`, "SINGLE or MULTI"},
		{"PublisherIntegrationPack", `{"name":"x","installationType":"SINGLE","PublisherPackagedComponents":{"PublisherPackagedComponent":[{"componentId":"c"}]}}`, "No uploaded package"},
		{"PackagedComponent", `{}`, "componentId"},
		{"PackagedComponent", `{"componentId":"c","componentVersion":"x"}`, "whole number"},
		{"PackagedComponent", `{"componentId":"c","shareable":"perhaps"}`, "true or false"},
		{"AccountGroupAccount", `{"accountGroupId":"a","accountId":"b"}`, "names nothing"},
	} {
		w.do(request{as: "acme", method: http.MethodPost, path: c.path, body: c.body}).refused(400, c.words)
	}
	if w.log.Len() > 0 {
		t.Errorf("faults were logged: %s", w.log.String())
	}
}
