package release

import (
	"errors"
	"slices"
	"testing"
	"time"

	"packtide/packfile"
)

// rehearsalNow is 15:30 on Friday 27 November in Paris.
var rehearsalNow = time.Date(2026, 11, 27, 14, 30, 0, 0, time.UTC)

// held are rows of what a release holds, "mail" at one version and "chat" at another; a zero version is none.
func held(mail, chat Version) []ContentRow {
	var rows []ContentRow
	for i, v := range []Version{mail, chat} {
		if v.IsZero() {
			continue
		}
		id := ID{byte(i + 1)}
		rows = append(rows, ContentRow{PackageID: id, DisplayName: []string{"mail", "chat"}[i], To: &VersionRef{ID: ID{byte(i + 1), byte(v.Major), byte(v.Minor)}, Version: v}})
	}
	return rows
}

func rehearsedRelease(id byte, state State, version *Version, contents []ContentRow) ReleaseView {
	return ReleaseView{
		ReleaseRef: ReleaseRef{ID: ID{id}, State: state, Version: version}, PackID: ID{9}, PublisherZone: "Europe/Paris", Contents: contents,
	}
}

// draftOf is a draft of the contents while the current release 1.0.0 holds mail 1.0 and chat 1.0.
func draftOf(mail, chat Version) ReleaseView {
	current := rehearsedRelease(1, Released, &Version{1, 0, 0}, held(Version{1, 0, 0}, Version{1, 0, 0}))
	d := rehearsedRelease(2, Draft, nil, contentsBetween(current.Contents, held(mail, chat)))
	d.Base = &current.ReleaseRef
	return d
}

func rehearsed(t *testing.T, c RehearsalCase) Rehearsal {
	t.Helper()
	r, err := Rehearse(c, rehearsalNow)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRehearsalKinds(t *testing.T) {
	t.Parallel()
	one, two := Version{1, 0, 0}, Version{2, 0, 0}
	for name, c := range map[string]struct {
		mail, chat Version
		want       RehearsalKind
	}{
		"the same":              {one, one, RehearsalUnchanged},
		"one goes up":           {two, one, RehearsalUpgrade},
		"one is added to":       {one, Version{1, 1, 0}, RehearsalUpgrade},
		"one is removed":        {one, Version{}, RehearsalUpgrade},
		"one up, one back":      {two, Version{0, 9, 0}, RehearsalDowngrade}, // R22
		"one goes back":         {Version{0, 9, 0}, one, RehearsalDowngrade},
		"one back, one removed": {Version{0, 9, 0}, Version{}, RehearsalDowngrade},
	} {
		r := rehearsed(t, RehearsalCase{Next: draftOf(c.mail, c.chat), Impact: Impact{Attachments: 7}, Contact: "help"})
		if m := r.MoveOf(false); m.Kind != c.want || m.Count != 7 || r.Kind() != c.want {
			t.Errorf("%s: %s for %d, as a whole %s, want %s", name, m.Kind, m.Count, r.Kind(), c.want)
		}
	}
	if back := rehearsed(t, RehearsalCase{Next: draftOf(two, Version{0, 9, 0})}).MoveOf(false).GoesBack(); len(back) != 1 || back[0].DisplayName != "chat" {
		t.Errorf("%v goes back", back)
	}
}

// Who tries the release in testing runs an immediate release like all others: from what they run, not from the current one.
// R15, R28
func TestRehearsalWhileAnotherIsInTesting(t *testing.T) {
	t.Parallel()
	trial := rehearsedRelease(3, Pending, &Version{2, 0, 0}, held(Version{2, 0, 0}, Version{1, 0, 0}))
	draft := draftOf(Version{1, 1, 0}, Version{1, 0, 0})
	draft.Version, draft.Plan = &Version{1, 1, 0}, Immediate
	r := rehearsed(t, RehearsalCase{Next: draft, Trial: &trial, Impact: Impact{Attachments: 10, OptIns: 4}, Without: 3, Contact: "help"})
	if len(r.Moves) != 3 || r.TrialID != trial.ID || r.Replaces.ID != trial.ID || r.When.At != nil || r.Obstacles != nil {
		t.Fatalf("%+v", r)
	}
	current, tries, nothing := r.Moves[0], r.Moves[1], r.Moves[2]
	if current.Kind != RehearsalUpgrade || current.Count != 6 || current.Tries {
		t.Errorf("those on the current release: %+v", current)
	}
	if tries.Kind != RehearsalDowngrade || tries.Count != 4 || tries.Stays || tries.From.ID != trial.ID || r.Kind() != RehearsalDowngrade { // R22
		t.Errorf("those who try: %+v", tries)
	}
	if nothing.Kind != RehearsalOffer || nothing.Count != 3 || nothing.From != nil {
		t.Errorf("those with nothing: %+v", nothing)
	}
	draft.Plan = Scheduled
	r = rehearsed(t, RehearsalCase{Next: draft, Trial: &trial, Impact: Impact{Attachments: 10}, Contact: "help"})
	if len(r.Obstacles) != 1 || !errors.Is(r.Obstacles[0], ErrPendingExists) || r.When.At != nil || len(r.Moves) != 1 || !r.TrialID.IsZero() { // R19
		t.Errorf("a second scheduled one: %+v", r)
	}
	// The same contents as those in testing, under a lower number, change nothing for those who try them.
	draft = draftOf(Version{2, 0, 0}, Version{1, 0, 0})
	draft.Version = &Version{1, 5, 0}
	r = rehearsed(t, RehearsalCase{Next: draft, Trial: &trial, Impact: Impact{Attachments: 10, OptIns: 4}, Contact: "help"})
	if r.MoveOf(true).Kind != RehearsalUnchanged || r.MoveOf(false).Kind != RehearsalUpgrade {
		t.Errorf("the same contents: %+v", r.Moves)
	}
}

// At its midnight a release in testing leaves those who try it as they are (R18).
func TestRehearsalOfAReleaseInTesting(t *testing.T) {
	t.Parallel()
	due := time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC)
	next := draftOf(Version{2, 0, 0}, Version{1, 0, 0})
	next.State, next.Version, next.DueOn, next.DueAt, next.Zone = Pending, &Version{2, 0, 0}, &Date{2026, 12, 1}, &due, "Europe/Paris"
	r := rehearsed(t, RehearsalCase{Next: next, Impact: Impact{Attachments: 10, OptIns: 4}})
	if tries := r.MoveOf(true); !tries.Stays || tries.Kind != RehearsalUnchanged || tries.Count != 4 {
		t.Errorf("those who try: %+v", tries)
	}
	if rest := r.MoveOf(false); rest.Stays || rest.Kind != RehearsalUpgrade || rest.Count != 6 {
		t.Errorf("the rest: %+v", rest)
	}
	if r.When.At == nil || !r.When.At.Equal(due) || r.When.Earliest || r.Obstacles != nil {
		t.Errorf("%+v, %v", r.When, r.Obstacles)
	}
}

