package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"packtide/release"
)

// look begins to look as the account's people.
func (c *client) look(account release.ID, as release.ViewAs) *page {
	c.t.Helper()
	return c.post("/accounts/"+account.String()+"/view-as", url.Values{"as": {string(as)}, "reason": {"Ticket 4711"}}).wants(http.StatusSeeOther)
}

// viewedThings are things of Meridian and of Nordlys for every route that has one in its address.
func (w *world) viewedThings() map[string]string {
	w.t.Helper()
	v := w.upload("Desk Part", "1.0.0")
	pack := w.pack("Ticket Desk", true, v)
	w.releaseNow(pack.ID, "1.0.0")
	a := w.install(theAdmin, pack.ID, "Desk")
	w.upload("Desk Part", "1.1.0")
	w.done(w.service.TakeUpdates(w.t.Context(), w.actor(thePublisher), pack.ID))
	pending := w.schedule(pack.ID, "1.1.0", "2026-12-01")
	return map[string]string{
		"pack": pack.ID.String(), "package": v.Package.String(), "version": v.ID.String(), "group": w.everyone().String(), "release": pending.String(),
		"attachment": a.ID.String(), "account": w.nordlys.ID.String(), "person": w.people[theAdmin].person.ID.String(),
	}
}

// TestLookAsAnAccount: what the account's people see, with a band on every page, and the way back. // R34
func TestLookAsAnAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	things := w.viewedThings()
	support := w.as(theSupport)
	form := "/accounts/" + w.nordlys.ID.String() + "/view-as"
	if p := support.post(form, url.Values{"reason": {" "}}).wants(http.StatusUnprocessableEntity); p.errorOn("reason") == "" {
		t.Errorf("a viewing without a reason: %s", p.text("main"))
	}
	support.get("/accounts/" + w.nordlys.ID.String()).wants(http.StatusOK).link("Look as its people")
	support.get(form).wants(http.StatusOK).says("main", "Look as its admin for an hour").saysNot("main", "its publisher")
	home := support.follow(support.look(w.nordlys.ID, ""))
	home.wants(http.StatusOK).says(".band.viewing", "You look at Nordlys Insurance as its admin. Nothing can be changed.").says("h1", "What needs Nordlys Insurance?")
	admin := w.as(theAdmin)
	for _, path := range []string{"/home", "/catalogue", "/installed", "/catalogue/" + things["pack"], "/attachments/" + things["attachment"], "/activity"} {
		support.get(path).wants(http.StatusOK).says(".band.viewing", "Nordlys")
		if diff := cmp.Diff(admin.get(path).text("main"), support.get(path).text("main")); diff != "" {
			t.Errorf("%s is another than the admin's (-admin +support):\n%s", path, diff)
		}
	}
	for _, path := range []string{"/nowhere", "/attachments/" + release.NewID(worldBegins).String()} {
		support.get(path).wants(http.StatusNotFound).says(".band.viewing", "Stop looking")
	}
	support.get("/audit").wants(http.StatusForbidden).says(".band.viewing", "Nordlys")
	support.get("/install-base").wants(http.StatusForbidden)
	admin.get("/activity").says("main", "Sam Support began to look at Nordlys Insurance as its people see it").says("main", "Ticket 4711")
	back := support.follow(support.post("/view-as/stop", nil))
	back.wants(http.StatusOK).says("h1", "Nordlys Insurance").says(".flash", "You act as yourself again")
	if back.has(".band.viewing") {
		t.Error("the band stays after the end")
	}
	support.get("/audit?action=support.view_ended").says("main tbody", "Sam Support")
}

// TestLookingRefusesEveryChange walks all routes: nothing but the ways out lets a change through. // R34
func TestLookingRefusesEveryChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(Config{Demo: stillDemo{w.clock}})
	things := w.viewedThings()
	for as, account := range map[release.ViewAs]release.ID{release.ViewAsAdmin: w.nordlys.ID, release.ViewAsPublisher: w.meridian.ID} {
		support := w.as(theSupport)
		support.look(account, as)
		before := w.tables()
		for _, r := range slices.Concat(routes, demoRoutes, []route{{method: http.MethodPost, path: "/nowhere"}}) {
			if r.method == http.MethodGet || endsViewing[r.path] {
				continue
			}
			p := support.ask(r.method, withThings(r.path, things)).wants(http.StatusForbidden)
			p.says(".error-page", "nothing can be changed").says(".band.viewing", "Stop looking")
		}
		w.unchangedSince(before, "a refused change as "+string(as))
	}
}

