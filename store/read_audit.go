package store

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// eventRows decorates a page of events with the names of today; the subject's and the actor's are those of then.
const eventRows = `
SELECT e.id, e.at, e.actor_id, e.actor_name, e.source, e.action, e.subject, e.subject_name, e.publisher_id, coalesce(p.name, ''),
       e.account_id, coalesce(a.name, ''), e.pack_id, coalesce(k.name, ''), e.reason, e.before, e.after, e.request_id
FROM page e
LEFT JOIN account p ON p.id = e.publisher_id
LEFT JOIN account a ON a.id = e.account_id
LEFT JOIN pack k ON k.id = e.pack_id
ORDER BY e.id DESC`

func scanEvent(row pgx.CollectableRow) (release.EventRow, error) {
	var e release.EventRow
	return e, row.Scan(&e.ID, &e.At, &e.ActorID, &e.ActorName, &e.Source, &e.Action, &e.Subject, &e.SubjectName, &e.PublisherID,
		&e.PublisherName, &e.AccountID, &e.AccountName, &e.PackID, &e.PackName, &e.Reason, &e.Before, &e.After, &e.RequestID)
}

// Events is a page of audit events, newest first. A publisher sees those of its packs, packages and groups, installs and
// opt-ins of accounts included, as its install base shows them; an account sees its own; site staff see all.
func (r *Reader) Events(ctx context.Context, by release.Actor, f release.EventFilter) ([]release.EventRow, error) {
	inner, args := chooseEvents(by, f)
	if inner == "" {
		return nil, nil
	}
	args["limit"] = pageLimit(f.Limit)
	return list(ctx, r.pool, "events", "WITH page AS MATERIALIZED ("+inner+")"+eventRows, args, scanEvent)
}

// EachEvent streams all events of the filter, newest first, until each fails.
func (r *Reader) EachEvent(ctx context.Context, by release.Actor, f release.EventFilter, each func(release.EventRow) error) error {
	inner, args := chooseEvents(by, f)
	if inner == "" {
		return nil
	}
	args["limit"] = nil // none
	return stream(ctx, r, "events", "WITH page AS NOT MATERIALIZED ("+inner+")"+eventRows, args, scanEvent, each)
}

// chooseEvents makes the inner SELECT and the arguments of a filter; empty when there is nothing to be seen.
func chooseEvents(by release.Actor, f release.EventFilter) (string, pgx.NamedArgs) {
	s := scopeOf(by)
	var tenants []string
	switch {
	case s.site:
		tenants = []string{"true"}
	default:
		if s.publisher != nil {
			tenants = append(tenants, "e.publisher_id = @publisher")
		}
		if s.account != nil {
			tenants = append(tenants, "e.account_id = @account")
		}
	}
	narrow, args := narrowEvents(f)
	arms := make([]string, len(tenants))
	for i, tenant := range tenants {
		arms[i] = eventsWhere(append([]string{tenant}, narrow...), s.site && onlyActions(f))
	}
	if len(arms) == 2 {
		both := `SELECT id FROM (` + arms[0] + `) own UNION SELECT id FROM (` + arms[1] + `) theirs`
		return `SELECT e.* FROM audit_event e WHERE e.id IN (` + both + `) ORDER BY e.id DESC LIMIT @limit`, s.with(args)
	}
	return strings.Join(arms, ""), s.with(args)
}

// narrowEvents are the conditions of the filter on e. Ids tell the instant, so that a period is a stretch of every index.
func narrowEvents(f release.EventFilter) ([]string, pgx.NamedArgs) {
	before := f.Before
	if before.IsZero() {
		before = release.MaxID
	}
	all := []string{"e.id < @before"}
	args := pgx.NamedArgs{"before": before, "actions": f.Actions}
	for _, c := range []struct {
		condition, arg string
		id             release.ID
	}{
		{"e.subject = @subject", "subject", f.Subject},
		{"e.publisher_id = @of_publisher", "of_publisher", f.Publisher},
		{"e.account_id = @of_account", "of_account", f.Account},
		{"e.pack_id = @pack", "pack", f.Pack},
		{"e.actor_id = @actor", "actor", f.Actor},
	} {
		if !c.id.IsZero() {
			all = append(all, c.condition)
			args[c.arg] = c.id
		}
	}
	if len(f.Actions) > 0 {
		all = append(all, "e.action = ANY(@actions::text[])")
	}
	if f.From != nil {
		all = append(all, "e.id >= @first_id AND e.at >= @from")
		args["from"], args["first_id"] = *f.From, release.FirstIDAfter(f.From.Add(-time.Millisecond))
	}
	if f.To != nil {
		all = append(all, "e.id < @end_id AND e.at < @to")
		args["to"], args["end_id"] = *f.To, release.FirstIDAfter(*f.To)
	}
	return all, args
}

// onlyActions tells whether nothing but actions narrows the list: then each has its own stretch of audit_event_action.
func onlyActions(f release.EventFilter) bool {
	return len(f.Actions) > 0 && f.Subject.IsZero() && f.Publisher.IsZero() && f.Account.IsZero() && f.Pack.IsZero() && f.Actor.IsZero()
}

func eventsWhere(conditions []string, perAction bool) string {
	where := strings.Join(conditions, " AND ")
	if perAction {
		return `SELECT y.* FROM (SELECT DISTINCT unnest(@actions::text[]) AS action) w CROSS JOIN LATERAL (
    SELECT e.* FROM audit_event e WHERE e.action = w.action AND ` + where + ` ORDER BY e.id DESC LIMIT @limit) y
  ORDER BY y.id DESC LIMIT @limit`
	}
	return `SELECT e.* FROM audit_event e WHERE ` + where + ` ORDER BY e.id DESC LIMIT @limit`
}

// newsActions is what the accounts are told of a release (R20).
var newsActions = []string{
	release.ActScheduled, release.ActRescheduled, release.ActInstantMoved, release.ActWithdrawn, release.ActSuperseded,
	release.ActReleased, release.ActApplied,
}

// News is a page of the release events (scheduled, moved, withdrawn, released, applied) of packs that the actor's account has attached.
// They come through the releases: a pack's other events grow with its install base.
func (r *Reader) News(ctx context.Context, by release.Actor, before release.ID, limit int) ([]release.EventRow, error) {
	if before.IsZero() {
		before = release.MaxID
	}
	return list(ctx, r.pool, "news", `
WITH page AS MATERIALIZED (
  SELECT y.*
  FROM (SELECT DISTINCT x.pack_id FROM attachment x WHERE x.account_id = @account AND x.detached_at IS NULL) k
  JOIN release r ON r.pack_id = k.pack_id AND r.state <> 'draft'
  CROSS JOIN LATERAL (
    SELECT e.* FROM audit_event e
    WHERE e.subject = r.id AND e.id < @before AND e.action = ANY(@actions::text[])
    ORDER BY e.id DESC LIMIT @limit) y
  ORDER BY y.id DESC LIMIT @limit)`+eventRows,
		scopeOf(by).with(pgx.NamedArgs{"before": before, "actions": newsActions, "limit": pageLimit(limit)}), scanEvent)
}
