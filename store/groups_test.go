package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/release"
)

func (w *scene) group(name string, everyone bool) release.Group {
	w.t.Helper()
	g := release.Group{ID: release.NewID(start), Publisher: w.publisher.ID, Name: name, Everyone: everyone, CreatedAt: start}
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.AddGroup(ctx, g) })
	return g
}

func TestGroupRoundTrip(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	want := w.group("First", false)
	w.group(release.EveryoneName, true)
	want.Name = "Renamed"
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.RenameGroup(ctx, want.ID, want.Name) })
	lock := func(ctx context.Context, tx release.Tx) error {
		got, err := tx.LockGroup(ctx, want.ID)
		if diff := cmp.Diff(want, got); err == nil && diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		return err
	}
	w.do(lock)
	for name, tc := range map[string]struct {
		g    release.Group
		want error
	}{
		"one name twice":           {release.Group{Publisher: w.publisher.ID, Name: "renamed"}, release.ErrGroupNameTaken},
		"no name":                  {release.Group{Publisher: w.publisher.ID, Name: " "}, release.ErrGroupNameMissing},
		"a second group of all":    {release.Group{Publisher: w.publisher.ID, Name: "All", Everyone: true}, release.ErrGroupBuiltIn},
		"a publisher who is not":   {release.Group{Publisher: release.NewID(start), Name: "n"}, release.ErrNotFound},
		"another publisher's name": {release.Group{Publisher: w.managed.ID, Name: "Renamed"}, nil},
	} {
		tc.g.ID, tc.g.CreatedAt = release.NewID(start), start
		if err := w.try(func(ctx context.Context, tx release.Tx) error { return tx.AddGroup(ctx, tc.g) }); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
	w.do(func(ctx context.Context, tx release.Tx) error {
		_, err := tx.AddGroupMember(ctx, want.ID, w.managed.ID, start)
		return errors.Join(err, tx.DeleteGroup(ctx, want.ID))
	})
	if err := w.try(lock); !errors.Is(err, release.ErrNotFound) {
		t.Errorf("a deleted group: %v, want ErrNotFound", err)
	}
}

// R25, R30: who may install, what a change of a group does to that, and who is left outside.
func TestMayInstall(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	pack := w.newPack(true)
	group, everyone := w.group("Some", false), w.group(release.EveryoneName, true)
	w.attach(pack, w.managed.ID, "a")
	w.attach(pack, w.managed.ID, "b")
	check := func(when string, may bool, outside int) {
		t.Helper()
		w.do(func(ctx context.Context, tx release.Tx) error {
			if got, err := tx.MayInstall(ctx, pack.ID, w.managed.ID); err != nil || got != may {
				t.Errorf("%s: may install %t, %v; want %t", when, got, err, may)
			}
			for name, of := range map[string][2]release.ID{
				"account": {w.managed.ID, {}}, "pack": {{}, pack.ID}, "both": {w.managed.ID, pack.ID},
			} {
				if n, err := tx.CountOutside(ctx, w.publisher.ID, of[0], of[1], 10); err != nil || n != outside {
					t.Errorf("%s: %d outside by %s, %v; want %d", when, n, name, err, outside)
				}
			}
			return nil
		})
	}
	change := func(want bool, do func(context.Context, release.Tx) (bool, error)) {
		t.Helper()
		for _, want := range []bool{want, false} { // the second time there is nothing to change
			w.do(func(ctx context.Context, tx release.Tx) error {
				if got, err := do(ctx, tx); err != nil || got != want {
					t.Errorf("changed %t, %v; want %t", got, err, want)
				}
				return nil
			})
		}
	}
	check("in no group", false, 2)
	change(true, func(ctx context.Context, tx release.Tx) (bool, error) {
		return tx.AddGroupPack(ctx, group, pack.ID, start)
	})
	check("the pack is in a group", false, 2)
	change(true, func(ctx context.Context, tx release.Tx) (bool, error) {
		return tx.AddGroupMember(ctx, group.ID, w.managed.ID, start)
	})
	check("the account is, too", true, 0)
	change(true, func(ctx context.Context, tx release.Tx) (bool, error) {
		return tx.RemoveGroupMember(ctx, group.ID, w.managed.ID)
	})
	check("the account has left", false, 2)
	change(true, func(ctx context.Context, tx release.Tx) (bool, error) {
		return tx.AddGroupPack(ctx, everyone, pack.ID, start)
	})
	check("the pack is for all accounts", true, 0)
	change(true, func(ctx context.Context, tx release.Tx) (bool, error) {
		return tx.RemoveGroupPack(ctx, everyone.ID, pack.ID)
	})
	check("and no longer", false, 2)

	w.do(func(ctx context.Context, tx release.Tx) error {
		if n, err := tx.CountOutside(ctx, w.publisher.ID, release.ID{}, pack.ID, 0); err != nil || n != 1 {
			t.Errorf("counting stops at %d, %v; want 1", n, err)
		}
		if n, err := tx.CountOutside(ctx, w.managed.ID, release.ID{}, pack.ID, 10); err != nil || n != 0 {
			t.Errorf("another publisher counts %d, %v", n, err)
		}
		return nil
	})
	foreign := everyone
	foreign.Publisher = w.managed.ID
	if err := w.try(func(ctx context.Context, tx release.Tx) error {
		_, err := tx.AddGroupPack(ctx, foreign, pack.ID, start)
		return err
	}); !errors.Is(err, release.ErrNotFound) {
		t.Errorf("a group of another publisher: %v, want ErrNotFound", err)
	}
}

