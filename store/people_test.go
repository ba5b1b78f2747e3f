package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"packtide/release"
)

func TestAccountRoundTrip(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	want := w.publisher
	want.Name, want.Zone, want.Managed, want.ShareableByDefault = "Renamed", "UTC", false, true
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.SaveAccount(ctx, want) })
	w.do(func(ctx context.Context, tx release.Tx) error {
		got, err := tx.Account(ctx, want.ID)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("read: %v, (-want +got):\n%s", err, diff)
		}
		return nil
	})
	for _, tc := range []struct {
		name string
		a    release.Account
		want error
	}{
		{"one name twice, in another case", release.Account{ID: release.NewID(start), Name: "RENAMED", Zone: "UTC", Managed: true, CreatedAt: start}, release.ErrAccountNameTaken},
		{"no name", release.Account{ID: release.NewID(start), Name: " ", Zone: "UTC", Managed: true, CreatedAt: start}, release.ErrAccountNameMissing},
		{"no purpose", release.Account{ID: release.NewID(start), Name: "n", Zone: "UTC", CreatedAt: start}, release.ErrAccountPurpose},
	} {
		if err := w.try(func(ctx context.Context, tx release.Tx) error { return tx.AddAccount(ctx, tc.a) }); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
	}
	want.ID = release.NewID(start)
	if err := w.try(func(ctx context.Context, tx release.Tx) error { return tx.SaveAccount(ctx, want) }); !errors.Is(err, release.ErrNotFound) {
		t.Errorf("saving what never was: %v, want ErrNotFound", err)
	}
}

func TestPersonRoundTrip(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	want := release.Person{ID: release.NewID(start), Email: "Bob@Example.org", Name: "Bob", Site: release.RoleSupport, CreatedAt: start}
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.AddPerson(ctx, want) })
	gone := start.Add(time.Hour)
	want.Name, want.Site, want.PasswordHash, want.DisabledAt = "Robert", "", "$argon2id$", &gone
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.SavePerson(ctx, want) })
	w.do(func(ctx context.Context, tx release.Tx) error {
		byID, err := tx.Person(ctx, want.ID)
		if diff := cmp.Diff(want, byID); err != nil || diff != "" {
			t.Errorf("by id: %v, (-want +got):\n%s", err, diff)
		}
		byEmail, err := tx.PersonByEmail(ctx, "bOB@example.ORG")
		if diff := cmp.Diff(want, byEmail); err != nil || diff != "" {
			t.Errorf("by address: %v, (-want +got):\n%s", err, diff)
		}
		if _, err := tx.PersonByEmail(ctx, "nobody@example.org"); !errors.Is(err, release.ErrNotFound) {
			t.Errorf("nobody: %v, want ErrNotFound", err)
		}
		return nil
	})
	for _, tc := range []struct {
		name, email string
		site        release.SiteRole
		want        error
	}{
		{"one address twice", "BOB@example.org", "", release.ErrEmailTaken},
		{"no address", "bob", "", release.ErrEmailForm},
		{"no such role", "c@example.org", "king", release.ErrRoleMissing},
	} {
		p := release.Person{ID: release.NewID(start), Email: tc.email, Site: tc.site, CreatedAt: start}
		if err := w.try(func(ctx context.Context, tx release.Tx) error { return tx.AddPerson(ctx, p) }); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
	}
}

