package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

const person = `
	SELECT id, email, name, coalesce(site_role, ''), password_hash, created_at, disabled_at, epoch
	  FROM person `

func (t *tx) person(ctx context.Context, where string, arg any) (release.Person, error) {
	var p release.Person
	err := t.read(ctx, "read a person", person+where, []any{arg},
		&p.ID, &p.Email, &p.Name, &p.Site, &p.PasswordHash, &p.CreatedAt, &p.DisabledAt, &p.Epoch)
	return p, err
}

// Person reads one person.
func (t *tx) Person(ctx context.Context, id release.ID) (release.Person, error) {
	return t.person(ctx, `WHERE id = $1`, id)
}

// LockPerson is for whoever saves the person.
func (t *tx) LockPerson(ctx context.Context, id release.ID) (release.Person, error) {
	return t.person(ctx, `WHERE id = $1 FOR NO KEY UPDATE`, id)
}

// PersonByEmail reads the person of an address, in whatever case it is written.
func (t *tx) PersonByEmail(ctx context.Context, email string) (release.Person, error) {
	return t.person(ctx, `WHERE lower(email) = lower($1)`, email)
}

// AddPerson keeps a new person.
func (t *tx) AddPerson(ctx context.Context, p release.Person) error {
	return t.do(ctx, "add a person", `
		INSERT INTO person (id, email, name, site_role, password_hash, created_at, disabled_at, epoch)
		VALUES ($1, $2, $3, nullif($4, ''), $5, $6, $7, $8)`,
		p.ID, p.Email, p.Name, p.Site, p.PasswordHash, p.CreatedAt, p.DisabledAt, p.Epoch)
}

// SavePerson changes a person.
func (t *tx) SavePerson(ctx context.Context, p release.Person) error {
	return t.one(ctx, "save a person", `
		UPDATE person
		   SET email = $2, name = $3, site_role = nullif($4, ''), password_hash = $5, disabled_at = $6, epoch = $7
		 WHERE id = $1`,
		p.ID, p.Email, p.Name, p.Site, p.PasswordHash, p.DisabledAt, p.Epoch)
}

// SaveMembership replaces what the person may do in the account.
func (t *tx) SaveMembership(ctx context.Context, m release.Membership) error {
	if m.Publisher == "" && m.Managed == "" {
		return t.do(ctx, "end a membership", `DELETE FROM membership WHERE person_id = $1 AND account_id = $2`, m.Person, m.Account)
	}
	return t.do(ctx, "save a membership", `
		INSERT INTO membership (person_id, account_id, publisher_role, managed_role)
		VALUES ($1, $2, nullif($3, ''), nullif($4, ''))
		ON CONFLICT (person_id, account_id)
		DO UPDATE SET publisher_role = EXCLUDED.publisher_role, managed_role = EXCLUDED.managed_role`,
		m.Person, m.Account, m.Publisher, m.Managed)
}

// Membership reads what the person may do in the account.
func (t *tx) Membership(ctx context.Context, person, account release.ID) (release.Membership, error) {
	m := release.Membership{Person: person, Account: account}
	err := t.read(ctx, "read a membership", `
		SELECT coalesce(publisher_role, ''), coalesce(managed_role, '')
		  FROM membership
		 WHERE person_id = $1 AND account_id = $2`, []any{person, account}, &m.Publisher, &m.Managed)
	return m, err
}

// operatorsLock is held by whoever counts the operators: where there is none yet, no row could be locked.
const operatorsLock = 7_075

// LockOperators counts the operators that can sign in. Lock and count are two statements: the count has to see what was
// committed while this transaction waited.
func (t *tx) LockOperators(ctx context.Context) (int, error) {
	if err := t.do(ctx, "lock the operators", `SELECT pg_advisory_xact_lock($1)`, operatorsLock); err != nil {
		return 0, err
	}
	if err := t.do(ctx, "lock the operators", `SELECT FROM person WHERE site_role = 'operator' ORDER BY id FOR UPDATE`); err != nil {
		return 0, err
	}
	var n int
	err := t.read(ctx, "count the operators", `
		SELECT count(*)
		  FROM person
		 WHERE site_role = 'operator' AND disabled_at IS NULL AND password_hash <> ''`, nil, &n)
	return n, err
}

// AddLink keeps a one-time link.
func (t *tx) AddLink(ctx context.Context, l release.Link) error {
	return t.do(ctx, "add a link", `
		INSERT INTO sign_in_link (token_hash, purpose, person_id, created_at, expires_at, used_at)
		VALUES ($1, $2, $3, $4, $5, $6)`,
		l.TokenHash[:], l.Purpose, orNull(l.Person), l.CreatedAt, l.ExpiresAt, l.UsedAt)
}

// LockLink reads a link of any state; nobody else can use it meanwhile.
func (t *tx) LockLink(ctx context.Context, hash [32]byte) (release.Link, error) {
	l := release.Link{TokenHash: hash}
	err := t.read(ctx, "lock a link", `
		SELECT purpose, person_id, created_at, expires_at, used_at
		  FROM sign_in_link
		 WHERE token_hash = $1
		   FOR UPDATE`, []any{hash[:]},
		&l.Purpose, &l.Person, &l.CreatedAt, &l.ExpiresAt, &l.UsedAt)
	return l, err
}

// UseLink ends the link and all other open links of the person: an older invitation is worth nothing once there is a
// password. Set-up links, which belong to nobody yet, end together.
func (t *tx) UseLink(ctx context.Context, l release.Link, at time.Time) error {
	n, err := t.exec(ctx, "use a link", `
		UPDATE sign_in_link SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL`, l.TokenHash[:], at)
	if err != nil {
		return err
	}
	if n == 0 {
		return release.ErrLinkInvalid
	}
	return t.do(ctx, "end the other links", `
		UPDATE sign_in_link SET used_at = $2 WHERE person_id IS NOT DISTINCT FROM $1 AND used_at IS NULL`, orNull(l.Person), at)
}

