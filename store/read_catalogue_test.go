package store_test

import (
	"fmt"
	"testing"

	"packtide/release"
)

func TestGroups(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	line := func(g release.GroupRow) string {
		return fmt.Sprintf("%s: %d accounts, %d packs", g.Name, g.Accounts, g.Packs)
	}
	acme := w.publisher("Acme")
	rows, err := w.Reader.Groups(t.Context(), acme)
	wantNames(t, rows, err, line, "Acme all: 3 accounts, 1 packs", "Friends: 2 accounts, 2 packs")
	one, err := w.Reader.Group(t.Context(), acme, w.id("Friends"))
	wantNames(t, []release.GroupRow{one}, err, line, "Friends: 2 accounts, 2 packs")
	rows, err = w.Reader.GroupsOfPack(t.Context(), acme, w.id("First"))
	wantNames(t, rows, err, line, "Acme all: 3 accounts, 1 packs")
	packs, err := w.Reader.PacksOfGroup(t.Context(), acme, w.id("Friends"))
	wantNames(t, packs, err, packName, "Alpha", "Empty")
	w.exec(t, `UPDATE pack SET deleted_at = $2 WHERE id = $1`, w.id("Empty"), day(12))
	packs, err = w.Reader.PacksOfGroup(t.Context(), acme, w.id("Friends"))
	wantNames(t, packs, err, packName, "Alpha")
}

// R25: only released packs of the account's groups.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	line := func(c release.CatalogueRow) string {
		s := fmt.Sprintf("%s of %s #%d, installed %d", c.Name, c.PublisherName, c.Current.Number, c.Installed)
		if c.Pending != nil {
			s += fmt.Sprintf(", pending #%d", c.Pending.Number)
		}
		return s
	}
	north := w.admin("North")
	rows, err := w.Reader.Catalogue(t.Context(), north, "", "", release.ID{}, 9)
	wantNames(t, rows, err, line, "Alpha of Acme #2, installed 2, pending #3", "Beta of Bolt #1, installed 1")
	rows, err = w.Reader.Catalogue(t.Context(), north, "", "alpha", w.id("Alpha"), 9)
	wantNames(t, rows, err, line, "Beta of Bolt #1, installed 1")
	rows, err = w.Reader.Catalogue(t.Context(), w.admin("South"), "LPH", "", release.ID{}, 9)
	wantNames(t, rows, err, line, "Alpha of Acme #2, installed 0, pending #3")
	w.exec(t, `UPDATE pack SET deleted_at = $2 WHERE id = $1`, w.id("Beta"), day(12))
	rows, err = w.Reader.Catalogue(t.Context(), w.admin("West"), "", "", release.ID{}, 9)
	wantNames(t, rows, err, line)
}

// An account reads of a pack what concerns it, and nothing of the publisher's work or of other accounts.
func TestCataloguePack(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	v, err := w.Reader.CataloguePack(t.Context(), w.admin("North"), w.id("Alpha"))
	if err != nil {
		t.Fatal(err)
	}
	if v.SupportContact != "help" || v.Pending.Number != 3 || v.PublisherZone != "Europe/Paris" {
		t.Errorf("the pack reads %+v", v)
	}
	if v.Attachments != 2 || v.OptIns != 1 || v.Accounts != 1 {
		t.Errorf("%d attachments, %d opt-ins, %d accounts; want the account's own 2, 1, 1", v.Attachments, v.OptIns, v.Accounts)
	}
	if v.DraftID != nil || v.Draft != nil || v.Updates != 0 || v.Outside != 0 || v.LastActivity != nil {
		t.Errorf("the publisher's own shows through: %+v", v)
	}
	w.detach(t, "w1", day(12))
	_, err = w.Reader.CataloguePack(t.Context(), w.admin("West"), w.id("Alpha"))
	wantNotFound(t, "a pack of no group of ours that is not installed any more", err)
}
