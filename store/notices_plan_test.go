package store_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"packtide/release"
	"packtide/store"
)

// fillNotices makes webhooks for each account of the filled install base, with messages, and a reminder for each release.
const fillNotices = `
	INSERT INTO webhook (id, account_id, url, as_publisher, as_managed, kinds, secret, created_at, created_by)
	SELECT gen_random_uuid(), a.id, 'https://hooks.example.com', false, true, '{release.opened}', '\x00', now(), $1 FROM account a, generate_series(1, 20) WHERE a.name LIKE 'filler%'`

const fillDeliveries = `
	INSERT INTO webhook_delivery (id, webhook_id, account_id, notice_id, kind, payload, state, created_at, next_try, ended_at)
	SELECT gen_random_uuid(), w.id, w.account_id, gen_random_uuid(), 'release.opened', '{}', CASE WHEN n = 1 THEN 'dead' ELSE 'delivered' END, now(), NULL, now()
	  FROM webhook w, generate_series(1, 4) n`

const fillReminders = `
	INSERT INTO release_reminder (release_id, due_on, days, remind_at, done_at) SELECT id, '2028-01-01', 7, '2027-12-25Z', now() FROM release`

// TestNoticesReadByIndex: telling one notice, sending one message and looking for reminders cost what they touch, not what there is.
func TestNoticesReadByIndex(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	w.fill()
	for sql, args := range map[string][]any{fillNotices: {w.person}, fillReminders: nil} {
		if _, err := w.Pool.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	owner := w.Owner(t)
	for _, sql := range []string{fillDeliveries, `ANALYZE`} {
		if _, err := owner.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	var pack, hook, delivery release.ID
	if err := w.Pool.QueryRow(t.Context(), `SELECT (SELECT id FROM pack WHERE name = 'filler 1'), webhook_id, id FROM webhook_delivery WHERE state = 'dead' LIMIT 1`).
		Scan(&pack, &hook, &delivery); err != nil {
		t.Fatal(err)
	}
	now := time.Date(15000, 1, 1, 0, 0, 0, 0, time.UTC) // the ids of the install base are random, and tell such instants
	_ = w.try(func(ctx context.Context, tx release.Tx) error {
		whole := func() (names string) {
			if err := store.DB(tx).QueryRow(ctx, `
				SELECT coalesce(string_agg(relname || ' ' || seq_scan, ', ' ORDER BY relname), '') FROM pg_stat_xact_user_tables
				 WHERE relname IN ('attachment', 'release', 'webhook', 'webhook_delivery', 'release_reminder') AND seq_scan > 0`).Scan(&names); err != nil {
				t.Fatal(err)
			}
			return names
		}
		before := whole()
		accounts, _, err := tx.AccountsWith(ctx, pack, now, release.ID{}, 200)
		if err != nil || len(accounts) != 200 || !slices.IsSortedFunc(accounts, func(a, b release.ID) int { return slices.Compare(a[:], b[:]) }) {
			t.Errorf("%d accounts, %v", len(accounts), err)
		}
		if hooks, err := tx.LiveWebhooks(ctx, accounts[:20], release.NoticeOpened); err != nil || len(hooks) != 400 {
			t.Errorf("%d webhooks, %v", len(hooks), err)
		}
		if _, err := tx.LockDelivery(ctx, delivery); err != nil {
			t.Error(err)
		}
		if n, err := tx.AttemptsUnderWay(ctx, release.Delivery{ID: delivery, Webhook: hook}, now); err != nil || n != 0 {
			t.Errorf("%d under way, %v", n, err)
		}
		if ids, err := tx.ReviveDeliveries(ctx, hook, release.ID{}, now, 10); err != nil || len(ids) != 1 {
			t.Errorf("%d revived, %v", len(ids), err)
		}
		if taken, _, err := tx.TakeReminders(ctx, now, 10); err != nil || taken != 0 {
			t.Errorf("%d reminders, %v", taken, err)
		}
		if after := whole(); after != before {
			t.Errorf("tables were read whole: %s, before %s", after, before)
		}
		return errRefused
	})
	staff := release.Operator()
	rows, err := w.Reader.Deliveries(t.Context(), staff, hook, "", release.ID{}, 3)
	if err != nil || len(rows) != 3 {
		t.Errorf("%d deliveries, %v", len(rows), err)
	}
}
