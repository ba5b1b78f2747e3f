package main

import (
	"context"
	"strings"

	"packtide/client"
)

// accountCmd is for accounts.
type accountCmd struct {
	List accountListCmd `cmd:"" help:"List the accounts that you may group; all of them for staff."`
}

// accountListCmd lists accounts.
type accountListCmd struct{ searchedFlags }

// Run lists them by name.
func (c *accountListCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		return lister[client.Account]{
			head: []string{"ACCOUNT", "TIME ZONE", "DOES", "ATTACHMENTS", "ID"},
			line: func(a client.Account) ([]string, error) {
				return []string{a.Name, a.Zone, doesText(a), count(a.Attachments), a.ID}, nil
			},
			empty: "No account fits.",
		}.show(s, s.Accounts(ctx, c.Query), c.JSON)
	})
}

func doesText(a client.Account) string {
	var does []string
	if a.Publishes {
		does = append(does, "publishes")
	}
	if a.Installs {
		does = append(does, "installs")
	}
	return orDash(strings.Join(does, ", "))
}
