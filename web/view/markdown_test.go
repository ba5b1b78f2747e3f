package view

import (
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func TestMarkdownIsDrawn(t *testing.T) {
	t.Parallel()
	const out = `rel="nofollow noopener noreferrer"`
	for source, want := range map[string]string{
		"":                         "",
		"One\nTwo\n\nThree":        "<p>One<br>\nTwo</p>\n<p>Three</p>\n",
		"**Bold** _it_ ~~no~~ `x`": "<p><strong>Bold</strong> <em>it</em> <del>no</del> <code>x</code></p>\n",
		"1. a\n2. b":               "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n",
		"3. a":                     "<ol start=\"3\">\n<li>a</li>\n</ol>\n",
		"See https://docs.example.com/a?b=1 (or https://x.example/y(z)).": `<p>See <a href="https://docs.example.com/a?b=1" ` + out + `>https://docs.example.com/a?b=1</a> (or <a href="https://x.example/y(z)" ` + out + `>https://x.example/y(z)</a>).</p>` + "\n",
		"Write to help@acme.example.":                                     `<p>Write to <a href="mailto:help@acme.example" ` + out + `>help@acme.example</a>.</p>` + "\n",
		"[Guide](https://docs.example.com)":                               `<p><a href="https://docs.example.com" ` + out + `>Guide</a></p>` + "\n",
		"![Plan](https://x.example/p.png)":                                `<p><a href="https://x.example/p.png" ` + out + `>Plan</a></p>` + "\n",
		"![](https://x.example/p.png)":                                    `<p><a href="https://x.example/p.png" ` + out + `>picture</a></p>` + "\n",
		"Enter <your token> & <b>go</b>":                                  "<p>Enter &lt;your token&gt; &amp; &lt;b&gt;go&lt;/b&gt;</p>\n",
		"http://plain.example /local #top":                                "<p>http://plain.example /local #top</p>\n",
		"[a](/packs) [b](#x) [c](http://x.example)":                       "<p>a b c</p>\n",
		"| a | b |\n|---|--:|\n| 1 | 2 |":                                 `<div class="prose-wide" tabindex="0" role="group" aria-label="Table"><table>` + "\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table></div>\n",
		"```\n<x>\n```":                                                   `<div class="prose-wide" tabindex="0" role="group" aria-label="Code"><pre><code>&lt;x&gt;` + "\n</code></pre></div>\n",
	} {
		if got := proseHTML(source, underSection); got != want {
			t.Errorf("%q\ngot  %q\nwant %q", source, got, want)
		}
	}
}

// A text's headings stand below the page's own, never skip a level, and are never the page's headline.
func TestMarkdownHeadingsStandUnderThePage(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"# a\n## b\n# c":                              "h3 h4 h3",
		"### a\n# b\n#### c\n##### d":                 "h3 h3 h4 h5",
		"# a\n## b\n### c\n#### d\n##### e\n###### f": "h3 h4 h5 h6 h6 h6",
		"a\n===\nb\n---":                              "h3 h4",
	} {
		var got []string
		for n := range proseNodes(t, source) {
			if strings.HasPrefix(n.Data, "h") {
				got = append(got, n.Data)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %v, want %s", source, got, want)
		}
	}
}

// hostileProse are texts that want to run, load or draw something, or to take the server's time.
func hostileProse() []string {
	return []string{
		`[x](javascript:alert(1))`, `[x](JaVaScRiPt:alert(1))`, "[x](java\tscript:alert(1))", `[x](&#106;avascript:alert(1))`, `<javascript:alert(1)>`,
		`[x](data:text/html;base64,PHNjcmlwdD4=)`, `![x](data:image/svg+xml;base64,PHN2Zz4=)`, `![x](https://x.example/p.png"onerror="alert(1))`,
		`[x](https://x.example "t" onmouseover="alert(1)")`, `[x](https://x.example/"onclick="alert(1))`, `[x](vbscript:x)`, `[x](file:///etc/passwd)`,
		`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `<svg/onload=alert(1)>`, `<a href="javascript:alert(1)">x</a>`, `<style>*{}</style>`,
		`<iframe src="https://x.example"></iframe>`, "<div\n\nonclick=alert(1)>", "`<script>`", "```<script>\nx\n```", "[x]: javascript:alert(1)\n\n[x]",
		`[x](//x.example)`, `[x](https://)`, `<https://x.example/"onerror=alert(1)//>`, "| <script> |\n|---|\n| <img onerror=x> |", "![[x](https://a.example)](https://b.example)",
		`[![x](https://a.example/p.png)](https://b.example)`, "\x00<b>\x00", "\xff\xfe<script>", "<table><pre>", "# <h1>x</h1>", `\<script>`, "<!-- x -->", "<?php ?>", "<![CDATA[x]]>",
		strings.Repeat(">", 10_000) + "a", strings.Repeat("> ", 10_000) + "a", strings.Repeat("- ", 10_000) + "a", strings.Repeat("1. ", 10_000) + "a",
		strings.Repeat("[", 50_000), strings.Repeat("![", 25_000), strings.Repeat("[a](", 12_000), strings.Repeat("a**b", 12_500), strings.Repeat("*a _b ", 8_000),
		"|" + strings.Repeat("a|", 6_000) + "\n|" + strings.Repeat("-|", 6_000) + "\n" + strings.Repeat("a\n", 2_000), strings.Repeat("x", 1_000_000),
		strings.Repeat(strings.Repeat(" ", 100)+"- a\n", 400), strings.Repeat("`", 50_000), strings.Repeat("https://a.example/((", 2_500), strings.Repeat("<", 50_000),
	}
}

func TestHostileMarkdownIsTamed(t *testing.T) {
	t.Parallel()
	for _, source := range hostileProse() {
		checkProse(t, source)
	}
}

// A text beyond what a guide needs is not read as Markdown at all, and shown as typed.
func TestMarkdownThatWouldTakeLongIsShownAsTyped(t *testing.T) {
	t.Parallel()
	for _, source := range []string{
		strings.Repeat(">", 10_000) + "\n**a**", strings.Repeat("[", 1_001) + "\n**a**", "**a**\n|" + strings.Repeat("a|", 101) + "\n|" + strings.Repeat("-|", 101) + strings.Repeat("\n1", 100),
		"**a**\n" + strings.Repeat(" ", 61) + "- b", strings.Repeat("a\n", 100_000) + "**a**", strings.Repeat("*a* ", 2_500) + "\n**a**",
		"**a**\n|" + strings.Repeat("a|", 101) + "\n" + strings.Repeat(":-:|", 101) + strings.Repeat("\n1", 100),
		"**a**\n|" + strings.Repeat("a|", 101) + "\n" + strings.Repeat("-  |\t", 101) + "-" + strings.Repeat("\n1", 100),
		"**a** " + strings.Repeat("a~~", 2_501),
	} {
		if got := proseHTML(source, underSection); !strings.Contains(got, "**a**") {
			t.Errorf("%.40q… is read as Markdown", source)
		}
	}
	for _, source := range []string{strings.Repeat("> ", 12) + "**a**", strings.Repeat("* ", 60) + "\n\n**a**", strings.Repeat("| - ", 20) + strings.Repeat("\n1", 90) + "\n\n**a**"} {
		if got := proseHTML(source, underSection); source[0] != '*' && !strings.Contains(got, "<strong>a</strong>") {
			t.Errorf("%.40q… is shown as typed", source)
		}
	}
}

// FuzzMarkdown: whatever people write, only what the policy names reaches the page.
func FuzzMarkdown(f *testing.F) {
	for _, source := range hostileProse() {
		if len(source) < 1_000 {
			f.Add(source)
		}
	}
	f.Fuzz(func(t *testing.T, source string) { checkProse(t, source) })
}

// mayHold is every element that a text may draw, with the attributes it may have.
var mayHold = map[string]string{
	"p": "", "br": "", "h3": "", "h4": "", "h5": "", "h6": "", "ul": "", "ol": "start", "li": "", "blockquote": "", "pre": "", "code": "", "em": "", "strong": "", "del": "",
	"hr": "", "table": "", "thead": "", "tbody": "", "tr": "", "th": "", "td": "", "a": "href rel", "div": "class tabindex role aria-label",
}

func checkProse(t *testing.T, source string) {
	t.Helper()
	for n := range proseNodes(t, source) {
		allowed, known := mayHold[n.Data]
		if !known {
			t.Errorf("%.80q draws <%s>", source, n.Data)
		}
		for _, a := range n.Attr {
			if !strings.Contains(" "+allowed+" ", " "+a.Key+" ") {
				t.Errorf("%.80q: <%s %s=%q>", source, n.Data, a.Key, a.Val)
			}
			if a.Key == "start" {
				if _, err := strconv.Atoi(a.Val); err != nil {
					t.Errorf("%.80q: start=%q", source, a.Val)
				}
			}
		}
		if n.Data == "a" && (!leadsOut(attr(n, "href")) || attr(n, "rel") != proseRel) {
			t.Errorf("%.80q: a link to %q, rel %q", source, attr(n, "href"), attr(n, "rel"))
		}
		if n.Data == "div" && (attr(n, "class") != "prose-wide" || n.FirstChild == nil || n.FirstChild.DataAtom != atom.Table && n.FirstChild.DataAtom != atom.Pre) {
			t.Errorf("%.80q draws a box of its own", source)
		}
	}
}

// proseNodes are the elements that a text draws, as a browser reads them.
func proseNodes(t *testing.T, source string) func(func(*html.Node) bool) {
	t.Helper()
	nodes, err := html.ParseFragment(strings.NewReader(proseHTML(source, underSection)), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		t.Fatalf("%.80q: %v", source, err)
	}
	return func(yield func(*html.Node) bool) {
		for _, root := range nodes {
			if root.Type == html.ElementNode && !yield(root) {
				return
			}
			for n := range root.Descendants() {
				if n.Type == html.ElementNode && !yield(n) {
					return
				}
			}
		}
	}
}
