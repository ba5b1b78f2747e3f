package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"packtide/release"
)

// adminUserCmd is for people.
type adminUserCmd struct {
	Add     adminUserAddCmd     `cmd:"" help:"Let a person in, and print the link with which they choose a password."`
	List    adminUserListCmd    `cmd:"" help:"List people by e-mail address."`
	Disable adminUserDisableCmd `cmd:"" help:"End all that a person can do."`
	Enable  adminUserEnableCmd  `cmd:"" help:"Let a disabled person in again."`
	Link    adminUserLinkCmd    `cmd:"" help:"Print a link with which a person sets a new password."`
}

// adminUserAddCmd lets a person in.
type adminUserAddCmd struct {
	Email   string `arg:"" help:"Their e-mail address."`
	Name    string `required:"" help:"Their name."`
	Role    string `required:"" enum:"operator,support,publisher,publisher-viewer,admin,viewer" placeholder:"ROLE" help:"What they may do: operator or support of the site; publisher or publisher-viewer of an account that makes packs; admin or viewer of one that installs them."`
	Account string `placeholder:"ACCOUNT" help:"The account, by name or id; none for operator and support."`
}

// Run invites the person.
func (c *adminUserAddCmd) Run(ctx context.Context, p program, admin *adminCmd) error {
	return admin.at(ctx, p, func(d desk) error {
		invite := release.Invite{Email: c.Email, Name: c.Name}
		switch c.Role {
		case "operator", "support":
			invite.Site = release.SiteRole(c.Role)
		case "publisher":
			invite.Publisher = release.RolePublisher
		case "publisher-viewer":
			invite.Publisher = release.RolePublisherViewer
		default:
			invite.Managed = release.ManagedRole(c.Role)
		}
		if (invite.Site == "") == (c.Account == "") {
			return errors.New("operator and support are for the whole site and go without --account; the other roles need one")
		}
		if c.Account != "" {
			a, err := d.account(ctx, c.Account)
			if err != nil {
				return err
			}
			invite.Account = a.ID
		}
		person, secret, err := d.service.InvitePerson(ctx, release.Operator(), invite)
		if err != nil {
			return err
		}
		if secret == "" {
			fmt.Fprintf(d.out, "%s has a password already and now has this role too.\n", person.Email)
			return nil
		}
		d.printLink(person, secret, release.LinkLife)
		return nil
	})
}

// printLink prints a one-time link, which is shown here and nowhere else.
func (d desk) printLink(p release.Person, secret release.Secret, life time.Duration) {
	fmt.Fprintf(d.out, "Give this link to %s (%s). It works once, within %d hours:\n  %s/welcome/%s\n",
		p.Name, p.Email, int(life.Hours()), d.baseURL, secret)
}

// adminUserListCmd lists people.
type adminUserListCmd struct {
	Query   string `arg:"" optional:"" help:"Part of the address or the name."`
	Account string `placeholder:"ACCOUNT" help:"Only people of this account, by name or id."`
}

// Run prints one line for each person.
func (c *adminUserListCmd) Run(ctx context.Context, p program, admin *adminCmd) error {
	return admin.at(ctx, p, func(d desk) error {
		var account release.Account
		if c.Account != "" {
			var err error
			if account, err = d.account(ctx, c.Account); err != nil {
				return err
			}
		}
		var lines [][]string
		for after := ""; ; {
			rows, err := d.reader.People(ctx, release.Operator(), account.ID, c.Query, after, adminPage)
			if err != nil {
				return err
			}
			for _, row := range rows {
				lines = append(lines, []string{row.Email, row.Name, rolesOf(row), stateOf(row.Person), lastSeen(row.LastSeen)})
				after = row.Email
			}
			if len(rows) < adminPage {
				return d.table([]string{"ADDRESS", "NAME", "ROLES", "STATE", "LAST SIGN-IN"}, lines)
			}
		}
	})
}

// rolesOf tells what a person may do, in the words of --role.
func rolesOf(p release.PersonRow) string {
	var roles []string
	if p.Site != "" {
		roles = append(roles, string(p.Site))
	}
	for _, m := range p.Memberships {
		switch m.Publisher {
		case release.RolePublisher:
			roles = append(roles, "publisher of "+m.AccountName)
		case release.RolePublisherViewer:
			roles = append(roles, "publisher-viewer of "+m.AccountName)
		}
		if m.Managed != "" {
			roles = append(roles, string(m.Managed)+" of "+m.AccountName)
		}
	}
	return strings.Join(roles, ", ")
}

func stateOf(p release.Person) string {
	switch {
	case p.DisabledAt != nil:
		return "disabled"
	case p.PasswordHash == "":
		return "invited"
	default:
		return "active"
	}
}

func lastSeen(at *time.Time) string {
	if at == nil {
		return "never"
	}
	return at.UTC().Format("2006-01-02 15:04 UTC")
}

// adminUserDisableCmd disables a person.
type adminUserDisableCmd struct {
	Email string `arg:"" help:"Their e-mail address."`
}

// Run disables; the last operator stays.
func (c *adminUserDisableCmd) Run(ctx context.Context, p program, admin *adminCmd) error {
	return admin.atPerson(ctx, p, c.Email, func(d desk, person release.Person) error {
		if err := d.service.DisablePerson(ctx, release.Operator(), person.ID); err != nil {
			return err
		}
		fmt.Fprintf(d.out, "%s can't do anything any more. packtide admin user enable undoes it.\n", person.Email)
		return nil
	})
}

// adminUserEnableCmd enables a person.
type adminUserEnableCmd struct {
	Email string `arg:"" help:"Their e-mail address."`
}

// Run enables.
func (c *adminUserEnableCmd) Run(ctx context.Context, p program, admin *adminCmd) error {
	return admin.atPerson(ctx, p, c.Email, func(d desk, person release.Person) error {
		if err := d.service.EnablePerson(ctx, release.Operator(), person.ID); err != nil {
			return err
		}
		fmt.Fprintf(d.out, "%s can sign in again, with the password and the roles of before.\n", person.Email)
		return nil
	})
}

// adminUserLinkCmd makes a link for a new password.
type adminUserLinkCmd struct {
	Email string `arg:"" help:"Their e-mail address."`
}

// Run prints the link.
func (c *adminUserLinkCmd) Run(ctx context.Context, p program, admin *adminCmd) error {
	return admin.atPerson(ctx, p, c.Email, func(d desk, person release.Person) error {
		secret, err := d.service.NewPasswordLink(ctx, release.Operator(), person.ID)
		if err != nil {
			return err
		}
		d.printLink(person, secret, release.PasswordLinkLife)
		return nil
	})
}

// atPerson is at for something that is done with one person.
func (c *adminCmd) atPerson(ctx context.Context, p program, email string, do func(desk, release.Person) error) error {
	return c.at(ctx, p, func(d desk) error {
		person, err := d.person(ctx, email)
		if err != nil {
			return err
		}
		return do(d, person)
	})
}
