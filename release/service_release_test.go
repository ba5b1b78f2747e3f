package release_test

import (
	"errors"
	"testing"
	"time"

	"packtide/release"
)

// TestImmediate: the release is current for all at once, and a pending one gives way with its opt-ins. // R13 R15
func TestImmediate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, two, three := w.upload(w.acme, "Mail", "1.0.0"), w.upload(w.acme, "Mail", "2.0.0"), w.upload(w.acme, "Mail", "3.0.0")
	p := w.pack(w.acme, "Alpha", true)
	first := w.released(w.acme, p.ID, "1.0.0", one)
	n, s := w.install(w.north, p.ID, "n"), w.install(w.south, p.ID, "s")
	pending := w.pending(w.acme, p.ID, "2.0.0", "2027-01-20", two)
	w.ok(w.svc.OptIn(t.Context(), w.north, n.ID, pending.ID, ""))
	w.runs(n, "2.0.0")
	d := w.draft(w.acme, p.ID, "3.0.0", three)
	w.ok(w.tells("release now", func() error { return w.svc.ReleaseNow(t.Context(), w.acme, d.ID, d.Revision) },
		release.ActReleased, release.ActSuperseded))
	w.runs(n, "3.0.0")
	w.runs(s, "3.0.0")
	if r := w.release(pending.ID); r.State != release.Superseded || r.TestingUntil == nil || !r.TestingUntil.Equal(*w.release(d.ID).ReleasedAt) {
		t.Errorf("the pending release is %+v", r)
	}
	if r := w.release(first.ID); r.EndedAt == nil || !r.EndedAt.Equal(*w.release(d.ID).ReleasedAt) {
		t.Errorf("the first release is %+v", r)
	}
	w.history(n, "1.0.0 installed Nora", "2.0.0 opted in Nora", "3.0.0 immediate Paula")
	w.history(s, "1.0.0 installed Sunil", "3.0.0 immediate Paula")
	for name, do := range map[string]func() error{
		"withdraw":   func() error { return w.svc.Withdraw(t.Context(), w.acme, pending.ID, "late") },
		"reschedule": func() error { return w.svc.Reschedule(t.Context(), w.acme, pending.ID, "2027-01-21", "late") },
		"opt in":     func() error { return w.svc.OptIn(t.Context(), w.south, s.ID, pending.ID, "") },
		"go back":    func() error { return w.svc.GoBack(t.Context(), w.north, n.ID, "") },
	} {
		w.unchanged(name+" after the testing period", release.ErrTestingEnded, do)
	}
}

// TestScheduled: testing begins at the click, one release is pending at most, midnight brings it to all. // R16 R17 R18 R19
func TestScheduled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, two, three := w.upload(w.acme, "Mail", "1.0.0"), w.upload(w.acme, "Mail", "2.0.0"), w.upload(w.acme, "Mail", "3.0.0")
	p := w.pack(w.acme, "Alpha", true)
	w.released(w.acme, p.ID, "1.0.0", one)
	n, s := w.install(w.north, p.ID, "n"), w.install(w.south, p.ID, "s")
	d := w.planned(w.acme, p.ID, "2.0.0", "2027-01-12", two)
	if d.State != release.Draft || d.TestingSince != nil {
		t.Errorf("planning has begun the testing: %+v", d)
	}
	w.ok(w.tells("schedule", func() error { return w.svc.ScheduleRelease(t.Context(), w.acme, d.ID, d.Revision) }, release.ActScheduled))
	r := w.release(d.ID)
	if r.State != release.Pending || !r.DueAt.Equal(parisMidnight) || r.Zone != "Europe/Paris" || r.TestingSince == nil || r.DecidedBy != w.acme.Person {
		t.Errorf("scheduled %+v", r)
	}
	w.runs(n, "1.0.0")
	second := w.draft(w.acme, p.ID, "3.0.0", three)
	w.unchanged("planning a second one", release.ErrPendingExists, func() error {
		return w.svc.PlanRelease(t.Context(), w.acme, second.ID, second.Revision, release.Scheduled, "2027-01-30")
	})
	w.ok(w.svc.OptIn(t.Context(), w.north, n.ID, r.ID, ""))
	w.ok(w.svc.Reschedule(t.Context(), w.acme, r.ID, "2027-01-14", "a holiday"))
	w.runs(n, "2.0.0") // R20: opt-ins stay
	w.runs(s, "1.0.0")
	w.ok(w.svc.Reschedule(t.Context(), w.acme, r.ID, "2027-01-12", "no holiday"))
	if done := must(w.svc.ApplyDue(t.Context(), parisMidnight))(t); done != (release.Applied{Releases: 1}) {
		t.Errorf("applied %+v", done)
	}
	w.clock.set(parisMidnight.Add(time.Minute))
	w.runs(n, "2.0.0")
	w.runs(s, "2.0.0")
	w.history(n, "1.0.0 installed Nora", "2.0.0 opted in Nora")
	w.history(s, "1.0.0 installed Sunil", "2.0.0 automatic at midnight")
	w.pending(w.acme, p.ID, "3.0.0", "2027-01-30", three)
}

