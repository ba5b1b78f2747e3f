package api

import (
	"fmt"
	"net/url"

	"packtide/release"
)

type fields = map[string]any

func get(as, format string, args ...any) attempt {
	return attempt{as: as, path: fmt.Sprintf(format, args...)}
}

func put(as string, body any, format string, args ...any) attempt {
	return attempt{as: as, body: body, path: fmt.Sprintf(format, args...)}
}

// attempts is a request that works for each operation, on a stage of its own.
func attempts() map[string]func(*walk) attempt {
	pub := thePublisher
	fixed := func(a attempt) func(*walk) attempt { return func(*walk) attempt { return a } }
	staged := func(make func(*stage) attempt) func(*walk) attempt {
		return func(k *walk) attempt { return make(k.stage()) }
	}
	return map[string]func(*walk) attempt{
		"getDocument":  fixed(get(pub, "/openapi.json")),
		"getMe":        fixed(get(theAdmin, "/me")),
		"listTokens":   fixed(get(theSupport, "/tokens")),
		"createToken":  fixed(put(theAdmin, fields{"name": "CI", "scope": "read", "expires_in_days": 7}, "/tokens")),
		"revokeToken":  func(k *walk) attempt { return get(theOperator, "/tokens/%s", k.tokenOf(theOperator)) },
		"listPackages": fixed(get(theSupport, "/packages?q=mail")),
		"uploadPackageVersion": fixed(attempt{as: pub, path: "/packages/versions", form: &form{
			"desk.bin", []byte("desk"), map[string]string{"name": "Desk", "version": "1.0.0", "shareable": "true", "notes": "First."},
		}}),
		"getPackage":           func(k *walk) attempt { return get(thePublisherViewer, "/packages/%s", k.first.Package) },
		"listPackageVersions":  func(k *walk) attempt { return get(pub, "/packages/%s/versions", k.first.Package) },
		"getPackageVersion":    func(k *walk) attempt { return get(pub, "/package-versions/%s", k.first.ID) },
		"deletePackageVersion": func(k *walk) attempt { return get(pub, "/package-versions/%s", k.unshared.ID) },
		"getArtifact":          staged(func(s *stage) attempt { return get(theAgent, "/package-versions/%s/artifact", s.first.ID) }),
		"getFindings":          func(k *walk) attempt { return get(pub, "/package-versions/%s/findings", k.first.ID) },
		"comparePackageVersion": func(k *walk) attempt {
			return get(pub, "/package-versions/%s/compare?with=%s", k.second.ID, k.first.ID)
		},

		"listPacks":  staged(func(*stage) attempt { return get(theSupport, "/packs?limit=2") }),
		"createPack": fixed(put(pub, fields{"name": "Ticketing", "attachment_mode": "multiple", "user_guide": "Read it."}, "/packs")),
		"getPack":    staged(func(s *stage) attempt { s.tried(); s.draft(); return get(pub, "/packs/%s", s.pack) }),
		"editPack": staged(func(s *stage) attempt {
			return put(pub, fields{"description": "Mail, of all kinds."}, "/packs/%s", s.pack)
		}),
		"deletePack":    staged(func(s *stage) attempt { return get(pub, "/packs/%s?confirm=%s", s.pack, url.QueryEscape(s.name)) }),
		"addPackage":    staged(func(s *stage) attempt { return get(pub, "/packs/%s/packages/%s", s.pack, s.other.Package) }),
		"removePackage": staged(func(s *stage) attempt { return get(pub, "/packs/%s/packages/%s", s.pack, s.first.Package) }),
		"takeUpdates":   staged(func(s *stage) attempt { return get(pub, "/packs/%s/updates", s.pack) }),
		"getLedger":     staged(func(s *stage) attempt { return get(pub, "/packs/%s/ledger", s.pack) }),

		"listReleases": staged(func(s *stage) attempt { s.tried(); return get(theAdmin, "/packs/%s/releases", s.pack) }),
		"createRelease": staged(func(s *stage) attempt {
			return put(pub, fields{
				"schedule": "scheduled", "date": testingDate, "contents": fields{s.first.Package.String(): "1.1.0"}, "notes": "Mail is faster.",
			}, "/packs/%s/releases", s.pack)
		}),
		"beginDraft": staged(func(s *stage) attempt { return put(pub, fields{}, "/packs/%s/draft", s.pack) }),
		"getRelease": staged(func(s *stage) attempt { return get(theSupport, "/releases/%s", s.testing()) }),
		"editDraft": staged(func(s *stage) attempt {
			return put(pub, fields{"revision": 2, "version": "1.1.0", "schedule": "immediate"}, "/releases/%s", s.draft())
		}),
		"discardDraft": staged(func(s *stage) attempt { return get(pub, "/releases/%s", s.draft()) }),
		"rescheduleRelease": staged(func(s *stage) attempt {
			return put(pub, fields{"date": "2026-12-22", "reason": "a holiday"}, "/releases/%s/reschedule", s.testing())
		}),
		"withdrawRelease": staged(func(s *stage) attempt {
			return put(pub, fields{"reason": "broken"}, "/releases/%s/withdraw", s.testing())
		}),
		"getRehearsal":  staged(func(s *stage) attempt { s.tried(); return get(pub, "/releases/%s/rehearsal", s.draft()) }),
		"listRehearsed": staged(func(s *stage) attempt { return get(pub, "/releases/%s/rehearsal/attachments?tries=true", s.tried()) }),
		"getTesting":    staged(func(s *stage) attempt { return get(pub, "/releases/%s/testing", s.tried()) }),
		"listEvidence":  staged(func(s *stage) attempt { d, _ := s.given(); return get(theSupport, "/releases/%s/evidence", d) }),
		"giveEvidence": staged(func(s *stage) attempt {
			return put(pub, fields{"note": "run 4711", "link": "https://ci.meridian.example/4711"}, "/releases/%s/evidence/%s", s.draft(), s.item())
		}),
		"takeEvidenceBack":    staged(func(s *stage) attempt { d, _ := s.given(); return get(pub, "/releases/%s/evidence/%s", d, s.item()) }),
		"getEvidenceFile":     staged(func(s *stage) attempt { _, e := s.given(); return get(theSupport, "/evidence/%s/file", e) }),
		"listReleaseFeedback": staged(func(s *stage) attempt { _, r := s.told(); return get(pub, "/releases/%s/feedback?verdict=blocked", r) }),
		"getFeedback":         staged(func(s *stage) attempt { f, _ := s.told(); return get(theAdmin, "/feedback/%s", f) }),
		"getFeedbackFile":     staged(func(s *stage) attempt { f, _ := s.told(); return get(pub, "/feedback/%s/file", f) }),
		"answerFeedback": staged(func(s *stage) attempt {
			f, _ := s.told()
			return put(pub, fields{"text": "A fix comes."}, "/feedback/%s/answers", f)
		}),

		"listGroups":         fixed(get(thePublisherViewer, "/account-groups")),
		"createGroup":        fixed(put(pub, fields{"name": "Late adopters"}, "/account-groups")),
		"getGroup":           func(k *walk) attempt { return get(theSupport, "/account-groups/%s", k.group) },
		"renameGroup":        func(k *walk) attempt { return put(pub, fields{"name": "Pioneers"}, "/account-groups/%s", k.group) },
		"deleteGroup":        func(k *walk) attempt { return get(pub, "/account-groups/%s", k.newGroup()) },
		"listGroupAccounts":  func(k *walk) attempt { return get(pub, "/account-groups/%s/accounts?q=nord", k.group) },
		"addGroupAccount":    func(k *walk) attempt { return get(pub, "/account-groups/%s/accounts/%s", k.group, k.aurora.ID) },
		"removeGroupAccount": func(k *walk) attempt { return get(pub, "/account-groups/%s/accounts/%s", k.group, k.aurora.ID) },
		"listGroupPacks":     staged(func(s *stage) attempt { return get(theSupport, "/account-groups/%s/packs?limit=1", s.everyone) }),
		"addGroupPack":       staged(func(s *stage) attempt { return get(pub, "/account-groups/%s/packs/%s", s.group, s.pack) }),
		"removeGroupPack":    staged(func(s *stage) attempt { return get(pub, "/account-groups/%s/packs/%s", s.everyone, s.pack) }),

		"listAccounts":  fixed(get(pub, "/accounts?limit=1")),
		"createAccount": fixed(put(theOperator, fields{"name": "Kiwi Trust", "time_zone": "Pacific/Auckland", "installs": true}, "/accounts")),
		"getAccount":    func(k *walk) attempt { return get(theAdmin, "/accounts/%s", k.nordlys.ID) },
		"editAccount": func(k *walk) attempt {
			return put(theOperator, fields{"time_zone": "Europe/Berlin"}, "/accounts/%s", k.aurora.ID)
		},
		"listPeople": func(k *walk) attempt { return get(theOperator, "/people?account=%s", k.nordlys.ID) },
		"invitePerson": func(k *walk) attempt {
			return put(theOperator, fields{"email": "ken@kiwi.example", "name": "Ken Parata", "account_id": k.nordlys.ID, "managed": "admin"}, "/people")
		},

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
		"listAttachmentFeedback": staged(func(s *stage) attempt {
			s.told()
			return get(theManagedViewer, "/attachments/%s/feedback", s.attachment)
		}),
		"giveFeedback": staged(func(s *stage) attempt {
			s.tried()
			return put(theAdmin, fields{"verdict": "works", "text": "All our playbooks ran."}, "/attachments/%s/feedback", s.attachment)
		}),
		"getHistory": staged(func(s *stage) attempt {
			s.tried()
			return get(theManagedViewer, "/attachments/%s/history", s.attachment)
		}),
		"getDesired": staged(func(s *stage) attempt { s.tried(); return get(theAgent, "/attachments/%s/desired", s.attachment) }),
		"reportObserved": staged(func(s *stage) attempt {
			return put(theAdmin, fields{"release_id": s.current, "status": "installed"}, "/attachments/%s/observed", s.attachment)
		}),

		"listInstallBase": staged(func(s *stage) attempt {
			s.tried()
			return get(theSupport, "/install-base?pack=%s&version=1.1.0", s.pack)
		}),
		"getInstallBaseFacets": staged(func(s *stage) attempt {
			return get(pub, "/install-base/facets?pack=%s&zone=Europe/Oslo,UTC&environment=-", s.pack)
		}),
		"listAuditEvents": staged(func(s *stage) attempt {
			return get(theAdmin, "/audit-events?action=attachment.installed,release.released&from=2026-01-01T00:00:00Z")
		}),
	}
}

