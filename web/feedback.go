package web

import (
	"net/http"

	"packtide/release"
	"packtide/web/view"
)

// noteLook notes that a person of the account sees what a pending release brings. The page is theirs whether or not that can
// be kept.
func (s *Server) noteLook(v *visit, rel release.ID) {
	if v.Request().Method != http.MethodGet {
		return
	}
	if err := s.service.NoteLook(v.ctx(), v.actor, rel); err != nil {
		s.logFault(v.Context, err)
	}
}

func (s *Server) feedbackForm(v *visit) error {
	return s.showFeedback(v, http.StatusOK, view.FeedbackEntry{})
}

// showFeedback asks the account's admin how the pending release does on the attachment (R31).
func (s *Server) showFeedback(v *visit, status int, e view.FeedbackEntry) error {
	row, err := s.attachmentRow(v)
	if err != nil {
		return err
	}
	if !v.owns(row) {
		return release.ErrNotFound
	}
	e.Row, e.Clock = row, v.clock()
	title := "Feedback on " + view.AttachmentTitle(row)
	if row.Pending != nil {
		title = "How does " + view.ReleaseLabel(row.Pending) + " do on " + view.AttachmentTitle(row) + "?"
		f := release.FeedbackFilter{Attachment: row.ID, Release: row.Pending.ID}
		if e.Given, err = s.reader.Feedback(v.ctx(), v.actor, f); err != nil {
			return err
		}
	}
	return v.page(status, view.Page{Title: title, Crumbs: attachmentCrumbs(v, row, "Feedback")}, view.FeedbackPage(e))
}

// giveFeedback keeps what the account's admin says of the release that they have seen.
func (s *Server) giveFeedback(v *visit) error {
	row, err := s.attachmentRow(v)
	if err != nil {
		return err
	}
	if !v.owns(row) {
		return release.ErrNotFound
	}
	got, err := v.receive(release.MaxFile)
	defer got.discard()
	if err != nil {
		return err
	}
	seen, _ := release.ParseID(got.texts["release"]) // anything else is no release that is pending
	verdict, text := release.Verdict(got.texts["verdict"]), got.texts["text"]
	err = s.service.GiveFeedback(v.ctx(), v.actor, row.ID, seen, verdict, text, got.added())
	if r, ok := refused(err); ok {
		return s.showFeedback(v, r.Status, view.FeedbackEntry{
			FeedbackSpec: view.FeedbackSpec{Verdict: verdict, Text: text, File: got.file != nil, Errors: r.fields(), Back: got.texts["back"]},
			Refusal:      r.On(""),
		})
	}
	if err != nil {
		return err
	}
	v.flash(view.Good, "Your feedback is sent. The publisher and support see it now.")
	if back := got.texts["back"]; back != "" {
		return v.sent(localPath(back))
	}
	return v.sent("/attachments/" + row.ID.String())
}

// feedbackFile sends the file that was added to a feedback, to whoever may read the feedback.
func (s *Server) feedbackFile(v *visit) error {
	id, err := v.id("feedback")
	if err != nil {
		return err
	}
	f, content, err := s.reader.FeedbackFile(v.ctx(), v.actor, id)
	if err != nil {
		return err
	}
	v.sendFile(f.Name, f.SHA256, f.AddedAt, content)
	return nil
}
