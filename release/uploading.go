package release

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"time"
)

// UploadVersion keeps one package file as a new, immutable version (R1). What the upload leaves empty is read from the
// file's manifest; the package itself is made with its first version. It refuses with a *FindingsError to share a version
// with errors, unless it comes with a reason (R4).
func (s *Service) UploadVersion(ctx context.Context, by Actor, u Upload) (PackageVersion, error) {
	if err := by.mayPublish(); err != nil {
		return PackageVersion{}, err
	}
	if err := u.check(); err != nil {
		return PackageVersion{}, err
	}
	display, technical, err := u.identify()
	if err != nil {
		return PackageVersion{}, err
	}
	var kept PackageVersion
	err = s.inTx(ctx, "upload a version", func(ctx context.Context, tx Tx) error {
		at := s.now()
		publisher, err := tx.Account(ctx, by.Account)
		if err != nil {
			return err
		}
		pkg, isNew, err := s.ensurePackage(ctx, tx, by, u, technical, display, at)
		if err != nil {
			return err
		}
		version, platformVersion, err := u.label(ctx, tx, pkg, isNew)
		if err != nil {
			return err
		}
		u.Manifest.Counts = u.Manifest.Counts || pkg.Counted
		kept = PackageVersion{
			ID: NewID(at), Package: pkg.ID, Version: version, PlatformVersion: platformVersion, DisplayName: display,
			Shareable: u.shareable(publisher), Notes: u.notes(), FileName: keepable(u.FileName, maxFileName), SHA256: u.SHA256, Size: u.Size,
			Manifest: u.Manifest, Findings: u.Findings, Contents: u.Contents, UploadedAt: at, UploadedBy: by.Person,
		}
		if err := u.judge(ctx, tx, &kept, publisher); err != nil {
			return err
		}
		if err := tx.PutArtifact(ctx, u.SHA256, u.Size, u.Content, at); err != nil {
			return err
		}
		if err := tx.AddVersion(ctx, kept); err != nil {
			return err
		}
		e := versionEvent(by, at, ActVersionUploaded, kept)
		if pkg.Counted {
			e.After["counted"] = true
		}
		if err := tx.Audit(ctx, e); err != nil {
			return err
		}
		return tellUpdate(ctx, tx, e, kept)
	})
	return kept, err
}

// DeleteVersion takes a version out of use for ever; its label stays used (R1). A version in a pending or released release
// stays (R5).
func (s *Service) DeleteVersion(ctx context.Context, by Actor, version ID) error {
	if err := by.mayPublish(); err != nil {
		return err
	}
	return s.inTx(ctx, "delete a version", func(ctx context.Context, tx Tx) error {
		v, err := tx.LockVersion(ctx, version)
		if err != nil {
			return err
		}
		pkg, err := tx.Package(ctx, v.Package)
		if err != nil {
			return err
		}
		if pkg.Publisher != by.Account {
			return ErrNotFound
		}
		if v.DeletedAt != nil {
			return ErrVersionDeleted
		}
		used, err := tx.VersionInUse(ctx, version)
		if err != nil {
			return err
		}
		if used {
			return ErrVersionInUse
		}
		at := s.now()
		if err := tx.DeleteVersion(ctx, version, by.Person, at); err != nil {
			return err
		}
		return tx.Audit(ctx, versionEvent(by, at, ActVersionDeleted, v))
	})
}

// ensurePackage finds the publisher's package, or makes it and says so. A package stays on its platform.
func (s *Service) ensurePackage(ctx context.Context, tx Tx, by Actor, u Upload, technical, display string, at time.Time) (pkg Package, isNew bool, err error) {
	pkg, err = tx.LockPackage(ctx, by.Account, technical)
	if err == nil {
		if pkg.Platform != u.Manifest.Platform {
			return Package{}, false, ErrPlatformDiffers.With("The package %s is of another platform. Give this one another name.", pkg.DisplayName)
		}
		return pkg, false, nil
	}
	if !errors.Is(err, ErrNotFound) {
		return Package{}, false, err
	}
	if err := u.countable(); err != nil {
		return Package{}, false, err
	}
	pkg = Package{
		ID: NewID(at), Publisher: by.Account, Name: technical, DisplayName: display,
		Platform: u.Manifest.Platform, Kind: u.Manifest.Kind, Counted: u.Counted, CreatedAt: at,
	}
	return pkg, true, tx.AddPackage(ctx, pkg)
}

// shareable is the upload's own word, else the publisher's setting (R2).
func (u Upload) shareable(publisher Account) bool {
	if u.Shareable == nil {
		return publisher.ShareableByDefault
	}
	return *u.Shareable
}

func (u Upload) notes() string {
	if notes := strings.TrimSpace(u.Notes); notes != "" || !u.Manifest.HasVersion {
		return notes
	}
	return u.Manifest.NotesFor(u.Manifest.Version)
}

func versionEvent(by Actor, at time.Time, action string, v PackageVersion) Event {
	e := event(by, at, action, v.ID, v.DisplayName+" "+v.Version.String())
	e.Publisher = by.Account
	e.After = map[string]any{
		"version": v.Version.String(), "shareable": v.Shareable, "file": v.FileName,
		"sha256": hex.EncodeToString(v.SHA256[:]), "bytes": v.Size,
	}
	if v.OverrideReason != "" {
		e.Reason = v.OverrideReason
		e.After["shared_with_errors"] = true // R4
	}
	if action == ActVersionDeleted {
		e.Before, e.After = e.After, nil
	}
	return e
}
