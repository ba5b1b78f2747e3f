package view

import (
	"time"

	"github.com/a-h/templ"

	"packtide/release"
)

// machineCases are the pages about programs: what is sent to them, what agents report, and which messages people choose.
func machineCases() map[string]templ.Component {
	hook, failing := goldenWebhook(), goldenWebhook()
	now := galleryNow()
	failing.FailingSince, failing.PausedAt, failing.Dead = new(now.Add(-80*time.Hour)), &now, 2
	sent, dead := goldenDelivery(), goldenDelivery()
	sent.State, sent.Status, sent.EndedAt, sent.NextTry = release.DeliveryDelivered, 204, &now, nil
	dead.State, dead.Attempts, dead.Status, dead.Failure, dead.EndedAt, dead.NextTry = release.DeliveryDead, 11, 503, "It answered 503.", &now, nil
	waits := goldenDelivery()
	waits.Attempts, waits.Failure = 3, "There was no answer within 15 seconds."
	kinds := []release.NoticeKind{release.NoticeOpened, release.NoticeApplied}
	one := WebhookOne{Row: hook, MayKeep: true, Kinds: kinds, Form: WebhookForm{Kinds: hook.Kinds, On: true}, Deliveries: []release.Delivery{waits, sent, dead}, Clock: galleryClock()}
	publisher := release.Actor{Publisher: release.RolePublisher}
	refused := MailSettings{Account: "Acme", Off: true, Kinds: []MailKind{{Kind: release.NoticeApplied, When: release.MailNever, Default: release.MailNow}}}
	ledger := LedgerBox{Ledger: release.Ledger{Attachments: 1000, Current: 600, Trying: 210, Behind: 100, Failed: 1, Silent: 80, Never: 9}}
	return map[string]templ.Component{
		"webhooks":           WebhooksPage(Webhooks{Rows: []release.WebhookRow{hook, failing}, MayKeep: true, Kinds: kinds, Clock: galleryClock()}),
		"webhooks-none":      WebhooksPage(Webhooks{Clock: galleryClock()}),
		"webhooks-made":      WebhooksPage(Webhooks{Made: &MadeWebhook{Host: "hooks.example.com", Secret: "whsec_c2VjcmV0"}, Clock: galleryClock()}),
		"webhook":            WebhookPage(one),
		"webhook-paused":     WebhookPage(WebhookOne{Row: failing, Clock: galleryClock()}),
		"delivery-given-up":  DeliveryPage(hook, dead, true, galleryClock()),
		"delivery-taken":     DeliveryPage(hook, sent, false, galleryClock()),
		"messages":           MailSettingsPage(NewMailSettings("Acme", publisher, map[release.NoticeKind]release.MailWhen{release.NoticeApplied: release.MailNever}, true)),
		"messages-off":       MailSettingsPage(refused),
		"undelivered":        DeadMailsPage(DeadMails{Rows: []release.DeadMail{goldenDeadMail()}, Clock: galleryClock()}),
		"undelivered-none":   DeadMailsPage(DeadMails{Off: true, Clock: galleryClock()}),
		"ledger":             LedgerSection(ledger),
		"ledger-of-nobody":   LedgerSection(LedgerBox{}),
		"agent-silent":       AgentSection(AgentReport{Row: goldenSilent(), Admin: true, Command: "packtide agent", Clock: galleryClock()}),
		"unsubscribe":        UnsubscribePage(Unsubscribe{Action: "/unsubscribe/x"}),
		"unsubscribe-done":   UnsubscribePage(Unsubscribe{Action: "/unsubscribe/x", Done: true}),
		"reference-of-packs": APINounPage(goldenNoun()),
	}
}

func goldenID(last byte) release.ID { return release.ID{0x01, 0xa1, 6: 0x70, 8: 0x80, 15: last} }

func goldenWebhook() release.WebhookRow {
	return release.WebhookRow{CreatedByName: "Ada", Webhook: release.Webhook{
		ID: goldenID(1), URL: "https://hooks.example.com/<packtide>", AsPublisher: true, Kinds: []release.NoticeKind{release.NoticeOpened},
		CreatedAt: galleryNow().AddDate(0, -1, 0), OldUntils: []time.Time{galleryNow().Add(time.Hour)},
	}}
}

func goldenDelivery() release.Delivery {
	next := galleryNow().Add(10 * time.Minute)
	return release.Delivery{
		ID: goldenID(2), Webhook: goldenID(1), Kind: release.NoticeOpened, Payload: []byte(`{"type":"release.opened","data":{"text":"<b>"}}`),
		State: release.DeliveryWaiting, Attempts: 1, CreatedAt: galleryNow().Add(-time.Hour), LastTry: new(galleryNow().Add(-time.Minute)), NextTry: &next, Answer: "<b>no</b>",
	}
}

func goldenDeadMail() release.DeadMail {
	return release.DeadMail{
		ID: goldenID(3), Person: goldenID(4), Name: "Ida", Email: "ida@example.org", AccountName: "Acme", Kind: release.NoticeInvitation, Attempts: 9,
		Failure: "550 no such user", EndedAt: galleryNow().Add(-time.Hour),
	}
}

func goldenNoun() APINoun {
	return APINoun{Slug: "packs", Name: "Packs", Operations: []APIOperation{{
		ID: "getPack", Method: "GET", Path: "/packs/{pack_id}", Summary: "One pack", Says: "With its `packages`.", Roles: []string{"publisher"},
		Parameters: []APIField{{Name: "pack_id", In: "path", Type: APIType{Thing: "Id"}, Needed: true}, {Name: "q", In: "query", Type: APIType{Before: "text"}, Says: "Narrows."}},
		Answers:    []APIAnswer{{Status: "200", Meaning: "The pack.", Things: []string{"Pack"}}, {Status: "404", Meaning: "There is no such pack.", Things: []string{"Problem"}}},
		Example:    "curl …",
	}}}
}

func goldenSilent() release.AttachmentRow {
	runs := release.ReleaseRef{ID: goldenID(5), Version: &release.Version{Major: 2, Minor: 1}}
	return release.AttachmentRow{PublisherZone: "Europe/Paris", Runs: &runs, Current: &runs, Observed: &release.ObservedRef{
		Release: runs, Status: release.Silent, Reported: release.Installed, Since: galleryNow().AddDate(0, 0, -9), SeenAt: galleryNow().AddDate(0, 0, -2),
	}}
}
