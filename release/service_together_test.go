package release_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"packtide/packfile"
	"packtide/release"
)

// sharing is an upload of a package with a component that other packages hold too, in a version of its own.
func (w *world) sharing(name, version, component string) release.PackageVersion {
	w.t.Helper()
	u := file(name, version)
	u.Manifest = packfile.Manifest{
		Platform: "boomi", Kind: "process", Name: strings.ToLower(name),
		Components: []packfile.Component{{ID: "c1", Name: "Shared map", Version: component}},
	}
	return must(w.svc.UploadVersion(w.t.Context(), w.acme, u))(w.t)
}

// TestPackagesFitTogether: at every decision, packages that differ in what they share are refused, and the refusal names
// the component, what differs, and the packages. // R10
func TestPackagesFitTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	mail, chat := w.sharing("Mail", "1.0.0", "7"), w.sharing("Chat", "1.0.0", "8")
	fits := w.sharing("Chat", "1.1.0", "7")
	p := w.pack(w.acme, "Alpha", false)
	d := w.planned(w.acme, p.ID, "1.0.0", "2027-01-20", mail, chat)
	for name, decide := range map[string]func() error{
		"release now": func() error { return w.svc.ReleaseNow(ctx, w.acme, d.ID, d.Revision) },
		"schedule":    func() error { return w.svc.ScheduleRelease(ctx, w.acme, d.ID, d.Revision) },
	} {
		w.unchanged(name, release.ErrClash, func() error {
			err := decide()
			var refusal *release.Error
			if !errors.As(err, &refusal) || refusal.Rule != "R10" {
				t.Fatalf("%s: %v", name, err)
			}
			for _, part := range []string{"Shared map", "version", "Mail 1.0.0", "Chat 1.0.0"} {
				if !strings.Contains(refusal.Message, part) {
					t.Errorf("%s: %q does not name %s", name, refusal.Message, part)
				}
			}
			return err
		})
	}
	pending := w.pending(w.acme, p.ID, "1.0.0", "2027-01-20", mail, fits)
	w.ok(w.svc.Reschedule(ctx, w.acme, pending.ID, "2027-01-25", "later"))
	// As scheduled by an older packtide, which did not look.
	w.exec(`ALTER TABLE release_content DISABLE TRIGGER decided_content_is_immutable`)
	w.exec(`UPDATE release_content SET version_id = $1 WHERE version_id = $2`, chat.ID, fits.ID)
	w.exec(`ALTER TABLE release_content ENABLE TRIGGER decided_content_is_immutable`)
	w.unchanged("reschedule", release.ErrClash, func() error {
		return w.svc.Reschedule(ctx, w.acme, pending.ID, "2027-01-26", "later still")
	})
	// What was promised for a midnight comes at that midnight, whatever is asked for since. // R18
	due := *w.state(p.ID).Pending.DueAt
	if got, err := w.svc.ApplyDue(ctx, due); err != nil || got.Releases != 1 {
		t.Errorf("at midnight: %+v, %v", got, err)
	}
	if now := w.state(p.ID); now.Current == nil || now.Current.ID != pending.ID {
		t.Error("the release is not current after its midnight")
	}
}

// TestManyClashes: a refusal names a few things, and how many more there are. // R10
func TestManyClashes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var versions []release.PackageVersion
	for _, name := range []string{"Mail", "Chat"} {
		u := file(name, "1.0.0")
		u.Manifest = packfile.Manifest{Platform: "boomi", Kind: "process", Name: strings.ToLower(name)}
		for id := range strings.SplitSeq("abcdefgh", "") {
			u.Manifest.Components = append(u.Manifest.Components, packfile.Component{ID: id, Name: "Map " + id, Version: name})
		}
		versions = append(versions, must(w.svc.UploadVersion(t.Context(), w.acme, u))(t))
	}
	p := w.pack(w.acme, "Alpha", false)
	d := w.draft(w.acme, p.ID, "1.0.0", versions...)
	err := w.svc.ReleaseNow(t.Context(), w.acme, d.ID, d.Revision)
	var all release.Errors
	if !errors.As(err, &all) || len(all) != 6 || !strings.HasPrefix(all[5].Message, "3 more") {
		t.Errorf("refused with %v", err)
	}
}

// TestNoClashSlipsThrough: while one publisher releases what the wizard has shown, another swaps a version for one that
// does not fit. Whoever is first, nothing that clashes is ever released. // R10
func TestNoClashSlipsThrough(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	mail, fits := w.sharing("Mail", "1.0.0", "7"), w.sharing("Chat", "1.0.0", "7")
	clash := w.sharing("Chat", "1.1.0", "8")
	for range 6 {
		p := w.pack(w.acme, "Alpha "+release.NewID(monday).String(), false)
		d := w.draft(w.acme, p.ID, "1.0.0", mail, fits)
		var all sync.WaitGroup
		all.Go(func() {
			err := w.svc.ReleaseNow(ctx, w.acme, d.ID, d.Revision)
			if err != nil && !errors.Is(err, release.ErrDraftStale) {
				t.Error(err)
			}
		})
		all.Go(func() {
			err := w.svc.ChooseVersions(ctx, w.acme2, d.ID, d.Revision, release.Contents{mail.Package: mail.ID, fits.Package: clash.ID})
			if err != nil && !errors.Is(err, release.ErrDraftStale) {
				t.Error(err)
			}
		})
		all.Wait()
		now := w.state(p.ID)
		if now.Current != nil && now.Current.Contents[fits.Package] != fits.ID {
			t.Error("a release holds packages that do not fit together")
		}
		if now.Draft != nil {
			w.refused(w.svc.ReleaseNow(ctx, w.acme, now.Draft.ID, now.Draft.Revision), release.ErrClash)
		}
	}
}
