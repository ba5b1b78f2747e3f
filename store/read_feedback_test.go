package store_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"packtide/release"
	"packtide/store"
)

// feedback writes what an attachment said, with a file and an answer where it is blocked.
func (w *world) feedback(t *testing.T, name, attachment, rel string, v release.Verdict, at time.Time) {
	t.Helper()
	var file *release.ID
	if v == release.VerdictBlocked {
		file = new(w.id(name + ".txt"))
		sum := sha256.Sum256([]byte(name))
		w.exec(t, `INSERT INTO artifact VALUES ($1, $2, $3)`, sum[:], len(name), at)
		w.exec(t, `INSERT INTO artifact_part VALUES ($1, 0, $2)`, sum[:], []byte(name))
		w.exec(t, `INSERT INTO file VALUES ($1, $2, $3, $4, $5)`, file, name+".txt", sum[:], at, w.id("ada"))
	}
	w.exec(t, `INSERT INTO feedback (id, release_id, attachment_id, pack_id, publisher_id, account_id, verdict, text, file_id, at, by_id)
		SELECT $1, $2, x.id, x.pack_id, k.publisher_id, x.account_id, $4, 'seen', $5, $6, $7
		FROM attachment x JOIN pack k ON k.id = x.pack_id WHERE x.id = $3`, w.idAt(name, at), w.id(rel), w.id(attachment), v, file, at, w.id("ada"))
	if v == release.VerdictBlocked {
		w.exec(t, `INSERT INTO feedback_answer VALUES ($1, $2, 'why?', $3, $4)`, w.id("answer to "+name), w.id(name), at.Add(time.Hour), w.id("paula"))
	}
}

func feedbackQuestions(w *world) []question {
	r, id := w.Reader, w.id
	said := func(f release.FeedbackFilter) func(context.Context, release.Actor) (int, error) {
		return func(c context.Context, by release.Actor) (int, error) { return rows(r.Feedback(c, by, f)) }
	}
	return []question{
		{"Feedback", said(release.FeedbackFilter{}), answers{2, 0, 2, 0, 2}},
		{"Feedback, release", said(release.FeedbackFilter{Release: id("Alpha #3")}), answers{2, 0, 2, 0, 2}},
		{"Feedback, attachment", said(release.FeedbackFilter{Attachment: id("n1")}), answers{2, 0, 2, 0, 2}},
		{"Feedback, account", said(release.FeedbackFilter{Account: id("North")}), answers{2, 0, 2, 0, 2}},
		{"OneFeedback", func(c context.Context, by release.Actor) (int, error) { return thing(r.OneFeedback(c, by, id("f1"))) }, answers{1, missing, 1, missing, 1}},
		{"FeedbackFile", func(c context.Context, by release.Actor) (int, error) {
			_, _, err := r.FeedbackFile(c, by, id("f1"))
			return 1, err
		}, answers{1, missing, 1, missing, 1}},
		{"FeedbackSummary", func(c context.Context, by release.Actor) (int, error) {
			return thing(r.FeedbackSummary(c, by, id("Alpha #3")))
		}, answers{1, missing, missing, missing, 1}},
		{"TestingCounts", func(c context.Context, by release.Actor) (int, error) {
			return thing(r.TestingCounts(c, by, id("Alpha #3")))
		}, answers{1, missing, missing, missing, 1}},
		{"NotLooked", func(c context.Context, by release.Actor) (int, error) {
			page, err := r.NotLooked(c, by, id("Alpha #3"), "", release.ID{}, 9)
			return len(page.Rows), err
		}, answers{2, 0, 0, 0, 2}},
	}
}

