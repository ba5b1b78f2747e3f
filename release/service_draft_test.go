package release_test

import (
	"testing"

	"packtide/release"
)

// TestStaleDraft: every edit counts, and a form that has seen an older draft is refused with nothing changed. // R14
func TestStaleDraft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one := w.upload(w.acme, "Mail", "1.0.0")
	p := w.pack(w.acme, "Alpha", false)
	seen := must(w.svc.DraftRelease(t.Context(), w.acme, p.ID))(t)
	if again := must(w.svc.DraftRelease(t.Context(), w.acme2, p.ID))(t); again.ID != seen.ID || again.Revision != seen.Revision {
		t.Errorf("another draft: %+v", again)
	}
	w.ok(w.svc.AddPackage(t.Context(), w.acme2, p.ID, one.Package)) // in another window
	for name, do := range map[string]func(revision int) error{
		"versions": func(rev int) error {
			return w.svc.ChooseVersions(t.Context(), w.acme, seen.ID, rev, release.Contents{})
		},
		"plan": func(rev int) error {
			return w.svc.PlanRelease(t.Context(), w.acme, seen.ID, rev, release.Immediate, "")
		},
		"describe": func(rev int) error { return w.svc.DescribeRelease(t.Context(), w.acme, seen.ID, rev, "1.0.0", "") },
		"discard":  func(rev int) error { return w.svc.DiscardDraft(t.Context(), w.acme, seen.ID, rev) },
		"now":      func(rev int) error { return w.svc.ReleaseNow(t.Context(), w.acme, seen.ID, rev) },
		"schedule": func(rev int) error { return w.svc.ScheduleRelease(t.Context(), w.acme, seen.ID, rev) },
	} {
		for _, revision := range []int{seen.Revision, seen.Revision + 2, 0, -1} {
			w.unchanged(name, release.ErrDraftStale, func() error { return do(revision) })
		}
	}
	d := w.state(p.ID).Draft
	w.ok(w.svc.DiscardDraft(t.Context(), w.acme, d.ID, d.Revision))
	w.unchanged("a draft that was thrown away", release.ErrNotFound, func() error {
		return w.svc.DiscardDraft(t.Context(), w.acme, d.ID, d.Revision)
	})
	w.released(w.acme, p.ID, "1.0.0", one)
	now := w.state(p.ID).Current
	w.unchanged("releasing twice", release.ErrDraftStale, func() error { return w.svc.ReleaseNow(t.Context(), w.acme, now.ID, now.Revision) })
}

// TestPrepareFrom: an older release again is one click and an ordinary draft; a downgrade is shown as such. // R22
func TestPrepareFrom(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, two := w.upload(w.acme, "Mail", "1.0.0"), w.upload(w.acme, "Mail", "2.0.0")
	chat := w.upload(w.acme, "Chat", "1.0.0")
	p := w.pack(w.acme, "Alpha", false)
	old := w.released(w.acme, p.ID, "1.0.0", one)
	w.released(w.acme, p.ID, "2.0.0", two, chat)
	d := must(w.svc.PrepareFrom(t.Context(), w.acme, p.ID, old.ID))(t)
	if kept := w.state(p.ID).Draft; d.Revision != kept.Revision || !d.Contents.Equal(old.Contents) || !kept.Contents.Equal(old.Contents) {
		t.Errorf("prepared %+v, kept %+v", d, kept)
	}
	view := must(w.db.Reader.Release(t.Context(), w.acme, d.ID))(t)
	if got := release.SuggestVersion(view.Base.Version, release.Steps(view.Contents)); got.String() != "3.0.0" {
		t.Errorf("suggests %s after 2.0.0 for a downgrade and a removal", got) // R23
	}
	for _, row := range view.Contents {
		if row.To != nil && row.To.Version.Compare(row.From.Version) >= 0 {
			t.Errorf("%s does not go back: %+v", row.DisplayName, row)
		}
	}
	w.ok(w.svc.DescribeRelease(t.Context(), w.acme, d.ID, d.Revision, "2.0.1", "back"))
	w.ok(w.svc.ReleaseNow(t.Context(), w.acme, d.ID, d.Revision+1))

	pending := w.pending(w.acme, p.ID, "3.0.0", "2027-01-20", two)
	w.ok(w.svc.Withdraw(t.Context(), w.acme, pending.ID, "broken"))
	d = must(w.svc.PrepareFrom(t.Context(), w.acme, p.ID, pending.ID))(t) // going on from a withdrawn one
	w.unchanged("from a draft", release.ErrNotFound, func() error { _, err := w.svc.PrepareFrom(t.Context(), w.acme, p.ID, d.ID); return err })
	other := w.pack(w.acme, "Beta", false)
	w.unchanged("from another pack's release", release.ErrNotFound, func() error {
		_, err := w.svc.PrepareFrom(t.Context(), w.acme, other.ID, old.ID)
		return err
	})
}

// TestReleaseNeeds: what a draft lacks is said, all of it, and nothing changes. // R7 R23 R24
func TestReleaseNeeds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, two := w.upload(w.acme, "Mail", "1.0.0"), w.upload(w.acme, "Mail", "2.0.0")
	p := w.pack(w.acme, "Alpha", false)
	w.ok(w.svc.EditPack(t.Context(), w.acme, p.ID, release.PackTexts{Name: "Alpha"}))
	d := must(w.svc.DraftRelease(t.Context(), w.acme, p.ID))(t)
	now := func() error { d := w.state(p.ID).Draft; return w.svc.ReleaseNow(t.Context(), w.acme, d.ID, d.Revision) }
	for _, want := range []error{release.ErrContactMissing, release.ErrPackEmpty, release.ErrVersionForm} {
		w.unchanged("an empty draft", want, now) // one answer names all three
	}
	w.unchanged("a draft without a date", release.ErrPlanMissing, func() error {
		return w.svc.ScheduleRelease(t.Context(), w.acme, d.ID, d.Revision)
	})
	w.ok(w.svc.EditPack(t.Context(), w.acme, p.ID, release.PackTexts{Name: "Alpha", SupportContact: "help"}))
	w.released(w.acme, p.ID, "0.0.0", one) // the lowest version is a version
	w.draft(w.acme, p.ID, "0.0.0", two)
	w.unchanged("the current version again", release.ErrReleaseVersionLow, now)
	w.draft(w.acme, p.ID, "0.0.1", one)
	w.unchanged("nothing changed", release.ErrNothingChanged, now)
	w.planned(w.acme, p.ID, "1.0.0", "2027-01-20", two)
	pending := w.pending(w.acme, p.ID, "1.0.0", "2027-01-20", two)
	w.draft(w.acme, p.ID, "1.0.0", two)
	w.unchanged("the pending version again", release.ErrReleaseVersionUsed, now)
	w.ok(w.svc.Withdraw(t.Context(), w.acme, pending.ID, "broken"))
	w.unchanged("the withdrawn version again", release.ErrReleaseVersionUsed, now)
	w.draft(w.acme, p.ID, "0.9.0", two)
	w.ok(now())
}
