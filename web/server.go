// Package web is the browser's side of packtide: routes with the roles they need, sessions, handlers that parse, make one
// call and render or redirect. Reads go to store.Reader, changes to release.Service; view draws the pages.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v5"

	"packtide/release"
	"packtide/static"
	"packtide/store"
)

// Config is all that the server needs. Demo is nil outside the demo.
type Config struct {
	Reader   *store.Reader
	Service  *release.Service
	Sessions scs.Store
	Clock    func() time.Time
	Log      *slog.Logger
	BaseURL  string // "https://packs.example.com": decides on secure cookies and on links in texts
	Demo     DemoClock
	Version  string
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
	handler  http.Handler
}

// New builds the server; it starts nothing.
func New(c Config) *Server {
	s := &Server{
		reader: c.Reader, service: c.Service, clock: c.Clock, log: c.Log, baseURL: strings.TrimRight(c.BaseURL, "/"),
		secure: strings.HasPrefix(c.BaseURL, "https://"), demo: c.Demo, version: c.Version,
	}
	s.sessions = s.newSessions(c.Sessions)
	e := echo.New()
	e.Logger = c.Log
	e.HTTPErrorHandler = s.answerError
	e.Use(s.identifyRequest, s.logRequest, s.recoverPanic, s.secureHeaders)
	e.GET("/static/*", echo.WrapHandler(static.Handler()))
	for _, r := range routes {
		e.Add(r.method, r.path, s.serve(r))
	}
	if s.demo != nil {
		for _, r := range demoRoutes {
			e.Add(r.method, r.path, s.serve(r))
		}
	}
	s.handler = e
	return s
}

// ServeHTTP refuses cross-site changes before anything else looks at them.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(s.denyCrossSite))
	protection.Handler(s.handler).ServeHTTP(w, r)
}

// serve runs a route's handler for those who may, with their session around it.
func (s *Server) serve(r route) echo.HandlerFunc {
	inner := func(c *echo.Context) error {
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
