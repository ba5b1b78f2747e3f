package client

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"time"
)

// Event is one change that the audit keeps.
type Event struct {
	Raw
	ID    string    `json:"id"`
	At    time.Time `json:"at"`
	Actor struct {
		ID   string `json:"id"` // empty: the clock
		Name string `json:"name"`
	} `json:"actor"`
	Source    string         `json:"source"` // ui, api, scheduler, cli
	Action    string         `json:"action"` // noun and verb: release.scheduled
	Subject   Named          `json:"subject"`
	Publisher *Named         `json:"publisher"`
	Account   *Named         `json:"account"`
	Pack      *Named         `json:"pack"`
	Reason    string         `json:"reason"`
	Before    map[string]any `json:"before"`
	After     map[string]any `json:"after"`
	RequestID string         `json:"request_id"`
}

// Events walks the audit, newest first: an account's own, a publisher's, for support all. The filters are the API's: actor,
// action, subject, publisher, account, pack, source, from, to.
func (c *Client) Events(ctx context.Context, filters url.Values) iter.Seq2[Event, error] {
	return list[Event](ctx, c, "/audit-events", filters)
}

// CSV streams one of the long lists, install-base or audit-events, as a table for other programs.
func (c *Client) CSV(ctx context.Context, what string, filters url.Values, to io.Writer) error {
	answer, err := c.do(ctx, request{
		method: http.MethodGet, path: pathOf(what), query: filters,
		header: http.Header{"Accept": {"text/csv, application/problem+json"}}, streams: true,
	})
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	cut := &cutReader{from: answer.Body}
	if _, err := io.Copy(to, cut); err != nil {
		if cut.err != nil {
			return away(c, cut.err)
		}
		return fmt.Errorf("write the table: %w", err)
	}
	return nil
}

// cutReader remembers whether it was reading that failed.
type cutReader struct {
	from io.Reader
	err  error
}

func (r *cutReader) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err //nolint:wrapcheck // io.EOF is io.EOF
}
