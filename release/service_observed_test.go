package release_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

// says reports of the attachment by the actor, and tells what came of it.
func (w *world) says(by release.Actor, a release.Attachment, r release.Release, status release.ObservedStatus, detail string) error {
	_, err := w.svc.ReportObserved(w.t.Context(), by, a.ID, release.ObservedReport{Release: r.ID, Status: status, Detail: detail})
	return err
}

// ledgerIs wants the attachment in the state.
func (w *world) ledgerIs(a release.Attachment, want release.LedgerState) {
	w.t.Helper()
	if got := must(w.db.Reader.Attachment(w.t.Context(), w.support, a.ID))(w.t).Ledger(); got != want {
		w.t.Errorf("%s is %q, want %q", a.Name, got, want)
	}
}

// checkLedger counts every live attachment by its own row, and wants the same of the summaries, of the counts of each pack,
// publisher and account, and of the lists of each state.
func (w *world) checkLedger() {
	ctx := context.WithoutCancel(w.t.Context())
	if w.number(`SELECT count(*) FROM observed_change`) == 0 {
		return
	}
	rows := must(w.db.Reader.InstallBase(ctx, w.support, release.InstallBaseFilter{Limit: 1000}))(w.t)
	counted := func(of release.LedgerOf, by release.Actor) {
		w.t.Helper()
		var want release.Ledger
		ids := map[release.LedgerState][]release.ID{}
		for _, a := range rows {
			if (of.Pack.IsZero() || of.Pack == a.Pack) && (of.Account.IsZero() || of.Account == a.Account) && (of.Publisher.IsZero() || of.Publisher == a.PublisherID) {
				ids[a.Ledger()] = append(ids[a.Ledger()], a.ID)
				want.Attachments++
			}
		}
		n := func(s release.LedgerState) int64 { return int64(len(ids[s])) }
		want.Current, want.Trying, want.Behind = n(release.LedgerCurrent), n(release.LedgerTrying), n(release.LedgerBehind)
		want.Failed, want.Silent, want.Never = n(release.LedgerFailed), n(release.LedgerSilent), n(release.LedgerNever)
		if got := must(w.db.Reader.Ledger(ctx, by, of))(w.t); got != want {
			w.t.Errorf("ledger of %+v:\n got %+v\nwant %+v", of, got, want)
		}
		var sum int64
		for _, s := range release.LedgerStates {
			sum += want.Of(s)
			f := release.InstallBaseFilter{Observed: s, Pack: of.Pack, Account: of.Account, Publisher: of.Publisher, Limit: 1000}
			var listed []release.ID
			for _, a := range must(w.db.Reader.InstallBase(ctx, by, f))(w.t) {
				listed = append(listed, a.ID)
			}
			if !slices.Equal(listed, ids[s]) {
				w.t.Errorf("%s of %+v: listed %d, want %d", s, of, len(listed), len(ids[s]))
			}
		}
		if sum != want.Attachments {
			w.t.Errorf("the states of %+v add up to %d of %d", of, sum, want.Attachments)
		}
	}
	counted(release.LedgerOf{}, w.support)
	if states := must(w.db.Reader.AgentStates(ctx))(w.t); states.Attachments != int64(len(rows)) {
		w.t.Errorf("the operators are told of %d attachments, want %d", states.Attachments, len(rows))
	}
	seen := map[release.LedgerOf]bool{}
	for _, a := range rows {
		for of, by := range map[release.LedgerOf]release.Actor{
			{Pack: a.Pack}: w.support, {Publisher: a.PublisherID}: {Account: a.PublisherID, Publisher: release.RolePublisherViewer},
			{Account: a.Account}: {Account: a.Account, Managed: release.RoleManagedViewer},
		} {
			if !seen[of] {
				seen[of] = true
				counted(of, by)
			}
		}
	}
}

// observedSteps are the use cases of agents, as the account's own admin does them: no decisions of people, so without events.
func (w *world) observedSteps() []step {
	ctx, s, y := w.t.Context(), w.svc, &w.story
	strangers := map[string]error{
		"south": release.ErrNotFound, "northViewer": release.ErrForbidden, "acme": release.ErrNotFound, "support": release.ErrReadOnly,
		"operator": release.ErrReadOnly, "nobody": release.ErrNotFound,
	}
	report := func(by release.Actor) error {
		return w.says(by, y.attachment, *w.state(y.pack).Current, release.Installed, "")
	}
	return []step{
		{"ReportObserved", w.north, report, nil, strangers},
		{"ReportObserved", w.north, report, nil, nil},
		{"NoteSeen", w.north, func(by release.Actor) error { return s.NoteSeen(ctx, by, y.attachment.ID) }, nil, strangers},
		{"SweepSilence", release.Actor{}, func(release.Actor) error {
			_, err := s.SweepSilence(ctx, w.clock.now(), 0)
			return err
		}, nil, nil},
	}
}

