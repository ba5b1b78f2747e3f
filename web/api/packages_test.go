package api

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"packtide/release"
)

// form is an upload: the file, and texts by field.
type form struct {
	fileName string
	content  []byte
	texts    map[string]string
}

// uploads sends the form as it is written.
func (p *program) uploads(f form) *http.Request {
	p.t.Helper()
	var b bytes.Buffer
	parts := multipart.NewWriter(&b)
	for name, text := range f.texts {
		if err := parts.WriteField(name, text); err != nil {
			p.t.Fatal(err)
		}
	}
	if f.fileName != "" {
		part := must(parts.CreateFormFile("file", f.fileName))(p.t)
		if _, err := part.Write(f.content); err != nil {
			p.t.Fatal(err)
		}
	}
	if err := parts.Close(); err != nil {
		p.t.Fatal(err)
	}
	r := must(http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.url+"/packages/versions", &b))(p.t)
	r.Header.Set("Authorization", "Bearer "+p.token)
	r.Header.Set("Content-Type", parts.FormDataContentType())
	return r
}

// upload keeps a version of a plain package.
func (p *program) upload(name, number string) version {
	p.t.Helper()
	var v version
	p.do(p.uploads(form{name + ".bin", []byte("the bytes of " + name + " " + number), map[string]string{"name": name, "version": number}})).
		is(http.StatusCreated).into(&v)
	return v
}

