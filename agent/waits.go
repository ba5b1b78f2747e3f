package agent

import (
	"errors"
	"math/rand/v2"
	"time"
)

// How long the agent waits. The server says when it wants to be asked again; the bounds keep a wrong answer from harm.
const (
	defaultPoll = time.Minute
	leastPoll   = time.Second
	mostPoll    = 24 * time.Hour

	firstBackOff = 5 * time.Second // after the first call that came to nothing; doubles
	mostBackOff  = 10 * time.Minute
	refusedWait  = 15 * time.Minute // while the server refuses the token, or knows no such attachment

	hookWait      = time.Hour // before a release whose hook has failed is tried again; at most mostRetry
	firstRetry    = 5 * time.Minute
	mostRetry     = time.Hour
	reportAgain   = 24 * time.Hour // what the server knows is told again at times: it may have come from a backup
	jitterPercent = 10
)

// waits finds the time until the next round.
type waits struct {
	poll  time.Duration // as the server's last answer said
	fails int           // rounds in a row that came to nothing
}

// after is the wait behind a round that ended with err.
func (w *waits) after(err error) time.Duration {
	if err == nil {
		w.fails = 0
		return jitter(w.poll)
	}
	w.fails++
	if refused, ok := errors.AsType[*apiError](err); ok {
		switch {
		case refused.retryAfter > 0:
			return later(bounded(refused.retryAfter, leastPoll, mostPoll)) // never before it wants to be asked
		case refused.gone(), refused.unknown():
			return jitter(refusedWait)
		}
	}
	return jitter(doubled(firstBackOff, w.fails, mostBackOff))
}

// doubled is first, doubled for every time after the first, and at most most.
func doubled(first time.Duration, times int, most time.Duration) time.Duration {
	d := first
	for i := 1; i < times && d < most; i++ {
		d *= 2
	}
	return min(d, most)
}

func bounded(d, least, most time.Duration) time.Duration { return max(least, min(d, most)) }

// jitter moves a wait by up to a tenth, so that agents that were started together do not ask together.
func jitter(d time.Duration) time.Duration {
	span := int64(d) * 2 * jitterPercent / 100
	if span <= 0 {
		return d
	}
	return d - time.Duration(span/2) + time.Duration(rand.Int64N(span)) //nolint:gosec // spreads load, hides nothing
}

// later lengthens a wait that the server has named by up to a tenth: it is never asked before.
func later(d time.Duration) time.Duration {
	return d + time.Duration(rand.Int64N(max(1, int64(d)*jitterPercent/100))) //nolint:gosec // spreads load, hides nothing
}
