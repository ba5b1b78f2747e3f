package web

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"packtide/release"
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
	body, w := io.Pipe()
	form := multipart.NewWriter(w)
	go func() { w.CloseWithError(f.write(form)) }()
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.url+"/packages/upload", body)
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
		"acme_desk/pyproject.toml":      "[project]\nname = \"acme_desk\"\nversion = \"" + version + "\"\n",
		"acme_desk/definition.yaml":     "identifier: AcmeDesk\nname: Acme Desk\ndescription: Tickets of Acme Desk.\n",
		"acme_desk/release_notes.yaml":  "- description: Tickets can be closed.\n  integration_version: \"" + version + "\"\n  item_name: Acme Desk\n  item_type: Integration\n  publish_time: \"2026-11-20\"\n  ticket_number: \"1\"\n  new: false\n  regressive: false\n  deprecated: false\n  removed: false\n",
		"acme_desk/actions/Ping.yaml":   "name: Ping\ndescription: Test the connection.\n",
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

func TestUploadReadsThePackage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	claire.get("/packages").wants(http.StatusOK).says("main", "Upload the first package")
	form := claire.get("/packages/upload").wants(http.StatusOK)
	if form.value("shareable") != "true" { // R2: as the publisher's setting says
		t.Error("the form does not take over that new versions are shareable")
	}
	content := secOps(t, "15.0")
	done := claire.send(sent{fields: filled("", "", "", "true"), fileName: "acme_desk.zip", content: bytes.NewReader(content)})
	version := claire.follow(done).wants(http.StatusOK)
	version.says("h1", "Acme Desk 15.0.0").says(".flash", "Acme Desk 15.0.0 is uploaded and may enter packs.")
	version.says(".lede", "Version 15.0.0 (15.0 in Google SecOps)").says(".lede", "uploaded by Claire Dubois") // R1
	version.says(".lede .badge", "Shareable").says(".notes", "Tickets can be closed.")
	version.says(".facts", "acme_desk_v15").says(".facts", "Google SecOps, response integration") // R3
	sum := sha256.Sum256(content)
	version.says("[data-sha256]", hex.EncodeToString(sum[:]))

	claire.get("/packages").says("tbody", "Acme Desk").says("tbody", "15.0.0 (15.0 in Google SecOps)").says("tbody", "the newest")
	one := claire.get(claire.get("/packages").link("Acme Desk")).wants(http.StatusOK)
	one.says("h1", "Acme Desk").says("tbody", "15.0.0 (15.0 in Google SecOps)").says("tbody", "Shareable")
}

func TestUploadTellsSilenceFromAnEmptyBox(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	for _, c := range []struct {
		name      string
		fields    [][2]string
		shareable bool
	}{
		{"Box checked", filled("Box checked", "1.0.0", "", "true"), true},
		{"Box empty", filled("Box empty", "1.0.0", "", ""), false},
		{"Nothing said", [][2]string{{"name", "Nothing said"}, {"version", "1.0.0"}, {"file", ""}}, true}, // R2
	} {
		done := claire.send(sent{fields: c.fields, fileName: "x.bin", content: strings.NewReader(c.name)})
		badge := claire.follow(done).text(".lede .badge")
		if (badge == "Shareable") != c.shareable {
			t.Errorf("%s: the version is %q", c.name, badge)
		}
	}
}

func TestUploadByScriptKeepsTheMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	done := claire.send(sent{fields: filled("Acme", "1.0.0", "", ""), fileName: "a.bin", content: strings.NewReader("a"), script: true})
	done.wants(http.StatusOK)
	to := done.header.Get("X-Location")
	if !strings.HasPrefix(to, "/versions/") {
		t.Fatalf("the script is sent to %q", to)
	}
	claire.get(to).says(".flash", "Acme 1.0.0 is uploaded.")
}

