package api

import (
	"net/http"
	"strings"
	"time"

	"packtide/release"
	"packtide/web"
)

func whyRoutes() []route {
	return []route{
		{http.MethodGet, "/attachments/:attachment_id/why", web.SignedIn, nothing, "", (*Server).why},
		{http.MethodGet, "/why", web.PublisherSide, nothing, "pack account", (*Server).whyNot},
	}
}

// whyWord is a case in the API's spelling.
func whyWord(w release.WhyCase) string { return strings.ReplaceAll(string(w), " ", "_") }

// whyStep is one question on the way to the answer; the last one fits.
type whyStep struct {
	Case string  `json:"case"`
	Rule *string `json:"rule"`
	Asks string  `json:"asks"`
	Fits bool    `json:"fits"`
}

func whyStepsOf(steps []release.WhyStep) []whyStep {
	return eachOf(steps, func(s release.WhyStep) whyStep { return whyStep{whyWord(s.Case), textOrNull(s.Rule), s.Asks, s.Fits} })
}

// whyFact is something that happened and bears on the answer. What was before and after it stays in the audit, for those who
// read that.
type whyFact struct {
	At      time.Time      `json:"at"`
	Action  string         `json:"action"`
	By      string         `json:"by"`
	Source  release.Source `json:"source"`
	Subject named          `json:"subject"`
	Reason  string         `json:"reason"`
}

func whyFactOf(e release.EventRow) whyFact {
	return whyFact{e.At.UTC(), e.Action, e.ActorName, e.Source, named{e.Subject, e.SubjectName}, e.Reason}
}

// why is why an attachment runs what it runs.
type why struct {
	Case          string        `json:"case"`
	Attachment    attachmentNow `json:"attachment"`
	Steps         []whyStep     `json:"steps"`
	Now           *stretch      `json:"now"`
	Next          *releaseRef   `json:"next"`
	WentBack      bool          `json:"went_back"`
	Missed        *releaseRef   `json:"missed"`
	OutsideGroups bool          `json:"outside_groups"`
	Facts         []whyFact     `json:"facts"`
}

func (s *Server) why(c *call) error {
	id, err := c.id("attachment_id")
	if err != nil {
		return err
	}
	f, err := s.reader.Why(c.ctx(), c.actor, id, c.now)
	if err != nil {
		return err
	}
	w := release.Because(f)
	answer := why{
		Case: whyWord(w.Case), Attachment: attachmentNowOf(f.Row), Steps: whyStepsOf(w.Steps), Next: releaseRefOrNull(w.Next),
		WentBack: w.WentBack, Missed: releaseRefOrNull(w.Missed), OutsideGroups: w.Outside, Facts: eachOf(w.Facts, whyFactOf),
	}
	if w.Now != nil {
		now := stretchOf(*w.Now)
		answer.Now = &now
	}
	return c.answer(http.StatusOK, answer)
}

// whyNot is why an account does not have a pack.
type whyNot struct {
	Case          string          `json:"case"`
	Account       accountRef      `json:"account"`
	Pack          named           `json:"pack"`
	Publisher     accountRef      `json:"publisher"`
	PackDeletedAt *time.Time      `json:"pack_deleted_at"`
	Current       *releaseRef     `json:"current"`
	Pending       *releaseRef     `json:"pending"`
	Steps         []whyStep       `json:"steps"`
	Groups        []whyGroup      `json:"groups"`
	Attachments   []attachmentNow `json:"attachments"`
	Facts         []whyFact       `json:"facts"`
}

// whyGroup is a group that holds both the account and the pack.
type whyGroup struct {
	named
	Since time.Time `json:"since"`
}

func (s *Server) whyNot(c *call) error {
	var account, pack release.ID
	if err := readIDs(c.QueryParams(), map[string]*release.ID{"account": &account, "pack": &pack}); err != nil {
		return err
	}
	if account.IsZero() || pack.IsZero() {
		return onField(map[bool]string{true: "account", false: "pack"}[account.IsZero()], "Say which account and which pack: give “account” and “pack”.")
	}
	f, err := s.reader.WhyNot(c.ctx(), c.actor, account, pack)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, whyNot{
		whyWord(release.WhyNot(f)),
		accountRef{f.Account.ID, f.Account.Name, f.Account.Zone},
		named{f.PackID, f.PackName},
		accountRef{f.PublisherID, f.PublisherName, f.PublisherZone},
		utc(f.PackDeleted), releaseRefOrNull(f.Current), releaseRefOrNull(f.Pending), whyStepsOf(release.WhyNotSteps(f)),
		eachOf(f.Groups, func(g release.WhyGroup) whyGroup { return whyGroup{named{g.ID, g.Name}, g.Since.UTC()} }),
		eachOf(f.Attachments, attachmentNowOf), eachOf(f.Events, whyFactOf),
	})
}
