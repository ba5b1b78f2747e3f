package web

import (
	"errors"
	"net/http"

	"packtide/release"
	"packtide/web/view"
)

// viewingKey is the session's viewing (R34): its id.
const viewingKey = "viewing"

// endsViewing are the changes that somebody who looks as an account's people may ask for: each ends the viewing first.
var endsViewing = map[string]bool{view.PathStopViewing: true, view.PathSignOut: true, view.PathSwitchAccount: true}

// lookAs turns a member of support into what they look as, as long as that lasts.
func (s *Server) lookAs(v *visit) error {
	id, err := release.ParseID(s.sessions.GetString(v.ctx(), viewingKey))
	if err != nil {
		return nil //nolint:nilerr // nobody looks
	}
	viewing, account, err := s.reader.Viewing(v.ctx(), v.person.ID, id)
	switch {
	case errors.Is(err, release.ErrNotFound):
		s.sessions.Remove(v.ctx(), viewingKey)
		return nil
	case err != nil:
		return err
	case v.person.Site == "":
		return s.overViewing(v, viewing, account, release.ViewRoleLost)
	case !viewing.Live(v.now):
		return s.overViewing(v, viewing, account, release.ViewTimedOut)
	}
	v.viewing = &viewing
	v.actor = viewing.Actor(v.actor)
	v.memberships = []release.MembershipRow{{
		Membership:  release.Membership{Person: v.person.ID, Account: account.ID, Publisher: v.actor.Publisher, Managed: v.actor.Managed},
		AccountName: account.Name, AccountZone: account.Zone, Publishes: account.Publisher, Installs: account.Managed,
	}}
	return nil
}

// overViewing notes the end of a viewing that nobody has stopped, and tells the person, who acts as themselves again.
func (s *Server) overViewing(v *visit, viewing release.Viewing, account release.Account, how release.ViewEnd) error {
	s.sessions.Remove(v.ctx(), viewingKey)
	v.flash(view.Info, "You no longer look at %s: %s.", account.Name, view.ViewingOver(how))
	return s.service.EndViewing(v.ctx(), v.actor, viewing.ID, how)
}

// endViewing ends the viewing of the visit, if there is one.
func (s *Server) endViewing(v *visit, how release.ViewEnd) error {
	if v.viewing == nil {
		return nil
	}
	s.sessions.Remove(v.ctx(), viewingKey)
	return s.service.EndViewing(v.ctx(), v.actor, v.viewing.ID, how)
}

// viewingBand says on every page that somebody looks as an account's people; nil when nobody does.
func (v *visit) viewingBand() *view.ViewingBand {
	if v.viewing == nil {
		return nil
	}
	own := v.memberships[0]
	return &view.ViewingBand{Account: own.AccountName, Zone: own.AccountZone, As: v.viewing.As, Until: v.viewing.Until}
}

// refuseWhileViewing refuses every change but the end of the viewing, whatever the route (R34).
func (v *visit) refuseWhileViewing() error {
	method := v.Request().Method
	if !v.actor.ReadOnly || method == http.MethodGet || method == http.MethodHead || endsViewing[v.Path()] {
		return nil
	}
	return release.ErrViewing
}

// viewAsForm asks as whom to look, and why.
func (s *Server) viewAsForm(v *visit) error {
	return s.showViewAs(v, http.StatusOK, view.ViewAsForm{})
}

func (s *Server) showViewAs(v *visit, status int, f view.ViewAsForm) error {
	id, err := v.id("account")
	if err != nil {
		return err
	}
	if f.Account, err = s.reader.Account(v.ctx(), v.actor, id); err != nil {
		return err
	}
	head := view.Page{
		Title:  f.Title(),
		Crumbs: []view.Crumb{{Href: "/accounts", Label: "Accounts"}, {Href: "/accounts/" + id.String(), Label: f.Account.Name}, {Label: "Look as its people"}},
	}
	return v.page(status, head, view.ViewAsPage(f))
}

// viewAs begins to look as the account's people.
func (s *Server) viewAs(v *visit) error {
	id, err := v.id("account")
	if err != nil {
		return err
	}
	f := view.ViewAsForm{As: v.FormValue("as"), Reason: v.FormValue("reason")}
	viewing, err := s.service.BeginViewing(v.ctx(), v.actor, release.NewViewing{Account: id, As: release.ViewAs(f.As), Reason: f.Reason})
	if r, ok := refused(err); ok {
		f.Errors = r.Errors
		return s.showViewAs(v, r.Status, f)
	}
	if err != nil {
		return err
	}
	s.sessions.Put(v.ctx(), viewingKey, viewing.ID.String())
	return v.redirect(startPath(roleOf(viewing.Actor(v.actor))))
}

// stopViewing is the way back to oneself.
func (s *Server) stopViewing(v *visit) error {
	if v.viewing == nil {
		return v.redirect("/")
	}
	account, name := v.viewing.Account, v.accountName()
	if err := s.endViewing(v, release.ViewStopped); err != nil {
		return err
	}
	v.flash(view.Good, "You act as yourself again, and no longer look at %s.", name)
	return v.redirect("/accounts/" + account.String())
}
