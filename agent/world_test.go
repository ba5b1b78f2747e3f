package agent

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// An agent at work follows the server at the rhythm that the server's answers tell, while the server is away, refuses, and
// comes back.
func TestRunFollows(t *testing.T) {
	t.Parallel()
	p, dir := newPeer(t), folder(t)
	p.header.Set("Cache-Control", "private, max-age=1")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error, 1)
	a := newAgent(t, p.config(t, dir))
	go func() { ended <- a.Run(ctx) }()
	reports := func(version string) func() bool {
		return func() bool { return p.lastReport() == observed{ReleaseID: p.id(version), Status: statusInstalled} }
	}
	waitFor(t, "1.0.0 is reported", reports("1.0.0"))
	if !held(filepath.Join(dir, lockFile)) {
		t.Error("the folder is not held")
	}
	if err := once(t, p.config(t, dir)); err == nil || !strings.Contains(err.Error(), "another agent (process ") {
		t.Errorf("a second agent: %v", err)
	}
	p.want("2.0.0")
	waitFor(t, "2.0.0 is reported", reports("2.0.0"))
	p.runs(t, dir, "2.0.0")
	p.set(func() { p.refuse = http.StatusServiceUnavailable })
	before := p.refused()
	waitFor(t, "the server refuses", func() bool { return p.refused() > before })
	p.want("1.0.0")
	p.set(func() { p.refuse = 0 })
	waitFor(t, "1.0.0 is reported again", reports("1.0.0"))
	stop()
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
	if held(filepath.Join(dir, lockFile)) {
		t.Error("the folder is held for ever")
	}
}

// What runs goes on running whatever the server says of the token or the attachment, and the text says what to do.
func TestRefusedByTheServer(t *testing.T) {
	t.Parallel()
	p, dir := newPeer(t), folder(t)
	p.bring(t, dir, "1.0.0")
	for status, says := range map[int]string{
		http.StatusUnauthorized: "put a new agent token in place", http.StatusForbidden: "put a new agent token in place",
		http.StatusNotFound: "not installed any more", http.StatusGone: "keeps its files",
		http.StatusTooManyRequests: "answers 429", http.StatusInternalServerError: "Refused with 500. (request r-1)",
	} {
		p.set(func() { p.refuse = status })
		if err := once(t, p.config(t, dir)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%d: %v, want %q", status, err, says)
		}
		p.runs(t, dir, "1.0.0")
	}
	p.Close()
	if err := once(t, p.config(t, dir)); err == nil || !strings.Contains(err.Error(), "ask what to run") {
		t.Errorf("away: %v", err)
	}
	p.runs(t, dir, "1.0.0")
}

// A new token is taken without a restart.
func TestTokenIsReadAnew(t *testing.T) {
	t.Parallel()
	p, dir := newPeer(t), folder(t)
	cfg := p.config(t, dir)
	token := "ptd_old"
	cfg.Token = func() (string, error) { return token, nil }
	a := newAgent(t, cfg)
	if err := a.Once(t.Context()); err == nil {
		t.Error("an old token is taken")
	}
	token = testToken
	if err := a.Once(t.Context()); err != nil {
		t.Error(err)
	}
	cfg.Token = func() (string, error) { return "", errors.New("no file") }
	if err := once(t, cfg); err == nil || !strings.Contains(err.Error(), "read the token") {
		t.Errorf("no token: %v", err)
	}
}

// What one server has said is not held against another, as when packtide moves.
func TestServerMoves(t *testing.T) {
	t.Parallel()
	p, dir := newPeer(t), folder(t)
	p.bring(t, dir, "1.0.0")
	moved := newPeer(t)
	if err := once(t, moved.config(t, dir)); err != nil {
		t.Error(err)
	}
	if moved.notNew != 0 || len(moved.reports) != 1 || len(moved.ranges) != 0 {
		t.Errorf("the new server answered %d times with nothing new, heard %+v, and was asked for %d packages", moved.notNew, moved.reports, len(moved.ranges))
	}
}

