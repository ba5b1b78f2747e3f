package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"packtide/client"
)

// packCmd is what a publisher does with packs.
type packCmd struct {
	List   packListCmd   `cmd:"" help:"List packs with what runs, what is in testing, and what could be updated."`
	Show   packShowCmd   `cmd:"" help:"Show a pack with its packages."`
	Create packCreateCmd `cmd:"" help:"Make a pack."`
	Edit   packEditCmd   `cmd:"" help:"Change a pack's texts; every account sees them at once."`
	Add    packAddCmd    `cmd:"" help:"Add packages to the next release, each with its newest shareable version."`
	Remove packRemoveCmd `cmd:"" help:"Take packages out of the next release; add brings them back."`
	Delete packDeleteCmd `cmd:"" help:"Delete a pack and uninstall it everywhere."`
}

// packListCmd lists packs.
type packListCmd struct{ searchedFlags }

// Run lists them by name.
func (c *packListCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		return lister[client.Pack]{
			head: []string{"PACK", "CURRENT", "IN TESTING", "APPLIES", "ATTACHMENTS", "TRYING", "UPDATES", "PUBLISHER", "ID"},
			line: func(one client.Pack) ([]string, error) {
				applies, err := s.applies(ctx, one.Pending)
				return []string{
					one.Name, orDash(one.Current.Label()), orDash(one.Pending.Label()), applies,
					count(one.Attachments), count(one.OptedIn), strconv.Itoa(one.Updates), one.Publisher.Name, one.ID,
				}, err
			},
			empty: "No packs yet. Make one with: packtide pack create NAME --support-contact ADDRESS",
		}.show(s, s.Packs(ctx, c.Query), c.JSON)
	})
}

// packShowCmd shows a pack.
type packShowCmd struct {
	clientFlags
	jsonFlag

	Pack string `arg:"" help:"Name or id of the pack."`
}

// Run shows it with the three versions of each package.
func (c *packShowCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		one, err := s.wholePack(ctx, c.Pack)
		if err != nil {
			return err
		}
		if c.JSON {
			return s.printRaw(one)
		}
		applies, err := s.applies(ctx, one.Pending)
		if err != nil {
			return err
		}
		if err := s.facts([][2]string{
			{"Pack", one.Name},
			{"Id", one.ID},
			{"Publisher", one.Publisher.Name},
			{"Description", one.Description},
			{"Attachments", counted(one.Attachments, "attachment") + " in " + counted(one.Accounts, "account") + "; an account has it " + modeText(one.AttachmentMode)},
			{"Support contact", one.SupportContact},
			{"Current release", orDash(one.Current.Label())},
			{"In testing", strings.TrimSpace(one.Pending.Label() + " " + strings.TrimPrefix(applies, "-"))},
		}); err != nil {
			return err
		}
		t := table{head: []string{"PACKAGE", "NAME", "CURRENT", "NEXT", "NEWEST SHAREABLE", "ID"}}
		for _, pkg := range one.Packages {
			next := pkg.Next.Label()
			if pkg.Next == nil {
				next = "removed"
			}
			t.add(pkg.DisplayName, pkg.Name, orDash(pkg.Current.Label()), next, orDash(pkg.Newest.Label()), pkg.PackageID)
		}
		return s.printOr(t, fmt.Sprintf("No packages yet. Add one with: packtide pack add %q PACKAGE", one.Name))
	})
}

// wholePack finds a pack and reads what a list leaves out.
func (s *session) wholePack(ctx context.Context, idOrName string) (client.Pack, error) {
	one, err := s.findPack(ctx, idOrName)
	if err != nil || one.Packages != nil {
		return one, err
	}
	return s.Pack(ctx, one.ID)
}

func modeText(mode string) string {
	if mode == "multiple" {
		return "once or several times"
	}
	return "once"
}

// packTextFlags are a pack's texts.
type packTextFlags struct {
	Description       *string  `help:"What it is for, in at most 500 characters." placeholder:"TEXT"`
	SupportContact    *string  `name:"support-contact" help:"Whom accounts ask; needed before a release." placeholder:"ADDRESS"`
	InstallationGuide *os.File `name:"installation-guide" help:"File with the installation guide, in Markdown." placeholder:"FILE"`
	UserGuide         *os.File `name:"user-guide" help:"File with the user guide, in Markdown." placeholder:"FILE"`
}

