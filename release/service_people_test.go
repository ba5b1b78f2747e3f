package release_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"packtide/release"
	"packtide/store/storetest"
)

// TestSetUp: the first operator lets themselves in by a link that works once, and only while there is none.
func TestSetUp(t *testing.T) {
	t.Parallel()
	w := &world{t: t, db: storetest.New(t), clock: &clock{at: monday}}
	w.svc = release.NewService(w.db.Store, w.clock.now)
	link := func() release.Secret { return must(w.svc.SetUpLink(t.Context()))(t) }
	var old, first, second release.Secret
	w.ok(w.tells("a link", func() error { old = link(); return nil }, release.ActLinkMade)) // R33: it opens the whole site
	w.clock.advance(release.LinkLife)
	use := func(secret release.Secret, email string) func() error {
		return func() error {
			_, err := w.svc.SetUp(t.Context(), secret, release.Newcomer{Email: email, Name: "Olga", PasswordHash: "x"})
			return err
		}
	}
	w.unchanged("an expired link", release.ErrLinkInvalid, use(old, "olga@example.org"))
	first, second = link(), link()
	w.unchanged("a guessed one", release.ErrLinkInvalid, use("guess", "olga@example.org"))
	w.unchanged("no address", release.ErrEmailForm, use(first, "olga"))
	w.unchanged("as an invitation", release.ErrLinkInvalid, func() error {
		_, err := w.svc.Redeem(t.Context(), first, release.Newcomer{PasswordHash: "x"})
		return err
	})
	w.ok(w.tells("set up", use(first, "olga@example.org"), release.ActPersonJoined))
	w.unchanged("the same link again", release.ErrLinkInvalid, use(first, "eve@example.org"))
	w.unchanged("another link of then", release.ErrLinkInvalid, use(second, "eve@example.org"))
	w.unchanged("another link of now", release.ErrNotFound, func() error { _, err := w.svc.SetUpLink(t.Context()); return err })
}

// TestRaceToSetUp: two people with a link each; one becomes the operator.
func TestRaceToSetUp(t *testing.T) {
	t.Parallel()
	for range 3 {
		w := &world{t: t, db: storetest.New(t), clock: &clock{at: monday}}
		w.svc = release.NewService(w.db.Store, w.clock.now)
		t.Cleanup(w.checkInvariants)
		racers := make([]func() error, 3)
		for i := range racers {
			link := must(w.svc.SetUpLink(t.Context()))(t)
			racers[i] = func() error {
				n := release.Newcomer{Email: fmt.Sprintf("p%d@example.org", i), Name: "P", PasswordHash: "x"}
				_, err := w.svc.SetUp(t.Context(), link, n)
				return err
			}
		}
		if won := w.outcomes(w.race(racers...), release.ErrLinkInvalid); won != 1 {
			t.Errorf("%d first operators", won)
		}
	}
}

// TestLinks work once, for their purpose, until they expire, and not for whoever is disabled.
func TestLinks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	invite := release.Invite{Name: "Ida", Email: "ida@example.org", Account: w.west.Account, Managed: release.RoleAdmin}
	p, link, err := w.svc.InvitePerson(t.Context(), w.operator, invite)
	w.ok(err)
	_, second, err := w.svc.InvitePerson(t.Context(), w.operator, invite) // the first got lost
	w.ok(err)
	redeem := func(secret release.Secret, hash string) func() error {
		return func() error {
			_, err := w.svc.Redeem(t.Context(), secret, release.Newcomer{PasswordHash: hash})
			return err
		}
	}
	w.ok(w.svc.DisablePerson(t.Context(), w.operator, p.ID))
	w.unchanged("a disabled person's", release.ErrLinkInvalid, redeem(second, "x"))
	w.ok(w.svc.EnablePerson(t.Context(), w.operator, p.ID))
	w.clock.set(p.CreatedAt.Add(release.LinkLife - time.Microsecond))
	w.ok(redeem(link, "one")())
	w.unchanged("used", release.ErrLinkInvalid, redeem(link, "two"))
	w.unchanged("the other invitation", release.ErrLinkInvalid, redeem(second, "two"))
	if _, none, err := w.svc.InvitePerson(t.Context(), w.operator, invite); err != nil || none != "" {
		t.Errorf("someone with a password got the link %q (%v)", none, err)
	}
	late := must(w.svc.NewPasswordLink(t.Context(), w.operator, p.ID))(t)
	w.clock.advance(24 * time.Hour)
	w.unchanged("expired", release.ErrLinkInvalid, redeem(late, "two"))
	demo := must(w.svc.DemoLink(t.Context(), release.Operator(), p.ID))(t)
	w.unchanged("a demo's link", release.ErrLinkInvalid, redeem(demo, "two"))
	for range 2 { // as often as it is opened
		must(w.svc.SignInByLink(t.Context(), demo))(t)
	}
	w.ok(w.svc.DisablePerson(t.Context(), w.operator, p.ID))
	w.unchanged("a disabled person's demo", release.ErrLinkInvalid, func() error { _, err := w.svc.SignInByLink(t.Context(), demo); return err })
}

