package release

import (
	"context"
	"strings"
	"time"
)

// DraftEdit is what is to be changed of a draft; what is nil or empty stays as it is.
type DraftEdit struct {
	Contents Contents // all of them: package → version
	Version  *string  // as typed
	Notes    *string
	Plan     Plan
	Date     string // of Scheduled, as typed
}

// EditDraft changes the draft as the caller has seen it: all that the edit names, or, refused, nothing.
func (s *Service) EditDraft(ctx context.Context, by Actor, draft ID, revision int, e DraftEdit) error {
	return s.changeDraft(ctx, by, draft, revision, "edit a draft", func(ctx context.Context, tx Tx, st *PackState, at time.Time) error {
		return s.edit(ctx, tx, st, by, at, e)
	})
}

// ChooseVersions replaces the draft's contents: package → version. Every version must be the publisher's own, of that
// package, shareable (R2) and not deleted; a version that the current release holds already may stay.
func (s *Service) ChooseVersions(ctx context.Context, by Actor, draft ID, revision int, contents Contents) error {
	return s.EditDraft(ctx, by, draft, revision, DraftEdit{Contents: contents.clone()})
}

// PlanRelease notes whether the draft is to be released at once or on a date (R15, R16); nothing applies yet.
func (s *Service) PlanRelease(ctx context.Context, by Actor, draft ID, revision int, plan Plan, date string) error {
	return s.changeDraft(ctx, by, draft, revision, "plan a release", func(ctx context.Context, tx Tx, st *PackState, at time.Time) error {
		if plan == "" {
			return ErrPlanMissing
		}
		return s.edit(ctx, tx, st, by, at, DraftEdit{Plan: plan, Date: date})
	})
}

// DescribeRelease gives the draft its version and its notes (R23).
func (s *Service) DescribeRelease(ctx context.Context, by Actor, draft ID, revision int, version, notes string) error {
	return s.EditDraft(ctx, by, draft, revision, DraftEdit{Version: &version, Notes: &notes})
}

// ReleaseOutright decides a release in one step: the pack's draft, begun where there was none, is edited and at once released
// (R15) or scheduled (R16), in one transaction. Refused, nothing has changed; the evidence is that of the draft (R35). An
// edit without a plan is refused with ErrPlanMissing.
//
// Contents that were worked out from the pack were read before its lock is held, so with seen it is refused with ErrDraftStale
// where the pack is not as seen any more (R8, R14): else a package that somebody has just removed would go out, or one just
// added would not. That holds as well where the caller has named a version for every package: which packages the pack has is
// nobody's to decide by having read them a moment too early. Without seen, the contents are all that the caller wants, whatever
// the pack holds by now.
func (s *Service) ReleaseOutright(ctx context.Context, by Actor, pack ID, seen *Seen, e DraftEdit) (ID, error) {
	var decided ID
	err := s.changePack(ctx, by, pack, "release a pack outright", func(ctx context.Context, tx Tx, st *PackState, at time.Time) error {
		if seen != nil {
			if err := seen.check(st); err != nil {
				return err
			}
		}
		if err := s.applyOverdue(ctx, tx, st, at); err != nil {
			return err
		}
		d, err := s.ensureDraft(ctx, tx, st, by, at)
		if err != nil {
			return err
		}
		decided = d.ID
		if err := s.edit(ctx, tx, st, by, at, e); err != nil {
			return err
		}
		switch e.Plan {
		case Immediate:
			return s.releaseDraft(ctx, tx, st, by, at)
		case Scheduled:
			return s.scheduleDraft(ctx, tx, st, by, at)
		default:
			return ErrPlanMissing
		}
	})
	return decided, err
}

// edit changes the draft under the pack's lock. What does not fit of its texts and its plan is refused together.
func (s *Service) edit(ctx context.Context, tx Tx, st *PackState, by Actor, at time.Time, e DraftEdit) error {
	var before Contents
	if e.Contents != nil {
		if err := checkContents(ctx, tx, st, e.Contents); err != nil {
			return err
		}
		before, st.Draft.Contents = st.Draft.Contents, e.Contents
	}
	if err := joinErrors(st.Draft.describeAs(e), s.plan(ctx, tx, st, at, e)); err != nil {
		return err
	}
	return s.saveDraft(ctx, tx, st, by, at, before)
}

// describeAs gives the release the version and notes of the edit (R23).
func (r *Release) describeAs(e DraftEdit) error {
	if e.Version != nil {
		v, err := ParseVersion(*e.Version)
		if err != nil {
			return ErrVersionForm.With("A release's version is three whole numbers, like 2.1.0.")
		}
		r.Version = &v
	}
	if e.Notes != nil {
		if !fits(*e.Notes, 0, MaxNotes) {
			return unfit(ErrNotesLong, *e.Notes, MaxNotes)
		}
		r.Notes = strings.TrimSpace(*e.Notes)
	}
	return nil
}

// plan notes how the draft is to reach the install base; nothing applies yet.
func (s *Service) plan(ctx context.Context, tx Tx, st *PackState, at time.Time, e DraftEdit) error {
	switch e.Plan {
	case "":
		return nil
	case Immediate:
		st.Draft.Plan, st.Draft.DueOn = Immediate, nil
		return nil
	case Scheduled:
		if st.Pending != nil && !st.Pending.due(at) {
			return ErrPendingExists // R19: said here already, not only at the end
		}
		when, err := s.planFor(ctx, tx, st.Pack.Publisher, e.Date, at)
		if err != nil {
			return err
		}
		st.Draft.Plan, st.Draft.DueOn = Scheduled, &when.DueOn
		return nil
	default:
		return ErrPlanMissing
	}
}
