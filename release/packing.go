package release

import (
	"context"
	"strings"
	"time"
)

// NewPack is what a publisher gives to make a pack. Multiple is final (R6).
type NewPack struct {
	PackTexts
	Multiple *bool // nil: not chosen, which is refused
}

// CreatePack makes an empty pack.
func (s *Service) CreatePack(ctx context.Context, by Actor, n NewPack) (Pack, error) {
	return s.AssemblePack(ctx, by, n, nil)
}

// check refuses a pack that R6 and R7 do not allow, all at once.
func (n NewPack) check() error {
	var mode *Error
	if n.Multiple == nil {
		mode = ErrModeMissing
	}
	return joinErrors(n.PackTexts.check(), orNil(mode))
}

func addPack(ctx context.Context, tx Tx, by Actor, at time.Time, n NewPack) (Pack, error) {
	p := Pack{ID: NewID(at), Publisher: by.Account, Multiple: *n.Multiple, PackTexts: n.trimmed(), CreatedAt: at}
	if err := tx.AddPack(ctx, p); err != nil {
		return Pack{}, err
	}
	e := packEvent(by, at, ActPackCreated, p, p.ID)
	e.After = map[string]any{"name": p.Name, "multiple": p.Multiple}
	return p, tx.Audit(ctx, e)
}

// EditPack changes the pack's texts (R7); every managed account sees them at once.
func (s *Service) EditPack(ctx context.Context, by Actor, pack ID, texts PackTexts) error {
	if err := texts.check(); err != nil {
		return err
	}
	return s.changePack(ctx, by, pack, "edit a pack", func(ctx context.Context, tx Tx, st *PackState, at time.Time) error {
		return saveTexts(ctx, tx, st, by, at, texts)
	})
}

func saveTexts(ctx context.Context, tx Tx, st *PackState, by Actor, at time.Time, texts PackTexts) error {
	old := st.Pack
	st.Pack.PackTexts = texts.trimmed()
	if err := tx.SavePack(ctx, st.Pack); err != nil {
		return err
	}
	e := packEvent(by, at, ActPackEdited, st.Pack, st.Pack.ID)
	e.Before, e.After = old.describe(), st.Pack.describe()
	return tx.Audit(ctx, e)
}

// DeletePack uninstalls the pack everywhere, once the publisher has typed its exact name (R11). Its history stays.
// It returns how many attachments were detached.
func (s *Service) DeletePack(ctx context.Context, by Actor, pack ID, typedName string) (detached int64, err error) {
	err = s.changePack(ctx, by, pack, "delete a pack", func(ctx context.Context, tx Tx, st *PackState, at time.Time) error {
		if strings.TrimSpace(typedName) != st.Pack.Name {
			return ErrTypedNameDiffers.With("Type the pack's exact name, “%s”, to confirm.", st.Pack.Name)
		}
		ended, err := s.endReleases(ctx, tx, by, st, at)
		if err != nil {
			return err
		}
		if detached, err = tx.DetachAll(ctx, pack, by.Person, at); err != nil {
			return err
		}
		st.Pack.DeletedAt = &at
		if err := tx.SavePack(ctx, st.Pack); err != nil {
			return err
		}
		e := packEvent(by, at, ActPackDeleted, st.Pack, pack)
		e.Before, e.After = st.Pack.describe(), map[string]any{"attachments_detached": detached}
		return record(ctx, tx, e.telling(NoticePackDeleted, noticeOf(st.Pack, ended).forAll()))
	})
	return detached, err
}

// endReleases lets go of a deleted pack's draft, pending and current release. It returns the pending one, which the notice of the
// deletion tells of: none of its own is told, as nothing runs the current release again (R11).
func (s *Service) endReleases(ctx context.Context, tx Tx, by Actor, st *PackState, at time.Time) (ended Release, err error) {
	if st.Draft != nil {
		if err := tx.DeleteDraft(ctx, st.Draft.ID); err != nil {
			return ended, err
		}
	}
	if p := st.Pending; p != nil {
		before := describe(*p)
		p.Reason = "The pack was deleted."
		if err := p.endTesting(Withdrawn, at); err != nil {
			return ended, err
		}
		if err := tx.SaveRelease(ctx, *p); err != nil {
			return ended, err
		}
		e := releaseEvent(by, at, ActWithdrawn, st.Pack, *p)
		e.Before, e.Reason = before, p.Reason
		if err := tx.Audit(ctx, e); err != nil {
			return ended, err
		}
		ended = *p
	}
	return ended, tx.EndCurrent(ctx, []ID{st.Pack.ID}, at)
}

