package release

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// GiveEvidence ticks an item off on the draft, in the actor's name.
func (s *Service) GiveEvidence(ctx context.Context, by Actor, draft ID, n NewEvidence) error {
	if err := joinErrors(n.check(), n.File.check()); err != nil {
		return err
	}
	return s.changeEvidence(ctx, by, draft, "give evidence", func(ctx context.Context, tx Tx, st *PackState, at time.Time) error {
		items, err := tx.EvidenceItems(ctx, st.Pack.Publisher)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(items, func(i EvidenceItem) bool { return i.ID == n.Item })
		switch {
		case i < 0:
			return ErrNotFound
		case items[i].Retired:
			return ErrEvidenceRetired
		}
		switch _, err := givenFor(ctx, tx, draft, n.Item); {
		case err == nil:
			return ErrEvidenceGiven
		case !errors.Is(err, ErrEvidenceNotGiven):
			return err
		}
		file, err := keepFile(ctx, tx, by, at, n.File)
		if err != nil {
			return err
		}
		given := Evidence{
			ID: NewID(at), Release: draft, Item: n.Item, Label: items[i].Label, Note: strings.TrimSpace(n.Note),
			Link: strings.TrimSpace(n.Link), File: file, GivenAt: at, GivenBy: by.Person,
		}
		if err := tx.AddEvidence(ctx, given); err != nil {
			return err
		}
		e := evidenceEvent(by, at, ActEvidenceGiven, st)
		e.After = given.describe()
		return tx.Audit(ctx, e)
	})
}

// TakeEvidenceBack unticks an item of the draft; what was given for it goes, and the audit tells that it was there.
func (s *Service) TakeEvidenceBack(ctx context.Context, by Actor, draft, item ID) error {
	return s.changeEvidence(ctx, by, draft, "take evidence back", func(ctx context.Context, tx Tx, st *PackState, at time.Time) error {
		given, err := givenFor(ctx, tx, draft, item)
		if err != nil {
			return err
		}
		if err := tx.DropEvidence(ctx, given); err != nil {
			return err
		}
		e := evidenceEvent(by, at, ActEvidenceTakenBack, st)
		e.Before = given.describe()
		return tx.Audit(ctx, e)
	})
}

// changeEvidence is changeRelease for a draft. Ticking is no edit of the draft: nobody's open form becomes stale by it.
func (s *Service) changeEvidence(ctx context.Context, by Actor, draft ID, attempt string,
	change func(context.Context, Tx, *PackState, time.Time) error,
) error {
	return s.changeRelease(ctx, by, draft, attempt, func(ctx context.Context, tx Tx, st *PackState, at time.Time) error {
		if st.Draft == nil || st.Draft.ID != draft {
			return ErrEvidenceFinal
		}
		return change(ctx, tx, st, at)
	})
}

// givenFor finds what was given for an item, or fails with ErrEvidenceNotGiven.
func givenFor(ctx context.Context, tx Tx, draft, item ID) (Evidence, error) {
	given, err := tx.Evidence(ctx, draft)
	if err != nil {
		return Evidence{}, err
	}
	i := slices.IndexFunc(given, func(e Evidence) bool { return e.Item == item })
	if i < 0 {
		return Evidence{}, ErrEvidenceNotGiven
	}
	return given[i], nil
}

// checkEvidence refuses to decide a draft that lacks what its publisher demands: one refusal for each item (R35). It runs
// under the pack's lock, which giving and taking back need too.
func checkEvidence(ctx context.Context, tx Tx, st *PackState) error {
	items, err := tx.EvidenceItems(ctx, st.Pack.Publisher)
	if err != nil {
		return err
	}
	given, err := tx.Evidence(ctx, st.Draft.ID)
	if err != nil {
		return err
	}
	return join(LackingEvidence(items, given)...)
}

// LackingEvidence is a refusal for each item that is demanded of every release and was not given for this one (R35).
func LackingEvidence(items []EvidenceItem, given []Evidence) []*Error {
	var refusals []*Error
	for _, i := range items {
		if i.Demanded && !i.Retired && !slices.ContainsFunc(given, func(e Evidence) bool { return e.Item == i.ID }) {
			refusals = append(refusals, ErrEvidenceMissing.With("“%s” is demanded of every release, and nobody has ticked it off on this one yet.", i.Label))
		}
	}
	return refusals
}

func (n NewEvidence) check() error {
	var note, link *Error
	if !fits(n.Note, 0, maxEvidenceNote) {
		note = unfit(ErrEvidenceNote, n.Note, maxEvidenceNote)
	}
	if !linkFits(strings.TrimSpace(n.Link)) {
		link = ErrEvidenceLink
	}
	return join(note, link)
}

// linkFits takes nothing, or an https address that can be followed as it stands, without a name or password in it.
func linkFits(s string) bool {
	u, err := url.Parse(s)
	return s == "" || (err == nil && u.Scheme == "https" && u.Hostname() != "" && u.User == nil && strings.HasPrefix(s, "https://") &&
		utf8.RuneCountInString(s) <= maxEvidenceLink && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || breaksLine(r) }))
}

func evidenceEvent(by Actor, at time.Time, action string, st *PackState) Event {
	e := packEvent(by, at, action, st.Pack, st.Draft.ID)
	e.SubjectName = releaseName(st.Pack.Name, *st.Draft)
	return e
}

func (e Evidence) describe() map[string]any {
	d := map[string]any{"item": e.Label}
	if e.File != nil {
		d["file"] = e.File.Name
	}
	for field, text := range map[string]string{"note": e.Note, "link": e.Link} {
		if text != "" {
			d[field] = text
		}
	}
	return d
}
