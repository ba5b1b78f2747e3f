package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// mostFacts is how many facts an answer shows.
const mostFacts = 60

// whyActions is what can be a reason for what an attachment runs.
var whyActions = []string{
	release.ActAttached, release.ActDetached, release.ActOptedIn, release.ActWentBack, release.ActScheduled, release.ActRescheduled,
	release.ActInstantMoved, release.ActWithdrawn, release.ActSuperseded, release.ActReleased, release.ActApplied, release.ActPackDeleted,
}

// Why reads what is known of an attachment that the actor sees: to its account, its pack's publisher, site staff.
func (r *Reader) Why(ctx context.Context, by release.Actor, attachment release.ID, at time.Time) (release.WhyFacts, error) {
	f := release.WhyFacts{At: at}
	var err error
	if f.Row, err = r.Attachment(ctx, by, attachment); err != nil {
		return f, err
	}
	if f.History, err = r.History(ctx, by, attachment); err != nil {
		return f, err
	}
	if f.PackDeleted, err = r.packDeleted(ctx, f.Row.Pack); err != nil {
		return f, err
	}
	subjects := []release.ID{f.Row.ID, f.Row.Pack}
	for _, h := range f.History[max(0, len(f.History)-mostFacts/2):] {
		if h.Release != nil {
			subjects = append(subjects, h.Release.ID)
		}
	}
	if f.Row.Pending != nil {
		subjects = append(subjects, f.Row.Pending.ID)
	}
	f.Events, err = r.whyEvents(ctx, by, subjects, f.Row.Account, f.Row.Pack, f.Row.PublisherID)
	return f, err
}

func (r *Reader) packDeleted(ctx context.Context, pack release.ID) (*time.Time, error) {
	return one(ctx, r.pool, "end of a pack", `SELECT deleted_at FROM pack WHERE id = @pack`, pgx.NamedArgs{"pack": pack}, pgx.RowTo[*time.Time])
}

// Taken out of a group: an account by its own index, a pack along its events of that action.
const (
	leftGroup = `SELECT e.id FROM audit_event e
  WHERE e.action = 'group.account_removed' AND ((e.after ->> 'account_id'), e.id) < (@account_text, @before)
    AND (e.after ->> 'account_id') >= @account_text AND e.publisher_id IS NOT DISTINCT FROM @of_publisher
  ORDER BY (e.after ->> 'account_id') DESC, e.id DESC LIMIT 5`
	packLeftGroup = `SELECT e.id FROM audit_event e
  WHERE e.pack_id IS NOT NULL AND (e.pack_id, e.action, e.id) < (@pack, 'group.pack_removed', @before) AND (e.pack_id, e.action) >= (@pack, 'group.pack_removed')
  ORDER BY e.pack_id DESC, e.action DESC, e.id DESC LIMIT 5`
)

// whyEvents are the facts: what happened to each subject, and for those who see the publisher's groups, who left which.
func (r *Reader) whyEvents(ctx context.Context, by release.Actor, subjects []release.ID, account, pack, publisher release.ID) ([]release.EventRow, error) {
	inner := pageOfEach("(SELECT DISTINCT unnest(@subjects::uuid[]) AS id) told",
		pageOf("audit_event e", along("e", "subject", "told.id"), []string{"e.action = ANY(@actions::text[])"}))
	if s := scopeOf(by); s.site || (s.publisher != nil && *s.publisher == publisher) {
		inner = merge([]string{inner, leftGroup, packLeftGroup})
	}
	return list(ctx, r.pool, "facts", "WITH page AS MATERIALIZED ("+inner+")"+eventRows, pgx.NamedArgs{
		"subjects": subjects, "actions": whyActions, "before": release.MaxID, "limit": mostFacts,
		"account_text": account.String(), "pack": pack, "of_publisher": publisher,
	}, scanEvent)
}

// WhyNot reads what is known of an account and a pack, for the pack's publisher and site staff. Deleted packs are found too.
func (r *Reader) WhyNot(ctx context.Context, by release.Actor, account, pack release.ID) (release.WhyNotFacts, error) {
	var f release.WhyNotFacts
	var err error
	if f.Account, err = r.Account(ctx, by, account); err != nil {
		return f, err
	}
	args := scopeOf(by).with(pgx.NamedArgs{"pack": pack, "of_account": account, "before": release.MaxID, "limit": 20})
	err = r.snapshot(ctx, func(q pgx.Tx) error {
		known, err := one(ctx, q, "pack and account", `
SELECT k.id, k.name, k.publisher_id, p.name, p.zone, k.deleted_at, `+refColumns("c")+`, `+refColumns("n")+`
FROM pack k
JOIN account p ON p.id = k.publisher_id
LEFT JOIN release c ON c.pack_id = k.id AND c.state = 'released' AND c.ended_at IS NULL
LEFT JOIN release n ON n.pack_id = k.id AND n.state = 'pending'
WHERE k.id = @pack AND (@site OR k.publisher_id = @publisher)`, args, scanWhyNot)
		if err != nil {
			return err
		}
		known.Account = f.Account
		f = known
		if f.Groups, err = list(ctx, q, "groups of an account and a pack", whyGroups, args, scanWhyGroup); err != nil {
			return err
		}
		f.Attachments, err = list(ctx, q, "attachments of an account", "WITH page AS MATERIALIZED ("+
			pageOf("attachment x", along("x", "account_id", "@of_account"), []string{"x.pack_id = @pack"})+")"+attachmentRows, args, scanAttachment)
		return err
	})
	if err != nil {
		return f, err
	}
	subjects := []release.ID{pack}
	for _, a := range f.Attachments {
		subjects = append(subjects, a.ID)
	}
	f.Events, err = r.whyEvents(ctx, by, subjects, account, pack, f.PublisherID)
	return f, err
}

func scanWhyNot(row pgx.CollectableRow) (release.WhyNotFacts, error) {
	var f release.WhyNotFacts
	var current, pending refScan
	err := scanAll(row, []any{&f.PackID, &f.PackName, &f.PublisherID, &f.PublisherName, &f.PublisherZone, &f.PackDeleted}, current.fields(), pending.fields())
	f.Current, f.Pending = current.ref(), pending.ref()
	return f, err
}

// whyGroups hold both the account and the pack (R25).
const whyGroups = `
SELECT g.id, g.name, greatest(gp.added_at, m.added_at)
FROM group_pack gp
JOIN account_group g ON g.id = gp.group_id
LEFT JOIN group_member m ON m.group_id = g.id AND m.account_id = @of_account
WHERE gp.pack_id = @pack AND (g.everyone OR m.account_id IS NOT NULL)
ORDER BY 3, g.id`

func scanWhyGroup(row pgx.CollectableRow) (release.WhyGroup, error) {
	var g release.WhyGroup
	return g, row.Scan(&g.ID, &g.Name, &g.Since)
}
