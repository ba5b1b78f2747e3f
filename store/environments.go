package store

import (
	"context"
	"errors"

	"packtide/release"
)

// AddEnvironment keeps an environment; one_environment_per_name refuses a second one of the name.
func (t *tx) AddEnvironment(ctx context.Context, e release.Environment) error {
	return t.do(ctx, "add an environment", `
		INSERT INTO environment (account_id, name, classification, created_at, created_by)
		VALUES ($1, $2, $3, $4, $5)`, e.Account, e.Name, string(e.Classification), e.CreatedAt, e.CreatedBy)
}

// MoveAttachment takes the attachment, and its opt-in to a pending release, out of the counts of one place and into those of
// another.
func (t *tx) MoveAttachment(ctx context.Context, a release.Attachment, environment string) error {
	zone, err := t.lockAccount(ctx, a.Account)
	if err != nil {
		return err
	}
	var tries release.ID
	err = t.read(ctx, "look for a running opt-in", `
		SELECT r.id
		  FROM release r JOIN opt_in o ON o.release_id = r.id AND o.attachment_id = $1 AND o.ended IS NULL
		 WHERE r.pack_id = $2 AND r.state = 'pending'`, []any{a.ID, a.Pack}, &tries)
	if err != nil && !errors.Is(err, release.ErrNotFound) {
		return err
	}
	if err := t.countAt(ctx, a, zone, tries, -1); err != nil {
		return err
	}
	err = t.one(ctx, "move an attachment", `UPDATE attachment SET environment = $2 WHERE id = $1 AND detached_at IS NULL`, a.ID, environment)
	if err != nil {
		return err
	}
	a.Environment = environment
	return t.countAt(ctx, a, zone, tries, 1)
}

// countAt counts an attachment and its opt-in at their place; a zero release is no opt-in.
func (t *tx) countAt(ctx context.Context, a release.Attachment, zone string, tries release.ID, n int) error {
	if err := t.countAttachmentPlace(ctx, a, zone, n); err != nil || tries.IsZero() {
		return err
	}
	return t.countOptInPlace(ctx, a.ID, tries, n)
}
