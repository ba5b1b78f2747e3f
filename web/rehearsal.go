package web

import (
	"net/http"
	"strconv"

	"packtide/release"
	"packtide/web/view"
)

// draftRehearsal shows what the pack's draft would do to whom, for all who may see the draft.
func (s *Server) draftRehearsal(v *visit) error {
	return s.withDraft(v, func(pack release.PackView) error {
		page, err := s.rehearse(v, pack, *pack.Draft)
		if err != nil {
			return err
		}
		return s.showRehearsal(v, page)
	})
}

// draftRehearsalCSV exports exactly the rows of the filter.
func (s *Server) draftRehearsalCSV(v *visit) error {
	return s.withDraft(v, func(pack release.PackView) error { return s.rehearsalCSV(v, pack, *pack.Draft) })
}

// withDraft runs on a pack that has a draft; without one, its page says so.
func (s *Server) withDraft(v *visit, show func(release.PackView) error) error {
	pack, err := s.packOf(v)
	if err != nil {
		return err
	}
	if pack.Draft == nil {
		v.flash(view.Info, "Nothing is being prepared for %s: the draft was released or discarded.", pack.PackRow.Name)
		return v.redirect(packPath(pack.ID))
	}
	return show(pack)
}

// releaseRehearsal shows what the midnight of a release in testing will do to whom.
func (s *Server) releaseRehearsal(v *visit) error {
	return s.withTesting(v, "", func(pack release.PackView, r release.ReleaseView) error {
		page, err := s.rehearse(v, pack, r)
		if err != nil {
			return err
		}
		return s.showRehearsal(v, page)
	})
}

func (s *Server) releaseRehearsalCSV(v *visit) error {
	return s.withTesting(v, ".csv", func(pack release.PackView, r release.ReleaseView) error { return s.rehearsalCSV(v, pack, r) })
}

// withTesting runs on a release in testing. A draft's rehearsal stands with its pack; of what was decided, the release's page
// tells what became of it.
func (s *Server) withTesting(v *visit, kind string, show func(release.PackView, release.ReleaseView) error) error {
	r, err := s.releaseOf(v)
	if err != nil {
		return err
	}
	switch r.State {
	case release.Draft:
		return v.redirect(packPath(r.PackID) + "/release/rehearsal" + kind)
	case release.Pending:
		pack, err := s.reader.Pack(v.ctx(), v.actor, r.PackID)
		if err != nil {
			return err
		}
		return show(pack, r)
	default:
		v.flash(view.Info, "%s is not in testing any more.", view.ReleaseLabel(&r.ReleaseRef))
		return v.redirect(releasePath(r.ID))
	}
}

// rehearsal derives what the release would do.
func (s *Server) rehearsal(v *visit, pack release.PackView, next release.ReleaseView) (release.Rehearsal, error) {
	return s.reading(v).Rehearse(v.ctx(), pack, next)
}

// rehearse reads what the page of a rehearsal shows: the whole, and one page of its attachments.
func (s *Server) rehearse(v *visit, pack release.PackView, next release.ReleaseView) (view.Rehearsal, error) {
	p := view.Rehearsal{Pack: pack, Path: v.Request().URL.Path, Query: v.QueryParams(), Clock: v.clock(), MayPublish: v.mayPublish()}
	err := p.Choose(p.Query)
	if err != nil {
		return p, err
	}
	if p.Rehearsal, err = s.rehearsal(v, pack, next); err != nil {
		return p, err
	}
	if p.Clashes, err = s.together(v, &next); err != nil {
		return p, err
	}
	f, count, some := p.Narrow(p.Runs, p.Does)
	if !some {
		return p, nil
	}
	p.Fitting, f.Query, f.Before, f.Limit = count, p.Search, p.Before, pageSize+1
	rows, err := s.reader.Rehearsal(v.ctx(), v.actor, f)
	p.Rows, p.Older = cut(rows, pageSize)
	return p, err
}

func (s *Server) showRehearsal(v *visit, p view.Rehearsal) error {
	head := view.RehearsalHead(p)
	head.Crumbs = packCrumbs(p.Pack.ID, p.Pack.PackRow.Name, p.Crumbs()...)
	return v.page(http.StatusOK, head, view.RehearsalPage(p))
}

// rehearsalCSV exports exactly the rows of the filter.
func (s *Server) rehearsalCSV(v *visit, pack release.PackView, next release.ReleaseView) error {
	p := view.Rehearsal{Pack: pack, Clock: v.clock()}
	err := p.Choose(v.QueryParams())
	if err != nil {
		return err
	}
	if p.Rehearsal, err = s.rehearsal(v, pack, next); err != nil {
		return err
	}
	head := []string{
		"attachment_id", "attachment", "environment", "account", "account_zone", "from", "to", "what_happens", "applies_at", "publisher_clock",
		"account_clock", "settings_to_fill_in", "other_breaking_changes", "to_do", "outside_groups",
	}
	f, _, some := p.Narrow(p.Runs, p.Does)
	f.Query = p.Search
	return s.exportCSV(v, "rehearsal", head, func(write func(...string) error) error {
		if !some {
			return nil
		}
		return s.reader.EachRehearsed(v.ctx(), v.actor, f, func(a release.RehearsalRow) error { return write(rehearsalCells(p, a)...) })
	})
}

func rehearsalCells(p view.Rehearsal, a release.RehearsalRow) []string {
	m := p.MoveOf(a.Tries)
	demands, breaks := m.Asks()
	return []string{
		a.ID.String(), a.Name, a.Environment, a.AccountName, a.AccountZone, view.ReleaseLabel(m.From), p.NextLabel(), p.Happens(m),
		p.ExportInstant(m), p.ExportClock(m, p.Zone()), p.ExportClock(m, view.Zone(a.AccountZone)),
		strconv.Itoa(demands), strconv.Itoa(breaks), p.ToDo(m), yesNo(a.Outside),
	}
}
