package packfile

import (
	"strings"
	"testing"
)

func TestJSONTreeKnowsEveryPlace(t *testing.T) {
	t.Parallel()
	tree, fault := parseJSONTree([]byte("\ufeff{\r\n  \"é\": \"ä\\u00e9\", \"list\": [1, -2.5e3, true, null, {}, [ ]],\n\t\"a\": {\"x\": \"1\", \"x\": 2}\n}\n"))
	if fault != nil {
		t.Fatal(fault.what)
	}
	root := tree.root
	if got := root.member("é").string(); got != "äé" {
		t.Errorf("got the text %q", got)
	}
	var kinds []string
	for _, item := range root.member("list").list() {
		kinds = append(kinds, item.kind.String()+" "+item.text)
	}
	if got, want := strings.Join(kinds, "; "), "a number 1; a number -2.5e3; true or false true; null ; an object ; a list "; got != want {
		t.Errorf("got the items %q, want %q", got, want)
	}
	if got, want := tree.written(root.member("list")), "[1,-2.5e3,true,null,{},[]]"; got != want {
		t.Errorf("got it written as %q, want %q", got, want)
	}
	a := root.member("a")
	if len(a.repeated) != 1 || len(a.members()) != 2 || a.member("x").string() != "2" {
		t.Errorf("of a repeated member the last must count, and it must be told: %+v", a)
	}
	for _, want := range []struct {
		v                    *jsonValue
		line, column, keyCol int
	}{
		{root, 1, 1, 1},
		{root.member("é"), 2, 8, 3},
		{root.member("list").list()[1], 2, 31, 31},
		{a, 3, 7, 2},
		{a.repeated[0], 3, 23, 18},
	} {
		line, column := tree.place(want.v)
		_, keyCol := tree.keyPlace(want.v)
		if line != want.line || column != want.column || keyCol != want.keyCol {
			t.Errorf("%q: got %d:%d, key at %d; want %d:%d, %d", want.v.key, line, column, keyCol, want.line, want.column, want.keyCol)
		}
	}
}

// The place of every value in one very long line is found without reading the line again for each.
func TestJSONTreeInOneLongLine(t *testing.T) {
	t.Parallel()
	text := "[" + strings.Repeat(`"ä",`, maxJSONValues-2) + "0]"
	tree, fault := parseJSONTree([]byte(text))
	if fault != nil {
		t.Fatal(fault.what)
	}
	for i, v := range tree.root.list() {
		if line, column := tree.place(v); line != 1 || column != 2+4*i {
			t.Fatalf("item %d: got %d:%d", i, line, column)
		}
	}
}

func TestJSONTreeLimits(t *testing.T) {
	t.Parallel()
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for name, c := range map[string]struct {
		text, want string
	}{
		"deep":           {nested(maxJSONDepth), ""},
		"too deep":       {nested(maxJSONDepth + 1), "nested more than 100 deep"},
		"far too deep":   {nested(100_000), "exceeded max depth"},
		"too many":       {"[" + strings.Repeat("0,", maxJSONValues) + "0]", "more than 200000 values"},
		"cut off":        {`{"a": [1, 2`, "not valid JSON"},
		"trailing comma": {"[1,]", "not valid JSON"},
		"two":            {"{} {}", "not valid JSON"},
		"nothing":        {"", "not valid JSON"},
		"latin-1":        {"\"\xe4\"", "not written in UTF-8"},
	} {
		tree, fault := parseJSONTree([]byte(c.text))
		switch {
		case c.want == "" && (fault != nil || tree == nil):
			t.Errorf("%s: got %+v", name, fault)
		case c.want != "" && (fault == nil || !strings.Contains(fault.what, c.want)):
			t.Errorf("%s: got %+v, want %q", name, fault, c.want)
		}
	}
}
