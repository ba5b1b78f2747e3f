package api

import (
	"context"
	"math"
	"strconv"
	"sync"
	"time"

	"packtide/release"
	"packtide/web/limit"
)

// throttle counts the call on its token.
func (s *Server) throttle(c *call) error {
	left, wait := s.calls.Take(c.token.ID.String(), c.now)
	h := c.Response().Header()
	h.Set("RateLimit-Limit", strconv.Itoa(int(s.calls.PerMinute)))
	h.Set("RateLimit-Remaining", strconv.Itoa(left))
	full := (s.calls.PerMinute - float64(left)) / s.calls.PerMinute * 60
	h.Set("RateLimit-Reset", strconv.Itoa(int(math.Ceil(full))))
	if wait > 0 {
		return throttled(c, wait)
	}
	return nil
}

var errTooFast = &release.Error{Kind: release.Throttled, Message: "Too many requests. Wait as long as the header Retry-After says, then go on."}

func throttled(c *call, wait time.Duration) error {
	c.Response().Header().Set("Retry-After", limit.Seconds(wait))
	return errTooFast
}

// useNotes notes the use of tokens beside the answers, which do not wait for it. When many are to be noted at once, some
// are left to the token's next request.
type useNotes struct {
	keep   func(context.Context, release.TokenUse)
	places chan struct{}
	group  sync.WaitGroup
}

const (
	useNotePlaces = 4
	useNoteLimit  = 10 * time.Second
)

func newUseNotes(keep func(context.Context, release.TokenUse)) *useNotes {
	return &useNotes{keep: keep, places: make(chan struct{}, useNotePlaces)}
}

func (n *useNotes) note(ctx context.Context, use release.TokenUse, at time.Time) {
	if !use.Due(at) {
		return
	}
	select {
	case n.places <- struct{}{}:
	default:
		return
	}
	n.group.Go(func() {
		defer func() { <-n.places }()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), useNoteLimit)
		defer cancel()
		n.keep(ctx, use)
	})
}

func (n *useNotes) wait() { n.group.Wait() }
