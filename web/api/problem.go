package api

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v5"

	"packtide/release"
	"packtide/store"
	"packtide/web"
	"packtide/web/watch"
)

// problem is an error as RFC 9457 tells it, with the rule behind it and the field to mend.
type problem struct {
	Type      string      `json:"type"`
	Title     string      `json:"title"`
	Status    int         `json:"status"`
	Detail    string      `json:"detail"`
	Rule      string      `json:"rule,omitempty"`
	Field     string      `json:"field,omitempty"`
	RequestID string      `json:"request_id"`
	Errors    []subreason `json:"errors,omitempty"` // where several things are wrong at once

	more map[string]any // what else this kind of problem tells
}

// subreason is one of several things that are wrong.
type subreason struct {
	Detail string `json:"detail"`
	Rule   string `json:"rule,omitempty"`
	Field  string `json:"field,omitempty"`
}

// statusGone is nobody's to hear: the caller has left.
const statusGone = 499

// telling is a refusal with more to tell than words.
type telling struct {
	error
	more map[string]any
}

func (t telling) Unwrap() error { return t.error }

// said is an error of the request itself, with its words.
type said struct {
	status  int
	message string
}

// malformed is a body that nothing can be said about but that it can't be read.
func malformed(message string) error { return said{http.StatusBadRequest, message} }

func (s said) Error() string { return s.message }

// answerError is where every error ends: refusals are explained, all else is logged and shown with its request id only.
func (s *Server) answerError(c *echo.Context, err error) {
	if response, unwrapErr := echo.UnwrapResponse(c.Response()); unwrapErr == nil && response.Committed {
		s.logFault(c, err) // the answer has begun
		return
	}
	p := explain(callOf(c), err)
	p.RequestID = watch.ID(c.Request().Context())
	if p.Status >= http.StatusInternalServerError {
		s.logFault(c, err)
	}
	body, err := p.bytes()
	if err != nil {
		s.logFault(c, err)
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "no-store")
	switch p.Status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", "Bearer")
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", "5")
	case http.StatusTooManyRequests:
		if h.Get("Retry-After") == "" {
			h.Set("Retry-After", strconv.Itoa(int(release.ThrottleWindow.Seconds())))
		}
	}
	if err := c.Blob(p.Status, "application/problem+json", body); err != nil {
		s.logFault(c, err)
	}
}

// explain finds status and words; faults get none but "Something went wrong".
func explain(c *call, err error) problem {
	status, p := 0, problem{}
	if list := refusalsOf(err); len(list) > 0 {
		list = list[:min(len(list), maxRefusals)]
		first := list[0]
		status, p.Detail, p.Rule, p.Field = web.StatusOf(first.Kind), first.Message, first.Rule, c.field(first.Field)
		if len(list) > 1 {
			for _, e := range list {
				p.Errors = append(p.Errors, subreason{e.Message, e.Rule, c.field(e.Field)})
			}
		}
	} else {
		status, p.Detail = explainStatus(err)
	}
	if t, ok := errors.AsType[telling](err); ok {
		p.more = t.more
	}
	p.Status, p.Title, p.Type = status, http.StatusText(status), "about:blank" // status and rule say which it is
	return p
}

// refusalsOf are the refusals behind an error; none: a fault, or the request itself.
func refusalsOf(err error) release.Errors {
	if list, ok := errors.AsType[release.Errors](err); ok {
		return list
	}
	if one, ok := errors.AsType[*release.Error](err); ok {
		return release.Errors{one}
	}
	return nil
}

func explainStatus(err error) (int, string) {
	asked := echo.StatusCode(err)
	if words, ok := errors.AsType[said](err); ok {
		return words.status, words.message
	}
	switch {
	case asked > 0 && asked < http.StatusInternalServerError:
		return asked, statusWords(asked)
	case errors.Is(err, errUnauthorised):
		return http.StatusUnauthorized, "Send a token that works: Authorization: Bearer ptd_…"
	case store.Unavailable(err):
		return http.StatusServiceUnavailable, "The database does not answer. Try again in a moment: it usually comes back by itself."
	case errors.Is(err, context.Canceled):
		return statusGone, "The request was given up."
	default:
		return http.StatusInternalServerError, "Something went wrong. Try again; if it stays so, tell support the request id."
	}
}

func statusWords(status int) string {
	switch status {
	case http.StatusMethodNotAllowed:
		return "This address does not do that. The header Allow names what it does."
	case http.StatusUnsupportedMediaType:
		return "Send the body as the reference says: JSON as application/json, a form with a file as multipart/form-data."
	case http.StatusRequestEntityTooLarge:
		return "The body is larger than 1 MiB, the most that is taken without a file."
	case http.StatusNotFound:
		return release.ErrNotFound.Message
	default:
		return "The request could not be read."
	}
}

// bytes writes the problem with what else it tells.
func (p problem) bytes() ([]byte, error) {
	body, err := json.Marshal(p)
	if err != nil || len(p.more) == 0 {
		return body, err
	}
	all := map[string]any{}
	if err := json.Unmarshal(body, &all); err != nil {
		return body, err
	}
	maps.Copy(all, p.more)
	return json.Marshal(all)
}

func (s *Server) logFault(c *echo.Context, err error) {
	s.log.ErrorContext(c.Request().Context(), "api request failed", "method", c.Request().Method, "route", c.Path(), "request_id", watch.ID(c.Request().Context()), "error", err)
}
