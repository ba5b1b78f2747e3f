package web

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"packtide/packfile"
	"packtide/release"
)

// TestCheckSettings: every choice of every platform is on the page, is kept for the publisher alone, and holds at the next
// upload.
func TestCheckSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	fresh := claire.get("/settings")
	n := 0
	for _, p := range packfile.Settings() {
		fresh.says("#checks summary", p.Label)
		for _, s := range p.Settings {
			n++
			if !fresh.has("[name="+s.Key+"]") || fresh.value(s.Key) != "" {
				t.Errorf("%s is not on the page, or has a value: %q", s.Key, fresh.value(s.Key))
			}
		}
	}
	if n == 0 {
		t.Fatal("no platform has a setting")
	}
	three := func() string {
		body := secOps(t, "1.4.2")
		fields := filled("", "1.4.2", "", "")
		return claire.send(sent{fields: fields, fileName: "acme_desk.zip", content: bytes.NewReader(body)}).header.Get("Location")
	}
	const wholeNumbers = "R-VER-FORM"
	first := three()
	claire.get(first).says("#findings", wholeNumbers)

	claire.follow(claire.post("/settings/checks", form("secops.versions", "semver", "threatconnect.access", " by mail "))).says(".flash", "from now on")
	kept := claire.get("/settings")
	if kept.value("secops.versions") != "semver" || kept.value("threatconnect.access") != "by mail" {
		t.Errorf("the page shows %q and %q", kept.value("secops.versions"), kept.value("threatconnect.access"))
	}
	w.deleteVersion(first)
	again := claire.send(sent{fields: filled("", "1.4.3", "", ""), fileName: "acme_desk.zip", content: bytes.NewReader(secOps(t, "1.4.3"))})
	claire.follow(again).saysNot("#findings", wholeNumbers)
	w.as(thePublisherViewer).get("/settings").says("#checks dd", "by mail").saysNot("#checks", "Save")
	if w.as(theRival).get("/settings").value("secops.versions") != "" || w.as(theAdmin).get("/settings").has("#checks") {
		t.Error("the settings of a publisher are shown to others")
	}
}

// deleteVersion takes the version of the address out of use.
func (w *world) deleteVersion(path string) {
	w.t.Helper()
	id := must(release.ParseID(strings.TrimPrefix(path, "/versions/")))(w.t)
	if err := w.service.DeleteVersion(w.t.Context(), w.actor(thePublisher), id); err != nil {
		w.t.Fatal(err)
	}
}

func TestCheckSettingsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	long := strings.Repeat("x", packfile.MaxSettingText+1)
	p := claire.post("/settings/checks", form("secops.versions", "other", "threatconnect.access", long)).wants(http.StatusUnprocessableEntity)
	p.says(".error-summary", "Choose a value of the list").says("#f-secops-versions-error", "Choose a value")
	if p.value("threatconnect.access") != long || !p.has("details[open] [name=threatconnect.access]") {
		t.Error("the input is lost, or folded away")
	}
	if got := must(w.db.Reader.Account(t.Context(), w.actor(thePublisher), w.meridian.ID))(t).CheckSettings; got != nil {
		t.Errorf("kept %v", got)
	}
	w.as(thePublisherViewer).post("/settings/checks", nil).wants(http.StatusForbidden)
}
