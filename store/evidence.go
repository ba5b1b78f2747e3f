package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// EvidenceItems are read retired ones too: their evidence stays.
func (t *tx) EvidenceItems(ctx context.Context, publisher release.ID) ([]release.EvidenceItem, error) {
	return collect(ctx, t, "read the evidence items", `
		SELECT id, label, demanded, retired_at IS NOT NULL
		  FROM evidence_item
		 WHERE publisher_id = $1
		 ORDER BY position, id`, []any{publisher}, pgx.RowToStructByPos[release.EvidenceItem])
}

// SaveEvidenceItems keeps the order of the list; an item that is retired already keeps the instant.
func (t *tx) SaveEvidenceItems(ctx context.Context, publisher release.ID, items []release.EvidenceItem, at time.Time) error {
	var ids []release.ID
	var labels []string
	var demanded, retired []bool
	for _, i := range items {
		ids, labels = append(ids, i.ID), append(labels, i.Label)
		demanded, retired = append(demanded, i.Demanded), append(retired, i.Retired)
	}
	return t.do(ctx, "save the evidence items", `
		INSERT INTO evidence_item (id, publisher_id, label, demanded, retired_at, position)
		SELECT i.id, $1, i.label, i.demanded, CASE WHEN i.retired THEN $2::timestamptz END, i.position
		  FROM unnest($3::uuid[], $4::text[], $5::bool[], $6::bool[]) WITH ORDINALITY i (id, label, demanded, retired, position)
		ON CONFLICT (id)
		DO UPDATE SET label = EXCLUDED.label, demanded = EXCLUDED.demanded, position = EXCLUDED.position,
		              retired_at = CASE WHEN EXCLUDED.retired_at IS NOT NULL THEN coalesce(evidence_item.retired_at, EXCLUDED.retired_at) END
		        WHERE evidence_item.publisher_id = EXCLUDED.publisher_id`, publisher, at, ids, labels, demanded, retired)
}

const evidenceColumns = `e.id, e.release_id, e.item_id, e.label, e.note, e.link, e.given_at, e.given_by, f.id, f.name, f.sha256, a.size, f.added_at, f.added_by`

// evidenceFields reads evidenceColumns; done fills in the file, where there is one.
func evidenceFields(e *release.Evidence) (fields []any, done func()) {
	var id, by *release.ID
	var name *string
	var size *int64
	var at *time.Time
	var sum [32]byte
	fields = []any{&e.ID, &e.Release, &e.Item, &e.Label, &e.Note, &e.Link, &e.GivenAt, &e.GivenBy, &id, &name, sum256(&sum), &size, &at, &by}
	return fields, func() {
		if id != nil {
			e.File = &release.File{ID: *id, Name: *name, Size: *size, SHA256: sum, AddedAt: *at, AddedBy: *by}
		}
	}
}

// Evidence is read in the order in which it was given.
func (t *tx) Evidence(ctx context.Context, id release.ID) ([]release.Evidence, error) {
	return collect(ctx, t, "read evidence", `
		SELECT `+evidenceColumns+`
		  FROM evidence e
		  LEFT JOIN file f ON f.id = e.file_id
		  LEFT JOIN artifact a ON a.sha256 = f.sha256
		 WHERE e.release_id = $1
		 ORDER BY e.id`, []any{id}, func(row pgx.CollectableRow) (release.Evidence, error) {
		var e release.Evidence
		fields, done := evidenceFields(&e)
		err := row.Scan(fields...)
		done()
		return e, err
	})
}

// AddEvidence keeps what was given; decided_evidence_is_immutable refuses it on anything but a draft.
func (t *tx) AddEvidence(ctx context.Context, e release.Evidence) error {
	var file *release.ID
	if e.File != nil {
		file = &e.File.ID
	}
	return t.do(ctx, "add evidence", `
		INSERT INTO evidence (id, release_id, item_id, label, note, link, file_id, given_at, given_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		e.ID, e.Release, e.Item, e.Label, e.Note, e.Link, file, e.GivenAt, e.GivenBy)
}

// DropEvidence takes the file along.
func (t *tx) DropEvidence(ctx context.Context, e release.Evidence) error {
	if err := t.one(ctx, "drop evidence", `DELETE FROM evidence WHERE id = $1`, e.ID); err != nil {
		return err
	}
	if e.File == nil {
		return nil
	}
	return t.dropFile(ctx, e.File.ID, e.File.SHA256[:])
}

// evidenceFile is a file whose evidence goes.
type evidenceFile struct {
	ID     release.ID
	SHA256 []byte
}

// evidenceFiles are the files of a draft, in the order in which everybody locks several artifacts.
func (t *tx) evidenceFiles(ctx context.Context, draft release.ID) ([]evidenceFile, error) {
	return collect(ctx, t, "read the files of a draft", `
		SELECT f.id, f.sha256
		  FROM evidence e
		  JOIN file f ON f.id = e.file_id
		 WHERE e.release_id = $1
		 ORDER BY f.sha256, f.id`, []any{draft}, pgx.RowToStructByPos[evidenceFile])
}
