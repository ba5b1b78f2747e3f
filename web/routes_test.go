package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"packtide/release"
)

// everybody is every kind of visitor with the role that the table of routes knows them by.
var everybody = map[string]access{
	"": 0, thePublisher: asPublisher, thePublisherViewer: asPublisherViewer, theAdmin: asAdmin, theManagedViewer: asManagedViewer,
	theSupport: asSupport, theOperator: asOperator,
}

// browser is the browser of a kind of visitor; the empty key is nobody's.
func (w *world) browser(key string) *client {
	if key == "" {
		return w.anonymous()
	}
	return w.as(key)
}

func TestRoutesByRole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(Config{Demo: stillDemo{w.clock}})
	for key, has := range everybody {
		for _, r := range slices.Concat(routes, demoRoutes) {
			if r.path == "/sign-out" {
				continue // it would end the visit of all that follow
			}
			t.Run(fmt.Sprintf("%s %s as %s", r.method, r.path, cmp.Or(key, "nobody")), func(t *testing.T) {
				t.Parallel()
				p := w.browser(key).ask(r.method, concrete(t, r.path, nil))
				checkAdmission(t, p, key, r, r.roles&anyone != 0 || r.roles&has != 0)
			})
		}
	}
}

// checkAdmission tells by the answer whether the visitor was let through to the handler.
func checkAdmission(t *testing.T, p *page, key string, r route, admitted bool) {
	t.Helper()
	toSignIn := p.status == http.StatusSeeOther && strings.HasPrefix(p.header.Get("Location"), "/sign-in?next=")
	switch {
	case r.roles == 0:
		t.Error("the route declares no role")
	case p.status >= http.StatusInternalServerError:
		t.Errorf("answers %d: %s", p.status, p.text("main"))
	case admitted && (toSignIn || p.status == http.StatusForbidden || p.status == http.StatusUnauthorized):
		t.Errorf("answers %d %s to someone who may: %s", p.status, p.header.Get("Location"), p.text("main"))
	case !admitted && key == "" && !toSignIn:
		t.Errorf("answers %d %s to nobody, want the way to sign in", p.status, p.header.Get("Location"))
	case !admitted && key != "" && p.status != http.StatusForbidden:
		t.Errorf("answers %d to someone who may not, want 403", p.status)
	}
}

// TestRouteTableIsWhole fails for an address that is served without standing in a table.
func TestRouteTableIsWhole(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{
		"GET /static/*": true, "HEAD /static/*": true, "GET /favicon.ico": true, "HEAD /favicon.ico": true,
		"GET /healthz": true, "HEAD /healthz": true, "GET /readyz": true, "HEAD /readyz": true,
	}
	for _, r := range slices.Concat(routes, demoRoutes) {
		if r.roles == 0 || r.handle == nil {
			t.Errorf("%s %s has no role or no handler", r.method, r.path)
		}
		if listed[r.method+" "+r.path] {
			t.Errorf("%s %s stands there twice", r.method, r.path)
		}
		listed[r.method+" "+r.path] = true
		if r.method == http.MethodGet {
			listed["HEAD "+r.path] = true
		}
	}
	s := New(Config{Clock: (&testClock{at: worldBegins}).Now, Demo: stillDemo{}})
	for _, r := range s.handler.Router().Routes() {
		if !listed[r.Method+" "+r.Path] {
			t.Errorf("%s %s is served, but stands in no table", r.Method, r.Path)
		}
	}
}

// TestOnlyThoseWhoMayChange: viewers change nothing but what is their own, support nothing but what R27 lets them (R34).
func TestOnlyThoseWhoMayChange(t *testing.T) {
	t.Parallel()
	own := []string{
		"/switch-account", "/view-as/stop", "/settings/tokens", "/settings/tokens/:token/revoke", "/install-base/export/cancel",
		"/install-base/views/new", "/install-base/views/:view", "/install-base/views/:view/delete",
		"/settings/notifications",
	}
	withReason := []string{"/attachments/:attachment/try", "/attachments/:attachment/go-back", "/accounts/:account/view-as"} // R27, R34
	for _, r := range routes {
		if r.method == http.MethodGet || r.roles&anyone != 0 || slices.Contains(own, r.path) {
			continue
		}
		if r.roles&(asPublisherViewer|asManagedViewer) != 0 {
			t.Errorf("%s %s is open to viewers", r.method, r.path)
		}
		if r.roles&asSupport != 0 && !slices.Contains(withReason, r.path) {
			t.Errorf("%s %s is open to support", r.method, r.path)
		}
		if slices.Contains([]string{"/accounts", "/people"}, "/"+strings.Split(r.path, "/")[1]) && r.roles != asOperator && !slices.Contains(withReason, r.path) {
			t.Errorf("%s %s is open to others than operators", r.method, r.path)
		}
	}
}