func TestReportObserved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := []release.PackageVersion{w.upload(w.acme, "Mail", "1.0.0"), w.upload(w.acme, "Mail", "2.0.0"), w.upload(w.acme, "Mail", "3.0.0")}
	pack, other := w.pack(w.acme, "Alpha", true), w.pack(w.acme, "Other", true)
	first := w.released(w.acme, pack.ID, "1.0.0", v[0])
	second := w.released(w.acme, pack.ID, "2.0.0", v[1])
	foreign := w.released(w.acme, other.ID, "1.0.0", v[0])
	a, idle := w.install(w.north, pack.ID, "a"), w.install(w.north, pack.ID, "idle")
	w.ledgerIs(a, release.LedgerNever)

	w.ok(w.says(w.north, a, first, release.Installed, ""))
	w.ledgerIs(a, release.LedgerBehind)
	w.ok(w.says(w.north, a, second, release.InstallFailed, "hook:\x1b[31m no space\r\n"))
	w.ledgerIs(a, release.LedgerFailed)
	w.ok(w.says(w.north, a, second, release.Installed, ""))
	w.ledgerIs(a, release.LedgerCurrent)
	w.checkLedger()

	draft := w.draft(w.acme, pack.ID, "3.0.0", v[2])
	w.refused(w.says(w.north, a, draft, release.Installed, ""), release.ErrObservedRelease)
	pending := w.pending(w.acme, pack.ID, "3.0.0", "2027-01-20", v[2])
	w.refused(w.says(w.north, a, pending, release.Installed, ""), release.ErrObservedRelease) // it does not try it
	w.refused(w.says(w.north, a, foreign, release.Installed, ""), release.ErrObservedRelease)
	w.refused(w.says(w.north, a, release.Release{ID: release.NewID(monday)}, release.Installed, ""), release.ErrObservedRelease)
	w.refused(w.says(w.north, a, second, "silent", ""), release.ErrObservedStatus)
	w.refused(w.says(w.north, a, second, "", ""), release.ErrObservedStatus)

	w.ok(w.svc.OptIn(t.Context(), w.north, a.ID, pending.ID, ""))
	w.ledgerIs(a, release.LedgerBehind)
	w.ok(w.says(w.north, a, pending, release.InstallFailed, "no"))
	w.ledgerIs(a, release.LedgerFailed)
	w.ok(w.says(w.north, a, pending, release.Installed, ""))
	w.ledgerIs(a, release.LedgerTrying)
	w.checkLedger()
	w.ok(w.svc.GoBack(t.Context(), w.north, a.ID, ""))
	w.ledgerIs(a, release.LedgerBehind)
	w.ok(w.says(w.north, a, pending, release.Installed, "its agent had begun")) // it has tried it once
	w.ok(w.svc.Withdraw(t.Context(), w.acme, pending.ID, "broken"))
	w.ledgerIs(a, release.LedgerBehind)
	w.ledgerIs(idle, release.LedgerNever)

	view := must(w.db.Reader.Observed(t.Context(), w.northViewer, a.ID))(t)
	var told []string
	for _, c := range view.Changes {
		told = append(told, c.Release.Version.String()+" "+string(c.Status)+" "+c.Detail)
	}
	want := []string{"3.0.0 installed ", "3.0.0 failed no", "2.0.0 installed ", "2.0.0 failed hook:[31m no space", "1.0.0 installed "}
	if !slices.Equal(told, want) {
		t.Errorf("changes:\n got %q\nwant %q", told, want)
	}
	if view.Last == nil || view.Last.Detail != "its agent had begun" || view.Last.Since.Equal(view.Last.ReportedAt) {
		t.Errorf("last: %+v", view.Last)
	}

	w.ok(w.svc.Uninstall(t.Context(), w.north, a.ID))
	w.refused(w.says(w.north, a, second, release.Installed, ""), release.ErrDetached)
	w.refused(w.svc.NoteSeen(t.Context(), w.north, a.ID), nil) // no news
	if view := must(w.db.Reader.Observed(t.Context(), w.north, a.ID))(t); view.Last != nil || len(view.Changes) != len(want) {
		t.Errorf("uninstalled: %+v with %d changes", view.Last, len(view.Changes))
	}
	if _, err := w.db.Reader.Desired(t.Context(), w.north, a.ID); err == nil {
		t.Error("an uninstalled attachment is told what to run")
	}
}

