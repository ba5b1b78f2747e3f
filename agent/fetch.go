package agent

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// cannotError is a release that can't be installed as things are: trying again at once would not help. Its text is for the
// account's admin and for support.
type cannotError struct{ text string }

func (c *cannotError) Error() string { return c.text }

func cannot(format string, args ...any) error {
	return &cannotError{text: fmt.Sprintf(format, args...)}
}

// spareBytes stay free beside what is fetched and unpacked, for the state and the file system's own.
const spareBytes = 4 << 20

// room refuses to begin what would fill the disk.
func (a *Agent) room(need int64, what string) error {
	free, known := a.free(a.cfg.Dir)
	if !known || free >= need+spareBytes {
		return nil
	}
	return cannot("There is not enough space in %s: %s takes %s, and %s are free. Make room; the agent then goes on by itself.",
		a.cfg.Dir, what, sizeText(need+spareBytes), sizeText(free))
}

// full puts a full disk into words; other errors stay as they are.
func (a *Agent) full(err error, what string) error {
	if !isFull(err) {
		return err
	}
	return cannot("The disk became full while the agent wrote %s below %s. Make room; the agent then goes on by itself.", what, a.cfg.Dir)
}

func sizeText(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d bytes", n)
}

func (a *Agent) artifactPath(sum string) string { return filepath.Join(a.path(artifactsDir), sum) }

// fetchAll fetches the packages that are not here yet.
func (a *Agent) fetchAll(ctx context.Context, want desired) error {
	var missing []content
	var need int64
	seen := map[string]bool{}
	for _, p := range want.Contents {
		if seen[p.SHA256] || fileSize(a.artifactPath(p.SHA256)) == p.Size {
			continue
		}
		seen[p.SHA256] = true
		missing = append(missing, p)
		need += max(0, p.Size-max(0, fileSize(a.artifactPath(p.SHA256)+partial)))
	}
	if len(missing) == 0 {
		return nil
	}
	if err := a.room(need, "fetching "+want.Release.String()); err != nil {
		return err
	}
	for _, p := range missing {
		a.log.InfoContext(ctx, "fetching", "package", clean(p.Name), "version", clean(p.Version), "size", p.Size)
		if err := a.fetch(ctx, p); err != nil {
			return a.full(fmt.Errorf("fetch %s %s: %w", clean(p.Name), clean(p.Version), err), "the package "+clean(p.Name))
		}
	}
	return nil
}

// errFetchAgain says that what has arrived was thrown away, and that a new start may help.
var errFetchAgain = errors.New("what arrived does not belong to this package")

// maxResumes bounds how often one download is taken up again within a round.
const maxResumes = 20

// fetch fetches one package, going on where an earlier try has ended, and puts it in place once its checksum is right.
func (a *Agent) fetch(ctx context.Context, p content) error {
	draft := a.artifactPath(p.SHA256) + partial
	resumed := fileSize(draft) > 0
	for try := 1; ; try++ {
		had := max(0, fileSize(draft))
		if had > p.Size {
			if err := a.disk.remove(draft); err != nil {
				return err
			}
			had = 0
		}
		var err error
		if had < p.Size {
			err = a.download(ctx, p, draft, had)
		}
		if err == nil {
			err = a.accept(p, draft)
		}
		var final *cannotError
		switch {
		case err == nil:
			return nil
		case errors.Is(err, errFetchAgain) && resumed:
			resumed = false // an old beginning may have been at fault: once from the start
		case errors.Is(err, errFetchAgain):
			return cannot("The server sends another file for %s %s than it has announced (its sha256 is not %s). Tell the publisher; nothing was installed.",
				clean(p.Name), clean(p.Version), p.SHA256)
		case errors.As(err, &final), ctx.Err() != nil, isFull(err), try >= maxResumes, fileSize(draft) <= had:
			return err // nothing was gained
		}
	}
}

// accept puts a finished download in its place, or throws it away with errFetchAgain.
func (a *Agent) accept(p content, draft string) error {
	sum, err := fileSum(draft)
	if err != nil {
		return err
	}
	if sum != p.SHA256 {
		return errors.Join(errFetchAgain, a.disk.remove(draft))
	}
	return a.disk.rename(draft, a.artifactPath(p.SHA256))
}

// download takes bytes from the server into draft, from byte had on.
func (a *Agent) download(ctx context.Context, p content, draft string, had int64) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	response, err := a.client.artifact(ctx, p, had)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	flags := os.O_WRONLY | os.O_CREATE | os.O_APPEND
	switch response.StatusCode {
	case http.StatusOK:
		flags |= os.O_TRUNC
		had = 0
	case http.StatusPartialContent:
		if !strings.HasPrefix(response.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", had)) {
			return errors.Join(errFetchAgain, a.disk.remove(draft))
		}
	case http.StatusRequestedRangeNotSatisfiable:
		return errors.Join(errFetchAgain, a.disk.remove(draft))
	default:
		return a.notFetched(p, refusal(response))
	}
	if n := response.ContentLength; n >= 0 && n > p.Size-had {
		return cannot("The server sends %d bytes more for %s %s than it has announced; nothing was installed.", n-(p.Size-had), clean(p.Name), clean(p.Version))
	}
	a.disk.at("open " + draft)
	f, err := os.OpenFile(draft, flags, fileMode)
	if err != nil {
		return err //nolint:wrapcheck // names path and step
	}
	stall := time.AfterFunc(a.client.stall, cancel)
	defer stall.Stop()
	in := io.LimitReader(&watched{r: response.Body, progress: func() { stall.Reset(a.client.stall) }}, p.Size-had)
	n, err := io.Copy(stepWriter{f, a.disk}, in)
	if err == nil && n < p.Size-had {
		err = io.ErrUnexpectedEOF
	}
	return errors.Join(err, a.disk.close(f))
}

// notThereError is a package that the server does not have for this attachment: perhaps it asks for another release by now.
type notThereError struct{ *cannotError }

// Unwrap is what there is to say if it does not.
func (n *notThereError) Unwrap() error { return n.cannotError }

// notFetched tells refusals that pass from those that do not.
func (a *Agent) notFetched(p content, refused *apiError) error {
	if refused.passing() || refused.unknown() {
		return refused
	}
	why := &cannotError{fmt.Sprintf("The server does not give out %s %s: %s.", clean(p.Name), clean(p.Version), refused)}
	if refused.gone() {
		return &notThereError{why}
	}
	return why
}

// watched notes that something arrives.
type watched struct {
	r        io.Reader
	progress func()
}

func (w *watched) Read(b []byte) (int, error) {
	n, err := w.r.Read(b)
	if n > 0 {
		w.progress()
	}
	return n, err //nolint:wrapcheck // a reader passes errors on as they are
}

// stepWriter makes each piece that is written a step of the disk.
type stepWriter struct {
	w    io.Writer
	disk disk
}

func (s stepWriter) Write(b []byte) (int, error) {
	s.disk.at("write")
	return s.w.Write(b) //nolint:wrapcheck // a writer passes errors on as they are
}

// fileSize is -1 for what is no file.
func fileSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return -1
	}
	return info.Size()
}

func fileSum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err //nolint:wrapcheck // names path and step
	}
	defer f.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return "", err //nolint:wrapcheck // names path and step
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