// A report that the server does not take is not sent again and again.
func TestRefusedReport(t *testing.T) {
	t.Parallel()
	p, dir := newPeer(t), folder(t)
	p.refuseReports = http.StatusConflict
	for range 3 {
		if err := once(t, p.config(t, dir)); err != nil {
			t.Error(err)
		}
	}
	if p.refusals != 1 {
		t.Errorf("sent %d times", p.refusals)
	}
	p.refuseReports = http.StatusBadGateway
	p.want("2.0.0")
	if err := once(t, p.config(t, dir)); err == nil {
		t.Error("a report that is not heard is forgotten")
	}
	p.refuseReports = 0
	if err := once(t, p.config(t, dir)); err != nil {
		t.Error(err)
	}
	later := p.config(t, dir)
	later.Clock = func() time.Time { return time.Now().Add(reportAgain) }
	if err := once(t, later); err != nil {
		t.Error(err)
	}
	if len(p.reports) != 2 {
		t.Errorf("taken %d reports, want that of 2.0.0, and again a day later", len(p.reports))
	}
}

// What others do to the agent's folder is mended, as long as it can be; else it is told.
func TestFolderIsMended(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]func(dir, running, previous string) error{
		"no current":         func(dir, _, _ string) error { return os.Remove(filepath.Join(dir, currentLink)) },
		"current elsewhere":  func(dir, _, previous string) error { return newAgentDisk().point(dir, filepath.Base(previous)) },
		"what runs is gone":  func(_, running, _ string) error { return os.RemoveAll(running) },
		"its notes are gone": func(_, running, _ string) error { return os.Remove(filepath.Join(running, manifestFile)) },
		"previous is altered": func(_, _, previous string) error {
			return os.WriteFile(filepath.Join(previous, "guide", "guide.txt"), nil, 0o600)
		},
		"previous is halved": func(_, _, previous string) error {
			return os.Remove(filepath.Join(previous, "acme_tool", "tool", "run.sh"))
		},
		"previous is gone": func(_, _, previous string) error { return os.RemoveAll(previous) },
		"state is broken": func(dir, _, _ string) error {
			return os.WriteFile(filepath.Join(dir, stateFile), []byte(`{"format":1,`), 0o600)
		},
		"state is lost": func(dir, _, _ string) error { return os.Remove(filepath.Join(dir, stateFile)) },
		"state climbs out": func(dir, _, _ string) error {
			return os.WriteFile(filepath.Join(dir, stateFile), []byte(`{"format":1,"installed":{"id":"../../../etc","version":"1"}}`), 0o600)
		},
		"state asks for a path": func(dir, _, _ string) error {
			return os.WriteFile(filepath.Join(dir, stateFile), []byte(`{"format":1,"desired":{"release":{"id":"019a9f4e-0000-7000-8000-000000000002"},"contents":[{"sha256":"../x"}]}}`), 0o600)
		},
		"strangers' leftovers": func(dir, _, _ string) error {
			return os.MkdirAll(filepath.Join(dir, releasesDir, "x.partial", "y"), 0o700)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, dir := newPeer(t), folder(t)
			p.bring(t, dir, "2.0.0 after 1.0.0")
			if err := harm(dir, filepath.Join(dir, releasesDir, p.id("2.0.0")), filepath.Join(dir, releasesDir, p.id("1.0.0"))); err != nil {
				t.Fatal(err)
			}
			for _, version := range []string{"2.0.0", "1.0.0", "2.0.0"} {
				p.want(version)
				if err := once(t, p.config(t, dir)); err != nil {
					t.Error(err)
				}
				p.runs(t, dir, version)
			}
			if left := leftovers(t, dir); len(left) > 0 {
				t.Errorf("left behind: %q", left)
			}
		})
	}
}

