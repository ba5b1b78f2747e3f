package main

import (
	"errors"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layer says what one package may import. The standard library is open to every package.
type layer struct {
	pkg   string   // our package, relative to the module
	ours  []string // our packages that it may import; anyOfOurs for all
	libs  []string // libraries that it may import, by prefix of the import path
	tests []string // what its tests may import besides that and testLibs: ours or libraries
}

const (
	ourModule = "packtide"
	anyOfOurs = "*"

	libArgon2     = "golang.org/x/crypto/argon2"
	libCron       = "github.com/robfig/cron/v3"
	libEcho       = "github.com/labstack/echo/v5"
	libExcel      = "github.com/xuri/excelize/v2"
	libHTML       = "golang.org/x/net/html"
	libICal       = "github.com/arran4/golang-ical"
	libKong       = "github.com/alecthomas/kong"
	libMD         = "github.com/yuin/goldmark"
	libMail       = "github.com/wneessen/go-mail"
	libMigrate    = "github.com/golang-migrate/migrate/v4"
	libOAuth2     = "golang.org/x/oauth2"
	libOIDC       = "github.com/coreos/go-oidc/v3"
	libPgx        = "github.com/jackc/pgx/v5"
	libOTel       = "go.opentelemetry.io"
	libPrometheus = "github.com/prometheus/client_golang"
	libRiver      = "github.com/riverqueue/river"
	libPgxpool    = "github.com/jackc/pgx/v5/pgxpool"
	libPolicy     = "github.com/microcosm-cc/bluemonday"
	libSCS        = "github.com/alexedwards/scs"
	libSchema     = "github.com/santhosh-tekuri/jsonschema/v6"
	libTempl      = "github.com/a-h/templ"
	libTOML       = "github.com/pelletier/go-toml/v2"
	libUdiff      = "github.com/aymanbagabas/go-udiff"
	libWebhook    = "github.com/standard-webhooks/standard-webhooks/libraries"
	libYAML       = "go.yaml.in/yaml/v4"
)

// layers is the whole table: who may import what. The rules (release, packfile) know neither SQL nor HTTP,
// the database knows no HTTP, and only cmd/packtide joins them. A package without a line here fails the test.
func layers() []layer {
	web := []string{
		"release", "packfile", "store", "web/view", "static",
		"web/limit", // addition: how much each caller may ask for
		"web/watch", // addition: whoever answers a request says under which route and for whom
	}
	webLibs := []string{
		libEcho, libTempl, libSCS, libOIDC, libOAuth2,
		libArgon2, // addition: passwords are hashed where people sign in
		libExcel,  // addition: exports as spreadsheets
		libICal,   // addition: calendars that other programs follow
	}
	return []layer{
		{
			pkg: "packfile", libs: []string{
				libYAML, libTOML,
				libUdiff, // addition: what changed in a text file of two versions
			},
		},
		{
			pkg: "release", ours: []string{"packfile"},
			tests: []string{"store"}, // the race tests of the use cases run on the real store
		},
		{pkg: "store", ours: []string{"release", "packfile"}, libs: []string{libPgx}},
		{
			// addition: gives every test its own migrated database; only tests may import it
			pkg: "store/storetest", ours: []string{"store", "release", "packfile", "migrations", "localdb"},
			libs: []string{libPgx, libMigrate},
		},
		{
			// addition: metrics and traces, beside the product and not in it
			pkg: "telemetry", ours: []string{"release", "notify", "scheduler", "web/watch"}, libs: []string{libPgx, libPrometheus, libOTel},
			tests: []string{"store", "google.golang.org/protobuf/proto"}, // real statements, and a collector that reads what it gets
		},
		{
			pkg: "notify", ours: []string{"release"}, libs: []string{
				libRiver, libMail, libWebhook,
				libPgx, // addition: River takes the transactions and the pool of pgx
			},
			tests: []string{"packfile"}, // addition: a pack that messages tell of takes an upload
		},
		{pkg: "scheduler", ours: []string{"release"}, libs: []string{libCron}},
		{pkg: "localdb", libs: []string{libPgx}},
		{pkg: "agent", ours: []string{"packfile"}},
		{pkg: "client"}, // addition: speaks the JSON API, for the command line and other programs in Go
		{
			pkg: "web/view", ours: []string{
				"release", "packfile",
				"static", // addition: a page names its style sheet and script by their hashed names
			}, libs: []string{
				libTempl,
				libMD, libPolicy, // addition: documents are written in Markdown, and shown as sanitised HTML
			},
		},
		{pkg: "web/limit"}, // addition: one way to count callers, for both APIs
		{pkg: "web/watch", ours: []string{"release"}}, // addition: the id, the log line and the measures of every request
		{
			pkg: "web", ours: web, libs: webLibs,
			tests: []string{libYAML}, // the contract of the JSON API, held against what the browser can do
		},
		{
			pkg:   "web/api",
			ours:  append([]string{"web"}, web...),       // addition: web has the table of statuses, the roles and the way files come
			libs:  append([]string{libYAML}, webLibs...), // addition: the contract is written as YAML
			tests: []string{libSchema},                   // every answer is held against the contract
		},
		{pkg: "web/atomsphere", ours: web, libs: webLibs},
		{
			pkg:   "migrations", // addition: embedded SQL and what applies it, for cmd and storetest
			libs:  []string{libPgx, libMigrate},
			tests: []string{"localdb"}, // up, down and up again on a real server
		},
		{pkg: "static"}, // addition: embedded files and their hashes
		{
			pkg: "cmd/packtide", ours: []string{anyOfOurs}, libs: []string{
				libKong, libPgxpool, libMigrate, libRiver, libSCS + "/pgxstore", // addition: the sessions' table, of pool and web
				libYAML, // addition: the files of apply
			},
			tests: []string{
				libYAML, libPgx, // docker-compose.yml is read, the database looked into
				"github.com/prometheus/client_model", "github.com/prometheus/common", // metrics are read as Prometheus does
			},
		},
	}
}

// testLibs are open to the tests of every package, and to nothing else.
func testLibs() []string {
	return []string{
		"github.com/google/go-cmp", "github.com/chromedp/chromedp", "github.com/chromedp/cdproto",
		libHTML, ourModule + "/store/storetest",
	}
}

// mayImport reports whether a file of the layer (a test file or not) may import path.
func (l layer) mayImport(path string, inTest bool) bool {
	if inTest && (under(path, testLibs()) || under(path, l.tests) || slices.Contains(l.tests, trimModule(path))) {
		return true
	}
	if own, ok := strings.CutPrefix(path, ourModule+"/"); ok {
		if own == "store/storetest" {
			return false // opens databases: for tests alone, also where all of ours is allowed
		}
		// An external test package imports the package that it tests.
		return own == l.pkg && inTest || slices.Contains(l.ours, own) || slices.Contains(l.ours, anyOfOurs)
	}
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") || under(path, l.libs)
}

func under(path string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool {
		// scs and river are several modules in one repository: scs/v2, scs/pgxstore.
		return path == p || strings.HasPrefix(path, p+"/")
	})
}

