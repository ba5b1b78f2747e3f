package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"packtide/release"
	"packtide/store/storetest"
)

// worldBegins is a Friday afternoon in Paris.
var worldBegins = time.Date(2026, time.November, 27, 14, 30, 0, 0, time.UTC)

// world is a small real product behind the API: a server on a database of its own, a clock that the test moves, two
// publishers, two managed accounts, and a program of every role. All of it was made by use cases.
type world struct {
	t       *testing.T
	db      *storetest.DB
	clock   *testClock
	service *release.Service
	server  *Server
	url     string

	meridian release.Account // publisher in Paris; new versions are shareable by default
	hudson   release.Account // publisher in New York
	nordlys  release.Account // managed, in Oslo
	aurora   release.Account // managed, in São Paulo
	people   map[string]resident
}

// resident is a person with the account in which they act; zero for the site's staff.
type resident struct {
	person  release.Person
	account release.ID
}

// The people of a world, for world.as.
const (
	thePublisher       = "publisher"       // Claire of Meridian
	thePublisherViewer = "publisherViewer" // of Meridian
	theRival           = "rival"           // publisher of Hudson
	theAdmin           = "admin"           // of Nordlys
	theManagedViewer   = "managedViewer"   // of Nordlys
	theOtherAdmin      = "otherAdmin"      // of Aurora
	theSupport         = "support"
	theOperator        = "operator"
)

// newWorld makes a world; it goes when the test ends.
func newWorld(t *testing.T) *world {
	t.Helper()
	db := storetest.New(t)
	w := &world{t: t, db: db, clock: &testClock{at: worldBegins}, people: map[string]resident{}}
	w.service = release.NewService(db.Store, w.clock.Now, release.Webhooks(openBox{}, nil))
	w.serve(Config{})
	w.settle()
	return w
}

// openBox keeps webhooks' secrets for tests, and hides nothing.
type openBox struct{}

func (openBox) Seal(secret []byte, of release.ID) ([]byte, error) {
	return append(of[:], secret...), nil
}

func (openBox) Open(sealed []byte, of release.ID) ([]byte, error) { return sealed[len(of):], nil }

// serve puts another server before the same world. What c leaves out is as usual.
func (w *world) serve(c Config) {
	w.t.Helper()
	c.Reader, c.Service, c.Clock, c.BaseURL = w.db.Reader, w.service, w.clock.Now, "http://packs.example"
	if c.Log == nil {
		c.Log = slog.New(testLog{w.t})
	}
	w.server = New(c)
	srv := httptest.NewServer(w.server)
	w.t.Cleanup(func() { srv.Close(); w.server.Close() })
	w.url = srv.URL + Prefix
}

// settle opens the accounts and lets the people in.
func (w *world) settle() {
	w.t.Helper()
	ctx := w.t.Context()
	link := must(w.service.SetUpLink(ctx))(w.t)
	operator := must(w.service.SetUp(ctx, link, release.Newcomer{Email: "olga@packs.example", Name: "Olga Operator", PasswordHash: "x"}))(w.t)
	w.people[theOperator] = resident{person: operator}
	open := func(name, zone string, publisher bool) release.Account {
		n := release.NewAccount{Name: name, Zone: zone, Publisher: publisher, Managed: !publisher}
		return must(w.service.CreateAccount(ctx, w.actor(theOperator), n))(w.t)
	}
	w.meridian, w.hudson = open("Meridian Connect", "Europe/Paris", true), open("Hudson Automation", "America/New_York", true)
	w.nordlys, w.aurora = open("Nordlys Insurance", "Europe/Oslo", false), open("Banco Aurora", "America/Sao_Paulo", false)
	for key, i := range map[string]release.Invite{
		thePublisher:       {Name: "Claire Dubois", Account: w.meridian.ID, Publisher: release.RolePublisher},
		thePublisherViewer: {Name: "Victor Viewer", Account: w.meridian.ID, Publisher: release.RolePublisherViewer},
		theRival:           {Name: "Rita Rival", Account: w.hudson.ID, Publisher: release.RolePublisher},
		theAdmin:           {Name: "Jonas Weber", Account: w.nordlys.ID, Managed: release.RoleAdmin},
		theManagedViewer:   {Name: "Mona Viewer", Account: w.nordlys.ID, Managed: release.RoleManagedViewer},
		theOtherAdmin:      {Name: "Ana Souza", Account: w.aurora.ID, Managed: release.RoleAdmin},
		theSupport:         {Name: "Sam Support", Site: release.RoleSupport},
	} {
		i.Email = strings.ToLower(strings.Fields(i.Name)[0]) + "@packs.example"
		_, link, err := w.service.InvitePerson(ctx, w.actor(theOperator), i)
		w.done(err)
		p := must(w.service.Redeem(ctx, link, release.Newcomer{PasswordHash: "x"}))(w.t)
		w.people[key] = resident{person: p, account: i.Account}
	}
	w.done(w.service.SetShareableDefault(ctx, w.actor(thePublisher), true))
}

