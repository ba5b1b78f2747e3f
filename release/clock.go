package release

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Applied tells what one tick of the clock has done.
type Applied struct {
	Releases int
	Late     int // of them, more than an hour after their instant (R18)
	Moved    int // not applied: their zone's rules have changed, and their midnight is still to come (R17)
}

// dueBatch is how many due releases one transaction takes.
const dueBatch = 500

// ApplyDue makes every pending release current whose midnight has come at the instant (R18). Any number of replicas may
// call it at once: each takes packs that no other has locked, until none is left. A release that can't be applied does not
// hold up the others: its error is returned after them.
func (s *Service) ApplyDue(ctx context.Context, at time.Time) (Applied, error) {
	at = at.UTC().Truncate(time.Microsecond)
	var sum Applied
	for {
		done, err := s.applyBatch(ctx, at, dueBatch)
		if err != nil {
			one, err := s.applyOneByOne(ctx, at, err)
			return sum.plus(one), err
		}
		sum = sum.plus(done)
		if done == (Applied{}) {
			return sum, nil
		}
	}
}

// applyOneByOne follows a failed batch: whatever release made it fail, the others go on.
func (s *Service) applyOneByOne(ctx context.Context, at time.Time, failure error) (Applied, error) {
	var sum Applied
	failures := []error{failure}
	for after := (ID{}); ; {
		var page []Release
		err := s.inTx(ctx, "list pending releases", func(ctx context.Context, tx Tx) (err error) {
			page, err = tx.PendingReleases(ctx, after, dueBatch)
			return err
		})
		if err != nil || len(page) == 0 {
			return sum, errors.Join(append(failures, err)...)
		}
		for _, r := range page {
			after = r.ID
			if !r.due(at) {
				continue
			}
			done, err := s.applyOne(ctx, r, at)
			if err != nil {
				failures = append(failures, fmt.Errorf("release %s: %w", r.ID, err))
			}
			sum = sum.plus(done)
		}
	}
}

func (s *Service) applyOne(ctx context.Context, r Release, at time.Time) (Applied, error) {
	var done Applied
	err := s.inTx(ctx, "apply a due release", func(ctx context.Context, tx Tx) error {
		done = Applied{} // begun again after a deadlock
		st, err := tx.LockPack(ctx, r.Pack)
		if err != nil {
			return err
		}
		if st.Pending == nil || st.Pending.ID != r.ID || !st.Pending.due(at) {
			return nil // somebody else was faster
		}
		due := []DueRelease{{Release: *st.Pending, PackName: st.Pack.Name, Publisher: st.Pack.Publisher}}
		if st.Current != nil {
			due[0].CurrentID = st.Current.ID
		}
		done, err = s.applyTaken(ctx, tx, due, at)
		return err
	})
	if err != nil {
		return Applied{}, err
	}
	return done, nil
}

func (s *Service) applyBatch(ctx context.Context, at time.Time, limit int) (Applied, error) {
	var done Applied
	err := s.inTx(ctx, "apply due releases", func(ctx context.Context, tx Tx) error {
		due, err := tx.TakeDue(ctx, at, limit)
		if err != nil {
			return err
		}
		done, err = s.applyTaken(ctx, tx, due, at)
		return err
	})
	if err != nil {
		return Applied{}, err
	}
	return done, nil
}

// applyTaken applies releases whose packs this transaction has locked.
func (s *Service) applyTaken(ctx context.Context, tx Tx, due []DueRelease, at time.Time) (Applied, error) {
	var done Applied
	var packs []ID
	var apply []Release
	var events []Event
	for _, d := range due {
		st := PackState{Pack: Pack{ID: d.Release.Pack, Publisher: d.Publisher, PackTexts: PackTexts{Name: d.PackName}}, Pending: &d.Release}
		if moved, err := st.realign(at); err != nil {
			return Applied{}, err
		} else if moved != nil {
			if err := tx.SaveRelease(ctx, d.Release); err != nil {
				return Applied{}, err
			}
			events = append(events, *moved)
			if !d.Release.due(at) {
				done.Moved++
				continue
			}
		}
		r := st.Pending
		if err := st.apply(at); err != nil {
			return Applied{}, err
		}
		done.Releases++
		if r.Late {
			done.Late++
		}
		packs, apply = append(packs, r.Pack), append(apply, *r)
		e := releaseEvent(Scheduler(), at, ActApplied, st.Pack, *r)
		e.Before = map[string]any{"state": Pending}
		if !d.CurrentID.IsZero() {
			e.Before["current"] = d.CurrentID
		}
		events = append(events, e.telling(NoticeApplied, noticeOf(st.Pack, *r).forAll()))
	}
	if len(apply) > 0 {
		if err := tx.EndCurrent(ctx, packs, at); err != nil {
			return Applied{}, err
		}
		if err := tx.SaveApplied(ctx, apply); err != nil {
			return Applied{}, err
		}
	}
	return done, record(ctx, tx, events...)
}

