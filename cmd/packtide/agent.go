package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"packtide/agent"
)

// agentCmd is the program beside a managed account's platform; it needs no database.
type agentCmd struct {
	Run    agentRunCmd    `cmd:"" default:"withargs" help:"Keep a folder at the release that an attachment should run; without a subcommand too."`
	Status agentStatusCmd `cmd:"" help:"Tell what runs in an agent's folder, and what the server was last told."`
	Retry  agentRetryCmd  `cmd:"" help:"Let the agent try again at once what has failed."`
}

// agentDir is the folder by which an agent is known on its machine.
type agentDir struct {
	Dir string `required:"" setting:"PACKTIDE_AGENT_DIR" placeholder:"DIR" help:"The agent's folder; DIR/current is what runs."`
}

// agentRunCmd works until it is told to stop.
type agentRunCmd struct {
	agentDir

	Server     string        `required:"" setting:"PACKTIDE_SERVER" placeholder:"URL" help:"packtide's address, like https://packs.example.com."`
	Attachment string        `required:"" setting:"PACKTIDE_ATTACHMENT" placeholder:"ID" help:"The attachment that runs here; its page shows the id."`
	Token      string        `setting:"PACKTIDE_TOKEN" placeholder:"TOKEN" help:"An agent token of the account. Others on this machine can read a command line: better give a file."`
	TokenFile  string        `setting:"PACKTIDE_TOKEN_FILE" placeholder:"FILE" help:"A file with the token; read anew at every call, so that it can be replaced while the agent runs."`
	Hook       string        `setting:"PACKTIDE_HOOK" placeholder:"PROGRAM" help:"Run after each switch, with the release's folder as its working folder; when it fails, the agent goes back."`
	HookArg    []string      `sep:"none" placeholder:"ARG" help:"An argument of the hook; give the flag once for each."`
	HookShell  bool          `setting:"PACKTIDE_HOOK_SHELL" help:"Give the hook to the system's shell as one line."`
	HookLimit  time.Duration `setting:"PACKTIDE_HOOK_LIMIT" default:"10m" placeholder:"TIME" help:"How long the hook may take before it counts as failed."`
	PlainHTTP  bool          `name:"plain-http" setting:"PACKTIDE_PLAIN_HTTP" help:"Send the token over http:// to another machine too, where everybody on the way can read it."`
	Once       bool          `help:"Ask once, do what is to be done, and end: with status 1 if the attachment does not run what it should."`
}

// Run starts the agent.
func (c *agentRunCmd) Run(ctx context.Context, p program) error {
	token, err := c.token()
	if err != nil {
		return err
	}
	hook, err := c.hook()
	if err != nil {
		return err
	}
	a, err := agent.New(agent.Config{
		Server: c.Server, Token: token, Dir: c.Dir, Attachment: c.Attachment, Hook: hook, PlainHTTP: c.PlainHTTP,
		Version: version(), Clock: p.clock, Log: p.logger(slog.LevelInfo),
	})
	if err != nil {
		return usageError{err}
	}
	if c.Once {
		return a.Once(ctx)
	}
	return a.Run(ctx)
}

func (c *agentRunCmd) token() (func() (string, error), error) {
	switch {
	case (c.Token == "") == (c.TokenFile == ""):
		return nil, usageError{errors.New("give the agent its token: --token-file, or --token, not both; the environment counts too")}
	case c.Token != "":
		return func() (string, error) { return strings.TrimSpace(c.Token), nil }, nil
	}
	read := func() (string, error) {
		text, err := os.ReadFile(c.TokenFile)
		if err == nil && strings.TrimSpace(string(text)) == "" {
			err = fmt.Errorf("%s is empty", c.TokenFile)
		}
		return strings.TrimSpace(string(text)), err
	}
	_, err := read() // a wrong name is better told at the start
	return read, err
}