func TestFeedbackRows(t *testing.T) { // R31
	t.Parallel()
	w := seaWorld(t)
	acme := w.publisher("Acme")
	all := mustList(t)(w.Reader.Feedback(t.Context(), acme, release.FeedbackFilter{Pack: w.id("Alpha")}))
	if len(all) != 2 || all[0].ID != w.id("f2") || !all[0].Newest || all[1].Newest || all[0].File != nil {
		t.Fatalf("newest first: %+v", all)
	}
	f := all[1]
	if f.Verdict != release.VerdictBlocked || f.Text != "seen" || f.AccountName != "North" || f.AttachmentName != "n1" || f.PackName != "Alpha" ||
		f.ByName != "ada" || f.FileName != "f1.txt" || f.File.Size != 2 || f.Release.ID != w.id("Alpha #3") || f.AccountZone != "Asia/Kolkata" {
		t.Errorf("the feedback reads %+v", f)
	}
	if len(f.Answers) != 1 || f.Answers[0].Text != "why?" || f.Answers[0].ByName != "paula" {
		t.Errorf("the answers read %+v", f.Answers)
	}
	for name, c := range map[string]struct {
		f    release.FeedbackFilter
		want []string
	}{
		"blocked":         {release.FeedbackFilter{Verdict: release.VerdictBlocked}, []string{"f1"}},
		"works":           {release.FeedbackFilter{Release: w.id("Alpha #3"), Verdict: release.VerdictWorks}, []string{"f2"}},
		"the next page":   {release.FeedbackFilter{Before: w.id("f2")}, []string{"f1"}},
		"a page of one":   {release.FeedbackFilter{Limit: 1}, []string{"f2"}},
		"another release": {release.FeedbackFilter{Release: w.id("Alpha #2")}, nil},
		"all at once":     {release.FeedbackFilter{Release: w.id("Alpha #3"), Pack: w.id("Alpha"), Account: w.id("North"), Attachment: w.id("n1")}, []string{"f2", "f1"}},
	} {
		var got []release.ID
		for _, f := range mustList(t)(w.Reader.Feedback(t.Context(), w.both("Acme"), c.f)) {
			got = append(got, f.ID)
		}
		var want []release.ID
		for _, n := range c.want {
			want = append(want, w.id(n))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	file, content, err := w.Reader.FeedbackFile(t.Context(), acme, w.id("f1"))
	if err != nil || file.Name != "f1.txt" {
		t.Fatalf("%+v, %v", file, err)
	}
	if b, err := io.ReadAll(content); err != nil || string(b) != "f1" {
		t.Errorf("the file holds %q, %v", b, err)
	}
	said, err := w.Reader.FeedbackSummary(t.Context(), acme, w.id("Alpha #3"))
	if want := (release.FeedbackCounts{Works: 1, Attachments: 1, All: 2}); err != nil || said != want {
		t.Errorf("the sum is %+v (%v), want %+v", said, err, want)
	}
	none, err := w.Reader.FeedbackSummary(t.Context(), acme, w.id("First #1"))
	if err != nil || none != (release.FeedbackCounts{}) {
		t.Errorf("the sum of nothing is %+v, %v", none, err)
	}
}

func mustList(t *testing.T) func([]release.FeedbackRow, error) []release.FeedbackRow {
	t.Helper()
	return func(rows []release.FeedbackRow, err error) []release.FeedbackRow {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
}

// The numbers of a testing period, while it runs and as they were when it ended.
func TestTestingCounts(t *testing.T) { // R31
	t.Parallel()
	w := seaWorld(t)
	w.exec(t, `INSERT INTO release_look VALUES ($1, $2, $3, $4), ($1, $5, $3, $4)`, w.id("Alpha #3"), w.id("North"), day(9), w.id("ada"), w.id("South"))
	now, err := w.Reader.TestingCounts(t.Context(), w.publisher("Acme"), w.id("Alpha #3"))
	if want := (release.TestingCounts{Attachments: 3, Tried: 1, Accounts: now.Accounts, Looked: 1}); err != nil || now != want || now.Accounts < 2 {
		t.Errorf("counted %+v (%v), want %+v: South has looked, and uninstalled since", now, err, want)
	}
	w.exec(t, `UPDATE release SET state = 'withdrawn', testing_until = $2 WHERE id = $1`, w.id("Alpha #3"), day(12))
	w.attach(t, "Alpha", "South", "s2", day(13))
	w.detach(t, "w1", day(14))
	w.attach(t, "Alpha", "South", "s3", day(15))
	w.detach(t, "s3", day(16))
	then, err := w.Reader.TestingCounts(t.Context(), w.support(), w.id("Alpha #3"))
	if want := (release.TestingCounts{Attachments: 3, Tried: 1, Looked: 2}); err != nil || then != want {
		t.Errorf("at its end it was %+v (%v), want %+v", then, err, want)
	}
	if _, err := w.Reader.TestingCounts(t.Context(), w.publisher("Acme"), w.id("Alpha #2")); err == nil {
		t.Error("a release that never was in testing has numbers of it")
	}
}

// Pages by key hold every account that has not looked once, also where most have looked and a page walks past its limit.
func TestNotLookedPages(t *testing.T) { // R31
	t.Parallel()
	w := crowd(t)
	rel, acme := w.id("Giant #2"), w.publisher("Acme")
	all := func(limit int) (names []string) {
		var key release.AccountRow
		for range 2100 {
			page, err := w.Reader.NotLooked(t.Context(), acme, rel, key.Name, key.ID, limit)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range page.Rows {
				names = append(names, a.Name)
			}
			if page.Next == nil {
				return names
			}
			key = *page.Next
		}
		t.Fatal("the pages never end")
		return nil
	}
	attached := w.number(t, `SELECT count(DISTINCT account_id) FROM attachment WHERE pack_id = $1 AND detached_at IS NULL`, w.id("Giant"))
	if n := len(all(100)); n != attached {
		t.Errorf("%d have not looked, want all %d", n, attached)
	}
	// from here on the pack counts as a large one, whose accounts are met on a walk through all
	w.exec(t, `INSERT INTO attachment_count VALUES ($1, 'UTC', 0, 15000, 1150)`, w.id("Giant"))
	if n := len(all(100)); n != attached {
		t.Errorf("%d have not looked, want all %d", n, attached)
	}
	w.exec(t, `INSERT INTO release_look SELECT DISTINCT $1::uuid, x.account_id, now(), $3::uuid FROM attachment x JOIN account a ON a.id = x.account_id
		WHERE x.pack_id = $2 AND a.name NOT IN ('Quixote', 'Customer 77')`, rel, w.id("Giant"), w.id("ada"))
	for _, limit := range []int{1, 2, 50} {
		got, want := all(limit), []string{"Quixote"}
		if w.number(t, `SELECT count(*) FROM attachment x JOIN account a ON a.id = x.account_id WHERE a.name = 'Customer 77' AND pack_id = $1 AND detached_at IS NULL`, w.id("Giant")) > 0 {
			want = []string{"Customer 77", "Quixote"}
		}
		if !slices.Equal(got, want) {
			t.Errorf("by %d: %v, want %v", limit, got, want)
		}
	}
}

func (w *world) number(t *testing.T, sql string, args ...any) (n int) {
	t.Helper()
	if err := w.Pool.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// What the board asks comes through indexes, however large the install base is and however much was said. // R31
func TestPlansOfFeedback(t *testing.T) {
	t.Parallel()
	w := crowd(t)
	rel, acme, support := w.id("Giant #2"), w.publisher("Acme"), w.support()
	customer := release.Actor{Account: w.anyID(t, `SELECT account_id FROM opt_in o JOIN attachment x ON x.id = o.attachment_id WHERE o.ended IS NULL ORDER BY 1 LIMIT 1`), Managed: release.RoleAdmin}
	one := w.anyID(t, `SELECT v7(60)`)
	for n := range 3 { // each attachment of the pack says something, the last ones blocked
		w.exec(t, `INSERT INTO feedback (id, release_id, attachment_id, pack_id, publisher_id, account_id, verdict, text, at, by_id)
			SELECT v7(n), $2, x.id, x.pack_id, $3, x.account_id, CASE WHEN $5 = 2 AND x.id < v7(30) THEN 'blocked' ELSE 'works' END, 'x', uuid_instant(v7(n)), $4
			FROM (SELECT *, 100000 * (1 + $5::int) + row_number() OVER (ORDER BY id) AS n FROM attachment WHERE pack_id = $1) x`,
			w.id("Giant"), rel, w.id("Acme"), w.id("ada"), n)
	}
	w.exec(t, `INSERT INTO release_look SELECT DISTINCT $1::uuid, account_id, now(), $3::uuid FROM attachment WHERE pack_id = $2`, rel, w.id("Giant"), w.id("ada"))
	w.exec(t, `INSERT INTO attachment_count SELECT $1, 'UTC', 0, count(*), count(DISTINCT account_id) FROM attachment WHERE pack_id = $1 AND detached_at IS NULL`, w.id("Giant"))
	w.exec(t, `VACUUM ANALYZE`)
	said := func(by release.Actor, f release.FeedbackFilter) func(context.Context, *store.Reader) error {
		return func(c context.Context, r *store.Reader) error { return errOf(r.Feedback(c, by, f)) }
	}
	for name, c := range map[string]struct {
		ask  func(context.Context, *store.Reader) error
		most float64
	}{
		"all, for support": {said(support, release.FeedbackFilter{}), 250},
		"of a publisher":   {said(acme, release.FeedbackFilter{}), 250},
		"of an account":    {said(customer, release.FeedbackFilter{}), 250},
		"of a release":     {said(acme, release.FeedbackFilter{Release: rel}), 250},
		"of a pack, deep":  {said(acme, release.FeedbackFilter{Pack: w.id("Giant"), Before: w.anyID(t, `SELECT v7(205000)`)}), 250},
		"of an attachment": {said(acme, release.FeedbackFilter{Attachment: one, Release: rel}), 20},
		"accounts, none is left": {func(c context.Context, r *store.Reader) error {
			page, err := r.NotLooked(c, acme, rel, "", release.ID{}, 50)
			if len(page.Rows) != 0 {
				return fmt.Errorf("%d have not looked", len(page.Rows))
			}
			return err
		}, 8000},
		"counts": {func(c context.Context, r *store.Reader) error { return errOf(r.TestingCounts(c, acme, rel)) }, 6000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reader, recorded := recording(t, w)
			if err := c.ask(t.Context(), reader); err != nil {
				t.Fatal(err)
			}
			for _, s := range recorded.statements {
				explain(t, w, s, c.most)
			}
		})
	}
}
