package web

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"packtide/release"
)

// component is the XML of a Boomi process or API service.
func component(kind, name string) []byte {
	return fmt.Appendf(nil, `<bns:Component xmlns:bns="http://api.platform.boomi.com/" componentId="00000000-0000-4000-8000-000000000001" version="3" name=%q type=%q>
<bns:object/></bns:Component>`, name, kind)
}

// TestUploadCounted: who uploads a process without a version is offered to have the versions numbered. // R12
func TestUploadCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	send := func(content []byte, version string, more ...[2]string) *page {
		return claire.send(sent{fields: append(filled("", version, "", "true"), more...), fileName: "process.xml", content: bytes.NewReader(content)})
	}
	if page := claire.get("/packages/upload"); page.has("#f-counted") {
		t.Error("the choice is offered before a file is known")
	}
	process := component("process", "Acme Orders Sync")
	asked := send(process, "").wants(http.StatusUnprocessableEntity)
	asked.says(".error-summary", "have the versions numbered for you").says("[data-error-slot=counting]", "Number the versions for me")
	yes := [][2]string{{"counted_asked", "yes"}, {"counted", "true"}}
	again := send(process, "1.0.0", yes...).wants(http.StatusUnprocessableEntity)
	if again.errorOn("version") == "" || !again.has("#f-counted[checked]") {
		t.Error("a version beside the wish to have it numbered is not refused, with the wish kept")
	}
	page := claire.follow(send(process, "", yes...)).wants(http.StatusOK)
	page.says(".lede", "Version 1 (1.0.0)")
	page = claire.follow(send(append(process, '\n'), "")).wants(http.StatusOK) // the choice was made
	page.says(".lede", "Version 2 (2.0.0)")
	list := claire.get(page.link("Acme Orders Sync")).wants(http.StatusOK)
	list.says(".facts", "given here, one after the other").says("tbody", "2 (2.0.0)")
	send(process, "7.0.0").wants(http.StatusUnprocessableEntity).says(".error-summary", "leave the version empty")

	other := send(component("webservice", "Acme API"), "", yes...).wants(http.StatusUnprocessableEntity)
	if other.errorOn("counted") == "" {
		t.Error("versions of an API service are numbered")
	}
	if missing := send(component("webservice", "Acme API"), "").wants(http.StatusUnprocessableEntity); missing.has("#f-counted") {
		t.Error("the choice is offered for an API service")
	}
}

// TestAPIServiceInAMultiplePack: refused beside the choice of the package, with the reason. // R6
func TestAPIServiceInAMultiplePack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	claire.follow(claire.send(sent{
		fields: filled("", "1.0.0", "", "true"), fileName: "api.xml", content: bytes.NewReader(component("webservice", "Acme API")),
	})).wants(http.StatusOK)
	rows, err := w.db.Reader.Packages(t.Context(), w.actor(thePublisher), "Acme API", "", release.ID{}, 2)
	w.done(err)
	path := packPath(w.pack("Many", true).ID)
	form := url.Values{"package": {rows[0].ID.String()}}
	page := claire.post(path+"/packages", form).wants(http.StatusUnprocessableEntity)
	page.says(".error-summary", "Acme API 1.0.0 can't be in this pack")
	if page.errorOn("package") == "" {
		t.Error("no message beside the choice of the package")
	}
	claire.follow(claire.post(packPath(w.pack("One", false).ID)+"/packages", form)).wants(http.StatusOK).says("#packages tbody", "Acme API")
}