// TestInvitingAddsRoles: an invitation to publish does not take the role for installing away.
func TestInvitingAddsRoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ok(w.svc.EditAccount(t.Context(), w.operator, w.north.Account, release.NewAccount{Name: "North", Zone: "UTC", Publisher: true}))
	_, _, err := w.svc.InvitePerson(t.Context(), w.operator, release.Invite{
		Name: "Nora", Email: "nora@example.org", Account: w.north.Account, Publisher: release.RolePublisher,
	})
	w.ok(err)
	if a := must(w.db.Reader.Actor(t.Context(), w.north.Person, w.north.Account))(t); a.Managed != release.RoleAdmin || a.Publisher != release.RolePublisher {
		t.Errorf("now acts as %+v", a)
	}
}

// TestLastOperator stays; one who was invited and never came does not count, and can be disabled.
func TestLastOperator(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	guest, _, err := w.svc.InvitePerson(t.Context(), w.operator, release.Invite{Name: "G", Email: "g@example.org", Site: release.RoleOperator})
	w.ok(err)
	for range 5 {
		errs := w.race(
			func() error { return w.svc.DisablePerson(t.Context(), w.operator, w.operatorOther.Person) },
			func() error { return w.svc.DisablePerson(t.Context(), w.operatorOther, w.operator.Person) },
		)
		if won := w.outcomes(errs, release.ErrLastOperator); won != 1 {
			t.Fatalf("%d operators were disabled: %v", won, errs)
		}
		last, gone := w.operator, w.operatorOther
		if errs[0] != nil {
			last, gone = gone, last
		}
		w.unchanged("the last operator", release.ErrLastOperator, func() error { return w.svc.DisablePerson(t.Context(), last, last.Person) })
		w.ok(w.svc.EnablePerson(t.Context(), last, gone.Person))
	}
	w.ok(w.svc.DisablePerson(t.Context(), w.operator, w.operatorOther.Person))
	w.ok(w.svc.DisablePerson(t.Context(), w.operator, guest.ID))
}

// TestRaceOfDisableAgainstRedeem: a person disabled while choosing a password stays disabled, and an account keeps both of
// two changes.
func TestRaceOfDisableAgainstRedeem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 2 * rounds {
		link := must(w.svc.NewPasswordLink(t.Context(), w.operator, w.west.Person))(t)
		hash, zone := fmt.Sprintf("hash %d", i), []string{"Asia/Tokyo", "Asia/Kolkata"}[i%2]
		errs := w.race(
			func() error { return w.svc.DisablePerson(t.Context(), w.operator, w.west.Person) },
			func() error {
				_, err := w.svc.Redeem(t.Context(), link, release.Newcomer{PasswordHash: hash})
				return err
			},
			func() error {
				n := release.NewAccount{Name: "Acme", Zone: zone, Publisher: true}
				return w.svc.EditAccount(t.Context(), w.operator, w.acme.Account, n)
			},
			func() error { return w.svc.SetShareableDefault(t.Context(), w.acme, i%2 == 0) },
		)
		w.outcomes(errs, release.ErrLinkInvalid)
		p := must(w.db.Reader.Person(t.Context(), w.west.Person))(t)
		if p.DisabledAt == nil || (errs[1] == nil) != (p.PasswordHash == hash) {
			t.Errorf("round %d: disabled %v, password %q (%v)", i, p.DisabledAt, p.PasswordHash, errs[1])
		}
		if n := w.number(`SELECT count(*) FROM account WHERE name = 'Acme' AND zone = $1 AND shareable_by_default = $2`, zone, i%2 == 0); n != 1 {
			t.Errorf("round %d: one of two changes of an account was lost", i)
		}
		w.ok(w.svc.EnablePerson(t.Context(), w.operator, w.west.Person))
	}
}

