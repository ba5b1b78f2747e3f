package release_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"packtide/release"
)

// pastStory is a world in which everything happened that can: it is asked what was, at moments of which many are exactly those
// at which something happened.
type pastStory struct {
	*world
	chance *rand.Rand
	packs  []release.Pack
	number int
	lives  map[release.ID][]release.HistoryRow // of every attachment
	base   []release.PastRow                   // every attachment, as far as it does not depend on a moment
	tested []testedRelease
}

// testedRelease is the testing period of a release.
type testedRelease struct {
	ID, Pack release.ID
	Since    time.Time
	Until    *time.Time
}

func newPastStory(t *testing.T, seed uint64) *pastStory {
	t.Helper()
	s := &pastStory{world: newWorld(t), chance: rand.New(rand.NewPCG(seed, 1)), lives: map[release.ID][]release.HistoryRow{}}
	for _, by := range []release.Actor{s.acme, s.acme, s.bolt} {
		s.packs = append(s.packs, s.pack(by, fmt.Sprintf("Pack %d", len(s.packs)), true))
		s.releaseAny(len(s.packs)-1, false)
	}
	for range 110 {
		s.step()
		s.pause()
	}
	s.remember()
	return s
}

// owner is the publisher of a pack.
func (s *pastStory) owner(pack int) release.Actor {
	if pack == 2 {
		return s.bolt
	}
	return s.acme
}

// pause lets time pass, often no more than a look at the clock takes, and midnights apply.
func (s *pastStory) pause() {
	pauses := []time.Duration{0, 0, 200 * time.Microsecond, 700 * time.Microsecond, time.Millisecond, time.Hour, 13 * time.Hour}
	s.clock.advance(pauses[s.chance.IntN(len(pauses))])
	_, err := s.svc.ApplyDue(s.t.Context(), s.clock.now())
	s.ok(err)
	if s.chance.IntN(3) == 0 {
		s.clock.set(s.clock.at.Add(-time.Millisecond)) // two things within one millisecond
	}
}

// step is one thing that somebody does; what the rules refuse just does not happen.
func (s *pastStory) step() {
	pack, ctx := s.chance.IntN(len(s.packs)), s.t.Context()
	who := []release.Actor{s.north, s.south, s.west}[s.chance.IntN(3)]
	pending := s.state(s.packs[pack].ID).Pending
	var err error
	switch s.chance.IntN(12) {
	case 0, 1, 2:
		s.number++
		_, err = s.svc.InstallPack(ctx, who, release.Install{Pack: s.packs[pack].ID, Name: fmt.Sprintf("Site %d", s.number)})
	case 3, 4, 5, 6:
		err = s.try(who, pending)
	case 7:
		err = s.each(who, func(a release.AttachmentRow) error { return s.svc.Uninstall(ctx, who, a.ID) })
	case 8:
		s.releaseAny(pack, false)
	case 9:
		if pending == nil {
			s.releaseAny(pack, true)
		}
	case 10:
		if pending != nil {
			err = s.svc.Withdraw(ctx, s.owner(pack), pending.ID, "not good enough")
		}
	default:
		if pending != nil {
			err = s.svc.Reschedule(ctx, s.owner(pack), pending.ID, s.tomorrow(), "too early")
		}
	}
	if refusal := (*release.Error)(nil); err != nil && !errors.As(err, &refusal) {
		s.t.Fatal(err)
	}
}

func (s *pastStory) tomorrow() string {
	return release.DateOf(s.clock.at.Add(48*time.Hour), time.UTC).String()
}

// releaseAny releases a new version of the pack, at once or on a date.
func (s *pastStory) releaseAny(pack int, later bool) {
	s.number++
	v := s.upload(s.owner(pack), fmt.Sprintf("part_%d", pack), fmt.Sprintf("%d.0.0", s.number))
	if later {
		s.pending(s.owner(pack), s.packs[pack].ID, v.Version.String(), s.tomorrow(), v)
		return
	}
	s.released(s.owner(pack), s.packs[pack].ID, v.Version.String(), v)
}

