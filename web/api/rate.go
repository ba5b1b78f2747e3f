package api

import (
	"context"
	"math"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"packtide/release"
)

// guessRate is how many requests a minute without a token that works are answered to one network address.
const guessRate = 30

// mostBuckets is when those that are full again are forgotten.
const mostBuckets = 10_000

// limiter lets each key do so many things a minute: a bucket that fills evenly, and holds a minute's worth.
type limiter struct {
	perMinute float64

	mu      sync.Mutex
	buckets map[string]bucket
	sweep   int // the number of buckets at which the next look for full ones is worth it
}

// bucket is how much was left at an instant.
type bucket struct {
	left float64
	at   time.Time
}

func newLimiter(perMinute int) *limiter {
	return &limiter{perMinute: float64(perMinute), buckets: map[string]bucket{}, sweep: mostBuckets}
}

// take takes one; where none is left, wait is how long it takes until there is.
func (l *limiter) take(key string, at time.Time) (left int, wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.filled(key, at)
	if b.left < 1 {
		return 0, l.until(b)
	}
	b.left--
	l.buckets[key] = b
	l.forget(at)
	return int(b.left), 0
}

func (l *limiter) until(b bucket) time.Duration {
	return time.Duration((1 - b.left) / l.perMinute * float64(time.Minute))
}

func (l *limiter) filled(key string, at time.Time) bucket {
	b, ok := l.buckets[key]
	if !ok {
		return bucket{left: l.perMinute, at: at}
	}
	since := max(at.Sub(b.at), 0) // a clock that is set back takes nothing away
	return bucket{left: math.Min(l.perMinute, b.left+since.Minutes()*l.perMinute), at: at}
}

// forget drops the buckets that are full again, now and then: they are as good as none.
func (l *limiter) forget(at time.Time) {
	if len(l.buckets) < l.sweep {
		return
	}
	for key := range l.buckets {
		if l.filled(key, at).left >= l.perMinute {
			delete(l.buckets, key)
		}
	}
	l.sweep = max(mostBuckets, 2*len(l.buckets))
}

// throttle counts the call on its token.
func (s *Server) throttle(c *call) error {
	left, wait := s.calls.take(c.token.ID.String(), c.now)
	h := c.Response().Header()
	h.Set("RateLimit-Limit", strconv.Itoa(int(s.calls.perMinute)))
	h.Set("RateLimit-Remaining", strconv.Itoa(left))
	full := (s.calls.perMinute - float64(left)) / s.calls.perMinute * 60
	h.Set("RateLimit-Reset", strconv.Itoa(int(math.Ceil(full))))
	if wait > 0 {
		return throttled(c, wait)
	}
	return nil
}

var errTooFast = &release.Error{Kind: release.Throttled, Message: "Too many requests. Wait as long as the header Retry-After says, then go on."}

func throttled(c *call, wait time.Duration) error {
	c.Response().Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	return errTooFast
}

// addressKey is a caller's network address; neighbours of IPv6 are one, since each has billions.
func addressKey(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap(); ip.Is6() {
		if prefix, err := ip.WithZone("").Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return ip.String()
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
