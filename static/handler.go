package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// asset is one file ready to be sent.
type asset struct {
	hashed  string
	kind    string
	etag    string
	plain   []byte
	gzipped []byte
}

// catalogue finds assets by their plain name (for pages) and by their hashed name (for requests).
type catalogue struct {
	byName   map[string]*asset
	byHashed map[string]*asset
}

func newCatalogue() catalogue {
	return catalogue{byName: map[string]*asset{}, byHashed: map[string]*asset{}}
}

func (c catalogue) add(name, kind string, body []byte) {
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:5])
	ext := path.Ext(name)
	a := &asset{
		hashed:  strings.TrimSuffix(name, ext) + "." + hash + ext,
		kind:    kind,
		etag:    `"` + hash + `"`,
		plain:   body,
		gzipped: compress(body),
	}
	c.byName[name] = a
	c.byHashed[a.hashed] = a
}

func compress(body []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil
	}
	// A bytes.Buffer takes every write, so these can't fail.
	_, _ = w.Write(body)
	_ = w.Close()
	return b.Bytes()
}

// Handler serves the assets under Prefix, for ever cacheable, gzipped where the browser takes it. It answers 404 for
// anything else, a name with an outdated hash included, and 405 for methods other than GET and HEAD.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := assets().byHashed[strings.TrimPrefix(r.URL.Path, Prefix)]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		a.send(w, r)
	})
}

// ServeFavicon answers /favicon.ico, which browsers and feed readers ask for without being told.
func ServeFavicon(w http.ResponseWriter, r *http.Request) {
	assets().byName["favicon.svg"].send(w, r)
}

func (a *asset) send(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	h.Set("X-Content-Type-Options", "nosniff")
	body, etag := a.plain, a.etag
	if AcceptsGzip(r) && len(a.gzipped) > 0 && len(a.gzipped) < len(a.plain) {
		body = a.gzipped
		etag = strings.TrimSuffix(a.etag, `"`) + `-gz"`
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", etag)
	if matches(r.Header.Get("If-None-Match"), etag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		// The browser went away: nobody is left to tell.
		_, _ = w.Write(body)
	}
}

// matches tells whether an If-None-Match header names the tag (RFC 9110, 13.1.2: weak comparison).
func matches(header, etag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
		if one == etag || one == "*" {
			return true
		}
	}
	return false
}

// AcceptsGzip reads Accept-Encoding: "gzip" counts unless its weight is zero.
func AcceptsGzip(r *http.Request) bool {
	for one := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, params, _ := strings.Cut(strings.TrimSpace(one), ";")
		if strings.TrimSpace(coding) != "gzip" {
			continue
		}
		q, found := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		weight, err := strconv.ParseFloat(q, 64)
		return !found || err != nil || weight > 0
	}
	return false
}