// AddPackage puts a package into the next release with its newest shareable version (R8).
func (s *Service) AddPackage(ctx context.Context, by Actor, pack, pkg ID) error {
	return s.changeDraftContents(ctx, by, pack, "add a package", ActPackageAdded, pkg, func(ctx context.Context, tx Tx, st *PackState, next Contents) error {
		if _, there := next[pkg]; there {
			return ErrPackageInPack
		}
		if len(next) >= maxPackages {
			return ErrPackFull // R7
		}
		newest, err := tx.NewestShareable(ctx, st.Pack.Publisher, []ID{pkg})
		if err != nil {
			return err
		}
		v, there := newest[pkg]
		if !there {
			return missingVersion(ctx, tx, st.Pack.Publisher, pkg)
		}
		next[pkg] = v.ID
		return st.Pack.admits(v)
	})
}

// RemovePackage takes a package out of the next release (R8); until that is released, UndoRemoval brings it back.
func (s *Service) RemovePackage(ctx context.Context, by Actor, pack, pkg ID) error {
	return s.changeDraftContents(ctx, by, pack, "remove a package", ActPackageRemoved, pkg, func(_ context.Context, _ Tx, _ *PackState, next Contents) error {
		if _, there := next[pkg]; !there {
			return ErrPackageNotInPack
		}
		delete(next, pkg)
		return nil
	})
}

// UndoRemoval brings a package back into the next release, with the version that the current one holds (R8).
func (s *Service) UndoRemoval(ctx context.Context, by Actor, pack, pkg ID) error {
	return s.changeDraftContents(ctx, by, pack, "undo a removal", ActPackageKept, pkg, func(ctx context.Context, tx Tx, st *PackState, next Contents) error {
		if _, there := next[pkg]; there {
			return ErrPackageInPack
		}
		if st.Current == nil || st.Current.Contents[pkg].IsZero() {
			return ErrPackageNotInPack
		}
		if len(next) >= maxPackages {
			return ErrPackFull // R7: others took its place
		}
		next[pkg] = st.Current.Contents[pkg]
		return admitAll(ctx, tx, st, Contents{pkg: next[pkg]})
	})
}

// TakeUpdates moves every package of the next release to its newest shareable version (R9).
func (s *Service) TakeUpdates(ctx context.Context, by Actor, pack ID) error {
	return s.changeDraftContents(ctx, by, pack, "take updates", "", pack, func(ctx context.Context, tx Tx, st *PackState, next Contents) error {
		newest, err := tx.NewestShareable(ctx, st.Pack.Publisher, next.Packages())
		if err != nil {
			return err
		}
		var refusals []error
		for _, pkg := range next.Packages() {
			if v, there := newest[pkg]; there {
				next[pkg] = v.ID
				refusals = append(refusals, st.Pack.admits(v))
			}
		}
		return joinErrors(refusals...)
	})
}

// changeDraftContents edits the contents of the pack's next release, with a draft begun where there was none.
func (s *Service) changeDraftContents(ctx context.Context, by Actor, pack ID, attempt, action string, subject ID,
	change func(context.Context, Tx, *PackState, Contents) error,
) error {
	return s.changePack(ctx, by, pack, attempt, func(ctx context.Context, tx Tx, st *PackState, at time.Time) error {
		d, err := s.ensureDraft(ctx, tx, st, by, at)
		if err != nil {
			return err
		}
		before := d.Contents.clone()
		if err := change(ctx, tx, st, d.Contents); err != nil {
			return err
		}
		if d.Contents.Equal(before) { // nothing to take: the draft stays as others see it
			return nil
		}
		if err := s.saveDraft(ctx, tx, st, by, at, before); err != nil || action == "" {
			return err
		}
		p, err := tx.Package(ctx, subject)
		if err != nil {
			return err
		}
		e := packEvent(by, at, action, st.Pack, subject)
		e.SubjectName = p.DisplayName
		return tx.Audit(ctx, e)
	})
}

// missingVersion tells a package without a shareable version from one that is not there for this publisher.
func missingVersion(ctx context.Context, tx Tx, publisher, pkg ID) error {
	p, err := tx.Package(ctx, pkg)
	if err != nil || p.Publisher != publisher {
		return notFoundOr(err)
	}
	return ErrNoShareableVersion
}

func (p Pack) describe() map[string]any {
	return map[string]any{
		"name": p.Name, "description": p.Description, "installation_guide": p.InstallationGuide,
		"user_guide": p.UserGuide, "support_contact": p.SupportContact,
	}
}

// orNil keeps a nil *Error from becoming a non-nil error.
func orNil(e *Error) error {
	if e == nil {
		return nil
	}
	return e
}
