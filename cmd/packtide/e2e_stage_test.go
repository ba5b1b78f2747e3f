package main

import (
	"archive/zip"
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"packtide/release"
	"packtide/store/storetest"
)

// job is the stage: a product that nobody has used yet, on a clock that its people can move.
type job struct {
	t       *testing.T
	site    *site
	clock   *demoClock
	sheets  [2]string // two versions of one integration
	other   string    // a package of another platform
	open    func(name, zone string) *tab
	plain   bool // nobody's browser runs scripts
	paris   *tab // publisher
	london  *tab // tries what is in testing
	kiwi    *tab // waits for midnight
	desk    *tab // support
	applied release.Date
}

func newJob(browser context.Context, t *testing.T) *job {
	t.Helper()
	db := storetest.New(t)
	paris, err := release.LoadZone("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	clock := &demoClock{real: time.Now, reader: db.Reader, zone: paris}
	clock.service = release.NewService(db.Store, clock.Now)
	j := &job{t: t, clock: clock, site: serveSite(t, db, clock)}
	j.open = func(name, zone string) *tab {
		b := open(browser, t, name, j.site.baseURL, zone)
		if j.plain {
			b.withoutScripts()
		}
		return b
	}
	j.packages()
	return j
}

// serveSite serves the product on the test's database and clock until the test ends.
func serveSite(t *testing.T, db *storetest.DB, clock *demoClock, hooks ...webhookKeep) *site {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(db.Pool, clock.Now, slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})), baseURL("", listener), hooks...)
	s.demo = clock
	served := make(chan error, 1)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	go func() { served <- s.serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return s
}

// packages are the real ones where the corpus is at hand, else two of our own in the same shape.
func (j *job) packages() {
	corpus := os.Getenv("PACKTIDE_CORPUS")
	if corpus == "" {
		corpus = filepath.Join("..", "..", "..", "shared", "corpus")
	}
	corpus, err := filepath.Abs(corpus) // the browser has another working folder, and gives up on a relative path
	if err != nil {
		j.t.Fatal(err)
	}
	find := func(pattern string) string {
		found, err := filepath.Glob(filepath.Join(corpus, pattern))
		if err != nil || len(found) == 0 {
			return ""
		}
		return found[0]
	}
	j.sheets = [2]string{find("secops/google_sheets-v15.0-*.zip"), find("secops/google_sheets-v18.0-*.zip")}
	j.other = find("threatconnect/rebuilt/*/TCPB_-_Expressions_v1.tcx")
	if j.sheets[0] != "" && j.sheets[1] != "" && j.other != "" {
		return
	}
	j.t.Log("no corpus: playing with packages made here")
	for i, version := range []string{"15.0", "18.0"} {
		j.sheets[i] = j.zip("google_sheets-"+version+".zip", map[string]string{
			"google_sheets/.python-version":     "3.11\n",
			"google_sheets/__init__.py":         "",
			"google_sheets/definition.yaml":     "identifier: GoogleSheets\nname: Google Sheets\ncategories: []\nparameters: []\n",
			"google_sheets/pyproject.toml":      "[project]\nname = \"GoogleSheets\"\nversion = \"" + version + "\"\nrequires-python = \">=3.11,<3.12\"\n",
			"google_sheets/uv.lock":             "requires-python = \"==3.11.*\"\n[[package]]\nname = \"googlesheets\"\nversion = \"" + version + "\"\nsource = { virtual = \".\" }\n",
			"google_sheets/release_notes.yaml":  "- description: Works with version " + version + ".\n  integration_version: " + version + "\n  item_name: Google Sheets\n  item_type: Integration\n",
			"google_sheets/actions/__init__.py": "",
			"google_sheets/actions/ping.py":     "",
			"google_sheets/actions/ping.yaml":   "name: Ping\nintegration_identifier: GoogleSheets\nparameters: []\ndynamic_results_metadata: []\n",
		})
	}
	j.other = j.zip("TCPB_-_Expressions_v1.tcx", map[string]string{
		"TCPB_-_Expressions_v1/install.json": `{"displayName": "Expressions", "programName": "TCPB - Expressions", "programVersion": "1.0.5", "runtimeLevel": "Playbook", "programLanguage": "PYTHON", "programMain": "run", "languageVersion": "3.11", "listDelimiter": "|", "features": [], "playbook": {"type": "Utility"}}`,
	})
}

func (j *job) zip(name string, files map[string]string) string {
	path := filepath.Join(j.t.TempDir(), name)
	out, err := os.Create(path)
	if err != nil {
		j.t.Fatal(err)
	}
	w := zip.NewWriter(out)
	for file, text := range files {
		part, err := w.Create(file)
		if err == nil {
			_, err = part.Write([]byte(text))
		}
		if err != nil {
			j.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		j.t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		j.t.Fatal(err)
	}
	return path
}
