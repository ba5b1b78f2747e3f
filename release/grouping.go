package release

import (
	"context"
	"strings"
	"time"
)

// MostOutside is where counting attachments outside their groups stops: beyond it pages say "more than".
const MostOutside = 1000

// CreateGroup makes an empty group of managed accounts.
func (s *Service) CreateGroup(ctx context.Context, by Actor, name string) (Group, error) {
	if err := by.mayPublish(); err != nil {
		return Group{}, err
	}
	if !fitsLine(name, 1, maxName) {
		return Group{}, unfit(ErrGroupNameMissing, name, maxName)
	}
	at := s.now()
	g := Group{ID: NewID(at), Publisher: by.Account, Name: strings.TrimSpace(name), CreatedAt: at}
	err := s.inTx(ctx, "create a group", func(ctx context.Context, tx Tx) error {
		if err := tx.AddGroup(ctx, g); err != nil {
			return err
		}
		return tx.Audit(ctx, groupEvent(by, at, ActGroupCreated, g))
	})
	return g, err
}

// RenameGroup gives the group another name; the built-in one keeps its own (R25).
func (s *Service) RenameGroup(ctx context.Context, by Actor, group ID, name string) error {
	if !fitsLine(name, 1, maxName) {
		return unfit(ErrGroupNameMissing, name, maxName)
	}
	return s.changeGroup(ctx, by, group, "rename a group", func(ctx context.Context, tx Tx, g Group, at time.Time) error {
		if g.Everyone {
			return ErrGroupBuiltIn
		}
		e := groupEvent(by, at, ActGroupRenamed, g)
		e.Before, e.After = map[string]any{"name": g.Name}, map[string]any{"name": strings.TrimSpace(name)}
		if err := tx.RenameGroup(ctx, group, strings.TrimSpace(name)); err != nil {
			return err
		}
		return tx.Audit(ctx, e)
	})
}

// DeleteGroup removes a group; what its accounts have installed stays (R30). The built-in one can't be deleted (R25).
func (s *Service) DeleteGroup(ctx context.Context, by Actor, group ID) error {
	return s.changeGroup(ctx, by, group, "delete a group", func(ctx context.Context, tx Tx, g Group, at time.Time) error {
		if g.Everyone {
			return ErrGroupBuiltIn
		}
		if err := tx.DeleteGroup(ctx, group); err != nil {
			return err
		}
		return tx.Audit(ctx, groupEvent(by, at, ActGroupDeleted, g))
	})
}

// AddAccountToGroup lets the account see and install the group's packs (R25).
func (s *Service) AddAccountToGroup(ctx context.Context, by Actor, group, account ID) error {
	return s.changeGroup(ctx, by, group, "add an account to a group", func(ctx context.Context, tx Tx, g Group, at time.Time) error {
		if g.Everyone {
			return ErrGroupBuiltIn
		}
		a, err := tx.Account(ctx, account)
		if err != nil || !a.Managed {
			return notFoundOr(err)
		}
		changed, err := tx.AddGroupMember(ctx, group, account, at)
		if err != nil || !changed {
			return err
		}
		return record(ctx, tx, accessTold(memberEvent(by, at, ActGroupMemberAdded, g, a), Notice{Account: a.ID, Subject: g.Name}))
	})
}

// RemoveAccountFromGroup stops new installs of the group's packs; what the account has installed stays. It returns how many
// attachments that are, at most MostOutside+1, for the notice that R30 asks for.
func (s *Service) RemoveAccountFromGroup(ctx context.Context, by Actor, group, account ID) (outside int, err error) {
	err = s.changeGroup(ctx, by, group, "remove an account from a group", func(ctx context.Context, tx Tx, g Group, at time.Time) error {
		if g.Everyone {
			return ErrGroupBuiltIn
		}
		a, err := tx.Account(ctx, account)
		if err != nil {
			return err
		}
		changed, err := tx.RemoveGroupMember(ctx, group, account)
		if err != nil || !changed {
			return err
		}
		if outside, err = tx.CountOutside(ctx, g.Publisher, account, ID{}, MostOutside); err != nil {
			return err
		}
		e := memberEvent(by, at, ActGroupMemberRemoved, g, a)
		e.After["attachments_outside"] = outside
		return record(ctx, tx, accessTold(e, Notice{Account: a.ID, Subject: g.Name, Outside: outside}))
	})
	return outside, err
}

