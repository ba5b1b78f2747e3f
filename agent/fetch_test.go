package agent

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// A download that breaks off goes on where it ended, also after a restart, and nothing is installed before it is whole.
func TestTruncatedDownload(t *testing.T) {
	t.Parallel()
	p, dir := newPeer(t), folder(t)
	p.bring(t, dir, "1.0.0")
	p.want("2.0.0")
	size := int(p.releases["2.0.0"].doc.Contents[0].Size)
	p.set(func() { p.cut, p.ranges = size/100, nil }) // more pieces than one round takes up
	if err := once(t, p.config(t, dir)); err == nil || !strings.Contains(err.Error(), "fetch Acme Tool 2.0.0") {
		t.Errorf("the round ends with %v", err)
	}
	p.runs(t, dir, "1.0.0")
	if len(p.ranges) != maxResumes || len(p.reports) > 0 {
		t.Errorf("asked %d times, want %d; reported %+v", len(p.ranges), maxResumes, p.reports)
	}
	p.set(func() { p.cut = size / 3 })
	if err := once(t, p.config(t, dir)); err != nil {
		t.Error(err)
	}
	p.runs(t, dir, "2.0.0")
	for i, r := range p.ranges {
		if want := fmt.Sprintf("bytes=%d-", i*(size/100)); i > 0 && i <= maxResumes && r != want {
			t.Errorf("piece %d: asked for %q, want %q", i, r, want)
		}
	}
}

// halfThenSilence sends half of an artifact once, and then nothing until the other side hangs up; later ones are whole.
func halfThenSilence(begun chan<- struct{}) func(http.ResponseWriter, *http.Request, []byte) {
	var once atomic.Bool
	return func(w http.ResponseWriter, r *http.Request, data []byte) {
		if !once.CompareAndSwap(false, true) {
			w.Header().Set("ETag", `"`+sumOf(data)+`"`)
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
			return
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(data)))
		_, _ = w.Write(data[:len(data)/2])
		_ = http.NewResponseController(w).Flush()
		close(begun)
		<-r.Context().Done()
	}
}

// A download that stands still is taken up again.
func TestStandstill(t *testing.T) {
	t.Parallel()
	p, dir := newPeer(t), folder(t)
	p.own = halfThenSilence(make(chan struct{}))
	a := newAgent(t, p.config(t, dir))
	a.client.stall = 2 * time.Second
	if err := a.Once(t.Context()); err != nil {
		t.Error(err)
	}
	p.runs(t, dir, "1.0.0")
	if len(p.ranges) != 3 || !strings.HasPrefix(p.ranges[1], "bytes=") {
		t.Errorf("asked for %q", p.ranges)
	}
}

// An agent that is told to stop stops downloading, and goes on there at its next start.
func TestStoppedDuringDownload(t *testing.T) {
	t.Parallel()
	p, dir := newPeer(t), folder(t)
	begun := make(chan struct{})
	p.own = halfThenSilence(begun)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error, 1)
	a := newAgent(t, p.config(t, dir))
	go func() { ended <- a.Run(ctx) }()
	<-begun
	c := p.releases["1.0.0"].doc.Contents[0]
	draft := filepath.Join(dir, artifactsDir, c.SHA256+partial)
	waitFor(t, "half of it is on the disk", func() bool { return fileSize(draft) == c.Size/2 })
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	p.runs(t, dir, "")
	if err := once(t, p.config(t, dir)); err != nil {
		t.Error(err)
	}
	p.runs(t, dir, "1.0.0")
	if want := fmt.Sprintf("bytes=%d-", c.Size/2); len(p.ranges) != 3 || p.ranges[1] != want {
		t.Errorf("asked for %q, want %q second", p.ranges, want)
	}
}