// TestScheduleOverAPendingRelease: the draft can be planned while nothing is pending, and is refused at the end. // R14 R19
func TestScheduleOverAPendingRelease(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, two := w.upload(w.acme, "Mail", "1.0.0"), w.upload(w.acme, "Mail", "2.0.0")
	p := w.pack(w.acme, "Alpha", false)
	first := w.pending(w.acme, p.ID, "1.0.0", "2027-01-12", one)
	w.ok(w.svc.Withdraw(t.Context(), w.acme, first.ID, "not yet"))
	d := w.planned(w.acme, p.ID, "2.0.0", "2027-01-12", two)
	w.exec(`INSERT INTO release (id, pack_id, number, major, minor, patch, state, plan, due_on, zone, due_at, testing_since, created_at, created_by, decided_by)
		SELECT gen_random_uuid(), pack_id, 99, 9, 0, 0, 'pending', 'scheduled', due_on, zone, due_at, testing_since, created_at, created_by, decided_by
		  FROM release WHERE id = $1`, first.ID)
	w.unchanged("a second one", release.ErrPendingExists, func() error { return w.svc.ScheduleRelease(t.Context(), w.acme, d.ID, d.Revision) })
}

// TestDates: tomorrow in the publisher's zone is the earliest, whatever day it is elsewhere. // R16 R17
func TestDates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one := w.upload(w.acme, "Mail", "1.0.0")
	p := w.pack(w.acme, "Alpha", false)
	d := w.draft(w.acme, p.ID, "1.0.0", one)
	plan := func(date string) func() error {
		return func() error {
			d := w.state(p.ID).Draft
			return w.svc.PlanRelease(t.Context(), w.acme, d.ID, d.Revision, release.Scheduled, date)
		}
	}
	for date, want := range map[string]error{
		"2027-01-11": release.ErrDateTooEarly, "2026-12-31": release.ErrDateTooEarly, "2029-02-01": release.ErrDateTooFar,
		"9999-12-31": release.ErrDateTooFar, "tomorrow": release.ErrDateForm, "2027-02-29": release.ErrDateForm, "": release.ErrDateForm,
		"2027-1-12": release.ErrDateForm, "2027-01-12\x00": release.ErrDateForm, "20270112": release.ErrDateForm, "99999-01-01": release.ErrDateForm,
	} {
		w.unchanged(date, want, plan(date))
	}
	w.unchanged("no plan", release.ErrPlanMissing, func() error { return w.svc.PlanRelease(t.Context(), w.acme, d.ID, d.Revision, "later", "") })
	w.clock.set(parisMidnight.Add(-time.Millisecond)) // still the 11th in Paris
	w.ok(plan("2027-01-12")())
	kept := w.state(p.ID).Draft
	w.clock.set(parisMidnight) // the 12th in Paris, the 11th in UTC
	w.unchanged("what was tomorrow a moment ago", release.ErrDateTooEarly, plan("2027-01-12"))
	w.clock.set(parisMidnight)
	w.unchanged("scheduling for today", release.ErrDateTooEarly, func() error {
		return w.svc.ScheduleRelease(t.Context(), w.acme, kept.ID, kept.Revision)
	})
	w.ok(plan("2027-03-28")()) // clocks go forward at 2:00: midnight is there
	w.exec(`UPDATE account SET zone = 'Africa/Cairo' WHERE name = 'Acme'`)
	w.ok(plan("2027-04-30")()) // clocks go forward at midnight: the day begins at 1:00
	kept = w.state(p.ID).Draft
	w.ok(w.svc.ScheduleRelease(t.Context(), w.acme, kept.ID, kept.Revision))
	if at := w.release(kept.ID).DueAt; !at.Equal(time.Date(2027, 4, 29, 22, 0, 0, 0, time.UTC)) {
		t.Errorf("due at %s", at)
	}
}

