package release_test

import (
	"fmt"
	"strings"
	"testing"

	"packtide/release"
)

// TestPackTexts: what a pack may be called and say. // R6 R7
func TestPackTexts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	create := func(n release.NewPack) func() error {
		return func() error { _, err := w.svc.CreatePack(t.Context(), w.acme, n); return err }
	}
	texts := release.PackTexts{Name: "Alpha"}
	w.unchanged("no choice of how often it is installed", release.ErrModeMissing, create(release.NewPack{PackTexts: texts}))
	p := must(w.svc.CreatePack(t.Context(), w.acme, release.NewPack{PackTexts: release.PackTexts{Name: " Alpha "}, Multiple: new(true)}))(t)
	if p.Name != "Alpha" {
		t.Errorf("named %q", p.Name)
	}
	w.unchanged("the name of another pack, in other letters", release.ErrPackNameTaken,
		create(release.NewPack{PackTexts: release.PackTexts{Name: "ALPHA"}, Multiple: new(false)}))
	other := w.pack(w.acme, "Beta", false)
	for name, tc := range map[string]struct {
		texts release.PackTexts
		want  error
	}{
		"no name":                    {release.PackTexts{Name: "  "}, release.ErrPackNameMissing},
		"151 characters":             {release.PackTexts{Name: strings.Repeat("é", 151)}, release.ErrPackNameMissing},
		"501 characters":             {release.PackTexts{Name: "A", Description: strings.Repeat("é", 501)}, release.ErrDescriptionLong},
		"a guide beyond the limit":   {release.PackTexts{Name: "A", InstallationGuide: strings.Repeat("x", 50_001)}, release.ErrTextLong},
		"the name of the other pack": {release.PackTexts{Name: "beta"}, release.ErrPackNameTaken},
	} {
		w.unchanged(name, tc.want, func() error { return w.svc.EditPack(t.Context(), w.acme, p.ID, tc.texts) })
	}
	w.ok(w.svc.EditPack(t.Context(), w.acme, p.ID, release.PackTexts{Name: strings.Repeat("é", 150), Description: strings.Repeat("é", 500)}))
	w.pack(w.bolt, "Beta", false) // the name is unique per publisher
	w.ok(func() error { _, err := w.svc.DeletePack(t.Context(), w.acme, other.ID, "Beta"); return err }())
	w.pack(w.acme, "Beta", false) // and free again
}

// TestPackContents: adding takes the newest shareable version, removing can be undone, updates come on request only. // R8 R9
func TestPackContents(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mail, chat := w.upload(w.acme, "Mail", "1.0.0"), w.upload(w.acme, "Chat", "1.0.0")
	w.upload(w.acme, "Mail", "1.9.0")
	newest := w.upload(w.acme, "Mail", "1.10.0") // newer than 1.9.0, and older as text
	secret := file("Mail", "2.0.0")
	secret.Shareable = new(false)
	must(w.svc.UploadVersion(t.Context(), w.acme, secret))(t)
	p := w.pack(w.acme, "Alpha", false)
	add := func(v release.PackageVersion) func() error {
		return func() error { return w.svc.AddPackage(t.Context(), w.acme, p.ID, v.Package) }
	}
	w.ok(add(mail)())
	w.ok(add(chat)())
	w.unchanged("adding twice", release.ErrPackageInPack, add(mail))
	holds := func(what string, want ...release.PackageVersion) {
		t.Helper()
		contents := release.Contents{}
		for _, v := range want {
			contents[v.Package] = v.ID
		}
		if got := w.state(p.ID).Draft.Contents; !got.Equal(contents) {
			t.Errorf("%s: the draft holds %v, want %v", what, got, contents)
		}
	}
	holds("added", newest, chat)
	d := w.state(p.ID).Draft
	w.ok(w.svc.DescribeRelease(t.Context(), w.acme, d.ID, d.Revision, "1.0.0", ""))
	w.ok(w.svc.ReleaseNow(t.Context(), w.acme, d.ID, d.Revision+1))

	undo := func() error { return w.svc.UndoRemoval(t.Context(), w.acme, p.ID, chat.Package) }
	w.unchanged("undoing what was not removed", release.ErrPackageInPack, undo)
	w.ok(w.svc.RemovePackage(t.Context(), w.acme, p.ID, chat.Package))
	holds("removed", newest)
	w.unchanged("removing twice", release.ErrPackageNotInPack, func() error {
		return w.svc.RemovePackage(t.Context(), w.acme, p.ID, chat.Package)
	})
	update := w.upload(w.acme, "Mail", "1.11.0")
	holds("a newer version changes nothing by itself", newest) // R9
	rows := must(w.db.Reader.PackPackages(t.Context(), w.acme, p.ID))(t)
	if len(rows) != 2 || rows[0].Next != nil || rows[1].Newest.Version.String() != "1.11.0" || rows[1].Next.Version.String() != "1.10.0" {
		t.Errorf("the pack's page shows %+v", rows)
	}
	w.ok(undo())
	holds("undone", newest, chat)
	w.ok(w.svc.TakeUpdates(t.Context(), w.acme, p.ID))
	holds("updated", update, chat)
	revision := must(w.svc.DraftRelease(t.Context(), w.acme, p.ID))(t).Revision
	w.ok(w.svc.TakeUpdates(t.Context(), w.acme, p.ID)) // the second click finds nothing to take
	if now := must(w.svc.DraftRelease(t.Context(), w.acme, p.ID))(t).Revision; now != revision {
		t.Errorf("taking nothing counts as edit %d, after %d", now, revision)
	}
	never := w.upload(w.acme, "Never", "1.0.0")
	w.unchanged("undoing the removal of what was never in", release.ErrPackageNotInPack, func() error {
		return w.svc.UndoRemoval(t.Context(), w.acme, p.ID, never.Package)
	})
}

