package web

import (
	"bytes"
	"net/http"
	"slices"

	"packtide/release"
	"packtide/web/view"
)

const (
	// boardFew is how many of a list the board shows; its number leads to all.
	boardFew = 5

	// boardStream is how many feedbacks the board shows.
	boardStream = 10
)

// testedRelease is the release of the address, which is or was in testing.
func (s *Server) testedRelease(v *visit) (release.ReleaseView, error) {
	r, err := s.releaseOf(v)
	if err == nil && r.TestingSince == nil {
		err = release.ErrNotFound
	}
	return r, err
}

// testingBoard shows how the testing period of a release goes, or went.
func (s *Server) testingBoard(v *visit) error {
	r, err := s.testedRelease(v)
	if err != nil {
		return err
	}
	return s.showTestingBoard(v, http.StatusOK, r, nil)
}

// refusedAnswer is an answer that was refused a moment ago, and the feedback under which it was written.
type refusedAnswer struct {
	view.FeedbackAnswer
	to release.FeedbackRow
}

// showTestingBoard draws the board.
func (s *Server) showTestingBoard(v *visit, status int, r release.ReleaseView, refused *refusedAnswer) error {
	detail, err := s.releaseDetailOf(v, r)
	if err != nil {
		return err
	}
	b := view.TestingBoard{ReleaseDetail: detail}
	if b.Counts, err = s.reader.TestingCounts(v.ctx(), v.actor, r.ID); err != nil {
		return err
	}
	if err := s.fillTestingLists(v, &b); err != nil {
		return err
	}
	f := release.FeedbackFilter{Release: r.ID, Limit: boardStream + 1}
	if b.Said, b.Stream, err = s.testingStream(v, r, f); err != nil {
		return err
	}
	b.Stream.Rows, b.More = cut(b.Stream.Rows, boardStream)
	if refused != nil {
		b.Stream.Refused = refused.FeedbackAnswer
		if !slices.ContainsFunc(b.Stream.Rows, func(f release.FeedbackRow) bool { return f.ID == refused.to.ID }) {
			b.Stream.Rows = append(b.Stream.Rows, refused.to) // it was written under an older one
		}
	}
	label := view.ReleaseLabel(&r.ReleaseRef)
	head := view.Page{
		Title: r.PackName + " " + label + " in testing", LedeContent: view.TestingSentence(b),
		Crumbs: packCrumbs(r.PackID, r.PackName, view.Crumb{Href: releasePath(r.ID), Label: label}, view.Crumb{Label: "Testing"}),
	}
	if r.State == release.Pending && b.Pack != nil {
		head.Actions = view.LinkButton(view.Secondary, "", "Rehearse "+label, releasePath(r.ID)+"/rehearsal")
	}
	if r.State != release.Pending {
		head.Title = "How " + r.PackName + " " + label + " was tested"
	}
	return v.page(status, head, view.TestingPage(b))
}

// fillTestingLists adds the first few of those who tried, who did not yet, and who have not looked.
func (s *Server) fillTestingLists(v *visit, b *view.TestingBoard) (err error) {
	r := b.Release
	if r.State != release.Pending || r.Base == nil {
		return nil
	}
	f := release.InstallBaseFilter{Pack: r.PackID, State: release.StateTrying, Limit: boardFew}
	if b.Tried, err = s.reader.InstallBase(v.ctx(), v.actor, f); err != nil {
		return err
	}
	f.State = release.StateWaiting
	if b.Waiting, err = s.reader.InstallBase(v.ctx(), v.actor, f); err != nil {
		return err
	}
	b.NotLooked, err = s.reader.NotLooked(v.ctx(), v.actor, r.ID, "", release.ID{}, boardFew)
	return err
}

// testingStream reads feedback and the sum of all of it.
func (s *Server) testingStream(v *visit, r release.ReleaseView, f release.FeedbackFilter) (release.FeedbackCounts, view.FeedbackStream, error) {
	stream := view.FeedbackStream{Clock: v.clock(), Publisher: view.Zone(r.PublisherZone), MayAnswer: v.mayPublish()}
	said, err := s.reader.FeedbackSummary(v.ctx(), v.actor, r.ID)
	if err != nil {
		return said, stream, err
	}
	stream.Rows, err = s.reader.Feedback(v.ctx(), v.actor, f)
	return said, stream, err
}