func TestMembership(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	save := func(m release.Membership) error {
		return w.try(func(ctx context.Context, tx release.Tx) error { return tx.SaveMembership(ctx, m) })
	}
	read := func() (m release.Membership, err error) {
		err = w.try(func(ctx context.Context, tx release.Tx) (err error) {
			m, err = tx.Membership(ctx, w.person, w.managed.ID)
			return err
		})
		return m, err
	}
	for _, want := range []release.Membership{
		{Person: w.person, Account: w.managed.ID, Publisher: release.RolePublisher, Managed: release.RoleAdmin},
		{Person: w.person, Account: w.managed.ID, Managed: release.RoleManagedViewer},
	} {
		if err := save(want); err != nil {
			t.Fatal(err)
		}
		if got, err := read(); err != nil || got != want {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
	}
	for range 2 { // ending what has ended is no error
		if err := save(release.Membership{Person: w.person, Account: w.managed.ID}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := read(); !errors.Is(err, release.ErrNotFound) {
		t.Errorf("an ended membership: %v, want ErrNotFound", err)
	}
	for name, tc := range map[string]struct {
		m    release.Membership
		want error
	}{
		"no such role":    {release.Membership{Person: w.person, Account: w.managed.ID, Managed: "king"}, release.ErrRoleMissing},
		"no such account": {release.Membership{Person: w.person, Account: release.NewID(start), Managed: release.RoleAdmin}, release.ErrNotFound},
		"no such person":  {release.Membership{Person: release.NewID(start), Account: w.managed.ID, Managed: release.RoleAdmin}, release.ErrNotFound},
	} {
		if err := save(tc.m); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
}

// TestLastOperator: operators who can sign in are counted; two who disable each other at once do not both succeed.
func TestLastOperator(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	operators := make([]release.Person, 2)
	for i := range operators {
		operators[i] = release.Person{ID: release.NewID(start), Email: w.name("o") + "@example.org", Name: "O", Site: release.RoleOperator, PasswordHash: "h", CreatedAt: start}
	}
	invited := release.Person{ID: release.NewID(start), Email: "invited@example.org", Name: "I", Site: release.RoleOperator, CreatedAt: start}
	w.do(func(ctx context.Context, tx release.Tx) error {
		return errors.Join(tx.AddPerson(ctx, operators[0]), tx.AddPerson(ctx, operators[1]), tx.AddPerson(ctx, invited))
	})
	var all sync.WaitGroup
	errs := make([]error, 2)
	for i, p := range operators {
		all.Go(func() {
			errs[i] = w.try(func(ctx context.Context, tx release.Tx) error {
				n, err := tx.LockOperators(ctx)
				if err != nil {
					return err
				}
				if n <= 1 {
					return release.ErrLastOperator
				}
				p.DisabledAt = &start
				return tx.SavePerson(ctx, p)
			})
		})
	}
	all.Wait()
	if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), release.ErrLastOperator) {
		t.Errorf("both tried to disable the other: %v; want one success and ErrLastOperator", errs)
	}
}

// TestLockedOperatorsStay: whoever changes an operator waits for whoever counts them, also without counting.
func TestLockedOperatorsStay(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	p := release.Person{ID: release.NewID(start), Email: "o@example.org", Name: "O", Site: release.RoleOperator, PasswordHash: "h", CreatedAt: start}
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.AddPerson(ctx, p) })
	saved := make(chan error, 1)
	w.do(func(ctx context.Context, tx release.Tx) error {
		if n, err := tx.LockOperators(ctx); err != nil || n != 1 {
			t.Errorf("%d operators, %v; want 1", n, err)
		}
		go func() {
			saved <- w.try(func(ctx context.Context, tx release.Tx) error { return tx.SavePerson(ctx, p) })
		}()
		select {
		case err := <-saved:
			t.Errorf("changing an operator did not wait: %v", err)
			saved <- err
		case <-time.After(100 * time.Millisecond):
		}
		return nil
	})
	if err := <-saved; err != nil {
		t.Error(err)
	}
}

// TestLinkIsUsedOnce, and takes the person's other open links along.
func TestLinkIsUsedOnce(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	link := func(n byte, purpose release.LinkPurpose, person release.ID) release.Link {
		return release.Link{TokenHash: [32]byte{n}, Purpose: purpose, Person: person, CreatedAt: start, ExpiresAt: start.Add(time.Hour)}
	}
	setup, secondSetup := link(1, release.LinkSetup, release.ID{}), link(2, release.LinkSetup, release.ID{})
	invite, password := link(3, release.LinkInvite, w.person), link(4, release.LinkPassword, w.person)
	w.do(func(ctx context.Context, tx release.Tx) error {
		return errors.Join(tx.AddLink(ctx, setup), tx.AddLink(ctx, secondSetup), tx.AddLink(ctx, invite), tx.AddLink(ctx, password))
	})
	lock := func(l release.Link) (got release.Link) {
		w.do(func(ctx context.Context, tx release.Tx) (err error) {
			got, err = tx.LockLink(ctx, l.TokenHash)
			return err
		})
		return got
	}
	if diff := cmp.Diff(invite, lock(invite)); diff != "" {
		t.Errorf("an invitation (-want +got):\n%s", diff)
	}
	use := func(ctx context.Context, tx release.Tx) error { return tx.UseLink(ctx, invite, start.Add(time.Minute)) }
	w.do(use)
	if err := w.try(use); !errors.Is(err, release.ErrLinkInvalid) {
		t.Errorf("using a link twice: %v, want ErrLinkInvalid", err)
	}
	if lock(invite).UsedAt == nil || lock(password).UsedAt == nil || lock(setup).UsedAt != nil {
		t.Error("using a link has to end the person's links and no others")
	}
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.UseLink(ctx, setup, start.Add(time.Minute)) })
	if lock(secondSetup).UsedAt == nil {
		t.Error("a second set-up link survives the first operator")
	}
	if err := w.try(func(ctx context.Context, tx release.Tx) error {
		_, err := tx.LockLink(ctx, [32]byte{9})
		return err
	}); !errors.Is(err, release.ErrNotFound) {
		t.Errorf("a link that never was: %v, want ErrNotFound", err)
	}
}

