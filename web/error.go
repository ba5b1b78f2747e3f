package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/labstack/echo/v5"

	"packtide/release"
	"packtide/store"
	"packtide/web/view"
)

// statusOf is the one table from kinds of refusal to HTTP status.
var statusOf = map[release.Kind]int{
	release.Invalid:   http.StatusUnprocessableEntity,
	release.Conflict:  http.StatusConflict,
	release.Forbidden: http.StatusForbidden,
	release.NotFound:  http.StatusNotFound,
	release.Throttled: http.StatusTooManyRequests,
}

// StatusOf is the table, for those who answer programs.
func StatusOf(kind release.Kind) int { return statusOf[kind] }

var errUnauthorised = errors.New("token without effect")

// refusal is what a form shows of an error: its status and one message for each field to mend.
type refusal struct {
	Status int
	Errors []view.FieldError
}

// On is the message beside the field; empty when it is fine.
func (r refusal) On(field string) string {
	for _, e := range r.Errors {
		if e.Field == field {
			return e.Text
		}
	}
	return ""
}

// refused tells a refusal, which the form shows with the input kept, from a fault, which it does not. Not found and
// forbidden are no matter of the form.
func refused(err error) (refusal, bool) {
	var list release.Errors
	if !errors.As(err, &list) {
		var one *release.Error
		if !errors.As(err, &one) {
			return refusal{}, false
		}
		list = release.Errors{one}
	}
	r := refusal{Status: statusOf[list[0].Kind]}
	for _, e := range list {
		if e.Kind == release.NotFound || e.Kind == release.Forbidden {
			return refusal{}, false
		}
		r.Errors = append(r.Errors, view.FieldError{Field: e.Field, Text: e.Message})
	}
	return r, true
}

// answerError is where every error ends: refusals are explained, all else is logged once and shown with its request id only.
func (s *Server) answerError(c *echo.Context, err error) {
	if response, unwrapErr := echo.UnwrapResponse(c.Response()); unwrapErr == nil && response.Committed {
		s.logFault(c, err) // the answer has begun: an export that broke off, say
		return
	}
	status, message := s.explain(err)
	if status >= http.StatusInternalServerError {
		s.logFault(c, err)
	}
	if status == http.StatusUnauthorized {
		c.Response().Header().Set("WWW-Authenticate", "Bearer")
	}
	if err := s.errorPage(c, status, message); err != nil {
		s.logFault(c, err)
	}
}

// explain finds the status and the words for the visitor; faults get none but "Something went wrong".
func (s *Server) explain(err error) (int, string) {
	var one *release.Error
	asked := echo.StatusCode(err)
	switch {
	case errors.As(err, &one):
		return statusOf[one.Kind], one.Message
	case asked > 0 && asked < http.StatusInternalServerError: // before the database: a form breaks off as a connection does
		return asked, statusWords(asked)
	case store.Unavailable(err):
		return http.StatusServiceUnavailable, "The database does not answer. Nothing was changed. Try again in a moment: it usually comes back by itself."
	case errors.Is(err, context.Canceled):
		return 499, "The request was given up." // nobody reads it: the visitor has left
	case errors.Is(err, errUnauthorised):
		return http.StatusUnauthorized, "This token is unknown, expired or revoked."
	default:
		return http.StatusInternalServerError, "Nothing was changed. Try again; if it stays so, tell support."
	}
}

func (s *Server) errorPage(c *echo.Context, status int, message string) error {
	v, ok := c.Get(visitKey).(*visit)
	if !ok {
		v = &visit{Context: c, server: s, now: s.clock()}
	}
	head := view.Page{Title: errorTitle(status), Clock: v.clock()}
	content := view.ErrorPage(status, message, requestID(c))
	if v.person.ID.IsZero() || status == http.StatusServiceUnavailable {
		return v.render(status, framed(view.SignedOut(head), content))
	}
	return v.page(status, head, content)
}

func statusWords(status int) string {
	switch status {
	case http.StatusNotFound:
		return release.ErrNotFound.Message
	case http.StatusMethodNotAllowed:
		return "This address does not do that."
	case http.StatusUnsupportedMediaType:
		return "This form brings no file."
	case http.StatusRequestEntityTooLarge:
		return "That is more than packtide takes at once."
	default:
		return "The request could not be read: " + http.StatusText(status) + "."
	}
}

func errorTitle(status int) string {
	switch status {
	case http.StatusNotFound:
		return "There is nothing here"
	case http.StatusForbidden:
		return "Not allowed"
	case http.StatusConflict:
		return "That is not possible now"
	case http.StatusTooManyRequests:
		return "Too many attempts"
	case http.StatusServiceUnavailable:
		return "Back in a moment"
	case http.StatusUnauthorized:
		return "Who is there?"
	case http.StatusUnprocessableEntity, http.StatusBadRequest, http.StatusMethodNotAllowed, http.StatusUnsupportedMediaType, http.StatusRequestEntityTooLarge:
		return "That could not be done"
	default:
		return "Something went wrong"
	}
}

func (s *Server) logFault(c *echo.Context, err error) {
	s.log.ErrorContext(c.Request().Context(), "request failed", "method", c.Request().Method, "route", c.Path(), "request_id", requestID(c), "error", err)
}

// RecoverPanic turns a panic into a fault, with its stack in the log.
func RecoverPanic(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) (err error) {
		defer func() {
			if p := recover(); p != nil && p != http.ErrAbortHandler { //nolint:errorlint // a panic value, not an error chain
				err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			} else if p != nil {
				panic(p)
			}
		}()
		return next(c)
	}
}
