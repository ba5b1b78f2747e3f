package store_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/packfile"
	"packtide/release"
)

func TestPackageRoundTrip(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	want := w.newPackage()
	w.do(func(ctx context.Context, tx release.Tx) error {
		read, err := tx.Package(ctx, want.ID)
		if diff := cmp.Diff(want, read); err != nil || diff != "" {
			t.Errorf("read: %v, (-want +got):\n%s", err, diff)
		}
		locked, err := tx.LockPackage(ctx, w.publisher.ID, want.Name)
		if diff := cmp.Diff(want, locked); err != nil || diff != "" {
			t.Errorf("locked: %v, (-want +got):\n%s", err, diff)
		}
		if _, err := tx.LockPackage(ctx, w.managed.ID, want.Name); !errors.Is(err, release.ErrNotFound) {
			t.Errorf("another publisher's package: %v, want ErrNotFound", err)
		}
		return nil
	})
	bad := want
	bad.ID, bad.Name = release.NewID(start), "No Technical Name"
	if err := w.try(func(ctx context.Context, tx release.Tx) error { return tx.AddPackage(ctx, bad) }); !errors.Is(err, release.ErrNameForm) {
		t.Errorf("a name with spaces: %v, want ErrNameForm", err)
	}
}

// TestFirstUploadsRace: of two who upload the first version of one package at once, the slower one finds the package at its
// second try, and both versions are kept.
func TestFirstUploadsRace(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	var looked, all sync.WaitGroup
	looked.Add(2)
	for i := range 2 {
		first := true
		p := release.Package{ID: release.NewID(start), Publisher: w.publisher.ID, Name: "one", DisplayName: "One", Platform: "plain", Kind: "archive", CreatedAt: start}
		all.Go(func() {
			if err := w.try(func(ctx context.Context, tx release.Tx) error {
				found, err := tx.LockPackage(ctx, p.Publisher, p.Name)
				if first {
					first = false
					looked.Done()
					looked.Wait() // neither has seen the other's
				}
				if errors.Is(err, release.ErrNotFound) {
					found, err = p, tx.AddPackage(ctx, p)
				}
				if err != nil {
					return err
				}
				return upload(ctx, tx, w.version(found.ID, release.Version{Major: i + 1}, "text"), "text")
			}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := w.number(`SELECT count(*) * 10 + count(DISTINCT package_id) FROM package_version`); n != 21 {
		t.Errorf("%d versions·packages, want 2 versions of 1 package", n)
	}
}

func TestVersionRoundTrip(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	pkg := w.newPackage()
	want := w.newVersion(pkg.ID, 3, "content")
	want.Manifest, want.Findings = packfile.Manifest{}, nil // left out by every read of a transaction
	w.do(func(ctx context.Context, tx release.Tx) error {
		locked, err := tx.LockVersion(ctx, want.ID)
		if diff := cmp.Diff(want, locked); err != nil || diff != "" {
			t.Errorf("locked: %v, (-want +got):\n%s", err, diff)
		}
		shared, err := tx.ShareVersions(ctx, w.publisher.ID, []release.ID{want.ID, release.NewID(start)})
		if diff := cmp.Diff([]release.PackageVersion{want}, shared); err != nil || diff != "" {
			t.Errorf("shared: %v, (-want +got):\n%s", err, diff)
		}
		if foreign, err := tx.ShareVersions(ctx, w.managed.ID, []release.ID{want.ID}); err != nil || len(foreign) != 0 {
			t.Errorf("another publisher's versions: %v, %v", foreign, err)
		}
		if _, err := tx.LockVersion(ctx, release.NewID(start)); !errors.Is(err, release.ErrNotFound) {
			t.Errorf("a version that never was: %v, want ErrNotFound", err)
		}
		return nil
	})
}

// R2, R8: the newest is told by numbers, not by text or time, and is shareable and not deleted.
func TestNewestShareable(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	pkg, none := w.newPackage(), w.newPackage()
	want := w.newVersion(pkg.ID, 10, "ten")
	w.newVersion(pkg.ID, 9, "nine")
	gone := w.newVersion(pkg.ID, 12, "twelve")
	hidden := w.version(pkg.ID, release.Version{Major: 11}, "eleven")
	hidden.Shareable = false
	w.do(func(ctx context.Context, tx release.Tx) error {
		if err := upload(ctx, tx, hidden, "eleven"); err != nil {
			return err
		}
		return tx.DeleteVersion(ctx, gone.ID, w.person, start)
	})
	w.do(func(ctx context.Context, tx release.Tx) error {
		got, err := tx.NewestShareable(ctx, w.publisher.ID, []release.ID{pkg.ID, none.ID})
		if err != nil || len(got) != 1 || got[pkg.ID].ID != want.ID {
			t.Errorf("newest: %v, %v; want version 10", got, err)
		}
		got, err = tx.NewestShareable(ctx, w.managed.ID, []release.ID{pkg.ID})
		if err != nil || len(got) != 0 {
			t.Errorf("newest of another publisher: %v, %v", got, err)
		}
		return nil
	})
}

// R1: a label is used once for ever, also when it was deleted, and also when many upload it at once.
func TestOneUploadPerVersion(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	pkg := w.newPackage()
	var all sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		text := strings.Repeat("x", i+1)
		v := w.version(pkg.ID, release.Version{Major: 1}, text)
		all.Go(func() {
			errs[i] = w.try(func(ctx context.Context, tx release.Tx) error { return upload(ctx, tx, v, text) })
		})
	}
	all.Wait()
	kept := 0
	for _, err := range errs {
		if err == nil {
			kept++
		} else if !errors.Is(err, release.ErrVersionExists) {
			t.Errorf("got %v, want ErrVersionExists", err)
		}
	}
	if n := w.number(`SELECT count(*) FROM artifact`); kept != 1 || n != 1 {
		t.Errorf("%d kept with %d artifacts, want 1 of each", kept, n)
	}
	w.sql(`UPDATE package_version SET deleted_at = $1, deleted_by = $2`, start, w.person)
	again := w.version(pkg.ID, release.Version{Major: 1}, "again")
	if err := w.try(func(ctx context.Context, tx release.Tx) error { return upload(ctx, tx, again, "again") }); !errors.Is(err, release.ErrVersionExists) {
		t.Errorf("the label of a deleted version: %v, want ErrVersionExists", err)
	}
	for name, change := range map[release.Version]error{{Major: -1}: release.ErrVersionForm} {
		bad := w.version(pkg.ID, name, "bad")
		if err := w.try(func(ctx context.Context, tx release.Tx) error { return upload(ctx, tx, bad, "bad") }); !errors.Is(err, change) {
			t.Errorf("version %s: %v, want %v", name, err, change)
		}
	}
}

// R1, R2: an uploaded version is immutable, for the application and for the owner of the tables; its deletion is noted once.
func TestVersionIsImmutable(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	v := w.newVersion(w.newPackage().ID, 1, "v")
	owner := w.Owner(t)
	for _, sql := range []string{
		`UPDATE package_version SET shareable = false`, `UPDATE package_version SET notes = 'other'`,
		`UPDATE package_version SET deleted_at = now(), deleted_by = uploaded_by, major = 2`, `DELETE FROM package_version`,
	} {
		if _, err := owner.Exec(t.Context(), sql); err == nil {
			t.Errorf("%s succeeds", sql)
		}
	}
	remove := func(ctx context.Context, tx release.Tx) error { return tx.DeleteVersion(ctx, v.ID, w.person, start) }
	w.do(remove)
	if err := w.try(remove); !errors.Is(err, release.ErrVersionImmutable) {
		t.Errorf("deleting twice: %v, want ErrVersionImmutable", err)
	}
	if err := w.try(func(ctx context.Context, tx release.Tx) error {
		return tx.DeleteVersion(ctx, release.NewID(start), w.person, start)
	}); !errors.Is(err, release.ErrNotFound) {
		t.Errorf("deleting what never was: %v, want ErrNotFound", err)
	}
}

// R5: only a pending or released release holds a version.
func TestVersionInUse(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	pack, pkg := w.newPack(false), w.newPackage()
	v := w.newVersion(pkg.ID, 1, "v")
	r := w.draft(pack.ID, 1)
	r.Contents = release.Contents{pkg.ID: v.ID}
	used := func() (used bool) {
		w.do(func(ctx context.Context, tx release.Tx) (err error) {
			used, err = tx.VersionInUse(ctx, v.ID)
			return err
		})
		return used
	}
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.AddRelease(ctx, r) })
	if used() {
		t.Error("a draft holds the version")
	}
	r.State, r.ReleasedAt, r.DecidedBy = release.Released, &start, w.person
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.SaveRelease(ctx, r) })
	if !used() {
		t.Error("a released release does not hold the version")
	}
	other := w.draft(pack.ID, 2)
	foreign := w.newPackage()
	other.Contents = release.Contents{foreign.ID: v.ID}
	if err := w.try(func(ctx context.Context, tx release.Tx) error { return tx.AddRelease(ctx, other) }); !errors.Is(err, release.ErrNotFound) {
		t.Errorf("a version of another package: %v, want ErrNotFound", err)
	}
}
