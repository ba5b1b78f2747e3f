package static

import (
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func get(t *testing.T, method, path string, header map[string]string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	for name, value := range header {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	defer func() { _ = r.Body.Close() }()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestHandlerServesEachAssetWithItsType(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"app.css":     "text/css; charset=utf-8",
		"app.js":      "text/javascript; charset=utf-8",
		"upload.js":   "text/javascript; charset=utf-8",
		"htmx.js":     "text/javascript; charset=utf-8",
		"icons.svg":   "image/svg+xml",
		"favicon.svg": "image/svg+xml",
	} {
		r := get(t, http.MethodGet, Path(name), nil)
		if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != want {
			t.Errorf("%s: %d %s, want 200 %s", name, r.StatusCode, r.Header.Get("Content-Type"), want)
		}
		if got := r.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: Cache-Control %q", name, got)
		}
		if body(t, r) == "" {
			t.Errorf("%s: empty", name)
		}
	}
}

func TestHandlerCompressesForThoseWhoAccept(t *testing.T) {
	t.Parallel()
	plain := body(t, get(t, http.MethodGet, Path("app.css"), nil))
	for accept, packed := range map[string]bool{
		"gzip":                    true,
		"br;q=1.0, gzip;q=0.8":    true,
		"deflate, br":             false,
		"gzip;q=0":                false,
		"gzip; q=0.0, identity":   false,
		"identity;q=0.5, GZIPPED": false,
	} {
		r := get(t, http.MethodGet, Path("app.css"), map[string]string{"Accept-Encoding": accept})
		if got := r.Header.Get("Content-Encoding") == "gzip"; got != packed {
			t.Errorf("Accept-Encoding %q: gzip %v, want %v", accept, got, packed)
			continue
		}
		if r.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("Accept-Encoding %q: no Vary", accept)
		}
		if !packed {
			continue
		}
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(z)
		if err != nil || string(b) != plain {
			t.Errorf("Accept-Encoding %q: unpacked text differs (%v)", accept, err)
		}
	}
}

func TestHandlerAnswersWhatHasNotChanged(t *testing.T) {
	t.Parallel()
	first := get(t, http.MethodGet, Path("app.js"), nil)
	tag := first.Header.Get("ETag")
	packed := get(t, http.MethodGet, Path("app.js"), map[string]string{"Accept-Encoding": "gzip"}).Header.Get("ETag")
	if tag == "" || tag == packed {
		t.Fatalf("ETags %q and %q: want two different ones", tag, packed)
	}
	for header, want := range map[string]int{
		tag:                    http.StatusNotModified,
		"W/" + tag:             http.StatusNotModified,
		`"other", ` + tag:      http.StatusNotModified,
		"*":                    http.StatusNotModified,
		`"other"`:              http.StatusOK,
		strings.Trim(tag, `"`): http.StatusOK,
	} {
		r := get(t, http.MethodGet, Path("app.js"), map[string]string{"If-None-Match": header})
		if r.StatusCode != want {
			t.Errorf("If-None-Match %s: %d, want %d", header, r.StatusCode, want)
		}
		if want == http.StatusNotModified && body(t, r) != "" {
			t.Errorf("If-None-Match %s: 304 with a body", header)
		}
	}
}

func TestHandlerRefuses(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]int{
		"/static/":                   http.StatusNotFound,
		"/static/app.css":            http.StatusNotFound,
		"/static/app.0000000000.css": http.StatusNotFound,
		"/static/../embed.go":        http.StatusNotFound,
		"/static/css/tokens.css":     http.StatusNotFound,
	} {
		if r := get(t, http.MethodGet, path, nil); r.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, r.StatusCode, want)
		}
	}
	if r := get(t, http.MethodPost, Path("app.css"), nil); r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d, Allow %q", r.StatusCode, r.Header.Get("Allow"))
	}
	if r := get(t, http.MethodHead, Path("app.css"), nil); r.StatusCode != http.StatusOK || body(t, r) != "" || r.Header.Get("Content-Length") == "0" {
		t.Errorf("HEAD: %d, length %s", r.StatusCode, r.Header.Get("Content-Length"))
	}
}

func TestPathPanicsOnAnUnknownName(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	Path("missing.css")
}

func TestFirstVisitIsSmall(t *testing.T) {
	t.Parallel()
	total := 0
	for _, a := range assets().byName {
		total += len(a.gzipped)
	}
	// 60 kB with the page itself, for which 15 kB are kept free.
	if total > 45_000 {
		t.Errorf("the assets weigh %d bytes gzipped, want at most 45000", total)
	}
}

func TestANewContentHasANewName(t *testing.T) {
	t.Parallel()
	changed := fstest.MapFS{}
	for _, glob := range []string{"css/*", "icons/*.svg", "vendor/*.js", "*.js", "*.svg"} {
		names, err := fs.Glob(files, glob)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			b, err := fs.ReadFile(files, n)
			if err != nil {
				t.Fatal(err)
			}
			changed[n] = &fstest.MapFile{Data: b}
		}
	}
	changed["css/print.css"] = &fstest.MapFile{}
	changed["app.js"] = &fstest.MapFile{Data: []byte("// new")}
	c, err := load(changed)
	if err != nil {
		t.Fatal(err)
	}
	if c.byName["app.js"].hashed == assets().byName["app.js"].hashed {
		t.Error("app.js kept its name")
	}
	if c.byName["app.css"].hashed != assets().byName["app.css"].hashed {
		t.Error("app.css changed its name")
	}
}

func TestSpriteRefusesWhatIsNoIcon(t *testing.T) {
	t.Parallel()
	for _, svg := range []string{"", "<svg", "<svg </svg>", "<p></p>"} {
		if _, err := shapesOf(svg); err == nil {
			t.Errorf("%q: no error", svg)
		}
	}
}

func TestEveryStyleSheetIsServed(t *testing.T) {
	t.Parallel()
	found, err := fs.Glob(files, "css/*.css")
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != len(styleSheets) {
		t.Errorf("css/ holds %d files, %d are joined", len(found), len(styleSheets))
	}
}
