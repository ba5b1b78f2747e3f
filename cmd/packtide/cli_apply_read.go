package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"go.yaml.in/yaml/v4"

	"packtide/release"
)

// wishes are what a file for apply says: how packs and groups shall be.
type wishes struct {
	packs  []*wishedPack
	groups []*wishedGroup
}

// wishedPack is a pack as it shall be; what is nil is not said.
type wishedPack struct {
	at          place
	name        string
	mode        string // empty: single
	texts       wishedTexts
	packages    []*wishedPackage
	hasPackages bool
	release     *wishedRelease
}

type wishedTexts struct{ description, supportContact, installationGuide, userGuide *string }

// wishedPackage is a package of a pack: by name, or by a file that is uploaded where the server does not have it yet.
type wishedPackage struct {
	at            place
	name          string
	file          string // with its folder
	version       string
	shareable     *bool
	notes, reason string
}

// wishedRelease is a release of the pack with what the file says of its packages.
type wishedRelease struct {
	at              place
	schedule        string
	date            string
	version, reason string
	notes           *string
}

// wishedGroup is a group as it shall be.
type wishedGroup struct {
	at              place
	name            string
	accounts, packs []wishedName
	hasAccounts     bool
	hasPacks        bool
}

type wishedName struct {
	at   place
	name string
}

// place is where in a file something stands.
type place struct {
	file string
	line int
}

func (p place) String() string { return fmt.Sprintf("%s:%d", p.file, p.line) }

// refuse is an error at the place.
func (p place) refuse(format string, args ...any) error {
	return failure{fmt.Errorf("%s: %w", p, fmt.Errorf(format, args...)), exitUsage}
}

// readWishes reads all documents of a file.
func readWishes(file string, in io.Reader, into *wishes) error {
	text, err := io.ReadAll(io.LimitReader(in, maxWishes+1))
	if err != nil {
		return usageError{fmt.Errorf("read %s: %w", file, err)}
	}
	if len(text) > maxWishes {
		return usageError{fmt.Errorf("%s is larger than 4 MiB: divide it, and name the parts with -f each", file)}
	}
	r := &wishReader{file: file}
	loader, err := yaml.NewLoader(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	for r.nodes < maxNodes {
		var document yaml.Node
		err := loader.Load(&document)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return r.misread(err)
		}
		for _, node := range document.Content {
			r.document(r.node(node), into)
		}
	}
	return r.refusal()
}

func (r *wishReader) document(node *yaml.Node, into *wishes) {
	if node.Kind == yaml.ScalarNode && node.Tag == "!!null" {
		return // an empty document
	}
	r.mapping(node, "a document", map[string]func(*yaml.Node){
		"packs": r.each(func(n *yaml.Node) { into.packs = append(into.packs, r.pack(n)) }),
		"groups": r.each(func(n *yaml.Node) {
			into.groups = append(into.groups, r.group(n))
		}),
	})
}

func (r *wishReader) pack(node *yaml.Node) *wishedPack {
	p := &wishedPack{at: r.place(node)}
	r.mapping(node, "a pack", map[string]func(*yaml.Node){
		"name":               r.text(&p.name),
		"description":        r.maybe(&p.texts.description),
		"support_contact":    r.maybe(&p.texts.supportContact),
		"installation_guide": r.maybe(&p.texts.installationGuide),
		"user_guide":         r.maybe(&p.texts.userGuide),
		"attachment_mode":    r.oneOf(&p.mode, "single", "multiple"),
		"packages": func(n *yaml.Node) {
			p.hasPackages = true
			r.each(func(n *yaml.Node) { p.packages = append(p.packages, r.pkg(n)) })(n)
		},
		"release": func(n *yaml.Node) { p.release = r.release(n) },
	})
	r.needs(node, p.name != "", "a pack needs a name")
	return p
}

func (r *wishReader) pkg(node *yaml.Node) *wishedPackage {
	p := &wishedPackage{at: r.place(node)}
	if node.Kind == yaml.ScalarNode { // short for its name
		r.text(&p.name)(node)
		return p
	}
	r.mapping(node, "a package", map[string]func(*yaml.Node){
		"name": r.text(&p.name), "file": r.text(&p.file), "version": r.version(&p.version), "notes": r.text(&p.notes),
		"override_reason": r.text(&p.reason),
		"shareable": func(n *yaml.Node) {
			var share bool
			if err := n.Decode(&share); err != nil {
				r.problem(n, "shareable is true or false")
			}
			p.shareable = &share
		},
	})
	r.needs(node, (p.name != "") != (p.file != ""), "a package needs either its name or a file")
	r.needs(node, p.file != "" || (p.shareable == nil && p.notes == "" && p.reason == ""), "shareable, notes and override_reason are for a package with a file")
	if p.file != "" && !filepath.IsAbs(p.file) {
		p.file = filepath.Join(filepath.Dir(r.file), filepath.FromSlash(p.file))
	}
	return p
}

func (r *wishReader) release(node *yaml.Node) *wishedRelease {
	w := &wishedRelease{at: r.place(node)}
	r.mapping(node, "a release", map[string]func(*yaml.Node){
		"schedule": r.oneOf(&w.schedule, "immediate", "scheduled"), "version": r.version(&w.version), "notes": r.maybe(&w.notes), "reason": r.text(&w.reason),
		"date": func(n *yaml.Node) {
			r.text(&w.date)(n)
			if _, err := release.ParseDate(w.date); err != nil {
				r.problem(n, "%q is no date: give one like 2027-01-31", w.date)
			}
		},
	})
	r.needs(node, w.schedule != "", "a release needs a schedule: immediate or scheduled")
	r.needs(node, (w.schedule == "scheduled") == (w.date != ""), "a scheduled release needs a date, and an immediate one has none")
	return w
}

func (r *wishReader) group(node *yaml.Node) *wishedGroup {
	g := &wishedGroup{at: r.place(node)}
	names := func(into *[]wishedName, said *bool) func(*yaml.Node) {
		return func(n *yaml.Node) {
			*said = true
			r.each(func(n *yaml.Node) {
				one := wishedName{at: r.place(n)}
				r.text(&one.name)(n)
				*into = append(*into, one)
			})(n)
		}
	}
	r.mapping(node, "a group", map[string]func(*yaml.Node){
		"name": r.text(&g.name), "accounts": names(&g.accounts, &g.hasAccounts), "packs": names(&g.packs, &g.hasPacks),
	})
	r.needs(node, g.name != "", "a group needs a name")
	return g
}
