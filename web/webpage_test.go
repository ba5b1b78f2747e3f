package web

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// page is an answer, its HTML parsed.
type page struct {
	t      *testing.T
	path   string
	status int
	header http.Header
	body   string
	doc    *html.Node
}

func readPage(t *testing.T, path string, response *http.Response) *page {
	t.Helper()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("read the answer of %s: %v", path, err)
	}
	p := &page{t: t, path: path, status: response.StatusCode, header: response.Header, body: string(body)}
	if p.doc, err = html.Parse(strings.NewReader(p.body)); err != nil {
		t.Fatalf("parse the answer of %s: %v", path, err)
	}
	return p
}

// wants fails unless the page has the status.
func (p *page) wants(status int) *page {
	p.t.Helper()
	if p.status != status {
		p.t.Fatalf("%s answered %d, want %d: %s", p.path, p.status, status, p.text("main"))
	}
	return p
}

// all are the elements of a selector: compounds of tag, #id, .class, [attr], [attr=value] and [attr^=value], with a space
// between ancestors and descendants. Values hold no spaces and no brackets.
func (p *page) all(selector string) []*html.Node { return selectAll(p.doc, selector) }

// one is the only element of a selector.
func (p *page) one(selector string) *html.Node {
	p.t.Helper()
	found := p.all(selector)
	if len(found) != 1 {
		p.t.Fatalf("%s has %d elements %q, want one: %s", p.path, len(found), selector, p.text("main"))
	}
	return found[0]
}

// has tells whether there is such an element.
func (p *page) has(selector string) bool { return len(p.all(selector)) > 0 }

// text is what the elements of the selector say, white space folded; empty without any.
func (p *page) text(selector string) string {
	var b strings.Builder
	for _, n := range p.all(selector) {
		b.WriteString(" " + textOf(n))
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// says fails unless the elements of the selector hold the words.
func (p *page) says(selector, words string) *page {
	p.t.Helper()
	if got := p.text(selector); !strings.Contains(got, words) {
		p.t.Errorf("%s: %q says %q, want %q in it", p.path, selector, got, words)
	}
	return p
}

// saysNot fails if the elements of the selector hold the words.
func (p *page) saysNot(selector, words string) *page {
	p.t.Helper()
	if got := p.text(selector); strings.Contains(got, words) {
		p.t.Errorf("%s: %q says %q, want no %q in it", p.path, selector, got, words)
	}
	return p
}

// value is what stands in the form field of that name: the input's value, the text area's text, the chosen option;
// "true" or "" for a check box.
func (p *page) value(name string) string {
	p.t.Helper()
	for _, n := range p.all("[name=" + name + "]") {
		switch {
		case n.Data == "textarea":
			return strings.TrimPrefix(rawText(n), "\n")
		case n.Data == "select":
			for _, o := range selectAll(n, "option[selected]") {
				return attrOf(o, "value")
			}
			return ""
		case attrOf(n, "type") == "checkbox" || attrOf(n, "type") == "radio":
			if hasAttr(n, "checked") {
				return attrOf(n, "value")
			}
		default:
			return attrOf(n, "value")
		}
	}
	return ""
}

// errorOn is the message beside the field of that name.
func (p *page) errorOn(name string) string {
	p.t.Helper()
	return p.text("#f-" + name + "-error")
}

// link is the address behind the only link with exactly these words.
func (p *page) link(words string) string {
	p.t.Helper()
	var found []string
	for _, a := range p.all("a[href]") {
		if strings.Join(strings.Fields(textOf(a)), " ") == words {
			found = append(found, attrOf(a, "href"))
		}
	}
	if len(slices.Compact(found)) != 1 {
		p.t.Fatalf("%s has %d links %q, want one: %s", p.path, len(found), words, p.text("main"))
	}
	return found[0]
}

func attrOf(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// textOf is the text with a space between elements that are lines of their own.
func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		switch {
		case d.Type == html.TextNode && d.Parent.Data != "script" && d.Parent.Data != "style":
			b.WriteString(d.Data)
		case d.Type == html.ElementNode && !slices.Contains([]string{"a", "span", "strong", "em", "time", "code", "svg", "use"}, d.Data), attrOf(d, "class") == "sub":
			b.WriteString(" ")
		}
	}
	return b.String()
}

func rawText(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func selectAll(root *html.Node, selector string) []*html.Node {
	from := []*html.Node{root}
	for compound := range strings.FieldsSeq(selector) {
		var next []*html.Node
		for _, n := range from {
			for d := range n.Descendants() {
				if d.Type == html.ElementNode && matches(d, compound) && !slices.Contains(next, d) {
					next = append(next, d)
				}
			}
		}
		from = next
	}
	return from
}

// matches tells whether an element fits "tag#id.class[attr^=value]".
func matches(n *html.Node, compound string) bool {
	for compound != "" {
		part := compound
		if i := strings.IndexAny(compound[1:], "#.["); i >= 0 && compound[0] != '[' {
			part = compound[:i+1]
		} else if compound[0] == '[' {
			part = compound[:strings.Index(compound, "]")+1]
		}
		compound = compound[len(part):]
		if !matchesPart(n, part) {
			return false
		}
	}
	return true
}

func matchesPart(n *html.Node, part string) bool {
	switch part[0] {
	case '#':
		return attrOf(n, "id") == part[1:]
	case '.':
		return slices.Contains(strings.Fields(attrOf(n, "class")), part[1:])
	case '[':
		name, value, valued := strings.Cut(strings.Trim(part, "[]"), "=")
		if prefix, ok := strings.CutSuffix(name, "^"); ok {
			return strings.HasPrefix(attrOf(n, prefix), value)
		}
		return hasAttr(n, name) && (!valued || attrOf(n, name) == value)
	default:
		return n.Data == part
	}
}

func TestSelectorsFindWhatTheyName(t *testing.T) {
	t.Parallel()
	doc, err := html.Parse(strings.NewReader(`<main id="m"><p class="a b">1</p><p class="a"><a href="/x/1" title>2</a></p><input name="q"></main>`))
	if err != nil {
		t.Fatal(err)
	}
	for selector, want := range map[string]int{
		"p": 2, "p.a": 2, "p.a.b": 1, "#m p": 2, "main#m .a a[href]": 1, "[href^=/x/]": 1, "[href^=/y/]": 0,
		"a[href=/x/1][title]": 1, "p p": 0, "input[name=q]": 1, "nav": 0,
	} {
		if got := len(selectAll(doc, selector)); got != want {
			t.Errorf("%q finds %d elements, want %d", selector, got, want)
		}
	}
}
