package store

import (
	"context"

	"packtide/release"
)

// AddFile keeps an added file; PutArtifact has kept its bytes, and holds them until this transaction ends.
func (t *tx) AddFile(ctx context.Context, f release.File) error {
	return t.do(ctx, "add a file", `
		INSERT INTO file (id, name, sha256, added_at, added_by) VALUES ($1, $2, $3, $4, $5)`,
		f.ID, f.Name, f.SHA256[:], f.AddedAt, f.AddedBy)
}

// dropFile deletes a file that nothing refers to any more, and its bytes when nobody else holds them.
func (t *tx) dropFile(ctx context.Context, id release.ID, sha256 []byte) error {
	if err := t.one(ctx, "delete a file", `DELETE FROM file WHERE id = $1`, id); err != nil {
		return err
	}
	return t.dropUnusedArtifact(ctx, sha256)
}
