package main

import (
	"context"
	"fmt"
	"time"

	"packtide/client"
)

// tokenCmd is what a person does with tokens of their own.
type tokenCmd struct {
	Create tokenCreateCmd `cmd:"" help:"Make a token and print its secret, once."`
	List   tokenListCmd   `cmd:"" help:"List your tokens."`
	Revoke tokenRevokeCmd `cmd:"" help:"End a token."`
}

// tokenCreateCmd makes a token.
type tokenCreateCmd struct {
	clientFlags
	jsonFlag

	Name  string `arg:"" help:"What it is for, like \"nightly export\"."`
	Scope string `enum:"full,read,agent" default:"full" help:"What it may do: full (all that you may), read, or agent (what the program beside a platform needs)." placeholder:"SCOPE"`
	Days  int    `default:"90" help:"How many days it lives." placeholder:"DAYS"`
}

// Run prints the secret alone on standard output; all else goes to standard error.
func (c *tokenCreateCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		made, err := s.CreateToken(ctx, client.NewToken{Name: c.Name, Scope: c.Scope, Days: c.Days})
		if err != nil || c.JSON {
			return s.rawOr(made, err)
		}
		fmt.Fprintf(s.err, "Token %s lives until %s. Its secret is shown only now:\n", printable(made.ID), made.ExpiresAt.Format(time.DateOnly))
		return s.say("%s\n", made.Secret)
	})
}

// tokenListCmd lists tokens.
type tokenListCmd struct {
	clientFlags
	jsonFlag
}

// Run prints a line for each, never its secret.
func (c *tokenListCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		return lister[client.Token]{
			head: []string{"TOKEN", "SCOPE", "ACCOUNT", "EXPIRES", "LAST USED", "ID"},
			line: func(one client.Token) ([]string, error) {
				until, err := s.clocks(ctx, one.ExpiresAt, "")
				used, account := "never", ""
				if err == nil && one.LastUsedAt != nil {
					used, err = s.clocks(ctx, *one.LastUsedAt, "")
				}
				if one.Account != nil {
					account = one.Account.Name
				}
				return []string{one.Name, one.Scope, orSite(account), until, used, one.ID}, err
			},
			empty: "No tokens.",
		}.show(s, s.Tokens(ctx), c.JSON)
	})
}

// tokenRevokeCmd ends a token.
type tokenRevokeCmd struct {
	clientFlags

	ID string `arg:"" help:"Id of the token, as list shows it."`
}

// Run ends it at once.
func (c *tokenRevokeCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		if err := s.RevokeToken(ctx, c.ID); err != nil {
			return err
		}
		return s.say("Revoked. Programs that use it are refused from now on.\n")
	})
}
