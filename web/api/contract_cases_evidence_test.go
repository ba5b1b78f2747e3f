package api

func evidenceAttempts() map[string]func(*walk) attempt {
	return map[string]func(*walk) attempt{
		"listEvidence": staged(func(s *stage) attempt { d, _ := s.given(); return get(theSupport, "/releases/%s/evidence", d) }),
		"giveEvidence": staged(func(s *stage) attempt {
			return put(thePublisher, fields{"note": "run 4711", "link": "https://ci.meridian.example/4711"}, "/releases/%s/evidence/%s", s.draft(), s.item())
		}),
		"takeEvidenceBack": staged(func(s *stage) attempt {
			d, _ := s.given()
			return get(thePublisher, "/releases/%s/evidence/%s", d, s.item())
		}),
		"getEvidenceFile": staged(func(s *stage) attempt { _, e := s.given(); return get(theSupport, "/evidence/%s/file", e) }),
	}
}

func moreEvidenceAttempts() map[string][]oneStatus {
	return map[string][]oneStatus{
		"giveEvidence": {stagedAt(409, func(s *stage) attempt {
			d, _ := s.given()
			return put(thePublisher, fields{}, "/releases/%s/evidence/%s", d, s.item())
		})}, // R35
		"takeEvidenceBack": {stagedAt(409, func(s *stage) attempt { return get(thePublisher, "/releases/%s/evidence/%s", s.draft(), s.item()) })},
	}
}
