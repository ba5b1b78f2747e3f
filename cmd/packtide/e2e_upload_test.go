package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// wayOut is one of those that the upload form offers for a package with errors (R4).
const wayOut = "Share it in spite of the errors"

// upload takes one file in, as shareable; name, version and notes come from the file. Of a real package that was published
// with what our rules call an error, the publisher says so.
func (j *job) upload(file string) {
	b := j.paris
	b.visit("/packages/upload")
	b.attach("Package file", file)
	b.tick("Shareable")
	b.shot("upload")
	b.press("Upload package")
	if b.seesOneOf("SHA-256", wayOut) == wayOut {
		j.override(file, "It was published like this and works.")
	}
}

// override shares the file that was just refused, with a reason.
func (j *job) override(file, reason string) {
	b := j.paris
	b.shot("upload-refused")
	b.fits()
	if j.plain {
		b.attach("Package file", file) // without scripts the page was loaded anew, and browsers keep no file
	}
	b.tick(wayOut)
	b.fill("Why share it in spite of the errors?", reason)
	b.click("Upload package")
	b.sees("Shared in spite of its errors", reason)
}

// TestUploadRefusedInABrowser: the findings come into the form as it stands, its file still chosen, and the way out that a
// person takes there leads on. // R4
func TestUploadRefusedInABrowser(t *testing.T) {
	t.Parallel()
	j := newJob(newBrowser(t, 3*time.Minute), t)
	j.letPeopleIn()
	content, err := zipped([]file{
		{"acme_desk/definition.yaml", "identifier: AcmeDesk\nname: Acme Desk\n"},
		{"acme_desk/pyproject.toml", "[project]\nname = \"acme_desk\"\nversion = \"3.0\"\n"},
		{"acme_desk/actions/Ping.yaml", "name: Ping\nscript: }\nversion: 1\n"},
		{"acme_desk/actions/Ping.py", "print('pong')\n"},
	})
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "acme_desk.zip")
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	b := j.paris
	b.visit("/packages/upload")
	b.attach("Package file", name)
	b.fill("Release notes", "My own words.")
	b.tick("Shareable")
	b.press("Upload package")
	b.sees("What was found", "actions/Ping.yaml:2", "script: }", wayOut)
	got := eval[string](b, `document.querySelector("[name=file]").files.length + " " + document.querySelector("[name=notes]").value + " " + document.activeElement.className`)
	if want := "1 My own words. error-summary"; got != want {
		t.Errorf("after the refusal: %q, want %q", got, want)
	}
	j.override(name, "Tried on a test system.")
	b.sees("Acme Desk 3.0.0", "shared with errors", "My own words.")
	b.fits()
	b.shot("version-overridden")
}