// TestLookingLeavesNothing: no page notes that it was looked at, saved or fetched while support looks as others. // R34
func TestLookingLeavesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	things := w.viewedThings()
	for as, account := range map[release.ViewAs]release.ID{release.ViewAsAdmin: w.nordlys.ID, release.ViewAsPublisher: w.meridian.ID} {
		support := w.as(theSupport)
		support.look(account, as)
		before := w.tables()
		seen := 0
		for _, r := range routes {
			if r.method != http.MethodGet {
				continue
			}
			p := support.get(withThings(r.path, things))
			if p.status >= http.StatusInternalServerError {
				t.Errorf("%s answers %d", p.path, p.status)
			}
			if p.status == http.StatusOK {
				seen++
			}
		}
		if seen < 10 {
			t.Errorf("as %s only %d pages were seen", as, seen)
		}
		w.unchangedSince(before, "looking as "+string(as))
	}
}

func withThings(path string, things map[string]string) string {
	for name, id := range things {
		path = strings.ReplaceAll(path, ":"+name, id)
	}
	return path
}

// tables are the contents of every table but the sessions, in short.
func (w *world) tables() map[string]string {
	w.t.Helper()
	var names []string
	w.done(w.db.Pool.QueryRow(w.t.Context(), `SELECT array_agg(tablename::text) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'sessions'`).Scan(&names))
	all := map[string]string{}
	for _, name := range names {
		var sum string
		w.done(w.db.Pool.QueryRow(w.t.Context(), fmt.Sprintf(`SELECT coalesce(md5(string_agg(x::text, '' ORDER BY x::text)), '') FROM %q x`, name)).Scan(&sum))
		all[name] = sum
	}
	return all
}

func (w *world) unchangedSince(before map[string]string, what string) {
	w.t.Helper()
	if diff := cmp.Diff(before, w.tables()); diff != "" {
		w.t.Errorf("%s has changed tables:\n%s", what, diff)
	}
}

// TestLookingEnds by whatever ends it, and the audit says how. // R34
func TestLookingEnds(t *testing.T) {
	t.Parallel()
	for how, tc := range map[release.ViewEnd]struct {
		do   func(w *world, support *client) *page
		goes string // where the person is then
	}{
		release.ViewSignedOut: {func(_ *world, c *client) *page { return c.post("/sign-out", nil) }, "/sign-in"},
		release.ViewSwitched:  {func(_ *world, c *client) *page { return c.post("/switch-account", url.Values{"account": {"site"}}) }, "/"},
		release.ViewTimedOut: {func(w *world, c *client) *page {
			w.clock.advance(release.MaxViewing)
			return c.get("/home") // the site's staff has none
		}, ""},
		release.ViewRoleLost: {func(w *world, c *client) *page {
			if _, err := w.db.Owner(w.t).Exec(w.t.Context(), `UPDATE person SET site_role = NULL WHERE name = 'Sam Support'`); err != nil {
				w.t.Fatal(err)
			}
			return c.get("/home")
		}, ""},
	} {
		t.Run(string(how), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.clock.advance(time.Minute)
			support := w.as(theSupport)
			support.look(w.nordlys.ID, release.ViewAsAdmin)
			p := tc.do(w, support)
			if p.has(".band.viewing") || (tc.goes != "" && p.header.Get("Location") != tc.goes) || (tc.goes == "" && p.status != http.StatusForbidden) {
				t.Errorf("answers %d %s: %s", p.status, p.header.Get("Location"), p.text("main"))
			}
			events := must(w.db.Reader.Events(t.Context(), w.actor(theOperator), release.EventFilter{Actions: []string{release.ActViewEnded}}))(t)
			if len(events) != 1 || events[0].After["ended"] != string(how) || events[0].ActorName != "Sam Support" {
				t.Errorf("the audit tells %+v", events)
			}
		})
	}
}

// TestLookIsOnesOwn: a viewing of somebody else's, or one that is over, turns nobody into anybody. // R34
func TestLookIsOnesOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := must(w.service.BeginViewing(t.Context(), w.actor(theSupport), release.NewViewing{Account: w.nordlys.ID, Reason: "x"}))(t)
	if _, _, err := w.db.Reader.Viewing(t.Context(), w.people[theOperator].person.ID, v.ID); err == nil {
		t.Error("an operator reads a viewing of support's")
	}
	w.as(thePublisher).get("/accounts/" + w.nordlys.ID.String() + "/view-as").wants(http.StatusForbidden)
	w.as(theAdmin).post("/accounts/"+w.nordlys.ID.String()+"/view-as", url.Values{"reason": {"x"}}).wants(http.StatusForbidden)
	w.as(theAdmin).post("/view-as/stop", nil).wants(http.StatusSeeOther)
}
