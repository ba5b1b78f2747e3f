package api

func lookingAttempts() map[string]func(*walk) attempt {
	return map[string]func(*walk) attempt{
		"listCalendar": staged(func(s *stage) attempt {
			s.draft()
			return get(thePublisher, "/calendar?from=2026-11-01&to=2026-12-31&limit=2")
		}),
		"listCalendarFeeds":  func(k *walk) attempt { k.feed(theAdmin); return get(theManagedViewer, "/calendar/feeds") },
		"createCalendarFeed": fixed(put(theAdmin, fields{"kind": "managed"}, "/calendar/feeds")),
		"deleteCalendarFeed": func(k *walk) attempt { k.feed(thePublisher); return get(thePublisher, "/calendar/feeds/publisher") },
		"getWhy":             staged(func(s *stage) attempt { s.tried(); return get(theManagedViewer, "/attachments/%s/why", s.attachment) }),
		"getWhyNot": staged(func(s *stage) attempt {
			s.testing()
			return get(thePublisher, "/why?account=%s&pack=%s", s.nordlys.ID, s.pack)
		}),
		"compareInstallBase": staged(func(s *stage) attempt {
			s.tried()
			s.clock.advance(1e9)
			return get(theSupport, "/install-base/compare?from=2026-11-01T00:00:00Z&limit=3&pack=%s", s.pack)
		}),
		"getComparisonTotals": fixed(get(thePublisher, "/install-base/compare/totals?from=2026-11-01T00:00:00Z&to=2026-11-27T14:30:00Z")),
		"getReleaseLedger":    staged(func(s *stage) attempt { return get(thePublisherViewer, "/releases/%s/ledger", s.tried()) }),
		"getNotifications":    fixed(get(theManagedViewer, "/me/notifications")),
		"chooseNotifications": fixed(put(theAdmin, fields{"kinds": fields{"release.applied": "digest"}}, "/me/notifications")),
	}
}

// feed is an address for calendar programs of the person's account.
func (k *walk) feed(who string) {
	k.world.t.Helper()
	kind := map[string]string{thePublisher: "publisher", theAdmin: "managed"}[who]
	k.as(who).send("POST", "/calendar/feeds", fields{"kind": kind}).is(201)
}

func moreLookingAttempts() map[string][]oneStatus {
	nobody := nobodysID()
	return map[string][]oneStatus{
		"listCalendar": {
			fixedAt(200, get(theManagedViewer, "/calendar")),
			{200, func(k *walk) attempt { return get(theSupport, "/calendar?account=%s", k.nordlys.ID) }},
			{200, func(k *walk) attempt { return get(theSupport, "/calendar?publisher=%s", k.meridian.ID) }},
			{404, func(*walk) attempt { return get(theSupport, "/calendar?publisher=%s", nobody) }},
			fixedAt(422, get(theSupport, "/calendar")),
			{422, func(k *walk) attempt { return get(theAdmin, "/calendar?account=%s", k.nordlys.ID) }},
			fixedAt(422, get(theAdmin, "/calendar?from=tomorrow")),
			fixedAt(422, get(theAdmin, "/calendar?from=2026-12-02&to=2026-12-01")),
			fixedAt(422, get(theAdmin, "/calendar?from=2020-01-01&to=2026-12-01")),
		},
		"createCalendarFeed": {
			fixedAt(422, put(theAdmin, fields{"kind": "mine"}, "/calendar/feeds")),
			fixedAt(422, put(theAdmin, fields{}, "/calendar/feeds")),
			fixedAt(403, put(theAdmin, fields{"kind": "publisher"}, "/calendar/feeds")),
		},
		"deleteCalendarFeed": {fixedAt(404, get(thePublisher, "/calendar/feeds/mine"))},
		"getWhy":             {{200, func(k *walk) attempt { a := k.uninstalled(); a.path += "/why"; return a }}},
		"getWhyNot": {
			stagedAt(200, func(s *stage) attempt { return get(theSupport, "/why?account=%s&pack=%s", s.aurora.ID, s.pack) }),
			stagedAt(404, func(s *stage) attempt { return get(theRival, "/why?account=%s&pack=%s", s.aurora.ID, s.pack) }),
			fixedAt(422, get(thePublisher, "/why")),
		},
		"compareInstallBase": {
			fixedAt(200, get(thePublisher, "/install-base/compare?from=2026-11-01T00:00:00Z&format=csv")),
			fixedAt(422, get(thePublisher, "/install-base/compare")),
			fixedAt(422, get(thePublisher, "/install-base/compare?from=2026-11-01T00:00:00Z&to=2026-10-01T00:00:00Z")),
			fixedAt(422, get(thePublisher, "/install-base/compare?from=2026-11-01T00:00:00Z&to=2036-10-01T00:00:00Z")),
			fixedAt(422, get(thePublisher, "/install-base/compare?from=2026-11-01T00:00:00Z&change=better")),
		},
		"getComparisonTotals": {fixedAt(422, get(thePublisher, "/install-base/compare/totals?to=2026-11-01T00:00:00Z"))},
		"getReleaseLedger":    {stagedAt(200, func(s *stage) attempt { s.tried(); return get(theSupport, "/releases/%s/ledger", s.current) })},
		"chooseNotifications": {
			fixedAt(422, put(theAdmin, fields{"kinds": fields{"release.applied": "sometimes"}}, "/me/notifications")),
			fixedAt(422, put(theAdmin, fields{"kinds": fields{"version.available": "now"}}, "/me/notifications")),
		},
	}
}