// brokenDesk is an integration whose action can't be read.
func brokenDesk(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range map[string]string{
		"acme_desk/pyproject.toml":    "[project]\nname = \"acme_desk\"\nversion = \"15.0\"\n",
		"acme_desk/definition.yaml":   "identifier: AcmeDesk\nname: Acme Desk\n",
		"acme_desk/actions/Ping.yaml": "name: Ping\ndescription: Test\nscript: }\nversion: 1\n",
		"acme_desk/actions/Ping.py":   "print('pong')\n",
	} {
		f := must(z.Create(name))(t)
		if _, err := io.WriteString(f, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestPackagesByProgram: what is uploaded is found, listed page by page, compared, fetched and deleted.
func TestPackagesByProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(thePublisher)
	content := []byte("the bytes of Mail 1.0.0")
	got := p.do(p.uploads(form{"mail.bin", content, map[string]string{
		"name": "Acme Mail", "version": "1.0.0", "notes": "The first.", "shareable": "false", "platform": "plain", "scope": "account",
	}})).is(http.StatusCreated)
	var v version
	got.into(&v)
	sum := sha256.Sum256(content)
	if v.Version.String() != "1.0.0" || v.Shareable || v.Notes != "The first." || v.SHA256 != hex.EncodeToString(sum[:]) || v.Package.Name == "" ||
		got.header.Get("Location") != Prefix+"/package-versions/"+v.ID.String() || v.Size != int64(len(content)) || len(v.Findings) != v.Errors+v.Warnings {
		t.Errorf("%s at %s", got.body, got.header.Get("Location"))
	}
	second := p.upload("Acme Mail", "1.1.0")
	if !second.Shareable { // R2: the publisher's setting fills it in
		t.Error("the second is not shareable")
	}
	p.upload("Zoo", "1.0.0")

	var list items[pkg]
	p.get("/packages?limit=1").is(http.StatusOK).into(&list)
	if len(list.Items) != 1 || list.Items[0].DisplayName != "Acme Mail" || list.Items[0].Versions != 2 || list.Items[0].Shareable.ID != second.ID || list.Next == nil {
		t.Fatalf("the first page: %+v", list)
	}
	pkgID := list.Items[0].ID.String()
	first := *list.Next
	p.get("/packages?limit=1&cursor=" + first).is(http.StatusOK).into(&list)
	if len(list.Items) != 1 || list.Items[0].DisplayName != "Zoo" || list.Next != nil {
		t.Errorf("the second page: %+v", list)
	}
	p.get("/packages?q=mail").is(http.StatusOK).into(&list)
	if len(list.Items) != 1 {
		t.Errorf("by name: %+v", list)
	}
	if told := p.get("/packages/" + pkgID + "/versions?cursor=" + first).problem(http.StatusUnprocessableEntity); told.Field != "cursor" {
		t.Errorf("a cursor of another list: %+v", told)
	}

	var versions items[versionRow]
	p.get("/packages/" + pkgID + "/versions?limit=1").is(http.StatusOK).into(&versions)
	if len(versions.Items) != 1 || versions.Items[0].ID != second.ID || versions.Next == nil {
		t.Fatalf("versions: %+v", versions)
	}
	p.get("/packages/" + pkgID + "/versions?cursor=" + *versions.Next).is(http.StatusOK).into(&versions)
	if len(versions.Items) != 1 || versions.Items[0].ID != v.ID || versions.Next != nil {
		t.Errorf("the versions below: %+v", versions)
	}
	p.get("/packages/" + pkgID).is(http.StatusOK)
	p.get("/package-versions/" + v.ID.String() + "/findings").is(http.StatusOK)
	var compared comparison
	p.get("/package-versions/" + second.ID.String() + "/compare").is(http.StatusOK).into(&compared)
	if compared.From == nil || compared.From.ID != v.ID || !compared.Comparable || compared.Smallest == nil || len(compared.Changes) == 0 {
		t.Errorf("compared: %+v", compared)
	}
	p.get("/package-versions/" + v.ID.String() + "/compare?with=" + second.ID.String()).is(http.StatusOK)
	p.get("/package-versions/" + v.ID.String() + "/compare").is(http.StatusOK).into(&compared)
	if compared.From != nil {
		t.Errorf("the first is compared with %+v", compared.From)
	}
	p.send(http.MethodDelete, "/package-versions/"+v.ID.String(), nil).is(http.StatusNoContent)
	if told := p.send(http.MethodDelete, "/package-versions/"+v.ID.String(), nil).problem(http.StatusConflict); told.Rule != "R5" {
		t.Errorf("deleted again: %+v", told)
	}
	p.get("/package-versions/" + v.ID.String() + "/artifact").problem(http.StatusNotFound)
}

// TestArtifactByProgram: the file comes whole, in ranges, or not at all.
func TestArtifactByProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(thePublisher)
	v := p.upload("Acme Mail", "1.0.0")
	whole := p.get("/package-versions/" + v.ID.String() + "/artifact").is(http.StatusOK)
	tag := whole.header.Get("ETag")
	if string(whole.body) != "the bytes of Acme Mail 1.0.0" || tag != `"`+v.SHA256+`"` || !strings.Contains(whole.header.Get("Content-Disposition"), "Acme Mail.bin") {
		t.Errorf("%q with %v", whole.body, whole.header)
	}
	part := p.request(http.MethodGet, "/package-versions/"+v.ID.String()+"/artifact", nil)
	part.Header.Set("Range", "bytes=4-8")
	part.Header.Set("If-Range", tag)
	if got := p.do(part).is(http.StatusPartialContent); string(got.body) != "bytes" {
		t.Errorf("a part: %q", got.body)
	}
	beyond := p.request(http.MethodGet, "/package-versions/"+v.ID.String()+"/artifact", nil)
	beyond.Header.Set("Range", "bytes=4000-")
	p.do(beyond).is(http.StatusRequestedRangeNotSatisfiable)
	again := p.request(http.MethodGet, "/package-versions/"+v.ID.String()+"/artifact", nil)
	again.Header.Set("If-None-Match", tag)
	p.do(again).is(http.StatusNotModified)
}

// TestUploadRefused: nothing is stored of what is refused, and the refusal names what to mend.
func TestUploadRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(thePublisher)
	p.upload("Acme Mail", "1.0.0")
	mail := func(texts map[string]string) form {
		all := map[string]string{"name": "Acme Mail", "version": "2.0.0"}
		maps.Copy(all, texts)
		return form{"mail.bin", []byte("x"), all}
	}
	before := w.count(`SELECT count(*) FROM package_version`)
	for name, tc := range map[string]struct {
		form   form
		status int
		field  string
	}{
		"no file":               {form{texts: map[string]string{"name": "x"}}, 422, "file"},
		"an empty file":         {form{"x.bin", nil, map[string]string{"name": "x", "version": "1.0.0"}}, 422, "file"},
		"no version":            {mail(map[string]string{"version": ""}), 422, "version"},
		"no version's form":     {mail(map[string]string{"version": "2"}), 422, "version"},
		"the same version":      {mail(map[string]string{"version": "1.0.0"}), 409, "version"},
		"an unknown field":      {mail(map[string]string{"sharable": "true"}), 422, "sharable"},
		"neither true or false": {mail(map[string]string{"shareable": "yes"}), 422, "shareable"},
		"another platform":      {mail(map[string]string{"platform": "boomi"}), 422, "platform"},
		"a file that breaks":    {form{"x.zip", []byte("PK\x03\x04 and no more"), map[string]string{"name": "x", "version": "1.0.0"}}, 422, "file"},
	} {
		if told := p.do(p.uploads(tc.form)).problem(tc.status); told.Field != tc.field {
			t.Errorf("%s is refused at %q: %s", name, told.Field, told.Detail)
		}
	}
	desk := form{"acme_desk.zip", brokenDesk(t), map[string]string{"shareable": "true"}}
	refused := p.do(p.uploads(desk))
	told := refused.problem(http.StatusUnprocessableEntity)
	var with struct{ Findings []finding }
	refused.into(&with)
	if told.Rule != "R4" || told.Field != "shareable" || len(with.Findings) == 0 || with.Findings[0].Code == "" || with.Findings[0].Fix == "" {
		t.Errorf("a shareable version with errors: %s", refused.body)
	}
	if after := w.count(`SELECT count(*) FROM package_version`); after != before {
		t.Errorf("%d versions are stored, before %d", after, before)
	}
	desk.texts["override_reason"] = "The check is wrong here."
	var kept version
	p.do(p.uploads(desk)).is(http.StatusCreated).into(&kept)
	if !kept.Shareable || !kept.Overridden || kept.OverrideReason != "The check is wrong here." || kept.Errors == 0 {
		t.Errorf("shared in spite of errors: %+v", kept)
	}
	p.send(http.MethodPost, "/packages/versions", `{"name":"x"}`).problem(http.StatusUnsupportedMediaType)
	w.as(thePublisherViewer).do(w.as(thePublisherViewer).uploads(mail(nil))).problem(http.StatusForbidden)
}

