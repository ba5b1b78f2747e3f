package api

import (
	"net/http"

	"packtide/release"
	"packtide/web"
)

func notificationRoutes() []route {
	people := web.Publishers | web.Managed
	return []route{
		{http.MethodGet, "/me/notifications", people, nothing, "", (*Server).notifications},
		{http.MethodPut, "/me/notifications", people, asJSON, "", (*Server).chooseNotifications},
	}
}

// notifications are when the person hears of each kind by e-mail, in the account in which the token acts.
type notifications struct {
	Account named         `json:"account"`
	Kinds   []mailSetting `json:"kinds"`
}

type mailSetting struct {
	Kind    release.NoticeKind `json:"kind"`
	When    release.MailWhen   `json:"when"`
	Default release.MailWhen   `json:"default"`
}

func (s *Server) readNotifications(c *call) (notifications, error) {
	chosen, err := s.reader.MailChoices(c.ctx(), c.actor)
	if err != nil {
		return notifications{}, err
	}
	account, err := s.reader.Account(c.ctx(), c.actor, c.actor.Account)
	if err != nil {
		return notifications{}, err
	}
	return notifications{named{account.ID, account.Name}, eachOf(release.MailKinds(c.actor.Publisher, c.actor.Managed), func(k release.NoticeKind) mailSetting {
		usual := release.DefaultMail(k, c.actor.Publisher, c.actor.Managed)
		out := mailSetting{k, usual, usual}
		if when, ok := chosen[k]; ok {
			out.When = when
		}
		return out
	})}, nil
}

func (s *Server) notifications(c *call) error {
	answer, err := s.readNotifications(c)
	if err != nil {
		return err
	}
	return c.one(answer)
}

type mailChoices struct {
	Kinds map[string]release.MailWhen `json:"kinds"`
}

// chooseNotifications keeps what is chosen; kinds that are not named stay as they are.
func (s *Server) chooseNotifications(c *call) error {
	in, err := decode[mailChoices](c)
	if err != nil {
		return err
	}
	chosen := make(map[release.NoticeKind]release.MailWhen, len(in.Kinds))
	for kind, when := range in.Kinds {
		chosen[release.NoticeKind(kind)] = when
	}
	if err := s.service.ChooseMail(c.ctx(), c.actor, chosen); err != nil {
		return err
	}
	answer, err := s.readNotifications(c)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, answer)
}
