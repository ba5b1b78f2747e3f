package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

const releaseColumns = `
	SELECT id, pack_id, number, major, minor, patch, state, notes, revision, coalesce(plan, ''), due_on, coalesce(zone, ''), due_at,
	       testing_since, testing_until, released_at, ended_at, late, reason, created_at, created_by, decided_by
	  FROM release `

// releases reads releases without their contents.
func (t *tx) releases(ctx context.Context, attempt, where string, args ...any) ([]release.Release, error) {
	return collect(ctx, t, attempt, releaseColumns+where, args, func(row pgx.CollectableRow) (release.Release, error) {
		var r release.Release
		var major, minor, patch *int
		err := row.Scan(&r.ID, &r.Pack, &r.Number, &major, &minor, &patch, &r.State, &r.Notes, &r.Revision, &r.Plan, &r.DueOn, &r.Zone,
			&r.DueAt, &r.TestingSince, &r.TestingUntil, &r.ReleasedAt, &r.EndedAt, &r.Late, &r.Reason, &r.CreatedAt, &r.CreatedBy, &r.DecidedBy)
		if major != nil && minor != nil && patch != nil {
			r.Version = &release.Version{Major: *major, Minor: *minor, Patch: *patch}
		}
		return r, err
	})
}

// addContents reads what the releases hold.
func (t *tx) addContents(ctx context.Context, releases []release.Release) error {
	ids, at := make([]release.ID, len(releases)), make(map[release.ID]int, len(releases))
	for i := range releases {
		releases[i].Contents = release.Contents{}
		ids[i], at[releases[i].ID] = releases[i].ID, i
	}
	type content struct{ Release, Package, Version release.ID }
	found, err := collect(ctx, t, "read the contents of releases", `
		SELECT release_id, package_id, version_id FROM release_content WHERE release_id = ANY($1)`,
		[]any{ids}, pgx.RowToStructByPos[content])
	for _, c := range found {
		releases[at[c.Release]].Contents[c.Package] = c.Version
	}
	return err
}

// Release reads one release with its contents.
func (t *tx) Release(ctx context.Context, id release.ID) (release.Release, error) {
	found, err := t.releases(ctx, "read a release", `WHERE id = $1`, id)
	if err == nil && len(found) == 0 {
		err = release.ErrNotFound
	}
	if err != nil {
		return release.Release{}, err
	}
	return found[0], t.addContents(ctx, found)
}

// LastReleaseNumber is 0 for a pack without releases.
func (t *tx) LastReleaseNumber(ctx context.Context, pack release.ID) (int, error) {
	var n int
	err := t.read(ctx, "read the last release's number", `SELECT coalesce(max(number), 0) FROM release WHERE pack_id = $1`, []any{pack}, &n)
	return n, err
}

// PendingReleases reads a page, without contents.
func (t *tx) PendingReleases(ctx context.Context, after release.ID, limit int) ([]release.Release, error) {
	return t.releases(ctx, "list pending releases", `WHERE state = 'pending' AND id > $1 ORDER BY id LIMIT $2`, after, limit)
}

// errContentsLost: only a draft's contents are kept, so these would be lost without a word.
var errContentsLost = errors.New("add a release: contents of a release that is no draft")

// AddRelease keeps a new release; only a draft may bring contents.
func (t *tx) AddRelease(ctx context.Context, r release.Release) error {
	if r.State != release.Draft && len(r.Contents) > 0 {
		return errContentsLost
	}
	err := t.do(ctx, "add a release", `
		INSERT INTO release (id, pack_id, number, created_at, created_by, major, minor, patch, state, notes, revision, plan,
		                     due_on, zone, due_at, testing_since, testing_until, released_at, ended_at, late, reason, decided_by)
		VALUES ($1, $18, $19, $20, $21, $2, $3, $4, $5, $6, $7, nullif($8, ''),
		        $9, nullif($10, ''), $11, $12, $13, $14, $22, $15, $16, $17)`,
		append(decided(r), r.Pack, r.Number, r.CreatedAt, r.CreatedBy, r.EndedAt)...)
	if err != nil {
		return err
	}
	return t.saveContents(ctx, r)
}

