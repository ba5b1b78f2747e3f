package api

func attachmentsAttempts() map[string]func(*walk) attempt {
	return map[string]func(*walk) attempt{
		"listCatalogue":    staged(func(s *stage) attempt { s.testing(); return get(theManagedViewer, "/catalogue?limit=500") }),
		"getCataloguePack": staged(func(s *stage) attempt { return get(theAdmin, "/catalogue/%s", s.pack) }),
		"listAttachments": staged(func(s *stage) attempt {
			return get(theManagedViewer, "/attachments?release=%s&state=trying", s.tried())
		}),
		"createAttachment": staged(func(s *stage) attempt {
			return put(theOtherAdmin, fields{"pack_id": s.pack, "environment": "production"}, "/attachments")
		}),
		"getAttachment":    staged(func(s *stage) attempt { s.tried(); return get(theSupport, "/attachments/%s", s.attachment) }),
		"deleteAttachment": staged(func(s *stage) attempt { return get(theAdmin, "/attachments/%s", s.attachment) }),
		"optIn": staged(func(s *stage) attempt {
			return put(theAdmin, fields{"release_id": s.testing()}, "/attachments/%s/opt-in", s.attachment)
		}),
		"goBack": staged(func(s *stage) attempt {
			s.tried()
			return get(theSupport, "/attachments/%s/opt-in?reason=they+called", s.attachment)
		}),
		"getHistory": staged(func(s *stage) attempt {
			s.tried()
			return get(theManagedViewer, "/attachments/%s/history", s.attachment)
		}),
		"getDesired": staged(func(s *stage) attempt { s.tried(); return get(theAgent, "/attachments/%s/desired", s.attachment) }),
		"reportObserved": staged(func(s *stage) attempt {
			return put(theAdmin, fields{"release_id": s.current, "status": "installed"}, "/attachments/%s/observed", s.attachment)
		}),
	}
}

func moreAttachmentsAttempts() map[string][]oneStatus {
	nobody := nobodysID()
	return map[string][]oneStatus{
		"createAttachment": {fixedAt(404, put(theAdmin, fields{"pack_id": nobody}, "/attachments"))},
		"deleteAttachment": {{409, (*walk).uninstalled}},
		"optIn":            {stagedAt(409, func(s *stage) attempt { return put(theAdmin, fields{}, "/attachments/%s/opt-in", s.attachment) })},    // R27
		"goBack":           {stagedAt(409, func(s *stage) attempt { s.testing(); return get(theAdmin, "/attachments/%s/opt-in", s.attachment) })}, // R27
	}
}
