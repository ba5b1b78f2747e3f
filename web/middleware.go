package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v5"

	"packtide/release"
	"packtide/web/watch"
)

const visitKey = "visit"

// policy lets a page load nothing but our own files, and nobody frame it.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func requestID(c *echo.Context) string { return watch.ID(c.Request().Context()) }

// SecureHeaders go with every answer; secure tells that packtide is reached by https alone.
func SecureHeaders(secure bool) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c *echo.Context) error {
			h := c.Response().Header()
			h.Set("Content-Security-Policy", policy)
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("Referrer-Policy", "same-origin")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
			if secure {
				h.Set("Strict-Transport-Security", "max-age=31536000")
			}
			return next(c)
		}
	}
}

// tellWatch answers errors too, and says under which route and for whom the request was answered.
func (s *Server) tellWatch(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		if err := next(c); err != nil {
			s.answerError(c, err)
		}
		ctx := c.Request().Context()
		watch.Route(ctx, c.Path())
		if v, ok := c.Get(visitKey).(*visit); ok && !v.person.ID.IsZero() {
			watch.As(ctx, v.person.ID, v.actor.Account, v.actor.Source)
		}
		return nil
	}
}

var errCrossSite = &release.Error{Kind: release.Forbidden, Message: "This change came from another site and was refused. Go to packtide and try there."}

// refuseCrossSite refuses changes that a page of another site asks for, before anything else looks at them.
func (s *Server) refuseCrossSite(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		if err := s.sameSite.Check(c.Request()); err != nil {
			return errCrossSite
		}
		return next(c)
	}
}

// maxBody is the most that a form without a file may have: a pack's three long texts, escaped, and then some.
const maxBody = 4 << 20

// maxThrownAway is how much of a larger form is read before it is refused: a browser shows an answer only once it has sent
// everything.
const maxThrownAway = 64 << 20

// withFile are the routes whose forms bring a file; they read it part by part (visit.receive) and set their own limit. Everything
// else is read whole, so it is small and no multipart form, whose parts would go to the disk.
var withFile = map[string]bool{
	"/packages/upload": true, "/attachments/:attachment/feedback": true, "/packs/:pack/release/evidence/:item": true,
}

// readable refuses what no handler could make sense of: texts that are no text, forms that are too large or broken.
func readable(c *echo.Context) error {
	r := c.Request()
	if !isText(r.URL.Path) || !allText(c.QueryParams()) {
		return echo.ErrBadRequest
	}
	if r.Method != http.MethodPost || withFile[c.Path()] {
		return nil
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "multipart/form-data" {
		return echo.ErrUnsupportedMediaType
	}
	whole := r.Body
	r.Body = http.MaxBytesReader(c.Response(), whole, maxBody)
	if err := r.ParseForm(); err != nil {
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			_, _ = io.Copy(io.Discard, io.LimitReader(whole, maxThrownAway))
			return echo.ErrStatusRequestEntityTooLarge
		}
		return echo.ErrBadRequest
	}
	if !allText(r.PostForm) {
		return echo.ErrBadRequest
	}
	return nil
}

// isText tells whether the database would take it as text.
func isText(s string) bool { return IsText(s) }

// IsText tells the same to those who answer programs.
func IsText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

func allText(values url.Values) bool {
	for name, list := range values {
		if !isText(name) || slices.ContainsFunc(list, func(s string) bool { return !isText(s) }) {
			return false
		}
	}
	return true
}
