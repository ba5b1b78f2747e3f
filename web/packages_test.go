package web

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"packtide/release"
)

func TestArtifactIsSentWholeInPartsOrNotAtAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	content := strings.Repeat("0123456789", 250_000) // three parts of 1 MiB
	done := claire.send(sent{fields: filled("Über \"Acme\"", "1.0.0", "", "true"), fileName: `C:\tmp\über "acme".bin`, content: strings.NewReader(content)})
	path := done.wants(http.StatusSeeOther).header.Get("Location") + "/artifact"
	whole := claire.get(path).wants(http.StatusOK)
	if whole.body != content {
		t.Errorf("the artifact has %d bytes, or others than were sent", len(whole.body))
	}
	sum := sha256.Sum256([]byte(content))
	etag := `"` + hex.EncodeToString(sum[:]) + `"`
	for header, want := range map[string]string{
		"ETag": etag, "Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff", "Accept-Ranges": "bytes",
		"Content-Disposition": `attachment; filename*=utf-8''%C3%BCber%20%22acme%22.bin`, "Cache-Control": "private, no-cache",
	} {
		if got := whole.header.Get(header); got != want {
			t.Errorf("%s is %q, want %q", header, got, want)
		}
	}
	with := func(name, value string) *page {
		r := claire.request(http.MethodGet, path, "")
		r.Header.Set(name, value)
		return claire.do(r)
	}
	if p := with("Range", "bytes=1048570-1048589").wants(http.StatusPartialContent); p.body != "01234567890123456789" {
		t.Errorf("over the edge of two parts it sends %q", p.body)
	}
	if p := with("If-None-Match", etag).wants(http.StatusNotModified); p.body != "" {
		t.Errorf("304 carries %d bytes", len(p.body))
	}
	with("Range", "bytes=99999999-").wants(http.StatusRequestedRangeNotSatisfiable)
}

func TestArtifactIsForThoseWhoMayRunIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.upload("Acme", "1.0.0")
	path := "/versions/" + v.ID.String() + "/artifact"
	w.as(theAdmin).get(path).wants(http.StatusNotFound)
	w.pack("Acme Pack", false, v)
	w.as(theAdmin).get(path).wants(http.StatusNotFound)
	w.releaseNow(must(w.db.Reader.Packs(t.Context(), w.actor(thePublisher), "", "", release.ID{}, 1))(t)[0].ID, "1.0.0")
	for _, who := range []string{theAdmin, theManagedViewer, theOtherAdmin, thePublisher, thePublisherViewer, theSupport, theOperator} {
		w.as(who).get(path).wants(http.StatusOK)
	}
	w.as(theRival).get(path).wants(http.StatusNotFound)
	w.anonymous().get(path).wants(http.StatusSeeOther)
}

func TestVersionInAReleaseStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	old, held := w.upload("Acme", "1.0.0"), w.upload("Acme", "1.1.0")
	pack := w.pack("Acme Pack", false, held)
	w.releaseNow(pack.ID, "1.0.0")
	path := "/versions/" + held.ID.String() + "/delete"
	asked := claire.get(path).wants(http.StatusOK).says(".banner", "can't be deleted").says("tbody", "Acme Pack") // R5
	if asked.has("main form") {
		t.Error("the page offers what it refuses")
	}
	claire.post(path, nil).wants(http.StatusConflict).says(".banner.danger", "can't be deleted").says("tbody", "Acme Pack")

	path = "/versions/" + old.ID.String() + "/delete"
	claire.get(path).wants(http.StatusOK).says("main", "The number 1.0.0 stays used").says("main button", "Delete 1.0.0")
	after := claire.follow(claire.post(path, nil))
	after.says("h1", "Acme").says(".flash", "Acme 1.0.0 is deleted").says("tbody", "deleted by Claire Dubois")
	claire.get("/versions/"+old.ID.String()).wants(http.StatusOK).says(".lede", "Deleted")
	claire.get("/versions/" + old.ID.String() + "/artifact").wants(http.StatusNotFound)
	claire.post(path, nil).wants(http.StatusConflict).says(".banner", "It is deleted already")
	again := claire.send(sent{fields: filled("Acme", "1.0.0", "", ""), fileName: "a", content: strings.NewReader("other bytes")})
	again.wants(http.StatusConflict) // R1: the label is never used again
}

func TestVersionsOfOthersAreNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.upload("Acme", "1.0.0")
	rita := w.as(theRival)
	for _, path := range []string{
		"/packages/" + v.Package.String(), "/versions/" + v.ID.String(), "/versions/" + v.ID.String() + "/delete",
		"/versions/" + v.ID.String() + "/artifact", "/packages/none", "/versions/00000000-0000-0000-0000-000000000000",
	} {
		rita.get(path).wants(http.StatusNotFound)
	}
	rita.post("/versions/"+v.ID.String()+"/delete", nil).wants(http.StatusNotFound)
	rita.get("/packages").says("main", "Upload the first package").saysNot("main", "Acme")
	w.as(thePublisher).get("/versions/"+v.ID.String()).says(".lede .badge", "Shareable")

	sam := w.as(theSupport)
	sam.get("/packages").wants(http.StatusOK).says("tbody", "Acme").saysNot("main", "Upload a package")
	sam.get("/packages/"+v.Package.String()).wants(http.StatusOK).says(".facts", "Meridian Connect").saysNot("main", "Upload a new version")
	sam.get("/versions/"+v.ID.String()).wants(http.StatusOK).saysNot("main", "Delete")
	w.as(thePublisherViewer).get("/versions/"+v.ID.String()).wants(http.StatusOK).saysNot("main", "Delete")
	w.as(theAdmin).get("/versions/" + v.ID.String()).wants(http.StatusForbidden)
}

func TestPackagesAreSearchedAndPaged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	for i := range pageSize + 1 {
		w.upload("Package "+string(rune('a'+i/26))+string(rune('a'+i%26)), "1.0.0")
	}
	first := claire.get("/packages")
	if n := len(first.all("tbody tr")); n != pageSize {
		t.Errorf("the first page has %d rows", n)
	}
	second := claire.get(first.link("Next page"))
	if n := len(second.all("tbody tr")); n != 1 || second.has("a[rel=next]") {
		t.Errorf("the second page has %d rows: %s", n, second.text("main"))
	}
	claire.get(second.link("First page")).says("tbody", "Package aa")
	claire.get("/packages?q=PACKAGE+BA").says("tbody", "Package ba").saysNot("tbody", "Package ab")
	claire.get("/packages?q=%25").says(".empty", "No package has “%”")
}

func TestVersionsArePaged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var v release.PackageVersion
	for i := range pageSize + 1 {
		v = w.upload("Acme", "1."+strconv.Itoa(i)+".0")
	}
	claire := w.as(thePublisher)
	first := claire.get("/packages/" + v.Package.String())
	if n := len(first.all("tbody tr")); n != pageSize {
		t.Errorf("the first page has %d rows", n)
	}
	second := claire.get(first.link("Next page")).says("tbody", "1.0.0")
	if n := len(second.all("tbody tr")); n != 1 || second.has("a[rel=next]") {
		t.Errorf("the second page has %d rows", n)
	}
}
