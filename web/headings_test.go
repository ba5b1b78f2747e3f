package web

import (
	"bytes"
	"net/http"
	"net/url"
	"testing"

	"golang.org/x/net/html"

	"packtide/release"
)

// headings are the levels of the page's headings in order.
func (p *page) headings() []int {
	var levels []int
	for n := range p.doc.Descendants() {
		if n.Type == html.ElementNode && len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
			levels = append(levels, int(n.Data[1]-'0'))
		}
	}
	return levels
}

// TestHeadingsStepDownOneByOne on the pages about packages and the wizard: who moves by headings misses no level.
func TestHeadingsStepDownOneByOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	broken := claire.send(sent{fields: filled("", "15.0.0", "", "true"), fileName: "acme_desk.zip", content: bytes.NewReader(brokenDesk(t, "15.0", "script"))})
	first := claire.sendZip(w, "1.0.0", map[string]string{"a.txt": "one\n"})
	v := must(w.db.Reader.Version(t.Context(), w.actor(thePublisher), must(release.ParseID(idIn(first.link("Compare"))))(t)))(t)
	pack := w.pack("Tools", true, release.PackageVersion{ID: v.ID, Package: v.PackageID})
	w.releaseNow(pack.ID, "1.0.0")
	second := claire.sendZip(w, "1.1.0", map[string]string{"a.txt": "two\n"})
	compared := claire.get(second.link("Compare"))
	path := "/packs/" + pack.ID.String()
	claire.post(path+"/updates", nil)
	claire.post(path+"/release", nil)
	claire.post(path+"/release/when", url.Values{"plan": {"immediate"}, "revision": {claire.get(path + "/release/when").value("revision")}})
	pages := []*page{broken.wants(http.StatusUnprocessableEntity), first, compared, claire.get(compared.link("a.txt"))}
	shared := w.overridden("Acme", "1.0.0")
	for _, at := range []string{
		"/packages", "/packages/upload", "/packages/" + shared.Package.String(), "/versions/" + shared.ID.String(), "/versions/" + shared.ID.String() + "/compare",
		path + "/release/versions", path + "/release/impact", path + "/release/when", path + "/release/review", path, "/settings",
	} {
		pages = append(pages, claire.get(at).wants(http.StatusOK))
	}
	for _, p := range pages {
		levels := p.headings()
		last := 0
		for _, level := range levels {
			if level > last+1 || (level == 1 && last > 0) {
				t.Errorf("%s has headings of levels %v", p.path, levels)
				break
			}
			last = level
		}
	}
}
