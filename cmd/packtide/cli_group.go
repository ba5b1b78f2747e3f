package main

import (
	"context"
	"fmt"
	"strconv"

	"packtide/client"
)

// groupCmd is what a publisher does with account groups.
type groupCmd struct {
	List          groupListCmd          `cmd:"" help:"List account groups."`
	Show          groupShowCmd          `cmd:"" help:"Show a group with its accounts and packs."`
	Create        groupCreateCmd        `cmd:"" help:"Make a group."`
	Rename        groupRenameCmd        `cmd:"" help:"Give a group another name."`
	Delete        groupDeleteCmd        `cmd:"" help:"Delete a group; what its accounts have installed stays."`
	AddAccount    groupAddAccountCmd    `cmd:"" help:"Let accounts see and install the group's packs."`
	RemoveAccount groupRemoveAccountCmd `cmd:"" help:"Stop new installs by accounts; what they have installed stays."`
	AddPack       groupAddPackCmd       `cmd:"" help:"Offer packs to the group's accounts."`
	RemovePack    groupRemovePackCmd    `cmd:"" help:"Stop new installs of packs by the group's accounts; what they have installed stays."`
}

// groupListCmd lists groups.
type groupListCmd struct {
	clientFlags
	jsonFlag
}

// Run lists them.
func (c *groupListCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		return lister[client.Group]{
			head: []string{"GROUP", "ACCOUNTS", "PACKS", "ID"},
			line: func(g client.Group) ([]string, error) {
				return []string{g.Name, count(g.Accounts), strconv.Itoa(g.Packs), g.ID}, nil
			},
			empty: "No groups yet. Make one with: packtide group create NAME",
		}.show(s, s.Groups(ctx), c.JSON)
	})
}

// groupShowCmd shows a group.
type groupShowCmd struct {
	clientFlags
	jsonFlag

	Group string `arg:"" help:"Name or id of the group."`
}

// Run shows its packs, then its accounts.
func (c *groupShowCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		g, err := s.findGroup(ctx, c.Group)
		if err != nil {
			return err
		}
		packs, err := client.All(s.GroupPacks(ctx, g.ID))
		if err != nil {
			return err
		}
		accounts, err := client.All(s.GroupAccounts(ctx, g.ID))
		if err != nil {
			return err
		}
		if c.JSON {
			return s.printValue(map[string]any{"group": g.JSON(), "packs": rawList(packs), "accounts": rawList(accounts)})
		}
		if err := s.facts([][2]string{{"Group", g.Name}, {"Id", g.ID}}); err != nil {
			return err
		}
		t := table{head: []string{"PACK", "CURRENT", "ID"}}
		for _, pack := range packs {
			t.add(pack.Name, orDash(pack.Current.Label()), pack.ID)
		}
		if err := s.printOr(t, fmt.Sprintf("No packs yet. Offer one with: packtide group add-pack %q PACK", g.Name)); err != nil {
			return err
		}
		t = table{head: []string{"ACCOUNT", "TIME ZONE", "ID"}}
		for _, a := range accounts {
			t.add(a.Name, a.Zone, a.ID)
		}
		return s.printOr(t, fmt.Sprintf("No accounts yet. Add one with: packtide group add-account %q ACCOUNT", g.Name))
	})
}

func rawList[T rawJSON](items []T) []any {
	all := make([]any, len(items))
	for i, item := range items {
		all[i] = item.JSON()
	}
	return all
}

// groupCreateCmd makes a group.
type groupCreateCmd struct {
	clientFlags
	jsonFlag

	Name string `arg:"" help:"Name of the group."`
}

// Run makes it.
func (c *groupCreateCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		made, err := s.CreateGroup(ctx, c.Name)
		if err != nil || c.JSON {
			return s.rawOr(made, err)
		}
		return s.say("Made: group %s (%s)\n", made.Name, made.ID)
	})
}

// groupRenameCmd renames a group.
type groupRenameCmd struct {
	clientFlags
	jsonFlag

	Group string `arg:"" help:"Name or id of the group."`
	Name  string `arg:"" help:"New name."`
}

// Run renames it.
func (c *groupRenameCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		g, err := s.findGroup(ctx, c.Group)
		if err == nil {
			g, err = s.RenameGroup(ctx, g.ID, c.Name)
		}
		if err != nil || c.JSON {
			return s.rawOr(g, err)
		}
		return s.say("Renamed: group %s\n", g.Name)
	})
}

