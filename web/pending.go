package web

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"packtide/release"
	"packtide/web/view"
)

// pending answers what a release in testing means for the account's attachments; afterwards, what became of it.
func (s *Server) pending(v *visit) error { return s.showPending(v, http.StatusOK, view.Pending{}) }

// showPending draws the page as things are now, with what a refused click had chosen.
func (s *Server) showPending(v *visit, status int, p view.Pending) error {
	id, err := v.id("release")
	if err != nil {
		return err
	}
	p.Release, err = s.reader.Release(v.ctx(), v.actor, id)
	if errors.Is(err, release.ErrNotFound) || (err == nil && p.Release.State != release.Pending) {
		return s.endedTesting(v, id, p.Refusal)
	}
	if err != nil {
		return err
	}
	p.Clock, p.Admin = v.clock(), v.actor.Managed == release.RoleAdmin
	if err := s.fillPending(v, &p); err != nil {
		return err
	}
	s.noteLook(v, id)
	head := view.Page{
		Title: view.PendingTitle(p), LedeContent: view.PendingLede(p), Actions: view.PendingActions(p),
		Crumbs: []view.Crumb{{Href: "/home", Label: "Home"}, {Label: p.Release.PackName + " " + view.ReleaseLabel(&p.Release.ReleaseRef)}},
	}
	return v.page(status, head, view.PendingPage(p))
}

// fillPending reads the account's part: its attachments, what changes for them, what it has said.
func (s *Server) fillPending(v *visit, p *view.Pending) (err error) {
	if p.Pack, err = s.reader.CataloguePack(v.ctx(), v.actor, p.Release.PackID); err != nil {
		return err
	}
	if err := s.pendingRows(v, p); err != nil {
		return err
	}
	if p.Changes, err = s.changesOf(v, p.Release); err != nil {
		return err
	}
	if p.Admins, err = s.reader.Admins(v.ctx(), v.actor); err != nil {
		return err
	}
	p.Said, err = s.reader.Feedback(v.ctx(), v.actor, release.FeedbackFilter{Release: p.Release.ID, Account: v.actor.Account, Limit: pageSize})
	if err != nil || !p.Acts() {
		return err
	}
	return s.pendingSpeaker(v, p)
}

// pendingSpeaker is the attachment that feedback is asked of: the one that the address names, else the only one that tries
// the release.
func (s *Server) pendingSpeaker(v *visit, p *view.Pending) error {
	var named release.ID
	if err := readIDs(v.QueryParams(), map[string]*release.ID{view.PendingSpeaker: &named}); err != nil {
		return err
	}
	if named.IsZero() {
		trying := slices.DeleteFunc(slices.Clone(p.Rows), func(a release.AttachmentRow) bool { return !a.Trying() })
		if p.Speaker = nil; len(trying) == 1 && p.Pack.OptIns == 1 {
			p.Speaker = &trying[0]
		}
		return nil
	}
	row, err := s.reader.Attachment(v.ctx(), v.actor, named)
	if err != nil {
		return err
	}
	if !v.owns(row) || row.Pack != p.Release.PackID {
		return release.ErrNotFound
	}
	if view.TrialOf(row, v.now) == view.TrialRunning {
		p.Speaker = &row
	}
	return nil
}

// pendingRows is one page of the attachments that the address asks for.
func (s *Server) pendingRows(v *visit, p *view.Pending) error {
	f := release.InstallBaseFilter{
		Account: v.actor.Account, Pack: p.Release.PackID, Limit: pageSize + 1,
		Query: strings.TrimSpace(v.QueryParam("q")), State: release.AttachmentState(v.QueryParam("state")),
	}
	if !slices.Contains([]release.AttachmentState{"", release.StateTrying, release.StateWaiting}, f.State) {
		return release.ErrNotFound
	}
	if err := readIDs(v.QueryParams(), map[string]*release.ID{"before": &f.Before}); err != nil {
		return err
	}
	rows, err := s.reader.InstallBase(v.ctx(), v.actor, f)
	if err != nil {
		return err
	}
	p.State, p.Query, p.List = f.State, f.Query, maps.Clone(v.QueryParams())
	p.List.Del(view.PendingSpeaker)
	var more bool
	if p.Rows, more = cut(rows, pageSize); more {
		p.Older = view.With(p.Path(), p.List, "before", p.Rows[len(p.Rows)-1].ID.String())
	}
	if !f.Before.IsZero() {
		p.Newest = view.Without(p.Path(), p.List)
	}
	return nil
}

// endedTesting tells what became of a release whose testing period is over, and of the account's attachments with it.
func (s *Server) endedTesting(v *visit, id release.ID, refusal string) error {
	ended, err := s.reader.EndedTesting(v.ctx(), v.actor, id)
	if err != nil {
		return err
	}
	p := view.EndedTesting{Ended: ended, Refusal: refusal, Clock: v.clock()}
	if p.Said, err = s.reader.Feedback(v.ctx(), v.actor, release.FeedbackFilter{Release: id, Account: v.actor.Account, Limit: pageSize}); err != nil {
		return err
	}
	label := view.ReleaseLabel(&ended.ReleaseRef)
	status := http.StatusOK
	if refusal != "" {
		status = http.StatusConflict
	}
	return v.page(status, view.Page{
		Title: "What became of " + ended.PackName + " " + label + "?", LedeContent: view.EndedLede(p),
		Crumbs: []view.Crumb{{Href: "/home", Label: "Home"}, {Label: ended.PackName + " " + label}},
	}, view.EndedPage(p))
}
