package api

func installBaseAttempts() map[string]func(*walk) attempt {
	return map[string]func(*walk) attempt{
		"listInstallBase": staged(func(s *stage) attempt {
			s.tried()
			return get(theSupport, "/install-base?pack=%s&version=1.1.0", s.pack)
		}),
		"getInstallBaseFacets": staged(func(s *stage) attempt {
			return get(thePublisher, "/install-base/facets?pack=%s&zone=Europe/Oslo,UTC&environment=-", s.pack)
		}),
		"listAuditEvents": staged(func(s *stage) attempt {
			return get(theAdmin, "/audit-events?action=attachment.installed,release.released&from=2026-01-01T00:00:00Z")
		}),
	}
}

func moreInstallBaseAttempts() map[string][]oneStatus {
	return map[string][]oneStatus{
		"listInstallBase": {
			fixedAt(200, get(thePublisher, "/install-base?at=2026-11-27T14:00:00Z")),
			stagedAt(200, func(s *stage) attempt {
				s.clock.advance(1e9)
				return get(thePublisher, "/install-base?at=%s", s.clock.Now().Format("2006-01-02T15:04:05Z"))
			}),
			fixedAt(200, get(thePublisher, "/install-base?format=csv")),
			fixedAt(200, get(thePublisher, "/install-base?format=xlsx")),
			fixedAt(200, attempt{as: thePublisher, path: "/install-base?at=2026-11-27T14:00:00Z", header: map[string]string{"Accept": "text/csv"}}),
			fixedAt(422, get(thePublisher, "/install-base?at=2036-11-27T14:00:00Z")), // R32
			fixedAt(422, get(thePublisher, "/install-base?version=1.0.0")),
			fixedAt(422, get(thePublisher, "/install-base?pack=1&account=2")),
			fixedAt(422, get(thePublisher, "/install-base?cursor=elsewhere")),
		},
		"listAuditEvents": {fixedAt(200, get(theSupport, "/audit-events?format=csv")), fixedAt(422, get(theSupport, "/audit-events?from=yesterday"))},
	}
}
