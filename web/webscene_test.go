package web

import (
	"crypto/sha256"
	"strings"

	"packtide/packfile"
	"packtide/release"
)

// upload keeps a plain package of Meridian with its own bytes, as the publisher does.
func (w *world) upload(name, version string) release.PackageVersion {
	w.t.Helper()
	return w.uploadAs(thePublisher, name, version)
}

func (w *world) uploadAs(key, name, version string) release.PackageVersion {
	w.t.Helper()
	content := "the bytes of " + name + " " + version
	read, err := packfile.Inspect(strings.NewReader(content), int64(len(content)), name+".bin", packfile.Options{})
	if err != nil {
		w.t.Fatal(err)
	}
	return must(w.service.UploadVersion(w.t.Context(), w.actor(key), release.Upload{
		Name: name, Version: version, Notes: "What is new in " + version, FileName: name + ".bin",
		Size: int64(len(content)), SHA256: sha256.Sum256([]byte(content)), Content: strings.NewReader(content),
		Package: read,
	}))(w.t)
}

// pack makes a pack of Meridian out of packages, with a support contact, for all accounts.
func (w *world) pack(name string, multiple bool, versions ...release.PackageVersion) release.Pack {
	w.t.Helper()
	by := w.actor(thePublisher)
	p := must(w.service.CreatePack(w.t.Context(), by, release.NewPack{
		PackTexts: release.PackTexts{Name: name, Description: "About " + name, SupportContact: "help@meridian.example"}, Multiple: &multiple,
	}))(w.t)
	for _, v := range versions {
		if err := w.service.AddPackage(w.t.Context(), by, p.ID, v.Package); err != nil {
			w.t.Fatalf("add %s: %v", v.DisplayName, err)
		}
	}
	everyone := w.everyone()
	if err := w.service.AddPackToGroup(w.t.Context(), by, everyone, p.ID); err != nil {
		w.t.Fatalf("share %s with all accounts: %v", name, err)
	}
	return p
}

// everyone is Meridian's built-in group.
func (w *world) everyone() release.ID {
	w.t.Helper()
	for _, g := range must(w.db.Reader.Groups(w.t.Context(), w.actor(thePublisher)))(w.t) {
		if g.Everyone {
			return g.ID
		}
	}
	w.t.Fatal("there is no group of all accounts")
	return release.ID{}
}

// releaseNow releases the pack's draft at once under the version.
func (w *world) releaseNow(pack release.ID, version string) release.ID {
	w.t.Helper()
	return w.releaseNowAs(thePublisher, pack, version)
}

func (w *world) releaseNowAs(key string, pack release.ID, version string) release.ID {
	w.t.Helper()
	by := w.actor(key)
	d := w.describe(key, pack, version)
	if err := w.service.PlanRelease(w.t.Context(), by, d.ID, d.Revision, release.Immediate, ""); err != nil {
		w.t.Fatal(err)
	}
	d = must(w.service.DraftRelease(w.t.Context(), by, pack))(w.t)
	if err := w.service.ReleaseNow(w.t.Context(), by, d.ID, d.Revision); err != nil {
		w.t.Fatalf("release %s: %v", version, err)
	}
	return d.ID
}

// schedule puts the pack's draft on a date, "2026-12-01", and returns the pending release.
func (w *world) schedule(pack release.ID, version, date string) release.ID {
	w.t.Helper()
	return w.scheduleAs(thePublisher, pack, version, date)
}

func (w *world) scheduleAs(key string, pack release.ID, version, date string) release.ID {
	w.t.Helper()
	by := w.actor(key)
	d := w.describe(key, pack, version)
	if err := w.service.PlanRelease(w.t.Context(), by, d.ID, d.Revision, release.Scheduled, date); err != nil {
		w.t.Fatal(err)
	}
	d = must(w.service.DraftRelease(w.t.Context(), by, pack))(w.t)
	if err := w.service.ScheduleRelease(w.t.Context(), by, d.ID, d.Revision); err != nil {
		w.t.Fatalf("schedule %s: %v", version, err)
	}
	return d.ID
}

// describe gives the pack's draft a version, and returns it as it is then.
func (w *world) describe(key string, pack release.ID, version string) release.Release {
	w.t.Helper()
	by := w.actor(key)
	d := must(w.service.DraftRelease(w.t.Context(), by, pack))(w.t)
	if err := w.service.DescribeRelease(w.t.Context(), by, d.ID, d.Revision, version, "Notes of "+version); err != nil {
		w.t.Fatal(err)
	}
	return must(w.service.DraftRelease(w.t.Context(), by, pack))(w.t)
}

// install attaches the pack to the account of the person.
func (w *world) install(key string, pack release.ID, name string) release.Attachment {
	w.t.Helper()
	return must(w.service.InstallPack(w.t.Context(), w.actor(key), release.Install{Pack: pack, Name: name, Environment: "production"}))(w.t)
}
