package web

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"packtide/release"
)

// What is wrong with the request itself is no fault of the product or of its database.
func TestUploadThatCannotBeRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	const field = "--x\r\nContent-Disposition: form-data; name=\"notes\"\r\n"
	for name, body := range map[string]string{
		"broken off":  field + "\r\nabc",
		"all texts":   strings.Repeat(field+"\r\n"+strings.Repeat("a", 900_000)+"\r\n", 5) + "--x--\r\n",
		"no text":     field + "\r\n\xff\x00\r\n--x--\r\n",
		"no boundary": "",
	} {
		r := claire.request(http.MethodPost, "/packages/upload", body)
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		if name == "no boundary" {
			r.Header.Set("Content-Type", "multipart/form-data")
		}
		if p := claire.do(r); p.status != http.StatusBadRequest {
			t.Errorf("%s: answered %d: %s", name, p.status, p.text("main"))
		}
	}
}

// zeros is a stream of n zero bytes that nobody holds in memory.
func zeros(n int64) io.Reader { return io.LimitReader(zeroReader{}, n) }

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// A 300 MB file gets its answer although the client sends everything first, as browsers do.
func TestUploadOf300MBIsRefused(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("sends 300 MB")
	}
	w := newWorld(t)
	before := kept(t, w)
	p := w.as(thePublisher).send(sent{fields: filled("Acme", "1.0.0", "My notes", "true"), fileName: "big.bin", content: zeros(300 << 20)})
	p.wants(http.StatusUnprocessableEntity)
	if got := p.errorOn("file"); !strings.Contains(got, "larger than 256 MB") {
		t.Errorf("beside the file stands %q", got)
	}
	if p.value("name") != "Acme" || p.value("notes") != "My notes" || p.value("shareable") != "true" {
		t.Error("the texts after the file are lost")
	}
	if after := kept(t, w); !slices.Equal(before, after) {
		t.Errorf("stored something: %v, before %v", after, before)
	}
}

func TestReceivedFilesLieOnDiskAndGo(t *testing.T) {
	t.Parallel()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if err := (sent{fields: filled("Acme", "", "", ""), fileName: "../a.bin", content: strings.NewReader("abc")}).write(form); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	got, err := receive(httptest.NewRecorder(), r, release.MaxArtifact)
	if err != nil {
		t.Fatal(err)
	}
	on, err := io.ReadAll(io.NewSectionReader(got.file, 0, 10))
	if err != nil || string(on) != "abc" || got.size != 3 || got.sha256 != sha256.Sum256(on) || got.fileName != "a.bin" {
		t.Errorf("received %+v with %q, %v", got, on, err)
	}
	got.discard()
	if _, err := os.Stat(got.file.Name()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the temporary file is still there: %v", err)
	}
}

func TestFileNamesAreCleaned(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"a.tcx": "a.tcx", `C:\fakepath\a b.tcx`: "a b.tcx", "../../etc/passwd": "passwd", "..": "package", "": "package", "x/": "package",
		"a\r\nb": "ab", "\xff.zip": ".zip", strings.Repeat("ü", 150): strings.Repeat("ü", 100),
	} {
		if got := cleanFileName(name); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
}
