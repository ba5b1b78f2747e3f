package web

import (
	"net/http"

	"packtide/release"
	"packtide/web/view"
)

const webhooksPath = "/settings/webhooks"

// webhooks lists the account's webhooks, with the form for another one.
func (s *Server) webhooks(v *visit) error {
	return s.showWebhooks(v, http.StatusOK, view.Webhooks{})
}

func (s *Server) showWebhooks(v *visit, status int, page view.Webhooks) error {
	var err error
	if page.Rows, err = s.reader.Webhooks(v.ctx(), v.actor); err != nil {
		return err
	}
	page.MayKeep, page.Kinds, page.Clock = v.actor.MayKeepWebhooks(), release.WebhookKinds(v.actor), v.clock()
	head := view.Page{
		Title: "Webhooks", Lede: "Programs of yours hear what happens, the moment it does.",
		Crumbs: webhookCrumbs(view.Crumb{Label: "Webhooks"}),
	}
	return v.page(status, head, view.WebhooksPage(page))
}

func webhookCrumbs(rest ...view.Crumb) []view.Crumb {
	return append([]view.Crumb{{Href: "/settings", Label: "Settings"}}, rest...)
}

// webhookKinds are the kinds that a form has chosen.
func (v *visit) webhookKinds() ([]release.NoticeKind, error) {
	values, err := v.FormValues()
	var kinds []release.NoticeKind
	for _, k := range values["kinds"] {
		kinds = append(kinds, release.NoticeKind(k))
	}
	return kinds, err
}

// addWebhook adds one. The answer is the only page that ever shows its secret.
func (s *Server) addWebhook(v *visit) error {
	kinds, err := v.webhookKinds()
	if err != nil {
		return err
	}
	n := release.NewWebhook{URL: v.FormValue("url"), Kinds: kinds}
	hook, secret, err := s.service.AddWebhook(v.ctx(), v.actor, n)
	if r, ok := refused(err); ok {
		return s.showWebhooks(v, r.Status, view.Webhooks{Form: view.WebhookForm{URL: n.URL, Kinds: n.Kinds, Errors: r.Errors}})
	}
	if err != nil {
		return err
	}
	return s.showWebhooks(v, http.StatusCreated, view.Webhooks{Made: &view.MadeWebhook{Host: hook.Host(), Secret: string(secret)}})
}

// webhook is one of them with a page of what was sent to it.
func (s *Server) webhook(v *visit) error {
	return s.showWebhook(v, http.StatusOK, view.WebhookOne{})
}

const deliveriesPage = 50

func (s *Server) showWebhook(v *visit, status int, page view.WebhookOne) error {
	row, err := s.webhookOf(v)
	if err != nil {
		return err
	}
	page.Row, page.MayKeep, page.Kinds, page.Clock = row, v.actor.MayKeepWebhooks(), release.WebhookKinds(v.actor), v.clock()
	if page.Form.Errors == nil {
		page.Form = view.WebhookForm{Kinds: row.Kinds, On: row.Live()}
	}
	var state release.DeliveryState
	if page.Dead = v.QueryParam("state") == string(release.DeliveryDead); page.Dead {
		state = release.DeliveryDead
	}
	before, _ := release.ParseID(v.QueryParam("before")) // whatever is no id of ours begins at the newest
	page.Deliveries, err = s.reader.Deliveries(v.ctx(), v.actor, row.ID, state, before, deliveriesPage+1)
	if err != nil {
		return err
	}
	if len(page.Deliveries) > deliveriesPage {
		page.Deliveries = page.Deliveries[:deliveriesPage]
		page.Older = v.withQuery("before", page.Deliveries[deliveriesPage-1].ID.String())
	}
	if !before.IsZero() {
		page.Newer = v.withQuery("before", "")
	}
	head := view.Page{
		Title:  "Webhook to " + row.Host(),
		Crumbs: webhookCrumbs(view.Crumb{Href: webhooksPath, Label: "Webhooks"}, view.Crumb{Label: row.Host()}),
	}
	return v.page(status, head, view.WebhookPage(page))
}

// webhookOf is the webhook of the address, one that the person sees.
func (s *Server) webhookOf(v *visit) (release.WebhookRow, error) {
	id, err := v.id("webhook")
	if err != nil {
		return release.WebhookRow{}, err
	}
	return s.reader.Webhook(v.ctx(), v.actor, id)
}

// onWebhook does something to the webhook of the address; what is refused is told over its page.
func (s *Server) onWebhook(v *visit, do func(release.WebhookRow) error) error {
	row, err := s.webhookOf(v)
	if err != nil {
		return err
	}
	err = do(row)
	if r, ok := refused(err); ok {
		kinds, err := v.webhookKinds()
		if err != nil {
			return err
		}
		if len(kinds) == 0 {
			kinds = row.Kinds
		}
		return s.showWebhook(v, r.Status, view.WebhookOne{Form: view.WebhookForm{Kinds: kinds, On: row.Live(), Errors: r.Errors}})
	}
	return err
}

