package notify_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"packtide/notify"
	"packtide/packfile"
	"packtide/release"
	"packtide/store/storetest"
)

// monday is the product's instant at which every world begins; real time is another.
var monday = time.Date(2027, 1, 11, 9, 0, 0, 0, time.UTC)

// clock goes on by a millisecond at every look.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(time.Millisecond)
	return c.at
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// loopback is where the tests' peers are.
var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// world is a publisher, Acme, and two managed accounts, North and South, with a pack that North has installed.
type world struct {
	t                  *testing.T
	db                 *storetest.DB
	svc                *release.Service
	vault              *notify.Vault
	clock              *clock
	acme, north, south release.Actor
	bolt               release.Actor // another publisher
	pack               release.Pack
	attachment         release.Attachment
	version            int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: storetest.New(t), clock: &clock{at: monday}}
	var err error
	w.vault, err = notify.NewVault(bytes.Repeat([]byte{7}, notify.KeySize))
	w.ok(err)
	w.svc = release.NewService(w.db.Store.Queueing(notify.Enqueue), w.clock.now, release.Webhooks(w.vault, loopback))
	w.acme = w.person("Acme", release.Invite{Publisher: release.RolePublisher})
	w.bolt = w.person("Bolt", release.Invite{Publisher: release.RolePublisher})
	w.north = w.person("North", release.Invite{Managed: release.RoleAdmin})
	w.south = w.person("South", release.Invite{Managed: release.RoleAdmin})
	w.pack, err = w.svc.CreatePack(t.Context(), w.acme, release.NewPack{PackTexts: release.PackTexts{Name: "Mail", SupportContact: "x"}, Multiple: new(true)})
	w.ok(err)
	groups, err := w.db.Reader.Groups(t.Context(), w.acme)
	w.ok(err)
	w.ok(w.svc.AddPackToGroup(t.Context(), w.acme, groups[0].ID, w.pack.ID))
	w.release("")
	w.attachment = w.install(w.north)
	w.exec(`DELETE FROM river_job`) // what has happened so far is told to nobody
	return w
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("%v", err)
	}
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	_, err := w.db.Pool.Exec(w.t.Context(), sql, args...)
	w.ok(err)
}

func (w *world) number(sql string, args ...any) int {
	w.t.Helper()
	var n int
	w.ok(w.db.Pool.QueryRow(w.t.Context(), sql, args...).Scan(&n))
	return n
}

// person is the one person of an account that is made for them.
func (w *world) person(name string, i release.Invite) release.Actor {
	w.t.Helper()
	ctx := w.t.Context()
	a, err := w.svc.CreateAccount(ctx, release.Operator(), release.NewAccount{
		Name: name, Zone: "Europe/Paris", Publisher: i.Publisher != "", Managed: i.Managed != "",
	})
	w.ok(err)
	i.Account, i.Name, i.Email = a.ID, name+"'s person", strings.ToLower(name)+"@example.org"
	p, link, err := w.svc.InvitePerson(ctx, release.Operator(), i)
	w.ok(err)
	_, err = w.svc.Redeem(ctx, link, release.Newcomer{PasswordHash: "x"})
	w.ok(err)
	actor, err := w.db.Reader.Actor(ctx, p.ID, a.ID)
	w.ok(err)
	actor.Source = release.FromUI
	return actor
}

func (w *world) install(by release.Actor) release.Attachment {
	w.t.Helper()
	a, err := w.svc.InstallPack(w.t.Context(), by, release.Install{Pack: w.pack.ID, Name: "Production"})
	w.ok(err)
	return a
}

// upload is the next version of the one package.
func (w *world) upload() release.PackageVersion {
	w.t.Helper()
	w.version++
	label := release.Version{Major: 1, Minor: w.version}.String()
	text := "contents of " + label
	v, err := w.svc.UploadVersion(w.t.Context(), w.acme, release.Upload{
		Name: "Acme Mail", Version: label, Shareable: new(true), FileName: "mail.zip", Size: int64(len(text)),
		SHA256: sha256.Sum256([]byte(text)), Content: strings.NewReader(text),
		Package: packfile.Package{Manifest: packfile.Manifest{Platform: packfile.PlatformPlain, Kind: "archive"}},
	})
	w.ok(err)
	return v
}

