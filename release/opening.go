package release

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"packtide/packfile"
)

// CreateAccount opens an account; a publisher gets its built-in group of all accounts (R25).
func (s *Service) CreateAccount(ctx context.Context, by Actor, n NewAccount) (Account, error) {
	if err := by.mayOperate(); err != nil {
		return Account{}, err
	}
	if err := n.check(); err != nil {
		return Account{}, err
	}
	at := s.now()
	a := Account{ID: NewID(at), Name: strings.TrimSpace(n.Name), Zone: n.Zone, Publisher: n.Publisher, Managed: n.Managed, CreatedAt: at}
	err := s.inTx(ctx, "create an account", func(ctx context.Context, tx Tx) error {
		if err := tx.AddAccount(ctx, a); err != nil {
			return err
		}
		if err := ensureEveryone(ctx, tx, Account{}, a, at); err != nil {
			return err
		}
		if err := ensureEvidence(ctx, tx, Account{}, a, at); err != nil {
			return err
		}
		e := accountEvent(by, at, ActAccountCreated, a)
		e.After = a.describe()
		return tx.Audit(ctx, e)
	})
	return a, err
}

// EditAccount is AmendAccount for who gives all that can be changed; a purpose that is not given stays.
func (s *Service) EditAccount(ctx context.Context, by Actor, account ID, n NewAccount) error {
	if err := by.mayOperate(); err != nil {
		return err
	}
	if err := n.check(); err != nil {
		return err
	}
	e := AccountEdit{Name: &n.Name, Zone: &n.Zone}
	if n.Publisher {
		e.Publisher = &n.Publisher
	}
	if n.Managed {
		e.Managed = &n.Managed
	}
	return s.AmendAccount(ctx, by, account, e)
}

// AmendAccount changes what is given of name, zone and purposes (operator), over what is there under the account's lock: two
// who change different things at once both have their way. It refuses with ErrPurposeKept to take a purpose away: what the
// account published or installed would be orphaned. Pending releases keep the zone they were scheduled in until they are rescheduled (R17).
func (s *Service) AmendAccount(ctx context.Context, by Actor, account ID, e AccountEdit) error {
	if err := by.mayOperate(); err != nil {
		return err
	}
	return s.changeAccount(ctx, by, account, func(a *Account) error {
		n := e.over(*a)
		if err := n.check(); err != nil {
			return err
		}
		var publishes, installs *Error
		if a.Publisher && !n.Publisher {
			publishes = ErrPurposeKept.On("publisher")
		}
		if a.Managed && !n.Managed {
			installs = ErrPurposeKept.On("managed")
		}
		if err := join(publishes, installs); err != nil {
			return err
		}
		a.Name, a.Zone, a.Publisher, a.Managed = strings.TrimSpace(n.Name), n.Zone, n.Publisher, n.Managed
		return nil
	})
}

// SetShareableDefault is the publisher's setting "new versions are shareable by default" (R2).
func (s *Service) SetShareableDefault(ctx context.Context, by Actor, shareable bool) error {
	if err := by.mayPublish(); err != nil {
		return err
	}
	return s.changeAccount(ctx, by, by.Account, func(a *Account) error { a.ShareableByDefault = shareable; return nil })
}

// SetCheckSettings is how the publisher's packages are checked from now on: the key of a packfile.Setting → value. What is
// left out, or empty, is as by default. It refuses each value that its setting does not take, beside the setting's key.
func (s *Service) SetCheckSettings(ctx context.Context, by Actor, settings map[string]string) error {
	if err := by.mayPublish(); err != nil {
		return err
	}
	chosen := map[string]string{}
	var refusals []*Error
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		value := strings.TrimSpace(settings[key])
		if packfile.CheckOptions(packfile.Options{Settings: map[string]string{key: value}}) != nil || !fitsLine(value, 0, packfile.MaxSettingText) {
			refusals = append(refusals, ErrCheckSetting.On(key))
		} else if value != "" {
			chosen[key] = value
		}
	}
	if err := join(refusals...); err != nil {
		return err
	}
	return s.changeAccount(ctx, by, by.Account, func(a *Account) error { a.CheckSettings = chosen; return nil })
}

func (s *Service) changeAccount(ctx context.Context, by Actor, account ID, change func(*Account) error) error {
	return s.inTx(ctx, "edit an account", func(ctx context.Context, tx Tx) error {
		a, err := tx.LockAccount(ctx, account)
		if err != nil {
			return err
		}
		at, old := s.now(), a
		if err := change(&a); err != nil {
			return err
		}
		if err := tx.SaveAccount(ctx, a); err != nil {
			return err
		}
		if err := ensureEveryone(ctx, tx, old, a, at); err != nil {
			return err
		}
		if err := ensureEvidence(ctx, tx, old, a, at); err != nil {
			return err
		}
		e := accountEvent(by, at, ActAccountEdited, a)
		e.Before, e.After = old.describe(), a.describe()
		return tx.Audit(ctx, e)
	})
}

// ensureEveryone gives an account that has become a publisher its built-in group (R25).
func ensureEveryone(ctx context.Context, tx Tx, old, a Account, at time.Time) error {
	if old.Publisher || !a.Publisher {
		return nil
	}
	return tx.AddGroup(ctx, Group{ID: NewID(at), Publisher: a.ID, Name: EveryoneName, Everyone: true, CreatedAt: at})
}

func (a Account) describe() map[string]any {
	return map[string]any{
		"name": a.Name, "zone": a.Zone, "publisher": a.Publisher, "managed": a.Managed, "shareable_by_default": a.ShareableByDefault,
		"check_settings": a.CheckSettings,
	}
}

func accountEvent(by Actor, at time.Time, action string, a Account) Event {
	e := event(by, at, action, a.ID, a.Name)
	e.Account, e.Publisher = a.ID, a.ID
	return e
}