// TestThrottle: five wrong passwords of an address, or thirty from one place, and nobody looks any more for a while.
func TestThrottle(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	right, looked := "hash of Nora", 0
	try := func(email, from, password string) func() error {
		return func() error {
			_, err := w.svc.SignIn(t.Context(), release.Attempt{Email: email, Address: from, Verify: func(hash string) bool {
				looked++
				return hash == password
			}})
			return err
		}
	}
	w.refused(try("nora@example.org", "a", "")(), release.ErrSignIn) // an empty hash fits nobody
	for range 4 {
		w.refused(try("NORA@example.org ", "a", "wrong")(), release.ErrSignIn)
	}
	looked = 0
	w.unchanged("the right password, throttled", release.ErrThrottled, try("nora@example.org", "b", right))
	if looked != 0 {
		t.Error("a throttled password was looked at")
	}
	w.ok(try("sunil@example.org", "a", "hash of Sunil")()) // others from there still can
	w.clock.advance(release.ThrottleWindow)
	w.ok(w.tells("after the window", try("nora@example.org", "b", right), release.ActSignedIn))
	for i := range 30 {
		w.refused(try(fmt.Sprintf("nobody%d@example.org", i), "bad", "wrong")(), release.ErrSignIn)
	}
	w.refused(try("sunil@example.org", "bad", "hash of Sunil")(), release.ErrThrottled)
	w.ok(try("sunil@example.org", "good", "hash of Sunil")())
	w.ok(w.svc.DisablePerson(t.Context(), w.operator, w.north.Person))
	w.refused(try("nora@example.org", "good", right)(), release.ErrSignIn) // and not that they are disabled
}

// TestRaceToGuess: guesses that come all at once are throttled like those one after the other.
func TestRaceToGuess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	looked := make(chan bool, 40)
	guess := func() error {
		_, err := w.svc.SignIn(t.Context(), release.Attempt{Email: "nora@example.org", Address: "a", Verify: func(string) bool {
			looked <- true
			time.Sleep(20 * time.Millisecond) // hashing takes its time
			return false
		}})
		return err
	}
	racers := make([]func() error, cap(looked))
	for i := range racers {
		racers[i] = guess
	}
	w.outcomes(w.race(racers...), release.ErrSignIn, release.ErrThrottled)
	if n := len(looked); n > 5 {
		t.Errorf("%d guesses were looked at, want at most 5", n)
	}
}

// TestTokens live as long as they were made for, and at most a year.
func TestTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for life, want := range map[time.Duration]time.Duration{
		0: release.DefaultTokenLife, -time.Hour: release.DefaultTokenLife, time.Hour: time.Hour, 1<<63 - 1: release.MaxTokenLife,
	} {
		token, secret, err := w.svc.CreateToken(t.Context(), w.north, release.NewToken{Person: w.north.Person, Account: w.north.Account, Name: "agent", Life: life})
		w.ok(err)
		if got := token.ExpiresAt.Sub(token.CreatedAt); got != want {
			t.Errorf("a life of %s became %s", life, got)
		}
		for at, dead := range map[time.Time]bool{token.ExpiresAt.Add(-time.Microsecond): false, token.ExpiresAt: true} {
			if _, err := w.db.Reader.ActorByToken(t.Context(), secret.Hash(), at); errors.Is(err, release.ErrNotFound) != dead {
				t.Errorf("at %s: %v", at, err)
			}
		}
		w.ok(w.svc.RevokeToken(t.Context(), w.operator, token.ID))
		if _, err := w.db.Reader.ActorByToken(t.Context(), secret.Hash(), token.CreatedAt); !errors.Is(err, release.ErrNotFound) {
			t.Errorf("a revoked token: %v", err)
		}
	}
}

