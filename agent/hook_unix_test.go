//go:build unix

package agent

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// shellHook is a hook of one line, with the limit that its test wants.
func shellHook(line string, limit time.Duration) Hook {
	return Hook{Command: ShellHook(line), Limit: limit, Environ: []string{"PATH=" + os.Getenv("PATH")}}
}

// However a hook fails, the release before runs again, its hook too, and the server learns what was printed.
func TestHookFails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		line  string
		limit time.Duration
		says  string
	}{
		"exit":        {"echo to standard output; echo and to error >&2; exit 3", time.Minute, "exit status 3). It printed:\nto standard output\nand to error"},
		"killed":      {"echo soon; kill -9 $$", time.Minute, "killed"},
		"hangs":       {"echo waiting; sleep 600", 3 * time.Second, "did not end within 3s and was ended. It printed:\nwaiting"},
		"silent":      {"exit 1", time.Minute, "it printed nothing"},
		"floods":      {"yes | head -c 200000; exit 1", time.Minute, "…y"},
		"leaves one":  {"sleep 30 & echo left behind; exit 3", time.Minute, "exit status 3). It printed:\nleft behind"},
		"unprintable": {`printf 'a\033[31mred\000'; exit 1`, time.Minute, "a [31mred"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, dir := newPeer(t), folder(t)
			p.bring(t, dir, "1.0.0")
			cfg := p.config(t, dir)
			cfg.Hook = shellHook(`echo "$PACKTIDE_VERSION$PACKTIDE_GOING_BACK" >> "`+dir+`/ran"; test "$PACKTIDE_VERSION" = 1.0.0 && exit; `+test.line, test.limit)
			p.want("2.0.0")
			if err := once(t, cfg); err == nil || !strings.Contains(err.Error(), "2.0.0 is not installed") {
				t.Errorf("the round ends with %v", err)
			}
			p.runs(t, dir, "1.0.0")
			report := p.lastReport()
			if report.ReleaseID != p.id("2.0.0") || report.Status != statusFailed || !strings.Contains(report.Detail, test.says) ||
				!strings.HasSuffix(report.Detail, "Went back to Desk 1.0.0. Its hook was run again.") || len(report.Detail) > 8<<10 {
				t.Errorf("reported %+v, want %q in it", report, test.says)
			}
			ran, err := os.ReadFile(filepath.Join(dir, "ran"))
			if err != nil || string(ran) != "2.0.0\n1.0.01\n" {
				t.Errorf("%v: the hook ran for %q", err, ran)
			}
		})
	}
}

// A release that has failed is tried again after an hour, when somebody asks for it, and not before; another one at once.
func TestFailedWaits(t *testing.T) {
	t.Parallel()
	p, dir := newPeer(t), folder(t)
	p.bring(t, dir, "1.0.0")
	now := time.Now()
	cfg := p.config(t, dir)
	cfg.Clock = func() time.Time { return now }
	cfg.Hook = shellHook(`echo "$PACKTIDE_VERSION" >> "`+dir+`/ran"; test "$PACKTIDE_VERSION" != 2.0.0`, time.Minute)
	tried := func(version string, times int) {
		t.Helper()
		ran, err := os.ReadFile(filepath.Join(dir, "ran"))
		if got := strings.Count(string(ran), version); err != nil || got != times {
			t.Errorf("%v: the hook ran %d times for %s, want %d", err, got, version, times)
		}
	}
	p.want("2.0.0")
	for range 3 {
		if err := once(t, cfg); err == nil {
			t.Error("the round ends well")
		}
	}
	tried("2.0.0", 1)
	if len(p.reports) != 1 {
		t.Errorf("reported %d times", len(p.reports))
	}
	now = now.Add(hookWait)
	if err := once(t, cfg); err == nil {
		t.Error("the round ends well")
	}
	tried("2.0.0", 2)
	if err := AskRetry(dir); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := once(t, cfg); err == nil {
			t.Error("the round ends well")
		}
	}
	tried("2.0.0", 3)
	p.want("3.0.0")
	if err := once(t, cfg); err != nil {
		t.Error(err)
	}
	tried("3.0.0", 1)
	p.runs(t, dir, "3.0.0")
	p.want("2.0.0")
	if err := once(t, cfg); err == nil {
		t.Error("the round ends well")
	}
	p.want("3.0.0") // withdrawn
	if err := once(t, cfg); err != nil {
		t.Error(err)
	}
	if got, want := p.lastReport(), (observed{ReleaseID: p.id("3.0.0"), Status: statusInstalled}); got != want {
		t.Errorf("reported %+v, want %+v", got, want)
	}
}

