package release_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"packtide/packfile"
	"packtide/release"
	"packtide/store/storetest"
)

// monday is the instant at which every world begins: 9:00 UTC, which is 10:00 in Paris and 14:30 in Kolkata.
var monday = time.Date(2027, 1, 11, 9, 0, 0, 0, time.UTC)

// clock goes on by a millisecond at every look, so that what happens one after the other is told so.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := c.at
	c.at = c.at.Add(time.Millisecond)
	return at
}

// set makes at the next instant that anybody sees.
func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// world is a site with two publishers and three managed accounts, all made by the use cases themselves.
//
//	Acme  Europe/Paris      two publishers (acme, acme2) and a viewer
//	Bolt  America/New_York  one publisher
//	North Asia/Kolkata, South Europe/Paris, West Asia/Kolkata: one admin each
type world struct {
	t     testing.TB
	db    *storetest.DB
	svc   *release.Service
	clock *clock
	exec  func(sql string, args ...any) // as the owner of the tables

	acme, acme2, acmeViewer, bolt    release.Actor
	north, northViewer, south, west  release.Actor
	support, operator, operatorOther release.Actor

	story story // of TestEveryUseCase
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, db: storetest.New(t), clock: &clock{at: monday}}
	w.svc = release.NewService(w.db.Store, w.clock.now, release.Webhooks(box{}, nil))
	owner := sync.OnceValue(func() func(string, ...any) {
		pool := w.db.Owner(t)
		return func(sql string, args ...any) {
			t.Helper()
			if _, err := pool.Exec(t.Context(), sql, args...); err != nil {
				t.Fatalf("%s: %v", sql, err)
			}
		}
	})
	w.exec = func(sql string, args ...any) { t.Helper(); owner()(sql, args...) }
	acme, bolt := w.account("Acme", "Europe/Paris", true), w.account("Bolt", "America/New_York", true)
	w.acme = w.person("Paula", release.Invite{Account: acme, Publisher: release.RolePublisher})
	w.acme2 = w.person("Pedro", release.Invite{Account: acme, Publisher: release.RolePublisher})
	w.acmeViewer = w.person("Vera", release.Invite{Account: acme, Publisher: release.RolePublisherViewer})
	w.bolt = w.person("Bea", release.Invite{Account: bolt, Publisher: release.RolePublisher})
	north := w.account("North", "Asia/Kolkata", false)
	w.north = w.person("Nora", release.Invite{Account: north, Managed: release.RoleAdmin})
	w.northViewer = w.person("Norman", release.Invite{Account: north, Managed: release.RoleManagedViewer})
	w.south = w.person("Sunil", release.Invite{Account: w.account("South", "Europe/Paris", false), Managed: release.RoleAdmin})
	w.west = w.person("Wim", release.Invite{Account: w.account("West", "Asia/Kolkata", false), Managed: release.RoleAdmin})
	w.support = w.person("Sam", release.Invite{Site: release.RoleSupport})
	w.operator = w.person("Olga", release.Invite{Site: release.RoleOperator})
	w.operatorOther = w.person("Otto", release.Invite{Site: release.RoleOperator})
	t.Cleanup(w.checkInvariants)
	return w
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("refused: %v", err)
	}
}

// refused wants exactly this refusal.
func (w *world) refused(err, want error) {
	w.t.Helper()
	if !errors.Is(err, want) {
		w.t.Errorf("got %v, want %v", err, want)
	}
}

// number reads one number.
func (w *world) number(sql string, args ...any) int {
	w.t.Helper()
	var n int
	if err := w.db.Pool.QueryRow(context.WithoutCancel(w.t.Context()), sql, args...).Scan(&n); err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
	return n
}

func (w *world) account(name, zone string, publisher bool) release.ID {
	w.t.Helper()
	n := release.NewAccount{Name: name, Zone: zone, Publisher: publisher, Managed: !publisher}
	return must(w.svc.CreateAccount(w.t.Context(), release.Operator(), n))(w.t).ID
}

// person is somebody new in one place, with a password, as they then act.
func (w *world) person(name string, i release.Invite) release.Actor {
	w.t.Helper()
	i.Name, i.Email = name, strings.ToLower(name)+"@example.org"
	p, link, err := w.svc.InvitePerson(w.t.Context(), release.Operator(), i)
	w.ok(err)
	_, err = w.svc.Redeem(w.t.Context(), link, release.Newcomer{PasswordHash: "hash of " + name})
	w.ok(err)
	a := must(w.db.Reader.Actor(w.t.Context(), p.ID, i.Account))(w.t)
	a.Source = release.FromUI
	return a
}

// file is an upload of a plain package file with contents of its own.
func file(name, version string) release.Upload {
	text := name + " " + version
	return release.Upload{
		Name: name, Version: version, Shareable: new(true), FileName: name + ".zip", Notes: "what is new in " + text,
		Size: int64(len(text)), SHA256: sha256.Sum256([]byte(text)), Content: strings.NewReader(text),
		Package: packfile.Package{Manifest: packfile.Manifest{Platform: packfile.PlatformPlain, Kind: "archive"}},
	}
}