// TestTokensEndWithTheirRoles: what a token stood for ends it, and nothing brings it back; others stay. // R33
func TestTokensEndWithTheirRoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, nora := t.Context(), w.north.Person
	roles := func(account release.ID, publisher release.PublisherRole, managed release.ManagedRole) func() error {
		return func() error {
			return w.svc.SetRoles(ctx, w.operator, release.Membership{Person: nora, Account: account, Publisher: publisher, Managed: managed})
		}
	}
	w.ok(w.svc.AmendAccount(ctx, w.operator, w.north.Account, release.AccountEdit{Publisher: new(true)}))
	w.ok(roles(w.north.Account, release.RolePublisher, release.RoleAdmin)())
	w.ok(roles(w.west.Account, "", release.RoleAdmin)())
	token := func(account release.ID, scope release.TokenScope) release.Secret {
		_, secret, err := w.svc.CreateToken(ctx, w.operator, release.NewToken{Person: nora, Account: account, Name: string(scope), Scope: scope})
		w.ok(err)
		return secret
	}
	publishes, agent, elsewhere := token(w.north.Account, release.ScopeFull), token(w.north.Account, release.ScopeAgent), token(w.west.Account, release.ScopeFull)
	live := func(what string, want ...bool) {
		t.Helper()
		for i, secret := range []release.Secret{publishes, agent, elsewhere} {
			if _, err := w.db.Reader.ActorByToken(ctx, secret.Hash(), w.clock.now()); (err == nil) != want[i] {
				t.Errorf("%s: token %d: %v, want it alive: %t", what, i, err, want[i])
			}
		}
	}
	live("at first", true, true, true)
	w.ok(w.tells("installs no more", roles(w.north.Account, release.RolePublisher, ""), release.ActRoleChanged, release.ActTokenRevoked))
	w.ok(w.tells("installs again", roles(w.north.Account, release.RolePublisher, release.RoleAdmin), release.ActRoleChanged))
	live("installs again", true, false, true)
	w.ok(w.tells("is out", roles(w.north.Account, "", ""), release.ActRoleChanged, release.ActTokenRevoked))
	w.ok(roles(w.north.Account, release.RolePublisher, "")())
	live("is in again", false, false, true)
	w.ok(w.tells("disabled", func() error { return w.svc.DisablePerson(ctx, w.operator, nora) }, release.ActPersonDisabled, release.ActTokenRevoked))
	w.unchanged("a token of who is disabled", release.ErrPersonDisabled, func() error {
		_, _, err := w.svc.CreateToken(ctx, w.operator, release.NewToken{Person: nora, Account: w.west.Account, Name: "x"})
		return err
	})
	w.ok(w.svc.EnablePerson(ctx, w.operator, nora))
	live("enabled", false, false, false)
}

// TestRaceForATokenOfWhoIsDisabled: whoever comes first, no token is left to come to life. // R33
func TestRaceForATokenOfWhoIsDisabled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	for range rounds {
		var secret release.Secret
		w.outcomes(w.race(
			func() error { return w.svc.DisablePerson(ctx, w.operator, w.north.Person) },
			func() (err error) {
				_, secret, err = w.svc.CreateToken(ctx, w.operator, release.NewToken{Person: w.north.Person, Account: w.north.Account, Name: "late"})
				return err
			},
		), release.ErrPersonDisabled)
		w.ok(w.svc.EnablePerson(ctx, w.operator, w.north.Person))
		if _, err := w.db.Reader.ActorByToken(ctx, secret.Hash(), w.clock.now()); !errors.Is(err, release.ErrNotFound) {
			t.Fatalf("a token has come to life: %v", err)
		}
	}
}
