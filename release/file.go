package release

import (
	"context"
	"io"
	"time"
)

// MaxFile is the most that one added file may have, in bytes.
const MaxFile = 10 << 20

// FileUpload is a file that a person adds to what they say; nil where none was chosen.
type FileUpload struct {
	Name    string
	Size    int64 // bytes
	SHA256  [32]byte
	Content io.ReaderAt
}

// File is an added file as it is kept.
type File struct {
	ID      ID
	Name    string
	Size    int64 // bytes
	SHA256  [32]byte
	AddedAt time.Time
	AddedBy ID
}

// FileTx keeps added files.
type FileTx interface {
	// AddFile keeps the file; PutArtifact has kept its bytes.
	AddFile(ctx context.Context, f File) error
}

// check refuses a file that is empty or too large.
func (u *FileUpload) check() error {
	switch {
	case u == nil:
		return nil
	case u.Content == nil || u.Size <= 0:
		return ErrAddedFileEmpty
	case u.Size > MaxFile:
		return ErrAddedFileLarge
	default:
		return nil
	}
}

// keepFile keeps an upload inside a use case; nil for none. What refers to the file decides who may read it.
func keepFile(ctx context.Context, tx Tx, by Actor, at time.Time, u *FileUpload) (*File, error) {
	if err := u.check(); err != nil || u == nil {
		return nil, err
	}
	f := File{
		ID: NewID(at), Name: keepable(u.Name, maxFileName), Size: u.Size, SHA256: u.SHA256, AddedAt: at, AddedBy: by.Person,
	}
	if err := tx.PutArtifact(ctx, f.SHA256, f.Size, u.Content, at); err != nil {
		return nil, err
	}
	return &f, tx.AddFile(ctx, f)
}
