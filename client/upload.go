package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
)

// File is something to be sent. Open gives its content from the beginning, and may be called again when a request is
// repeated.
type File struct {
	Name string
	Size int64 // bytes
	Open func() (io.ReadCloser, error)
	// Sent is told the bytes that are on their way so far, in this attempt; nil tells nobody.
	Sent func(bytes int64)
}

// field is one value of a form; an empty one is left out.
type field struct{ name, value string }

// form is a multipart request of fields, then a file, that streams: the file is never whole in memory.
func form(method, path string, fields []field, file *File) (request, error) {
	var text bytes.Buffer
	w := multipart.NewWriter(&text)
	if err := w.SetBoundary(rand.Text()); err != nil {
		return request{}, fmt.Errorf("write the form: %w", err)
	}
	for _, f := range fields {
		if f.value == "" {
			continue
		}
		if err := w.WriteField(f.name, f.value); err != nil {
			return request{}, fmt.Errorf("write the form: %w", err)
		}
	}
	if file != nil {
		if _, err := w.CreateFormFile("file", file.Name); err != nil {
			return request{}, fmt.Errorf("write the form: %w", err)
		}
	}
	head := bytes.Clone(text.Bytes())
	text.Reset()
	if err := w.Close(); err != nil {
		return request{}, fmt.Errorf("write the form: %w", err)
	}
	tail := text.Bytes()
	r := request{
		method: method, path: path, size: int64(len(head) + len(tail)),
		header: http.Header{"Content-Type": {w.FormDataContentType()}},
	}
	if file == nil {
		r.body = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(append(head, tail...))), nil }
		return r, nil
	}
	r.size += file.Size
	r.body = func() (io.ReadCloser, error) {
		content, err := file.Open()
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", file.Name, err)
		}
		measured := &measured{content: content, left: file.Size, sent: file.Sent}
		return &formBody{Reader: io.MultiReader(bytes.NewReader(head), measured, bytes.NewReader(tail)), Closer: content}, nil
	}
	return r, nil
}

type formBody struct {
	io.Reader
	io.Closer
}

// measured reads a file of exactly the size that was announced.
type measured struct {
	content    io.Reader
	done, left int64
	sent       func(int64)
}

var errFileChanged = errors.New("the file changed while it was sent")

func (m *measured) Read(p []byte) (int, error) {
	n, err := m.content.Read(p)
	m.done += int64(n)
	m.left -= int64(n)
	if m.left < 0 || errors.Is(err, io.EOF) && m.left > 0 {
		return 0, errFileChanged
	}
	if m.sent != nil && n > 0 {
		m.sent(m.done)
	}
	return n, err //nolint:wrapcheck // io.EOF is io.EOF
}

// upload sends a form and decodes the answer.
func (c *Client) upload(ctx context.Context, method, path string, fields []field, file *File, into any) error {
	r, err := form(method, path, fields, file)
	if err != nil {
		return err
	}
	err = c.call(ctx, r, into)
	if errors.Is(err, errFileChanged) {
		return errFileChanged
	}
	return err
}
