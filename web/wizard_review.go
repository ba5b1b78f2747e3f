package web

import (
	"net/http"
	"strings"

	"packtide/packfile"
	"packtide/release"
	"packtide/web/view"
)

// reviewStep shows what account admins will read, with the version and the notes proposed where none were given (R23).
func (s *Server) reviewStep(v *visit) error {
	return s.inWizard(v, func(w view.Wizard) error {
		if w.Draft.Plan == "" {
			v.flash(view.Info, "Choose first when it is released.")
			return v.redirect(packPath(w.Pack.ID) + "/release/when")
		}
		version, notes := view.ReleaseLabel(&w.Draft.ReleaseRef), w.Draft.Notes
		if w.Draft.Version == nil {
			var err error
			if version, notes, err = s.propose(v, w); err != nil {
				return err
			}
		}
		return s.showReview(v, http.StatusOK, w, version, notes)
	})
}

// propose begins the release's version and notes for its publisher (R23).
func (s *Server) propose(v *visit, w view.Wizard) (version, notes string, err error) {
	return s.reading(v).Propose(v.ctx(), w.Pack, w.Draft)
}

func (s *Server) showReview(v *visit, status int, w view.Wizard, version, notes string) error {
	impact, err := s.reader.Impact(v.ctx(), v.actor, w.Pack.ID)
	if err != nil {
		return err
	}
	together, err := s.together(v, &w.Draft)
	if err != nil {
		return err
	}
	evidence, err := s.evidenceLines(v, w.Pack.PublisherID, w.Draft.ID)
	if err != nil {
		return err
	}
	step := view.ReviewStep{Evidence: evidence, Wizard: w, Version: version, Notes: notes, Impact: impact, Together: together}
	if w.Draft.DueOn != nil && w.Draft.Plan == release.Scheduled {
		step.Preview = v.preview(w.Draft.DueOn.String(), w.Pack.PublisherZone, impact)
	}
	return v.showStep(status, w, view.StepReview, view.ReviewForm(step))
}

// together is how the packages of a draft fit together (R10).
func (s *Server) together(v *visit, draft *release.ReleaseView) ([]packfile.Finding, error) {
	return s.reading(v).Together(v.ctx(), *draft)
}

// confirmRelease keeps version and notes and then decides, with the revision that keeping them has made. Refused, the
// page comes back with the present draft, whose texts are kept already or still only typed.
func (s *Server) confirmRelease(v *visit) error {
	return s.inWizard(v, func(w view.Wizard) error {
		version, notes := v.FormValue("version"), v.lines("notes")
		err := s.service.DescribeRelease(v.ctx(), v.actor, w.Draft.ID, v.revision(), version, notes)
		if err == nil && v.FormValue("action") == "save" {
			return v.redirect(packPath(w.Pack.ID) + "/release/review")
		}
		if action := v.FormValue("action"); err == nil && (action == "evidence" || strings.HasPrefix(action, "evidence/")) {
			return v.redirect(localPath(packPath(w.Pack.ID) + "/release/" + action))
		}
		if err == nil {
			err = s.decide(v, w, v.revision()+1)
		}
		if r, ok := refused(err); ok {
			if w, err = s.again(v, r, "version", "notes", "evidence"); err != nil {
				return err
			}
			return s.showReview(v, w.Status, w, version, notes)
		}
		if err != nil {
			return err
		}
		return s.afterDecision(v, w, version)
	})
}

func (s *Server) decide(v *visit, w view.Wizard, revision int) error {
	if w.Draft.Plan == release.Scheduled {
		return s.service.ScheduleRelease(v.ctx(), v.actor, w.Draft.ID, revision)
	}
	if w.Draft.Plan == release.Immediate {
		return s.service.ReleaseNow(v.ctx(), v.actor, w.Draft.ID, revision)
	}
	return release.ErrPlanMissing
}

func (s *Server) afterDecision(v *visit, w view.Wizard, version string) error {
	if w.Draft.Plan == release.Scheduled {
		v.flash(view.Good, "%s is scheduled for %s. Its testing period has begun.", version, view.ChosenDay(*w.Draft.DueOn, view.Zone(w.Pack.PublisherZone), v.now))
	} else {
		v.flash(view.Good, "%s is released: %s run it now.", version, view.Amount(w.Pack.Attachments, "attachment"))
	}
	return v.redirect(packPath(w.Pack.ID))
}
