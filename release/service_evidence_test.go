package release_test

import (
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"testing"

	"packtide/release"
)

// evidenceItems are Acme's items as they are offered.
func (w *world) evidenceItems() []release.EvidenceItem {
	w.t.Helper()
	return must(w.db.Reader.EvidenceItems(w.t.Context(), w.acme, w.acme.Account))(w.t)
}

// evidenceItem is Acme's offered item of the label.
func (w *world) evidenceItem(label string) release.EvidenceItem {
	w.t.Helper()
	for _, i := range w.evidenceItems() {
		if i.Label == label {
			return i
		}
	}
	w.t.Fatalf("no item %q", label)
	return release.EvidenceItem{}
}

// demand makes Acme demand the item of every release, and returns it.
func (w *world) demand(label string) release.EvidenceItem {
	w.t.Helper()
	items := w.evidenceItems()
	i := slices.IndexFunc(items, func(i release.EvidenceItem) bool { return i.Label == label })
	items[i].Demanded = true
	w.ok(w.svc.SetEvidenceItems(w.t.Context(), w.acme, items))
	return items[i]
}

// addedFile is a file that is added to something, with contents of its own.
func addedFile(name, text string) *release.FileUpload {
	return &release.FileUpload{Name: name, Size: int64(len(text)), SHA256: sha256.Sum256([]byte(text)), Content: strings.NewReader(text)}
}

