package view

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// underSection is the level of a text's own headings where it stands in a Section of a page.
const underSection = 3

// markdown reads what people write in guides and notes: paragraphs whose line breaks stay, lists, tables, code and links.
// HTML is no part of it and shows as typed, so that "<your token>" is not lost.
var markdown = goldmark.New(
	goldmark.WithParser(parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewSetextHeadingParser(), 100),
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithInlineParsers(
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewEmphasisParser(), 500),
		),
		parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
	)),
	goldmark.WithExtensions(
		extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignNone)),
		extension.Strikethrough,
		extension.NewLinkify(extension.WithLinkifyAllowedProtocols([]string{"https:"}), extension.WithLinkifyURLRegexp(proseAddress)),
	),
	goldmark.WithRendererOptions(html.WithHardWraps()),
)

// proseAddress is an https address in a text: brackets belong to it in pairs, so that one around it does not.
var proseAddress = regexp.MustCompile(`^https://(?:[^\s<>()"“”]|\([^\s<>()"“”]*\))+`)

// prosePolicy is the second lock: whatever the renderer above may be brought to write, this alone reaches the page.
var prosePolicy = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "del", "hr",
		"table", "thead", "tbody", "tr", "th", "td")
	p.AllowURLSchemes("https", "mailto")
	p.RequireParseableURLs(true)
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("rel").Matching(regexp.MustCompile(`^` + proseRel + `$`)).OnElements("a")
	p.AllowAttrs("start").Matching(regexp.MustCompile(`^[0-9]{1,9}$`)).OnElements("ol")
	return p
}()

// proseRel is what every link in a text that people wrote says of itself.
const proseRel = "nofollow noopener noreferrer"

// proseHTML turns a text into HTML that is safe anywhere on a page. Its headings begin at the level and never skip one. A text
// that would take long to read, which no guide does, is shown as typed.
func proseHTML(source string, level int) string {
	if !proseReadable(source) {
		return `<p>` + strings.ReplaceAll(string(util.EscapeHTML([]byte(source))), "\n", "<br>\n") + `</p>`
	}
	src := []byte(source)
	doc := markdown.Parser().Parse(text.NewReader(src))
	tameProse(doc, src, level)
	var b strings.Builder
	if err := markdown.Renderer().Render(&b, src, doc); err != nil {
		return "" // a strings.Builder takes everything
	}
	return proseBoxes.Replace(prosePolicy.Sanitize(b.String()))
}

// proseBoxes puts what may be wide into a box of its own. In sanitised text these tags are the renderer's: people's are escaped.
var proseBoxes = strings.NewReplacer(
	"<table>", `<div class="prose-wide" tabindex="0" role="group" aria-label="Table"><table>`, "</table>", "</table></div>",
	"<pre>", `<div class="prose-wide" tabindex="0" role="group" aria-label="Code"><pre>`, "</pre>", "</pre></div>",
)

// tameProse fits a text into its page: headings below the page's own, links that lead to https and mail addresses alone, pictures
// as links to them (the page's policy would not load them).
func tameProse(doc ast.Node, src []byte, level int) {
	var headings []int // the levels, as typed, of the headings that the present one stands under
	var strays []ast.Node
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // fails only where this function does
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			for len(headings) > 0 && headings[len(headings)-1] >= n.Level {
				headings = headings[:len(headings)-1]
			}
			headings = append(headings, n.Level)
			n.Level = min(level+len(headings)-1, 6)
		case *ast.AutoLink:
			if !leadsOut(autoHref(n, src)) {
				strays = append(strays, n)
			}
			n.SetAttributeString("rel", []byte(proseRel))
		case *ast.Link:
			if !leadsOut(string(n.Destination)) {
				strays = append(strays, n)
			}
			n.SetAttributeString("rel", []byte(proseRel))
		case *ast.Image:
			strays = append(strays, n)
		case *extast.Table:
			n.RemoveAttributes()
		}
		return ast.WalkContinue, nil
	})
	for _, n := range strays {
		unlinkProse(n, src)
	}
}

// unlinkProse puts a picture's link, or the words of a link that leads nowhere, in its place.
func unlinkProse(n ast.Node, src []byte) {
	parent := n.Parent()
	if auto, ok := n.(*ast.AutoLink); ok {
		parent.ReplaceChild(parent, n, ast.NewString(auto.Label(src)))
		return
	}
	if image, ok := n.(*ast.Image); ok && leadsOut(string(image.Destination)) && !proseWithin(n, ast.KindLink) {
		link := ast.NewLink()
		link.Destination = image.Destination
		link.SetAttributeString("rel", []byte(proseRel))
		if image.ChildCount() == 0 {
			link.AppendChild(link, ast.NewString([]byte("picture")))
		}
		adoptProse(link, nil, image)
		parent.ReplaceChild(parent, n, link)
		return
	}
	adoptProse(parent, n, n)
	parent.RemoveChild(parent, n)
}

// adoptProse moves the children of a node into another one, before the sibling; nil: at the end.
func adoptProse(parent, before, from ast.Node) {
	for child := from.FirstChild(); child != nil; child = from.FirstChild() {
		from.RemoveChild(from, child)
		if before == nil {
			parent.AppendChild(parent, child)
		} else {
			parent.InsertBefore(parent, before, child)
		}
	}
}

func proseWithin(n ast.Node, kind ast.NodeKind) bool {
	for p := n.Parent(); p != nil; p = p.Parent() {
		if p.Kind() == kind {
			return true
		}
	}
	return false
}

func autoHref(n *ast.AutoLink, src []byte) string {
	href := string(n.URL(src))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(href), "mailto:") {
		return "mailto:" + href
	}
	return href
}

// leadsOut tells whether a link leads to another site or to a mail address.
func leadsOut(href string) bool {
	u, err := url.Parse(href)
	return err == nil && (u.Scheme == "https" && u.Hostname() != "" || u.Scheme == "mailto" && u.Opaque != "")
}
