package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"packtide/client"
)

// installCommands are what a managed account does.
type installCommands struct {
	Catalogue   catalogueCmd   `cmd:"" group:"install" help:"List the packs that your account may install."`
	Attachments attachmentsCmd `cmd:"" group:"install" help:"List what your account has installed."`
	Attach      attachCmd      `cmd:"" group:"install" help:"Install a pack."`
	Detach      detachCmd      `cmd:"" group:"install" help:"Uninstall a pack."`
	OptIn       optInCmd       `cmd:"" group:"install" help:"Try the release in testing, before its date."`
	GoBack      goBackCmd      `cmd:"" group:"install" help:"Run the current release again."`
	Feedback    feedbackCmd    `cmd:"" group:"install" help:"Tell the publisher how the release in testing does."`
}

const attachmentArgHelp = "Name or id of the attachment, or its pack's name; ACCOUNT/NAME where several have it."

// catalogueCmd lists what may be installed.
type catalogueCmd struct{ searchedFlags }

// Run lists it.
func (c *catalogueCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		return lister[client.CataloguePack]{
			head: []string{"PACK", "PUBLISHER", "CURRENT", "IN TESTING", "APPLIES", "INSTALLED", "PACK'S ID"},
			line: func(one client.CataloguePack) ([]string, error) {
				applies, err := s.applies(ctx, one.Pending)
				return []string{
					one.Pack.Name, one.Publisher.Name, orDash(one.Current.Label()), orDash(one.Pending.Label()), applies, count(one.Installed), one.Pack.ID,
				}, err
			},
			empty: "Nothing is offered to your account yet. Ask the publisher to put it into a group.",
		}.show(s, s.Catalogue(ctx, c.Query), c.JSON)
	})
}

// attachmentsCmd lists what is installed.
type attachmentsCmd struct {
	clientFlags
	jsonFlag

	Query string `short:"q" help:"Those whose name, or whose pack's name, contains this." placeholder:"TEXT"`
}

// Run lists it.
func (c *attachmentsCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		return lister[client.Attachment]{
			head: []string{"ATTACHMENT", "PACK", "ENVIRONMENT", "STATE", "RUNS", "IN TESTING", "APPLIES", "ID"},
			line: func(a client.Attachment) ([]string, error) {
				applies, err := s.applies(ctx, a.Pending)
				return []string{
					a.Name, a.Pack.Name, orDash(a.Environment), a.State, orDash(a.Runs.Label()), orDash(a.Pending.Label()), applies, a.ID,
				}, err
			},
			empty: "Nothing is installed yet. See packtide catalogue, then: packtide attach PACK",
		}.show(s, s.Attachments(ctx, c.Query), c.JSON)
	})
}

// attachCmd installs.
type attachCmd struct {
	clientFlags
	jsonFlag

	Pack        string `arg:"" help:"Name or id of the pack."`
	Name        string `help:"Name of the attachment; needed where the pack may be installed several times." placeholder:"NAME"`
	Environment string `help:"What it is for, like production." placeholder:"TEXT"`
}

// Run installs the current release (R26).
func (c *attachCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		pack, err := s.findCatalogue(ctx, c.Pack)
		if err != nil {
			return err
		}
		made, err := s.Attach(ctx, pack.Pack.ID, c.Name, c.Environment)
		if err != nil || c.JSON {
			return s.rawOr(made, err)
		}
		return s.say("Installed: %s runs %s %s (%s)\n", made.Name, made.Pack.Name, made.Runs.Label(), made.ID)
	})
}

// detachCmd uninstalls.
type detachCmd struct {
	clientFlags

	Attachment string `arg:"" help:"${attachment_arg}"`
	Yes        bool   `help:"Confirm it without being asked."`
}

// Run asks, then uninstalls; the history stays.
func (c *detachCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		a, err := s.findAttachment(ctx, c.Attachment)
		if err != nil {
			return err
		}
		if err := s.confirm(c.Yes, fmt.Sprintf("%s will no longer run %s. Its history stays.", a.Name, a.Pack.Name)); err != nil {
			return err
		}
		if err := s.Detach(ctx, a.ID); err != nil {
			return err
		}
		return s.say("Uninstalled: %s. Its history stays: packtide history %s\n", a.Name, a.ID)
	})
}

// optInCmd tries a release.
type optInCmd struct {
	clientFlags
	jsonFlag

	Attachment string `arg:"" help:"${attachment_arg}"`
	Reason     string `help:"For support, who acts for an account: why." placeholder:"TEXT"`
}

// Run tries the release that is pending now, and no other (R27).
func (c *optInCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		a, err := s.findAttachment(ctx, c.Attachment)
		if err != nil {
			return err
		}
		pending := ""
		if a.Pending != nil {
			pending = a.Pending.ID
		}
		a, err = s.OptIn(ctx, a.ID, pending, c.Reason)
		if err != nil || c.JSON {
			return s.rawOr(a, err)
		}
		applies, err := s.applies(ctx, a.Pending)
		if err != nil {
			return err
		}
		return s.say("%s tries %s %s. You can go back until %s.\n", a.Name, a.Pack.Name, a.Runs.Label(), applies)
	})
}

// goBackCmd ends a trial.
type goBackCmd struct {
	clientFlags
	jsonFlag

	Attachment string `arg:"" help:"${attachment_arg}"`
	Reason     string `help:"For support, who acts for an account: why." placeholder:"TEXT"`
}

// Run goes back to the current release.
func (c *goBackCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		a, err := s.findAttachment(ctx, c.Attachment)
		if err != nil {
			return err
		}
		a, err = s.GoBack(ctx, a.ID, c.Reason)
		if err != nil || c.JSON {
			return s.rawOr(a, err)
		}
		return s.say("%s runs %s %s again.\n", a.Name, a.Pack.Name, a.Runs.Label())
	})
}

// feedbackCmd tells how a release does.
type feedbackCmd struct {
	clientFlags
	jsonFlag

	Attachment string `arg:"" help:"${attachment_arg}"`
	Verdict    string `arg:"" enum:"works,blocked" help:"works or blocked."`
	Text       string `arg:"" optional:"" help:"What you saw; needed with blocked."`
	File       string `help:"A file to add, of at most 10 MB." placeholder:"FILE"`
}

// Run sends it to the publisher and to support (R31).
func (c *feedbackCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		a, err := s.findAttachment(ctx, c.Attachment)
		if err != nil {
			return err
		}
		file, err := fileToAdd(c.File)
		if err != nil {
			return err
		}
		given, err := s.GiveFeedback(ctx, a.ID, c.Verdict, c.Text, file)
		if err != nil || c.JSON {
			return s.rawOr(given, err)
		}
		return s.say("Told %s: %s %s %s.\n", a.Publisher.Name, a.Pack.Name, given.Release.Label(), given.Verdict)
	})
}

// fileToAdd is a file that goes along with a text; nil for no path.
func fileToAdd(path string) (*client.File, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // none is an answer
	}
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no file", path)
	}
	if err != nil {
		return nil, usageError{err}
	}
	return &client.File{
		Name: filepath.Base(path), Size: info.Size(),
		Open: func() (io.ReadCloser, error) { return os.Open(path) },
	}, nil
}