func (c *agentRunCmd) hook() (agent.Hook, error) {
	h := agent.Hook{Limit: c.HookLimit, Environ: agent.Environ()}
	switch {
	case c.HookLimit <= 0:
		return h, usageError{errors.New("--hook-limit must be longer than nothing, like 10m")}
	case c.Hook == "" && (c.HookShell || len(c.HookArg) > 0):
		return h, usageError{errors.New("--hook-arg and --hook-shell need a --hook")}
	case c.HookShell && len(c.HookArg) > 0:
		return h, usageError{errors.New("with --hook-shell the arguments are part of the line: leave --hook-arg out")}
	case c.HookShell:
		h.Command = agent.ShellHook(c.Hook)
	case c.Hook != "":
		// It runs in a folder of the publisher's files: "./hook" must not mean one of those.
		program, err := exec.LookPath(c.Hook)
		if err == nil {
			program, err = filepath.Abs(program)
		}
		if err != nil {
			return h, fmt.Errorf("the hook can't be run: %w", err)
		}
		h.Command = append([]string{program}, c.HookArg...)
	}
	return h, nil
}

// agentStatusCmd reads the folder alone: it works beside a running agent, and without a server.
type agentStatusCmd struct {
	agentDir

	Verify bool `help:"Compare every file of what runs with its checksum."`
	JSON   bool `name:"json" help:"Print one JSON object."`
}

// Run fails if the attachment does not run what the server wanted when it was last asked.
func (c *agentStatusCmd) Run(p program) error {
	s, err := agent.ReadStatus(c.Dir, c.Verify)
	if err != nil {
		return err
	}
	if c.JSON {
		encoder := json.NewEncoder(p.out)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(s)
	} else {
		c.print(p, s)
	}
	if err == nil && !s.AsDesired() {
		return errors.New("the attachment does not run what it should")
	}
	return err
}

func (c *agentStatusCmd) print(p program, s agent.Status) {
	line := func(what, text string) {
		if text != "" {
			fmt.Fprintf(p.out, "%-11s %s\n", what, printable(text))
		}
	}
	since := func(at time.Time) string { return at.Local().Format("2006-01-02 15:04:05 MST") }
	working := "no agent works here now"
	if s.Working {
		working = "an agent works here"
	}
	line("folder", s.Dir+" ("+working+")")
	line("attachment", s.Attachment+" at "+s.Server)
	runs := "nothing"
	if s.Runs != nil {
		runs = s.Runs.Pack + " " + s.Runs.Version + " since " + since(s.Runs.Since)
	}
	line("runs", runs)
	if s.Whole != "" {
		line("files", map[bool]string{true: "all as they were installed", false: s.Whole}[s.Whole == "yes"])
	}
	if s.Desired != nil {
		line("should run", s.Desired.Pack+" "+s.Desired.Version+", as the server said "+since(s.Answered))
	}
	if s.Previous != nil {
		line("before", s.Previous.Pack+" "+s.Previous.Version+", kept")
	}
	line("switching", s.Switching)
	if f := s.Failed; f != nil {
		line("failed", fmt.Sprintf("%s %s at %s; next try %s", f.Release.Pack, f.Release.Version, since(f.At), since(f.RetryAt)))
		line("", strings.ReplaceAll(f.Detail, "\n", "\n"+strings.Repeat(" ", 12)))
	}
	line("reported", reportText(s.Reported, since))
}

func reportText(r *agent.StatusReport, since func(time.Time) string) string {
	if r == nil {
		return "nothing yet"
	}
	text := r.Status + " at " + since(r.At)
	if r.Refused != "" {
		text += "; refused: " + r.Refused
	}
	return text
}

// agentRetryCmd leaves word in the folder.
type agentRetryCmd struct{ agentDir }

// Run tells what will happen.
func (c *agentRetryCmd) Run(p program) error {
	if err := agent.AskRetry(c.Dir); err != nil {
		return err
	}
	fmt.Fprintln(p.out, "The agent tries again when it next asks the server; one that does not run, at its next start.")
	return nil
}
