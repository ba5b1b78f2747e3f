package release

import (
	"context"
	"time"
)

// What a program decides in one request: each use case here is all of it in one transaction, or nothing, where a person goes
// from page to page.

// Assembly is what is to become of a pack's texts and packages.
type Assembly struct {
	Texts       PackTextsEdit
	Over        *PackTexts // the texts as the caller has seen them; nil: whatever they are
	Add, Remove []ID       // packages
}

// AssemblePack makes a pack with its first packages, each with its newest shareable version (R8).
func (s *Service) AssemblePack(ctx context.Context, by Actor, n NewPack, packages []ID) (Pack, error) {
	if err := by.mayPublish(); err != nil {
		return Pack{}, err
	}
	if err := n.check(); err != nil {
		return Pack{}, err
	}
	at := s.now()
	var p Pack
	err := s.inTx(ctx, "assemble a pack", func(ctx context.Context, tx Tx) (err error) {
		if p, err = addPack(ctx, tx, by, at, n); err != nil || len(packages) == 0 {
			return err
		}
		st, err := tx.LockPack(ctx, p.ID)
		if err != nil {
			return err
		}
		return s.assemble(ctx, tx, &st, by, at, Assembly{Add: packages})
	})
	return p, err
}

// ChangePack changes texts and packages of a pack. The texts that are given come over those that are there under the pack's
// lock, so that two who change different ones at once both have their way (R7). A package to be added that is in the next
// release already stays as it is; one to be removed must be there (R8). It refuses with ErrPackStale where the caller has seen
// other texts.
func (s *Service) ChangePack(ctx context.Context, by Actor, pack ID, a Assembly) error {
	return s.changePack(ctx, by, pack, "change a pack", func(ctx context.Context, tx Tx, st *PackState, at time.Time) error {
		old := st.Pack.PackTexts
		if a.Over != nil && *a.Over != old {
			return ErrPackStale
		}
		texts := a.Texts.over(old)
		if err := texts.check(); err != nil {
			return err
		}
		if texts.trimmed() != old {
			if err := saveTexts(ctx, tx, st, by, at, texts); err != nil {
				return err
			}
		}
		return s.assemble(ctx, tx, st, by, at, a)
	})
}

// assemble changes the contents of the next release, under the pack's lock.
func (s *Service) assemble(ctx context.Context, tx Tx, st *PackState, by Actor, at time.Time, a Assembly) error {
	next := st.next().clone()
	added, removed, err := s.edited(ctx, tx, st, next, a)
	if err != nil || len(added)+len(removed) == 0 {
		return err
	}
	d, err := s.ensureDraft(ctx, tx, st, by, at)
	if err != nil {
		return err
	}
	before := d.Contents
	d.Contents = next
	if err := s.saveDraft(ctx, tx, st, by, at, before); err != nil {
		return err
	}
	if err := auditPackages(ctx, tx, st, by, at, ActPackageRemoved, removed); err != nil {
		return err
	}
	return auditPackages(ctx, tx, st, by, at, ActPackageAdded, added)
}

func auditPackages(ctx context.Context, tx Tx, st *PackState, by Actor, at time.Time, action string, packages []ID) error {
	events := make([]Event, len(packages))
	for i, id := range packages {
		pkg, err := tx.Package(ctx, id)
		if err != nil {
			return err
		}
		events[i] = packEvent(by, at, action, st.Pack, id)
		events[i].SubjectName = pkg.DisplayName
	}
	return tx.Audit(ctx, events...)
}

// next is what goes out next as everybody sees it: the draft, else what is pending, else what is current.
func (s *PackState) next() Contents {
	switch {
	case s.Draft != nil:
		return s.Draft.Contents
	case s.Pending != nil:
		return s.Pending.Contents
	case s.Current != nil:
		return s.Current.Contents
	default:
		return nil
	}
}

// edited makes the changes to the contents, and tells which packages came and went.
func (s *Service) edited(ctx context.Context, tx Tx, st *PackState, next Contents, a Assembly) (added, removed []ID, err error) {
	for _, id := range a.Remove {
		if _, there := next[id]; !there {
			return nil, nil, ErrPackageNotInPack
		}
		delete(next, id)
		removed = append(removed, id)
	}
	for _, id := range a.Add {
		if _, there := next[id]; !there {
			added = append(added, id)
			next[id] = ID{} // named twice, it comes once
		}
	}
	if len(next) > maxPackages {
		return nil, nil, ErrPackFull // R7
	}
	newest, err := tx.NewestShareable(ctx, st.Pack.Publisher, added)
	if err != nil {
		return nil, nil, err
	}
	var refusals []error
	for _, id := range added {
		v, there := newest[id]
		if !there {
			return nil, nil, missingVersion(ctx, tx, st.Pack.Publisher, id)
		}
		next[id] = v.ID
		refusals = append(refusals, st.Pack.admits(v))
	}
	return added, removed, joinErrors(refusals...)
}

