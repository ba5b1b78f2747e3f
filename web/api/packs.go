package api

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"packtide/release"
	"packtide/web"
)

func packRoutes() []route {
	return []route{
		{http.MethodGet, "/packs", web.PublisherSide, nothing, searched, (*Server).packs},
		{http.MethodPost, "/packs", web.AsPublisher, asJSON, "", (*Server).createPack},
		{http.MethodGet, "/packs/:pack_id", web.PublisherSide, nothing, "", (*Server).pack},
		{http.MethodPatch, "/packs/:pack_id", web.AsPublisher, asJSON, "", (*Server).editPack},
		{http.MethodDelete, "/packs/:pack_id", web.AsPublisher, nothing, "confirm", (*Server).deletePack},
		{http.MethodPut, "/packs/:pack_id/packages/:package_id", web.AsPublisher, nothing, "", (*Server).addPackage},
		{http.MethodDelete, "/packs/:pack_id/packages/:package_id", web.AsPublisher, nothing, "", (*Server).removePackage},
		{http.MethodPost, "/packs/:pack_id/updates", web.AsPublisher, nothing, "", (*Server).takeUpdates},
	}
}

// packSummary is one line of a list of packs.
type packSummary struct {
	ID             release.ID  `json:"id"`
	Name           string      `json:"name"`
	Publisher      named       `json:"publisher"`
	AttachmentMode string      `json:"attachment_mode"`
	Current        *releaseRef `json:"current"`
	Pending        *releaseRef `json:"pending"`
	DraftID        *release.ID `json:"draft_id"`
	Attachments    int64       `json:"attachments"`
	Accounts       int64       `json:"accounts"`
	OptedIn        int64       `json:"opted_in"`
	Updates        int         `json:"updates"`
	LastActivityAt *time.Time  `json:"last_activity_at"`
}

func packSummaryOf(p release.PackRow) packSummary {
	return packSummary{
		ID: p.ID, Name: p.Name, Publisher: named{p.PublisherID, p.PublisherName}, AttachmentMode: attachmentMode(p.Multiple),
		Current: releaseRefOrNull(p.Current), Pending: releaseRefOrNull(p.Pending), DraftID: p.DraftID, Attachments: p.Attachments,
		Accounts: p.Accounts, OptedIn: p.OptIns, Updates: p.Updates, LastActivityAt: utc(p.LastActivity),
	}
}

// pack is one pack whole. The publisher of a summary has no time zone, so it is told anew.
type pack struct {
	packSummary
	Publisher         accountRef    `json:"publisher"`
	DraftRevision     *int          `json:"draft_revision"`
	Description       string        `json:"description"`
	InstallationGuide string        `json:"installation_guide"`
	UserGuide         string        `json:"user_guide"`
	SupportContact    string        `json:"support_contact"`
	CreatedAt         time.Time     `json:"created_at"`
	OutsideGroups     int           `json:"outside_groups"`
	Packages          []packPackage `json:"packages"`
}

// packPackage is one package of a pack with its three versions (R9).
type packPackage struct {
	PackageID   release.ID  `json:"package_id"`
	Name        string      `json:"name"`
	DisplayName string      `json:"display_name"`
	Platform    string      `json:"platform"`
	Kind        string      `json:"kind"`
	Current     *versionRef `json:"current"`
	Next        *versionRef `json:"next"`
	Newest      *versionRef `json:"newest"`
}

func packPackageOf(p release.PackPackageRow) packPackage {
	return packPackage{
		p.PackageID, p.Name, p.DisplayName, p.Platform, p.Kind, versionRefOf(p.Current), versionRefOf(p.Next), versionRefOf(p.Newest),
	}
}

func (s *Server) packs(c *call) error {
	p, id, err := c.byName()
	if err != nil {
		return err
	}
	rows, err := s.reader.Packs(c.ctx(), c.actor, c.QueryParam("q"), p.name(), id, p.ask())
	if err != nil {
		return err
	}
	return list(c, p, rows, packSummaryOf, func(r release.PackRow) []string { return []string{r.Name, r.ID.String()} })
}

// packWhole reads a pack and its packages as they are now.
func (s *Server) packWhole(c *call, id release.ID) (pack, error) {
	v, err := s.reader.Pack(c.ctx(), c.actor, id)
	if err != nil {
		return pack{}, err
	}
	var revision *int
	if v.Draft != nil {
		revision = &v.Draft.Revision
	}
	rows, err := s.reader.PackPackages(c.ctx(), c.actor, id)
	return pack{
		packSummary: packSummaryOf(v.PackRow), Publisher: accountRef{v.PublisherID, v.PublisherName, v.PublisherZone}, Description: v.Description,
		InstallationGuide: v.InstallationGuide, UserGuide: v.UserGuide, SupportContact: v.SupportContact, CreatedAt: v.CreatedAt.UTC(),
		DraftRevision: revision, OutsideGroups: v.Outside, Packages: eachOf(rows, packPackageOf),
	}, err
}

func (s *Server) pack(c *call) error {
	id, err := c.id("pack_id")
	if err != nil {
		return err
	}
	p, err := s.packWhole(c, id)
	if err != nil {
		return err
	}
	return c.one(p)
}

// packTexts are the texts of a pack as release.PackTextsEdit has them; nil stays as it is.
type packTexts struct {
	Name              *string `json:"name"`
	Description       *string `json:"description"`
	InstallationGuide *string `json:"installation_guide"`
	UserGuide         *string `json:"user_guide"`
	SupportContact    *string `json:"support_contact"`
}

