package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"packtide/release"
)

// form is a form of name and value pairs.
func form(pairs ...string) url.Values {
	f := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Add(pairs[i], pairs[i+1])
	}
	return f
}

// group makes a group of Meridian through the page, and returns its address.
func (c *client) group(name string) string {
	c.t.Helper()
	return c.post("/groups", form("name", name)).wants(http.StatusSeeOther).header.Get("Location")
}

func TestGroupsAreMadeAndRenamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	claire.get("/groups").wants(http.StatusOK).says("tbody", "Built in: every managed account").says("tbody tr td", "2") // R25
	group := claire.group("  Pilot customers ")
	claire.get(group).says("h1", "Pilot customers").says(".flash", "The group Pilot customers is there").says("main", "No account is in this group yet")
	claire.get("/groups").says("tbody", "Pilot customers")

	again := claire.post("/groups", form("name", "pilot customers")).wants(http.StatusConflict)
	if again.value("name") != "pilot customers" || !strings.Contains(again.errorOn("name"), "a group of this name already") {
		t.Errorf("the taken name is told by %q, kept as %q", again.errorOn("name"), again.value("name"))
	}
	empty := claire.post("/groups", form("name", " ")).wants(http.StatusUnprocessableEntity)
	if !strings.Contains(empty.errorOn("name"), "Give the group a name") {
		t.Errorf("the missing name is told by %q", empty.errorOn("name"))
	}

	other := claire.group("Others")
	refused := claire.post(other+"/rename", form("name", "Pilot customers")).wants(http.StatusConflict)
	if refused.value("name") != "Pilot customers" || refused.errorOn("name") == "" || refused.text("h1") != "Others" {
		t.Errorf("the refused name: %s", refused.text("main"))
	}
	claire.follow(claire.post(other+"/rename", form("name", "Late adopters"))).says("h1", "Late adopters").says(".flash", "called Late adopters now")
}

func TestGroupsTakeAccountsAndPacks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	group := claire.group("Pilot")
	all := claire.get(group+"?show=all").says("tbody", "Nordlys Insurance").says("tbody", "Banco Aurora").saysNot("tbody", "Hudson")
	add := group + "/accounts/" + w.nordlys.ID.String()
	back := all.one("form[action=" + add + "] input[name=back]")
	added := claire.post(add, form("back", attrOf(back, "value")))
	if to := added.header.Get("Location"); to != group+"?show=all" {
		t.Errorf("after adding it goes to %q", to)
	}
	claire.follow(added).says(".flash", "Nordlys Insurance is in the group").says("tbody", "in the group")
	claire.get(group).says("tbody", "Nordlys Insurance").saysNot("tbody", "Aurora").says(".lede", "1 account sees no packs yet")
	claire.get(group+"?q=aur").says(".empty", "No account here has “aur”")
	claire.get(group+"?show=all&q=aur").says("tbody", "Banco Aurora").saysNot("tbody", "Nordlys")

	pack := w.pack("Acme Pack", false, w.upload("Acme", "1.0.0"))
	chosen := claire.get(group)
	if !strings.Contains(chosen.text("select[name=pack]"), "Acme Pack") {
		t.Errorf("packs to add: %q", chosen.text("select[name=pack]"))
	}
	none := claire.post(group+"/packs", form("pack", "")).wants(http.StatusUnprocessableEntity)
	if none.errorOn("pack") != "Choose a pack to add." || none.value("name") != "Pilot" {
		t.Errorf("no pack chosen: %s", none.text("main"))
	}
	claire.follow(claire.post(group+"/packs", form("pack", pack.ID.String()))).says(".flash", "once it is released").says("tbody", "Acme Pack") // R21
	claire.get(group).says(".lede", "1 account sees 1 pack")
}

// R30: what a removal leaves installed stays, and the publisher is told how much and where.
func TestRemovalsTellWhatStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	pack := w.pack("Acme Pack", true, w.upload("Acme", "1.0.0"))
	w.releaseNow(pack.ID, "1.0.0")
	everyone := groupPath(w.everyone())
	group := claire.group("Pilot")
	inGroup := group + "/packs/" + pack.ID.String()
	claire.follow(claire.post(inGroup, nil)).says(".flash", "Its accounts can install it now.")
	member := group + "/accounts/" + w.nordlys.ID.String()
	claire.post(member, nil).wants(http.StatusSeeOther)
	w.install(theAdmin, pack.ID, "One")
	w.install(theAdmin, pack.ID, "Two")

	// The pack leaves "All accounts": the group still allows both.
	claire.follow(claire.post(everyone+"/packs/"+pack.ID.String()+"/remove", nil)).says(".flash", "Acme Pack is no longer in the group.").saysNot(".flash", "stay")

	gone := claire.follow(claire.post(member+"/remove", nil))
	gone.says(".flash.warn", "Nordlys Insurance is no longer in the group. 2 attachments of this account stay installed outside your groups.")
	if href := gone.link("Show them"); href != "/install-base?account="+w.nordlys.ID.String()+"&state=outside" {
		t.Errorf("the notice leads to %q", href)
	}
	claire.get(gone.link("Show them")).wants(http.StatusOK).says("tbody", "One").says("tbody", "Two")

	claire.post(member, nil).wants(http.StatusSeeOther)
	claire.get(group)
	without := claire.follow(claire.post(inGroup+"/remove", nil))
	without.says(".flash.warn", "2 attachments of this pack stay installed outside your groups.")
	if href := without.link("Show them"); href != "/install-base?pack="+pack.ID.String()+"&state=outside" {
		t.Errorf("the notice leads to %q", href)
	}
	claire.get("/install-base").says("tbody", "One").says("tbody", "Two") // they stay installed
}

func TestGroupDeletionIsAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	pack := w.pack("Acme Pack", false, w.upload("Acme", "1.0.0"))
	group := claire.group("Pilot")
	claire.post(group+"/packs/"+pack.ID.String(), nil).wants(http.StatusSeeOther)
	claire.post(group+"/accounts/"+w.aurora.ID.String(), nil).wants(http.StatusSeeOther)
	asked := claire.get(group + "/delete").wants(http.StatusOK)
	asked.says("h1", "Delete the group Pilot?").says(".confirm", "1 account loses sight of").says(".victims", "Acme Pack").says("button", "Delete the group Pilot")
	claire.follow(claire.post(group+"/delete", nil)).says(".flash", "The group Pilot is deleted").saysNot("tbody", "Pilot")
	claire.get(group).wants(http.StatusNotFound)
	claire.post(group+"/delete", nil).wants(http.StatusNotFound)
}

// R25: "All accounts" is built in; its packs can be changed, and nothing else.
func TestAllAccountsIsBuiltIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	everyone := groupPath(w.everyone())
	p := claire.get(everyone+"?show=all").wants(http.StatusOK).says(".lede", "it always holds every managed account").says("tbody", "Nordlys Insurance")
	if p.has("form[action^="+everyone+"/accounts]") || p.has("form[action^="+everyone+"/rename]") {
		t.Error("the page offers to change who is in it")
	}
	member := everyone + "/accounts/" + w.nordlys.ID.String()
	for _, path := range []string{member, member + "/remove", everyone + "/rename", everyone + "/delete"} {
		claire.post(path, form("name", "Everybody")).wants(http.StatusConflict).says("main", "is built in")
	}
	claire.get(everyone + "/delete").wants(http.StatusConflict)
	pack := w.pack("Acme Pack", false, w.upload("Acme", "1.0.0"))
	claire.get(everyone).says("tbody", "Acme Pack")
	claire.follow(claire.post(everyone+"/packs/"+pack.ID.String()+"/remove", nil)).saysNot("tbody", "Acme Pack")
}

func TestGroupsOfOthersAreNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire, rita := w.as(thePublisher), w.as(theRival)
	group := claire.group("Pilot")
	pack := w.pack("Acme Pack", false, w.upload("Acme", "1.0.0"))
	own := rita.group("Mine")
	rita.get(group).wants(http.StatusNotFound)
	rita.get(group + "/delete").wants(http.StatusNotFound)
	account := w.nordlys.ID.String()
	for _, path := range []string{
		group + "/rename", group + "/delete", group + "/accounts/" + account, group + "/accounts/" + account + "/remove",
		group + "/packs/" + pack.ID.String(), group + "/packs/" + pack.ID.String() + "/remove",
		own + "/packs/" + pack.ID.String(),                       // another publisher's pack into one's own group
		own + "/accounts/" + w.meridian.ID.String(),              // no managed account
		own + "/accounts/" + release.NewID(worldBegins).String(), // nobody
		own + "/accounts/nonsense",
	} {
		rita.post(path, form("name", "Taken over")).wants(http.StatusNotFound)
	}
	rita.post(own+"/packs", form("pack", pack.ID.String())).wants(http.StatusNotFound)
	claire.get(group).says("h1", "Pilot").saysNot("tbody", "Nordlys")

	viewer := w.as(thePublisherViewer)
	viewer.get(group).wants(http.StatusOK)
	if p := viewer.get(group); p.has("main form[method=post]") {
		t.Error("a viewer is offered changes")
	}
	viewer.post(group+"/rename", form("name", "x")).wants(http.StatusForbidden)
	w.as(theAdmin).get(group).wants(http.StatusForbidden)
}

func TestGroupsPageThroughManyAccounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range pageSize {
		n := release.NewAccount{Name: "Customer " + strconv.Itoa(100+i), Zone: "Europe/Berlin", Managed: true}
		if _, err := w.service.CreateAccount(t.Context(), w.actor(theOperator), n); err != nil {
			t.Fatal(err)
		}
	}
	claire := w.as(thePublisher)
	group := claire.group("Pilot")
	first := claire.get(group+"?show=all&q=").says("tbody", "Banco Aurora").saysNot("tbody", "Nordlys")
	second := claire.get(first.link("Next page")).says("tbody", "Nordlys Insurance").saysNot("tbody", "Aurora")
	add := group + "/accounts/" + w.nordlys.ID.String()
	back := attrOf(second.one("form[action="+add+"] input[name=back]"), "value")
	claire.follow(claire.post(add, form("back", back))).says("tbody", "in the group") // on the page where it was added
	if to := claire.post(add, form("back", "https://elsewhere.example/")).header.Get("Location"); to != group {
		t.Errorf("a foreign address to come back to leads to %q", to)
	}
}

// R34: staff reads a publisher's group from its pack's page, and has nothing to change there.
func TestStaffReadsGroups(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pack := w.pack("CRM Connector", false, w.upload("Jira", "1.0.0"))
	publisher := w.actor(thePublisher)
	group := must(w.service.CreateGroup(t.Context(), publisher, "Pilots"))(t)
	w.done(w.service.AddAccountToGroup(t.Context(), publisher, group.ID, w.nordlys.ID))
	w.done(w.service.AddPackToGroup(t.Context(), publisher, group.ID, pack.ID))
	for _, key := range []string{theSupport, theOperator} {
		page := w.as(key).get(w.as(key).get(packPath(pack.ID)).wants(http.StatusOK).link("Pilots")).wants(http.StatusOK)
		page.says("main", "Nordlys").says("main", "CRM Connector")
		if page.has("main form[method=post]") {
			t.Errorf("%s is offered a change", key)
		}
		w.as(key).get("/groups").wants(http.StatusForbidden)
	}
}
