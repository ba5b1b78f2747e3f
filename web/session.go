package web

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v5"

	"packtide/release"
	"packtide/web/view"
)

const (
	personKey   = "person"
	epochKey    = "epoch" // the person's at sign-in
	accountKey  = "account"
	siteAccount = "site" // the account item of the site's own staff
)

// newSessions keeps sessions in the store under a hash of their token; a person signs in anew after two weeks.
func (s *Server) newSessions(in scs.Store) *scs.SessionManager {
	m := scs.New()
	m.Store = in
	m.Lifetime = 14 * 24 * time.Hour
	m.HashTokenInStore = true
	m.Cookie.Name = "packtide_session"
	if s.secure {
		m.Cookie.Name = "__Host-packtide_session" // browsers take it from this very host alone, never from a neighbour's page
	}
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Secure = s.secure
	m.Cookie.Path = "/"
	return m
}

// withSession loads the session before the handler, and commits it just before the answer's first byte.
func (s *Server) withSession(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		var token string
		if cookie, err := c.Cookie(s.sessions.Cookie.Name); err == nil {
			token = cookie.Value
		}
		ctx, err := s.sessions.Load(c.Request().Context(), token)
		if err != nil {
			return fmt.Errorf("load the session: %w", err)
		}
		c.SetRequest(c.Request().WithContext(ctx))
		response, err := echo.UnwrapResponse(c.Response())
		if err != nil {
			return fmt.Errorf("reach the response: %w", err)
		}
		response.Before(func() { s.commitSession(c) })
		return next(c)
	}
}

// commitSession keeps what the handler changed. The answer is on its way by then: a failure can only be logged.
func (s *Server) commitSession(c *echo.Context) {
	ctx := c.Request().Context()
	switch s.sessions.Status(ctx) {
	case scs.Modified:
		token, expiry, err := s.sessions.Commit(ctx)
		if err != nil {
			s.log.Error("session not kept", "error", err, "request_id", requestID(c))
			return
		}
		s.sessions.WriteSessionCookie(ctx, c.Response(), token, expiry)
	case scs.Destroyed:
		s.sessions.WriteSessionCookie(ctx, c.Response(), "", time.Time{})
	case scs.Unmodified:
	}
}

// recognise fills in the person and the account in which they act.
func (s *Server) recognise(v *visit) error {
	if secret, ok := strings.CutPrefix(v.Request().Header.Get("Authorization"), "Bearer "); ok {
		return s.recogniseToken(v, secret)
	}
	id, err := release.ParseID(s.sessions.GetString(v.ctx(), personKey))
	if err != nil {
		return nil //nolint:nilerr // no session is no fault
	}
	v.person, err = s.reader.Person(v.ctx(), id)
	over := v.person.DisabledAt != nil || v.person.Epoch != s.sessions.GetInt(v.ctx(), epochKey)
	if errors.Is(err, release.ErrNotFound) || (err == nil && over) {
		v.person = release.Person{}
		return s.sessions.Destroy(v.ctx())
	}
	if err != nil {
		return err
	}
	if v.memberships, err = s.reader.Memberships(v.ctx(), id); err != nil {
		return err
	}
	if err := s.chooseAccount(v); err != nil {
		return err
	}
	return s.lookAs(v)
}

// chooseAccount acts in the account that the session remembers, else in the first that the person has.
func (s *Server) chooseAccount(v *visit) error {
	wanted := s.sessions.GetString(v.ctx(), accountKey)
	choices := []release.ID{}
	if id, err := release.ParseID(wanted); err == nil {
		choices = append(choices, id)
	}
	if v.person.Site != "" {
		choices = append(choices, release.ID{})
	}
	for _, m := range v.memberships {
		choices = append(choices, m.Account)
	}
	for _, account := range choices {
		actor, err := s.reader.Actor(v.ctx(), v.person.ID, account)
		if errors.Is(err, release.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		actor.Source, actor.RequestID = v.actor.Source, v.actor.RequestID
		v.actor = actor
		return nil
	}
	v.actor.Person, v.actor.Name = v.person.ID, v.person.Name
	return nil
}

// recogniseToken lets a program read what its person may read; changes go through the API.
func (s *Server) recogniseToken(v *visit, secret string) error {
	if v.Request().Method != http.MethodGet && v.Request().Method != http.MethodHead {
		return nil
	}
	actor, use, err := s.reader.Bearer(v.ctx(), sha256.Sum256([]byte(secret)), v.now)
	if errors.Is(err, release.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.service.NoteTokenUse(v.ctx(), use); err != nil {
		return err
	}
	actor.Source, actor.RequestID = release.FromAPI, v.actor.RequestID
	v.actor = actor
	v.person, err = s.reader.Person(v.ctx(), actor.Person)
	return err
}

// admit lets a person through to a route, sends strangers to sign in, and refuses those without the role.
func (s *Server) admit(v *visit, r route) error {
	if err := v.refuseWhileViewing(); err != nil {
		return err
	}
	if v.Request().Method == http.MethodPost && !withFile[v.Path()] {
		if err := v.drawnFor(v.FormValue(view.FieldActing)); err != nil {
			return err
		}
	}
	has := roleOf(v.actor)
	switch {
	case r.roles&anyone != 0 || r.roles&has != 0:
		return nil
	case v.person.ID.IsZero() && v.Request().Header.Get("Authorization") != "":
		return errUnauthorised
	case v.person.ID.IsZero():
		return s.askWho(v)
	default:
		return release.ErrForbidden
	}
}

// errOtherAccount refuses a form that was left open while its reader turned to another account.
var errOtherAccount = &release.Error{
	Kind:    release.Conflict,
	Message: "This form was opened while you acted for another account, so nothing was done. Choose the account above, then open the form again.",
}

// drawnFor refuses a form that was drawn for another account than the one that the person acts for now. A form that does not
// tell came from no page with a choice.
func (v *visit) drawnFor(account string) error {
	if account != "" && v.acting() != "" && account != v.acting() {
		return errOtherAccount
	}
	return nil
}

func refererPath(r *http.Request) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != r.Host {
		return "/"
	}
	return u.RequestURI()
}

// signInAs begins a new session for the person: the old token is worth nothing any more.
func (s *Server) signInAs(v *visit, p release.Person) error {
	if err := s.endViewing(v, release.ViewSwitched); err != nil {
		return err
	}
	if err := errors.Join(s.sessions.Clear(v.ctx()), s.sessions.RenewToken(v.ctx())); err != nil {
		return err
	}
	s.sessions.Put(v.ctx(), personKey, p.ID.String())
	s.sessions.Put(v.ctx(), epochKey, p.Epoch)
	return nil
}