// Bad input: the form again with the input kept, the message beside the field, the right status, nothing stored.
func TestUploadRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	w.upload("Acme", "1.0.0")
	claire.follow(claire.send(sent{fields: filled("", "", "", "true"), fileName: "d.zip", content: bytes.NewReader(secOps(t, "15.0"))}))
	for name, c := range map[string]struct {
		version string
		name    string
		content io.Reader
		status  int
		field   string
		message string
	}{
		"version of two integers":  {"1.4", "Acme", strings.NewReader("b"), 422, "version", "three whole numbers"},
		"version of words":         {"latest", "Acme", strings.NewReader("b"), 422, "version", "three whole numbers"},
		"version of four integers": {"1.2.3.4", "Acme", strings.NewReader("b"), 422, "version", "three whole numbers"},
		"negative version":         {"1.-2.3", "Acme", strings.NewReader("b"), 422, "version", "three whole numbers"},
		"version with leading 0":   {"01.2.3", "Acme", strings.NewReader("b"), 422, "version", "three whole numbers"},
		"version beyond a column":  {"2147483648.0.0", "Acme", strings.NewReader("b"), 422, "version", "three whole numbers"},
		"version that exists":      {"1.0.0", "Acme", strings.NewReader("b"), 409, "version", "Version 1.0.0 was uploaded before"},
		"file's version exists":    {"", "", bytes.NewReader(secOps(t, "15.0")), 409, "version", "15.0.0 (15.0 in Google SecOps), which the file tells,"},
		"no version":               {"", "Acme", strings.NewReader("b"), 422, "version", "does not tell its version"},
		"no name":                  {"1.0.0", "", strings.NewReader("b"), 422, "name", "does not tell its name"},
		"name without letters":     {"1.0.0", "???", strings.NewReader("b"), 422, "name", "letters or digits"},
		"name too long":            {"1.0.0", strings.Repeat("x", 151), strings.NewReader("b"), 422, "name", "at most 150"},
		"empty file":               {"1.1.0", "Acme", strings.NewReader(""), 422, "file", "The file is empty"},
		"no file":                  {"1.1.0", "Acme", nil, 422, "file", "Choose the package's file"},
		"broken archive":           {"1.1.0", "Acme", bytes.NewReader(secOps(t, "16.0")[:400]), 422, "file", "archive"},
	} {
		fileName := "acme.zip"
		if c.content == nil {
			fileName = ""
		}
		before := kept(t, w)
		p := claire.send(sent{fields: filled(c.name, c.version, "My notes\nof two lines", ""), fileName: fileName, content: c.content})
		if p.status != c.status {
			t.Errorf("%s: answered %d, want %d: %s", name, p.status, c.status, p.text("main"))
			continue
		}
		if got := p.errorOn(c.field); !strings.Contains(got, c.message) {
			t.Errorf("%s: beside %s stands %q, want %q", name, c.field, got, c.message)
		}
		for field, want := range map[string]string{"name": c.name, "version": c.version, "notes": "My notes\nof two lines", "shareable": ""} {
			if got := p.value(field); got != want {
				t.Errorf("%s: %s holds %q, want %q", name, field, got, want)
			}
		}
		if !p.has(".error-summary") || !strings.Contains(p.text(".banner"), "choose the file again") {
			t.Errorf("%s: the page does not say what to do: %s", name, p.text("main"))
		}
		if after := kept(t, w); !slices.Equal(before, after) {
			t.Errorf("%s: stored something: %v, before %v", name, after, before)
		}
	}
}

// kept counts what uploads leave in the database.
func kept(t *testing.T, w *world) []int {
	t.Helper()
	var counts []int
	for _, table := range []string{"package", "package_version", "artifact", "artifact_part", "audit_event"} {
		var n int
		if err := w.db.Pool.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		counts = append(counts, n)
	}
	return counts
}

func TestUploadTakesNotesBesideTheFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	long := claire.send(sent{fields: filled("Acme", "1.0.0", strings.Repeat("n", 20_001), ""), fileName: "a", content: strings.NewReader("a")})
	long.wants(http.StatusUnprocessableEntity)
	if got := long.errorOn("notes"); !strings.Contains(got, "20,000") {
		t.Errorf("beside the notes stands %q", got)
	}
}

func TestUploadIsForPublishersAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, who := range []string{thePublisherViewer, theAdmin, theManagedViewer, theSupport, theOperator} {
		w.as(who).get("/packages/upload").wants(http.StatusForbidden)
		w.as(who).post("/packages/upload", nil).wants(http.StatusForbidden)
	}
	w.as(thePublisher).post("/packages/upload", nil).wants(http.StatusBadRequest) // no form with a file
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
	got, err := receive(httptest.NewRecorder(), r)
	if err != nil {
		t.Fatal(err)
	}
	on, err := os.ReadFile(got.file.Name())
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