// AddToken keeps an API token.
func (t *tx) AddToken(ctx context.Context, k release.Token) error {
	return t.do(ctx, "add a token", `
		INSERT INTO api_token (id, token_hash, person_id, account_id, name, scope, created_at, expires_at, revoked_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		k.ID, k.Hash[:], k.Person, orNull(k.Account), k.Name, k.Scope, k.CreatedAt, k.ExpiresAt, k.RevokedAt)
}

// LockToken reads a token of any state.
func (t *tx) LockToken(ctx context.Context, id release.ID) (release.Token, error) {
	var k release.Token
	var hash []byte
	err := t.read(ctx, "lock a token", `
		SELECT id, token_hash, person_id, account_id, name, scope, created_at, expires_at, revoked_at
		  FROM api_token
		 WHERE id = $1
		   FOR UPDATE`, []any{id},
		&k.ID, &hash, &k.Person, &k.Account, &k.Name, &k.Scope, &k.CreatedAt, &k.ExpiresAt, &k.RevokedAt)
	copy(k.Hash[:], hash)
	return k, err
}

// RevokeToken ends a token; one that is revoked stays as it is.
func (t *tx) RevokeToken(ctx context.Context, id release.ID, at time.Time) error {
	return t.one(ctx, "revoke a token", `UPDATE api_token SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1`, id, at)
}

// RevokeTokens ends what lives of a person's tokens; it stands under LockPerson, as does making one.
func (t *tx) RevokeTokens(ctx context.Context, person, account release.ID, scopes []release.TokenScope, at time.Time) ([]release.Token, error) {
	return collect(ctx, t, "revoke tokens", `
		UPDATE api_token SET revoked_at = $4
		 WHERE person_id = $1 AND ($2::uuid IS NULL OR account_id = $2) AND scope = ANY($3::text[])
		   AND revoked_at IS NULL AND expires_at > $4
		RETURNING id, person_id, account_id, name, scope`, []any{person, orNull(account), scopes, at},
		func(row pgx.CollectableRow) (release.Token, error) {
			k := release.Token{RevokedAt: &at}
			return k, row.Scan(&k.ID, &k.Person, &k.Account, &k.Name, &k.Scope)
		})
}

// NoteTokenUse waits for nobody: where another request notes the same, that is enough.
func (t *tx) NoteTokenUse(ctx context.Context, id release.ID, at, unlessAfter time.Time) error {
	return t.do(ctx, "note the use of a token", `
		UPDATE api_token SET last_used_at = $2
		 WHERE id = (SELECT id FROM api_token
		              WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $3)
		                FOR NO KEY UPDATE SKIP LOCKED)`, id, at, unlessAfter)
}

// emailLock and addressLock are the spaces of the locks of those who count failed attempts, always taken in this order.
const (
	emailLock   = 7_077
	addressLock = 7_078
)

// SignInFailures counts failed attempts. Both counts walk an index from the instant on. Lock and count are statements of
// their own: the count has to see what was noted while this transaction waited.
func (t *tx) SignInFailures(ctx context.Context, email, address string, since time.Time) (byEmail, byAddress int, err error) {
	for _, l := range []struct {
		space int
		of    string
	}{{emailLock, email}, {addressLock, address}} {
		if err := t.do(ctx, "wait for other sign-ins", `SELECT pg_advisory_xact_lock($1, hashtext(lower($2)))`, l.space, l.of); err != nil {
			return 0, 0, err
		}
	}
	err = t.read(ctx, "count failed sign-ins", `
		SELECT (SELECT count(*) FROM sign_in_failure WHERE email = lower($1) AND at >= $3),
		       (SELECT count(*) FROM sign_in_failure WHERE address = $2 AND at >= $3)`,
		[]any{email, address, since}, &byEmail, &byAddress)
	return byEmail, byAddress, err
}

// AddSignInFailure notes a failed attempt.
func (t *tx) AddSignInFailure(ctx context.Context, email, address string, at time.Time) error {
	return t.do(ctx, "note a failed sign-in", `
		INSERT INTO sign_in_failure (id, at, email, address) VALUES ($1, $2, lower($3), $4)`,
		release.NewID(at), at, email, address)
}

// DropSignInFailure takes one attempt back.
func (t *tx) DropSignInFailure(ctx context.Context, email, address string, at time.Time) error {
	return t.do(ctx, "take a failed sign-in back", `
		DELETE FROM sign_in_failure
		 WHERE id = (SELECT id FROM sign_in_failure WHERE email = lower($1) AND address = $2 AND at = $3 LIMIT 1)`, email, address, at)
}

// Tidy deletes. Sessions expire by the database's own clock, as the session store reads them.
func (t *tx) Tidy(ctx context.Context, failuresBefore, linksBefore, keysBefore time.Time) (int64, error) {
	var sum int64
	for _, d := range []struct {
		attempt, sql string
		args         []any
	}{
		{"forget failed sign-ins", `DELETE FROM sign_in_failure WHERE at < $1`, []any{failuresBefore}},
		{"forget dead links", `DELETE FROM sign_in_link WHERE least(used_at, expires_at) < $1`, []any{linksBefore}},
		{"forget keys of requests", `DELETE FROM api_idempotency WHERE claimed_at < $1`, []any{keysBefore}},
		{"forget expired sessions", `DELETE FROM sessions WHERE expiry < now()`, nil},
	} {
		n, err := t.exec(ctx, d.attempt, d.sql, d.args...)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}
