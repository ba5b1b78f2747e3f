package api

import (
	"time"

	"packtide/release"
)

// event is who changed what (R33).
type event struct {
	ID        release.ID     `json:"id"`
	At        time.Time      `json:"at"`
	Actor     eventActor     `json:"actor"`
	Source    release.Source `json:"source"`
	Action    string         `json:"action"`
	Subject   named          `json:"subject"`
	Publisher *named         `json:"publisher"`
	Account   *named         `json:"account"`
	Pack      *named         `json:"pack"`
	Reason    string         `json:"reason"`
	Before    map[string]any `json:"before"`
	After     map[string]any `json:"after"`
	RequestID string         `json:"request_id"`
}

type eventActor struct {
	ID   *release.ID `json:"id"`
	Name string      `json:"name"`
}

func eventOf(e release.EventRow) event {
	return event{
		e.ID, e.At.UTC(),
		eventActor{e.ActorID, e.ActorName},
		e.Source, e.Action,
		named{e.Subject, e.SubjectName},
		namedOrNull(e.PublisherID, e.PublisherName), namedOrNull(e.AccountID, e.AccountName), namedOrNull(e.PackID, e.PackName), e.Reason,
		e.Before, e.After, e.RequestID,
	}
}

// eventFilter reads what narrows the audit.
func (c *call) eventFilter() (release.EventFilter, error) {
	f := release.EventFilter{Actions: severalOf(c.QueryParam("action"))}
	if len(f.Actions) > mostValues {
		return f, onField("action", "Give at most %d actions.", mostValues)
	}
	var err error
	if f.Source, err = oneOf("source", c.QueryParam("source"), release.FromUI, release.FromAPI, release.FromScheduler, release.FromCLI); err != nil {
		return f, err
	}
	if f.From, err = c.instant("from"); err != nil {
		return f, err
	}
	if f.To, err = c.instant("to"); err != nil {
		return f, err
	}
	return f, readIDs(c.QueryParams(), map[string]*release.ID{
		"actor": &f.Actor, "subject": &f.Subject, "publisher": &f.Publisher, "account": &f.Account, "pack": &f.Pack,
	})
}

// events are what happened in the actor's account, or anywhere for staff; the newest first.
func (s *Server) events(c *call) error {
	f, err := c.eventFilter()
	if err != nil {
		return err
	}
	format, err := c.format("json", "csv")
	if err != nil {
		return err
	}
	if format == "csv" {
		return s.exports.EventsCSV(s.download(c), c.actor, f)
	}
	p, before, err := c.byID()
	if err != nil {
		return err
	}
	f.Before, f.Limit = before, p.ask()
	rows, err := s.reader.Events(c.ctx(), c.actor, f)
	if err != nil {
		return err
	}
	return list(c, p, rows, eventOf, func(e release.EventRow) []string { return []string{e.ID.String()} })
}
