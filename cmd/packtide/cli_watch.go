package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"packtide/client"
	"packtide/release"
)

// watchCommands tell what runs where, and who changed what.
type watchCommands struct {
	InstallBase installBaseCmd `cmd:"" group:"watch" help:"List what runs where, now or at a past moment."`
	History     historyCmd     `cmd:"" group:"watch" help:"Tell what an attachment ran, since when, and why."`
	Audit       auditCmd       `cmd:"" group:"watch" help:"List who changed what."`
	Webhooks    webhooksCmd    `cmd:"" group:"watch" help:"Webhooks: addresses of yours that hear what happens."`
	Account     accountCmd     `cmd:"" group:"watch" help:"Accounts that you may see."`
}

// listFlags are those of the long lists.
type listFlags struct {
	jsonFlag
	CSV   bool `name:"csv" help:"Print a table for other programs, with all rows."`
	Limit int  `default:"100" help:"How many rows to show to people at most; 0 for all. --json and --csv print all." placeholder:"ROWS"`
}

// rowsLeft tells people that a list goes on.
func rowsLeft(s *session, shown int) {
	fmt.Fprintf(s.err, "There are more than %d rows: narrow them, or see all with --limit 0, --json or --csv.\n", shown)
}

// installBaseCmd lists attachments.
type installBaseCmd struct {
	clientFlags
	listFlags

	Query       string   `short:"q" help:"Those whose name, account or pack contains this." placeholder:"TEXT"`
	Pack        string   `help:"Of this pack, by name or id." placeholder:"PACK"`
	Account     string   `help:"Of this account, by name or id." placeholder:"ACCOUNT"`
	Release     string   `help:"That run this release: PACK@VERSION or an id." placeholder:"RELEASE"`
	Version     string   `help:"That run a release of this version." placeholder:"1.2.3"`
	State       string   `enum:",current,trying,waiting,outside,detached" default:"" help:"In this state: current, trying (what is in testing), waiting (for it), outside (its account may not install the pack any more) or detached." placeholder:"STATE"`
	Zone        []string `help:"Of accounts in this time zone; may be repeated." placeholder:"ZONE"`
	Environment []string `help:"With this environment; may be repeated." placeholder:"TEXT"`
	At          string   `help:"As it was at a past moment: 2027-01-31T14:00:00Z, or \"2027-01-31 14:00\" on your own clock." placeholder:"MOMENT"`
}

// Run lists it.
func (c *installBaseCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		filters, err := c.filters(ctx, s)
		if err != nil {
			return err
		}
		if c.CSV {
			return s.CSV(ctx, "install-base", filters, s.csvOut())
		}
		return lister[client.Attachment]{
			head: []string{"ACCOUNT", "ATTACHMENT", "PACK", "ENVIRONMENT", "STATE", "RUNS", "SINCE OR NEXT", "ID"},
			line: func(a client.Attachment) ([]string, error) {
				runs, when, err := s.runsWhen(ctx, a)
				return []string{a.Account.Name, a.Name, a.Pack.Name, orDash(a.Environment), a.State, runs, when, a.ID}, err
			},
			empty: "No attachment fits. Leave filters away, or look for what is detached with --state detached.",
			most:  c.Limit,
		}.show(s, s.InstallBase(ctx, filters), c.JSON)
	})
}

// runsWhen is the release that an attachment runs, and what there is to know of its time: when the pending one applies, or
// at a past moment since when.
func (s *session) runsWhen(ctx context.Context, a client.Attachment) (runs, when string, err error) {
	switch {
	case a.Ran != nil && a.Since != nil:
		when, err = s.clocks(ctx, *a.Since, a.Publisher.Zone)
		return a.Ran.Label(), "since " + when, err
	case a.Pending != nil:
		when, err = s.applies(ctx, a.Pending)
		return orDash(a.Runs.Label()), a.Pending.Label() + " applies " + when, err
	default:
		return orDash(a.Runs.Label()), "-", nil
	}
}

func (c *installBaseCmd) filters(ctx context.Context, s *session) (url.Values, error) {
	f := url.Values{}
	set := func(name, value string) {
		if value != "" {
			f.Set(name, value)
		}
	}
	set("q", c.Query)
	set("version", c.Version)
	set("state", c.State)
	for _, zone := range c.Zone {
		f.Add("zone", zone)
	}
	for _, environment := range c.Environment {
		f.Add("environment", environment)
	}
	if err := s.packAndAccount(ctx, f, c.Pack, c.Account); err != nil {
		return nil, err
	}
	if c.Release != "" {
		r, err := s.findRelease(ctx, c.Release)
		if err != nil {
			return nil, err
		}
		set("release", r.ID)
	}
	at, err := s.instant(ctx, c.At)
	set("at", at)
	return f, err
}

