package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"packtide/release"
)

// Audit appends events, all in one statement (R33).
func (t *tx) Audit(ctx context.Context, events ...release.Event) error {
	if len(events) == 0 {
		return nil
	}
	var e columns
	for _, event := range events {
		if err := e.add(event); err != nil {
			return err
		}
	}
	return t.do(ctx, "write the audit", `
		INSERT INTO audit_event (id, at, actor_id, actor_name, source, action, subject, subject_name,
		                         publisher_id, account_id, pack_id, reason, before, after, request_id)
		SELECT id, at, actor_id, actor_name, source, action, subject, subject_name,
		       publisher_id, account_id, pack_id, reason, before::jsonb, after::jsonb, request_id
		  FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::text[],
		              $9::uuid[], $10::uuid[], $11::uuid[], $12::text[], $13::text[], $14::text[], $15::text[])
		       e (id, at, actor_id, actor_name, source, action, subject, subject_name,
		          publisher_id, account_id, pack_id, reason, before, after, request_id)`,
		e.ids, e.ats, e.actors, e.actorNames, e.sources, e.actions, e.subjects, e.subjectNames,
		e.publishers, e.accounts, e.packs, e.reasons, e.befores, e.afters, e.requests)
}

// columns are events, turned by a quarter.
type columns struct {
	ids, subjects                                                 []release.ID
	ats                                                           []time.Time
	actors, publishers, accounts, packs                           []*release.ID
	actorNames, sources, actions, subjectNames, reasons, requests []string
	befores, afters                                               []*string
}

func (c *columns) add(e release.Event) error {
	before, err := fields(e.Before)
	if err != nil {
		return fmt.Errorf("write the audit event %s: %w", e.Action, err)
	}
	after, err := fields(e.After)
	if err != nil {
		return fmt.Errorf("write the audit event %s: %w", e.Action, err)
	}
	c.ids, c.ats, c.subjects = append(c.ids, e.ID), append(c.ats, e.At), append(c.subjects, e.Subject)
	c.actors, c.publishers = append(c.actors, orNull(e.Actor.Person)), append(c.publishers, orNull(e.Publisher))
	c.accounts, c.packs = append(c.accounts, orNull(e.Account)), append(c.packs, orNull(e.Pack))
	c.actorNames, c.sources = append(c.actorNames, e.Actor.Name), append(c.sources, string(e.Actor.Source))
	c.actions, c.subjectNames = append(c.actions, e.Action), append(c.subjectNames, e.SubjectName)
	c.reasons, c.requests = append(c.reasons, e.Reason), append(c.requests, e.Actor.RequestID)
	c.befores, c.afters = append(c.befores, before), append(c.afters, after)
	return nil
}

// fields are NULL when nothing is told.
func fields(values map[string]any) (*string, error) {
	if values == nil {
		return nil, nil //nolint:nilnil // NULL
	}
	text, err := json.Marshal(values)
	s := string(text)
	return &s, err
}
