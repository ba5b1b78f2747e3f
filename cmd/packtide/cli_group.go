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
		items := s.Groups(ctx)
		if c.JSON {
			return printList(s, items)
		}
		t := table{head: []string{"GROUP", "ACCOUNTS", "PACKS", "ID"}}
		for g, err := range items {
			if err != nil {
				return err
			}
			t.add(g.Name, count(g.Accounts), strconv.Itoa(g.Packs), g.ID)
		}
		return s.printOr(t, "No groups yet. Make one with: packtide group create NAME")
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
	Group    string   `arg:"" help:"Name or id of the group."`
	Accounts []string `arg:"" name:"account" help:"Names or ids of accounts."`
}

// groupPacksArgs are a group and packs.
type groupPacksArgs struct {
	Group string   `arg:"" help:"Name or id of the group."`
	Packs []string `arg:"" name:"pack" help:"Names or ids of packs."`
}

// eachOf finds a group and everything else that was named before it does anything.
func eachOf[T any](ctx context.Context, s *session, group string, names []string, find func(context.Context, string) (T, error), do func(client.Group, T) error) error {
	g, err := s.findGroup(ctx, group)
	if err != nil {
		return err
	}
	found := make([]T, len(names))
	for i, name := range names {
		if found[i], err = find(ctx, name); err != nil {
			return err
		}
	}
	for _, one := range found {
		if err := do(g, one); err != nil {
			return err
		}
	}
	return nil
}

// groupAddAccountCmd adds accounts.
type groupAddAccountCmd struct {
	clientFlags
	groupAccountsArgs
}

// Run adds them; those who are there already stay.
func (c *groupAddAccountCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		return eachOf(ctx, s, c.Group, c.Accounts, s.findAccount, func(g client.Group, a client.Account) error {
			if err := s.AddGroupAccount(ctx, g.ID, a.ID); err != nil {
				return err
			}
			return s.say("%s: holds %s\n", g.Name, firstOf(a.Name, a.ID))
		})
	})
}

// groupRemoveAccountCmd removes accounts.
type groupRemoveAccountCmd struct {
	clientFlags
	groupAccountsArgs
}

// Run removes them, and tells what they keep (R30).
func (c *groupRemoveAccountCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		return eachOf(ctx, s, c.Group, c.Accounts, s.findAccount, func(g client.Group, a client.Account) error {
			outside, err := s.RemoveGroupAccount(ctx, g.ID, a.ID)
			if err != nil {
				return err
			}
			return s.say("%s: no longer holds %s%s\n", g.Name, firstOf(a.Name, a.ID), outsideText(outside))
		})
	})
}

// groupAddPackCmd offers packs.
type groupAddPackCmd struct {
	clientFlags
	groupPacksArgs
}

// Run offers them; those that are there already stay.
func (c *groupAddPackCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		return eachOf(ctx, s, c.Group, c.Packs, s.findPack, func(g client.Group, pack client.Pack) error {
			if err := s.AddGroupPack(ctx, g.ID, pack.ID); err != nil {
				return err
			}
			return s.say("%s: is offered %s\n", g.Name, pack.Name)
		})
	})
}

// groupRemovePackCmd takes offers back.
type groupRemovePackCmd struct {
	clientFlags
	groupPacksArgs
}

// Run takes them back, and tells what is kept (R30).
func (c *groupRemovePackCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		return eachOf(ctx, s, c.Group, c.Packs, s.findPack, func(g client.Group, pack client.Pack) error {
			outside, err := s.RemoveGroupPack(ctx, g.ID, pack.ID)
			if err != nil {
				return err
			}
			return s.say("%s: is no longer offered %s%s\n", g.Name, pack.Name, outsideText(outside))
		})
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
