package release_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

// TestIdsOfOthers: in one's own pack, draft, group or account, a thing of somebody else is not found, and nothing changes.
func TestIdsOfOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	mine, theirs := w.upload(w.acme, "Mail", "1.0.0"), w.upload(w.bolt, "Mail", "1.0.0")
	p, q := w.pack(w.acme, "Alpha", true), w.pack(w.bolt, "Alpha", true)
	w.released(w.acme, p.ID, "1.0.0", mine)
	foreign := w.released(w.bolt, q.ID, "1.0.0", theirs)
	g, h := must(w.svc.CreateGroup(ctx, w.acme, "G"))(t), must(w.svc.CreateGroup(ctx, w.bolt, "G"))(t)
	a := w.install(w.north, p.ID, "a")
	gone := w.install(w.north, p.ID, "gone")
	w.ok(w.svc.Uninstall(ctx, w.north, gone.ID))
	x := w.pack(w.acme, "Gone", true)
	w.released(w.acme, x.ID, "1.0.0", mine)
	lost := w.install(w.north, x.ID, "lost")
	must(w.svc.DeletePack(ctx, w.acme, x.ID, "Gone"))(t)
	fb := w.pending(w.bolt, q.ID, "2.0.0", "2027-01-20", w.upload(w.bolt, "Mail", "2.0.0"))
	pending := w.pending(w.acme, p.ID, "3.0.0", "2027-01-20", w.upload(w.acme, "Mail", "3.0.0"))
	d := w.draft(w.acme, p.ID, "4.0.0", mine)
	noSuch := release.NewID(monday)
	for name, tc := range map[string]struct {
		want error
		do   func() error
	}{
		"their package": {release.ErrNotFound, func() error { return w.svc.AddPackage(ctx, w.acme, p.ID, theirs.Package) }},
		"no package":    {release.ErrNotFound, func() error { return w.svc.AddPackage(ctx, w.acme, p.ID, noSuch) }},
		"their version": {release.ErrNotFound, func() error {
			return w.svc.ChooseVersions(ctx, w.acme, d.ID, d.Revision, release.Contents{theirs.Package: theirs.ID})
		}},
		"their version as ours": {release.ErrNotFound, func() error {
			return w.svc.ChooseVersions(ctx, w.acme, d.ID, d.Revision, release.Contents{mine.Package: theirs.ID})
		}},
		"our version as theirs": {release.ErrNotFound, func() error {
			return w.svc.ChooseVersions(ctx, w.acme, d.ID, d.Revision, release.Contents{theirs.Package: mine.ID})
		}},
		"no version": {release.ErrNotFound, func() error {
			return w.svc.ChooseVersions(ctx, w.acme, d.ID, d.Revision, release.Contents{mine.Package: noSuch})
		}},
		"their release":                   {release.ErrNotFound, func() error { _, err := w.svc.PrepareFrom(ctx, w.acme, p.ID, foreign.ID); return err }},
		"their pack in our group":         {release.ErrNotFound, func() error { return w.svc.AddPackToGroup(ctx, w.acme, g.ID, q.ID) }},
		"our pack in their group":         {release.ErrNotFound, func() error { return w.svc.AddPackToGroup(ctx, w.acme, h.ID, p.ID) }},
		"their pack out of our group":     {release.ErrNotFound, func() error { _, err := w.svc.RemovePackFromGroup(ctx, w.acme, g.ID, q.ID); return err }},
		"no account":                      {release.ErrNotFound, func() error { return w.svc.AddAccountToGroup(ctx, w.acme, g.ID, noSuch) }},
		"another pack's pending release":  {release.ErrTestingEnded, func() error { return w.svc.OptIn(ctx, w.north, a.ID, fb.ID, "") }},
		"our draft, pending elsewhere":    {release.ErrDraftStale, func() error { return w.svc.ReleaseNow(ctx, w.acme, pending.ID, pending.Revision) }},
		"our draft as pending":            {release.ErrTestingEnded, func() error { return w.svc.Withdraw(ctx, w.acme, d.ID, "x") }},
		"a pack's id as release":          {release.ErrNotFound, func() error { return w.svc.Withdraw(ctx, w.acme, p.ID, "x") }},
		"their attachment, uninstalled":   {release.ErrNotFound, func() error { return w.svc.Uninstall(ctx, w.south, gone.ID) }},
		"their attachment of a gone pack": {release.ErrNotFound, func() error { return w.svc.GoBack(ctx, w.south, lost.ID, "") }},
		"the zero id":                     {release.ErrNotFound, func() error { return w.svc.Uninstall(ctx, w.north, release.ID{}) }},
		"a token in an account of others": {release.ErrNotFound, func() error {
			_, _, err := w.svc.CreateToken(ctx, w.north, release.NewToken{Person: w.north.Person, Account: w.south.Account, Name: "x"})
			return err
		}},
		"a site token without a site role": {release.ErrRoleMissing, func() error {
			_, _, err := w.svc.CreateToken(ctx, w.north, release.NewToken{Person: w.north.Person, Name: "x"})
			return err
		}},
		"a role that the account lacks": {release.ErrRoleMissing, func() error {
			return w.svc.SetRoles(ctx, w.operator, release.Membership{Person: w.north.Person, Account: w.north.Account, Publisher: release.RolePublisher})
		}},
		"a role that nobody has": {release.ErrRoleMissing, func() error {
			return w.svc.SetRoles(ctx, w.operator, release.Membership{Person: w.north.Person, Account: w.north.Account, Managed: "root"})
		}},
		"a site role for an account's user": {release.ErrEmailTaken, func() error {
			_, _, err := w.svc.InvitePerson(ctx, w.operator, release.Invite{Email: "Nora@example.org", Name: "N", Site: release.RoleOperator})
			return err
		}},
	} {
		w.unchanged(name, tc.want, tc.do)
	}
}

// TestSteadyActor: whoever is disabled or loses a role in the middle of a session can't act any more. // R33
func TestSteadyActor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, secret, err := w.svc.CreateToken(t.Context(), w.north, release.NewToken{Person: w.north.Person, Account: w.north.Account, Name: "agent", Life: time.Hour})
	w.ok(err)
	live := func(what string, session, token error) {
		t.Helper()
		_, err := w.db.Reader.Actor(t.Context(), w.north.Person, w.north.Account)
		_, byToken := w.db.Reader.ActorByToken(t.Context(), secret.Hash(), w.clock.now())
		if !errors.Is(err, session) || !errors.Is(byToken, token) {
			t.Errorf("%s: by session %v, want %v, by token %v, want %v", what, err, session, byToken, token)
		}
	}
	live("at first", nil, nil)
	w.ok(w.svc.DisablePerson(t.Context(), w.operator, w.north.Person))
	live("disabled", release.ErrNotFound, release.ErrNotFound)
	w.ok(w.svc.EnablePerson(t.Context(), w.operator, w.north.Person))
	live("enabled", nil, release.ErrNotFound) // the token stays dead
	w.ok(w.svc.SetRoles(t.Context(), w.operator, release.Membership{Person: w.north.Person, Account: w.north.Account}))
	live("without a role", release.ErrNotFound, release.ErrNotFound)
	if !strings.HasPrefix(string(secret), release.TokenPrefix) {
		t.Error("a token without the prefix that scanners look for")
	}
}
