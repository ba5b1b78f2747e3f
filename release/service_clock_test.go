package release_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

// due makes a pack that runs 1.0.0 and whose 2.0.0 is due at Acme's next midnight.
func (w *world) due(name string) release.Release {
	w.t.Helper()
	p := w.pack(w.acme, name, true)
	w.released(w.acme, p.ID, "1.0.0", w.upload(w.acme, name, "1.0.0"))
	return w.pending(w.acme, p.ID, "2.0.0", "2027-01-12", w.upload(w.acme, name, "2.0.0"))
}

func (w *world) applies(at time.Time, want release.Applied) {
	w.t.Helper()
	got, err := w.svc.ApplyDue(w.t.Context(), at)
	if err != nil || got != want {
		w.t.Errorf("at %s: applied %+v (%v), want %+v", at, got, err, want)
	}
}

// TestApplyAtTheInstant: not a microsecond before, all that is due at once, each told once. // R18 R33
func TestApplyAtTheInstant(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.due("Alpha"), w.due("Beta")
	first := w.pending(w.acme, w.pack(w.acme, "First", false).ID, "1.0.0", "2027-01-12", w.upload(w.acme, "First", "1.0.0"))
	later := w.due("Later")
	w.ok(w.svc.Reschedule(t.Context(), w.acme, later.ID, "2027-01-13", "later"))
	w.applies(parisMidnight.Add(-time.Microsecond), release.Applied{})
	w.applies(parisMidnight.Add(-time.Nanosecond), release.Applied{}) // the database counts in microseconds
	w.ok(w.tells("midnight", func() error { w.applies(parisMidnight, release.Applied{Releases: 3}); return nil },
		release.ActApplied, release.ActApplied, release.ActApplied))
	w.ok(w.tells("the next tick", func() error { w.applies(parisMidnight.Add(time.Minute), release.Applied{}); return nil }))
	for _, r := range []release.Release{a, b, first} {
		if now := w.release(r.ID); now.State != release.Released || now.Late || !now.ReleasedAt.Equal(parisMidnight) || !now.TestingUntil.Equal(parisMidnight) {
			t.Errorf("applied %+v", now)
		}
	}
	e := must(w.db.Reader.Events(t.Context(), w.support, release.EventFilter{Subject: a.ID, Actions: []string{release.ActApplied}}))(t)[0]
	if e.Source != release.FromScheduler || e.ActorID != nil || e.Before["state"] != "pending" || e.After["state"] != "released" || !e.At.Equal(parisMidnight) {
		t.Errorf("the event tells %+v", e)
	}
	if s := w.release(later.ID).State; s != release.Pending {
		t.Errorf("the later one is %s", s)
	}
}

// TestApplyAfterDowntime: all that was missed, marked late once an hour has passed. // R18
func TestApplyAfterDowntime(t *testing.T) {
	t.Parallel()
	for after, late := range map[time.Duration]int{0: 0, time.Hour: 0, time.Hour + time.Microsecond: 1, 80 * time.Hour: 1} {
		t.Run(after.String(), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			r := w.due("Alpha")
			w.applies(parisMidnight.Add(after), release.Applied{Releases: 1, Late: late})
			if now := w.release(r.ID); now.Late != (late == 1) || !now.ReleasedAt.Equal(parisMidnight.Add(after)) {
				t.Errorf("applied %+v", now)
			}
		})
	}
}

// TestDecidingOnAnOverdueRelease: what is due but not applied yet is applied before anything else is decided. // R15 R16 R18
func TestDecidingOnAnOverdueRelease(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.due("Alpha"), w.due("Beta")
	now := w.draft(w.acme, a.Pack, "3.0.0", w.upload(w.acme, "Alpha", "3.0.0"))
	low := w.draft(w.acme, b.Pack, "1.5.0", w.upload(w.acme, "Beta", "3.0.0"))
	w.clock.set(parisMidnight.Add(2 * time.Hour))
	w.unchanged("withdrawing what was due", release.ErrTestingEnded, func() error { return w.svc.Withdraw(t.Context(), w.acme, a.ID, "late") })
	w.unchanged("moving what was due", release.ErrTestingEnded, func() error {
		return w.svc.Reschedule(t.Context(), w.acme, a.ID, "2027-01-20", "late")
	})
	w.ok(w.tells("release now", func() error { return w.svc.ReleaseNow(t.Context(), w.acme, now.ID, now.Revision) },
		release.ActApplied, release.ActReleased))
	if r := w.release(a.ID); r.State != release.Released || !r.Late || r.EndedAt == nil {
		t.Errorf("the overdue release is %+v", r)
	}
	w.unchanged("lower than what has come", release.ErrReleaseVersionLow, func() error {
		return w.svc.ReleaseNow(t.Context(), w.acme, low.ID, low.Revision)
	})
	w.ok(w.svc.DescribeRelease(t.Context(), w.acme, low.ID, low.Revision, "3.0.0", ""))
	w.ok(w.svc.PlanRelease(t.Context(), w.acme, low.ID, low.Revision+1, release.Scheduled, "2027-01-20"))
	w.ok(w.tells("schedule", func() error { return w.svc.ScheduleRelease(t.Context(), w.acme, low.ID, low.Revision+2) },
		release.ActApplied, release.ActScheduled))
	w.applies(parisMidnight.Add(3*time.Hour), release.Applied{})
}