// oneStatus is a further request with the status that it answers.
type oneStatus struct {
	status int
	make   func(*walk) attempt
}

// moreAttempts are what single operations answer besides: conflicts with rules, other kinds of answers, and refusals of their own.
func moreAttempts() map[string][]oneStatus {
	pub := thePublisher
	staged := func(status int, make func(*stage) attempt) oneStatus {
		return oneStatus{status, func(k *walk) attempt { return make(k.stage()) }}
	}
	plain := func(status int, a attempt) oneStatus { return oneStatus{status, func(*walk) attempt { return a }} }
	nobody := release.NewID(worldBegins)
	return map[string][]oneStatus{
		"uploadPackageVersion": {
			plain(422, attempt{as: pub, path: "/packages/versions", form: &form{texts: map[string]string{"name": "No file"}}}),
			plain(415, put(pub, fields{}, "/packages/versions")),
		},
		"deletePackageVersion": {staged(409, func(s *stage) attempt { return get(pub, "/package-versions/%s", s.first.ID) })}, // R5
		"getArtifact": {
			{206, func(k *walk) attempt {
				a := get(pub, "/package-versions/%s/artifact", k.first.ID)
				a.header = map[string]string{"Range": "bytes=0-3"}
				return a
			}},
			{416, func(k *walk) attempt {
				a := get(pub, "/package-versions/%s/artifact", k.first.ID)
				a.header = map[string]string{"Range": "bytes=900-"}
				return a
			}},
		},
		"createPack":    {plain(422, put(pub, fields{"name": "Ticketing"}, "/packs"))}, // R6
		"editPack":      {staged(409, func(s *stage) attempt { return put(pub, fields{"name": s.walk.stage().name}, "/packs/%s", s.pack) })},
		"deletePack":    {staged(422, func(s *stage) attempt { return get(pub, "/packs/%s?confirm=Others", s.pack) })},               // R11
		"removePackage": {staged(409, func(s *stage) attempt { return get(pub, "/packs/%s/packages/%s", s.pack, s.other.Package) })}, // R8
		"createRelease": {
			staged(200, func(s *stage) attempt { // everything that a rehearsal tells
				s.tried()
				return put(pub, fields{"schedule": "immediate", "versions": "newest", "contents": fields{s.other.Package.String(): s.other.ID.String()}, "dry_run": true}, "/packs/%s/releases", s.pack)
			}),
			staged(409, func(s *stage) attempt {
				s.testing()
				return put(pub, fields{"schedule": "scheduled", "date": testingDate, "version": "3.0.0"}, "/packs/%s/releases", s.pack)
			}), // R19
			staged(409, func(s *stage) attempt {
				return put(pub, fields{"schedule": "immediate", "from": s.current}, "/packs/%s/releases", s.pack)
			}), // R24
			staged(422, func(s *stage) attempt {
				return put(pub, fields{"schedule": "immediate", "contents": fields{s.first.Package.String(): "9.9.9"}}, "/packs/%s/releases", s.pack)
			}),
			staged(422, func(s *stage) attempt {
				return put(pub, fields{"schedule": "immediate", "from": nobody}, "/packs/%s/releases", s.pack)
			}),
			staged(422, func(s *stage) attempt {
				return put(pub, fields{"schedule": "immediate", "date": testingDate}, "/packs/%s/releases", s.pack)
			}),
			staged(422, func(s *stage) attempt {
				return put(pub, fields{"schedule": "scheduled", "date": "2020-01-01"}, "/packs/%s/releases", s.pack)
			}), // R16
			staged(422, func(s *stage) attempt { return put(pub, fields{"schedule": "later"}, "/packs/%s/releases", s.pack) }),
		},
		"editDraft": {
			staged(409, func(s *stage) attempt {
				return put(pub, fields{"revision": 1, "notes": "stale"}, "/releases/%s", s.draft())
			}), // R14
			staged(409, func(s *stage) attempt { return put(pub, fields{"revision": 1}, "/releases/%s", s.testing()) }), // R13
			staged(200, func(s *stage) attempt {
				return put(pub, fields{"revision": 2, "contents": fields{s.first.Package.String(): nil, s.other.Package.String(): "1.0.0"}}, "/releases/%s", s.draft())
			}),
		},
		"discardDraft":  {staged(409, func(s *stage) attempt { return get(pub, "/releases/%s", s.testing()) })},
		"getRehearsal":  {staged(409, func(s *stage) attempt { return get(pub, "/releases/%s/rehearsal", s.current) })},
		"listRehearsed": {staged(409, func(s *stage) attempt { return get(pub, "/releases/%s/rehearsal/attachments", s.current) })},
		"giveEvidence": {staged(409, func(s *stage) attempt {
			d, _ := s.given()
			return put(pub, fields{}, "/releases/%s/evidence/%s", d, s.item())
		})}, // R35
		"takeEvidenceBack":   {staged(409, func(s *stage) attempt { return get(pub, "/releases/%s/evidence/%s", s.draft(), s.item()) })},
		"renameGroup":        {{409, func(k *walk) attempt { return put(pub, fields{"name": "Pioneers"}, "/account-groups/%s", k.everyone) }}}, // R25
		"deleteGroup":        {{409, func(k *walk) attempt { return get(pub, "/account-groups/%s", k.everyone) }}},
		"addGroupAccount":    {{409, func(k *walk) attempt { return get(pub, "/account-groups/%s/accounts/%s", k.everyone, k.aurora.ID) }}},
		"removeGroupAccount": {{409, func(k *walk) attempt { return get(pub, "/account-groups/%s/accounts/%s", k.everyone, k.aurora.ID) }}},
		"editAccount": {{409, func(k *walk) attempt {
			return put(theOperator, fields{"name": k.hudson.Name}, "/accounts/%s", k.aurora.ID)
		}}},
		"createAccount":    {plain(422, put(theOperator, fields{"name": "Nowhere", "time_zone": "Mars/Base"}, "/accounts"))}, // R17
		"invitePerson":     {plain(422, put(theOperator, fields{"email": "nobody", "name": "", "managed": "root"}, "/people"))},
		"createAttachment": {plain(404, put(theAdmin, fields{"pack_id": nobody}, "/attachments"))},
		"deleteAttachment": {{409, (*walk).uninstalled}},
		"optIn":            {staged(409, func(s *stage) attempt { return put(theAdmin, fields{}, "/attachments/%s/opt-in", s.attachment) })},    // R27
		"goBack":           {staged(409, func(s *stage) attempt { s.testing(); return get(theAdmin, "/attachments/%s/opt-in", s.attachment) })}, // R27
		"giveFeedback": {staged(201, func(s *stage) attempt {
			s.tried()
			return attempt{as: theAdmin, path: fmt.Sprintf("/attachments/%s/feedback", s.attachment), form: &form{"log.txt", []byte("line"), map[string]string{"verdict": "blocked", "text": "See the log."}}}
		})},
		"listInstallBase": {
			plain(200, get(pub, "/install-base?at=2026-11-27T14:00:00Z")),
			staged(200, func(s *stage) attempt {
				s.clock.advance(1e9)
				return get(pub, "/install-base?at=%s", s.clock.Now().Format("2006-01-02T15:04:05Z"))
			}),
			plain(200, get(pub, "/install-base?format=csv")),
			plain(200, get(pub, "/install-base?format=xlsx")),
			plain(200, attempt{as: pub, path: "/install-base?at=2026-11-27T14:00:00Z", header: map[string]string{"Accept": "text/csv"}}),
			plain(422, get(pub, "/install-base?at=2036-11-27T14:00:00Z")), // R32
			plain(422, get(pub, "/install-base?version=1.0.0")),
			plain(422, get(pub, "/install-base?pack=1&account=2")),
			plain(422, get(pub, "/install-base?cursor=elsewhere")),
		},
		"listAuditEvents": {plain(200, get(theSupport, "/audit-events?format=csv")), plain(422, get(theSupport, "/audit-events?from=yesterday"))},
	}
}
