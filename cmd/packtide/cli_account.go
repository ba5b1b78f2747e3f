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
type accountListCmd struct {
	clientFlags
	jsonFlag

	Query string `short:"q" help:"Those whose name contains this." placeholder:"TEXT"`
}

// Run lists them by name.
func (c *accountListCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		items := s.Accounts(ctx, c.Query)
		if c.JSON {
			return printList(s, items)
		}
		t := table{head: []string{"ACCOUNT", "TIME ZONE", "DOES", "ATTACHMENTS", "ID"}}
		for a, err := range items {
			if err != nil {
				return err
			}
			t.add(a.Name, a.Zone, doesText(a), count(a.Attachments), a.ID)
		}
		return s.printOr(t, "No account fits.")
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
