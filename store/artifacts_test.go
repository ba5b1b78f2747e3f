package store_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"packtide/release"
)

const parts = `SELECT count(*) FROM artifact_part WHERE sha256 = $1`

// TestArtifactIsStoredOnce, in parts of 1 MiB that give the bytes again.
func TestArtifactIsStoredOnce(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	for _, size := range []int{1, 1<<20 - 1, 1 << 20, 1<<20 + 1, 3 << 20} {
		content := make([]byte, size)
		rand.NewChaCha8([32]byte{byte(size)}).Read(content) //nolint:errcheck // never fails
		sum := sha256.Sum256(content)
		for range 2 {
			w.do(func(ctx context.Context, tx release.Tx) error {
				return tx.PutArtifact(ctx, sum, int64(size), bytes.NewReader(content), start)
			})
		}
		if n, want := w.number(parts, sum[:]), (size+1<<20-1)>>20; n != want {
			t.Errorf("%d bytes lie in %d parts, want %d", size, n, want)
		}
		var got []byte
		if err := w.Pool.QueryRow(t.Context(), `SELECT string_agg(bytes, '' ORDER BY no) FROM artifact_part WHERE sha256 = $1`, sum[:]).Scan(&got); err != nil || !bytes.Equal(got, content) {
			t.Errorf("%d bytes come back as %d others, %v", size, len(got), err)
		}
	}
}

// changing gives other bytes than it was hashed with, or fails.
type changing struct{ err error }

func (c changing) ReadAt(p []byte, _ int64) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	return len(p), nil
}

func TestArtifactRefusals(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	text := strings.Repeat("text", 1<<18) + "!"
	sum := sha256.Sum256([]byte(text))
	broken := errors.New("disk broken")
	for _, tc := range []struct {
		name    string
		size    int
		content io.ReaderAt
		want    error
	}{
		{"other bytes", len(text), changing{}, release.ErrFileUnreadable},
		{"more bytes than said", len(text) - 1, strings.NewReader(text), release.ErrFileUnreadable},
		{"fewer bytes than said", len(text) + 1, strings.NewReader(text), release.ErrFileUnreadable},
		{"no bytes", 0, strings.NewReader(""), release.ErrFileEmpty},
		{"a reader that fails", len(text), changing{broken}, broken},
	} {
		err := w.try(func(ctx context.Context, tx release.Tx) error {
			return tx.PutArtifact(ctx, sum, int64(tc.size), tc.content, start)
		})
		if !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
	}
	if n := w.number(`SELECT (SELECT count(*) FROM artifact) + (SELECT count(*) FROM artifact_part)`); n != 0 {
		t.Errorf("%d rows of refused artifacts are left", n)
	}
}

// TestSameBytesAtOnce: of two uploads of the same bytes one waits, and both versions are kept with one artifact. When the
// first is rolled back, the second stores the bytes itself.
func TestSameBytesAtOnce(t *testing.T) {
	t.Parallel()
	for name, refusal := range map[string]error{"both commit": nil, "the first rolls back": errRefused} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newScene(t)
			a, b := w.version(w.newPackage().ID, release.Version{Major: 1}, "same"), w.version(w.newPackage().ID, release.Version{Major: 1}, "same")
			stored, second := make(chan struct{}), make(chan error, 1)
			go func() {
				<-stored
				second <- w.try(func(ctx context.Context, tx release.Tx) error { return upload(ctx, tx, b, "same") })
			}()
			err := w.try(func(ctx context.Context, tx release.Tx) error {
				if err := upload(ctx, tx, a, "same"); err != nil {
					return err
				}
				close(stored)
				select {
				case err := <-second:
					t.Errorf("the second upload did not wait: %v", err)
				case <-time.After(100 * time.Millisecond):
				}
				return refusal
			})
			if !errors.Is(err, refusal) {
				t.Errorf("the first: %v, want %v", err, refusal)
			}
			if err := <-second; err != nil {
				t.Errorf("the second: %v", err)
			}
			if n := w.number(parts, a.SHA256[:]); n != 1 {
				t.Errorf("%d parts, want 1", n)
			}
		})
	}
}

