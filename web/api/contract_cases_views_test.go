package api

import (
	"fmt"
	"net/url"

	"packtide/release"
)

func viewsAttempts() map[string]func(*walk) attempt {
	return map[string]func(*walk) attempt{
		"listSavedViews": func(k *walk) attempt { k.savedView(theSupport); return get(theSupport, "/install-base/views?limit=1") },
		"saveView": fixed(put(thePublisherViewer, fields{
			"name": "Waiting in Europe", "filter": fields{"state": []string{"waiting"}, "zone": []string{"Europe/Oslo", "Europe/Paris"}},
		}, "/install-base/views")),
		"getSavedView": func(k *walk) attempt { return get(thePublisher, "/install-base/views/%s", k.savedView(thePublisher)) },
		"renameSavedView": func(k *walk) attempt {
			return put(thePublisher, fields{"name": "Renamed"}, "/install-base/views/%s", k.savedView(thePublisher))
		},
		"deleteSavedView": func(k *walk) attempt { return get(thePublisher, "/install-base/views/%s", k.savedView(thePublisher)) },
	}
}

func moreViewsAttempts() map[string][]oneStatus {
	return map[string][]oneStatus{
		"saveView": {
			fixedAt(422, put(thePublisher, fields{"name": "x", "filter": fields{"no_such_filter": []string{"1"}}}, "/install-base/views")),
			fixedAt(422, put(thePublisher, fields{"filter": fields{}}, "/install-base/views")),
		},
		"renameSavedView": {{409, func(k *walk) attempt { // of another's name
			one, other := k.savedView(theRival), k.savedView(theRival)
			k.done(k.service.RenameView(k.world.t.Context(), k.actor(theRival), other, "Taken"))
			return put(theRival, fields{"name": "Taken"}, "/install-base/views/%s", one)
		}}},
	}
}

// savedView is a view of the person's own.
func (k *walk) savedView(who string) release.ID {
	k.world.t.Helper()
	k.stages++
	v, err := k.service.SaveView(k.world.t.Context(), k.actor(who), fmt.Sprintf("View %d", k.stages), url.Values{"state": {"trying"}})
	k.done(err)
	return v.ID
}
