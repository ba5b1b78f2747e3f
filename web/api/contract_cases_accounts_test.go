package api

func accountsAttempts() map[string]func(*walk) attempt {
	return map[string]func(*walk) attempt{
		"listAccounts":  fixed(get(thePublisher, "/accounts?limit=1")),
		"createAccount": fixed(put(theOperator, fields{"name": "Kiwi Trust", "time_zone": "Pacific/Auckland", "installs": true}, "/accounts")),
		"getAccount":    func(k *walk) attempt { return get(theAdmin, "/accounts/%s", k.nordlys.ID) },
		"editAccount": func(k *walk) attempt {
			return put(theOperator, fields{"time_zone": "Europe/Berlin"}, "/accounts/%s", k.aurora.ID)
		},
	}
}

func moreAccountsAttempts() map[string][]oneStatus {
	return map[string][]oneStatus{
		"createAccount": {fixedAt(422, put(theOperator, fields{"name": "Nowhere", "time_zone": "Mars/Base"}, "/accounts"))}, // R17
		"editAccount": {{409, func(k *walk) attempt {
			return put(theOperator, fields{"name": k.hudson.Name}, "/accounts/%s", k.aurora.ID)
		}}},
	}
}
