package release_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/packfile"
	"packtide/release"
)

// faulty is an upload whose file has an error and a warning.
func faulty(name, version string) release.Upload {
	u := file(name, version)
	u.Findings = []packfile.Finding{
		{Code: "X-1", Severity: packfile.SeverityError, Path: "a.json", Line: 3, Message: "This is wrong.", Fix: "Mend it."},
		{Code: "X-2", Severity: packfile.SeverityWarning, Path: "b.json", Message: "This is doubtful.", Fix: "Look at it."},
	}
	return u
}

// TestSharingErrors: errors block "shareable" unless the publisher overrides them with a reason, which is kept, shown and
// audited; refused, nothing is stored. // R4
func TestSharingErrors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, tc := range []struct {
		name      string
		shareable *bool
		reason    string
		want      error
	}{
		{"asked for", new(true), "", release.ErrShareableErrors},
		{"blank reason", new(true), " \n ", release.ErrShareableErrors},
		{"long reason", new(true), strings.Repeat("x", 1001), release.ErrOverrideReason},
		{"reason that can't be seen", new(true), "a\x00b", release.ErrOverrideReason},
	} {
		w.unchanged(tc.name, tc.want, func() error {
			u := faulty("Mail", "1.0.0")
			u.Shareable, u.OverrideReason = tc.shareable, tc.reason
			_, err := w.svc.UploadVersion(t.Context(), w.acme, u)
			var told *release.FindingsError
			if !errors.As(err, &told) || len(told.Findings) != 2 || told.ComparedWith != nil {
				t.Errorf("%s: %v does not carry the findings", tc.name, err)
			}
			return err
		})
	}
	w.ok(w.svc.SetShareableDefault(t.Context(), w.acme, true))
	w.unchanged("shareable by the publisher's setting", release.ErrShareableErrors, func() error {
		u := faulty("Mail", "1.0.0")
		u.Shareable = nil
		_, err := w.svc.UploadVersion(t.Context(), w.acme, u)
		return err
	})
}

// TestWaysOutOfErrors: not shareable, or shared with a reason; a reason that nothing asks for is not kept. // R4
func TestWaysOutOfErrors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i, tc := range []struct {
		upload    func(name, version string) release.Upload
		shareable bool
		reason    string
		kept      string
	}{
		{faulty, false, "", ""},
		{faulty, false, "not asked for", ""},
		{faulty, true, " The platform's own check is wrong here. ", "The platform's own check is wrong here."},
		{file, true, "nothing to override", ""},
	} {
		u := tc.upload("Mail", release.Version{Major: i}.String())
		u.Shareable, u.OverrideReason = &tc.shareable, tc.reason
		v := must(w.svc.UploadVersion(t.Context(), w.acme, u))(t)
		kept := must(w.db.Reader.Version(t.Context(), w.acme, v.ID))(t)
		if kept.Shareable != tc.shareable || kept.OverrideReason != tc.kept || kept.Overridden != (tc.kept != "") || len(kept.Findings) != len(u.Findings) {
			t.Errorf("%d: kept %+v with the reason %q", i, kept.VersionRow, kept.OverrideReason)
		}
		if n := w.number(`SELECT count(*) FROM audit_event WHERE subject = $1 AND reason = $2`, v.ID, tc.kept); n != 1 {
			t.Errorf("%d: %d events tell the reason %q", i, n, tc.kept)
		}
	}
}

// held is an upload whose package holds one part, of a platform.
func held(platform, version, part string) release.Upload {
	u := file("Mail", version)
	u.Manifest = packfile.Manifest{Platform: platform, Kind: "thing", Name: "mail", Version: packfile.Version{Major: 1}, HasVersion: true}
	u.Contents.Parts = []packfile.Part{{Kind: "action", Key: part, Name: part}}
	u.OverrideReason = "a test"
	return u
}

