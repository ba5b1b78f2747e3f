package release_test

import (
	"errors"
	"testing"

	"packtide/release"
)

// feedOf reads a feed by its secret.
func (w *world) feedOf(secret release.Secret) (release.CalendarFeed, error) {
	f, _, err := w.db.Reader.CalendarFeed(w.t.Context(), secret.Hash())
	return f, err
}

// TestOneCalendarAddress: making one again ends the one before, revoking ends it for good, and each account and kind has its own.
func TestOneCalendarAddress(t *testing.T) { // R33
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	first := must(w.svc.MakeCalendarFeed(ctx, w.acme, release.FeedPublisher))(t)
	theirs := must(w.svc.MakeCalendarFeed(ctx, w.north, release.FeedManaged))(t)
	second := must(w.svc.MakeCalendarFeed(ctx, w.acme2, release.FeedPublisher))(t)
	if _, err := w.feedOf(first); !errors.Is(err, release.ErrNotFound) {
		t.Errorf("the replaced address: %v", err)
	}
	f := must(w.feedOf(second))(t)
	if by := f.Reader(); f.Account != w.acme.Account || by.Publisher != release.RolePublisherViewer || by.Managed != "" || by.Site != "" {
		t.Errorf("the feed %+v is read as %+v", f, by)
	}
	f = must(w.feedOf(theirs))(t)
	if by := f.Reader(); f.Account != w.north.Account || by.Managed != release.RoleManagedViewer || by.Publisher != "" || by.Site != "" {
		t.Errorf("the feed %+v is read as %+v", f, by)
	}
	w.ok(w.svc.RevokeCalendarFeed(ctx, w.acme, release.FeedPublisher))
	if _, err := w.feedOf(second); !errors.Is(err, release.ErrNotFound) {
		t.Errorf("the revoked address: %v", err)
	}
	must(w.feedOf(theirs))(t)
	w.unchanged("of a kind that the account has no use for", release.ErrForbidden, func() error {
		_, err := w.svc.MakeCalendarFeed(ctx, w.acme, release.FeedManaged)
		return err
	})
	w.unchanged("of no kind", release.ErrNotFound, func() error {
		_, err := w.svc.MakeCalendarFeed(ctx, w.acme, "all")
		return err
	})
}

func TestRaceOfTwoCalendarAddresses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range rounds {
		anew := func(by release.Actor) func() error {
			return func() error {
				_, err := w.svc.MakeCalendarFeed(t.Context(), by, release.FeedPublisher)
				return err
			}
		}
		errs := w.race(anew(w.acme), anew(w.acme2), func() error { return w.svc.RevokeCalendarFeed(t.Context(), w.acme, release.FeedPublisher) })
		if won := w.outcomes(errs); won != 3 {
			t.Errorf("%d won: %v", won, errs)
		}
		if n := w.number(`SELECT count(*) FROM calendar_feed WHERE revoked_at IS NULL`); n > 1 {
			t.Errorf("%d live addresses", n)
		}
	}
}
