package main

import "testing"

func TestPrintable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Zürich “✓”\tx\n":         "Zürich “✓”\tx\n",
		"\x1b[2J\x1b]0;title\x07": `\x1b[2J\x1b]0;title\a`,
		"a\rb\x00\x7f":            `a\rb\x00\x7f`,
		"\u009b31m \u202eevil":    `\u009b31m \u202eevil`,
		"\xff\x9b31m \ufffd":      "\\xff\\x9b31m \ufffd",
	} {
		if got := printable(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	if got := oneLine("a\nfake:1:1: error", "b\x1b[0m"); got != `a fake:1:1: error b\x1b[0m` {
		t.Errorf("got %q", got)
	}
}