func (w *world) upload(by release.Actor, name, version string) release.PackageVersion {
	w.t.Helper()
	return must(w.svc.UploadVersion(w.t.Context(), by, file(name, version)))(w.t)
}

// pack is an empty pack of the actor's account, in the group of all accounts.
func (w *world) pack(by release.Actor, name string, multiple bool) release.Pack {
	w.t.Helper()
	p := must(w.svc.CreatePack(w.t.Context(), by, release.NewPack{
		PackTexts: release.PackTexts{Name: name, SupportContact: "help@example.org"}, Multiple: &multiple,
	}))(w.t)
	w.ok(w.svc.AddPackToGroup(w.t.Context(), by, w.everyone(by), p.ID))
	return p
}

// everyone is the built-in group of the actor's account.
func (w *world) everyone(by release.Actor) release.ID {
	w.t.Helper()
	for _, g := range must(w.db.Reader.Groups(w.t.Context(), by))(w.t) {
		if g.Everyone {
			return g.ID
		}
	}
	w.t.Fatal("a publisher without the group of all accounts")
	return release.ID{}
}

// state is the pack as the rules see it.
func (w *world) state(pack release.ID) release.PackState {
	w.t.Helper()
	var s release.PackState
	w.ok(w.db.Store.InTx(w.t.Context(), func(ctx context.Context, tx release.Tx) (err error) {
		s, err = tx.SharePack(ctx, pack)
		return err
	}))
	return s
}

// release is any release, as it is kept.
func (w *world) release(id release.ID) release.Release {
	w.t.Helper()
	var r release.Release
	w.ok(w.db.Store.InTx(w.t.Context(), func(ctx context.Context, tx release.Tx) (err error) {
		r, err = tx.Release(ctx, id)
		return err
	}))
	return r
}

// draft prepares the pack's next release of exactly these versions.
func (w *world) draft(by release.Actor, pack release.ID, label string, versions ...release.PackageVersion) release.Release {
	w.t.Helper()
	ctx, contents := w.t.Context(), release.Contents{}
	for _, v := range versions {
		contents[v.Package] = v.ID
	}
	d := must(w.svc.DraftRelease(ctx, by, pack))(w.t)
	w.ok(w.svc.ChooseVersions(ctx, by, d.ID, d.Revision, contents))
	w.ok(w.svc.DescribeRelease(ctx, by, d.ID, d.Revision+1, label, "notes of "+label))
	return *w.state(pack).Draft
}

// planned is draft with a date.
func (w *world) planned(by release.Actor, pack release.ID, label, date string, versions ...release.PackageVersion) release.Release {
	w.t.Helper()
	d := w.draft(by, pack, label, versions...)
	w.ok(w.svc.PlanRelease(w.t.Context(), by, d.ID, d.Revision, release.Scheduled, date))
	return *w.state(pack).Draft
}

// released is a release that the whole install base runs from now on.
func (w *world) released(by release.Actor, pack release.ID, label string, versions ...release.PackageVersion) release.Release {
	w.t.Helper()
	d := w.draft(by, pack, label, versions...)
	w.ok(w.svc.ReleaseNow(w.t.Context(), by, d.ID, d.Revision))
	return *w.state(pack).Current
}

// pending is a release in its testing period.
func (w *world) pending(by release.Actor, pack release.ID, label, date string, versions ...release.PackageVersion) release.Release {
	w.t.Helper()
	d := w.planned(by, pack, label, date, versions...)
	w.ok(w.svc.ScheduleRelease(w.t.Context(), by, d.ID, d.Revision))
	return *w.state(pack).Pending
}

func (w *world) install(by release.Actor, pack release.ID, name string) release.Attachment {
	w.t.Helper()
	return must(w.svc.InstallPack(w.t.Context(), by, release.Install{Pack: pack, Name: name}))(w.t)
}

// runs wants the attachment to run the version now, as everybody is shown; empty: it is uninstalled.
func (w *world) runs(a release.Attachment, version string) {
	w.t.Helper()
	row := must(w.db.Reader.Attachment(w.t.Context(), w.support, a.ID))(w.t)
	got := ""
	if row.Runs != nil {
		got = row.Runs.Version.String()
	}
	if got != version {
		w.t.Errorf("%s runs %q, want %q", a.Name, got, version)
	}
}

// history wants these lines: version, how, by whom.
func (w *world) history(a release.Attachment, want ...string) {
	w.t.Helper()
	var got []string
	var since time.Time
	for _, h := range must(w.db.Reader.History(w.t.Context(), w.support, a.ID))(w.t) {
		line := "-"
		if h.Release != nil {
			line = h.Release.Version.String()
		}
		if h.Since.Before(since) || (h.Until != nil && h.Until.Before(h.Since)) {
			w.t.Errorf("history goes back in time: %+v", h)
		}
		since = h.Since
		got = append(got, strings.TrimSpace(line+" "+string(h.How)+" "+h.By))
	}
	if !slices.Equal(got, want) {
		w.t.Errorf("history of %s:\n got %q\nwant %q", a.Name, got, want)
	}
}
