package packfile_test

import (
	"bytes"
	"testing"

	"packtide/packfile"
)

// FuzzCompare takes two texts as the install.json of two versions of an app, and as two exports of a playbook. Whatever
// they hold, a package does not differ from itself, and what goes one way comes back the other way.
func FuzzCompare(f *testing.F) {
	plain := guardInstall(f, nil)
	f.Add(plain, plain)
	f.Add(plain, guardInstall(f, guardMembers{"params": []guardMembers{guardParam("a", nil), guardParam("a", guardMembers{"type": "Choice"})}}))
	f.Add(plain, guardInstall(f, guardMembers{"programVersion": "2.0.0", "playbook": nil, "runtimeLevel": []string{"Organization"}}))
	f.Add(string(guardPlaybook(f, nil)), string(callingPlaybook(f, [2]string{"If / Else", "1.0.0"})))
	f.Add(playbook, component)
	f.Fuzz(func(t *testing.T, old, changed string) {
		app := func(text string) []byte { return zipOf(t, file{name: "Acme_Guard_v1/install.json", content: text}) }
		checkCompared(t, app(old), app(changed))
		checkCompared(t, []byte(old), []byte(changed))
	})
}

func checkCompared(t *testing.T, old, changed []byte) {
	t.Helper()
	read := func(data []byte) (packfile.Package, bool) {
		p, err := packfile.Inspect(bytes.NewReader(data), int64(len(data)), "x", packfile.Options{})
		return p, err == nil
	}
	a, okA := read(old)
	b, okB := read(changed)
	if !okA || !okB {
		return
	}
	for _, p := range []packfile.Package{a, b} {
		if c := packfile.Compare(p, p, packfile.Options{}); len(c.Changes) > 0 || c.Smallest != packfile.BumpNone || packfile.HasErrors(c.Findings) {
			t.Errorf("a package differs from itself: %+v", c)
		}
	}
	there, back := packfile.Compare(a, b, packfile.Options{}), packfile.Compare(b, a, packfile.Options{})
	added, removed, renamed := countEvents(there)
	addedBack, removedBack, renamedBack := countEvents(back)
	if added != removedBack || removed != addedBack || renamed != renamedBack {
		t.Errorf("%d added, %d removed, %d renamed; the other way %d, %d, %d", added, removed, renamed, addedBack, removedBack, renamedBack)
	}
	for _, ch := range there.Changes {
		if ch.Text() == "" || ch.Bump == "" || ch.Kind == "" {
			t.Errorf("got %+v", ch)
		}
	}
}

func countEvents(c packfile.Comparison) (added, removed, renamed int) {
	for _, ch := range c.Changes {
		switch ch.Event {
		case packfile.Added:
			added++
		case packfile.Removed:
			removed++
		case packfile.Renamed:
			renamed++
		case packfile.Changed:
		}
	}
	return added, removed, renamed
}
