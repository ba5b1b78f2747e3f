// Package watch sees every request once, whichever part of the product answers it: it gives the request an id, writes its
// line in the log, and tells how it went to whoever counts. A part that answers says under which route it did, and for whom.
package watch

import (
	"context"
	"log/slog"
	"net/http"
	"regexp"
	"sync"
	"time"

	"packtide/release"
)

// HeaderID is the header in which a request's id comes in, if a proxy has made one, and always goes out.
const HeaderID = "X-Request-Id"

// Unmatched is the route of requests for addresses that do not exist: what they ask for is not kept.
const Unmatched = "(none)"

// Request is what is known of one request. It holds no path, no query and no header: those can have secrets.
type Request struct {
	ID      string
	Method  string
	Route   string // the pattern, like /packs/:pack
	Address string // the caller's network address
	Status  int    // 0 when the caller was left without an answer
	Size    int64  // of the answer's body, in bytes
	Took    time.Duration
	Broken  bool // the answer was broken off
	Person  release.ID
	Account release.ID
	Source  release.Source
}

// Config says how requests are watched.
type Config struct {
	Log     *slog.Logger
	Clock   func() time.Time
	Address func(*http.Request) string             // nil: the other end of the connection
	Ended   func(ctx context.Context, all Request) // nil: only the log is told
}

// Handler watches the requests that next answers. A request that is being watched already passes: the outermost counts.
func Handler(next http.Handler, c Config) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Context().Value(key{}) != nil {
			next.ServeHTTP(w, r)
			return
		}
		began := c.Clock()
		seen := &record{Request: Request{ID: identify(r, began), Method: r.Method, Address: r.RemoteAddr}}
		if c.Address != nil {
			seen.Address = c.Address(r)
		}
		w.Header().Set(HeaderID, seen.ID)
		answer := &answer{ResponseWriter: w}
		r = r.WithContext(context.WithValue(r.Context(), key{}, seen))
		whole := false
		defer func() { // also when a panic passes, which ends the connection
			if whole && answer.status == 0 {
				answer.status = http.StatusOK // as the server answers when the handler says nothing
			}
			all := seen.end(answer, c.Clock().Sub(began))
			all.Broken = !whole
			c.tell(r.Context(), all)
		}()
		next.ServeHTTP(answer, r)
		whole = true
	})
}

var goodID = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

// identify takes the proxy's request id where it is harmless, else makes one; log, audit and error page share it.
func identify(r *http.Request, at time.Time) string {
	if id := r.Header.Get(HeaderID); goodID.MatchString(id) {
		return id
	}
	return release.NewID(at).String()
}

// quiet are asked every few seconds by machines, or many times for each page; they are told to those who debug.
var quiet = map[string]bool{"/healthz": true, "/readyz": true, "/metrics": true, "/static/*": true, "/favicon.ico": true}

// tell writes the request's line, and tells who counts.
func (c Config) tell(ctx context.Context, all Request) {
	level := slog.LevelInfo
	if quiet[all.Route] && all.Status < http.StatusInternalServerError {
		level = slog.LevelDebug
	}
	c.Log.LogAttrs(ctx, level, "request", all.attrs()...)
	if c.Ended != nil {
		c.Ended(ctx, all)
	}
}

// attrs are the fields of the log line. People and accounts are told by their ids alone.
func (r Request) attrs() []slog.Attr {
	list := []slog.Attr{
		slog.String("request_id", r.ID),
		slog.String("method", Method(r.Method)),
		slog.String("route", r.Route),
		slog.Int("status", r.Status),
		slog.Float64("duration_ms", float64(r.Took.Microseconds())/1000),
		slog.Int64("bytes", r.Size),
		slog.String("address", r.Address),
	}
	if r.Broken {
		list = append(list, slog.Bool("broken_off", true))
	}
	for _, id := range []struct {
		name string
		id   release.ID
	}{{"person", r.Person}, {"account", r.Account}} {
		if !id.id.IsZero() {
			list = append(list, slog.String(id.name, id.id.String()))
		}
	}
	if r.Source != "" {
		list = append(list, slog.String("source", string(r.Source)))
	}
	return list
}

// Method is the request's method where it is a known one: a stranger can make up any word.
func Method(asked string) string {
	switch asked {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return asked
	default:
		return "other"
	}
}

type key struct{}

// record is a request that is under way.
type record struct {
	mu sync.Mutex
	Request
}

func of(ctx context.Context) *record {
	if seen, ok := ctx.Value(key{}).(*record); ok {
		return seen
	}
	return &record{} // nobody watches: what is said goes nowhere
}

// ID is the request's id; empty outside a watched request.
func ID(ctx context.Context) string { return of(ctx).ID }

// Route says under which pattern the request was answered. The first to say it knows best: it is the innermost.
func Route(ctx context.Context, pattern string) {
	seen := of(ctx)
	seen.mu.Lock()
	defer seen.mu.Unlock()
	if seen.Route == "" {
		seen.Route = pattern
	}
}

// As says who asked. A person without an account acts for the site, or for nobody yet.
func As(ctx context.Context, person, account release.ID, source release.Source) {
	seen := of(ctx)
	seen.mu.Lock()
	defer seen.mu.Unlock()
	seen.Person, seen.Account, seen.Source = person, account, source
}

func (r *record) end(a *answer, took time.Duration) Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Status, r.Size, r.Took = a.status, a.size, took
	if r.Route == "" {
		r.Route = Unmatched
	}
	return r.Request
}

// answer notes what the handler answers.
type answer struct {
	http.ResponseWriter
	status int
	size   int64
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 && status >= http.StatusOK { // those before are only news on the way
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	n, err := a.ResponseWriter.Write(p)
	a.size += int64(n)
	return n, err
}
