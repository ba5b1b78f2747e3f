package view

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"packtide/static"

	"golang.org/x/net/html"
)

// parse renders the gallery, which holds every component, as a document.
func parse(t *testing.T) []*html.Node {
	t.Helper()
	var b strings.Builder
	if err := Gallery().Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	var all []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode {
			all = append(all, n)
		}
	}
	return all
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func TestGalleryKeepsTheContentSecurityPolicy(t *testing.T) {
	t.Parallel()
	for _, n := range parse(t) {
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-on") {
				t.Errorf("<%s> has the attribute %s", n.Data, a.Key)
			}
		}
		if n.Data == "style" || n.Data == "script" && attr(n, "src") == "" {
			t.Errorf("an inline <%s>", n.Data)
		}
	}
}

func TestGalleryIsWiredTogether(t *testing.T) {
	t.Parallel()
	nodes := parse(t)
	ids := map[string]int{}
	for _, n := range nodes {
		if id := attr(n, "id"); id != "" {
			ids[id]++
		}
	}
	for id, times := range ids {
		if times > 1 {
			t.Errorf("the id %s is there %d times", id, times)
		}
	}
	for _, n := range nodes {
		for _, name := range []string{"for", "aria-describedby", "aria-labelledby", "data-dialog"} {
			for id := range strings.FieldsSeq(attr(n, name)) {
				if ids[id] == 0 {
					t.Errorf("<%s %s=%q> leads nowhere", n.Data, name, id)
				}
			}
		}
		if href := attr(n, "href"); strings.HasPrefix(href, "#f-") && ids[href[1:]] == 0 {
			t.Errorf("the error summary's link %s leads nowhere", href)
		}
	}
}

func TestGalleryHasLandmarksAndOneHeadline(t *testing.T) {
	t.Parallel()
	count := map[string]int{}
	for _, n := range parse(t) {
		if n.Namespace == "" { // a drawing's parts have titles of their own
			count[n.Data]++
		}
		if n.Data == "a" && attr(n, "class") == "skip" {
			count["skip"]++
		}
	}
	for _, name := range []string{"h1", "main", "skip", "title"} {
		if count[name] != 1 {
			t.Errorf("%d %s, want 1", count[name], name)
		}
	}
	if count["nav"] == 0 || count["header"] == 0 {
		t.Error("no navigation or header")
	}
}

// Every state and tone says its word and shows an icon that exists: colour alone carries nothing.
func TestStatesHaveWordIconAndTone(t *testing.T) {
	t.Parallel()
	seen := map[string]State{}
	for s, w := range stateWords {
		if w.Word == "" || w.Tone == "" || w.Meaning == "" || !static.HasIcon(w.Icon) {
			t.Errorf("%s: incomplete: %+v", s, w)
		}
		if other, taken := seen[w.Word]; taken {
			t.Errorf("%s and %s share the word %s", s, other, w.Word)
		}
		seen[w.Word] = s
	}
	for _, tone := range []Tone{Good, Info, Warn, Danger} {
		if !static.HasIcon(toneIcon(tone)) {
			t.Errorf("%s: no icon %s", tone, toneIcon(tone))
		}
	}
}

// A name that is not in the sprite would silently draw nothing.
func TestIconsInTemplatesExist(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(os.DirFS("."), "*.templ")
	if err != nil || len(files) == 0 {
		t.Fatalf("no templates: %v", err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`@(?:Icon|PlainEvent|EmptyState)\("([^"]+)"|@(?:LinkButton|IconButton)\(\w+, "([^"]+)"`).FindAllStringSubmatch(string(text), -1) {
			if name := m[1] + m[2]; !static.HasIcon(name) {
				t.Errorf("%s: no icon %s", f, name)
			}
		}
	}
}
