package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

func TestAnAdminInstallsAPack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pack := w.pack("CRM Connector", false, w.upload("Acme Ticketing", "1.0.0"))
	w.releaseNow(pack.ID, "1.0.0")
	admin := w.as(theAdmin)

	empty := admin.get("/home").wants(http.StatusOK)
	list := admin.get(empty.link("Choose a pack from the catalogue")).wants(http.StatusOK)
	list.says("tbody", "CRM Connector").says("tbody", "Meridian Connect").says("tbody", "1.0.0")
	about := admin.get(list.link("CRM Connector")).wants(http.StatusOK)
	about.says("main", "About CRM Connector").says("main", "Acme Ticketing").says("main", "help@meridian.example")
	form := admin.get(about.link("Install CRM Connector")).wants(http.StatusOK)
	form.says(".consequence", "runs 1.0.0, the current release") // R26
	if form.has("[name=name]") {
		t.Error("a pack that is installed once asks for a name")
	}
	installed := admin.post(form.path, url.Values{"environment": {"production"}})
	mine := admin.follow(installed).wants(http.StatusOK)
	mine.says(".flash", "CRM Connector is installed. It runs 1.0.0.").says(".lede", "It has run 1.0.0 since").says(".lede", "when Jonas Weber installed the pack")
	mine.says("main", "production")

	admin.get("/installed").wants(http.StatusOK).says("tbody", "CRM Connector")
	admin.get("/home").wants(http.StatusOK).says(".lede", "Nothing needs you")
}

func TestASinglePackIsInstalledOnce(t *testing.T) { // R6
	t.Parallel()
	w := newWorld(t)
	pack := w.pack("CRM Connector", false, w.upload("Acme Ticketing", "1.0.0"))
	w.releaseNow(pack.ID, "1.0.0")
	a := w.install(theAdmin, pack.ID, "")
	admin := w.as(theAdmin)

	form := admin.get("/catalogue/" + pack.ID.String() + "/install").wants(http.StatusOK)
	form.says(".banner", "already")
	if form.has("main form button") {
		t.Error("the page offers to install the pack again")
	}
	again := admin.post(form.path, nil).wants(http.StatusConflict)
	again.says(".banner", release.ErrAttachedAlready.Message)
	if got, want := again.link("Look at your attachment"), "/attachments/"+a.ID.String(); got != want {
		t.Errorf("leads to %s, want %s", got, want)
	}
	if n := strings.Count(admin.get("/installed").text("tbody"), "CRM Connector"); n != 1 {
		t.Errorf("%d attachments are installed", n)
	}
}

func TestAttachmentsOfAPackHaveTheirOwnNames(t *testing.T) { // R6
	t.Parallel()
	w := newWorld(t)
	pack := w.pack("CRM Connector", true, w.upload("Acme Ticketing", "1.0.0"))
	w.releaseNow(pack.ID, "1.0.0")
	w.install(theAdmin, pack.ID, "Oslo office")
	admin, path := w.as(theAdmin), "/catalogue/"+pack.ID.String()+"/install"

	for name, c := range map[string]struct {
		form   url.Values
		status int
		field  string
		want   *release.Error
	}{
		"taken":            {url.Values{"name": {"oslo OFFICE"}, "environment": {"test"}}, http.StatusConflict, "name", release.ErrAttachmentNameTaken},
		"missing":          {url.Values{"name": {" "}, "environment": {"test"}}, http.StatusUnprocessableEntity, "name", release.ErrAttachmentName},
		"environment long": {url.Values{"name": {"Bergen"}, "environment": {strings.Repeat("x", 81)}}, http.StatusUnprocessableEntity, "environment", release.ErrEnvironmentLong},
	} {
		p := admin.post(path, c.form).wants(c.status)
		if got := p.errorOn(c.field); got != c.want.Message {
			t.Errorf("%s: beside %s: %q, want %q", name, c.field, got, c.want.Message)
		}
		for field := range c.form {
			if got := p.value(field); got != c.form.Get(field) {
				t.Errorf("%s: %s holds %q, want the input %q", name, field, got, c.form.Get(field))
			}
		}
	}
	if n := len(must(w.db.Reader.InstallBase(t.Context(), w.actor(theAdmin), release.InstallBaseFilter{}))(t)); n != 1 {
		t.Errorf("%d attachments are stored, want the first alone", n)
	}
	admin.follow(admin.post(path, url.Values{"name": {"Bergen office"}})).wants(http.StatusOK).says("h1", "CRM Connector · Bergen office")
}

