package store

import (
	"context"
	"errors"
	"time"

	"packtide/release"
)

// MayInstall: R25. The built-in group holds every managed account without a row.
func (t *tx) MayInstall(ctx context.Context, pack, account release.ID) (bool, error) {
	var may bool
	err := t.read(ctx, "look for groups of a pack", `
		SELECT EXISTS (
		  SELECT FROM group_pack gp
		    JOIN account_group g ON g.id = gp.group_id
		    JOIN account a ON a.id = $2 AND a.managed
		   WHERE gp.pack_id = $1
		     AND (g.everyone OR EXISTS (SELECT FROM group_member m WHERE m.account_id = $2 AND m.group_id = g.id)))`,
		[]any{pack, account}, &may)
	return may, err
}

func (t *tx) attachment(ctx context.Context, attempt string, id release.ID, lock string) (release.Attachment, error) {
	var a release.Attachment
	err := t.read(ctx, attempt, `
		SELECT id, pack_id, account_id, multiple, name, environment, attached_at, attached_by, detached_at, detached_by
		  FROM attachment
		 WHERE id = $1 `+lock, []any{id},
		&a.ID, &a.Pack, &a.Account, &a.Multiple, &a.Name, &a.Environment, &a.AttachedAt, &a.AttachedBy, &a.DetachedAt, &a.DetachedBy)
	return a, err
}

// Attachment reads an attachment, detached ones too.
func (t *tx) Attachment(ctx context.Context, id release.ID) (release.Attachment, error) {
	return t.attachment(ctx, "read an attachment", id, "")
}

// LockAttachment reads it alone.
func (t *tx) LockAttachment(ctx context.Context, id release.ID) (release.Attachment, error) {
	return t.attachment(ctx, "lock an attachment", id, `FOR UPDATE`)
}

// AddAttachment keeps an attachment and counts it; the account counts with its first one.
func (t *tx) AddAttachment(ctx context.Context, a release.Attachment) error {
	zone, err := t.lockAccount(ctx, a.Account)
	if err != nil {
		return err
	}
	others, err := t.attached(ctx, a)
	if err != nil {
		return err
	}
	err = t.do(ctx, "add an attachment", `
		INSERT INTO attachment (id, pack_id, account_id, multiple, name, environment, attached_at, attached_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		a.ID, a.Pack, a.Account, a.Multiple, a.Name, a.Environment, a.AttachedAt.Truncate(time.Millisecond), a.AttachedBy)
	if !a.Multiple && errors.Is(err, release.ErrAttachmentNameTaken) {
		return release.ErrAttachedAlready // both indexes refuse, and this one has the reason
	}
	if err != nil {
		return err
	}
	return t.countAttachment(ctx, a, zone, 1, 1-others)
}

// Detach ends an attachment, and with it an opt-in to a release that is still pending: what it ran of earlier ones stays told
// as it was (R32).
func (t *tx) Detach(ctx context.Context, a release.Attachment) error {
	zone, err := t.lockAccount(ctx, a.Account)
	if err != nil {
		return err
	}
	n, err := t.exec(ctx, "detach", `
		UPDATE attachment SET detached_at = $2, detached_by = $3 WHERE id = $1 AND detached_at IS NULL`,
		a.ID, a.DetachedAt, a.DetachedBy)
	if err != nil {
		return err
	}
	if n == 0 {
		return release.ErrDetached
	}
	others, err := t.attached(ctx, a)
	if err != nil {
		return err
	}
	if err := t.countAttachment(ctx, a, zone, -1, others-1); err != nil {
		return err
	}
	if err := t.forgetObserved(ctx, a.ID); err != nil {
		return err
	}
	return t.endPendingOptIn(ctx, a)
}

// attached looks whether the attachment's account has its pack attached, 1 or 0. It stands under lockAccount, and is a
// statement of its own: it has to see what was committed while this transaction waited for the lock.
func (t *tx) attached(ctx context.Context, a release.Attachment) (int, error) {
	var n int
	err := t.read(ctx, "look for attachments of an account", `
		SELECT count(*)
		  FROM (SELECT FROM attachment WHERE account_id = $1 AND pack_id = $2 AND detached_at IS NULL LIMIT 1) any_one`,
		[]any{a.Account, a.Pack}, &n)
	return n, err
}

func (t *tx) endPendingOptIn(ctx context.Context, a release.Attachment) error {
	var rel release.ID
	err := t.read(ctx, "end the opt-in of a detached attachment", `
		UPDATE opt_in o
		   SET ended = greatest(o.began, $2), ended_by = $3
		  FROM release r
		 WHERE o.attachment_id = $1 AND o.ended IS NULL AND r.id = o.release_id AND r.state = 'pending'
		RETURNING o.release_id`, []any{a.ID, a.DetachedAt, a.DetachedBy}, &rel)
	if errors.Is(err, release.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return t.countOptIn(ctx, a.ID, rel, -1)
}

// RunningOptIn reads the opt-in that was not undone.
func (t *tx) RunningOptIn(ctx context.Context, attachment, rel release.ID) (release.OptIn, error) {
	var o release.OptIn
	err := t.read(ctx, "read an opt-in", `
		SELECT attachment_id, pack_id, release_id, began, ended, by_id, ended_by, reason
		  FROM opt_in
		 WHERE attachment_id = $1 AND release_id = $2 AND ended IS NULL`, []any{attachment, rel},
		&o.Attachment, &o.Pack, &o.Release, &o.Began, &o.Ended, &o.By, &o.EndedBy, &o.Reason)
	return o, err
}

// AddOptIn keeps an opt-in and counts it. R27: one_running_opt_in_per_release refuses a second one.
func (t *tx) AddOptIn(ctx context.Context, o release.OptIn) error {
	err := t.do(ctx, "opt in", `
		INSERT INTO opt_in (attachment_id, pack_id, release_id, began, by_id, reason)
		VALUES ($1, $2, $3, $4, $5, $6)`, o.Attachment, o.Pack, o.Release, o.Began, o.By, o.Reason)
	if err != nil {
		return err
	}
	return t.countOptIn(ctx, o.Attachment, o.Release, 1)
}

// EndOptIn undoes the running opt-in; one that has ended is refused with ErrNotOptedIn.
func (t *tx) EndOptIn(ctx context.Context, o release.OptIn) error {
	n, err := t.exec(ctx, "end an opt-in", `
		UPDATE opt_in SET ended = $4, ended_by = $5
		 WHERE attachment_id = $1 AND release_id = $2 AND began = $3 AND ended IS NULL`,
		o.Attachment, o.Release, o.Began, o.Ended, o.EndedBy)
	if err != nil {
		return err
	}
	if n == 0 {
		return release.ErrNotOptedIn
	}
	return t.countOptIn(ctx, o.Attachment, o.Release, -1)
}
