package release_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"packtide/release"
)

// severalStep does it with the story's attachment alone, and is refused as that one is.
func (w *world) severalStep(change func(context.Context, release.Actor, release.ID, []release.ID) (release.Several, error)) func(release.Actor) error {
	return func(by release.Actor) error {
		got, err := change(w.t.Context(), by, w.story.pending, []release.ID{w.story.attachment.ID})
		if err == nil && len(got.Refused) > 0 {
			return got.Refused[0].Err
		}
		return err
	}
}

// many installs the pack so many times in North.
func (a *arena) many(n int) []release.ID {
	a.t.Helper()
	ids := make([]release.ID, n)
	for i := range ids {
		ids[i] = a.install(a.world.north, a.pack.ID, fmt.Sprintf("site %d", i)).ID
	}
	return ids
}

// running counts the opt-ins of the attachments that were not undone.
func (a *arena) running(pending release.ID) int {
	a.t.Helper()
	return a.number(`SELECT count(*) FROM opt_in WHERE release_id = '` + pending.String() + `' AND ended IS NULL`)
}

func one(t *testing.T) (a *arena, pending release.ID, ids []release.ID) {
	t.Helper()
	w := newWorld(t)
	v1, v2 := w.upload(w.acme, "Mail", "1.0.0"), w.upload(w.acme, "Mail", "2.0.0")
	a = &arena{world: w, pack: w.pack(w.acme, "Pack", true)}
	w.released(w.acme, a.pack.ID, "1.0.0", v1)
	w.install(w.south, a.pack.ID, "s")
	ids = a.many(4)
	return a, w.pending(w.acme, a.pack.ID, "2.0.0", "2027-01-12", v2).ID, ids
}

func TestSeveralAttachmentsTryAndGoBack(t *testing.T) { // R27
	t.Parallel()
	a, pending, ids := one(t)
	ctx := t.Context()
	a.ok(a.svc.Uninstall(ctx, a.world.north, ids[1]))
	got := must(a.svc.OptInSeveral(ctx, a.world.north, pending, ids))(t)
	if len(got.Done) != 3 || len(got.Refused) != 1 || got.Refused[0].Attachment != ids[1] || !errors.Is(got.Refused[0].Err, release.ErrDetached) {
		t.Errorf("of four, one uninstalled: %+v", got)
	}
	got = must(a.svc.OptInSeveral(ctx, a.world.north, pending, ids[:1]))(t)
	if len(got.Done) != 0 || len(got.Refused) != 1 || !errors.Is(got.Refused[0].Err, release.ErrOptedInAlready) {
		t.Errorf("a second time: %+v", got)
	}
	got = must(a.svc.GoBackSeveral(ctx, a.world.north, pending, []release.ID{ids[0], ids[2]}))(t)
	if len(got.Done) != 2 || a.running(pending) != 1 {
		t.Errorf("going back: %+v, %d still try it", got, a.running(pending))
	}
	if got = must(a.svc.GoBackSeveral(ctx, a.world.north, a.pack.ID, ids[3:]))(t); len(got.Done) != 0 || a.running(pending) != 1 {
		t.Errorf("went back from a release that it does not try: %+v", got)
	}
}

// Whoever is not the account's admin changes nothing, and learns nothing of other accounts' attachments.
func TestSeveralAttachmentsOfOthers(t *testing.T) { // R27, R34
	t.Parallel()
	a, pending, ids := one(t)
	for _, c := range []struct {
		by   release.Actor
		want error
	}{
		{a.northViewer, release.ErrForbidden},
		{a.world.south, release.ErrNotFound},
		{a.acme, release.ErrNotFound},
		{a.bolt, release.ErrNotFound},
		{a.support, release.ErrSupportReasonMissing},
	} {
		for _, do := range []func() (release.Several, error){
			func() (release.Several, error) { return a.svc.OptInSeveral(t.Context(), c.by, pending, ids) },
			func() (release.Several, error) { return a.svc.GoBackSeveral(t.Context(), c.by, pending, ids) },
		} {
			got := must(do())(t)
			if len(got.Done) != 0 || len(got.Refused) != len(ids) {
				t.Fatalf("%s: %+v", c.by.Name, got)
			}
			for _, r := range got.Refused {
				if !errors.Is(r.Err, c.want) {
					t.Errorf("%s: %v, want %v", c.by.Name, r.Err, c.want)
				}
			}
		}
	}
	if n := a.running(pending); n != 0 {
		t.Errorf("%d opt-ins", n)
	}
}

func TestSeveralAttachmentsPastMidnight(t *testing.T) { // R18
	t.Parallel()
	a, pending, ids := one(t)
	a.clock.set(parisMidnight.Add(time.Second))
	got := must(a.svc.OptInSeveral(t.Context(), a.world.north, pending, ids))(t)
	if len(got.Done) != 0 || len(got.Refused) != len(ids) || !errors.Is(got.Refused[3].Err, release.ErrTestingEnded) {
		t.Errorf("%+v", got)
	}
}

// Two people press at once, and the publisher withdraws meanwhile: every attachment ends in one state, and each success was
// one opt-in.
func TestRaceOfSeveralAgainstSeveralAndWithdrawal(t *testing.T) { // R20 R27
	t.Parallel()
	w := newWorld(t)
	w.arenas(func(a *arena, v []release.PackageVersion) {
		ids := a.many(3)
		pending := w.pending(w.acme, a.pack.ID, "2.0.0", "2027-01-12", v[1]).ID
		var got [2]release.Several
		try := func(i int) func() error {
			return func() (err error) {
				got[i], err = a.svc.OptInSeveral(t.Context(), w.north, pending, ids)
				return err
			}
		}
		errs := w.race(try(0), try(1), func() error { return w.svc.Withdraw(t.Context(), w.acme, pending, "a fault") })
		if won := w.outcomes(errs); won != 3 {
			t.Fatalf("%v", errs)
		}
		done := map[release.ID]bool{}
		for _, g := range got {
			if len(g.Done)+len(g.Refused) != len(ids) {
				t.Errorf("%d done and %d refused of %d", len(g.Done), len(g.Refused), len(ids))
			}
			for _, id := range g.Done {
				if done[id] {
					t.Errorf("%s opted in twice", id)
				}
				done[id] = true
			}
			for _, r := range g.Refused {
				w.outcomes([]error{r.Err}, release.ErrOptedInAlready, release.ErrTestingEnded)
			}
		}
		if n := a.running(pending); n != len(done) {
			t.Errorf("%d opt-ins were kept, %d told", n, len(done))
		}
		for _, id := range ids {
			w.runs(release.Attachment{ID: id}, "1.0.0")
		}
	})
}
