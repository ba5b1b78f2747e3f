package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/packfile"
	"packtide/release"
)

// wares is a version whose package holds something to compare.
func (w *scene) wares(pkg release.ID, label release.Version, name string) release.PackageVersion {
	v := w.version(pkg, label, name)
	v.Manifest.Name, v.Findings = name, nil
	v.Contents = packfile.Contents{
		Parts: []packfile.Part{{Kind: "action", Key: name, Name: name, Facets: []packfile.Facet{{Name: "type", Value: "text"}}}},
		Files: []packfile.FileMark{{Path: "a/" + name, Size: 3, Sum: "00ff"}},
	}
	w.do(func(ctx context.Context, tx release.Tx) error { return upload(ctx, tx, v, name) })
	return v
}

// publishing is an actor who reads what the account publishes.
func publishing(account release.Account) release.Actor {
	return release.Actor{Account: account.ID, Publisher: release.RolePublisherViewer}
}

// R1, R5: contents come back as they were kept, under the version's label, also of a version that was deleted since.
func TestContentsRoundTrip(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	pkg := w.newPackage()
	v := w.wares(pkg.ID, release.Version{Major: 1, Minor: 4}, "one")
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.DeleteVersion(ctx, v.ID, w.person, start) })
	want := release.Comparable{
		VersionRef: release.VersionRef{ID: v.ID, Version: v.Version, PlatformVersion: "7.0"},
		PackageID:  pkg.ID, DisplayName: "Package", Kept: true,
		Package: packfile.Package{
			Manifest: packfile.Manifest{Name: "one", Version: packfile.Version{Major: 1, Minor: 4}, HasVersion: true},
			Contents: v.Contents,
		},
	}
	got, err := w.Reader.Comparable(t.Context(), publishing(w.publisher), v.ID)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	manifests, err := w.Reader.Manifests(t.Context(), publishing(w.publisher), []release.ID{v.ID, release.NewID(start)})
	want.Kept, want.Package.Contents = false, packfile.Contents{}
	if diff := cmp.Diff([]release.Comparable{want}, manifests); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	w.do(func(ctx context.Context, tx release.Tx) error {
		of, err := tx.Manifests(ctx, w.publisher.ID, []release.ID{v.ID})
		if diff := cmp.Diff(manifests, of); diff != "" {
			t.Errorf("in a transaction (-want +got):\n%s", diff)
		}
		if foreign, err := tx.Manifests(ctx, w.managed.ID, []release.ID{v.ID}); err != nil || len(foreign) != 0 {
			t.Errorf("another publisher's: %v, %v", foreign, err)
		}
		return err
	})
}

// R4: the version below is told by numbers, not by text or time, is not deleted, and may be older than what is kept now.
func TestVersionBelow(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	pkg, other := w.newPackage(), w.newPackage()
	ten := w.wares(pkg.ID, release.Version{Major: 10}, "ten")
	nine := w.wares(pkg.ID, release.Version{Major: 9}, "nine")
	twelve := w.wares(pkg.ID, release.Version{Major: 12}, "twelve")
	gone := w.wares(pkg.ID, release.Version{Major: 11}, "eleven")
	w.wares(other.ID, release.Version{Major: 11, Minor: 5}, "other")
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.DeleteVersion(ctx, gone.ID, w.person, start) })
	w.sql(`ALTER TABLE version_contents DISABLE TRIGGER contents_of_version_are_immutable`)
	w.sql(`DELETE FROM version_contents WHERE version_id = $1`, nine.ID) // as uploaded before contents were kept
	for _, tc := range []struct {
		below release.Version
		want  release.ID
		kept  bool
	}{
		{release.Version{Major: 9}, release.ID{}, false},
		{release.Version{Major: 9, Patch: 1}, nine.ID, false},
		{release.Version{Major: 12}, ten.ID, true},
		{release.Version{Major: 99}, twelve.ID, true},
	} {
		w.do(func(ctx context.Context, tx release.Tx) error {
			got, err := tx.VersionBelow(ctx, pkg.ID, tc.below)
			if errors.Is(err, release.ErrNotFound) {
				err = nil
			}
			if got.ID != tc.want || got.Kept != tc.kept {
				t.Errorf("below %s: %s (kept %t), want %s", tc.below, got.Version, got.Kept, tc.want)
			}
			return err
		})
	}
	hidden := w.version(pkg.ID, release.Version{Major: 13}, "thirteen")
	hidden.Shareable, hidden.Findings = false, nil
	w.do(func(ctx context.Context, tx release.Tx) error { return upload(ctx, tx, hidden, "thirteen") })
	w.do(func(ctx context.Context, tx release.Tx) error {
		for below, want := range map[release.Version]release.ID{{Major: 99}: twelve.ID, {Major: 12}: ten.ID} {
			got, err := tx.ShareableBelow(ctx, pkg.ID, below)
			if err != nil || got.ID != want || !got.Kept {
				t.Errorf("shareable below %s: %s, %v", below, got.Version, err)
			}
		}
		if _, err := tx.ShareableBelow(ctx, pkg.ID, release.Version{Major: 9}); !errors.Is(err, release.ErrNotFound) {
			t.Errorf("shareable below the first: %v", err)
		}
		return nil
	})
	ref, err := w.Reader.VersionBelow(t.Context(), publishing(w.publisher), twelve.ID)
	if err != nil || ref.ID != ten.ID {
		t.Errorf("below 12.0.0: %v, %v", ref, err)
	}
}

// R1: contents are added with their version and never change, for the application and for the owner of the tables.
func TestContentsAreImmutable(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	w.wares(w.newPackage().ID, release.Version{Major: 1}, "one")
	for _, sql := range []string{`UPDATE version_contents SET contents = '{}'`, `DELETE FROM version_contents`, `TRUNCATE version_contents`} {
		if _, err := w.Owner(t).Exec(t.Context(), sql); err == nil {
			t.Errorf("%s succeeds for the owner", sql)
		}
		if _, err := w.Pool.Exec(t.Context(), sql); err == nil {
			t.Errorf("%s succeeds for the application", sql)
		}
	}
}

// R4: a shareable version with errors has a reason, and nothing else has one.
func TestOverrideConstraints(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	pkg := w.newPackage()
	errs := []packfile.Finding{{Code: "X", Severity: packfile.SeverityError}}
	warnings := []packfile.Finding{{Code: "X", Severity: packfile.SeverityWarning}}
	for i, tc := range []struct {
		name      string
		shareable bool
		reason    string
		findings  []packfile.Finding
		want      error
	}{
		{"errors, not shareable", false, "", errs, nil},
		{"errors, shareable", true, "", errs, release.ErrShareableErrors},
		{"errors, with a reason", true, "known", errs, nil},
		{"errors, with a blank reason", true, "  ", errs, release.ErrOverrideReason},
		{"errors, with a long reason", true, strings.Repeat("é", 1001), errs, release.ErrOverrideReason},
		{"errors, with the longest reason", true, strings.Repeat("é", 1000), errs, nil},
		{"a reason for what is not shareable", false, "known", errs, release.ErrOverrideReason},
		{"warnings, shareable", true, "", warnings, nil},
		{"nothing, shareable", true, "", nil, nil},
	} {
		v := w.version(pkg.ID, release.Version{Major: i}, tc.name)
		v.Shareable, v.OverrideReason, v.Findings = tc.shareable, tc.reason, tc.findings
		if err := w.try(func(ctx context.Context, tx release.Tx) error { return upload(ctx, tx, v, tc.name) }); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
	}
}
