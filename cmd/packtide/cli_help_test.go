package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// Every example of a help is a command that packtide understands.
func TestHelpExamples(t *testing.T) {
	t.Parallel()
	tried := 0
	err := kong.Visit(kongModel(t), func(node kong.Visitable, next kong.Next) error {
		n, ok := node.(*kong.Node)
		if !ok {
			return next(nil)
		}
		for line := range strings.Lines(n.Detail) {
			words := shellWords(strings.ReplaceAll(strings.TrimSpace(line), "notes.md", "-"))
			if len(words) == 0 || words[0] != "packtide" {
				continue
			}
			tried++
			var all cli
			if command, err := parse(&all, words[1:], func(string) string { return "" }, streams{out: t.Output(), err: t.Output()}); err != nil || command == nil {
				t.Errorf("%s: %q: %v", n.FullPath(), line, err)
			}
		}
		return next(nil)
	})
	if err != nil || tried < 15 {
		t.Errorf("tried %d examples: %v", tried, err)
	}
	if help, _, err := call(t, nil, "release", "--help"); err != nil || !strings.Contains(help, "\n    packtide release \"Sheet Reports\" --now --newest --wait\n") {
		t.Errorf("%v: the examples are not shown as they are typed:\n%s", err, help)
	}
}

// A terminal that is too narrow for a table gets a paragraph for each line, without what says nothing.
func TestNarrowTables(t *testing.T) {
	t.Parallel()
	some := table{head: []string{"PACK", "IN TESTING", "ID"}}
	some.add("Sheet Reports", "2.0.0", "019e")
	some.add("Zürich", "-", "019f")
	if got := some.width(); got != len("Sheet Reports  IN TESTING  019e") {
		t.Errorf("%d characters wide", got)
	}
	var out bytes.Buffer
	s := &session{program: program{streams: streams{out: &out}, getenv: environment(map[string]string{"COLUMNS": "20"})}}
	if err := s.printParagraphs(some); err != nil {
		t.Fatal(err)
	}
	const want = "Pack:        Sheet Reports\nIn testing:  2.0.0\nId:          019e\n\nPack:  Zürich\nId:    019f\n"
	if out.String() != want {
		t.Errorf("printed\n%s", &out)
	}
	out.Reset()
	if err := s.print(some); err != nil || !strings.HasPrefix(out.String(), "PACK ") {
		t.Errorf("%v: programs get another form than aligned:\n%s", err, &out)
	}
}

// What a newcomer types wrong is told in the words that were typed, before anything is asked for.
func TestStumbles(t *testing.T) {
	t.Parallel()
	nowhere, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer nowhere.Close()
	if isTerminal(nowhere) {
		t.Errorf("somebody sits at %s", os.DevNull)
	}
	newcomer := signedOut(t)
	if _, stderr, status := newcomer.reads("", "login", "packs.example.com"); status != exitUsage || !strings.Contains(stderr, "http:// or https://") || strings.Contains(stderr, "token") {
		t.Errorf("status %d\n%s", status, stderr)
	}
	newcomer.fails(exitUsage, []string{`Run "packtide release create --help"`}, "release")
	newcomer.fails(exitUsage, []string{`Run "packtide group add-pack --help"`}, "group", "add-pack", "x")
	newcomer.fails(exitUsage, []string{`Run "packtide --help"`}, "releases")
}

// Refusals name the flags that mend them.
func TestRefusalsNameFlags(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	paris := st.as(cliPublisher)
	notes := (&job{t: t}).zip("notes.zip", map[string]string{"readme.txt": "hello"})
	paris.fails(exitRefused, []string{"(--name, rule R3)", "(--version, rule R1)"}, "packages", "push", notes)
	paris.does(nil, "packages", "push", notes, "--name", "Notes", "--version", "1.0.0", "--shareable")
	paris.does(nil, "pack", "create", "Notes")
	paris.does(nil, "pack", "add", "Notes", "notes")
	paris.fails(exitRefused, []string{"(--on, rule R16)"}, "release", "Notes", "--on", "tomorrow")
	if out, _, _ := paris.reads("", "release", "Notes", "--now", "--dry-run"); !strings.Contains(out, "It holds:\nPACKAGE") || !strings.Contains(out, "new   1.0.0") {
		t.Errorf("the rehearsal does not tell what the release holds:\n%s", out)
	}
}