// A file that is not the announced one is thrown away and told; a stale beginning only costs a second try.
func TestWrongChecksum(t *testing.T) {
	t.Parallel()
	p, dir := newPeer(t), folder(t)
	p.bring(t, dir, "1.0.0")
	p.want("2.0.0")
	c := p.releases["2.0.0"].doc.Contents[0]
	right := p.artifacts[c.SHA256]
	wrong := append([]byte{}, right...)
	wrong[len(wrong)/2] ^= 1
	p.set(func() { p.artifacts[c.SHA256] = wrong })
	for range 2 {
		if err := once(t, p.config(t, dir)); err == nil || !strings.Contains(err.Error(), "sends another file") {
			t.Errorf("the round ends with %v", err)
		}
	}
	p.runs(t, dir, "1.0.0")
	if r := p.lastReport(); len(p.reports) != 1 || r.Status != statusFailed || !strings.Contains(r.Detail, c.SHA256) {
		t.Errorf("reported %+v", p.reports)
	}
	if got := len(p.ranges); got != 3 {
		t.Errorf("fetched %d times, want 2 for 1.0.0 and 1", got)
	}
	if left := leftovers(t, dir); len(left) > 0 {
		t.Errorf("kept: %q", left)
	}

	p.set(func() { p.artifacts[c.SHA256] = right })
	if err := os.WriteFile(filepath.Join(dir, artifactsDir, c.SHA256+partial), wrong[:len(wrong)*2/3], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(AskRetry(dir), once(t, p.config(t, dir))); err != nil {
		t.Error(err)
	}
	p.runs(t, dir, "2.0.0")
}

// What a server may do to an artifact's answer, and what the agent makes of it.
func TestMisbehavingArtifacts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer func(w http.ResponseWriter, r *http.Request, data []byte)
		passes bool // tried again soon, nothing reported
		says   string
	}{
		"longer than announced": {func(w http.ResponseWriter, _ *http.Request, data []byte) {
			w.Header().Set("Content-Length", strconv.Itoa(len(data)+len("and more")))
			_, _ = w.Write(append(append([]byte{}, data...), "and more"...))
		}, false, "8 bytes more"},
		"endless": {func(w http.ResponseWriter, _ *http.Request, data []byte) {
			_, _ = w.Write(data)
			_ = http.NewResponseController(w).Flush() // no length is told
			_, _ = w.Write(data)
		}, false, ""},
		"shorter than announced": {func(w http.ResponseWriter, _ *http.Request, data []byte) { _, _ = w.Write(data[:10]) }, true, "fetch Acme Tool"},
		"gone":                   {func(w http.ResponseWriter, _ *http.Request, _ []byte) { w.WriteHeader(http.StatusNotFound) }, false, "does not give out"},
		"away":                   {func(w http.ResponseWriter, _ *http.Request, _ []byte) { w.WriteHeader(http.StatusBadGateway) }, true, "502"},
		"no token any more":      {func(w http.ResponseWriter, _ *http.Request, _ []byte) { w.WriteHeader(http.StatusUnauthorized) }, true, "401"},
		"nothing at all":         {func(http.ResponseWriter, *http.Request, []byte) { panic(http.ErrAbortHandler) }, true, "fetch Acme Tool"},
		"a range nobody asked for": {func(w http.ResponseWriter, _ *http.Request, data []byte) {
			w.Header().Set("Content-Range", fmt.Sprintf("bytes 5-%d/%d", len(data)-1, len(data)))
			w.WriteHeader(http.StatusPartialContent)
			_, _ = w.Write(data[5:])
		}, false, "another file"},
		"no range that it could give": {func(w http.ResponseWriter, _ *http.Request, _ []byte) {
			w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
		}, false, "another file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, dir := newPeer(t), folder(t)
			p.bring(t, dir, "1.0.0")
			p.want("2.0.0")
			p.set(func() { p.own = test.answer })
			err := once(t, p.config(t, dir))
			if test.says == "" { // the announced part of it is what was announced
				if err != nil {
					t.Error(err)
				}
				p.runs(t, dir, "2.0.0")
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.says) || test.passes != (len(p.reports) == 0) {
				t.Errorf("the round ends with %v, reported %+v; want %q", err, p.reports, test.says)
			}
			p.runs(t, dir, "1.0.0")
			p.set(func() { p.own = nil })
			if err := errors.Join(AskRetry(dir), once(t, p.config(t, dir))); err != nil {
				t.Error(err)
			}
			p.runs(t, dir, "2.0.0")
		})
	}
}