// TestPublisherIsNotEveryone: the built-in group holds managed accounts.
func TestPublisherIsNotEveryone(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	pack, everyone := w.newPack(true), w.group(release.EveryoneName, true)
	w.managed.Managed = false
	w.do(func(ctx context.Context, tx release.Tx) error {
		_, err := tx.AddGroupPack(ctx, everyone, pack.ID, start)
		return errors.Join(err, tx.SaveAccount(ctx, w.managed))
	})
	w.do(func(ctx context.Context, tx release.Tx) error {
		if may, err := tx.MayInstall(ctx, pack.ID, w.managed.ID); err != nil || may {
			t.Errorf("an account that is not managed may install: %t, %v", may, err)
		}
		return nil
	})
}

func TestPackRoundTrip(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	want := w.newPack(true)
	want.PackTexts = release.PackTexts{Name: "Renamed", Description: "1", InstallationGuide: "2", UserGuide: "3", SupportContact: "4"}
	save := func(p release.Pack) error {
		return w.try(func(ctx context.Context, tx release.Tx) error { return tx.SavePack(ctx, p) })
	}
	if err := save(want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(release.PackState{Pack: want}, w.lockPack(want.ID)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	other := w.newPack(false)
	for name, tc := range map[string]struct {
		change func(*release.Pack)
		want   error
	}{
		"one name twice, in another case": {func(p *release.Pack) { p.Name = "RENAMED" }, release.ErrPackNameTaken},
		"no name":                         {func(p *release.Pack) { p.Name = "" }, release.ErrPackNameMissing},
		"a long description":              {func(p *release.Pack) { p.Description = longText(501) }, release.ErrDescriptionLong},
		"a pack that never was":           {func(p *release.Pack) { p.ID = release.NewID(start) }, release.ErrNotFound},
	} {
		p := other
		tc.change(&p)
		if err := save(p); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
	want.DeletedAt = &start
	if err := save(want); err != nil {
		t.Fatal(err)
	}
	other.Name = "renamed" // R11: the name of a deleted pack is free
	if err := save(other); err != nil {
		t.Errorf("the name of a deleted pack: %v", err)
	}
}

func longText(n int) string {
	text := make([]rune, n)
	for i := range text {
		text[i] = 'ü'
	}
	return string(text)
}
