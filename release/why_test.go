package release_test

import (
	"testing"
	"time"

	"packtide/release"
)

// Every answer of the Why page, from the facts alone. // R11 R18 R27 R30 R32
func TestBecause(t *testing.T) {
	t.Parallel()
	day := func(n int) *time.Time { return new(monday.AddDate(0, 0, n)) }
	one := &release.ReleaseRef{ID: release.NewID(*day(1)), State: release.Released, ReleasedAt: day(1)}
	two := &release.ReleaseRef{ID: release.NewID(*day(5)), State: release.Pending, TestingSince: day(5), DueAt: day(9)}
	installed := release.HistoryRow{Since: *day(2), Release: one, How: release.HowInstalled, By: "Nora"}
	tries := release.HistoryRow{Since: *day(6), Release: two, How: release.HowOptedIn, By: "Nora"}
	row := func(change func(*release.AttachmentRow)) release.AttachmentRow {
		a := release.AttachmentRow{Attachment: release.Attachment{AttachedAt: *day(2)}, Runs: one, Current: one}
		change(&a)
		return a
	}
	pending := func(a *release.AttachmentRow) { a.Pending = two }
	trying := func(a *release.AttachmentRow) { a.Pending, a.OptedInAt, a.Runs = two, day(6), two }
	gone := func(a *release.AttachmentRow) { a.DetachedAt, a.Runs = day(7), nil }
	for name, tc := range map[string]struct {
		f    release.WhyFacts
		want release.WhyCase
		also func(release.Why) bool
	}{
		"nothing is in testing": {release.WhyFacts{At: *day(8), Row: row(func(*release.AttachmentRow) {})}, release.WhyRuns, func(w release.Why) bool {
			return w.Runs == one && w.Next == nil && w.Now.How == release.HowInstalled && w.Missed == nil
		}},
		"outside its groups": {release.WhyFacts{At: *day(8), Row: row(func(a *release.AttachmentRow) { a.Outside = true })}, release.WhyRuns, func(w release.Why) bool { return w.Outside && w.Runs == one }},
		"waits":              {release.WhyFacts{At: *day(8), Row: row(pending)}, release.WhyWaits, func(w release.Why) bool { return w.Next == two && !w.WentBack }},
		"waits, and went back": {
			release.WhyFacts{At: *day(8), Row: row(pending), History: []release.HistoryRow{tries, {Since: *day(7), Release: one, How: release.HowUndone}}},
			release.WhyWaits, func(w release.Why) bool { return w.WentBack && w.Now.How == release.HowUndone },
		},
		"tries":                   {release.WhyFacts{At: *day(8), Row: row(trying), History: []release.HistoryRow{tries}}, release.WhyTries, func(w release.Why) bool { return w.Runs == two && w.Now.By == "Nora" }},
		"midnight has come":       {release.WhyFacts{At: *day(9), Row: row(pending)}, release.WhyDue, nil},
		"midnight, while trying":  {release.WhyFacts{At: *day(9), Row: row(trying)}, release.WhyDue, nil},
		"within the hour":         {release.WhyFacts{At: day(9).Add(time.Hour), Row: row(pending)}, release.WhyDue, nil},
		"more than an hour later": {release.WhyFacts{At: day(9).Add(time.Hour + 1), Row: row(pending)}, release.WhyOverdue, nil},
		"taken back": {
			release.WhyFacts{At: *day(8), Row: row(func(*release.AttachmentRow) {}), History: []release.HistoryRow{tries, {Since: *day(7), Release: one, How: release.HowWithdrawn}}},
			release.WhyRuns, func(w release.Why) bool { return w.Missed == two },
		},
		"uninstalled":                    {release.WhyFacts{At: *day(8), Row: row(gone)}, release.WhyUninstalled, func(w release.Why) bool { return w.Runs == nil && w.Next == nil }},
		"uninstalled, the pack gone":     {release.WhyFacts{At: *day(9), Row: row(gone), PackDeleted: day(8)}, release.WhyUninstalled, nil},
		"went with the pack":             {release.WhyFacts{At: *day(9), Row: row(gone), PackDeleted: day(7)}, release.WhyPackDeleted, nil},
		"uninstalled during a testing":   {release.WhyFacts{At: *day(8), Row: row(func(a *release.AttachmentRow) { pending(a); gone(a) })}, release.WhyUninstalled, func(w release.Why) bool { return w.Next == nil }},
		"uninstalled, past its midnight": {release.WhyFacts{At: *day(20), Row: row(func(a *release.AttachmentRow) { pending(a); gone(a) })}, release.WhyUninstalled, nil},
	} {
		if tc.f.History == nil {
			tc.f.History = []release.HistoryRow{installed}
		}
		w := release.Because(tc.f)
		if w.Case != tc.want || (tc.also != nil && !tc.also(w)) {
			t.Errorf("%s: %+v, want %s", name, w, tc.want)
		}
	}
}

// What happened before the attachment was there is no fact of it, but for the release that it began with.
func TestFactsOfWhy(t *testing.T) {
	t.Parallel()
	at := func(n int, action string) release.EventRow {
		return release.EventRow{At: monday.AddDate(0, 0, n), Action: action}
	}
	w := release.Because(release.WhyFacts{
		Row: release.AttachmentRow{Attachment: release.Attachment{AttachedAt: monday.AddDate(0, 0, 5)}},
		Events: []release.EventRow{
			at(7, release.ActScheduled), at(5, release.ActAttached), at(4, release.ActReleased), at(3, release.ActScheduled), at(2, release.ActApplied),
		},
	})
	var got []string
	for _, e := range w.Facts {
		got = append(got, e.Action)
	}
	if len(got) != 3 || got[0] != release.ActScheduled || got[1] != release.ActAttached || got[2] != release.ActReleased {
		t.Errorf("facts: %v", got)
	}
}

// Every answer to why an account lacks a pack. // R11 R21 R25
func TestWhyNot(t *testing.T) {
	t.Parallel()
	managed := release.Account{Managed: true}
	current, groups := &release.ReleaseRef{}, []release.WhyGroup{{Name: "All accounts"}}
	live, gone := release.AttachmentRow{}, release.AttachmentRow{Attachment: release.Attachment{DetachedAt: &monday}}
	for name, tc := range map[string]struct {
		f    release.WhyNotFacts
		want release.WhyCase
	}{
		"it has it":               {release.WhyNotFacts{Account: managed, Attachments: []release.AttachmentRow{gone, live}, Current: current}, release.WhyInstalled},
		"outside, and has it":     {release.WhyNotFacts{Account: managed, Attachments: []release.AttachmentRow{live}, Current: current}, release.WhyInstalled},
		"the pack was deleted":    {release.WhyNotFacts{Account: managed, Attachments: []release.AttachmentRow{gone}, PackDeleted: &monday}, release.WhyPackDeleted},
		"it installs nothing":     {release.WhyNotFacts{Account: release.Account{Publisher: true}, Current: current, Groups: groups}, release.WhyInstallsNone},
		"it was uninstalled":      {release.WhyNotFacts{Account: managed, Attachments: []release.AttachmentRow{gone}, Current: current}, release.WhyGone},
		"there is no release":     {release.WhyNotFacts{Account: managed, Groups: groups}, release.WhyNeverReleased},
		"it is in no group":       {release.WhyNotFacts{Account: managed, Current: current}, release.WhyInNoGroup},
		"nobody has installed it": {release.WhyNotFacts{Account: managed, Current: current, Groups: groups}, release.WhyNeverInstalled},
	} {
		if got := release.WhyNot(tc.f); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}