func (f packTextFlags) texts() (client.PackTexts, error) {
	t := client.PackTexts{Description: f.Description, SupportContact: f.SupportContact}
	for _, guide := range []struct {
		file *os.File
		into **string
	}{{f.InstallationGuide, &t.InstallationGuide}, {f.UserGuide, &t.UserGuide}} {
		if guide.file == nil {
			continue
		}
		text, err := io.ReadAll(guide.file)
		if err = errors.Join(err, guide.file.Close()); err != nil {
			return t, usageError{fmt.Errorf("read the guide: %w", err)}
		}
		*guide.into = new(string(text))
	}
	return t, nil
}

// packCreateCmd makes a pack.
type packCreateCmd struct {
	clientFlags
	jsonFlag
	packTextFlags

	Name     string `arg:"" help:"Name of the pack."`
	Multiple bool   `help:"An account may install it several times, each with a name of its own; it is final."`
}

// Run makes it.
func (c *packCreateCmd) Run(ctx context.Context, p program) error {
	texts, err := c.texts()
	if err != nil {
		return err
	}
	mode := "single"
	if c.Multiple {
		mode = "multiple"
	}
	texts.Name, texts.AttachmentMode = &c.Name, &mode
	return c.with(ctx, p, func(s *session) error {
		made, err := s.CreatePack(ctx, texts)
		if err != nil || c.JSON {
			return s.rawOr(made, err)
		}
		return s.say("Made: pack %s (%s)\n", made.Name, made.ID)
	})
}

// packEditCmd changes a pack's texts.
type packEditCmd struct {
	clientFlags
	jsonFlag
	packTextFlags

	Pack string  `arg:"" help:"Name or id of the pack."`
	Name *string `help:"New name." placeholder:"NAME"`
}

// Run changes what is given.
func (c *packEditCmd) Run(ctx context.Context, p program) error {
	texts, err := c.texts()
	if err != nil {
		return err
	}
	texts.Name = c.Name
	if texts == (client.PackTexts{}) {
		return usageError{errors.New("say what to change: --name, --description, --support-contact, --installation-guide or --user-guide")}
	}
	return c.with(ctx, p, func(s *session) error {
		one, err := s.findPack(ctx, c.Pack)
		if err != nil {
			return err
		}
		one, err = s.EditPack(ctx, one.ID, texts)
		if err != nil || c.JSON {
			return s.rawOr(one, err)
		}
		return s.say("Changed: pack %s\n", one.Name)
	})
}

// packPackagesArgs are a pack and packages.
type packPackagesArgs struct {
	clientFlags

	Pack     string   `arg:"" help:"Name or id of the pack."`
	Packages []string `arg:"" name:"package" help:"Names or ids of packages."`
}

func (a packPackagesArgs) each(ctx context.Context, p program, do func(*session, client.Pack, client.Package) (string, error)) error {
	return a.with(ctx, p, func(s *session) error {
		return eachOf(ctx, s, a.Pack, s.findPack, a.Packages, s.findPackage, func(pack client.Pack, pkg client.Package) (string, error) {
			return do(s, pack, pkg)
		})
	})
}

// packAddCmd adds packages.
type packAddCmd struct{ packPackagesArgs }

// Run adds them to the next release; what is there already stays.
func (c *packAddCmd) Run(ctx context.Context, p program) error {
	return c.each(ctx, p, func(s *session, pack client.Pack, pkg client.Package) (string, error) {
		added, err := s.AddPackage(ctx, pack.ID, pkg.ID)
		return fmt.Sprintf("%s: the next release holds %s %s", pack.Name, added.DisplayName, added.Next.Label()), err
	})
}

// packRemoveCmd takes packages out.
type packRemoveCmd struct{ packPackagesArgs }

// Run takes them out of the next release; attachments keep them until then.
func (c *packRemoveCmd) Run(ctx context.Context, p program) error {
	return c.each(ctx, p, func(s *session, pack client.Pack, pkg client.Package) (string, error) {
		return pack.Name + ": the next release comes without " + pkg.DisplayName, s.RemovePackage(ctx, pack.ID, pkg.ID)
	})
}
