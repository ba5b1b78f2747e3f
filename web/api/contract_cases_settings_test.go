package api

import (
	"packtide/packfile"
	"packtide/release"
)

func settingsAttempts() map[string]func(*walk) attempt {
	return map[string]func(*walk) attempt{
		"getSettings":       fixed(get(theManagedViewer, "/settings")),
		"editSettings":      fixed(put(thePublisher, fields{"shareable_by_default": true}, "/settings")),
		"listCheckSettings": fixed(get(thePublisherViewer, "/settings/checks")),
		"setCheckSettings":  fixed(put(thePublisher, fields{"values": fields{}}, "/settings/checks")),
		"listEvidenceItems": fixed(get(thePublisherViewer, "/settings/evidence")),
		"setEvidenceItems":  fixed(put(theRival, fields{"items": []fields{{"label": "Looked at", "demanded": true}}}, "/settings/evidence")),
	}
}

func moreSettingsAttempts() map[string][]oneStatus {
	key := packfile.Settings()[0].Settings[0].Key
	return map[string][]oneStatus{
		"setCheckSettings": {
			fixedAt(422, put(thePublisher, fields{}, "/settings/checks")),
			fixedAt(422, put(thePublisher, fields{"values": fields{key: "a\nb"}}, "/settings/checks")),
		},
		"setEvidenceItems": {
			fixedAt(404, put(theRival, fields{"items": []fields{{"id": nobodysID(), "label": "Nobody's"}}}, "/settings/evidence")),
			{409, func(k *walk) attempt { // R35: one that is retired stays so
				items := must(k.db.Reader.EvidenceItems(k.world.t.Context(), k.actor(theRival), k.hudson.ID))(k.world.t)
				items[0].Retired = true
				k.done(k.service.SetEvidenceItems(k.world.t.Context(), k.actor(theRival), []release.EvidenceItem{items[0]}))
				return put(theRival, fields{"items": []fields{{"id": items[0].ID, "label": "Again"}}}, "/settings/evidence")
			}},
		},
	}
}
