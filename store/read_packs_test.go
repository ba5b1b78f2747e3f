package store_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/release"
)

// namesOf is the row's names, as a test compares them.
func namesOf[T any](rows []T, name func(T) string) []string {
	var all []string
	for _, r := range rows {
		all = append(all, name(r))
	}
	return all
}

func wantNames[T any](t *testing.T, rows []T, err error, name func(T) string, want ...string) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected error: %v", err)
	}
	if diff := cmp.Diff(want, namesOf(rows, name)); diff != "" {
		t.Errorf("rows differ (-want +got):\n%s", diff)
	}
}

func wantNotFound(t *testing.T, who string, err error) {
	t.Helper()
	if !errors.Is(err, release.ErrNotFound) {
		t.Errorf("%s: got error %v, want ErrNotFound", who, err)
	}
}

func packName(p release.PackRow) string { return p.Name }

func TestPacks(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	for _, c := range []struct {
		name  string
		by    release.Actor
		query string
		want  []string
	}{
		{"own publisher", w.publisher("Acme"), "", []string{"Alpha", "Empty", "First"}},
		{"other publisher", w.publisher("Bolt"), "", []string{"Beta"}},
		{"an account", w.admin("North"), "", nil},
		{"support", w.support(), "", []string{"Alpha", "Beta", "Empty", "First"}},
		{"nobody", release.Actor{}, "", nil},
		{"part of a name", w.support(), "ET", []string{"Beta"}},
		{"a wildcard is a character", w.support(), "%", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			rows, err := w.Reader.Packs(t.Context(), c.by, c.query, "", release.ID{}, 10)
			wantNames(t, rows, err, packName, c.want...)
		})
	}
}

func TestPacksTellTheirNumbers(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	rows, err := w.Reader.Packs(t.Context(), w.publisher("Acme"), "", "", release.ID{}, 1)
	wantNames(t, rows, err, packName, "Alpha")
	a := rows[0]
	if a.Attachments != 3 || a.Accounts != 3 || a.OptIns != 1 || a.Updates != 1 {
		t.Errorf("attachments %d, accounts %d, opt-ins %d, updates %d; want 3, 3, 1, 1", a.Attachments, a.Accounts, a.OptIns, a.Updates)
	}
	got := []string{
		fmt.Sprint("current ", a.Current.Number, a.Current.Current()), fmt.Sprint("pending ", a.Pending.Number, " ", a.Pending.Version),
		fmt.Sprint("due on ", a.Pending.DueOn, " in ", a.Pending.Zone), fmt.Sprint("active ", a.LastActivity.Equal(day(10))),
	}
	want := []string{"current 2 true", "pending 3 1.3.0", "due on 2026-03-30 in Europe/Paris", "active true"}
	if diff := cmp.Diff(want, got); diff != "" || *a.DraftID != w.id("Alpha #4") {
		t.Errorf("draft %v; row differs (-want +got):\n%s", a.DraftID, diff)
	}
	rows, err = w.Reader.Packs(t.Context(), w.publisher("Acme"), "", a.Name, a.ID, 10)
	wantNames(t, rows, err, packName, "Empty", "First")
	if rows[0].Current != nil || rows[0].Attachments != 0 || rows[0].Updates != 0 {
		t.Errorf("a pack without releases has none: %+v", rows[0])
	}
}

func TestPack(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	for who, by := range map[string]release.Actor{"own publisher": w.publisher("Acme"), "support": w.support()} {
		v, err := w.Reader.Pack(t.Context(), by, w.id("Alpha"))
		if err != nil {
			t.Fatalf("%s: %v", who, err)
		}
		if v.SupportContact != "help" || v.PublisherZone != "Europe/Paris" || v.PackRow.Name != "Alpha" || v.Draft.Number != 4 {
			t.Errorf("%s reads %+v", who, v)
		}
		if v.Outside != 1 { // R30: West
			t.Errorf("%s: %d attachments outside the groups, want 1", who, v.Outside)
		}
	}
	for who, by := range map[string]release.Actor{
		"other publisher": w.publisher("Bolt"), "an account": w.admin("North"), "nobody": {}, "no role": {Account: w.id("Acme")},
	} {
		_, err := w.Reader.Pack(t.Context(), by, w.id("Alpha"))
		wantNotFound(t, who, err)
	}
	w.exec(t, `UPDATE pack SET deleted_at = $2 WHERE id = $1`, w.id("Empty"), day(12))
	_, err := w.Reader.Pack(t.Context(), w.publisher("Acme"), w.id("Empty"))
	wantNotFound(t, "a deleted pack", err)
}

func TestPackPackages(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	row := func(p release.PackPackageRow) string {
		v := func(r *release.VersionRef) string {
			if r == nil {
				return "-"
			}
			return r.Version.String()
		}
		return p.DisplayName + " " + v(p.Current) + " " + v(p.Next) + " " + v(p.Newest)
	}
	alpha := w.id("Alpha")
	rows, err := w.Reader.PackPackages(t.Context(), w.publisher("Acme"), alpha)
	wantNames(t, rows, err, row, "chat 1.0.0 - 1.0.0", "mail 1.0.0 1.1.0 2.0.0") // R8, R9
	rows, err = w.Reader.PackPackages(t.Context(), w.support(), w.id("Beta"))
	wantNames(t, rows, err, row, "bolt 1.0.0 1.0.0 1.0.0")
	rows, err = w.Reader.PackPackages(t.Context(), w.publisher("Acme"), w.id("First"))
	wantNames(t, rows, err, row, "mail - 1.0.0 2.0.0")
	for _, by := range []release.Actor{w.publisher("Bolt"), w.admin("North"), {}} {
		rows, err = w.Reader.PackPackages(t.Context(), by, alpha)
		wantNames(t, rows, err, row)
	}
}

func TestAddablePackages(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	name := func(p release.PackageRow) string { return p.DisplayName }
	rows, err := w.Reader.AddablePackages(t.Context(), w.publisher("Acme"), w.id("Alpha"))
	wantNames(t, rows, err, name, "chat", "spare") // the draft holds mail alone
	rows, err = w.Reader.AddablePackages(t.Context(), w.publisher("Acme"), w.id("Empty"))
	wantNames(t, rows, err, name, "chat", "mail", "spare")
	for _, by := range []release.Actor{w.publisher("Bolt"), w.admin("North"), {}} {
		rows, err = w.Reader.AddablePackages(t.Context(), by, w.id("Alpha"))
		wantNames(t, rows, err, name)
	}
}