// Only its own account may report of an attachment, and those who read it may read what was reported.
func TestWhoReports(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pack := w.pack(w.acme, "Alpha", true)
	r := w.released(w.acme, pack.ID, "1.0.0", w.upload(w.acme, "Mail", "1.0.0"))
	a := w.install(w.north, pack.ID, "a")
	looking := w.north
	looking.ReadOnly = true
	for _, c := range []struct {
		by   release.Actor
		want error
	}{
		{w.south, release.ErrNotFound},
		{w.northViewer, release.ErrForbidden},
		{w.acme, release.ErrNotFound},
		{w.support, release.ErrReadOnly},
		{w.operator, release.ErrReadOnly},
		{looking, release.ErrViewing},
		{release.Actor{}, release.ErrNotFound},
	} {
		w.refused(w.says(c.by, a, r, release.Installed, ""), c.want)
		w.refused(w.svc.NoteSeen(t.Context(), c.by, a.ID), c.want)
	}
	w.ok(w.says(w.north, a, r, release.Installed, ""))
	for _, c := range []struct {
		by      release.Actor
		desired bool // may ask what it should run
		sees    bool
	}{{w.north, true, true}, {w.northViewer, true, true}, {w.support, true, true}, {w.acme, false, true}, {w.south, false, false}, {w.bolt, false, false}, {release.Actor{}, false, false}} {
		d, err := w.db.Reader.Desired(t.Context(), c.by, a.ID)
		if (err == nil && d.Release == r.ID) != c.desired {
			t.Errorf("%s asks what it should run: %+v, %v", c.by.Name, d, err)
		}
		if _, err := w.db.Reader.Observed(t.Context(), c.by, a.ID); (err == nil) != c.sees {
			t.Errorf("%s asks what is observed: %v", c.by.Name, err)
		}
	}
	if _, err := w.db.Reader.Ledger(t.Context(), w.bolt, release.LedgerOf{Pack: pack.ID}); err == nil {
		t.Error("another publisher reads the ledger")
	}
	if l := must(w.db.Reader.Ledger(t.Context(), w.south, release.LedgerOf{Account: w.north.Account}))(t); l != (release.Ledger{}) {
		t.Errorf("another account reads %+v", l)
	}
	if l := must(w.db.Reader.Ledger(t.Context(), w.bolt, release.LedgerOf{}))(t); l != (release.Ledger{}) {
		t.Errorf("another publisher reads %+v", l)
	}
}

func TestSilence(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, pack := t.Context(), w.pack(w.acme, "Alpha", true)
	r := w.released(w.acme, pack.ID, "1.0.0", w.upload(w.acme, "Mail", "1.0.0"))
	a, b, never := w.install(w.north, pack.ID, "a"), w.install(w.south, pack.ID, "b"), w.install(w.west, pack.ID, "never")
	w.ok(w.says(w.north, a, r, release.Installed, ""))
	w.ok(w.says(w.south, b, r, release.InstallFailed, "no"))
	w.clock.advance(2 * time.Hour)
	w.ok(w.svc.NoteSeen(ctx, w.south, b.ID))
	sweep := func(limit time.Duration, want int) {
		t.Helper()
		if n := must(w.svc.SweepSilence(ctx, w.clock.now(), limit))(t); n != want {
			t.Errorf("%d have become silent, want %d", n, want)
		}
	}
	sweep(3*time.Hour, 0)
	sweep(time.Hour, 1)
	sweep(time.Hour, 0)
	w.ledgerIs(a, release.LedgerSilent)
	w.ledgerIs(b, release.LedgerFailed)
	w.ledgerIs(never, release.LedgerNever)
	w.checkLedger()
	if d := must(w.db.Reader.Desired(ctx, w.north, a.ID))(t); !d.Silent || !d.Stale(w.clock.now()) {
		t.Errorf("%+v would not be heard", d)
	}
	w.clock.advance(time.Hour)
	sweep(time.Hour, 1)
	w.ok(w.svc.NoteSeen(ctx, w.north, a.ID))
	w.ledgerIs(a, release.LedgerCurrent)
	if d := must(w.db.Reader.Desired(ctx, w.north, a.ID))(t); d.Silent || d.Stale(w.clock.now()) {
		t.Errorf("%+v is not noted", d)
	}
	w.ok(w.says(w.south, b, r, release.InstallFailed, "still no"))
	w.ledgerIs(b, release.LedgerFailed)
	if n := len(must(w.db.Reader.Observed(ctx, w.south, b.ID))(t).Changes); n != 1 {
		t.Errorf("%d changes, want one: it says what it said before", n)
	}
}

