package api

import (
	"errors"
	"net/http"
	"time"

	"packtide/release"
	"packtide/web"
)

func attachmentRoutes() []route {
	return []route{
		{http.MethodGet, "/catalogue", web.Managed, nothing, searched, (*Server).catalogue},
		{http.MethodGet, "/catalogue/:pack_id", web.Managed, nothing, "", (*Server).cataloguePack},
		{http.MethodGet, "/attachments", web.Managed, nothing, "pack release state " + searched, (*Server).attachments},
		{http.MethodPost, "/attachments", web.AsAdmin, asJSON, "", (*Server).install},
		{http.MethodGet, "/attachments/:attachment_id", web.SignedIn, nothing, "", (*Server).attachment},
		{http.MethodDelete, "/attachments/:attachment_id", web.AsAdmin, nothing, "", (*Server).uninstall},
		{http.MethodPut, "/attachments/:attachment_id/opt-in", web.AsAdmin | web.Site, asJSON, "", (*Server).optIn},
		{http.MethodDelete, "/attachments/:attachment_id/opt-in", web.AsAdmin | web.Site, nothing, "reason", (*Server).goBack},
		{http.MethodGet, "/attachments/:attachment_id/history", web.SignedIn, nothing, "", (*Server).history},
	}
}

// catalogueRow is a pack that the account may install (R25).
type catalogueRow struct {
	Pack           named       `json:"pack"`
	Description    string      `json:"description"`
	Publisher      named       `json:"publisher"`
	AttachmentMode string      `json:"attachment_mode"`
	Current        releaseRef  `json:"current"`
	Pending        *releaseRef `json:"pending"`
	Installed      int         `json:"installed"`
}

func (s *Server) catalogue(c *call) error {
	p, id, err := c.byName()
	if err != nil {
		return err
	}
	rows, err := s.reader.Catalogue(c.ctx(), c.actor, c.QueryParam("q"), p.name(), id, p.ask())
	if err != nil {
		return err
	}
	item := func(r release.CatalogueRow) catalogueRow {
		return catalogueRow{
			named{r.PackID, r.Name},
			r.Description,
			named{r.PublisherID, r.PublisherName},
			attachmentMode(r.Multiple), releaseRefOf(r.Current),
			releaseRefOrNull(r.Pending), r.Installed,
		}
	}
	return list(c, p, rows, item, func(r release.CatalogueRow) []string { return []string{r.Name, r.PackID.String()} })
}

// catalogueView is a pack with its guides, as an account reads it.
type catalogueView struct {
	Pack              named       `json:"pack"`
	Description       string      `json:"description"`
	Publisher         accountRef  `json:"publisher"`
	AttachmentMode    string      `json:"attachment_mode"`
	InstallationGuide string      `json:"installation_guide"`
	UserGuide         string      `json:"user_guide"`
	SupportContact    string      `json:"support_contact"`
	Current           *releaseRef `json:"current"`
	Pending           *releaseRef `json:"pending"`
}

func (s *Server) cataloguePack(c *call) error {
	id, err := c.id("pack_id")
	if err != nil {
		return err
	}
	p, err := s.reader.CataloguePack(c.ctx(), c.actor, id)
	if err != nil {
		return err
	}
	return c.one(catalogueView{
		named{p.ID, p.PackRow.Name},
		p.Description,
		accountRef{p.PublisherID, p.PublisherName, p.PublisherZone},
		attachmentMode(p.Multiple),
		p.InstallationGuide, p.UserGuide, p.SupportContact, releaseRefOrNull(p.Current), releaseRefOrNull(p.Pending),
	})
}

// attachmentBase is what stays the same of an attachment, whenever it is looked at.
type attachmentBase struct {
	ID             release.ID `json:"id"`
	Name           string     `json:"name"`
	Environment    string     `json:"environment"`
	Pack           named      `json:"pack"`
	Publisher      accountRef `json:"publisher"`
	Account        accountRef `json:"account"`
	AttachmentMode string     `json:"attachment_mode"`
}

// attachmentNow is one installed instance of a pack with what it runs.
type attachmentNow struct {
	attachmentBase
	State         release.AttachmentState `json:"state"`
	Runs          *releaseRef             `json:"runs"`
	Current       *releaseRef             `json:"current"`
	Pending       *releaseRef             `json:"pending"`
	OptedInAt     *time.Time              `json:"opted_in_at"`
	OptedInBy     *string                 `json:"opted_in_by"`
	AttachedAt    time.Time               `json:"attached_at"`
	DetachedAt    *time.Time              `json:"detached_at"`
	OutsideGroups bool                    `json:"outside_groups"`
	Ledger        *string                 `json:"ledger_state"`
	Observed      *observedNow            `json:"observed"`
}

