package web

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"time"

	"packtide/release"
	"packtide/web/view"
)

// impactStep rehearses the draft: what changes for whom.
func (s *Server) impactStep(v *visit) error {
	return s.inWizard(v, func(w view.Wizard) error {
		p, err := s.rehearse(v, w.Pack, w.Draft)
		if err != nil {
			return err
		}
		return v.showStep(http.StatusOK, w, view.StepImpact, view.ImpactContent(view.ImpactStep{Wizard: w, Rehearsal: p}))
	})
}

// whenStep shows the choice of the draft, or, while the person is still choosing, that of the address.
func (s *Server) whenStep(v *visit) error {
	return s.inWizard(v, func(w view.Wizard) error {
		plan, date := string(w.Draft.Plan), ""
		if w.Draft.DueOn != nil {
			date = w.Draft.DueOn.String()
		}
		if q := v.QueryParams(); q.Has("plan") || q.Has("date") || q.Has("month") {
			plan, date = q.Get("plan"), q.Get("date")
			if plan == "" {
				plan = string(release.Scheduled)
			}
		}
		return s.showWhen(v, http.StatusOK, w, plan, date)
	})
}

func (s *Server) showWhen(v *visit, status int, w view.Wizard, plan, date string) error {
	impact, err := s.reader.Impact(v.ctx(), v.actor, w.Pack.ID)
	if err != nil {
		return err
	}
	path := packPath(w.Pack.ID) + "/release/when"
	step := view.WhenStep{
		Wizard: w, Plan: plan, Date: date, Impact: impact,
		Month: v.month(date, view.Zone(w.Pack.PublisherZone), path, url.Values{"plan": {string(release.Scheduled)}}),
	}
	step.Preview = v.preview(date, w.Pack.PublisherZone, impact)
	return v.showStep(status, w, view.StepWhen, view.WhenForm(step))
}

func (s *Server) planRelease(v *visit) error {
	return s.inWizard(v, func(w view.Wizard) error {
		plan, date := v.FormValue("plan"), v.FormValue("date")
		err := s.service.PlanRelease(v.ctx(), v.actor, w.Draft.ID, v.revision(), release.Plan(plan), date)
		if r, ok := refused(err); ok {
			if w, err = s.again(v, r, "plan", "date"); err != nil {
				return err
			}
			return s.showWhen(v, w.Status, w, plan, date)
		}
		if err != nil {
			return err
		}
		return v.redirect(packPath(w.Pack.ID) + "/release/review")
	})
}

// month is the month to choose a day from: that of the address, else that of the chosen day, else the first possible.
// extra stays in the links to the months beside it.
func (v *visit) month(chosen string, zone *time.Location, path string, extra url.Values) view.Month {
	earliest := firstOf(release.EarliestDate(v.now, zone))
	latest := earliest.AddDate(2, 0, 0)
	first := earliest
	if d, err := release.ParseDate(chosen); err == nil {
		first = firstOf(d)
	}
	if m, err := time.Parse("2006-01", v.QueryParam("month")); err == nil {
		first = m
	}
	if first.Before(earliest) {
		first = earliest
	}
	if first.After(latest) {
		first = latest
	}
	link := func(m time.Time) string {
		if m.Before(earliest) || m.After(latest) {
			return ""
		}
		q := url.Values{"month": {m.Format("2006-01")}}
		maps.Copy(q, extra)
		return path + "?" + q.Encode() + "#f-date-group"
	}
	d := release.EarliestDate(v.now, zone)
	return view.Month{
		First: first, Earliest: time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC),
		PrevHref: link(first.AddDate(0, -1, 0)), NextHref: link(first.AddDate(0, 1, 0)),
	}
}

func firstOf(d release.Date) time.Time {
	return time.Date(d.Year, d.Month, 1, 0, 0, 0, 0, time.UTC)
}

// preview is what a date would mean on the clocks of the publisher, of UTC and of the install base; nil without a date.
func (v *visit) preview(date, zone string, impact release.Impact) *view.MidnightPreview {
	if date == "" {
		return nil
	}
	p := &view.MidnightPreview{Zone: view.Zone(zone), Impact: impact}
	d, err := release.ParseDate(date)
	if err == nil {
		var when release.Scheduling
		when, err = release.PlanDate(d, zone, v.now)
		p.At = when.DueAt
	}
	if refusal, ok := errors.AsType[*release.Error](err); ok {
		p.Problem = refusal.Message
	}
	return p
}