func TestAPackOfNoGroupOfOursIsNotThere(t *testing.T) { // R25
	t.Parallel()
	w := newWorld(t)
	pack := w.pack("CRM Connector", false, w.upload("Acme Ticketing", "1.0.0"))
	current := w.releaseNow(pack.ID, "1.0.0")
	if _, err := w.service.RemovePackFromGroup(t.Context(), w.actor(thePublisher), w.everyone(), pack.ID); err != nil {
		t.Fatal(err)
	}
	admin := w.as(theAdmin)
	admin.get("/catalogue").wants(http.StatusOK).says(".empty", "No publisher offers your account a pack yet")
	about := "/catalogue/" + pack.ID.String()
	for _, path := range []string{about, about + "/install", about + "/releases/" + current.String(), about + "/try-all"} {
		admin.get(path).wants(http.StatusNotFound)
	}
	admin.post(about+"/install", nil).wants(http.StatusNotFound)
}

func TestAPackWithoutAReleaseIsNotThereYet(t *testing.T) { // R21
	t.Parallel()
	w := newWorld(t)
	pack := w.pack("CRM Connector", false, w.upload("Acme Ticketing", "1.0.0"))
	w.schedule(pack.ID, "1.0.0", "2026-12-01")
	admin, about := w.as(theAdmin), "/catalogue/"+pack.ID.String()
	admin.get("/catalogue").wants(http.StatusOK).saysNot("main", "CRM Connector")
	admin.get(about).wants(http.StatusNotFound)
	p := admin.post(about+"/install", nil)
	if p.status != http.StatusNotFound && p.status != http.StatusConflict {
		t.Errorf("installing answers %d", p.status)
	}
}

func TestWhatLeftItsGroupStaysInstalled(t *testing.T) { // R30
	t.Parallel()
	w := newWorld(t)
	pack := w.pack("CRM Connector", true, w.upload("Acme Ticketing", "1.0.0"))
	w.releaseNow(pack.ID, "1.0.0")
	a := w.install(theAdmin, pack.ID, "Oslo office")
	if _, err := w.service.RemovePackFromGroup(t.Context(), w.actor(thePublisher), w.everyone(), pack.ID); err != nil {
		t.Fatal(err)
	}
	admin := w.as(theAdmin)
	admin.get("/attachments/"+a.ID.String()).wants(http.StatusOK).says(".banner", "has stopped offering this pack").says(".lede", "It has run 1.0.0")
	about := admin.get("/catalogue/"+pack.ID.String()).wants(http.StatusOK).says(".banner", "has stopped offering this pack")
	if about.has("[href=" + about.path + "/install]") {
		t.Error("the page offers to install what may not be installed")
	}
	admin.post(about.path+"/install", url.Values{"name": {"Bergen"}}).wants(http.StatusNotFound)
}

func TestUninstallingKeepsTheHistory(t *testing.T) { // R29
	t.Parallel()
	w := newWorld(t)
	pack := w.pack("CRM Connector", false, w.upload("Acme Ticketing", "1.0.0"))
	w.releaseNow(pack.ID, "1.0.0")
	a := w.install(theAdmin, pack.ID, "")
	w.nextRelease(pack, "1.1.0")
	admin, path := w.as(theAdmin), "/attachments/"+a.ID.String()
	w.clock.advance(time.Minute)
	w.tries(admin, a)
	w.clock.advance(time.Minute)

	ask := admin.get(path + "/uninstall").wants(http.StatusOK)
	ask.says(".confirm", "stops running 1.1.0").says(".confirm", "the new attachment runs 1.0.0, the current release")
	gone := admin.follow(admin.post(path+"/uninstall", nil)).wants(http.StatusOK)
	gone.says(".flash", "CRM Connector is uninstalled").says(".empty", "installed no pack yet")
	admin.get("/installed?state=detached").wants(http.StatusOK).says("tbody", "CRM Connector")
	history := admin.get(path).wants(http.StatusOK)
	history.says(".lede", "It was uninstalled").says(".timeline", "Began to try 1.1.0").says(".timeline", "Installed with 1.0.0")
	if history.has("[href=" + path + "/try]") {
		t.Error("what is uninstalled may be tried")
	}
	again := admin.post(path+"/uninstall", nil).wants(http.StatusConflict)
	again.says(".banner", release.ErrDetached.Message)
	admin.post(path+"/try", url.Values{"release": {pack.ID.String()}}).wants(http.StatusConflict).says(".banner", "is uninstalled")

	anew := admin.follow(admin.post("/catalogue/"+pack.ID.String()+"/install", nil)).wants(http.StatusOK)
	anew.says(".lede", "It has run 1.0.0")
}
