// Package web is the browser's side of packtide: routes with the roles they need, sessions, handlers that parse, make one
// call and render or redirect. Reads go to store.Reader, changes to release.Service; view draws the pages.
package web

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v5"

	"packtide/release"
	"packtide/static"
	"packtide/store"
	"packtide/web/view"
	"packtide/web/watch"
)

// Config is all that the server needs. Demo is nil outside the demo.
type Config struct {
	Reader   *store.Reader
	Service  *release.Service
	Sessions scs.Store
	Clock    func() time.Time
	Log      *slog.Logger
	BaseURL  string       // "https://packs.example.com": decides on secure cookies and on links in texts
	Proxies  []*net.IPNet // whose X-Forwarded-For is believed; none: the connection's own address counts
	Demo     DemoClock
	Version  string
	MailKey  release.MailKey               // of the links that switch messages off; empty: none work
	Mails    bool                          // people are told by e-mail
	Ready    func(context.Context) []Check // nil: whether the database answers
	API      view.APIReference             // what the pages about the JSON API show
}

// DemoClock is the demo's movable clock; it only ever moves forward. Move returns after everything due has been applied.
type DemoClock interface {
	Now() time.Time
	Move(ctx context.Context, action string) error
}

// Server answers browsers.
type Server struct {
	reader   *store.Reader
	service  *release.Service
	sessions *scs.SessionManager
	clock    func() time.Time
	log      *slog.Logger
	baseURL  string
	secure   bool
	demo     DemoClock
	version  string
	checks   func(context.Context) []Check
	sameSite *http.CrossOriginProtection
	known    knownChanges  // between two versions
	guesses  chan struct{} // one place for each password that is being checked
	exports  *exports
	mailKey  release.MailKey
	mails    bool // people are told by e-mail
	handler  *echo.Echo
	watched  http.Handler // handler, watched

	reference view.APIReference // of the JSON API
}

// maxGuesses is how many passwords are checked at once: each takes 19 MiB, and all of them could be one stranger's.
const maxGuesses = 4

// New builds the server; it starts nothing.
func New(c Config) *Server {
	s := &Server{
		reader: c.Reader, service: c.Service, clock: c.Clock, log: c.Log, baseURL: strings.TrimRight(c.BaseURL, "/"),
		secure: strings.HasPrefix(c.BaseURL, "https://"), demo: c.Demo, version: c.Version,
		sameSite: http.NewCrossOriginProtection(), guesses: make(chan struct{}, maxGuesses),
		exports: newExports(), mailKey: c.MailKey, mails: c.Mails, reference: c.API,
	}
	if s.checks = c.Ready; s.checks == nil {
		s.checks = func(ctx context.Context) []Check { return []Check{s.databaseAnswers(ctx)} }
	}
	s.sessions = s.newSessions(c.Sessions)
	s.handler = s.newRouter(c)
	s.watched = watch.Handler(s.handler, watch.Config{Log: c.Log, Clock: c.Clock, Address: ClientAddress(c.Proxies)})
	return s
}

// newRouter registers the tables of routes and what they do not name: our files, and addresses that do not exist.
func (s *Server) newRouter(c Config) *echo.Echo {
	e := echo.NewWithConfig(echo.Config{
		Logger: c.Log, HTTPErrorHandler: s.answerError, IPExtractor: ClientAddress(c.Proxies),
		Router: echo.NewRouter(echo.RouterConfig{
			NotFoundHandler:         s.serve(route{roles: anyone, handle: (*Server).notFound}),
			MethodNotAllowedHandler: s.serve(route{roles: anyone, handle: (*Server).methodNotAllowed}),
		}),
	})
	e.Use(s.tellWatch, RecoverPanic, SecureHeaders(s.secure), s.refuseCrossSite)
	files, favicon := echo.WrapHandler(static.Handler()), echo.WrapHandler(http.HandlerFunc(static.ServeFavicon))
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		e.Add(method, "/static/*", files)
		e.Add(method, "/favicon.ico", favicon)
		e.Add(method, "/healthz", s.health)
		e.Add(method, "/readyz", s.ready)
	}
	s.register(e, routes)
	if s.demo != nil {
		s.register(e, demoRoutes)
	}
	return e
}

// register serves a table. Whoever may GET a page may ask for its head.
func (s *Server) register(e *echo.Echo, table []route) {
	for _, r := range table {
		e.Add(r.method, r.path, s.serve(r))
		if r.method == http.MethodGet {
			e.Add(http.MethodHead, r.path, s.serve(r))
		}
	}
}

// ClientAddress is where a request comes from: what trusted proxies say, else the other end of the connection.
func ClientAddress(proxies []*net.IPNet) echo.IPExtractor {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range proxies {
		trust = append(trust, echo.TrustIPRange(p))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.watched.ServeHTTP(w, r) }

// serve runs a route's handler for those who may, with their session around it.
func (s *Server) serve(r route) echo.HandlerFunc {
	inner := func(c *echo.Context) error {
		if err := readable(c); err != nil {
			return err
		}
		v, err := s.newVisit(c)
		if err != nil {
			return err
		}
		if err := s.admit(v, r); err != nil || v.done {
			return err
		}
		return r.handle(s, v)
	}
	return s.withSession(inner)
}

func (s *Server) notFound(*visit) error { return echo.ErrNotFound }

func (s *Server) methodNotAllowed(v *visit) error {
	if allowed, ok := v.Get(echo.ContextKeyHeaderAllow).(string); ok {
		v.Response().Header().Set(echo.HeaderAllow, allowed)
	}
	return echo.ErrMethodNotAllowed
}