// SaveRelease keeps what was decided on a release. R13: decided_release_is_immutable refuses one that is decided for good.
func (t *tx) SaveRelease(ctx context.Context, r release.Release) error {
	// A draft's contents go first: they can't be changed any more once it is none.
	if err := t.saveContents(ctx, r); err != nil {
		return err
	}
	return t.one(ctx, "save a release", `
		UPDATE release
		   SET major = $2, minor = $3, patch = $4, state = $5, notes = $6, revision = $7, plan = nullif($8, ''),
		       due_on = $9, zone = nullif($10, ''), due_at = $11, testing_since = $12, testing_until = $13, released_at = $14,
		       late = $15, reason = $16, decided_by = $17
		 WHERE id = $1`, decided(r)...)
}

// decided are the release's id and whatever may change of it, in one order for insert and update.
func decided(r release.Release) []any {
	var major, minor, patch *int
	if v := r.Version; v != nil {
		major, minor, patch = &v.Major, &v.Minor, &v.Patch
	}
	return []any{
		r.ID, major, minor, patch, r.State, r.Notes, r.Revision, r.Plan, r.DueOn, r.Zone, r.DueAt,
		r.TestingSince, r.TestingUntil, r.ReleasedAt, r.Late, r.Reason, orNull(r.DecidedBy),
	}
}

// saveContents makes a draft's rows equal to its contents.
func (t *tx) saveContents(ctx context.Context, r release.Release) error {
	if r.State != release.Draft {
		return nil
	}
	packages := append([]release.ID{}, r.Contents.Packages()...) // none is an empty list: NULL would compare to nothing
	versions := make([]release.ID, len(packages))
	for i, p := range packages {
		versions[i] = r.Contents[p]
	}
	err := t.do(ctx, "take packages out of a draft", `
		DELETE FROM release_content WHERE release_id = $1 AND package_id <> ALL($2)`, r.ID, packages)
	if err != nil {
		return err
	}
	return t.do(ctx, "put versions into a draft", `
		INSERT INTO release_content (release_id, package_id, version_id)
		SELECT $1, * FROM unnest($2::uuid[], $3::uuid[])
		ON CONFLICT (release_id, package_id)
		DO UPDATE SET version_id = EXCLUDED.version_id
		        WHERE release_content.version_id <> EXCLUDED.version_id`, r.ID, packages, versions)
}

// DeleteDraft takes the draft's contents along, and its evidence with the files.
func (t *tx) DeleteDraft(ctx context.Context, id release.ID) error {
	files, err := t.evidenceFiles(ctx, id)
	if err != nil {
		return err
	}
	if err := t.one(ctx, "delete a draft", `DELETE FROM release WHERE id = $1 AND state = 'draft'`, id); err != nil {
		return err
	}
	for _, f := range files {
		if err := t.dropFile(ctx, f.ID, f.SHA256); err != nil {
			return err
		}
	}
	return nil
}

// EndCurrent is a statement of its own and comes first: Postgres checks one_current_release_per_pack row by row, so that
// one statement which ends the old release and begins the new one fails by the order of the rows.
func (t *tx) EndCurrent(ctx context.Context, packs []release.ID, at time.Time) error {
	return t.do(ctx, "end the current releases", `
		UPDATE release SET ended_at = $2 WHERE pack_id = ANY($1) AND state = 'released' AND ended_at IS NULL`, packs, at)
}

// SaveApplied changes what applying changes (R18), of all releases in one statement.
func (t *tx) SaveApplied(ctx context.Context, releases []release.Release) error {
	var ids []release.ID
	var states []string
	var late []bool
	var released, until []*time.Time
	for _, r := range releases {
		ids, states, late = append(ids, r.ID), append(states, string(r.State)), append(late, r.Late)
		released, until = append(released, r.ReleasedAt), append(until, r.TestingUntil)
	}
	n, err := t.exec(ctx, "save applied releases", `
		UPDATE release r
		   SET state = a.state, late = a.late, released_at = a.released_at, testing_until = a.testing_until
		  FROM unnest($1::uuid[], $2::text[], $3::bool[], $4::timestamptz[], $5::timestamptz[])
		       a (id, state, late, released_at, testing_until)
		 WHERE r.id = a.id`, ids, states, late, released, until)
	if err == nil && n != int64(len(releases)) {
		err = release.ErrNotFound
	}
	return err
}
