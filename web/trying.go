package web

import (
	"net/http"

	"packtide/release"
	"packtide/web/view"
)

func (s *Server) tryForm(v *visit) error { return s.showTry(v, http.StatusOK, view.Try{}) }

// tryRelease opts the attachment in to the release that the person has seen (R27): the account's admin, or support with a
// reason (R34).
func (s *Server) tryRelease(v *visit) error {
	seen, _ := release.ParseID(v.FormValue("release")) // anything else is no release that is pending
	optIn := func(id release.ID, reason string) error { return s.service.OptIn(v.ctx(), v.actor, id, seen, reason) }
	return s.changeTrial(v, optIn, s.showTry, "%s now runs %s. You can go back during its testing period.")
}

// changeTrial opts an attachment in or out, and tells what it runs then; a refusal shows the question again, with the reason
// as typed.
func (s *Server) changeTrial(v *visit, change func(id release.ID, reason string) error, again func(*visit, int, view.Try) error, done string) error {
	id, err := v.id("attachment")
	if err != nil {
		return err
	}
	reason := v.FormValue("reason")
	err = change(id, reason)
	if r, ok := refused(err); ok {
		return again(v, r.Status, view.Try{Reason: reason, Errors: r.fields(), Refusal: r.On("")})
	}
	if err != nil {
		return err
	}
	row, err := s.reader.Attachment(v.ctx(), v.actor, id)
	if err != nil {
		return err
	}
	v.flash(view.Good, done, view.AttachmentTitle(row), view.ReleaseLabel(row.Runs))
	return v.redirect("/attachments/" + id.String())
}

func (s *Server) showTry(v *visit, status int, t view.Try) error {
	if err := s.fillTry(v, &t); err != nil {
		return err
	}
	if t.Row.Pending != nil {
		s.noteLook(v, t.Row.Pending.ID)
	}
	title := "Try a release on " + view.AttachmentTitle(t.Row)
	if label := view.ReleaseLabel(t.Row.Pending); label != "" {
		title = "Try " + label + " on " + view.AttachmentTitle(t.Row) + "?"
	}
	return v.page(status, actingPage(v, t, title, "Try"), view.TryPage(t))
}

func (s *Server) goBackForm(v *visit) error { return s.showGoBack(v, http.StatusOK, view.Try{}) }

// goBack undoes an opt-in during the testing period (R27).
func (s *Server) goBack(v *visit) error {
	back := func(id release.ID, reason string) error { return s.service.GoBack(v.ctx(), v.actor, id, reason) }
	return s.changeTrial(v, back, s.showGoBack, "%s runs %s again.")
}

func (s *Server) showGoBack(v *visit, status int, t view.Try) error {
	if err := s.fillTry(v, &t); err != nil {
		return err
	}
	title := "Go back on " + view.AttachmentTitle(t.Row)
	if t.Row.Trying() {
		title = "Go back to " + view.ReleaseLabel(t.Row.Current) + " on " + view.AttachmentTitle(t.Row) + "?"
	}
	return v.page(status, actingPage(v, t, title, "Go back"), view.GoBackPage(t))
}

// fillTry reads how the attachment stands now. A publisher sees other accounts' attachments, but nothing to click.
func (s *Server) fillTry(v *visit, t *view.Try) error {
	row, err := s.attachmentRow(v)
	if err != nil {
		return err
	}
	if !v.owns(row) && !v.actor.ReadsSite() {
		return release.ErrNotFound
	}
	t.Row, t.ActsFor, t.Clock = row, v.actor.ReadsSite(), v.clock()
	if row.DetachedAt == nil {
		t.Release, err = s.pendingOf(v, row)
	}
	return err
}

// actingPage is the frame of a question about an attachment; staff that acts for an account sees so at the top.
func actingPage(v *visit, t view.Try, title, step string) view.Page {
	head := view.Page{Title: title, Crumbs: attachmentCrumbs(v, t.Row, step)}
	if t.ActsFor {
		head.Band = view.ActingFor(t.Row.AccountName)
	}
	return head
}

// tryAllForm leads to the page where all attachments of a pack try its pending release.
func (s *Server) tryAllForm(v *visit) error {
	id, err := v.id("pack")
	if err != nil {
		return err
	}
	pack, err := s.reader.CataloguePack(v.ctx(), v.actor, id)
	if err != nil {
		return err
	}
	if pack.Pending == nil {
		v.flash(view.Info, "No release of this pack is in testing.")
		return v.redirect("/catalogue/" + id.String())
	}
	return v.redirect("/pending/" + pack.Pending.ID.String())
}
