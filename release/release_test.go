package release

import (
	"errors"
	"slices"
	"testing"
	"time"
)

var (
	noon      = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	publisher = Actor{Person: NewID(noon), Account: NewID(noon), Publisher: RolePublisher, Source: FromUI}
)

// TestMovesWalk tries every pair of states: what the table does not list is refused, and leaves the release as it was. // R13
func TestMovesWalk(t *testing.T) {
	t.Parallel()
	allowed := map[[2]State]bool{
		{Draft, Pending}: true, {Draft, Released}: true,
		{Pending, Released}: true, {Pending, Withdrawn}: true, {Pending, Superseded}: true,
	}
	for _, from := range States {
		for _, to := range States {
			r := Release{State: from}
			err := r.moveTo(to)
			if allowed[[2]State{from, to}] {
				if err != nil || r.State != to {
					t.Errorf("%s → %s: refused with %v", from, to, err)
				}
				continue
			}
			if !errors.Is(err, ErrMove) || r.State != from {
				t.Errorf("%s → %s: got %v and state %s, want ErrMove and no change", from, to, err, r.State)
			}
		}
	}
}

// decision is one thing that can happen to a pack's releases.
type decision struct {
	name string
	do   func(*PackState) error
}

func decisions() []decision {
	at := noon.Add(time.Hour)
	when := Scheduling{Date{2026, 12, 1}, "Europe/Paris", time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC)}
	return []decision{
		{"schedule", func(s *PackState) error { return s.schedule(publisher, at, when) }},
		{"release now", func(s *PackState) error { _, err := s.releaseNow(publisher, at); return err }},
		{"reschedule", func(s *PackState) error { return s.reschedule(at, when, "holiday") }},
		{"withdraw", func(s *PackState) error { return s.withdraw(at, "broken") }},
		{"apply", func(s *PackState) error { return s.apply(at) }},
	}
}

// TestEveryStateAndDecision walks all situations of a pack × all decisions: either the rule's refusal and nothing changed,
// or exactly the states that follow. // R13 R14 R15 R16 R19 R20
func TestEveryStateAndDecision(t *testing.T) {
	t.Parallel()
	type want struct {
		err                     error
		draft, pending, current bool
		old                     State // of the release that was pending before
	}
	for situation, wants := range map[string]map[string]want{
		"draft, never released": {
			"schedule": {nil, false, true, false, ""}, "release now": {nil, false, false, true, ""},
			"reschedule": {ErrTestingEnded, true, false, false, ""}, "withdraw": {ErrTestingEnded, true, false, false, ""},
		},
		"draft and current": {
			"schedule": {nil, false, true, true, ""}, "release now": {nil, false, false, true, ""},
			"reschedule": {ErrTestingEnded, true, false, true, ""}, "withdraw": {ErrTestingEnded, true, false, true, ""},
		},
		"draft, pending, never released": {
			"schedule": {ErrPendingExists, true, true, false, Pending}, "release now": {nil, false, false, true, Superseded},
			"reschedule": {nil, true, true, false, Pending}, "withdraw": {nil, true, true, false, Withdrawn}, "apply": {nil, true, false, true, Released},
		},
		"draft, pending and current": {
			"schedule": {ErrPendingExists, true, true, true, Pending}, "release now": {nil, false, false, true, Superseded},
			"reschedule": {nil, true, true, true, Pending}, "withdraw": {nil, true, true, true, Withdrawn}, "apply": {nil, true, false, true, Released},
		},
	} {
		for _, d := range decisions() {
			w, possible := wants[d.name]
			if !possible {
				continue // apply without a pending release: the clock takes only pending ones
			}
			t.Run(situation+": "+d.name, func(t *testing.T) {
				t.Parallel()
				s := packIn(situation)
				pending, current, draft := s.Pending, s.Current, s.Draft
				err := d.do(s)
				if !errors.Is(err, w.err) || (w.err == nil && err != nil) {
					t.Fatalf("got %v, want %v", err, w.err)
				}
				if (s.Draft != nil) != w.draft || (s.Pending != nil) != w.pending || (s.Current != nil) != w.current {
					t.Errorf("draft %v pending %v current %v", s.Draft != nil, s.Pending != nil, s.Current != nil)
				}
				if pending != nil && pending.State != w.old {
					t.Errorf("the pending release is %s, want %s", pending.State, w.old)
				}
				if w.err != nil && (s.Draft != draft || s.Current != current || draft.State != Draft) {
					t.Error("a refusal has changed something")
				}
				checkInvariants(t, pending, current, draft)
			})
		}
	}
}

// checkInvariants repeats the schema's constraints on what the rules left behind.
func checkInvariants(t *testing.T, releases ...*Release) {
	t.Helper()
	for _, r := range releases {
		if r == nil {
			continue
		}
		if (r.TestingSince != nil && r.TestingUntil == nil) != (r.State == Pending) {
			t.Errorf("%s: testing ends with pending", r.State)
		}
		if (r.ReleasedAt != nil) != (r.State == Released) {
			t.Errorf("%s: a released release has an instant", r.State)
		}
		if r.EndedAt != nil && (r.State != Released || r.EndedAt.Before(*r.ReleasedAt)) {
			t.Errorf("%s: only a released release ends, after it began", r.State)
		}
		if r.State == Pending && (r.DueAt == nil || r.DueOn == nil || r.Zone == "") {
			t.Error("a pending release has an instant")
		}
	}
}