// AddPackToGroup shows the pack to the group's accounts (R25).
func (s *Service) AddPackToGroup(ctx context.Context, by Actor, group, pack ID) error {
	return s.changeGroupPack(ctx, by, group, pack, "add a pack to a group", func(ctx context.Context, tx Tx, g Group, p Pack, at time.Time) error {
		changed, err := tx.AddGroupPack(ctx, g, pack, at)
		if err != nil || !changed {
			return err
		}
		return record(ctx, tx, accessTold(groupPackEvent(by, at, ActGroupPackAdded, g, p), Notice{Pack: p.ID, PackName: p.Name, Subject: g.Name}))
	})
}

// RemovePackFromGroup stops new installs by the group's accounts; existing attachments stay. It returns how many of the pack
// are outside its groups now, at most MostOutside+1 (R30).
func (s *Service) RemovePackFromGroup(ctx context.Context, by Actor, group, pack ID) (outside int, err error) {
	err = s.changeGroupPack(ctx, by, group, pack, "remove a pack from a group", func(ctx context.Context, tx Tx, g Group, p Pack, at time.Time) error {
		changed, err := tx.RemoveGroupPack(ctx, group, pack)
		if err != nil || !changed {
			return err
		}
		if outside, err = tx.CountOutside(ctx, g.Publisher, ID{}, pack, MostOutside); err != nil {
			return err
		}
		e := groupPackEvent(by, at, ActGroupPackRemoved, g, p)
		e.After["attachments_outside"] = outside
		return record(ctx, tx, accessTold(e, Notice{Pack: p.ID, PackName: p.Name, Subject: g.Name, Outside: outside}))
	})
	return outside, err
}

func (s *Service) changeGroup(ctx context.Context, by Actor, group ID, attempt string,
	change func(context.Context, Tx, Group, time.Time) error,
) error {
	if err := by.mayPublish(); err != nil {
		return err
	}
	return s.inTx(ctx, attempt, func(ctx context.Context, tx Tx) error {
		g, err := tx.LockGroup(ctx, group)
		if err != nil {
			return err
		}
		if g.Publisher != by.Account {
			return ErrNotFound
		}
		return change(ctx, tx, g, s.now())
	})
}

func (s *Service) changeGroupPack(ctx context.Context, by Actor, group, pack ID, attempt string,
	change func(context.Context, Tx, Group, Pack, time.Time) error,
) error {
	return s.changeGroup(ctx, by, group, attempt, func(ctx context.Context, tx Tx, g Group, at time.Time) error {
		st, err := tx.SharePack(ctx, pack)
		if err != nil {
			return err
		}
		if st.Pack.Publisher != by.Account {
			return ErrNotFound
		}
		return change(ctx, tx, g, st.Pack, at)
	})
}

func groupEvent(by Actor, at time.Time, action string, g Group) Event {
	e := event(by, at, action, g.ID, g.Name)
	e.Publisher = g.Publisher
	return e
}

func memberEvent(by Actor, at time.Time, action string, g Group, a Account) Event {
	e := groupEvent(by, at, action, g)
	e.After = map[string]any{"account": a.Name, "account_id": a.ID}
	return e
}

func groupPackEvent(by Actor, at time.Time, action string, g Group, p Pack) Event {
	e := groupEvent(by, at, action, g)
	e.Pack, e.After = p.ID, map[string]any{"pack": p.Name, "pack_id": p.ID}
	return e
}
