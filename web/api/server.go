// Package api is the JSON API: what a person can do in the browser, a program can do here, through the same use cases and the
// same reads. The document openapi.yaml is its contract. Handlers parse, make one call and answer; the frame around them knows
// who calls, how often, what the body is, and how errors are told.
package api

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v5"

	"packtide/release"
	"packtide/store"
	"packtide/web"
	"packtide/web/limit"
	"packtide/web/watch"
)

// Prefix is where the API lives.
const Prefix = "/api/v1"

// Config is all that the API needs.
type Config struct {
	Reader  *store.Reader
	Service *release.Service
	Clock   func() time.Time
	Log     *slog.Logger
	BaseURL string       // "https://packs.example.com": links in answers begin with it
	Proxies []*net.IPNet // whose X-Forwarded-For is believed
	Polls   int          // questions of agents a second that are wanted in all; 0: DefaultPolls
	Rate    int          // requests a minute for each token; 0: limit.DefaultRate
}

// Server answers programs.
type Server struct {
	reader  *store.Reader
	service *release.Service
	clock   func() time.Time
	log     *slog.Logger
	baseURL string
	calls   *limit.Limiter // by token
	guesses *limit.Limiter // by network address: requests that nobody could be found for
	uses    *useNotes
	polls   *pollPlan
	exports *web.Exports
	// contract is openapi.yaml as it is served.
	contract []byte
	handler  http.Handler // watched
}

// New builds the server; it starts nothing.
func New(c Config) *Server {
	if c.Rate == 0 {
		c.Rate = limit.DefaultRate
	}
	s := &Server{
		reader: c.Reader, service: c.Service, clock: c.Clock, log: c.Log, baseURL: strings.TrimRight(c.BaseURL, "/"),
		calls: limit.New(c.Rate), guesses: limit.New(limit.GuessRate), exports: web.NewExports(c.Reader), contract: contractJSON(),
	}
	s.uses = newUseNotes(s.noteUse)
	s.polls = newPollPlan(c.Polls)
	s.handler = watch.Handler(s.newRouter(c), watch.Config{Log: c.Log, Clock: c.Clock, Address: web.ClientAddress(c.Proxies)})
	return s
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Close waits until what was begun beside the answers is done.
func (s *Server) Close() { s.uses.wait() }

func (s *Server) newRouter(c Config) *echo.Echo {
	e := echo.NewWithConfig(echo.Config{
		Logger: c.Log, HTTPErrorHandler: s.answerError, IPExtractor: web.ClientAddress(c.Proxies),
		Router: echo.NewRouter(echo.RouterConfig{
			NotFoundHandler:         s.serve(nowhere((*Server).notFound)),
			MethodNotAllowedHandler: s.serve(nowhere((*Server).methodNotAllowed)),
		}),
	})
	e.Use(s.tellWatch, web.RecoverPanic, web.SecureHeaders(strings.HasPrefix(c.BaseURL, "https://")))
	for _, r := range routes() {
		e.Add(r.method, Prefix+r.path, s.serve(r))
		if r.method == http.MethodGet {
			e.Add(http.MethodHead, Prefix+r.path, s.serve(r))
		}
	}
	return e
}

// tellWatch answers errors too, and says under which route and for whom the request was answered.
func (s *Server) tellWatch(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		if err := next(c); err != nil {
			s.answerError(c, err)
		}
		ctx := c.Request().Context()
		watch.Route(ctx, c.Path())
		if call := callOf(c); call != nil && !call.actor.Person.IsZero() {
			watch.As(ctx, call.actor.Person, call.actor.Account, release.FromAPI)
		}
		return nil
	}
}

// nowhere is for what no operation is at: strangers do not learn that much.
func nowhere(handle func(*Server, *call) error) route {
	return route{roles: web.SignedIn | web.AsAgent, takes: unread, query: anyQuery, handle: handle}
}

// serve runs a route's handler for those who may: who calls is asked first, then how often, then what for.
func (s *Server) serve(r route) echo.HandlerFunc {
	return func(c *echo.Context) error {
		call := &call{Context: c, server: s, now: s.clock()}
		c.Set(callKey, call)
		defer call.end()
		if r.roles&web.Anyone == 0 {
			if err := s.recognise(call); err != nil {
				return err
			}
			if err := s.throttle(call); err != nil {
				return err
			}
			if r.roles&web.RoleOf(call.actor) == 0 {
				return refuseRole(call.actor)
			}
		}
		if err := call.readQuery(r.query); err != nil {
			return err
		}
		if err := call.readKey(); err != nil {
			return err
		}
		if err := call.readBody(r.takes); err != nil {
			return err
		}
		return s.once(call, r.handle)
	}
}

// refuseRole says why somebody who is known may not: what their token is, where that is the reason.
func refuseRole(a release.Actor) error {
	if a.IsAgent() {
		return release.ErrAgent
	}
	return release.ErrForbidden
}

var errUnauthorised = errors.New("no token, or one without effect")

// recognise finds who calls. Whatever is wrong with a token, the answer is the same; who tries too many has to wait. Those whose
// token works are heard all the same: they may share the address with somebody whose token has expired.
func (s *Server) recognise(c *call) error {
	secret, ok := strings.CutPrefix(c.Request().Header.Get("Authorization"), "Bearer ")
	if !ok || !strings.HasPrefix(secret, release.TokenPrefix) {
		return s.stranger(c)
	}
	actor, token, err := s.reader.Bearer(c.ctx(), sha256.Sum256([]byte(secret)), c.now)
	if errors.Is(err, release.ErrNotFound) {
		return s.stranger(c)
	}
	if err != nil {
		return err
	}
	actor.RequestID = watch.ID(c.ctx())
	c.actor, c.token, c.secret = actor, token, secret
	s.uses.note(c.ctx(), token, c.now)
	return nil
}

// stranger counts who came without a token that works.
func (s *Server) stranger(c *call) error {
	if _, wait := s.guesses.Take(limit.AddressKey(c.RealIP()), c.now); wait > 0 {
		return throttled(c, wait)
	}
	return errUnauthorised
}

// noteUse keeps when a token was used last; a failure is no reason to refuse the request.
func (s *Server) noteUse(ctx context.Context, use release.TokenUse) {
	if err := s.service.NoteTokenUse(ctx, use); err != nil {
		s.log.WarnContext(ctx, "the use of a token was not noted", "token", use.ID.String(), "error", err)
	}
}

func (s *Server) notFound(*call) error { return release.ErrNotFound }

func (s *Server) methodNotAllowed(c *call) error {
	if allowed, ok := c.Get(echo.ContextKeyHeaderAllow).(string); ok {
		c.Response().Header().Set(echo.HeaderAllow, allowed)
	}
	return echo.ErrMethodNotAllowed
}
