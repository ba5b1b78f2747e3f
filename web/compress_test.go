package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
)

// Pages travel packed to those who take it, whole to the others, and are the same page; an error page and a small one too.
func TestPagesArePacked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for path, status := range map[string]int{"/packs": http.StatusOK, "/packs/none": http.StatusNotFound} {
		body := map[string]string{}
		for _, accept := range []string{"gzip", "identity", "gzip;q=0"} {
			r := w.as(thePublisher).request(http.MethodGet, path, "")
			r.Header.Set("Accept-Encoding", accept) // set by hand, nothing is unpacked on the way
			p := w.as(thePublisher).do(r)
			if p.status != status || !strings.Contains(p.header.Get("Vary"), "Accept-Encoding") {
				t.Fatalf("%s, %s: %d, Vary %q", path, accept, p.status, p.header.Get("Vary"))
			}
			body[accept] = p.body
			if packed := p.header.Get("Content-Encoding") == "gzip"; packed != (accept == "gzip") {
				t.Errorf("%s, %s: packed %v", path, accept, packed)
			}
		}
		unpacked, err := gzip.NewReader(strings.NewReader(body["gzip"]))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(unpacked)
		if err != nil || !strings.Contains(string(text), "</html>") || len(body["gzip;q=0"]) != len(text) || len(text) != len(body["identity"]) {
			t.Errorf("%s: %d bytes packed, %d unpacked, %d plain, %v", path, len(body["gzip"]), len(text), len(body["identity"]), err)
		}
	}
}
