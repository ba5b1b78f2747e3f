package store

import (
	"context"
	"time"

	"packtide/release"
)

// LiveCalendarFeed is for callers who hold the account's lock.
func (t *tx) LiveCalendarFeed(ctx context.Context, account release.ID, kind release.FeedKind) (release.CalendarFeed, error) {
	var f release.CalendarFeed
	err := t.read(ctx, "read a calendar feed", `
		SELECT id, account_id, kind, secret_hash, created_at, created_by
		  FROM calendar_feed
		 WHERE account_id = $1 AND kind = $2 AND revoked_at IS NULL`, []any{account, kind},
		&f.ID, &f.Account, &f.Kind, sum256(&f.Hash), &f.CreatedAt, &f.CreatedBy)
	return f, err
}

// AddCalendarFeed keeps a new feed; one_live_feed_per_account_and_kind refuses a second one.
func (t *tx) AddCalendarFeed(ctx context.Context, f release.CalendarFeed) error {
	return t.do(ctx, "add a calendar feed", `
		INSERT INTO calendar_feed (id, account_id, kind, secret_hash, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6)`,
		f.ID, f.Account, f.Kind, f.Hash[:], f.CreatedAt, f.CreatedBy)
}

// RevokeCalendarFeed ends a feed for good.
func (t *tx) RevokeCalendarFeed(ctx context.Context, id release.ID, at time.Time) error {
	return t.one(ctx, "revoke a calendar feed", `UPDATE calendar_feed SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL`, id, at)
}
