package release

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// Attempt is one try to sign in. Verify compares the password with a hash and takes the same time for an empty one, so that
// nobody learns which addresses exist.
type Attempt struct {
	Email   string
	Address string // network address of the caller
	Verify  func(hash string) bool
}

// SignIn finds the person whose address and password fit. After too many failures of one address or from one place it
// refuses with ErrThrottled without looking; else ErrSignIn, which tells nothing about who exists.
func (s *Service) SignIn(ctx context.Context, a Attempt) (Person, error) {
	email, address := strings.ToLower(strings.TrimSpace(a.Email)), keepable(a.Address, maxAddress)
	if !emailFits(email) {
		return Person{}, ErrSignIn // nobody has such an address: there is nothing to guess, and nothing to note
	}
	noted := s.now()
	p, err := s.signInCandidate(ctx, email, address, noted)
	if err != nil {
		return Person{}, err
	}
	// Between the two transactions: hashing takes its time, and no connection waits for it.
	if !a.Verify(p.PasswordHash) || p.PasswordHash == "" || p.DisabledAt != nil {
		return Person{}, ErrSignIn
	}
	err = s.inTx(ctx, "sign in", func(ctx context.Context, tx Tx) error {
		if err := tx.DropSignInFailure(ctx, email, address, noted); err != nil {
			return err
		}
		return tx.Audit(ctx, personEvent(p.self(), s.now(), ActSignedIn, p))
	})
	return p, err
}

// signInCandidate finds the person whose password is to be looked at, if anybody's may be. The attempt counts as a failure
// from now on, until it turns out to be none: else any number of guesses could be looked at side by side.
func (s *Service) signInCandidate(ctx context.Context, email, address string, at time.Time) (Person, error) {
	var p Person
	err := s.inTx(ctx, "look up a sign-in", func(ctx context.Context, tx Tx) error {
		byEmail, byAddress, err := tx.SignInFailures(ctx, email, address, at.Add(-ThrottleWindow))
		if err != nil {
			return err
		}
		if byEmail >= failuresByEmail || byAddress >= failuresByAddress {
			return ErrThrottled
		}
		if err := tx.AddSignInFailure(ctx, email, address, at); err != nil {
			return err
		}
		if p, err = tx.PersonByEmail(ctx, email); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		return nil
	})
	return p, err
}

// SignInByLink finds the person behind a demo link.
func (s *Service) SignInByLink(ctx context.Context, link Secret) (Person, error) {
	var p Person
	err := s.inTx(ctx, "sign in by link", func(ctx context.Context, tx Tx) error {
		l, at, err := s.liveLink(ctx, tx, link, LinkDemo)
		if err != nil {
			return err
		}
		if p, err = tx.Person(ctx, l.Person); err != nil {
			return err
		}
		if p.DisabledAt != nil {
			return ErrLinkInvalid
		}
		return tx.Audit(ctx, personEvent(p.self(), at, ActSignedIn, p))
	})
	return p, err
}

// DisablePerson ends all that a person can do, and every sign-in and token for ever; the last operator who can sign in stays.
// EnablePerson lets them in again. A person who is disabled already stays as they are.
func (s *Service) DisablePerson(ctx context.Context, by Actor, person ID) error {
	return s.changePerson(ctx, by, person, ActPersonDisabled, func(p *Person, operators int, at time.Time) (bool, error) {
		if p.DisabledAt != nil {
			return false, nil
		}
		if p.Site == RoleOperator && p.PasswordHash != "" && operators <= 1 {
			return false, ErrLastOperator
		}
		p.DisabledAt = &at
		p.Epoch++
		return true, nil
	})
}

// EnablePerson lets a disabled person in again, with the password and the roles of before, and without the tokens.
func (s *Service) EnablePerson(ctx context.Context, by Actor, person ID) error {
	return s.changePerson(ctx, by, person, ActPersonEnabled, func(p *Person, _ int, _ time.Time) (bool, error) {
		changed := p.DisabledAt != nil
		p.DisabledAt = nil
		return changed, nil
	})
}

// changePerson locks the operators before the person: two operators who disable each other wait here, in one order.
func (s *Service) changePerson(ctx context.Context, by Actor, person ID, action string,
	change func(p *Person, operators int, at time.Time) (changed bool, err error),
) error {
	if err := by.mayOperate(); err != nil {
		return err
	}
	return s.inTx(ctx, "change a person", func(ctx context.Context, tx Tx) error {
		operators, err := tx.LockOperators(ctx)
		if err != nil {
			return err
		}
		p, err := tx.LockPerson(ctx, person)
		if err != nil {
			return err
		}
		at := s.now()
		if changed, err := change(&p, operators, at); err != nil || !changed {
			return err
		}
		if err := tx.SavePerson(ctx, p); err != nil {
			return err
		}
		if err := tx.Audit(ctx, personEvent(by, at, action, p)); err != nil || p.DisabledAt == nil {
			return err
		}
		return endTokens(ctx, tx, by, at, Membership{Person: p.ID}, TokenScopes())
	})
}

// endTokens revokes a person's live tokens of the scopes where the membership is, or everywhere: a token that has lost what it
// stood for does not come to life again with the next role (R33).
func endTokens(ctx context.Context, tx Tx, by Actor, at time.Time, of Membership, scopes []TokenScope) error {
	ended, err := tx.RevokeTokens(ctx, of.Person, of.Account, scopes, at)
	if err != nil {
		return err
	}
	for _, t := range ended {
		if err := tx.Audit(ctx, tokenRevoked(by, at, t)); err != nil {
			return err
		}
	}
	return nil
}

