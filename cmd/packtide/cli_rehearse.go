package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"packtide/client"
)

// shownRows is how many attachments a rehearsal shows.
const shownRows = 10

// rehearse prints what a release would do: to whom, when, and what stands in its way, which fails the command. holds is what
// it holds, where that is known.
func (s *session) rehearse(ctx context.Context, pack client.Pack, plan client.Plan, holds []client.Content, asJSON bool) error {
	r, err := s.Rehearse(ctx, pack.ID, plan)
	if err != nil {
		return releaseRefused(err, pack)
	}
	if asJSON {
		err = s.printRaw(r)
	} else {
		err = s.printRehearsal(ctx, r, holds)
	}
	if err == nil && len(r.Obstacles)+len(r.Clashes) > 0 {
		err = failure{fmt.Errorf("%s could not be released so%s", r.Pack.Name, evidenceHint(r.Pack.Name, r.Obstacles)), exitRefused}
	}
	return err
}

func (s *session) printRehearsal(ctx context.Context, r client.Rehearsal, holds []client.Content) error {
	applies := "at once"
	if r.Applies.At != nil {
		at, err := s.clocks(ctx, *r.Applies.At, r.Applies.Zone)
		if err != nil {
			return err
		}
		applies = at
	}
	if err := s.say("Nothing is changed: this is what would happen.\n\n"); err != nil {
		return err
	}
	tried := ""
	if r.OptedIn > 0 {
		tried = counted(r.OptedIn, "attachment")
	}
	if err := s.facts([][2]string{
		{"Release", r.Pack.Name + " " + r.Version},
		{"Applies", applies},
		{"Reaches", counted(r.Attachments, "attachment") + " in " + counted(r.Accounts, "account")},
		{"Tried now by", tried},
		{"Would supersede", r.Replaces.Label()},
	}); err != nil {
		return err
	}
	told := func(m client.Move) bool { return len(m.Contents) > 0 }
	if len(holds) > 0 && !slices.ContainsFunc(r.Moves, told) {
		if err := errors.Join(s.say("\nIt holds:\n"), s.print(contentsTable(holds))); err != nil {
			return err
		}
	}
	for _, m := range r.Moves {
		if err := s.printMove(m); err != nil {
			return err
		}
	}
	if err := s.printReached(ctx, r); err != nil {
		return err
	}
	return s.printObstacles(r)
}

// releaseRefused tells with flags and commands what to do about a release that is refused.
func releaseRefused(err error, pack client.Pack) error {
	err = byFlag(err, map[string]string{"date": "--on", "version": "--version", "notes": "--notes"})
	refusal, ok := errors.AsType[*client.Error](err)
	if !ok {
		return err
	}
	if hint := evidenceHint(pack.Name, append(refusal.Errors, client.FieldError{Rule: refusal.Rule})); hint != "" {
		err = hinted{err, strings.TrimPrefix(hint, "\n")}
	}
	return err
}

// evidenceHint leads to the checklist where something of it is missing (R35).
func evidenceHint(pack string, obstacles []client.FieldError) string {
	if !slices.ContainsFunc(obstacles, func(o client.FieldError) bool { return o.Rule == "R35" }) {
		return ""
	}
	return fmt.Sprintf("\nSee the checklist with packtide release evidence %q, and tick an item off with packtide release evidence %q ITEM", pack, pack)
}

// kindText says what a release is for those who run another.
func kindText(kind string) string {
	switch kind {
	case "offer":
		return "can be installed"
	case "unchanged":
		return "nothing changes"
	default:
		return kind
	}
}

func (s *session) printMove(m client.Move) error {
	from := "New installs"
	if m.From != nil {
		from = counted(m.Count, "attachment") + " on " + m.From.Label()
		if m.Tries {
			from += ", which they try"
		}
	}
	var notes []string
	if m.Settings > 0 {
		notes = append(notes, counted(int64(m.Settings), "setting")+" to fill in")
	}
	if m.Breaking > 0 {
		notes = append(notes, counted(int64(m.Breaking), "other breaking change"))
	}
	if err := s.say("\n%s: %s\n", from, strings.Join(append([]string{kindText(m.Kind)}, notes...), ", ")); err != nil {
		return err
	}
	if len(m.Contents) == 0 {
		return nil
	}
	return s.print(contentsTable(m.Contents))
}

// printReached shows the first of the attachments that the release would reach.
func (s *session) printReached(ctx context.Context, r client.Rehearsal) error {
	if r.Attachments == 0 {
		return nil
	}
	t := table{head: []string{"ACCOUNT", "ATTACHMENT", "ENVIRONMENT", "RUNS", "ITS TIME ZONE"}}
	for a, err := range s.InstallBase(ctx, url.Values{"pack": {r.Pack.ID}}) {
		if err != nil {
			return err
		}
		if len(t.lines) == shownRows {
			break
		}
		t.add(a.Account.Name, a.Name, orDash(a.Environment), orDash(a.Runs.Label()), a.Account.Zone)
	}
	if err := s.say("\nThe first of them:\n"); err != nil {
		return err
	}
	return s.print(t)
}

func (s *session) printObstacles(r client.Rehearsal) error {
	var b strings.Builder
	for _, o := range r.Obstacles {
		rule := ""
		if o.Rule != "" {
			rule = " (rule " + o.Rule + ")"
		}
		fmt.Fprintf(&b, "In the way: %s%s\n", oneLine(o.Detail), rule)
	}
	for _, f := range r.Clashes {
		fmt.Fprintf(&b, "In the way: %s %s\n", f.Code, oneLine(f.Message, f.Fix))
	}
	if b.Len() == 0 {
		return nil
	}
	_, err := io.WriteString(s.out, "\n"+b.String())
	return err //nolint:wrapcheck // the last thing printed
}
