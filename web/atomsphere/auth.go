package atomsphere

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"strings"
	"time"

	"packtide/release"
	"packtide/web/limit"
	"packtide/web/watch"
)

// userPrefix marks, in Boomi's API, a sign-in by token.
const userPrefix = "BOOMI_TOKEN."

// admit finds out who calls, and for which account. A token acts for its own account; under the partner's path its person
// also for a managed account in which they have a role themselves. Whether an account exists is told to nobody else.
func (s *Server) admit(r *http.Request, account string, partner bool) (*call, error) {
	user, secret, _ := r.BasicAuth()
	email, ok := strings.CutPrefix(user, userPrefix)
	now := s.clock()
	if !ok || secret == "" {
		return nil, s.stranger(r, now)
	}
	by, use, err := s.reader.Bearer(r.Context(), sha256.Sum256([]byte(secret)), now)
	if errors.Is(err, release.ErrNotFound) {
		return nil, s.stranger(r, now)
	}
	if err != nil {
		return nil, err
	}
	person, err := s.reader.Person(r.Context(), by.Person)
	if err != nil {
		return nil, err
	}
	if !strings.EqualFold(person.Email, email) {
		return nil, s.stranger(r, now)
	}
	if _, wait := s.calls.Take(use.ID.String(), now); wait > 0 {
		return nil, tooFast(wait)
	}
	s.note(r.Context(), use, now)
	if id, err := release.ParseID(account); err != nil || id != by.Account || by.Account.IsZero() {
		return nil, errAccount
	}
	url := s.baseURL + Base + by.Account.String()
	if sub := r.URL.Query().Get("overrideAccount"); sub != "" {
		if !partner {
			return nil, bad("Give overrideAccount with addresses that begin with %s.", Partner)
		}
		if by, err = s.override(r, by, sub); err != nil {
			return nil, err
		}
	}
	by.Source, by.RequestID = release.FromAPI, watch.ID(r.Context())
	watch.As(r.Context(), by.Person, by.Account, by.Source)
	return &call{Server: s, ctx: r.Context(), by: by, now: now, url: url}, nil
}

// stranger counts who came without a token that works.
func (s *Server) stranger(r *http.Request, now time.Time) error {
	if _, wait := s.guesses.Take(limit.AddressKey(s.address(r)), now); wait > 0 {
		return tooFast(wait)
	}
	return errWho
}

// note keeps when the token was last used. That it can't be kept is no reason to refuse whoever uses it.
func (s *Server) note(ctx context.Context, use release.TokenUse, at time.Time) {
	if !use.Due(at) {
		return
	}
	if err := s.service.NoteTokenUse(ctx, use); err != nil {
		s.log.ErrorContext(ctx, "use of a token not noted", "error", err, "request_id", watch.ID(ctx))
	}
}

// override acts as a managed account: what the person may do there themselves, and nothing that the account publishes.
func (s *Server) override(r *http.Request, by release.Actor, sub string) (release.Actor, error) {
	id, err := release.ParseID(sub)
	if err != nil || id.IsZero() || by.IsAgent() { // an agent holds no role, whatever its person holds
		return by, errAccount
	}
	acting, err := s.reader.Actor(r.Context(), by.Person, id)
	if errors.Is(err, release.ErrNotFound) || err == nil && acting.Managed == "" {
		return by, errAccount
	}
	acting.Publisher, acting.ReadOnly, acting.Token = "", by.ReadOnly, by.Token
	return acting, err
}
