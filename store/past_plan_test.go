package store_test

import (
	"testing"
	"time"

	"packtide/release"
)

// pastCrowd is crowd with a moment in the middle of its installing: half of all came later.
func pastCrowd(t *testing.T) (w *world, at time.Time) {
	t.Helper()
	w = crowd(t)
	return w, time.UnixMilli(1780000000000 + manyAttachments/2).UTC()
}

// Every page of the past comes through an index, and nothing that was installed later is read.
func TestPlansOfThePast(t *testing.T) {
	t.Parallel()
	w, at := pastCrowd(t)
	w.exec(t, `UPDATE opt_in SET began = $1 WHERE attachment_id < v7(100)`, at.Add(-time.Minute))
	type filter = release.InstallBaseFilter
	acme, support, giant := w.publisher("Acme"), w.support(), w.id("Giant")
	quixote := release.Actor{Account: w.id("Quixote"), Managed: release.RoleAdmin}
	for _, c := range []struct {
		name string
		by   release.Actor
		f    filter
		rows int
		most float64 // rows of growing tables to be read for them
	}{
		{"all", support, filter{}, 50, 300},
		{"pack", support, filter{Pack: giant}, 50, 300},
		{"publisher: a probe for each pack", acme, filter{}, 50, 1300},
		{"account", quixote, filter{}, 2, 20},
		{"account and pack", support, filter{Account: w.id("Quixote"), Pack: giant}, 2, 20},
		{"current release", acme, filter{Release: w.id("Giant #1")}, 50, 450},
		{"release in testing", acme, filter{Release: w.id("Giant #2")}, 50, 800},
		{"trying, everywhere", support, filter{State: release.StateTrying}, 50, 800},
		{"trying, of a pack", acme, filter{State: release.StateTrying, Pack: giant}, 50, 800},
		{"current, everywhere", support, filter{State: release.StateCurrent}, 50, 400},
		{"waiting, everywhere", support, filter{State: release.StateWaiting}, 50, 400},
		{"a rare name", support, filter{Query: "zanzibar"}, 1, 50},
		{"a rare name, of a publisher", acme, filter{Query: "anziba"}, 1, 50},
		{"a rare account", support, filter{Query: "quixot"}, 2, 50},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			reader, recorded := recording(t, w)
			rows, err := reader.InstallBaseAt(t.Context(), c.by, at, c.f)
			if err != nil || len(rows) != c.rows {
				t.Fatalf("%d rows, error %v; want %d", len(rows), err, c.rows)
			}
			for _, s := range recorded.statements {
				explain(t, w, s, c.most)
			}
		})
	}
}

// A page of what changed is read by index too, also where another release came to reign over a pack in between. The totals
// count the pack's stretch of the index, and touch few rows else.
func TestPlansOfAComparison(t *testing.T) {
	t.Parallel()
	w, at := pastCrowd(t)
	from, to := at.Add(-time.Second), at
	acme, support, giant := w.publisher("Acme"), w.support(), w.id("Giant")
	for _, c := range []struct {
		name string
		by   release.Actor
		f    release.CompareFilter
		rows int
		most float64
	}{
		{"all", support, release.CompareFilter{}, 50, 2500},
		{"appeared in a pack", acme, release.CompareFilter{Pack: giant, Change: release.PastAppeared}, 50, 300},
		{"gone", support, release.CompareFilter{Change: release.PastGone}, 0, 60},
		{"changed", support, release.CompareFilter{Change: release.PastChanged}, 0, 250},
		{"an account", support, release.CompareFilter{Account: w.id("Quixote")}, 0, 20},
		{"a rare name", support, release.CompareFilter{Query: "zanzibar"}, 0, 50},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			reader, recorded := recording(t, w)
			rows, err := reader.CompareInstallBase(t.Context(), c.by, from, to, c.f)
			if err != nil || len(rows) != c.rows {
				t.Fatalf("%d rows, error %v; want %d", len(rows), err, c.rows)
			}
			for _, s := range recorded.statements {
				explain(t, w, s, c.most)
			}
		})
	}
}

// A text finds the packs that a publisher has, and not all of its attachments where another publisher's pack has that name.
func TestNamesOfOtherPublishersPacksFindNothing(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	for _, query := range []string{"ta", "beta"} { // too short for an index, and not
		f := release.InstallBaseFilter{Query: query}
		now, err := w.Reader.InstallBase(t.Context(), w.publisher("Acme"), f)
		if err != nil || len(now) != 0 {
			t.Errorf("%q finds %d attachments now, %v", query, len(now), err)
		}
		past, err := w.Reader.InstallBaseAt(t.Context(), w.publisher("Acme"), day(12), f)
		if err != nil || len(past) != 0 {
			t.Errorf("%q finds %d attachments of the past, %v", query, len(past), err)
		}
	}
}