func tokenRevoked(by Actor, at time.Time, t Token) Event {
	e := event(by, at, ActTokenRevoked, t.ID, t.Name)
	e.Account, e.Publisher = t.Account, t.Account
	return e
}

// deadLinkKept is how long a link that was used or has expired can still be looked up.
const deadLinkKept = 30 * 24 * time.Hour

// Tidy deletes what no rule asks for any more as of the instant: failed sign-ins beyond the throttle's window, links long
// dead, keys of requests a day old, expired sessions. It returns how many rows went.
func (s *Service) Tidy(ctx context.Context, at time.Time) (int64, error) {
	var gone int64
	err := s.inTx(ctx, "tidy up", func(ctx context.Context, tx Tx) (err error) {
		if gone, err = tx.Tidy(ctx, at.Add(-ThrottleWindow), at.Add(-deadLinkKept), at.Add(-OnceKept)); err != nil {
			return err
		}
		old, err := tx.TidyDeliveries(ctx, at.Add(-deliveryKept), at.Add(-deliveryGivenUp), at)
		gone += old
		return err
	})
	return gone, err
}

// NewToken is what is asked for to let a program act.
type NewToken struct {
	Person  ID
	Account ID // zero: the site
	Name    string
	Scope   TokenScope    // empty: ScopeFull
	Life    time.Duration // zero: DefaultTokenLife; at most MaxTokenLife
}

// TokenPrefix marks packtide's tokens, so that secret scanners find leaked ones.
const TokenPrefix = "ptd_"

// CreateToken makes a token for oneself, or (operator) for anybody, in an account in which that person has a role.
func (s *Service) CreateToken(ctx context.Context, by Actor, n NewToken) (Token, Secret, error) {
	if err := by.mayKeepTokens(n.Person, ErrForbidden); err != nil {
		return Token{}, "", err
	}
	if !fitsLine(n.Name, 1, maxName) {
		return Token{}, "", unfit(ErrTokenName, n.Name, maxName)
	}
	n.Scope = cmp.Or(n.Scope, ScopeFull)
	if !slices.Contains(TokenScopes(), n.Scope) {
		return Token{}, "", ErrTokenScope
	}
	if n.Life <= 0 {
		n.Life = DefaultTokenLife
	}
	at := s.now()
	secret := TokenPrefix + NewSecret()
	t := Token{
		ID: NewID(at), Hash: secret.Hash(), Person: n.Person, Account: n.Account, Name: strings.TrimSpace(n.Name), Scope: n.Scope,
		CreatedAt: at, ExpiresAt: at.Add(min(n.Life, MaxTokenLife)),
	}
	err := s.inTx(ctx, "create a token", func(ctx context.Context, tx Tx) error {
		p, err := tx.LockPerson(ctx, n.Person) // whoever disables them, or ends their roles, ends this token too
		if err != nil {
			return err
		}
		if p.DisabledAt != nil {
			return ErrPersonDisabled
		}
		if err := n.fits(ctx, tx, p); err != nil {
			return err
		}
		if err := tx.AddToken(ctx, t); err != nil {
			return err
		}
		e := event(by, at, ActTokenCreated, t.ID, t.Name)
		e.Account, e.Publisher = t.Account, t.Account
		e.After = map[string]any{"person": p.Name, "expires": t.ExpiresAt.Format(time.RFC3339), "scope": string(t.Scope)}
		return tx.Audit(ctx, e)
	})
	return t, secret, err
}

// fits refuses a token where its person has no role, and an agent's that its account's admin does not make.
func (n NewToken) fits(ctx context.Context, tx Tx, p Person) error {
	if n.Account.IsZero() {
		switch {
		case n.Scope == ScopeAgent:
			return ErrTokenAgent
		case p.Site == "":
			return ErrRoleMissing
		}
		return nil
	}
	m, err := tx.Membership(ctx, n.Person, n.Account)
	if err == nil && n.Scope == ScopeAgent && m.Managed != RoleAdmin {
		return ErrTokenAgent
	}
	return err
}

// useKept is how exactly is known when a token was last used. The many agents, which ask all day long, are noted less
// often: their reports tell more.
func (t TokenScope) useKept() time.Duration {
	if t == ScopeAgent {
		return 15 * time.Minute
	}
	return time.Minute
}

// Due tells whether a use of the token is to be noted.
func (t TokenUse) Due(at time.Time) bool {
	return t.LastUsedAt == nil || !at.Before(t.LastUsedAt.Add(t.Scope.useKept()))
}

// NoteTokenUse notes that a token is used, for its person to see. Where it was noted a moment ago it does nothing: however
// many requests come at once, one of them writes.
func (s *Service) NoteTokenUse(ctx context.Context, t TokenUse) error {
	at := s.now()
	if !t.Due(at) {
		return nil
	}
	return s.inTx(ctx, "note the use of a token", func(ctx context.Context, tx Tx) error {
		return tx.NoteTokenUse(ctx, t.ID, at, at.Add(-t.Scope.useKept()))
	})
}

// RevokeToken ends a token: one's own, or (operator) anybody's.
func (s *Service) RevokeToken(ctx context.Context, by Actor, token ID) error {
	return s.inTx(ctx, "revoke a token", func(ctx context.Context, tx Tx) error {
		t, err := tx.LockToken(ctx, token)
		if err != nil {
			return err
		}
		if err := by.mayKeepTokens(t.Person, ErrNotFound); err != nil {
			return err
		}
		if t.RevokedAt != nil {
			return nil
		}
		at := s.now()
		if err := tx.RevokeToken(ctx, token, at); err != nil {
			return err
		}
		return tx.Audit(ctx, tokenRevoked(by, at, t))
	})
}