func (s *Server) setWebhook(v *visit) error {
	return s.onWebhook(v, func(row release.WebhookRow) error {
		kinds, err := v.webhookKinds()
		if err != nil {
			return err
		}
		if err := s.service.SetWebhook(v.ctx(), v.actor, row.ID, kinds, v.FormValue("on") == "true"); err != nil {
			return err
		}
		v.flash(view.Good, "The webhook to %s is saved.", row.Host())
		return v.redirect(webhookPath(row))
	})
}

func webhookPath(row release.WebhookRow) string { return webhooksPath + "/" + row.ID.String() }

func (s *Server) testWebhook(v *visit) error {
	return s.onWebhook(v, func(row release.WebhookRow) error {
		if _, err := s.service.TestWebhook(v.ctx(), v.actor, row.ID); err != nil {
			return err
		}
		v.flash(view.Info, "A test is on its way. Look again in a moment to see what came of it.")
		return v.redirect(webhookPath(row))
	})
}

// rotateWebhook makes a new secret. The answer is the only page that ever shows it.
func (s *Server) rotateWebhook(v *visit) error {
	return s.onWebhook(v, func(row release.WebhookRow) error {
		secret, err := s.service.RotateWebhookSecret(v.ctx(), v.actor, row.ID)
		if err != nil {
			return err
		}
		return s.showWebhook(v, http.StatusCreated, view.WebhookOne{Made: &view.MadeWebhook{
			Host: row.Host(), Secret: string(secret), Until: "For 24 hours messages are signed with the old secret too.",
		}})
	})
}

func (s *Server) deleteWebhookForm(v *visit) error {
	row, err := s.webhookOf(v)
	if err != nil {
		return err
	}
	c := view.WebhookDelete(row)
	head := view.Page{Title: c.Title, Crumbs: webhookCrumbs(
		view.Crumb{Href: webhooksPath, Label: "Webhooks"}, view.Crumb{Href: webhookPath(row), Label: row.Host()}, view.Crumb{Label: "Delete"},
	)}
	return v.page(http.StatusOK, head, view.ConfirmPage(c))
}

func (s *Server) deleteWebhook(v *visit) error {
	row, err := s.webhookOf(v)
	if err != nil {
		return err
	}
	if err := s.service.DeleteWebhook(v.ctx(), v.actor, row.ID); err != nil {
		return err
	}
	v.flash(view.Good, "The webhook to %s is deleted. Nothing is sent there any more.", row.Host())
	return v.redirect(webhooksPath)
}

func (s *Server) resendAll(v *visit) error {
	return s.onWebhook(v, func(row release.WebhookRow) error {
		n, err := s.service.ResendAll(v.ctx(), v.actor, row.ID)
		if err != nil {
			return err
		}
		v.flash(view.Info, "Sent again: %s. Look again in a moment to see what came of it.", view.Counted(n, "message"))
		return v.redirect(webhookPath(row))
	})
}

// deliveryOf is the message of the address, with its webhook.
func (s *Server) deliveryOf(v *visit) (release.WebhookRow, release.Delivery, error) {
	row, err := s.webhookOf(v)
	if err != nil {
		return row, release.Delivery{}, err
	}
	id, err := v.id("delivery")
	if err != nil {
		return row, release.Delivery{}, err
	}
	d, err := s.reader.Delivery(v.ctx(), v.actor, id)
	if err == nil && d.Webhook != row.ID {
		err = release.ErrNotFound
	}
	return row, d, err
}

func (s *Server) delivery(v *visit) error {
	row, d, err := s.deliveryOf(v)
	if err != nil {
		return err
	}
	head := view.Page{Title: view.KindWord(d.Kind), Crumbs: webhookCrumbs(
		view.Crumb{Href: webhooksPath, Label: "Webhooks"}, view.Crumb{Href: webhookPath(row), Label: row.Host()}, view.Crumb{Label: "Message"},
	)}
	return v.page(http.StatusOK, head, view.DeliveryPage(row, d, v.actor.MayKeepWebhooks(), v.clock()))
}

func (s *Server) resendDelivery(v *visit) error {
	row, d, err := s.deliveryOf(v)
	if err != nil {
		return err
	}
	err = s.service.Resend(v.ctx(), v.actor, d.ID)
	if r, ok := refused(err); ok {
		v.flash(view.Warn, "%s", r.Errors[0].Text)
		return v.redirect(webhookPath(row))
	}
	if err != nil {
		return err
	}
	v.flash(view.Info, "The message is on its way again.")
	return v.redirect(webhookPath(row) + "/deliveries/" + d.ID.String())
}
