package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"

	"packtide/release"
)

// wishReader reads YAML nodes and gathers all that is wrong with them.
type wishReader struct {
	file     string
	problems []string
	nodes    int // read so far
}

// What a file may ask for at most. An alias stands for all of its anchor, so that the size of the file is no bound.
const (
	maxWishes   = 4 << 20 // bytes
	maxNodes    = 200_000
	maxProblems = 50
)

func (r *wishReader) place(n *yaml.Node) place { return place{r.file, n.Line} }

// node is what stands there, or what an alias there stands for. A file of aliases that grows beyond all bounds is read as
// empty from there on, and refused.
func (r *wishReader) node(n *yaml.Node) *yaml.Node {
	if r.nodes++; r.nodes == maxNodes {
		r.problems = append([]string{fmt.Sprintf("%s: this asks for more than %d things. Divide the file, and use fewer aliases (*name)", r.place(n), maxNodes)}, r.problems...)
	}
	if r.nodes >= maxNodes {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Line: n.Line}
	}
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

func (r *wishReader) problem(n *yaml.Node, format string, args ...any) {
	r.problemAt(r.place(n), format, args...)
}

func (r *wishReader) problemAt(at place, format string, args ...any) {
	if len(r.problems) < maxProblems {
		r.problems = append(r.problems, fmt.Sprintf("%s: %s", at, fmt.Sprintf(format, args...)))
	}
}

// misread tells what is no YAML, and where.
func (r *wishReader) misread(err error) error {
	at, what := r.file, err.Error()
	if one, ok := errors.AsType[*yaml.LoadError](err); ok {
		what = one.Message
		if one.Mark.Line > 0 {
			at = place{r.file, one.Mark.Line}.String()
		}
	}
	return usageError{fmt.Errorf("%s: this can't be understood as YAML: %s.\nIndent with blanks, not with tabs, and put a text with a colon into quotes", at, what)}
}

// refusal is all that is wrong, a line each; nil if nothing is.
func (r *wishReader) refusal() error {
	if len(r.problems) == 0 {
		return nil
	}
	return usageError{errors.New(strings.Join(r.problems, "\n"))}
}

func (r *wishReader) needs(n *yaml.Node, fine bool, otherwise string) {
	if !fine {
		r.problem(n, "%s", otherwise)
	}
}

// mapping reads keys with their readers, and names any other key.
func (r *wishReader) mapping(n *yaml.Node, what string, keys map[string]func(*yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.problem(n, "%s is written as keys with values: %s", what, strings.Join(slices.Sorted(maps.Keys(keys)), ", "))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		read, known := keys[key.Value]
		switch {
		case !known:
			r.problem(key, "%s has no key %q; it has %s", what, key.Value, strings.Join(slices.Sorted(maps.Keys(keys)), ", "))
		case seen[key.Value]:
			r.problem(key, "%q stands here twice", key.Value)
		default:
			seen[key.Value] = true
			read(r.node(n.Content[i+1]))
		}
	}
}

// each reads the items of a list.
func (r *wishReader) each(item func(*yaml.Node)) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.SequenceNode {
			r.problem(n, "this is written as a list: each item on a line that begins with a dash")
			return
		}
		for _, one := range n.Content {
			item(r.node(one))
		}
	}
}

func (r *wishReader) text(into *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || n.Tag == "!!null" || strings.TrimSpace(n.Value) == "" {
			r.problem(n, "a text is missing here")
			return
		}
		r.needs(n, !strings.ContainsFunc(n.Value, unseen), "this text holds a character that can't be seen: take it out")
		*into = strings.TrimSpace(n.Value)
	}
}

func (r *wishReader) maybe(into **string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode {
			r.problem(n, "a text is missing here")
			return
		}
		*into = new("")
		if n.Tag != "!!null" {
			r.needs(n, !strings.ContainsFunc(n.Value, unseen), "this text holds a character that can't be seen: take it out")
			*into = new(strings.TrimSpace(n.Value)) // as the server keeps it
		}
	}
}

func (r *wishReader) oneOf(into *string, choices ...string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || !slices.Contains(choices, n.Value) {
			r.problem(n, "%q is none of %s", n.Value, strings.Join(choices, ", "))
			return
		}
		*into = n.Value
	}
}

func (r *wishReader) version(into *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		version, err := release.ParseVersion(n.Value)
		if n.Kind != yaml.ScalarNode || err != nil {
			r.problem(n, "%q is no version: give three whole numbers, like 1.4.0", n.Value)
			return
		}
		*into = version.String()
	}
}

// unseen tells a character that the server takes in no text.
func unseen(char rune) bool {
	return unicode.IsControl(char) && !strings.ContainsRune("\n\r\t", char)
}
