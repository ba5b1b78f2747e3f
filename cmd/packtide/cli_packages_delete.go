package main

import (
	"context"
	"fmt"
)

// packagesDeleteCmd deletes a version.
type packagesDeleteCmd struct {
	clientFlags

	Package string `arg:"" help:"Name or id of the package."`
	Version string `arg:"" help:"The version, like 1.2.3."`
	Yes     bool   `help:"Confirm it without being asked."`
}

// Run asks, then deletes; the version's number stays used for ever (R1).
func (c *packagesDeleteCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		pkg, err := s.findPackage(ctx, c.Package)
		if err != nil {
			return err
		}
		v, found, err := s.versionOf(ctx, pkg.ID, c.Version)
		if err != nil {
			return err
		}
		if !found {
			return failure{fmt.Errorf("%s has no version %s.\npacktide packages show %q shows its versions", pkg.DisplayName, c.Version, pkg.Name), exitNotFound}
		}
		if err := s.confirm(c.Yes, fmt.Sprintf("Version %s of %s goes for good, and its number stays used.", v.Version, pkg.DisplayName)); err != nil {
			return err
		}
		if err := s.DeleteVersion(ctx, v.ID); err != nil {
			return err
		}
		return s.say("Deleted: %s %s\n", pkg.DisplayName, v.Version)
	})
}