// The token goes to its own server alone: not to another address in the server's answer, nor where it sends on to.
func TestTokenStaysWithItsServer(t *testing.T) {
	t.Parallel()
	var heard []string
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		heard = append(heard, r.URL.Path+" "+r.Header.Get("Authorization"))
	}))
	t.Cleanup(other.Close)
	for name, set := range map[string]func(p *peer){
		"address": func(p *peer) { p.releases["1.0.0"].doc.Contents[0].ArtifactURL = other.URL + "/artifact" },
		"no host": func(p *peer) {
			p.releases["1.0.0"].doc.Contents[0].ArtifactURL = "//" + other.Listener.Addr().String() + "/artifact"
		},
		"redirect": func(p *peer) {
			p.own = func(w http.ResponseWriter, r *http.Request, _ []byte) {
				http.Redirect(w, r, other.URL+"/artifact", http.StatusFound)
			}
		},
	} {
		p, dir := newPeer(t), folder(t)
		set(p)
		if err := once(t, p.config(t, dir)); err == nil {
			t.Errorf("%s: the round ends well", name)
		}
		p.runs(t, dir, "")
	}
	if len(heard) > 0 {
		t.Errorf("another server heard %q", heard)
	}
}

// A disk without room is told before anything is fetched or unpacked; once there is room the agent goes on.
func TestNoRoom(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		free    []int64 // as the system tells from question to question
		fetches int
	}{"for the packages": {[]int64{spareBytes + 100}, 0}, "for their files": {[]int64{1 << 30, spareBytes + 100}, 1}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, dir := newPeer(t), folder(t)
			p.bring(t, dir, "1.0.0")
			p.set(func() { p.ranges = nil })
			p.want("2.0.0")
			a := newAgent(t, p.config(t, dir))
			asked := 0
			a.free = func(string) (int64, bool) { asked++; return test.free[min(asked, len(test.free))-1], true }
			if err := a.Once(t.Context()); err == nil || !strings.Contains(err.Error(), "not enough space") {
				t.Errorf("the round ends with %v", err)
			}
			p.runs(t, dir, "1.0.0")
			if r := p.lastReport(); r.Status != statusFailed || !strings.Contains(r.Detail, "not enough space") || len(p.ranges) != test.fetches {
				t.Errorf("fetched %d, reported %+v", len(p.ranges), r)
			}
			if left := leftovers(t, dir); len(left) > 0 {
				t.Errorf("left behind: %q", left)
			}
			later := p.config(t, dir)
			later.Clock = func() time.Time { return time.Now().Add(firstRetry) }
			if err := once(t, later); err != nil {
				t.Error(err)
			}
			p.runs(t, dir, "2.0.0")
		})
	}
}

// What the disk makes of a package once it was fetched is not believed: it is fetched again.
func TestArtifactRots(t *testing.T) {
	t.Parallel()
	p, dir := newPeer(t), folder(t)
	p.bring(t, dir, "1.0.0")
	guide := p.releases["1.0.0"].doc.Contents[1]
	rotten := strings.Repeat("x", int(guide.Size))
	if err := os.WriteFile(filepath.Join(dir, artifactsDir, guide.SHA256), []byte(rotten), 0o600); err != nil {
		t.Fatal(err)
	}
	p.want("2.0.0")
	if err := once(t, p.config(t, dir)); err == nil || !strings.Contains(err.Error(), "has changed on the disk") {
		t.Errorf("the round ends with %v", err)
	}
	p.runs(t, dir, "1.0.0")
	if err := once(t, p.config(t, dir)); err != nil {
		t.Error(err)
	}
	p.runs(t, dir, "2.0.0")
}
