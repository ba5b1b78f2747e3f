package web

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"packtide/release"
	"packtide/web/view"
)

// pendingAct is one thing that several attachments may do about a pending release.
type pendingAct struct {
	all  release.AttachmentState // whom "all" means
	do   func(ctx context.Context, by release.Actor, pending release.ID, ids []release.ID) (release.Several, error)
	done func(*view.Pending, int) string
}

// errNobodyLeft answers a second click on "all", or one that came behind somebody else's.
var errNobodyLeft = &release.Error{Kind: release.Conflict, Rule: "R27", Message: "No attachment is left to change: all were changed before this click."}

// tryPending opts the chosen attachments in to the release, or all that wait (R27).
func (s *Server) tryPending(v *visit) error {
	return s.actPending(v, pendingAct{release.StateWaiting, s.service.OptInSeveral, view.TriedWords})
}

// goBackPending takes the chosen attachments, or all that try the release, back to the current one (R27).
func (s *Server) goBackPending(v *visit) error {
	return s.actPending(v, pendingAct{release.StateTrying, s.service.GoBackSeveral, view.WentBackWords})
}

// actPending changes each attachment by itself, at most MostAtOnce at one click, and tells which could not.
func (s *Server) actPending(v *visit, act pendingAct) error {
	id, err := v.id("release")
	if err != nil {
		return err
	}
	ids, err := s.pendingChosen(v, id, act.all)
	if r, ok := refused(err); ok {
		return s.showPending(v, r.Status, view.Pending{Refusal: r.Errors[0].Text})
	}
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		return s.showPending(v, http.StatusUnprocessableEntity, view.Pending{Errors: []view.FieldError{{
			Field: view.PendingField, Text: "Choose at least one attachment, or use the button for all of them.",
		}}})
	}
	got, err := act.do(v.ctx(), v.actor, id, ids)
	if err != nil {
		return err
	}
	return s.tellPending(v, id, act, got)
}

// pendingChosen are the attachments that the form names, or the first of all that are in the state.
func (s *Server) pendingChosen(v *visit, id release.ID, all release.AttachmentState) ([]release.ID, error) {
	form, err := v.FormValues()
	if err != nil {
		return nil, err
	}
	names := form[view.PendingField]
	if only := form.Get(view.PendingOnly); only != "" {
		names = []string{only}
	}
	if form.Get(view.PendingAll) != "" {
		return s.pendingAll(v, id, all)
	}
	var ids []release.ID
	for _, name := range names[:min(len(names), release.MostAtOnce)] {
		one, err := release.ParseID(name)
		if err != nil {
			return nil, err
		}
		ids = append(ids, one)
	}
	return ids, nil
}

// pendingAll are the newest attachments of the account that are in the state.
func (s *Server) pendingAll(v *visit, id release.ID, state release.AttachmentState) ([]release.ID, error) {
	r, err := s.reader.Release(v.ctx(), v.actor, id)
	if errors.Is(err, release.ErrNotFound) || (err == nil && r.State != release.Pending) {
		return nil, release.ErrTestingEnded
	}
	if err != nil {
		return nil, err
	}
	rows, err := s.reader.InstallBase(v.ctx(), v.actor, release.InstallBaseFilter{
		Account: v.actor.Account, Pack: r.PackID, State: state, Limit: release.MostAtOnce,
	})
	if err == nil && len(rows) == 0 {
		err = errNobodyLeft
	}
	ids := make([]release.ID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	return ids, err
}

// tellPending goes back to the page with the news. Where nothing was changed, the page says why at once, and keeps what was
// chosen.
func (s *Server) tellPending(v *visit, id release.ID, act pendingAct, got release.Several) error {
	refusal, err := s.refusalWords(v, got)
	if err != nil {
		return err
	}
	if len(got.Done) == 0 {
		p := view.Pending{Refusal: refusal, Chosen: map[release.ID]bool{}}
		for _, r := range got.Refused {
			p.Chosen[r.Attachment] = true
		}
		return s.showPending(v, statusOf[got.Refused[0].Err.Kind], p)
	}
	now := view.Pending{Clock: v.clock()}
	if now.Release, err = s.reader.Release(v.ctx(), v.actor, id); err == nil {
		now.Pack, err = s.reader.CataloguePack(v.ctx(), v.actor, now.Release.PackID)
	}
	if err == nil {
		v.flash(view.Good, "%s", act.done(&now, len(got.Done)))
	}
	if refusal != "" {
		v.flash(view.Warn, "%s", refusal)
	}
	return v.redirect(view.PendingList(id, v.QueryParams()))
}

// mostRefusedNames is how many attachments a message names; it counts the others.
const mostRefusedNames = 8

// refusalWords names the attachments that stay as they were, and why. One that is not the account's is not told from one
// that does not exist.
func (s *Server) refusalWords(v *visit, got release.Several) (string, error) {
	var why []view.Refused
	for _, r := range got.Refused {
		if r.Err.Kind == release.NotFound || r.Err.Kind == release.Forbidden {
			return "", r.Err
		}
		i := slices.IndexFunc(why, func(w view.Refused) bool { return w.Message == r.Err.Message })
		if i < 0 {
			i = len(why)
			why = append(why, view.Refused{Message: r.Err.Message})
		}
		if why[i].Count++; len(why[i].Names) < mostRefusedNames {
			row, err := s.reader.Attachment(v.ctx(), v.actor, r.Attachment)
			if err != nil {
				return "", err
			}
			why[i].Names = append(why[i].Names, view.AttachmentTitle(row))
		}
	}
	return view.RefusedWords(why), nil
}