// try opts in, or goes back.
func (s *pastStory) try(who release.Actor, pending *release.Release) error {
	return s.each(who, func(a release.AttachmentRow) error {
		if a.Trying() && s.chance.IntN(2) == 0 {
			return s.svc.GoBack(s.t.Context(), who, a.ID, "")
		}
		if a.Pending == nil {
			return nil
		}
		return s.svc.OptIn(s.t.Context(), who, a.ID, a.Pending.ID, "")
	})
}

// each does something to one of the account's attachments.
func (s *pastStory) each(who release.Actor, do func(release.AttachmentRow) error) error {
	rows := must(s.db.Reader.InstallBase(s.t.Context(), who, release.InstallBaseFilter{}))(s.t)
	if len(rows) == 0 {
		return nil
	}
	return do(rows[s.chance.IntN(len(rows))])
}

// remember reads the history of every attachment, one by one: the truth of this test.
func (s *pastStory) remember() {
	s.t.Helper()
	for _, f := range []release.InstallBaseFilter{{Limit: 1000}, {Limit: 1000, State: release.StateDetached}} {
		for _, a := range must(s.db.Reader.InstallBase(s.t.Context(), s.support, f))(s.t) {
			s.lives[a.ID] = must(s.db.Reader.History(s.t.Context(), s.support, a.ID))(s.t)
			s.base = append(s.base, release.PastRow{Attachment: a.Attachment, PublisherID: a.PublisherID})
		}
	}
	slices.SortFunc(s.base, func(a, b release.PastRow) int { return strings.Compare(b.ID.String(), a.ID.String()) })
	rows, err := s.db.Pool.Query(s.t.Context(), `SELECT id, pack_id, testing_since, testing_until FROM release WHERE testing_since IS NOT NULL`)
	s.ok(err)
	defer rows.Close()
	for rows.Next() {
		var r testedRelease
		s.ok(rows.Scan(&r.ID, &r.Pack, &r.Since, &r.Until))
		s.tested = append(s.tested, r)
	}
	s.ok(rows.Err())
}

// moments are instants around which something happened, and a few others, in order.
func (s *pastStory) moments(n int) []time.Time {
	s.t.Helper()
	rows, err := s.db.Pool.Query(s.t.Context(), `
		SELECT attached_at FROM attachment UNION SELECT detached_at FROM attachment UNION SELECT released_at FROM release UNION SELECT began FROM opt_in
		UNION SELECT ended FROM opt_in UNION SELECT testing_since FROM release UNION SELECT testing_until FROM release UNION SELECT due_at FROM release`)
	s.ok(err)
	defer rows.Close()
	var moments []time.Time
	for rows.Next() {
		var at *time.Time
		s.ok(rows.Scan(&at))
		if at == nil {
			continue
		}
		for _, off := range []time.Duration{0, 0, time.Microsecond, -time.Microsecond, time.Millisecond, -time.Millisecond, 30 * time.Minute} {
			moments = append(moments, at.Add(off))
		}
	}
	s.ok(rows.Err())
	s.chance.Shuffle(len(moments), func(i, j int) { moments[i], moments[j] = moments[j], moments[i] })
	moments = moments[:n]
	slices.SortFunc(moments, time.Time.Compare)
	return moments
}

// seen are the attachments that the actor may see.
func (s *pastStory) seen(by release.Actor) []release.PastRow {
	return slices.DeleteFunc(slices.Clone(s.base), func(a release.PastRow) bool {
		return !by.ReadsSite() && a.PublisherID != by.Account && a.Account != by.Account
	})
}

// at is the attachment at the moment, by its history; nil: it was not there.
func (s *pastStory) at(a release.PastRow, at time.Time) *release.PastRow {
	if a.AttachedAt.After(at) || (a.DetachedAt != nil && !a.DetachedAt.After(at)) {
		return nil
	}
	for _, h := range s.lives[a.ID] {
		if !h.Since.After(at) {
			a.Ran = &h
		}
	}
	r := a.Release()
	a.Trying = r != nil && a.Ran.How == release.HowOptedIn && (r.TestingUntil == nil || r.TestingUntil.After(at))
	for _, t := range s.tested {
		if t.Pack == a.Pack && !t.Since.After(at) && (t.Until == nil || t.Until.After(at)) {
			a.Testing = &release.ReleaseRef{ID: t.ID}
		}
	}
	return &a
}

