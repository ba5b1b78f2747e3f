package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

// R32: for any past moment the page says what the attachment ran, since when, by whom and how.
func TestWhatAnAttachmentRanAtAMoment(t *testing.T) {
	t.Parallel()
	w, pack, _ := drafted(t)
	row := must(w.db.Reader.InstallBase(t.Context(), w.actor(theAdmin), release.InstallBaseFilter{Pack: pack.ID, Limit: 1}))(t)[0]
	w.clock.advance(time.Hour)
	w.releaseNow(pack.ID, "1.1.0")
	w.clock.advance(time.Hour)
	w.done(w.service.Uninstall(t.Context(), w.actor(theAdmin), row.ID))
	w.clock.advance(24 * time.Hour)

	path := "/attachments/" + row.ID.String()
	for at, words := range map[string]string{
		"2026-11-27T15:29": "not installed yet", // installed at 15:30 in Paris
		"2026-11-27T16:00": "it ran 1.0.0",
		"2026-11-27T17:00": "it ran 1.1.0",
		"2026-11-28T09:00": "uninstalled already",
	} {
		for _, who := range []string{theAdmin, theManagedViewer, thePublisher, theSupport} {
			p := w.as(who).inZone("Europe/Paris").get(path + "?at=" + at).wants(http.StatusOK)
			if got := p.text(".lede"); !strings.Contains(got, words) {
				t.Errorf("%s at %s: %q, want %q", who, at, got, words)
			}
			p.says(".band", "You look at")
		}
	}
	support := w.as(theSupport).inZone("America/New_York")
	support.get(path+"?at=2026-11-27T10:00").wants(http.StatusOK).says(".lede", "it ran 1.0.0") // the viewer's clock
	for _, at := range []string{"x", "2026-02-30T10:00", "2030-01-01T00:00", "0000-00-00T00:00"} {
		p := support.get(path + "?at=" + at).wants(http.StatusUnprocessableEntity)
		if p.text("#f-at-error") == "" || p.value("at") != at || p.has(".band") {
			t.Errorf("%s: says %q, holds %q", at, p.text("#f-at-error"), p.value("at"))
		}
	}
	support.get(path).wants(http.StatusOK).saysNot(".lede", "it ran")
}
