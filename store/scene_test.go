package store_test

import (
	"context"
	"crypto/sha256"
	"strings"
	"testing"
	"time"

	"packtide/packfile"
	"packtide/release"
	"packtide/store/storetest"
)

// start is the instant at which every scene begins.
var start = time.Date(2027, 1, 10, 9, 0, 0, 0, time.UTC)

// scene is a database with one publisher, one managed account and one person.
type scene struct {
	*storetest.DB
	t         *testing.T
	person    release.ID
	publisher release.Account
	managed   release.Account
	n         int // makes names differ
}

func newScene(t *testing.T) *scene {
	t.Helper()
	w := &scene{DB: storetest.New(t), t: t}
	p := release.Person{ID: release.NewID(start), Email: "Ada@Example.org", Name: "Ada", CreatedAt: start}
	w.person = p.ID
	w.publisher = w.newAccount("Publisher", "Europe/Paris")
	w.managed = w.newAccount("Managed", "Asia/Kolkata")
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.AddPerson(ctx, p) })
	return w
}

// try runs a use case; do fails the test when it is refused.
func (w *scene) try(use func(context.Context, release.Tx) error) error {
	return w.Store.InTx(w.t.Context(), use)
}

func (w *scene) do(use func(context.Context, release.Tx) error) {
	w.t.Helper()
	if err := w.try(use); err != nil {
		w.t.Fatal(err)
	}
}

// sql changes rows as the owner, for what no use case does.
func (w *scene) sql(sql string, args ...any) {
	w.t.Helper()
	if _, err := w.Owner(w.t).Exec(w.t.Context(), sql, args...); err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
}

// number reads one number as the owner.
func (w *scene) number(sql string, args ...any) int {
	w.t.Helper()
	var n int
	if err := w.Pool.QueryRow(w.t.Context(), sql, args...).Scan(&n); err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
	return n
}

func (w *scene) name(kind string) string {
	w.n++
	return kind + " " + strings.Repeat("i", w.n)
}

func (w *scene) newAccount(name, zone string) release.Account {
	w.t.Helper()
	a := release.Account{ID: release.NewID(start), Name: name, Zone: zone, Publisher: true, Managed: true, CreatedAt: start}
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.AddAccount(ctx, a) })
	return a
}

func (w *scene) newPackage() release.Package {
	w.t.Helper()
	name := w.name("package")
	p := release.Package{
		ID: release.NewID(start), Publisher: w.publisher.ID, Name: strings.ReplaceAll(name, " ", "_"), DisplayName: name,
		Platform: "plain", Kind: "archive", CreatedAt: start,
	}
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.AddPackage(ctx, p) })
	return p
}

func (w *scene) newVersion(pkg release.ID, major int, text string) release.PackageVersion {
	w.t.Helper()
	v := w.version(pkg, release.Version{Major: major}, text)
	w.do(func(ctx context.Context, tx release.Tx) error { return upload(ctx, tx, v, text) })
	return v
}

func (w *scene) version(pkg release.ID, v release.Version, text string) release.PackageVersion {
	return release.PackageVersion{
		ID: release.NewID(start), Package: pkg, Version: v, PlatformVersion: "7.0", DisplayName: "Package", Shareable: true,
		Notes: "notes", FileName: "p.zip", SHA256: sha256.Sum256([]byte(text)), Size: int64(len(text)),
		Manifest: packfile.Manifest{Name: "p"}, Findings: []packfile.Finding{{}}, UploadedAt: start, UploadedBy: w.person,
	}
}

func upload(ctx context.Context, tx release.Tx, v release.PackageVersion, text string) error {
	if err := tx.PutArtifact(ctx, v.SHA256, v.Size, strings.NewReader(text), start); err != nil {
		return err
	}
	return tx.AddVersion(ctx, v)
}

func (w *scene) newPack(multiple bool) release.Pack {
	w.t.Helper()
	p := release.Pack{
		ID: release.NewID(start), Publisher: w.publisher.ID, Multiple: multiple, CreatedAt: start,
		PackTexts: release.PackTexts{Name: w.name("Pack"), Description: "d", InstallationGuide: "i", UserGuide: "u", SupportContact: "s"},
	}
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.AddPack(ctx, p) })
	return p
}

func (w *scene) draft(pack release.ID, number int) release.Release {
	return release.Release{
		ID: release.NewID(start), Pack: pack, Number: number, Version: &release.Version{Major: number}, State: release.Draft,
		Revision: 1, CreatedAt: start, CreatedBy: w.person, Contents: release.Contents{},
	}
}

// current makes a draft the pack's current release, its first.
func (w *scene) current(pack release.ID, at time.Time) release.Release {
	w.t.Helper()
	r := w.draft(pack, 1)
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.AddRelease(ctx, r) })
	r.State, r.ReleasedAt, r.DecidedBy = release.Released, &at, w.person
	w.do(func(ctx context.Context, tx release.Tx) error {
		if err := tx.EndCurrent(ctx, []release.ID{pack}, at); err != nil {
			return err
		}
		return tx.SaveRelease(ctx, r)
	})
	return r
}

// pending begins a testing period.
func (w *scene) pending(pack release.ID, number int, due time.Time) release.Release {
	w.t.Helper()
	r := w.draft(pack, number)
	on := release.DateOf(due, time.UTC)
	r.State, r.Plan, r.DueOn, r.Zone, r.DueAt = release.Pending, release.Scheduled, &on, "UTC", &due
	r.TestingSince, r.DecidedBy = &start, w.person
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.AddRelease(ctx, r) })
	return r
}

func (w *scene) attachment(pack release.Pack, account release.ID, name string) release.Attachment {
	return release.Attachment{
		ID: release.NewID(start), Pack: pack.ID, Account: account, Multiple: pack.Multiple, Name: name, Environment: "test",
		AttachedAt: start, AttachedBy: w.person,
	}
}

func (w *scene) attach(pack release.Pack, account release.ID, name string) release.Attachment {
	w.t.Helper()
	a := w.attachment(pack, account, name)
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.AddAttachment(ctx, a) })
	return a
}

func (w *scene) detach(a release.Attachment, at time.Time) error {
	a.DetachedAt, a.DetachedBy = &at, w.person
	return w.try(func(ctx context.Context, tx release.Tx) error { return tx.Detach(ctx, a) })
}

func (w *scene) optIn(a release.Attachment, rel release.ID, at time.Time) release.OptIn {
	w.t.Helper()
	o := release.OptIn{Attachment: a.ID, Pack: a.Pack, Release: rel, Began: at, By: w.person, Reason: "asked by phone"}
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.AddOptIn(ctx, o) })
	return o
}