// release makes the pack's next release: at once, or on the date.
func (w *world) release(date string) release.Release {
	w.t.Helper()
	ctx := w.t.Context()
	v := w.upload()
	d, err := w.svc.DraftRelease(ctx, w.acme, w.pack.ID)
	w.ok(err)
	w.ok(w.svc.ChooseVersions(ctx, w.acme, d.ID, d.Revision, release.Contents{v.Package: v.ID}))
	w.ok(w.svc.DescribeRelease(ctx, w.acme, d.ID, d.Revision+1, v.Version.String(), ""))
	if date == "" {
		w.ok(w.svc.ReleaseNow(ctx, w.acme, d.ID, d.Revision+2))
		return w.state().Current.clone()
	}
	w.ok(w.svc.PlanRelease(ctx, w.acme, d.ID, d.Revision+2, release.Scheduled, date))
	w.ok(w.svc.ScheduleRelease(ctx, w.acme, d.ID, d.Revision+3))
	return w.state().Pending.clone()
}

type state struct{ Current, Pending *kept }

type kept struct{ release.Release }

func (k *kept) clone() release.Release { return k.Release }

func (w *world) state() state {
	w.t.Helper()
	var s state
	w.ok(w.db.Store.InTx(w.t.Context(), func(ctx context.Context, tx release.Tx) error {
		found, err := tx.SharePack(ctx, w.pack.ID)
		if found.Current != nil {
			s.Current = &kept{*found.Current}
		}
		if found.Pending != nil {
			s.Pending = &kept{*found.Pending}
		}
		return err
	}))
	return s
}

// run works on the jobs until the test ends.
func (w *world) run() *notify.Runner { return w.runAs(func(*notify.Config) {}) }

// runAs is run with a configuration of its own.
func (w *world) runAs(set func(*notify.Config)) *notify.Runner {
	w.t.Helper()
	c := notify.Config{
		Pool: w.db.Pool, Service: w.svc, Clock: time.Now, Log: slog.New(slog.NewTextHandler(w.t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
		Allowed: loopback, Version: "test", Poll: 20 * time.Millisecond,
	}
	set(&c)
	r, err := notify.New(c)
	w.ok(err)
	w.ok(r.Start(w.t.Context()))
	w.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(w.t.Context()), time.Minute)
		defer cancel()
		if err := r.Stop(ctx); err != nil {
			w.t.Error(err)
		}
	})
	return r
}

// hurry lets what waits for another try be tried at once.
func (w *world) hurry() {
	w.exec(`UPDATE river_job SET scheduled_at = now() - interval '1 second', state = 'available' WHERE state IN ('retryable', 'scheduled')`)
}

// until waits for what others do.
func (w *world) until(what string, done func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("in two minutes not: %s", what)
		}
	}
}

// settled waits until no job is left to be done at once.
func (w *world) settled() {
	w.t.Helper()
	w.until("no job is left", func() bool {
		return w.number(`SELECT count(*) FROM river_job WHERE state IN ('available', 'running', 'pending')`) == 0
	})
}

// webhook keeps an address of the actor's account for the kinds; all that it may hear of when none are given.
func (w *world) webhook(by release.Actor, url string, kinds ...release.NoticeKind) (release.Webhook, release.Secret) {
	w.t.Helper()
	if len(kinds) == 0 {
		kinds = release.WebhookKinds(by)
	}
	hook, secret, err := w.svc.AddWebhook(w.t.Context(), by, release.NewWebhook{URL: url, Kinds: kinds})
	w.ok(err)
	return hook, secret
}

// got is one message as it has arrived.
type got struct {
	id   string
	head http.Header
	body []byte
	Type string
	Data map[string]any
}

// peer is a program that receives webhooks.
type peer struct {
	*httptest.Server
	mu     sync.Mutex
	all    []got
	answer func(w http.ResponseWriter, r *http.Request, nth int) // nil: 204
}

func newPeer(t *testing.T, answer func(w http.ResponseWriter, r *http.Request, nth int)) *peer {
	t.Helper()
	p := &peer{answer: answer}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		g := got{id: r.Header.Get(standardwebhooks.HeaderWebhookID), head: r.Header.Clone(), body: body}
		if err := json.Unmarshal(body, &g); err != nil {
			t.Errorf("%s: %v", body, err)
		}
		p.mu.Lock()
		p.all = append(p.all, g)
		nth := len(p.all)
		p.mu.Unlock()
		if p.answer == nil {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		p.answer(w, r, nth)
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *peer) received() []got {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]got(nil), p.all...)
}

// types are the kinds of what has arrived, in their order.
func (p *peer) types() string {
	var all []string
	for _, g := range p.received() {
		all = append(all, g.Type)
	}
	return strings.Join(all, " ")
}
