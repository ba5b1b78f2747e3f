package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"packtide/release"
	"packtide/store"
)

// observed writes what the attachment's agent has last said.
func (w *world) observed(t *testing.T, attachment, rel string, status release.ObservedStatus, reported release.ObservedStatus) {
	t.Helper()
	w.exec(t, `INSERT INTO observed SELECT id, pack_id, $2, $3, $4, $5, $5, $5, $4 || ' by its agent' FROM attachment WHERE id = $1`,
		w.id(attachment), w.id(rel), status, reported, day(11))
	w.exec(t, `INSERT INTO observed_change SELECT $6, id, pack_id, $2, $4, $5, $3 FROM attachment WHERE id = $1`,
		w.id(attachment), w.id(rel), status, reported, day(11), w.idAt("said by "+attachment, day(11)))
}

// heardWorld is seaWorld with agents: n1 runs what it tries, n2 could not install the current release, w1 is behind, b1 is silent;
// n3 has never reported, and n4 runs what it should.
func heardWorld(t *testing.T) *world {
	t.Helper()
	w := seaWorld(t)
	w.attach(t, "Alpha", "North", "n3", day(9).Add(2*time.Hour))
	w.attach(t, "Alpha", "North", "n4", day(9).Add(3*time.Hour))
	w.observed(t, "n1", "Alpha #3", release.Installed, release.Installed)
	w.observed(t, "n2", "Alpha #2", release.InstallFailed, release.InstallFailed)
	w.observed(t, "w1", "Alpha #1", release.Installed, release.Installed)
	w.observed(t, "b1", "Beta #1", release.Silent, release.Installed)
	w.observed(t, "n4", "Alpha #2", release.Installed, release.Installed)
	return w.counted(t)
}

// Each state lists exactly its attachments, with every other filter and for every role; and the facets count what is listed.
func TestInstallBaseByWhatAgentsSay(t *testing.T) {
	t.Parallel()
	w := heardWorld(t)
	type filter = release.InstallBaseFilter
	for _, c := range []struct {
		name string
		by   release.Actor
		f    filter
		want []string // newest first
	}{
		{"failed", w.support(), filter{Observed: release.LedgerFailed}, []string{"n2"}},
		{"silent", w.support(), filter{Observed: release.LedgerSilent}, []string{"b1"}},
		{"behind", w.support(), filter{Observed: release.LedgerBehind}, []string{"w1"}},
		{"current", w.support(), filter{Observed: release.LedgerCurrent}, []string{"n4"}},
		{"current of a pack", w.support(), filter{Observed: release.LedgerCurrent, Pack: w.id("Alpha")}, []string{"n4"}},
		{"trying", w.support(), filter{Observed: release.LedgerTrying}, []string{"n1"}},
		{"never", w.support(), filter{Observed: release.LedgerNever}, []string{"n3"}},
		{"failed, of its publisher", w.publisher("Acme"), filter{Observed: release.LedgerFailed}, []string{"n2"}},
		{"failed, of another publisher", w.publisher("Bolt"), filter{Observed: release.LedgerFailed}, nil},
		{"silent, of another publisher", w.publisher("Acme"), filter{Observed: release.LedgerSilent}, nil},
		{"behind, of another publisher", w.publisher("Bolt"), filter{Observed: release.LedgerBehind}, nil},
		{"behind, of its publisher's pack", w.publisher("Acme"), filter{Observed: release.LedgerBehind, Pack: w.id("Alpha")}, []string{"w1"}},
		{"behind, of another's pack", w.publisher("Bolt"), filter{Observed: release.LedgerBehind, Pack: w.id("Alpha")}, nil},
		{"failed, of its account", w.admin("North"), filter{Observed: release.LedgerFailed}, []string{"n2"}},
		{"failed, of another account", w.admin("West"), filter{Observed: release.LedgerFailed}, nil},
		{"behind, of its account", w.admin("West"), filter{Observed: release.LedgerBehind}, []string{"w1"}},
		{"never, of another account", w.admin("West"), filter{Observed: release.LedgerNever}, nil},
		{"silent, of both roles", w.both("North"), filter{Observed: release.LedgerSilent}, []string{"b1"}},
		{"failed, with its name", w.support(), filter{Observed: release.LedgerFailed, Query: "n2"}, []string{"n2"}},
		{"failed, with another name", w.support(), filter{Observed: release.LedgerFailed, Query: "west"}, nil},
		{"failed, that does not try", w.support(), filter{Observed: release.LedgerFailed, State: release.StateWaiting}, []string{"n2"}},
		{"failed, that tries", w.support(), filter{Observed: release.LedgerFailed, State: release.StateTrying}, nil},
		{"trying, by its release", w.support(), filter{Observed: release.LedgerTrying, Release: w.id("Alpha #3")}, []string{"n1"}},
		{"uninstalled", w.support(), filter{Observed: release.LedgerNever, State: release.StateDetached}, nil},
		{"failed, in a zone", w.support(), filter{Observed: release.LedgerFailed, Zones: []string{"Asia/Kolkata"}}, []string{"n2"}},
		{"failed, in another zone", w.support(), filter{Observed: release.LedgerFailed, Zones: []string{"Asia/Tokyo"}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			rows, err := w.Reader.InstallBase(t.Context(), c.by, c.f)
			wantNames(t, rows, err, attachmentName, c.want...)
			for _, a := range rows {
				if a.Ledger() != c.f.Observed {
					t.Errorf("%s is %q", a.Name, a.Ledger())
				}
			}
			if facets, err := w.Reader.InstallBaseFacets(t.Context(), c.by, c.f); err != nil || facets.Attachments != int64(len(c.want)) {
				t.Errorf("the facets count %d of %d: %v", facets.Attachments, len(c.want), err)
			}
		})
	}
}

