package api

import (
	"fmt"

	"packtide/release"
)

func peopleAttempts() map[string]func(*walk) attempt {
	return map[string]func(*walk) attempt{
		"listPeople": func(k *walk) attempt { return get(theOperator, "/people?account=%s", k.nordlys.ID) },
		"invitePerson": func(k *walk) attempt {
			return put(theOperator, fields{"email": "ken@kiwi.example", "name": "Ken Parata", "account_id": k.nordlys.ID, "managed": "admin"}, "/people")
		},
		"getPerson": func(k *walk) attempt { return get(theOperator, "/people/%s", k.people[theAdmin].person.ID) },
		"editPerson": func(k *walk) attempt {
			return put(theOperator, fields{"disabled": true}, "/people/%s", k.newcomer())
		},
		"makePasswordLink": func(k *walk) attempt { return get(theOperator, "/people/%s/password-link", k.newcomer()) },
		"setRoles": func(k *walk) attempt {
			return put(theOperator, fields{"managed": "viewer"}, "/people/%s/accounts/%s", k.newcomer(), k.aurora.ID)
		},
		"endRoles":        func(k *walk) attempt { return get(theOperator, "/people/%s/accounts/%s", k.newcomer(), k.nordlys.ID) },
		"listUndelivered": fixed(get(theOperator, "/undelivered-messages")),
	}
}

func morePeopleAttempts() map[string][]oneStatus {
	return map[string][]oneStatus{
		"listPeople":   {fixedAt(403, get(theSupport, "/people"))},
		"invitePerson": {fixedAt(422, put(theOperator, fields{"email": "nobody", "name": "", "managed": "root"}, "/people"))},
		"editPerson": {{409, func(k *walk) attempt { // the last operator
			return put(theOperator, fields{"disabled": true}, "/people/%s", k.people[theOperator].person.ID)
		}}},
		"makePasswordLink": {{409, func(k *walk) attempt {
			out := k.newcomer()
			k.done(k.service.DisablePerson(k.world.t.Context(), k.actor(theOperator), out))
			return get(theOperator, "/people/%s/password-link", out)
		}}},
		"setRoles": {{422, func(k *walk) attempt { // it publishes nothing
			return put(theOperator, fields{"publisher": "viewer"}, "/people/%s/accounts/%s", k.newcomer(), k.aurora.ID)
		}}},
		"endRoles": {{404, func(k *walk) attempt { return get(theOperator, "/people/%s/accounts/%s", k.newcomer(), k.aurora.ID) }}},
	}
}

// newcomer is somebody who has just been let in to Nordlys.
func (k *walk) newcomer() release.ID {
	k.world.t.Helper()
	k.stages++
	p, _, err := k.service.InvitePerson(k.world.t.Context(), k.actor(theOperator), release.Invite{
		Email: fmt.Sprintf("newcomer%d@nordlys.example", k.stages), Name: "Nina Newcomer", Account: k.nordlys.ID, Managed: release.RoleAdmin,
	})
	k.done(err)
	return p.ID
}
