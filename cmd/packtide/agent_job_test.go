package main

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"packtide/agent"
	"packtide/release"
)

// TestMainJobByAgent plays the main job as a customer's platform sees it: the agent installs, tries and goes back, moves at
// the publisher's midnight, goes back where its hook fails; the server is away meanwhile, and always knows what runs. R18, R27
func TestMainJobByAgent(t *testing.T) {
	t.Parallel()
	j := newAgentJob(t)
	stop := j.serve()
	first := j.releaseSheets(0, release.Immediate, "")
	j.install()
	j.begins(first)

	second := j.releaseSheets(1, release.Scheduled, release.DateOf(j.clock.Now(), j.clock.zone).AddDays(3).String())
	j.agrees(first, release.Ledger{Current: 1})
	j.must(j.site.service.OptIn(t.Context(), j.admin, j.installed.ID, second, ""))
	j.counts(release.Ledger{Behind: 1})
	stop()
	j.fails("answers 502")
	j.runs(first)
	stop = j.serve()
	j.agrees(second, release.Ledger{Trying: 1})

	j.must(j.site.service.GoBack(t.Context(), j.admin, j.installed.ID, ""))
	j.counts(release.Ledger{Behind: 1})
	j.agrees(first, release.Ledger{Current: 1})
	j.must(j.clock.Move(t.Context(), "before"))
	j.agrees(first, release.Ledger{Current: 1})
	j.must(j.clock.Move(t.Context(), "after"))
	j.counts(release.Ledger{Behind: 1})
	j.agrees(second, release.Ledger{Current: 1})

	j.hookFails(first, second)
	j.ends(stop)
}

// begins lets an agent that stays at work install the first release.
func (j *agentJob) begins(first release.ID) {
	j.t.Helper()
	j.counts(release.Ledger{Never: 1})
	c := launch(j.t, j.env, "agent")
	c.says(j.t, &c.err, `msg=installed release="Sheet Reports`)
	waitUntil(j.t, "the agent has reported", func() bool {
		o, err := j.site.reader.Observed(j.t.Context(), j.admin, j.installed.ID)
		return err == nil && o.Last != nil && o.Last.Status == release.Installed && o.Last.Release == first
	})
	if out, _, err := call(j.t, j.env, "agent", "status"); err != nil || !strings.Contains(out, "an agent works here") {
		j.t.Errorf("%v\n%s", err, out)
	}
	if _, _, err := call(j.t, j.env, "agent", "--once"); err == nil || !strings.Contains(err.Error(), "another agent") {
		j.t.Errorf("a second agent in the folder: %v", err)
	}
	c.stop(j.t)
	j.runs(first)
	j.counts(release.Ledger{Current: 1})
}

// once lets the agent ask once.
func (j *agentJob) once() error {
	j.t.Helper()
	_, _, err := call(j.t, j.env, "agent", "--once")
	return err
}

// agrees lets the agent ask once; then it runs the release, and the ledger says so.
func (j *agentJob) agrees(want release.ID, l release.Ledger) {
	j.t.Helper()
	j.must(j.once())
	j.runs(want)
	j.counts(l)
}

// fails lets the agent ask once; it must end with an error that says this.
func (j *agentJob) fails(says string) {
	j.t.Helper()
	if err := j.once(); err == nil || exitCode(err, io.Discard) != 1 || !strings.Contains(err.Error(), says) {
		j.t.Errorf("the agent ends with %v, want %q", err, says)
	}
}

// runs fails unless current is the release, whole, with the packages as they were uploaded.
func (j *agentJob) runs(want release.ID) {
	j.t.Helper()
	s, err := agent.ReadStatus(j.dir, true)
	if err != nil || s.Runs == nil || s.Runs.ID != want.String() || s.Whole != "yes" {
		j.t.Fatalf("%v: runs %+v (whole: %s), want %s", err, s.Runs, s.Whole, want)
	}
	current := filepath.Join(j.dir, "current")
	if at, err := filepath.EvalSymlinks(current); err != nil || filepath.Base(at) != want.String() {
		j.t.Errorf("%v: current is %s, want %s", err, at, want)
	}
	r, err := j.site.reader.Release(j.t.Context(), j.publisher, want)
	j.must(err)
	for _, c := range r.Contents {
		file, err := os.ReadFile(filepath.Join(j.dir, "artifacts", "sha256", hex.EncodeToString(c.SHA256[:])))
		if err != nil || sha256.Sum256(file) != c.SHA256 {
			j.t.Errorf("the file of %s is not as it was uploaded: %v", c.Name, err)
		}
		if entries, err := os.ReadDir(filepath.Join(current, c.Name)); err != nil || len(entries) == 0 {
			j.t.Errorf("%s lies nowhere in %s: %v", c.Name, current, err)
		}
	}
}

// counts fails unless the ledger of the pack says this of its one attachment.
func (j *agentJob) counts(want release.Ledger) {
	j.t.Helper()
	want.Attachments = 1
	got, err := j.site.reader.Ledger(j.t.Context(), j.publisher, release.LedgerOf{Pack: j.pack})
	if err != nil || got != want {
		j.t.Errorf("%v: the ledger counts %+v, want %+v", err, got, want)
	}
}

// hookFails lets the hook refuse a roll back to a release, and take it when it is asked again.
func (j *agentJob) hookFails(back, before release.ID) {
	j.t.Helper()
	j.must(os.Remove(j.hook))
	draft, err := j.site.service.PrepareFrom(j.t.Context(), j.publisher, j.pack, back) // a roll back (R22)
	j.must(err)
	j.decide(draft, release.Immediate, "")
	j.fails("The hook failed (exit status 1). It printed:\nchecking ")
	j.runs(before)
	j.counts(release.Ledger{Failed: 1})
	o, err := j.site.reader.Observed(j.t.Context(), j.publisher, j.installed.ID)
	if err != nil || o.Last.Release != draft.ID || !strings.Contains(o.Last.Detail, "checking ") || !strings.Contains(o.Last.Detail, "Went back to Sheet Reports") {
		j.t.Errorf("%v: the publisher reads %+v", err, o.Last)
	}
	if out, _, err := call(j.t, j.env, "agent", "status"); err == nil || !strings.Contains(out, "next try") {
		j.t.Errorf("%v\n%s", err, out)
	}
	j.must(os.WriteFile(j.hook, nil, 0o600))
	if out, _, err := call(j.t, j.env, "agent", "retry"); err != nil || !strings.Contains(out, "tries again") {
		j.t.Errorf("%v\n%s", err, out)
	}
	j.agrees(draft.ID, release.Ledger{Current: 1})
}

// ends takes the token away, puts a new one in place, and uninstalls; what runs goes on running.
func (j *agentJob) ends(stop func()) {
	j.t.Helper()
	before, err := agent.ReadStatus(j.dir, true)
	j.must(err)
	j.must(j.site.service.RevokeToken(j.t.Context(), j.admin, j.token.ID))
	j.fails("put a new agent token in place")
	j.newToken()
	j.must(j.once())
	j.must(j.site.service.Uninstall(j.t.Context(), j.admin, j.installed.ID))
	j.fails("not installed any more")
	stop()
	after, err := agent.ReadStatus(j.dir, true)
	if err != nil || after.Runs == nil || *after.Runs != *before.Runs || after.Whole != "yes" {
		j.t.Errorf("%v: afterwards runs %+v, before %+v", err, after.Runs, before.Runs)
	}
}

// waitUntil waits for something that another goroutine does.
func waitUntil(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}
