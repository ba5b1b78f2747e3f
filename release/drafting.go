package release

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// DraftRelease begins the pack's next release, or returns the draft that is there (R14).
func (s *Service) DraftRelease(ctx context.Context, by Actor, pack ID) (Release, error) {
	var draft Release
	err := s.changePack(ctx, by, pack, "begin a draft", func(ctx context.Context, tx Tx, st *PackState, at time.Time) error {
		d, err := s.ensureDraft(ctx, tx, st, by, at)
		if err == nil {
			draft = *d
		}
		return err
	})
	return draft, err
}

// PrepareFrom fills the draft with the contents of any decided release of the pack, so that releasing older content again
// (R22), or going on from a withdrawn release, is one click. Versions that were deleted since are left as they are in the
// draft. It refuses with ErrNothingToRollBack what the install base runs already (R24), and what the pack does not admit (R6).
func (s *Service) PrepareFrom(ctx context.Context, by Actor, pack, from ID) (Release, error) {
	var draft Release
	err := s.changePack(ctx, by, pack, "prepare a release from an older one", func(ctx context.Context, tx Tx, st *PackState, at time.Time) error {
		source, err := tx.Release(ctx, from)
		if err != nil || source.Pack != pack || source.State == Draft {
			return notFoundOr(err)
		}
		if st.Current != nil && source.Contents.Equal(st.Current.Contents) {
			return ErrNothingToRollBack.With("%s holds the same versions as the current release, so there is nothing to go back to.", source.Version)
		}
		if err := admitAll(ctx, tx, st, source.Contents); err != nil {
			return err
		}
		d, err := s.ensureDraft(ctx, tx, st, by, at)
		if err != nil {
			return err
		}
		before := d.Contents
		d.Contents = source.Contents
		d.Version, d.Notes, d.Plan, d.DueOn = nil, "", "", nil
		err = s.saveDraft(ctx, tx, st, by, at, before)
		draft = *d // with the revision that was kept
		return err
	})
	return draft, err
}

// DiscardDraft throws the draft away; the pack's packages are then those of the current release again.
func (s *Service) DiscardDraft(ctx context.Context, by Actor, draft ID, revision int) error {
	return s.changeDraft(ctx, by, draft, revision, "discard a draft", func(ctx context.Context, tx Tx, st *PackState, at time.Time) error {
		if err := tx.DeleteDraft(ctx, st.Draft.ID); err != nil {
			return err
		}
		return tx.Audit(ctx, packEvent(by, at, ActDraftDiscarded, st.Pack, st.Draft.ID))
	})
}

// changePack runs a publisher's change of one of its packs under the pack's lock.
func (s *Service) changePack(ctx context.Context, by Actor, pack ID, attempt string,
	change func(context.Context, Tx, *PackState, time.Time) error,
) error {
	if err := by.mayPublish(); err != nil {
		return err
	}
	return s.inTx(ctx, attempt, func(ctx context.Context, tx Tx) error {
		st, err := tx.LockPack(ctx, pack)
		if err != nil {
			return err
		}
		if st.Pack.Publisher != by.Account {
			return ErrNotFound
		}
		return change(ctx, tx, &st, st.after(s.now()))
	})
}

// changeDraft is changePack for a draft as the caller has seen it: an edit in another window since then is refused.
func (s *Service) changeDraft(ctx context.Context, by Actor, draft ID, revision int, attempt string,
	change func(context.Context, Tx, *PackState, time.Time) error,
) error {
	return s.changeRelease(ctx, by, draft, attempt, func(ctx context.Context, tx Tx, st *PackState, at time.Time) error {
		if st.Draft == nil || st.Draft.ID != draft || st.Draft.Revision != revision {
			return ErrDraftStale
		}
		return change(ctx, tx, st, at)
	})
}

// changeRelease is changePack for the pack of a release.
func (s *Service) changeRelease(ctx context.Context, by Actor, release ID, attempt string,
	change func(context.Context, Tx, *PackState, time.Time) error,
) error {
	var pack ID
	// Only looked up: nothing is done yet that a program's key would stand for.
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		r, err := tx.Release(ctx, release)
		pack = r.Pack
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	return s.changePack(ctx, by, pack, attempt, change)
}