// testingFeedback is all feedback on a release, page by page; or, for the board that asks again and again, what came since.
func (s *Server) testingFeedback(v *visit) error {
	r, err := s.testedRelease(v)
	if err != nil {
		return err
	}
	if since, err := release.ParseID(v.QueryParam("since")); err == nil {
		return s.feedbackSince(v, r, since)
	}
	f := release.FeedbackFilter{Release: r.ID, Limit: pageSize + 1}
	if verdict := release.Verdict(v.QueryParam("verdict")); verdict == release.VerdictWorks || verdict == release.VerdictBlocked {
		f.Verdict = verdict
	}
	f.Before, _ = release.ParseID(v.QueryParam("before")) // whatever is no key of ours begins at the newest
	all := view.TestingFeedback{Release: r, Verdict: f.Verdict}
	if all.Said, all.Stream, err = s.testingStream(v, r, f); err != nil {
		return err
	}
	rows, more := cut(all.Stream.Rows, pageSize)
	if all.Stream.Rows = rows; more {
		all.Older = v.withQuery("before", rows[len(rows)-1].ID.String())
	}
	if !f.Before.IsZero() {
		all.Newer = v.withQuery("before", "")
	}
	head := view.TestingFeedbackHead(all)
	head.Crumbs = testingCrumbs(r, "Feedback")
	return v.page(http.StatusOK, head, view.TestingFeedbackPage(all))
}

// feedbackSince answers the board that asks for news: nothing, or what is to be put on top.
func (s *Server) feedbackSince(v *visit, r release.ReleaseView, since release.ID) error {
	said, stream, err := s.testingStream(v, r, release.FeedbackFilter{Release: r.ID, Limit: pageSize})
	if err != nil {
		return err
	}
	n := 0
	for n < len(stream.Rows) && bytes.Compare(stream.Rows[n].ID[:], since[:]) > 0 {
		n++
	}
	if n == 0 {
		v.Response().Header().Set("Cache-Control", "no-store")
		return v.NoContent(http.StatusNoContent)
	}
	stream.Rows = stream.Rows[:n]
	b := view.TestingBoard{ReleaseDetail: view.ReleaseDetail{Release: r, Clock: v.clock(), MayPublish: v.mayPublish()}, Said: said, Stream: stream}
	return v.render(http.StatusOK, view.FeedbackNews(b))
}

func testingCrumbs(r release.ReleaseView, here string) []view.Crumb {
	return packCrumbs(r.PackID, r.PackName, view.Crumb{Href: releasePath(r.ID), Label: view.ReleaseLabel(&r.ReleaseRef)},
		view.Crumb{Href: view.HrefTesting(r.ID, ""), Label: "Testing"}, view.Crumb{Label: here})
}

// testingNotLooked lists the accounts that have not opened what a release in testing brings.
func (s *Server) testingNotLooked(v *visit) error {
	r, err := s.testedRelease(v)
	if err != nil {
		return err
	}
	p := view.TestingNotLooked{Release: r, Site: v.actor.ReadsSite()}
	if p.Counts, err = s.reader.TestingCounts(v.ctx(), v.actor, r.ID); err != nil {
		return err
	}
	name, id := v.afterKey()
	if p.Page, err = s.reader.NotLooked(v.ctx(), v.actor, r.ID, name, id, pageSize); err != nil {
		return err
	}
	last := ""
	if next := p.Page.Next; next != nil {
		last = nameKey(next.Name, next.ID)
	}
	p.Pages = v.nameKeys(last)
	label := view.ReleaseLabel(&r.ReleaseRef)
	return v.page(http.StatusOK, view.Page{
		Title: "Who has not looked at " + r.PackName + " " + label, Lede: view.NotLookedSentence(p), Crumbs: testingCrumbs(r, "Has not looked"),
	}, view.TestingNotLookedPage(p))
}

// answerFeedback keeps the publisher's answer; a refused one is shown on the board, as typed.
func (s *Server) answerFeedback(v *visit) error {
	id, err := v.id("feedback")
	if err != nil {
		return err
	}
	said, err := s.reader.OneFeedback(v.ctx(), v.actor, id)
	if err != nil {
		return err
	}
	text := v.lines("text")
	err = s.service.AnswerFeedback(v.ctx(), v.actor, id, text)
	if no, ok := refused(err); ok {
		r, err := s.ownRelease(v, said.Release.ID)
		if err != nil {
			return err
		}
		return s.showTestingBoard(v, no.Status, r, &refusedAnswer{view.RefusedAnswer(id, text, no.Errors), said})
	}
	if err != nil {
		return err
	}
	v.flash(view.Good, "Your answer is sent. %s sees it on its pages.", said.AccountName)
	return v.redirect(view.HrefTesting(said.Release.ID, "") + "#feedback-" + id.String())
}