// TestRoutesHideForeignThings walks every route with an id: what belongs to others is not found, whoever asks.
func TestRoutesHideForeignThings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	foreign := w.foreignThings()
	for key, has := range everybody {
		if has&(publishers|managed) == 0 {
			continue // staff see everything, nobody sees nothing
		}
		for _, r := range routes {
			if !strings.Contains(r.path, "/:") || r.roles&has == 0 {
				continue
			}
			t.Run(fmt.Sprintf("%s %s as %s", r.method, r.path, key), func(t *testing.T) {
				t.Parallel()
				path := concrete(t, r.path, foreign)
				p := w.as(key).ask(r.method, path)
				if p.status != http.StatusNotFound {
					t.Errorf("%s answers %d %s, want 404: %s", path, p.status, p.header.Get("Location"), p.text("main"))
				}
			})
		}
	}
}

// foreignThings are real things of Hudson and of its managed account Aurora, which the people of Meridian and of Nordlys
// have nothing to do with, by the name of the path parameter.
func (w *world) foreignThings() map[string]string {
	w.t.Helper()
	ctx, rival, once := w.t.Context(), w.actor(theRival), false
	w.done(w.service.SetShareableDefault(ctx, rival, true))
	first := w.uploadAs(theRival, "Hudson Secret", "1.0.0")
	pack := must(w.service.CreatePack(ctx, rival, release.NewPack{
		PackTexts: release.PackTexts{Name: "Hudson Secrets", Description: "Nobody else's", SupportContact: "help@hudson.example"}, Multiple: &once,
	}))(w.t)
	w.done(w.service.AddPackage(ctx, rival, pack.ID, first.Package))
	group := must(w.service.CreateGroup(ctx, rival, "Hudson's own"))(w.t)
	w.done(w.service.AddAccountToGroup(ctx, rival, group.ID, w.aurora.ID))
	w.done(w.service.AddPackToGroup(ctx, rival, group.ID, pack.ID))
	w.releaseNowAs(theRival, pack.ID, "1.0.0")
	attachment := w.install(theOtherAdmin, pack.ID, "Aurora's")
	w.uploadAs(theRival, "Hudson Secret", "1.1.0")
	w.done(w.service.TakeUpdates(ctx, rival, pack.ID))
	evidence := w.evidenceAs(theRival, pack.ID)
	pending := w.scheduleAs(theRival, pack.ID, "1.1.0", "2026-12-01")
	w.done(w.service.OptIn(ctx, w.actor(theOtherAdmin), attachment.ID, pending, ""))
	w.done(w.service.GiveFeedback(ctx, w.actor(theOtherAdmin), attachment.ID, pending, release.VerdictWorks, "quietly", addedNote("a note")))
	said := must(w.db.Reader.Feedback(ctx, rival, release.FeedbackFilter{Release: pending}))(w.t)
	admin := w.people[theOtherAdmin].person.ID
	token, _, err := w.service.CreateToken(ctx, w.actor(theOtherAdmin), release.NewToken{Person: admin, Account: w.aurora.ID, Name: "Aurora's"})
	w.done(err)
	saved, err := w.service.SaveView(ctx, rival, "Hudson's view", nil)
	w.done(err)
	hook := w.webhookAs(theRival)
	message := must(w.service.TestWebhook(ctx, rival, hook.ID))(w.t)
	return map[string]string{
		"view": saved.ID.String(), "webhook": hook.ID.String(), "delivery": message.ID.String(),
		"pack": pack.ID.String(), "package": first.Package.String(), "version": first.ID.String(), "group": group.ID.String(),
		"release": pending.String(), "feedback": said[0].ID.String(), "attachment": attachment.ID.String(), "account": w.hudson.ID.String(),
		"person": w.people[theRival].person.ID.String(), "token": token.ID.String(),
		"evidence": evidence.ID.String(), "item": evidence.Item.String(), "noun": "secrets", "thing": "Secrets",
	}
}

// concrete fills a path's parameters: with the things named, or with ids that exist nowhere. Each name of a parameter has to
// be known here, so that a new kind of thing is walked too.
func concrete(t *testing.T, path string, things map[string]string) string {
	t.Helper()
	known := []string{"account", "person", "pack", "package", "version", "release", "group", "attachment", "feedback", "token", "view", "secret", "item", "evidence", "webhook", "delivery", "noun", "thing"}
	parts := strings.Split(path, "/")
	for i, part := range parts {
		name, ok := strings.CutPrefix(part, ":")
		if !ok {
			continue
		}
		if !slices.Contains(known, name) {
			t.Fatalf("%s has the unknown parameter %q: teach foreignThings one that belongs to others", path, name)
		}
		parts[i] = release.NewID(worldBegins).String()
		if id, ok := things[name]; ok {
			parts[i] = id
		} else if things != nil && name != "secret" {
			t.Fatalf("foreignThings has no %s", name)
		}
	}
	return strings.Join(parts, "/")
}

// stillDemo is a demo's clock that nothing moves.
type stillDemo struct{ *testClock }

func (stillDemo) Move(context.Context, string) error { return nil }

var _ DemoClock = stillDemo{}
