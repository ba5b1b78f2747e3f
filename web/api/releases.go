package api

import (
	"net/http"
	"strconv"
	"time"

	"packtide/release"
	"packtide/web"
)

func releaseRoutes() []route {
	return []route{
		{http.MethodGet, "/packs/:pack_id/releases", web.SignedIn, nothing, paged, (*Server).releases},
		{http.MethodPost, "/packs/:pack_id/releases", web.AsPublisher, asJSON, "", (*Server).createRelease},
		{http.MethodPost, "/packs/:pack_id/draft", web.AsPublisher, asJSON, "", (*Server).beginDraft},
		{http.MethodGet, "/releases/:release_id", web.SignedIn, nothing, "", (*Server).releaseOne},
		{http.MethodPatch, "/releases/:release_id", web.AsPublisher, asJSON, "", (*Server).editDraft},
		{http.MethodDelete, "/releases/:release_id", web.AsPublisher, nothing, "", (*Server).discardDraft},
		{http.MethodPost, "/releases/:release_id/reschedule", web.AsPublisher, asJSON, "", (*Server).reschedule},
		{http.MethodPost, "/releases/:release_id/withdraw", web.AsPublisher, asJSON, "", (*Server).withdraw},
		{http.MethodGet, "/releases/:release_id/rehearsal", web.PublisherSide, nothing, "", (*Server).releaseRehearsal},
		{http.MethodGet, "/releases/:release_id/rehearsal/attachments", web.PublisherSide, nothing, "tries " + searched, (*Server).rehearsed},
	}
}

// releaseWhole is one release as the API tells it.
type releaseWhole struct {
	releaseRef
	Pack         named            `json:"pack"`
	Publisher    accountRef       `json:"publisher"`
	Notes        string           `json:"notes"`
	Revision     int              `json:"revision"`
	Reason       string           `json:"reason"`
	CreatedAt    time.Time        `json:"created_at"`
	CreatedBy    string           `json:"created_by"`
	DecidedBy    string           `json:"decided_by"`
	ComparedWith *releaseRef      `json:"compared_with"`
	Contents     []releaseContent `json:"contents"`
	Adoption     adoption         `json:"adoption"`
}

// releaseContent is one package of a release beside what the compared release holds.
type releaseContent struct {
	PackageID   release.ID  `json:"package_id"`
	Name        string      `json:"name"`
	DisplayName string      `json:"display_name"`
	Platform    string      `json:"platform"`
	From        *versionRef `json:"from"`
	To          *versionRef `json:"to"`
	Notes       string      `json:"notes"`
	SHA256      *string     `json:"sha256"`
	Size        *int64      `json:"size"`
	FileName    *string     `json:"file_name"`
	ArtifactURL *string     `json:"artifact_url"`
}

func releaseContentOf(r release.ContentRow) releaseContent {
	out := releaseContent{
		PackageID: r.PackageID, Name: r.Name, DisplayName: r.DisplayName, Platform: r.Platform, From: versionRefOf(r.From), To: versionRefOf(r.To),
		Notes: r.Notes,
	}
	if r.To != nil {
		out.SHA256, out.Size, out.FileName = textOrNull(sha256Text(r.SHA256)), &r.Size, &r.FileName
		out.ArtifactURL = textOrNull(artifactURL(r.To.ID))
	}
	return out
}

func releaseWholeOf(r release.ReleaseView, n installs) releaseWhole {
	return releaseWhole{
		releaseRef: releaseRefOf(r.ReleaseRef), Pack: named{r.PackID, r.PackName}, Publisher: accountRef{r.PublisherID, r.PublisherName, r.PublisherZone},
		Notes: r.Notes, Revision: r.Revision, Reason: r.Reason, CreatedAt: r.CreatedAt.UTC(), CreatedBy: r.CreatedBy, DecidedBy: r.DecidedBy,
		ComparedWith: releaseRefOrNull(r.Base), Contents: eachOf(r.Contents, releaseContentOf), Adoption: n.adoptionOf(r),
	}
}

