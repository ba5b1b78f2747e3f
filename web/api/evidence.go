package api

import (
	"net/http"
	"slices"
	"time"

	"packtide/release"
	"packtide/web"
	"packtide/web/view"
)

func evidenceRoutes() []route {
	return []route{
		{http.MethodGet, "/releases/:release_id/evidence", web.PublisherSide, nothing, "", (*Server).evidence},
		{http.MethodPut, "/releases/:release_id/evidence/:item_id", web.AsPublisher, either, "", (*Server).giveEvidence},
		{http.MethodDelete, "/releases/:release_id/evidence/:item_id", web.AsPublisher, nothing, "", (*Server).takeEvidenceBack},
		{http.MethodGet, "/evidence/:evidence_id/file", web.PublisherSide, nothing, "", (*Server).evidenceFile},
	}
}

// evidenceLine is one item of a release's checklist.
type evidenceLine struct {
	ItemID   release.ID     `json:"item_id"`
	Label    string         `json:"label"`
	Demanded bool           `json:"demanded"`
	Given    *evidenceGiven `json:"given"`
}

type evidenceGiven struct {
	ID       release.ID `json:"id"`
	Note     string     `json:"note"`
	Link     string     `json:"link"`
	File     *addedFile `json:"file"`
	GivenAt  time.Time  `json:"given_at"`
	GivenBy  string     `json:"given_by"`
	Outdated bool       `json:"outdated"`
}

// addedFile is a file that came with what somebody said.
type addedFile struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	URL    string `json:"url"`
}

func evidenceLineOf(l view.EvidenceLine) evidenceLine {
	out := evidenceLine{ItemID: l.Item, Label: l.Label, Demanded: l.Demanded}
	if g := l.Given; g != nil {
		out.Given = &evidenceGiven{ID: g.ID, Note: g.Note, Link: g.Link, GivenAt: g.GivenAt.UTC(), GivenBy: g.GivenByName, Outdated: g.Outdated()}
		if f := g.File; f != nil {
			out.Given.File = &addedFile{f.Name, f.Size, sha256Text(f.SHA256), Prefix + "/evidence/" + g.ID.String() + "/file"}
		}
	}
	return out
}

// evidenceLines is the checklist of a release that the actor may see.
func (s *Server) evidenceLines(c *call, r release.ReleaseView) ([]view.EvidenceLine, error) {
	items, err := s.reader.EvidenceItems(c.ctx(), c.actor, r.PublisherID)
	if err != nil {
		return nil, err
	}
	given, err := s.reader.Evidence(c.ctx(), c.actor, r.ID)
	return view.EvidenceLines(items, given), err
}

func (s *Server) evidence(c *call) error {
	r, err := s.ownRelease(c)
	if err != nil {
		return err
	}
	lines, err := s.evidenceLines(c, r)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, whole(lines, evidenceLineOf))
}

type newEvidence struct {
	Note string `json:"note"`
	Link string `json:"link"`
}

// evidenceOf is what the request gives, as JSON, as a form with a file, or nothing at all.
func (c *call) evidenceOf(item release.ID) (release.NewEvidence, error) {
	if c.form != nil {
		texts, err := c.formTexts("note", "link")
		return release.NewEvidence{Item: item, Note: texts["note"], Link: texts["link"], File: c.form.Added()}, err
	}
	if len(c.body) == 0 {
		return release.NewEvidence{Item: item}, nil
	}
	in, err := decode[newEvidence](c)
	return release.NewEvidence{Item: item, Note: in.Note, Link: in.Link}, err
}

func (s *Server) giveEvidence(c *call) error {
	r, err := s.ownRelease(c)
	if err != nil {
		return err
	}
	item, err := c.id("item_id")
	if err != nil {
		return err
	}
	n, err := c.evidenceOf(item)
	if err != nil {
		return err
	}
	if err := s.service.GiveEvidence(c.ctx(), c.actor, r.ID, n); err != nil {
		return err
	}
	lines, err := s.evidenceLines(c, r)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(lines, func(l view.EvidenceLine) bool { return l.Item == item })
	if i < 0 {
		return release.ErrEvidenceRetired
	}
	return c.answer(http.StatusOK, evidenceLineOf(lines[i]))
}

func (s *Server) takeEvidenceBack(c *call) error {
	r, err := s.ownRelease(c)
	if err != nil {
		return err
	}
	item, err := c.id("item_id")
	if err != nil {
		return err
	}
	if err := s.service.TakeEvidenceBack(c.ctx(), c.actor, r.ID, item); err != nil {
		return err
	}
	return c.done()
}

func (s *Server) evidenceFile(c *call) error {
	id, err := c.id("evidence_id")
	if err != nil {
		return err
	}
	f, content, err := s.reader.EvidenceFile(c.ctx(), c.actor, id)
	if err != nil {
		return err
	}
	web.SendFile(c.Response(), c.Request(), f.Name, f.SHA256, f.AddedAt, content)
	return nil
}
