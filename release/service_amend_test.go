package release_test

import (
	"fmt"
	"testing"

	"packtide/release"
)

// TestRaceOfDifferentTexts: of those who change different texts of a pack at once, all have their way; who has seen other texts
// is refused. // R7
func TestRaceOfDifferentTexts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	p := w.pack(w.acme, "Alpha", false)
	for i := range rounds {
		text := fmt.Sprintf("text %d", i)
		edits := []release.PackTextsEdit{{Name: &text}, {Description: &text}, {InstallationGuide: &text}, {UserGuide: &text}, {SupportContact: &text}}
		var racers []func() error
		for j, e := range edits {
			by := []release.Actor{w.acme, w.acme2}[j%2]
			racers = append(racers, func() error { return w.svc.ChangePack(ctx, by, p.ID, release.Assembly{Texts: e}) })
		}
		if won := w.outcomes(w.race(racers...)); won != len(racers) {
			t.Errorf("%d of %d were done", won, len(racers))
		}
		want := release.PackTexts{Name: text, Description: text, InstallationGuide: text, UserGuide: text, SupportContact: text}
		if got := w.state(p.ID).Pack.PackTexts; got != want {
			t.Fatalf("round %d: lost a text: %+v", i, got)
		}
	}
	seen := w.state(p.ID).Pack.PackTexts
	change := func(e release.PackTextsEdit, over release.PackTexts) func() error {
		return func() error { return w.svc.ChangePack(ctx, w.acme, p.ID, release.Assembly{Texts: e, Over: &over}) }
	}
	w.ok(change(release.PackTextsEdit{UserGuide: new("Read it.")}, seen)())
	w.unchanged("texts that are others by now", release.ErrPackStale, change(release.PackTextsEdit{Description: new("About")}, seen))
	w.unchanged("an empty name", release.ErrPackNameMissing, change(release.PackTextsEdit{Name: new(" ")}, w.state(p.ID).Pack.PackTexts))
	seen = w.state(p.ID).Pack.PackTexts
	same := change(release.PackTextsEdit{Description: new("the first")}, seen)
	if won := w.outcomes(w.race(same, change(release.PackTextsEdit{Description: new("the other")}, seen)), release.ErrPackStale); won != 1 {
		t.Errorf("%d changed what both had seen", won)
	}
}

// TestRaceOfDifferentFields: of operators who change different things of an account at once, all have their way. // R17
func TestRaceOfDifferentFields(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	for i := range rounds {
		name, zone := fmt.Sprintf("North %d", i), []string{"Asia/Tokyo", "Asia/Kolkata"}[i%2]
		var racers []func() error
		for _, e := range []release.AccountEdit{{Name: &name}, {Zone: &zone}, {Publisher: new(true)}} {
			racers = append(racers, func() error { return w.svc.AmendAccount(ctx, w.operator, w.north.Account, e) })
		}
		if won := w.outcomes(w.race(racers...)); won != len(racers) {
			t.Errorf("%d of %d were done", won, len(racers))
		}
		got := must(w.db.Reader.Account(ctx, w.operator, w.north.Account))(t)
		if got.Name != name || got.Zone != zone || !got.Managed || !got.Publisher {
			t.Fatalf("round %d: lost a change: %+v", i, got)
		}
	}
	amend := func(e release.AccountEdit) func() error {
		return func() error { return w.svc.AmendAccount(ctx, w.operator, w.north.Account, e) }
	}
	w.unchanged("no zone", release.ErrZoneUnknown, amend(release.AccountEdit{Zone: new("")}))
	w.unchanged("no name", release.ErrAccountNameMissing, amend(release.AccountEdit{Name: new("")}))
	w.unchanged("installing no more", release.ErrPurposeKept, amend(release.AccountEdit{Managed: new(false)}))
	w.unchanged("publishing no more", release.ErrPurposeKept, amend(release.AccountEdit{Publisher: new(false)}))
	w.unchanged("no purpose", release.ErrAccountPurpose, amend(release.AccountEdit{Publisher: new(false), Managed: new(false)}))
	w.unchanged("a publisher", release.ErrForbidden, func() error {
		return w.svc.AmendAccount(ctx, w.acme, w.north.Account, release.AccountEdit{Name: new("Mine")})
	})
}
