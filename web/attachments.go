package web

import (
	"errors"
	"slices"

	"packtide/release"
	"packtide/web/view"
)

// attachmentRow is the attachment of the address, as far as the actor may see it.
func (s *Server) attachmentRow(v *visit) (release.AttachmentRow, error) {
	id, err := v.id("attachment")
	if err != nil {
		return release.AttachmentRow{}, err
	}
	return s.reader.Attachment(v.ctx(), v.actor, id)
}

// attachment shows one attachment: to its account, to the pack's publisher, to support.
func (s *Server) attachment(v *visit) error {
	row, err := s.attachmentRow(v)
	if err != nil {
		return err
	}
	p := view.Attachment{
		Row: row, Own: v.owns(row), Admin: v.owns(row) && v.actor.Managed == release.RoleAdmin, ActsFor: v.actor.ReadsSite(), Clock: v.clock(),
	}
	if p.History, err = s.reader.History(v.ctx(), v.actor, row.ID); err != nil {
		return err
	}
	slices.Reverse(p.History)
	if err := s.describeAttachment(v, &p); err != nil {
		return err
	}
	if p.Agent, err = s.agentReport(v, p); err != nil {
		return err
	}
	asked := v.moment("at", "What did it run at", clockOf{row.PublisherName, row.PublisherZone}, clockOf{row.AccountName, row.AccountZone})
	p.Past = view.Past{Moment: asked, Action: "/attachments/" + row.ID.String()}
	head := view.Page{
		Title: view.AttachmentTitle(row), LedeContent: view.AttachmentLede(p), Crumbs: attachmentCrumbs(v, row, ""),
		Band: p.Past.Band(p.Clock, view.Zone(row.PublisherZone)),
	}
	if p.Admin || p.ActsFor {
		head.Actions = view.AttachmentActions(p)
	}
	return v.page(momentStatus(asked), head, view.AttachmentPage(p))
}

// owns tells whether the attachment belongs to the account for which the person acts as one of its people.
func (v *visit) owns(row release.AttachmentRow) bool {
	return row.Account == v.actor.Account && v.actor.ReadsManaged()
}

// describeAttachment adds the pack's documents, which go with a deleted pack, and the release that may be tried.
func (s *Server) describeAttachment(v *visit, p *view.Attachment) error {
	read, home := s.reader.Pack, "/packs/"
	if p.Own {
		read, home = s.reader.CataloguePack, "/catalogue/"
	}
	pack, err := read(v.ctx(), v.actor, p.Row.Pack)
	switch {
	case err == nil:
		p.Texts, p.PackHref = pack.PackTexts, home+p.Row.Pack.String()
	case !errors.Is(err, release.ErrNotFound):
		return err
	}
	if p.Row.DetachedAt != nil {
		return nil
	}
	p.Pending, err = s.pendingOf(v, p.Row)
	return err
}

// pendingOf is the release that the attachment may try, whole; nil when there is none.
func (s *Server) pendingOf(v *visit, row release.AttachmentRow) (*release.ReleaseView, error) {
	if row.Pending == nil {
		return nil, nil //nolint:nilnil // nothing is pending
	}
	r, err := s.reader.Release(v.ctx(), v.actor, row.Pending.ID)
	if errors.Is(err, release.ErrNotFound) || (err == nil && r.State != release.Pending) {
		return nil, nil //nolint:nilnil // withdrawn or applied since the row was read
	}
	if err != nil {
		return nil, err
	}
	return &r, nil
}

// attachmentCrumbs lead back to the list from which this person comes.
func attachmentCrumbs(v *visit, row release.AttachmentRow, step string) []view.Crumb {
	crumbs := []view.Crumb{{Href: "/install-base", Label: "Install base"}}
	if v.owns(row) {
		crumbs = []view.Crumb{{Href: "/installed", Label: "Installed"}}
	}
	if step == "" {
		return append(crumbs, view.Crumb{Label: view.AttachmentTitle(row)})
	}
	return append(crumbs, view.Crumb{Href: "/attachments/" + row.ID.String(), Label: view.AttachmentTitle(row)}, view.Crumb{Label: step})
}

// attachmentHistoryCSV exports what the attachment ran, oldest first (R32).
func (s *Server) attachmentHistoryCSV(v *visit) error {
	row, err := s.attachmentRow(v)
	if err != nil {
		return err
	}
	rows, err := s.reader.History(v.ctx(), v.actor, row.ID)
	if err != nil {
		return err
	}
	head := []string{"attachment_id", "attachment", "account", "pack", "since", "until", "release", "how", "by", "late", "reason"}
	return v.download().streamCSV("history-"+row.ID.String(), head, func(write func(...string) error) error {
		for _, h := range rows {
			err := write(row.ID.String(), row.Name, row.AccountName, row.PackName, csvTime(&h.Since), csvTime(h.Until),
				view.ReleaseLabel(h.Release), string(h.How), h.By, yesNo(h.Late), h.Reason)
			if err != nil {
				return err
			}
		}
		return nil
	})
}