func attachmentNowOf(a release.AttachmentRow) attachmentNow {
	return attachmentNow{
		attachmentBase: attachmentBase{
			a.ID, a.Name, a.Environment,
			named{a.Pack, a.PackName},
			accountRef{a.PublisherID, a.PublisherName, a.PublisherZone},
			accountRef{a.Account, a.AccountName, a.AccountZone},
			attachmentMode(a.Multiple),
		},
		State: stateOf(a), Runs: releaseRefOrNull(a.Runs), Current: releaseRefOrNull(a.Current), Pending: releaseRefOrNull(a.Pending),
		OptedInAt: utc(a.OptedInAt), OptedInBy: textOrNull(a.OptedInBy), AttachedAt: a.AttachedAt.UTC(), DetachedAt: utc(a.DetachedAt),
		OutsideGroups: a.Outside, Ledger: textOrNull(string(a.Ledger())), Observed: observedNowOf(a.Observed),
	}
}

// stateOf is the one word for an attachment: what it tries goes before that it is outside of its groups.
func stateOf(a release.AttachmentRow) release.AttachmentState {
	switch {
	case a.DetachedAt != nil:
		return release.StateDetached
	case a.Trying():
		return release.StateTrying
	case a.Outside:
		return release.StateOutside
	case a.Pending != nil:
		return release.StateWaiting
	default:
		return release.StateCurrent
	}
}

// attachmentOf reads the attachment of the address.
func (s *Server) attachmentOf(c *call) (release.AttachmentRow, error) {
	id, err := c.id("attachment_id")
	if err != nil {
		return release.AttachmentRow{}, err
	}
	return s.reader.Attachment(c.ctx(), c.actor, id)
}

// attachments are those of the account itself; a publisher's are its install base.
func (s *Server) attachments(c *call) error {
	f := release.InstallBaseFilter{Query: c.QueryParam("q"), Account: c.actor.Account}
	var err error
	if f.State, err = oneOf("state", c.QueryParam("state"), attachmentStates...); err != nil {
		return err
	}
	if err := readIDs(c.QueryParams(), map[string]*release.ID{"pack": &f.Pack, "release": &f.Release}); err != nil {
		return err
	}
	return s.listAttachments(c, f)
}

var attachmentStates = []release.AttachmentState{
	release.StateCurrent, release.StateTrying, release.StateWaiting, release.StateOutside, release.StateDetached,
}

func (s *Server) listAttachments(c *call, f release.InstallBaseFilter) error {
	p, before, err := c.byID()
	if err != nil {
		return err
	}
	f.Before, f.Limit = before, p.ask()
	rows, err := s.reader.InstallBase(c.ctx(), c.actor, f)
	if err != nil {
		return err
	}
	return list(c, p, rows, attachmentNowOf, func(r release.AttachmentRow) []string { return []string{r.ID.String()} })
}

func (s *Server) attachment(c *call) error {
	a, err := s.attachmentOf(c)
	if err != nil {
		return err
	}
	return c.one(attachmentNowOf(a))
}

type newAttachment struct {
	PackID      release.ID `json:"pack_id"`
	Name        string     `json:"name"`
	Environment string     `json:"environment"`
}

func (s *Server) install(c *call) error {
	in, err := decode[newAttachment](c)
	if err != nil {
		return err
	}
	if in.PackID.IsZero() {
		return onField("/pack_id", "Say which pack to install.")
	}
	made, err := s.service.InstallPack(c.ctx(), c.actor, release.Install{Pack: in.PackID, Name: in.Name, Environment: in.Environment})
	if err != nil {
		return err
	}
	a, err := s.reader.Attachment(c.ctx(), c.actor, made.ID)
	if err != nil {
		return err
	}
	return c.created("/attachments/"+made.ID.String(), attachmentNowOf(a))
}

func (s *Server) uninstall(c *call) error {
	id, err := c.id("attachment_id")
	if err != nil {
		return err
	}
	if err := s.service.Uninstall(c.ctx(), c.actor, id); err != nil {
		return err
	}
	return c.done()
}

type optingIn struct {
	ReleaseID *release.ID `json:"release_id"`
	Reason    string      `json:"reason"`
}

// optIn lets the attachment try the pending release (R27). Asked again, it changes nothing; its body may be left out.
func (s *Server) optIn(c *call) error {
	a, err := s.attachmentOf(c)
	if err != nil {
		return err
	}
	var in optingIn
	if len(c.body) > 0 {
		if in, err = decode[optingIn](c); err != nil {
			return err
		}
	}
	pending, err := pendingOf(a, in.ReleaseID, release.ErrTestingEnded)
	if err != nil {
		return err
	}
	err = s.service.OptIn(c.ctx(), c.actor, a.ID, pending, in.Reason)
	if err != nil && !errors.Is(err, release.ErrOptedInAlready) {
		return err
	}
	return s.answerAttachment(c)
}

func (s *Server) answerAttachment(c *call) error {
	a, err := s.attachmentOf(c)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, attachmentNowOf(a))
}

func (s *Server) goBack(c *call) error {
	id, err := c.id("attachment_id")
	if err != nil {
		return err
	}
	if err := s.service.GoBack(c.ctx(), c.actor, id, c.QueryParam("reason")); err != nil {
		return err
	}
	return s.answerAttachment(c)
}
