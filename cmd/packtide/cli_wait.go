package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"packtide/client"
	"packtide/release"
)

// releaseWaitCmd waits for a release.
type releaseWaitCmd struct {
	clientFlags
	jsonFlag

	Release string        `arg:"" help:"${release_arg}"`
	Timeout time.Duration `default:"30m" help:"How long to wait at most, also for a server that is away." placeholder:"DURATION"`
}

// Run waits until the release is current.
func (c *releaseWaitCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		limited, end := within(ctx, c.Timeout)
		defer end()
		w := newWait(s, c.Timeout)
		r, err := w.look(ctx, limited, c.Release)
		if err == nil {
			r, err = w.await(limited, r)
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

// wait is one wait for a release.
type wait struct {
	*session
	limit time.Duration
	told  bool // that the server is away
}

// newWait begins one. It asks once where a session asks several times: it has its own pauses.
func newWait(s *session, limit time.Duration) wait {
	own := *s
	own.Client = s.WithAttempts(1)
	return wait{session: &own, limit: limit}
}

// errWaitedInVain says that the time was up before the wait was over.
var errWaitedInVain = errors.New("the time is up")

// within ends with errWaitedInVain once the time is up, and with the command; the caller calls end.
func within(ctx context.Context, limit time.Duration) (limited context.Context, end func()) {
	return context.WithTimeoutCause(ctx, limit, errWaitedInVain)
}

// patiently asks until there is an answer: a server that is away, or has no time, is waited for, and is not asked before it
// wants to be. It fails with what has ended ctx.
func (w *wait) patiently(ctx context.Context, ask func() error) error {
	for rest := shortestPause; ; rest = min(rest*3/2, longestPause) {
		err := ask()
		again, away := comesBack(err)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case !away:
			return err
		}
		if !w.told {
			w.told = true
			fmt.Fprintf(w.err, "Waiting for the server, at most %s in all: %s\n", w.limit, oneLine(err.Error()))
		}
		if err := pause(ctx, max(rest, again)); err != nil {
			return err
		}
	}
}

// lookLimit is the time that looking for the release may take even where the wait is to be shorter.
const lookLimit = 10 * time.Second

// look finds the release that is waited for; limited is ctx until the time is up.
func (w *wait) look(ctx, limited context.Context, text string) (r client.Release, err error) {
	ctx, end := within(ctx, max(w.limit, lookLimit))
	defer end()
	err = w.patiently(limited, func() (err error) {
		r, err = w.findRelease(ctx, text)
		return err
	})
	if errors.Is(err, errWaitedInVain) {
		err = failure{fmt.Errorf("%s did not answer for %s.\nCheck the address and your network, or wait longer with --timeout", w.Server(), w.limit), exitTimeout}
	}
	return r, err
}

// comesBack tells whether an error is one of a server that is away for a while, and how long it wants to be left alone.
func comesBack(err error) (after time.Duration, away bool) {
	if refusal, ok := errors.AsType[*client.Error](err); ok {
		return refusal.RetryAfter, refusalStatus(refusal.Status) == exitAway
	}
	_, away = errors.AsType[*client.AwayError](err)
	return 0, away
}

// pause ends early with what has ended ctx.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// await asks again and again until the release has been current, or never will be. Who ends it leaves the release as it is,
// and is told so.
func (w *wait) await(ctx context.Context, r client.Release) (client.Release, error) {
	for rest := shortestPause; ; rest = min(rest*3/2, longestPause) {
		switch r.State {
		case "released":
			return r, nil
		case "withdrawn", "superseded":
			return r, failure{fmt.Errorf("%s %s was %s, so it will not become current", r.Pack.Name, r.Label(), r.State), exitConflict}
		}
		err := pause(ctx, rest)
		if err == nil {
			err = w.patiently(ctx, func() error {
				now, err := w.Release(ctx, r.ID)
				if err == nil {
					r = now
				}
				return err
			})
		}
		if err != nil {
			return r, w.ended(r, err)
		}
	}
}

// ended tells how a wait ended without the release being current.
func (w *wait) ended(r client.Release, err error) error {
	switch {
	case errors.Is(err, context.Canceled):
		return failure{fmt.Errorf("interrupted; %s %s goes on all the same: %s.\nWait again with packtide release wait %s", r.Pack.Name, r.Label(), w.plan(r), r.ID), exitInterrupted}
	case errors.Is(err, errWaitedInVain):
		return failure{fmt.Errorf("%s %s is not current after %s: %s.\nWait longer with --timeout, or later with packtide release wait %s", r.Pack.Name, r.Label(), w.limit, w.plan(r), r.ID), exitTimeout}
	default:
		return err
	}
}

// plan tells when the release applies without asking the server: on the person's own clock too where it is known by now.
func (w *wait) plan(r client.Release) string {
	if r.DueAt == nil {
		return "it is " + r.State
	}
	mine := w.zone
	if mine == nil {
		theirs, err := release.LoadZone(r.Zone)
		if err != nil {
			theirs = time.UTC
		}
		mine = theirs
	}
	return "it applies " + bothClocks(*r.DueAt, mine, r.Zone)
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