// TestBytesGoWithTheLastVersion: bytes stay while any live version of any publisher holds them, and come again with a new
// upload.
func TestBytesGoWithTheLastVersion(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	a, b := w.newVersion(w.newPackage().ID, 1, "shared"), w.newVersion(w.newPackage().ID, 1, "shared")
	for i, want := range []struct {
		v     release.PackageVersion
		parts int
	}{{a, 1}, {b, 0}} {
		w.do(func(ctx context.Context, tx release.Tx) error {
			return tx.DeleteVersion(ctx, want.v.ID, w.person, start)
		})
		if n := w.number(parts, a.SHA256[:]); n != want.parts {
			t.Errorf("%d parts after %d deletions, want %d", n, i+1, want.parts)
		}
	}
	w.newVersion(w.newPackage().ID, 1, "shared")
	if n := w.number(parts, a.SHA256[:]); n != 1 {
		t.Errorf("%d parts after a new upload, want 1", n)
	}
}

// TestDeleteAgainstUpload: whoever deletes the last version while another uploads the same bytes, in whatever order, every
// live version has its bytes.
func TestDeleteAgainstUpload(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	var failed atomic.Int32
	for round := range 15 {
		text := strings.Repeat("r", round+1)
		old := w.newVersion(w.newPackage().ID, 1, text)
		fresh := w.version(w.newPackage().ID, release.Version{Major: 1}, text)
		var all sync.WaitGroup
		for _, use := range []func(context.Context, release.Tx) error{
			func(ctx context.Context, tx release.Tx) error { return tx.DeleteVersion(ctx, old.ID, w.person, start) },
			func(ctx context.Context, tx release.Tx) error { return upload(ctx, tx, fresh, text) },
		} {
			all.Go(func() {
				if err := w.try(use); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if w.number(parts, fresh.SHA256[:]) != 1 {
			failed.Add(1)
		}
	}
	if failed.Load() > 0 {
		t.Errorf("in %d of 15 rounds a live version lost its bytes", failed.Load())
	}
}

// endless is reproducible content of any size that lies in no memory.
type endless struct{ size int64 }

func (e endless) ReadAt(p []byte, at int64) (int, error) {
	n := int(min(int64(len(p)), e.size-at))
	for i := range p[:max(n, 0)] {
		p[i] = byte((at + int64(i)) * 2654435761 >> 13)
	}
	if n < len(p) {
		return max(n, 0), io.EOF
	}
	return n, nil
}

// TestLargeArtifactIsNeverWholeInMemory: 256 MB in and no more than a few parts of them at a time.
func TestLargeArtifactIsNeverWholeInMemory(t *testing.T) { //nolint:paralleltest // it measures the process's memory
	w := newScene(t)
	content := endless{release.MaxArtifact}
	if testing.Short() {
		content.size = 40 << 20
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, io.NewSectionReader(content, 0, content.size)); err != nil {
		t.Fatal(err)
	}
	peak, stop := watchHeap()
	w.do(func(ctx context.Context, tx release.Tx) error {
		return tx.PutArtifact(ctx, [32]byte(hash.Sum(nil)), content.size, content, start)
	})
	stop()
	if most := uint64(24 << 20); peak.Load() > most {
		t.Errorf("the heap grew by %d MB for %d MB of content", peak.Load()>>20, content.size>>20)
	}
	if n := w.number(parts, hash.Sum(nil)); int64(n) != content.size>>20 {
		t.Errorf("%d parts, want %d", n, content.size>>20)
	}
}

// watchHeap tells by how much the heap grew at most until stop.
func watchHeap() (peak *atomic.Uint64, stop func()) {
	peak = &atomic.Uint64{}
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			if now.HeapAlloc > before.HeapAlloc {
				peak.Store(max(peak.Load(), now.HeapAlloc-before.HeapAlloc))
			}
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	return peak, func() { close(done); <-ended }
}