func TestRehearsalTimes(t *testing.T) {
	t.Parallel()
	on := func(year int, month time.Month, day int) *Date { return &Date{year, month, day} }
	for name, c := range map[string]struct {
		plan     Plan
		on       *Date
		want     string
		earliest bool
		obstacle error
	}{
		"nothing chosen":    {"", nil, "2026-11-27T23:00:00Z", true, nil},
		"at once":           {Immediate, nil, "", false, nil},                                             // R15
		"a date":            {Scheduled, on(2026, 12, 1), "2026-11-30T23:00:00Z", false, nil},             // R17
		"a date gone by":    {Scheduled, on(2026, 11, 27), "2026-11-27T23:00:00Z", true, ErrDateTooEarly}, // R16
		"a date far beyond": {Scheduled, on(2036, 11, 27), "2026-11-27T23:00:00Z", true, ErrDateTooFar},   // R16
		"daylight saving":   {Scheduled, on(2027, 7, 1), "2027-06-30T22:00:00Z", false, nil},              // R17
	} {
		d := draftOf(Version{2, 0, 0}, Version{1, 0, 0})
		d.Plan, d.DueOn = c.plan, c.on
		r := rehearsed(t, RehearsalCase{Next: d, Contact: "help"})
		got := ""
		if r.When.At != nil {
			got = r.When.At.Format(time.RFC3339)
		}
		if got != c.want || r.When.Earliest != c.earliest {
			t.Errorf("%s: %q (earliest: %t), want %q", name, got, r.When.Earliest, c.want)
		}
		if (c.obstacle == nil) != (len(r.Obstacles) == 0) || c.obstacle != nil && !errors.Is(r.Obstacles[0], c.obstacle) {
			t.Errorf("%s: obstacles %v, want %v", name, r.Obstacles, c.obstacle)
		}
	}
}

func TestRehearsalObstacles(t *testing.T) {
	t.Parallel()
	one := Version{1, 0, 0}
	first := rehearsedRelease(2, Draft, nil, held(one, one))
	for name, c := range map[string]struct {
		next    ReleaseView
		contact string
		want    []error
	}{
		"fine":                    {draftOf(Version{2, 0, 0}, one), "help", nil},
		"the first":               {first, "help", nil},
		"the first, empty":        {rehearsedRelease(2, Draft, nil, nil), "help", []error{ErrPackEmpty}}, // R7
		"all removed":             {draftOf(Version{}, Version{}), "help", []error{ErrPackEmpty}},        // R7
		"nothing changed":         {draftOf(one, one), "help", []error{ErrNothingChanged}},               // R24
		"no contact":              {draftOf(Version{2, 0, 0}, one), " \n", []error{ErrContactMissing}},   // R7
		"nothing, and no contact": {draftOf(one, one), "", []error{ErrNothingChanged, ErrContactMissing}},
	} {
		r := rehearsed(t, RehearsalCase{Next: c.next, Contact: c.contact})
		if !slices.EqualFunc(r.Obstacles, c.want, func(got *Error, want error) bool { return errors.Is(got, want) }) {
			t.Errorf("%s: %v, want %v", name, r.Obstacles, c.want)
		}
	}
}

