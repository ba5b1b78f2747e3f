package web

import (
	"bytes"
	"crypto/sha256"
	"net/http"
	"slices"
	"strings"
	"testing"

	"packtide/packfile"
	"packtide/release"
)

// brokenDesk is an integration whose action can't be read, as the finding says with its line.
func brokenDesk(t *testing.T, version, action string) []byte {
	t.Helper()
	return zipped(t, map[string]string{
		"acme_desk/pyproject.toml":    "[project]\nname = \"acme_desk\"\nversion = \"" + version + "\"\n",
		"acme_desk/definition.yaml":   "identifier: AcmeDesk\nname: Acme Desk\n",
		"acme_desk/actions/Ping.yaml": "name: Ping\ndescription: Test <b>it</b>.\n" + action + ": }\nversion: 1\n",
		"acme_desk/actions/Ping.py":   "print('pong')\n",
	})
}

// way is the form once errors stand in the way: what was typed, and the way out that was chosen.
func way(choice, reason, judged string) [][2]string {
	fields := [][2]string{{"file", ""}, {"name", ""}, {"version", "15.0.0"}, {"notes", "Mine"}, {"shareable_asked", "choice"}, {"judged", judged}, {"override_reason", reason}}
	if choice != "" {
		fields = append(fields, [2]string{"shareable", choice})
	}
	return fields
}

// TestUploadWithErrors: a shareable version with errors is refused with its findings and the ways out, everything typed
// kept and nothing stored; then it goes as not shareable, or with a reason that its page and the activity show. // R4
func TestUploadWithErrors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	content := brokenDesk(t, "15.0", "script")
	send := func(fields [][2]string, content []byte) *page {
		return claire.send(sent{fields: fields, fileName: "acme_desk.zip", content: bytes.NewReader(content)})
	}
	before := kept(t, w)
	fields := filled("", "15.0.0", "Mine", "true")
	asked := send(fields, content).wants(http.StatusUnprocessableEntity)
	asked.says(".error-summary", "it can't be shareable").says(".findings h3", "Errors: ")
	asked.says(".finding code", "acme_desk/actions/Ping.yaml:").says(".finding", "How to mend it:").says(".excerpt mark", "}")
	asked.says(".excerpt", "Test <b>it</b>.").says(".banner", "choose the file again")
	asked.says("[role=radiogroup]", "Upload it as not shareable").says("[role=radiogroup]", "Share it in spite of the errors")
	if asked.value("version") != "15.0.0" || asked.value("notes") != "Mine" || asked.value("shareable") != "" {
		t.Errorf("the form holds %q, %q, %q", asked.value("version"), asked.value("notes"), asked.value("shareable"))
	}
	judged := asked.value("judged")
	for name, tc := range map[string]struct {
		fields  [][2]string
		content []byte
		field   string
		says    string
	}{
		"nothing chosen":            {way("", "", judged), content, "shareable", "can't be shareable"},
		"shared without a reason":   {way("true", " ", judged), content, "shareable", "can't be shareable"},
		"a reason of 1,001 letters": {way("true", strings.Repeat("x", 1001), judged), content, "override_reason", "at most 1,000"},
		"a reason for another file": {way("true", "it works", judged), brokenDesk(t, "15.0", "other"), "shareable", "can't be shareable"},
		"no version besides":        {append(slices.Clone(way("true", "it works", judged))[1:], [2]string{"version", "x"}, [2]string{"file", ""}), content, "version", "three whole numbers"},
	} {
		p := send(tc.fields, tc.content).wants(http.StatusUnprocessableEntity)
		if got := p.errorOn(tc.field); !strings.Contains(got, tc.says) {
			t.Errorf("%s: beside %s stands %q", name, tc.field, got)
		}
		for _, f := range tc.fields {
			if f[0] == "override_reason" && p.value("override_reason") != f[1] {
				t.Errorf("%s: the reason is lost: %q", name, p.value("override_reason"))
			}
		}
	}
	if after := kept(t, w); !slices.Equal(before, after) {
		t.Errorf("stored something: %v, before %v", after, before)
	}

	shared := claire.follow(send(way("true", "The check is\nwrong here.", judged), content)).wants(http.StatusOK)
	shared.says(".banner", "Shared in spite of its errors").says(".banner .notes", "wrong here.").says(".lede .badge", "shared with errors").says(".findings", "R-YAML")
	claire.get("/activity").says("main", "The check is wrong here.")

	next := way("false", "", "")
	next[2][1] = "16.0.0"
	kept := claire.follow(send(next, content)).wants(http.StatusOK)
	kept.says(".lede .badge", "Not shareable").says("#findings", "compared at its upload with 15.0.0").saysNot(".banner", "in spite")
}

// TestOverrideMark: where versions are chosen, one that was shared in spite of errors says so. // R4
func TestOverrideMark(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.overridden("Acme", "1.0.0")
	claire := w.as(thePublisher)
	p := w.pack("Desk", false)
	claire.get("/packs/"+p.ID.String()).says("option", "Acme 1.0.0, shared with errors")
	if err := w.service.AddPackage(t.Context(), w.actor(thePublisher), p.ID, v.Package); err != nil {
		t.Fatal(err)
	}
	claire.get("/packs/"+p.ID.String()).says("tbody", "shared with errors")
	claire.get("/packs/"+p.ID.String()+"/release/versions").says("option", "shared with errors")
	claire.get("/packages/"+v.Package.String()).says("tbody", "shared with errors")
}

// overridden is a version of Meridian that was shared in spite of an error.
func (w *world) overridden(name, version string) release.PackageVersion {
	w.t.Helper()
	u := release.Upload{
		Name: name, Version: version, FileName: "a.bin", Size: 1, SHA256: sha256.Sum256([]byte("a")), Content: strings.NewReader("a"),
		Shareable: new(true), OverrideReason: "it works",
	}
	u.Manifest = packfile.Manifest{Platform: packfile.PlatformPlain, Kind: "file"}
	u.Findings = []packfile.Finding{{Code: "X", Severity: packfile.SeverityError, Message: "It is broken."}}
	return must(w.service.UploadVersion(w.t.Context(), w.actor(thePublisher), u))(w.t)
}
