package api

import (
	"packtide/release"
)

// hook is a webhook of the person's account; ended goes to its deliveries.
func (k *walk) hook(who string) release.ID {
	k.world.t.Helper()
	made, _, err := k.service.AddWebhook(k.world.t.Context(), k.actor(who), release.NewWebhook{
		URL: "https://hooks.meridian.example/in", Kinds: []release.NoticeKind{release.NoticeOptedIn},
	})
	k.done(err)
	return made.ID
}

// sent is a webhook with a message that waits.
func (k *walk) sent(who string) (hook, message release.ID) {
	k.world.t.Helper()
	hook = k.hook(who)
	return hook, must(k.service.TestWebhook(k.world.t.Context(), k.actor(who), hook))(k.world.t).ID
}

// givenUp is a webhook with a message that was given up.
func (k *walk) givenUp(who string) (hook, message release.ID) {
	k.world.t.Helper()
	hook, message = k.sent(who)
	ctx := k.world.t.Context()
	must(k.service.BeginDelivery(ctx, message, release.MaxDeliveryAttempts))(k.world.t)
	must(k.service.EndDelivery(ctx, message, release.MaxDeliveryAttempts, release.Answer{Status: 500, Body: "no", Failure: "It answered 500."}))(k.world.t)
	return hook, message
}

// turnedOff is a webhook that is off.
func (k *walk) turnedOff(who string) release.ID {
	k.world.t.Helper()
	hook := k.hook(who)
	k.done(k.service.EditWebhook(k.world.t.Context(), k.actor(who), hook, release.WebhookEdit{On: new(false)}))
	return hook
}

func webhookAttempts() map[string]func(*walk) attempt {
	return map[string]func(*walk) attempt{
		"listWebhooks": func(k *walk) attempt { k.hook(theAdmin); return get(theManagedViewer, "/webhooks?limit=1") },
		"createWebhook": fixed(put(thePublisher, fields{
			"url": "https://hooks.meridian.example/in?key=1", "kinds": []string{"release.opened", "version.available"},
		}, "/webhooks")),
		"getWebhook": func(k *walk) attempt { return get(thePublisherViewer, "/webhooks/%s", k.hook(thePublisher)) },
		"editWebhook": func(k *walk) attempt {
			return put(theAdmin, fields{"kinds": []string{"release.applied"}, "on": false}, "/webhooks/%s", k.hook(theAdmin))
		},
		"deleteWebhook": func(k *walk) attempt { return get(theAdmin, "/webhooks/%s", k.hook(theAdmin)) },
		"testWebhook":   func(k *walk) attempt { return get(theAdmin, "/webhooks/%s/test", k.hook(theAdmin)) },
		"rotateWebhook": func(k *walk) attempt { return get(thePublisher, "/webhooks/%s/rotate", k.hook(thePublisher)) },
		"resendDeadDeliveries": func(k *walk) attempt {
			h, _ := k.givenUp(thePublisher)
			return get(thePublisher, "/webhooks/%s/resend", h)
		},
		"listDeliveries": func(k *walk) attempt {
			h, _ := k.givenUp(thePublisher)
			return get(thePublisherViewer, "/webhooks/%s/deliveries?state=dead", h)
		},
		"getDelivery": func(k *walk) attempt {
			h, d := k.sent(theAdmin)
			return get(theManagedViewer, "/webhooks/%s/deliveries/%s", h, d)
		},
		"resendDelivery": func(k *walk) attempt {
			h, d := k.givenUp(theAdmin)
			return get(theAdmin, "/webhooks/%s/deliveries/%s/resend", h, d)
		},
	}
}

func moreWebhookAttempts() map[string][]oneStatus {
	return map[string][]oneStatus{
		"createWebhook": {
			fixedAt(422, put(thePublisher, fields{"url": "http://10.0.0.1/in", "kinds": []string{"release.opened"}}, "/webhooks")),
			fixedAt(422, put(theAdmin, fields{"url": "https://hooks.nordlys.example", "kinds": []string{"version.available"}}, "/webhooks")),
			fixedAt(422, put(theAdmin, fields{"url": "https://hooks.nordlys.example"}, "/webhooks")),
		},
		"editWebhook": {
			{422, func(k *walk) attempt {
				return put(theAdmin, fields{"kinds": []string{}}, "/webhooks/%s", k.hook(theAdmin))
			}},
			{200, func(k *walk) attempt { return put(theAdmin, fields{}, "/webhooks/%s", k.hook(theAdmin)) }},
		},
		"testWebhook": {{409, func(k *walk) attempt { return get(thePublisher, "/webhooks/%s/test", k.turnedOff(thePublisher)) }}},
		"listDeliveries": {
			{422, func(k *walk) attempt {
				return get(thePublisher, "/webhooks/%s/deliveries?state=failed", k.hook(thePublisher))
			}},
		},
		"resendDeadDeliveries": {{409, func(k *walk) attempt { return get(thePublisher, "/webhooks/%s/resend", k.turnedOff(thePublisher)) }}},
		"resendDelivery": {{409, func(k *walk) attempt {
			h, d := k.sent(theAdmin)
			return get(theAdmin, "/webhooks/%s/deliveries/%s/resend", h, d)
		}}},
	}
}
