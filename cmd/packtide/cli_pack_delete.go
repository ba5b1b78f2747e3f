package main

import (
	"context"
	"errors"
	"fmt"
)

// packDeleteCmd deletes a pack.
type packDeleteCmd struct {
	clientFlags

	Pack string `arg:"" help:"Name or id of the pack."`
	Yes  string `help:"The pack's exact name, to confirm it without being asked." placeholder:"NAME"`
}

// Run asks for the name (R11), then deletes.
func (c *packDeleteCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		pack, err := s.findPack(ctx, c.Pack)
		if err != nil {
			return err
		}
		name := c.Yes
		if name == "" {
			question := fmt.Sprintf("Deleting %s uninstalls it from %s in %s. Its history stays.\nType its name to delete it: ",
				pack.Name, counted(pack.Attachments, "attachment"), counted(pack.Accounts, "account"))
			if name, err = s.ask(question, "--yes NAME"); err != nil {
				return err
			}
		}
		if name != pack.Name {
			return failure{errors.New("nothing was deleted: this is not the pack's exact name"), exitRefused}
		}
		detached, err := s.DeletePack(ctx, pack.ID, name)
		if err != nil {
			return err
		}
		return s.say("Deleted: %s, uninstalled from %s.\n", pack.Name, counted(detached, "attachment"))
	})
}