// TestPackIsFull: 100 packages and no more, on whatever way they come in. // R7
func TestPackIsFull(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var all []release.PackageVersion
	for i := range 101 {
		all = append(all, w.upload(w.acme, fmt.Sprintf("Part %d", i), "1.0.0"))
	}
	p := w.pack(w.acme, "Alpha", false)
	w.released(w.acme, p.ID, "1.0.0", all[:100]...)
	more := func() error { return w.svc.AddPackage(t.Context(), w.acme, p.ID, all[100].Package) }
	w.unchanged("a package too many", release.ErrPackFull, more)
	w.ok(w.svc.RemovePackage(t.Context(), w.acme, p.ID, all[0].Package))
	w.ok(more())
	w.unchanged("the removed one back beside its successor", release.ErrPackFull, func() error {
		return w.svc.UndoRemoval(t.Context(), w.acme, p.ID, all[0].Package)
	})
	contents := release.Contents{}
	for _, v := range all {
		contents[v.Package] = v.ID
	}
	d := w.state(p.ID).Draft
	w.unchanged("all at once", release.ErrPackFull, func() error {
		return w.svc.ChooseVersions(t.Context(), w.acme, d.ID, d.Revision, contents)
	})
}

// TestDeletePack asks for the name, detaches everything, ends what was pending and current; the history stays. // R11
func TestDeletePack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, two, three := w.upload(w.acme, "Mail", "1.0.0"), w.upload(w.acme, "Mail", "2.0.0"), w.upload(w.acme, "Mail", "3.0.0")
	p := w.pack(w.acme, "Alpha", true)
	current := w.released(w.acme, p.ID, "1.0.0", one)
	n, s := w.install(w.north, p.ID, "n"), w.install(w.south, p.ID, "s")
	gone := w.install(w.west, p.ID, "w")
	w.ok(w.svc.Uninstall(t.Context(), w.west, gone.ID))
	pending := w.pending(w.acme, p.ID, "2.0.0", "2027-01-20", two)
	w.draft(w.acme, p.ID, "3.0.0", three)
	w.ok(w.svc.OptIn(t.Context(), w.north, n.ID, pending.ID, ""))
	var detached int64
	del := func(name string) func() error {
		return func() (err error) { detached, err = w.svc.DeletePack(t.Context(), w.acme, p.ID, name); return err }
	}
	w.unchanged("another name", release.ErrTypedNameDiffers, del("alpha"))
	w.ok(w.tells("deleting", del(" Alpha "), release.ActPackDeleted, release.ActWithdrawn))
	if detached != 2 {
		t.Errorf("%d detached, want 2", detached)
	}
	w.unchanged("deleting twice", release.ErrNotFound, del("Alpha"))
	for _, a := range []release.Attachment{n, s, gone} {
		w.runs(a, "")
	}
	w.history(n, "1.0.0 installed Nora", "2.0.0 opted in Nora", "- uninstalled Paula")
	w.history(s, "1.0.0 installed Sunil", "- uninstalled Paula")
	w.history(gone, "1.0.0 installed Wim", "- uninstalled Wim")
	if r := w.release(current.ID); r.State != release.Released || r.EndedAt == nil {
		t.Errorf("the current release: %+v", r)
	}
	if r := w.release(pending.ID); r.State != release.Withdrawn || r.Reason == "" {
		t.Errorf("the pending release: %+v", r)
	}
	w.unchanged("trying what is gone", release.ErrDetached, func() error { return w.svc.OptIn(t.Context(), w.north, n.ID, pending.ID, "") })
	w.unchanged("installing what is gone", release.ErrNotFound, func() error {
		_, err := w.svc.InstallPack(t.Context(), w.north, release.Install{Pack: p.ID, Name: "again"})
		return err
	})
	// Those whom it was taken from are told; who had uninstalled it before is not concerned.
	for account, want := range map[*release.Actor]int{&w.north: 1, &w.south: 1, &w.west: 0} {
		news := must(w.db.Reader.News(t.Context(), *account, release.ID{}, 10))(t)
		if len(news) != want || (want == 1 && news[0].Action != release.ActPackDeleted) {
			t.Errorf("news for %s: %+v, want %d of the deletion", account.Name, news, want)
		}
	}
	w.ok(w.svc.DeleteVersion(t.Context(), w.acme, three.ID)) // only the draft held it
	w.unchanged("a version of the deleted pack's past", release.ErrVersionInUse, func() error {
		return w.svc.DeleteVersion(t.Context(), w.acme, one.ID)
	})
}
