package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// mailRecipients: roles count only as long as the account has use for them, and only who can sign in is written to.
const mailRecipients = `
SELECT p.id, p.name, p.email, a.id, a.name, a.zone,
       CASE WHEN a.publisher THEN coalesce(m.publisher_role, '') ELSE '' END,
       CASE WHEN a.managed THEN coalesce(m.managed_role, '') ELSE '' END,
       coalesce(w.chosen, '')`

func scanRecipient(row pgx.CollectableRow) (release.MailRecipient, error) {
	var r release.MailRecipient
	return r, row.Scan(&r.Person, &r.Name, &r.Email, &r.Account, &r.AccountName, &r.Zone, &r.Publisher, &r.Managed, &r.Chosen)
}

// MailRecipients walks along membership_of_account.
func (t *tx) MailRecipients(ctx context.Context, accounts []release.ID, kind release.NoticeKind) ([]release.MailRecipient, error) {
	return collect(ctx, t, "read whom a notice concerns", mailRecipients+`
  FROM membership m
  JOIN account a ON a.id = m.account_id
  JOIN person p ON p.id = m.person_id AND p.disabled_at IS NULL AND p.password_hash <> ''
  LEFT JOIN mail_choice w ON w.person_id = p.id AND w.account_id = a.id AND w.kind = $2
 WHERE m.account_id = ANY($1)
 ORDER BY a.id, p.id`, []any{accounts, kind}, scanRecipient)
}

// MailRecipient reads one.
func (t *tx) MailRecipient(ctx context.Context, person, account release.ID, kind release.NoticeKind) (release.MailRecipient, error) {
	rows, err := collect(ctx, t, "read whom a message is for", mailRecipients+`
  FROM person p
  JOIN account a ON a.id = $2
  LEFT JOIN membership m ON m.person_id = p.id AND m.account_id = a.id
  LEFT JOIN mail_choice w ON w.person_id = p.id AND w.account_id = a.id AND w.kind = $3
 WHERE p.id = $1 AND p.disabled_at IS NULL AND p.password_hash <> ''`, []any{person, account, kind}, scanRecipient)
	return first(rows, err)
}

// AddMails leaves out what one_mail_per_notice_person_and_account has already.
func (t *tx) AddMails(ctx context.Context, mails []release.Mail) ([]release.Mail, error) {
	if len(mails) == 0 {
		return nil, nil
	}
	notice, err := json.Marshal(mails[0].Notice)
	if err != nil {
		return nil, fmt.Errorf("write a notice: %w", err)
	}
	byID := make(map[release.ID]release.Mail, len(mails))
	var ids, people, accounts []release.ID
	var states []release.MailState
	var sides []bool
	var due []time.Time
	for _, m := range mails {
		byID[m.ID] = m
		ids, people, accounts = append(ids, m.ID), append(people, m.Person), append(accounts, m.Account)
		states, sides, due = append(states, m.State), append(sides, m.AsPublisher), append(due, m.DueAt)
	}
	n := mails[0].Notice
	kept, err := collect(ctx, t, "keep messages", `
INSERT INTO mail (id, person_id, account_id, notice_id, kind, notice, as_publisher, state, due_at)
SELECT x.id, x.person, x.account, $1, $2, $3, x.side, x.state, x.due
  FROM unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::boolean[], $8::text[], $9::timestamptz[]) x(id, person, account, side, state, due)
ON CONFLICT (notice_id, person_id, account_id) DO NOTHING
RETURNING id`, []any{n.ID, n.Kind, notice, ids, people, accounts, sides, states, due}, pgx.RowTo[release.ID])
	added := make([]release.Mail, len(kept))
	for i, id := range kept {
		added[i] = byID[id]
	}
	return added, err
}

const mailColumns = `id, person_id, account_id, notice, as_publisher, state, due_at, attempts, failure, ended_at`

func scanMail(row pgx.CollectableRow) (release.Mail, error) {
	var m release.Mail
	return m, row.Scan(&m.ID, &m.Person, &m.Account, &m.Notice, &m.AsPublisher, &m.State, &m.DueAt, &m.Attempts, &m.Failure, &m.EndedAt)
}

