package api

import (
	"net/http"
	"time"

	"packtide/release"
	"packtide/web"
)

// comparedQuery are the parameters of a comparison of two moments.
const comparedQuery = "from to publisher pack account "

func momentRoutes() []route {
	return []route{
		{http.MethodGet, "/install-base/compare", web.PublisherSide, nothing, comparedQuery + "change was is format " + searched, (*Server).compareMoments},
		{http.MethodGet, "/install-base/compare/totals", web.PublisherSide, nothing, comparedQuery, (*Server).compareTotals},
	}
}

// moments reads the two that are compared; without a later one it is now.
func (c *call) moments() (from, to time.Time, err error) {
	begin, err := c.instant("from")
	if err != nil {
		return from, to, err
	}
	end, err := c.instant("to")
	if err != nil {
		return from, to, err
	}
	if end == nil {
		now := c.now.Truncate(time.Millisecond)
		end = &now
	}
	switch {
	case begin == nil:
		return from, to, onField("from", "Give the moment to compare from, like 2026-11-30T23:00:00Z.")
	case end.After(c.now):
		return from, to, onField("to", "That moment is still to come. Give one of the past, or leave “to” out.")
	case !begin.Before(*end):
		return from, to, onField("to", "That is not after the first moment. Give a later one.")
	}
	return *begin, *end, nil
}

// comparedFilter reads what narrows the comparison.
func (c *call) comparedFilter() (release.CompareFilter, error) {
	f := release.CompareFilter{Query: c.QueryParam("q")}
	var err error
	if f.Change, err = oneOf("change", c.QueryParam("change"), release.PastAppeared, release.PastGone, release.PastChanged); err != nil {
		return f, err
	}
	return f, readIDs(c.QueryParams(), map[string]*release.ID{
		"publisher": &f.Publisher, "pack": &f.Pack, "account": &f.Account, "was": &f.Was, "is": &f.Is,
	})
}

// compared is what a request compares: the narrowed install base, at two moments.
func (c *call) compared() (f release.CompareFilter, from, to time.Time, err error) {
	if f, err = c.comparedFilter(); err == nil {
		from, to, err = c.moments()
	}
	return f, from, to, err
}

// attachmentChange is one attachment that changed between two moments.
type attachmentChange struct {
	attachmentBase
	Change     release.PastChange  `json:"change"`
	Was        *releaseRef         `json:"was"`
	Is         *releaseRef         `json:"is"`
	Since      *time.Time          `json:"since"`
	How        *release.HistoryHow `json:"how"`
	By         string              `json:"by"`
	AttachedAt time.Time           `json:"attached_at"`
	DetachedAt *time.Time          `json:"detached_at"`
}

func attachmentChangeOf(r release.CompareRow) attachmentChange {
	now := attachmentThenOf(r.PastRow, time.Time{})
	out := attachmentChange{
		attachmentBase: now.attachmentBase, Change: r.Change, Is: now.Ran, Since: now.Since, How: now.How, By: now.By,
		AttachedAt: now.AttachedAt, DetachedAt: now.DetachedAt,
	}
	if r.Was != nil {
		out.Was = releaseRefOrNull(r.Was.Release)
	}
	return out
}

// compareMoments are the attachments that changed between two moments, the newest first (R32).
func (s *Server) compareMoments(c *call) error {
	f, from, to, err := c.compared()
	if err != nil {
		return err
	}
	format, err := c.format("json", "csv")
	if err != nil {
		return err
	}
	if format == "csv" {
		return s.exports.ComparedCSV(s.download(c), c.actor, from, to, f)
	}
	p, before, err := c.byID()
	if err != nil {
		return err
	}
	f.Before, f.Limit = before, p.ask()
	rows, err := s.reader.CompareInstallBase(c.ctx(), c.actor, from, to, f)
	if err != nil {
		return err
	}
	return list(c, p, rows, attachmentChangeOf, func(r release.CompareRow) []string { return []string{r.ID.String()} })
}

// changeTotals are how many changed in which way. What stayed the same is counted too.
type changeTotals struct {
	From      time.Time     `json:"from"`
	To        time.Time     `json:"to"`
	Appeared  int64         `json:"appeared"`
	Gone      int64         `json:"gone"`
	Changed   int64         `json:"changed"`
	Unchanged int64         `json:"unchanged"`
	Packs     []changeCount `json:"packs"`
}

// changeCount is how many attachments of a pack changed in one way.
type changeCount struct {
	Pack        named              `json:"pack"`
	Publisher   string             `json:"publisher"`
	Change      release.PastChange `json:"change"`
	Was         *releaseRef        `json:"was"`
	Is          *releaseRef        `json:"is"`
	Attachments int64              `json:"attachments"`
}

func (s *Server) compareTotals(c *call) error {
	f, from, to, err := c.compared()
	if err != nil {
		return err
	}
	sum, err := s.reader.Comparison(c.ctx(), c.actor, from, to, f)
	if err != nil {
		return err
	}
	n := sum.Totals
	return c.answer(http.StatusOK, changeTotals{
		from.UTC(), to.UTC(), n[release.PastAppeared], n[release.PastGone], n[release.PastChanged], n[release.PastUnchanged],
		eachOf(sum.Cells, func(c release.CompareCell) changeCount {
			return changeCount{named{c.Pack, c.PackName}, c.PublisherName, c.Change, releaseRefOrNull(c.Was), releaseRefOrNull(c.Is), c.N}
		}),
	})
}
