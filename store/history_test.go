package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"packtide/release"
)

// at is an instant of the tests: minutes after the beginning.
func at(minutes float64) time.Time {
	return time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(minutes * float64(time.Minute)))
}

func until(minutes float64) *time.Time {
	t := at(minutes)
	return &t
}

// refOf is a release by its number, which is its id too.
func refOf(number int, state release.State) release.ReleaseRef {
	return release.ReleaseRef{ID: release.ID{byte(number)}, Number: number, State: state}
}

// immediate and midnight are releases that reigned from a minute to another; to 0: still.
func immediate(number int, from, to float64) reign {
	r := reign{ref: refOf(number, release.Released), decidedBy: fmt.Sprintf("p%d", number)}
	r.ref.ReleasedAt = until(from)
	if to != 0 {
		r.ref.EndedAt = until(to)
	}
	return r
}

func midnight(number int, tested, from, to float64) reign {
	r := immediate(number, from, to)
	r.ref.TestingSince, r.ref.TestingUntil = until(tested), until(from)
	return r
}

func late(r reign) reign {
	r.ref.Late = true
	return r
}

// tried is an opt-in to a release whose testing period ended at a minute (0: not yet) in a state.
func tried(number int, state release.State, testedUntil, began float64) trial {
	t := trial{ref: refOf(number, state), began: at(began), by: "ada", withdrawnBy: "paula", withdrawal: "bad"}
	t.ref.TestingSince = until(0)
	if testedUntil != 0 {
		t.ref.TestingUntil = until(testedUntil)
	}
	return t
}

func undone(t trial, ended float64) trial {
	t.ended, t.endedBy = until(ended), "eve"
	return t
}

func lived(attached float64) lifetime { return lifetime{attached: at(attached), attachedBy: "ann"} }

func died(l lifetime, detached float64) lifetime {
	l.detached, l.detachedBy = until(detached), "dan"
	return l
}

// line is a row as the tables below write it: "10-20 #1 installed by ann".
func line(r release.HistoryRow) string {
	minutes := func(t time.Time) string { return fmt.Sprintf("%g", t.Sub(at(0)).Minutes()) }
	s := minutes(r.Since) + "-"
	if r.Until != nil {
		s += minutes(*r.Until)
	}
	if r.Release != nil {
		s += fmt.Sprintf(" #%d", r.Release.Number)
	}
	s += " " + string(r.How)
	if r.By != "" {
		s += " by " + r.By
	}
	if r.Reason != "" {
		s += ": " + r.Reason
	}
	if r.Late {
		s += ", late"
	}
	return s
}