// LockMails lets no other attempt end meanwhile.
func (t *tx) LockMails(ctx context.Context, ids []release.ID) ([]release.Mail, error) {
	return collect(ctx, t, "lock messages", `SELECT `+mailColumns+` FROM mail WHERE id = ANY($1) ORDER BY id FOR UPDATE`, []any{ids}, scanMail)
}

// SaveMails writes all in one statement.
func (t *tx) SaveMails(ctx context.Context, mails []release.Mail) error {
	if len(mails) == 0 {
		return nil
	}
	var ids []release.ID
	var states []release.MailState
	var attempts []int
	var failures []string
	var ended []*time.Time
	for _, m := range mails {
		ids, states, attempts = append(ids, m.ID), append(states, m.State), append(attempts, m.Attempts)
		failures, ended = append(failures, m.Failure), append(ended, m.EndedAt)
	}
	return t.do(ctx, "save messages", `
UPDATE mail m SET state = x.state, attempts = x.attempts, failure = x.failure, ended_at = x.ended
  FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::text[], $5::timestamptz[]) x(id, state, attempts, failure, ended)
 WHERE m.id = x.id`, ids, states, attempts, failures, ended)
}

// TakeDigests takes whole digests: an entry that comes while they are taken waits for the next look.
func (t *tx) TakeDigests(ctx context.Context, at time.Time, limit int) ([]release.Mail, error) {
	return collect(ctx, t, "take digests", `
WITH due AS (
  SELECT DISTINCT due_at, person_id, account_id FROM mail
   WHERE state = 'digest' AND due_at <= $1
   ORDER BY due_at, person_id, account_id LIMIT $2),
taken AS (
  UPDATE mail m SET state = 'waiting'
    FROM due d
   WHERE m.state = 'digest' AND (m.due_at, m.person_id, m.account_id) = (d.due_at, d.person_id, d.account_id)
  RETURNING m.*)
SELECT `+mailColumns+` FROM taken ORDER BY person_id, account_id, id`, []any{at, limit}, scanMail)
}

// SaveMailChoices keeps or, for an empty choice, forgets.
func (t *tx) SaveMailChoices(ctx context.Context, person, account release.ID, chosen map[release.NoticeKind]release.MailWhen) error {
	var kinds []release.NoticeKind
	var whens []release.MailWhen
	for kind, when := range chosen {
		kinds, whens = append(kinds, kind), append(whens, when)
	}
	if err := t.do(ctx, "forget choices of messages", `
DELETE FROM mail_choice WHERE person_id = $1 AND account_id = $2
   AND kind IN (SELECT x.kind FROM unnest($3::text[], $4::text[]) x(kind, chosen) WHERE x.chosen = '')`, person, account, kinds, whens); err != nil {
		return err
	}
	return t.do(ctx, "choose messages", `
INSERT INTO mail_choice (person_id, account_id, kind, chosen)
SELECT $1, $2, x.kind, x.chosen FROM unnest($3::text[], $4::text[]) x(kind, chosen) WHERE x.chosen <> ''
ON CONFLICT (person_id, account_id, kind) DO UPDATE SET chosen = excluded.chosen`, person, account, kinds, whens)
}

// GiveUpMails walks along waiting_mail.
func (t *tx) GiveUpMails(ctx context.Context, before, at time.Time, limit int) (int64, error) {
	return t.exec(ctx, "give up messages", `
UPDATE mail SET state = 'dead', ended_at = $2, failure = 'It was lost under way.'
 WHERE id IN (SELECT id FROM mail WHERE state = 'waiting' AND due_at < $1 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)`, before, at, limit)
}

// ForgetMails walks along mail_that_ended, and invitation_by_end: of those one that still waits was lost, its link is dead.
func (t *tx) ForgetMails(ctx context.Context, before time.Time, limit int) (int64, error) {
	if err := t.do(ctx, "forget invitations", `
DELETE FROM invitation_mail WHERE id IN (SELECT id FROM invitation_mail WHERE coalesce(ended_at, created_at) < $1 ORDER BY coalesce(ended_at, created_at) LIMIT $2)`,
		before, limit); err != nil {
		return 0, err
	}
	return t.exec(ctx, "forget messages", `
DELETE FROM mail WHERE id IN (SELECT id FROM mail WHERE ended_at < $1 ORDER BY ended_at LIMIT $2)`, before, limit)
}
