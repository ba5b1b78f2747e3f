package release_test

import (
	"context"
	"testing"
	"time"

	"packtide/release"
)

// notStaff are the refusals of those who may not look as others.
func notStaff() map[string]error {
	return map[string]error{"acme": release.ErrForbidden, "north": release.ErrForbidden, "nobody": release.ErrForbidden}
}

// viewingSteps are part of TestEveryUseCase. // R34
func (w *world) viewingSteps() []step {
	ctx, s := w.t.Context(), w.svc
	var first, second release.Viewing
	begin := func(v *release.Viewing) func(release.Actor) error {
		return func(by release.Actor) (err error) {
			*v, err = s.BeginViewing(ctx, by, release.NewViewing{Account: w.north.Account, Reason: "Ticket 4711"})
			return err
		}
	}
	end := func(by release.Actor) error { return s.EndViewing(ctx, by, first.ID, release.ViewStopped) }
	return []step{
		{"BeginViewing", w.support, begin(&first), []string{release.ActViewedAs}, notStaff()},
		{"EndViewing", w.support, end, []string{release.ActViewEnded}, map[string]error{"operator": release.ErrNotFound, "north": release.ErrNotFound}},
		{"EndViewing", w.support, end, nil, nil},
		{"BeginViewing", w.support, begin(&second), []string{release.ActViewedAs}, nil},
		{"EndViewings", release.Actor{}, func(release.Actor) error {
			_, err := s.EndViewings(ctx, second.Until.Add(time.Minute))
			return err
		}, []string{release.ActViewEnded}, nil},
		{"EndViewings", release.Actor{}, func(release.Actor) error {
			_, err := s.EndViewings(ctx, second.Until.Add(time.Minute))
			return err
		}, nil, nil},
	}
}

// TestViewAsWhom: as somebody whom the account has, with a reason. // R34
func TestViewAsWhom(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	both := must(w.svc.CreateAccount(ctx, release.Operator(), release.NewAccount{Name: "Both", Zone: "UTC", Publisher: true, Managed: true}))(t).ID
	for name, tc := range map[string]struct {
		in   release.NewViewing
		want error
		as   release.ViewAs
	}{
		"a managed account":                {release.NewViewing{Account: w.north.Account, Reason: "x"}, nil, release.ViewAsAdmin},
		"a publisher":                      {release.NewViewing{Account: w.acme.Account, Reason: "x"}, nil, release.ViewAsPublisher},
		"both, as its admin":               {release.NewViewing{Account: both, As: release.ViewAsAdmin, Reason: "x"}, nil, release.ViewAsAdmin},
		"both, as its publisher":           {release.NewViewing{Account: both, As: release.ViewAsPublisher, Reason: "x"}, nil, release.ViewAsPublisher},
		"both, without a choice":           {release.NewViewing{Account: both, Reason: "x"}, release.ErrViewAsMissing, ""},
		"a publisher's admin":              {release.NewViewing{Account: w.acme.Account, As: release.ViewAsAdmin, Reason: "x"}, release.ErrViewAsMissing, ""},
		"as an operator":                   {release.NewViewing{Account: w.north.Account, As: "operator", Reason: "x"}, release.ErrViewAsMissing, ""},
		"without a reason":                 {release.NewViewing{Account: w.north.Account, Reason: " \n "}, release.ErrViewReason, ""},
		"with a reason that can't be seen": {release.NewViewing{Account: w.north.Account, Reason: "\x01"}, release.ErrViewReason, ""},
		"no account":                       {release.NewViewing{Account: release.NewID(monday), Reason: "x"}, release.ErrNotFound, ""},
	} {
		if tc.want != nil {
			w.unchanged(name, tc.want, func() error { _, err := w.svc.BeginViewing(ctx, w.support, tc.in); return err })
			continue
		}
		v := must(w.svc.BeginViewing(ctx, w.support, tc.in))(t)
		if v.As != tc.as || v.Until.Sub(v.Began) != release.MaxViewing {
			t.Errorf("%s: %+v", name, v)
		}
		a := v.Actor(w.support)
		if a.Person != w.support.Person || a.Account != tc.in.Account || a.Site != "" || !a.ReadOnly || (a.Publisher != "") == (a.Managed != "") {
			t.Errorf("%s: acts as %+v", name, a)
		}
	}
	w.unchanged("the command line", release.ErrForbidden, func() error {
		_, err := w.svc.BeginViewing(ctx, release.Operator(), release.NewViewing{Account: w.north.Account, Reason: "x"})
		return err
	})
}

// TestViewingEnds: with the hour, at the latest; at once with the role. The audit tells the instant at which it was over. // R34
func TestViewingEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	begin := func(by release.Actor) release.Viewing {
		return must(w.svc.BeginViewing(ctx, by, release.NewViewing{Account: w.north.Account, Reason: "x"}))(t)
	}
	late, lost, running := begin(w.support), begin(w.operatorOther), begin(w.operator)
	w.ok(w.svc.DisablePerson(ctx, w.operator, w.operatorOther.Person))
	if n := must(w.svc.EndViewings(ctx, w.clock.now()))(t); n != 1 {
		t.Errorf("%d viewings ended, want the one of who was disabled", n)
	}
	w.clock.set(late.Until.Add(2 * time.Hour))
	w.ok(w.svc.EndViewing(ctx, w.support, late.ID, release.ViewStopped)) // the hour was over long before
	if n := must(w.svc.EndViewings(ctx, w.clock.now()))(t); n != 1 {
		t.Errorf("%d viewings ended, want the one that nobody stopped", n)
	}
	for id, want := range map[release.ID]release.ViewEnd{late.ID: release.ViewTimedOut, lost.ID: release.ViewRoleLost, running.ID: release.ViewTimedOut} {
		w.ok(w.db.Store.InTx(ctx, func(ctx context.Context, tx release.Tx) error {
			v, err := tx.LockViewing(ctx, id)
			if err == nil && (v.How != want || v.Ended.After(v.Until)) {
				t.Errorf("ended %q at %v, want %q within the hour until %v", v.How, v.Ended, want, v.Until)
			}
			return err
		}))
		events := must(w.db.Reader.Events(ctx, w.north, release.EventFilter{Subject: id}))(t)
		if len(events) != 2 || events[0].Action != release.ActViewEnded || events[0].After["ended"] != string(want) || events[1].Reason != "x" {
			t.Errorf("the account is told %+v", events)
		}
	}
}
