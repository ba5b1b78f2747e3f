package packfile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadUVLock(t *testing.T) {
	t.Parallel()
	lock, fault := readUVLock([]byte(`version = 1
"requires-python" = ">=3.11"

[[package]]
name = 'Own_Name'
source = { editable = "." }
wheels = [
    { url = "https://example.com/[{", hash = "sha256:0" }, # ]]
]

[package.metadata]
requires-dist = [
    { name = "b", extras = ["x"], marker = "python_version > '3'" },
    { name = "b", specifier = ">1" }, { git = "x" }, "c",
]

[package.metadata.requires-dev]
dev = [{ name = "d" }]

[[package]]
name = "b"
version = "1.0"
source = { registry = "https://pypi.org/simple" }
`))
	if fault != nil {
		t.Fatalf("%+v", fault)
	}
	want := []uvPackage{
		{name: "Own_Name", own: true, requires: []string{"b", "b"}},
		{name: "b", version: "1.0", registry: "https://pypi.org/simple"},
	}
	lines := [][2]int{{4, 6}, {20, 23}}
	for i := range lock.packages {
		p := &lock.packages[i]
		source, _ := lineColumn(lock.data, p.source)
		if got := [2]int{lock.line(p), source}; got != lines[i] {
			t.Errorf("%s stands on lines %v, want %v", p.name, got, lines[i])
		}
		p.offset, p.source = 0, 0
	}
	if diff := cmp.Diff(want, lock.packages, cmp.AllowUnexported(uvPackage{})); diff != "" || lock.requiresPython != ">=3.11" || lock.root() == nil {
		t.Errorf("requires %q (-want +got):\n%s", lock.requiresPython, diff)
	}
}

func TestReadUVLockRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no end":      "[[package]\n",
		"too deep":    "x = " + strings.Repeat("[", maxTOMLNesting+1),
		"not UTF-8":   "x = \"\xff\"",
		"not TOML":    "version: 1\n",
		"a bare word": "version = one\n",
	} {
		if lock, fault := readUVLock([]byte(text)); fault == nil || fault.line < 1 || fault.what == "" {
			t.Errorf("%s: got %+v, %+v", name, lock, fault)
		}
	}
}

func TestSamePythonRange(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"==3.11.*", ">=3.11,<3.12", true},
		{"==3.11.*", ">=3.11, <3.12", true},
		{">=3.11", ">=3.11,<3.12", false},
		{">=3.12", ">=3.11", false},
		{"==3.12.*", ">=3.11,<3.12", false},
		{"", ">=3.11", true}, // nothing is known of the one
		{"~=3.11", ">=3.11", true},
		{"!=3.11.*", ">=3.11", true},
	} {
		if got := samePythonRange(tt.a, tt.b); got != tt.same {
			t.Errorf("%q and %q: got %v", tt.a, tt.b, got)
		}
	}
}

func TestWithoutPassword(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://a:hunter2@example.com/simple?t=hunter2#hunter2": "https://example.com/simple",
		"https://a:hunter2%zz@example.com/":                      "example.com/",
		"invalid-registry":                                       "invalid-registry",
	} {
		if got := withoutPassword(address); got != want {
			t.Errorf("%q becomes %q, want %q", address, got, want)
		}
	}
}

func FuzzUVLock(f *testing.F) {
	for _, seed := range []string{
		"requires-python = \"==3.11.*\"\n[[package]]\nname = \"a\"\nsource = { virtual = \".\" }\n[package.metadata]\nrequires-dist = [{ name = \"b\" }]\n",
		"[[package]]\nsource.registry = 'x'\n[package.source]\nregistry = 1\n", "a.b.'c' = [[{ d = 1 }], \"\"\"x\"\"\"]", "[[package\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		lock, fault := readUVLock([]byte(text))
		if (lock == nil) == (fault == nil) {
			t.Fatalf("got %+v and %+v", lock, fault)
		}
		if lock == nil {
			return
		}
		for i := range lock.packages {
			if p := &lock.packages[i]; p.offset < 0 || p.offset > len(lock.data) || p.source > len(lock.data) {
				t.Errorf("a package lies outside of the file: %+v", p)
			}
		}
	})
}
