package store

import (
	"context"
	"time"

	"packtide/release"
)

// AddOnce waits for another transaction that claims the same key, and then finds it taken.
func (t *tx) AddOnce(ctx context.Context, o release.Once) (bool, error) {
	n, err := t.exec(ctx, "claim a key", `
		INSERT INTO api_idempotency (person_id, account_id, key, request_hash, claim_id, claimed_at)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT DO NOTHING`,
		o.Person, o.Account, o.Key, o.Request[:], o.Claim, o.ClaimedAt)
	return n == 1, err
}

// LockOnce reads what is kept of a key.
func (t *tx) LockOnce(ctx context.Context, person, account release.ID, key string) (release.Once, error) {
	o := release.Once{Person: person, Account: account, Key: key}
	err := t.read(ctx, "lock a key", `
		SELECT request_hash, claim_id, claimed_at, done_at, coalesce(status, 0), answer
		  FROM api_idempotency
		 WHERE person_id = $1 AND account_id = $2 AND key = $3
		   FOR UPDATE`, []any{person, account, key},
		sum256(&o.Request), &o.Claim, &o.ClaimedAt, &o.DoneAt, &o.Status, &o.Answer)
	return o, err
}

// RetakeOnce begins anew in the same row.
func (t *tx) RetakeOnce(ctx context.Context, o release.Once) error {
	return t.one(ctx, "take a key over", `
		UPDATE api_idempotency
		   SET request_hash = $4, claim_id = $5, claimed_at = $6, done_at = NULL, status = NULL, answer = NULL
		 WHERE person_id = $1 AND account_id = $2 AND key = $3`,
		o.Person, o.Account, o.Key, o.Request[:], o.Claim, o.ClaimedAt)
}

// MarkOnce keeps the first instant.
func (t *tx) MarkOnce(ctx context.Context, o release.Once, at time.Time) (bool, error) {
	n, err := t.exec(ctx, "mark a key", `
		UPDATE api_idempotency SET done_at = coalesce(done_at, $5)
		 WHERE person_id = $1 AND account_id = $2 AND key = $3 AND claim_id = $4`,
		o.Person, o.Account, o.Key, o.Claim, at)
	return n == 1, err
}

// AnswerOnce does nothing where another has taken the key over.
func (t *tx) AnswerOnce(ctx context.Context, o release.Once) error {
	return t.do(ctx, "keep an answer", `
		UPDATE api_idempotency SET status = $5, answer = $6
		 WHERE person_id = $1 AND account_id = $2 AND key = $3 AND claim_id = $4`,
		o.Person, o.Account, o.Key, o.Claim, o.Status, o.Answer)
}

// DropOnce does nothing where a change was made, or another has taken the key over.
func (t *tx) DropOnce(ctx context.Context, o release.Once) error {
	return t.do(ctx, "drop a key", `
		DELETE FROM api_idempotency
		 WHERE person_id = $1 AND account_id = $2 AND key = $3 AND claim_id = $4 AND done_at IS NULL`,
		o.Person, o.Account, o.Key, o.Claim)
}
