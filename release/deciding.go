package release

import (
	"context"
	"fmt"
	"time"
)

// ReleaseNow makes the draft, as the caller has seen it, current for the whole install base in this transaction (R15).
// A pending release becomes superseded; one whose midnight has come but was not applied yet is applied first.
func (s *Service) ReleaseNow(ctx context.Context, by Actor, draft ID, revision int) error {
	return s.changeDraft(ctx, by, draft, revision, "release now", func(ctx context.Context, tx Tx, st *PackState, at time.Time) error {
		if err := s.applyOverdue(ctx, tx, st, at); err != nil {
			return err
		}
		return s.releaseDraft(ctx, tx, st, by, at)
	})
}

// releaseDraft makes the draft current under the pack's lock; nothing is overdue.
func (s *Service) releaseDraft(ctx context.Context, tx Tx, st *PackState, by Actor, at time.Time) error {
	if err := checkDecided(ctx, tx, st); err != nil {
		return err
	}
	d, previous := st.Draft, st.Current
	superseded, err := st.releaseNow(by, at)
	if err != nil {
		return err
	}
	events := []Event{releaseEvent(by, at, ActReleased, st.Pack, *d).telling(NoticeApplied, noticeOf(st.Pack, *d).forAll())}
	if superseded != nil {
		if err := tx.SaveRelease(ctx, *superseded); err != nil {
			return err
		}
		e := releaseEvent(by, at, ActSuperseded, st.Pack, *superseded)
		e.Before = map[string]any{"state": Pending}
		events = append(events, e.telling(NoticeSuperseded, noticeOf(st.Pack, *superseded).forAll()))
	}
	if previous != nil {
		events[0].Before = describe(*previous)
	}
	if err := s.saveCurrent(ctx, tx, *d, at); err != nil {
		return err
	}
	return record(ctx, tx, events...)
}

// ScheduleRelease begins the testing period of the draft as the caller has seen it (R16). The draft's planned date is
// checked again: it may have become too early since.
func (s *Service) ScheduleRelease(ctx context.Context, by Actor, draft ID, revision int) error {
	return s.changeDraft(ctx, by, draft, revision, "schedule a release", func(ctx context.Context, tx Tx, st *PackState, at time.Time) error {
		if st.Draft.DueOn == nil {
			return ErrPlanMissing
		}
		if err := s.applyOverdue(ctx, tx, st, at); err != nil {
			return err
		}
		return s.scheduleDraft(ctx, tx, st, by, at)
	})
}

// scheduleDraft begins the testing period of a draft that has a date, under the pack's lock; nothing is overdue.
func (s *Service) scheduleDraft(ctx context.Context, tx Tx, st *PackState, by Actor, at time.Time) error {
	if err := checkDecided(ctx, tx, st); err != nil {
		return err
	}
	when, err := s.planFor(ctx, tx, st.Pack.Publisher, st.Draft.DueOn.String(), at)
	if err != nil {
		return err
	}
	d := st.Draft
	if err := st.schedule(by, at, when); err != nil {
		return err
	}
	if err := tx.SaveRelease(ctx, *d); err != nil {
		return err
	}
	if err := tx.PlanReminders(ctx, d.ID, d.reminders(at)); err != nil {
		return err
	}
	e := releaseEvent(by, at, ActScheduled, st.Pack, *d)
	e.Before = map[string]any{"state": Draft}
	return record(ctx, tx, e.telling(NoticeOpened, noticeOf(st.Pack, *d).forAll()))
}

// checkDecided refuses a draft whose versions can't be released, alone or together: they may have been chosen long ago. It
// refuses one that lacks evidence too (R35).
func checkDecided(ctx context.Context, tx Tx, st *PackState) error {
	if err := checkContents(ctx, tx, st, st.Draft.Contents); err != nil {
		return err
	}
	if err := checkTogether(ctx, tx, st.Pack.Publisher, st.Draft.Contents); err != nil {
		return err
	}
	return checkEvidence(ctx, tx, st)
}

