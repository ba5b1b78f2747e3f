package api

func meAttempts() map[string]func(*walk) attempt {
	return map[string]func(*walk) attempt{
		"getDocument": fixed(get(thePublisher, "/openapi.json")),
		"getMe":       fixed(get(theAdmin, "/me")),
		"listTokens":  fixed(get(theSupport, "/tokens")),
		"createToken": fixed(put(theAdmin, fields{"name": "CI", "scope": "read", "expires_in_days": 7}, "/tokens")),
		"revokeToken": func(k *walk) attempt { return get(theOperator, "/tokens/%s", k.tokenOf(theOperator)) },
	}
}
