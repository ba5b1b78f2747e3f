package release

import (
	"errors"
	"testing"
	"time"

	"packtide/packfile"
)

func TestPlanDate(t *testing.T) {
	t.Parallel()
	// 23:30 in Paris on the 20th, 11:30 on the 21st in Auckland.
	at := time.Date(2026, 11, 20, 22, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		date, zone string
		want       error
		due        string
	}{
		{"2026-11-21", "Europe/Paris", nil, "2026-11-20T23:00:00Z"},
		{"2026-11-20", "Europe/Paris", ErrDateTooEarly, ""},
		{"2026-11-19", "Europe/Paris", ErrDateTooEarly, ""},
		{"2026-11-21", "Pacific/Auckland", ErrDateTooEarly, ""},
		{"2026-11-22", "Pacific/Auckland", nil, "2026-11-21T11:00:00Z"},
		{"2026-11-21", "Asia/Kolkata", ErrDateTooEarly, ""},
		{"2026-11-22", "Asia/Kolkata", nil, "2026-11-21T18:30:00Z"},
		{"2029-01-01", "Europe/Paris", ErrDateTooFar, ""},
		{"2026-11-21", "Mars/Olympus", ErrZoneUnknown, ""},
	} {
		date, err := ParseDate(c.date)
		if err != nil {
			t.Fatal(err)
		}
		got, err := PlanDate(date, c.zone, at)
		if !errors.Is(err, c.want) {
			t.Errorf("%s in %s: %v, want %v", c.date, c.zone, err, c.want)
		}
		if c.due != "" && got.DueAt.Format(time.RFC3339) != c.due {
			t.Errorf("%s in %s: %s, want %s", c.date, c.zone, got.DueAt, c.due)
		}
	}
	// A date that the zone leaves out is refused with the rule of midnights. // R17
	gone, _ := ParseDate("2011-12-30")
	_, err := PlanDate(gone, "Pacific/Apia", time.Date(2011, 12, 1, 0, 0, 0, 0, time.UTC))
	if refusal, ok := errors.AsType[*Error](err); !ok || !errors.Is(err, ErrNoSuchDate) || refusal.Field != "date" || refusal.Rule != "R17" {
		t.Errorf("2011-12-30 in Apia: %v", err)
	}
}

// A release that would replace the one in testing comes after it. // R23
func TestSuggestVersionAboveTheOneInTesting(t *testing.T) {
	t.Parallel()
	changes := Steps([]ContentRow{{From: &VersionRef{Version: Version{1, 0, 0}}, To: &VersionRef{Version: Version{1, 1, 0}}}})
	current := &Version{1, 0, 0}
	for name, c := range map[string]struct {
		pending *Version
		want    Version
	}{
		"none":   {nil, Version{1, 1, 0}},
		"same":   {&Version{1, 1, 0}, Version{1, 1, 1}},
		"higher": {&Version{2, 0, 0}, Version{2, 0, 1}},
		"lower":  {&Version{1, 0, 1}, Version{1, 1, 0}},
	} {
		if got := SuggestVersionAbove(c.pending, current, changes); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestSuggestVersion(t *testing.T) {
	t.Parallel()
	ref := func(v Version) *VersionRef { return &VersionRef{Version: v} }
	current := &Version{2, 3, 4}
	for name, c := range map[string]struct {
		current *Version
		changes []ContentRow
		want    Version
	}{
		"first":            {nil, []ContentRow{{To: ref(Version{7, 0, 0})}}, Version{1, 0, 0}},
		"release":          {current, []ContentRow{{From: ref(Version{1, 0, 0}), To: ref(Version{1, 0, 1})}}, Version{2, 3, 5}},
		"minor wins":       {current, []ContentRow{{From: ref(Version{1, 0, 0}), To: ref(Version{1, 0, 1})}, {From: ref(Version{1, 0, 0}), To: ref(Version{1, 1, 0})}}, Version{2, 4, 0}},
		"major":            {current, []ContentRow{{From: ref(Version{1, 9, 9}), To: ref(Version{2, 0, 0})}}, Version{3, 0, 0}},
		"added":            {current, []ContentRow{{To: ref(Version{1, 0, 0})}}, Version{2, 4, 0}},
		"removed":          {current, []ContentRow{{From: ref(Version{1, 0, 0})}}, Version{3, 0, 0}},
		"downgraded minor": {current, []ContentRow{{From: ref(Version{1, 2, 0}), To: ref(Version{1, 1, 0})}}, Version{2, 4, 0}},
		"nothing":          {current, nil, Version{2, 3, 5}},
	} {
		if got := SuggestVersion(c.current, Steps(c.changes)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want) // R23
		}
	}
}

// What was found in a package counts where its number says too little, and alone where numbers are only counted. // R23
func TestStepBump(t *testing.T) {
	t.Parallel()
	step := func(to Version, counts bool, found packfile.Bump) Step {
		return Step{
			ContentRow: ContentRow{From: &VersionRef{Version: Version{1, 0, 0}}, To: &VersionRef{Version: to}},
			Counts:     counts, Found: &Found{Smallest: found},
		}
	}
	for name, c := range map[string]struct {
		step Step
		want Bump
	}{
		"number says less":         {step(Version{1, 0, 1}, false, packfile.BumpMajor), BumpMajor},
		"number says more":         {step(Version{2, 0, 0}, false, packfile.BumpRelease), BumpMajor},
		"counted, only texts":      {step(Version{2, 0, 0}, true, packfile.BumpRelease), BumpRelease},
		"counted, breaking":        {step(Version{2, 0, 0}, true, packfile.BumpMajor), BumpMajor},
		"counted, nothing found":   {step(Version{2, 0, 0}, true, packfile.BumpNone), BumpRelease},
		"the same version":         {step(Version{1, 0, 0}, true, packfile.BumpNone), BumpNone},
		"counted, nothing to tell": {Step{ContentRow: step(Version{2, 0, 0}, true, "").ContentRow, Counts: true}, BumpMajor},
	} {
		if got := c.step.Bump(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