// The nightly check finds counts that are wrong, mends them once, and lets those go that count nothing.
func TestObservedCountsAreMended(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pack := w.pack(w.acme, "Alpha", true)
	v := []release.PackageVersion{w.upload(w.acme, "Mail", "1.0.0"), w.upload(w.acme, "Mail", "2.0.0")}
	first := w.released(w.acme, pack.ID, "1.0.0", v[0])
	a := w.install(w.north, pack.ID, "a")
	w.ok(w.says(w.north, a, first, release.Installed, ""))
	w.ok(w.says(w.north, a, w.released(w.acme, pack.ID, "2.0.0", v[1]), release.Installed, ""))
	mend := func(want int) {
		t.Helper()
		if n := must(w.svc.MendCounts(t.Context()))(t); n != want {
			t.Errorf("%d counts were mended, want %d", n, want)
		}
	}
	mend(0)
	if n := w.number(`SELECT count(*) FROM observed_count`); n != 1 {
		t.Errorf("%d counts are kept, of which one counts", n)
	}
	w.exec(`UPDATE observed_count SET n = n + 5`)
	w.exec(`INSERT INTO observed_count VALUES ($1, $2, 'failed', 3, 7)`, pack.ID, first.ID)
	mend(2)
	mend(0)
	w.ledgerIs(a, release.LedgerCurrent)
}

// What an agent says is bounded, and so is how often it may change its mind.
func TestObservedIsBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pack := w.pack(w.acme, "Alpha", true)
	r := w.released(w.acme, pack.ID, "1.0.0", w.upload(w.acme, "Mail", "1.0.0"))
	a := w.install(w.north, pack.ID, "a")
	for i := range release.MaxObservedChanges + 5 {
		status := []release.ObservedStatus{release.Installed, release.InstallFailed}[i%2]
		w.ok(w.says(w.north, a, r, status, fmt.Sprint(i)))
	}
	changes := must(w.db.Reader.Observed(t.Context(), w.north, a.ID))(t).Changes
	if len(changes) != release.MaxObservedChanges || changes[0].Detail != "54" || changes[len(changes)-1].Detail != "5" {
		t.Errorf("%d changes are kept, from %s to %s", len(changes), changes[0].Detail, changes[len(changes)-1].Detail)
	}
	for _, long := range []string{strings.Repeat("é", 8<<10) + " end", strings.Repeat("\x00", 64<<10) + "end", "\xff\xfeend", strings.Repeat("\xff", 8<<10) + "end", "\u202eend"} {
		w.ok(w.says(w.north, a, r, release.InstallFailed, long))
		kept := must(w.db.Reader.Observed(t.Context(), w.north, a.ID))(t).Last.Detail
		if len(kept) > release.MaxObservedDetail || !strings.HasSuffix(kept, "end") || strings.ContainsAny(kept, "\x00\u202e\ufffd") {
			t.Errorf("%d bytes are kept of %d: …%q", len(kept), len(long), kept[max(0, len(kept)-20):])
		}
	}
}

// TestLedgerOfRandomWorlds: whatever happens in whatever order, each live attachment is in exactly one state, and the counts are
// those of the rows.
func TestLedgerOfRandomWorlds(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			newLedgerGame(newWorld(t)).play(rand.New(rand.NewPCG(seed, 5)), 120, 30)
		})
	}
}

// ledgerGame is a world in which anything may happen to two packs.
type ledgerGame struct {
	*world
	packs       []release.ID
	versions    []release.PackageVersion
	releases    [][]release.Release // of each pack
	attachments []release.Attachment
	accounts    []release.Actor
}

func newLedgerGame(w *world) *ledgerGame {
	g := &ledgerGame{world: w, accounts: []release.Actor{w.north, w.south, w.west}, releases: make([][]release.Release, 2)}
	for i := range 2 {
		g.versions = append(g.versions, w.upload(w.acme, "Mail", fmt.Sprintf("%d.0.0", i+1)))
		g.packs = append(g.packs, w.pack(w.acme, fmt.Sprintf("Pack %d", i), true).ID)
	}
	for i, p := range g.packs {
		g.releases[i] = append(g.releases[i], w.released(w.acme, p, "1.0.0", g.versions[0]))
	}
	return g
}