// groupDeleteCmd deletes a group.
type groupDeleteCmd struct {
	clientFlags

	Group string `arg:"" help:"Name or id of the group."`
	Yes   bool   `help:"Confirm it without being asked."`
}

// Run asks, then deletes; attachments stay as they are (R30).
func (c *groupDeleteCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		g, err := s.findGroup(ctx, c.Group)
		if err != nil {
			return err
		}
		if err := s.confirm(c.Yes, "Deleting group "+g.Name+" stops new installs of its packs by its accounts. What they have installed stays."); err != nil {
			return err
		}
		if err := s.DeleteGroup(ctx, g.ID); err != nil {
			return err
		}
		return s.say("Deleted: group %s\n", g.Name)
	})
}

// groupAccountsArgs are a group and accounts.
type groupAccountsArgs struct {
	clientFlags

	Group    string   `arg:"" help:"Name or id of the group."`
	Accounts []string `arg:"" name:"account" help:"Names or ids of accounts."`
}

func (a groupAccountsArgs) each(ctx context.Context, p program, do func(*session, client.Group, client.Account) (string, error)) error {
	return a.with(ctx, p, func(s *session) error {
		return eachOf(ctx, s, a.Group, s.findGroup, a.Accounts, s.findAccount, func(g client.Group, account client.Account) (string, error) {
			return do(s, g, account)
		})
	})
}

// groupPacksArgs are a group and packs.
type groupPacksArgs struct {
	clientFlags

	Group string   `arg:"" help:"Name or id of the group."`
	Packs []string `arg:"" name:"pack" help:"Names or ids of packs."`
}

func (a groupPacksArgs) each(ctx context.Context, p program, do func(*session, client.Group, client.Pack) (string, error)) error {
	return a.with(ctx, p, func(s *session) error {
		return eachOf(ctx, s, a.Group, s.findGroup, a.Packs, s.findPack, func(g client.Group, pack client.Pack) (string, error) {
			return do(s, g, pack)
		})
	})
}

// groupAddAccountCmd adds accounts.
type groupAddAccountCmd struct{ groupAccountsArgs }

// Run adds them; those who are there already stay.
func (c *groupAddAccountCmd) Run(ctx context.Context, p program) error {
	return c.each(ctx, p, func(s *session, g client.Group, a client.Account) (string, error) {
		return g.Name + ": holds " + firstOf(a.Name, a.ID), s.AddGroupAccount(ctx, g.ID, a.ID)
	})
}

// groupRemoveAccountCmd removes accounts.
type groupRemoveAccountCmd struct{ groupAccountsArgs }

// Run removes them, and tells what they keep (R30).
func (c *groupRemoveAccountCmd) Run(ctx context.Context, p program) error {
	return c.each(ctx, p, func(s *session, g client.Group, a client.Account) (string, error) {
		outside, err := s.RemoveGroupAccount(ctx, g.ID, a.ID)
		return g.Name + ": no longer holds " + firstOf(a.Name, a.ID) + outsideText(outside), err
	})
}

// groupAddPackCmd offers packs.
type groupAddPackCmd struct{ groupPacksArgs }

// Run offers them; those that are there already stay.
func (c *groupAddPackCmd) Run(ctx context.Context, p program) error {
	return c.each(ctx, p, func(s *session, g client.Group, pack client.Pack) (string, error) {
		return g.Name + ": is offered " + pack.Name, s.AddGroupPack(ctx, g.ID, pack.ID)
	})
}

// groupRemovePackCmd takes offers back.
type groupRemovePackCmd struct{ groupPacksArgs }

// Run takes them back, and tells what is kept (R30).
func (c *groupRemovePackCmd) Run(ctx context.Context, p program) error {
	return c.each(ctx, p, func(s *session, g client.Group, pack client.Pack) (string, error) {
		outside, err := s.RemoveGroupPack(ctx, g.ID, pack.ID)
		return g.Name + ": is no longer offered " + pack.Name + outsideText(outside), err
	})
}

// outsideText tells what stays installed though it may not be installed any more.
func outsideText(outside int) string {
	const see = " not be installed anew (packtide install-base --state outside)"
	switch {
	case outside == 0:
		return ""
	case outside > 1000:
		return "; more than 1000 attachments stay, and may" + see
	default:
		return "; " + counted(int64(outside), "attachment") + " outside the groups: kept, but may" + see
	}
}