// histories are known answers: a life, the releases and opt-ins during it, and the rows that they make.
var histories = []struct {
	name   string
	life   lifetime
	reigns []reign
	trials []trial
	want   []string
}{
	{"installed, and nothing since", lived(10), []reign{immediate(1, 0, 0)}, nil, []string{"10- #1 installed by ann"}},
	{
		"releases one after the other", lived(10),
		[]reign{immediate(1, 0, 20), immediate(2, 20, 30), late(midnight(3, 25, 30, 0))},
		nil,
		[]string{"10-20 #1 installed by ann", "20-30 #2 immediate by p2", "30- #3 automatic at midnight, late"},
	},
	{
		"installed during a testing period", lived(10),
		[]reign{immediate(1, 0, 20), midnight(2, 5, 20, 0)},
		nil,
		[]string{"10-20 #1 installed by ann", "20- #2 automatic at midnight"},
	},
	{"trying", lived(10), []reign{immediate(1, 0, 0)}, []trial{tried(2, release.Pending, 0, 15)}, []string{"10-15 #1 installed by ann", "15- #2 opted in by ada"}},
	{
		"opted in, then applied at midnight: it goes on", lived(10),
		[]reign{immediate(1, 0, 20), midnight(2, 5, 20, 40), immediate(3, 40, 0)},
		[]trial{tried(2, release.Released, 20, 15)},
		[]string{"10-15 #1 installed by ann", "15-40 #2 opted in by ada", "40- #3 immediate by p3"},
	},
	{
		"opted in, undone, opted in again", lived(10),
		[]reign{immediate(1, 0, 30), midnight(2, 5, 30, 0)},
		[]trial{undone(tried(2, release.Released, 30, 15), 18), tried(2, release.Released, 30, 20)},
		[]string{"10-15 #1 installed by ann", "15-18 #2 opted in by ada", "18-20 #1 undone by eve", "20- #2 opted in by ada"},
	},
	{
		"undone, then applied", lived(10),
		[]reign{immediate(1, 0, 30), midnight(2, 5, 30, 0)},
		[]trial{undone(tried(2, release.Released, 30, 15), 18)},
		[]string{"10-15 #1 installed by ann", "15-18 #2 opted in by ada", "18-30 #1 undone by eve", "30- #2 automatic at midnight"},
	},
	{
		"undone and opted in again at one instant", lived(10),
		[]reign{immediate(1, 0, 0)},
		[]trial{undone(tried(2, release.Pending, 0, 15), 18), tried(2, release.Pending, 0, 18)},
		[]string{"10-15 #1 installed by ann", "15- #2 opted in by ada"},
	},
	{
		"withdrawn while trying", lived(10),
		[]reign{immediate(1, 0, 0)},
		[]trial{tried(2, release.Withdrawn, 20, 15)},
		[]string{"10-15 #1 installed by ann", "15-20 #2 opted in by ada", "20- #1 withdrawn by paula: bad"},
	},
	{
		"withdrawn while trying, uninstalled later", died(lived(10), 30),
		[]reign{immediate(1, 0, 0)},
		[]trial{undone(tried(2, release.Withdrawn, 20, 15), 30)},
		[]string{"10-15 #1 installed by ann", "15-20 #2 opted in by ada", "20-30 #1 withdrawn by paula: bad", "30- uninstalled by dan"},
	},
	{
		"withdrawn at the instant of the opt-in", lived(10),
		[]reign{immediate(1, 0, 0)},
		[]trial{tried(2, release.Withdrawn, 15, 15)},
		[]string{"10- #1 installed by ann"},
	},
	{
		"superseded by an immediate release", lived(10),
		[]reign{immediate(1, 0, 20), immediate(3, 20, 0)},
		[]trial{tried(2, release.Superseded, 20, 15)},
		[]string{"10-15 #1 installed by ann", "15-20 #2 opted in by ada", "20- #3 immediate by p3"},
	},
	{
		"superseded at the instant of the opt-in", lived(10),
		[]reign{immediate(1, 0, 20), immediate(3, 20, 0)},
		[]trial{tried(2, release.Superseded, 20, 20)},
		[]string{"10-20 #1 installed by ann", "20- #3 immediate by p3"},
	},
	{
		"two testing periods, tried both", lived(10),
		[]reign{immediate(1, 0, 40), midnight(3, 25, 40, 0)},
		[]trial{tried(2, release.Withdrawn, 20, 15), tried(3, release.Released, 40, 30)},
		[]string{"10-15 #1 installed by ann", "15-20 #2 opted in by ada", "20-30 #1 withdrawn by paula: bad", "30- #3 opted in by ada"},
	},
	{"uninstalled", died(lived(10), 15), []reign{immediate(1, 0, 20), immediate(2, 20, 0)}, nil, []string{"10-15 #1 installed by ann", "15- uninstalled by dan"}},
	{
		"uninstalled while trying", died(lived(10), 20),
		[]reign{immediate(1, 0, 0)},
		[]trial{undone(tried(2, release.Pending, 0, 15), 20)},
		[]string{"10-15 #1 installed by ann", "15-20 #2 opted in by ada", "20- uninstalled by dan"},
	},
	{"uninstalled at the instant of a release", died(lived(10), 20), []reign{immediate(1, 0, 20), immediate(2, 20, 0)}, nil, []string{"10-20 #1 installed by ann", "20- uninstalled by dan"}},
	{"installed at the instant of a release", lived(20), []reign{immediate(1, 0, 20), immediate(2, 20, 0)}, nil, []string{"20- #2 installed by ann"}},
	{"installed and opted in at one instant", lived(10), []reign{immediate(1, 0, 0)}, []trial{tried(2, release.Pending, 0, 10)}, []string{"10- #2 opted in by ada"}},
	{"installed and uninstalled at one instant", died(lived(10), 10), []reign{immediate(1, 0, 0)}, nil, []string{"10- uninstalled by dan"}},
	{
		"two releases at one instant", lived(10),
		[]reign{immediate(1, 0, 20), immediate(2, 20, 20), immediate(3, 20, 0)},
		nil,
		[]string{"10-20 #1 installed by ann", "20- #3 immediate by p3"},
	},
	{
		"installed in the millisecond of a release, whose id tells only that millisecond",
		lifetime{attached: at(20), attachedBy: "ann"},
		[]reign{immediate(1, 0, 20.000005), immediate(2, 20.000005, 0)},
		nil,
		[]string{"20- #2 installed by ann"},
	},
}

// R32: for any attachment and any past moment the product says which release it ran, since when, by whom and how.
func TestFlatten(t *testing.T) {
	t.Parallel()
	for _, c := range histories {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, row := range flatten(c.life, c.reigns, c.trials) {
				got = append(got, line(row))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("history differs (-want +got):\n%s", diff)
			}
		})
	}
}

// Whatever happened, the rows follow each other without a gap, and each ends where the next begins.
func TestFlattenLeavesNoGap(t *testing.T) {
	t.Parallel()
	reigns := []reign{immediate(1, 0, 20), midnight(2, 5, 20, 60), midnight(4, 45, 60, 0)}
	for began := 10.0; began < 70; began += 0.5 {
		for length := 0.0; length < 30; length += 2.5 {
			trials := []trial{undone(tried(4, release.Released, 60, began), began+length)}
			rows := flatten(died(lived(10), 65), reigns, trials)
			for i, r := range rows[:len(rows)-1] {
				if r.Until == nil || !r.Until.Equal(rows[i+1].Since) || !r.Since.Before(*r.Until) {
					t.Fatalf("opt-in %g for %g minutes: row %d is %s, the next is %s", began, length, i, line(r), line(rows[i+1]))
				}
			}
			if !rows[0].Since.Equal(at(10)) || !rows[len(rows)-1].Since.Equal(at(65)) {
				t.Fatalf("opt-in %g for %g minutes: history from %s to %s", began, length, line(rows[0]), line(rows[len(rows)-1]))
			}
		}
	}
}
