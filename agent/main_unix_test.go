//go:build unix

package agent

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The test's program is also the agent that the tests kill: with this in its environment it does one round and is ended at
// a step, by its number, or by how it begins.
const childVar = "PACKTIDE_TEST_AGENT"

func TestMain(m *testing.M) {
	if os.Getenv(childVar) == "" {
		os.Exit(m.Run())
	}
	os.Exit(child(os.Getenv))
}

func child(getenv func(string) string) int {
	cfg := Config{
		Server: getenv("AGENT_SERVER"), Token: func() (string, error) { return testToken, nil }, Dir: getenv("AGENT_DIR"),
		Attachment: testAttachment, Clock: time.Now, Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	}
	if line := getenv("AGENT_HOOK"); line != "" {
		cfg.Hook = Hook{Command: ShellHook(line), Limit: time.Minute}
	}
	a, err := New(cfg)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 3
	}
	prepareChild(getenv)
	steps := 0
	number, err := strconv.Atoi(getenv("AGENT_KILL_AT"))
	byName := err != nil
	a.disk.step = func(what string) {
		steps++
		if steps == number || byName && strings.HasPrefix(what, getenv("AGENT_KILL_AT")) {
			dieNow()
		}
	}
	if err := a.Once(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
