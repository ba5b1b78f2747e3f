package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// AddInvitation keeps an invitation that is to be mailed.
func (t *tx) AddInvitation(ctx context.Context, i release.Invitation) error {
	return t.do(ctx, "add an invitation", `
		INSERT INTO invitation_mail (id, person_id, account_id, link_hash, sealed, state, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		i.ID, i.Person, orNull(i.Account), i.Link[:], i.Sealed, string(i.State), i.Created)
}

// LockInvitation lets no other attempt end meanwhile.
func (t *tx) LockInvitation(ctx context.Context, id release.ID) (release.Invitation, error) {
	return first(collect(ctx, t, "lock an invitation", `
		SELECT id, person_id, coalesce(account_id, '00000000-0000-0000-0000-000000000000'), link_hash, sealed, state, attempts, failure, created_at, ended_at
		  FROM invitation_mail WHERE id = $1 FOR UPDATE`, []any{id}, func(row pgx.CollectableRow) (release.Invitation, error) {
		var i release.Invitation
		var link []byte
		err := row.Scan(&i.ID, &i.Person, &i.Account, &link, &i.Sealed, &i.State, &i.Attempts, &i.Failure, &i.Created, &i.EndedAt)
		copy(i.Link[:], link)
		return i, err
	}))
}

// SaveInvitation keeps what an attempt changes.
func (t *tx) SaveInvitation(ctx context.Context, i release.Invitation) error {
	return t.one(ctx, "save an invitation", `
		UPDATE invitation_mail SET sealed = $2, state = $3, attempts = $4, failure = $5, ended_at = $6 WHERE id = $1`,
		i.ID, i.Sealed, string(i.State), i.Attempts, i.Failure, i.EndedAt)
}