// pastLine is what is compared of a row.
func pastLine(a release.PastRow) string {
	line := a.ID.String()
	if a.Ran != nil && a.Ran.Release != nil {
		line += fmt.Sprintf(" ran %s since %s, %s by %q late %t", a.Ran.Release.ID, a.Ran.Since.UTC(), a.Ran.How, a.Ran.By, a.Ran.Late)
	}
	if a.Testing != nil {
		line += fmt.Sprintf(" testing %s, tries %t", a.Testing.ID, a.Trying)
	}
	return line
}

// asOf reads all pages of the install base at the moment, three rows each.
func (s *pastStory) asOf(by release.Actor, at time.Time, f release.InstallBaseFilter) []string {
	s.t.Helper()
	var lines []string
	for f.Limit = 3; ; {
		rows := must(s.db.Reader.InstallBaseAt(s.t.Context(), by, at, f))(s.t)
		for _, r := range rows {
			lines = append(lines, pastLine(r))
			f.Before = r.ID
		}
		if len(rows) < f.Limit {
			return lines
		}
	}
}

// R32: what lists say of a moment is what the history of each attachment says of it, for whoever may see it, at any moment,
// also at that at which something happened.
func TestPastIsWhatHistoriesSay(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			s := newPastStory(t, seed)
			if len(s.base) < 15 || len(s.tested) < 3 {
				t.Fatalf("a dull story: %d attachments, %d testing periods", len(s.base), len(s.tested))
			}
			tried := 0
			for _, at := range s.moments(16) {
				for who, by := range map[string]release.Actor{"support": s.support, "acme": s.acmeViewer, "bolt": s.bolt, "north": s.northViewer} {
					tried += s.checkMoment(who, by, at)
				}
			}
			if tried == 0 {
				t.Error("nobody tried anything: the test does not look well")
			}
		})
	}
}

func (s *pastStory) checkMoment(who string, by release.Actor, at time.Time) (tried int) {
	s.t.Helper()
	pack := s.packs[s.chance.IntN(len(s.packs))].ID
	ran := map[release.ID]bool{}
	check := func(name string, f release.InstallBaseFilter, fits func(release.PastRow) bool) {
		s.t.Helper()
		var want []string
		for _, a := range s.seen(by) {
			if row := s.at(a, at); row != nil && fits(*row) {
				want = append(want, pastLine(*row))
			}
		}
		if diff := cmp.Diff(want, s.asOf(by, at, f)); diff != "" {
			s.t.Errorf("%s, %s at %s (-histories +list)\n%s", who, name, at.UTC(), diff)
		}
	}
	check("all", release.InstallBaseFilter{}, func(a release.PastRow) bool {
		if a.Trying {
			tried++
		}
		if r := a.Release(); r != nil {
			ran[r.ID] = true
		}
		return true
	})
	check("a pack", release.InstallBaseFilter{Pack: pack}, func(a release.PastRow) bool { return a.Pack == pack })
	check("an account", release.InstallBaseFilter{Account: s.north.Account}, func(a release.PastRow) bool { return a.Account == s.north.Account })
	check("a name", release.InstallBaseFilter{Query: "site 1"}, func(a release.PastRow) bool { return strings.HasPrefix(a.Name, "Site 1") })
	check("a short name", release.InstallBaseFilter{Query: "1"}, func(a release.PastRow) bool {
		return strings.Contains(a.Name, "1") || a.Pack == s.packs[1].ID
	})
	check("trying", release.InstallBaseFilter{State: release.StateTrying}, func(a release.PastRow) bool { return a.Trying })
	check("current", release.InstallBaseFilter{State: release.StateCurrent}, func(a release.PastRow) bool { return !a.Trying })
	check("waiting", release.InstallBaseFilter{State: release.StateWaiting}, func(a release.PastRow) bool { return !a.Trying && a.Testing != nil })
	for id := range ran {
		check("a release", release.InstallBaseFilter{Release: id}, func(a release.PastRow) bool { return a.Release() != nil && a.Release().ID == id })
	}
	return tried
}
