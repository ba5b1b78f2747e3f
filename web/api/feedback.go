package api

import (
	"net/http"
	"time"

	"packtide/release"
	"packtide/web"
)

func feedbackRoutes() []route {
	return []route{
		{http.MethodGet, "/releases/:release_id/feedback", web.PublisherSide, nothing, "verdict " + paged, (*Server).releaseFeedback},
		{http.MethodGet, "/attachments/:attachment_id/feedback", web.SignedIn, nothing, paged, (*Server).attachmentFeedback},
		{http.MethodPost, "/attachments/:attachment_id/feedback", web.AsAdmin, either, "", (*Server).giveFeedback},
		{http.MethodGet, "/feedback/:feedback_id", web.SignedIn, nothing, "", (*Server).feedback},
		{http.MethodGet, "/feedback/:feedback_id/file", web.SignedIn, nothing, "", (*Server).feedbackFile},
		{http.MethodPost, "/feedback/:feedback_id/answers", web.AsPublisher, asJSON, "", (*Server).answerFeedback},
	}
}

// saidFeedback is one feedback of an account on a release that it tries.
type saidFeedback struct {
	ID         release.ID      `json:"id"`
	Release    releaseRef      `json:"release"`
	Pack       named           `json:"pack"`
	Attachment named           `json:"attachment"`
	Account    accountRef      `json:"account"`
	Verdict    release.Verdict `json:"verdict"`
	Text       string          `json:"text"`
	File       *saidFile       `json:"file"`
	At         time.Time       `json:"at"`
	By         string          `json:"by"`
	Newest     bool            `json:"newest"`
	Answers    []answered      `json:"answers"`
}

type saidFile struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

type answered struct {
	Text string    `json:"text"`
	At   time.Time `json:"at"`
	By   string    `json:"by"`
}

func saidOf(f release.FeedbackRow) saidFeedback {
	out := saidFeedback{
		ID: f.ID, Release: releaseRefOf(f.Release), Pack: named{f.Pack, f.PackName}, Attachment: named{f.Attachment, f.AttachmentName},
		Account: accountRef{f.Account, f.AccountName, f.AccountZone}, Verdict: f.Verdict, Text: f.Text, At: f.At.UTC(), By: f.ByName, Newest: f.Newest,
		Answers: eachOf(f.Answers, func(a release.FeedbackAnswer) answered { return answered{a.Text, a.At.UTC(), a.ByName} }),
	}
	if f.FileName != "" {
		out.File = &saidFile{f.FileName, Prefix + "/feedback/" + f.ID.String() + "/file"}
	}
	return out
}

// listFeedback answers a page of the filter, the newest first.
func (s *Server) listFeedback(c *call, f release.FeedbackFilter) error {
	p, before, err := c.byID()
	if err != nil {
		return err
	}
	f.Before, f.Limit = before, p.ask()
	rows, err := s.reader.Feedback(c.ctx(), c.actor, f)
	if err != nil {
		return err
	}
	return list(c, p, rows, saidOf, func(r release.FeedbackRow) []string { return []string{r.ID.String()} })
}

func (s *Server) releaseFeedback(c *call) error {
	r, err := s.ownRelease(c)
	if err != nil {
		return err
	}
	verdict, err := oneOf("verdict", c.QueryParam("verdict"), release.VerdictWorks, release.VerdictBlocked)
	if err != nil {
		return err
	}
	return s.listFeedback(c, release.FeedbackFilter{Release: r.ID, Verdict: verdict})
}

func (s *Server) attachmentFeedback(c *call) error {
	a, err := s.attachmentOf(c)
	if err != nil {
		return err
	}
	return s.listFeedback(c, release.FeedbackFilter{Attachment: a.ID})
}

func (s *Server) feedback(c *call) error {
	id, err := c.id("feedback_id")
	if err != nil {
		return err
	}
	f, err := s.reader.OneFeedback(c.ctx(), c.actor, id)
	if err != nil {
		return err
	}
	return c.one(saidOf(f))
}

func (s *Server) feedbackFile(c *call) error {
	id, err := c.id("feedback_id")
	if err != nil {
		return err
	}
	f, content, err := s.reader.FeedbackFile(c.ctx(), c.actor, id)
	if err != nil {
		return err
	}
	web.SendFile(c.Response(), c.Request(), f.Name, f.SHA256, f.AddedAt, content)
	return nil
}

type newFeedback struct {
	Verdict   string      `json:"verdict"`
	Text      string      `json:"text"`
	ReleaseID *release.ID `json:"release_id"`
}

// feedbackOf is what the request says, as JSON or as a form with a file.
func (c *call) feedbackOf() (newFeedback, *release.FileUpload, error) {
	if c.form == nil {
		in, err := decode[newFeedback](c)
		return in, nil, err
	}
	texts, err := c.formTexts("verdict", "text", "release_id")
	in := newFeedback{Verdict: texts["verdict"], Text: texts["text"]}
	if text := texts["release_id"]; text != "" && err == nil {
		id, unreadable := release.ParseID(text)
		if unreadable != nil {
			err = onField("release_id", "This is no id.")
		}
		in.ReleaseID = &id
	}
	return in, c.form.Added(), err
}

func (s *Server) giveFeedback(c *call) error {
	a, err := s.attachmentOf(c)
	if err != nil {
		return err
	}
	in, file, err := c.feedbackOf()
	if err != nil {
		return err
	}
	about, err := pendingOf(a, in.ReleaseID, release.ErrFeedbackTooLate)
	if err != nil {
		return err
	}
	if err := s.service.GiveFeedback(c.ctx(), c.actor, a.ID, about, release.Verdict(in.Verdict), in.Text, file); err != nil {
		return err
	}
	rows, err := s.reader.Feedback(c.ctx(), c.actor, release.FeedbackFilter{Attachment: a.ID, Release: about, Limit: 1})
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return release.ErrNotFound // the account lost sight of it meanwhile
	}
	return c.created("/feedback/"+rows[0].ID.String(), saidOf(rows[0]))
}

// pendingOf is the release that the request means: the one that it names, else whichever is pending.
func pendingOf(a release.AttachmentRow, asked *release.ID, none error) (release.ID, error) {
	switch {
	case asked != nil:
		return *asked, nil
	case a.Pending == nil:
		return release.ID{}, none
	default:
		return a.Pending.ID, nil
	}
}

type answerText struct {
	Text string `json:"text"`
}

func (s *Server) answerFeedback(c *call) error {
	id, err := c.id("feedback_id")
	if err != nil {
		return err
	}
	in, err := decode[answerText](c)
	if err != nil {
		return err
	}
	if err := s.service.AnswerFeedback(c.ctx(), c.actor, id, in.Text); err != nil {
		return err
	}
	f, err := s.reader.OneFeedback(c.ctx(), c.actor, id)
	if err != nil {
		return err
	}
	return c.created("/feedback/"+id.String(), saidOf(f))
}
