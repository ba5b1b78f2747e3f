package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// Ping tells whether the database answers.
func (r *Reader) Ping(ctx context.Context) error {
	if err := r.pool.Ping(ctx); err != nil {
		return fmt.Errorf("ping the database: %w", err)
	}
	return nil
}

// actorColumns: a site role counts only for the site, a membership only in its account, and a role only as long as the
// account has use for it.
const actorColumns = `p.id, p.name, w.account_id,
       CASE WHEN w.account_id IS NULL THEN coalesce(p.site_role, '') ELSE '' END,
       CASE WHEN a.publisher THEN coalesce(m.publisher_role, '') ELSE '' END,
       CASE WHEN a.managed THEN coalesce(m.managed_role, '') ELSE '' END`

func scanActor(row pgx.CollectableRow) (release.Actor, error) {
	var a release.Actor
	return a, row.Scan(actorFields(&a)...)
}

func actorFields(a *release.Actor) []any {
	return []any{&a.Person, &a.Name, &a.Account, &a.Site, &a.Publisher, &a.Managed}
}

// Actor is the person as acting in the account (zero: for the site). Unknown, disabled, or without any role there: not found.
func (r *Reader) Actor(ctx context.Context, person, account release.ID) (release.Actor, error) {
	return withRole(one(ctx, r.pool, "actor", `
SELECT `+actorColumns+`
FROM person p
CROSS JOIN (SELECT nullif(@of::uuid, '00000000-0000-0000-0000-000000000000') AS account_id) w
LEFT JOIN account a ON a.id = w.account_id
LEFT JOIN membership m ON m.person_id = p.id AND m.account_id = w.account_id
WHERE p.id = @person AND p.disabled_at IS NULL`, pgx.NamedArgs{"person": person, "of": account}, scanActor))
}

// ActorByToken is the actor of a live API token, given the sha256 of its secret. Notes nothing; ErrNotFound for any dead token.
func (r *Reader) ActorByToken(ctx context.Context, hash [32]byte, at time.Time) (release.Actor, error) {
	a, _, err := r.Bearer(ctx, hash, at)
	return a, err
}

// Bearer is ActorByToken with the token itself. An agent's actor holds no role: it belongs to the account, whose person still
// has to be one of those who install there.
func (r *Reader) Bearer(ctx context.Context, hash [32]byte, at time.Time) (release.Actor, release.TokenUse, error) {
	var use release.TokenUse
	a, err := withRole(one(ctx, r.pool, "actor by token", `
SELECT `+actorColumns+`, w.id, w.scope, w.last_used_at
FROM api_token w
JOIN person p ON p.id = w.person_id
LEFT JOIN account a ON a.id = w.account_id
LEFT JOIN membership m ON m.person_id = p.id AND m.account_id = w.account_id
WHERE w.token_hash = @hash AND w.revoked_at IS NULL AND w.expires_at > @at AND p.disabled_at IS NULL`,
		pgx.NamedArgs{"hash": hash[:], "at": at}, func(row pgx.CollectableRow) (release.Actor, error) {
			var a release.Actor
			return a, scanAll(row, actorFields(&a), []any{&use.ID, &use.Scope, &use.LastUsedAt})
		}))
	if err == nil && use.Scope == release.ScopeAgent && !a.ReadsManaged() {
		err = release.ErrNotFound
	}
	if err != nil {
		return release.Actor{}, release.TokenUse{}, err
	}
	a.Source, a.Token, a.ReadOnly = release.FromAPI, use.Scope, use.Scope == release.ScopeRead
	if a.IsAgent() {
		a.Publisher, a.Managed, a.Site = "", "", ""
	}
	return a, use, nil
}

// withRole refuses who can neither read nor do anything.
func withRole(a release.Actor, err error) (release.Actor, error) {
	if err == nil && !a.ReadsSite() && !a.ReadsPublisher() && !a.ReadsManaged() {
		err = release.ErrNotFound
	}
	if err != nil {
		return release.Actor{}, err
	}
	return a, nil
}

func isNotFound(err error) bool { return errors.Is(err, release.ErrNotFound) }