// TestRealign: the date stands, and the instant moves with the zone's rules. // R17
func TestRealign(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stored := func(r release.Release, by time.Duration) {
		w.exec(`UPDATE release SET due_at = $2 WHERE id = $1`, r.ID, parisMidnight.Add(by))
	}
	early, late := w.due("Early"), w.due("Late")
	stored(early, -time.Hour) // the rules of then said an hour earlier
	stored(late, time.Hour)
	w.ok(w.tells("midnight has moved away", func() error {
		w.applies(parisMidnight.Add(-time.Hour), release.Applied{Moved: 1})
		return nil
	}, release.ActInstantMoved))
	if r := w.release(early.ID); r.State != release.Pending || !r.DueAt.Equal(parisMidnight) {
		t.Errorf("%+v", r)
	}
	w.ok(w.tells("realigning", func() error {
		if n, err := w.svc.RealignInstants(t.Context(), parisMidnight.Add(-time.Minute)); n != 1 || err != nil {
			t.Errorf("realigned %d (%v)", n, err)
		}
		return nil
	}, release.ActInstantMoved))
	w.applies(parisMidnight, release.Applied{Releases: 2})
	slow := w.due("Slow")
	stored(slow, time.Hour)
	// Nobody realigned it: at the stored instant it is applied, with the instant as it should have been.
	w.applies(parisMidnight.Add(time.Hour+time.Second), release.Applied{Releases: 1, Late: 1})
	if r := w.release(slow.ID); !r.DueAt.Equal(parisMidnight) {
		t.Errorf("%+v", r)
	}
	if n := must(w.svc.RealignInstants(t.Context(), parisMidnight))(t); n != 0 {
		t.Errorf("realigned %d of none", n)
	}
}

// TestPoisonedRelease: one that can't be applied or realigned is reported, and holds up nobody. // R18
func TestPoisonedRelease(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var all []release.Release
	for i := range 5 {
		all = append(all, w.due(fmt.Sprintf("Pack %d", i)))
	}
	w.exec(`UPDATE release SET zone = 'Mars/Olympus' WHERE id = $1`, all[2].ID)
	w.exec(`UPDATE release SET due_at = due_at + interval '1 minute' WHERE id <> $1 AND state = 'pending'`, all[2].ID)
	n, err := w.svc.RealignInstants(t.Context(), monday)
	if n != 4 || err == nil || !strings.Contains(err.Error(), all[2].ID.String()) {
		t.Errorf("realigned %d (%v)", n, err)
	}
	for _, want := range []release.Applied{{Releases: 4}, {}} {
		got, err := w.svc.ApplyDue(t.Context(), parisMidnight)
		if got != want || err == nil || !strings.Contains(err.Error(), all[2].ID.String()) {
			t.Errorf("applied %+v (%v), want %+v and the fault of the poisoned one", got, err, want)
		}
	}
	w.exec(`UPDATE release SET zone = 'Europe/Paris' WHERE id = $1`, all[2].ID)
	w.applies(parisMidnight.Add(time.Minute), release.Applied{Releases: 1})
}

// TestMendCounts finds what was planted, says so, and then finds nothing.
func TestMendCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.due("Alpha")
	a := w.install(w.north, r.Pack, "a")
	w.install(w.south, r.Pack, "b")
	w.ok(w.svc.OptIn(t.Context(), w.north, a.ID, r.ID, ""))
	w.ok(w.svc.EditAccount(t.Context(), w.operator, w.north.Account, release.NewAccount{Name: "North", Zone: "Asia/Tokyo", Managed: true}))
	mends := func(want int, events ...string) {
		t.Helper()
		w.ok(w.tells("mending", func() error {
			if n, err := w.svc.MendCounts(t.Context()); n != want || err != nil {
				t.Errorf("mended %d (%v), want %d", n, err, want)
			}
			return nil
		}, events...))
	}
	mends(0)
	w.exec(`UPDATE attachment_count SET attachments = attachments + 7 WHERE zone = 'Asia/Tokyo'`)
	w.exec(`DELETE FROM attachment_count WHERE zone = 'Europe/Paris'`)
	w.exec(`UPDATE opt_in_count SET n = 0`)
	mends(3, release.ActCountsMended)
	mends(0)
	if i := must(w.db.Reader.Impact(t.Context(), w.acme, r.Pack))(t); i.Attachments != 2 || i.Accounts != 2 || i.OptIns != 1 || len(i.Zones) != 2 {
		t.Errorf("reaches %+v", i)
	}
}
