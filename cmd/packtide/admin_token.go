package main

import (
	"context"
	"fmt"
	"time"

	"packtide/release"
)

// adminTokenCmd is for tokens.
type adminTokenCmd struct {
	Create adminTokenCreateCmd `cmd:"" help:"Make a token and print its secret, once."`
	List   adminTokenListCmd   `cmd:"" help:"List a person's tokens, newest first."`
	Revoke adminTokenRevokeCmd `cmd:"" help:"End a token."`
}

// adminTokenCreateCmd makes a token.
type adminTokenCreateCmd struct {
	Email   string `arg:"" help:"Address of the person as whom the token acts."`
	Name    string `required:"" help:"What it is for, like \"nightly export\"."`
	Account string `placeholder:"ACCOUNT" help:"The account in which it acts, by name or id; without one it acts for the site."`
	Scope   string `default:"full" enum:"full,read,agent" help:"What it may do: full is all that the person may, read is reading, agent is what the agent beside an account's platform needs."`
	Days    int    `default:"90" help:"How many days it lives, at most 366."`
}

// Run prints the secret alone on standard output, so that it can be kept by a pipe; all else goes to standard error.
func (c *adminTokenCreateCmd) Run(ctx context.Context, p program, admin *adminCmd) error {
	if c.Days < 1 || c.Days > int(release.MaxTokenLife/(24*time.Hour)) {
		return fmt.Errorf("a token lives 1 to %d days", int(release.MaxTokenLife/(24*time.Hour)))
	}
	return admin.atPerson(ctx, p, c.Email, func(d desk, person release.Person) error {
		n := release.NewToken{Person: person.ID, Name: c.Name, Scope: release.TokenScope(c.Scope), Life: time.Duration(c.Days) * 24 * time.Hour}
		if c.Account != "" {
			a, err := d.account(ctx, c.Account)
			if err != nil {
				return err
			}
			n.Account = a.ID
		}
		token, secret, err := d.service.CreateToken(ctx, release.Operator(), n)
		if err != nil {
			return err
		}
		fmt.Fprintf(d.err, "Token %s acts as %s until %s. Its secret is shown only now:\n", token.ID, person.Email, token.ExpiresAt.Format(time.DateOnly))
		fmt.Fprintln(d.out, secret)
		return nil
	})
}

// adminTokenListCmd lists tokens.
type adminTokenListCmd struct {
	Email string `arg:"" help:"Address of the person."`
}

// Run prints one line for each token, never its secret.
func (c *adminTokenListCmd) Run(ctx context.Context, p program, admin *adminCmd) error {
	return admin.atPerson(ctx, p, c.Email, func(d desk, person release.Person) error {
		rows, err := d.reader.Tokens(ctx, release.Operator(), person.ID)
		if err != nil {
			return err
		}
		now := p.clock()
		var lines [][]string
		for _, t := range rows {
			state := "live"
			switch {
			case t.RevokedAt != nil:
				state = "revoked"
			case !now.Before(t.ExpiresAt):
				state = "expired"
			}
			used := "never"
			if t.LastUsedAt != nil {
				used = t.LastUsedAt.Format(time.DateOnly)
			}
			lines = append(lines, []string{t.ID.String(), t.Name, orSite(t.AccountName), string(t.Scope), state, t.ExpiresAt.Format(time.DateOnly), used})
		}
		return d.table([]string{"ID", "NAME", "ACCOUNT", "SCOPE", "STATE", "EXPIRES", "LAST USED"}, lines)
	})
}

func orSite(account string) string {
	if account == "" {
		return "(the site)"
	}
	return account
}

// adminTokenRevokeCmd ends a token.
type adminTokenRevokeCmd struct {
	ID string `arg:"" help:"Id of the token, as list shows it."`
}

// Run revokes; a token that is revoked already stays so.
func (c *adminTokenRevokeCmd) Run(ctx context.Context, p program, admin *adminCmd) error {
	id, err := release.ParseID(c.ID)
	if err != nil {
		return fmt.Errorf("%q is not the id of a token; packtide admin token list shows them", c.ID)
	}
	return admin.at(ctx, p, func(d desk) error {
		if err := d.service.RevokeToken(ctx, release.Operator(), id); err != nil {
			return err
		}
		fmt.Fprintln(d.out, "Revoked. Programs that use it are refused from now on.")
		return nil
	})
}
