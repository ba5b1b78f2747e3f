package agent

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	testAttachment = "019a9f4e-7c10-7d3a-8b52-0d6a1c9e4f21"
	testToken      = "ptd_agent"
)

// peer is a server that an agent speaks with, and that can be told to misbehave.
type peer struct {
	*httptest.Server
	t testing.TB

	mu        sync.Mutex
	wants     string                                           // version of the release that it asks for
	releases  map[string]*sent                                 // by version
	artifacts map[string][]byte                                // by the checksum that is announced
	refuse    int                                              // a status for every call
	cut       int                                              // how many bytes of an artifact are sent before the line breaks; 0: all
	own       func(http.ResponseWriter, *http.Request, []byte) // answers for an artifact instead of the peer
	header    http.Header                                      // of answers about what to run
	reports   []observed
	ranges    []string // what was asked of artifacts
	asked     int
	turned    int // calls that were refused with refuse

	refuseReports int // a status for reports
	refusals      int
	notNew        int // of these, how many were answered with 304
}

// sent is a release as the peer gives it out, and what an agent should make of it.
type sent struct {
	doc   desired
	files map[string]string // path below the release's folder → contents
}

func newPeer(t testing.TB) *peer {
	t.Helper()
	p := &peer{t: t, wants: "1.0.0", releases: map[string]*sent{}, artifacts: map[string][]byte{}, header: http.Header{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/attachments/{id}/desired", p.desired)
	mux.HandleFunc("POST /api/v1/attachments/{id}/observed", p.observed)
	mux.HandleFunc("GET /api/v1/package-versions/{sum}/artifact", p.artifact)
	p.Server = httptest.NewServer(p.guard(mux))
	t.Cleanup(p.Close)
	for i, version := range []string{"1.0.0", "2.0.0", "3.0.0"} {
		id := fmt.Sprintf("019a9f4e-0000-7000-8000-00000000000%d", i+1)
		p.add(id, version, map[string]string{"tool/run.sh": "#!/bin/sh\necho " + version + "\n", "tool/lib/text.txt": strings.Repeat(version, 3000)}, "the guide, the same in all")
	}
	return p
}

// add makes a release of an archive with these files and a guide that is none.
func (p *peer) add(id, version string, files map[string]string, guide string) {
	p.t.Helper()
	r := &sent{files: map[string]string{"guide/guide.txt": guide}}
	for name, text := range files {
		r.files["acme_tool/"+name] = text
	}
	r.doc = desired{Pack: named{"Desk"}, Release: releaseRef{ID: id, Version: version, Number: len(p.releases) + 1}, Contents: []content{
		p.keep("Acme Tool", version, "tool.zip", zipped(p.t, files)), p.keep("guide", "1.0.0", "guide.txt", []byte(guide)),
	}}
	p.releases[version] = r
}

func (p *peer) keep(name, version, file string, data []byte) content {
	sum := sumOf(data)
	p.artifacts[sum] = data
	return content{
		PackageID: testAttachment, Name: name, Platform: "plain", Version: version, SHA256: sum, Size: int64(len(data)),
		FileName: file, ArtifactURL: "/api/v1/package-versions/" + sum + "/artifact",
	}
}

func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func zipped(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		out, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = io.WriteString(out, files[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// set changes the peer while agents speak with it.
func (p *peer) set(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
}

func (p *peer) want(version string) { p.set(func() { p.wants = version }) }

func (p *peer) id(version string) string { return p.releases[version].doc.Release.ID }

// lastReport is what was reported last.
func (p *peer) lastReport() observed {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.reports) == 0 {
		return observed{}
	}
	return p.reports[len(p.reports)-1]
}

// refused is how many calls were turned away.
func (p *peer) refused() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.turned
}

func (p *peer) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		refuse := p.refuse
		if refuse != 0 {
			p.turned++
		}
		p.mu.Unlock()
		if r.Header.Get("Authorization") != "Bearer "+testToken {
			refuse = http.StatusUnauthorized
		}
		if refuse != 0 {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(refuse)
			fmt.Fprintf(w, `{"title":"No","detail":"Refused with %d.","request_id":"r-1"}`, refuse)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (p *peer) desired(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked++
	body, err := json.Marshal(p.releases[p.wants].doc)
	if err != nil || r.PathValue("id") != testAttachment {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	tag := `"` + sumOf(body) + `"`
	maps.Copy(w.Header(), p.header)
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		p.notNew++
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(body)
}

func (p *peer) observed(w http.ResponseWriter, r *http.Request) {
	var o observed
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&o); err != nil || len(o.Detail) > 8<<10 {
		w.WriteHeader(http.StatusUnprocessableEntity)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refuseReports != 0 {
		p.refusals++
		w.WriteHeader(p.refuseReports)
		return
	}
	p.reports = append(p.reports, o)
	w.WriteHeader(http.StatusNoContent)
}

func (p *peer) artifact(w http.ResponseWriter, r *http.Request) {
	sum := r.PathValue("sum")
	p.mu.Lock()
	data, cut, own := p.artifacts[sum], p.cut, p.own
	p.ranges = append(p.ranges, r.Header.Get("Range"))
	p.mu.Unlock()
	if own != nil {
		own(w, r, data)
		return
	}
	w.Header().Set("ETag", `"`+sum+`"`)
	if cut > 0 {
		w = &cutWriter{ResponseWriter: w, left: cut}
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

// cutWriter breaks the line after a number of bytes.
type cutWriter struct {
	http.ResponseWriter
	left int
}

func (c *cutWriter) Write(b []byte) (int, error) {
	if len(b) <= c.left {
		c.left -= len(b)
		return c.ResponseWriter.Write(b)
	}
	_, _ = c.ResponseWriter.Write(b[:c.left])
	_ = http.NewResponseController(c.ResponseWriter).Flush()
	panic(http.ErrAbortHandler)
}
