package web

import (
	"archive/zip"
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"testing"
)

// sent is a form with a file. Fields come in their order, as in a browser; the file stands where its name is "file".
type sent struct {
	fields   [][2]string
	fileName string
	content  io.Reader // nil: no file was chosen
	script   bool      // by upload.js, which asks for a header instead of a redirect
}

// send uploads while it writes, so that no test holds a file in memory.
func (c *client) send(f sent) *page {
	c.t.Helper()
	return c.sendTo("/packages/upload", f)
}

// sendTo is send for another form with a file.
func (c *client) sendTo(path string, f sent) *page {
	c.t.Helper()
	body, w := io.Pipe()
	form := multipart.NewWriter(w)
	go func() { w.CloseWithError(f.write(form)) }()
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.url+path, body)
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	if f.script {
		r.Header.Set("X-Upload", "1")
	}
	return c.do(r)
}

func (f sent) write(form *multipart.Writer) error {
	for _, field := range f.fields {
		if field[0] != "file" {
			if err := form.WriteField(field[0], field[1]); err != nil {
				return err
			}
			continue
		}
		part, err := form.CreateFormFile("file", f.fileName)
		if err == nil && f.content != nil {
			_, err = io.Copy(part, f.content)
		}
		if err != nil {
			return err
		}
	}
	return form.Close()
}

// filled is the form as a browser sends it, file first.
func filled(name, version, notes, shareable string) [][2]string {
	fields := [][2]string{{"file", ""}, {"name", name}, {"version", version}, {"notes", notes}, {"shareable_asked", "yes"}}
	if shareable != "" {
		fields = append(fields, [2]string{"shareable", shareable})
	}
	return fields
}

// secOps is a Google SecOps integration folder as zip, with the version in its pyproject.toml.
func secOps(t *testing.T, version string) []byte {
	t.Helper()
	return zipped(t, map[string]string{
		"acme_desk/pyproject.toml":      "[project]\nname = \"acme_desk\"\nversion = \"" + version + "\"\ndescription = \"Tickets of Acme Desk.\"\nrequires-python = \">=3.11,<3.12\"\n",
		"acme_desk/uv.lock":             "requires-python = \"==3.11.*\"\n[[package]]\nname = \"acme-desk\"\nversion = \"" + version + "\"\nsource = { virtual = \".\" }\n",
		"acme_desk/.python-version":     "3.11\n",
		"acme_desk/__init__.py":         "",
		"acme_desk/definition.yaml":     "identifier: AcmeDesk\nname: Acme Desk\ndescription: Tickets of Acme Desk.\ncategories: []\nparameters: []\nimage_path: resources/desk.png\n",
		"acme_desk/release_notes.yaml":  "- description: Tickets can be closed.\n  integration_version: \"" + version + "\"\n  item_name: Acme Desk\n  item_type: Integration\n  publish_time: \"2026-11-20\"\n  ticket_number: \"1\"\n  new: false\n  regressive: false\n  deprecated: false\n  removed: false\n",
		"acme_desk/actions/Ping.yaml":   "name: Ping\ndescription: Test the connection.\nintegration_identifier: AcmeDesk\nparameters: []\ndynamic_results_metadata: []\n",
		"acme_desk/actions/Ping.py":     "print('pong')\n",
		"acme_desk/actions/__init__.py": "",
	})
}

func zipped(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range files {
		f, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(f, content)
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
