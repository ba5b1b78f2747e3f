package main

import (
	"context"
	"fmt"

	"packtide/release"
)

// adminAccountCmd is for accounts.
type adminAccountCmd struct {
	Add  adminAccountAddCmd  `cmd:"" help:"Open an account."`
	List adminAccountListCmd `cmd:"" help:"List accounts by name."`
}

// adminAccountAddCmd opens an account.
type adminAccountAddCmd struct {
	Name      string `arg:"" help:"Name of the account."`
	Zone      string `required:"" placeholder:"ZONE" help:"Its time zone, like Europe/Paris; a publisher's releases apply at midnight there."`
	Publisher bool   `help:"It makes packs."`
	Managed   bool   `help:"It installs packs."`
}

// Run opens the account and prints its id.
func (c *adminAccountAddCmd) Run(ctx context.Context, p program, admin *adminCmd) error {
	return admin.at(ctx, p, func(d desk) error {
		a, err := d.service.CreateAccount(ctx, release.Operator(), release.NewAccount{
			Name: c.Name, Zone: c.Zone, Publisher: c.Publisher, Managed: c.Managed,
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(d.out, "Opened the account %s (%s).\nLet somebody in: packtide admin user add ADDRESS --name NAME --account %q --role %s\n",
			a.Name, a.ID, a.Name, map[bool]string{true: "publisher", false: "admin"}[a.Publisher])
		return nil
	})
}

// adminAccountListCmd lists accounts.
type adminAccountListCmd struct {
	Query string `arg:"" optional:"" help:"Part of the name."`
}

// Run prints one line for each account.
func (c *adminAccountListCmd) Run(ctx context.Context, p program, admin *adminCmd) error {
	return admin.at(ctx, p, func(d desk) error {
		var lines [][]string
		err := d.eachAccount(ctx, c.Query, func(a release.AccountRow) {
			lines = append(lines, []string{a.ID.String(), a.Name, a.Zone, purposes(a.Account), fmt.Sprint(a.People), fmt.Sprint(a.Attachments)})
		})
		if err != nil {
			return err
		}
		return d.table([]string{"ID", "NAME", "ZONE", "PURPOSE", "PEOPLE", "ATTACHMENTS"}, lines)
	})
}

func purposes(a release.Account) string {
	switch {
	case a.Publisher && a.Managed:
		return "publisher, managed"
	case a.Publisher:
		return "publisher"
	default:
		return "managed"
	}
}
