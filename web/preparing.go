package web

import (
	"context"
	"time"

	"packtide/packfile"
	"packtide/release"
	"packtide/store"
	"packtide/web/view"
)

// Reading is what pages and programs work out of a release before it is decided: by one actor, as of one moment.
type Reading struct {
	Reader *store.Reader
	By     release.Actor
	Now    time.Time
	Zone   *time.Location // in which today is meant
}

func (s *Server) reading(v *visit) Reading { return Reading{s.reader, v.actor, v.now, v.zone} }

// checkOptions are the publisher's settings for its packages.
func (r Reading) checkOptions(ctx context.Context, publisher release.ID) (packfile.Options, error) {
	account, err := r.Reader.Account(ctx, r.By, publisher)
	opts := account.CheckOptions()
	opts.Today = r.Now.In(r.Zone).Format(time.DateOnly)
	return opts, err
}

// Steps compares the versions of each package that changes in a release, by the publisher's settings. One package after the
// other is read, so that no more than two of them are in memory.
func (r Reading) Steps(ctx context.Context, publisher release.ID, rows []release.ContentRow) ([]release.Step, error) {
	steps := release.Steps(rows)
	opts, err := r.checkOptions(ctx, publisher)
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		if row.From == nil || row.To == nil || row.From.ID == row.To.ID {
			continue
		}
		from, err := r.Reader.Comparable(ctx, r.By, row.From.ID)
		if err != nil {
			return nil, err
		}
		to, err := r.Reader.Comparable(ctx, r.By, row.To.ID)
		if err != nil {
			return nil, err
		}
		steps[i] = release.NewStep(row, from, to, opts)
	}
	return steps, nil
}

// Propose begins a release's version with what its changes deserve, and its notes with those of its packages (R23).
func (r Reading) Propose(ctx context.Context, pack release.PackView, next release.ReleaseView) (version, notes string, err error) {
	since, err := r.Reader.NotesSince(ctx, r.By, pack.ID, heldVersions(next))
	if err != nil {
		return "", "", err
	}
	texts := make([]view.NotesOf, len(since))
	for i, n := range since {
		texts[i] = view.NotesOf{Package: n.DisplayName, Version: n.Version, Text: n.Notes}
	}
	steps, err := r.Steps(ctx, pack.PublisherID, next.Contents)
	if err != nil {
		return "", "", err
	}
	decided, err := r.Reader.Releases(ctx, r.By, pack.ID, 0, pageSize)
	if err != nil {
		return "", "", err
	}
	suggested := release.SuggestVersionAbove(versionOf(pack.Pending), versionOf(pack.Current), steps)
	return release.FirstFree(suggested, decided).String(), view.ProposedNotes(texts, steps, pack.Current != nil), nil
}

// Together is how the packages of a release fit together (R10).
func (r Reading) Together(ctx context.Context, next release.ReleaseView) ([]packfile.Finding, error) {
	held := heldVersions(next)
	if len(held) == 0 {
		return nil, nil
	}
	versions, err := r.Reader.Manifests(ctx, r.By, held)
	return release.Together(versions), err
}

func heldVersions(next release.ReleaseView) []release.ID {
	var held []release.ID
	for _, c := range next.Contents {
		if c.To != nil {
			held = append(held, c.To.ID)
		}
	}
	return held
}

// mostWithout is the most accounts that a rehearsal counts one by one.
const mostWithout = 1000

// lacking is the evidence that is demanded, and that the draft does not have yet (R35).
func (r Reading) lacking(ctx context.Context, publisher, draft release.ID) ([]*release.Error, error) {
	items, err := r.Reader.EvidenceItems(ctx, r.By, publisher)
	if err != nil {
		return nil, err
	}
	rows, err := r.Reader.Evidence(ctx, r.By, draft)
	given := make([]release.Evidence, len(rows))
	for i, row := range rows {
		given[i] = row.Evidence
	}
	return release.LackingEvidence(items, given), err
}

// Rehearse derives what the release, a draft or one in testing, would do.
func (r Reading) Rehearse(ctx context.Context, pack release.PackView, next release.ReleaseView) (release.Rehearsal, error) {
	c := release.RehearsalCase{Next: next, Outside: pack.Outside, Contact: pack.SupportContact}
	var err error
	if c.Impact, err = r.Reader.Impact(ctx, r.By, pack.ID); err != nil {
		return release.Rehearsal{}, err
	}
	if c.Without, err = r.Reader.AccountsWithout(ctx, r.By, pack.ID, mostWithout+1); err != nil {
		return release.Rehearsal{}, err
	}
	if next.State == release.Draft && pack.Pending != nil {
		trial, err := r.Reader.Release(ctx, r.By, pack.Pending.ID)
		if err != nil {
			return release.Rehearsal{}, err
		}
		c.Trial = &trial
	}
	if next.State == release.Draft {
		if c.Lacking, err = r.lacking(ctx, pack.PublisherID, next.ID); err != nil {
			return release.Rehearsal{}, err
		}
	}
	found, err := release.Rehearse(c, r.Now)
	if err != nil {
		return found, err
	}
	for i, m := range found.Moves { // once for all that run one release, never for each attachment
		if found.Moves[i].Steps, err = r.Steps(ctx, pack.PublisherID, m.Contents); err != nil {
			return found, err
		}
	}
	return found, nil
}

func versionOf(r *release.ReleaseRef) *release.Version {
	if r == nil {
		return nil
	}
	return r.Version
}