type newPack struct {
	Name              string `json:"name"`
	Description       string `json:"description"`
	InstallationGuide string `json:"installation_guide"`
	UserGuide         string `json:"user_guide"`
	SupportContact    string `json:"support_contact"`
	AttachmentMode    string `json:"attachment_mode"`
}

func (s *Server) createPack(c *call) error {
	in, err := decode[newPack](c)
	if err != nil {
		return err
	}
	if !slices.Contains([]string{"single", "multiple"}, in.AttachmentMode) {
		return release.ErrModeMissing.On("/attachment_mode")
	}
	multiple := in.AttachmentMode == "multiple"
	made, err := s.service.CreatePack(c.ctx(), c.actor, release.NewPack{Multiple: &multiple, PackTexts: release.PackTexts{
		Name: in.Name, Description: in.Description, InstallationGuide: in.InstallationGuide, UserGuide: in.UserGuide, SupportContact: in.SupportContact,
	}})
	if err != nil {
		return err
	}
	p, err := s.packWhole(c, made.ID)
	if err != nil {
		return err
	}
	return c.created("/packs/"+made.ID.String(), p)
}

func (s *Server) editPack(c *call) error {
	id, err := c.id("pack_id")
	if err != nil {
		return err
	}
	in, err := decode[packTexts](c)
	if err != nil {
		return err
	}
	over, err := s.packSeen(c, id)
	if err != nil {
		return err
	}
	err = s.service.ChangePack(c.ctx(), c.actor, id, release.Assembly{Over: over, Texts: release.PackTextsEdit(in)})
	if errors.Is(err, release.ErrPackStale) {
		return errPrecondition
	}
	if err != nil {
		return err
	}
	p, err := s.packWhole(c, id)
	if err != nil {
		return err
	}
	return c.changed(p)
}

// packSeen are the texts of the pack whose tag the caller has sent as If-Match; nil where none was sent. They are compared once
// more under the pack's lock: what else the tag stands for, such as counts, nobody changes by a request like this.
func (s *Server) packSeen(c *call, id release.ID) (*release.PackTexts, error) {
	if len(c.Request().Header.Values("If-Match")) == 0 {
		return nil, nil //nolint:nilnil // whatever they are
	}
	p, err := s.packWhole(c, id)
	if err != nil {
		return nil, err
	}
	if err := c.onlyIfSeen(p); err != nil {
		return nil, err
	}
	return &release.PackTexts{
		Name: p.Name, Description: p.Description, InstallationGuide: p.InstallationGuide, UserGuide: p.UserGuide, SupportContact: p.SupportContact,
	}, nil
}

// deletePack takes the pack's name as a parameter: an address that is repeated by mistake deletes no other pack (R11).
func (s *Server) deletePack(c *call) error {
	id, err := c.id("pack_id")
	if err != nil {
		return err
	}
	n, err := s.service.DeletePack(c.ctx(), c.actor, id, c.QueryParam("confirm"))
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, map[string]int64{"detached": n})
}

// packAndPackage are the two ids of the address.
func (c *call) packAndPackage() (pack, pkg release.ID, err error) {
	if pack, err = c.id("pack_id"); err == nil {
		pkg, err = c.id("package_id")
	}
	return pack, pkg, err
}

// packageOfPack is the pack's line of the package; nil where it has none.
func (s *Server) packageOfPack(c *call, pack, pkg release.ID) (*release.PackPackageRow, error) {
	rows, err := s.reader.PackPackages(c.ctx(), c.actor, pack)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(rows, func(r release.PackPackageRow) bool { return r.PackageID == pkg }); i >= 0 {
		return &rows[i], nil
	}
	return nil, nil //nolint:nilnil // both say: it is not there
}

// addPackage leaves the package in the next release, whatever was before (R8): asked twice, it does nothing the second time.
func (s *Server) addPackage(c *call) error {
	pack, pkg, err := c.packAndPackage()
	if err != nil {
		return err
	}
	row, err := s.packageOfPack(c, pack, pkg)
	switch {
	case err != nil:
		return err
	case row == nil:
		err = s.service.AddPackage(c.ctx(), c.actor, pack, pkg)
	case row.Next == nil:
		err = s.service.UndoRemoval(c.ctx(), c.actor, pack, pkg)
	}
	if err != nil && !errors.Is(err, release.ErrPackageInPack) {
		return err
	}
	if row, err = s.packageOfPack(c, pack, pkg); err != nil {
		return err
	}
	if row == nil {
		return release.ErrNotFound // taken out again a moment ago
	}
	return c.answer(http.StatusOK, packPackageOf(*row))
}

func (s *Server) removePackage(c *call) error {
	pack, pkg, err := c.packAndPackage()
	if err != nil {
		return err
	}
	if err := s.service.RemovePackage(c.ctx(), c.actor, pack, pkg); err != nil {
		return err
	}
	return c.done()
}

func (s *Server) takeUpdates(c *call) error {
	id, err := c.id("pack_id")
	if err != nil {
		return err
	}
	if err := s.service.TakeUpdates(c.ctx(), c.actor, id); err != nil {
		return err
	}
	rows, err := s.reader.PackPackages(c.ctx(), c.actor, id)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, whole(rows, packPackageOf))
}
