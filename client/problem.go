package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Error is the server's refusal: a problem document, RFC 9457.
type Error struct {
	Raw
	Type      string       `json:"type"`
	Title     string       `json:"title"`
	Status    int          `json:"status"`
	Detail    string       `json:"detail"`     // what is wrong and what to do
	Rule      string       `json:"rule"`       // "R19"; empty where no rule stands behind it
	Field     string       `json:"field"`      // what is to be mended: a parameter, or a JSON pointer
	RequestID string       `json:"request_id"` // under which the server's log has the cause
	Errors    []FieldError `json:"errors"`     // several refusals at once
	Findings  []Finding    `json:"findings"`   // of a package that was refused for them

	RetryAfter time.Duration `json:"-"` // how long the server asked to wait; 0: it said nothing
}

// FieldError is one of several refusals.
type FieldError struct {
	Detail string `json:"detail"`
	Rule   string `json:"rule"`
	Field  string `json:"field"`
}

// Error is what is wrong and what to do.
func (e *Error) Error() string {
	var lines []string
	for _, one := range e.Errors {
		if line := with(one.Detail, one.Rule, one.Field); line != "" {
			lines = append(lines, line)
		}
	}
	if len(lines) > 0 {
		return strings.Join(lines, "\n")
	}
	return with(e.Detail, e.Rule, e.Field)
}

func with(detail, rule, field string) string {
	var notes []string
	if field != "" {
		if name := strings.TrimPrefix(field, "/"); !strings.Contains(name, "/") {
			field = name // a pointer to the top of the request is the name of its field
		}
		notes = append(notes, field)
	}
	if rule != "" {
		notes = append(notes, "rule "+rule)
	}
	if len(notes) > 0 {
		detail += " (" + strings.Join(notes, ", ") + ")"
	}
	return detail
}

// Status is the HTTP status of a refusal, 0 for any other error.
func Status(err error) int {
	if refusal, ok := errors.AsType[*Error](err); ok {
		return refusal.Status
	}
	return 0
}

// AwayError tells that nobody answered.
type AwayError struct {
	Server string
	Err    error
}

func (e *AwayError) Error() string {
	cause := e.Err
	if outer, ok := errors.AsType[*url.Error](cause); ok {
		cause = outer.Err // it names the address once more
	}
	return fmt.Sprintf("%s does not answer: %v", e.Server, cause)
}

// Unwrap is the network's error.
func (e *AwayError) Unwrap() error { return e.Err }

// Timeout tells whether it was the time that ran out.
func (e *AwayError) Timeout() bool {
	slow, ok := errors.AsType[net.Error](e.Err)
	return ok && slow.Timeout()
}

func away(c *Client, err error) error { return &AwayError{Server: c.Server(), Err: err} }

// maxProblem bounds a refusal; the findings of a package are the longest part of one.
const maxProblem = 4 << 20

// problemOf reads a refusal. What is no problem document comes from something between, a proxy perhaps: its text is not
// believed.
func problemOf(c *Client, r request, answer *http.Response) error {
	problem := &Error{Status: answer.StatusCode, Title: http.StatusText(answer.StatusCode), RequestID: answer.Header.Get("X-Request-Id")}
	if wait, told := c.retryAfter(answer); told {
		problem.RetryAfter = wait
	}
	if kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type")); kind == "application/problem+json" {
		text, err := io.ReadAll(io.LimitReader(answer.Body, maxProblem))
		if err != nil {
			return away(c, err)
		}
		status := problem.Status
		if json.Unmarshal(text, problem) == nil {
			problem.keep(text)
		}
		problem.Status = status // what HTTP said counts
	}
	if problem.Detail == "" {
		problem.Detail = c.unexplained(r, answer)
	}
	return problem
}

func (c *Client) unexplained(r request, answer *http.Response) string {
	switch {
	case answer.StatusCode >= 300 && answer.StatusCode < 400:
		where, err := answer.Location()
		if err != nil {
			return c.Server() + " sends elsewhere, and does not say where. Give packtide's own address."
		}
		return fmt.Sprintf("%s sends to %s://%s instead. If packtide is there, give that address.", c.Server(), where.Scheme, where.Host)
	case answer.StatusCode == http.StatusNotFound:
		return c.Server() + " has no such thing that this token may see. If nothing is found there at all, perhaps it is not packtide."
	default:
		return fmt.Sprintf("%s answered %s %s with %d %s.", c.Server(), r.method, r.path, answer.StatusCode, http.StatusText(answer.StatusCode))
	}
}
