package web

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"strings"

	"github.com/labstack/echo/v5"

	"packtide/release"
	"packtide/web/view"
)

const (
	// maxField is the most that one text of a form with a file may have, in bytes; the rules refuse much less.
	maxField = 1 << 20

	// maxFields is the most that all texts of such a form may have together, in bytes: they are held in memory.
	maxFields = maxBody

	maxFileName = 200 // bytes

	// maxForm is the most that is read of such a form. It lies far beyond release.MaxArtifact: a browser shows an answer only
	// once it has sent everything, so that a file that is too large is read to its end and thrown away, up to here.
	maxForm = 1 << 30
)

// received is a form with a file: its texts, and the file in a temporary place, never whole in memory.
type received struct {
	texts    map[string]string
	held     int      // bytes of the texts and their names
	file     *os.File // nil: none was sent
	fileName string
	size     int64 // bytes
	sha256   [sha256.Size]byte
	most     int64 // bytes that the file may have
	tooLarge bool  // the file has more than most; what is kept of it is of no use
}

// discard removes the temporary file, which elsewhere still has its name.
func (r *received) discard() {
	if r.file != nil {
		_ = r.file.Close()
		_ = os.Remove(r.file.Name())
	}
}

// content is the file for whoever checks and keeps it; nil when none was sent.
func (r *received) content() io.ReaderAt {
	if r.file == nil {
		return nil
	}
	return r.file
}

// added is the file of a form that may bring one; nil when none was chosen. One that is too large keeps a size that says so.
func (r *received) added() *release.FileUpload {
	if r.file == nil {
		return nil
	}
	u := &release.FileUpload{Name: r.fileName, Size: r.size, SHA256: r.sha256, Content: r.content()}
	if r.tooLarge {
		u.Size = r.most + 1
	}
	return u
}

// bodyError marks what goes wrong with the request itself, which is no fault of ours.
type bodyError struct{ error }

func (e bodyError) Unwrap() error { return e.error }

// bodyReader marks the failures of the request's body, so that they are told from those of our disk.
type bodyReader struct{ io.Reader }

func (b bodyReader) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = bodyError{err}
	}
	return n, err //nolint:wrapcheck // a reader passes io.EOF on as it is
}

// receive reads a form with a file of up to most bytes, in whatever order its parts come. The caller discards what it
// returns.
func receive(w http.ResponseWriter, r *http.Request, most int64) (*received, error) {
	got := &received{texts: map[string]string{}, most: most}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	parts, err := r.MultipartReader()
	if err != nil {
		return got, echo.NewHTTPError(http.StatusBadRequest, "not a form with a file").Wrap(err)
	}
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return got, nil
		}
		if err == nil {
			err = got.take(part)
		} else {
			err = bodyError{err}
		}
		if err != nil {
			return got, got.broken(err)
		}
	}
}

// receive reads the visit's form with a file (see withFile), and refuses one that was drawn for another account. The caller
// discards what it returns, also with an error.
func (v *visit) receive(most int64) (*received, error) {
	got, err := receive(v.Response(), v.Request(), most)
	if err == nil {
		err = v.drawnFor(got.texts[view.FieldActing])
	}
	return got, err
}

// broken sorts the reasons why a form could not be read to its end.
func (r *received) broken(err error) error {
	var tooLong *http.MaxBytesError
	var body bodyError
	switch {
	case errors.As(err, &tooLong):
		r.tooLarge = true
		return nil
	case errors.As(err, &body):
		return echo.NewHTTPError(http.StatusBadRequest, "the form broke off").Wrap(err)
	default:
		return fmt.Errorf("receive a form: %w", err)
	}
}

// take reads one part: the file, or a text.
func (r *received) take(part *multipart.Part) error {
	from := bodyReader{part}
	if part.FormName() == "file" && part.FileName() != "" && r.file == nil {
		return r.keep(from, part.FileName())
	}
	text, err := io.ReadAll(io.LimitReader(from, maxField))
	if err != nil {
		return err
	}
	if len(text) < maxField && !isText(string(text)) {
		return bodyError{errors.New("a field is no text")}
	}
	if r.held += len(text) + len(part.FormName()); r.held > maxFields {
		return bodyError{errors.New("the fields are too large")}
	}
	if part.FormName() != "file" {
		r.texts[part.FormName()] = strings.ReplaceAll(string(text), "\r\n", "\n")
	}
	_, err = io.Copy(io.Discard, from)
	return err
}

// keep writes the file away and takes its hash on the way. Beyond the limit it only reads on.
func (r *received) keep(from io.Reader, name string) error {
	var err error
	if r.file, err = os.CreateTemp("", "packtide-upload-*"); err != nil {
		return err
	}
	// Where the system lets an open file lose its name, nothing is left behind however the program ends.
	_ = os.Remove(r.file.Name())
	r.fileName = cleanFileName(name)
	hash := sha256.New()
	r.size, err = io.Copy(io.MultiWriter(r.file, hash), io.LimitReader(from, r.most))
	if err != nil {
		return err
	}
	copy(r.sha256[:], hash.Sum(nil))
	beyond, err := io.Copy(io.Discard, from)
	r.tooLarge = beyond > 0
	return err
}

// cleanFileName is the last part of a path of any system, without control characters and not longer than a file system allows.
func cleanFileName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	if len(name) > maxFileName {
		name = strings.ToValidUTF8(name[:maxFileName], "")
	}
	if name = strings.TrimSpace(name); name == "" || name == "." || name == ".." {
		return "package"
	}
	return name
}
