package release_test

import (
	"testing"

	"packtide/release"
)

// TestGroups let accounts see and install packs, and taking out leaves what is installed. // R25 R30
func TestGroups(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := must(w.svc.CreatePack(t.Context(), w.acme, release.NewPack{
		PackTexts: release.PackTexts{Name: "Alpha", SupportContact: "help"}, Multiple: new(true),
	}))(t)
	w.released(w.acme, p.ID, "1.0.0", w.upload(w.acme, "Mail", "1.0.0"))
	g := must(w.svc.CreateGroup(t.Context(), w.acme, " Friends "))(t)
	add := func() error { return w.svc.AddAccountToGroup(t.Context(), w.acme, g.ID, w.north.Account) }
	put := func() error { return w.svc.AddPackToGroup(t.Context(), w.acme, g.ID, p.ID) }
	w.ok(w.tells("add an account", add, release.ActGroupMemberAdded))
	w.ok(w.tells("add it twice", add))
	w.ok(w.tells("add a pack", put, release.ActGroupPackAdded))
	w.ok(w.tells("add it twice", put))
	a := w.install(w.north, p.ID, "a")
	w.install(w.north, p.ID, "b")
	var outside int
	take := func() (err error) {
		outside, err = w.svc.RemoveAccountFromGroup(t.Context(), w.acme, g.ID, w.north.Account)
		return err
	}
	w.ok(w.tells("take the account out", take, release.ActGroupMemberRemoved))
	if outside != 2 {
		t.Errorf("%d attachments outside, want 2", outside)
	}
	w.ok(w.tells("take it out twice", take))
	w.runs(a, "1.0.0") // stays
	again := func() error {
		_, err := w.svc.InstallPack(t.Context(), w.north, release.Install{Pack: p.ID, Name: "c"})
		return err
	}
	w.unchanged("installing from outside", release.ErrNotFound, again)
	// R27: what stays goes on as before, opt-ins included.
	r := w.pending(w.acme, p.ID, "2.0.0", "2027-01-12", w.upload(w.acme, "Mail", "2.0.0"))
	w.ok(w.svc.OptIn(t.Context(), w.north, a.ID, r.ID, ""))
	w.ok(add())
	w.ok(again())
	out := func() (err error) {
		outside, err = w.svc.RemovePackFromGroup(t.Context(), w.acme, g.ID, p.ID)
		return err
	}
	w.ok(w.tells("take the pack out", out, release.ActGroupPackRemoved))
	if outside != 3 {
		t.Errorf("%d attachments outside, want 3", outside)
	}
	w.ok(w.tells("take it out twice", out))
	if v := must(w.db.Reader.Pack(t.Context(), w.acme, p.ID))(t); v.Outside != 3 {
		t.Errorf("the pack's page shows %d outside", v.Outside)
	}
	w.ok(put())
	w.ok(w.svc.DeleteGroup(t.Context(), w.acme, g.ID))
	w.runs(a, "2.0.0")
	if v := must(w.db.Reader.Pack(t.Context(), w.acme, p.ID))(t); v.Outside != 3 {
		t.Errorf("the pack's page shows %d outside after the group is gone", v.Outside)
	}
}

// TestGroupOfAllAccounts is built in: it holds every managed account, new ones too, and can't be changed. // R25
func TestGroupOfAllAccounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.pack(w.acme, "Alpha", false)
	w.released(w.acme, p.ID, "1.0.0", w.upload(w.acme, "Mail", "1.0.0"))
	all := w.everyone(w.acme)
	for name, do := range map[string]func() error{
		"rename":         func() error { return w.svc.RenameGroup(t.Context(), w.acme, all, "Everybody") },
		"delete":         func() error { return w.svc.DeleteGroup(t.Context(), w.acme, all) },
		"add an account": func() error { return w.svc.AddAccountToGroup(t.Context(), w.acme, all, w.north.Account) },
		"take one out": func() error {
			_, err := w.svc.RemoveAccountFromGroup(t.Context(), w.acme, all, w.north.Account)
			return err
		},
	} {
		w.unchanged(name, release.ErrGroupBuiltIn, do)
	}
	w.unchanged("a second one", release.ErrGroupNameTaken, func() error {
		_, err := w.svc.CreateGroup(t.Context(), w.acme, "all ACCOUNTS")
		return err
	})
	late := w.person("Lara", release.Invite{Account: w.account("Late", "UTC", false), Managed: release.RoleAdmin})
	w.install(late, p.ID, "")
	// An account that becomes a publisher gets its own.
	w.ok(w.svc.EditAccount(t.Context(), w.operator, late.Account, release.NewAccount{Name: "Late", Zone: "UTC", Publisher: true}))
	if n := w.number(`SELECT count(*) FROM account_group WHERE publisher_id = $1 AND everyone`, late.Account); n != 1 {
		t.Errorf("%d groups of all accounts", n)
	}
	g := must(w.svc.CreateGroup(t.Context(), w.acme, "Friends"))(t)
	w.unchanged("an account that installs nothing", release.ErrNotFound, func() error {
		return w.svc.AddAccountToGroup(t.Context(), w.acme, g.ID, w.bolt.Account)
	})
	w.ok(w.svc.RenameGroup(t.Context(), w.acme, g.ID, "Best friends"))
	other := must(w.svc.CreateGroup(t.Context(), w.acme, "Friends"))(t)
	w.unchanged("another group's name", release.ErrGroupNameTaken, func() error {
		return w.svc.RenameGroup(t.Context(), w.acme, other.ID, "best friends")
	})
}
