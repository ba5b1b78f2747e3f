// Package atomsphere answers tools that were written for Boomi, in the words of Boomi's API: publisher packs and their
// releases, what accounts install, packaged components, in JSON and XML. It translates and decides nothing: reads go to
// store.Reader, changes to release.Service, as those of people do.
//
//	auth.go      who calls, and for which account
//	object.go    the objects with what may be done to each, and by whom
//	thing.go     what is answered, in both formats         payload.go  what is sent, in both formats
//	filter.go    the language of queries                   compare.go  what a filter lets through
//	paging.go    pages of results and their tokens         label.go    words and keys that several nouns share
//	…            one file for each noun
package atomsphere

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"packtide/release"
	"packtide/store"
	"packtide/web/limit"
	"packtide/web/watch"
)

// The paths under which the API answers. The second is for those who act for an account that they manage.
const (
	Base    = "/api/rest/v1/"
	Partner = "/partner/api/rest/v1/"
)

// Config is all that the API needs.
type Config struct {
	Reader  *store.Reader
	Service *release.Service
	Clock   func() time.Time
	Log     *slog.Logger
	BaseURL string                     // "https://packs.example.com": addresses in answers begin with it
	Rate    int                        // requests a minute for each token; 0: limit.DefaultRate
	Address func(*http.Request) string // the network address of a caller; nil: the connection's
}

// Server answers Boomi's clients.
type Server struct {
	reader  *store.Reader
	service *release.Service
	clock   func() time.Time
	log     *slog.Logger
	baseURL string
	objects map[string]*object
	calls   *limit.Limiter // by token
	guesses *limit.Limiter // by network address: requests that nobody could be found for
	address func(*http.Request) string
	// sameSite refuses what a page of another site has a browser send: browsers remember who signed in here.
	sameSite *http.CrossOriginProtection
}

// New builds the API; it starts nothing.
func New(c Config) *Server {
	s := &Server{
		reader: c.Reader, service: c.Service, clock: c.Clock, log: c.Log, baseURL: strings.TrimRight(c.BaseURL, "/"),
		objects: map[string]*object{}, sameSite: http.NewCrossOriginProtection(),
	}
	if c.Rate == 0 {
		c.Rate = limit.DefaultRate
	}
	s.calls, s.guesses, s.address = limit.New(c.Rate), limit.New(limit.GuessRate), c.Address
	if s.address == nil {
		s.address = func(r *http.Request) string { host, _, _ := net.SplitHostPort(r.RemoteAddr); return host }
	}
	for _, o := range objects {
		s.objects[o.name] = &o
	}
	return s
}

// call is one request of somebody who may make it.
type call struct {
	*Server
	ctx context.Context //nolint:containedctx // lives as long as the request, whose arguments it carries
	by  release.Actor
	now time.Time
	url string // of the account's API, without a slash at its end
}

// maxBody is the most that a request may have: a hundred components with all that clients repeat of them fit many times.
const maxBody = 1 << 20

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	out := writer{ResponseWriter: w, xml: wantsXML(r)}
	status, answer, err := s.serveSafely(out, r)
	if err != nil {
		status, answer = s.explain(out, r, err)
	}
	if err := out.answer(status, answer); err != nil && r.Context().Err() == nil {
		s.log.ErrorContext(r.Context(), "answer not sent", "path", Base, "error", err, "request_id", watch.ID(r.Context()))
	}
}

// serveSafely turns a panic into a fault, with its stack in the log.
func (s *Server) serveSafely(w http.ResponseWriter, r *http.Request) (status int, answer any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	if err := s.sameSite.Check(r); err != nil {
		return 0, nil, errCrossSite
	}
	return s.serve(w, r)
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) (int, any, error) {
	path, partner := strings.CutPrefix(r.URL.Path, Partner)
	if !partner {
		path = strings.TrimPrefix(path, Base)
	}
	account, rest, _ := strings.Cut(strings.TrimSuffix(path, "/"), "/")
	c, err := s.admit(r, account, partner)
	if err != nil {
		return 0, nil, err
	}
	if !isText(rest) {
		return 0, nil, errNoText
	}
	name, rest, _ := strings.Cut(rest, "/")
	o, ok := s.objects[name]
	if !ok {
		return 0, nil, errNoObject
	}
	watch.Route(r.Context(), Base+":account/"+o.name)
	if err := o.admits(c.by); err != nil {
		return 0, nil, err
	}
	body, err := readBody(w, r)
	if err != nil {
		return 0, nil, err
	}
	return c.perform(o, r.Method, rest, body)
}

// perform does what the address and the method ask for.
func (c *call) perform(o *object, method, rest string, body []byte) (int, any, error) {
	id, verb, nested := strings.Cut(rest, "/")
	switch {
	case nested && (method != http.MethodPost || verb != "update"):
		return 0, nil, errNoObject
	case method == http.MethodGet && id != "":
		return c.get(o, id)
	case method == http.MethodDelete && id != "":
		return c.delete(o, id)
	case method != http.MethodPost:
		return 0, nil, errMethod
	case id == "queryMore":
		return c.findMore(body)
	case id == "query":
		return c.find(o, body)
	case id == "bulk":
		return c.getMany(o, body)
	default:
		return c.change(o, id, body)
	}
}

// wantsXML tells which format the client reads: what it asks for, else what it sends, else XML, as Boomi has it.
func wantsXML(r *http.Request) bool {
	for _, header := range []string{"Accept", "Content-Type"} {
		switch said := strings.ToLower(r.Header.Get(header)); {
		case strings.Contains(said, "json"):
			return false
		case strings.Contains(said, "xml"):
			return true
		}
	}
	return true
}

// readBody takes the whole of a small body.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	body, err := readAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, errTooLarge
	}
	if err != nil {
		return nil, errBrokenBody
	}
	return body, nil
}