// releases lists those of a pack, the newest first.
func (s *Server) releases(c *call) error {
	id, err := c.id("pack_id")
	if err != nil {
		return err
	}
	p, err := c.page(1)
	if err != nil {
		return err
	}
	below := 0
	if key := p.name(); key != "" {
		n, err := strconv.ParseInt(key, 10, 32)
		if err != nil {
			return errCursor
		}
		below = int(n)
	}
	n, err := s.installsOf(c, id)
	if err != nil {
		return err
	}
	rows, err := s.reader.Releases(c.ctx(), c.actor, id, below, p.ask())
	if err != nil {
		return err
	}
	item := func(r release.ReleaseView) releaseWhole { return releaseWholeOf(r, n) }
	return list(c, p, rows, item, func(r release.ReleaseView) []string { return []string{strconv.Itoa(r.Number)} })
}

// releaseNow reads a release as it is now.
func (s *Server) releaseWhole(c *call, id release.ID) (releaseWhole, error) {
	r, err := s.reader.Release(c.ctx(), c.actor, id)
	if err != nil {
		return releaseWhole{}, err
	}
	n, err := s.installsOf(c, r.PackID)
	return releaseWholeOf(r, n), err
}

func (s *Server) releaseOne(c *call) error {
	id, err := c.id("release_id")
	if err != nil {
		return err
	}
	r, err := s.releaseWhole(c, id)
	if err != nil {
		return err
	}
	return c.one(r)
}

func (s *Server) answerRelease(c *call, id release.ID) error {
	r, err := s.releaseWhole(c, id)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, r)
}

type draftStart struct {
	From *release.ID `json:"from"`
}

// beginDraft begins the next release, or goes on with it; its body may be left out.
func (s *Server) beginDraft(c *call) error {
	id, err := c.id("pack_id")
	if err != nil {
		return err
	}
	var in draftStart
	if len(c.body) > 0 {
		if in, err = decode[draftStart](c); err != nil {
			return err
		}
	}
	var draft release.Release
	if in.From == nil {
		draft, err = s.service.DraftRelease(c.ctx(), c.actor, id)
	} else {
		draft, err = s.service.PrepareFrom(c.ctx(), c.actor, id, *in.From)
	}
	if err != nil {
		return err
	}
	return s.answerRelease(c, draft.ID)
}

func (s *Server) discardDraft(c *call) error {
	r, err := s.ownRelease(c)
	if err != nil {
		return err
	}
	if r.State != release.Draft {
		return release.ErrMove
	}
	if err := s.service.DiscardDraft(c.ctx(), c.actor, r.ID, r.Revision); err != nil {
		return err
	}
	return c.done()
}

// ownRelease is the release of the address where it is the acting publisher's, or anybody's for staff. Accounts that see it
// get no further.
func (s *Server) ownRelease(c *call) (release.ReleaseView, error) {
	id, err := c.id("release_id")
	if err != nil {
		return release.ReleaseView{}, err
	}
	r, err := s.reader.Release(c.ctx(), c.actor, id)
	if err == nil && !c.actor.ReadsSite() && r.PublisherID != c.actor.Account {
		err = release.ErrNotFound
	}
	return r, err
}

type rescheduling struct {
	Date   string `json:"date"`
	Reason string `json:"reason"`
}

func (s *Server) reschedule(c *call) error {
	id, err := c.id("release_id")
	if err != nil {
		return err
	}
	in, err := decode[rescheduling](c)
	if err != nil {
		return err
	}
	if err := s.service.Reschedule(c.ctx(), c.actor, id, in.Date, in.Reason); err != nil {
		return err
	}
	return s.answerRelease(c, id)
}

type reason struct {
	Reason string `json:"reason"`
}

func (s *Server) withdraw(c *call) error {
	id, err := c.id("release_id")
	if err != nil {
		return err
	}
	in, err := decode[reason](c)
	if err != nil {
		return err
	}
	if err := s.service.Withdraw(c.ctx(), c.actor, id, in.Reason); err != nil {
		return err
	}
	return s.answerRelease(c, id)
}
