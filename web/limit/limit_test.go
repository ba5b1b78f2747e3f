package limit

import (
	"fmt"
	"testing"
	"time"
)

var begins = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// TestAddressKeys: neighbours of IPv6 are one caller.
func TestAddressKeys(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7", "2001:db8::1": "2001:db8::/64", "2001:db8::ffff:1": "2001:db8::/64",
		"2001:db8:0:1::1": "2001:db8:0:1::/64", "fe80::1%eth0": "fe80::/64", "": "",
	} {
		if got := AddressKey(address); got != want {
			t.Errorf("%q counts as %q, want %q", address, got, want)
		}
	}
}

// TestBucketsAreForgotten: those that are full again take no room.
func TestBucketsAreForgotten(t *testing.T) {
	t.Parallel()
	l := New(60)
	for i := range mostBuckets - 1 {
		l.Take(fmt.Sprint(i), begins)
	}
	l.Take("late", begins.Add(time.Minute))
	if len(l.buckets) != 1 {
		t.Errorf("%d buckets are kept", len(l.buckets))
	}
	if _, wait := l.Take("late", begins); wait != 0 {
		t.Errorf("a clock that is set back makes wait %s", wait)
	}
}
