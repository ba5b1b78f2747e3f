package main

import (
	"context"
	"time"

	"packtide/release"
)

// planSupport lets the member of support look as the people of two accounts, after a call from each (R34).
func (w *world) planSupport() {
	look := func(account string, as release.ViewAs, reason string, minutes time.Duration) func(context.Context) error {
		return func(ctx context.Context) error {
			by := w.people["jonas@packtide.example"]
			v, err := w.service.BeginViewing(ctx, by, release.NewViewing{Account: w.accounts[account], As: as, Reason: reason})
			if err != nil {
				return err
			}
			w.pass(minutes * time.Minute)
			return w.service.EndViewing(ctx, v.Actor(by), v.ID, release.ViewStopped)
		}
	}
	publisher := demoPublishers()[0].name
	w.plan(9, 10, 20, "Europe/Berlin", look(publisher, release.ViewAsPublisher, "Ticket 5127: asks where a withdrawn release went.", 6))
	w.plan(5, 14, 5, "Europe/Berlin", look(demoFirstAccount, release.ViewAsAdmin, "Ticket 5140: can't find the pack that a colleague has installed.", 11))
}
