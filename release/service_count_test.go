package release_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"packtide/packfile"
	"packtide/release"
)

// process is an upload of a published process: its file tells no version.
func process(name, text string) release.Upload {
	u := file(name, text)
	u.Version = ""
	u.Manifest = packfile.Manifest{Platform: "boomi", Kind: "process", Countable: true}
	return u
}

// counted is process for a publisher who wants the versions numbered.
func counted(name, text string) release.Upload {
	u := process(name, text)
	u.Counted = true
	return u
}

// TestCountedVersions: the server numbers the versions of a published process, and deleted ones keep their numbers. // R12 R1
func TestCountedVersions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	upload := func(u release.Upload) release.PackageVersion {
		t.Helper()
		return must(w.svc.UploadVersion(t.Context(), w.acme, u))(t)
	}
	refuse := func(what string, want error, u release.Upload) {
		t.Helper()
		w.unchanged(what, want, func() error { _, err := w.svc.UploadVersion(t.Context(), w.acme, u); return err })
	}
	says := func(u release.Upload, version string) release.Upload { u.Version = version; return u }

	refuse("a first one that says nothing", release.ErrVersionOrCount, process("Orders", "a"))
	refuse("a first one that says both", release.ErrVersionCounted, says(counted("Orders", "a"), "1.0.0"))
	one := upload(counted("Orders", "a"))
	two := upload(process("Orders", "b")) // the choice was made
	w.ok(w.svc.DeleteVersion(t.Context(), w.acme, two.ID))
	three := upload(counted("Orders", "c"))
	for i, v := range []release.PackageVersion{one, two, three} {
		kept := must(w.db.Reader.Version(t.Context(), w.acme, v.ID))(t)
		if want := fmt.Sprint(i + 1); kept.Version.String() != want+".0.0" || kept.PlatformVersion != want || !kept.Package.Counted || !kept.Manifest.Counts {
			t.Errorf("kept %s (%s), counted %t, want number %s", kept.Version, kept.PlatformVersion, kept.Package.Counted, want)
		}
	}
	refuse("a version of its own", release.ErrVersionCounted, says(process("Orders", "d"), "9.0.0"))
	refuse("a version that is none", release.ErrVersionForm, says(process("Orders", "d"), "nine"))
	broken := process("Orders", "d")
	broken.Manifest.Countable = false
	if v := upload(broken); v.Version.String() != "4.0.0" {
		t.Errorf("a file that no longer tells what it is became version %s", v.Version)
	}

	given := upload(says(process("Invoices", "a"), "1.0.0"))
	refuse("counting from the second on", release.ErrCountingFinal, counted("Invoices", "b"))
	refuse("no version from the second on", release.ErrVersionMissing, process("Invoices", "b"))
	if kept := must(w.db.Reader.Package(t.Context(), w.acme, given.Package))(t); kept.Counted {
		t.Error("a package with versions of its own is counted")
	}

	other := file("Mail", "1.0.0")
	other.Counted = true
	refuse("another platform", release.ErrNotCountable, other)
	other.Version = ""
	refuse("another platform, without a version", release.ErrNotCountable, other)
}

// TestCountingIsFinal, also for the database's user that the application is. // R12
func TestCountingIsFinal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	must(w.svc.UploadVersion(t.Context(), w.acme, counted("Orders", "a")))(t)
	w.upload(w.acme, "Mail", "1.0.0")
	for _, name := range []string{"orders", "mail"} {
		_, err := w.db.Pool.Exec(t.Context(), `UPDATE package SET counted = NOT counted WHERE name = $1`, name)
		if err == nil {
			t.Errorf("the counting of %s was changed", name)
		}
	}
}

// TestRaceForCounts: uploads all at once get different numbers, without a gap, also while the package itself is made. // R12 R1
func TestRaceForCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const uploads = 20
	var all []func() error
	for i := range uploads {
		by := []release.Actor{w.acme, w.acme2}[i%2]
		all = append(all, func() error {
			_, err := w.svc.UploadVersion(context.WithoutCancel(t.Context()), by, counted("Orders", fmt.Sprint("text ", i)))
			return err
		})
	}
	for i, err := range w.race(all...) {
		if err != nil {
			t.Errorf("upload %d: %v", i, err)
		}
	}
	rows := must(w.db.Reader.Packages(t.Context(), w.acme, "Orders", "", release.ID{}, 10))(t)
	if len(rows) != 1 || rows[0].Versions != uploads {
		t.Fatalf("got %+v, want one package with %d versions", rows, uploads)
	}
	var numbers []int
	for _, v := range must(w.db.Reader.Versions(t.Context(), w.acme, rows[0].ID, nil, 50))(t) {
		numbers = append(numbers, v.Version.Major)
	}
	slices.Sort(numbers)
	for i, n := range numbers {
		if n != i+1 {
			t.Fatalf("got numbers %v, want 1 to %d", numbers, uploads)
		}
	}
}

// api is a version of a package that an account can have only once.
func (w *world) api(name, version string) release.PackageVersion {
	w.t.Helper()
	u := file(name, version)
	u.Manifest.OneOnly = "It holds an API service, which an account can have only once."
	return must(w.svc.UploadVersion(w.t.Context(), w.acme, u))(w.t)
}

// TestOneOnly: a pack with multiple attachments holds nothing that an account can have only once. // R6
func TestOneOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	api, mail := w.api("Orders", "1.0.0"), w.upload(w.acme, "Mail", "1.0.0")
	single, multiple := w.pack(w.acme, "Single", false), w.pack(w.acme, "Multiple", true)
	w.ok(w.svc.AddPackage(t.Context(), w.acme, single.ID, api.Package))
	w.released(w.acme, single.ID, "1.0.0", api)

	w.unchanged("adding it", release.ErrOneOnly, func() error {
		return w.svc.AddPackage(t.Context(), w.acme, multiple.ID, api.Package)
	})
	w.released(w.acme, multiple.ID, "1.0.0", mail)
	d := must(w.svc.DraftRelease(t.Context(), w.acme, multiple.ID))(t)
	w.unchanged("choosing it", release.ErrOneOnly, func() error {
		return w.svc.ChooseVersions(t.Context(), w.acme, d.ID, d.Revision, release.Contents{api.Package: api.ID})
	})

	// The package becomes an API service with its next version.
	became := w.api("Mail", "2.0.0")
	w.unchanged("taking it as an update", release.ErrOneOnly, func() error {
		return w.svc.TakeUpdates(t.Context(), w.acme, multiple.ID)
	})
	w.unchanged("choosing the newer version", release.ErrOneOnly, func() error {
		return w.svc.ChooseVersions(t.Context(), w.acme, d.ID, d.Revision, release.Contents{became.Package: became.ID})
	})
	// A draft from before the rule was kept may hold one: no release comes of it, at once or on a date.
	w.exec(`UPDATE release_content SET version_id = $2 WHERE release_id = $1`, d.ID, became.ID)
	w.ok(w.svc.DescribeRelease(t.Context(), w.acme, d.ID, d.Revision, "2.0.0", ""))
	w.ok(w.svc.PlanRelease(t.Context(), w.acme, d.ID, d.Revision+1, release.Scheduled, "2027-01-20"))
	w.unchanged("releasing it", release.ErrOneOnly, func() error {
		return w.svc.ReleaseNow(t.Context(), w.acme, d.ID, d.Revision+2)
	})
	w.unchanged("scheduling it", release.ErrOneOnly, func() error {
		return w.svc.ScheduleRelease(t.Context(), w.acme, d.ID, d.Revision+2)
	})
}
