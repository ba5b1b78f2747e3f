//go:build unix

package agent

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// dieNow ends the process as a power cut does: nothing is tidied up.
func dieNow() {
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {} // until it arrives
}

// runChild runs one round in a process of its own; killed tells that it was ended on its way.
func (p *peer) runChild(t *testing.T, dir, hook, killAt string, more ...string) (killed bool, code int) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), childVar+"=1", "AGENT_SERVER="+p.URL, "AGENT_DIR="+dir, "AGENT_HOOK="+hook, "AGENT_KILL_AT="+killAt)
	cmd.Env = append(cmd.Env, more...)
	out, err := cmd.CombinedOutput()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		if status.Signal() != syscall.SIGKILL {
			t.Fatalf("ended by %v\n%s", status.Signal(), out)
		}
		return true, 0
	}
	if cmd.ProcessState.ExitCode() > 1 {
		t.Fatalf("status %d\n%s", cmd.ProcessState.ExitCode(), out)
	}
	return false, cmd.ProcessState.ExitCode()
}

// hookThat notes each run beside the agent's folder, and fails for one version.
func hookThat(dir, failsFor string) string {
	return `echo "$PACKTIDE_VERSION" >> "` + dir + `.hooks"; test "$PACKTIDE_VERSION" != "` + failsFor + `"`
}

// An agent killed at every step of an update ends with one whole release in place: at the moment of its death current is
// one whole release, and after the next start it is the one that it has to be, nothing half is left, and the server knows.
func TestKilledAtEveryStep(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name          string
		before, wants string
		failsFor      string // the version that the hook does not take
		ends          string
	}{
		{"first install", "", "1.0.0", "", "1.0.0"},
		{"update", "1.0.0", "2.0.0", "", "2.0.0"},
		{"back to the release before", "2.0.0 after 1.0.0", "1.0.0", "", "1.0.0"},
		{"hook fails", "1.0.0", "2.0.0", "2.0.0", "1.0.0"},
		{"hook fails at the first install", "", "2.0.0", "2.0.0", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newPeer(t)
			steps := 0
			for n := 1; ; n++ {
				dir := filepath.Join(folder(t), "agent")
				p.bring(t, dir, test.before)
				p.want(test.wants)
				killed, _ := p.runChild(t, dir, hookThat(dir, test.failsFor), strconv.Itoa(n))
				if version, why := p.running(dir); version == "broken" || version == "" && test.before != "" {
					t.Fatalf("killed at step %d: current is no whole release: %q, %v", n, version, why)
				}
				p.endsWell(t, dir, n, test.wants, test.failsFor, test.ends)
				if t.Failed() || !killed {
					break
				}
				steps = n
			}
			if steps < 20 {
				t.Errorf("killed at %d steps only", steps)
			}
			t.Logf("killed at each of %d steps", steps)
		})
	}
}

// endsWell starts the agent again, and fails unless it comes to where it has to be.
func (p *peer) endsWell(t *testing.T, dir string, n int, wants, failsFor, ends string) {
	t.Helper()
	cfg := p.config(t, dir)
	cfg.Hook = Hook{Command: ShellHook(hookThat(dir, failsFor)), Limit: time.Minute}
	err := once(t, cfg)
	if (err == nil) != (ends == wants) {
		t.Errorf("killed at step %d: the next start ends with %v", n, err)
	}
	if got, why := p.running(dir); got != ends {
		t.Errorf("killed at step %d: afterwards current is %q (%v), want %q", n, got, why, ends)
	}
	if left := leftovers(t, dir); len(left) > 0 {
		t.Errorf("killed at step %d: left behind: %q", n, left)
	}
	report := p.lastReport()
	want := observed{ReleaseID: p.id(wants), Status: statusInstalled}
	if ends != wants {
		want.Status, want.Detail = statusFailed, report.Detail
	}
	if report != want || (report.Detail == "") != (ends == wants) {
		t.Errorf("killed at step %d: reported %+v, want %+v", n, report, want)
	}
	hooks, err := os.ReadFile(dir + ".hooks")
	if lines := strings.Fields(string(hooks)); err != nil || lines[len(lines)-1] != ends && ends != "" {
		t.Errorf("killed at step %d: %v: the hook ran for %q, want %q at last", n, err, lines, ends)
	}
}
