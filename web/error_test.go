package web

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/scs/pgxstore"

	"packtide/release"
	"packtide/store"
	"packtide/store/storetest"
)

func TestFaultsTellNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var log lines
	w.serve(Config{Log: log.logger()})
	w.add("/panic", signedIn, func(*visit) error { panic("the cause of it") })
	w.add("/fault", signedIn, func(*visit) error { return fmt.Errorf("read a thing: %w", errors.New("the cause of it")) })
	for _, path := range []string{"/panic", "/fault"} {
		p := w.as(thePublisher).get(path).wants(http.StatusInternalServerError).says("h1", "Something went wrong")
		id := p.header.Get("X-Request-Id")
		p.says("main", id).says(".topbar", "Claire Dubois").says(".sidenav", "Install base") // their frame stays
		if strings.Contains(p.body, "cause") || strings.Contains(p.body, "goroutine") || strings.Contains(p.body, ".go:") {
			t.Errorf("%s shows the cause: %s", path, p.text("main"))
		}
		found := log.of(t, id)
		if len(found) != 2 || found[0]["level"] != "ERROR" || !strings.Contains(fmt.Sprint(found[0]["error"]), "the cause of it") {
			t.Errorf("%s: the log says %v", path, found)
		}
	}
}

func TestErrorPagesKeepTheirFrame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, c := range map[string]struct {
		method, path, title string
		status              int
	}{
		"no such page":  {http.MethodGet, "/nothing/here", "There is nothing here", http.StatusNotFound},
		"no such thing": {http.MethodGet, "/accounts/" + release.NewID(worldBegins).String(), "There is nothing here", http.StatusNotFound},
		"wrong method":  {http.MethodPut, "/audit", "That could not be done", http.StatusMethodNotAllowed},
		"not allowed":   {http.MethodGet, "/people", "Not allowed", http.StatusForbidden},
	} {
		p := w.as(theSupport).ask(c.method, c.path).wants(c.status)
		p.says(".topbar", "Sam Support").says(".sidenav", "Audit").says("main", p.header.Get("X-Request-Id"))
		if name == "wrong method" && p.header.Get("Allow") == "" {
			t.Error("405 without Allow")
		}
		p.says("h1", c.title)
		if p := w.anonymous().ask(c.method, c.path); p.has(".sidenav") || p.has(".topbar") {
			t.Errorf("%s: nobody gets the frame of those who are signed in", name)
		}
	}
}

// wire is a connection to the database that a test can cut.
type wire struct {
	t    *testing.T
	dial func() (net.Conn, error)

	mu       sync.Mutex
	listener net.Listener
	address  string
	open     []net.Conn
}

// newWire listens before the database of the URL and returns the URL through it.
func newWire(t *testing.T, raw string) (*wire, string) {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	network, address := "tcp", u.Host
	if socket := u.Query().Get("host"); strings.HasPrefix(socket, "/") {
		port := u.Query().Get("port")
		if port == "" {
			port = "5432"
		}
		network, address = "unix", socket+"/.s.PGSQL."+port
	}
	w := &wire{t: t, address: "127.0.0.1:0", dial: func() (net.Conn, error) { return (&net.Dialer{}).DialContext(t.Context(), network, address) }}
	w.mend()
	t.Cleanup(w.cut)
	q := u.Query()
	q.Del("host")
	q.Del("port")
	q.Set("sslmode", "disable")
	u.Host, u.RawQuery = w.address, q.Encode()
	return w, u.String()
}

// mend listens, again at the address of before.
func (w *wire) mend() {
	w.t.Helper()
	var err error
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.listener, err = (&net.ListenConfig{}).Listen(w.t.Context(), "tcp", w.address); err != nil {
		w.t.Fatal(err)
	}
	w.address = w.listener.Addr().String()
	go w.pass(w.listener)
}

func (w *wire) pass(listener net.Listener) {
	for {
		from, err := listener.Accept()
		if err != nil {
			return
		}
		to, err := w.dial()
		if err != nil {
			_ = from.Close()
			continue
		}
		w.mu.Lock()
		w.open = append(w.open, from, to)
		w.mu.Unlock()
		go func() { _, _ = io.Copy(to, from); _ = to.Close() }()
		go func() { _, _ = io.Copy(from, to); _ = from.Close() }()
	}
}

// cut ends all connections and takes no more.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.listener.Close()
	for _, c := range w.open {
		_ = c.Close()
	}
	w.open = nil
}

func TestDeadDatabase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	line, through := newWire(t, w.db.URL)
	pool := storetest.Open(t, through)
	w.serve(Config{
		Reader: store.NewReader(pool), Sessions: pgxstore.NewWithCleanupInterval(pool, 0),
		Service: release.NewService(store.New(pool), w.clock.Now), Log: slog.New(slog.DiscardHandler),
	})
	visitor, nobody := w.as(theSupport), w.anonymous()
	visitor.get("/install-base").wants(http.StatusOK)
	line.cut()
	for path, form := range map[string]url.Values{
		"/install-base": nil, "/audit.csv": nil, "/sign-in": {"email": {claire}, "password": {worldPassword}},
	} {
		p := visitor.get(path)
		if form != nil {
			p = nobody.post(path, form)
		}
		if p.status != http.StatusServiceUnavailable || p.header.Get("Retry-After") == "" {
			t.Errorf("%s answers %d with Retry-After %q", path, p.status, p.header.Get("Retry-After"))
		}
		p.says("h1", "Back in a moment").says("main", "Nothing was changed")
	}
	if p := visitor.get("/readyz").wants(http.StatusServiceUnavailable); p.body != "not ready\ndatabase: does not answer\n" {
		t.Errorf("/readyz says %q", p.body)
	}
	nobody.get("/sign-in").wants(http.StatusOK) // what needs no database goes on
	nobody.get("/healthz").wants(http.StatusOK)
	line.mend()
	deadline := time.Now().Add(20 * time.Second)
	for visitor.get("/readyz").status != http.StatusOK {
		if time.Now().After(deadline) {
			t.Fatal("does not recover by itself")
		}
		time.Sleep(50 * time.Millisecond)
	}
	visitor.get("/install-base").wants(http.StatusOK) // and the person is still signed in
}
