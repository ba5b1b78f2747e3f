package release

import (
	"context"
	"errors"
	"strings"
	"time"
)

// InstallPack attaches a pack to the actor's account (R25, R26): it runs the current release, also during a testing period.
func (s *Service) InstallPack(ctx context.Context, by Actor, in Install) (Attachment, error) {
	if err := by.mayInstall(); err != nil {
		return Attachment{}, err
	}
	var a Attachment
	err := s.inTx(ctx, "install a pack", func(ctx context.Context, tx Tx) error {
		st, err := tx.SharePack(ctx, in.Pack)
		if err != nil {
			return err
		}
		may, err := tx.MayInstall(ctx, in.Pack, by.Account)
		if err != nil {
			return err
		}
		if !may {
			return ErrNotFound // R25: a pack of no group of ours is not told from one that does not exist
		}
		// An attachment tells its instant by its id, to the millisecond.
		at := st.after(s.now()).Truncate(time.Millisecond)
		if a, err = st.attach(by, at, in); err != nil {
			return err
		}
		if err := tx.AddAttachment(ctx, a); err != nil {
			return err
		}
		e := attachmentEvent(by, at, ActAttached, st.Pack, a)
		e.After = map[string]any{"environment": a.Environment, "runs": st.Current.Version.String()}
		return tx.Audit(ctx, e)
	})
	return a, err
}

// attach decides on a new attachment: only of a released pack (R21, R25), once for a single-attachment pack (R6).
func (s *PackState) attach(by Actor, at time.Time, in Install) (Attachment, error) {
	if s.Current == nil {
		return Attachment{}, ErrNeverReleased
	}
	name, environment := strings.TrimSpace(in.Name), strings.TrimSpace(in.Environment)
	if !s.Pack.Multiple && name == "" {
		name = s.Pack.Name
	}
	var badName, badEnvironment *Error
	if !fitsLine(name, 1, maxName) {
		badName = unfit(ErrAttachmentName, name, maxName)
	}
	if !fitsLine(environment, 0, maxEnvironment) {
		badEnvironment = unfit(ErrEnvironmentLong, environment, maxEnvironment)
	}
	return Attachment{
		ID: NewID(at), Pack: s.Pack.ID, Account: by.Account, Multiple: s.Pack.Multiple,
		Name: name, Environment: environment, AttachedAt: at, AttachedBy: by.Person,
	}, join(badName, badEnvironment)
}

// Uninstall detaches an attachment of the actor's account; its history stays (R29: attaching again begins anew).
func (s *Service) Uninstall(ctx context.Context, by Actor, attachment ID) error {
	if err := by.mayInstall(); err != nil {
		return err
	}
	return s.changeAttachment(ctx, by, attachment, "uninstall a pack", func(ctx context.Context, tx Tx, st *PackState, a *Attachment, at time.Time) error {
		if a.Account != by.Account {
			return ErrNotFound
		}
		a.DetachedAt, a.DetachedBy = &at, by.Person
		if err := tx.Detach(ctx, *a); err != nil {
			return err
		}
		return tx.Audit(ctx, attachmentEvent(by, at, ActDetached, st.Pack, *a))
	})
}

// OptIn lets an attachment run the pending release that the actor has seen (R27): by the account's own admin, or by support
// with a reason. A release that is no longer pending, or whose midnight has come, is refused with ErrTestingEnded.
func (s *Service) OptIn(ctx context.Context, by Actor, attachment, pending ID, reason string) error {
	return s.try(ctx, by, attachment, reason, "opt in", func(ctx context.Context, tx Tx, st *PackState, a *Attachment, at time.Time) error {
		if st.Pending == nil || st.Pending.ID != pending || st.Pending.due(at) {
			return ErrTestingEnded
		}
		_, err := tx.RunningOptIn(ctx, a.ID, pending)
		if err == nil {
			return ErrOptedInAlready
		}
		if !errors.Is(err, ErrNotFound) {
			return err
		}
		o := OptIn{Attachment: a.ID, Pack: a.Pack, Release: pending, Began: at, By: by.Person, Reason: strings.TrimSpace(reason)}
		if err := tx.AddOptIn(ctx, o); err != nil {
			return err
		}
		if by.Account == a.Account { // who tries it has seen what it brings
			if err := tx.AddLook(ctx, ReleaseLook{Release: pending, Account: a.Account, At: at, By: by.Person}); err != nil {
				return err
			}
		}
		e := tryEvent(by, at, ActOptedIn, st, *a, st.Current, st.Pending, o.Reason)
		return record(ctx, tx, e.telling(NoticeOptedIn, noticeOf(st.Pack, *st.Pending).from(*a)))
	})
}