// TestPublishersBeginWithFourItems: whoever becomes a publisher, and when, begins with the same checklist.
func TestPublishersBeginWithFourItems(t *testing.T) { // R35
	t.Parallel()
	w := newWorld(t)
	want := []string{"Regression test done", "Impact assessed", "Guides updated", "Support contact checked"}
	check := func(who string, by release.Actor, account release.ID) {
		t.Helper()
		var got []string
		for _, i := range must(w.db.Reader.EvidenceItems(t.Context(), by, account))(t) {
			got = append(got, i.Label)
			if i.Demanded {
				t.Errorf("%s: %s is demanded from the start", who, i.Label)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s begins with %q", who, got)
		}
	}
	check("a publisher", w.acme, w.acme.Account)
	w.ok(w.svc.EditAccount(t.Context(), w.operator, w.north.Account, release.NewAccount{Name: "North", Zone: "Asia/Kolkata", Publisher: true, Managed: true}))
	check("a managed account that publishes too", w.support, w.north.Account)
	w.ok(w.svc.EditAccount(t.Context(), w.operator, w.north.Account, release.NewAccount{Name: "Norther", Zone: "Asia/Kolkata", Publisher: true}))
	check("after another edit", w.support, w.north.Account)
}

// TestDemandedEvidenceStandsBeforeTheDecision, whichever way the release is decided.
func TestDemandedEvidenceStandsBeforeTheDecision(t *testing.T) { // R35
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	p := w.pack(w.acme, "Alpha", true)
	legal, tested := w.demand("Impact assessed"), w.demand("Regression test done")
	d := w.planned(w.acme, p.ID, "1.0.0", "2027-01-20", w.upload(w.acme, "Mail", "1.0.0"))
	schedule := func() error { return w.svc.ScheduleRelease(ctx, w.acme, d.ID, d.Revision) }
	now := func() error { return w.svc.ReleaseNow(ctx, w.acme, d.ID, d.Revision) }
	w.unchanged("scheduling without evidence", release.ErrEvidenceMissing, schedule)
	w.unchanged("releasing without evidence", release.ErrEvidenceMissing, now)
	both, ok := errors.AsType[release.Errors](schedule())
	if !ok || len(both) != 2 || !strings.Contains(both.Error(), legal.Label) || !strings.Contains(both.Error(), tested.Label) {
		t.Errorf("the refusal names %v", both)
	}
	w.ok(w.svc.GiveEvidence(ctx, w.acme2, d.ID, release.NewEvidence{Item: legal.ID, Note: "fine"}))
	w.unchanged("one of two", release.ErrEvidenceMissing, schedule)
	w.ok(w.svc.GiveEvidence(ctx, w.acme, d.ID, release.NewEvidence{Item: tested.ID}))
	w.ok(w.svc.TakeEvidenceBack(ctx, w.acme2, d.ID, legal.ID)) // a colleague may
	w.unchanged("taken back", release.ErrEvidenceMissing, now)
	w.ok(w.svc.GiveEvidence(ctx, w.acme, d.ID, release.NewEvidence{Item: legal.ID}))
	w.ok(schedule())
	w.unchanged("giving after the decision", release.ErrEvidenceFinal, func() error {
		return w.svc.GiveEvidence(ctx, w.acme, d.ID, release.NewEvidence{Item: w.evidenceItem("Guides updated").ID})
	})
	w.unchanged("taking back after the decision", release.ErrEvidenceFinal, func() error { return w.svc.TakeEvidenceBack(ctx, w.acme, d.ID, legal.ID) })
	if rows := must(w.db.Reader.Evidence(ctx, w.acmeViewer, d.ID))(t); len(rows) != 2 || rows[0].GivenByName != "Paula" || rows[0].Label != tested.Label {
		t.Errorf("the release keeps %+v", rows)
	}
}

// TestEvidenceKeepsTheLabelThatItWasGivenFor, when the item is renamed or retired since; a retired one demands nothing.
func TestEvidenceKeepsTheLabelThatItWasGivenFor(t *testing.T) { // R35
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	p := w.pack(w.acme, "Alpha", true)
	given, open := w.demand("Guides updated"), w.demand("Impact assessed")
	d := w.draft(w.acme, p.ID, "1.0.0", w.upload(w.acme, "Mail", "1.0.0"))
	w.ok(w.svc.GiveEvidence(ctx, w.acme, d.ID, release.NewEvidence{Item: given.ID}))
	given.Label, open.Retired = "Guides rewritten", true
	w.ok(w.svc.SetEvidenceItems(ctx, w.acme, []release.EvidenceItem{given, open}))
	w.unchanged("giving for a retired item", release.ErrEvidenceRetired, func() error {
		return w.svc.GiveEvidence(ctx, w.acme, d.ID, release.NewEvidence{Item: open.ID})
	})
	w.unchanged("giving twice", release.ErrEvidenceGiven, func() error {
		return w.svc.GiveEvidence(ctx, w.acme2, d.ID, release.NewEvidence{Item: given.ID})
	})
	w.ok(w.svc.ReleaseNow(ctx, w.acme, d.ID, d.Revision))
	if rows := must(w.db.Reader.Evidence(ctx, w.support, d.ID))(t); len(rows) != 1 || rows[0].Label != "Guides updated" {
		t.Errorf("the release keeps %+v", rows)
	}
}

func TestEvidenceItemsRefused(t *testing.T) { // R35
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	items := w.evidenceItems()
	theirs := must(w.db.Reader.EvidenceItems(ctx, w.bolt, w.bolt.Account))(t)[0]
	gone := items[3]
	gone.Retired = true
	w.ok(w.svc.SetEvidenceItems(ctx, w.acme, []release.EvidenceItem{gone}))
	many := make([]release.EvidenceItem, 18)
	for i := range many {
		many[i].Label = "Item " + strings.Repeat("i", i+1)
	}
	renamed := func(label string) []release.EvidenceItem {
		i := items[0]
		i.Label = label
		return []release.EvidenceItem{i}
	}
	for name, tc := range map[string]struct {
		want  error
		field string
		items []release.EvidenceItem
	}{
		"no label":           {release.ErrEvidenceLabel, "label." + items[0].ID.String(), renamed(" ")},
		"a long label":       {release.ErrEvidenceLabel, "label." + items[0].ID.String(), renamed(strings.Repeat("ü", 121))},
		"two lines":          {release.ErrEvidenceLabel, "label." + items[0].ID.String(), renamed("a\nb")},
		"a new one unnamed":  {release.ErrEvidenceLabel, "label.new", []release.EvidenceItem{{Label: "\u200b"}}},
		"the label of other": {release.ErrEvidenceLabelTaken, "label." + items[0].ID.String(), renamed("impact ASSESSED")},
		"a new one doubled":  {release.ErrEvidenceLabelTaken, "label.new", []release.EvidenceItem{{Label: "Guides updated"}}},
		"too many":           {release.ErrEvidenceFull, "label.new", many},
		"far too many":       {release.ErrEvidenceFull, "label.new", slices.Repeat([]release.EvidenceItem{{Label: " "}}, 2*release.MaxEvidenceItems+1)},
		"theirs":             {release.ErrNotFound, "", []release.EvidenceItem{theirs}},
		"none":               {release.ErrNotFound, "", []release.EvidenceItem{{ID: release.NewID(monday), Label: "x"}}},
		"retired meanwhile":  {release.ErrEvidenceRetired, "", []release.EvidenceItem{items[3]}},
	} {
		w.unchanged(name, tc.want, func() error {
			err := w.svc.SetEvidenceItems(ctx, w.acme, tc.items)
			if one, ok := errors.AsType[*release.Error](err); !ok || one.Field != tc.field {
				t.Errorf("%s: the field is %q, want %q", name, one.Field, tc.field)
			}
			return err
		})
	}
	swapped := []release.EvidenceItem{items[1], items[0], items[2]}
	swapped[0].Label, swapped[1].Label = swapped[1].Label, swapped[0].Label
	w.ok(w.svc.SetEvidenceItems(ctx, w.acme, append(swapped, many[:17]...)))
	if now := w.evidenceItems(); len(now) != 20 || now[0].ID != items[1].ID || now[0].Label != items[0].Label {
		t.Errorf("the list is %+v", now)
	}
}

func TestEvidenceRefused(t *testing.T) { // R35
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	p := w.pack(w.acme, "Alpha", true)
	d := w.draft(w.acme, p.ID, "1.0.0", w.upload(w.acme, "Mail", "1.0.0"))
	item := w.evidenceItems()[0].ID
	theirs := must(w.db.Reader.EvidenceItems(ctx, w.bolt, w.bolt.Account))(t)[0].ID
	large := addedFile("a", "a")
	large.Size = release.MaxFile + 1
	for name, tc := range map[string]struct {
		want error
		n    release.NewEvidence
	}{
		"a long note":       {release.ErrEvidenceNote, release.NewEvidence{Item: item, Note: strings.Repeat("x", 2001)}},
		"control":           {release.ErrEvidenceNote, release.NewEvidence{Item: item, Note: "a\x01"}},
		"http":              {release.ErrEvidenceLink, release.NewEvidence{Item: item, Link: "http://ci.example/1"}},
		"a script":          {release.ErrEvidenceLink, release.NewEvidence{Item: item, Link: "javascript:alert(1)"}},
		"no host":           {release.ErrEvidenceLink, release.NewEvidence{Item: item, Link: "https:///x"}},
		"a password":        {release.ErrEvidenceLink, release.NewEvidence{Item: item, Link: "https://ann:secret@ci.example/1"}},
		"a space":           {release.ErrEvidenceLink, release.NewEvidence{Item: item, Link: "https://ci.example/a b"}},
		"a long link":       {release.ErrEvidenceLink, release.NewEvidence{Item: item, Link: "https://ci.example/" + strings.Repeat("x", 2000)}},
		"an empty file":     {release.ErrAddedFileEmpty, release.NewEvidence{Item: item, File: addedFile("a", "")}},
		"a large file":      {release.ErrAddedFileLarge, release.NewEvidence{Item: item, File: large}},
		"their item":        {release.ErrNotFound, release.NewEvidence{Item: theirs}},
		"no item":           {release.ErrNotFound, release.NewEvidence{}},
		"bytes that change": {release.ErrFileUnreadable, release.NewEvidence{Item: item, File: &release.FileUpload{Name: "a", Size: 2, Content: strings.NewReader("ab")}}},
	} {
		w.unchanged(name, tc.want, func() error { return w.svc.GiveEvidence(ctx, w.acme, d.ID, tc.n) })
	}
	w.unchanged("taking back what was not given", release.ErrEvidenceNotGiven, func() error { return w.svc.TakeEvidenceBack(ctx, w.acme, d.ID, item) })
	w.unchanged("on no release", release.ErrNotFound, func() error {
		return w.svc.GiveEvidence(ctx, w.acme, release.NewID(monday), release.NewEvidence{Item: item})
	})
}