// TestUploadTooLarge: what is beyond the limit is not kept. // R1
func TestUploadTooLarge(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(thePublisher)
	body, pipe := io.Pipe()
	parts := multipart.NewWriter(pipe)
	go func() {
		part, err := parts.CreateFormFile("file", "huge.bin")
		block := make([]byte, 1<<20)
		for n := 0; err == nil && n <= release.MaxArtifact>>20; n++ {
			_, err = part.Write(block)
		}
		if err == nil {
			err = parts.Close()
		}
		pipe.CloseWithError(err)
	}()
	r := must(http.NewRequestWithContext(t.Context(), http.MethodPost, p.url+"/packages/versions", body))(t)
	r.Header.Set("Authorization", "Bearer "+p.token)
	r.Header.Set("Content-Type", parts.FormDataContentType())
	p.do(r).problem(http.StatusRequestEntityTooLarge)
}

// TestUploadOnce: an upload that is sent again with its key is the same, whatever its parts are separated by.
func TestUploadOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(thePublisher)
	send := func(content string) response {
		r := p.uploads(form{"mail.bin", []byte(content), map[string]string{"name": "Acme Mail", "version": "1.0.0"}})
		r.Header.Set(headerOnce, "build 7")
		return p.do(r)
	}
	first, second := send("a").is(http.StatusCreated), send("a").is(http.StatusCreated)
	if !bytes.Equal(first.body, second.body) || second.header.Get(headerReplayed) != "true" {
		t.Errorf("sent again: %s", second.body)
	}
	send("b").problem(http.StatusConflict)
}

// TestPackagesOfOthers: nobody finds, fetches or deletes what is not theirs.
func TestPackagesOfOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.as(thePublisher).upload("Acme Mail", "1.0.0")
	one, whole := "/packages/"+v.Package.ID.String(), "/package-versions/"+v.ID.String()
	for _, tc := range []struct {
		who      string
		status   int // of the package and its version
		artifact int
		remove   int
	}{
		{thePublisherViewer, 200, 200, 403},
		{theSupport, 200, 200, 403},
		{theRival, 404, 404, 404},
		{theAdmin, 403, 404, 403},
		{theOtherAdmin, 403, 404, 403},
	} {
		p := w.as(tc.who)
		for _, path := range []string{one, one + "/versions", whole, whole + "/findings", whole + "/compare"} {
			p.get(path).is(tc.status)
		}
		p.get(whole + "/artifact").is(tc.artifact)
		p.send(http.MethodDelete, whole, nil).is(tc.remove)
	}
	agent := w.with(w.token(theAdmin, release.ScopeAgent))
	agent.get(whole).problem(http.StatusForbidden)
	agent.get(whole + "/artifact").problem(http.StatusNotFound)
	w.as(theRival).get("/packages").is(http.StatusOK)
	if got := w.as(theRival).get("/packages"); string(bytes.TrimSpace(got.body)) != `{"items":[],"next":null}` {
		t.Errorf("the rival is told %s", got.body)
	}
}
