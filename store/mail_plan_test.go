package store_test

import (
	"context"
	"testing"
	"time"

	"packtide/release"
	"packtide/store"
)

// manyMails is 3,000 people in accounts of their own, with 10 messages each: one waits for a digest, one was given up.
const manyMails = `
	INSERT INTO account (id, name, zone, publisher, managed, created_at) SELECT gen_random_uuid(), 'filler ' || n, 'UTC', false, true, now() FROM generate_series(1, 3000) n;
	INSERT INTO person (id, email, name, password_hash, created_at) SELECT gen_random_uuid(), 'filler ' || n || '@example.org', 'Filler', 'x', now() FROM generate_series(1, 3000) n;
	INSERT INTO membership (person_id, account_id, managed_role) SELECT p.id, a.id, 'admin' FROM account a JOIN person p ON p.email = a.name || '@example.org';
	INSERT INTO mail_choice (person_id, account_id, kind, chosen) SELECT person_id, account_id, 'release.applied', 'now' FROM membership WHERE managed_role = 'admin';
	INSERT INTO mail (id, person_id, account_id, notice_id, kind, notice, as_publisher, state, due_at, ended_at)
	SELECT gen_random_uuid(), person_id, account_id, gen_random_uuid(), 'release.applied', '{}', false,
	       CASE n WHEN 1 THEN 'digest' WHEN 2 THEN 'dead' ELSE 'sent' END, TIMESTAMPTZ '2027-01-01Z' + account_hour * interval '1 hour',
	       CASE WHEN n > 1 THEN TIMESTAMPTZ '2027-01-01Z' + account_hour * interval '1 hour' END
	  FROM (SELECT m.*, row_number() OVER () AS account_hour FROM membership m WHERE managed_role = 'admin') m, generate_series(1, 10) n`

// mailTables grow with people and with what happens.
const mailTables = `('mail', 'mail_choice', 'membership', 'person', 'account')`

// Messages are found by their indexes, however many people there are and however much they are told.
func TestMailsAreReadByIndex(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	conn, err := w.Owner(t).Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	for _, sql := range []string{manyMails, `ANALYZE mail, mail_choice, membership, person, account`} { // several statements at once take no parameters
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	var mail, person, account release.ID
	if err := w.Pool.QueryRow(t.Context(), `SELECT id, person_id, account_id FROM mail WHERE state = 'sent' LIMIT 1`).Scan(&mail, &person, &account); err != nil {
		t.Fatal(err)
	}
	begin := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, ask := range map[string]func(context.Context, release.Tx) error{
		"MailRecipients": func(ctx context.Context, tx release.Tx) error {
			found, err := tx.MailRecipients(ctx, []release.ID{account}, release.NoticeApplied)
			if len(found) != 1 || found[0].Person != person || found[0].Chosen != release.MailNow {
				t.Errorf("the account's people are %+v", found)
			}
			return err
		},
		"MailRecipient": func(ctx context.Context, tx release.Tx) error {
			return errOf(tx.MailRecipient(ctx, person, account, release.NoticeApplied))
		},
		"LockMails": func(ctx context.Context, tx release.Tx) error { return errOf(tx.LockMails(ctx, []release.ID{mail})) },
		"TakeDigests": func(ctx context.Context, tx release.Tx) error {
			taken, err := tx.TakeDigests(ctx, begin.Add(24*time.Hour), 10)
			if len(taken) != 10 {
				t.Errorf("%d are taken", len(taken))
			}
			return err
		},
		"ForgetMails": func(ctx context.Context, tx release.Tx) error {
			n, err := tx.ForgetMails(ctx, begin.Add(24*time.Hour), 50)
			if n != 50 {
				t.Errorf("%d are forgotten", n)
			}
			return err
		},
	} {
		w.do(func(ctx context.Context, tx release.Tx) error {
			before := mailScans(ctx, t, tx)
			err := ask(ctx, tx)
			if after := mailScans(ctx, t, tx); after != before {
				t.Errorf("%s reads a growing table whole", name)
			}
			return err
		})
	}
	reader, recorded := recording(t, &world{DB: w.DB})
	operator := release.Actor{Site: release.RoleOperator}
	if rows, err := reader.DeadMails(t.Context(), operator, release.ID{}, 20); err != nil || len(rows) != 20 {
		t.Fatalf("%d, %v", len(rows), err)
	}
	for _, s := range recorded.statements {
		explain(t, &world{DB: w.DB}, s, 200)
	}
}

// mailScans counts how often the transaction has read one of the tables whole.
func mailScans(ctx context.Context, t *testing.T, tx release.Tx) int {
	t.Helper()
	var n int
	err := store.DB(tx).QueryRow(ctx, `SELECT coalesce(sum(seq_scan), 0)::int FROM pg_stat_xact_user_tables WHERE relname IN `+mailTables).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