// An opt-in that its agent has not followed yet is behind, although it runs the current release.
func TestOptInThatWasNotFollowed(t *testing.T) {
	t.Parallel()
	w := heardWorld(t)
	w.optIn(t, "n4", "Alpha #3", day(12))
	rows, err := w.Reader.InstallBase(t.Context(), w.publisher("Acme"), release.InstallBaseFilter{Observed: release.LedgerBehind, Pack: w.id("Alpha")})
	wantNames(t, rows, err, attachmentName, "n4", "w1")
}

// The facet of what agents say counts what choosing each value lists.
func TestObservedFacetCountsTheRows(t *testing.T) {
	t.Parallel()
	w := heardWorld(t)
	for i, c := range []struct {
		by release.Actor
		f  release.InstallBaseFilter
	}{
		{w.support(), release.InstallBaseFilter{}},
		{w.support(), release.InstallBaseFilter{Pack: w.id("Alpha")}},
		{w.support(), release.InstallBaseFilter{Publisher: w.id("Bolt")}},
		{w.support(), release.InstallBaseFilter{Account: w.id("North")}},
		{w.support(), release.InstallBaseFilter{Account: w.id("North"), Publisher: w.id("Bolt")}},
		{w.publisher("Acme"), release.InstallBaseFilter{}},
		{w.publisher("Bolt"), release.InstallBaseFilter{Pack: w.id("Alpha")}},
		{w.admin("North"), release.InstallBaseFilter{}},
		{w.admin("North"), release.InstallBaseFilter{Pack: w.id("Beta")}},
		{w.publisher("Acme"), release.InstallBaseFilter{Account: w.id("West")}},
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			facets, err := w.Reader.InstallBaseFacets(t.Context(), c.by, c.f)
			if err != nil {
				t.Fatal(err)
			}
			sum := int64(0)
			for _, v := range facets.Observed {
				f := c.f
				f.Observed = release.LedgerState(v.Value)
				if n, _ := w.whole(t, c.by, f); n != v.Rows {
					t.Errorf("%s counts %d, and lists %d", v.Value, v.Rows, n)
				}
				sum += v.Rows
			}
			if sum != facets.Attachments {
				t.Errorf("the states add up to %d of %d", sum, facets.Attachments)
			}
		})
	}
}

