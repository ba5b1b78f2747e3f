package store_test

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

// march is the month of the world.
var march = release.CalendarFilter{From: day(1), To: day(31), Drafts: true, Events: true}

// withCalendar is march for staff who look into somebody's calendar.
func withCalendar(publisher, account release.ID) release.CalendarFilter {
	f := march
	f.Publisher, f.Account = publisher, account
	return f
}

// calendarWorld is the sea world with a planned draft and a withdrawn release of Alpha.
func calendarWorld(t *testing.T) *world {
	t.Helper()
	w := seaWorld(t)
	w.exec(t, `UPDATE release SET plan = 'scheduled', due_on = date '2026-03-20' WHERE id = $1`, w.id("Alpha #4"))
	w.exec(t, `INSERT INTO release (id, pack_id, number, state, major, minor, patch, due_on, zone, due_at, testing_since, testing_until, created_at, created_by, decided_by)
		VALUES ($1, $2, 5, 'withdrawn', 0, 5, 0, date '2026-03-30', 'Europe/Paris', timestamptz '2026-03-29 22:00Z', $3, $4, $3, $5, $5)`,
		w.id("Alpha #5"), w.id("Alpha"), day(5), day(6), w.id("paula"))
	w.event(t, "c1", release.ActRescheduled, "Alpha #3", "Acme", "", "Alpha", day(9))
	w.event(t, "c2", release.ActRescheduled, "Alpha #3", "Acme", "", "Alpha", day(10))
	w.event(t, "c3", release.ActEvidenceGiven, "Alpha #3", "Acme", "", "Alpha", day(11))
	return w
}

// TestCalendarShowsWhatIsOnes: the publisher its own, an account what it has or may install (R25), staff whom they ask for.
func TestCalendarShowsWhatIsOnes(t *testing.T) { // R25 R34
	t.Parallel()
	w := calendarWorld(t)
	for _, tc := range []struct {
		name string
		by   release.Actor
		f    release.CalendarFilter
		want string
	}{
		{"the publisher", w.publisher("Acme"), march, "Alpha #1, Alpha #2, Alpha #3, Alpha #4, Alpha #5, First #1"},
		{"without drafts", w.publisher("Acme"), release.CalendarFilter{From: day(1), To: day(31)}, "Alpha #1, Alpha #2, Alpha #3, Alpha #5, First #1"},
		{"another publisher", w.publisher("Bolt"), march, "Beta #1"},
		{"an account, of its groups", w.admin("North"), march, "Alpha #1, Alpha #2, Alpha #3, Alpha #5, Beta #1"},
		{"an account, of what it has installed", w.admin("West"), march, "Alpha #1, Alpha #2, Alpha #3, Alpha #5, Beta #1"},
		{"an account that asks for another's", w.admin("South"), withCalendar(w.id("Bolt"), w.id("North")), "Alpha #1, Alpha #2, Alpha #3, Alpha #5, Beta #1"},
		{"a publisher that asks for another's", w.publisher("Bolt"), withCalendar(w.id("Acme"), w.id("North")), "Beta #1"},
		{"staff who do not say whose", w.support(), march, ""},
		{"staff, a publisher's", w.support(), withCalendar(w.id("Acme"), release.ID{}), "Alpha #1, Alpha #2, Alpha #3, Alpha #4, Alpha #5, First #1"},
		{"staff, an account's", w.support(), withCalendar(release.ID{}, w.id("North")), "Alpha #1, Alpha #2, Alpha #3, Alpha #5, Beta #1"},
		{"nobody", release.Actor{}, march, ""},
		{"another month", w.publisher("Acme"), release.CalendarFilter{From: day(40), To: day(70), Drafts: true}, ""},
	} {
		all, err := w.Reader.Calendar(t.Context(), tc.by, tc.f)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range all {
			got = append(got, e.PackName+" #"+string(rune('0'+e.Number)))
		}
		slices.Sort(got)
		if text := strings.Join(got, ", "); text != tc.want {
			t.Errorf("%s sees %q, want %q", tc.name, text, tc.want)
		}
	}
	w.exec(t, `DELETE FROM group_pack WHERE pack_id = $1`, w.id("Beta"))
	if all, err := w.Reader.Calendar(t.Context(), w.admin("South"), march); err != nil || len(all) != 4 {
		t.Errorf("South sees %d after Beta has left the groups, %v", len(all), err)
	}
}

