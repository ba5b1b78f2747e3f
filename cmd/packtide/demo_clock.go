package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"packtide/release"
	"packtide/store"
)

// demoClock is real time, ahead by what visitors have moved it. It only ever moves forward.
type demoClock struct {
	real    func() time.Time
	reader  *store.Reader
	service *release.Service
	zone    *time.Location // in which days begin when nothing is pending

	moving sync.Mutex // one visitor moves it at a time
	mu     sync.Mutex
	ahead  time.Duration
}

// Now is the demo's present instant.
func (c *demoClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.real().Add(c.ahead)
}

// to moves the clock forward to the instant; an instant that has passed moves nothing.
func (c *demoClock) to(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead = max(c.ahead, at.Sub(c.real()))
}

// justBefore is how long before a midnight a visitor arrives: time enough to look around.
const justBefore = 30 * time.Second

// Move moves the clock: "before" to half a minute before the next release's midnight, "after" to just past it, "hour" and
// "day" by as much. Every midnight on the way applies on its time, before Move returns.
func (c *demoClock) Move(ctx context.Context, action string) error {
	c.moving.Lock()
	defer c.moving.Unlock()
	midnight, err := c.nextMidnight(ctx)
	if err != nil {
		return err
	}
	switch action {
	case "before":
		return c.walk(ctx, midnight.Add(-justBefore))
	case "after":
		return c.walk(ctx, midnight.Add(time.Second))
	case "hour":
		return c.walk(ctx, c.Now().Add(time.Hour))
	case "day":
		return c.walk(ctx, c.Now().AddDate(0, 0, 1))
	default:
		return &release.Error{Kind: release.Invalid, Field: "action", Message: "The demo's clock can't do that."}
	}
}

// walk goes from midnight to midnight until the instant, and applies what is due at each.
func (c *demoClock) walk(ctx context.Context, until time.Time) error {
	for {
		due, found, err := c.nextDue(ctx)
		if err != nil {
			return err
		}
		if !found || due.After(until) {
			c.to(until)
			_, err := c.service.Remind(ctx, c.Now())
			return err
		}
		c.to(due.Add(-justBefore)) // what others would have heard of before its midnight, they hear of
		if _, err := c.service.Remind(ctx, c.Now()); err != nil {
			return err
		}
		c.to(due.Add(300 * time.Millisecond))
		done, err := c.service.ApplyDue(ctx, c.Now())
		if err != nil {
			return err
		}
		if done == (release.Applied{}) {
			if err := c.passed(ctx, due); err != nil {
				return err
			}
		}
	}
}

// passed fails when a release is still due at the instant: somebody else has not applied it either.
func (c *demoClock) passed(ctx context.Context, due time.Time) error {
	next, found, err := c.nextDue(ctx)
	if err == nil && found && !next.After(due) {
		err = fmt.Errorf("a release that was due at %s did not apply", due.Format(time.RFC3339))
	}
	return err
}

// nextMidnight is that of the next pending release, else the next one of the first publisher.
func (c *demoClock) nextMidnight(ctx context.Context) (time.Time, error) {
	due, found, err := c.nextDue(ctx)
	if err != nil || found {
		return due, err
	}
	at, err := release.FirstInstant(release.DateOf(c.Now(), c.zone).AddDays(1), c.zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("find the next midnight: %w", err)
	}
	return at, nil
}

// nextDue is the earliest instant of all pending releases; a demo has few packs.
func (c *demoClock) nextDue(ctx context.Context) (due time.Time, found bool, err error) {
	const page = 100
	var afterName string
	var afterID release.ID
	for {
		rows, err := c.reader.Packs(ctx, release.Operator(), "", afterName, afterID, page)
		if err != nil {
			return time.Time{}, false, err
		}
		for _, row := range rows {
			afterName, afterID = row.Name, row.ID
			if row.Pending != nil && (!found || row.Pending.DueAt.Before(due)) {
				due, found = *row.Pending.DueAt, true
			}
		}
		if len(rows) < page {
			return due, found, nil
		}
	}
}
