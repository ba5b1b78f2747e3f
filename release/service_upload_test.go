package release_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"packtide/packfile"
	"packtide/release"
)

// TestUploadLabelIsUsedOnce: a label never comes twice, also after its version was deleted. // R1
func TestUploadLabelIsUsedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.upload(w.acme, "Mail", "1.0.0")
	again := func() error { _, err := w.svc.UploadVersion(t.Context(), w.acme2, file("Mail", "1.0.0")); return err }
	w.unchanged("the same label", release.ErrVersionExists, again)
	w.ok(w.svc.DeleteVersion(t.Context(), w.acme, v.ID))
	w.unchanged("the label of a deleted version", release.ErrVersionExists, again)
	w.unchanged("deleting twice", release.ErrVersionDeleted, func() error { return w.svc.DeleteVersion(t.Context(), w.acme, v.ID) })
	w.upload(w.acme, "Mail", "0.0.0") // the lowest label there is, and an older one than what was there
	w.upload(w.bolt, "Mail", "1.0.0") // another publisher's package of the same name is another package
}

// TestUploadForms: a version that is not three whole numbers, and files that are none. // R1 R3
func TestUploadForms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, tc := range map[string]struct {
		change func(*release.Upload)
		want   error
	}{
		"two parts":         {func(u *release.Upload) { u.Version = "1.0" }, release.ErrVersionForm},
		"a sign":            {func(u *release.Upload) { u.Version = "1.-2.0" }, release.ErrVersionForm},
		"a leading zero":    {func(u *release.Upload) { u.Version = "1.02.0" }, release.ErrVersionForm},
		"too large":         {func(u *release.Upload) { u.Version = "1.2147483648.0" }, release.ErrVersionForm},
		"digits of others":  {func(u *release.Upload) { u.Version = "١.٢.٣" }, release.ErrVersionForm},
		"no version at all": {func(u *release.Upload) { u.Version = "" }, release.ErrVersionMissing},
		"no name at all":    {func(u *release.Upload) { u.Name = "" }, release.ErrNameMissing},
		"nothing of a name": {func(u *release.Upload) { u.Name = "日本" }, release.ErrNameForm}, // no letter that a technical name could have
		"an empty file":     {func(u *release.Upload) { u.Size = 0 }, release.ErrFileEmpty},
		"no file":           {func(u *release.Upload) { u.Content = nil }, release.ErrFileMissing},
		"too large a file":  {func(u *release.Upload) { u.Size = 300 << 20 }, release.ErrFileTooLarge},
		"a negative size":   {func(u *release.Upload) { u.Size = -1 }, release.ErrFileEmpty},
		"other bytes":       {func(u *release.Upload) { u.Content = strings.NewReader("Mail 1.0.1") }, release.ErrFileUnreadable},
		"bytes that lack":   {func(u *release.Upload) { u.Content = strings.NewReader("Mail") }, release.ErrFileUnreadable},
		"bytes too many":    {func(u *release.Upload) { u.Content = strings.NewReader("Mail 1.0.0 and more") }, release.ErrFileUnreadable},
	} {
		u := file("Mail", "1.0.0")
		tc.change(&u)
		w.unchanged(name, tc.want, func() error { _, err := w.svc.UploadVersion(t.Context(), w.acme, u); return err })
	}
	w.upload(w.acme, "Mail", "2147483647.2147483647.2147483647")
}

// TestUploadKeepsNothingHalf: a file that can't be read to its end leaves no package, version, artifact or part.
func TestUploadKeepsNothingHalf(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := file("Mail", "1.0.0")
	u.Size = 3 << 20
	u.Content = brokenAfter(2 << 20)
	before := w.fingerprint()
	if _, err := w.svc.UploadVersion(t.Context(), w.acme, u); !errors.Is(err, errBroken) {
		t.Errorf("got %v, want the fault of the file", err)
	}
	if after := w.fingerprint(); after != before {
		t.Errorf("kept half an upload:\n%s", after)
	}
}

var errBroken = errors.New("the disk is broken")

// brokenAfter is a file of zeros that fails after so many bytes.
type brokenAfter int64

func (b brokenAfter) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > int64(b) {
		return 0, errBroken
	}
	return len(p), nil
}

var _ io.ReaderAt = brokenAfter(0)

