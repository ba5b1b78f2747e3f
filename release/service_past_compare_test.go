package release_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"packtide/release"
)

// Which attachments changed between two moments, and how many, is what their histories say.
func TestComparisonIsWhatHistoriesSay(t *testing.T) {
	t.Parallel()
	s := newPastStory(t, 7)
	moments := s.moments(28)
	for i := 0; i+1 < len(moments); i += 2 {
		from, to := moments[i], moments[min(len(moments)-1, i+1+s.chance.IntN(12))]
		for who, by := range map[string]release.Actor{"support": s.support, "acme": s.acmeViewer, "bolt": s.bolt, "north": s.northViewer} {
			s.checkComparison(who, by, from, to, release.CompareFilter{})
			s.checkComparison(who, by, from, to, release.CompareFilter{Pack: s.packs[s.chance.IntN(3)].ID})
			s.checkComparison(who, by, from, to, release.CompareFilter{Account: s.south.Account, Query: "site"})
			s.checkComparison(who, by, from, to, release.CompareFilter{Publisher: s.acme.Account, Query: "pack 1"})
		}
	}
}

// compared is what became of an attachment; empty when it was there at neither moment.
func (s *pastStory) compared(a release.PastRow, from, to time.Time) (change release.PastChange, was, is release.ID) {
	ran := func(at time.Time) (there bool, id release.ID) {
		row := s.at(a, at)
		if row != nil && row.Release() != nil {
			id = row.Release().ID
		}
		return row != nil, id
	}
	before, was := ran(from)
	after, is := ran(to)
	switch {
	case !before && !after:
		return "", release.ID{}, release.ID{}
	case !before:
		return release.PastAppeared, release.ID{}, release.ID{}
	case !after:
		return release.PastGone, release.ID{}, release.ID{}
	case was != is:
		return release.PastChanged, was, is
	default:
		return release.PastUnchanged, was, is
	}
}

func (s *pastStory) checkComparison(who string, by release.Actor, from, to time.Time, f release.CompareFilter) {
	s.t.Helper()
	var want []string
	totals, cells := map[release.PastChange]int64{}, map[string]int64{}
	for _, a := range s.seen(by) {
		change, was, is := s.compared(a, from, to)
		out := (!f.Pack.IsZero() && a.Pack != f.Pack) || (!f.Account.IsZero() && a.Account != f.Account) || (!f.Publisher.IsZero() && a.PublisherID != f.Publisher)
		if change == "" || out {
			continue
		}
		totals[change]++
		if change != release.PastUnchanged {
			cells[fmt.Sprint(a.Pack, change, was, is)]++
		}
		if change != release.PastUnchanged && (f.Query != "pack 1" || a.Pack == s.packs[1].ID) {
			want = append(want, fmt.Sprint(a.ID, " ", change, " ", was, is))
		}
	}
	sum := must(s.db.Reader.Comparison(s.t.Context(), by, from, to, f))(s.t)
	counted := map[string]int64{}
	id := func(r *release.ReleaseRef) release.ID {
		if r == nil {
			return release.ID{}
		}
		return r.ID
	}
	for _, c := range sum.Cells {
		counted[fmt.Sprint(c.Pack, c.Change, id(c.Was), id(c.Is))] += c.N
	}
	if diff := cmp.Diff([]any{totals, cells}, []any{sum.Totals, counted}); diff != "" {
		s.t.Errorf("%s counts, %+v from %s to %s (-histories +counts)\n%s", who, f, from.UTC(), to.UTC(), diff)
	}
	if diff := cmp.Diff(want, s.changed(by, from, to, f)); diff != "" {
		s.t.Errorf("%s lists, %+v from %s to %s (-histories +list)\n%s", who, f, from.UTC(), to.UTC(), diff)
	}
}

// changed reads all pages of what changed, three rows each.
func (s *pastStory) changed(by release.Actor, from, to time.Time, f release.CompareFilter) []string {
	s.t.Helper()
	var lines []string
	for f.Limit = 3; ; {
		rows := must(s.db.Reader.CompareInstallBase(s.t.Context(), by, from, to, f))(s.t)
		for _, r := range rows {
			f.Before = r.ID
			var was, is release.ID
			if r.Change == release.PastChanged {
				was, is = r.Was.Release.ID, r.Release().ID
			}
			lines = append(lines, fmt.Sprint(r.ID, " ", r.Change, " ", was, is))
		}
		if len(rows) < f.Limit {
			return lines
		}
	}
}
