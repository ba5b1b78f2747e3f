package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"packtide/client"
)

// releaseCmd is what a publisher does with releases.
type releaseCmd struct {
	Create     releaseCreateCmd     `cmd:"" default:"withargs" help:"Release a pack, at once or on a date; \"packtide release PACK\" is short for it."`
	List       releaseListCmd       `cmd:"" help:"List a pack's releases, newest first."`
	Show       releaseShowCmd       `cmd:"" help:"Show a release with its packages."`
	Wait       releaseWaitCmd       `cmd:"" help:"Wait until a release is current."`
	Reschedule releaseRescheduleCmd `cmd:"" help:"Move a release in testing to another date."`
	Withdraw   releaseWithdrawCmd   `cmd:"" help:"Take a release in testing back."`
	Rollback   releaseRollbackCmd   `cmd:"" help:"Release again what an older release held."`
	Evidence   releaseEvidenceCmd   `cmd:"" help:"Show the checklist of the next release, or tick an item off."`
}

const releaseArgHelp = "A pack's name or id: its release in testing, else its current one; or PACK@VERSION; or a release's id."

// whenFlags say when a release applies, and how it is told.
type whenFlags struct {
	Now       bool          `xor:"when" help:"At once, for the whole install base."`
	On        string        `xor:"when" help:"At the first instant of this date in the publisher's time zone; until then it can be tried." placeholder:"YYYY-MM-DD"`
	Version   string        `help:"Version of the release; by default the one that its changes ask for." placeholder:"1.2.3"`
	Notes     *string       `xor:"notes" help:"Release notes, in Markdown; by default those of the package versions." placeholder:"TEXT"`
	NotesFile *os.File      `name:"notes-file" xor:"notes" help:"File with the release notes; - is standard input." placeholder:"FILE"`
	DryRun    bool          `name:"dry-run" help:"Tell what would happen, and change nothing."`
	Wait      bool          `help:"Wait until the release is current."`
	Timeout   time.Duration `default:"30m" help:"How long --wait waits at most." placeholder:"DURATION"`
}

func (f whenFlags) plan() (client.Plan, error) {
	plan := client.Plan{Version: f.Version, Notes: f.Notes}
	switch {
	case f.Now:
		plan.Schedule = "immediate"
	case f.On != "":
		plan.Schedule, plan.Date = "scheduled", f.On
	default:
		return plan, usageError{errors.New("say when: --now for at once, or --on DATE")}
	}
	if f.NotesFile != nil {
		text, err := io.ReadAll(io.LimitReader(f.NotesFile, 1<<20))
		if err = errors.Join(err, f.NotesFile.Close()); err != nil {
			return plan, usageError{fmt.Errorf("read the notes: %w", err)}
		}
		plan.Notes = new(string(text))
	}
	return plan, nil
}

// releaseCreateCmd releases a pack: its draft as it is, or what was asked for instead.
type releaseCreateCmd struct {
	clientFlags
	jsonFlag
	whenFlags

	Pack    string            `arg:"" help:"Name or id of the pack."`
	Content map[string]string `help:"Version of a package, by its name or id; \"none\" leaves it out. May be repeated." placeholder:"PACKAGE=VERSION"`
	Newest  bool              `help:"Take the newest shareable version of every package, also where the draft holds another."`
}

// Run releases, or tells what it would do.
func (c *releaseCreateCmd) Run(ctx context.Context, p program) error {
	plan, err := c.plan()
	if err != nil {
		return err
	}
	return c.with(ctx, p, func(s *session) error {
		pack, err := s.wholePack(ctx, c.Pack)
		if err != nil {
			return err
		}
		named, err := s.contents(ctx, c.Content)
		if err != nil {
			return err
		}
		next, err := s.nextOf(ctx, pack, c.Newest, named)
		if err != nil {
			return err
		}
		next.into(&plan)
		s.sayNewer(next)
		return c.decide(ctx, s, pack, plan, next.holds, c.JSON)
	})
}

// decide rehearses or releases, and waits where that is asked for; holds is what the release holds, where that is known.
func (f whenFlags) decide(ctx context.Context, s *session, pack client.Pack, plan client.Plan, holds []client.Content, asJSON bool) error {
	if f.DryRun {
		return s.rehearse(ctx, pack, plan, holds, asJSON)
	}
	made, err := s.CreateRelease(ctx, pack.ID, plan)
	if err != nil {
		return releaseRefused(err, pack)
	}
	if f.Wait && made.State != "released" {
		if made, err = f.wait(ctx, s, made, asJSON); err != nil {
			return err
		}
	}
	if asJSON {
		return s.printRaw(made)
	}
	if err := s.sayDecided(ctx, made); err != nil {
		return err
	}
	return s.print(contentsTable(made.Contents))
}

