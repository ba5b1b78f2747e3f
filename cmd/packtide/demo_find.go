package main

import (
	"context"
	"net/url"

	"packtide/release"
)

// saveFindings lets people of the story keep what they look at in the install base.
func (w *world) saveFindings(ctx context.Context) error {
	publisher := demoPublishers()[0]
	pack := w.packs[publisher.name+"/"+publisher.packs[0].name].String()
	for _, s := range []struct {
		mail, name string
		q          url.Values
	}{
		{"jonas@packtide.example", "Outside their groups", url.Values{"state": {string(release.StateOutside)}}},
		{"jonas@packtide.example", "Trying something now", url.Values{"state": {string(release.StateTrying)}}},
		{publisher.mail, publisher.packs[0].name + ", not tried yet", url.Values{"pack": {pack}, "state": {string(release.StateWaiting)}}},
	} {
		if _, err := w.service.SaveView(ctx, w.people[s.mail], s.name, s.q); err != nil {
			return err
		}
	}
	return nil
}
