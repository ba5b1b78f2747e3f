package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"packtide/client"
)

// clientCommands are what people and programs do on a server, as the person of a token. Each asks the JSON API.
type clientCommands struct {
	Login  loginCmd  `cmd:"" group:"sign" help:"Keep a server's address and a token, so that the other commands find them."`
	Logout logoutCmd `cmd:"" group:"sign" help:"Forget what login kept."`
	Whoami whoamiCmd `cmd:"" group:"sign" help:"Tell who you are for the server, and what you may do."`

	Packages packagesCmd `cmd:"" group:"publish" help:"Packages: upload versions, see what there is."`
	Pack     packCmd     `cmd:"" group:"publish" help:"Packs: bundles of packages, one instance for all who installed it."`
	Release  releaseCmd  `cmd:"" group:"publish" help:"Releases of packs: at once, on a date, and back."`
	Group    groupCmd    `cmd:"" group:"publish" help:"Account groups: which accounts may install which packs."`
	Apply    applyCmd    `cmd:"" group:"publish" help:"Bring packs and groups to what a file says: prints a plan, asks, does it."`

	installCommands
	watchCommands

	Token      tokenCmd      `cmd:"" group:"sign" help:"Your own tokens, by which programs act as you."`
	Completion completionCmd `cmd:"" help:"Print the script by which bash, zsh or fish complete packtide's commands."`
}

// clientGroups are the headings of these commands in the help.
func clientGroups() []kong.Group {
	return []kong.Group{
		{Key: "sign", Title: "Signing in to a server:"},
		{Key: "publish", Title: "Publishing, on a server:"},
		{Key: "install", Title: "Installing, on a server:"},
		{Key: "watch", Title: "Looking around, on a server:"},
	}
}

// clientFlags say which server is asked, and how the answer is printed.
type clientFlags struct {
	Server    string `setting:"PACKTIDE_SERVER" placeholder:"URL" help:"Address of packtide; by default the one that login kept."`
	Profile   string `setting:"PACKTIDE_PROFILE" placeholder:"NAME" help:"Which of the kept servers and tokens; by default the only one, or \"default\"."`
	TokenFile string `name:"token-file" placeholder:"FILE" help:"File with the token; by default $PACKTIDE_TOKEN, or what login kept."`
	PlainHTTP bool   `name:"plain-http" help:"Send the token over http:// to other machines too, where everybody on the way can read it."`
}

// jsonFlag is for commands that print what the server answered.
type jsonFlag struct {
	JSON bool `name:"json" help:"Print the server's own JSON."`
}

// session is one command's talk with the server.
type session struct {
	*client.Client
	program
	profile string
	self    *client.Me     // who the token is, and
	zone    *time.Location // the zone of the account, once asked for
}

// with does some work on the server, and tells an error in a person's words, with the exit status of its kind.
func (f clientFlags) with(ctx context.Context, p program, do func(*session) error) error {
	s, err := f.open(p)
	if err == nil {
		err = do(s)
	}
	return f.told(ctx, err)
}

// open finds server and token. A token that was kept for one server is never sent to another.
func (f clientFlags) open(p program) (*session, error) {
	kept, name, err := keptProfile(p, f.Profile)
	if err != nil {
		return nil, err
	}
	server, token := f.Server, p.getenv("PACKTIDE_TOKEN")
	if f.TokenFile != "" {
		if token, err = tokenFrom(p, f.TokenFile); err != nil {
			return nil, err
		}
	}
	if server == "" {
		server = kept.Server
	}
	if server == "" {
		return nil, failure{errors.New("no server is known.\nSign in with packtide login SERVER, or set PACKTIDE_SERVER and PACKTIDE_TOKEN"), exitSignedOut}
	}
	if token == "" && kept.Server != "" && strings.TrimRight(server, "/") != kept.Server {
		return nil, failure{fmt.Errorf("the token of profile %s is for %s, and is not sent to %s.\nSign in there with packtide login %s --profile NAME, or set PACKTIDE_TOKEN", name, kept.Server, server, server), exitSignedOut}
	}
	if token == "" {
		token = kept.Token
	}
	if token == "" {
		return nil, failure{fmt.Errorf("no token for %s is known.\nSign in with packtide login %s, or set PACKTIDE_TOKEN", server, server), exitSignedOut}
	}
	return f.connect(p, server, token, name, client.DefaultAttempts)
}

func (f clientFlags) connect(p program, server, token, profile string, attempts int) (*session, error) {
	c, err := client.New(client.Config{
		Server: server, Token: token, Version: version(), AllowPlain: f.PlainHTTP, Clock: p.clock, Attempts: attempts,
	})
	switch {
	case errors.Is(err, client.ErrPlain):
		return nil, usageError{fmt.Errorf("%w.\nGive the https:// address, or --plain-http where you trust the network", err)}
	case err != nil:
		return nil, usageError{fmt.Errorf("%w: not %q", err, server)}
	}
	return &session{Client: c, program: p, profile: profile}, nil
}

// tokenFrom reads a token from a file, or - for standard input.
func tokenFrom(p program, path string) (string, error) {
	if path == "-" {
		return readToken(p.in)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", usageError{fmt.Errorf("read the token: %w", err)}
	}
	defer f.Close()
	return readToken(f)
}
