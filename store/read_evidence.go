package store

import (
	"context"
	"io"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// EvidenceItems are the items that a publisher offers on its drafts, in its order: for the publisher and site staff.
func (r *Reader) EvidenceItems(ctx context.Context, by release.Actor, publisher release.ID) ([]release.EvidenceItem, error) {
	return list(ctx, r.pool, "evidence items", `
SELECT i.id, i.label, i.demanded, false
FROM evidence_item i
WHERE i.publisher_id = @of AND i.retired_at IS NULL AND (@site OR i.publisher_id = @publisher)
ORDER BY i.position, i.id`, scopeOf(by).with(pgx.NamedArgs{"of": publisher}), pgx.RowToStructByPos[release.EvidenceItem])
}

// evidenceRows reads evidence of the condition, for the publisher and site staff alone.
func (r *Reader) evidenceRows(ctx context.Context, by release.Actor, condition string, args pgx.NamedArgs) ([]release.EvidenceRow, error) {
	args["edited"] = release.ActDraftEdited
	return list(ctx, r.pool, "evidence", `
SELECT `+evidenceColumns+`, p.name,
  (SELECT max(v.at)
   FROM audit_event v
   WHERE v.subject = e.release_id AND v.action = @edited AND v.before -> 'contents' IS DISTINCT FROM v.after -> 'contents')
FROM evidence e
JOIN release r ON r.id = e.release_id
JOIN pack k ON k.id = r.pack_id
JOIN person p ON p.id = e.given_by
LEFT JOIN file f ON f.id = e.file_id
LEFT JOIN artifact a ON a.sha256 = f.sha256
WHERE `+condition+` AND (@site OR k.publisher_id = @publisher)
ORDER BY e.id`, scopeOf(by).with(args), func(row pgx.CollectableRow) (release.EvidenceRow, error) {
		var e release.EvidenceRow
		fields, done := evidenceFields(&e.Evidence)
		err := row.Scan(append(fields, &e.GivenByName, &e.ChangedAt)...)
		done()
		return e, err
	})
}

// Evidence is what was given for a release, in the order in which it was given; accounts are shown none of it.
func (r *Reader) Evidence(ctx context.Context, by release.Actor, of release.ID) ([]release.EvidenceRow, error) {
	return r.evidenceRows(ctx, by, `e.release_id = @release`, pgx.NamedArgs{"release": of})
}

// EvidenceFile opens the file that was added to evidence; see Artifact on how it is read.
func (r *Reader) EvidenceFile(ctx context.Context, by release.Actor, evidence release.ID) (release.File, io.ReadSeeker, error) {
	e, err := first(r.evidenceRows(ctx, by, `e.id = @evidence AND e.file_id IS NOT NULL`, pgx.NamedArgs{"evidence": evidence}))
	if err != nil {
		return release.File{}, nil, err
	}
	return *e.File, r.open(ctx, e.File.SHA256, e.File.Size), nil
}
