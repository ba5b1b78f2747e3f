package store

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// Enqueue asks the queue for jobs in the transaction. Package notify makes it; this one knows no queue.
type Enqueue func(ctx context.Context, db pgx.Tx, jobs []release.Job) error

// Queueing is the same store with a queue: what its use cases ask to be done later is done.
func (s *Store) Queueing(enqueue Enqueue) *Store { return &Store{pool: s.pool, enqueue: enqueue} }

// Enqueue keeps the jobs as part of the transaction; without a queue they are dropped.
func (t *tx) Enqueue(ctx context.Context, jobs ...release.Job) error {
	if t.enqueue == nil || len(jobs) == 0 {
		return nil
	}
	return refuse("enqueue jobs", t.enqueue(ctx, t.db, jobs))
}

// maxBehind is how many packs one new version is told of: a publisher's packs, within reason.
const maxBehind = 100

// PacksBehind starts from the releases that hold the package.
func (t *tx) PacksBehind(ctx context.Context, pkg release.ID, below release.Version) ([]release.Pack, error) {
	return collect(ctx, t, "look for packs that hold an older version", `
		SELECT k.id, k.publisher_id, k.name
		  FROM release_content c
		  JOIN release r ON r.id = c.release_id AND r.state = 'released' AND r.ended_at IS NULL
		  JOIN package_version v ON v.id = c.version_id
		  JOIN pack k ON k.id = r.pack_id AND k.deleted_at IS NULL
		 WHERE c.package_id = $1 AND (v.major, v.minor, v.patch) < ($2, $3, $4)
		 ORDER BY k.id LIMIT $5`, []any{pkg, below.Major, below.Minor, below.Patch, maxBehind},
		func(row pgx.CollectableRow) (release.Pack, error) {
			var p release.Pack
			return p, row.Scan(&p.ID, &p.Publisher, &p.Name)
		})
}

// accountsWith walks along attachment_of_pack: an index by account would mislead the planner on every page of the install base.
const accountsWith = `
	SELECT x.id, x.account_id
	  FROM attachment x
	 WHERE x.pack_id = $1 AND x.id > $2 AND x.attached_at <= $3 AND (x.detached_at IS NULL OR x.detached_at >= $3)
	 ORDER BY x.id LIMIT $4`

// AccountsWith reads a page.
func (t *tx) AccountsWith(ctx context.Context, pack release.ID, at time.Time, after release.ID, limit int) (accounts []release.ID, last release.ID, err error) {
	type row struct{ ID, Account release.ID }
	rows, err := collect(ctx, t, "read the accounts of a pack", accountsWith, []any{pack, after, at, limit}, pgx.RowToStructByPos[row])
	for _, r := range rows {
		accounts = append(accounts, r.Account)
	}
	if len(rows) == limit {
		last = rows[limit-1].ID
	}
	slices.SortFunc(accounts, func(a, b release.ID) int { return bytes.Compare(a[:], b[:]) })
	return slices.Compact(accounts), last, err
}

// NoteFailureTold is one statement, so that of two at once one is told.
func (t *tx) NoteFailureTold(ctx context.Context, attachment, rel release.ID, at, unlessAfter time.Time) (bool, error) {
	n, err := t.exec(ctx, "note that a failure is told", `
		INSERT INTO failure_told (attachment_id, release_id, told_at) VALUES ($1, $2, $3)
		ON CONFLICT (attachment_id, release_id) DO UPDATE SET told_at = excluded.told_at WHERE failure_told.told_at <= $4`,
		attachment, rel, at, unlessAfter)
	return n > 0, err
}

// PlanReminders keeps the marks of those that went out.
func (t *tx) PlanReminders(ctx context.Context, id release.ID, reminders []release.Reminder) error {
	for _, r := range reminders {
		if err := t.do(ctx, "plan a reminder", `
			INSERT INTO release_reminder (release_id, due_on, days, remind_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (release_id, due_on, days) DO UPDATE SET remind_at = excluded.remind_at WHERE release_reminder.done_at IS NULL`,
			id, r.DueOn, r.Days, r.At); err != nil {
			return err
		}
	}
	return nil
}

// TakeReminders marks in one statement, and reads in another what the marked ones are about.
func (t *tx) TakeReminders(ctx context.Context, at time.Time, limit int) (int, []release.DueReminder, error) {
	taken, err := collect(ctx, t, "take reminders", `
		UPDATE release_reminder m SET done_at = $1
		  FROM (SELECT release_id, due_on, days
		          FROM release_reminder
		         WHERE done_at IS NULL AND remind_at <= $1
		         ORDER BY remind_at, release_id LIMIT $2
		           FOR UPDATE SKIP LOCKED) w
		 WHERE (m.release_id, m.due_on, m.days) = (w.release_id, w.due_on, w.days)
		RETURNING m.release_id, m.due_on, m.days, m.remind_at`, []any{at, limit}, pgx.RowToStructByPos[release.Reminder])
	if err != nil || len(taken) == 0 {
		return 0, nil, err
	}
	due, err := t.nearest(ctx, at, taken)
	return len(taken), due, err
}

// nearest leaves out the reminders of releases that have moved on, and those that a nearer one makes idle.
func (t *tx) nearest(ctx context.Context, at time.Time, taken []release.Reminder) ([]release.DueReminder, error) {
	ids := make([]release.ID, len(taken))
	for i, m := range taken {
		ids[i] = m.Release
	}
	pending, err := t.releases(ctx, "read the releases of reminders", `WHERE id = ANY($1) AND state = 'pending'`, ids)
	if err != nil {
		return nil, err
	}
	packs, err := t.withPacks(ctx, pending)
	if err != nil {
		return nil, err
	}
	byID := make(map[release.ID]release.DueRelease, len(packs))
	for _, p := range packs {
		byID[p.Release.ID] = p
	}
	type row struct {
		ID   release.ID
		Date release.Date
		Days int
	}
	nearest, err := collect(ctx, t, "read the nearest reminders", `
		SELECT release_id, due_on, min(days) FROM release_reminder
		 WHERE release_id = ANY($1) AND remind_at <= $2 GROUP BY release_id, due_on`, []any{ids, at}, pgx.RowToStructByPos[row])
	if err != nil {
		return nil, err
	}
	near := make(map[row]bool, len(nearest))
	for _, n := range nearest {
		near[n] = true
	}
	var due []release.DueReminder
	for _, m := range taken {
		d, there := byID[m.Release]
		if !there || *d.Release.DueOn != m.DueOn || !near[row{m.Release, m.DueOn, m.Days}] {
			continue
		}
		pack := release.Pack{ID: d.Release.Pack, Publisher: d.Publisher, PackTexts: release.PackTexts{Name: d.PackName}}
		due = append(due, release.DueReminder{Reminder: m, Release: d.Release, Pack: pack})
	}
	return due, nil
}

// Pack reads what notices tell of a pack.
func (t *tx) Pack(ctx context.Context, id release.ID) (release.Pack, error) {
	p := release.Pack{ID: id}
	err := t.read(ctx, "read a pack", `SELECT publisher_id, name, multiple FROM pack WHERE id = $1`, []any{id}, &p.Publisher, &p.Name, &p.Multiple)
	return p, err
}