// realign moves the pending release's instant to where its date now begins in its zone, when time-zone data has changed
// since (R17). It returns the event, or nil when the instant stands.
func (s *PackState) realign(at time.Time) (*Event, error) {
	p := s.Pending
	loc, err := LoadZone(p.Zone)
	if err != nil {
		return nil, fmt.Errorf("realign release %s: %w", p.ID, err)
	}
	instant, err := FirstInstant(*p.DueOn, loc)
	if errors.Is(err, ErrNoSuchDate) {
		return nil, nil //nolint:nilnil // the zone has dropped the date since: the instant that was promised stands
	}
	if err != nil {
		return nil, fmt.Errorf("realign release %s: %w", p.ID, err)
	}
	if instant.Equal(*p.DueAt) {
		return nil, nil //nolint:nilnil // nothing to tell
	}
	was, before := *p, describe(*p)
	instant = instant.UTC()
	p.DueAt = &instant
	e := releaseEvent(Scheduler(), at, ActInstantMoved, s.Pack, *p)
	e.Before, e.Reason = before, "The rules of the time zone "+p.Zone+" have changed."
	e = e.telling(pendingNotice(s.Pack, was, *p))
	return &e, nil
}

// RealignInstants recomputes the instant of every pending release from its date and zone (R17), and returns how many moved.
// It runs at start and every hour, since time-zone data comes with the system or with a new build. A release whose zone can't
// be read does not hold up the others: its error is returned after them.
func (s *Service) RealignInstants(ctx context.Context, at time.Time) (int, error) {
	moved := 0
	var failures []error
	for after := (ID{}); ; {
		var page []Release
		err := s.inTx(ctx, "list pending releases", func(ctx context.Context, tx Tx) (err error) {
			page, err = tx.PendingReleases(ctx, after, dueBatch)
			return err
		})
		if err != nil || len(page) == 0 {
			return moved, errors.Join(append(failures, err)...)
		}
		for _, r := range page {
			after = r.ID
			probe := PackState{Pending: &r}
			e, err := probe.realign(at)
			if err == nil && e == nil {
				continue
			}
			changed := false
			if err == nil {
				changed, err = s.realignOne(ctx, after, r.Pack, at)
			}
			if err != nil {
				failures = append(failures, err)
			} else if changed {
				moved++
			}
		}
	}
}

// realignOne tells false when another replica was faster, or the release is pending no more.
func (s *Service) realignOne(ctx context.Context, pending, pack ID, at time.Time) (moved bool, err error) {
	err = s.inTx(ctx, "realign a release", func(ctx context.Context, tx Tx) error {
		moved = false
		st, err := tx.LockPack(ctx, pack)
		if errors.Is(err, ErrNotFound) {
			return nil // deleted meanwhile
		}
		if err != nil || st.Pending == nil || st.Pending.ID != pending {
			return err
		}
		e, err := st.realign(at)
		if err != nil || e == nil {
			return err
		}
		if err := tx.SaveRelease(ctx, *st.Pending); err != nil {
			return err
		}
		moved = true
		if err := tx.PlanReminders(ctx, st.Pending.ID, st.Pending.reminders(at)); err != nil {
			return err
		}
		return record(ctx, tx, *e)
	})
	return moved && err == nil, err
}

// MendCounts checks the summary counts against the truth, corrects and returns how many differed. It runs every night; any
// number above zero is a fault worth looking into.
func (s *Service) MendCounts(ctx context.Context) (int, error) {
	mended := 0
	err := s.inTx(ctx, "mend the counts", func(ctx context.Context, tx Tx) (err error) {
		if mended, err = tx.MendCounts(ctx); err != nil || mended == 0 {
			return err
		}
		at := s.now()
		e := event(Scheduler(), at, ActCountsMended, NewID(at), "summary counts")
		e.After = map[string]any{"rows": mended}
		return tx.Audit(ctx, e)
	})
	return mended, err
}

func (a Applied) plus(b Applied) Applied {
	return Applied{a.Releases + b.Releases, a.Late + b.Late, a.Moved + b.Moved}
}
