package web

import (
	"net/http"

	"packtide/release"
	"packtide/web/view"
)

// comparePack shows what differs between any two releases of a pack; unasked, between the newest and the one before it.
func (s *Server) comparePack(v *visit) error {
	p, err := s.packOf(v)
	if err != nil {
		return err
	}
	one := view.ReleaseComparison{Pack: p, Clock: v.clock(), MayPublish: v.mayPublish()}
	if one.Choices, err = s.reader.ReleaseRefs(v.ctx(), v.actor, p.ID); err != nil {
		return err
	}
	from, to, err := ComparedReleases(one.Choices, v.QueryParam("from"), v.QueryParam("to"))
	if err != nil {
		return err
	}
	if !from.IsZero() && !to.IsZero() {
		pair, err := s.reader.ReleasePair(v.ctx(), v.actor, p.ID, from, to)
		if err != nil {
			return err
		}
		one.Pair = &pair
	}
	head := view.Page{
		Title: one.Title(), Lede: one.Lede(), Actions: view.ReleaseComparisonActions(one),
		Crumbs: packCrumbs(p.ID, p.PackRow.Name, view.Crumb{Href: packPath(p.ID) + "/releases", Label: "Releases"}, view.Crumb{Label: "Compare"}),
	}
	return v.page(http.StatusOK, head, view.ReleaseComparisonPage(one))
}

// ComparedReleases are the two of a pack that are asked for, by their ids; what is left out are the newest of the choices and
// the one before the other. Zero: there is none.
func ComparedReleases(choices []release.ReleaseRef, wantFrom, wantTo string) (from, to release.ID, err error) {
	if wantTo != "" {
		if to, err = release.ParseID(wantTo); err != nil {
			return from, to, release.ErrNotFound
		}
	} else if len(choices) > 0 {
		to = choices[0].ID
	}
	if wantFrom != "" {
		if from, err = release.ParseID(wantFrom); err != nil {
			return from, to, release.ErrNotFound
		}
		return from, to, nil
	}
	for i, r := range choices {
		if r.ID == to && i+1 < len(choices) {
			from = choices[i+1].ID
		}
	}
	return from, to, nil
}

// prepareFrom fills the next release with the contents of an earlier one (R22). A draft that someone is working on is
// replaced only after a question.
func (s *Server) prepareFrom(v *visit) error {
	p, err := s.packOf(v)
	if err != nil {
		return err
	}
	from, err := release.ParseID(v.FormValue("from"))
	if err != nil {
		return err
	}
	if p.Draft != nil && v.FormValue("replace") != "true" {
		return v.redirect(packPath(p.ID) + "/prepare?from=" + from.String())
	}
	_, err = s.service.PrepareFrom(v.ctx(), v.actor, p.ID, from)
	if r, ok := refused(err); ok && r.Status != http.StatusNotFound {
		return s.showPack(v, r.Status, p.ID, onForm(r.Errors))
	}
	if err != nil {
		return err
	}
	source, err := s.ownRelease(v, from)
	if err != nil {
		return err
	}
	v.flash(view.Info, "The next release now holds what %s held. Look through it, then release it.", view.ReleaseLabel(&source.ReleaseRef))
	return v.redirect(packPath(p.ID) + "/release/versions")
}

// prepareForm says what going back to a release would change, for how many, and whether a draft gives way.
func (s *Server) prepareForm(v *visit) error {
	p, err := s.packOf(v)
	if err != nil {
		return err
	}
	from, err := release.ParseID(v.QueryParam("from"))
	if err != nil {
		return err
	}
	source, err := s.ownRelease(v, from)
	if err != nil {
		return err
	}
	if source.PackID != p.ID || source.State == release.Draft {
		return release.ErrNotFound
	}
	var pair *release.ReleasePair
	if p.Current != nil {
		found, err := s.reader.ReleasePair(v.ctx(), v.actor, p.ID, p.Current.ID, from)
		if err != nil {
			return err
		}
		pair = &found
		if len(view.Changed(found.Contents)) == 0 {
			no := release.ErrNothingToRollBack.With("%s holds the same versions as the current release, so there is nothing to go back to.", view.ReleaseLabel(&source.ReleaseRef))
			return s.showPack(v, http.StatusConflict, p.ID, []view.FieldError{{Text: no.Message}})
		}
	}
	c := view.RollBack(p, source, pair)
	head := view.Page{Title: c.Title, Crumbs: packCrumbs(p.ID, p.PackRow.Name, view.Crumb{Label: "Prepare again"})}
	return v.page(http.StatusOK, head, view.ConfirmPage(c))
}