func TestTokenRoundTrip(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	want := release.Token{ID: release.NewID(start), Hash: [32]byte{1, 2}, Person: w.person, Account: w.managed.ID, Name: "ci", Scope: release.ScopeAgent, CreatedAt: start, ExpiresAt: start.Add(time.Hour)}
	site := release.Token{ID: release.NewID(start), Hash: [32]byte{3}, Person: w.person, Name: "site", Scope: release.ScopeFull, CreatedAt: start, ExpiresAt: start}
	w.do(func(ctx context.Context, tx release.Tx) error {
		return errors.Join(tx.AddToken(ctx, want), tx.AddToken(ctx, site),
			tx.RevokeToken(ctx, want.ID, start), tx.RevokeToken(ctx, want.ID, start.Add(time.Hour)))
	})
	want.RevokedAt = &start // the first time counts
	for _, want := range []release.Token{want, site} {
		w.do(func(ctx context.Context, tx release.Tx) error {
			got, err := tx.LockToken(ctx, want.ID)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%v, (-want +got):\n%s", err, diff)
			}
			return nil
		})
	}
	if err := w.try(func(ctx context.Context, tx release.Tx) error {
		return tx.RevokeToken(ctx, release.NewID(start), start)
	}); !errors.Is(err, release.ErrNotFound) {
		t.Errorf("revoking what never was: %v, want ErrNotFound", err)
	}
}

func TestSignInFailures(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	w.do(func(ctx context.Context, tx release.Tx) error {
		return errors.Join(tx.AddSignInFailure(ctx, "A@example.org", "10.0.0.1", start), tx.AddSignInFailure(ctx, "a@example.org", "10.0.0.2", start.Add(time.Minute)),
			tx.AddSignInFailure(ctx, "b@example.org", "10.0.0.1", start.Add(time.Minute)))
	})
	for since, want := range map[time.Time][2]int{start: {2, 2}, start.Add(time.Minute): {1, 1}, start.Add(time.Hour): {0, 0}} {
		w.do(func(ctx context.Context, tx release.Tx) error {
			byEmail, byAddress, err := tx.SignInFailures(ctx, "a@EXAMPLE.org", "10.0.0.1", since)
			if got := [2]int{byEmail, byAddress}; err != nil || got != want {
				t.Errorf("since %v: %v, %v; want %v", since, got, err, want)
			}
			return nil
		})
	}
}

// TestTokenUse: however many requests come, one of them in a minute writes when the token was used.
func TestTokenUse(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	k := release.Token{ID: release.NewID(start), Hash: [32]byte{9}, Person: w.person, Account: w.managed.ID, Name: "ci", Scope: release.ScopeRead, CreatedAt: start, ExpiresAt: start.Add(time.Hour)}
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.AddToken(ctx, k) })
	for _, step := range []struct{ at, want time.Duration }{{0, 0}, {59 * time.Second, 0}, {time.Minute, time.Minute}, {30 * time.Second, time.Minute}, {2 * time.Minute, 2 * time.Minute}} {
		at := start.Add(step.at)
		w.do(func(ctx context.Context, tx release.Tx) error {
			return tx.NoteTokenUse(ctx, k.ID, at, at.Add(-time.Minute))
		})
		row, err := w.Reader.TokenInUse(t.Context(), k.ID)
		if err != nil || row.LastUsedAt == nil || !row.LastUsedAt.Equal(start.Add(step.want)) {
			t.Errorf("used at %s: %v, noted at %v", step.at, err, row.LastUsedAt)
		}
	}
}