// instant reads a moment, on the person's own clock unless it tells its offset; nothing stays nothing.
func (s *session) instant(ctx context.Context, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at.UTC().Format(time.RFC3339Nano), nil
	}
	mine, err := s.myZone(ctx)
	if err != nil {
		return "", err
	}
	for _, layout := range []string{clockLayout, "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02T15:04:05", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, text, mine); err == nil {
			return at.UTC().Format(time.RFC3339Nano), nil
		}
	}
	return "", usageError{fmt.Errorf("%q is no moment: give it like 2027-01-31T14:00:00Z, or like \"2027-01-31 14:00\" on your own clock", text)}
}

// historyCmd tells what an attachment ran.
type historyCmd struct {
	clientFlags
	jsonFlag

	Attachment string `arg:"" help:"${attachment_arg}"`
}

// Run tells it, newest first (R32).
func (c *historyCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		a, err := s.findAttachment(ctx, c.Attachment)
		if err != nil {
			return err
		}
		items := s.History(ctx, a.ID)
		if c.JSON {
			return printList(s, items)
		}
		if err := s.say("%s of %s, pack %s of %s\n", a.Name, a.Account.Name, a.Pack.Name, a.Publisher.Name); err != nil {
			return err
		}
		t := table{head: []string{"SINCE", "RUNS", "HOW", "BY", "REASON"}}
		for h, err := range items {
			if err != nil {
				return err
			}
			since, err := s.clocks(ctx, h.Since, a.Publisher.Zone)
			if err != nil {
				return err
			}
			how := h.How
			if h.Late {
				how += ", late"
			}
			t.add(since, orDash(h.Release.Label()), how, firstOf(h.By, "the clock"), h.Reason)
		}
		return s.print(t)
	})
}

// auditCmd lists audit events.
type auditCmd struct {
	clientFlags
	listFlags

	Action  []string `help:"Of this kind, like release.scheduled; may be repeated." placeholder:"ACTION"`
	Actor   string   `help:"By this person's id, or me." placeholder:"PERSON"`
	Subject string   `help:"On the thing of this id." placeholder:"ID"`
	Pack    string   `help:"On this pack, by name or id." placeholder:"PACK"`
	Account string   `help:"In this account, by name or id." placeholder:"ACCOUNT"`
	Source  string   `enum:",ui,api,scheduler,cli" default:"" help:"From here: ui, api, scheduler or cli." placeholder:"SOURCE"`
	From    string   `help:"Since this moment." placeholder:"MOMENT"`
	To      string   `help:"Before this moment." placeholder:"MOMENT"`
}

// Run lists them, newest first.
func (c *auditCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		filters, err := c.filters(ctx, s)
		if err != nil {
			return err
		}
		if c.CSV {
			return s.CSV(ctx, "audit-events", filters, s.csvOut())
		}
		return lister[client.Event]{
			head: []string{"WHEN", "WHO", "FROM", "WHAT", "SUBJECT", "ACCOUNT", "REASON"},
			line: func(e client.Event) ([]string, error) {
				at, err := s.clocks(ctx, e.At, "")
				account := ""
				if e.Account != nil {
					account = e.Account.Name
				}
				return []string{at, firstOf(e.Actor.Name, "the clock"), e.Source, e.Action, e.Subject.Name, orDash(account), e.Reason}, err
			},
			empty: "No event fits. Leave filters away.",
			most:  c.Limit,
		}.show(s, s.Events(ctx, filters), c.JSON)
	})
}

func (c *auditCmd) filters(ctx context.Context, s *session) (url.Values, error) {
	f := url.Values{}
	for _, action := range c.Action {
		f.Add("action", action)
	}
	actor := c.Actor
	if actor == "me" {
		me, err := s.me(ctx)
		if err != nil {
			return nil, err
		}
		actor = me.Person.ID
	}
	if _, err := release.ParseID(actor); actor != "" && err != nil {
		return nil, usageError{errors.New("--actor takes a person's id, or me; --json shows the ids")}
	}
	from, err := s.instant(ctx, c.From)
	if err != nil {
		return nil, err
	}
	to, err := s.instant(ctx, c.To)
	if err != nil {
		return nil, err
	}
	if err := s.packAndAccount(ctx, f, c.Pack, c.Account); err != nil {
		return nil, err
	}
	for name, value := range map[string]string{"actor": actor, "subject": c.Subject, "source": c.Source, "from": from, "to": to} {
		if value != "" {
			f.Set(name, value)
		}
	}
	return f, nil
}
