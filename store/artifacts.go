package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"packtide/release"
)

// partSize is how much of an artifact is in memory at a time.
const partSize = 1 << 20

// PutArtifact keeps bytes under their sha256. The row of an artifact stays for ever, since the versions that held it do; its
// parts come and go under the row's lock (dropUnusedArtifact), which this transaction keeps: bytes that it found here can't be
// dropped before the version that needs them is committed, and of two uploads of the same bytes one waits. The content is
// read in any case, and refused with ErrFileUnreadable when it does not have the sha256 or the size.
func (t *tx) PutArtifact(ctx context.Context, sum [32]byte, size int64, content io.ReaderAt, at time.Time) error {
	err := t.do(ctx, "add an artifact", `
		INSERT INTO artifact (sha256, size, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, sum[:], size, at)
	if err != nil {
		return err
	}
	if err := t.lockArtifact(ctx, sum[:]); err != nil {
		return err
	}
	var there bool
	err = t.read(ctx, "look for an artifact", `SELECT EXISTS (SELECT FROM artifact_part WHERE sha256 = $1)`, []any{sum[:]}, &there)
	if err != nil {
		return err
	}
	return eachPart(sum, size, content, func(no int, part []byte) error {
		if there {
			return nil
		}
		return t.do(ctx, "store a part of an artifact", `
			INSERT INTO artifact_part (sha256, no, bytes) VALUES ($1, $2, $3)`, sum[:], no, part)
	})
}

var errFileChanged = release.ErrFileUnreadable.With("The file changed while it was being stored. Upload it again.")

// eachPart hands out content in parts, and at the end checks that it was what it was said to be: nothing of a transaction
// that fails then remains. The part is only valid until each returns.
func eachPart(sum [32]byte, size int64, content io.ReaderAt, each func(no int, part []byte) error) error {
	reader, hash, buf := io.NewSectionReader(content, 0, size+1), sha256.New(), make([]byte, partSize)
	total := int64(0)
	for no := 0; ; no++ {
		n, err := io.ReadFull(reader, buf)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read an artifact: %w", err)
		}
		if total += int64(n); total > size {
			return errFileChanged
		}
		if n > 0 {
			_, _ = hash.Write(buf[:n]) // never fails
			if err := each(no, buf[:n]); err != nil {
				return err
			}
		}
		if err != nil {
			break
		}
	}
	if total != size || !bytes.Equal(hash.Sum(nil), sum[:]) {
		return errFileChanged
	}
	return nil
}

// lockArtifact stands before every decision on whether an artifact's bytes are needed.
func (t *tx) lockArtifact(ctx context.Context, sha256 []byte) error {
	return t.one(ctx, "lock an artifact", `SELECT FROM artifact WHERE sha256 = $1 FOR NO KEY UPDATE`, sha256)
}

// dropUnusedArtifact deletes bytes that no live version of any publisher and no added file holds. Lock and look are two statements: the look
// has to see the version of an upload that this transaction has waited for.
func (t *tx) dropUnusedArtifact(ctx context.Context, sha256 []byte) error {
	if err := t.lockArtifact(ctx, sha256); err != nil {
		return err
	}
	return t.do(ctx, "delete an artifact", `
		DELETE FROM artifact_part
		 WHERE sha256 = $1
		   AND NOT EXISTS (SELECT FROM package_version WHERE sha256 = $1 AND deleted_at IS NULL)
		   AND NOT EXISTS (SELECT FROM file WHERE sha256 = $1)`, sha256)
}
