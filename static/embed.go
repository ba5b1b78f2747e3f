// Package static holds what the browser loads besides the pages: style sheets, scripts, icons and the favicon.
//
// Each asset is served under a name that carries a hash of its content, so browsers may keep it for ever and a new
// build never meets an old copy. Everything is prepared once, at the first use, from the embedded files.
package static

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
	"sync"
)

// Prefix is the path under which Handler expects to be mounted.
const Prefix = "/static/"

//go:embed css/*.css icons/*.svg vendor/*.js app.js palette.js upload.js export.js favicon.svg
var files embed.FS

// styleSheets are joined in this order; the first declares the order of the cascade layers.
var styleSheets = []string{
	"css/reset.css",
	"css/tokens.css",
	"css/base.css",
	"css/layout.css",
	"css/controls.css",
	"css/data.css",
	"css/pieces.css",
	"css/packs.css",
	"css/findings.css",
	"css/account.css",
	"css/rehearsal.css",
	"css/evidence.css",
	"css/testing.css",
	"css/calendar.css",
	"css/packpage.css",
	"css/explorer.css",
	"css/why.css",
	"css/palette.css",
	"css/pending.css",
	"css/ledger.css",
	"css/utilities.css",
}

var assets = sync.OnceValue(func() catalogue {
	c, err := load(files)
	if err != nil {
		panic(fmt.Sprintf("static: the embedded files are broken: %v", err))
	}
	return c
})

// Path returns the address of an asset by its plain name, such as "app.css", "app.js", "htmx.js", "icons.svg" or
// "favicon.svg": "/static/app.1f2e3d4c5b.css". It panics on a name that is not embedded, which is a programmer's slip.
func Path(name string) string {
	a, ok := assets().byName[name]
	if !ok {
		panic("static: no asset named " + name)
	}
	return Prefix + a.hashed
}

// HasIcon tells whether the icon sprite holds the named icon.
func HasIcon(name string) bool {
	_, err := fs.Stat(files, "icons/"+name+".svg")
	return err == nil
}

// Icons lists the names of the icons in the sprite, sorted.
func Icons() []string {
	names, err := fs.Glob(files, "icons/*.svg")
	if err != nil {
		return nil
	}
	for i, n := range names {
		names[i] = strings.TrimSuffix(path.Base(n), ".svg")
	}
	sort.Strings(names)
	return names
}

// load reads all assets and hashes them.
func load(fsys fs.FS) (catalogue, error) {
	css, err := join(fsys, styleSheets)
	if err != nil {
		return catalogue{}, err
	}
	sprite, err := buildSprite(fsys)
	if err != nil {
		return catalogue{}, err
	}
	c := newCatalogue()
	c.add("app.css", "text/css; charset=utf-8", css)
	c.add("icons.svg", "image/svg+xml", sprite)
	for name, from := range map[string]struct{ file, kind string }{
		"app.js":      {"app.js", "text/javascript; charset=utf-8"},
		"palette.js":  {"palette.js", "text/javascript; charset=utf-8"},
		"export.js":   {"export.js", "text/javascript; charset=utf-8"},
		"upload.js":   {"upload.js", "text/javascript; charset=utf-8"},
		"htmx.js":     {"vendor/htmx-4.0.1.min.js", "text/javascript; charset=utf-8"},
		"favicon.svg": {"favicon.svg", "image/svg+xml"},
	} {
		body, err := fs.ReadFile(fsys, from.file)
		if err != nil {
			return catalogue{}, fmt.Errorf("read %s: %w", from.file, err)
		}
		c.add(name, from.kind, body)
	}
	return c, nil
}

func join(fsys fs.FS, names []string) ([]byte, error) {
	var all []byte
	for _, n := range names {
		b, err := fs.ReadFile(fsys, n)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", n, err)
		}
		all = append(all, b...)
	}
	return all, nil
}

// buildSprite turns the single icons into one file of symbols, so that a page names an icon instead of drawing it.
func buildSprite(fsys fs.FS) ([]byte, error) {
	names, err := fs.Glob(fsys, "icons/*.svg")
	if err != nil {
		return nil, fmt.Errorf("list icons: %w", err)
	}
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg">`)
	for _, n := range names {
		raw, err := fs.ReadFile(fsys, n)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", n, err)
		}
		shapes, err := shapesOf(string(raw))
		if err != nil {
			return nil, fmt.Errorf("icon %s: %w", n, err)
		}
		fmt.Fprintf(&b, `<symbol id="%s" viewBox="0 0 24 24">%s</symbol>`, strings.TrimSuffix(path.Base(n), ".svg"), shapes)
	}
	b.WriteString(`</svg>`)
	return []byte(b.String()), nil
}

// shapesOf returns what stands between <svg …> and </svg>, without the line breaks.
func shapesOf(svg string) (string, error) {
	start := strings.Index(svg, "<svg")
	end := strings.LastIndex(svg, "</svg>")
	if start < 0 || end < start {
		return "", fmt.Errorf("no svg element")
	}
	open := strings.Index(svg[start:end], ">")
	if open < 0 {
		return "", fmt.Errorf("svg element is not closed")
	}
	return strings.Join(strings.Fields(svg[start+open+1:end]), " "), nil
}
