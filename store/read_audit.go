package store

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// eventRows decorates a page of events, of which it needs the ids alone, with the names of today; the subject's and the actor's are those of then.
const eventRows = `
SELECT e.id, e.at, e.actor_id, e.actor_name, e.source, e.action, e.subject, e.subject_name, e.publisher_id, coalesce(p.name, ''),
       e.account_id, coalesce(a.name, ''), e.pack_id, coalesce(k.name, ''), e.reason, e.before, e.after, e.request_id,
       coalesce(p.zone, a.zone, '')
FROM page
JOIN audit_event e ON e.id = page.id
LEFT JOIN account p ON p.id = e.publisher_id
LEFT JOIN account a ON a.id = e.account_id
LEFT JOIN pack k ON k.id = e.pack_id
ORDER BY e.id DESC`

func scanEvent(row pgx.CollectableRow) (release.EventRow, error) {
	var e release.EventRow
	return e, row.Scan(&e.ID, &e.At, &e.ActorID, &e.ActorName, &e.Source, &e.Action, &e.Subject, &e.SubjectName, &e.PublisherID,
		&e.PublisherName, &e.AccountID, &e.AccountName, &e.PackID, &e.PackName, &e.Reason, &e.Before, &e.After, &e.RequestID, &e.Zone)
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
	narrow, args := narrowEvents(f)
	args = s.with(args)
	return s.merged(narrow, func(sieves []sieve) string { return eventIDs(sieves, len(f.Actions) > 0) }), args
}

// merged is the page of what each of the actor's roles lets through of a narrowed list; empty when there is nothing to be seen.
func (s scope) merged(narrow []sieve, page func([]sieve) string) string {
	if s.site {
		return page(narrow)
	}
	var arms []string
	if s.publisher != nil {
		arms = append(arms, page(append(slices.Clone(narrow), sieve{"publisher_id", "@publisher"})))
	}
	if s.account != nil {
		arms = append(arms, page(append(slices.Clone(narrow), sieve{"account_id", "@account"})))
	}
	if len(arms) == 0 {
		return ""
	}
	return merge(arms)
}

// bySource is a column that few values share: of several sieves, the last one to walk along.
const bySource = "source"

// sieve lets through the events whose column has the value. A column that has an index is worth walking along.
type sieve struct{ column, value string }

// narrowEvents are the sieves of a filter, the most selective first, and its arguments.
func narrowEvents(f release.EventFilter) ([]sieve, pgx.NamedArgs) {
	before, least := release.MaxID, release.ID{}
	if f.To != nil { // ids tell the instant: a period is a stretch of every index
		before = release.FirstIDAfter(*f.To)
	}
	if f.From != nil {
		least = release.FirstIDAfter(f.From.Add(-time.Millisecond))
	}
	if !f.Before.IsZero() && bytes.Compare(f.Before[:], before[:]) < 0 {
		before = f.Before
	}
	args := pgx.NamedArgs{"before": before, "least": least, "from": f.From, "to": f.To, "actions": f.Actions}
	var all []sieve
	for _, s := range []struct {
		column string
		id     release.ID
	}{{"subject", f.Subject}, {"account_id", f.Account}, {"actor_id", f.Actor}, {"pack_id", f.Pack}, {"publisher_id", f.Publisher}} {
		if !s.id.IsZero() {
			all = append(all, sieve{s.column, "@of_" + s.column})
			args["of_"+s.column] = s.id
		}
	}
	if f.Source != "" {
		all = append(all, sieve{bySource, "@of_source"})
		args["of_source"] = string(f.Source)
	}
	return all, args
}

// eventIDs walks along the first sieve's column, and lets the others through one by one. Where nothing but actions narrows
// the list, each is a probe.
func eventIDs(sieves []sieve, actions bool) string {
	conditions := []string{"e.id >= @least", "(@from::timestamptz IS NULL OR e.at >= @from)", "(@to::timestamptz IS NULL OR e.at < @to)"}
	if len(sieves) == 1 && sieves[0].column == bySource && actions {
		conditions, sieves = append(conditions, "e.source = "+sieves[0].value), nil
	}
	if len(sieves) == 0 && actions {
		return pageOfEach("(SELECT DISTINCT unnest(@actions::text[]) AS action) w",
			pageOf("audit_event e", along("e", "action", "w.action"), conditions))
	}
	w := walk{"e.id < @before", "e.id DESC"}
	for i, s := range sieves {
		if i == 0 {
			w = along("e", s.column, s.value)
			continue
		}
		// Not plain equality, which would undo along where it is the column of the walk.
		conditions = append(conditions, "e."+s.column+" IS NOT DISTINCT FROM "+s.value)
	}
	if actions {
		conditions = append(conditions, "e.action = ANY(@actions::text[])")
	}
	return pageOf("audit_event e", w, conditions)
}

// newsActions is what the accounts are told of a release (R20).
var newsActions = []string{
	release.ActScheduled, release.ActRescheduled, release.ActInstantMoved, release.ActWithdrawn, release.ActSuperseded,
	release.ActReleased, release.ActApplied, release.ActPackDeleted,
}

// News is a page of the release events (scheduled, moved, withdrawn, released, applied) of packs that the actor's account has
// attached, and of the deletions that took a pack away from it (R11). Release events come through the releases: a pack's other
// events grow with its install base.
func (r *Reader) News(ctx context.Context, by release.Actor, before release.ID, limit int) ([]release.EventRow, error) {
	if before.IsZero() {
		before = release.MaxID
	}
	return list(ctx, r.pool, "news", `
WITH told AS (
  SELECT r.id
  FROM (SELECT DISTINCT x.pack_id FROM attachment x WHERE x.account_id = @account AND x.detached_at IS NULL) k
  JOIN release r ON r.pack_id = k.pack_id AND r.state <> 'draft'
  UNION ALL
  SELECT DISTINCT k.id
  FROM attachment x JOIN pack k ON k.id = x.pack_id
  WHERE x.account_id = @account AND x.detached_at >= k.deleted_at),
page AS MATERIALIZED (
  SELECT y.id
  FROM told
  CROSS JOIN LATERAL (`+pageOf("audit_event e", along("e", "subject", "told.id"), []string{"e.action = ANY(@actions::text[])"})+`) y
  ORDER BY y.id DESC LIMIT @limit)`+eventRows,
		scopeOf(by).with(pgx.NamedArgs{"before": before, "actions": newsActions, "limit": pageLimit(limit)}), scanEvent)
}
