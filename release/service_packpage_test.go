package release_test

import (
	"testing"

	"packtide/release"
)

// TestOneOnlyFromThePast: a release from before the rule was kept may hold what the pack does not admit; neither preparing it
// again nor undoing a removal brings it into the next release. // R6 R8 R22
func TestOneOnlyFromThePast(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	api, mail, chat := w.api("Orders", "1.0.0"), w.upload(w.acme, "Mail", "1.0.0"), w.upload(w.acme, "Chat", "1.0.0")
	p := w.pack(w.acme, "Multiple", true)
	old := w.released(w.acme, p.ID, "1.0.0", mail)
	now := w.released(w.acme, p.ID, "2.0.0", mail, chat)
	w.exec(`ALTER TABLE release_content DISABLE TRIGGER decided_content_is_immutable`)
	for _, r := range []release.ID{old.ID, now.ID} {
		w.exec(`INSERT INTO release_content (release_id, package_id, version_id) VALUES ($1, $2, $3)`, r, api.Package, api.ID)
	}
	w.exec(`ALTER TABLE release_content ENABLE TRIGGER decided_content_is_immutable`)

	w.unchanged("preparing what held it", release.ErrOneOnly, func() error {
		_, err := w.svc.PrepareFrom(t.Context(), w.acme, p.ID, old.ID)
		return err
	})
	w.ok(w.svc.RemovePackage(t.Context(), w.acme, p.ID, api.Package)) // it may always leave
	w.unchanged("undoing its removal", release.ErrOneOnly, func() error {
		return w.svc.UndoRemoval(t.Context(), w.acme, p.ID, api.Package)
	})
	w.ok(w.svc.RemovePackage(t.Context(), w.acme, p.ID, chat.Package))
	w.ok(w.svc.UndoRemoval(t.Context(), w.acme, p.ID, chat.Package)) // the others come back
}

// TestNothingToRollBack: preparing what the install base runs already would make a release that is refused at its end. // R22 R24
func TestNothingToRollBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, two := w.upload(w.acme, "Mail", "1.0.0"), w.upload(w.acme, "Mail", "2.0.0")
	p := w.pack(w.acme, "Alpha", false)
	first := w.released(w.acme, p.ID, "1.0.0", one)
	second := w.released(w.acme, p.ID, "2.0.0", two)
	back := w.released(w.acme, p.ID, "2.0.1", one)
	for name, r := range map[string]release.Release{"the current one": back, "an older one of the same versions": first} {
		w.unchanged(name, release.ErrNothingToRollBack, func() error {
			_, err := w.svc.PrepareFrom(t.Context(), w.acme, p.ID, r.ID)
			return err
		})
	}
	must(w.svc.PrepareFrom(t.Context(), w.acme, p.ID, second.ID))(t)
}
