package atomsphere_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"packtide/release"
)

// TestRace: of two programs that replace a scheduled release at once, one does, and the other is told to look again; two that make
// one environment make one. // R14 R19
func TestRace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 3 {
		w.upload("acme", 1, i+1, "Orders", fmt.Sprintf("1.%d.0", i), true)
	}
	pack := w.post("acme", "PublisherIntegrationPack", `{"name":"P","installationType":"SINGLE","PublisherPackagedComponents":{"PublisherPackagedComponent":[{"componentId":%q}]}}`, componentID(1)).text("id")
	w.contact("acme", pack)
	order := func(version string) string {
		return fmt.Sprintf(`{"id":%q,"releaseSchedule":"RELEASE_ON_SPECIFIED_DATE","releaseOnDate":"2026-12-01","ReleasePackagedComponents":{"ReleasePackagedComponent":[{"componentId":%q,"version":%q}]}}`,
			pack, componentID(1), version)
	}
	w.post("acme", "ReleaseIntegrationPack", "%s", order("1.0.0"))
	both := func(as, path, first, second string) (done int) {
		var wg sync.WaitGroup
		replies := make([]reply, 2)
		for i, body := range []string{first, second} {
			wg.Go(func() { replies[i] = w.do(request{as: as, method: http.MethodPost, path: path, body: body}) })
		}
		wg.Wait()
		for _, r := range replies {
			switch r.status {
			case http.StatusOK:
				done++
			case http.StatusBadRequest:
			default:
				t.Errorf("%s: %d %s", path, r.status, r.body)
			}
		}
		return done
	}
	if done := both("acme", "ReleaseIntegrationPack/"+pack, order("1.1.0"), order("1.2.0")); done == 0 {
		t.Error("neither replaced the release")
	}
	releases := must(w.db.Reader.Releases(t.Context(), w.people["acme"].actor, must(release.ParseID(pack))(t), 0, 0))(t)
	pending := 0
	for _, r := range releases {
		if r.State == release.Pending {
			pending++
		}
	}
	if pending != 1 {
		t.Errorf("%d releases are pending", pending)
	}
	if done := both("north", "Environment", `{"name":"Lab"}`, `{"name":"Lab"}`); done != 1 {
		t.Errorf("%d environments of one name were made", done)
	}
}
