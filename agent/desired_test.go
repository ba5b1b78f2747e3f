package agent

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestParseDesiredRefuses(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	for name, change := range map[string]func(d *desired){
		"no release":       func(d *desired) { d.Release.ID = "" },
		"a path as id":     func(d *desired) { d.Release.ID = "../../../../../../../../../etc/passwd" },
		"an id in capital": func(d *desired) { d.Release.ID = strings.ToUpper(d.Release.ID) },
		"no packages":      func(d *desired) { d.Contents = nil },
		"too many":         func(d *desired) { d.Contents = make([]content, maxContents+1) },
		"a path as sum":    func(d *desired) { d.Contents[0].SHA256 = strings.Repeat("../", 21) + "x" },
		"a short sum":      func(d *desired) { d.Contents[0].SHA256 = "abc" },
		"no size":          func(d *desired) { d.Contents[0].Size = 0 },
		"less than no":     func(d *desired) { d.Contents[0].Size = -1 },
		"a vast size":      func(d *desired) { d.Contents[0].Size = 1 << 50 },
		"no address":       func(d *desired) { d.Contents[0].ArtifactURL = "" },
	} {
		doc := p.releases["1.0.0"].doc
		doc.Contents = append([]content{}, doc.Contents...)
		change(&doc)
		body, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parseDesired(body); err == nil {
			t.Errorf("%s is believed", name)
		}
	}
	for _, body := range []string{"", "null", "<html>Sign in</html>", "[]", `{"release":7}`, `{"release":null,"contents":[]}`} {
		if _, err := parseDesired([]byte(body)); err == nil {
			t.Errorf("%q is believed", body)
		}
	}
}

func FuzzParseDesired(f *testing.F) {
	f.Add([]byte(`{"release":{"id":"019a9f4e-0000-7000-8000-000000000001"},"contents":[{"sha256":"","size":1}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := parseDesired(body)
		if err != nil {
			return
		}
		for _, c := range d.Contents {
			if strings.ContainsAny(c.SHA256+d.Release.ID, `/\.`) || c.Size <= 0 {
				t.Errorf("believed: %+v", d)
			}
		}
	})
}

// Names of strangers become folders that every system can have, each package its own, and none the agent's notes.
func TestFolders(t *testing.T) {
	t.Parallel()
	b := &builder{taken: map[string]bool{manifestFile: true, strings.ToLower(sumsFile): true}}
	for _, step := range [][2]string{
		{"tcpb_-_expressions", "tcpb_-_expressions"},
		{"Google Sheets", "google_sheets"},
		{"google sheets", "google_sheets-2"},
		{"..", "package"},
		{"../../etc", "etc"},
		{`..\..\boot`, "boot"},
		{"", "package-2"},
		{".hidden", "hidden"},
		{"name.", "name"},
		{"CON", "_con"},
		{"nul.txt", "_nul.txt"},
		{"LPT1", "_lpt1"},
		{"release.json", "release.json-2"},
		{"SHA256SUMS", "sha256sums-2"},
		{"a\x00b\x1b[31m", "a_b__31m"},
		{"Zürich", "z_rich"},
		{strings.Repeat("x", 300), strings.Repeat("x", 100)},
	} {
		if got := b.folderFor(step[0]); got != step[1] {
			t.Errorf("%q becomes %q, want %q", step[0], got, step[1])
		}
	}
}

// A package that is not safe to unpack is not installed, and nothing is written outside its folder.
func TestUnsafePackage(t *testing.T) {
	t.Parallel()
	p, dir := newPeer(t), folder(t)
	p.bring(t, dir, "1.0.0")
	p.add("019a9f4e-0000-7000-8000-000000000009", "9.0.0", map[string]string{"../../../../escaped": "x"}, "guide")
	p.want("9.0.0")
	if err := once(t, p.config(t, dir)); err == nil || !strings.Contains(err.Error(), "not safe to unpack") {
		t.Errorf("the round ends with %v", err)
	}
	p.runs(t, dir, "1.0.0")
	if r := p.lastReport(); r.Status != statusFailed || !strings.Contains(r.Detail, "could leave the folder") {
		t.Errorf("reported %+v", r)
	}
	for _, name := range names(t, dir) {
		if name == "escaped" {
			t.Error("a file was written outside the release")
		}
	}
}

// The server says when to ask again, within bounds; without a word the agent keeps its rhythm, and backs off.
func TestWaits(t *testing.T) {
	t.Parallel()
	hint := func(name, value string) answer { return answer{hint: pollHint(http.Header{name: {value}})} }
	for _, test := range []struct {
		got  answer
		want time.Duration
	}{
		{answer{}, 42 * time.Second},
		{answer{doc: &desired{PollAfterSeconds: 90}, hint: time.Hour}, 90 * time.Second},
		{answer{doc: &desired{PollAfterSeconds: 1 << 60}}, mostPoll},
		{answer{doc: &desired{PollAfterSeconds: -1}}, 42 * time.Second},
		{hint("Cache-Control", "private, max-age=120"), 2 * time.Minute},
		{hint("Retry-After", "300"), 5 * time.Minute},
		{hint("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT"), 42 * time.Second},
		{hint("Retry-After", "99999999999999999999"), 42 * time.Second},
		{hint("Cache-Control", "no-store"), 42 * time.Second},
	} {
		if got := test.got.wait(42 * time.Second); got != test.want {
			t.Errorf("%+v: %v, want %v", test.got, got, test.want)
		}
	}
	within := func(what string, got, least, most time.Duration) {
		t.Helper()
		if got < least || got > most {
			t.Errorf("%s: waits %v, want %v to %v", what, got, least, most)
		}
	}
	w := waits{poll: 100 * time.Second}
	away := errors.New("away")
	within("well", w.after(nil), 90*time.Second, 110*time.Second)
	within("first time away", w.after(away), 4*time.Second, 6*time.Second)
	within("second time away", w.after(away), 9*time.Second, 11*time.Second)
	for range 50 {
		w.after(away)
	}
	within("long away", w.after(away), mostBackOff*9/10, mostBackOff*11/10)
	within("told when", w.after(fmt.Errorf("ask: %w", &apiError{status: 503, retryAfter: 2 * time.Minute})), 2*time.Minute, 132*time.Second)
	within("no token", w.after(errors.Join(&apiError{status: 401}, nil)), refusedWait*9/10, refusedWait*11/10)
	within("back again", w.after(nil), 90*time.Second, 110*time.Second)
	within("away again", w.after(away), 4*time.Second, 6*time.Second)
	seen := map[time.Duration]bool{}
	for range 20 {
		seen[jitter(time.Minute)] = true
	}
	if len(seen) < 2 {
		t.Error("all agents ask together")
	}
}
