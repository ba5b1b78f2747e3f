package web

import (
	"testing"

	"packtide/release"
)

func TestNameKeysComeBack(t *testing.T) {
	t.Parallel()
	id := release.NewID(worldBegins)
	for _, name := range []string{"Acme", "a ~ b", "", "ünï"} {
		got, gotID, ok := splitNameKey(nameKey(name, id))
		if !ok || got != name || gotID != id {
			t.Errorf("the key of %q reads as %q, %s, %v", name, got, gotID, ok)
		}
	}
	for _, key := range []string{"", "x", "x~", "x~1", "~" + id.String()[1:]} {
		if _, _, ok := splitNameKey(key); ok {
			t.Errorf("%q passes for a key", key)
		}
	}
}
