package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

const personColumns = `p.id, p.email, p.name, coalesce(p.site_role, ''), p.password_hash, p.created_at, p.disabled_at, p.epoch`

func personFields(p *release.Person) []any {
	return []any{&p.ID, &p.Email, &p.Name, &p.Site, &p.PasswordHash, &p.CreatedAt, &p.DisabledAt, &p.Epoch}
}

func scanPerson(row pgx.CollectableRow) (release.Person, error) {
	var p release.Person
	return p, row.Scan(personFields(&p)...)
}

// Person is one person by id, for the session's own use.
func (r *Reader) Person(ctx context.Context, id release.ID) (release.Person, error) {
	return one(ctx, r.pool, "person", `SELECT `+personColumns+` FROM person p WHERE p.id = @id`, pgx.NamedArgs{"id": id}, scanPerson)
}

// PersonByEmail is for sign-in only.
func (r *Reader) PersonByEmail(ctx context.Context, email string) (release.Person, error) {
	return one(ctx, r.pool, "person by e-mail", `SELECT `+personColumns+` FROM person p WHERE lower(p.email) = lower(btrim(@email))`,
		pgx.NamedArgs{"email": email}, scanPerson)
}

// HasOperator tells whether any operator exists who can sign in.
func (r *Reader) HasOperator(ctx context.Context) (bool, error) {
	return one(ctx, r.pool, "operators", `
SELECT EXISTS (SELECT FROM person WHERE site_role = 'operator' AND disabled_at IS NULL AND password_hash <> '')`,
		nil, pgx.RowTo[bool])
}

const membershipColumns = `m.person_id, m.account_id, coalesce(m.publisher_role, ''), coalesce(m.managed_role, ''), a.name, a.zone, a.publisher, a.managed`

func scanMembership(row pgx.CollectableRow) (release.MembershipRow, error) {
	var m release.MembershipRow
	return m, row.Scan(&m.Person, &m.Account, &m.Publisher, &m.Managed, &m.AccountName, &m.AccountZone, &m.Publishes, &m.Installs)
}

// Memberships are the accounts in which a person can act, by account name.
func (r *Reader) Memberships(ctx context.Context, person release.ID) ([]release.MembershipRow, error) {
	return memberships(ctx, r.pool, []release.ID{person})
}

func memberships(ctx context.Context, q reading, persons []release.ID) ([]release.MembershipRow, error) {
	return list(ctx, q, "memberships", `
SELECT `+membershipColumns+`
FROM membership m JOIN account a ON a.id = m.account_id
WHERE m.person_id = ANY(@persons::uuid[])
ORDER BY lower(a.name), a.id`, pgx.NamedArgs{"persons": persons}, scanMembership)
}

// personRows decorates a page of persons with their last sign-in.
const personRows = `
SELECT ` + personColumns + `, s.at
FROM page p
LEFT JOIN LATERAL (SELECT e.at FROM audit_event e
                   WHERE e.subject >= p.id AND e.subject <= p.id AND e.action = 'person.signed_in' -- see along
                   ORDER BY e.subject DESC, e.id DESC LIMIT 1) s ON true
ORDER BY lower(p.email)`

// People lists persons by e-mail after the key, for site staff; with an account, its people only.
func (r *Reader) People(ctx context.Context, by release.Actor, account release.ID, query, afterEmail string, limit int) ([]release.PersonRow, error) {
	return r.people(ctx, `
  SELECT p.* FROM person p
  WHERE @site AND lower(p.email) > lower(@after)
    AND (@everywhere OR EXISTS (SELECT FROM membership m WHERE m.person_id = p.id AND m.account_id = @of))
    AND (@query = '' OR p.email ILIKE @pattern OR p.name ILIKE @pattern)
  ORDER BY lower(p.email) LIMIT @limit`, scopeOf(by).with(pgx.NamedArgs{
		"after": afterEmail, "everywhere": account.IsZero(), "of": account, "query": query, "pattern": infix(query), "limit": pageLimit(limit),
	}))
}

