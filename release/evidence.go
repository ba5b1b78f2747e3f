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

const (
	maxEvidenceLabel = 120
	maxEvidenceItems = 20
	maxEvidenceNote  = 2_000
	maxEvidenceLink  = 2_000
)

// EvidenceItem is one thing that a publisher wants looked at before a release is decided.
type EvidenceItem struct {
	ID       ID
	Label    string
	Demanded bool // no release is decided without it (R35)
	Retired  bool // not offered any more; what was given for it stays
}

// Evidence is an item that was ticked off on a release. It never changes: who takes it back may give it anew.
type Evidence struct {
	ID      ID
	Release ID
	Item    ID
	Label   string // of the item, as it was then
	Note    string
	Link    string // https, or empty
	File    *File  // nil for none
	GivenAt time.Time
	GivenBy ID
}

// NewEvidence is what a person gives to tick an item off; nothing but the item is needed.
type NewEvidence struct {
	Item ID
	Note string
	Link string
	File *FileUpload
}

// EvidenceTx keeps evidence.
type EvidenceTx interface {
	// EvidenceItems are all items of the publisher in its order, retired ones too.
	EvidenceItems(ctx context.Context, publisher ID) ([]EvidenceItem, error)
	// SaveEvidenceItems keeps the items in this order; those that are not among them stay as they are.
	SaveEvidenceItems(ctx context.Context, publisher ID, items []EvidenceItem, at time.Time) error
	// Evidence is all that was given for the release.
	Evidence(ctx context.Context, release ID) ([]Evidence, error)
	// AddEvidence keeps evidence of a draft; AddFile has kept its file.
	AddEvidence(ctx context.Context, e Evidence) error
	// DropEvidence takes evidence of a draft away, with its file, whose bytes go when nobody else holds them.
	DropEvidence(ctx context.Context, e Evidence) error
}

// firstEvidence are the items that a publisher begins with; the migration gave them to those who were there before.
func firstEvidence(at time.Time) []EvidenceItem {
	labels := []string{"Regression test done", "Impact assessed", "Guides updated", "Support contact checked"}
	items := make([]EvidenceItem, len(labels))
	for i, label := range labels {
		items[i] = EvidenceItem{ID: NewID(at), Label: label}
	}
	return items
}

// ensureEvidence gives an account that has become a publisher the items that all begin with.
func ensureEvidence(ctx context.Context, tx Tx, old, a Account, at time.Time) error {
	if old.Publisher || !a.Publisher {
		return nil
	}
	return tx.SaveEvidenceItems(ctx, a.ID, firstEvidence(at), at)
}

// Field is the form field of the item's label.
func (i EvidenceItem) Field() string {
	if i.ID.IsZero() {
		return "label.new"
	}
	return "label." + i.ID.String()
}

// SetEvidenceItems changes the publisher's items and puts them into this order. One without an id is new; what the caller
// does not name stays as it is, after the others. Evidence that was given keeps the label that it was given for.
func (s *Service) SetEvidenceItems(ctx context.Context, by Actor, items []EvidenceItem) error {
	if err := by.mayPublish(); err != nil {
		return err
	}
	return s.inTx(ctx, "set the evidence items", func(ctx context.Context, tx Tx) error {
		a, err := tx.LockAccount(ctx, by.Account)
		if err != nil {
			return err
		}
		kept, err := tx.EvidenceItems(ctx, a.ID)
		if err != nil {
			return err
		}
		at := s.now()
		next, err := arrange(kept, items, at)
		if err != nil {
			return err
		}
		before, after := describeItems(kept), describeItems(next)
		if slices.Equal(before, after) {
			return nil
		}
		if err := tx.SaveEvidenceItems(ctx, a.ID, next, at); err != nil {
			return err
		}
		e := accountEvent(by, at, ActEvidenceItems, a)
		e.Before, e.After = map[string]any{"items": before}, map[string]any{"items": after}
		return tx.Audit(ctx, e)
	})
}

// arrange is the list that the changes make of the kept one: those named come first, in their order.
func arrange(kept, changes []EvidenceItem, at time.Time) ([]EvidenceItem, error) {
	next := make([]EvidenceItem, 0, len(kept)+len(changes))
	for _, c := range changes {
		i := slices.IndexFunc(kept, func(k EvidenceItem) bool { return k.ID == c.ID })
		switch {
		case c.ID.IsZero():
			c.ID = NewID(at)
			if err := c.check("label.new"); err != nil {
				return nil, err
			}
		case i < 0:
			return nil, ErrNotFound
		case kept[i].Retired:
			return nil, ErrEvidenceRetired
		default:
			if err := c.check(c.Field()); err != nil {
				return nil, err
			}
		}
		c.Label = strings.TrimSpace(c.Label)
		if slices.ContainsFunc(next, func(n EvidenceItem) bool { return n.sameLabel(c) }) {
			return nil, ErrEvidenceLabelTaken.On(fieldOf(changes, c))
		}
		next = append(next, c)
	}
	for _, k := range kept {
		if !slices.ContainsFunc(changes, func(c EvidenceItem) bool { return c.ID == k.ID }) {
			if at := slices.IndexFunc(next, k.sameLabel); at >= 0 {
				return nil, ErrEvidenceLabelTaken.On(fieldOf(changes, next[at]))
			}
			next = append(next, k)
		}
	}
	if live := slices.DeleteFunc(slices.Clone(next), func(i EvidenceItem) bool { return i.Retired }); len(live) > maxEvidenceItems {
		return nil, ErrEvidenceFull
	}
	return next, nil
}

// fieldOf is the field in which the caller has typed the item's label.
func fieldOf(changes []EvidenceItem, i EvidenceItem) string {
	if slices.ContainsFunc(changes, func(c EvidenceItem) bool { return c.ID == i.ID }) {
		return i.Field()
	}
	return EvidenceItem{}.Field()
}

func (i EvidenceItem) check(field string) error {
	if !fitsLine(i.Label, 1, maxEvidenceLabel) {
		return unfit(ErrEvidenceLabel, i.Label, maxEvidenceLabel).On(field)
	}
	return nil
}

// sameLabel tells whether people would take two offered items for one.
func (i EvidenceItem) sameLabel(other EvidenceItem) bool {
	return !i.Retired && !other.Retired && strings.EqualFold(i.Label, other.Label)
}

// describeItems is the list of the offered items as the audit tells it.
func describeItems(items []EvidenceItem) []string {
	lines := []string{}
	for _, i := range items {
		switch {
		case i.Retired:
		case i.Demanded:
			lines = append(lines, i.Label+" (demanded)")
		default:
			lines = append(lines, i.Label)
		}
	}
	return lines
}

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
	var refusals []*Error
	for _, i := range items {
		if i.Demanded && !i.Retired && !slices.ContainsFunc(given, func(e Evidence) bool { return e.Item == i.ID }) {
			refusals = append(refusals, ErrEvidenceMissing.With("“%s” is demanded of every release, and nobody has ticked it off on this one yet.", i.Label))
		}
	}
	return join(refusals...)
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
