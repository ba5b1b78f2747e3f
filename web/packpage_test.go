package web

import (
	"net/http"
	"net/url"
	"testing"
)

// A preview shows the texts as accounts would read them, keeps what was typed, and saves nothing.
func TestPackTextsArePreviewed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	pack := w.pack("CRM Connector", false)
	texts := url.Values{
		"name": {""}, "installation_guide": {"# First\n\n- **one**\n\n<script>alert(1)</script>"}, "support_contact": {"help@meridian.example"}, "preview": {"true"},
	}
	for _, path := range []string{packPath(pack.ID) + "/edit", "/packs/new"} {
		page := claire.post(path, texts).wants(http.StatusOK)
		page.says("#preview .prose strong", "one").says("#preview h4", "First").says("#preview .prose", "<script>").saysNot(".error-summary", "name")
		if page.has("#preview script") || page.value("installation_guide") == "" || page.value("name") != "" {
			t.Errorf("%s: drawn %q", path, page.text("main"))
		}
	}
	claire.get(packPath(pack.ID)).wants(http.StatusOK).saysNot("main", "First")
	if w.as(thePublisherViewer).post(packPath(pack.ID)+"/edit", texts).status != http.StatusForbidden || w.as(theRival).post(packPath(pack.ID)+"/edit", texts).status != http.StatusNotFound {
		t.Error("others may preview the texts of the pack")
	}
}

// Guides are drawn from Markdown wherever a person reads them.
func TestDocumentsAreDrawnFromMarkdown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pack := w.pack("CRM Connector", true, w.upload("Jira", "1.0.0"))
	claire := w.as(thePublisher)
	texts := url.Values{
		"name": {"CRM Connector"}, "installation_guide": {"**guide** [x](javascript:alert(1))"}, "user_guide": {"| a |\n|---|\n| cell |"}, "support_contact": {"_help_"},
	}
	claire.post(packPath(pack.ID)+"/edit", texts).wants(http.StatusSeeOther)
	w.releaseNow(pack.ID, "1.0.0")
	a := w.install(theAdmin, pack.ID, "Oslo")
	admin := w.as(theAdmin)
	for path, c := range map[string]*client{
		packPath(pack.ID): claire, "/catalogue/" + pack.ID.String(): admin, "/attachments/" + a.ID.String(): admin,
	} {
		page := c.get(path).wants(http.StatusOK)
		page.says(".prose strong", "guide").says(".prose-wide td", "cell").says(".prose em", "help")
		if page.has(".prose a") {
			t.Errorf("%s links to a script", path)
		}
	}
	admin.get("/catalogue/"+pack.ID.String()+"/install").wants(http.StatusOK).says(".prose strong", "guide")
}
