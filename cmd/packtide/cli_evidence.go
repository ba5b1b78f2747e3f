package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"

	"packtide/client"
)

// releaseEvidenceCmd lists and gives evidence for a pack's next release.
type releaseEvidenceCmd struct {
	clientFlags
	jsonFlag

	Pack     string `arg:"" help:"Name or id of the pack."`
	Item     string `arg:"" optional:"" help:"Label or id of what you looked at; without one the checklist is shown."`
	Note     string `help:"What you saw." placeholder:"TEXT"`
	Link     string `help:"Where it can be read, beginning with https://." placeholder:"URL"`
	File     string `help:"A file to add, of at most 10 MB." placeholder:"FILE"`
	TakeBack bool   `name:"take-back" help:"Take the tick away."`
}

// Run shows the checklist of the pack's next release, or ticks one item off (R35).
func (c *releaseEvidenceCmd) Run(ctx context.Context, p program) error {
	if c.Item == "" && (c.Note != "" || c.Link != "" || c.File != "" || c.TakeBack) {
		return usageError{errors.New("say which item of the checklist is meant; without flags it is shown")}
	}
	return c.with(ctx, p, func(s *session) error {
		pack, err := s.findPack(ctx, c.Pack)
		if err != nil {
			return err
		}
		if c.Item == "" {
			return c.show(ctx, s, pack)
		}
		draft, err := s.BeginDraft(ctx, pack.ID)
		if err != nil {
			return err
		}
		item, err := s.findEvidence(ctx, draft.ID, c.Item, pack.Name)
		if err != nil {
			return err
		}
		return c.tick(ctx, s, draft, item)
	})
}

func (c *releaseEvidenceCmd) show(ctx context.Context, s *session, pack client.Pack) error {
	id, of := pack.DraftID, "its next release"
	if latest := cmp.Or(pack.Pending, pack.Current); id == "" && latest != nil {
		id, of = latest.ID, latest.Label()+", as nothing newer is prepared"
	}
	if id == "" {
		return s.say("%s: nothing is prepared for its next release yet. Ticking an item of your settings page off begins it.\n", pack.Name)
	}
	items := s.Evidence(ctx, id)
	if c.JSON {
		return printList(s, items)
	}
	if err := s.say("%s: the checklist of %s\n", pack.Name, of); err != nil {
		return err
	}
	t := table{head: []string{"ITEM", "DEMANDED", "TICKED OFF", "BY", "NOTE", "ID"}}
	for line, err := range items {
		if err != nil {
			return err
		}
		demanded, at, by, note := "no", "-", "", ""
		if line.Demanded {
			demanded = "yes"
		}
		if line.Given != nil {
			by, note = line.Given.By, line.Given.Note+" "+line.Given.Link
			if at, err = s.clocks(ctx, line.Given.At, ""); err != nil {
				return err
			}
			if line.Given.Outdated {
				at += ", before the versions changed"
			}
		}
		t.add(line.Label, demanded, at, by, note, line.ItemID)
	}
	return s.printOr(t, "Your checklist is empty. Its items are kept on the settings page.")
}

func (s *session) findEvidence(ctx context.Context, release, item, pack string) (client.EvidenceLine, error) {
	return named[client.EvidenceLine]{
		what: "item", see: fmt.Sprintf("packtide release evidence %q", pack),
		all:   func(string) iter.Seq2[client.EvidenceLine, error] { return s.Evidence(ctx, release) },
		names: func(l client.EvidenceLine) (string, []string, string) { return l.ItemID, []string{l.Label}, "" },
	}.find(ctx, item)
}

func (c *releaseEvidenceCmd) tick(ctx context.Context, s *session, draft client.Release, item client.EvidenceLine) error {
	if c.TakeBack {
		if err := s.TakeEvidenceBack(ctx, draft.ID, item.ItemID); err != nil {
			return err
		}
		return s.say("%s: %s is no longer ticked off.\n", draft.Pack.Name, item.Label)
	}
	file, err := fileToAdd(c.File)
	if err != nil {
		return err
	}
	given, err := s.GiveEvidence(ctx, draft.ID, item.ItemID, c.Note, c.Link, file)
	if err != nil || c.JSON {
		return s.rawOr(given, err)
	}
	return s.say("%s: %s is ticked off for the next release.\n", draft.Pack.Name, item.Label)
}
