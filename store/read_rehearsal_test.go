package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// rehearsed are the names of the attachments that a filter shows, marked with + where they try the release in testing and
// with ! where they are outside the pack's groups (R30).
func rehearsed(t *testing.T, w *world, by release.Actor, f release.RehearsalFilter) string {
	t.Helper()
	page, err := w.Reader.Rehearsal(t.Context(), by, f)
	if err != nil {
		t.Fatal(err)
	}
	var all []release.RehearsalRow
	err = w.Reader.EachRehearsed(t.Context(), by, f, func(r release.RehearsalRow) error { all = append(all, r); return nil })
	if err != nil || !slices.Equal(all, page) {
		t.Errorf("the export of %+v holds %+v (%v), the page %+v", f, all, err, page)
	}
	var names []string
	for _, r := range page {
		name := r.Name
		if r.Tries {
			name += "+"
		}
		if r.Outside {
			name += "!"
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

func TestRehearsal(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	w.attach(t, "Alpha", "South", "spare site", day(12))
	yes, no := true, false
	type filter = release.RehearsalFilter
	for name, c := range map[string]struct {
		f    filter
		want string
	}{
		"all, newest first":           {filter{}, "spare site w1! n2 n1+"},
		"those who try":               {filter{Tries: &yes}, "n1+"},
		"those who do not":            {filter{Tries: &no}, "spare site w1! n2"},
		"before a key":                {filter{Before: w.id("w1")}, "n2 n1+"},
		"before a key, those who try": {filter{Before: w.id("n1"), Tries: &yes}, ""},
		"an attachment's name":        {filter{Query: "spare"}, "spare site"},
		"an account's name":           {filter{Query: "north"}, "n2 n1+"},
		"an account, those who try":   {filter{Query: "North", Tries: &yes}, "n1+"},
		"an account, those who don't": {filter{Query: "North", Tries: &no}, "n2"},
		"an account, before a key":    {filter{Query: "North", Before: w.id("n2")}, "n1+"},
		"a short text":                {filter{Query: "n1"}, "n1+"},
		"a short text of one account": {filter{Query: "We"}, "w1!"},
		"short, those who try":        {filter{Query: "n", Tries: &yes}, "n1+"},
		"the pack's name is no match": {filter{Query: "alpha"}, ""},
		"a wildcard is a character":   {filter{Query: "sp_re"}, ""},
		"a page":                      {filter{Limit: 2}, "spare site w1!"},
	} {
		c.f.Pack, c.f.Trial = w.id("Alpha"), w.id("Alpha #3")
		if c.f.Limit > 0 { // an export has no limit
			page, err := w.Reader.Rehearsal(t.Context(), w.publisher("Acme"), c.f)
			if err != nil || len(page) != c.f.Limit {
				t.Errorf("%s: %+v, %v", name, page, err)
			}
			continue
		}
		if got := rehearsed(t, w, w.publisher("Acme"), c.f); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// A page and its search show the same whether the names are looked up or the list is walked.
func TestRehearsalOfCommonNames(t *testing.T) {
	t.Parallel()
	w := crowd(t)
	f := release.RehearsalFilter{Pack: w.id("Giant"), Trial: w.id("Giant #2"), Query: "site"}
	page, err := w.Reader.Rehearsal(t.Context(), w.publisher("Acme"), f)
	if err != nil || len(page) != 50 || page[0].Name != fmt.Sprintf("site %d", manyAttachments) {
		t.Errorf("%d rows, %v", len(page), err)
	}
	before, seen := release.ID{}, 0
	for { // the whole pack by its pages
		f.Query, f.Before, f.Limit = "", before, 1000
		page, err := w.Reader.Rehearsal(t.Context(), w.support(), f)
		if err != nil {
			t.Fatal(err)
		}
		if seen += len(page); len(page) < f.Limit {
			break
		}
		before = page[len(page)-1].ID
	}
	live := 0
	if err := w.owner.QueryRow(t.Context(), `SELECT count(*) FROM attachment WHERE pack_id = $1 AND detached_at IS NULL`, f.Pack).Scan(&live); err != nil {
		t.Fatal(err)
	}
	streamed := 0
	err = w.Reader.EachRehearsed(t.Context(), w.support(), release.RehearsalFilter{Pack: f.Pack, Trial: f.Trial}, func(release.RehearsalRow) error {
		streamed++
		return nil
	})
	if seen != live || streamed != live || err != nil {
		t.Errorf("the pages hold %d, the export %d (%v), the pack %d", seen, streamed, err, live)
	}
}

// An account counts once, whatever the number of its groups, and not once it has the pack.
func TestAccountsWithout(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	w.group(t, "More", "Acme", false)
	w.member(t, "More", "South")
	w.member(t, "More", "West")
	w.offer(t, "More", "Alpha")
	w.offer(t, "More", "Empty")
	for pack, want := range map[string]int64{
		"Alpha": 1, // South has uninstalled it
		"Empty": 3,
		"First": 3, // all accounts
	} {
		if n, err := w.Reader.AccountsWithout(t.Context(), w.publisher("Acme"), w.id(pack), 50); n != want || err != nil {
			t.Errorf("%s: %d, %v; want %d", pack, n, err, want)
		}
		if n, err := w.Reader.AccountsWithout(t.Context(), w.support(), w.id(pack), 2); n != min(want, 2) || err != nil {
			t.Errorf("%s, at most 2: %d, %v", pack, n, err)
		}
	}
	if n, err := w.Reader.AccountsWithout(t.Context(), w.publisher("Bolt"), w.id("Beta"), 50); n != 2 || err != nil {
		t.Errorf("Beta: %d, %v", n, err)
	}
}

// A publisher rehearses its own packs alone, an account none; staff see all.
func TestRehearsalIsTheirOwn(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	f := release.RehearsalFilter{Pack: w.id("Alpha"), Trial: w.id("Alpha #3")}
	tries := true
	for name, c := range map[string]struct {
		by   release.Actor
		want int
	}{
		"publisher": {w.publisher("Acme"), 3}, "support": {w.support(), 3}, "another publisher": {w.publisher("Bolt"), 0},
		"an account": {w.admin("North"), 0}, "a stranger": {w.admin("West"), 0}, "nobody": {release.Actor{}, 0},
	} {
		for kind, f := range map[string]release.RehearsalFilter{
			"list": f, "search": {Pack: f.Pack, Trial: f.Trial, Query: "North"}, "short": {Pack: f.Pack, Trial: f.Trial, Query: "n"},
			"tries": {Pack: f.Pack, Trial: f.Trial, Tries: &tries},
		} {
			page, err := w.Reader.Rehearsal(t.Context(), c.by, f)
			if err != nil || (len(page) > 0) != (c.want > 0) || kind == "list" && len(page) != c.want {
				t.Errorf("%s, %s: %d rows, %v", name, kind, len(page), err)
			}
		}
		_, err := w.Reader.AccountsWithout(t.Context(), c.by, f.Pack, 9)
		if found := !errors.Is(err, release.ErrNotFound); found != (c.want > 0) || found && err != nil {
			t.Errorf("%s: accounts without: %v", name, err)
		}
	}
	// The release of another pack marks and finds nothing.
	foreign := release.RehearsalFilter{Pack: w.id("Beta"), Trial: w.id("Alpha #3"), Tries: &tries}
	if got := rehearsed(t, w, w.publisher("Bolt"), foreign); got != "" {
		t.Errorf("the foreign release shows %q", got)
	}
}

// Every page of a rehearsal comes through an index, also where the few rows that match lie at the far end.
func TestPlansOfRehearsal(t *testing.T) {
	t.Parallel()
	w := crowd(t)
	w.group(t, "Chosen", "Acme", false)
	w.exec(t, `INSERT INTO group_member SELECT $1, id, now() FROM account WHERE managed`, w.id("Chosen"))
	w.pack(t, "Acme", "Rare", true)
	w.offer(t, "Chosen", "Rare")
	w.attach(t, "Rare", "Quixote", "far away", day(9))
	w.exec(t, `VACUUM ANALYZE`)
	acme, giant, trial := w.publisher("Acme"), w.id("Giant"), w.id("Giant #2")
	middle := w.anyID(t, `SELECT v7(15000)`)
	yes, no := true, false
	type filter = release.RehearsalFilter
	for _, c := range []struct {
		name string
		f    filter
		rows int
		most float64 // rows of growing tables to be read for them
	}{
		{"first page", filter{Pack: giant, Trial: trial}, 50, 200},
		{"deep", filter{Pack: giant, Trial: trial, Before: middle}, 50, 200},
		{"of a small pack", filter{Pack: w.id("Rare")}, 1, 20},
		{"those who try", filter{Pack: giant, Trial: trial, Tries: &yes}, 50, 350},
		{"those who do not", filter{Pack: giant, Trial: trial, Tries: &no}, 50, 250},
		{"a rare name", filter{Pack: giant, Trial: trial, Query: "zanzibar"}, 1, 50},
		{"a rare name among those who try", filter{Pack: giant, Trial: trial, Query: "zanzibar", Tries: &yes}, 1, 50},
		{"a rare account", filter{Pack: giant, Trial: trial, Query: "quixot"}, 2, 60},
		{"a name that all have", filter{Pack: giant, Trial: trial, Query: "site"}, 50, 1500},
		{"a short text", filter{Pack: giant, Trial: trial, Query: "e"}, 50, 500},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			reader, recorded := recording(t, w)
			rows, err := reader.Rehearsal(t.Context(), acme, c.f)
			if err != nil || len(rows) != c.rows {
				t.Fatalf("%d rows, error %v; want %d", len(rows), err, c.rows)
			}
			for _, s := range recorded.statements {
				explain(t, w, s, c.most)
			}
		})
	}
	t.Run("accounts without", func(t *testing.T) {
		t.Parallel()
		for pack, most := range map[release.ID]float64{giant: 0, w.id("Rare"): 20} {
			reader, recorded := recording(t, w)
			if _, err := reader.AccountsWithout(t.Context(), acme, pack, 11); err != nil {
				t.Fatal(err)
			}
			for _, s := range recorded.statements {
				explain(t, w, s, most)
			}
		}
	})
}

// An export that is cut off after its first rows has read no more than its cursor was asked for.
func TestRehearsalStreamsAsItIsRead(t *testing.T) {
	t.Parallel()
	w := crowd(t)
	reader, recorded := recording(t, w)
	enough := errors.New("enough")
	n := 0
	err := reader.EachRehearsed(t.Context(), w.publisher("Acme"), release.RehearsalFilter{Pack: w.id("Giant"), Trial: w.id("Giant #2")}, func(release.RehearsalRow) error {
		if n++; n == 500 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) {
		t.Fatal(err)
	}
	declared := slices.IndexFunc(recorded.statements, func(s pgx.TraceQueryStartData) bool { return strings.HasPrefix(s.SQL, "DECLARE") })
	s := recorded.statements[declared]
	_, s.SQL, _ = strings.Cut(s.SQL, "CURSOR FOR ")
	s.SQL = "SELECT * FROM (" + s.SQL + ") cut LIMIT 500"
	explain(t, w, s, 4000)
}
