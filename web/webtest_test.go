package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/scs/pgxstore"

	"packtide/release"
	"packtide/store/storetest"
)

// worldBegins is a Friday afternoon in Paris, four days before the first of December.
var worldBegins = time.Date(2026, time.November, 27, 14, 30, 0, 0, time.UTC)

const worldPassword = "correct horse battery staple"

// worldHash is hashed once for all people of all worlds: argon2id takes its time on purpose.
var worldHash = sync.OnceValue(func() string { return HashPassword(worldPassword) })

// world is a small real product: a server on a database of its own, a clock that the test moves, two publishers, two
// managed accounts, and a person of every role. All of it was made by use cases, as people make it.
type world struct {
	t       *testing.T
	db      *storetest.DB
	clock   *testClock
	service *release.Service
	server  *Server
	url     string

	meridian release.Account // publisher in Paris; new versions are shareable by default
	hudson   release.Account // publisher in New York, which may see nothing of Meridian
	nordlys  release.Account // managed, in Oslo
	aurora   release.Account // managed, in São Paulo
	people   map[string]resident
}

// resident is a person of the world with the account in which they act; zero for the site's staff.
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
	w.service = release.NewService(db.Store, w.clock.Now, release.Webhooks(webhookBox{}, nil))
	w.serve(Config{})
	w.settle()
	return w
}

// serve puts another server before the same world; from then on browsers visit that one. What c leaves out is as usual.
func (w *world) serve(c Config) {
	w.t.Helper()
	if c.Reader == nil {
		c.Reader, c.Sessions = w.db.Reader, pgxstore.NewWithCleanupInterval(w.db.Pool, 0)
	}
	if c.Service == nil {
		c.Service = w.service
	}
	if c.Log == nil {
		c.Log = slog.New(testLog{w.t})
	}
	if c.BaseURL == "" {
		c.BaseURL = "http://packs.example"
	}
	c.Clock, c.Version = w.clock.Now, "test"
	w.server = New(c)
	srv := httptest.NewServer(w.server)
	w.t.Cleanup(srv.Close)
	w.url = srv.URL
}

// settle opens the accounts and lets the people in.
func (w *world) settle() {
	w.t.Helper()
	link := must(w.service.SetUpLink(w.t.Context()))(w.t)
	operator := must(w.service.SetUp(w.t.Context(), link, release.Newcomer{Email: "olga@packs.example", Name: "Olga Operator", PasswordHash: worldHash()}))(w.t)
	w.people[theOperator] = resident{person: operator}
	open := func(name, zone string, publisher bool) release.Account {
		n := release.NewAccount{Name: name, Zone: zone, Publisher: publisher, Managed: !publisher}
		return must(w.service.CreateAccount(w.t.Context(), w.actor(theOperator), n))(w.t)
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
		w.invite(key, i)
	}
	if err := w.service.SetShareableDefault(w.t.Context(), w.actor(thePublisher), true); err != nil {
		w.t.Fatal(err)
	}
	w.meridian.ShareableByDefault = true
}

// invite lets one more person in, under the key for world.as.
func (w *world) invite(key string, i release.Invite) {
	w.t.Helper()
	_, link, err := w.service.InvitePerson(w.t.Context(), w.actor(theOperator), i)
	if err != nil {
		w.t.Fatalf("invite %s: %v", key, err)
	}
	p := must(w.service.Redeem(w.t.Context(), link, release.Newcomer{PasswordHash: worldHash()}))(w.t)
	w.people[key] = resident{person: p, account: i.Account}
}

// actor is the person as use cases take it, to prepare what a page is to show.
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

// as is the person's browser, signed in. The browser's zone is not told: pages use the account's.
func (w *world) as(key string) *client {
	w.t.Helper()
	r := w.people[key]
	if r.person.ID.IsZero() {
		w.t.Fatalf("there is no %s in this world", key)
	}
	c := w.anonymous()
	sessions := w.server.sessions
	ctx, err := sessions.Load(w.t.Context(), "")
	if err != nil {
		w.t.Fatal(err)
	}
	sessions.Put(ctx, personKey, r.person.ID.String())
	sessions.Put(ctx, epochKey, r.person.Epoch)
	if !r.account.IsZero() {
		sessions.Put(ctx, accountKey, r.account.String())
	}
	token, _, err := sessions.Commit(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	c.setCookie(&http.Cookie{Name: sessions.Cookie.Name, Value: token, Path: "/"})
	return c
}

// anonymous is a browser of nobody. It follows redirects only when the test says so.
func (w *world) anonymous() *client {
	jar, _ := cookiejar.New(nil) // never fails without options
	return &client{t: w.t, url: w.url, http: &http.Client{
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// must ends the test on an error: must(f(…))(t).
func must[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
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

// advance moves the clock; nothing is applied by that.
func (c *testClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// testLog shows what the server logs as a fault: a test that expects one says so by its status.
type testLog struct{ t *testing.T }

func (testLog) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

func (l testLog) Handle(_ context.Context, r slog.Record) error {
	if l.t.Context().Err() != nil {
		return errors.New("the test is over")
	}
	fields := map[string]any{}
	r.Attrs(func(a slog.Attr) bool { fields[a.Key] = a.Value.Any(); return true })
	l.t.Logf("%s: %v", r.Message, fields)
	return nil
}

func (l testLog) WithAttrs([]slog.Attr) slog.Handler { return l }
func (l testLog) WithGroup(string) slog.Handler      { return l }
