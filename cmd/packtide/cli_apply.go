package main

import (
	"context"
	"fmt"
	"os"
	"slices"

	"packtide/client"
)

// applyCmd brings packs and groups to what a file says.
type applyCmd struct {
	clientFlags

	JSON  bool     `name:"json" help:"Print the plan as JSON."`
	Files []string `name:"file" short:"f" required:"" sep:"none" help:"File that says how packs and groups shall be; - is standard input. May be repeated." placeholder:"FILE"`
	Plan  bool     `aliases:"dry-run" help:"Print the plan and do nothing; the exit status is 9 when something would change."`
	Yes   bool     `short:"y" help:"Do it without being asked."`
	Prune []string `enum:"pack-packages,group-accounts,group-packs" help:"Take away too what the file does not name: pack-packages, group-accounts, group-packs." placeholder:"WHAT,…"`
}

// Run plans, asks and does. Run a second time, it finds nothing to do.
func (c *applyCmd) Run(ctx context.Context, p program) error {
	var w wishes
	for _, file := range c.Files {
		if err := c.read(p, file, &w); err != nil {
			return err
		}
	}
	if err := w.once(); err != nil {
		return err
	}
	return c.with(ctx, p, func(s *session) error {
		plan := &planner{session: s, prune: c.Prune, chosen: map[*wishedPackage]*plannedVersion{}, packs: map[string]*plannedPack{}}
		if err := plan.make(ctx, w); err != nil {
			return err
		}
		if err := c.show(s, plan.changes); err != nil {
			return err
		}
		switch {
		case len(plan.changes) == 0:
			return nil
		case c.Plan:
			return failure{fmt.Errorf("%s would be made", counted(int64(len(plan.changes)), "change")), exitChanges}
		}
		if err := s.confirm(c.Yes, "This is the plan."); err != nil {
			return err
		}
		return c.do(ctx, s, plan.changes)
	})
}

func (c *applyCmd) read(p program, file string, into *wishes) error {
	if file == "-" {
		return readWishes("standard input", p.in, into)
	}
	f, err := os.Open(file)
	if err != nil {
		return usageError{err}
	}
	defer f.Close()
	return readWishes(file, f, into)
}

// show prints the plan.
func (c *applyCmd) show(s *session, changes []change) error {
	if c.JSON {
		return s.printValue(map[string]any{"changes": append([]change{}, changes...)})
	}
	if len(changes) == 0 {
		return s.say("Nothing to do: all is as the file says.\n")
	}
	for _, one := range changes {
		if err := s.say("%s %s\n", one.Mark, oneLine(one.What)); err != nil {
			return err
		}
		for _, held := range one.Contents {
			if err := s.say("    %s %s\n", held.Mark, oneLine(held.text())); err != nil {
				return err
			}
		}
	}
	return nil
}

// do makes the changes in their order, and tells how far it got when one fails.
func (c *applyCmd) do(ctx context.Context, s *session, changes []change) error {
	for i, one := range changes {
		if err := one.do(ctx); err != nil {
			fmt.Fprintf(s.err, "Failed at: %s %s\n%d of %d changes were made. Mend the cause and run it again: it goes on from here.\n", one.Mark, oneLine(one.What), i, len(changes))
			return err
		}
	}
	if c.JSON {
		return nil
	}
	return s.say("Done: %s.\n", counted(int64(len(changes)), "change"))
}

// change is one thing to be done, as people and programs see it before.
type change struct {
	Mark     string        `json:"mark"` // + comes, ~ changes, - goes
	What     string        `json:"what"`
	Contents []heldPackage `json:"contents,omitempty"` // of a release: all that it will hold, and what goes
	do       func(context.Context) error
}

// planner compares what a file says with what the server has, and gathers what is to be done. Changes know what those
// before them will have made.
type planner struct {
	*session
	prune    []string
	packages []*plannedPackage
	chosen   map[*wishedPackage]*plannedVersion
	packs    map[string]*plannedPack // by lower-case name
	settings *client.Settings        // of the account; nil until they are asked for
	changes  []change
}

// The things that --prune takes away.
const (
	prunePackPackages  = "pack-packages"
	pruneGroupAccounts = "group-accounts"
	pruneGroupPacks    = "group-packs"
)

func (p *planner) prunes(what string) bool { return slices.Contains(p.prune, what) }

func (p *planner) add(mark string, do func(context.Context) error, format string, args ...any) {
	p.changes = append(p.changes, change{Mark: mark, What: fmt.Sprintf(format, args...), do: do})
}

// make plans uploads, then packs, groups, and releases last: a release reaches whom its groups let install it.
func (p *planner) make(ctx context.Context, w wishes) error {
	for _, wished := range w.packs {
		if err := p.uploads(ctx, wished); err != nil {
			return err
		}
	}
	for _, wished := range w.packs {
		if err := p.pack(ctx, wished); err != nil {
			return err
		}
	}
	for _, wished := range w.groups {
		if err := p.group(ctx, wished); err != nil {
			return err
		}
	}
	for _, wished := range w.packs {
		p.release(wished)
	}
	return nil
}
