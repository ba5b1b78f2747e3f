// Package limit counts how much each caller asks for, so that nobody takes the time of all others: in the memory of one process.
package limit

import (
	"math"
	"net/netip"
	"strconv"
	"sync"
	"time"
)

// DefaultRate is how many requests a minute one token may make: far beyond what a careful program needs.
const DefaultRate = 1200

// GuessRate is how many requests a minute without a token that works are answered to one network address.
const GuessRate = 30

// mostBuckets is when those that are full again are forgotten.
const mostBuckets = 10_000

// Limiter lets each key do so many things a minute: a bucket that fills evenly, and holds a minute's worth.
type Limiter struct {
	PerMinute float64

	mu      sync.Mutex
	buckets map[string]bucket
	sweep   int // the number of buckets at which the next look for full ones is worth it
}

// bucket is how much was left at an instant.
type bucket struct {
	left float64
	at   time.Time
}

// New makes full buckets.
func New(perMinute int) *Limiter {
	return &Limiter{PerMinute: float64(perMinute), buckets: map[string]bucket{}, sweep: mostBuckets}
}

// Take takes one of the key's; where none is left, wait is how long it takes until there is.
func (l *Limiter) Take(key string, at time.Time) (left int, wait time.Duration) {
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

func (l *Limiter) until(b bucket) time.Duration {
	return time.Duration((1 - b.left) / l.PerMinute * float64(time.Minute))
}

func (l *Limiter) filled(key string, at time.Time) bucket {
	b, ok := l.buckets[key]
	if !ok {
		return bucket{left: l.PerMinute, at: at}
	}
	since := max(at.Sub(b.at), 0) // a clock that is set back takes nothing away
	return bucket{left: math.Min(l.PerMinute, b.left+since.Minutes()*l.PerMinute), at: at}
}

// forget drops the buckets that are full again, now and then: they are as good as none.
func (l *Limiter) forget(at time.Time) {
	if len(l.buckets) < l.sweep {
		return
	}
	for key := range l.buckets {
		if l.filled(key, at).left >= l.PerMinute {
			delete(l.buckets, key)
		}
	}
	l.sweep = max(mostBuckets, 2*len(l.buckets))
}

// Seconds is a wait as the header Retry-After tells it.
func Seconds(wait time.Duration) string { return strconv.Itoa(int(math.Ceil(wait.Seconds()))) }

// AddressKey is a caller's network address; neighbours of IPv6 are one, since each has billions.
func AddressKey(address string) string {
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