// PersonRow is one person with memberships, for site staff.
func (r *Reader) PersonRow(ctx context.Context, by release.Actor, id release.ID) (release.PersonRow, error) {
	return first(r.people(ctx, `SELECT p.* FROM person p WHERE @site AND p.id = @id`, scopeOf(by).with(pgx.NamedArgs{"id": id})))
}

func (r *Reader) people(ctx context.Context, inner string, args pgx.NamedArgs) ([]release.PersonRow, error) {
	rows, err := list(ctx, r.pool, "people", "WITH page AS MATERIALIZED ("+inner+")"+personRows, args,
		func(row pgx.CollectableRow) (release.PersonRow, error) {
			var p release.PersonRow
			return p, scanAll(row, personFields(&p.Person), []any{&p.LastSeen})
		})
	if err != nil || rows == nil {
		return nil, err
	}
	place := make(map[release.ID]int, len(rows))
	ids := make([]release.ID, len(rows))
	for i, p := range rows {
		place[p.ID], ids[i] = i, p.ID
	}
	all, err := memberships(ctx, r.pool, ids)
	for _, m := range all {
		p := &rows[place[m.Person]]
		p.Memberships = append(p.Memberships, m)
	}
	return rows, err
}

// Tokens are the live and dead API tokens of a person, newest first: one's own, or any for an operator.
func (r *Reader) Tokens(ctx context.Context, by release.Actor, person release.ID) ([]release.TokenRow, error) {
	if by.ReadOnly || by.IsAgent() || (by.Person != person && by.Site != release.RoleOperator) { // who looks as others is shown none of their own
		return nil, nil
	}
	return list(ctx, r.pool, "tokens", tokenRows+`WHERE t.person_id = @person ORDER BY t.id DESC`, pgx.NamedArgs{"person": person}, scanToken)
}

// TokenInUse is one token, for those who have shown its secret, or have just made it.
func (r *Reader) TokenInUse(ctx context.Context, id release.ID) (release.TokenRow, error) {
	return one(ctx, r.pool, "token", tokenRows+`WHERE t.id = @id`, pgx.NamedArgs{"id": id}, scanToken)
}

// tokenRows is a statement; of a token's secret only the hash is kept.
//
//nolint:gosec // no credentials
const tokenRows = `
SELECT t.id, t.token_hash, t.person_id, t.account_id, t.name, t.scope, t.created_at, t.expires_at, t.revoked_at, p.name, coalesce(a.name, ''), t.last_used_at
FROM api_token t
JOIN person p ON p.id = t.person_id
LEFT JOIN account a ON a.id = t.account_id
`

func scanToken(row pgx.CollectableRow) (release.TokenRow, error) {
	var t release.TokenRow
	return t, row.Scan(&t.ID, sum256(&t.Hash), &t.Person, &t.Account, &t.Name, &t.Scope, &t.CreatedAt, &t.ExpiresAt, &t.RevokedAt,
		&t.PersonName, &t.AccountName, &t.LastUsedAt)
}

// LinkByHash is a one-time link that can still be used at the instant, with its person (zero for the set-up); else ErrLinkInvalid.
func (r *Reader) LinkByHash(ctx context.Context, hash [32]byte, at time.Time) (release.Link, release.Person, error) {
	type found struct {
		link   release.Link
		person release.Person
	}
	f, err := first(list(ctx, r.pool, "link", `
SELECT l.token_hash, l.purpose, l.person_id, l.created_at, l.expires_at, l.used_at
FROM sign_in_link l LEFT JOIN person p ON p.id = l.person_id
WHERE l.token_hash = @hash AND l.used_at IS NULL AND l.expires_at > @at AND p.disabled_at IS NULL`,
		pgx.NamedArgs{"hash": hash[:], "at": at}, func(row pgx.CollectableRow) (found, error) {
			var f found
			l := &f.link
			return f, row.Scan(sum256(&l.TokenHash), &l.Purpose, &l.Person, &l.CreatedAt, &l.ExpiresAt, &l.UsedAt)
		}))
	if isNotFound(err) {
		return release.Link{}, release.Person{}, release.ErrLinkInvalid
	}
	if err != nil || f.link.Person.IsZero() {
		return f.link, f.person, err
	}
	f.person, err = r.Person(ctx, f.link.Person)
	return f.link, f.person, err
}
