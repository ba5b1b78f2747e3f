package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"packtide/release"
)

// listed are the names in the first column of a list by name, from its first page to its last.
func (c *client) listed(path, prefix string) []string {
	c.t.Helper()
	var names []string
	for path != "" {
		p := c.get(path).wants(http.StatusOK)
		rows := p.all("main tbody th a[href^=" + prefix + "]")
		if len(rows) > pageSize {
			c.t.Fatalf("%s shows %d rows", path, len(rows))
		}
		for _, a := range rows {
			names = append(names, textOf(a))
		}
		path = ""
		if next := p.all(".pager a[rel=next]"); len(next) > 0 {
			path = attrOf(next[0], "href")
		}
	}
	return names
}

func TestAccountsPageByName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	want := []string{"Banco Aurora", "Hudson Automation", "Meridian Connect", "Nordlys Insurance"}
	for i := range 105 {
		name := fmt.Sprintf("ångström ~ %03d", i) // the key's own mark, and letters beyond ASCII
		must(w.service.CreateAccount(t.Context(), w.actor(theOperator), release.NewAccount{Name: name, Zone: "Europe/Oslo", Managed: true}))(t)
		want = append(want, name)
	}
	for _, who := range []string{theSupport, theOperator} {
		got := w.as(who).listed("/accounts", "/accounts/")
		if len(got) != len(want) || len(slices.Compact(slices.Sorted(slices.Values(got)))) != len(want) {
			t.Errorf("%s sees %d accounts, %d different ones, want %d", who, len(got), len(slices.Compact(slices.Sorted(slices.Values(got)))), len(want))
		}
	}
	if got := w.as(theSupport).listed("/accounts?q=tröm+~+01", "/accounts/"); len(got) != 10 {
		t.Errorf("the search finds %v", got)
	}
	w.as(theSupport).get("/accounts?q=zzz").wants(http.StatusOK).says("main", "No account has “zzz” in its name")
	w.as(theSupport).get("/accounts?after=~x").wants(http.StatusOK).says("main table", "Banco Aurora") // no key of ours: the first page
}

func TestAccountsAreForOperatorsToChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	account := "/accounts/" + w.nordlys.ID.String()
	for _, path := range []string{"/accounts", account} {
		p := w.as(theSupport).get(path).wants(http.StatusOK)
		if p.has("main form[method=post]") || p.has("main a[href=/accounts/new]") || p.has("main a[href^=/people/]") {
			t.Errorf("%s offers support what only operators may do (R34)", path)
		}
	}
	w.as(theOperator).get("/accounts").wants(http.StatusOK).one("main a[href=/accounts/new]")
	w.as(theOperator).get(account).wants(http.StatusOK).one("main form[action=" + account + "/invite]")
}

func TestOpenAnAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	operator := w.as(theOperator)
	for name, c := range map[string]struct {
		form   url.Values
		status int
		field  string
	}{
		"no name":     {url.Values{"name": {" "}, "zone": {"Europe/Oslo"}, "purpose": {"managed"}}, http.StatusUnprocessableEntity, "name"},
		"no purpose":  {url.Values{"name": {"Fjord"}, "zone": {"Europe/Oslo"}}, http.StatusUnprocessableEntity, "purpose"},
		"no zone":     {url.Values{"name": {"Fjord"}, "zone": {"Mars/Olympus"}, "purpose": {"managed"}}, http.StatusUnprocessableEntity, "zone"},
		"a name used": {url.Values{"name": {"NORDLYS insurance"}, "zone": {"Europe/Oslo"}, "purpose": {"managed"}}, http.StatusConflict, "name"},
		"too long":    {url.Values{"name": {strings.Repeat("x", 151)}, "zone": {"Europe/Oslo"}, "purpose": {"managed"}}, http.StatusUnprocessableEntity, "name"},
	} {
		p := operator.post("/accounts/new", c.form).wants(c.status)
		if p.errorOn(c.field) == "" {
			t.Errorf("%s: nothing is said beside %s: %s", name, c.field, p.text("main"))
		}
		if p.value("name") != c.form.Get("name") {
			t.Errorf("%s: the name typed is lost: %q", name, p.value("name"))
		}
	}
	p := operator.follow(operator.post("/accounts/new", url.Values{"name": {" Fjord "}, "zone": {"Europe/Oslo"}, "purpose": {"publisher", "managed"}}))
	p.wants(http.StatusOK).says("h1", "Fjord").says(".flashes", "Fjord is open").says("main", "Publishes and installs packs in Europe/Oslo")
	if got := len(operator.listed("/accounts", "/accounts/")); got != 5 {
		t.Errorf("%d accounts after five refusals and one opening", got)
	}
}

func TestInvitationsAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	operator := w.as(theOperator)
	managed, publisher := "/accounts/"+w.nordlys.ID.String(), "/accounts/"+w.meridian.ID.String()
	for name, c := range map[string]struct {
		path   string
		form   url.Values
		status int
		field  string
	}{
		"no address":           {managed + "/invite", url.Values{"email": {"nora"}, "name": {"Nora"}, "managed_role": {"admin"}}, http.StatusUnprocessableEntity, "email"},
		"no name":              {managed + "/invite", url.Values{"email": {"n@x.example"}, "managed_role": {"admin"}}, http.StatusUnprocessableEntity, "name"},
		"no role":              {managed + "/invite", url.Values{"email": {"n@x.example"}, "name": {"Nora"}}, http.StatusUnprocessableEntity, "managed_role"},
		"a role of the others": {publisher + "/invite", url.Values{"email": {"n@x.example"}, "name": {"Nora"}, "managed_role": {"admin"}}, http.StatusUnprocessableEntity, "publisher_role"},
		"a made-up role":       {managed + "/invite", url.Values{"email": {"n@x.example"}, "name": {"Nora"}, "managed_role": {"owner"}}, http.StatusUnprocessableEntity, "managed_role"},
		"a site role":          {managed + "/invite", url.Values{"email": {"n@x.example"}, "name": {"Nora"}, "site_role": {"operator"}}, http.StatusUnprocessableEntity, "managed_role"},
		"staff without a role": {"/people", url.Values{"email": {"n@x.example"}, "name": {"Nora"}}, http.StatusUnprocessableEntity, "site_role"},
		"staff out of people":  {"/people", url.Values{"email": {claire}, "name": {"Claire"}, "site_role": {"operator"}}, http.StatusConflict, "email"},
	} {
		p := operator.post(c.path, c.form).wants(c.status)
		if p.errorOn(c.field) == "" || p.value("email") != c.form.Get("email") {
			t.Errorf("%s: beside %s it says %q, the address is %q", name, c.field, p.errorOn(c.field), p.value("email"))
		}
	}
	if got := operator.listed("/people?q=x.example", "/people/"); len(got) > 0 {
		t.Errorf("refused invitations have left %v", got)
	}
}

func TestPeoplePageByAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 104 {
		_, _, err := w.service.InvitePerson(t.Context(), w.actor(theOperator), release.Invite{
			Email: fmt.Sprintf("P%03d@Many.example", i), Name: "One of Many", Account: w.aurora.ID, Managed: release.RoleManagedViewer,
		})
		w.done(err)
	}
	operator := w.as(theOperator)
	if got := len(operator.listed("/people", "/people/")); got != 104+8 {
		t.Errorf("the list has %d people, want %d", got, 104+8)
	}
	if got := len(operator.listed("/people?q=many.EXAMPLE", "/people/")); got != 104 {
		t.Errorf("the search finds %d people, want 104", got)
	}
	if got := len(operator.listed("/accounts/"+w.aurora.ID.String(), "/people/")); got != 104+1 {
		t.Errorf("the account has %d people, want %d", got, 104+1)
	}
	operator.get("/people?q=zzz").wants(http.StatusOK).says("main", "Nobody has “zzz” in their name or address")
}

func TestRolesOfAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	operator, person := w.as(theOperator), "/people/"+w.people[theAdmin].person.ID.String()
	p := operator.get(person).wants(http.StatusOK)
	if p.has("[name=publisher_role]") || p.value("managed_role") != "admin" {
		t.Errorf("an account that installs offers a publisher's role, or shows %q", p.value("managed_role"))
	}
	set := func(account release.ID, publisher, managed string) *page {
		return operator.post(person+"/roles", url.Values{"account": {account.String()}, "publisher_role": {publisher}, "managed_role": {managed}})
	}
	operator.follow(set(w.nordlys.ID, "", "viewer")).wants(http.StatusOK).says(".flashes", "The roles are saved")
	w.as(theAdmin).get("/home").wants(http.StatusOK)
	for name, p := range map[string]*page{
		"a role that does not fit": set(w.nordlys.ID, "publisher", ""), "a made-up role": set(w.nordlys.ID, "", "root"),
	} {
		if p.status != http.StatusUnprocessableEntity || p.text(".error-summary") == "" {
			t.Errorf("%s: answers %d %q", name, p.status, p.text(".error-summary"))
		}
	}
	set(release.NewID(worldBegins), "", "admin").wants(http.StatusNotFound)
	operator.follow(set(w.nordlys.ID, "", "")).wants(http.StatusOK).saysNot("main", "Nordlys")
	w.as(theAdmin).get("/home").wants(http.StatusForbidden)
}
