package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"packtide/client"
)

// The exit statuses of commands that ask a server; docs/command-line.md explains them.
const (
	exitRefused     = 1
	exitUsage       = 2
	exitSignedOut   = 3
	exitNotFound    = 4
	exitConflict    = 5
	exitAway        = 6
	exitForbidden   = 7
	exitTimeout     = 8
	exitChanges     = 9
	exitInterrupted = 130
)

// failure is an error with the exit status of its kind.
type failure struct {
	error
	code int
}

func (f failure) status() int   { return f.code }
func (f failure) Unwrap() error { return f.error }

// hinted is a refusal with what to do about it on the command line.
type hinted struct {
	error
	hint string
}

func (h hinted) Unwrap() error { return h.error }

// byFlag names flags instead of the request's fields in a refusal: they are what the person has typed.
func byFlag(err error, flags map[string]string) error {
	if refusal, ok := errors.AsType[*client.Error](err); ok {
		name := func(field string) string { return firstOf(flags[strings.TrimPrefix(field, "/")], field) }
		refusal.Field = name(refusal.Field)
		for i, one := range refusal.Errors {
			refusal.Errors[i].Field = name(one.Field)
		}
	}
	return err
}

// told puts what the client says into a person's words: what is wrong, then what to do.
func (f clientFlags) told(ctx context.Context, err error) error {
	var refusal *client.Error
	var away *client.AwayError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return failure{errors.New("interrupted; what the server had already done stays done"), exitInterrupted}
	case errors.As(err, &refusal):
		text := refusalText(refusal)
		if more, ok := errors.AsType[hinted](err); ok {
			text += "\n" + more.hint
		}
		return failure{errors.New(text), refusalStatus(refusal.Status)}
	case errors.As(err, &away):
		return failure{fmt.Errorf("%w.\nCheck the address and your network, then try again", away), exitAway}
	default:
		return err
	}
}

func refusalStatus(status int) int {
	switch status {
	case http.StatusUnauthorized:
		return exitSignedOut
	case http.StatusForbidden:
		return exitForbidden
	case http.StatusNotFound:
		return exitNotFound
	case http.StatusConflict, http.StatusPreconditionFailed:
		return exitConflict
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return exitAway
	default:
		return exitRefused
	}
}

func refusalText(e *client.Error) string {
	text := strings.TrimSpace(e.Error())
	switch {
	case e.Status == http.StatusUnauthorized:
		text += "\nMake a new token on the settings page, then: packtide login"
	case e.Status == http.StatusForbidden:
		text += "\npacktide whoami shows as whom you are signed in and what you may do."
	case e.Status == http.StatusTooManyRequests && e.RetryAfter > 0:
		text += fmt.Sprintf("\nTry again in %s.", e.RetryAfter)
	case e.Status >= http.StatusInternalServerError && e.RequestID != "":
		text += "\nTell whoever runs the server this request id: " + e.RequestID
	}
	return text
}
