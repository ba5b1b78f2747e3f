package api

func differencesAttempts() map[string]func(*walk) attempt {
	return map[string]func(*walk) attempt{
		"comparePackageFile": func(k *walk) attempt {
			older, newer := k.archives()
			return get(thePublisherViewer, "/package-versions/%s/compare/file?path=readme.txt&with=%s", newer, older)
		},
		"compareReleases": staged(func(s *stage) attempt {
			s.testing()
			return get(theSupport, "/packs/%s/compare?from=%s", s.pack, s.current)
		}),
		"listChanges": staged(func(s *stage) attempt { return get(theManagedViewer, "/releases/%s/changes", s.testing()) }),
		"getAdoption": staged(func(s *stage) attempt {
			s.tried()
			return get(theSupport, "/packs/%s/adoption?since=2026-01-01T00:00:00Z", s.pack)
		}),
		"listPackGroups": staged(func(s *stage) attempt { return get(thePublisherViewer, "/packs/%s/account-groups?limit=1", s.pack) }),
		"listNotLooked": staged(func(s *stage) attempt {
			return get(thePublisher, "/releases/%s/testing/not-looked?limit=1", s.testing())
		}),
	}
}

func moreDifferencesAttempts() map[string][]oneStatus {
	return map[string][]oneStatus{
		"comparePackageFile": {
			{422, func(k *walk) attempt { return get(thePublisher, "/package-versions/%s/compare/file", k.second.ID) }},
			{404, func(k *walk) attempt {
				return get(thePublisher, "/package-versions/%s/compare/file?path=none", k.second.ID)
			}},
		},
		"compareReleases": {
			stagedAt(422, func(s *stage) attempt { return get(thePublisher, "/packs/%s/compare?from=1.0.0", s.pack) }),
			stagedAt(404, func(s *stage) attempt { return get(thePublisher, "/packs/%s/compare", s.pack) }), // there is one alone
		},
		"getAdoption": {stagedAt(422, func(s *stage) attempt { return get(thePublisher, "/packs/%s/adoption?since=then", s.pack) })},
	}
}