func trimModule(path string) string { return strings.TrimPrefix(path, ourModule+"/") }

// TestImports holds every package of the module to the table of layers.
func TestImports(t *testing.T) {
	t.Parallel()
	table := map[string]layer{}
	for _, l := range layers() {
		table[l.pkg] = l
	}
	seen := 0
	for _, file := range goFiles(t, filepath.Join("..", "..")) {
		l, ok := table[file.pkg]
		if !ok {
			t.Errorf("%s: package %q has no line in layers(): decide what it may import", file.path, file.pkg)
			continue
		}
		for _, path := range file.imports {
			seen++
			if !l.mayImport(path, strings.HasSuffix(file.path, "_test.go")) {
				t.Errorf("%s: package %q may not import %q", file.path, file.pkg, path)
			}
		}
	}
	if seen == 0 {
		t.Error("no imports found: the test looks in the wrong folder")
	}
}

type goFile struct {
	path, pkg string
	imports   []string
}

// goFiles parses the imports of every Go file of the module below root, whatever its build constraints.
func goFiles(t *testing.T, root string) []goFile {
	t.Helper()
	var files []goFile
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return skipDir(root, path)
		}
		if filepath.Ext(path) != ".go" || d.Name() == "deps.go" { // deps.go only pins modules until the packages use them
			return nil
		}
		imports, err := importsOf(path)
		if err != nil {
			return err
		}
		pkg, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		files = append(files, goFile{path: path, pkg: filepath.ToSlash(pkg), imports: imports})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func importsOf(path string) ([]string, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var imports []string
	for _, spec := range parsed.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		imports = append(imports, name)
	}
	return imports, nil
}

// skipDir leaves out what the go command leaves out: hidden folders, testdata and other modules.
func skipDir(root, path string) error {
	if path == root {
		return nil
	}
	name := filepath.Base(path)
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "node_modules" {
		return fs.SkipDir
	}
	_, err := os.Stat(filepath.Join(path, "go.mod"))
	if err == nil {
		return fs.SkipDir
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func TestMayImport(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, pkg, path string
		inTest, want    bool
	}{
		{name: "the standard library", pkg: "release", path: "time", want: true},
		{name: "the layer below", pkg: "release", path: "packtide/packfile", want: true},
		{name: "the layer above", pkg: "release", path: "packtide/store", want: false},
		{name: "the layer above, also from tests", pkg: "packfile", path: "packtide/release", inTest: true, want: false},
		{name: "a library of the table", pkg: "store", path: "github.com/jackc/pgx/v5/pgxpool", want: true},
		{name: "a library of another line", pkg: "web", path: "github.com/jackc/pgx/v5", want: false},
		{name: "a library that only begins alike", pkg: "packfile", path: "go.yaml.in/yaml/v4ish", want: false},
		{name: "a rule with a library", pkg: "release", path: "github.com/robfig/cron/v3", want: false},
		{name: "a page that reads the database", pkg: "web/view", path: "packtide/store", want: false},
		{name: "a test library in a test", pkg: "release", path: "github.com/google/go-cmp/cmp", inTest: true, want: true},
		{name: "a test library outside tests", pkg: "release", path: "github.com/google/go-cmp/cmp", want: false},
		{name: "a test database in a test", pkg: "web", path: "packtide/store/storetest", inTest: true, want: true},
		{name: "a test database outside tests", pkg: "cmd/packtide", path: "packtide/store/storetest", want: false},
		{name: "all of ours in the command", pkg: "cmd/packtide", path: "packtide/scheduler", want: true},
		{name: "a web library in the command", pkg: "cmd/packtide", path: "github.com/labstack/echo/v5", want: false},
		{name: "itself from an external test package", pkg: "packfile", path: "packtide/packfile", inTest: true, want: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			i := slices.IndexFunc(layers(), func(l layer) bool { return l.pkg == tc.pkg })
			if i < 0 {
				t.Fatalf("no layer %q", tc.pkg)
			}
			if got := layers()[i].mayImport(tc.path, tc.inTest); got != tc.want {
				t.Errorf("%s imports %s (test: %t): allowed %t, want %t", tc.pkg, tc.path, tc.inTest, got, tc.want)
			}
		})
	}
}
