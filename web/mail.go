package web

import (
	"net/http"

	"packtide/release"
	"packtide/web/view"
)

// mailSettings is when the person hears of what by e-mail, in the account in which they act.
func (s *Server) mailSettings(v *visit) error {
	chosen, err := s.reader.MailChoices(v.ctx(), v.actor)
	if err != nil {
		return err
	}
	return s.showMailSettings(v, http.StatusOK, chosen, nil)
}

func (s *Server) showMailSettings(v *visit, status int, chosen map[release.NoticeKind]release.MailWhen, errors []view.FieldError) error {
	account, err := s.reader.Account(v.ctx(), v.actor, v.actor.Account)
	if err != nil {
		return err
	}
	page := view.NewMailSettings(account.Name, v.actor, chosen, s.mails)
	page.Errors = errors
	return v.page(status, view.Page{Title: "Notifications", Crumbs: []view.Crumb{{Href: "/settings", Label: "Settings"}, {Label: "Notifications"}}}, view.MailSettingsPage(page))
}

// saveMailSettings keeps what was chosen for each kind that was offered.
func (s *Server) saveMailSettings(v *visit) error {
	chosen := map[release.NoticeKind]release.MailWhen{}
	for _, kind := range release.MailKinds(v.actor.Publisher, v.actor.Managed) {
		if when := v.FormValue("mail." + string(kind)); when != "" {
			chosen[kind] = release.MailWhen(when)
		}
	}
	err := s.service.ChooseMail(v.ctx(), v.actor, chosen)
	if r, ok := refused(err); ok {
		return s.showMailSettings(v, r.Status, chosen, r.Errors)
	}
	if err != nil {
		return err
	}
	v.flash(view.Good, "Your messages come like this from now on.")
	return v.redirect("/settings/notifications")
}

// stopping is what the link of the path switches off, and the page about it.
func (s *Server) stopping(v *visit) (release.MailStop, view.Unsubscribe, error) {
	stop, err := s.mailKey.Read(release.Secret(v.Param("secret")))
	if err != nil {
		return stop, view.Unsubscribe{}, err
	}
	_, account, err := s.reader.MailStopping(v.ctx(), stop)
	return stop, view.Unsubscribe{Action: v.Request().URL.Path, Account: account, Kind: stop.Kind}, err
}

// unsubscribeForm asks first: programs that look at every link of a message must not switch anything off.
func (s *Server) unsubscribeForm(v *visit) error {
	_, page, err := s.stopping(v)
	if err != nil {
		return err
	}
	return v.signedOutPage(http.StatusOK, view.Page{Title: "Stop these messages?"}, view.UnsubscribePage(page))
}

// unsubscribe is the button of that page, and the one click of a mail program (RFC 8058); who holds the link may, signed in or not.
func (s *Server) unsubscribe(v *visit) error {
	stop, page, err := s.stopping(v)
	if err != nil {
		return err
	}
	back := v.FormValue("back") == "true"
	if err := s.service.StopMail(v.ctx(), stop, back); err != nil {
		return err
	}
	if back {
		return v.signedOutPage(http.StatusOK, view.Page{Title: "These messages come again"}, view.ResubscribedPage(page))
	}
	page.Done = true
	return v.signedOutPage(http.StatusOK, view.Page{Title: "These messages are off"}, view.UnsubscribePage(page))
}

// deadMails shows operators which messages were given up.
func (s *Server) deadMails(v *visit) error {
	var before release.ID
	if err := readIDs(v.QueryParams(), map[string]*release.ID{"before": &before}); err != nil {
		return err
	}
	rows, err := s.reader.DeadMails(v.ctx(), v.actor, before, pageSize+1)
	if err != nil {
		return err
	}
	page := view.DeadMails{Off: !s.mails, Clock: v.clock()}
	var more bool
	if page.Rows, more = cut(rows, pageSize); more {
		page.Older = v.withQuery("before", page.Rows[pageSize-1].ID.String())
	}
	head := view.Page{Title: "Which messages could not be delivered?", Crumbs: []view.Crumb{{Href: "/people", Label: "People"}, {Label: "Undelivered messages"}}}
	return v.page(http.StatusOK, head, view.DeadMailsPage(page))
}
