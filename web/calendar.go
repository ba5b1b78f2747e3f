package web

import (
	"net/http"
	"net/url"
	"time"

	"packtide/release"
	"packtide/web/view"
)

// calendarSize is how many releases a page of the calendar holds.
const calendarSize = 500

// calendar is a month of releases: of the publisher's packs, of those that the account has or may install, or, for staff, as
// one of these sees it.
func (s *Server) calendar(v *visit) error {
	p := view.CalendarPage{First: v.calendarMonth(), View: view.CalendarMonth, Clock: v.clock(), Site: v.actor.ReadsSite(), Query: url.Values{}}
	if v.QueryParam("view") == view.CalendarList {
		p.View = view.CalendarList
	}
	f := release.CalendarFilter{Drafts: true, Limit: calendarSize + 1}
	whose := ""
	if p.Site {
		if err := readIDs(v.QueryParams(), map[string]*release.ID{"publisher": &f.Publisher, "account": &f.Account}); err != nil {
			return err
		}
		id := f.Publisher
		if id.IsZero() {
			id = f.Account
		}
		if id.IsZero() {
			return v.page(http.StatusOK, view.Page{Title: "Whose calendar?"}, view.CalendarChoice())
		}
		account, err := s.reader.Account(v.ctx(), v.actor, id)
		if err != nil {
			return err
		}
		whose = account.Name
		for _, name := range []string{"publisher", "account"} {
			if value := v.QueryParam(name); value != "" {
				p.Query.Set(name, value)
			}
		}
	} else if v.actor.ReadsPublisher() {
		p.Own = v.actor.Account
	}
	from, until := view.CalendarSpan(p.First)
	// Days are those of many clocks: the stretch is a day longer on both sides.
	f.From, f.To = firstInstantUTC(from.AddDays(-1)), firstInstantUTC(until.AddDays(2))
	entries, err := s.reader.Calendar(v.ctx(), v.actor, f)
	if err != nil {
		return err
	}
	p.Entries, p.More = cut(entries, calendarSize)
	head := view.Page{
		Title: p.CalendarTitle(), Lede: p.CalendarLede(), Tabs: p.CalendarTabs(),
		Actions: view.CalendarActions(v.publishes() || v.actor.Managed == release.RoleAdmin),
	}
	if whose != "" {
		head.Crumbs = []view.Crumb{{Href: "/accounts", Label: "Accounts"}, {Href: "/accounts/" + orZero(f).String(), Label: whose}, {Label: "Calendar"}}
	}
	return v.page(http.StatusOK, head, view.Calendar(p))
}

// orZero is the account whose calendar staff look into.
func orZero(f release.CalendarFilter) release.ID {
	if !f.Publisher.IsZero() {
		return f.Publisher
	}
	return f.Account
}

// calendarMonth is the first day of the month of the address, else of the reader's month.
func (v *visit) calendarMonth() release.Date {
	if m, err := time.Parse("2006-01", v.QueryParam("month")); err == nil && m.Year() >= 2000 && m.Year() < 2200 {
		return release.DateOf(m, time.UTC)
	}
	d := release.DateOf(v.now, v.zone)
	d.Day = 1
	return d
}

func firstInstantUTC(d release.Date) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}

// ---- calendar addresses ----------------------------------------------------------------------------------------------

// calendarFeeds are the addresses of the acting account, of the kinds that it has use for.
func (s *Server) calendarFeeds(v *visit) ([]view.CalendarFeedSetting, error) {
	rows, err := s.reader.CalendarFeeds(v.ctx(), v.actor)
	if err != nil {
		return nil, err
	}
	var feeds []view.CalendarFeedSetting
	add := func(kind release.FeedKind, mayAct bool) {
		f := view.CalendarFeedSetting{Kind: kind, MayAct: mayAct}
		for _, r := range rows {
			if r.Kind == kind {
				f.Since, f.By = &r.CreatedAt, r.CreatedBy
			}
		}
		feeds = append(feeds, f)
	}
	if v.actor.ReadsPublisher() {
		add(release.FeedPublisher, v.publishes())
	}
	if v.actor.ReadsManaged() {
		add(release.FeedManaged, v.actor.Managed == release.RoleAdmin)
	}
	return feeds, nil
}

// makeCalendarFeed makes an address, or replaces it. The answer is the only page that ever shows it.
func (s *Server) makeCalendarFeed(v *visit) error {
	kind := release.FeedKind(v.FormValue("kind"))
	secret, err := s.service.MakeCalendarFeed(v.ctx(), v.actor, kind)
	if err != nil {
		return err
	}
	made := view.MadeFeed{Kind: kind, URL: s.absolute("/calendar/feed/" + string(secret))}
	return s.showSettings(v, http.StatusCreated, view.Settings{MadeFeed: &made})
}

func (s *Server) revokeCalendarFeedForm(v *visit) error {
	kind := release.FeedKind(v.QueryParam("kind"))
	if kind != release.FeedPublisher && kind != release.FeedManaged {
		return release.ErrNotFound
	}
	c := view.FeedRevoke(kind)
	head := view.Page{Title: c.Title, Crumbs: []view.Crumb{{Href: "/settings", Label: "Settings"}, {Label: "Revoke the calendar address"}}}
	return v.page(http.StatusOK, head, view.ConfirmPage(c))
}

func (s *Server) revokeCalendarFeed(v *visit) error {
	if err := s.service.RevokeCalendarFeed(v.ctx(), v.actor, release.FeedKind(v.FormValue("kind"))); err != nil {
		return err
	}
	v.flash(view.Good, "The calendar address is revoked. Calendars that read it find nothing there any more.")
	return v.redirect("/settings#calendar")
}