// Reschedule moves a pending release to another date, with a reason; opt-ins stay (R20).
func (s *Service) Reschedule(ctx context.Context, by Actor, pending ID, date, reason string) error {
	return s.changePending(ctx, by, pending, "reschedule a release", ActRescheduled, func(ctx context.Context, tx Tx, st *PackState, at time.Time) error {
		when, err := s.planFor(ctx, tx, st.Pack.Publisher, date, at)
		if refusal := checkReason(reason); err != nil || refusal != nil {
			return joinErrors(err, refusal)
		}
		if err := checkTogether(ctx, tx, st.Pack.Publisher, st.Pending.Contents); err != nil {
			return err
		}
		return st.reschedule(at, when, reason)
	})
}

// Withdraw takes a pending release back, with a reason: opted-in attachments run the current release again (R20).
func (s *Service) Withdraw(ctx context.Context, by Actor, pending ID, reason string) error {
	return s.changePending(ctx, by, pending, "withdraw a release", ActWithdrawn, func(_ context.Context, _ Tx, st *PackState, at time.Time) error {
		return st.withdraw(at, reason)
	})
}

// changePending decides on a release that must still be in its testing period, and keeps what was decided with its event.
func (s *Service) changePending(ctx context.Context, by Actor, pending ID, attempt, action string,
	decide func(context.Context, Tx, *PackState, time.Time) error,
) error {
	return s.changeRelease(ctx, by, pending, attempt, func(ctx context.Context, tx Tx, st *PackState, at time.Time) error {
		if st.Pending == nil || st.Pending.ID != pending {
			return ErrTestingEnded
		}
		r, was, before := st.Pending, *st.Pending, describe(*st.Pending)
		if err := st.stillTesting(at); err != nil {
			return err
		}
		if err := decide(ctx, tx, st, at); err != nil {
			return err
		}
		if err := tx.SaveRelease(ctx, *r); err != nil {
			return err
		}
		if r.State == Pending {
			if err := tx.PlanReminders(ctx, r.ID, r.reminders(at)); err != nil {
				return err
			}
		}
		e := releaseEvent(by, at, action, st.Pack, *r)
		e.Before, e.Reason = before, r.Reason
		return record(ctx, tx, e.telling(pendingNotice(st.Pack, was, *r)))
	})
}

// pendingNotice is what others are told of a decision about a pending release: it was moved, or withdrawn.
func pendingNotice(p Pack, was, is Release) (NoticeKind, Notice) {
	n := noticeOf(p, is).forAll()
	if is.State == Withdrawn {
		return NoticeWithdrawn, n
	}
	n.WasDueOn, n.WasDueAt = was.DueOn, was.DueAt
	return NoticeMoved, n
}

// applyOverdue applies a pending release whose instant has come before anything else is decided about its pack.
func (s *Service) applyOverdue(ctx context.Context, tx Tx, st *PackState, at time.Time) error {
	if st.Pending == nil || !st.Pending.due(at) {
		return nil
	}
	p, before := st.Pending, map[string]any{"state": Pending}
	if st.Current != nil {
		before["current"] = st.Current.ID
	}
	if err := st.apply(at); err != nil {
		return err
	}
	if err := s.saveCurrent(ctx, tx, *p, at); err != nil {
		return err
	}
	e := releaseEvent(Scheduler(), at, ActApplied, st.Pack, *p)
	e.Before = before
	return record(ctx, tx, e.telling(NoticeApplied, noticeOf(st.Pack, *p).forAll()))
}

// saveCurrent ends the old current release before it keeps the new one: the other way round, two would be current for a
// moment, and one_current_release_per_pack refuses.
func (s *Service) saveCurrent(ctx context.Context, tx Tx, r Release, at time.Time) error {
	if err := tx.EndCurrent(ctx, []ID{r.Pack}, at); err != nil {
		return err
	}
	return tx.SaveRelease(ctx, r)
}

func packEvent(by Actor, at time.Time, action string, p Pack, subject ID) Event {
	e := event(by, at, action, subject, p.Name)
	e.Publisher, e.Pack = p.Publisher, p.ID
	return e
}

func releaseEvent(by Actor, at time.Time, action string, p Pack, r Release) Event {
	e := packEvent(by, at, action, p, r.ID)
	e.SubjectName = releaseName(p.Name, r)
	e.After = describe(r)
	return e
}

func releaseName(pack string, r Release) string {
	if r.Version == nil {
		return fmt.Sprintf("%s, draft %d", pack, r.Number)
	}
	return fmt.Sprintf("%s %s", pack, r.Version)
}
