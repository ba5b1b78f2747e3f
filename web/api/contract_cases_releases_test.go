package api

func releasesAttempts() map[string]func(*walk) attempt {
	return map[string]func(*walk) attempt{
		"listReleases": staged(func(s *stage) attempt { s.tried(); return get(theAdmin, "/packs/%s/releases", s.pack) }),
		"createRelease": staged(func(s *stage) attempt {
			return put(thePublisher, fields{
				"schedule": "scheduled", "date": testingDate, "contents": fields{s.first.Package.String(): "1.1.0"}, "notes": "Mail is faster.",
			}, "/packs/%s/releases", s.pack)
		}),
		"beginDraft": staged(func(s *stage) attempt { return put(thePublisher, fields{}, "/packs/%s/draft", s.pack) }),
		"getRelease": staged(func(s *stage) attempt { return get(theSupport, "/releases/%s", s.testing()) }),
		"editDraft": staged(func(s *stage) attempt {
			return put(thePublisher, fields{"revision": 2, "version": "1.1.0", "schedule": "immediate"}, "/releases/%s", s.draft())
		}),
		"discardDraft": staged(func(s *stage) attempt { return get(thePublisher, "/releases/%s", s.draft()) }),
		"rescheduleRelease": staged(func(s *stage) attempt {
			return put(thePublisher, fields{"date": "2026-12-22", "reason": "a holiday"}, "/releases/%s/reschedule", s.testing())
		}),
		"withdrawRelease": staged(func(s *stage) attempt {
			return put(thePublisher, fields{"reason": "broken"}, "/releases/%s/withdraw", s.testing())
		}),
		"getRehearsal": staged(func(s *stage) attempt { s.tried(); return get(thePublisher, "/releases/%s/rehearsal", s.draft()) }),
		"listRehearsed": staged(func(s *stage) attempt {
			return get(thePublisher, "/releases/%s/rehearsal/attachments?tries=true", s.tried())
		}),
		"getTesting": staged(func(s *stage) attempt { return get(thePublisher, "/releases/%s/testing", s.tried()) }),
	}
}

func moreReleasesAttempts() map[string][]oneStatus {
	nobody := nobodysID()
	return map[string][]oneStatus{
		"createRelease": {
			stagedAt(200, func(s *stage) attempt { // everything that a rehearsal tells
				s.tried()
				return put(thePublisher, fields{"schedule": "immediate", "versions": "newest", "contents": fields{s.other.Package.String(): s.other.ID.String()}, "dry_run": true}, "/packs/%s/releases", s.pack)
			}),
			stagedAt(409, func(s *stage) attempt {
				s.testing()
				return put(thePublisher, fields{"schedule": "scheduled", "date": testingDate, "version": "3.0.0"}, "/packs/%s/releases", s.pack)
			}), // R19
			stagedAt(409, func(s *stage) attempt {
				return put(thePublisher, fields{"schedule": "immediate", "from": s.current}, "/packs/%s/releases", s.pack)
			}), // R24
			stagedAt(409, func(s *stage) attempt {
				return put(thePublisher, fields{
					"schedule": "immediate", "versions": "none", "contents": fields{s.first.Package.String(): "1.1.0"}, "seen": fields{"current_id": nobody},
				}, "/packs/%s/releases", s.pack)
			}), // R14
			stagedAt(201, func(s *stage) attempt {
				return put(thePublisher, fields{"schedule": "immediate", "versions": "draft", "seen": fields{"draft_id": s.draft(), "draft_revision": 2, "pending_id": nil, "current_id": s.current}}, "/packs/%s/releases", s.pack)
			}),
			stagedAt(422, func(s *stage) attempt {
				return put(thePublisher, fields{"schedule": "immediate", "seen": fields{"draft_id": s.draft()}}, "/packs/%s/releases", s.pack)
			}),
			stagedAt(422, func(s *stage) attempt {
				return put(thePublisher, fields{"schedule": "immediate", "contents": fields{s.first.Package.String(): "9.9.9"}}, "/packs/%s/releases", s.pack)
			}),
			stagedAt(422, func(s *stage) attempt {
				return put(thePublisher, fields{"schedule": "immediate", "from": nobody}, "/packs/%s/releases", s.pack)
			}),
			stagedAt(422, func(s *stage) attempt {
				return put(thePublisher, fields{"schedule": "immediate", "date": testingDate}, "/packs/%s/releases", s.pack)
			}),
			stagedAt(422, func(s *stage) attempt {
				return put(thePublisher, fields{"schedule": "scheduled", "date": "2020-01-01"}, "/packs/%s/releases", s.pack)
			}), // R16
			stagedAt(422, func(s *stage) attempt {
				return put(thePublisher, fields{"schedule": "later"}, "/packs/%s/releases", s.pack)
			}),
		},
		"editDraft": {
			stagedAt(409, func(s *stage) attempt {
				return put(thePublisher, fields{"revision": 1, "notes": "stale"}, "/releases/%s", s.draft())
			}), // R14
			stagedAt(409, func(s *stage) attempt { return put(thePublisher, fields{"revision": 1}, "/releases/%s", s.testing()) }), // R13
			stagedAt(200, func(s *stage) attempt {
				return put(thePublisher, fields{"revision": 2, "contents": fields{s.first.Package.String(): nil, s.other.Package.String(): "1.0.0"}}, "/releases/%s", s.draft())
			}),
		},
		"discardDraft":  {stagedAt(409, func(s *stage) attempt { return get(thePublisher, "/releases/%s", s.testing()) })},
		"getRehearsal":  {stagedAt(409, func(s *stage) attempt { return get(thePublisher, "/releases/%s/rehearsal", s.current) })},
		"listRehearsed": {stagedAt(409, func(s *stage) attempt { return get(thePublisher, "/releases/%s/rehearsal/attachments", s.current) })},
	}
}
