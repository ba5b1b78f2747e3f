package store

import (
	"slices"
	"time"

	"packtide/release"
)

// lifetime is the time in which an attachment ran anything.
type lifetime struct {
	attached   time.Time // to the millisecond
	attachedBy string
	detached   *time.Time
	detachedBy string
}

// reign is the time in which a release was current for the whole install base.
type reign struct {
	ref       release.ReleaseRef
	decidedBy string
}

// trial is the time in which the attachment had opted in to a release.
type trial struct {
	attachment  release.ID
	ref         release.ReleaseRef
	began       time.Time
	by, reason  string
	ended       *time.Time // undone, or uninstalled
	endedBy     string
	withdrawnBy string // where the release was withdrawn
	withdrawal  string // why
}

// until is when the trial was over, and nil while it runs: at the latest with the testing period, from which on a release
// that was applied reigns, and the attachment goes on with it.
func (t trial) until() *time.Time { return earlier(t.ended, t.ref.TestingUntil) }

// stretch is a row in the making; a nil end is now.
type stretch struct {
	since time.Time
	until *time.Time
	row   release.HistoryRow
}

// flatten lays the trials on the reigns: what the attachment ran, oldest first (R32). Reigns and trials come in the order of
// time. Stretches of no length are left out, and a stretch that goes on with the same release is not split.
func flatten(life lifetime, reigns []reign, trials []trial) []release.HistoryRow {
	var rows []release.HistoryRow
	for _, s := range overlay(life, reigns, trials) {
		if n := len(rows); n > 0 && rows[n-1].Release.ID == s.row.Release.ID {
			rows[n-1].Until = s.until
			continue
		}
		s.row.Since, s.row.Until = s.since, s.until
		rows = append(rows, s.row)
	}
	if len(rows) > 0 && rows[0].How != release.HowOptedIn {
		rows[0].How, rows[0].By, rows[0].Reason, rows[0].Late = release.HowInstalled, life.attachedBy, "", false
	}
	if life.detached != nil {
		rows = append(rows, release.HistoryRow{Since: *life.detached, How: release.HowDetached, By: life.detachedBy})
	}
	return rows
}

// overlay cuts the trials out of the reigns and puts them in their place.
func overlay(life lifetime, reigns []reign, trials []trial) []stretch {
	var all []stretch
	add := func(since time.Time, until *time.Time, row release.HistoryRow) {
		if until == nil || since.Before(*until) {
			all = append(all, stretch{since, until, row})
		}
	}
	for _, r := range during(life, reigns) {
		since, row := r.since, r.row
		for _, t := range trials {
			began, over := t.began, t.until()
			if !within(began, over, since, r.until) {
				continue
			}
			add(since, &began, row)
			end := earlier(over, r.until)
			add(later(began, since), end, release.HistoryRow{Release: &t.ref, How: release.HowOptedIn, By: t.by, Reason: t.reason})
			if end == nil {
				return all // it still tries the release
			}
			since, row = *end, after(t, r.row)
		}
		add(since, r.until, row)
	}
	return all
}

// during cuts the reigns to the lifetime. An attachment tells its instant to the millisecond, the millisecond's beginning:
// what ended within it was over when the pack was attached.
func during(life lifetime, reigns []reign) []stretch {
	var all []stretch
	for _, r := range reigns {
		since, until := *r.ref.ReleasedAt, earlier(r.ref.EndedAt, life.detached)
		if life.detached != nil && !since.Before(*life.detached) {
			continue
		}
		if r.ref.EndedAt != nil && r.ref.EndedAt.Before(life.attached.Add(time.Millisecond)) {
			continue
		}
		if len(all) == 0 {
			since = life.attached
		}
		all = append(all, stretch{later(since, life.attached), until, began(r)})
	}
	return all
}

// began tells how the whole install base came to run a release.
func began(r reign) release.HistoryRow {
	row := release.HistoryRow{Release: &r.ref, How: release.HowImmediate, By: r.decidedBy}
	if r.ref.TestingSince != nil { // it was scheduled: the clock applied it (R18)
		row.How, row.By, row.Late = release.HowMidnight, "", r.ref.Late
	}
	return row
}

// after tells how an attachment came back from a trial to the release that still reigned.
func after(t trial, back release.HistoryRow) release.HistoryRow {
	row := release.HistoryRow{Release: back.Release, How: release.HowUndone, By: t.endedBy}
	if t.ended == nil || (t.ref.TestingUntil != nil && !t.ended.Before(*t.ref.TestingUntil)) {
		row.How, row.By, row.Reason = release.HowWithdrawn, t.withdrawnBy, t.withdrawal
	}
	return row
}

// within tells whether the trial has any length and lies, at least in part, within the reign.
func within(began time.Time, over *time.Time, since time.Time, until *time.Time) bool {
	return (over == nil || (began.Before(*over) && over.After(since))) && (until == nil || began.Before(*until))
}

// earlier is the first of the instants, of which nil is never.
func earlier(instants ...*time.Time) *time.Time {
	known := slices.DeleteFunc(slices.Clone(instants), func(t *time.Time) bool { return t == nil })
	if len(known) == 0 {
		return nil
	}
	return slices.MinFunc(known, func(a, b *time.Time) int { return a.Compare(*b) })
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
