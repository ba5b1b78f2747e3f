package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// MailChoices are what the actor has chosen, where they act: kind → when. Kinds that are left out come as they do by default.
func (r *Reader) MailChoices(ctx context.Context, by release.Actor) (map[release.NoticeKind]release.MailWhen, error) {
	type choice struct {
		Kind release.NoticeKind
		When release.MailWhen
	}
	rows, err := list(ctx, r.pool, "choices of messages", `
SELECT kind, chosen FROM mail_choice WHERE person_id = @person AND account_id = @account`,
		pgx.NamedArgs{"person": by.Person, "account": by.Account}, pgx.RowToStructByPos[choice])
	chosen := make(map[release.NoticeKind]release.MailWhen, len(rows))
	for _, c := range rows {
		chosen[c.Kind] = c.When
	}
	return chosen, err
}

// MailStopping is whom the link of a message concerns: the names of the person and of the account.
func (r *Reader) MailStopping(ctx context.Context, m release.MailStop) (person, account string, err error) {
	type names struct{ Person, Account string }
	n, err := one(ctx, r.pool, "the link of a message", `
SELECT p.name, a.name FROM person p JOIN account a ON a.id = @account WHERE p.id = @person AND p.disabled_at IS NULL`,
		pgx.NamedArgs{"person": m.Person, "account": m.Account}, pgx.RowToStructByPos[names])
	return n.Person, n.Account, err
}

// DeadMails are the messages that were given up, newest first: for operators alone.
func (r *Reader) DeadMails(ctx context.Context, by release.Actor, before release.ID, limit int) ([]release.DeadMail, error) {
	if !by.ReadsSite() {
		return nil, nil
	}
	if before.IsZero() {
		before = release.MaxID
	}
	return list(ctx, r.pool, "messages that were given up", `
SELECT m.id, p.id, p.name, p.email, coalesce(a.name, ''), m.kind, m.attempts, m.failure, m.ended_at
  FROM ((SELECT id, person_id, account_id, kind, attempts, failure, ended_at
           FROM mail WHERE state = 'dead' AND id < @before ORDER BY id DESC LIMIT @limit)
        UNION ALL
        (SELECT id, person_id, account_id, 'invitation', attempts, failure, ended_at
           FROM invitation_mail WHERE state = 'dead' AND id < @before ORDER BY id DESC LIMIT @limit)
        ORDER BY 1 DESC LIMIT @limit) m
  JOIN person p ON p.id = m.person_id
  LEFT JOIN account a ON a.id = m.account_id
 ORDER BY m.id DESC`, pgx.NamedArgs{"before": before, "limit": pageLimit(limit)}, pgx.RowToStructByPos[release.DeadMail])
}