func newAgentDisk() disk { return disk{} }

// An agent does not begin where it would do harm, and says what to do.
func TestAgentDoesNotBegin(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(cfg *Config) error
		says   string
	}{
		"another attachment's folder": {func(cfg *Config) error {
			cfg.Attachment = "019a9f4e-7c10-7d3a-8b52-0d6a1c9e4f22"
			return nil
		}, "a folder of its own"},
		"current is a folder": {func(cfg *Config) error {
			cfg.Dir += "-other"
			return os.MkdirAll(filepath.Join(cfg.Dir, currentLink), 0o700)
		}, "move it away"},
		"a file in its place": {func(cfg *Config) error {
			cfg.Dir += "-file"
			return os.WriteFile(cfg.Dir, nil, 0o600)
		}, "--dir"},
		"a newer one's state": {func(cfg *Config) error {
			cfg.Dir += "-newer"
			return errors.Join(os.MkdirAll(cfg.Dir, 0o700), os.WriteFile(filepath.Join(cfg.Dir, stateFile), []byte(`{"format":99}`), 0o600))
		}, "newer packtide"},
		"no id":      {func(cfg *Config) error { cfg.Attachment = "x/../y"; return nil }, "attachment id"},
		"no folder":  {func(cfg *Config) error { cfg.Dir = ""; return nil }, "--dir"},
		"no server":  {func(cfg *Config) error { cfg.Server = "packs.example.com"; return nil }, "--server"},
		"secret URL": {func(cfg *Config) error { cfg.Server = "https://user:secret@packs.example.com"; return nil }, "--server"},
		"in clear":   {func(cfg *Config) error { cfg.Server = "http://packs.example.com"; return nil }, "--plain-http"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPeer(t)
			dir := filepath.Join(folder(t), "agent")
			p.bring(t, dir, "1.0.0")
			cfg := p.config(t, dir)
			if err := test.change(&cfg); err != nil {
				t.Fatal(err)
			}
			a, err := New(cfg)
			if err == nil {
				err = a.Once(t.Context())
			}
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v, want %q", err, test.says)
			}
			p.runs(t, dir, "1.0.0")
		})
	}
}

// The status tells what runs and what was said, beside a working agent too.
func TestReadStatus(t *testing.T) {
	t.Parallel()
	p, dir := newPeer(t), folder(t)
	if _, err := ReadStatus(dir, false); err == nil || AskRetry(dir) == nil {
		t.Error("an agent that never worked has a status")
	}
	p.bring(t, dir, "2.0.0 after 1.0.0")
	s, err := ReadStatus(dir, true)
	if err != nil || s.Runs.Version != "2.0.0" || s.Previous.Version != "1.0.0" || s.Runs.Pack != "Desk" || s.Whole != "yes" || !s.AsDesired() || s.Working ||
		s.Answered.IsZero() || s.Reported.Status != statusInstalled || s.Reported.ReleaseID != p.id("2.0.0") || s.Attachment != testAttachment || s.Server != p.URL {
		t.Errorf("%v: %+v", err, s)
	}
	if err := os.WriteFile(filepath.Join(s.Folder, "guide", "guide.txt"), []byte("altered"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := ReadStatus(dir, true); err != nil || s.AsDesired() || !strings.Contains(s.Whole, "guide/guide.txt has changed") {
		t.Errorf("%v: %+v", err, s)
	}
	p.releases["3.0.0"].doc.Contents[0].ArtifactURL = "/nowhere"
	p.want("3.0.0")
	if err := once(t, p.config(t, dir)); err == nil {
		t.Error("the round ends well")
	}
	s, err = ReadStatus(dir, false)
	if err != nil || s.AsDesired() || s.Failed == nil || s.Failed.Release.Version != "3.0.0" || s.Reported.Status != statusFailed || s.Runs.Version != "2.0.0" {
		t.Errorf("%v: %+v", err, s)
	}
}
