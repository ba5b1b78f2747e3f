package api

import (
	"net/url"
)

func packsAttempts() map[string]func(*walk) attempt {
	return map[string]func(*walk) attempt{
		"listPacks":  staged(func(*stage) attempt { return get(theSupport, "/packs?limit=2") }),
		"createPack": fixed(put(thePublisher, fields{"name": "Ticketing", "attachment_mode": "multiple", "user_guide": "Read it."}, "/packs")),
		"getPack":    staged(func(s *stage) attempt { s.tried(); s.draft(); return get(thePublisher, "/packs/%s", s.pack) }),
		"editPack": staged(func(s *stage) attempt {
			return put(thePublisher, fields{"description": "Mail, of all kinds."}, "/packs/%s", s.pack)
		}),
		"deletePack": staged(func(s *stage) attempt {
			return get(thePublisher, "/packs/%s?confirm=%s", s.pack, url.QueryEscape(s.name))
		}),
		"addPackage":    staged(func(s *stage) attempt { return get(thePublisher, "/packs/%s/packages/%s", s.pack, s.other.Package) }),
		"removePackage": staged(func(s *stage) attempt { return get(thePublisher, "/packs/%s/packages/%s", s.pack, s.first.Package) }),
		"takeUpdates":   staged(func(s *stage) attempt { return get(thePublisher, "/packs/%s/updates", s.pack) }),
		"getLedger":     staged(func(s *stage) attempt { return get(thePublisher, "/packs/%s/ledger", s.pack) }),
	}
}

func morePacksAttempts() map[string][]oneStatus {
	return map[string][]oneStatus{
		"createPack": {fixedAt(422, put(thePublisher, fields{"name": "Ticketing"}, "/packs"))}, // R6
		"editPack": {stagedAt(409, func(s *stage) attempt {
			return put(thePublisher, fields{"name": s.walk.stage().name}, "/packs/%s", s.pack)
		})},
		"deletePack":    {stagedAt(422, func(s *stage) attempt { return get(thePublisher, "/packs/%s?confirm=Others", s.pack) })},               // R11
		"removePackage": {stagedAt(409, func(s *stage) attempt { return get(thePublisher, "/packs/%s/packages/%s", s.pack, s.other.Package) })}, // R8
	}
}
