package main

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"slices"
	"time"

	"packtide/release"
)

// demoKey is that of the demo's own folder, whatever the environment says: its world was made with it.
func demoKey(dir string) ([]byte, error) { return secretKey(func(string) string { return "" }, dir) }

// demoVault is the vault of the folder in which the mark lies.
func demoVault(mark string) (release.Vault, error) {
	key, err := demoKey(filepath.Dir(mark))
	if err != nil {
		return nil, err
	}
	return openVault(key)
}

// planWebhooks gives the publisher a webhook to which messages were sent: most have arrived, one was given up, and one is tried
// again. Its address leads nowhere; the past calls nobody.
func (w *world) planWebhooks(p demoPublisher) {
	var hook release.Webhook
	w.plan(9, 10, 5, p.zone, func(ctx context.Context) (err error) {
		hook, _, err = w.service.AddWebhook(ctx, w.people[p.mail], release.NewWebhook{
			URL: "https://hooks.meridian.example/packtide", Kinds: []release.NoticeKind{
				release.NoticeOpened, release.NoticeApplied, release.NoticeOptedIn, release.NoticeFeedbackGiven, release.NoticeDeliveryFailed,
			},
		})
		if errors.Is(err, release.ErrWebhooksNoKey) {
			return nil // a world without a folder for the key
		}
		return err
	})
	send := func(kind release.NoticeKind, attempt int, answer release.Answer) func(context.Context) error {
		return func(ctx context.Context) error {
			if hook.ID.IsZero() {
				return nil
			}
			return w.sendMessage(ctx, p, hook, kind, attempt, answer)
		}
	}
	arrived := release.Answer{Status: http.StatusOK, Body: `{"ok":true}`}
	w.plan(9, 10, 7, p.zone, send(release.NoticeTest, 1, release.Answer{Status: http.StatusNoContent}))
	w.plan(8, 11, 30, p.zone, send(release.NoticeOpened, 1, arrived))
	w.plan(3, 16, 10, p.zone, send(release.NoticeFeedbackGiven, release.MaxDeliveryAttempts, release.Answer{
		Status: http.StatusServiceUnavailable, Body: "maintenance until Monday", Failure: "It answered 503.",
	}))
	w.plan(1, 9, 45, p.zone, send(release.NoticeOptedIn, 1, arrived))
	w.moments = append(w.moments, moment{w.now.Add(-40 * time.Minute), send(release.NoticeOptedIn, 8, release.Answer{Failure: "There was no answer within 15 seconds."})})
}

// sendMessage is one message about the publisher's first pack that has a release in testing, as it was sent at the time.
func (w *world) sendMessage(ctx context.Context, p demoPublisher, hook release.Webhook, kind release.NoticeKind, attempt int, answer release.Answer) error {
	by := w.people[p.mail]
	if kind == release.NoticeTest {
		if _, err := w.service.TestWebhook(ctx, by, hook.ID); err != nil {
			return err
		}
	} else {
		packs, err := w.reader.Packs(ctx, by, "", "", release.ID{}, 100)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(packs, func(k release.PackRow) bool { return k.Pending != nil })
		if i < 0 {
			return nil // nothing is in testing at this point of the story
		}
		n := release.Notice{
			ID: release.NewID(w.at), Kind: kind, At: w.at, Publisher: hook.Account, Pack: packs[i].ID, PackName: packs[i].Name,
			Release: packs[i].Pending.ID, Version: packs[i].Pending.Version.String(), DueOn: packs[i].Pending.DueOn, DueAt: packs[i].Pending.DueAt,
			Zone: packs[i].Pending.Zone,
		}
		if err := w.service.TellWebhooks(ctx, release.TellJob{Notice: n}); err != nil {
			return err
		}
	}
	sent, err := w.reader.Deliveries(ctx, by, hook.ID, "", release.ID{}, 1)
	if err != nil || len(sent) == 0 {
		return err
	}
	if _, err := w.service.BeginDelivery(ctx, sent[0].ID, attempt); err != nil {
		return err
	}
	_, err = w.service.EndDelivery(ctx, sent[0].ID, attempt, answer)
	return err
}