// The hook learns what it runs for, works in the release's folder, and is not given the agent's token.
func TestHookEnvironment(t *testing.T) {
	t.Setenv("PACKTIDE_TOKEN", testToken)
	p, dir := newPeer(t), folder(t)
	p.bring(t, dir, "1.0.0")
	cfg := p.config(t, dir)
	cfg.Hook = shellHook(`pwd -P > "`+dir+`/env"; env >> "`+dir+`/env"; cat acme_tool/tool/run.sh >> "`+dir+`/env"`, time.Minute)
	cfg.Hook.Environ = Environ()
	p.want("2.0.0")
	if err := once(t, cfg); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "env"))
	if err != nil {
		t.Fatal(err)
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	for _, want := range []string{
		filepath.Join(real, "releases", p.id("2.0.0")), "PACKTIDE_RELEASE=" + p.id("2.0.0"), "PACKTIDE_VERSION=2.0.0",
		"PACKTIDE_DIR=" + filepath.Join(dir, "releases", p.id("2.0.0")), "PACKTIDE_PREVIOUS=" + filepath.Join(dir, "releases", p.id("1.0.0")), "echo 2.0.0",
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("no line %q in\n%s", want, text)
		}
	}
	if strings.Contains(string(text), testToken) {
		t.Errorf("the hook sees the token:\n%s", text)
	}
}

// A hook that leaves something running has ended well.
func TestHookLeavesSomethingRunning(t *testing.T) {
	t.Parallel()
	p, dir := newPeer(t), folder(t)
	cfg := p.config(t, dir)
	cfg.Hook = shellHook(`sleep 7 & echo started`, time.Minute)
	if err := once(t, cfg); err != nil {
		t.Error(err)
	}
	p.runs(t, dir, "1.0.0")
}

