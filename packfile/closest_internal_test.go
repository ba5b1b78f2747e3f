package packfile

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// What would be compared with thousands of names is not guessed at.
func TestClosestIsBounded(t *testing.T) {
	t.Parallel()
	var known []string
	for i := range maxKnown {
		known = append(known, fmt.Sprintf("name %d", i))
	}
	if got := closest("nam 7", known); got != "name 7" {
		t.Errorf("got %q", got)
	}
	if got := closest("nam 7", append(known, "one more")); got != "" {
		t.Errorf("got %q of more names than the limit", got)
	}
	if got := closest(strings.Repeat("n", maxGuessed+1), known[:1]); got != "" {
		t.Errorf("got %q for a name longer than the limit", got)
	}
}

// An example that many results name is read once.
func TestJSONFaultIsFoundOnce(t *testing.T) {
	t.Parallel()
	f := &soFile{path: "resources/x.json", data: []byte("["), read: true}
	first := f.jsonFault()
	f.data = bytes.Repeat([]byte(" "), 3)
	if second := f.jsonFault(); first == nil || second != first {
		t.Errorf("got %+v and %+v, want one fault", first, second)
	}
}