func TestArtifactIsSentWholeInPartsOrNotAtAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	content := strings.Repeat("0123456789", 250_000) // three parts of 1 MiB
	done := claire.send(sent{fields: filled("Über \"Acme\"", "1.0.0", "", "true"), fileName: `C:\tmp\über "acme".bin`, content: strings.NewReader(content)})
	path := done.wants(http.StatusSeeOther).header.Get("Location") + "/artifact"
	whole := claire.get(path).wants(http.StatusOK)
	if whole.body != content {
		t.Errorf("the artifact has %d bytes, or others than were sent", len(whole.body))
	}
	sum := sha256.Sum256([]byte(content))
	etag := `"` + hex.EncodeToString(sum[:]) + `"`
	for header, want := range map[string]string{
		"ETag": etag, "Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff", "Accept-Ranges": "bytes",
		"Content-Disposition": `attachment; filename*=utf-8''%C3%BCber%20%22acme%22.bin`, "Cache-Control": "private, no-cache",
	} {
		if got := whole.header.Get(header); got != want {
			t.Errorf("%s is %q, want %q", header, got, want)
		}
	}
	with := func(name, value string) *page {
		r := claire.request(http.MethodGet, path, "")
		r.Header.Set(name, value)
		return claire.do(r)
	}
	if p := with("Range", "bytes=1048570-1048589").wants(http.StatusPartialContent); p.body != "01234567890123456789" {
		t.Errorf("over the edge of two parts it sends %q", p.body)
	}
	if p := with("If-None-Match", etag).wants(http.StatusNotModified); p.body != "" {
		t.Errorf("304 carries %d bytes", len(p.body))
	}
	with("Range", "bytes=99999999-").wants(http.StatusRequestedRangeNotSatisfiable)
}

func TestArtifactIsForThoseWhoMayRunIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.upload("Acme", "1.0.0")
	path := "/versions/" + v.ID.String() + "/artifact"
	w.as(theAdmin).get(path).wants(http.StatusNotFound)
	w.pack("Acme Pack", false, v)
	w.as(theAdmin).get(path).wants(http.StatusNotFound)
	w.releaseNow(must(w.db.Reader.Packs(t.Context(), w.actor(thePublisher), "", "", release.ID{}, 1))(t)[0].ID, "1.0.0")
	for _, who := range []string{theAdmin, theManagedViewer, theOtherAdmin, thePublisher, thePublisherViewer, theSupport, theOperator} {
		w.as(who).get(path).wants(http.StatusOK)
	}
	w.as(theRival).get(path).wants(http.StatusNotFound)
	w.anonymous().get(path).wants(http.StatusSeeOther)
}

func TestVersionInAReleaseStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	old, held := w.upload("Acme", "1.0.0"), w.upload("Acme", "1.1.0")
	pack := w.pack("Acme Pack", false, held)
	w.releaseNow(pack.ID, "1.0.0")
	path := "/versions/" + held.ID.String() + "/delete"
	asked := claire.get(path).wants(http.StatusOK).says(".banner", "can't be deleted").says("tbody", "Acme Pack") // R5
	if asked.has("main form") {
		t.Error("the page offers what it refuses")
	}
	claire.post(path, nil).wants(http.StatusConflict).says(".banner.danger", "can't be deleted").says("tbody", "Acme Pack")

	path = "/versions/" + old.ID.String() + "/delete"
	claire.get(path).wants(http.StatusOK).says("main", "The number 1.0.0 stays used").says("main button", "Delete 1.0.0")
	after := claire.follow(claire.post(path, nil))
	after.says("h1", "Acme").says(".flash", "Acme 1.0.0 is deleted").says("tbody", "deleted by Claire Dubois")
	claire.get("/versions/"+old.ID.String()).wants(http.StatusOK).says(".lede", "Deleted")
	claire.get("/versions/" + old.ID.String() + "/artifact").wants(http.StatusNotFound)
	claire.post(path, nil).wants(http.StatusConflict).says(".banner", "It is deleted already")
	again := claire.send(sent{fields: filled("Acme", "1.0.0", "", ""), fileName: "a", content: strings.NewReader("other bytes")})
	again.wants(http.StatusConflict) // R1: the label is never used again
}

func TestVersionsOfOthersAreNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.upload("Acme", "1.0.0")
	rita := w.as(theRival)
	for _, path := range []string{
		"/packages/" + v.Package.String(), "/versions/" + v.ID.String(), "/versions/" + v.ID.String() + "/delete",
		"/versions/" + v.ID.String() + "/artifact", "/packages/none", "/versions/00000000-0000-0000-0000-000000000000",
	} {
		rita.get(path).wants(http.StatusNotFound)
	}
	rita.post("/versions/"+v.ID.String()+"/delete", nil).wants(http.StatusNotFound)
	rita.get("/packages").says("main", "Upload the first package").saysNot("main", "Acme")
	w.as(thePublisher).get("/versions/"+v.ID.String()).says(".lede .badge", "Shareable")

	sam := w.as(theSupport)
	sam.get("/packages").wants(http.StatusOK).says("tbody", "Acme").saysNot("main", "Upload a package")
	sam.get("/packages/"+v.Package.String()).wants(http.StatusOK).says(".facts", "Meridian Connect").saysNot("main", "Upload a new version")
	sam.get("/versions/"+v.ID.String()).wants(http.StatusOK).saysNot("main", "Delete")
	w.as(thePublisherViewer).get("/versions/"+v.ID.String()).wants(http.StatusOK).saysNot("main", "Delete")
	w.as(theAdmin).get("/versions/" + v.ID.String()).wants(http.StatusForbidden)
}

func TestPackagesAreSearchedAndPaged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	claire := w.as(thePublisher)
	for i := range pageSize + 1 {
		w.upload("Package "+string(rune('a'+i/26))+string(rune('a'+i%26)), "1.0.0")
	}
	first := claire.get("/packages")
	if n := len(first.all("tbody tr")); n != pageSize {
		t.Errorf("the first page has %d rows", n)
	}
	second := claire.get(first.link("Next page"))
	if n := len(second.all("tbody tr")); n != 1 || second.has("a[rel=next]") {
		t.Errorf("the second page has %d rows: %s", n, second.text("main"))
	}
	claire.get(second.link("First page")).says("tbody", "Package aa")
	claire.get("/packages?q=PACKAGE+BA").says("tbody", "Package ba").saysNot("tbody", "Package ab")
	claire.get("/packages?q=%25").says(".empty", "No package has “%”")
}

func TestVersionsArePaged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var v release.PackageVersion
	for i := range pageSize + 1 {
		v = w.upload("Acme", "1."+strconv.Itoa(i)+".0")
	}
	claire := w.as(thePublisher)
	first := claire.get("/packages/" + v.Package.String())
	if n := len(first.all("tbody tr")); n != pageSize {
		t.Errorf("the first page has %d rows", n)
	}
	second := claire.get(first.link("Next page")).says("tbody", "1.0.0")
	if n := len(second.all("tbody tr")); n != 1 || second.has("a[rel=next]") {
		t.Errorf("the second page has %d rows", n)
	}
}

// With real packages: what the manifests tell arrives on the page.
func TestUploadOfRealPackages(t *testing.T) {
	t.Parallel()
	dir := corpus(t)
	w := newWorld(t)
	claire := w.as(thePublisher)
	for _, c := range []struct {
		glob, title, lede string
	}{
		{"secops/google_sheets-v15.0-*.zip", "Google Sheets 15.0.0", "15.0.0 (15.0 in Google SecOps)"},
		{"secops/google_sheets-v18.0-*.zip", "Google Sheets 18.0.0", "18.0.0 (18.0 in Google SecOps)"},
		{"threatconnect/rebuilt/9796310/TCPB_-_Expressions_v1.tcx", "Expressions", "1.0."},
	} {
		found, err := filepath.Glob(filepath.Join(dir, c.glob))
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %v, %v", c.glob, found, err)
		}
		f, err := os.Open(found[0])
		if err != nil {
			t.Fatal(err)
		}
		p := claire.follow(claire.send(sent{fields: filled("", "", "", "true"), fileName: filepath.Base(found[0]), content: f}))
		_ = f.Close()
		p.says("h1", c.title).says(".lede", c.lede)
	}
	rows := must(w.db.Reader.Packages(t.Context(), w.actor(thePublisher), "", "", release.ID{}, 10))(t)
	if len(rows) != 2 {
		t.Errorf("two packages came in, %d are there", len(rows))
	}
}

// corpus is the folder of real packages; without it the test is skipped.
func corpus(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("PACKTIDE_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "shared", "corpus")
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join("..", dir)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the folder of real packages is not there: set PACKTIDE_CORPUS")
	}
	return dir
}
