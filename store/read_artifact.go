package store

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// Artifact opens the bytes of a version: for its publisher, site staff, and accounts that run or may run a release with it. An
// account's agent gets what the account's own attachments run or may try.
// The content is read in parts as it is asked for, never whole, and can seek (http.ServeContent). No transaction stays open
// while a slow reader takes its time. A deleted version is not found.
func (r *Reader) Artifact(ctx context.Context, by release.Actor, version release.ID) (release.VersionRow, io.ReadSeeker, error) {
	row, err := first(versions(ctx, r.pool, `
  SELECT v.* FROM package_version v JOIN package p ON p.id = v.package_id
  WHERE v.id = @version AND v.deleted_at IS NULL
    AND (@site OR p.publisher_id = @publisher
      OR EXISTS (SELECT FROM release_content rc JOIN release r ON r.id = rc.release_id JOIN pack k ON k.id = r.pack_id
                 WHERE rc.version_id = v.id AND (r.state = 'pending' OR (r.state = 'released' AND r.ended_at IS NULL))
                   AND `+seesPack+`)
      OR EXISTS (SELECT FROM release_content rc JOIN release r ON r.id = rc.release_id JOIN attachment x ON x.pack_id = r.pack_id
                 WHERE rc.version_id = v.id AND (r.state = 'pending' OR (r.state = 'released' AND r.ended_at IS NULL))
                   AND x.account_id = @agent AND x.detached_at IS NULL))`, scopeOf(by).with(pgx.NamedArgs{"version": version, "agent": agentOf(by)})))
	if err != nil {
		return release.VersionRow{}, nil, err
	}
	return row, r.open(ctx, row.SHA256, row.Size), nil
}

// agentOf is the account whose agent acts, if one does.
func agentOf(by release.Actor) *release.ID {
	if !by.IsAgent() {
		return nil
	}
	return &by.Account
}

// open reads kept bytes in parts, for callers that have asked who may.
func (r *Reader) open(ctx context.Context, sum [32]byte, size int64) io.ReadSeeker {
	part := func(no int64) ([]byte, error) {
		return one(ctx, r.pool, "part of an artifact", `SELECT bytes FROM artifact_part WHERE sha256 = @sha256 AND no = @no`,
			pgx.NamedArgs{"sha256": sum[:], "no": no}, pgx.RowTo[[]byte])
	}
	return &artifactReader{size: size, part: part, held: -1}
}

// artifactPart is the size of every part but the last.
const artifactPart = 1 << 20

// artifactReader holds one part at a time.
type artifactReader struct {
	size  int64
	part  func(no int64) ([]byte, error)
	at    int64
	held  int64 // number of the part in bytes; -1: none
	bytes []byte
}

// Read fails with io.ErrUnexpectedEOF when the version was deleted meanwhile.
func (a *artifactReader) Read(p []byte) (int, error) {
	if a.at >= a.size {
		return 0, io.EOF
	}
	if len(p) == 0 {
		return 0, nil
	}
	no, within := a.at/artifactPart, a.at%artifactPart
	if no != a.held {
		bytes, err := a.part(no)
		if err != nil && !isNotFound(err) {
			return 0, err
		}
		a.held, a.bytes = no, bytes
	}
	if within >= int64(len(a.bytes)) {
		a.held, a.bytes = -1, nil
		return 0, fmt.Errorf("artifact at byte %d of %d: %w", a.at, a.size, io.ErrUnexpectedEOF)
	}
	n := copy(p, a.bytes[within:])
	a.at += int64(n)
	return n, nil
}

var errSeek = errors.New("seek: no such place")

// Seek reads nothing.
func (a *artifactReader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekStart:
	case io.SeekCurrent:
		offset += a.at
	case io.SeekEnd:
		offset += a.size
	default:
		return 0, errSeek
	}
	if offset < 0 {
		return 0, errSeek
	}
	a.at = offset
	return offset, nil
}