// actor is the person as use cases take it, to prepare what an answer is to show.
func (w *world) actor(key string) release.Actor {
	w.t.Helper()
	r, ok := w.people[key]
	if !ok {
		w.t.Fatalf("there is no %s in this world", key)
	}
	a := must(w.db.Reader.Actor(w.t.Context(), r.person.ID, r.account))(w.t)
	a.Source = release.FromUI
	return a
}

// token makes a token of the person, and is its secret.
func (w *world) token(key string, scope release.TokenScope) string {
	w.t.Helper()
	by := w.actor(key)
	_, secret, err := w.service.CreateToken(w.t.Context(), by, release.NewToken{Person: by.Person, Account: by.Account, Name: key, Scope: scope})
	w.done(err)
	return string(secret)
}

// as is a program of the person, with a token that may do all that they may.
func (w *world) as(key string) *program {
	w.t.Helper()
	return &program{t: w.t, url: w.url, token: w.token(key, release.ScopeFull)}
}

// with is a program with a token of its own.
func (w *world) with(token string) *program { return &program{t: w.t, url: w.url, token: token} }

func (w *world) done(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// must ends the test on an error: must(f(…))(t).
func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// program speaks HTTP as scripts do.
type program struct {
	t     *testing.T
	url   string
	token string
}

// response is what came back.
type response struct {
	t      *testing.T
	what   string
	status int
	header http.Header
	body   []byte
}

// get asks for something.
func (p *program) get(path string) response {
	p.t.Helper()
	return p.do(p.request(http.MethodGet, path, nil))
}

// send sends JSON: a text as it is, anything else as json.Marshal writes it; nil is no body.
func (p *program) send(method, path string, body any) response {
	p.t.Helper()
	return p.do(p.request(method, path, body))
}

func (p *program) request(method, path string, body any) *http.Request {
	p.t.Helper()
	var data []byte
	switch b := body.(type) {
	case nil:
	case string:
		data = []byte(b)
	default:
		data = must(json.Marshal(b))(p.t)
	}
	r := must(http.NewRequestWithContext(p.t.Context(), method, p.url+path, bytes.NewReader(data)))(p.t)
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

func (p *program) do(r *http.Request) response {
	p.t.Helper()
	got := must(http.DefaultClient.Do(r))(p.t)
	defer got.Body.Close()
	return response{p.t, r.Method + " " + r.URL.RequestURI(), got.StatusCode, got.Header, must(io.ReadAll(got.Body))(p.t)}
}

// is ends the test unless the status is this one.
func (r response) is(status int) response {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("%s answered %d, want %d: %s", r.what, r.status, status, r.body)
	}
	return r
}

// into reads the JSON.
func (r response) into(v any) {
	r.t.Helper()
	if err := json.Unmarshal(r.body, v); err != nil {
		r.t.Fatalf("%s: %v: %s", r.what, err, r.body)
	}
}

// problem is the refusal of this status: it tells all that a problem has to.
func (r response) problem(status int) problem {
	r.t.Helper()
	r.is(status)
	var p problem
	r.into(&p)
	if r.header.Get("Content-Type") != "application/problem+json" || p.Status != status || p.Type == "" || p.Title == "" || p.Detail == "" ||
		p.RequestID == "" || p.RequestID != r.header.Get("X-Request-Id") {
		r.t.Errorf("%s: %s is no whole problem: %s", r.what, r.header.Get("Content-Type"), r.body)
	}
	return p
}

// testClock stands still until the test moves it.
type testClock struct {
	mu sync.Mutex
	at time.Time
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *testClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// testLog shows what the server logs as a fault.
type testLog struct{ t *testing.T }

func (testLog) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

func (l testLog) Handle(_ context.Context, r slog.Record) error {
	if l.t.Context().Err() == nil {
		fields := map[string]any{}
		r.Attrs(func(a slog.Attr) bool { fields[a.Key] = a.Value.Any(); return true })
		l.t.Logf("%s: %v", r.Message, fields)
	}
	return nil
}

func (l testLog) WithAttrs([]slog.Attr) slog.Handler { return l }
func (l testLog) WithGroup(string) slog.Handler      { return l }
