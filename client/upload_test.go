package client_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"packtide/client"
)

// An upload streams, tells how far it is, and can be repeated as a whole.
func TestUploads(t *testing.T) {
	t.Parallel()
	content := bytes.Repeat([]byte("packtide"), 1<<15)
	p := newPeer(t, answer(503, `{}`), func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength <= int64(len(content)) {
			t.Errorf("announced %d bytes", r.ContentLength)
		}
		f, head, err := r.FormFile("file")
		if err != nil {
			t.Errorf("read the form: %v", err)
			return
		}
		got, err := io.ReadAll(f)
		if err != nil || head.Filename != "p.zip" || !bytes.Equal(got, content) {
			t.Errorf("%s: %d bytes, %v", head.Filename, len(got), err)
		}
		if r.FormValue("version") != "1.0.0" || r.FormValue("shareable") != "true" || r.Form.Has("notes") {
			t.Errorf("the form holds %v", r.Form)
		}
		answer(201, `{"id":"v","version":"1.0.0","findings":[{"code":"X"}]}`)(w, r)
	})
	opened, sent := 0, int64(0)
	made, err := p.client().UploadVersion(t.Context(), client.Upload{
		Version: "1.0.0", Shareable: new(true),
		File: client.File{
			Name: "p.zip", Size: int64(len(content)), Sent: func(n int64) { sent = n },
			Open: func() (io.ReadCloser, error) { opened++; return io.NopCloser(bytes.NewReader(content)), nil },
		},
	})
	if err != nil || made.Version != "1.0.0" || len(made.Findings) != 1 {
		t.Fatalf("%+v, %v", made, err)
	}
	all := p.requests()
	if opened != 2 || sent != int64(len(content)) || all[0].body != all[1].body {
		t.Errorf("opened %d times, %d bytes sent, the same body: %t", opened, sent, all[0].body == all[1].body)
	}
}

func TestFilesThatChangeOrVanish(t *testing.T) {
	t.Parallel()
	p := newPeer(t, answer(201, `{}`))
	for name, file := range map[string]client.File{
		"longer":  {Name: "f", Size: 2, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("four")), nil }},
		"vanish":  {Name: "f", Size: 2, Open: func() (io.ReadCloser, error) { return nil, errors.New("no such file") }},
		"shorter": {Name: "f", Size: 2, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("1")), nil }},
	} {
		_, err := newClient(t, client.Config{Server: p.server.URL, Attempts: 1}).UploadVersion(t.Context(), client.Upload{File: file})
		if err == nil || client.Status(err) != 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}
