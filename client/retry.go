package client

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// longestWait is how long a client waits for its turn at most; a server that asks for more is not asked again.
const longestWait = 2 * time.Minute

// newKey is a key that nobody has used, for one change.
func newKey() string { return rand.Text() }

// do sends a request until it is answered, refused for good, or has been tried often enough. An answer that breaks off is none:
// the change that it told of is made, and is told again by its key. The caller closes the body.
func (c *Client) do(ctx context.Context, r request) (*http.Response, error) {
	if r.method != http.MethodGet {
		r.key = newKey() // by which the server knows a change that is sent again, and answers what it has answered before
	}
	for attempt := 1; ; attempt++ {
		answer, err := c.once(ctx, r)
		wait, again := c.again(attempt, answer, err)
		if !again {
			return c.judge(r, answer, err)
		}
		if answer != nil {
			_, _ = io.CopyN(io.Discard, answer.Body, 64<<10) // so that the connection can be used again
			_ = answer.Body.Close()
		}
		if err := sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// once sends the request.
func (c *Client) once(ctx context.Context, r request) (*http.Response, error) {
	target := c.base.String() + "/api/v1" + r.path
	if len(r.query) > 0 {
		target += "?" + r.query.Encode()
	}
	var body io.ReadCloser
	if r.body != nil {
		opened, err := r.body()
		if err != nil {
			return nil, &localError{err}
		}
		body = opened
	}
	asked, err := http.NewRequestWithContext(ctx, r.method, target, body)
	if err != nil {
		return nil, &localError{err}
	}
	asked.ContentLength = r.size
	asked.Header.Set("Accept", "application/json, application/problem+json")
	maps.Copy(asked.Header, r.header)
	asked.Header.Set("User-Agent", "packtide/"+c.config.Version)
	if c.config.Token != "" {
		asked.Header.Set("Authorization", "Bearer "+c.config.Token)
	}
	if r.key != "" {
		asked.Header.Set("Idempotency-Key", r.key)
	}
	answer, err := c.http.Do(asked)
	if err != nil || r.streams {
		return answer, err
	}
	if err := hold(answer); err != nil {
		return nil, err
	}
	return answer, nil
}

// again tells whether to send once more, and after how long. Reading does no harm, and a change with a key is made once, however
// often it is sent.
func (c *Client) again(attempt int, answer *http.Response, err error) (time.Duration, bool) {
	if attempt >= c.config.Attempts {
		return 0, false
	}
	pause := jitter(min(c.config.Pause<<(attempt-1), longestWait/4))
	if err != nil {
		var local *localError
		return pause, !errors.As(err, &local) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
	}
	busy := []int{http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout}
	if !slices.Contains(busy, answer.StatusCode) {
		return 0, false
	}
	asked, told := c.retryAfter(answer)
	if told {
		pause = max(pause, asked)
	}
	return pause, pause <= longestWait
}

// retryAfter reads seconds or a date.
func (c *Client) retryAfter(answer *http.Response) (time.Duration, bool) {
	text := answer.Header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second, true
	}
	if at, err := http.ParseTime(text); err == nil && c.config.Clock != nil {
		return max(at.Sub(c.config.Clock()), 0), true
	}
	return 0, false
}

// jitter spreads clients that were all sent away at once: between the duration and half as much more.
func jitter(d time.Duration) time.Duration {
	n, err := rand.Int(rand.Reader, big.NewInt(int64(d)/2+1))
	if err != nil {
		return d
	}
	return d + time.Duration(n.Int64())
}

// sleep ends early with the context's error.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait to ask again: %w", ctx.Err())
	}
}

// localError is a fault on this side: the request was never sent.
type localError struct{ err error }

func (e *localError) Error() string { return e.err.Error() }
func (e *localError) Unwrap() error { return e.err }

// judge makes an error of what is no success.
func (c *Client) judge(r request, answer *http.Response, err error) (*http.Response, error) {
	var local *localError
	switch {
	case errors.As(err, &local):
		return nil, local.err
	case errors.Is(err, context.Canceled):
		return nil, err
	case err != nil:
		return nil, away(c, err)
	case answer.StatusCode < 300, answer.StatusCode == http.StatusNotModified:
		return answer, nil
	}
	defer answer.Body.Close()
	return nil, problemOf(c, r, answer)
}