// TestZoneOfTheRelease: a release keeps the zone it was scheduled in, also when its publisher moves; another date is
// another look. // R17 R20
func TestZoneOfTheRelease(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.pack(w.acme, "Alpha", false)
	r := w.pending(w.acme, p.ID, "1.0.0", "2027-01-12", w.upload(w.acme, "Mail", "1.0.0"))
	w.ok(w.svc.EditAccount(t.Context(), w.operator, w.acme.Account, release.NewAccount{Name: "Acme", Zone: "America/New_York", Publisher: true}))
	if moved := must(w.svc.RealignInstants(t.Context(), monday.Add(time.Hour)))(t); moved != 0 {
		t.Errorf("%d releases moved with their publisher", moved)
	}
	if kept := w.release(r.ID); !kept.DueAt.Equal(parisMidnight) || kept.Zone != "Europe/Paris" {
		t.Errorf("due at %s in %s", kept.DueAt, kept.Zone)
	}
	w.ok(w.svc.Reschedule(t.Context(), w.acme, r.ID, "2027-01-12", "our new midnight"))
	if kept := w.release(r.ID); !kept.DueAt.Equal(parisMidnight.Add(6*time.Hour)) || kept.Zone != "America/New_York" {
		t.Errorf("due at %s in %s", kept.DueAt, kept.Zone)
	}
}

// TestWithdraw takes opted-in attachments back, with a reason. // R20
func TestWithdraw(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.pack(w.acme, "Alpha", true)
	w.released(w.acme, p.ID, "1.0.0", w.upload(w.acme, "Mail", "1.0.0"))
	n := w.install(w.north, p.ID, "n")
	r := w.pending(w.acme, p.ID, "2.0.0", "2027-01-12", w.upload(w.acme, "Mail", "2.0.0"))
	w.ok(w.svc.OptIn(t.Context(), w.north, n.ID, r.ID, ""))
	w.unchanged("without a reason", release.ErrReasonMissing, func() error { return w.svc.Withdraw(t.Context(), w.acme, r.ID, " ") })
	err := w.svc.Reschedule(t.Context(), w.acme, r.ID, "yesterday", "")
	if !errors.Is(err, release.ErrDateForm) || !errors.Is(err, release.ErrReasonMissing) {
		t.Errorf("one answer should name both fields, got %v", err)
	}
	w.ok(w.tells("withdraw", func() error { return w.svc.Withdraw(t.Context(), w.acme, r.ID, "it breaks mail") }, release.ActWithdrawn))
	w.runs(n, "1.0.0")
	w.unchanged("a release withdrawn a moment ago", release.ErrTestingEnded, func() error { return w.svc.OptIn(t.Context(), w.north, n.ID, r.ID, "") })
	w.unchanged("withdrawing twice", release.ErrTestingEnded, func() error { return w.svc.Withdraw(t.Context(), w.acme, r.ID, "again") })
	w.history(n, "1.0.0 installed Nora", "2.0.0 opted in Nora", "1.0.0 withdrawn Paula")
	if done := must(w.svc.ApplyDue(t.Context(), parisMidnight.AddDate(0, 0, 1)))(t); done != (release.Applied{}) {
		t.Errorf("applied %+v of a withdrawn release", done)
	}
}