// wait tells people what was decided, then waits until the release is current.
func (f whenFlags) wait(ctx context.Context, s *session, made client.Release, asJSON bool) (client.Release, error) {
	ctx, end := within(ctx, f.Timeout)
	defer end()
	w := newWait(s, f.Timeout)
	if !asJSON {
		if err := w.patiently(ctx, func() error { return w.sayDecided(ctx, made) }); err != nil {
			return made, w.ended(made, err)
		}
	}
	return w.await(ctx, made)
}

// sayDecided tells what was decided of a release, on both clocks.
func (s *session) sayDecided(ctx context.Context, r client.Release) error {
	moment, err := s.moment(ctx, &r.ReleaseRef)
	if err != nil {
		return err
	}
	return s.say("%s %s: %s (%s)\n", r.Pack.Name, r.Label(), moment, r.ID)
}

// releaseListCmd lists releases.
type releaseListCmd struct {
	clientFlags
	jsonFlag

	Pack string `arg:"" help:"Name or id of the pack."`
}

// Run lists those that were decided.
func (c *releaseListCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		pack, err := s.findSeenPack(ctx, c.Pack)
		if err != nil {
			return err
		}
		return lister[client.Release]{
			head: []string{"VERSION", "STATE", "WHEN", "RUN BY", "TRIED BY", "DECIDED BY", "ID"},
			line: func(r client.Release) ([]string, error) {
				moment, err := s.moment(ctx, &r.ReleaseRef)
				return []string{
					r.Label(), releaseState(&r.ReleaseRef), moment, count(r.Adoption.Attachments), count(r.Adoption.OptedIn), r.DecidedBy, r.ID,
				}, err
			},
			empty: fmt.Sprintf("No releases yet. Make one with: packtide release %q --now, or --on DATE", pack.Name),
		}.show(s, s.Releases(ctx, pack.ID), c.JSON)
	})
}

// releaseShowCmd shows a release.
type releaseShowCmd struct {
	clientFlags
	jsonFlag

	Release string `arg:"" help:"${release_arg}"`
}

// Run shows it with what it changes.
func (c *releaseShowCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		r, err := s.findRelease(ctx, c.Release)
		if err != nil || c.JSON {
			return s.rawOr(r, err)
		}
		moment, err := s.moment(ctx, &r.ReleaseRef)
		if err != nil {
			return err
		}
		if err := s.facts([][2]string{
			{"Release", r.Pack.Name + " " + r.Label()},
			{"Id", r.ID},
			{"State", moment},
			{"Decided by", r.DecidedBy},
			{"Reason", r.Reason},
			{"Run by", counted(r.Adoption.Attachments, "attachment") + observedText(r.Adoption)},
			{"Tried by", count(r.Adoption.OptedIn)},
			{"Compared with", r.ComparedWith.Label()},
			{"Notes", r.Notes},
		}); err != nil {
			return err
		}
		return s.print(contentsTable(r.Contents))
	})
}

func observedText(a client.Adoption) string {
	if a.Observed == nil {
		return ""
	}
	return ", installed by the agents of " + strconv.FormatInt(*a.Observed, 10)
}

func contentsTable(contents []client.Content) table {
	t := table{head: []string{"PACKAGE", "NAME", "FROM", "TO"}}
	for _, one := range contents {
		from, to := one.From.Label(), one.To.Label()
		switch {
		case one.From == nil:
			from = "new"
		case one.To == nil:
			to = "removed"
		}
		t.add(one.DisplayName, one.Name, from, to)
	}
	return t
}

// releaseRescheduleCmd moves a release's date.
type releaseRescheduleCmd struct {
	clientFlags
	jsonFlag

	Release string `arg:"" help:"${release_arg}"`
	On      string `required:"" help:"The new date." placeholder:"YYYY-MM-DD"`
	Reason  string `required:"" help:"Why; the accounts and the audit show it." placeholder:"TEXT"`
}

// Run moves it; who tries it goes on (R20).
func (c *releaseRescheduleCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		r, err := s.findRelease(ctx, c.Release)
		if err == nil {
			r, err = s.Reschedule(ctx, r.ID, c.On, c.Reason)
		}
		if err != nil || c.JSON {
			return s.rawOr(r, err)
		}
		return s.sayDecided(ctx, r)
	})
}

// releaseWithdrawCmd takes a release back.
type releaseWithdrawCmd struct {
	clientFlags
	jsonFlag

	Release string `arg:"" help:"${release_arg}"`
	Reason  string `required:"" help:"Why; the accounts and the audit show it." placeholder:"TEXT"`
}

// Run takes it back; who tries it runs the current release again (R20).
func (c *releaseWithdrawCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		r, err := s.findRelease(ctx, c.Release)
		if err == nil {
			r, err = s.Withdraw(ctx, r.ID, c.Reason)
		}
		if err != nil || c.JSON {
			return s.rawOr(r, err)
		}
		return s.say("%s %s: withdrawn. Who tried it runs the current release again.\n", r.Pack.Name, r.Label())
	})
}
