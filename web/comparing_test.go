package web

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"packtide/release"
)

// sendZip uploads an archive as a version, and returns the page of the version.
func (c *client) sendZip(w *world, version string, files map[string]string) *page {
	c.t.Helper()
	done := c.send(sent{fields: filled("Acme Tools", version, "", "true"), fileName: "tools.zip", content: bytes.NewReader(zipped(w.t, files))})
	return c.follow(done).wants(http.StatusOK)
}

func TestCompareVersions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	first := claire.sendZip(w, "1.0.0", map[string]string{"a.txt": "one\ntwo\nthree\n", "gone.txt": "x\n", "logo.png": "\x89PNG\x00"})
	only := claire.get(first.link("Compare")).wants(http.StatusOK)
	only.says("main", "no other version to compare with")

	second := claire.sendZip(w, "1.0.1", map[string]string{"a.txt": "one\n2 <b>\nthree\n", "new.txt": "hello\n", "logo.png": "\x89PNG\x00\x00"})
	page := claire.get(second.link("Compare")).wants(http.StatusOK)
	page.says("h1", "What changed in Acme Tools 1.0.1").says(".lede", "From 1.0.0 to 1.0.1").says(".banner", "The version number fits")
	page.says("tbody", "a.txt").says("tbody", "changed").says("tbody", "gone.txt").says("tbody", "removed").says("tbody", "new.txt").says("tbody", "added")

	changed := claire.get(page.link("a.txt")).wants(http.StatusOK)
	changed.says(".diff .removed", "two").says(".diff .added", "2 <b>").says(".diff .added", "added").says(".lede", "1 line added, 1 removed")
	claire.get(page.link("gone.txt")).wants(http.StatusOK).says(".lede", "Removed in 1.0.1").says(".diff .removed", "x")
	claire.get(page.link("new.txt")).wants(http.StatusOK).says(".lede", "Added in 1.0.1").says(".diff .added", "hello")
	claire.get(page.link("logo.png")).wants(http.StatusOK).says(".banner", "not a text").says("main", "Download 1.0.0")

	back := claire.get(first.link("Compare") + "?with=" + idIn(second.link("Compare"))).wants(http.StatusOK)
	back.says(".lede", "Going back from 1.0.1 to 1.0.0").says("tbody", "gone.txt")
}

// idIn is the id in the address of a version's page.
func idIn(path string) string { return strings.Split(path, "/")[2] }

func TestCompareOnlyWhatIsOnesOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	own := w.upload("Acme", "1.0.0")
	newer := w.upload("Acme", "1.1.0")
	another := w.upload("Another", "1.0.0")
	foreign := w.uploadAs(theRival, "Rival", "1.0.0")
	at := func(v, with release.PackageVersion) string {
		return "/versions/" + v.ID.String() + "/compare?with=" + with.ID.String()
	}
	claire.get(at(newer, own)).wants(http.StatusOK)
	claire.get(at(newer, another)).wants(http.StatusNotFound)
	claire.get(at(newer, foreign)).wants(http.StatusNotFound)
	claire.get(at(foreign, own)).wants(http.StatusNotFound)
	claire.get("/versions/" + newer.ID.String() + "/compare?with=nonsense").wants(http.StatusNotFound)
	claire.get("/versions/" + newer.ID.String() + "/compare/file?path=../../etc/passwd").wants(http.StatusNotFound)
	claire.get("/versions/" + own.ID.String() + "/compare/file?path=").wants(http.StatusNotFound)
	w.as(theRival).get(at(newer, own)).wants(http.StatusNotFound)
	w.as(theRival).get("/versions/" + newer.ID.String() + "/compare/file?path=").wants(http.StatusNotFound)
	w.as(theSupport).get(at(newer, own)).wants(http.StatusOK)

	claire.get("/versions/"+newer.ID.String()+"/compare/file?path=").wants(http.StatusOK).says(".diff .added", "the bytes of Acme 1.1.0")
	claire.post("/versions/"+own.ID.String()+"/delete", nil)
	claire.get("/versions/"+newer.ID.String()+"/compare/file?path=&with="+own.ID.String()).wants(http.StatusOK).says(".banner", "was deleted")
	claire.get(at(newer, own)).wants(http.StatusOK).says("tbody", "itself")
}

// TestWhoCompares: what versions hold is for their publisher's people and for staff; account admins who run a release with
// them may download them, and see nothing of what was found in them or why they were shared. // R4
func TestWhoCompares(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.overridden("Acme", "1.0.0")
	newer := w.upload("Acme", "1.1.0")
	pack := w.pack("Desk", false, v)
	w.releaseNow(pack.ID, "1.0.0")
	compare := "/versions/" + newer.ID.String() + "/compare"
	for _, path := range []string{"/versions/" + v.ID.String(), compare, compare + "?with=" + v.ID.String(), compare + "/file?path=&with=" + v.ID.String()} {
		for person, want := range map[string]int{
			thePublisher: http.StatusOK, thePublisherViewer: http.StatusOK, theSupport: http.StatusOK, theOperator: http.StatusOK,
			theRival: http.StatusNotFound, theAdmin: http.StatusForbidden, theManagedViewer: http.StatusForbidden, theOtherAdmin: http.StatusForbidden,
		} {
			if got := w.as(person).get(path).status; got != want {
				t.Errorf("%s gets %d for %s, want %d", person, got, path, want)
			}
		}
	}
	admin := w.as(theAdmin)
	for _, path := range []string{"/catalogue/" + pack.ID.String(), "/home", "/activity", "/catalogue"} {
		admin.get(path).wants(http.StatusOK).saysNot("main", "it works").saysNot("main", "It is broken").saysNot("main", "shared with errors")
	}
}

// The wizard tells what changes inside the packages, and proposes notes where nobody wrote any. // R23
func TestWizardComparesPackages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	page := claire.sendZip(w, "1.0.0", map[string]string{"a.txt": "one"})
	first := must(w.db.Reader.Version(t.Context(), w.actor(thePublisher), must(release.ParseID(idIn(page.link("Compare"))))(t)))(t)
	pack := w.pack("Tools", true, release.PackageVersion{ID: first.ID, Package: first.PackageID})
	w.releaseNow(pack.ID, "1.0.0")
	claire.sendZip(w, "1.1.0", map[string]string{"a.txt": "two", "b.txt": "new"})
	claire.post("/packs/"+pack.ID.String()+"/updates", nil)
	claire.post("/packs/"+pack.ID.String()+"/release", nil)

	impact := claire.get("/packs/" + pack.ID.String() + "/release/impact").wants(http.StatusOK)
	impact.says("main", "Inside the packages").says("main", "2 files")
	claire.get(impact.link("2 files")).wants(http.StatusOK).says("tbody", "b.txt")
	claire.post("/packs/"+pack.ID.String()+"/release/when", url.Values{"plan": {"immediate"}, "revision": {claire.get("/packs/" + pack.ID.String() + "/release/when").value("revision")}})
	review := claire.get("/packs/" + pack.ID.String() + "/release/review").wants(http.StatusOK)
	if notes := review.value("notes"); !strings.Contains(notes, "Changed: 2 files.") || review.value("version") != "1.1.0" {
		t.Errorf("proposes %q, notes %q", review.value("version"), notes)
	}
}
