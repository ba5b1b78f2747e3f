package web

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"time"

	"packtide/release"
	"packtide/store"
	"packtide/web/view"
)

// pastStates are the states that the install base can be narrowed to at a past moment: who was in which group is not kept, and
// what was uninstalled was not there. What agents said then is not kept for lists either.
var pastStates = []release.AttachmentState{"", release.StateCurrent, release.StateTrying, release.StateWaiting}

// pastFilter is installBaseFilter for a past moment.
func pastFilter(q url.Values) (release.InstallBaseFilter, error) {
	f, err := installBaseFilter(q)
	if err == nil && (!slices.Contains(pastStates, f.State) || f.Observed != "") {
		err = release.ErrNotFound
	}
	return f, err
}

// pastBar is the control that turns the install base into the past, and keeps what it is narrowed to.
func (s *Server) pastBar(v *visit, f release.InstallBaseFilter, chips []view.Chip) (view.Past, *time.Location, error) {
	clocks, err := s.publisherClock(v, f)
	if err != nil {
		return view.Past{}, nil, err
	}
	p := view.Past{Moment: v.moment("at", "As of", clocks...), Action: "/install-base", Keep: url.Values{}}
	for _, c := range chips {
		p.Keep.Set(c.Param, v.QueryParam(c.Param))
	}
	if slices.Contains(pastStates, f.State) {
		p.Keep.Set("state", string(f.State))
	}
	p.Keep.Set("q", f.Query)
	for name, values := range p.Keep {
		if values[0] == "" {
			p.Keep.Del(name)
		}
	}
	p.Extra = view.LinkButton(view.Quiet, "", "Compare two moments", view.PastCompareHref(p))
	if len(clocks) == 0 {
		return p, nil, nil
	}
	return p, view.Zone(clocks[0].zone), nil
}

// publisherClock is the clock of the publisher whose packs the list shows: the actor's own, or that of the filter; none where
// there are several.
func (s *Server) publisherClock(v *visit, f release.InstallBaseFilter) ([]clockOf, error) {
	id := f.Publisher
	if v.actor.ReadsPublisher() {
		id = v.actor.Account
	}
	if id.IsZero() {
		return s.packClock(v, f.Pack)
	}
	a, err := s.reader.Account(v.ctx(), v.actor, id)
	if errors.Is(err, release.ErrNotFound) {
		return nil, nil
	}
	return []clockOf{{a.Name, a.Zone}}, err
}

// packClock is the clock of the pack's publisher.
func (s *Server) packClock(v *visit, pack release.ID) ([]clockOf, error) {
	if pack.IsZero() {
		return nil, nil
	}
	p, err := s.reader.Pack(v.ctx(), v.actor, pack)
	if errors.Is(err, release.ErrNotFound) {
		return nil, nil
	}
	return []clockOf{{p.PublisherName, p.PublisherZone}}, err
}

// pastInstallBase is the list of attachments at a past moment (R32).
func (s *Server) pastInstallBase(v *visit) error {
	f, err := pastFilter(v.QueryParams())
	if err != nil {
		return err
	}
	page := view.PastInstallBase{Query: v.QueryParams(), Filter: f, Site: v.actor.ReadsSite(), Clock: v.clock()}
	if page.Chips, err = s.installBaseChips(v, f); err != nil {
		return err
	}
	if page.Packs, err = s.packChoices(v, page.Chips, f.Pack); err != nil {
		return err
	}
	bar, publisher, err := s.pastBar(v, f, page.Chips)
	if err != nil {
		return err
	}
	page.Past, page.Publisher = bar, publisher
	if at := bar.Moment.At; at != nil {
		f.Limit = pageSize + 1
		rows, err := s.reader.InstallBaseAt(v.ctx(), v.actor, *at, f)
		if err != nil {
			return err
		}
		page.Rows, page.Older = cut(rows, pageSize)
	}
	return v.page(momentStatus(bar.Moment), view.PastHead(page), view.PastInstallBasePage(page))
}

// pastInstallBaseCSV exports exactly the rows of the filter at the moment.
func (s *Server) pastInstallBaseCSV(v *visit) error {
	f, err := pastFilter(v.QueryParams())
	if err != nil {
		return err
	}
	asked := v.moment("at", "As of")
	if asked.At == nil {
		return refusedMoment(asked)
	}
	return exportTableCSV(s, v, pastExport(s.reader, v.actor, *asked.At, f))
}

// pastExport is the install base at a moment as a file: exactly the rows of the filter.
func pastExport(r *store.Reader, by release.Actor, at time.Time, f release.InstallBaseFilter) exportTable[release.PastRow] {
	return exportTable[release.PastRow]{
		name: "install-base-at-" + at.UTC().Format("20060102T150405Z"),
		columns: named("at", "attachment_id", "attachment", "environment", "account", "account_zone", "publisher", "pack", "ran", "state", "since",
			"how", "by", "late", "in_testing", "attached_at", "detached_at"),
		each: func(ctx context.Context, row func(release.PastRow) error) error {
			return r.EachAttachmentAt(ctx, by, at, f, row)
		},
		cells: func(a release.PastRow) []any {
			h := release.HistoryRow{}
			var since *time.Time
			if a.Ran != nil {
				h, since = *a.Ran, &a.Ran.Since
			}
			return []any{
				at, a.ID.String(), a.Name, a.Environment, a.AccountName, a.AccountZone, a.PublisherName, a.PackName,
				view.ReleaseLabel(h.Release), view.PastWord(a), since, string(h.How), h.By, h.Late,
				view.ReleaseLabel(a.Testing), a.AttachedAt, a.DetachedAt,
			}
		},
	}
}

// refusedMoment refuses an export of a moment that can't be looked at.
func refusedMoment(asked ...view.Moment) error {
	for _, m := range asked {
		for _, e := range m.Errors() {
			return &release.Error{Kind: release.Invalid, Rule: "R32", Field: e.Field, Message: e.Text}
		}
	}
	return &release.Error{Kind: release.Invalid, Rule: "R32", Message: "Give the moment to look at."}
}
