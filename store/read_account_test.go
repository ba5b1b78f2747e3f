package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"packtide/release"
	"packtide/store"
)

// ownQuestions are about what an account reads of itself: nobody else is answered, staff without an account neither.
func ownQuestions(w *world) []question {
	r, id := w.Reader, w.id
	return []question{
		{"OwnPending", func(c context.Context, by release.Actor) (int, error) { return rows(r.OwnPending(c, by, 9)) }, answers{0, 0, 1, 1, 0}},
		{"NewlyOffered", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.NewlyOffered(c, by, time.Time{}, 9))
		}, answers{0, 0, 0, 1, 0}},
		{"Admins", func(c context.Context, by release.Actor) (int, error) { return rows(r.Admins(c, by)) }, answers{0, 0, 0, 0, 0}},
		{"ComparableOf, pending", func(c context.Context, by release.Actor) (int, error) {
			return thing(r.ComparableOf(c, by, id("Alpha #3"), id("mail 1.1.0")))
		}, answers{1, missing, 1, 1, 1}},
		{"ComparableOf, a draft", func(c context.Context, by release.Actor) (int, error) {
			return thing(r.ComparableOf(c, by, id("Alpha #4"), id("mail 1.1.0")))
		}, answers{1, missing, missing, missing, 1}},
		{"ComparableOf, not in the release", func(c context.Context, by release.Actor) (int, error) {
			return thing(r.ComparableOf(c, by, id("Alpha #3"), id("mail 2.0.0")))
		}, answers{missing, missing, missing, missing, missing}},
		{"EndedTesting, pending", func(c context.Context, by release.Actor) (int, error) {
			return thing(r.EndedTesting(c, by, id("Alpha #3")))
		}, answers{missing, missing, missing, missing, missing}},
	}
}

func TestOwnPending(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	line := func(p release.OwnPending) string {
		return fmt.Sprintf("%s #%d of %s: %d, %d try it, %d wait", p.PackName, p.Number, p.PublisherName, p.Attachments, p.Trying, p.Waiting())
	}
	rows, err := w.Reader.OwnPending(t.Context(), w.admin("North"), 9)
	wantNames(t, rows, err, line, "Alpha #3 of Acme: 2, 1 try it, 1 wait")
	rows, err = w.Reader.OwnPending(t.Context(), w.admin("West"), 9) // in no group of it any more: it gets the release all the same (R30)
	wantNames(t, rows, err, line, "Alpha #3 of Acme: 1, 0 try it, 1 wait")
	rows, err = w.Reader.OwnPending(t.Context(), w.admin("South"), 9) // has uninstalled it
	wantNames(t, rows, err, line)
}

// R25: what is offered to the account and released, since the later of both; not what it has.
func TestNewlyOffered(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	line := func(p release.NewlyOffered) string {
		return fmt.Sprintf("%s of %s #%d since %s", p.Name, p.PublisherName, p.Current.Number, p.Since.Format("2 Jan"))
	}
	ask := func(account string, since int) ([]release.NewlyOffered, error) {
		return w.Reader.NewlyOffered(t.Context(), w.admin(account), day(since), 9)
	}
	rows, err := ask("South", 1) // the first releases of both came on the second day; First has none yet
	wantNames(t, rows, err, line, "Alpha of Acme #2 since 2 Mar", "Beta of Bolt #1 since 2 Mar")
	rows, err = ask("South", 3)
	wantNames(t, rows, err, line)
	rows, err = ask("West", 1)
	wantNames(t, rows, err, line, "Beta of Bolt #1 since 2 Mar")
	w.exec(t, `UPDATE group_member SET added_at = $2 WHERE account_id = $1`, w.id("South"), day(9))
	rows, err = ask("South", 3)
	wantNames(t, rows, err, line, "Alpha of Acme #2 since 9 Mar")
	w.exec(t, `UPDATE group_pack SET added_at = $2 WHERE pack_id = $1`, w.id("Beta"), day(11))
	rows, err = ask("South", 3)
	wantNames(t, rows, err, line, "Beta of Bolt #1 since 11 Mar", "Alpha of Acme #2 since 9 Mar")
	w.exec(t, `UPDATE pack SET deleted_at = $2 WHERE id = $1`, w.id("Beta"), day(12))
	rows, err = ask("South", 3)
	wantNames(t, rows, err, line, "Alpha of Acme #2 since 9 Mar")
}

func TestAdminsAreThoseWhoMayAct(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	for name, role := range map[string]string{"zoe": "admin", "bea": "admin", "vic": "viewer", "gus": "admin"} {
		w.person(t, name, "")
		w.exec(t, `INSERT INTO membership VALUES ($1, $2, NULL, $3)`, w.id(name), w.id("North"), role)
	}
	w.exec(t, `UPDATE person SET disabled_at = $2 WHERE id = $1`, w.id("gus"), day(2))
	names, err := w.Reader.Admins(t.Context(), w.admin("North"))
	wantNames(t, names, err, func(s string) string { return s }, "bea", "zoe")
	for _, by := range []release.Actor{w.admin("South"), w.publisher("Acme"), w.support()} {
		names, err := w.Reader.Admins(t.Context(), by)
		wantNames(t, names, err, func(s string) string { return s })
	}
}