// What an agent reads: its own account's attachments, their releases and files, and nothing else.
func TestWhatAgentsRead(t *testing.T) {
	t.Parallel()
	w := heardWorld(t)
	agent := func(account string) release.Actor {
		return release.Actor{Person: w.id("ada"), Account: w.id(account), Token: release.ScopeAgent}
	}
	ctx := t.Context()
	for _, c := range []struct {
		by                                 release.Actor
		attachment                         string
		desired                            string // empty: not found
		mail10, mail11, chat, bolt, mail20 bool   // whose files it gets
	}{
		{agent("North"), "n1", "Alpha #3", true, true, true, true, false},
		{agent("North"), "n2", "Alpha #2", true, true, true, true, false},
		{agent("West"), "w1", "Alpha #2", true, true, true, false, false}, // outside the groups, but it has it
		{agent("West"), "n1", "", true, true, true, false, false},
		{agent("South"), "n1", "", false, false, false, false, false}, // may install it, and has not
		{agent("Acme"), "n1", "", false, false, false, false, false},  // its publisher's agent is nobody
	} {
		d, err := w.Reader.Desired(ctx, c.by, w.id(c.attachment))
		if (err == nil) != (c.desired != "") || (err == nil && d.Release != w.id(c.desired)) {
			t.Errorf("%s asks for %s: %+v, %v", c.by.Account, c.attachment, d, err)
		}
		d = release.Desired{Attachment: w.id(c.attachment), Release: w.id("Alpha #2")}
		if _, err := w.Reader.DesiredRelease(ctx, c.by, d); (err == nil) != (c.desired != "") {
			t.Errorf("%s reads the release of %s: %v", c.by.Account, c.attachment, err)
		}
		for file, want := range map[string]bool{"mail 1.0.0": c.mail10, "mail 1.1.0": c.mail11, "chat 1.0.0": c.chat, "bolt 1.0.0": c.bolt, "mail 2.0.0": c.mail20} {
			_, _, err := w.Reader.Artifact(ctx, c.by, w.id(file))
			if (err == nil) != want || (err != nil && !errors.Is(err, release.ErrNotFound)) {
				t.Errorf("%s fetches %s: %v", c.by.Account, file, err)
			}
		}
	}
	if _, err := w.Reader.Desired(ctx, agent("South"), w.id("s1")); !errors.Is(err, release.ErrDetached) {
		t.Errorf("an uninstalled attachment: %v", err)
	}
	if d, err := w.Reader.DesiredRelease(ctx, agent("North"), release.Desired{Attachment: w.id("n1"), Release: w.id("Alpha #4")}); err == nil {
		t.Errorf("an agent reads a draft: %+v", d)
	}
}

// heardCrowd is crowd with agents on half of its largest pack. Those that somebody should look at are at the far end of it.
func heardCrowd(t *testing.T) *world {
	t.Helper()
	w := crowd(t)
	w.exec(t, `INSERT INTO observed SELECT x.id, x.pack_id, r.id, s.status, CASE s.status WHEN 'silent' THEN 'installed' ELSE s.status END, s.at, s.at, s.at, ''
		    FROM attachment x
		    JOIN release r ON r.pack_id = x.pack_id AND r.number = CASE WHEN x.id < v7(30) THEN 2 ELSE 1 END
		   CROSS JOIN LATERAL (SELECT CASE WHEN x.id BETWEEN v7(120) AND v7(125) THEN 'silent' WHEN x.id BETWEEN v7(140) AND v7(145) THEN 'failed' ELSE 'installed' END,
		                              CASE WHEN x.id BETWEEN v7(120) AND v7(125) THEN timestamptz '2026-01-01Z' ELSE now() + random() * interval '1 hour' END) s (status, at)
		   WHERE x.detached_at IS NULL AND (x.pack_id <> $1 OR x.id < v7(20000))`, w.id("Giant"))
	w.exec(t, `INSERT INTO observed_change
		SELECT gen_random_uuid(), attachment_id, pack_id, release_id, reported, reported_at, '' FROM observed, generate_series(1, 3) WHERE attachment_id < v7(3000)`)
	w.counted(t)
	w.exec(t, `VACUUM ANALYZE`)
	return w
}

