package api

import (
	"net/http"
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
		"editPack": {
			stagedAt(409, func(s *stage) attempt {
				return put(thePublisher, fields{"name": s.walk.stage().name}, "/packs/%s", s.pack)
			}), // R7
			stagedAt(412, func(s *stage) attempt {
				a := put(thePublisher, fields{"description": "late"}, "/packs/%s", s.pack)
				a.header = map[string]string{"If-Match": s.program(thePublisher).get("/packs/" + s.pack.String()).header.Get("ETag")}
				s.program(thePublisher).send(http.MethodPatch, a.path, fields{"user_guide": "Somebody was faster."}).is(http.StatusOK)
				return a
			}),
		},
		"deletePack":    {stagedAt(422, func(s *stage) attempt { return get(thePublisher, "/packs/%s?confirm=Others", s.pack) })},               // R11
		"removePackage": {stagedAt(409, func(s *stage) attempt { return get(thePublisher, "/packs/%s/packages/%s", s.pack, s.other.Package) })}, // R8
	}
}
