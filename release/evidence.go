package release

import (
	"context"
	"slices"
	"strings"
	"time"
)

// MaxEvidenceItems is how many items a publisher offers.
const MaxEvidenceItems = 20

const (
	maxEvidenceLabel = 120
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
	// As many as there may be, and as many retired in their place: more are not even compared with each other.
	if len(items) > 2*MaxEvidenceItems {
		return ErrEvidenceFull
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
	if live := slices.DeleteFunc(slices.Clone(next), func(i EvidenceItem) bool { return i.Retired }); len(live) > MaxEvidenceItems {
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