// Whatever agents say is found through an index, also where it is rare and old.
func TestPlansOfWhatAgentsSay(t *testing.T) {
	t.Parallel()
	w := heardCrowd(t)
	w.reportsByIndex(t)
	type filter = release.InstallBaseFilter
	acme, support, giant := w.publisher("Acme"), w.support(), w.id("Giant")
	ctx := t.Context()
	agent := release.Actor{Person: w.id("ada"), Account: w.id("Quixote"), Token: release.ScopeAgent}
	one := w.anyID(t, `SELECT v7(1)`)
	page := func(by release.Actor, f filter, want int) func(*store.Reader) error {
		return func(r *store.Reader) error {
			rows, err := r.InstallBase(ctx, by, f)
			if err == nil && len(rows) != want {
				err = fmt.Errorf("%d rows, want %d", len(rows), want)
			}
			return err
		}
	}
	for name, c := range map[string]struct {
		ask  func(*store.Reader) error
		most float64 // rows of growing tables
	}{
		"failed, everywhere":     {page(support, filter{Observed: release.LedgerFailed}, 6), 80},
		"failed, of a publisher": {page(acme, filter{Observed: release.LedgerFailed}, 6), 80},
		"failed, of a pack":      {page(acme, filter{Observed: release.LedgerFailed, Pack: giant}, 6), 80},
		"silent, of a pack":      {page(acme, filter{Observed: release.LedgerSilent, Pack: giant}, 6), 80},
		"behind, of a pack":      {page(acme, filter{Observed: release.LedgerBehind, Pack: giant}, 50), 1200},
		"behind, everywhere":     {page(support, filter{Observed: release.LedgerBehind}, 50), 1200},
		"trying, of a pack":      {page(acme, filter{Observed: release.LedgerTrying, Pack: giant}, 29), 1200},
		"current, of a pack":     {page(acme, filter{Observed: release.LedgerCurrent, Pack: giant}, 50), 700},
		"current, everywhere":    {page(support, filter{Observed: release.LedgerCurrent}, 50), 700},
		"never, of a pack":       {page(acme, filter{Observed: release.LedgerNever, Pack: giant}, 50), 500},
		"never, everywhere":      {page(support, filter{Observed: release.LedgerNever}, 50), 500},
		"of an account":          {page(support, filter{Observed: release.LedgerNever, Account: w.id("Quixote")}, 0), 30},
		"the ledger of a pack":   {func(r *store.Reader) error { return errOf(r.Ledger(ctx, acme, release.LedgerOf{Pack: giant})) }, 350},
		"the ledger of all":      {func(r *store.Reader) error { return errOf(r.AgentStates(ctx)) }, 350},
		"the ledger of an account": {func(r *store.Reader) error {
			return errOf(r.Ledger(ctx, support, release.LedgerOf{Account: w.id("Quixote")}))
		}, 30},
		"an agent's question": {func(r *store.Reader) error { return errOf(r.Desired(ctx, agent, one)) }, 3},
		"what one agent said": {func(r *store.Reader) error { return errOf(r.Observed(ctx, support, one)) }, 20},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reader, recorded := recording(t, w)
			if err := c.ask(reader); err != nil {
				t.Fatal(err)
			}
			for _, s := range recorded.statements {
				explain(t, w, s, c.most)
			}
		})
	}
}

// reportsByIndex: a report, a question and a sweep read a few rows of what grows, and no table whole.
func (w *world) reportsByIndex(t *testing.T) {
	t.Helper()
	one := w.anyID(t, `SELECT v7(5)`)
	st := store.New(w.owner)
	for _, c := range []struct {
		name, index string
		do          func(context.Context, release.Tx) error
	}{
		{"LockObserved", "observed_pkey", func(ctx context.Context, tx release.Tx) error { _, err := tx.LockObserved(ctx, one); return err }},
		{"EverOptedIn", "opt_in_of_release", func(ctx context.Context, tx release.Tx) error {
			_, err := tx.EverOptedIn(ctx, one, w.id("Giant #2"))
			return err
		}},
		{"SilenceObserved", "observed_by_silence", func(ctx context.Context, tx release.Tx) error {
			n, err := tx.SilenceObserved(ctx, time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), 500)
			if n != 0 {
				t.Errorf("%d that were silent already are silent anew", n)
			}
			return err
		}},
		{"AddObservedChange", "observed_change_of_attachment", func(ctx context.Context, tx release.Tx) error {
			return tx.AddObservedChange(ctx, release.Observed{Attachment: one, Pack: w.id("Giant"), Release: w.id("Giant #1"), Reported: release.Installed, ReportedAt: day(12)})
		}},
	} {
		err := st.InTx(t.Context(), func(ctx context.Context, tx release.Tx) error {
			before := observedScans(ctx, t, tx)
			if err := c.do(ctx, tx); err != nil {
				return err
			}
			used := observedScans(ctx, t, tx)
			maps.DeleteFunc(used, func(name string, n int) bool { return n == before[name] })
			if used[wholeTable] != 0 || used[c.index] == 0 {
				t.Errorf("%s uses %v, want %s", c.name, used, c.index)
			}
			return errRefused
		})
		if !errors.Is(err, errRefused) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// observedScans is scans, of what a report touches.
func observedScans(ctx context.Context, t *testing.T, tx release.Tx) map[string]int {
	t.Helper()
	return scansOf(ctx, t, tx, []string{"observed", "observed_change", "attachment", "opt_in"}, []string{"observed", "observed_change", "opt_in"})
}
