package web

import (
	"net/http"

	"packtide/release"
	"packtide/web/view"
)

// activity tells what happened in the account, newest first.
func (s *Server) activity(v *visit) error {
	f := release.EventFilter{Limit: pageSize + 1}
	if err := readIDs(v.QueryParams(), map[string]*release.ID{"before": &f.Before}); err != nil {
		return err
	}
	rows, err := s.reader.Events(v.ctx(), v.actor, f)
	if err != nil {
		return err
	}
	rows, more := cut(rows, pageSize)
	a := view.Activity{Rows: rows, Clock: v.clock(), Publisher: v.actor.ReadsPublisher()}
	if !f.Before.IsZero() {
		a.Newest = "/activity"
	}
	if more {
		a.Older = v.withQuery("before", rows[pageSize-1].ID.String())
	}
	head := view.Page{Title: "Activity", Lede: "What people and the clock did here, newest first. Nothing in it can be changed."}
	return v.page(http.StatusOK, head, view.ActivityPage(a))
}
