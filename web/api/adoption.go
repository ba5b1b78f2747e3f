package api

import (
	"cmp"
	"net/http"
	"time"

	"packtide/release"
	"packtide/store"
	"packtide/web"
)

func adoptionRoutes() []route {
	return []route{
		{http.MethodGet, "/packs/:pack_id/adoption", web.PublisherSide, nothing, "since", (*Server).adoption},
		{http.MethodGet, "/releases/:release_id/testing", web.PublisherSide, nothing, "", (*Server).testing},
		{http.MethodGet, "/releases/:release_id/testing/not-looked", web.PublisherSide, nothing, paged, (*Server).notLooked},
	}
}

// adoptionCurve is how an install base grew, day by day, with the releases that it ran.
type adoptionCurve struct {
	Days     []adoptionDay `json:"days"`
	Releases []releaseRef  `json:"releases"`
}

type adoptionDay struct {
	At          time.Time `json:"at"`
	Attachments int64     `json:"attachments"`
	Trying      int64     `json:"trying"`
}

func (s *Server) adoption(c *call) error {
	id, err := c.id("pack_id")
	if err != nil {
		return err
	}
	since, err := c.instant("since")
	if err != nil {
		return err
	}
	p, err := s.reader.Pack(c.ctx(), c.actor, id)
	if err != nil {
		return err
	}
	year := c.now.AddDate(-1, 0, 0)
	found, err := s.reader.Adoption(c.ctx(), c.actor, p.ID, *cmp.Or(since, &year), c.now)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, adoptionCurve{
		eachOf(found.Days, func(d release.AdoptionDay) adoptionDay { return adoptionDay{d.Day.UTC(), d.Attachments, d.Trying} }),
		eachOf(found.Releases, releaseRefOf),
	})
}

// testingCounts is how far a testing period got.
type testingCounts struct {
	Attachments int64      `json:"attachments"`
	Tried       int64      `json:"tried"`
	TriedByDay  []dayCount `json:"tried_by_day"`
	Accounts    int64      `json:"accounts"`
	Looked      int64      `json:"looked"`
	Works       int64      `json:"works"`
	Blocked     int64      `json:"blocked"`
	Unanswered  int64      `json:"unanswered"`
}

// dayCount is how many on a day (UTC).
type dayCount struct {
	Date        string `json:"date"`
	Attachments int64  `json:"attachments"`
}

func (s *Server) testing(c *call) error {
	r, err := s.ownRelease(c)
	if err != nil {
		return err
	}
	n, err := s.reader.TestingCounts(c.ctx(), c.actor, r.ID)
	if err != nil {
		return err
	}
	said, err := s.reader.FeedbackSummary(c.ctx(), c.actor, r.ID)
	if err != nil {
		return err
	}
	days, err := s.reader.OptInsByDay(c.ctx(), c.actor, r.ID)
	if err != nil {
		return err
	}
	byDay := eachOf(days, func(d store.DayCount) dayCount { return dayCount{d.Day.Format(time.DateOnly), d.N} })
	return c.one(testingCounts{n.Attachments, n.Tried, byDay, n.Accounts, n.Looked, said.Works, said.Blocked, said.Unanswered})
}

// notLooked lists the accounts that have the pack and have not opened what the release in testing brings. A page may be short,
// even empty, and have a next one: where nearly all have looked, the others lie far apart.
func (s *Server) notLooked(c *call) error {
	r, err := s.ownRelease(c)
	if err != nil {
		return err
	}
	p, after, err := c.byName()
	if err != nil {
		return err
	}
	found, err := s.reader.NotLooked(c.ctx(), c.actor, r.ID, p.name(), after, p.Limit)
	if err != nil {
		return err
	}
	answer := items[account]{Items: eachOf(found.Rows, accountRowOf)}
	if next := found.Next; next != nil {
		cursor := c.cursor([]string{next.Name, next.ID.String()})
		answer.Next = &cursor
	}
	return c.answer(http.StatusOK, answer)
}