// What two releases hold is compared by package: who tries the one in testing does not come from the current one.
func TestContentsBetween(t *testing.T) {
	t.Parallel()
	rows := contentsBetween(held(Version{1, 0, 0}, Version{1, 0, 0}), held(Version{2, 0, 0}, Version{}))
	if len(rows) != 2 || rows[0].DisplayName != "chat" || rows[0].To != nil || rows[0].From.Version != (Version{1, 0, 0}) ||
		rows[1].To.Version != (Version{2, 0, 0}) || rows[1].From.Version != (Version{1, 0, 0}) {
		t.Errorf("%+v", rows)
	}
	// A row that says of a package that it was removed before is in neither.
	gone := []ContentRow{{PackageID: ID{7}, DisplayName: "old", From: &VersionRef{}}}
	if rows := contentsBetween(gone, gone); rows != nil {
		t.Errorf("%+v", rows)
	}
}

func TestRehearsalAsks(t *testing.T) {
	t.Parallel()
	v := &VersionRef{}
	m := RehearsalMove{Steps: []Step{
		{ContentRow: ContentRow{From: v, To: v}, Found: &Found{Breaking: 5, Demands: 2}},
		{ContentRow: ContentRow{From: v, To: v}, Found: &Found{Breaking: 1, Demands: 1, Additions: 4}},
		{ContentRow: ContentRow{From: v}},        // removed
		{ContentRow: ContentRow{To: v}},          // added
		{ContentRow: ContentRow{From: v, To: v}}, // nothing known of it
	}}
	if demands, breaks := m.Asks(); demands != 3 || breaks != 4 {
		t.Errorf("%d settings, %d others", demands, breaks)
	}
}

// A comparison tells what demands a value apart from what else breaks, each named up to a limit.
func TestFoundDemands(t *testing.T) {
	t.Parallel()
	var f Found
	for range mostBreaks + 2 {
		f.add(packfile.Change{Bump: packfile.BumpMajor, Demands: true})
		f.add(packfile.Change{Bump: packfile.BumpMajor})
	}
	f.add(packfile.Change{Bump: packfile.BumpMinor})
	if f.Breaking != 2*mostBreaks+4 || f.Demands != mostBreaks+2 || len(f.Demanded) != mostBreaks || len(f.Breaks) != mostBreaks || f.Additions != 1 {
		t.Errorf("%+v", f)
	}
}

func TestRehearsalNarrow(t *testing.T) {
	t.Parallel()
	trial := rehearsedRelease(3, Pending, &Version{2, 0, 0}, held(Version{2, 0, 0}, Version{1, 0, 0}))
	draft := draftOf(Version{1, 1, 0}, Version{1, 0, 0}) // an upgrade for most, a downgrade for those who try
	both := rehearsed(t, RehearsalCase{Next: draft, Trial: &trial, Impact: Impact{Attachments: 10, OptIns: 4}, Without: 5, Contact: "help"})
	alone := rehearsed(t, RehearsalCase{Next: draft, Impact: Impact{Attachments: 10}, Contact: "help"})
	yes, no := true, false
	for _, c := range []struct {
		name  string
		r     Rehearsal
		runs  RehearsalRuns
		does  RehearsalKind
		tries *bool
		count int64
		some  bool
	}{
		{"all", both, "", "", nil, 10, true},
		{"who runs the current one", both, RehearsalRunsCurrent, "", &no, 6, true},
		{"who tries", both, RehearsalRunsTrial, "", &yes, 4, true},
		{"upgrades", both, "", RehearsalUpgrade, &no, 6, true},
		{"downgrades", both, "", RehearsalDowngrade, &yes, 4, true},
		{"downgrades of the current one", both, RehearsalRunsCurrent, RehearsalDowngrade, nil, 0, false},
		{"unchanged", both, "", RehearsalUnchanged, nil, 0, false},
		{"alone: all", alone, "", "", nil, 10, true},
		{"alone: upgrades", alone, "", RehearsalUpgrade, nil, 10, true},
		{"alone: who tries", alone, RehearsalRunsTrial, "", nil, 0, false},
	} {
		f, count, some := c.r.Narrow(c.runs, c.does)
		same := (f.Tries == nil) == (c.tries == nil) && (f.Tries == nil || *f.Tries == *c.tries)
		if some != c.some || (some && (!same || count != c.count || f.Pack != (ID{9}))) {
			t.Errorf("%s: %+v for %d, %t", c.name, f, count, some)
		}
	}
}
