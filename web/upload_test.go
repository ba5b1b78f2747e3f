package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"packtide/release"
)

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
	version.says(".lede .badge", "Shareable").says(".prose", "Tickets can be closed.")
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

// With real packages: what the manifests tell arrives on the page.
func TestUploadOfRealPackages(t *testing.T) {
	t.Parallel()
	dir := corpus(t)
	w := newWorld(t)
	claire := w.as(thePublisher)
	for _, c := range []struct {
		glob, version, title, lede string
	}{
		{"secops/google_sheets-v15.0-*.zip", "", "Google Sheets 15.0.0", "15.0.0 (15.0 in Google SecOps)"},
		{"secops/google_sheets-v18.0-*.zip", "", "Google Sheets 18.0.0", "18.0.0 (18.0 in Google SecOps)"},
		{"threatconnect/rebuilt/9796310/TCPB_-_Expressions_v1.tcx", "", "Expressions", "1.0."},
		{"threatconnect/abx/0bb61dc/*.abx", "", "Abuse.ch MalwareBazaar 2.0.0", "2.0.0"},
		{"threatconnect/pbxz/e811597/HYAS*.pbxz", "1.35.0", "HYAS Insight SHA256 Enrichment 1.35.0", "1.35.0 (1.35 in ThreatConnect)"}, // R1
		{"boomi/api_service_minimal.xml", "1.0.0", "New API Service 1.0.0", "1.0.0"},
	} {
		found, err := filepath.Glob(filepath.Join(dir, c.glob))
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %v, %v", c.glob, found, err)
		}
		f, err := os.Open(found[0])
		if err != nil {
			t.Fatal(err)
		}
		p := claire.follow(claire.send(sent{fields: filled("", c.version, "", "true"), fileName: filepath.Base(found[0]), content: f}))
		_ = f.Close()
		p.says("h1", c.title).says(".lede", c.lede)
	}
	rows := must(w.db.Reader.Packages(t.Context(), w.actor(thePublisher), "", "", release.ID{}, 10))(t)
	if len(rows) != 5 {
		t.Errorf("five packages came in, %d are there", len(rows))
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