// after is the instant itself, or the latest instant of the pack where another replica's clock is ahead of ours:
// intervals never end before they begin.
func (s *PackState) after(at time.Time) time.Time {
	if s.Current != nil && s.Current.ReleasedAt.After(at) {
		at = *s.Current.ReleasedAt
	}
	if s.Pending != nil && s.Pending.TestingSince.After(at) {
		at = *s.Pending.TestingSince
	}
	return at
}

// ensureDraft returns the draft, begun with the contents of the current release where there was none.
func (s *Service) ensureDraft(ctx context.Context, tx Tx, st *PackState, by Actor, at time.Time) (*Release, error) {
	if st.Draft != nil {
		return st.Draft, nil
	}
	last, err := tx.LastReleaseNumber(ctx, st.Pack.ID)
	if err != nil {
		return nil, err
	}
	d := &Release{
		ID: NewID(at), Pack: st.Pack.ID, Number: last + 1, State: Draft, Revision: 1,
		CreatedAt: at, CreatedBy: by.Person, Contents: Contents{},
	}
	if st.Current != nil {
		d.Contents = st.Current.Contents.clone()
	}
	if err := tx.AddRelease(ctx, *d); err != nil {
		return nil, err
	}
	st.Draft = d
	return d, tx.Audit(ctx, packEvent(by, at, ActDraftBegun, st.Pack, d.ID))
}

// saveDraft counts the edit and keeps it. With before, the contents were changed, and a version or plan chosen for other
// contents stays as the publisher's proposal: every check comes again at the end.
func (s *Service) saveDraft(ctx context.Context, tx Tx, st *PackState, by Actor, at time.Time, before Contents) error {
	st.Draft.Revision++
	if err := tx.SaveRelease(ctx, *st.Draft); err != nil {
		return err
	}
	e := packEvent(by, at, ActDraftEdited, st.Pack, st.Draft.ID)
	e.After = describe(*st.Draft)
	if before != nil {
		e.Before = map[string]any{"contents": before}
		e.After["contents"] = st.Draft.Contents
	}
	return tx.Audit(ctx, e)
}

// planFor is PlanDate for a date as typed, in the publisher's zone.
func (s *Service) planFor(ctx context.Context, tx Tx, publisher ID, date string, at time.Time) (Scheduling, error) {
	d, err := ParseDate(date)
	if err != nil {
		return Scheduling{}, ErrDateForm
	}
	account, err := tx.Account(ctx, publisher)
	if err != nil {
		return Scheduling{}, err
	}
	return PlanDate(d, account.Zone, at)
}

// checkContents refuses what can't be a release: too much, versions that are foreign, deleted or not shareable, or what the
// pack does not admit.
func checkContents(ctx context.Context, tx Tx, st *PackState, contents Contents) error {
	if len(contents) > maxPackages {
		return ErrPackFull // R7
	}
	versions, err := tx.ShareVersions(ctx, st.Pack.Publisher, contents.versions())
	if err != nil {
		return err
	}
	found := make(map[ID]PackageVersion, len(versions))
	for _, v := range versions {
		found[v.ID] = v
	}
	for pkg, id := range contents {
		v, ok := found[id]
		switch {
		case !ok || v.Package != pkg:
			return ErrNotFound
		case v.DeletedAt != nil:
			return ErrVersionDeleted.With("Version %s of %s was deleted. Choose another.", v.Version, v.DisplayName)
		case !v.Shareable:
			return ErrNotShareable.With("Version %s of %s is not shareable, so it can't enter a pack.", v.Version, v.DisplayName) // R2
		}
		if err := st.Pack.admits(v); err != nil {
			return err
		}
	}
	return nil
}

// admitAll refuses contents of the pack's past that the pack does not admit any more (R6): the rule may be younger than they are.
func admitAll(ctx context.Context, tx Tx, st *PackState, contents Contents) error {
	versions, err := tx.ShareVersions(ctx, st.Pack.Publisher, contents.versions())
	if err != nil {
		return err
	}
	refusals := make([]error, len(versions))
	for i, v := range versions {
		refusals[i] = st.Pack.admits(v)
	}
	return joinErrors(refusals...)
}

func notFoundOr(err error) error {
	if err == nil || errors.Is(err, ErrNotFound) {
		return ErrNotFound
	}
	return err
}
