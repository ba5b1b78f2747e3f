package store

import (
	"context"
	"encoding/binary"
	"time"

	"packtide/release"
)

// AddPack keeps a new pack.
func (t *tx) AddPack(ctx context.Context, p release.Pack) error {
	return t.do(ctx, "add a pack", `
		INSERT INTO pack (id, publisher_id, name, description, multiple, installation_guide, user_guide, support_contact, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		p.ID, p.Publisher, p.Name, p.Description, p.Multiple, p.InstallationGuide, p.UserGuide, p.SupportContact, p.CreatedAt)
}

// SavePack changes the pack's texts, and notes its deletion (R11). How often an account installs it is final (R6).
func (t *tx) SavePack(ctx context.Context, p release.Pack) error {
	return t.one(ctx, "save a pack", `
		UPDATE pack
		   SET name = $2, description = $3, installation_guide = $4, user_guide = $5, support_contact = $6, deleted_at = $7
		 WHERE id = $1`,
		p.ID, p.Name, p.Description, p.InstallationGuide, p.UserGuide, p.SupportContact, p.DeletedAt)
}

// LockPack is for whoever decides on the pack's releases: alone, and against SharePack.
func (t *tx) LockPack(ctx context.Context, id release.ID) (release.PackState, error) {
	if err := t.queue(ctx, queueAlone, id); err != nil {
		return release.PackState{}, err
	}
	return t.packState(ctx, "lock a pack", id, `FOR UPDATE`)
}

// SharePack is for whoever needs the releases to stay as they are.
func (t *tx) SharePack(ctx context.Context, id release.ID) (release.PackState, error) {
	if err := t.queue(ctx, queueShared, id); err != nil {
		return release.PackState{}, err
	}
	return t.packState(ctx, "share a pack", id, `FOR SHARE`)
}

// The two ways to queue for a pack.
const (
	queueAlone  = `SELECT pg_advisory_xact_lock($1)`
	queueShared = `SELECT pg_advisory_xact_lock_shared($1)`
)

// queue stands before the row's own lock, and is what makes it fair. Postgres lets sharers of a row pass those who wait for
// it alone: as long as somebody installs or opts in at every moment, nobody could release, and midnight would not come. In
// this queue whoever waits alone is not passed.
func (t *tx) queue(ctx context.Context, way string, pack release.ID) error {
	// The random half of the id. Its first bit is set, so the key is negative: no other lock of ours is.
	key := int64(binary.BigEndian.Uint64(pack[8:])) //nolint:gosec // all 64 bits, as they are
	return t.do(ctx, "queue for a pack", way, key)
}

// packState locks, then reads in another statement: one statement sees the releases as they were when it began to wait.
func (t *tx) packState(ctx context.Context, attempt string, id release.ID, lock string) (release.PackState, error) {
	var s release.PackState
	p := &s.Pack
	err := t.read(ctx, attempt, `
		SELECT id, publisher_id, name, description, multiple, installation_guide, user_guide, support_contact, created_at
		  FROM pack
		 WHERE id = $1 AND deleted_at IS NULL
		   `+lock, []any{id},
		&p.ID, &p.Publisher, &p.Name, &p.Description, &p.Multiple, &p.InstallationGuide, &p.UserGuide, &p.SupportContact, &p.CreatedAt)
	if err != nil {
		return release.PackState{}, err
	}
	found, err := t.releases(ctx, attempt, `
		 WHERE pack_id = $1 AND (state = 'draft' OR state = 'pending' OR (state = 'released' AND ended_at IS NULL))`, id)
	if err != nil {
		return release.PackState{}, err
	}
	if err := t.addContents(ctx, found); err != nil {
		return release.PackState{}, err
	}
	for i := range found {
		switch r := &found[i]; r.State {
		case release.Draft:
			s.Draft = r
		case release.Pending:
			s.Pending = r
		default:
			s.Current = r
		}
	}
	return s, nil
}

// DetachAll works inside the database: an install base does not fit into memory. Under LockPack nobody attaches, detaches
// or moves to another zone meanwhile. Opt-ins end as with a single Detach.
func (t *tx) DetachAll(ctx context.Context, pack, by release.ID, at time.Time) (int64, error) {
	if err := t.takeTime(ctx); err != nil {
		return 0, err
	}
	err := t.do(ctx, "end the opt-ins of a pack", `
		WITH ended AS (
		  UPDATE opt_in o
		     SET ended = greatest(o.began, $3), ended_by = $2
		    FROM release r
		   WHERE r.pack_id = $1 AND r.state = 'pending' AND o.release_id = r.id AND o.ended IS NULL
		  RETURNING o.release_id, o.attachment_id),
		places AS (
		  INSERT INTO opt_in_place_count (release_id, zone, environment, shard, n)
		  SELECT e.release_id, a.zone, x.environment, 0, -count(*)
		    FROM ended e JOIN attachment x ON x.id = e.attachment_id JOIN account a ON a.id = x.account_id
		   GROUP BY e.release_id, a.zone, x.environment
		  `+addOptInPlaces+`)
		INSERT INTO opt_in_count (release_id, shard, n)
		SELECT release_id, 0, -count(*) FROM ended GROUP BY release_id
		`+addOptIns, pack, by, at)
	if err != nil {
		return 0, err
	}
	var n int64
	err = t.read(ctx, "detach a pack everywhere", `
		WITH gone AS (
		  UPDATE attachment
		     SET detached_at = greatest(attached_at, $3), detached_by = $2
		   WHERE pack_id = $1 AND detached_at IS NULL
		  RETURNING account_id, environment),
		places AS (
		  INSERT INTO attachment_place_count (pack_id, zone, environment, shard, n)
		  SELECT $1, a.zone, g.environment, 0, -count(*) FROM gone g JOIN account a ON a.id = g.account_id GROUP BY a.zone, g.environment
		  `+addAttachmentPlaces+`),
		by_account AS (SELECT account_id, count(*) AS n FROM gone GROUP BY account_id),
		by_zone AS (SELECT a.zone, sum(b.n)::bigint AS n, count(*) AS accounts FROM by_account b JOIN account a ON a.id = b.account_id GROUP BY a.zone),
		counted AS (
		  INSERT INTO attachment_count (pack_id, zone, shard, attachments, accounts)
		  SELECT $1, zone, 0, -n, -accounts FROM by_zone
		  `+addAttachments+`)
		SELECT coalesce(sum(n), 0)::bigint FROM by_zone`, []any{pack, by, at}, &n)
	if err != nil {
		return 0, err
	}
	return n, t.forgetPack(ctx, pack)
}
