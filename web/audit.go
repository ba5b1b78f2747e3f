package web

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"packtide/release"
	"packtide/store"
	"packtide/web/view"
)

// audit lists everything that has changed state, newest first.
func (s *Server) audit(v *visit) error {
	f, form, err := eventFilter(v.QueryParams(), v.zone)
	if err != nil {
		return err
	}
	page := view.Audit{Query: v.QueryParams(), Form: form, Clock: v.clock()}
	status := http.StatusOK
	if len(form.Errors) > 0 {
		status = http.StatusUnprocessableEntity
	} else {
		f.Limit = pageSize + 1
		rows, err := s.reader.Events(v.ctx(), v.actor, f)
		if err != nil {
			return err
		}
		page.Rows, page.Older = cut(rows, pageSize)
	}
	page.Chips = auditChips(f, page.Rows)
	head := view.Page{Title: "Who changed what, and when?", Lede: "Every change of state, for ever. Nothing here can be edited."}
	return v.page(status, head, view.AuditPage(page))
}

// auditChips names the things that the list is narrowed to. All rows share them, so the first one knows their names.
func auditChips(f release.EventFilter, rows []release.EventRow) []view.Chip {
	var e release.EventRow
	if len(rows) > 0 {
		e = rows[0]
	}
	var chips []view.Chip
	for _, c := range []struct {
		id                 release.ID
		param, label, name string
	}{
		{f.Subject, "subject", "About", e.SubjectName},
		{f.Actor, "actor", "By", e.ActorName},
		{f.Account, "account", "Account", e.AccountName},
		{f.Publisher, "publisher", "Publisher", e.PublisherName},
		{f.Pack, "pack", "Pack", e.PackName},
	} {
		if !c.id.IsZero() {
			chips = append(chips, view.Chip{Param: c.param, Label: c.label, Text: cmp.Or(c.name, c.id.String())})
		}
	}
	return chips
}

// auditCSV exports exactly the events of the filter.
func (s *Server) auditCSV(v *visit) error {
	f, form, err := eventFilter(v.QueryParams(), v.zone)
	if err != nil {
		return err
	}
	if len(form.Errors) > 0 {
		return release.ErrDateForm
	}
	return exportTableCSV(s, v, eventsExport(s.reader, v.actor, f))
}

// eventsExport is the audit as a file: exactly the events of the filter.
func eventsExport(r *store.Reader, by release.Actor, f release.EventFilter) exportTable[release.EventRow] {
	return exportTable[release.EventRow]{
		name: "audit-events",
		columns: named("id", "at", "actor_id", "actor", "source", "action", "subject_id", "subject", "publisher", "account", "pack", "reason",
			"before", "after", "request_id"),
		each: func(ctx context.Context, row func(release.EventRow) error) error { return r.EachEvent(ctx, by, f, row) },
		cells: func(e release.EventRow) []any {
			return []any{
				e.ID.String(), e.At, optionalID(e.ActorID), e.ActorName, string(e.Source), e.Action, e.Subject.String(), e.SubjectName,
				e.PublisherName, e.AccountName, e.PackName, e.Reason, compactJSON(e.Before), compactJSON(e.After), e.RequestID,
			}
		},
	}
}

// eventFilter reads the filter of the address. Days are the viewer's, the last one included.
func eventFilter(q url.Values, zone *time.Location) (release.EventFilter, view.AuditForm, error) {
	form := view.AuditForm{From: q.Get("from"), To: q.Get("to"), Action: q.Get("action"), Source: q.Get("source")}
	f := release.EventFilter{Source: release.Source(form.Source)}
	if !view.KnownSource(form.Source) {
		return f, form, release.ErrNotFound
	}
	if form.Action != "" {
		f.Actions = view.ActionsOf(form.Action)
	}
	day := func(field, text string, days int) *time.Time {
		if text == "" {
			return nil
		}
		date, err := release.ParseDate(text)
		if err != nil {
			form.Errors = append(form.Errors, view.FieldError{Field: field, Text: "Give a date like 2026-11-30."})
			return nil
		}
		at := time.Date(date.Year, date.Month, date.Day+days, 0, 0, 0, 0, zone)
		return &at
	}
	f.From, f.To = day("from", form.From, 0), day("to", form.To, 1)
	ids := map[string]*release.ID{
		"subject": &f.Subject, "publisher": &f.Publisher, "account": &f.Account, "pack": &f.Pack, "actor": &f.Actor, "before": &f.Before,
	}
	return f, form, readIDs(q, ids)
}

func optionalID(id *release.ID) string {
	if id == nil {
		return ""
	}
	return id.String()
}

// compactJSON is a change as one cell; what came out of the database as JSON goes back into it.
func compactJSON(m map[string]any) string {
	if len(m) == 0 {
		return ""
	}
	b, err := json.Marshal(m)
	if err != nil {
		return ""
	}
	return string(b)
}
