package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"packtide/client"
)

// releaseWaitCmd waits for a release.
type releaseWaitCmd struct {
	clientFlags
	jsonFlag

	Release string        `arg:"" help:"${release_arg}"`
	Timeout time.Duration `default:"30m" help:"How long to wait at most." placeholder:"DURATION"`
}

// Run waits until the release is current.
func (c *releaseWaitCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		r, err := s.findRelease(ctx, c.Release)
		if err == nil {
			r, err = s.await(ctx, r, c.Timeout)
		}
		if err != nil || c.JSON {
			return s.rawOr(r, err)
		}
		return s.sayDecided(ctx, r)
	})
}

// The pauses between two questions of await.
const (
	shortestPause = time.Second
	longestPause  = 30 * time.Second
)

// await asks again and again until the release has been current, or never will be. A server that is away for a while is
// waited for too.
func (s *session) await(ctx context.Context, r client.Release, limit time.Duration) (client.Release, error) {
	waiting, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for pause := shortestPause; ; pause = min(pause*3/2, longestPause) {
		switch r.State {
		case "released":
			return r, nil
		case "withdrawn", "superseded":
			return r, failure{fmt.Errorf("%s %s was %s, so it will not become current", r.Pack.Name, r.Label(), r.State), exitConflict}
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-waiting.Done():
			timer.Stop()
			return r, s.waitedInVain(ctx, r, limit)
		}
		now, err := s.Release(waiting, r.ID)
		var away *client.AwayError
		switch {
		case err == nil:
			r = now
		case waiting.Err() != nil:
			return r, s.waitedInVain(ctx, r, limit)
		case !errors.As(err, &away):
			return r, err
		}
	}
}

func (s *session) waitedInVain(ctx context.Context, r client.Release, limit time.Duration) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("wait for the release: %w", err)
	}
	applies, err := s.applies(ctx, &r.ReleaseRef)
	if err != nil {
		applies = "later"
	}
	return failure{fmt.Errorf("%s %s is not current after %s: it applies %s.\nWait longer with --timeout, or later with packtide release wait %s", r.Pack.Name, r.Label(), limit, applies, r.ID), exitTimeout}
}

// applies tells when a pending release applies, on both clocks; a dash for none.
func (s *session) applies(ctx context.Context, r *client.ReleaseRef) (string, error) {
	if r == nil || r.DueAt == nil {
		return "-", nil
	}
	return s.clocks(ctx, *r.DueAt, r.Zone)
}

// moment tells the instant that matters of a release, on both clocks.
func (s *session) moment(ctx context.Context, r *client.ReleaseRef) (string, error) {
	switch {
	case r.State == "pending" && r.DueAt != nil:
		at, err := s.clocks(ctx, *r.DueAt, r.Zone)
		return "in testing, applies " + at, err
	case r.ReleasedAt != nil:
		at, err := s.clocks(ctx, *r.ReleasedAt, r.Zone)
		late := ""
		if r.Late {
			late = ", late"
		}
		if r.Current {
			return "current since " + at + late, err
		}
		return "released " + at + late, err
	case r.TestingUntil != nil:
		at, err := s.clocks(ctx, *r.TestingUntil, r.Zone)
		return r.State + " " + at, err
	default:
		return r.State, nil
	}
}

// releaseState is the state in one word; of the released ones one is current.
func releaseState(r *client.ReleaseRef) string {
	if r.Current {
		return "current"
	}
	return r.State
}

func count(n int64) string { return strconv.FormatInt(n, 10) }
