package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"

	"packtide/client"
)

// loginCmd keeps a server and a token.
type loginCmd struct {
	clientFlags

	Address string `arg:"" optional:"" name:"server" help:"Address of packtide, like https://packs.example.com; the one kept before by default."`
}

// Run asks for the token, lets the server say whose it is, and keeps both.
func (c *loginCmd) Run(ctx context.Context, p program) error {
	name := c.Profile
	if name == "" {
		name = defaultProfile
	}
	path, err := configPath(p)
	if err != nil {
		return err
	}
	kept, err := readConfig(path)
	if err != nil {
		return err
	}
	server := strings.TrimRight(firstOf(c.Address, c.Server, kept.Profiles[name].Server), "/")
	if server == "" {
		return usageError{errors.New("give the server's address, like: packtide login https://packs.example.com")}
	}
	if _, err := c.connect(p, server, "", name, 1); err != nil { // before anybody is asked for a token
		return err
	}
	token, err := c.token(ctx, p, server)
	if err != nil {
		return err
	}
	s, err := c.connect(p, server, token, name, 1) // a person waits, who may have mistyped the address
	if err != nil {
		return err
	}
	me, err := s.Me(ctx)
	if err != nil {
		return c.told(ctx, err)
	}
	kept.Profiles[name] = keptServer{Server: server, Token: token, Person: me.Person.Name, Account: accountName(me)}
	if err := writeConfig(path, kept); err != nil {
		return err
	}
	return s.say("Signed in to %s as %s.\nKept in %s as profile %s.\n", server, whoIs(me), path, name)
}

// token comes from a file, the environment, standard input, or a person at a terminal.
func (c *loginCmd) token(ctx context.Context, p program, server string) (string, error) {
	switch set := p.getenv("PACKTIDE_TOKEN"); {
	case c.TokenFile != "":
		return tokenFrom(p, c.TokenFile)
	case set != "":
		return readToken(strings.NewReader(set))
	case !isTerminal(p.in):
		return readToken(p.in)
	}
	fmt.Fprintf(p.err, "Make a token at %s/settings and paste it here (it is not shown): ", server)
	show := hideInput(ctx, p.in)
	line, err := bufio.NewReader(io.LimitReader(p.in, maxToken)).ReadString('\n')
	show()
	fmt.Fprintln(p.err)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the token: %w", err)
	}
	return readToken(strings.NewReader(line))
}

// hideInput stops the terminal from showing what is typed, where there is an stty; the function returned shows it again.
func hideInput(ctx context.Context, in io.Reader) func() {
	stty := func(how string) {
		if f, ok := in.(*os.File); ok {
			cmd := exec.CommandContext(context.WithoutCancel(ctx), "stty", how) //nolint:gosec // one of two words of ours
			cmd.Stdin = f
			_ = cmd.Run() // a terminal without stty shows what is typed, and no more
		}
	}
	stty("-echo")
	return func() { stty("echo") }
}

// logoutCmd forgets a profile.
type logoutCmd struct {
	Profile string `setting:"PACKTIDE_PROFILE" placeholder:"NAME" help:"Which of the kept profiles; by default the only one, or \"default\"."`
}

// Run forgets the profile; the token stays good until it is revoked.
func (c *logoutCmd) Run(p program) error {
	_, name, err := keptProfile(p, c.Profile)
	if err != nil {
		return err
	}
	path, err := configPath(p)
	if err != nil {
		return err
	}
	kept, err := readConfig(path)
	if err != nil {
		return err
	}
	was, ok := kept.Profiles[name]
	if !ok {
		_, err = fmt.Fprintln(p.out, "Nothing was kept.")
		return err
	}
	delete(kept.Profiles, name)
	if err := writeConfig(path, kept); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "Forgotten: profile %s of %s.\nThe token still works elsewhere; to end it, revoke it at %s/settings\n", name, was.Server, was.Server)
	return err
}

// whoamiCmd tells who one is.
type whoamiCmd struct {
	clientFlags
	jsonFlag
}

// Run asks the server.
func (c *whoamiCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		me, err := s.me(ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return s.printRaw(me)
		}
		until, err := s.clocks(ctx, me.Token.ExpiresAt, "")
		if err != nil {
			return err
		}
		zone, err := s.myZone(ctx)
		if err != nil {
			return err
		}
		return s.facts([][2]string{
			{"Server", s.Server()},
			{"Person", personText(me.Person)},
			{"Account", orSite(accountName(me))},
			{"Time zone", zone.String()},
			{"Roles", rolesText(me.Roles)},
			{"Token", me.Token.Name + " (" + me.Token.Scope + "), until " + until},
		})
	})
}

func personText(p client.Person) string {
	if p.Email == "" {
		return p.Name
	}
	return p.Name + " <" + p.Email + ">"
}

func whoIs(me client.Me) string {
	if me.Account == nil {
		return me.Person.Name
	}
	return me.Person.Name + " of " + me.Account.Name
}

func accountName(me client.Me) string {
	if me.Account == nil {
		return ""
	}
	return me.Account.Name
}

// rolesText is every role in words.
func rolesText(r client.Roles) string {
	var all []string
	for _, role := range []struct{ where, what string }{{"publisher", r.Publisher}, {"account", r.Managed}, {"", r.Site}} {
		switch {
		case role.what == "" || role.where == role.what:
			all = append(all, role.what)
		default:
			all = append(all, strings.TrimSpace(role.where+" "+role.what))
		}
	}
	return strings.Join(slices.DeleteFunc(all, func(text string) bool { return text == "" }), ", ")
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
