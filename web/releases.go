package web

import (
	"errors"
	"net/http"
	"net/url"

	"packtide/release"
	"packtide/web/view"
)

// ownRelease is a release for those who decide on it and for staff. An account that has the pack installed may read parts
// of it elsewhere; here it is not found.
func (s *Server) ownRelease(v *visit, id release.ID) (release.ReleaseView, error) {
	r, err := s.reader.Release(v.ctx(), v.actor, id)
	if err == nil && !v.actor.ReadsSite() && r.PublisherID != v.actor.Account {
		return release.ReleaseView{}, release.ErrNotFound
	}
	return r, err
}

// releaseOf is the release that the address names.
func (s *Server) releaseOf(v *visit) (release.ReleaseView, error) {
	id, err := v.id("release")
	if err != nil {
		return release.ReleaseView{}, err
	}
	return s.ownRelease(v, id)
}

func releasePath(id release.ID) string { return "/releases/" + id.String() }

func (s *Server) releaseDetail(v *visit) error {
	r, err := s.releaseOf(v)
	if err != nil {
		return err
	}
	if r.State == release.Draft && v.mayPublish() {
		return v.redirect(packPath(r.PackID) + "/release/versions")
	}
	return s.showRelease(v, http.StatusOK, r, nil)
}

// releaseDetailOf is one release with what its pages say of it.
func (s *Server) releaseDetailOf(v *visit, r release.ReleaseView) (view.ReleaseDetail, error) {
	d := view.ReleaseDetail{Release: r, Clock: v.clock(), MayPublish: v.mayPublish(), Site: v.actor.ReadsSite()}
	pack, err := s.reader.Pack(v.ctx(), v.actor, r.PackID)
	switch {
	case err == nil:
		d.Pack = &pack
	case !errors.Is(err, release.ErrNotFound): // a deleted pack leaves its releases
		return d, err
	}
	if d.Evidence, err = s.reader.Evidence(v.ctx(), v.actor, r.ID); err != nil {
		return d, err
	}
	days, err := s.reader.OptInsByDay(v.ctx(), v.actor, r.ID)
	for _, day := range days {
		d.Days = append(d.Days, view.DayCount{Day: day.Day, N: int(day.N)})
	}
	return d, err
}

// showRelease draws one release whole; problems say why a decision on it was refused.
func (s *Server) showRelease(v *visit, status int, r release.ReleaseView, problems []view.FieldError) error {
	d, err := s.releaseDetailOf(v, r)
	if err != nil {
		return err
	}
	d.Problems = problems
	label := view.ReleaseLabel(&r.ReleaseRef)
	head := view.Page{
		Title: r.PackName + " " + label, LedeContent: view.ReleaseSentence(d), Actions: view.ReleaseButtons(d),
		Crumbs: packCrumbs(r.PackID, r.PackName, view.Crumb{Label: label}),
	}
	return v.page(status, head, view.ReleaseDetailPage(d))
}

// whilePending runs a decision on a release in testing. Once that is over, the release's page says so.
func (s *Server) whilePending(v *visit, decide func(release.ReleaseView) error) error {
	r, err := s.releaseOf(v)
	if err != nil {
		return err
	}
	if r.State == release.Pending {
		return decide(r)
	}
	if v.Request().Method == http.MethodGet {
		v.flash(view.Info, "%s is not in testing any more.", view.ReleaseLabel(&r.ReleaseRef))
		return v.redirect(releasePath(r.ID))
	}
	return s.showRelease(v, http.StatusConflict, r, []view.FieldError{{Text: release.ErrTestingEnded.Message}})
}

// tooLate tells a refusal that no other input could mend: the testing period has ended meanwhile.
func (s *Server) tooLate(v *visit, r release.ReleaseView, no refusal) error {
	now, err := s.ownRelease(v, r.ID)
	if err != nil {
		return err
	}
	return s.showRelease(v, no.Status, now, onForm(no.Errors))
}

func (s *Server) rescheduleForm(v *visit) error {
	return s.whilePending(v, func(r release.ReleaseView) error {
		date := v.QueryParam("date")
		if date == "" && v.QueryParam("month") == "" {
			date = r.DueOn.String()
		}
		return s.showReschedule(v, http.StatusOK, view.RescheduleForm{Release: r, Date: date})
	})
}

func (s *Server) showReschedule(v *visit, status int, f view.RescheduleForm) error {
	impact, err := s.reader.Impact(v.ctx(), v.actor, f.Release.PackID)
	if err != nil {
		return err
	}
	r := f.Release
	f.Clock, f.Impact = v.clock(), impact
	f.Preview = v.preview(f.Date, r.PublisherZone, impact)
	f.Month = v.month(f.Date, view.Zone(r.PublisherZone), releasePath(r.ID)+"/reschedule", url.Values{})
	label := view.ReleaseLabel(&r.ReleaseRef)
	head := view.Page{
		Title: "Reschedule " + label, LedeContent: view.RescheduleSentence(f),
		Crumbs: packCrumbs(r.PackID, r.PackName, view.Crumb{Href: releasePath(r.ID), Label: label}, view.Crumb{Label: "Reschedule"}),
	}
	return v.page(status, head, view.Reschedule(f))
}

func (s *Server) reschedule(v *visit) error {
	return s.whilePending(v, func(r release.ReleaseView) error {
		f := view.RescheduleForm{Release: r, Date: v.FormValue("date"), Reason: v.lines("reason")}
		err := s.service.Reschedule(v.ctx(), v.actor, r.ID, f.Date, f.Reason)
		if errors.Is(err, release.ErrTestingEnded) {
			no, _ := refused(err)
			return s.tooLate(v, r, no)
		}
		if no, ok := refused(err); ok {
			f.Errors = no.Errors
			return s.showReschedule(v, no.Status, f)
		}
		if err != nil {
			return err
		}
		v.flash(view.Good, "%s has another date now. Whoever tries it goes on doing so.", view.ReleaseLabel(&r.ReleaseRef))
		return v.redirect(releasePath(r.ID))
	})
}

func (s *Server) withdrawForm(v *visit) error {
	return s.whilePending(v, func(r release.ReleaseView) error { return s.showWithdraw(v, http.StatusOK, r, "", refusal{}) })
}

func (s *Server) showWithdraw(v *visit, status int, r release.ReleaseView, reason string, no refusal) error {
	impact, err := s.reader.Impact(v.ctx(), v.actor, r.PackID)
	if err != nil {
		return err
	}
	c := view.Withdraw(view.WaysOut{Release: r, Impact: impact})
	c.Errors = no.Errors
	c.Reason.Value, c.Reason.Error = reason, no.On("reason")
	head := view.Page{
		Title:  c.Title,
		Crumbs: packCrumbs(r.PackID, r.PackName, view.Crumb{Href: releasePath(r.ID), Label: view.ReleaseLabel(&r.ReleaseRef)}, view.Crumb{Label: "Withdraw"}),
	}
	return v.page(status, head, view.ConfirmPage(c))
}

func (s *Server) withdraw(v *visit) error {
	return s.whilePending(v, func(r release.ReleaseView) error {
		reason := v.lines("reason")
		err := s.service.Withdraw(v.ctx(), v.actor, r.ID, reason)
		if errors.Is(err, release.ErrTestingEnded) {
			no, _ := refused(err)
			return s.tooLate(v, r, no)
		}
		if no, ok := refused(err); ok {
			return s.showWithdraw(v, no.Status, r, reason, no)
		}
		if err != nil {
			return err
		}
		v.flash(view.Good, "%s", view.WithdrawnWords(r))
		return v.redirect(packPath(r.PackID))
	})
}