// TestCalendarCountsDecisions on a release since it was scheduled, and nothing else that has happened to it.
func TestCalendarCountsDecisions(t *testing.T) {
	t.Parallel()
	w := calendarWorld(t)
	f := march
	f.From = day(7) // in the middle of a testing period
	for _, e := range must(w.Reader.Calendar(t.Context(), w.publisher("Acme"), f))(t) {
		if e.ID == w.id("Alpha #3") && (e.Changes != 2 || !e.ChangedAt.Equal(day(10)) || e.PublisherName != "Acme") {
			t.Errorf("the entry is %+v", e)
		}
		if e.ID == w.id("Alpha #1") {
			t.Error("what was released before the stretch is in it")
		}
	}
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// TestCalendarFeedsAreFoundBySecret, as long as they are live, and shown to those who see what they tell of.
func TestCalendarFeedsAreFoundBySecret(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	hash := sha256.Sum256([]byte("secret"))
	f := release.CalendarFeed{ID: w.id("feed"), Account: w.id("Acme"), Kind: release.FeedPublisher, Hash: hash, CreatedAt: day(2), CreatedBy: w.id("paula")}
	do := func(use func(context.Context, release.Tx) error) {
		t.Helper()
		if err := w.Store.InTx(t.Context(), use); err != nil {
			t.Fatal(err)
		}
	}
	do(func(ctx context.Context, tx release.Tx) error { return tx.AddCalendarFeed(ctx, f) })
	found, account, err := w.Reader.CalendarFeed(t.Context(), hash)
	if err != nil || found != f || account.Name != "Acme" || account.Zone != "Europe/Paris" {
		t.Errorf("found %+v of %+v, %v", found, account, err)
	}
	for name, tc := range map[string]struct {
		by   release.Actor
		want int
	}{
		"its publisher": {w.publisher("Acme"), 1}, "another": {w.publisher("Bolt"), 0}, "an account": {w.admin("North"), 0},
		"its people as managed ones": {release.Actor{Account: w.id("Acme"), Managed: release.RoleAdmin}, 0}, "staff": {w.support(), 0},
	} {
		if rows := must(w.Reader.CalendarFeeds(t.Context(), tc.by))(t); len(rows) != tc.want {
			t.Errorf("%s is shown %d", name, len(rows))
		}
	}
	do(func(ctx context.Context, tx release.Tx) error { return tx.RevokeCalendarFeed(ctx, f.ID, day(3)) })
	if _, _, err := w.Reader.CalendarFeed(t.Context(), hash); err != release.ErrNotFound { //nolint:errorlint // the very refusal
		t.Errorf("a revoked feed: %v", err)
	}
}

// TestCalendarIsReadByIndex: a month of a site with many releases reads those of the month, and a probe for each of the rest.
func TestCalendarIsReadByIndex(t *testing.T) {
	t.Parallel()
	w := crowd(t)
	w.exec(t, `INSERT INTO release (id, pack_id, number, state, major, minor, patch, due_on, zone, due_at, testing_since, testing_until, released_at, ended_at, created_at, created_by, decided_by)
		SELECT gen_random_uuid(), k.id, n + 10, 'released', 0, n, 0, day::date, 'UTC', day, day - interval '9 days', day, day, day + interval '5 days', day, p.id, p.id
		  FROM pack k, person p, generate_series(1, 500) n, LATERAL (SELECT timestamptz '2010-01-01Z' + n * interval '10 days' AS day) d
		 WHERE k.name LIKE 'Pack %' AND p.name = 'paula'`)
	w.exec(t, `ANALYZE release`)
	month := release.CalendarFilter{From: time.Date(2015, 6, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2015, 7, 1, 0, 0, 0, 0, time.UTC), Drafts: true}
	for name, by := range map[string]release.Actor{
		"a publisher": w.publisher("Acme"), "an account": {Account: w.id("Quixote"), Managed: release.RoleAdmin},
	} {
		for _, events := range []bool{false, true} {
			f := month
			f.Events = events
			reader, recorded := recording(t, w)
			if _, err := reader.Calendar(t.Context(), by, f); err != nil {
				t.Fatal(err)
			}
			for _, s := range recorded.statements {
				explain(t, w, s, 400)
				if text := wholeReleases(t, w, s.SQL, s.Args...); text != "" {
					t.Errorf("%s: the releases are read whole\n%s", name, text)
				}
			}
		}
	}
}

// wholeReleases is the plan of a query that reads all releases; empty for one that does not.
func wholeReleases(t *testing.T, w *world, sql string, args ...any) string {
	t.Helper()
	var text string
	rows, err := w.Pool.Query(t.Context(), "EXPLAIN "+sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		text += line + "\n"
	}
	if strings.Contains(text, "Seq Scan on release ") {
		return text
	}
	return ""
}