// TestShareable: the publisher's setting fills in what a client does not say, at the upload and never later. // R2
func TestShareable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	silent := func(version string) release.PackageVersion {
		u := file("Mail", version)
		u.Shareable = nil
		return must(w.svc.UploadVersion(t.Context(), w.acme, u))(t)
	}
	one := silent("1.0.0")
	w.ok(w.svc.SetShareableDefault(t.Context(), w.acme, true))
	two := silent("1.1.0")
	said := file("Mail", "1.2.0")
	said.Shareable = new(false)
	three := must(w.svc.UploadVersion(t.Context(), w.acme, said))(t)
	for _, tc := range []struct {
		v    release.PackageVersion
		want bool
	}{{one, false}, {two, true}, {three, false}} {
		kept := must(w.db.Reader.Version(t.Context(), w.acme, tc.v.ID))(t)
		if kept.Shareable != tc.want {
			t.Errorf("%s is shareable: %t, want %t", tc.v.Version, kept.Shareable, tc.want)
		}
	}
	p := w.pack(w.acme, "Alpha", false)
	d := must(w.svc.DraftRelease(t.Context(), w.acme, p.ID))(t)
	w.unchanged("a version that is not shareable", release.ErrNotShareable, func() error {
		return w.svc.ChooseVersions(t.Context(), w.acme, d.ID, d.Revision, release.Contents{one.Package: one.ID})
	})
	only := file("Chat", "1.0.0")
	only.Shareable = new(false)
	chat := must(w.svc.UploadVersion(t.Context(), w.acme, only))(t)
	w.unchanged("a package without shareable versions", release.ErrNoShareableVersion, func() error {
		return w.svc.AddPackage(t.Context(), w.acme, p.ID, chat.Package)
	})
}

// TestUploadReadsTheFile: what the publisher leaves empty, the manifest tells; a package stays on its platform. // R1 R3
func TestUploadReadsTheFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := file("", "")
	u.Notes = " \n "
	u.Manifest = packfile.Manifest{
		Platform: "secops", Kind: "response integration", Name: "google_sheets", DisplayName: "Google Sheets",
		Version: packfile.Version{Major: 15}, HasVersion: true, PlatformVersion: "15.0",
	}
	v := must(w.svc.UploadVersion(t.Context(), w.acme, u))(t)
	kept := must(w.db.Reader.Version(t.Context(), w.acme, v.ID))(t)
	if kept.DisplayName != "Google Sheets" || kept.Package.Name != "google_sheets" || kept.Version.String() != "15.0.0" || kept.PlatformVersion != "15.0" {
		t.Errorf("kept %+v", kept.VersionRow)
	}
	other := file("Google Sheets", "16.0.0")
	w.unchanged("another platform", release.ErrPlatformDiffers, func() error {
		_, err := w.svc.UploadVersion(t.Context(), w.acme, other)
		return err
	})
}

// TestSameBytesAreKeptOnce, whoever uploads them, and go with the last version that holds them.
func TestSameBytesAreKeptOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	same := func(by release.Actor, name string) release.PackageVersion {
		u := file("Mail", "1.0.0")
		u.Name = name
		u.Content = strings.NewReader("Mail 1.0.0")
		return must(w.svc.UploadVersion(t.Context(), by, u))(t)
	}
	a, b := same(w.acme, "Mail"), same(w.bolt, "Post")
	parts := func(want int) {
		t.Helper()
		if n := w.number(`SELECT count(*) FROM artifact_part`); n != want {
			t.Errorf("%d parts, want %d", n, want)
		}
	}
	parts(1)
	w.ok(w.svc.DeleteVersion(t.Context(), w.acme, a.ID))
	parts(1)
	w.ok(w.svc.DeleteVersion(t.Context(), w.bolt, b.ID))
	parts(0)
	same(w.acme, "Mail again")
	parts(1)
}

// TestDeleteVersionInUse: pending and released releases keep their versions, for ever; a draft or a withdrawn one does not. // R5
func TestDeleteVersionInUse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, two, three := w.upload(w.acme, "Mail", "1.0.0"), w.upload(w.acme, "Mail", "2.0.0"), w.upload(w.acme, "Mail", "3.0.0")
	p := w.pack(w.acme, "Alpha", false)
	w.released(w.acme, p.ID, "1.0.0", one)
	pending := w.pending(w.acme, p.ID, "2.0.0", "2027-01-20", two)
	deleting := func(v release.PackageVersion) func() error {
		return func() error { return w.svc.DeleteVersion(t.Context(), w.acme, v.ID) }
	}
	w.unchanged("in the current release", release.ErrVersionInUse, deleting(one))
	w.unchanged("in the pending release", release.ErrVersionInUse, deleting(two))
	w.ok(w.svc.Withdraw(t.Context(), w.acme, pending.ID, "broken"))
	w.ok(deleting(two)())
	w.released(w.acme, p.ID, "3.0.0", three)
	w.unchanged("in a release of the past", release.ErrVersionInUse, deleting(one))
	four := w.upload(w.acme, "Mail", "4.0.0")
	d := w.draft(w.acme, p.ID, "4.0.0", four)
	w.ok(deleting(four)()) // only a draft holds it
	w.unchanged("a draft whose version is gone", release.ErrVersionDeleted, func() error {
		return w.svc.ReleaseNow(t.Context(), w.acme, d.ID, d.Revision)
	})
	w.unchanged("a version of somebody else", release.ErrNotFound, func() error { return w.svc.DeleteVersion(t.Context(), w.bolt, three.ID) })
}
