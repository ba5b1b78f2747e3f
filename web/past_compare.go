package web

import (
	"context"
	"net/url"
	"slices"
	"time"

	"packtide/release"
	"packtide/store"
	"packtide/web/view"
)

// compareFilter reads the filter of the address; an id or a change that can't be is not found.
func compareFilter(q url.Values) (release.CompareFilter, error) {
	f := release.CompareFilter{Query: q.Get("q"), Change: release.PastChange(q.Get("change"))}
	if !slices.Contains([]release.PastChange{"", release.PastAppeared, release.PastGone, release.PastChanged}, f.Change) {
		return f, release.ErrNotFound
	}
	return f, readIDs(q, map[string]*release.ID{
		"publisher": &f.Publisher, "pack": &f.Pack, "account": &f.Account, "was": &f.Was, "is": &f.Is, "before": &f.Before,
	})
}

// twoMoments reads the moments that are compared, in the order of time; without a later one, it is now.
func (v *visit) twoMoments(clocks ...clockOf) (from, to view.Moment) {
	from, to = v.moment("from", "From", clocks...), v.moment("to", "To", clocks...)
	to.ZoneError = "" // both are meant by one clock, which is told of once
	if from.Asked() && !to.Asked() && from.At != nil {
		now := v.now.Truncate(time.Millisecond)
		to.At, to.In = &now, from.In
	}
	if to.Asked() && !from.Asked() {
		from.Error = "Give the moment to compare from."
	}
	if from.At != nil && to.At != nil && !from.At.Before(*to.At) {
		to.Error, to.At = "That is not after the first moment. Give a later one.", nil
	}
	return from, to
}

// compareInstallBase shows who changed between two moments: how many in which way, and each of them.
func (s *Server) compareInstallBase(v *visit) error {
	f, err := compareFilter(v.QueryParams())
	if err != nil {
		return err
	}
	base := release.InstallBaseFilter{Publisher: f.Publisher, Pack: f.Pack, Account: f.Account}
	clocks, err := s.publisherClock(v, base)
	if err != nil {
		return err
	}
	page := view.PastCompare{Query: v.QueryParams(), Filter: f, Site: v.actor.ReadsSite(), Clock: v.clock()}
	page.From, page.To = v.twoMoments(clocks...)
	if page.Chips, err = s.installBaseChips(v, base); err != nil {
		return err
	}
	if page.Packs, err = s.packChoices(v, page.Chips, f.Pack); err != nil {
		return err
	}
	if len(clocks) > 0 {
		page.Publisher = view.Zone(clocks[0].zone)
	}
	if page.Ready() {
		from, to := *page.From.At, *page.To.At
		if page.Sum, err = s.reader.Comparison(v.ctx(), v.actor, from, to, f); err != nil {
			return err
		}
		f.Limit = pageSize + 1
		rows, err := s.reader.CompareInstallBase(v.ctx(), v.actor, from, to, f)
		if err != nil {
			return err
		}
		page.Rows, page.Older = cut(rows, pageSize)
	}
	return v.page(momentStatus(page.From, page.To), view.PastCompareHead(page), view.PastComparePage(page))
}

// compareInstallBaseCSV exports exactly the rows that the page leads through.
func (s *Server) compareInstallBaseCSV(v *visit) error {
	f, err := compareFilter(v.QueryParams())
	if err != nil {
		return err
	}
	from, to := v.twoMoments()
	if from.At == nil || to.At == nil {
		return refusedMoment(from, to)
	}
	t := comparedExport(s.reader, v.actor, *from.At, *to.At, f)
	return s.makeExport(v, 0, func(x *export) error { return streamTable(v.download(), x, t) })
}

// comparedExport is what changed between two moments as a file.
func comparedExport(r *store.Reader, by release.Actor, from, to time.Time, f release.CompareFilter) exportTable[release.CompareRow] {
	return exportTable[release.CompareRow]{
		name: "install-base-compared",
		columns: named("from", "to", "attachment_id", "attachment", "environment", "account", "account_zone", "publisher", "pack", "change", "ran_at_from",
			"ran_at_to", "since", "how", "by", "attached_at", "detached_at"),
		each: func(ctx context.Context, row func(release.CompareRow) error) error {
			return r.EachChanged(ctx, by, from, to, f, row)
		},
		cells: func(c release.CompareRow) []any {
			was, is := release.HistoryRow{}, release.HistoryRow{}
			var since *time.Time
			if c.Was != nil {
				was = *c.Was
			}
			if c.Ran != nil {
				is, since = *c.Ran, &c.Ran.Since
			}
			return []any{
				from, to, c.ID.String(), c.Name, c.Environment, c.AccountName, c.AccountZone, c.PublisherName, c.PackName, string(c.Change),
				view.ReleaseLabel(was.Release), view.ReleaseLabel(is.Release), since, string(is.How), is.By, c.AttachedAt, c.DetachedAt,
			}
		},
	}
}
