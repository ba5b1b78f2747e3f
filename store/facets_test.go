package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"packtide/release"
	"packtide/store"
)

// counted sets the summaries right after rows were written by hand.
func (w *world) counted(t *testing.T) *world {
	t.Helper()
	err := store.New(w.owner).InTx(context.WithoutCancel(t.Context()), func(ctx context.Context, tx release.Tx) error {
		_, err := tx.MendCounts(ctx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// places is seaWorld with accounts in several zones and attachments in several environments.
func places(t *testing.T) *world {
	t.Helper()
	w := seaWorld(t)
	w.exec(t, `UPDATE account SET zone = 'Europe/Oslo' WHERE name = 'West'`)
	w.exec(t, `UPDATE attachment SET environment = 'production' WHERE name IN ('n1', 'w1')`)
	w.exec(t, `UPDATE attachment SET environment = 'test' WHERE name IN ('b1', 's1')`)
	return w.counted(t)
}

// whole is what a filter chooses, row by row.
func (w *world) whole(t *testing.T, by release.Actor, f release.InstallBaseFilter) (rows, accounts int64) {
	t.Helper()
	seen := map[release.ID]bool{}
	err := w.Reader.EachAttachment(t.Context(), by, f, func(a release.AttachmentRow) error {
		rows++
		seen[a.Account] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows, int64(len(seen))
}

// choices are filters of every kind, alone and together.
func choices(w *world) []release.InstallBaseFilter {
	type filter = release.InstallBaseFilter
	all := []filter{{}}
	cross := func(set ...func(*filter)) {
		for _, f := range slices.Clone(all) {
			for _, s := range set {
				g := f
				s(&g)
				all = append(all, g)
			}
		}
	}
	cross(func(f *filter) { f.Publisher = w.id("Acme") }, func(f *filter) { f.Pack = w.id("Alpha") }, func(f *filter) { f.Query = "nort" },
		func(f *filter) { f.Account = w.id("North") }, func(f *filter) { f.Release = w.id("Alpha #2") }, func(f *filter) { f.Release = w.id("Alpha #3") })
	cross(func(f *filter) { f.State = release.StateCurrent }, func(f *filter) { f.State = release.StateTrying }, func(f *filter) { f.State = release.StateWaiting },
		func(f *filter) { f.State = release.StateOutside }, func(f *filter) { f.State = release.StateDetached })
	cross(func(f *filter) { f.Zones = []string{"Europe/Oslo"} }, func(f *filter) { f.Zones = []string{"Asia/Kolkata", "Europe/Oslo"} })
	cross(func(f *filter) { f.Environments = []string{"production"} }, func(f *filter) { f.Environments = []string{"", "test"} })
	return all
}

// Whatever the filter, the total is the number of its rows, and each value of a facet counts the rows that choosing it shows.
func TestFacetsCountTheRows(t *testing.T) {
	t.Parallel()
	w := places(t)
	for i, by := range []release.Actor{w.support(), w.publisher("Acme"), w.publisher("Bolt"), w.admin("North"), w.both("North")} {
		t.Run([]string{"support", "a publisher", "another", "an account", "both"}[i], func(t *testing.T) {
			t.Parallel()
			all := choices(w)
			for n := i; n < len(all); n += 11 { // every kind meets every other
				f := all[n]
				facets, err := w.Reader.InstallBaseFacets(t.Context(), by, f)
				if err != nil {
					t.Fatalf("%+v: %v", f, err)
				}
				rows, accounts := w.whole(t, by, f)
				if facets.Attachments != rows || facets.Accounts != accounts || facets.AttachmentsAtLeast || facets.AccountsAtLeast || facets.AtLeast {
					t.Errorf("%+v: %d attachments in %d accounts, want %d in %d: %+v", f, facets.Attachments, facets.Accounts, rows, accounts, facets)
				}
				for _, c := range values(t, f, facets) {
					if n, _ := w.whole(t, by, c.filter); n != c.Rows {
						t.Errorf("%+v counts %d of %s %q %q, which shows %d", f, c.Rows, c.facet, c.Value, c.Label, n)
					}
				}
			}
		})
	}
}

type choice struct {
	release.FacetValue
	facet  string
	filter release.InstallBaseFilter
}

// values are the filters that choosing each value of each facet makes.
func values(t *testing.T, f release.InstallBaseFilter, facets release.Facets) []choice {
	t.Helper()
	var all []choice
	each := func(facet string, list []release.FacetValue, choose func(f *release.InstallBaseFilter, v string)) {
		for _, v := range list {
			chosen := f
			choose(&chosen, v.Value)
			all = append(all, choice{v, facet, chosen})
		}
	}
	id := func(text string) release.ID {
		parsed, err := release.ParseID(text)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	each("publisher", facets.Publishers, func(f *release.InstallBaseFilter, v string) {
		f.Publisher, f.Pack, f.Release = id(v), release.ID{}, release.ID{}
	})
	each("pack", facets.Packs, func(f *release.InstallBaseFilter, v string) { f.Pack, f.Release = id(v), release.ID{} })
	each("release", facets.Releases, func(f *release.InstallBaseFilter, v string) { f.Release = id(v) })
	each("state", facets.States, func(f *release.InstallBaseFilter, v string) { f.State = release.AttachmentState(v) })
	each("zone", facets.Zones, func(f *release.InstallBaseFilter, v string) { f.Zones = []string{v} })
	each("environment", facets.Environments, func(f *release.InstallBaseFilter, v string) { f.Environments = []string{v} })
	return all
}

// Where no summary knows the number and there are many rows, it is said to be a lower bound.
func TestFacetsSayWhenTheyStopCounting(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	w.exec(t, `INSERT INTO attachment (id, pack_id, account_id, multiple, name, attached_at, attached_by)
		SELECT id, $1, $2, true, 'bulk ' || n, uuid_instant(id), $3
		FROM (SELECT n, (substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-7' || lpad(to_hex(n % 4096), 3, '0') || '-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id
		      FROM (SELECT n, lpad(to_hex(1790000000000 + n), 12, '0') AS h FROM generate_series(1, 1500) n) x) y`,
		w.id("Alpha"), w.id("North"), w.id("ada"))
	w.counted(t)
	exact, err := w.Reader.InstallBaseFacets(t.Context(), w.support(), release.InstallBaseFilter{})
	if err != nil || exact.Attachments != 1504 || exact.AttachmentsAtLeast || exact.AtLeast || !exact.AccountsAtLeast {
		t.Errorf("everything: %+v, %v", exact, err)
	}
	bounded, err := w.Reader.InstallBaseFacets(t.Context(), w.support(), release.InstallBaseFilter{Query: "bulk"})
	if err != nil || bounded.Attachments != release.MostCounted || !bounded.AttachmentsAtLeast || !bounded.AtLeast {
		t.Errorf("a text that many have: %+v, %v", bounded, err)
	}
	of, err := w.Reader.InstallBaseFacets(t.Context(), w.support(), release.InstallBaseFilter{Pack: w.id("Alpha")})
	if err != nil || fmt.Sprint(of.Attachments, of.Accounts, of.AccountsAtLeast) != "1503 2 false" {
		t.Errorf("a pack: %+v, %v", of, err)
	}
}
