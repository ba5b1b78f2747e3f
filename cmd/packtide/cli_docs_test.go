package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v4"
)

// The guide names every command that asks a server, every flag that it names is one, and every exit status is explained.
func TestGuideOfTheCommandLine(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "command-line.md"))
	if err != nil {
		t.Fatal(err)
	}
	guide := string(text)
	flags := []string{"--help"}
	groups := []string{"sign", "publish", "install", "watch"}
	for _, place := range completionPlaces(kongModel(t).Node, nil) {
		for _, flag := range place.flags {
			flags = append(flags, flag.word)
		}
	}
	for _, node := range kongModel(t).Leaves(true) {
		if top := topOf(node); top.Group == nil || !slices.Contains(groups, top.Group.Key) {
			continue
		}
		words := strings.Fields(node.Path())[1:]
		if !strings.Contains(guide, strings.Join(words, " ")) && !mentions(guide, words) {
			t.Errorf("the guide does not name %s", node.Path())
		}
	}
	for _, flag := range regexp.MustCompile("`(--[a-z-]+)").FindAllStringSubmatch(guide, -1) {
		if !slices.Contains(flags, flag[1]) {
			t.Errorf("the guide names %s, which no command has", flag[1])
		}
	}
	for _, status := range []int{0, exitRefused, exitUsage, exitSignedOut, exitNotFound, exitConflict, exitAway, exitForbidden, exitTimeout, exitChanges, exitInterrupted} {
		if !strings.Contains(guide, "\n| "+strconv.Itoa(status)+" | ") {
			t.Errorf("the guide does not explain the exit status %d", status)
		}
	}
}

// mentions finds "token create|list|revoke" for "token list", and "release create" by its default.
func mentions(guide string, words []string) bool {
	if len(words) < 2 {
		return false
	}
	return regexp.MustCompile(regexp.QuoteMeta(words[0]) + ` [a-z|]*\b` + regexp.QuoteMeta(words[1]) + `\b`).MatchString(guide)
}

func topOf(node *kong.Node) *kong.Node {
	for node.Parent != nil && node.Parent.Type != kong.ApplicationNode {
		node = node.Parent
	}
	return node
}

// kongModel is the command line as kong sees it.
func kongModel(t *testing.T) *kong.Application {
	t.Helper()
	parser, err := kong.New(&cli{}, kong.Vars{"platforms": "", "release_arg": "", "attachment_arg": ""}, kong.ExplicitGroups(clientGroups()))
	if err != nil {
		t.Fatal(err)
	}
	return parser.Model
}

// Every line of the example workflow that calls packtide is one that packtide understands.
func TestExampleWorkflow(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "examples", "github-actions.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct {
				Name string `yaml:"name"`
				Run  string `yaml:"run"`
			} `yaml:"steps"`
		} `yaml:"jobs"`
	}
	if err := yaml.Load(text, &workflow); err != nil {
		t.Fatal(err)
	}
	var called []string
	for _, job := range workflow.Jobs {
		for _, step := range job.Steps {
			for line := range strings.Lines(step.Run) {
				words := shellWords(line)
				if len(words) == 0 || words[0] != "packtide" {
					t.Errorf("%s: %q does not call packtide", step.Name, line)
					continue
				}
				var all cli
				command, err := parse(&all, words[1:], func(string) string { return "" }, streams{out: t.Output(), err: t.Output()})
				if err != nil || command == nil {
					t.Errorf("%s: %q: %v", step.Name, line, err)
					continue
				}
				called = append(called, command.Command())
			}
		}
	}
	for _, want := range []string{"lint <file>", "packages push <file>", "release create <pack>", "apply"} {
		if !slices.Contains(called, want) {
			t.Errorf("the workflow does not call %s: %v", want, called)
		}
	}
}

var shellWord = regexp.MustCompile(`"[^"]*"|[^\s"]+`)

// shellWords is a simple line as a shell splits it, up to where it is redirected or followed by another command.
func shellWords(line string) []string {
	var words []string
	for _, word := range shellWord.FindAllString(strings.ReplaceAll(line, "$DATE", "2027-01-31"), -1) {
		if word == ">" || word == "||" || word == "&&" {
			break
		}
		words = append(words, strings.Trim(word, `"`))
	}
	return words
}

// The example for apply is one that apply can read.
func TestExamplePackFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join("..", "..", "docs", "examples", "pack.yaml")
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var w wishes
	if err := readWishes(path, f, &w); err != nil {
		t.Fatal(err)
	}
	if len(w.packs) != 2 || len(w.groups) != 1 || len(w.packs[0].packages) != 2 || w.packs[0].release == nil || w.packs[1].packages[0].version != "15.0.0" {
		t.Errorf("read %+v", w)
	}
}
