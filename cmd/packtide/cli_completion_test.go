package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// script prints a shell's script into a file.
func script(t *testing.T, shell string) string {
	t.Helper()
	text, _, err := call(t, nil, "completion", shell)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "packtide."+shell)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// shell runs a program of a shell, and gives the words that it prints; it skips where there is no such shell.
func shell(t *testing.T, name string, args ...string) []string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skip("there is no " + name)
	}
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return strings.Fields(string(out))
}

func TestCompletionScriptsAreRight(t *testing.T) {
	t.Parallel()
	for name, check := range map[string]string{"bash": "-n", "zsh": "-n", "fish": "--no-execute"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shell(t, name, check, script(t, name))
		})
	}
}

func TestBashCompletes(t *testing.T) {
	t.Parallel()
	path := script(t, "bash")
	for line, want := range map[string]string{
		"packtide pa":                              "packages pack",
		"packtide pack cr":                         "create",
		"packtide release rol":                     "rollback",
		"packtide release --d":                     "--dry-run",
		"packtide group add-":                      "add-account add-pack",
		"packtide audit --source s":                "scheduler",
		"packtide --log-level d":                   "debug",
		"packtide install-base --state t":          "trying",
		"packtide packages push x.zip --no-":       "--no-shareable",
		"packtide feedback Sheets w":               "works",
		"packtide completion ":                     "bash zsh fish",
		"packtide apply --prune group-":            "group-accounts group-packs",
		"packtide admin user add x --role publish": "publisher publisher-viewer",
	} {
		typed := strings.Split(line, " ")
		program := `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _packtide; echo "${COMPREPLY[@]}"`
		got := shell(t, "bash", append([]string{"--norc", "-c", program, "test", path}, typed...)...)
		if strings.Join(got, " ") != want {
			t.Errorf("%q completes to %v, want %s", line, got, want)
		}
	}
}

func TestFishCompletes(t *testing.T) {
	t.Parallel()
	path := script(t, "fish")
	for line, want := range map[string]string{"packtide pack cr": "create", "packtide audit --source s": "scheduler", "packtide release rol": "rollback"} {
		got := shell(t, "fish", "--no-config", "-c", "source "+path+"; complete -C '"+line+"'")
		if len(got) == 0 || got[0] != want {
			t.Errorf("%q completes to %v, want %s", line, got, want)
		}
	}
}

// Every command, flag and choice of the program is in every script.
func TestCompletionIsWhole(t *testing.T) {
	t.Parallel()
	texts := map[string]string{}
	for _, shell := range []string{"bash", "zsh", "fish"} {
		text, err := os.ReadFile(script(t, shell))
		if err != nil {
			t.Fatal(err)
		}
		texts[shell] = string(text)
	}
	seen := 0
	err := kong.Visit(kongModel(t), func(node kong.Visitable, next kong.Next) error {
		var wants []string
		switch n := node.(type) {
		case *kong.Node:
			wants = append(wants, n.Name)
		case *kong.Flag:
			wants = append(wants, n.Name)
			wants = append(wants, choicesOf(n.Value)...)
		}
		for shell, text := range texts {
			for _, want := range wants {
				if seen++; !strings.Contains(text, want) {
					t.Errorf("%s completes no %s", shell, want)
				}
			}
		}
		return next(nil)
	})
	if err != nil || seen < 300 {
		t.Errorf("%d words looked for, %v", seen, err)
	}
}