// An agent that is told to stop while the hook runs ends the hook, and finishes at its next start.
func TestStoppedDuringHook(t *testing.T) {
	t.Parallel()
	p, dir := newPeer(t), folder(t)
	p.bring(t, dir, "1.0.0")
	cfg := p.config(t, dir)
	cfg.Hook = shellHook(`touch "`+dir+`/begun"; test -e "`+dir+`/go" || sleep 600`, time.Minute)
	p.want("2.0.0")
	for range maxInterrupted + 1 { // more often than a hook may be cut off by crashes
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		a := newAgent(t, cfg)
		go func() { ended <- a.Run(ctx) }()
		waitFor(t, "the hook begins", func() bool { return os.Remove(filepath.Join(dir, "begun")) == nil })
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		p.runs(t, dir, "2.0.0") // whole, its hook not done
		if len(p.reports) > 0 {
			t.Errorf("reported %+v", p.reports)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := once(t, cfg); err != nil {
		t.Error(err)
	}
	if got, want := p.lastReport(), (observed{ReleaseID: p.id("2.0.0"), Status: statusInstalled}); got != want {
		t.Errorf("reported %+v, want %+v", got, want)
	}
}

// Whoever stops the machine tells the hook too, and perhaps first: that is no failure of the release.
func TestHookHearsItFirst(t *testing.T) {
	t.Parallel()
	for name, ends := range map[string]string{"ended by the signal": "kill -TERM $$", "its command was": "exit 143", "interrupted": "kill -INT $$"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, dir := newPeer(t), folder(t)
			p.bring(t, dir, "1.0.0")
			cfg := p.config(t, dir)
			cfg.Hook = shellHook(`test -e "`+dir+`/go" && exit; touch "`+dir+`/begun"; `+ends, time.Minute)
			cfg.Hook.grace = time.Minute
			p.want("2.0.0")
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			ended := make(chan error, 1)
			a := newAgent(t, cfg)
			go func() { ended <- a.Run(ctx) }()
			waitFor(t, "the hook begins", func() bool { _, err := os.Stat(filepath.Join(dir, "begun")); return err == nil })
			stop()
			if err := <-ended; err != nil || len(p.reports) > 0 {
				t.Errorf("ended with %v, reported %+v", err, p.reports)
			}
			if err := os.WriteFile(filepath.Join(dir, "go"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := once(t, cfg); err != nil {
				t.Error(err)
			}
			p.runs(t, dir, "2.0.0")
		})
	}
	p, dir := newPeer(t), folder(t)
	cfg := p.config(t, dir)
	cfg.Hook = shellHook("exit 143", time.Minute)
	cfg.Hook.grace = time.Millisecond // nobody stops the agent: the hook has failed
	if err := once(t, cfg); err == nil || !strings.Contains(err.Error(), "exit status 143") {
		t.Errorf("the round ends with %v", err)
	}
}

// A hook that takes the agent down with it each time counts as failed after some starts.
func TestHookTakesTheAgentDown(t *testing.T) {
	t.Parallel()
	p, dir := newPeer(t), folder(t)
	p.bring(t, dir, "1.0.0")
	p.want("2.0.0")
	downed := 0
	for range 2 * maxInterrupted {
		if killed, _ := p.runChild(t, dir, hookThat(dir, ""), "hook done "+p.id("2.0.0")); !killed {
			break
		}
		downed++
	}
	if downed != maxInterrupted {
		t.Errorf("begun %d times, want %d", downed, maxInterrupted)
	}
	p.runs(t, dir, "1.0.0")
	if r := p.lastReport(); r.Status != statusFailed || !strings.Contains(r.Detail, "never came to an end") {
		t.Errorf("reported %+v", r)
	}
}

// A program that is not there fails as a hook does.
func TestHookIsNotThere(t *testing.T) {
	t.Parallel()
	p, dir := newPeer(t), folder(t)
	cfg := p.config(t, dir)
	cfg.Hook = Hook{Command: []string{filepath.Join(dir, "no-such-program")}}
	if err := once(t, cfg); err == nil {
		t.Error("the round ends well")
	}
	p.runs(t, dir, "")
	if r := p.lastReport(); !strings.Contains(r.Detail, "could not be started") || !strings.Contains(r.Detail, "nothing runs") {
		t.Errorf("reported %+v", r)
	}
}

// What a hook has started is ended with it, also where it does not listen.
func TestHungHookIsEndedWithItsChildren(t *testing.T) {
	t.Parallel()
	p, dir := newPeer(t), folder(t)
	life := filepath.Join(dir, "life") // held open by the hook's child for as long as it lives
	if err := syscall.Mkfifo(life, 0o600); err != nil {
		t.Fatal(err)
	}
	watch, err := os.OpenFile(life, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer watch.Close()
	cfg := p.config(t, dir)
	cfg.Hook = shellHook(`(trap "" TERM; echo alive; sleep 600) > "`+life+`" & wait`, 3*time.Second)
	if err := once(t, cfg); err == nil {
		t.Error("the round ends well")
	}
	if err := watch.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if said, err := io.ReadAll(watch); err != nil || string(said) != "alive\n" {
		t.Errorf("the hook's child lives on: %q, %v", said, err)
	}
}