// Seen is a pack as the caller has seen it: its draft, its pending and its current release. They are all that the contents of
// the next release are worked out from, and each change of these changes one of them.
type Seen struct {
	Draft    ID // zero: none
	Revision int
	Pending  ID // zero: none
	Current  ID // zero: never released
}

// Seen is what a reader has seen of the pack, to be read before its packages are.
func (p PackView) Seen() Seen {
	var s Seen
	if p.Draft != nil {
		s.Draft, s.Revision = p.Draft.ID, p.Draft.Revision
	}
	if p.Pending != nil {
		s.Pending = p.Pending.ID
	}
	if p.Current != nil {
		s.Current = p.Current.ID
	}
	return s
}

// check refuses with ErrDraftStale a pack that is not like that any more.
func (s Seen) check(st *PackState) error {
	var is Seen
	if st.Draft != nil {
		is.Draft, is.Revision = st.Draft.ID, st.Draft.Revision
	}
	if st.Pending != nil {
		is.Pending = st.Pending.ID
	}
	if st.Current != nil {
		is.Current = st.Current.ID
	}
	return s.Same(is)
}

// Same refuses with ErrDraftStale a pack that is seen otherwise by now.
func (s Seen) Same(now Seen) error {
	if now != s {
		return ErrDraftStale.With("The pack was changed by somebody else a moment ago. Nothing was released: look at it and try again.")
	}
	return nil
}

// ReplacePending decides a release that takes the place of the pending one, in one transaction: an immediate one supersedes
// it (R15), a scheduled one has it withdrawn first, with the reason (R19, R20). It refuses with ErrDraftStale a pack that is
// not as the caller has seen it, and else as ReleaseOutright does.
func (s *Service) ReplacePending(ctx context.Context, by Actor, pack ID, seen Seen, reason string, e DraftEdit) (ID, error) {
	var decided ID
	err := s.changePack(ctx, by, pack, "replace a pending release", func(ctx context.Context, tx Tx, st *PackState, at time.Time) error {
		if err := seen.check(st); err != nil {
			return err
		}
		if err := st.stillTesting(at); err != nil {
			return err
		}
		if e.Plan == Scheduled {
			if err := withdrawPending(ctx, tx, st, by, at, reason); err != nil {
				return err
			}
		}
		d, err := s.ensureDraft(ctx, tx, st, by, at)
		if err != nil {
			return err
		}
		decided = d.ID
		if err := s.edit(ctx, tx, st, by, at, e); err != nil {
			return err
		}
		if e.Plan == Scheduled {
			return s.scheduleDraft(ctx, tx, st, by, at)
		}
		return s.releaseDraft(ctx, tx, st, by, at)
	})
	return decided, err
}

// withdrawPending is Withdraw under the pack's lock (R20).
func withdrawPending(ctx context.Context, tx Tx, st *PackState, by Actor, at time.Time, reason string) error {
	p, before := st.Pending, describe(*st.Pending)
	if err := st.withdraw(at, reason); err != nil {
		return err
	}
	if err := tx.SaveRelease(ctx, *p); err != nil {
		return err
	}
	e := releaseEvent(by, at, ActWithdrawn, st.Pack, *p)
	e.Before, e.Reason = before, p.Reason
	st.Pending = nil
	return record(ctx, tx, e.telling(NoticeWithdrawn, noticeOf(st.Pack, *p).forAll()))
}

// ReleasePending ends the testing period today: what was to come at midnight is current for the whole install base in this
// transaction (R13, R15), as the same release. It refuses with ErrTestingEnded a release that is not pending any more.
func (s *Service) ReleasePending(ctx context.Context, by Actor, pending ID) error {
	return s.changeRelease(ctx, by, pending, "release a pending release", func(ctx context.Context, tx Tx, st *PackState, at time.Time) error {
		if st.Pending == nil || st.Pending.ID != pending {
			return ErrTestingEnded
		}
		if err := st.stillTesting(at); err != nil {
			return err
		}
		if err := checkTogether(ctx, tx, st.Pack.Publisher, st.Pending.Contents); err != nil {
			return err
		}
		p, previous := st.Pending, st.Current
		if err := st.releasePending(by, at); err != nil {
			return err
		}
		if err := s.saveCurrent(ctx, tx, *p, at); err != nil {
			return err
		}
		e := releaseEvent(by, at, ActReleased, st.Pack, *p)
		if previous != nil {
			e.Before = describe(*previous)
		}
		return record(ctx, tx, e.telling(NoticeApplied, noticeOf(st.Pack, *p).forAll()))
	})
}

// releasePending makes the pending release current before its midnight, which is none any more.
func (s *PackState) releasePending(by Actor, at time.Time) error {
	p := s.Pending
	p.Plan, p.DueOn, p.Zone, p.DueAt, p.DecidedBy = Immediate, nil, "", nil, by.Person
	p.TestingUntil = &at
	s.Pending = nil
	return s.makeCurrent(p, at)
}
