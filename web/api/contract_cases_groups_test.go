package api

func groupsAttempts() map[string]func(*walk) attempt {
	return map[string]func(*walk) attempt{
		"listGroups":  fixed(get(thePublisherViewer, "/account-groups")),
		"createGroup": fixed(put(thePublisher, fields{"name": "Late adopters"}, "/account-groups")),
		"getGroup":    func(k *walk) attempt { return get(theSupport, "/account-groups/%s", k.group) },
		"renameGroup": func(k *walk) attempt {
			return put(thePublisher, fields{"name": "Pioneers"}, "/account-groups/%s", k.group)
		},
		"deleteGroup":       func(k *walk) attempt { return get(thePublisher, "/account-groups/%s", k.newGroup()) },
		"listGroupAccounts": func(k *walk) attempt { return get(thePublisher, "/account-groups/%s/accounts?q=nord", k.group) },
		"addGroupAccount": func(k *walk) attempt {
			return get(thePublisher, "/account-groups/%s/accounts/%s", k.group, k.aurora.ID)
		},
		"removeGroupAccount": func(k *walk) attempt {
			return get(thePublisher, "/account-groups/%s/accounts/%s", k.group, k.aurora.ID)
		},
		"listGroupPacks":  staged(func(s *stage) attempt { return get(theSupport, "/account-groups/%s/packs?limit=1", s.everyone) }),
		"addGroupPack":    staged(func(s *stage) attempt { return get(thePublisher, "/account-groups/%s/packs/%s", s.group, s.pack) }),
		"removeGroupPack": staged(func(s *stage) attempt { return get(thePublisher, "/account-groups/%s/packs/%s", s.everyone, s.pack) }),
	}
}

func moreGroupsAttempts() map[string][]oneStatus {
	return map[string][]oneStatus{
		"renameGroup": {{409, func(k *walk) attempt {
			return put(thePublisher, fields{"name": "Pioneers"}, "/account-groups/%s", k.everyone)
		}}}, // R25
		"deleteGroup": {{409, func(k *walk) attempt { return get(thePublisher, "/account-groups/%s", k.everyone) }}},
		"addGroupAccount": {{409, func(k *walk) attempt {
			return get(thePublisher, "/account-groups/%s/accounts/%s", k.everyone, k.aurora.ID)
		}}},
		"removeGroupAccount": {{409, func(k *walk) attempt {
			return get(thePublisher, "/account-groups/%s/accounts/%s", k.everyone, k.aurora.ID)
		}}},
	}
}
