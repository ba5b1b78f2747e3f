package static

import (
	"fmt"
	"io/fs"
	"math"
	"regexp"
	"strconv"
	"testing"
)

// tokens reads every colour of tokens.css as a pair: light and dark.
func tokens(t *testing.T) map[string][2]string {
	t.Helper()
	css, err := fs.ReadFile(files, "css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	pairs := map[string][2]string{}
	for _, m := range regexp.MustCompile(`--([a-z-]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\)`).FindAllStringSubmatch(string(css), -1) {
		pairs[m[1]] = [2]string{m[2], m[3]}
	}
	return pairs
}

// luminance is WCAG 2.2's relative luminance.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	weights := [3]float64{0.2126, 0.7152, 0.0722}
	sum := 0.0
	for i, w := range weights {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			sum += w * c / 12.92
		} else {
			sum += w * math.Pow((c+0.055)/1.055, 2.4)
		}
	}
	return sum
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestColoursCanBeRead(t *testing.T) {
	t.Parallel()
	type pair struct {
		front, back string
		least       float64
	}
	var pairs []pair
	for _, back := range []string{"bg", "bg-subtle", "bg-hover", "bg-raised"} {
		for _, front := range []string{"text", "text-muted", "accent", "red", "amber", "green"} {
			pairs = append(pairs, pair{front, back, 4.5})
		}
	}
	for _, state := range []string{"grey", "amber", "green", "red", "blue", "accent"} {
		pairs = append(pairs, pair{state, state + "-bg", 4.5}, pair{state, "bg", 4.5}, pair{"text", state + "-bg", 4.5})
	}
	for _, fill := range []string{"accent-fill", "accent-fill-hover", "danger-fill", "danger-fill-hover"} {
		pairs = append(pairs, pair{"on-fill", fill, 4.5})
	}
	pairs = append(pairs,
		pair{"text-muted", "accent-bg", 4.5}, // a wizard's current step, a chosen option's hint
		pair{"line-strong", "bg", 3},         // the border of a field is what shows that it is one
		pair{"accent", "bg", 3},              // the focus ring
	)
	colours := tokens(t)
	for _, p := range pairs {
		for i, scheme := range []string{"light", "dark"} {
			t.Run(fmt.Sprintf("%s on %s %s", p.front, p.back, scheme), func(t *testing.T) {
				t.Parallel()
				front, back := colours[p.front][i], colours[p.back][i]
				if front == "" || back == "" {
					t.Fatalf("no such token: %q %q", p.front, p.back)
				}
				if got := contrast(t, front, back); got < p.least {
					t.Errorf("#%s on #%s: %.2f:1, want %.1f:1", front, back, got, p.least)
				}
			})
		}
	}
}

// A slip in a custom property's name is silent in a browser.
func TestEveryCustomPropertyIsDefined(t *testing.T) {
	t.Parallel()
	css, err := join(files, styleSheets)
	if err != nil {
		t.Fatal(err)
	}
	defined := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)(--[a-z-]+):`).FindAllStringSubmatch(string(css), -1) {
		defined[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`var\((--[a-z-]+)\)`).FindAllStringSubmatch(string(css), -1) {
		if !defined[m[1]] {
			t.Errorf("%s is used and not defined", m[1])
		}
	}
}

func TestStyleLoadsNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	css, err := join(files, styleSheets)
	if err != nil {
		t.Fatal(err)
	}
	if m := regexp.MustCompile(`url\(|@import`).Find(css); m != nil {
		t.Errorf("the style sheet holds %s", m)
	}
}