func packIn(situation string) *PackState {
	a, b := NewID(noon), NewID(noon)
	version := func(major int) *Version { return &Version{major, 0, 0} }
	due, on := time.Date(2026, 12, 4, 23, 0, 0, 0, time.UTC), Date{2026, 12, 5}
	early, since := noon.Add(-48*time.Hour), noon.Add(-24*time.Hour)
	s := &PackState{Pack: Pack{ID: NewID(noon), PackTexts: PackTexts{Name: "Pack", SupportContact: "help@example.org"}}}
	s.Draft = &Release{State: Draft, Version: version(3), Contents: Contents{a: b}, Revision: 1}
	if slices.Contains([]string{"draft, pending, never released", "draft, pending and current"}, situation) {
		s.Pending = &Release{State: Pending, Version: version(2), Contents: Contents{a: a}, TestingSince: &since, DueAt: &due, DueOn: &on, Zone: "Europe/Paris", Plan: Scheduled}
	}
	if slices.Contains([]string{"draft and current", "draft, pending and current"}, situation) {
		s.Current = &Release{State: Released, Version: version(1), Contents: Contents{b: b}, ReleasedAt: &early}
	}
	return s
}

func TestReleaseRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(*PackState)
		want  error
	}{
		"R7: no contact":               {func(s *PackState) { s.Pack.SupportContact = " " }, ErrContactMissing},
		"R7: no package":               {func(s *PackState) { s.Draft.Contents = nil }, ErrPackEmpty},
		"R23: no version":              {func(s *PackState) { s.Draft.Version = nil }, ErrVersionForm},
		"R23: the current's version":   {func(s *PackState) { s.Draft.Version = s.Current.Version }, ErrReleaseVersionLow},
		"R23: below the current":       {func(s *PackState) { s.Draft.Version = &Version{0, 9, 9} }, ErrReleaseVersionLow},
		"R23: the pending's version":   {func(s *PackState) { s.Draft.Version = s.Pending.Version }, ErrReleaseVersionUsed},
		"R24: nothing changed":         {func(s *PackState) { s.Draft.Contents = s.Current.Contents }, ErrNothingChanged},
		"R23: notes without end":       {func(s *PackState) { s.Draft.Notes = string(make([]byte, MaxNotes+1)) }, ErrNotesLong},
		"two at once: contact, no pkg": {func(s *PackState) { s.Pack.SupportContact = ""; s.Draft.Contents = nil }, ErrPackEmpty},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := packIn("draft, pending and current")
			c.spoil(s)
			if _, err := s.releaseNow(publisher, noon); !errors.Is(err, c.want) {
				t.Errorf("release now: %v, want %v", err, c.want)
			}
			if s.Pending == nil || s.Pending.State != Pending || s.Draft == nil {
				t.Error("a refused release has changed the pack")
			}
		})
	}
}

// TestDueIsOver: once its midnight has come, a pending release is past testing, even before the clock has applied it. // R18 R20 R27
func TestDueIsOver(t *testing.T) {
	t.Parallel()
	due := *packIn("draft, pending and current").Pending.DueAt
	for _, c := range []struct {
		at   time.Time
		want error
	}{{due.Add(-time.Nanosecond), nil}, {due, ErrTestingEnded}, {due.Add(time.Hour), ErrTestingEnded}} {
		if err := packIn("draft, pending and current").withdraw(c.at, "broken"); !errors.Is(err, c.want) {
			t.Errorf("withdraw at %s: %v, want %v", c.at, err, c.want)
		}
		if err := packIn("draft, pending and current").stillTesting(c.at); !errors.Is(err, c.want) {
			t.Errorf("still testing at %s: %v, want %v", c.at, err, c.want)
		}
	}
}

// TestLate: up to an hour after midnight is on time. // R18
func TestLate(t *testing.T) {
	t.Parallel()
	due := *packIn("draft, pending and current").Pending.DueAt
	for after, late := range map[time.Duration]bool{0: false, 2 * time.Second: false, time.Hour: false, time.Hour + time.Microsecond: true, 72 * time.Hour: true} {
		s := packIn("draft, pending and current")
		p := s.Pending
		if err := s.apply(due.Add(after)); err != nil || p.Late != late {
			t.Errorf("applied %s after its instant: late %v, %v; want %v", after, p.Late, err, late)
		}
	}
}

// TestReasons: rescheduling and withdrawing want a reason. // R20
func TestReasons(t *testing.T) {
	t.Parallel()
	when := Scheduling{Date{2026, 12, 9}, "Europe/Paris", noon.Add(400 * time.Hour)}
	for _, reason := range []string{"", "  \n", string(make([]rune, maxReason+1))} {
		s := packIn("draft, pending and current")
		if err := s.withdraw(noon, reason); !errors.Is(err, ErrReasonMissing) || s.Pending.State != Pending {
			t.Errorf("withdraw with %.5q: %v", reason, err)
		}
		if err := s.reschedule(noon, when, reason); !errors.Is(err, ErrReasonMissing) || *s.Pending.DueOn == when.DueOn {
			t.Errorf("reschedule with %.5q: %v", reason, err)
		}
	}
}