// What became of each release that was in testing, and what ran after it. // R15 R18 R20
func TestEndedTesting(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	w.exec(t, `DELETE FROM release WHERE id = $1`, w.id("Alpha #4")) // every release begins as the pack's one draft
	w.release(t, "Alpha", rel{number: 5, state: release.Withdrawn, testing: 5, testedUntil: 6})
	w.release(t, "Alpha", rel{number: 6, state: release.Superseded, testing: 3, testedUntil: 4})
	w.release(t, "Beta", rel{number: 2, state: release.Withdrawn, testing: 5, testedUntil: 6})
	w.release(t, "Alpha", rel{number: 4, state: release.Draft})
	w.optIn(t, "n1", "Alpha #5", day(5))
	line := func(e release.EndedTesting, err error) string {
		if errors.Is(err, release.ErrNotFound) {
			return "not found"
		}
		return fmt.Sprintf("%s #%d %s, then #%d; %d of %d tried, %v", e.PackName, e.Number, e.State, e.Next.Number, e.Tried, e.Attachments, err)
	}
	for _, c := range []struct {
		by       release.Actor
		id, want string
	}{
		{w.admin("North"), "Alpha #5", "Alpha #5 withdrawn, then #2; 1 of 2 tried, <nil>"},
		{w.admin("North"), "Alpha #6", "Alpha #6 superseded, then #2; 0 of 2 tried, <nil>"},
		{w.admin("West"), "Alpha #5", "Alpha #5 withdrawn, then #2; 0 of 1 tried, <nil>"},
		{w.admin("South"), "Alpha #5", "Alpha #5 withdrawn, then #2; 0 of 0 tried, <nil>"},
		{w.admin("North"), "Beta #2", "Beta #2 withdrawn, then #1; 0 of 1 tried, <nil>"},
		{w.admin("North"), "Alpha #4", "not found"}, // a draft
		{w.admin("North"), "Alpha #3", "not found"}, // still pending
		{w.publisher("Bolt"), "Alpha #5", "not found"},
		{w.publisher("Acme"), "Alpha #5", "not found"}, // reads it on its own pages
	} {
		if got := line(w.Reader.EndedTesting(t.Context(), c.by, w.id(c.id))); got != c.want {
			t.Errorf("%s: got %s, want %s", c.id, got, c.want)
		}
	}
	w.exec(t, `DELETE FROM group_member WHERE account_id = $1`, w.id("South"))
	if got := line(w.Reader.EndedTesting(t.Context(), w.admin("South"), w.id("Alpha #5"))); got != "not found" {
		t.Errorf("an account that does not see the pack any more: %s", got)
	}
}

// What an account reads of itself grows with its own attachments and with nobody else's.
func TestPlansOfAnAccount(t *testing.T) {
	t.Parallel()
	w := crowd(t)
	w.exec(t, `INSERT INTO attachment (id, pack_id, account_id, multiple, name, attached_at, attached_by)
		SELECT v7(n), $1, $2, true, 'branch ' || n, uuid_instant(v7(n)), $3 FROM generate_series(100001, 105000) n`, w.id("Giant"), w.id("Quixote"), w.id("ada"))
	w.exec(t, `INSERT INTO opt_in SELECT id, pack_id, $2, now(), NULL, $3 FROM attachment WHERE account_id = $1 AND name LIKE 'branch%' LIMIT 2000`,
		w.id("Quixote"), w.id("Giant #2"), w.id("ada"))
	w.exec(t, `VACUUM ANALYZE`)
	few := release.Actor{Account: w.anyID(t, `SELECT v7(77)`), Managed: release.RoleAdmin}
	big := release.Actor{Account: w.id("Quixote"), Managed: release.RoleAdmin}
	of := func(by release.Actor, state release.AttachmentState, limit int) func(context.Context, *store.Reader) error {
		return func(c context.Context, r *store.Reader) error {
			return errOf(r.InstallBase(c, by, release.InstallBaseFilter{Account: by.Account, Pack: w.id("Giant"), State: state, Limit: limit}))
		}
	}
	for name, c := range map[string]struct {
		ask  func(context.Context, *store.Reader) error
		most float64
	}{
		"pending releases":          {func(c context.Context, r *store.Reader) error { return errOf(r.OwnPending(c, few, 50)) }, 60},
		"pending releases of 5,000": {func(c context.Context, r *store.Reader) error { return errOf(r.OwnPending(c, big, 50)) }, 9_000},
		"new packs": {func(c context.Context, r *store.Reader) error {
			return errOf(r.NewlyOffered(c, few, day(1), 50))
		}, 100},
		"ended":                          {func(c context.Context, r *store.Reader) error { return errOf(r.EndedTesting(c, few, w.id("Giant #1"))) }, 60},
		"a page of 5,000":                {of(big, "", 51), 400},
		"a page of those that try it":    {of(big, release.StateTrying, 51), 12_000},
		"500 of 5,000 to be tried":       {of(big, release.StateWaiting, release.MostAtOnce), 12_000},
		"a page, of one that has it not": {of(few, "", 51), 60},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reader, recorded := recording(t, w)
			if err := c.ask(t.Context(), reader); err != nil && !strings.Contains(fmt.Sprint(err), "nothing here") {
				t.Fatal(err)
			}
			for _, s := range recorded.statements {
				explain(t, w, s, c.most)
			}
		})
	}
}
