package atomsphere

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"packtide/release"
	"packtide/store"
	"packtide/web/limit"
	"packtide/web/watch"
)

// failure is a refusal of the API itself, with its status.
type failure struct {
	status  int
	message string
	wait    time.Duration // after which another try is worth it; 0: none is
}

func (f *failure) Error() string { return f.message }

// bad is what a request can be mended by.
func bad(format string, args ...any) error {
	return &failure{status: http.StatusBadRequest, message: fmt.Sprintf(format, args...)}
}

// tooFast is told with the status of Boomi's own rate limit, which its clients wait for.
func tooFast(wait time.Duration) error {
	return &failure{http.StatusServiceUnavailable, "Too many requests. Wait as long as the header Retry-After says, then go on.", wait}
}

var (
	errWho        = &failure{status: http.StatusUnauthorized, message: "Sign in with the user BOOMI_TOKEN. followed by your e-mail address, and one of your API tokens as the password."}
	errAccount    = &failure{status: http.StatusForbidden, message: "This token does not act for the account of this address."}
	errRole       = &failure{status: http.StatusForbidden, message: "Your role in this account does not allow this."}
	errCrossSite  = &failure{status: http.StatusForbidden, message: "This request came from a page of another site and was refused."}
	errNoObject   = &failure{status: http.StatusNotFound, message: "There is no such object here. See the list of objects in the guide to the Boomi-compatible API."}
	errMethod     = &failure{status: http.StatusMethodNotAllowed, message: "Use GET, POST or DELETE."}
	errTooLarge   = &failure{status: http.StatusRequestEntityTooLarge, message: "The request has more than 1 MiB. Send less at once."}
	errBrokenBody = &failure{status: http.StatusBadRequest, message: "The request broke off before its end. Send it again."}
)

// kindStatus is the status of a refusal: a bad id is 400 here, as Boomi's clients expect.
var kindStatus = map[release.Kind]int{
	release.Invalid:   http.StatusBadRequest,
	release.Conflict:  http.StatusBadRequest,
	release.NotFound:  http.StatusBadRequest,
	release.Forbidden: http.StatusForbidden,
	release.Throttled: http.StatusServiceUnavailable,
}

// explain finds the status and the words for an error. What is nobody's refusal is logged, and its cause told to nobody.
func (s *Server) explain(w http.ResponseWriter, r *http.Request, err error) (int, any) {
	status, message := statusOf(err)
	var own *failure
	if errors.As(err, &own) && own.wait > 0 {
		w.Header().Set("Retry-After", limit.Seconds(own.wait))
		return status, errorThing(message)
	}
	switch {
	case status == http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Basic realm="packtide"`)
	case status == http.StatusMethodNotAllowed:
		w.Header().Set("Allow", "GET, POST, DELETE")
	case status >= http.StatusInternalServerError:
		s.log.ErrorContext(r.Context(), "request failed", "method", r.Method, "route", Base, "request_id", watch.ID(r.Context()), "error", err)
	}
	if status == http.StatusInternalServerError {
		message += " Its request id is " + watch.ID(r.Context()) + "."
	}
	return status, errorThing(message)
}

// statusOf is explain without its effects; bulk answers tell it of each id.
func statusOf(err error) (int, string) {
	var own *failure
	var one *release.Error
	switch {
	case errors.As(err, &own):
		return own.status, own.message
	case errors.As(err, &one):
		return kindStatus[one.Kind], messages(err, one)
	case store.Unavailable(err):
		return http.StatusServiceUnavailable, "The database does not answer. Look whether a change was made before you send it again."
	case errors.Is(err, context.Canceled):
		return 499, "The request was given up." // nobody reads it: the client has left
	default:
		return http.StatusInternalServerError, "Something went wrong. Look whether a change was made before you send it again; if it stays so, tell support."
	}
}

// messages are all that a refusal says, with the rules.
func messages(err error, first *release.Error) string {
	var list release.Errors
	if !errors.As(err, &list) {
		list = release.Errors{first}
	}
	text := ""
	for _, e := range list {
		if text != "" {
			text += " "
		}
		text += e.Message
		if e.Rule != "" {
			text += " (" + e.Rule + ")"
		}
	}
	return text
}

// errorThing is the error as clients look for it.
func errorThing(text string) thing { return thing{"Error", fields{{"message", text}}} }

// badID is the refusal of an id that names nothing that the caller may see: other accounts' things are not told from none.
func badID(what, id string, err error) error {
	if errors.Is(err, release.ErrNotFound) {
		return bad("The id %.80q names no %s that this account can see.", id, what)
	}
	return err
}
