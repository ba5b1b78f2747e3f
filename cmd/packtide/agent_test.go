package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The guide names every flag and setting of the agent, and the example of a service uses no other.
func TestAgentGuide(t *testing.T) {
	t.Parallel()
	help, _, err := call(t, nil, "agent", "run", "--help")
	if err != nil {
		t.Fatal(err)
	}
	guide, err := os.ReadFile(filepath.Join("..", "..", "docs", "agent.md"))
	if err != nil {
		t.Fatal(err)
	}
	unit, err := os.ReadFile(filepath.Join("..", "..", "docs", "examples", "packtide-agent.service"))
	if err != nil {
		t.Fatal(err)
	}
	_, own, found := strings.Cut(help, "PACKTIDE_LOG_FORMAT")
	if !found {
		t.Fatalf("no flags in\n%s", help)
	}
	flags := regexp.MustCompile(`--[a-z-]+`).FindAllString(own, -1)
	settings := regexp.MustCompile(`PACKTIDE_[A-Z_]+`).FindAllString(own, -1)
	if len(flags) < 9 || len(settings) < 8 {
		t.Fatalf("%q and %q in\n%s", flags, settings, help)
	}
	for _, name := range append(flags, settings...) {
		if !strings.Contains(string(guide), "`"+name+"`") {
			t.Errorf("docs/agent.md does not tell of %s", name)
		}
	}
	for _, line := range regexp.MustCompile(`(?m)^Environment=([A-Z_]+)=`).FindAllStringSubmatch(string(unit), -1) {
		if !slices.Contains(settings, line[1]) {
			t.Errorf("the example of a service sets %s, which the agent does not know", line[1])
		}
	}
}

// What can't be understood is told before anything is done.
func TestAgentIsToldWrong(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "agent")
	base := []string{"agent", "--once", "--server", "http://127.0.0.1:1", "--dir", dir}
	id := []string{"--attachment", "019a9f4e-7c10-7d3a-8b52-0d6a1c9e4f21"}
	for name, test := range map[string]struct {
		more []string
		code int
		says string
	}{
		"no attachment":       {[]string{"--token", "x"}, 2, "--attachment"},
		"no id":               {[]string{"--token", "x", "--attachment", "Desk"}, 2, "attachment's page"},
		"no token":            {id, 2, "--token-file"},
		"two tokens":          {append([]string{"--token", "x", "--token-file", "y"}, id...), 2, "not both"},
		"no token file":       {append([]string{"--token-file", dir + "/none"}, id...), 1, "no such file"},
		"bare argument":       {append([]string{"--token", "x", "--hook-arg", "y"}, id...), 2, "need a --hook"},
		"shell and arguments": {append([]string{"--token", "x", "--hook", "z", "--hook-shell", "--hook-arg", "y"}, id...), 2, "leave --hook-arg out"},
		"no time":             {append([]string{"--token", "x", "--hook", "z", "--hook-limit", "0s"}, id...), 2, "--hook-limit"},
		"no such hook":        {append([]string{"--token", "x", "--hook", "./no-such-hook"}, id...), 1, "the hook can't be run"},
		"in the clear":        {append([]string{"--token", "x", "--server", "http://192.0.2.7"}, id...), 2, "--plain-http"},
	} {
		_, _, err := call(t, nil, append(slices.Clone(base), test.more...)...)
		if err == nil || exitCode(err, io.Discard) != test.code || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v, want status %d and %q", name, err, test.code, test.says)
		}
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the agent's folder was made all the same")
	}
	for _, sub := range []string{"status", "retry"} {
		if _, _, err := call(t, nil, "agent", sub, "--dir", dir); err == nil || !strings.Contains(err.Error(), "no agent has worked in") {
			t.Errorf("%s: %v", sub, err)
		}
	}
	_, _, err := call(t, map[string]string{"PACKTIDE_SERVER": "http://127.0.0.1:1", "PACKTIDE_AGENT_DIR": dir, "PACKTIDE_ATTACHMENT": id[1], "PACKTIDE_TOKEN": "x"}, "agent", "--once")
	if err == nil || exitCode(err, io.Discard) != 1 || !strings.Contains(err.Error(), "ask what to run") {
		t.Errorf("a server that is away: %v", err)
	}
}