// TestComparedAtUpload: every upload is compared, under the label that it has here, with the highest version below it that
// is not deleted, and the findings of that are kept with its own. // R4
func TestComparedAtUpload(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, platform := range packfile.PlatformKeys() {
		by := w.acme
		upload := func(version, part string) release.PackageVersion {
			u := held(platform, version, part)
			u.Manifest.Name = "mail_" + platform
			return must(w.svc.UploadVersion(t.Context(), by, u))(t)
		}
		first := upload("1.0.0", "Ping")
		if !first.ComparedWith.IsZero() {
			t.Errorf("%s: the first version is compared with %s", platform, first.ComparedWith)
		}
		gone, third := upload("1.1.0", "Ping"), upload("3.0.0", "Ping")
		w.ok(w.svc.DeleteVersion(t.Context(), by, gone.ID))
		between := upload("1.2.0", "Pong")
		if third.ComparedWith != gone.ID || between.ComparedWith != first.ID {
			t.Errorf("%s: compared with %s and %s, want %s and %s", platform, third.ComparedWith, between.ComparedWith, gone.ID, first.ID)
		}
		old := must(w.db.Reader.Comparable(t.Context(), by, first.ID))(t)
		neu := must(w.db.Reader.Comparable(t.Context(), by, between.ID))(t)
		kept := must(w.db.Reader.Version(t.Context(), by, between.ID))(t)
		want := packfile.Compare(old.Package, neu.Package, packfile.Options{}).Findings
		if diff := cmp.Diff(want, kept.Findings); diff != "" && len(want)+len(kept.Findings) > 0 {
			t.Errorf("%s: findings of the comparison (-want +got):\n%s", platform, diff)
		}
		if neu.Package.Manifest.Version.String() != "1.2.0" || kept.ComparedWith == nil || kept.ComparedWith.ID != first.ID {
			t.Errorf("%s: %s is compared with %v", platform, neu.Package.Manifest.Version, kept.ComparedWith)
		}
	}
}

// TestUploadsCompareInTurn: of many uploads at once each is compared with the version that is below it once it is kept, and
// with none that comes later: kept in any order, the highest label kept before is the one. // R4
func TestUploadsCompareInTurn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var all sync.WaitGroup
	kept := make([]release.PackageVersion, 6)
	for i := range kept {
		all.Go(func() {
			u := held("plain", release.Version{Major: i}.String(), "Ping")
			kept[i] = must(w.svc.UploadVersion(t.Context(), w.acme, u))(t)
		})
	}
	all.Wait()
	// A transaction takes its number with its first lock or row, which is the package's: numbers tell the order.
	wrong := w.number(`
		SELECT count(*)
		  FROM package_version v
		 WHERE v.compared_with IS DISTINCT FROM (
		         SELECT o.id FROM package_version o
		          WHERE o.package_id = v.package_id AND o.major < v.major AND o.xmin::text::bigint < v.xmin::text::bigint
		          ORDER BY o.major DESC LIMIT 1)`)
	if wrong != 0 {
		t.Errorf("%d versions are compared with the wrong one", wrong)
	}
}

// TestCheckSettings: a publisher's choices are kept with their event, and only those that a platform offers.
func TestCheckSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	set := func(by release.Actor, settings map[string]string) func() error {
		return func() error { return w.svc.SetCheckSettings(t.Context(), by, settings) }
	}
	var choice, free packfile.Setting
	for _, p := range packfile.Settings() {
		for _, s := range p.Settings {
			if s.Free {
				free = s
			} else {
				choice = s
			}
		}
	}
	value := choice.Choices[1].Value
	w.unchanged("a setting that is not known", release.ErrCheckSetting, set(w.acme, map[string]string{"no.such": "x"}))
	w.unchanged("a value that is not offered", release.ErrCheckSetting, set(w.acme, map[string]string{choice.Key: "no such"}))
	w.unchanged("a text that is too long", release.ErrCheckSetting, set(w.acme, map[string]string{free.Key: strings.Repeat("x", 101)}))
	w.unchanged("a text that can't be seen", release.ErrCheckSetting, set(w.acme, map[string]string{free.Key: "a\u202eb"}))
	w.unchanged("a viewer", release.ErrForbidden, set(w.acmeViewer, nil))
	w.unchanged("support", release.ErrReadOnly, set(w.support, nil))
	w.ok(set(w.acme, map[string]string{choice.Key: value, free.Key: " "})())
	kept := must(w.db.Reader.Account(t.Context(), w.acme, w.acme.Account))(t)
	if diff := cmp.Diff(map[string]string{choice.Key: value}, kept.CheckSettings); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	if n := w.number(`SELECT count(*) FROM audit_event WHERE action = 'account.edited' AND after->'check_settings'->>$1 = $2`, choice.Key, value); n != 1 {
		t.Errorf("%d events tell the settings", n)
	}
	w.ok(set(w.acme, nil)())
	if kept := must(w.db.Reader.Account(t.Context(), w.acme, w.acme.Account))(t); kept.CheckSettings != nil {
		t.Errorf("still %v", kept.CheckSettings)
	}
}