// GoBack undoes a running opt-in during the testing period (R27): the attachment runs the current release again.
func (s *Service) GoBack(ctx context.Context, by Actor, attachment ID, reason string) error {
	return s.leave(ctx, by, attachment, ID{}, reason)
}

// leave is GoBack from the pending release that the actor has seen, or from whichever is pending.
func (s *Service) leave(ctx context.Context, by Actor, attachment, seen ID, reason string) error {
	return s.try(ctx, by, attachment, reason, "go back", func(ctx context.Context, tx Tx, st *PackState, a *Attachment, at time.Time) error {
		if err := st.stillTesting(at); err != nil {
			return err
		}
		if !seen.IsZero() && st.Pending.ID != seen {
			return ErrTestingEnded
		}
		o, err := tx.RunningOptIn(ctx, a.ID, st.Pending.ID)
		if errors.Is(err, ErrNotFound) {
			return ErrNotOptedIn
		}
		if err != nil {
			return err
		}
		if o.Began.After(at) {
			at = o.Began
		}
		o.Ended, o.EndedBy = &at, by.Person
		if err := tx.EndOptIn(ctx, o); err != nil {
			return err
		}
		e := tryEvent(by, at, ActWentBack, st, *a, st.Pending, st.Current, strings.TrimSpace(reason))
		return record(ctx, tx, e.telling(NoticeWentBack, noticeOf(st.Pack, *st.Pending).from(*a)))
	})
}

// try changes an attachment on behalf of its account by whoever may (R27, R34).
func (s *Service) try(ctx context.Context, by Actor, attachment ID, reason, attempt string,
	change func(context.Context, Tx, *PackState, *Attachment, time.Time) error,
) error {
	return s.changeAttachment(ctx, by, attachment, attempt, func(ctx context.Context, tx Tx, st *PackState, a *Attachment, at time.Time) error {
		if err := by.mayTry(a.Account, strings.TrimSpace(reason)); err != nil {
			return err
		}
		if !fits(reason, 0, maxReason) {
			return unfit(ErrReasonLong, reason, maxReason)
		}
		return change(ctx, tx, st, a, at)
	})
}

// changeAttachment locks the pack against release decisions, then the attachment, always in this order.
func (s *Service) changeAttachment(ctx context.Context, by Actor, attachment ID, attempt string,
	change func(context.Context, Tx, *PackState, *Attachment, time.Time) error,
) error {
	return s.inTx(ctx, attempt, func(ctx context.Context, tx Tx) error {
		seen, err := tx.Attachment(ctx, attachment)
		if err != nil {
			return err
		}
		if by.Account != seen.Account && !by.ReadsSite() {
			return ErrNotFound
		}
		st, err := tx.SharePack(ctx, seen.Pack)
		if errors.Is(err, ErrNotFound) {
			return ErrDetached // R11: the pack was deleted, and took its attachments along
		}
		if err != nil {
			return err
		}
		a, err := tx.LockAttachment(ctx, attachment)
		if err != nil {
			return err
		}
		if a.DetachedAt != nil {
			return ErrDetached
		}
		at := st.after(s.now())
		if a.AttachedAt.After(at) {
			at = a.AttachedAt
		}
		return change(ctx, tx, &st, &a, at)
	})
}

func attachmentEvent(by Actor, at time.Time, action string, p Pack, a Attachment) Event {
	e := packEvent(by, at, action, p, a.ID)
	e.SubjectName, e.Account = p.Name+" · "+a.Name, a.Account
	if a.Name == p.Name {
		e.SubjectName = p.Name
	}
	return e
}

func tryEvent(by Actor, at time.Time, action string, st *PackState, a Attachment, from, to *Release, reason string) Event {
	e := attachmentEvent(by, at, action, st.Pack, a)
	e.Before, e.After, e.Reason = runs(from), runs(to), reason
	return e
}

func runs(r *Release) map[string]any {
	if r == nil {
		return nil
	}
	return map[string]any{"runs": r.Version.String(), "release": r.ID}
}
