package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"packtide/release"
)

// patience is how long a tick waits for a pack whose lock somebody holds just then, and candidates is for how many of them.
const (
	patience   = "1s"
	candidates = 20
)

// due locks pack and release: with the pack alone, Postgres hands out packs whose release another worker has just applied.
const due = `
	SELECT r.id
	  FROM release r
	  JOIN pack p ON p.id = r.pack_id
	 WHERE r.state = 'pending' AND r.due_at <= $1 AND ($3::uuid IS NULL OR p.id = $3)
	 ORDER BY r.due_at, r.id
	 LIMIT $2
	   FOR UPDATE OF p, r `

// TakeDue leaves out packs that others have locked, as long as there are free ones. When there are none left, it waits a
// moment for one of the others: an install at midnight holds its pack's lock for milliseconds, and its pack should not have
// to wait for the next tick.
func (t *tx) TakeDue(ctx context.Context, at time.Time, limit int) ([]release.DueRelease, error) {
	ids, err := collect(ctx, t, "take due releases", due+`SKIP LOCKED`, []any{at, limit, nil}, pgx.RowTo[release.ID])
	if err == nil && len(ids) == 0 {
		ids, err = t.waitForDue(ctx, at)
	}
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	// Another statement than the lock: it sees what was committed until then.
	found, err := t.releases(ctx, "read due releases", `WHERE id = ANY($1) ORDER BY due_at, id`, ids)
	if err != nil {
		return nil, err
	}
	return t.withPacks(ctx, found)
}

// waitForDue takes one due release whose lock becomes free soon, or none.
func (t *tx) waitForDue(ctx context.Context, at time.Time) ([]release.ID, error) {
	packs, err := collect(ctx, t, "look for locked packs", `
		SELECT pack_id FROM release WHERE state = 'pending' AND due_at <= $1 ORDER BY due_at, id LIMIT $2`,
		[]any{at, candidates}, pgx.RowTo[release.ID])
	for _, pack := range packs {
		ids, err := t.waitForPack(ctx, at, pack)
		if err != nil || len(ids) > 0 {
			return ids, err
		}
	}
	return nil, err
}

// waitForPack queues for the pack, so that those who share it without a break let it in. What it has locked in vain goes.
func (t *tx) waitForPack(ctx context.Context, at time.Time, pack release.ID) ([]release.ID, error) {
	inner, err := t.db.Begin(ctx) // a savepoint: a refused lock spoils only what follows it
	if err != nil {
		return nil, refuse("wait for due releases", err)
	}
	patient := &tx{inner, t.enqueue}
	err = patient.do(ctx, "wait for due releases", `SET LOCAL lock_timeout = '`+patience+`'`)
	if err == nil {
		err = patient.queue(ctx, queueAlone, pack)
	}
	var ids []release.ID
	if err == nil {
		ids, err = collect(ctx, patient, "wait for due releases", due, []any{at, 1, pack}, pgx.RowTo[release.ID])
	}
	var said *pgconn.PgError
	if (err == nil && len(ids) == 0) || (errors.As(err, &said) && said.Code == lockNotAvailable) {
		return nil, refuse("stop waiting for due releases", inner.Rollback(ctx))
	}
	if err != nil {
		return nil, err // the use case rolls back all of it
	}
	if err := patient.do(ctx, "stop waiting", `SET LOCAL lock_timeout = 0`); err != nil {
		return nil, err
	}
	return ids, refuse("take due releases", inner.Commit(ctx))
}

// withPacks adds what applying needs of the packs; it keeps the order.
func (t *tx) withPacks(ctx context.Context, releases []release.Release) ([]release.DueRelease, error) {
	packs := make([]release.ID, len(releases))
	for i, r := range releases {
		packs[i] = r.Pack
	}
	type pack struct {
		ID        release.ID
		Name      string
		Publisher release.ID
		Current   release.ID
	}
	found, err := collect(ctx, t, "read the packs of due releases", `
		SELECT p.id, p.name, p.publisher_id, c.id
		  FROM pack p
		  LEFT JOIN release c ON c.pack_id = p.id AND c.state = 'released' AND c.ended_at IS NULL
		 WHERE p.id = ANY($1)`, []any{packs}, pgx.RowToStructByPos[pack])
	if err != nil {
		return nil, err
	}
	byID := make(map[release.ID]pack, len(found))
	for _, p := range found {
		byID[p.ID] = p
	}
	all := make([]release.DueRelease, len(releases))
	for i, r := range releases {
		p := byID[r.Pack]
		all[i] = release.DueRelease{Release: r, PackName: p.Name, Publisher: p.Publisher, CurrentID: p.Current}
	}
	return all, nil
}
