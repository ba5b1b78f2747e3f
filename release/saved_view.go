package release

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"
)

// SavedView is a person's own name for what they look at in the install base, in the account in which they act.
type SavedView struct {
	ID      ID
	Person  ID
	Account ID // zero: the site
	Name    string
	Address string // the query string, as ViewAddress makes it
	SavedAt time.Time
}

// What a person may keep.
const (
	MaxSavedViews   = 50 // over all their accounts
	maxViewName     = 80
	maxViewAddress  = 4000
	MaxViewSameName = 10 // values of one parameter
)

// viewParameters are what an address of the install base may hold: the filter, and the moment. Where a page of the list
// begins is no part of a view.
var viewParameters = []string{"q", "publisher", "pack", "account", "release", "state", "observed", "zone", "environment", "at", "at_zone"}

// ViewAddress keeps of a query string what belongs to a view, each value once and in one order, so that the same view has
// one address.
func ViewAddress(q url.Values) string {
	kept := url.Values{}
	for _, name := range viewParameters {
		values := slices.DeleteFunc(slices.Clone(q[name]), func(v string) bool { return strings.TrimSpace(v) == "" })
		slices.Sort(values)
		if values = slices.Compact(values); len(values) > 0 {
			kept[name] = values[:min(len(values), MaxViewSameName)]
		}
	}
	return kept.Encode()
}

// SavedViewTx keeps saved views.
type SavedViewTx interface {
	// CountSavedViews counts those of one person; it stands under LockPerson.
	CountSavedViews(ctx context.Context, person ID) (int, error)
	AddSavedView(ctx context.Context, v SavedView) error
	LockSavedView(ctx context.Context, id ID) (SavedView, error)
	RenameSavedView(ctx context.Context, id ID, name string) error
	DeleteSavedView(ctx context.Context, id ID) error
}

// SaveView keeps what the person looks at under a name. Everybody may, readers too: it changes nothing for others.
func (s *Service) SaveView(ctx context.Context, by Actor, name string, q url.Values) (SavedView, error) {
	if err := by.mayChange(); err != nil {
		return SavedView{}, err
	}
	address := ViewAddress(q)
	if refusal := checkSavedView(name, address); refusal != nil {
		return SavedView{}, refusal
	}
	at := s.now()
	v := SavedView{ID: NewID(at), Person: by.Person, Account: by.Account, Name: strings.TrimSpace(name), Address: address, SavedAt: at}
	err := s.inTx(ctx, "save a view", func(ctx context.Context, tx Tx) error {
		if _, err := tx.LockPerson(ctx, by.Person); err != nil {
			return err
		}
		n, err := tx.CountSavedViews(ctx, by.Person)
		if err != nil {
			return err
		}
		if n >= MaxSavedViews {
			return ErrSavedViewsMany
		}
		if err := tx.AddSavedView(ctx, v); err != nil {
			return err
		}
		e := savedViewEvent(by, at, ActViewSaved, v)
		e.After = map[string]any{"address": v.Address}
		return tx.Audit(ctx, e)
	})
	return v, err
}

// RenameView gives a view of the person's own another name.
func (s *Service) RenameView(ctx context.Context, by Actor, id ID, name string) error {
	name = strings.TrimSpace(name)
	if refusal := checkSavedView(name, ""); refusal != nil {
		return refusal
	}
	return s.changeSavedView(ctx, by, id, "rename a view", func(ctx context.Context, tx Tx, v SavedView, at time.Time) error {
		if v.Name == name {
			return nil
		}
		if err := tx.RenameSavedView(ctx, id, name); err != nil {
			return err
		}
		e := savedViewEvent(by, at, ActViewRenamed, v)
		e.SubjectName, e.Before, e.After = name, map[string]any{"name": v.Name}, map[string]any{"name": name}
		return tx.Audit(ctx, e)
	})
}

// DeleteView forgets a view of the person's own; what it showed stays as it is.
func (s *Service) DeleteView(ctx context.Context, by Actor, id ID) error {
	return s.changeSavedView(ctx, by, id, "delete a view", func(ctx context.Context, tx Tx, v SavedView, at time.Time) error {
		if err := tx.DeleteSavedView(ctx, id); err != nil {
			return err
		}
		e := savedViewEvent(by, at, ActViewDeleted, v)
		e.Before = map[string]any{"address": v.Address}
		return tx.Audit(ctx, e)
	})
}

// changeSavedView locks a view of the actor's own, in the account in which they act; those of others are not found.
func (s *Service) changeSavedView(ctx context.Context, by Actor, id ID, attempt string, change func(context.Context, Tx, SavedView, time.Time) error) error {
	return s.inTx(ctx, attempt, func(ctx context.Context, tx Tx) error {
		v, err := tx.LockSavedView(ctx, id)
		if err != nil {
			return err
		}
		if v.Person != by.Person || v.Account != by.Account {
			return ErrNotFound
		}
		if err := by.mayChange(); err != nil {
			return err
		}
		return change(ctx, tx, v, s.now())
	})
}

func checkSavedView(name, address string) error {
	switch {
	case !fitsLine(name, 1, maxViewName):
		return unfit(ErrSavedViewName, name, maxViewName)
	case len(address) > maxViewAddress:
		return ErrSavedViewLong
	default:
		return nil
	}
}

// savedViewEvent names no account: a person's own names are nobody else's activity, and the audit of the site has them.
func savedViewEvent(by Actor, at time.Time, action string, v SavedView) Event {
	return event(by, at, action, v.ID, v.Name)
}
