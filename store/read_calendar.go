package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// maxCalendar is how many releases one answer holds.
const maxCalendar = 1000

// farthest is how long before its midnight a testing period may begin, in days: see release.PlanDate.
const farthest = 733

// inCalendar are the releases of a stretch of time: each arm walks along an index of its own. A testing period that began
// before the stretch may reach into it, but not from farther back than a release can be scheduled.
const inCalendar = `
  SELECT r.* FROM release r
  WHERE r.testing_since >= @from::timestamptz - @farthest * interval '1 day' AND r.testing_since < @to
    AND greatest(r.due_at, r.testing_until) >= @from
  UNION ALL
  SELECT r.* FROM release r
  WHERE r.testing_since IS NULL AND r.released_at >= @from AND r.released_at < @to
  UNION ALL
  SELECT r.* FROM release r
  WHERE @drafts AND r.state = 'draft' AND r.plan = 'scheduled'
    AND r.due_on >= (@from::timestamptz - interval '1 day')::date AND r.due_on <= (@to::timestamptz + interval '1 day')::date`

// calendarSeen: the publisher sees all of its packs. An account sees those of packs that it has installed or may install (R25):
// what it was told of stays there when it was withdrawn, drafts were never told.
const calendarSeen = `(k.publisher_id = @publisher OR (r.state <> 'draft' AND ` + seesPack + `))`

// calendarEvents are the decisions that follow a scheduling.
var calendarEvents = []string{
	release.ActRescheduled, release.ActInstantMoved, release.ActWithdrawn, release.ActSuperseded, release.ActApplied,
}

// Calendar are the releases of a stretch of time, by their instant. Site staff see whose calendar they ask for, and nothing
// without.
func (r *Reader) Calendar(ctx context.Context, by release.Actor, f release.CalendarFilter) ([]release.CalendarEntry, error) {
	s := scopeOf(by)
	if s.site {
		s = scope{publisher: orNull(f.Publisher), account: orNull(f.Account)}
	}
	limit := f.Limit
	if limit <= 0 || limit > maxCalendar {
		limit = maxCalendar
	}
	return list(ctx, r.pool, "calendar", `
WITH page AS MATERIALIZED (
  SELECT r.*, k.name AS pack_name, k.publisher_id FROM (`+inCalendar+`) r JOIN pack k ON k.id = r.pack_id WHERE `+calendarSeen+`
  ORDER BY coalesce(r.due_at, r.released_at) DESC NULLS LAST, r.id LIMIT @limit)
SELECT r.pack_id, r.pack_name, r.publisher_id, o.name, o.zone, c.n, coalesce(c.at, r.testing_since, r.released_at, r.created_at), `+refColumns("r")+`
FROM page r
JOIN account o ON o.id = r.publisher_id
CROSS JOIN LATERAL (SELECT count(*)::int AS n, max(e.at) AS at FROM audit_event e
                    WHERE @events AND e.subject = r.id AND e.action = ANY(@actions)) c
ORDER BY coalesce(CASE WHEN r.state IN ('withdrawn', 'superseded') THEN r.testing_until END, r.due_at, r.released_at, r.due_on::timestamp AT TIME ZONE 'UTC'), lower(r.pack_name), r.id`,
		s.with(pgx.NamedArgs{
			"from": f.From, "to": f.To, "drafts": f.Drafts, "events": f.Events, "actions": calendarEvents,
			"farthest": farthest, "limit": limit,
		}), scanCalendarEntry)
}

func scanCalendarEntry(row pgx.CollectableRow) (release.CalendarEntry, error) {
	var e release.CalendarEntry
	var ref refScan
	err := scanAll(row, []any{&e.PackID, &e.PackName, &e.PublisherID, &e.PublisherName, &e.PublisherZone, &e.Changes, &e.ChangedAt}, ref.fields())
	if err == nil {
		e.ReleaseRef = *ref.ref()
	}
	return e, err
}

// CalendarFeedRow is a live feed as the settings show it.
type CalendarFeedRow struct {
	Kind      release.FeedKind
	CreatedAt time.Time
	CreatedBy string
}

// CalendarFeeds are the live feeds of the actor's own account, of the kinds that its people see.
func (r *Reader) CalendarFeeds(ctx context.Context, by release.Actor) ([]CalendarFeedRow, error) {
	return list(ctx, r.pool, "calendar feeds", `
SELECT f.kind, f.created_at, p.name
FROM calendar_feed f JOIN person p ON p.id = f.created_by
WHERE f.revoked_at IS NULL
  AND ((f.kind = 'publisher' AND f.account_id = @publisher) OR (f.kind = 'managed' AND f.account_id = @account))
ORDER BY f.kind DESC`, scopeOf(by).with(nil), pgx.RowToStructByPos[CalendarFeedRow])
}

// CalendarFeed finds a live feed by the sha256 of its secret, with its account, whoever asks: the secret is the proof.
func (r *Reader) CalendarFeed(ctx context.Context, hash [32]byte) (release.CalendarFeed, release.Account, error) {
	type found struct {
		release.CalendarFeed
		release.Account
	}
	f, err := one(ctx, r.pool, "calendar feed", `
SELECT f.id, f.account_id, f.kind, f.secret_hash, f.created_at, f.created_by, a.id, a.name, a.zone
FROM calendar_feed f JOIN account a ON a.id = f.account_id
WHERE f.secret_hash = @hash AND f.revoked_at IS NULL`, pgx.NamedArgs{"hash": hash[:]}, func(row pgx.CollectableRow) (found, error) {
		var f found
		c, a := &f.CalendarFeed, &f.Account
		return f, row.Scan(&c.ID, &c.Account, &c.Kind, sum256(&c.Hash), &c.CreatedAt, &c.CreatedBy, &a.ID, &a.Name, &a.Zone)
	})
	return f.CalendarFeed, f.Account, err
}
