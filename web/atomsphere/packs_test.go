package atomsphere_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// sdk is how the Python SDK sends: always JSON, also with {} as the body of a DELETE.
var sdk = map[string]string{"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "python-requests/2.32.0"}

// TestSDKReleases replays what the Python SDK sends for publisher packs: create, ADD, release on a date, switch to immediate, follow
// the status from 202 to 200, query. // R7 R8 R9 R15 R16 R23
func TestSDKReleases(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.upload("acme", 1, 3, "Orders", "1.0.0", true)
	w.upload("acme", 2, 1, "Invoices", "1.0.0", true)
	made := w.post("acme", "PublisherIntegrationPack", `{"@type":"PublisherIntegrationPack","Description":"Orders and more","installationType":"SINGLE",
		"name":"Order Pack","PublisherPackagedComponents":{"@type":"","PublisherPackagedComponent":[{"componentId":%q}]}}`, componentID(1))
	made.says("@type", "PublisherIntegrationPack", "name", "Order Pack", "installationType", "SINGLE", "Description", "Orders and more",
		"PublisherPackagedComponents.PublisherPackagedComponent.0.componentId", componentID(1),
		"PublisherPackagedComponents.PublisherPackagedComponent.0.componentType", "process",
		"PublisherPackagedComponents.PublisherPackagedComponent.0.currentVersion", "",
		"PublisherPackagedComponents.PublisherPackagedComponent.0.pendingVersion", "1.0.0",
		"PublisherPackagedComponents.PublisherPackagedComponent.0.deleted", false)
	pack := made.text("id")
	added := w.post("acme", "PublisherIntegrationPack/"+pack, `{"Description":"Orders","operationType":"ADD",
		"PublisherPackagedComponents":{"PublisherPackagedComponent":[{"componentId":%q},{"componentId":%q}]}}`, componentID(1), componentID(2))
	added.says("Description", "Orders", "PublisherPackagedComponents.PublisherPackagedComponent.0.componentName", "Invoices",
		"PublisherPackagedComponents.PublisherPackagedComponent.1.componentName", "Orders")
	w.do(request{as: "acme", method: http.MethodPost, path: "ReleaseIntegrationPack", header: sdk, body: `{"id":"` + pack + `","releaseSchedule":"IMMEDIATELY"}`}).
		refused(400, "support contact") // R7
	w.contact("acme", pack)
	scheduled := w.do(request{as: "acme", method: http.MethodPost, path: "ReleaseIntegrationPack", header: sdk, body: `{"id":"` + pack + `",
		"releaseSchedule":"RELEASE_ON_SPECIFIED_DATE","releaseOnDate":"2026-12-01","name":"Order Pack","installationType":"SINGLE",
		"ReleasePackagedComponents":{"ReleasePackagedComponent":[{"componentId":"` + componentID(1) + `","version":"1.0.0"}]}}`}).want(200)
	scheduled.says("id", pack, "releaseSchedule", "RELEASE_ON_SPECIFIED_DATE", "releaseOnDate", "2026-12-01",
		"ReleasePackagedComponents.ReleasePackagedComponent.1.version", "1.0.0")
	request1 := scheduled.text("requestId")
	if want := w.url + "/api/rest/v1/" + w.acme.ID.String() + "/ReleaseIntegrationPackStatus/" + request1; scheduled.text("releaseStatusUrl") != want || !strings.HasPrefix(request1, "release-") {
		t.Errorf("releaseStatusUrl %s, want %s", scheduled.text("releaseStatusUrl"), want)
	}
	w.get("acme", "ReleaseIntegrationPackStatus/"+request1).want(202).says("responseStatusCode", 202, "releaseStatus", "SCHEDULED", "integrationPackId", pack,
		"requestId", request1, "releaseOnDate", "2026-12-01")
	w.post("acme", "ReleaseIntegrationPack/"+pack+"/update", `{"id":%q,"releaseSchedule":"RELEASE_ON_SPECIFIED_DATE","releaseOnDate":"2026-12-03"}`, pack).
		says("releaseOnDate", "2026-12-03", "requestId", request1) // R20
	w.post("acme", "ReleaseIntegrationPack/"+pack, `{"id":%q,"releaseSchedule":"IMMEDIATELY"}`, pack).
		says("releaseSchedule", "IMMEDIATELY", "requestId", request1)
	w.get("acme", "ReleaseIntegrationPackStatus/"+request1).want(200).says("responseStatusCode", 200, "releaseStatus", "SUCCESS", "releaseSchedule", "IMMEDIATELY",
		"ReleasePackagedComponents.ReleasePackagedComponent.0.releasedVersion", "1.0.0")
	w.do(request{as: "acme", method: http.MethodPost, path: "ReleaseIntegrationPack/" + pack, body: `{"releaseSchedule":"IMMEDIATELY"}`}).refused(400, "scheduled")
	w.do(request{as: "acme", method: http.MethodPost, path: "ReleaseIntegrationPack", body: `{"id":"` + pack + `","releaseSchedule":"IMMEDIATELY"}`}).refused(400, "changes nothing")

	w.upload("acme", 1, 4, "Orders", "1.1.0", true)
	w.get("acme", "PublisherIntegrationPack/"+pack).want(200).says("PublisherPackagedComponents.PublisherPackagedComponent.1.currentVersion", "1.0.0",
		"PublisherPackagedComponents.PublisherPackagedComponent.1.latestVersion", "1.1.0")
	w.post("acme", "PublisherIntegrationPack/query", "%s", where("name", "LIKE", "%order%")).says("numberOfResults", 1, "result.0.id", pack, "queryToken", nil)
	w.do(request{as: "acme", method: http.MethodDelete, path: "PublisherIntegrationPack/" + pack, header: sdk, body: "{}"}).want(200)
	w.get("acme", "PublisherIntegrationPack/"+pack).refused(400, "PublisherIntegrationPack")
}

// TestReplacedRelease: other versions are another release, and whoever waits for the first learns what became of it. // R13 R19 R20
func TestReplacedRelease(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.upload("acme", 1, 1, "Orders", "1.0.0", true)
	w.upload("acme", 1, 2, "Orders", "1.1.0", true)
	w.upload("acme", 1, 3, "Orders", "1.2.0", false)
	pack := w.post("acme", "PublisherIntegrationPack/", `{"name":"P","installationType":"MULTI","PublisherPackagedComponents":{"PublisherPackagedComponent":{"componentId":%q}}}`, componentID(1)).
		says("installationType", "MULTI").text("id")
	w.contact("acme", pack)
	order := func(schedule, version string) string {
		return `{"id":"` + pack + `",` + schedule + `,"ReleasePackagedComponents":{"ReleasePackagedComponent":[{"componentId":"` + componentID(1) + `","version":"` + version + `"}]}}`
	}
	onDate := `"releaseSchedule":"RELEASE_ON_SPECIFIED_DATE","releaseOnDate":"2026-12-01"`
	first := w.post("acme", "ReleaseIntegrationPack", "%s", order(onDate, "1.0")).text("requestId")
	for body, words := range map[string]string{
		order(onDate, "9.9.9"): "no packaged version", order(onDate, "x"): "no packaged version", order(`"releaseSchedule":"SOON"`, "1.0.0"): "releaseSchedule",
		order(onDate, "1.2.0"): "not shareable", `{"ReleasePackagedComponents":{"ReleasePackagedComponent":[{"componentId":"other"}]}}`: "not in this pack",
	} {
		w.do(request{as: "acme", method: http.MethodPost, path: "ReleaseIntegrationPack/" + pack, body: body}).refused(400, words)
	}
	w.do(request{as: "acme", method: http.MethodPost, path: "ReleaseIntegrationPack", body: order(onDate, "1.1.0")}).refused(400, "R19")
	second := w.post("acme", "ReleaseIntegrationPack/"+pack, "%s", order(`"releaseOnDate":"2026-12-02"`, "1.1.0")).
		says("releaseOnDate", "2026-12-02", "ReleasePackagedComponents.ReleasePackagedComponent.0.version", "1.1.0").text("requestId")
	if first == second {
		t.Error("a decided release was edited")
	}
	w.get("acme", "ReleaseIntegrationPackStatus/"+first).want(202).says("requestId", first, "releaseOnDate", "2026-12-02")
	w.advance(6 * 24 * time.Hour)
	w.get("acme", "ReleaseIntegrationPackStatus/"+second).want(202).says("releaseStatus", "IN_PROGRESS")
	if _, err := w.service.ApplyDue(t.Context(), w.now()); err != nil {
		t.Fatal(err)
	}
	w.get("acme", "ReleaseIntegrationPackStatus/"+first).want(200).says("releaseStatus", "SUCCESS", "ReleasePackagedComponents.ReleasePackagedComponent.0.releasedVersion", "1.1.0")
	w.post("acme", "ReleaseIntegrationPackStatus/bulk", `{"type":"GET","request":[{"id":%q},{"id":"release-x"}]}`, second).says("response.0.statusCode", 200,
		"response.0.Result.releaseStatus", "SUCCESS", "response.1.statusCode", 400, "response.1.id", "release-x")

	third := w.post("acme", "ReleaseIntegrationPack", "%s", order(strings.Replace(onDate, "12-01", "12-20", 1), "1.0.0")).text("requestId")
	w.post("acme", "ReleaseIntegrationPack/"+pack, `{"releaseSchedule":"IMMEDIATELY","ReleasePackagedComponents":{"ReleasePackagedComponent":[{"componentId":%q}]}}`, componentID(1)).
		says("requestId", third) // what it lists is scheduled already
	w.post("acme", "PublisherIntegrationPack/"+pack, `{"operationType":"DELETE","PublisherPackagedComponents":{"PublisherPackagedComponent":[{"componentId":%q}]}}`, componentID(1)).
		says("PublisherPackagedComponents.PublisherPackagedComponent.0.deleted", true, "PublisherPackagedComponents.PublisherPackagedComponent.0.pendingVersion", "")
	w.do(request{as: "acme", method: http.MethodPost, path: "ReleaseIntegrationPack", body: order(`"releaseSchedule":"IMMEDIATELY"`, "1.1.0")}).refused(400, "to be removed")
}
