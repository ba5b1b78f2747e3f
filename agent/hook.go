package agent

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Hook is the account's own command, run after each switch, also after one back. It must be able to run twice for one
// release: an interrupted agent runs it again.
type Hook struct {
	Command []string // a program and its arguments; none: no hook
	Limit   time.Duration
	Environ []string // what it gets besides the PACKTIDE_ names; the agent's token should not be among it

	grace time.Duration // how long the word to stop may take to reach the agent after the hook; 0 is stopGrace
}

// ShellHook is the command that gives a line to the system's shell.
func ShellHook(line string) []string { return shell(line) }

// DefaultHookLimit is how long a hook may take unless its Limit says otherwise.
const DefaultHookLimit = 10 * time.Minute

// hookCall is one run of the hook.
type hookCall struct {
	release   releaseRef
	dir       string // the release's folder
	previous  string // the folder of what ran before; empty at the first install
	goingBack bool
}

const (
	maxHookOutput = 4 << 10         // its end is what tells
	maxDetail     = 5 << 10         // of a report; the server takes 8 KiB, what going back adds included
	hookGrace     = 5 * time.Second // between asking a hook to end and ending it
	stopGrace     = 2 * time.Second // between a hook that was told to end and the agent's own word to stop
)

// hookError is a hook that failed; output is the end of what it printed.
type hookError struct {
	reason string
	output string
}

// Error tells how it ended, then what it printed.
func (h *hookError) Error() string {
	if h.output == "" {
		return "The hook " + h.reason + "; it printed nothing."
	}
	return "The hook " + h.reason + ". It printed:\n" + h.output
}

// run runs the hook to its end. The error is a *hookError, or that of ctx if the agent was told to stop meanwhile.
func (h Hook) run(ctx context.Context, call hookCall) error {
	if len(h.Command) == 0 {
		return nil
	}
	limit := h.Limit
	if limit <= 0 {
		limit = DefaultHookLimit
	}
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := exec.CommandContext(limited, h.Command[0], h.Command[1:]...) //nolint:gosec // the operator's own command
	output := &tail{most: maxHookOutput}
	cmd.Dir, cmd.Stdout, cmd.Stderr = call.dir, output, output
	cmd.Env = append(append([]string{}, h.Environ...), call.environ()...)
	ownGroup(cmd)
	cmd.Cancel = func() error { return endGroup(cmd, false) }
	cmd.WaitDelay = hookGrace // then it is killed, and its output is waited for no longer
	err := cmd.Run()
	if limited.Err() != nil && cmd.Process != nil {
		_ = endGroup(cmd, true) // what it has started may not have listened
	}
	if err != nil && limited.Err() == nil && toldToEnd(cmd.ProcessState) {
		// Whoever stops the machine tells all of its processes at once: the hook may have heard it first.
		sleep(ctx, cmp.Or(h.grace, stopGrace))
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err() //nolint:wrapcheck // the caller asks for it by name
	case limited.Err() != nil:
		return &hookError{reason: fmt.Sprintf("did not end within %s and was ended", limit), output: output.String()}
	case errors.Is(err, exec.ErrWaitDelay):
		return nil // it has ended well, and left something running that holds its output
	}
	if ended, ok := errors.AsType[*exec.ExitError](err); ok {
		return &hookError{reason: "failed (" + ended.String() + ")", output: output.String()}
	}
	return &hookError{reason: "could not be started: " + clean(err.Error())}
}

// environ tells the hook what it is run for.
func (c hookCall) environ() []string {
	back := ""
	if c.goingBack {
		back = "1"
	}
	return []string{
		"PACKTIDE_RELEASE=" + c.release.ID,
		"PACKTIDE_VERSION=" + clean(c.release.Version),
		"PACKTIDE_DIR=" + c.dir,
		"PACKTIDE_PREVIOUS=" + c.previous,
		"PACKTIDE_GOING_BACK=" + back,
	}
}

// tail keeps the end of what is written to it.
type tail struct {
	most int
	kept bytes.Buffer
	cut  bool
}

// Write never fails, and never keeps more than twice what is wanted.
func (t *tail) Write(p []byte) (int, error) {
	n := len(p)
	if len(p) > t.most {
		p, t.cut = p[len(p)-t.most:], true
	}
	t.kept.Write(p)
	if over := t.kept.Len() - t.most; over > 0 {
		t.kept.Next(over)
		t.cut = true
	}
	return n, nil
}

// String is clean text.
func (t *tail) String() string {
	text := strings.TrimSpace(clean(t.kept.String()))
	if t.cut {
		return "…" + text
	}
	return text
}

// Environ is the process's environment for a hook: without the agent's token.
func Environ() []string {
	var kept []string
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if !strings.EqualFold(name, "PACKTIDE_TOKEN") {
			kept = append(kept, pair)
		}
	}
	return kept
}
